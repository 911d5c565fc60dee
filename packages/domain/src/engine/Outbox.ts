/**
 * The outbox: everything that the world outside must be asked or told, recorded in the commit that decided it.
 *
 * A request is delivered at least once, with its id as the idempotency key; its answer comes back as a command, and only
 * that command's commit takes the request out. Silence is a state: an unanswered request stays and is inquired.
 */
import { Context, type Effect, Schema } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import type { StoreUnavailable } from "./Store.ts"

/**
 * The id of a request: "req_", and the id of the command that made it, which makes at most one; or "req_" and the id of the
 * notice that it tells ("<command>.1").
 */
export const RequestId = Schema.String.check(Schema.isPattern(/^req_[0-7][0-9A-HJKMNP-TV-Z]{25}(\.[1-9]\d*)?$/)).pipe(
  Schema.brand("RequestId")
)
export type RequestId = typeof RequestId.Type

/** The request that a command makes. */
export const requestId = (command: string): RequestId => `req_${command}` as RequestId

/** The id of the command that made a request: what it is about has the same one. */
export const commandOf = (request: RequestId): string => request.slice("req_".length)

/** The request that tells a notice. */
export const tellingOf = (notice: string): RequestId => `req_${notice}` as RequestId

/** The id of the notice that a request tells. */
export const noticeOf = (request: RequestId): string => request.slice("req_".length)

/** Every kind of request, one for each courier. */
export const requestKinds = [
  "bankLink",
  "bankDebit",
  "bankCredit",
  "depositNumber",
  "billerNotice",
  "notice",
  "otp",
  "stepUpCode"
] as const

/** A request as it is recorded: what kind, about which record, asked when. */
export const OutgoingRequest = Schema.Struct({
  id: RequestId,
  /** Which courier delivers it, one of {@link requestKinds}. */
  kind: Schema.String,
  /** The id of the record that it is about. */
  subject: Schema.String,
  askedAt: Instant
})
export type OutgoingRequest = typeof OutgoingRequest.Type

/** A request that is due, with what deliveries have come to so far. */
export interface DueRequest {
  readonly request: OutgoingRequest
  readonly attempts: number
}

/** A request that is tried, which attempt that is, and when it is due again. */
export interface Postponed {
  readonly id: RequestId
  /** One more than it had when it was read. */
  readonly attempts: number
  readonly until: Instant
}

/** Reads and postpones what waits in the outbox. Which requests are there is decided by commits alone. */
export class Outbox extends Context.Service<
  Outbox,
  {
    /** The requests of a kind whose next delivery is due, the longest waiting first, at most `limit`. */
    readonly due: (
      kind: string,
      now: Instant,
      limit: number
    ) => Effect.Effect<ReadonlyArray<DueRequest>, StoreUnavailable>
    /**
     * Notes, durably and all at once, that requests are tried, as the attempt that they say, and when each is due again. Answers
     * those that were noted: one that is answered meanwhile stays answered, and one that somebody else tried meanwhile is theirs.
     */
    readonly postpone: (requests: ReadonlyArray<Postponed>) => Effect.Effect<ReadonlyArray<RequestId>, StoreUnavailable>
    /** How many requests wait. */
    readonly waiting: Effect.Effect<number, StoreUnavailable>
  }
>()("@kinchaku/domain/engine/Outbox") {}
