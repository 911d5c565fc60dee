/**
 * What time alone makes of a deposit top-up: it expires after its due date (期限切れ, TOP-04), and one without a number is raised (TOP-11).
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { countedKeys, givenBack } from "./Acceptance.ts"
import {
  DepositTopUp,
  type DepositTopUpExpired,
  DepositTopUpId,
  DepositTopUpNotFound,
  depositTopUps
} from "./Deposit.ts"
import { raisedSince } from "./Unresolved.ts"

const Content = Schema.Struct({ topUp: DepositTopUpId })
type Content = typeof Content.Type

/**
 * Ends a top-up whose due date is over and gives its amount back (LIM-03); one that is settled or still in time is left as it is.
 *
 * > awaiting ∧ day of Japan > due
 */
export const ExpireDepositTopUp: Command<Content, DepositTopUp, DepositTopUpNotFound> = {
  tag: "ExpireDepositTopUp",
  content: Content,
  success: DepositTopUp,
  reads: ({ content }) => [key(depositTopUps, content.topUp)],
  readsMore: (found, { content }) => {
    const topUp = found.peek(depositTopUps, content.topUp)
    return topUp === undefined ? [] : countedKeys(topUp)
  },
  decide: (facts, { at, content }) => {
    const topUp = facts.find(depositTopUps, content.topUp)
    if (topUp === undefined) return Result.fail(new DepositTopUpNotFound({ topUp: content.topUp }))
    if (topUp._tag !== "awaiting" || JapanDate.at(at) <= topUp.due) {
      return Result.succeed(Decision.make<DepositTopUp>({ result: topUp }))
    }
    const { _tag: _, ...common } = topUp
    const expired: DepositTopUpExpired = { _tag: "expired", ...common, settledAt: at }
    return Result.succeed(
      Decision.make<DepositTopUp>({
        result: expired,
        puts: [put(depositTopUps, expired as DepositTopUp), ...givenBack(facts, topUp)]
      })
    )
  }
}

/** Raises a top-up whose number the provider has not given, once; one that is settled, raised already, or too young is left as it is. */
export const RaiseUnissuedDeposit: Command<Content, DepositTopUp, DepositTopUpNotFound> = {
  tag: "RaiseUnissuedDeposit",
  content: Content,
  success: DepositTopUp,
  reads: ({ content }) => [key(depositTopUps, content.topUp)],
  decide: (facts, { at, content, id }) => {
    const topUp = facts.find(depositTopUps, content.topUp)
    if (topUp === undefined) return Result.fail(new DepositTopUpNotFound({ topUp: content.topUp }))
    const { account, askedAt, issued, raisedAt } = topUp
    const isSilent = topUp._tag === "awaiting" && issued === undefined && raisedAt === undefined
    if (!isSilent || askedAt > raisedSince(facts.policy, at)) {
      return Result.succeed(Decision.make<DepositTopUp>({ result: topUp }))
    }
    const raised: DepositTopUp = { ...topUp, raisedAt: at }
    return Result.succeed(
      Decision.make<DepositTopUp>({
        result: raised,
        puts: [put(depositTopUps, raised)],
        notices: [{ id: `${id}.1`, kind: "depositUnresolved", to: "operators", account, subject: topUp.id, at }]
      })
    )
  }
}
