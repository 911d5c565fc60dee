/**
 * Raising a top-up that stays unresolved: operators are told, the holder sees whom to ask (TOP-11). It stays in processing.
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import type { Policy } from "../policy/Policy.ts"
import { TopUp, TopUpId, TopUpNotFound, topUps } from "./TopUp.ts"

/** The time since which a top-up must have been in processing to be raised now. */
export const raisedSince = (policy: Policy, at: JapanDate.Instant): JapanDate.Instant =>
  JapanDate.instant(Math.max(at - policy.unresolvedAfterMinutes * 60_000, 0))

const Content = Schema.Struct({ topUp: TopUpId })

/** Raises a top-up once; one that is settled, raised already, or too young is left as it is. */
export const RaiseUnresolved: Command<typeof Content.Type, TopUp, TopUpNotFound> = {
  tag: "RaiseUnresolved",
  content: Content,
  success: TopUp,
  reads: ({ content }) => [key(topUps, content.topUp)],
  decide: (facts, { at, content, id }) => {
    const topUp = facts.find(topUps, content.topUp)
    if (topUp === undefined) return Result.fail(new TopUpNotFound({ topUp: content.topUp }))
    const isDue =
      topUp._tag === "processing" && topUp.raisedAt === undefined && topUp.askedAt <= raisedSince(facts.policy, at)
    if (!isDue) return Result.succeed(Decision.make<TopUp>({ result: topUp }))
    const raised: TopUp = { ...topUp, raisedAt: at }
    return Result.succeed(
      Decision.make<TopUp>({
        result: raised,
        puts: [put(topUps, raised)],
        notices: [
          { id: `${id}.1`, kind: "topUpUnresolved", to: "operators", account: topUp.account, subject: topUp.id, at }
        ]
      })
    )
  }
}
