/**
 * Payouts at a desk: a holder with cash and money, up to three links, the bank's answers, and where every yen is.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { type BankLink, type BankLinkId, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type BankSettings, bankSettings } from "@kinchaku/domain/bank/BankSettings"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Command } from "@kinchaku/domain/engine/Command"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import * as AccountCode from "@kinchaku/domain/ledger/AccountCode"
import { usages } from "@kinchaku/domain/limit/Usage"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { type Otp, type OtpId, otps } from "@kinchaku/domain/otp/Otp"
import { type Payout, payouts } from "@kinchaku/domain/payout/Payout"
import type { PayoutAnswer, RecordPayoutAnswer } from "@kinchaku/domain/payout/PayoutAnswer"
import type { SetPayoutAccount } from "@kinchaku/domain/payout/PayoutAccount"
import type { RequestPayout } from "@kinchaku/domain/payout/Requesting"
import { type BankTerms, compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { Result } from "effect"
import * as fc from "fast-check"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { hashOf, nonceOf } from "./Accounts.ts"
import { accountIdOf, accountOf, holderOf, me, same } from "./Payments.ts"
import { commandId, Desk, named, noon } from "./PaymentsDesk.ts"
import { anyTime, bank, linkIn } from "./PaymentsTopUps.ts"
import { holders } from "@kinchaku/domain/account/Holder"

export type Choosing = typeof SetPayoutAccount
export type Requesting = typeof RequestPayout
export type Answering = typeof RecordPayoutAnswer
export type ContentOf<C> = C extends Command<infer Content, infer _S, infer _R> ? Content : never

export const linkOf = (n: number): BankLinkId => `link_${commandId(800 + n)}` as BankLinkId

/** The n-th link of a holder, in one of its states. */
export const link = (n: number, state: BankLink["_tag"] = "registered", owner = me): BankLink => ({
  ...linkIn(state, owner),
  id: linkOf(n)
})

/** What stands before a payout. */
export interface Counter {
  readonly account?: Partial<Account>
  readonly cash?: number
  readonly money?: number
  readonly fee?: number
  readonly terms?: Partial<BankTerms>
  readonly settings?: Partial<BankSettings>
  readonly links?: ReadonlyArray<BankLink>
  readonly policy?: Partial<Policy>
  readonly more?: ReadonlyArray<Put>
}

/** Without limits in the way. */
export const open: Policy["limits"] = {
  cash: { ...compat.limits.cash, payout: {} },
  money: { ...compat.limits.money, payout: {} }
}

/** `maximum` of one payout and hours for which the payout account is frozen. */
export const payoutTerms = (own: Partial<Policy["wallet"]["payout"]>): Pick<Policy, "wallet"> => ({
  wallet: { ...codeless.wallet, payout: { ...codeless.wallet.payout, ...own } }
})

const chosenOf = ({ settings = {} }: Counter): BankSettings => ({
  id: me,
  registrations: 1,
  payoutAccount: linkOf(0),
  chosen: linkOf(0),
  chosenAt: noon,
  ...settings
})

/** The settings without what is set to undefined. */
const settled = (settings: object): BankSettings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as unknown as BankSettings

export const counterWith = (counter: Counter = {}): Desk => {
  const { fee = 0, links = [link(0)], more = [], policy = {}, terms = {} } = counter
  return new Desk({
    policy: {
      ...codeless,
      limits: open,
      fees: fee === 0 ? [] : [{ function: "payout", fixed: fee as Yen }],
      banks: { [bank]: { ...anyTime, ...terms } },
      ...policy
    },
    records: [
      put(accounts, { ...accountOf(me, "money"), ...counter.account } as Account),
      put(accounts, accountOf(accountIdOf(1), "money")),
      put(holders, holderOf(me)),
      ...links.map((one) => put(bankLinks, one)),
      put(bankSettings, settled(chosenOf(counter))),
      ...more
    ],
    held: [
      { account: AccountCode.cash(me), yen: counter.cash ?? 0 },
      { account: AccountCode.money(me), yen: counter.money ?? 1_000_000 }
    ]
  })
}

/** What is asked for: an amount at the fee that was shown. */
export const asking = (amount: number, fee = 0, otp?: OtpId): ContentOf<Requesting> => ({
  account: me,
  amount: amount as PositiveYen,
  quotedFee: fee as Yen,
  ...(otp === undefined ? {} : { otp })
})

export const choosing = (
  n: number,
  transferable: ContentOf<Choosing>["transferable"] = "yes"
): ContentOf<Choosing> => ({ account: me, link: linkOf(n), transferable })

/** Where the yen are, each on its own side, and how much counts in all. */
export const places = (desk: Desk) => ({
  cash: desk.held(AccountCode.cash(me)),
  money: desk.held(AccountCode.money(me)),
  inTransit: desk.booked(AccountCode.payoutInTransit),
  feesHeld: desk.booked(AccountCode.feesHeld),
  fees: desk.booked(AccountCode.fees),
  paid: desk.booked(AccountCode.bankSettlement(bank)),
  suspense: desk.booked(AccountCode.suspense),
  outlay: -desk.booked(AccountCode.suspendedOutlay),
  used: desk.recordsOf(usages).reduce((sum, { total }) => sum + total, 0)
})
export type Places = ReturnType<typeof places>

