/**
 * The bank's answer to a debit: the only thing that completes or fails a bank top-up (TOP-03, TOP-10).
 *
 * The first answer settles it, once. The same answer again changes nothing. An answer that says the opposite of the first is
 * raised to operators; money that came after a refusal goes to suspense, never to a balance and never lost.
 */
import { Result, Schema } from "effect"
import { type Account, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, CommandId, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { commandOf, RequestId } from "../engine/Outbox.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Limit from "../limit/Limit.ts"
import * as Usage from "../limit/Usage.ts"
import { landed } from "./Acceptance.ts"
import {
  TopUp,
  type TopUpCompleted,
  type TopUpFailed,
  type TopUpId,
  TopUpNotFound,
  type TopUpProcessing,
  topUps
} from "./TopUp.ts"

/** What the bank says became of a debit. */
export const DebitAnswer = Schema.Union([
  Schema.TaggedStruct("debited", { bankReference: Schema.String }),
  Schema.TaggedStruct("refused", { reason: Schema.String })
])
export type DebitAnswer = typeof DebitAnswer.Type

const Content = Schema.Struct({ request: RequestId, answer: DebitAnswer })
type Content = typeof Content.Type

/** The top-up that a request was made for. */
export const topUpIdOf = (request: RequestId): TopUpId => `top_${commandOf(request)}` as TopUpId

const settling = (topUp: TopUpProcessing, at: Instant) => {
  const { _tag: _, ...common } = topUp
  return { ...common, settledAt: at }
}

/** The entry of an accepted debit: the bank owes us, the holder is credited, the fee is its own line (FEE-04). */
const topUpEntry = (topUp: TopUpProcessing, account: Account, id: JournalEntry.EntryId, at: Instant) => {
  const customer = account.kind === "cash" ? AccountCode.cash(account.id) : AccountCode.money(account.id)
  return JournalEntry.balanced({
    id,
    kind: "topUp",
    businessAt: at,
    postings: [
      ...JournalEntry.debit(AccountCode.bankSettlement(topUp.bank), topUp.amount),
      ...JournalEntry.credit(customer, topUp.amount),
      ...JournalEntry.debit(customer, topUp.fee),
      ...JournalEntry.credit(AccountCode.fees, topUp.fee)
    ]
  })
}

const complete = (facts: Facts, topUp: TopUpProcessing, account: Account, at: Instant, id: CommandId) => {
  const completed: TopUpCompleted = { _tag: "completed", ...settling(topUp, at), creditedTo: account.kind }
  const held = facts.held(AccountCode.cash(account.id))
  const creditsCash = account.kind === "cash"
  const expired = creditsCash ? Cash.expiryEntry(account, held, at, JournalEntry.entryId(id, 1)) : []
  return Decision.make<TopUp>({
    result: completed,
    entries: [...expired, topUpEntry(topUp, account, JournalEntry.entryId(id, expired.length + 1), at)],
    puts: [
      put(topUps, completed),
      landed(facts, topUp.account, topUp),
      ...(creditsCash ? [put(accounts, Cash.changed(account, at))] : [])
    ],
    answered: [topUp.request]
  })
}

const fail = (facts: Facts, topUp: TopUpProcessing, reason: string, at: Instant) => {
  const failed: TopUpFailed = { _tag: "failed", ...settling(topUp, at), reason }
  const counted = Limit.usageAt(facts, topUp.account, "topUp", topUp.askedAt)
  return Decision.make<TopUp>({
    result: failed,
    puts: [
      put(topUps, failed),
      landed(facts, topUp.account, topUp),
      ...Limit.giveBack({ operation: "topUp", way: topUp.way, amount: topUp.amount, ...counted })
    ],
    answered: [topUp.request]
  })
}

const contradicted = (topUp: TopUpCompleted | TopUpFailed, at: Instant, id: CommandId) => {
  const marked: TopUp = { ...topUp, contradictedAt: at }
  const entries =
    topUp._tag === "completed"
      ? []
      : [
          JournalEntry.balanced({
            id: JournalEntry.entryId(id, 1),
            kind: "unexpectedDeposit",
            businessAt: at,
            postings: [
              ...JournalEntry.debit(AccountCode.bankSettlement(topUp.bank), topUp.amount),
              ...JournalEntry.credit(AccountCode.suspense, topUp.amount)
            ]
          })
        ]
  return Decision.make<TopUp>({
    result: marked,
    entries,
    puts: [put(topUps, marked)],
    answered: [topUp.request],
    notices: [
      { id: `${id}.1`, kind: "topUpContradicted", to: "operators", account: topUp.account, subject: topUp.id, at }
    ]
  })
}

const settledAgain = (topUp: TopUpCompleted | TopUpFailed, answer: DebitAnswer, at: Instant, id: CommandId) => {
  const agrees = (topUp._tag === "completed") === (answer._tag === "debited")
  return agrees || topUp.contradictedAt !== undefined
    ? Decision.make<TopUp>({ result: topUp, answered: [topUp.request] })
    : contradicted(topUp, at, id)
}

const readsMore = (found: Found, { content }: Envelope<Content>) => {
  const topUp = found.peek(topUps, topUpIdOf(content.request))
  if (topUp === undefined) return []
  return [
    key(accounts, topUp.account),
    Usage.inFlightKey(topUp.account, "topUp"),
    ...Limit.usageKeys(topUp.account, "topUp", topUp.askedAt),
    balanceKey(AccountCode.cash(topUp.account)),
    balanceKey(AccountCode.money(topUp.account))
  ]
}

/** Settles a top-up by the bank's answer, exactly once. */
export const RecordDebitAnswer: Command<Content, TopUp, TopUpNotFound> = {
  tag: "RecordDebitAnswer",
  content: Content,
  success: TopUp,
  // The same answer with another reference or reason is the same answer.
  intent: ({ answer, request }) => ({ request, answer: answer._tag }),
  reads: ({ content }) => [key(topUps, topUpIdOf(content.request))],
  readsMore,
  decide: (facts, { at, content, id }) => {
    const topUp = facts.find(topUps, topUpIdOf(content.request))
    const account = topUp === undefined ? undefined : facts.find(accounts, topUp.account)
    if (topUp === undefined || account === undefined) {
      return Result.fail(new TopUpNotFound({ topUp: topUpIdOf(content.request) }))
    }
    const { answer } = content
    if (topUp._tag !== "processing") return Result.succeed(settledAgain(topUp, answer, at, id))
    return Result.succeed(
      answer._tag === "debited" ? complete(facts, topUp, account, at, id) : fail(facts, topUp, answer.reason, at)
    )
  }
}
