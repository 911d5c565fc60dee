/**
 * Booking a deposit that the provider reports, once for each of its receipts (TOP-06, TOP-09).
 *
 * One that is for an awaiting top-up, of its amount, and notified until the end of its due date is credited. Any other is kept in suspense
 * and raised: none is refused and none is lost. It is booked whatever the account's standing is (ACC-20).
 */
import { Result, Schema } from "effect"
import { type Account, accounts } from "../account/Account.ts"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put, type Put } from "../engine/Facts.ts"
import { RequestId } from "../engine/Outbox.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Usage from "../limit/Usage.ts"
import { PositiveYen } from "../money/Yen.ts"
import { ChainCode } from "../policy/Wallet.ts"
import { suspended } from "../suspense/Suspending.ts"
import { landed } from "./Acceptance.ts"
import { credited, creditingKeys } from "./Crediting.ts"
import {
  Deposit,
  type DepositCause,
  depositId,
  deposits,
  type DepositTopUp,
  type DepositTopUpAwaiting,
  type DepositTopUpCompleted,
  depositTopUps,
  numberId,
  numbersIssued,
  PaymentNumber,
  ProviderName,
  Receipt
} from "./Deposit.ts"
import { depositTopUpIdOf } from "./DepositRequest.ts"

/** A deposit as the provider reports it. */
export const ReportedDeposit = Schema.Struct({
  provider: ProviderName,
  /** The provider's own number of this deposit. */
  receipt: Receipt,
  number: PaymentNumber,
  amount: PositiveYen,
  chain: Schema.optionalKey(ChainCode),
  depositedAt: JapanDate.Instant,
  /** The request that the number was issued for, where the provider says so: a deposit may come before its number is known here. */
  reference: Schema.optionalKey(RequestId)
})
export type ReportedDeposit = typeof ReportedDeposit.Type

/** Refused: the receipt was reported before with something else; the provider has to say which is true. */
export class DepositDiffers extends Schema.TaggedError<DepositDiffers>()("DepositDiffers", {
  provider: ProviderName,
  receipt: Receipt
}) {}

/** What is compared of two reports of one receipt. */
const said = ({ amount, chain, depositedAt, number }: Deposit | ReportedDeposit) =>
  JSON.stringify([number, amount, chain ?? null, depositedAt])

/** Why a deposit cannot be credited; none where it can. What counts is when it was notified (decision 36). */
const causeOf = (
  topUp: DepositTopUp | undefined,
  account: Account | undefined,
  amount: PositiveYen,
  at: JapanDate.Instant
): DepositCause | undefined => {
  if (topUp === undefined || account === undefined) return "unknownNumber"
  if (topUp._tag === "completed") return "alreadyCompleted"
  if (topUp._tag === "failed") return "topUpFailed"
  if (topUp._tag === "expired" || JapanDate.at(at) > topUp.due) return "afterDueDate"
  if (amount !== topUp.amount) return "otherAmount"
  return account._tag === "closed" ? "accountClosed" : undefined
}

/** The top-up of a deposit: by its number, or, before that is known here, by the request that the provider names. */
const topUpOf = (facts: Facts, { number, provider, reference }: ReportedDeposit): DepositTopUp | undefined => {
  const known = facts.find(numbersIssued, numberId(provider, number))
  if (known !== undefined) return facts.find(depositTopUps, known.topUp)
  const asked = reference === undefined ? undefined : facts.find(depositTopUps, depositTopUpIdOf(reference))
  return asked?.provider === provider && asked.issued === undefined ? asked : undefined
}

const readsMore = (found: Found, { content }: Envelope<ReportedDeposit>): ReadonlyArray<Key> => {
  const { number, provider, reference } = content
  const known = found.peek(numbersIssued, numberId(provider, number))?.topUp
  const id = known ?? (reference === undefined ? undefined : depositTopUpIdOf(reference))
  if (id === undefined) return []
  const topUp = found.peek(depositTopUps, id)
  return topUp === undefined
    ? [key(depositTopUps, id)]
    : [...creditingKeys(topUp.account), Usage.inFlightKey(topUp.account, "topUp")]
}