export const credited: PayoutAnswer = { _tag: "credited", bankReference: "B-1" }
export const creditedAgain: PayoutAnswer = { _tag: "credited", bankReference: "B-2" }
export const refused: PayoutAnswer = { _tag: "refused", reason: "noSuchAccount" }
export const refusedAgain: PayoutAnswer = { _tag: "refused", reason: "accountClosed" }

/** Up to four answers of a bank, agreeing or not, in any order. */
export const answers = (): fc.Arbitrary<ReadonlyArray<PayoutAnswer>> =>
  fc.array(fc.constantFrom(credited, creditedAgain, refused, refusedAgain), { maxLength: 4 })

/** Where the yen of one payout have to be after some answers, out of so much money. */
export const endsUp = (money: number, amount: number, fee: number, said: ReadonlyArray<PayoutAnswer>): Places => {
  const first = said[0]?._tag
  const isOpen = first === undefined
  const isPaid = first === "credited"
  const isOpposed = said.some(({ _tag }) => _tag !== first)
  return {
    cash: 0,
    money: first === "refused" ? money : money - amount - fee,
    inTransit: isOpen ? amount : 0,
    feesHeld: isOpen ? fee : 0,
    fees: isPaid ? fee : 0,
    paid: isPaid !== isOpposed && !isOpen ? amount : 0,
    suspense: isPaid && isOpposed ? amount : 0,
    outlay: first === "refused" && isOpposed ? amount : 0,
    // Day, month and, until it is settled, what is in flight.
    used: amount * (isOpen ? 3 : isPaid ? 2 : 0)
  }
}

/** The state that a bank's first answer leads to. */
export const stateAfter = (first: PayoutAnswer | undefined): Payout["_tag"] =>
  first === undefined ? "processing" : first._tag === "credited" ? "completed" : "failed"

/** The only payout of a desk. */
export const only = (desk: Desk): Payout | undefined => desk.recordsOf(payouts)[0]

/** A code that is confirmed for an operation. */
export const codeFor = (operation: string, state: Otp["state"] = "confirmed"): Otp => ({
  id: `otp_${commandId(700)}` as OtpId,
  subject: me,
  account: me,
  purpose: "payout",
  operation,
  channel: "sms",
  contact: hashOf("phone", 1),
  contactIn: commandId(900),
  nonce: nonceOf(1),
  code: hashOf("person", 2),
  state,
  issuedAt: noon,
  expiresAt: (noon + 3_600_000) as Instant,
  ...(state === "open" ? {} : { confirmedAt: noon }),
  failures: 0,
  delivery: "sent"
})
export const codePut = (otp: Otp): Put => put(otps, otp)

/** Codes are asked for payouts. */
export const withCodes: Partial<Policy> = {
  authentication: {
    ...codeless.authentication,
    otp: { ...codeless.authentication.otp, waived: ["payment", "topUp"] }
  }
}

/** One step of a history: money that comes in, a payout, or an answer to one that was asked for before. */
export interface Step {
  readonly what: "ask" | "credited" | "refused"
  readonly amount: number
  readonly which: number
}

export const steps = (): fc.Arbitrary<ReadonlyArray<Step>> =>
  fc.array(
    fc.record(
      {
        what: fc.constantFrom("ask" as const, "ask" as const, "credited" as const, "refused" as const),
        amount: fc.oneof(fc.constantFrom(1, 999, 1_000, 1_001), fc.integer({ min: 1, max: 3_000 })),
        which: fc.nat({ max: 4 })
      },
      { noNullPrototype: true }
    ),
    { maxLength: 20 }
  )

/** What the books say of themselves: debits less credits in all, what is owed against what is had, and the lowest balance. */
export const soundness = (desk: Desk) => {
  const all = [...desk.books.balances.values()]
  const net = all.reduce((sum, { credits, debits }) => sum + debits - credits, 0)
  const processing = desk.recordsOf(payouts).filter(({ _tag }) => _tag === "processing")
  const sum = (of: "amount" | "fee") => processing.reduce((total, payout) => total + payout[of], 0)
  return {
    net,
    inTransit: desk.booked(AccountCode.payoutInTransit) - sum("amount"),
    feesHeld: desk.booked(AccountCode.feesHeld) - sum("fee"),
    isBelowZero: desk.held(AccountCode.money(me)) < 0
  }
}

const sound = { net: 0, inTransit: 0, feesHeld: 0, isBelowZero: false }

/** Whether the books are sound after each step of a history, and what there is at its end is what was there before. */
export const conserves = (
  commands: { request: Requesting; answer: Answering },
  history: ReadonlyArray<Step>
): boolean => {
  const desk = counterWith({ money: 10_000, fee: 10 })
  for (const { amount, what, which } of history) {
    if (what === "ask") desk.ask(commands.request, asking(amount, 10))
    else {
      const payout = desk.recordsOf(payouts)[which]
      if (payout !== undefined) {
        desk.ask(commands.answer, { request: payout.request, answer: what === "credited" ? credited : refused })
      }
    }
    if (!same(soundness(desk), sound)) return false
  }
  const at = places(desk)
  return at.money + at.inTransit + at.feesHeld + at.fees + at.paid + at.suspense - at.outlay === 10_000
}

/** "accepted", or the name of the refusal with its reason where it has one. */
export const outcome = (answer: Result.Result<unknown, { readonly _tag: string }>): string => {
  if (Result.isSuccess(answer)) return "accepted"
  const { failure } = answer
  return "reason" in failure ? `${failure._tag} ${String(failure.reason)}` : named(answer)
}
