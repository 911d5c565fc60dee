/**
 * Bank links: whose bank account may be linked, and on what evidence (BNK, SEC-04).
 */
import { kanaKey } from "@kinchaku/domain/account/Contact"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type LinkAnswer, RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { japanPost } from "@kinchaku/domain/bank/BankGateway"
import { AddBankLink, BankUnknown } from "@kinchaku/domain/bank/Linking"
import { read, type TypedAccount } from "@kinchaku/domain/bank/OwnAccount"
import { RemoveBankLink } from "@kinchaku/domain/bank/Removing"
import { Result } from "effect"
import { example, invariant, transition, validation } from "../src/Rule.ts"
import { inDirectory } from "../src/scenario/Linking.ts"
import { blindTo, forgetting, hearing, mistaking, refusing, under, without } from "./support/PaymentsMistakes.ts"
import { accountIdOf, me, same } from "./support/Payments.ts"
import { named } from "./support/PaymentsDesk.ts"
import { anyTime, bank } from "./support/PaymentsTopUps.ts"
import { hashOf } from "./support/Accounts.ts"
import {
  type AnswerLink,
  answeringLink,
  linkAnswer,
  linkDesk,
  linked,
  linking,
  turnedDown
} from "./support/AccountsLinks.ts"
import * as fc from "fast-check"

/** Recording that takes what the bank says for something else. */
const takingFor = (other: (answer: LinkAnswer) => LinkAnswer): AnswerLink =>
  hearing(RecordLinkAnswer, (content) => ({ ...content, answer: other(content.answer) }))
/** Recording that counts more factors, or fewer, than the bank checked. */
const counting = (more: number): AnswerLink =>
  takingFor((answer) => (answer._tag === "linked" ? { ...answer, factors: answer.factors + more } : answer))
const acceptsAll = takingFor(() => linked(true, 9))
const acceptsNone = takingFor(() => turnedDown)

transition(
  "BNK-01",
  "a link is in procedure until the bank reports, and registered with a notice to its holder when it reports success",
  {
    because: "seed 000, 本登録完了のメール",
    given: { answers: fc.array(fc.constantFrom(linked(), turnedDown), { maxLength: 1 }) },
    subject: RecordLinkAnswer,
    holds: (record, { answers }) => {
      const desk = linkDesk()
      const link = linking(desk)
      answers.map((answer) => answeringLink(desk, record, link, answer))
      const state = answers[0] === undefined ? "inProcedure" : answers[0] === turnedDown ? "rejected" : "registered"
      const told = desk.notices.includes("bankLinkRegistered")
      return desk.record(bankLinks, link.id)?._tag === state && told === (state === "registered")
    },
    catches: {
      "nobody is told": without(RecordLinkAnswer, "notices"),
      "a refusal registers": acceptsAll,
      "a success rejects": acceptsNone
    }
  }
)

invariant("BNK-02", "the first report settles a link; whatever is reported later changes nothing", {
  because: "seed 000, 本登録手続き中; rulebook BNK-02",
  given: { answers: fc.array(linkAnswer(), { minLength: 1, maxLength: 4 }) },
  covers: {
    "they differ": {
      atLeast: 30,
      when: ({ answers }) => new Set(answers.map((answer) => JSON.stringify(answer))).size > 1
    }
  },
  subject: RecordLinkAnswer,
  holds: (record, { answers }) => {
    const desk = linkDesk()
    const link = linking(desk)
    const states = answers.map((answer) => answeringLink(desk, record, link, answer))
    return states[0] !== "inProcedure" && states.every((state) => state === states[0])
  },
  catches: {
    "the last report counts": mistaking(RecordLinkAnswer, "bankLink", { _tag: "inProcedure" }),
    "no report counts": forgetting(RecordLinkAnswer, () => true)
  }
})

validation(
  "SEC-04",
  "a link is registered exactly when the bank names the holder and checked the factors that the policy asks",
  {
    because: "bank-link fraud of 2020; 資金移動業者との口座連携に関するガイドライン (全銀協 2020-11-30)",
    given: { isOwn: fc.boolean(), factors: fc.integer({ min: 0, max: 6 }), asked: fc.integer({ min: 1, max: 5 }) },
    covers: {
      "one factor short": { atLeast: 5, when: ({ asked, factors }) => factors === asked - 1 },
      "just enough": { atLeast: 5, when: ({ asked, factors, isOwn }) => isOwn && factors === asked }
    },
    subject: RecordLinkAnswer,
    holds: (record, { asked, factors, isOwn }) => {
      const desk = linkDesk(asked)
      const state = answeringLink(desk, record, linking(desk), linked(isOwn, factors))
      return state === (!isOwn ? "holderNameMismatch" : factors < asked ? "tooFewFactors" : "registered")
    },
    catches: {
      "any holder will do": takingFor((answer) => (answer._tag === "linked" ? linked(true, answer.factors) : answer)),
      "one factor less will do": counting(1),
      "one factor more is asked": counting(-1),
      "no evidence will do": acceptsNone
    }
  }
)

