/**
 * The bank's answer to a payout: what completes or fails it (OUT-06, OUT-07), booked whatever the standing of its account (ACC-20). An
 * operator who has it from the bank otherwise says it in the bank's place, see `Settling`.
 *
 * The first answer settles it, once. The same answer again changes nothing. The opposite afterwards is raised to operators and what
 * moved by it stands in suspense: what came back after a credit, what left after a refusal.
 */
import { Result, Schema } from "effect"
import * as LinkUse from "../bank/LinkUse.ts"
import { bankLinks } from "../bank/BankLink.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { commandOf, RequestId } from "../engine/Outbox.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import type { Notice } from "../notice/Notice.ts"
import { suspended } from "../suspense/Suspending.ts"
import {
  Payout,
  payoutBatches,
  type PayoutCompleted,
  type PayoutFailed,
  type PayoutId,
  PayoutNotFound,
  type PayoutProcessing,
  payouts
} from "./Payout.ts"
import { countedKeys, givenBack, landed, requestedPostings } from "./Requesting.ts"
import { batchKey } from "./Unresolved.ts"

/** What the bank says became of a payout. */
export const PayoutAnswer = Schema.Union([
  Schema.TaggedStruct("credited", { bankReference: Schema.String }),
  Schema.TaggedStruct("refused", { reason: Schema.String })
])
export type PayoutAnswer = typeof PayoutAnswer.Type

const Content = Schema.Struct({ request: RequestId, answer: PayoutAnswer })
type Content = typeof Content.Type
type Moment = Pick<Envelope<unknown>, "at" | "id">

/** The payout that a request was made for. */
export const payoutIdOf = (request: RequestId): PayoutId => `out_${commandOf(request)}` as PayoutId

/** The key of an answer: the same answer again is the same intention, the opposite is another one. */
export const payoutAnswerKey = (request: RequestId, { _tag }: PayoutAnswer): string => `${request} ${_tag}`

const told = (
  { account, id: subject }: Payout,
  kind: Notice["kind"],
  to: Notice["to"],
  { at, id }: Moment
): Notice => ({
  id: `${id}.1`,
  kind,
  to,
  account,
  subject,
  at
})

const settling = (payout: PayoutProcessing, at: Instant) => {
  const { _tag: _, ...common } = payout
  return { ...common, settledAt: at }
}

/**
 * The bank at which a payout leaves: the one that credits it, or for files the operator's own, from whose account they are transferred
 * whatever the policy says by then.
 */
const paidFrom = (facts: Facts, { bank, batch, route }: Payout): AccountCode.AccountCode => {
  if (route === "gateway") return AccountCode.bankSettlement(bank)
  const made = batch === undefined ? undefined : facts.find(payoutBatches, batch)
  return AccountCode.bankSettlement(made?.bank ?? facts.policy.wallet.payout.requester?.bank ?? bank)
}

/** > Dr payout in transit · Cr bank settlement; Dr fees held · Cr fees */
const complete = (facts: Facts, payout: PayoutProcessing, moment: Moment) => {
  const { amount, fee, link, request } = payout
  const completed: PayoutCompleted = { _tag: "completed", ...settling(payout, moment.at) }
  const entry = {
    id: JournalEntry.entryId(moment.id, 1),
    kind: "payoutCompleted" as const,
    businessAt: moment.at,
    postings: [
      ...JournalEntry.debit(AccountCode.payoutInTransit, amount),
      ...JournalEntry.credit(paidFrom(facts, payout), amount),
      ...JournalEntry.debit(AccountCode.feesHeld, fee),
      ...JournalEntry.credit(AccountCode.fees, fee)
    ]
  }
  return Decision.make<Payout>({
    result: completed,
    entries: [JournalEntry.balanced(entry)],
    puts: [put(payouts, completed), landed(facts, payout), ...LinkUse.ended(facts, link)],
    answered: [request],
    notices: [told(payout, "payoutCompleted", "holder", moment)]
  })
}

