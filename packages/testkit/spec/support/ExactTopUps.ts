/**
 * Exact top-ups: a holder who lacks something for a slip, a bank that is debited for it, and what became of both.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { bankSettings } from "@kinchaku/domain/bank/BankSettings"
import { bills } from "@kinchaku/domain/bill/Bill"
import { billers } from "@kinchaku/domain/bill/Biller"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Command } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { balanceKey, key } from "@kinchaku/domain/engine/RecordKind"
import { bankSettlement, cash, money, suspense } from "@kinchaku/domain/ledger/AccountCode"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { payments } from "@kinchaku/domain/payment/Payment"
import { PaySlip, quotedTopUp } from "@kinchaku/domain/payment/SlipPayment"
import type { BankTerms, Policy } from "@kinchaku/domain/policy/Policy"
import { type DebitAnswer, RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { type ExactTopUp, planKeys, planKeysMore } from "@kinchaku/domain/topup/ExactTopUp"
import { topUps } from "@kinchaku/domain/topup/TopUp"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { accountOf, asked, me, type Paying, paying, slipOf, standing, waterworks } from "./Payments.ts"
import { Desk, type Given, noon, prepare } from "./PaymentsDesk.ts"
import { anyTime, bank, debited, link, linkIn } from "./PaymentsTopUps.ts"

// ── what is lacking ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A slip, its fee, what there is to pay them with, and a bank with its amounts and its fee. */
export interface Lacking {
  readonly amount: number
  readonly fee: number
  /** Amount and fee less what there is. */
  readonly lack: number
  readonly cash: number
  readonly money: number
  readonly minimum: number
  readonly step: number
  readonly topUpFee: number
  readonly kind: Account["kind"]
  readonly isOnline: boolean
}

/** What is lacking lies at and around nothing, the bank's minimum, its next step, and everything. */
export const lacking = (some: Partial<Lacking> = {}): fc.Arbitrary<Lacking> =>
  fc
    .record({
      amount: fc.oneof(fc.constantFrom(1, 300_000), fc.integer({ min: 1, max: 300_000 })),
      fee: fc.constantFrom(0, 1, 220),
      edge: fc.constantFrom("nothing", "minimum", "step", "all", "any" as const),
      off: fc.constantFrom(-1, 0, 1),
      part: fc.constantFrom(0, 0.25, 1),
      any: fc.nat(300_000),
      minimum: fc.constantFrom(1, 1_000, 5_000),
      step: fc.constantFrom(1, 500, 1_000),
      topUpFee: fc.constantFrom(0, 110),
      kind: fc.constantFrom("cash", "money" as const),
      isOnline: fc.boolean()
    })
    .map(({ any, edge, off, part, ...drawn }) => {
      const { amount, fee, isOnline, kind, minimum, step, topUpFee } = { ...drawn, ...some }
      const all = amount + fee
      const from = { nothing: 0, minimum: minimum - topUpFee, step: minimum + step - topUpFee, all, any }[edge]
      const lack = Math.min(from + off, all)
      const have = all - lack
      const inCash = Math.floor(have * part)
      return { amount, fee, lack, cash: inCash, money: have - inCash, minimum, step, topUpFee, kind, isOnline }
    })

/** What such a bank has to be debited for: its minimum, and whole steps above it until the fee leaves enough. */
export const debitFor = ({ lack, minimum, step, topUpFee }: Lacking): number =>
  minimum + step * Math.max(0, Math.ceil((lack + topUpFee - minimum) / step))

// ── before a payment ─────────────────────────────────────────────────────────────────────────────────────────────────

/** No limit in the way, caps far above everything. */
const wide: Policy["limits"] = {
  cash: { ...codeless.limits.cash, balance: 10_000_000 as Yen, topUp: {}, payment: {} },
  money: { ...codeless.limits.money, balance: 10_000_000 as Yen, topUp: {}, payment: {} }
}

export interface Own {
  readonly limits?: (wide: Policy["limits"]) => Policy["limits"]
  readonly policy?: Partial<Policy>
  readonly terms?: Partial<BankTerms>
  readonly link?: Parameters<typeof linkIn>[0]
  /** Whether the link is set for exact top-ups. */
  readonly isSet?: boolean
  readonly account?: Partial<Account>
  readonly more?: ReadonlyArray<Put>
}

