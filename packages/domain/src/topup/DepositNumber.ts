/**
 * The provider's answer to a request for a payment number: the number that the holder is told, or that there is none (TOP-04, TOP-05).
 *
 * The first answer counts. A number is known from then on whatever became of its top-up meanwhile, so that a deposit for it is told apart
 * from one for a number that nobody issued (TOP-06).
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command, CommandId } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import type { NoticeKind } from "../notice/Notice.ts"
import { countedKeys, givenBack } from "./Acceptance.ts"
import {
  DepositTopUp,
  type DepositTopUpAwaiting,
  type DepositTopUpFailed,
  DepositTopUpNotFound,
  depositTopUps,
  IssuedNumber,
  numberId,
  numbersIssued
} from "./Deposit.ts"
import { depositTopUpIdOf } from "./DepositRequest.ts"

/** What the provider says became of a request for a number. */
export const NumberAnswer = Schema.Union([
  Schema.TaggedStruct("issued", { issued: IssuedNumber }),
  Schema.TaggedStruct("refused", { reason: Schema.String })
])
export type NumberAnswer = typeof NumberAnswer.Type

const Content = Schema.Struct({ request: RequestId, answer: NumberAnswer })
type Content = typeof Content.Type

const told = (
  kind: NoticeKind,
  to: "holder" | "operators",
  topUp: DepositTopUp,
  at: JapanDate.Instant,
  id: CommandId
) => [{ id: `${id}.1`, kind, to, account: topUp.account, subject: topUp.id, at }] as const

/** Which number the provider gave, where no other top-up has it. */
const numberOf = (facts: Facts, topUp: DepositTopUp, { number }: IssuedNumber): ReadonlyArray<Put> | undefined => {
  const id = numberId(topUp.provider, number)
  const known = facts.find(numbersIssued, id)
  if (known === undefined) return [put(numbersIssued, { id, topUp: topUp.id })]
  return known.topUp === topUp.id ? [] : undefined
}

const unchanged = (topUp: DepositTopUp) => Decision.make<DepositTopUp>({ result: topUp, answered: [topUp.request] })

const failed = (facts: Facts, topUp: DepositTopUpAwaiting, reason: string, at: JapanDate.Instant) => {
  const { _tag: _, ...common } = topUp
  const ended: DepositTopUpFailed = { _tag: "failed", ...common, settledAt: at, reason }
  return {
    result: ended as DepositTopUp,
    puts: [put(depositTopUps, ended as DepositTopUp), ...givenBack(facts, topUp)],
    answered: [topUp.request]
  }
}

/** The holder is told while a deposit would still be in time; what is settled keeps its number beside it. */
const issued = (
  topUp: DepositTopUp,
  given: IssuedNumber,
  number: ReadonlyArray<Put>,
  at: JapanDate.Instant,
  id: CommandId
) => {
  const next: DepositTopUp = { ...topUp, issued: given }
  const canBePaid = topUp._tag === "awaiting" && JapanDate.at(at) <= topUp.due
  return Decision.make<DepositTopUp>({
    result: next,
    puts: [put(depositTopUps, next), ...number],
    answered: [topUp.request],
    notices: canBePaid ? told("paymentNumberIssued", "holder", next, at, id) : []
  })
}

/** Records the provider's answer, once. A number that another top-up has is no number: the top-up fails and is raised. */
export const RecordNumberIssued: Command<Content, DepositTopUp, DepositTopUpNotFound> = {
  tag: "RecordNumberIssued",
  content: Content,
  success: DepositTopUp,
  // The same answer with another reason is the same answer.
  intent: ({ answer, request }) => ({ request, answer: answer._tag === "issued" ? answer : answer._tag }),
  reads: ({ content }) => [key(depositTopUps, depositTopUpIdOf(content.request))],
  readsMore: (found, { content: { answer, request } }) => {
    const topUp = found.peek(depositTopUps, depositTopUpIdOf(request))
    if (topUp === undefined) return []
    const number = answer._tag === "issued" ? [numberId(topUp.provider, answer.issued.number)] : []
    return [...number.map((id) => key(numbersIssued, id)), ...countedKeys(topUp)]
  },
  decide: (facts, { at, content: { answer, request }, id }) => {
    const topUp = facts.find(depositTopUps, depositTopUpIdOf(request))
    if (topUp === undefined) return Result.fail(new DepositTopUpNotFound({ topUp: depositTopUpIdOf(request) }))
    if (topUp.issued !== undefined) return Result.succeed(unchanged(topUp))
    if (answer._tag === "refused") {
      if (topUp._tag !== "awaiting") return Result.succeed(unchanged(topUp))
      return Result.succeed(Decision.make(failed(facts, topUp, answer.reason, at)))
    }
    const number = numberOf(facts, topUp, answer.issued)
    if (number !== undefined) return Result.succeed(issued(topUp, answer.issued, number, at, id))
    if (topUp._tag !== "awaiting") return Result.succeed(unchanged(topUp))
    const ended = failed(facts, topUp, "numberOfAnother", at)
    const notices = told("depositUnresolved", "operators", ended.result, at, id)
    return Result.succeed(Decision.make({ ...ended, notices }))
  }
}