/** The exact reverse of the request. What comes back may pass the balance cap: it was the holder's before (LIM-06). */
const fail = (facts: Facts, payout: PayoutProcessing, reason: string, moment: Moment) => {
  const failed: PayoutFailed = { _tag: "failed", ...settling(payout, moment.at), reason }
  const entry = {
    id: JournalEntry.entryId(moment.id, 1),
    kind: "payoutReversed" as const,
    businessAt: moment.at,
    postings: JournalEntry.reversed(requestedPostings(payout)),
    reverses: payout.entry
  }
  return Decision.make<Payout>({
    result: failed,
    entries: [JournalEntry.balanced(entry)],
    puts: [
      put(payouts, failed),
      landed(facts, payout),
      ...givenBack(facts, payout),
      ...LinkUse.ended(facts, payout.link)
    ],
    answered: [payout.request],
    notices: [told(payout, "payoutFailed", "holder", moment)]
  })
}

const contradicted = (facts: Facts, payout: PayoutCompleted | PayoutFailed, moment: Moment) => {
  const { account, amount } = payout
  const marked: Payout = { ...payout, contradictedAt: moment.at }
  const wasCredited = payout._tag === "completed"
  const item = suspended(
    {
      cause: wasCredited ? "returnedAfterCredit" : "creditedAfterRefusal",
      direction: wasCredited ? "in" : "out",
      amount,
      against: paidFrom(facts, payout),
      subject: payout.id,
      account
    },
    moment.id,
    moment.at
  )
  const { kind, postings } = item
  const entry = { id: JournalEntry.entryId(moment.id, 1), kind, businessAt: moment.at, postings }
  return Decision.make<Payout>({
    result: marked,
    entries: [JournalEntry.balanced(entry)],
    puts: [put(payouts, marked), ...item.puts],
    answered: [payout.request],
    notices: [told(payout, "payoutContradicted", "operators", moment)]
  })
}

const settledAgain = (facts: Facts, payout: PayoutCompleted | PayoutFailed, answer: PayoutAnswer, moment: Moment) => {
  const agrees = (payout._tag === "completed") === (answer._tag === "credited")
  const isFirst = payout.contradictedAt === undefined
  if (!agrees && isFirst) return contradicted(facts, payout, moment)
  // The bank's last word is the opposite of its first, so the first again is another change of mind: raised, and nothing moves.
  const notices = agrees && !isFirst ? [told(payout, "payoutContradicted", "operators", moment)] : []
  return Decision.make<Payout>({ result: payout, answered: [payout.request], notices })
}

/** What settling a payout reads beside the payout itself. */
export const settlingKeys = (payout: Payout | undefined): ReadonlyArray<Key> =>
  payout === undefined
    ? []
    : [key(bankLinks, payout.link), ...batchKey(payout), ...countedKeys(payout.account, payout.askedAt)]

/** Settles a payout in processing by what became of it. */
export const settled = (
  facts: Facts,
  payout: PayoutProcessing,
  answer: PayoutAnswer,
  moment: Moment
): Decision.Decision<Payout> =>
  answer._tag === "credited" ? complete(facts, payout, moment) : fail(facts, payout, answer.reason, moment)

/** Settles a payout by the bank's answer, exactly once. */
export const RecordPayoutAnswer: Command<Content, Payout, PayoutNotFound> = {
  tag: "RecordPayoutAnswer",
  content: Content,
  success: Payout,
  // The same answer with another reference or reason is the same answer.
  intent: ({ answer, request }) => ({ request, answer: answer._tag }),
  reads: ({ content }) => [key(payouts, payoutIdOf(content.request))],
  readsMore: (found, { content }) => settlingKeys(found.peek(payouts, payoutIdOf(content.request))),
  decide: (facts, moment) => {
    const { answer, request } = moment.content
    const payout = facts.find(payouts, payoutIdOf(request))
    if (payout === undefined) return Result.fail(new PayoutNotFound({ payout: payoutIdOf(request) }))
    if (payout._tag !== "processing") return Result.succeed(settledAgain(facts, payout, answer, moment))
    return Result.succeed(settled(facts, payout, answer, moment))
  }
}
