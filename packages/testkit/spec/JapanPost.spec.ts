/**
 * Accounts of Japan Post Bank: taken in every printed form, never padded, never refused for their digits (BNK).
 */
import { checkDigit, type JapanPostAccount, read } from "@kinchaku/domain/bank/JapanPost"
import { Result } from "effect"
import * as fc from "fast-check"
import { example, invariant, validation } from "../src/Rule.ts"
import { accounts, formsOf } from "./support/JapanPost.ts"

type Read = (symbol: string, number: string) => ReturnType<typeof read>

const reading: Read = (symbol, number) => read(symbol, number)
/** Reading that understands something else by what it read. */
const mistaking =
  (mistake: (account: JapanPostAccount) => Partial<JapanPostAccount>): Read =>
  (symbol, number) =>
    Result.map(read(symbol, number), (account) => ({ ...account, ...mistake(account) }))
/** Reading that refuses whatever something is true of. */
const refusing =
  (when: (symbol: string, number: string) => boolean): Read =>
  (symbol, number) =>
    when(symbol, number) ? read("", "") : read(symbol, number)

interface Drawn {
  readonly first: string
  readonly branch: string
  readonly digits: string
}

/** One of few accounts, so that two of them are often alike: ordinary and current, of two branches. */
const anAccount = (): fc.Arbitrary<Drawn> =>
  fc.record(
    {
      first: fc.constantFrom("0", "1"),
      branch: fc.constantFrom("10", "28"),
      digits: fc.constantFrom("11", "21", "211")
    },
    { noNullPrototype: true }
  )
const sameAccount = (one: Drawn, other: Drawn): boolean =>
  one.first === other.first && one.branch === other.branch && one.digits === other.digits
const identityBy = (asked: Read, { branch, digits: number, first }: Drawn): string | undefined =>
  Result.getOrUndefined(asked(`${first}${branch}00`, number))?.identity

const digits = (typed: string): string => typed.normalize("NFKC").replace(/[^0-9]/g, "")

// one account ⇔ one identity, in every form; given is every published value, each with all of its forms
invariant(
  "BNK-07a",
  "an account is the same one in every printed form: wide, spaced, with zeros, with the digit in the middle",
  {
    because: "passbooks and bank guides print 記号-(中の桁)-番号; values of the bank's converter as published",
    given: { account: fc.constantFrom(...accounts) },
    examples: accounts.map((account) => ({ account })),
    runs: 20,
    subject: reading,
    holds: (asked, { account }) => {
      const whole = Result.getOrUndefined(asked(account.symbol, account.number))
      return formsOf(account).every(({ number, symbol }) => {
        const found = Result.getOrUndefined(asked(symbol, number))
        return (
          found !== undefined &&
          whole !== undefined &&
          found.identity === whole.identity &&
          found.displayedBranch === account.symbol.slice(1, 4) &&
          found.transfer?.branch === whole.transfer?.branch &&
          found.transfer?.number === whole.transfer?.number
        )
      })
    },
    catches: {
      "zeros before a number make it another": mistaking(({ number, symbol }) => ({ identity: `${symbol}-${number}` })),
      "wide digits are refused": refusing((symbol, number) => /[０-９]/.test(symbol + number)),
      "the digit in the middle is refused": refusing((symbol) => symbol.includes("-") && digits(symbol).length > 5),
      "the digit in the middle makes another account": (symbol, number) =>
        Result.map(read(symbol, number), (account) => ({
          ...account,
          identity: account.identity + (digits(symbol).length > 5 ? digits(symbol).slice(5) : "")
        })),
      "the branch of transfers is shown": mistaking(({ transfer }) => ({ displayedBranch: transfer?.branch ?? "" }))
    }
  }
)

