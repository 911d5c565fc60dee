/**
 * What became of a notice that was to be sent to a holder (NTF-02, NTF-03).
 */
import { Result, Schema } from "effect"
import { type Instant, later } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { RequestId } from "../engine/Outbox.ts"

/**
 * sent: handed over. notDelivered: no address can take it, and nobody tries again. withheld: its account is closed, and its time
 * is over.
 */
export const NoticeDelivery = Schema.Literals(["sent", "notDelivered", "withheld"])
export type NoticeDelivery = typeof NoticeDelivery.Type

const Content = Schema.Struct({ request: RequestId, answer: NoticeDelivery })
const Delivered = Schema.Struct({ delivery: NoticeDelivery })

const dayMillis = 86_400_000

/**
 * Whether a notice may still be sent to the holder of an account that was closed: one from before the closing, or of it, within
 * the days that the policy gives (NTF-03).
 *
 * > recorded ≤ closed, and now ≤ closed + days
 */
export const maySend = (notice: { readonly at: Instant }, closedAt: Instant, now: Instant, days: number): boolean =>
  notice.at <= closedAt && now <= later(closedAt, days * dayMillis)

/** Records what became of a notice, and takes its request out of the outbox. */
export const RecordNoticeDelivery: Command<typeof Content.Type, typeof Delivered.Type, never> = {
  tag: "RecordNoticeDelivery",
  content: Content,
  success: Delivered,
  reads: () => [],
  decide: (_, { content: { answer, request } }) =>
    Result.succeed(Decision.make({ result: { delivery: answer }, answered: [request] }))
}

export const noticeCommands = [RecordNoticeDelivery] as const