example(
  "BNK-04",
  "a holder's name is the same name in full width and in the half width that banks write, small kana and long marks included",
  {
    because: "rulebook BNK-04; 全銀協 character set: no small kana, no ｰ",
    subject: ({ bank: written, holder }: { readonly holder: string; readonly bank: string }) =>
      kanaKey(holder) === kanaKey(written),
    cases: {
      "half width": { given: { holder: "ヤマダ タロウ", bank: "ﾔﾏﾀﾞ ﾀﾛｳ" }, gives: true },
      "no space": { given: { holder: "ヤマダ　タロウ", bank: "ﾔﾏﾀﾞﾀﾛｳ" }, gives: true },
      "small kana": { given: { holder: "シュンスケ ハットリ", bank: "ｼﾕﾝｽｹ ﾊﾂﾄﾘ" }, gives: true },
      "a long mark": { given: { holder: "メアリー・スミス", bank: "ﾒｱﾘ- ｽﾐｽ" }, gives: true },
      hiragana: { given: { holder: "やまだ たろう", bank: "ﾔﾏﾀﾞ ﾀﾛｳ" }, gives: true },
      "another name": { given: { holder: "ヤマダ タロウ", bank: "ﾔﾏﾀﾞ ｼﾞﾛｳ" }, gives: false },
      "a voiced mark less": { given: { holder: "ヤマダ タロウ", bank: "ﾔﾏﾀ ﾀﾛｳ" }, gives: false },
      "somebody besides": { given: { holder: "ヤマダ タロウ", bank: "ﾔﾏﾀﾞ ﾀﾛｳ ﾊﾅｺ" }, gives: false }
    },
    catches: {
      "names are compared as written": ({ bank: written, holder }) => holder === written,
      "the beginning of a name will do": ({ bank: written, holder }) => kanaKey(written).startsWith(kanaKey(holder)),
      "any name will do": () => true
    }
  }
)

invariant(
  "BNK-08",
  "however many holders link one bank account, and in whatever order the bank reports, exactly one has it",
  {
    because: "seed 000, 1つの口座を複数の; rulebook BNK-08",
    given: { holders: fc.integer({ min: 2, max: 6 }), order: fc.array(fc.nat(5), { minLength: 2, maxLength: 6 }) },
    subject: RecordLinkAnswer,
    holds: (record, { holders, order }) => {
      const desk = linkDesk(2, holders)
      const links = Array.from({ length: holders }, (_, n) => linking(desk, n))
      const reported = [...new Set(order.map((n) => n % holders))].flatMap((n) => links[n] ?? [])
      const states = reported.map((link) => answeringLink(desk, record, link, linked()))
      return same(
        states,
        reported.map((_, n) => (n === 0 ? "registered" : "bankAccountTaken"))
      )
    },
    catches: {
      "everybody has it": blindTo(RecordLinkAnswer, "claim"),
      "the link leaves no mark on the bank account": forgetting(RecordLinkAnswer, ({ kind }) => kind === "claim"),
      "nobody has it": acceptsNone
    }
  }
)

invariant("BNK-08b", "one holder may link the same bank account again, and other bank accounts beside it", {
  because: "rulebook BNK-08, BNK-09: an account may have several links",
  given: { bankAccounts: fc.array(fc.nat(3), { minLength: 2, maxLength: 5 }) },
  subject: RecordLinkAnswer,
  holds: (record, { bankAccounts }) => {
    const desk = linkDesk()
    return bankAccounts.every((n) => answeringLink(desk, record, linking(desk, 0, n), linked()) === "registered")
  },
  catches: {
    "a bank account is linked once for ever": mistaking(RecordLinkAnswer, "claim", { account: accountIdOf(1) }),
    "nothing can be linked": acceptsNone
  }
})

validation(
  "BNK-11b",
  "an account has at most as many links as the policy says; where one is removed, another can be added",
  {
    because: "own: lists and closings stay small whatever a holder adds",
    given: { most: fc.integer({ min: 1, max: 5 }), more: fc.integer({ min: 0, max: 3 }) },
    subject: AddBankLink,
    holds: (add, { more, most }) => {
      const desk = linkDesk(2, 1, [bank], most)
      const content = (n: number) => ({
        account: me,
        bank,
        bankAccount: hashOf("bankAccount", n),
        directory: inDirectory
      })
      const answers = Array.from({ length: most + more }, (_, n) => named(desk.ask(add, content(n))))
      const [first] = desk.recordsOf(bankLinks)
      if (first !== undefined) desk.ask(RemoveBankLink, { account: me, link: first.id })
      const fits = (n: number) => (n < most ? "accepted" : "BankLinksFull")
      return (
        same(
          answers,
          answers.map((_, n) => fits(n))
        ) && named(desk.ask(add, content(9))) === "accepted"
      )
    },
    catches: {
      "there is no end of links": under(AddBankLink, ({ wallet }) => ({
        wallet: { ...wallet, link: { ...wallet.link, most: 1000 } }
      })),
      "the last is one too many": under(AddBankLink, ({ wallet }) => ({
        wallet: { ...wallet, link: { ...wallet.link, most: Math.max(wallet.link.most - 1, 0) } }
      })),
      "no link at all": refusing(AddBankLink, new BankUnknown({ bank, reason: "notOffered" }))
    }
  }
)