// accepted for all digits; what is kept is what was typed
validation(
  "BNK-07b",
  "digits of any length are taken and kept as they are; the branch shown is digits 2 to 4 of the symbol",
  {
    because: "seed 000, 一九四(194): neither is checked against the directory",
    given: {
      symbol: fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 10 }),
      number: fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 12 })
    },
    covers: {
      "a symbol too short for a branch": { atLeast: 10, when: ({ symbol }) => symbol.length < 4 },
      "a symbol that no passbook has": { atLeast: 50, when: ({ symbol }) => !/^[01]\d{3}0$/.test(symbol) },
      "zeros before the number": { atLeast: 5, when: ({ number }) => /^0\d/.test(number) }
    },
    subject: reading,
    holds: (asked, { number, symbol }) => {
      const found = Result.getOrUndefined(asked(symbol, number))
      const branch = symbol.length < 4 ? "" : symbol.slice(1, 4)
      return found?.symbol === symbol && found.number === number && found.displayedBranch === branch
    },
    catches: {
      "the symbol has five digits": refusing((symbol) => symbol.length !== 5),
      "the number has eight digits at most": refusing((_, number) => number.length > 8),
      "the number is padded": mistaking(({ number }) => ({ number: number.padStart(8, "0") })),
      "zeros before the number are dropped": mistaking(({ number }) => ({ number: number.replace(/^0+/, "") })),
      "the branch shown is that of transfers": mistaking(({ displayedBranch }) => ({
        displayedBranch: displayedBranch.replace(/.$/, "8")
      }))
    }
  }
)

// identities are equal ⇔ transfers would reach the same account
invariant("BNK-07c", "two accounts are told apart exactly when a transfer would reach another account", {
  because: "rulebook BNK-08: a bank account is linked to at most one wallet account",
  given: { one: anAccount(), other: anAccount() },
  covers: {
    "the same account": { atLeast: 4, when: ({ one, other }) => sameAccount(one, other) },
    "another number alone": {
      atLeast: 8,
      when: ({ one, other }) => sameAccount(one, { ...other, digits: one.digits })
    },
    "another kind alone": { atLeast: 4, when: ({ one, other }) => sameAccount(one, { ...other, first: one.first }) }
  },
  subject: reading,
  holds: (asked, { one, other }) => (identityBy(asked, one) === identityBy(asked, other)) === sameAccount(one, other),
  catches: {
    "the symbol does not count": mistaking(({ number }) => ({ identity: number })),
    "the number does not count": mistaking(({ symbol }) => ({ identity: symbol })),
    "ordinary and current do not count": mistaking(({ number, symbol }) => ({ identity: symbol.slice(1) + number }))
  }
})

example("BNK-07d", "a transfer goes to the branch, kind and seven digits that the bank's converter says", {
  because: "values published with github.com/sanmai/jpb-account-converter and by banks; seed 000, 11940",
  subject: ({ number, symbol }: { readonly symbol: string; readonly number: string }) =>
    Result.match(read(symbol, number), {
      onFailure: () => "refused",
      onSuccess: ({ transfer, warnings }) =>
        [transfer?.branch ?? "none", transfer?.kind ?? "", transfer?.number ?? "", ...warnings].join(" ")
    }),
  cases: {
    "an ordinary account": { given: { symbol: "14030", number: "12345671" }, gives: "408 ordinary 1234567" },
    "a short number": { given: { symbol: "10070", number: "10001" }, gives: "008 ordinary 0001000 checkDigit" },
    "a current account": { given: { symbol: "00580", number: "654321" }, gives: "059 current 0654321" },
    "with the digit in the middle": { given: { symbol: "00160-0", number: "100001" }, gives: "019 current 0100001" },
    "the wallet's sample": { given: { symbol: "11940", number: "12345671" }, gives: "198 ordinary 1234567 checkDigit" },
    "a number that ends in another digit": {
      given: { symbol: "14030", number: "12345672" },
      gives: "none   notConvertible"
    },
    "another symbol": { given: { symbol: "24030", number: "12345671" }, gives: "none   notConvertible" }
  },
  catches: {
    "the check digit refuses": ({ number, symbol }) =>
      checkDigit(symbol, number) === Number(symbol[3]) ? "408 ordinary 1234567" : "refused",
    "the branch is digits 2 to 4": ({ number, symbol }) => `${symbol.slice(1, 4)} ordinary ${number.slice(0, -1)}`,
    "nothing can be paid to": () => "none   notConvertible"
  }
})