export const policyOf = ({ fee, minimum, step, topUpFee }: Lacking, own: Own = {}): Policy => ({
  ...codeless,
  limits: own.limits?.(wide) ?? wide,
  fees: [
    { function: "payment", fixed: fee as Yen },
    { function: "topUp", way: "bank", fixed: topUpFee as Yen }
  ],
  banks: { [bank]: { ...anyTime, minimum: minimum as never, step: step as never, ...own.terms } },
  ...own.policy
})

/** The links of the holder: one, set for exact top-ups. */
export const linkRecords = ({ isSet = true, link: state = "registered" }: Own) => [
  put(bankLinks, linkIn(state)),
  ...(isSet ? [put(bankSettings, { id: me, registrations: 1, exactTopUp: link })] : [])
]

export const givenLacking = (want: Lacking, own: Own = {}): Given => ({
  policy: policyOf(want, own),
  records: [
    put(accounts, { ...accountOf(me, want.kind), ...own.account } as Account),
    put(billers, want.isOnline ? asked : waterworks),
    ...linkRecords(own),
    ...(own.more ?? [])
  ],
  held: [
    { account: cash(me), yen: want.cash },
    { account: money(me), yen: want.money }
  ]
})

export const deskOf = (want: Lacking, own: Own = {}): Desk => new Desk(givenLacking(want, own))

type Priced = { readonly amount: number; readonly fee: number }

/** What a holder is quoted, asked of the books as a payment asks them. */
export const quoting: Command<Priced, Partial<Record<"exactTopUp", ExactTopUp>>, never> = {
  tag: "Quoting",
  content: Schema.Struct({ amount: Schema.Number, fee: Schema.Number }),
  success: Schema.Unknown as never,
  reads: ({ at }) => [key(accounts, me), ...planKeys(me, at), balanceKey(cash(me)), balanceKey(money(me))],
  readsMore: (found) => planKeysMore(found, me),
  decide: (facts, { at, content }) =>
    Result.succeed(Decision.make({ result: quotedTopUp(facts, me, content as never, at) }))
}

/** The exact top-up that a holder sees. */
export const quoted = (desk: Desk, { amount, fee }: Priced, at: Instant = noon, quote = quoting) =>
  Result.getOrThrow(desk.ask(quote, { amount, fee }, { at })).exactTopUp

/** Pays a slip as quoted, with the exact top-up that is given. */
export const payingWith = ({ amount, fee }: Priced, exactTopUp: ExactTopUp | undefined): Paying => {
  const content = paying(amount, { fee: fee as Yen })
  return exactTopUp === undefined ? content : { ...content, quote: { ...content.quote, exactTopUp } }
}

// ── after it ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Everything that a payment and its exact top-up can move or change. */
export const look = (desk: Desk) => {
  const [topUp] = desk.recordsOf(topUps)
  const first = desk.recordsOf(payments)[0]
  const linked = desk.record(bankLinks, link)
  return {
    ...standing(desk),
    bank: -desk.booked(bankSettlement(bank)),
    suspense: desk.booked(suspense),
    payment: first?._tag ?? "none",
    bill: desk.recordsOf(bills)[0]?.state ?? "payable",
    topUp: topUp?._tag ?? "none",
    operations: linked?._tag === "registered" ? (linked.operations ?? 0) : 0,
    waiting: [...desk.books.waiting.values()].map(({ request }) => request.kind).filter((kind) => kind !== "notice"),
    told: desk.notices
  }
}
export type Look = ReturnType<typeof look>

/** The commands of an exact top-up, in the order in which they come. */
export interface Commands {
  readonly pay: typeof PaySlip
  readonly record: typeof RecordDebitAnswer
}
export const commands: Commands = { pay: PaySlip, record: RecordDebitAnswer }

/** What is seen once the bank is asked, and once it has answered. */
export const course = (
  desk: Desk,
  { pay, record }: Commands,
  want: Lacking,
  answer: DebitAnswer,
  between: (desk: Desk) => Instant = () => noon
): { readonly asked: Look; readonly ended: Look } => {
  const payment = Result.getOrThrow(desk.ask(pay, payingWith(want, quoted(desk, want))))
  const afterAsking = look(desk)
  const at = between(desk)
  const request = `req_${payment.id.slice("pay_".length)}` as never
  desk.ask(record, { request, answer }, { at })
  return { asked: afterAsking, ended: look(desk) }
}

