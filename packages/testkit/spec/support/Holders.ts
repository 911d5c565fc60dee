/**
 * Holders: short words for what happens at the desk, each of them one command of the core.
 */
import type { AccountId, AccountKind, KeyedHash } from "@kinchaku/domain/account/Account"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { CompleteIdentityVerification, OpenAccount } from "@kinchaku/domain/account/Opening"
import type { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import { ContractBiller } from "@kinchaku/domain/bill/Contract"
import { type SlipNumber, write } from "@kinchaku/domain/bill/SlipBarcode"
import type { Actor, Command } from "@kinchaku/domain/engine/Command"
import { Engine, type SubmitOptions } from "@kinchaku/domain/engine/Engine"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { ConfirmOtp } from "@kinchaku/domain/otp/Confirming"
import { IssueContactOtp } from "@kinchaku/domain/otp/Issuing"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { type DebitAnswer, RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import type { TopUp } from "@kinchaku/domain/topup/TopUp"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import { answered } from "../../src/scenario/Linking.ts"
import { sha256 } from "../../src/memory/TestDigest.ts"
import { Effect } from "effect"
import { Desk, operator } from "./Desk.ts"
import { bank } from "./Terms.ts"

export interface Holder {
  readonly account: AccountId
  readonly link: BankLinkId
  readonly person: KeyedHash
  readonly actor: Actor
}

/** Submits a command; without a key of its own, as a new intention. */
export const send = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  content: NoInfer<Content>,
  options: Partial<SubmitOptions> = {}
) =>
  Effect.gen(function* () {
    const { next } = yield* Desk
    const { submit } = yield* Engine
    return yield* submit(command, content, { actor: operator, key: `intention ${next()}`, ...options })
  })

/** The desk's clock. */
export const clock = Effect.map(Desk, ({ hands }) => ({ hands }))

/** Turns the clock to a time. */
export const turnTo = (millis: number) => Effect.map(Desk, ({ hands }) => void (hands.now = millis))

/** Turns the clock on, or back. */
export const turnBy = (millis: number) => Effect.map(Desk, ({ hands }) => void (hands.now += millis))

/** A challenge that nobody signed before. */
const challenge = Effect.map(Desk, ({ next }) => `${next()}`.padStart(22, "c") as Nonce)

/** Completes the identity verification: the account is a money account from now on. */
export const verify = ({ account, person }: Pick<Holder, "account" | "person">) =>
  Effect.flatMap(challenge, (signed) =>
    send(CompleteIdentityVerification, { account, person, evidence: { verdict: "verified", challenge: signed } })
  )

/** Proves a contact by a code. */
const proved = (of: "phone" | "email", value: KeyedHash) =>
  Effect.gen(function* () {
    const n = (yield* Desk).next()
    const [nonce, code] = [`${n}`.padStart(22, "n") as Nonce, sha256(`code ${n}`) as KeyedHash]
    const { id } = yield* send(IssueContactOtp, { of, value, nonce, code })
    yield* send(ConfirmOtp, { otp: id, code })
    return id
  })

/** Opens an account of a kind and links a bank account to it. */
export const open = (kind: AccountKind) =>
  Effect.gen(function* () {
    const desk = yield* Desk
    const n = desk.next()
    const hash = (of: string) => sha256(`${of} ${n}`) as KeyedHash
    const [person, kanaName] = [hash("person"), hash("kana")]
    const evidence = { verdict: "verified", challenge: yield* challenge } as const
    const [email, phone] = [hash("email"), hash("phone")]
    const emailOtp = yield* proved("email", email)
    const phoneOtp = yield* proved("phone", phone)
    const asked = { person, email, phone, kanaName, language: "ja" as const, emailOtp, phoneOtp, evidence }
    const { id: account } = yield* send(OpenAccount, asked)
    const as = () => ({ actor: operator, key: `intention ${desk.next()}` })
    const linked = { _tag: "linked", holder: kanaName, factors: 2 } as const
    const bankAccount = { account, bank, bankAccount: hash("bank account") }
    const linking = yield* answered((yield* Engine).submit, bankAccount, linked, as)
    if (kind === "money") yield* verify({ account, person })
    return { account, link: linking.id, person, actor: `holder:${account}` as Actor } satisfies Holder
  })

/** Is quoted the fee of a top-up, and holds it ready to be confirmed. */
export const quotedAsk = ({ account, actor, link }: Holder, amount: number, options: Partial<SubmitOptions> = {}) =>
  Effect.gen(function* () {
    const { fee } = yield* (yield* TopUps).quote(account, link, amount as PositiveYen)
    const content = { account, link, amount: amount as PositiveYen, quotedFee: fee }
    return { fee, send: send(TopUpFromBank, content, { actor, ...options }) }
  })

/** Asks the bank for an amount, at the fee of now. */
export const ask = (holder: Holder, amount: number, options: Partial<SubmitOptions> = {}) =>
  Effect.flatMap(quotedAsk(holder, amount, options), (quoted) => quoted.send)

export const debited: DebitAnswer = { _tag: "debited", bankReference: "B1" }
export const refused: DebitAnswer = { _tag: "refused", reason: "insufficientFunds" }

/** The bank answers a top-up. */
export const answer = ({ request }: Pick<TopUp, "request">, said: DebitAnswer, options: Partial<SubmitOptions> = {}) =>
  send(RecordDebitAnswer, { request, answer: said }, options)

/** Tops up: the bank is asked and debits. */
export const topUp = (holder: Holder, amount: number) =>
  Effect.flatMap(ask(holder, amount), (asked) => answer(asked, debited))

/** Billers: one whose payments are final at once, one whose own system has to accept them. */
export const billerCodes = { none: "100001", online: "100002" } as Readonly<Record<"none" | "online", BillerCode>>
export type Confirmation = keyof typeof billerCodes

/** A slip that nobody has paid yet, without a due date. */
export const slip = (amount: number, confirmation: Confirmation = "none") =>
  Effect.map(Desk, ({ next }): SlipNumber =>
    write({
      biller: billerCodes[confirmation],
      free: `${next()}`.padStart(21, "0"),
      reissues: 0,
      stamp: false,
      amount: amount as PositiveYen
    })
  )

/** Contracts both billers. */
export const contractBillers = Effect.forEach(["none", "online"] as const, (confirmation) =>
  send(ContractBiller, { code: billerCodes[confirmation], name: "東京都水道局", confirmation, active: true })
)

/** Is quoted what a slip costs, and holds it ready to be confirmed. */
export const quotedSlip = ({ account, actor }: Holder, barcode: SlipNumber, options: Partial<SubmitOptions> = {}) =>
  Effect.gen(function* () {
    const quote = yield* (yield* Payments).quoteSlip(barcode)
    return { fee: quote.fee, send: send(PaySlip, { account, barcode, quote }, { actor, ...options }) }
  })

/** Is quoted what a new slip costs. */
export const quotedPay = (holder: Holder, amount: number) =>
  Effect.flatMap(slip(amount), (barcode) => quotedSlip(holder, barcode))

/** Pays a slip at the quote of now. */
export const paySlip = (holder: Holder, barcode: SlipNumber, options: Partial<SubmitOptions> = {}) =>
  Effect.flatMap(quotedSlip(holder, barcode, options), (quoted) => quoted.send)

/** Pays a new slip. */
export const pay = (holder: Holder, amount: number, confirmation: Confirmation = "none") =>
  Effect.flatMap(slip(amount, confirmation), (barcode) => paySlip(holder, barcode))

const toBiller = (payment: Pick<Payment, "id">) => `req_${payment.id.slice(4)}` as TopUp["request"]

/** The biller's system accepts a payment. */
export const accept = (payment: Payment) =>
  send(RecordBillerAnswer, { request: toBiller(payment), answer: { _tag: "accepted" } })

/** The biller's system refuses a payment. */
export const decline = (payment: Payment) =>
  send(RecordBillerAnswer, { request: toBiller(payment), answer: { _tag: "refused", reason: "withdrawn" } })

/** What a holder is shown: cash and money. */
export const shown = ({ account }: Pick<Holder, "account">) =>
  Effect.gen(function* () {
    const { cash, money } = yield* (yield* Accounts).balances(account)
    return { cash, money } as { readonly cash: Yen; readonly money: Yen }
  })
