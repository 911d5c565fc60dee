/**
 * Exact top-ups tried: limits around them, races, contradictions, what is altered after the quote, and codes.
 */
import { put } from "@kinchaku/domain/engine/Facts"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { payments } from "@kinchaku/domain/payment/Payment"
import type { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { operationOf, PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { operationOf as topUpOperation } from "@kinchaku/domain/topup/BankTopUp"
import { coolingOffs } from "@kinchaku/domain/limit/CoolingOff"
import type { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { type DebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import type { ExactTopUp } from "@kinchaku/domain/topup/ExactTopUp"
import { Effect, Result } from "effect"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { CodeDesk, freely, holding, idOf } from "./OtpDesk.ts"
import { me, slipOf } from "./Payments.ts"
import { named, noon, race } from "./PaymentsDesk.ts"
import { debited, link } from "./PaymentsTopUps.ts"
import {
  type Lacking,
  type Own,
  type Commands,
  course,
  deskOf,
  givenLacking,
  linkRecords,
  look,
  payingWith,
  quoted
} from "./ExactTopUps.ts"

/** A slip of ¥5,000 out of ¥1,000 at a bank that gives any amount. */
export const plain: Lacking = {
  amount: 5_000,
  fee: 0,
  lack: 4_000,
  cash: 0,
  money: 1_000,
  minimum: 1_000,
  step: 500,
  topUpFee: 0,
  kind: "money",
  isOnline: false
}

/** The limits of a top-up that this amount just passes, or by a yen not, and the refusal of each. */
export const topUpLimits = (
  which: "perOperation" | "perDay" | "perMonth" | "cap" | "coolingOff",
  allowed: number,
  have: number
): Own => {
  if (which === "coolingOff") {
    const account = { ...codeless.account, coolingOff: { hours: 24, perDay: allowed as Yen } }
    return { policy: { account }, more: [put(coolingOffs, { id: me, changedAt: noon })] }
  }
  const money = which === "cap" ? { balance: (allowed + have) as Yen } : { topUp: { [which]: allowed as Yen } }
  return { limits: (wide) => ({ ...wide, money: { ...wide.money, ...money } }) }
}

/**
 * So many payments of one slip at once, each with the exact top-up that was quoted, and the debits that they led to.
 */
export const racing = (pay: typeof PaySlip, times: number, key: string | undefined, batchMax: number) => {
  const content = payingWith(plain, quoted(deskOf(plain), plain))
  const one = { command: pay, content, ...(key === undefined ? {} : { key }) }
  return Effect.map(
    race(
      givenLacking(plain),
      Array.from({ length: times }, () => one),
      batchMax
    ),
    ({ answers, books }) => ({
      debits: [...books.waiting.values()].filter(({ request }) => request.kind === "bankDebit").length,
      accepted: answers.filter((answer) => named(answer) === "accepted").length,
      refused: answers.filter((answer) => named(answer) === "BillAlreadyPaid").length
    })
  )
}

/** What is seen after each of some answers of the bank. */
export const afterEach = (record: typeof RecordDebitAnswer, want: Lacking, answers: ReadonlyArray<DebitAnswer>) => {
  const desk = deskOf(want)
  const payment = Result.getOrThrow(desk.ask(PaySlip, payingWith(want, quoted(desk, want))))
  const request = `req_${payment.id.slice("pay_".length)}` as never
  return answers.map((answer) => {
    desk.ask(record, { request, answer })
    return look(desk)
  })
}

/** What is otherwise in a confirmed exact top-up than in the one of now. */
export const alterations = {
  nothing: {},
  link: { link: `${link.slice(0, -1)}9` },
  bank: { bank: "0009" },
  "one step more": { amount: 4_500 },
  "one step less": { amount: 3_500 },
  fee: { fee: 1 },
  tax: { feeTax: 1 },
  shortfall: { shortfall: 3_900 }
} as const
export type Alteration = keyof typeof alterations

/** What becomes of a payment whose exact top-up was confirmed with one thing otherwise, or after a yen came or went. */
export const payingAltered = (pay: typeof PaySlip, alteration: Alteration, meanwhile: -1 | 0 | 1 | 4_000): string => {
  const desk = deskOf({ ...plain, money: plain.money + meanwhile })
  const shown = quoted(deskOf(plain), plain)
  const confirmed = { ...shown, ...alterations[alteration] } as ExactTopUp
  const answer = desk.ask(pay, payingWith(plain, confirmed))
  return Result.isFailure(answer) && "field" in answer.failure ? answer.failure.field : named(answer)
}

/** Completed by the bank, told to the biller, and refused by it: the look before the biller's word and after it. */
export const refusedByBiller = (commands: Commands & { readonly answer: typeof RecordBillerAnswer }, want: Lacking) => {
  const desk = deskOf(want)
  const { ended: before } = course(desk, commands, want, debited)
  const request = [...desk.books.waiting.values()].find(({ request: { kind } }) => kind === "billerNotice")?.request
  const payment = desk.recordsOf(payments)[0]?.id
  if (request === undefined || payment === undefined) return { before, after: before, named: false }
  const answer = { _tag: "refused" as const, reason: "closed" }
  desk.ask(commands.answer, { request: request.id, payment, answer })
  return { before, after: look(desk), named: request.subject === payment }
}

/**
 * A code for the payment and its exact top-up, issued for that but for one thing; and whether a code is waived for
 * either.
 */
export const codeChanges = ["nothing", "payment alone", "top-up alone", "amount", "link", "none"] as const
export type CodeChange = (typeof codeChanges)[number]

export const payingCoded = (
  pay: typeof PaySlip,
  change: CodeChange,
  waived: Policy["authentication"]["otp"]["waived"]
): string => {
  const given = givenLacking(plain)
  const { policy = codeless } = given
  const desk = new CodeDesk(undefined, {
    ...given,
    policy: { ...policy, ...freely({ otp: { waived } }, policy) },
    records: [...(given.records ?? []), ...holding(0), ...linkRecords({})]
  })
  const exact = quoted(desk.desk, plain)
  if (exact === undefined) return "nothing quoted"
  const content = payingWith(plain, exact)
  if (change === "none") return named(desk.desk.ask(pay, content))
  const other = {
    amount: { ...exact, amount: exact.amount + 500 },
    link: { ...exact, link: alterations.link.link }
  }[change as "amount" | "link"]
  const barcode = slipOf(plain.amount)
  const amount = content.quote.amount
  const operation =
    change === "top-up alone"
      ? topUpOperation(exact)
      : operationOf(barcode, amount, change === "payment alone" ? undefined : ((other ?? exact) as ExactTopUp))
  const otp = idOf(desk.issue(change === "top-up alone" ? "topUp" : "payment", { operation }))
  desk.type(otp, "right")
  return named(desk.desk.ask(pay, { ...content, otp }))
}
