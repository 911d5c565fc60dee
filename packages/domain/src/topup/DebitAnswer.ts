/**
 * The bank's answer to a debit: the only thing that completes or fails a bank top-up (TOP-03, TOP-10), and what
 * follows for the payment that an exact top-up is for (TOP-14, TOP-17).
 *
 * The first answer settles it, once. The same answer again changes nothing. An answer that says the opposite of the
 * first is raised to operators; money that came after a refusal goes to suspense, never to a balance and never lost.
 * A bank that takes the opposite back is raised too: what becomes of the amount is for operators to decide.
 */
import { Result, Schema } from "effect"
import { type Account, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import { bankLinks } from "../bank/BankLink.ts"
import { ended } from "../bank/LinkUse.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, CommandId, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { commandOf, RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Amount from "../money/Yen.ts"
import type { Notice } from "../notice/Notice.ts"
import * as FundedPayment from "../payment/FundedPayment.ts"
import type { Available } from "../payment/Funding.ts"
import { type PaymentFunding, payments } from "../payment/Payment.ts"
import { suspended } from "../suspense/Suspending.ts"
import { countedKeys, givenBack, landed } from "./Acceptance.ts"
import { credited, creditingKeys } from "./Crediting.ts"
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

/** The payment that waits for a top-up (TOP-14). */
const fundedBy = (facts: Facts, { payment: id }: TopUpProcessing): PaymentFunding | undefined => {
  const payment = id === undefined ? undefined : facts.find(payments, id)
  return payment?._tag === "funding" ? payment : undefined
}

/** What can be spent once the top-up is credited. */
const afterwards = (facts: Facts, topUp: TopUpProcessing, account: Account, at: Instant): Available => {
  const { cash, money } = Cash.spendable(facts, account, at)
  const credited = Amount.minus(topUp.amount, topUp.fee)
  return account.kind === "cash"
    ? { cash: Amount.plus(cash, credited), money }
    : { cash, money: Amount.plus(money, credited) }
}

const complete = (facts: Facts, topUp: TopUpProcessing, account: Account, at: Instant, id: CommandId) => {
  const { amount, bank, fee } = topUp
  const incoming = { kind: "topUp", against: AccountCode.bankSettlement(bank), amount, fee } as const
  const { creditedTo, entries, puts } = credited(facts, account, incoming, { at, id })
  const completed: TopUpCompleted = { _tag: "completed", ...settling(topUp, at), creditedTo }
  const payment = fundedBy(facts, topUp)
  const moment = { at, id, entryNumber: entries.length + 1 }
  const following =
    payment === undefined
      ? FundedPayment.nothing
      : FundedPayment.funded(facts, payment, account, afterwards(facts, topUp, account, at), moment)
  const drawsCash = following.drawsCash && creditedTo !== "cash"
  return Decision.make<TopUp>({
    result: completed,
    entries: [...entries, ...following.entries],
    puts: [
      put(topUps, completed),
      landed(facts, topUp.account, topUp),
      ...puts,
      ...(drawsCash ? [put(accounts, Cash.changed(account, at))] : []),
      ...ended(facts, topUp.link),
      ...following.puts
    ],
    requests: following.requests,
    answered: [topUp.request],
    notices: following.notices
  })
}

const fail = (facts: Facts, topUp: TopUpProcessing, reason: string, at: Instant, id: CommandId) => {
  const failed: TopUpFailed = { _tag: "failed", ...settling(topUp, at), reason }
  const payment = fundedBy(facts, topUp)
  const { notices, puts } =
    payment === undefined ? FundedPayment.nothing : FundedPayment.unfunded(facts, payment, { at, id })
  return Decision.make<TopUp>({
    result: failed,
    puts: [put(topUps, failed), ...givenBack(facts, topUp), ...ended(facts, topUp.link), ...puts],
    answered: [topUp.request],
    notices
  })
}

/** Money that came after a refusal stands in suspense; a refusal after the money came moves nothing. */
const unexpected = (topUp: TopUpCompleted | TopUpFailed, at: Instant, id: CommandId) => {
  if (topUp._tag === "completed") return { entries: [], puts: [] }
  const { account, amount, bank } = topUp
  const { kind, postings, puts } = suspended(
    {
      cause: "debitedAfterRefusal",
      direction: "in",
      amount,
      against: AccountCode.bankSettlement(bank),
      subject: topUp.id,
      account
    },
    id,
    at
  )
  const entry = { id: JournalEntry.entryId(id, 1), kind, businessAt: at, postings }
  return { entries: [JournalEntry.balanced(entry)], puts }
}

const raised = ({ account, id: subject }: TopUp, at: Instant, id: CommandId): ReadonlyArray<Notice> => [
  { id: `${id}.1`, kind: "topUpContradicted", to: "operators", account, subject, at }
]

const contradicted = (topUp: TopUpCompleted | TopUpFailed, at: Instant, id: CommandId) => {
  const marked: TopUp = { ...topUp, contradictedAt: at }
  const { entries, puts } = unexpected(topUp, at, id)
  return Decision.make<TopUp>({
    result: marked,
    entries,
    puts: [put(topUps, marked), ...puts],
    answered: [topUp.request],
    notices: raised(topUp, at, id)
  })
}

const settledAgain = (topUp: TopUpCompleted | TopUpFailed, answer: DebitAnswer, at: Instant, id: CommandId) => {
  const agrees = (topUp._tag === "completed") === (answer._tag === "debited")
  const isFirst = topUp.contradictedAt === undefined
  if (!agrees && isFirst) return contradicted(topUp, at, id)
  // The bank's last word is the opposite of its first, so the first again is another change of mind.
  const notices = agrees && !isFirst ? raised(topUp, at, id) : []
  return Decision.make<TopUp>({ result: topUp, answered: [topUp.request], notices })
}

const readsMore = (found: Found, { content }: Envelope<Content>) => {
  const topUp = found.peek(topUps, topUpIdOf(content.request))
  if (topUp === undefined) return []
  return [
    ...creditingKeys(topUp.account),
    ...countedKeys(topUp),
    key(bankLinks, topUp.link),
    ...(topUp.payment === undefined ? [] : FundedPayment.fundedKeys(found, topUp.payment))
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
      answer._tag === "debited" ? complete(facts, topUp, account, at, id) : fail(facts, topUp, answer.reason, at, id)
    )
  }
}
