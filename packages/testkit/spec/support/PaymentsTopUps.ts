/**
 * Bank top-ups: a holder with a registered bank link, a bank with its hours and amounts, and the bank's answers.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { accounts } from "@kinchaku/domain/account/Account"
import { type BankCode, type BankLink, type BankLinkId, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Command } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { bankSettlement, cash, fees, money, suspense } from "@kinchaku/domain/ledger/AccountCode"
import { usages } from "@kinchaku/domain/limit/Usage"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { type BankTerms, compat, type Policy } from "@kinchaku/domain/policy/Policy"
import type { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import type { DebitAnswer, RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { type TopUp, topUps } from "@kinchaku/domain/topup/TopUp"
import * as fc from "fast-check"
import { commandId, Desk, noon } from "./PaymentsDesk.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { accountIdOf, accountOf, me } from "./Payments.ts"

export type TopUpCommand = typeof TopUpFromBank
export type AnswerCommand = typeof RecordDebitAnswer
export type ToppingUp = TopUpCommand extends Command<infer Content, infer _S, infer _R> ? Content : never

/** A bank that serves day and night, from one yen on. */
export const anyTime: BankTerms = {
  name: "みなと銀行",
  minimum: 1 as PositiveYen,
  step: 1 as PositiveYen,
  opens: "00:00",
  closes: "24:00",
  maintenance: []
}
export const bank = "0001" as BankCode
export const link = `link_${commandId(800)}` as BankLinkId

/** A link in one of its states. */
export const linkIn = (state: BankLink["_tag"], owner = me): BankLink => {
  const common = {
    id: link,
    account: owner,
    bank,
    bankAccount: `e${"0".repeat(63)}` as KeyedHash,
    request: `req_${commandId(800)}` as RequestId,
    askedAt: noon
  }
  if (state === "inProcedure") return { _tag: state, ...common }
  if (state === "registered") return { _tag: state, ...common, settledAt: noon }
  if (state === "removed") return { _tag: state, ...common, settledAt: noon, removedAt: noon }
  return { _tag: state, ...common, settledAt: noon, reason: "refusedByBank" }
}

/** What stands before a top-up. */
export interface Branch {
  readonly kind?: "cash" | "money"
  readonly terms?: Partial<BankTerms>
  readonly fee?: number
  readonly cash?: number
  readonly money?: number
  readonly limits?: Policy["limits"]
  readonly link?: BankLink | undefined
}

export const noLimits: Policy["limits"] = {
  cash: { ...compat.limits.cash, balance: 100_000 as Yen, topUp: {} },
  money: { ...compat.limits.money, balance: 1_000_000 as Yen, topUp: {} }
}

export const branchWith = (branch: Branch = {}): Desk => {
  const { fee = 0, kind = "money", limits = noLimits, terms = {} } = branch
  const registered = "link" in branch ? branch.link : linkIn("registered")
  return new Desk({
    policy: {
      ...codeless,
      limits,
      fees: [{ function: "topUp", fixed: fee as Yen }],
      banks: { [bank]: { ...anyTime, ...terms } }
    },
    records: [
      put(accounts, accountOf(me, kind)),
      put(accounts, accountOf(accountIdOf(1), kind)),
      ...(registered === undefined ? [] : [put(bankLinks, registered)])
    ],
    held: [
      { account: cash(me), yen: branch.cash ?? 0 },
      { account: money(me), yen: branch.money ?? 0 }
    ]
  })
}

export const toppingUp = (amount: number, fee = 0): ToppingUp => ({
  account: me,
  link,
  amount: amount as PositiveYen,
  quotedFee: fee as Yen
})

/** Where the yen of a top-up are: with the holder, with us as fee, in suspense, at the bank; and how much counts as used. */
export const whereabouts = (desk: Desk): Readonly<Record<"held" | "fees" | "suspense" | "bank" | "used", number>> => ({
  held: desk.held(cash(me)) + desk.held(money(me)),
  fees: desk.booked(fees),
  suspense: desk.booked(suspense),
  bank: -desk.booked(bankSettlement(bank)),
  used: desk.recordsOf(usages).reduce((sum, { total }) => sum + total, 0)
})

/** The only top-up of a desk. */
export const only = (desk: Desk): TopUp | undefined => desk.recordsOf(topUps)[0]

export const debited: DebitAnswer = { _tag: "debited", bankReference: "B-1" }
export const debitedAgain: DebitAnswer = { _tag: "debited", bankReference: "B-2" }
export const refused: DebitAnswer = { _tag: "refused", reason: "insufficient funds" }
export const refusedAgain: DebitAnswer = { _tag: "refused", reason: "account closed" }

/** Up to four answers of a bank, agreeing or not, in any order. */
export const bankAnswers = (): fc.Arbitrary<ReadonlyArray<DebitAnswer>> =>
  fc.array(fc.constantFrom(debited, debitedAgain, refused, refusedAgain), { maxLength: 4 })

/** A time of an ordinary day in Japan, to the millisecond. */
export const clock = (hours: number, minutes = 0, seconds = 0, millis = 0): Instant =>
  instant(Date.UTC(2026, 4, 20, hours - 9, minutes, seconds, millis))

/** A bank's opening time, how long it is open, and a moment so far from its opening, at and around both edges. */
export const serviceHours = (): fc.Arbitrary<{
  readonly opens: number
  readonly open: number
  readonly since: number
}> =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 1, max: 1438 }),
      fc.boolean(),
      fc.constantFrom(-1, 0, 1, -60_000, 60_000),
      fc.integer({ min: 0, max: 86_399_999 }),
      fc.boolean()
    )
    .map(([opens, open, atOpening, off, anyTime, atEdge]) => {
      const edge = (atOpening ? 0 : open * 60_000) + off
      return { opens, open, since: ((atEdge ? edge : anyTime) + 86_400_000) % 86_400_000 }
    })

const two = (n: number): string => `${n}`.padStart(2, "0")

/** Minutes since midnight as a clock shows them. */
export const clockTime = (minutes: number): string => `${two(Math.floor((minutes % 1440) / 60))}:${two(minutes % 60)}`

/** The state that a bank's first answer leads to. */
export const stateAfter = (first: DebitAnswer | undefined): string => {
  if (first === undefined) return "processing"
  return first._tag === "debited" ? "completed" : "failed"
}

/** Where the yen of a top-up have to be after some answers: only the first one credits or gives the limits back. */
export const endsUp = (amount: number, answers: ReadonlyArray<DebitAnswer>): ReturnType<typeof whereabouts> => {
  const held = answers[0]?._tag === "debited" ? amount : 0
  const unexpected = answers[0]?._tag === "refused" && answers.some(({ _tag }) => _tag === "debited") ? amount : 0
  // Day, month and, until it is settled, what is in flight.
  const counters = { processing: 3, completed: 2, failed: 0 }[stateAfter(answers[0])] ?? 0
  return { held, fees: 0, suspense: unexpected, bank: held + unexpected, used: amount * counters }
}

/** A holder's top-ups as the history shows them. */
export const topUpLines = (desk: Desk) =>
  desk.history(me).flatMap((line) => {
    if (line.kind !== "topUp") return []
    const { _tag: status, amount, askedAt: date, fee } = line.topUp
    const due = "dueDate" in line.topUp || "due" in line.topUp ? "some" : "none"
    return [{ date, status: status as string, amount: amount as number, fee: fee as number, due }]
  })