/** What a deposit is booked against: what the provider owes for the chain that took it. */
const owedBy = ({ chain, provider }: Deposit, topUp?: DepositTopUp): AccountCode.AccountCode =>
  AccountCode.receivable(provider, chain ?? topUp?.chain)

const credit = (
  facts: Facts,
  deposit: Deposit,
  topUp: DepositTopUpAwaiting,
  account: Account,
  { at, id }: Envelope<ReportedDeposit>
) => {
  const { _tag: _, ...common } = topUp
  const { amount, fee } = topUp
  const incoming = { kind: "topUp", against: owedBy(deposit, topUp), amount, fee } as const
  const { creditedTo, entries, puts } = credited(facts, account, incoming, { at, id })
  const completed: DepositTopUpCompleted = {
    _tag: "completed",
    ...common,
    creditedTo,
    deposit: deposit.id,
    settledAt: at
  }
  return {
    result: deposit,
    entries,
    puts: [put(depositTopUps, completed as DepositTopUp), landed(facts, topUp.account, topUp), ...puts]
  }
}

const suspend = (
  deposit: Deposit,
  cause: DepositCause,
  topUp: DepositTopUp | undefined,
  { at, id }: Envelope<ReportedDeposit>
) => {
  const whose = topUp === undefined ? {} : { account: topUp.account }
  const { amount } = deposit
  const against = owedBy(deposit, topUp)
  const { item, kind, postings, puts } = suspended(
    { cause, direction: "in", amount, against, subject: deposit.id, ...whose },
    id,
    at
  )
  return {
    result: deposit,
    entries: [JournalEntry.balanced({ id: JournalEntry.entryId(id, 1), kind, businessAt: at, postings })],
    puts,
    notices: [
      {
        id: `${id}.1`,
        kind: "depositSuspended" as const,
        to: "operators" as const,
        account: topUp?.account ?? "",
        subject: item.id,
        at
      }
    ]
  }
}

/** A number that came with the first deposit for it is known from then on. */
const learnt = (facts: Facts, { id, topUp }: { readonly id: string; readonly topUp: DepositTopUp | undefined }) =>
  topUp === undefined || facts.find(numbersIssued, id) !== undefined
    ? []
    : [put(numbersIssued, { id, topUp: topUp.id })]

/** Books a deposit. The same receipt again changes nothing. */
export const RecordDeposit: Command<ReportedDeposit, Deposit, DepositDiffers> = {
  tag: "RecordDeposit",
  content: ReportedDeposit,
  success: Deposit,
  // One way of reporting may name the request and another not: the deposit is the same.
  intent: ({ reference: _, ...deposit }) => deposit,
  reads: ({ content: { number, provider, receipt, reference } }) => [
    key(deposits, depositId(provider, receipt)),
    key(numbersIssued, numberId(provider, number)),
    ...(reference === undefined ? [] : [key(depositTopUps, depositTopUpIdOf(reference))])
  ],
  readsMore,
  decide: (facts, envelope) => {
    const { at, content } = envelope
    const { provider, receipt, reference: _, ...paid } = content
    const before = facts.find(deposits, depositId(provider, receipt))
    if (before !== undefined) {
      return said(before) === said(content)
        ? Result.succeed(Decision.make({ result: before }))
        : Result.fail(new DepositDiffers({ provider, receipt }))
    }
    const topUp = topUpOf(facts, content)
    const account = topUp === undefined ? undefined : facts.find(accounts, topUp.account)
    const cause = causeOf(topUp, account, paid.amount, at)
    const deposit: Deposit = {
      id: depositId(provider, receipt),
      provider,
      ...paid,
      recordedAt: at,
      ...(topUp === undefined ? {} : { topUp: topUp.id }),
      ...(cause === undefined ? {} : { cause })
    }
    const booked =
      cause === undefined && topUp?._tag === "awaiting" && account !== undefined
        ? credit(facts, deposit, topUp, account, envelope)
        : suspend(deposit, cause ?? "unknownNumber", topUp, envelope)
    const number: ReadonlyArray<Put> = learnt(facts, { id: numberId(provider, paid.number), topUp })
    return Result.succeed(Decision.make({ ...booked, puts: [put(deposits, deposit), ...booked.puts, ...number] }))
  }
}
