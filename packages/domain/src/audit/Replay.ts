/**
 * Replay: applies the recorded commands, in order, to an empty store and gets the same chain, to the hash (LED-14).
 */
import { Effect, Result, Schema } from "effect"
import * as Batch from "../engine/Batch.ts"
import type { Submission } from "../engine/Booking.ts"
import type { Actor, IdempotencyKey } from "../engine/Command.ts"
import { type RecordedCommand, Store, type StoreRefused, type StoreUnavailable } from "../engine/Store.ts"
import { Digest } from "../ledger/HashChain.ts"
import { byTag } from "./Catalogue.ts"
import type { Journal } from "./Journal.ts"

/** A recorded command does not lead to what was recorded. */
export class ReplayDiffers extends Schema.TaggedError<ReplayDiffers>()("ReplayDiffers", {
  seq: Schema.Int,
  tag: Schema.String,
  difference: Schema.Literals(["unknownCommand", "contentUnreadable", "refused", "outcome", "hash"])
}) {}

const differs = ({ seq, tag }: RecordedCommand, difference: ReplayDiffers["difference"]) =>
  new ReplayDiffers({ seq, tag, difference })

const submissionOf = (recorded: RecordedCommand): Submission | ReplayDiffers => {
  const command = byTag.get(recorded.tag)
  if (command === undefined) return differs(recorded, "unknownCommand")
  const content = Schema.decodeUnknownResult(command.content)(JSON.parse(recorded.content))
  if (Result.isFailure(content)) return differs(recorded, "contentUnreadable")
  const envelope: Submission["envelope"] = {
    id: recorded.id,
    actor: recorded.actor as Actor,
    key: recorded.key as IdempotencyKey,
    content: content.success
  }
  return { command, envelope, content: recorded.content }
}

const pageSize = 500

/** Replays a journal into the store at hand, which must be empty; answers how many commands it took. Personal data is not replayed. */
export const replay = Effect.fn("Replay.replay")(function* (
  source: Journal["Service"],
  progress?: (commands: number) => void
): Effect.fn.Return<number, ReplayDiffers | StoreUnavailable | StoreRefused, Store | Digest> {
  const store = yield* Store
  const { sha256 } = yield* Digest
  let after = 0
  let done = 0
  for (;;) {
    const page = yield* source.page(after, pageSize)
    const last = page.at(-1)
    if (last === undefined) return done
    for (const recorded of page) {
      const submission = submissionOf(recorded)
      if (submission instanceof ReplayDiffers) return yield* submission
      const batch = Batch.make(sha256, recorded.at, [submission])
      let hash = ""
      const decide: Batch.Batch["decide"] = (...found) => {
        const writes = batch.decide(...found)
        hash = writes.commands[0]?.hash ?? ""
        return writes
      }
      yield* store.commit({ ...batch, decide })
      const [answer] = batch.answers
      if (answer?._tag !== "accepted") return yield* differs(recorded, "refused")
      if (JSON.stringify(answer.result) !== recorded.outcome) return yield* differs(recorded, "outcome")
      if (hash !== recorded.hash) return yield* differs(recorded, "hash")
    }
    done += page.length
    after = (last.entries.at(-1) ?? last).seq
    progress?.(done)
  }
})