validation(
  "BNK-13",
  "a link is added where the operator offers the bank and the directory has it with its branch, of Japan Post the bank alone; the bank is not asked yet",
  {
    because: "rulebook BNK-13 (own), TOP-07",
    given: {
      isOffered: fc.boolean(),
      hasBank: fc.boolean(),
      hasBranch: fc.boolean(),
      isJapanPost: fc.boolean(),
      exists: fc.constantFrom(true, true, true, false)
    },
    subject: AddBankLink,
    holds: (add, { exists, hasBank, hasBranch, isJapanPost, isOffered }) => {
      const desk = linkDesk(2, 2, isJapanPost ? [japanPost] : [bank])
      const asked = isJapanPost ? japanPost : bank
      const answer = desk.ask(add, {
        account: accountIdOf(exists ? 0 : 7),
        bank: (isOffered ? asked : isJapanPost ? bank : japanPost) as typeof bank,
        bankAccount: hashOf("bankAccount", 1),
        directory: { version: "1", bank: hasBank, branch: hasBranch }
      })
      const reason = !isOffered
        ? "notOffered"
        : !hasBank
          ? "noSuchBank"
          : hasBranch || isJapanPost
            ? "accepted"
            : "noSuchBranch"
      const expected = exists ? reason : "AccountNotFound"
      const told = Result.isSuccess(answer)
        ? "accepted"
        : answer.failure instanceof BankUnknown
          ? answer.failure.reason
          : answer.failure._tag
      const states = desk.recordsOf(bankLinks).map(({ _tag }) => _tag)
      return (
        told === expected &&
        same(states, expected === "accepted" ? ["provisional"] : []) &&
        desk.books.waiting.size === 0
      )
    },
    catches: {
      "any bank will do": hearing(AddBankLink, (content) => ({
        ...content,
        directory: { ...content.directory, bank: true }
      })),
      "any branch will do": hearing(AddBankLink, (content) => ({
        ...content,
        directory: { ...content.directory, branch: true }
      })),
      "branches of Japan Post are looked up": hearing(AddBankLink, (content) => ({
        ...content,
        directory: { ...content.directory, bank: content.directory.bank && content.directory.branch }
      })),
      "banks that are not offered are added": under(AddBankLink, ({ banks }) => ({
        banks: { [bank]: anyTime, [japanPost]: anyTime, ...banks }
      }))
    }
  }
)

/** The bank that is asked, and for which account, as the service hears what is typed. */
const adds = (typed: TypedAccount): string =>
  Result.match(read(typed), {
    onFailure: ({ issues }) => `refused: ${issues.map(({ field }) => field).join()}`,
    onSuccess: ({ account, identity }) => `${account.number} ${identity}`
  })
const branch = { bank: "9999", branch: "001", kind: "ordinary" } as const

example(
  "BNK-06b",
  "an account is the same one with or without the zeros before its number, and one that is no number is named",
  {
    because: "seed 000, 7桁になるよう先頭に; rulebook BNK-08",
    subject: adds,
    cases: {
      "seven digits": { given: { ...branch, number: "1234567" }, gives: "1234567 9999-001-ordinary-1234567" },
      "fewer digits": { given: { ...branch, number: "42" }, gives: "0000042 9999-001-ordinary-0000042" },
      "with zeros": { given: { ...branch, number: "0000042" }, gives: "0000042 9999-001-ordinary-0000042" },
      "a digit too many": { given: { ...branch, number: "12345678" }, gives: "refused: number" },
      "a hyphen": { given: { ...branch, number: "123-456" }, gives: "refused: number" },
      "a space": { given: { ...branch, number: "123 456" }, gives: "refused: number" },
      "full width": { given: { ...branch, number: "１２３" }, gives: "refused: number" },
      nothing: { given: { ...branch, number: "" }, gives: "refused: number" },
      "Japan Post by symbol and number": {
        given: { bank: japanPost, symbol: "11940", number: "12345671" },
        gives: "12345671 9900-198-ordinary-1234567"
      },
      "Japan Post by branch and number": {
        given: { bank: japanPost, branch: "198", kind: "ordinary", number: "1234567" } as never,
        gives: "1234567 9900-198-ordinary-1234567"
      },
      "Japan Post without a digit": { given: { bank: japanPost, symbol: "x", number: "1" }, gives: "refused: symbol" }
    },
    catches: {
      "zeros tell accounts apart": (typed) =>
        "branch" in typed && /^[0-9]{1,7}$/.test(typed.number)
          ? `${typed.number} ${typed.bank}-001-ordinary-${typed.number}`
          : adds(typed),
      "Japan Post is padded": (typed) =>
        "symbol" in typed ? adds({ ...typed, number: `0${typed.number}` }) : adds(typed),
      "hyphens are dropped": (typed) => adds({ ...typed, number: typed.number.replace(/-/g, "") })
    }
  }
)