/** What has to be seen while the bank is asked: nothing moved, and everything counts. */
export const asking = (before: Look, want: Lacking): Look => ({
  ...before,
  used: 3 * want.amount + 3 * debitFor(want),
  payment: "funding",
  bill: "inPayment",
  topUp: "processing",
  operations: 1,
  waiting: ["bankDebit"]
})

/**
 * What has to be seen when the bank took it: the slip is paid from all there is, and what the bank's grid left over
 * stays.
 */
export const paidFrom = (before: Look, want: Lacking): Look => {
  const debit = debitFor(want)
  const credited = debit - want.topUpFee
  const inCash = want.cash + (want.kind === "cash" ? credited : 0)
  const needed = want.amount + want.fee
  const left = Math.max(inCash - needed, 0)
  return {
    ...before,
    cash: left,
    money: credited - want.lack - left,
    owed: want.amount,
    fees: want.fee + want.topUpFee,
    used: (want.isOnline ? 3 : 2) * want.amount + 2 * debit,
    bank: debit,
    payment: want.isOnline ? "processing" : "completed",
    bill: want.isOnline ? "inPayment" : "paid",
    topUp: "completed",
    waiting: want.isOnline ? ["billerNotice"] : []
  }
}

/** What has to be seen when the bank refused: all as before, and the holder told. */
export const unpaid = (before: Look): Look => ({
  ...before,
  payment: "failed",
  bill: "payable",
  topUp: "failed",
  told: ["paymentFailed"]
})

// ── what can come between ────────────────────────────────────────────────────────────────────────────────────────────

/** What happens to the account while the bank is asked. */
export const hindrances = [
  "spent",
  "suspended",
  "stopped",
  "locked",
  "cashExpired",
  "contractEnded",
  "nothing"
] as const
export type Hindrance = (typeof hindrances)[number]

const standings: Readonly<Partial<Record<Hindrance, Partial<Account>>>> = {
  suspended: { _tag: "suspended", suspendedAt: noon } as never,
  stopped: { _tag: "stopped", stoppedAt: noon, reason: "other" } as never,
  locked: { lockedAt: noon, lockCause: "failures" }
}

/** A millisecond after the last day of cash that was changed at noon of 20 May 2026. */
export const cashGone: Instant = instant(Date.UTC(2028, 4, 20, 15))

/** Lets something happen to the account or its biller; `spent` is what another slip takes. Answers when the bank's word comes. */
const hinder = (desk: Desk, want: Lacking, hindrance: Hindrance, spent: number): Instant => {
  if (spent > 0) desk.ask(PaySlip, { ...paying(spent), barcode: slipOf(spent, { free: "2" }) })
  const changed = standings[hindrance]
  const account = desk.record(accounts, me)
  if (changed !== undefined && account !== undefined) {
    const records = [put(accounts, { ...account, ...changed } as Account)]
    desk.ask(prepare, { policy: policyOf(want), records })
  }
  if (hindrance === "contractEnded") {
    desk.ask(prepare, { policy: policyOf(want), records: [put(billers, { ...waterworks, active: false })] })
  }
  return hindrance === "cashExpired" ? cashGone : noon
}

/** What an account goes through while the bank is asked, what is seen in the end, and whether it could still pay. */
export const hindered = (asked: Commands, want: Lacking, hindrance: Hindrance, beyond: number) => {
  const desk = deskOf(want, { account: { cashExpiresAt: instant(cashGone - 1) } })
  const [have, credited] = [want.cash + want.money, debitFor(want) - want.topUpFee]
  const spare = credited - want.lack
  // Another slip takes what would be left over anyway, or some yen more.
  const spent = hindrance === "spent" ? Math.min(spare + beyond, have) : 0
  const gone = hindrance === "cashExpired" ? want.cash : spent
  const canPay = hindrance === "nothing" || ((hindrance === "spent" || hindrance === "cashExpired") && gone <= spare)
  const { ended } = course(desk, asked, want, debited, () => hinder(desk, want, hindrance, spent))
  return { ended, canPay, spent, kept: have - spent + credited }
}

/** What of an end says that the payment failed and its top-up stayed. */
export const keptIn = ({ bank, bill, cash, money, owed, payment, told, topUp, used }: Look) => ({
  payment,
  topUp,
  told,
  bank,
  owed,
  used,
  held: cash + money,
  bill
})
