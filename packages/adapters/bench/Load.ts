/**
 * The load of the benches: accounts with money, contracted billers, and slips to be paid through the public service.
 */
import type { AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import * as Linking from "@kinchaku/testkit/scenario/Linking"
import * as Opening from "@kinchaku/testkit/scenario/Opening"
import { codeless } from "@kinchaku/testkit/scenario/TestPolicy"
import type { BankCode } from "@kinchaku/domain/bank/BankLink"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import { ContractBiller } from "@kinchaku/domain/bill/Contract"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { SlipPaymentRequest } from "@kinchaku/domain/payment/Payments"
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Effect } from "effect"

const actor = "operator:bench" as Actor
const bank = "9999" as BankCode
const roomy = { perDay: Yen.make(1_000_000_000_000), perMonth: Yen.make(10_000_000_000_000) }

/** Limits that are counted and checked, and never reached; a fee on each payment. */
export const policy: Policy = {
  ...codeless,
  limits: {
    ...compat.limits,
    money: { balance: Yen.make(1_000_000_000_000), topUp: roomy, payment: roomy, payout: roomy }
  },
  fees: [{ function: "payment", fixed: Yen.make(55) }],
  banks: {
    [bank]: {
      name: "bench",
      minimum: PositiveYen.make(1),
      step: PositiveYen.make(1),
      opens: "00:00",
      closes: "24:00",
      maintenance: []
    }
  }
}

export const billerCode = (n: number): BillerCode => `9${`${n}`.padStart(5, "0")}` as BillerCode
const payee = (n: number): string => `biller ${n}`
const hash = (text: string): KeyedHash => Buffer.from(text.padEnd(32, "."), "utf8").toString("hex") as KeyedHash

const openFunded = Effect.fnUntraced(function* (n: number) {
  const engine = yield* Engine
  const as = (step: string) => ({ actor, key: `${step} ${n}` })
  const person = hash(`person ${n}`)
  const contacts = { email: hash(`email ${n}`), phone: hash(`phone ${n}`) }
  const account = yield* Opening.open(engine.submit, { person, ...contacts, kanaName: hash(`kana ${n}`) }, n, as)
  yield* Opening.verify(engine.submit, account.id, person, n, as)
  const linked = { _tag: "linked", holder: hash(`kana ${n}`), factors: 2 } as const
  const bankAccount = { account: account.id, bank, bankAccount: hash(`bank ${n}`) }
  const link = yield* Linking.answered(engine.submit, bankAccount, linked, as)
  const asked = { account: account.id, link: link.id, amount: PositiveYen.make(10_000_000_000), quotedFee: Yen.make(0) }
  const topUp = yield* engine.submit(TopUpFromBank, asked, as("top up"))
  const debited = { _tag: "debited", bankReference: "bench" } as const
  yield* engine.submit(RecordDebitAnswer, { request: topUp.request, answer: debited }, as("debited"))
  return account.id
})

/** Puts the policy in force, contracts the billers and opens funded money accounts. */
export const prepare = Effect.fnUntraced(function* (accounts: number, billers: number) {
  const engine = yield* Engine
  yield* engine.submit(AdoptPolicy, { policy }, { actor, key: "policy" })
  yield* Effect.forEach(
    Array.from({ length: billers }, (_, n) => n),
    (n) =>
      engine.submit(
        ContractBiller,
        { code: billerCode(n), name: payee(n), confirmation: "none", active: true },
        { actor, key: `biller ${n}` }
      ),
    { concurrency: 256, discard: true }
  )
  return yield* Effect.forEach(
    Array.from({ length: accounts }, (_, n) => n),
    openFunded,
    { concurrency: 256 }
  )
})

/** Distinct slips of so many billers, one for each payment, with the quote that was confirmed. */
export const slips = (
  from: number,
  count: number,
  accounts: ReadonlyArray<AccountId>,
  billers: number
): ReadonlyArray<SlipPaymentRequest> =>
  Array.from({ length: count }, (_, index) => {
    const n = from + index
    const account = accounts[(n * 7919) % accounts.length]
    if (account === undefined) throw new Error("the bench needs accounts")
    const amount = PositiveYen.make(1000 + (n % 9000))
    const biller = n % billers
    const barcode = SlipBarcode.write({
      biller: billerCode(biller),
      free: `${n}`.padStart(12, "0"),
      reissues: 0,
      stamp: false,
      amount
    })
    return { account, barcode, quote: { payee: payee(biller), amount, fee: Yen.make(55) } }
  })
