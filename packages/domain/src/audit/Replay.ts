/**
 * Replay: applies the recorded commands, in order, to an empty store and gets the same chain, to the hash (LED-14).
 */
import { Effect, Equal, Result, Schema } from "effect"
import * as Batch from "../engine/Batch.ts"
import type { Submission } from "../engine/Booking.ts"
import type { Actor, IdempotencyKey } from "../engine/Command.ts"
import { type Key, KeySet } from "../engine/RecordKind.ts"
import { type RecordedCommand, Store, type StoreRefused, type StoreUnavailable, type Writes } from "../engine/Store.ts"
import { Digest } from "../ledger/HashChain.ts"
import { byTag } from "./Catalogue.ts"
import type { Journal } from "./Journal.ts"

/** A recorded command does not lead to what was recorded. */
export class ReplayDiffers extends Schema.TaggedError<ReplayDiffers>()("ReplayDiffers", {
  seq: Schema.Int,
  tag: Schema.String,
  difference: Schema.Literals(["unknownCommand", "contentUnreadable", "refused", "outcome", "hash"])
}) {}

/** A record of the live store is not what its commands lead to. */
export class RecordDiffers extends Schema.TaggedError<RecordDiffers>()("RecordDiffers", {
  kind: Schema.String,
  id: Schema.String
}) {}

const differs = ({ seq, tag }: RecordedCommand, difference: ReplayDiffers["difference"]) =>
  new ReplayDiffers({ seq, tag, difference })

const submissionOf = (recorded: RecordedCommand): Submission | ReplayDiffers => {
  const command = byTag.get(recorded.tag)
  if (command === undefined) return differs(recorded, "unknownCommand")
  const content = Schema.decodeUnknownResult(Schema.fromJsonString(command.content))(recorded.content)
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

const hashesOf = ({ entries, hash }: RecordedCommand): ReadonlyArray<string> => [
  hash,
  ...entries.map((link) => link.hash)
]

/** Replays one command; answers the records that it put. */
const replayOne = Effect.fnUntraced(function* (recorded: RecordedCommand) {
  const store = yield* Store
  const { sha256 } = yield* Digest
  const submission = submissionOf(recorded)
  if (submission instanceof ReplayDiffers) return yield* submission
  const batch = Batch.make(sha256, recorded.at, [submission])
  let written: Writes | undefined
  const decide: Batch.Batch["decide"] = (...found) => (written = batch.decide(...found))
  yield* store.commit({ ...batch, decide })
  const [command] = written?.commands ?? []
  if (batch.answers[0]?._tag !== "accepted" || command === undefined) return yield* differs(recorded, "refused")
  if (command.outcome !== recorded.outcome) return yield* differs(recorded, "outcome")
  // Every link is compared: also entries that nothing follows, and a command's own before its entries.
  if (!Equal.equals(hashesOf(command), hashesOf(recorded))) return yield* differs(recorded, "hash")
  return written?.puts ?? []
})

export interface ReplayOptions {
  /** The store whose journal is replayed: where given, its records must be those of the replay, one by one. */
  readonly live?: Store["Service"]
  /** Told how many commands were replayed so far. */
  readonly progress?: (commands: number) => void
}

/** Compares the records of two stores, page by page. */
const compareRecords = Effect.fnUntraced(function* (live: Store["Service"], keys: ReadonlyArray<Key>) {
  const store = yield* Store
  for (let from = 0; from < keys.length; from += pageSize) {
    const page = keys.slice(from, from + pageSize)
    const [found, expected] = [yield* live.read(page), yield* store.read(page)]
    for (const k of page) {
      if (!Equal.equals(found.peekAt(k), expected.peekAt(k))) {
        return yield* new RecordDiffers({ kind: k.kind, id: k.id })
      }
    }
  }
})

/**
 * Replays a journal into the store at hand, which must be empty; answers how many commands it took. Personal data, notices and
 * what waits in the outbox are not compared.
 */
export const replay = Effect.fn("Replay.replay")(function* (
  source: Journal["Service"],
  options: ReplayOptions = {}
): Effect.fn.Return<number, ReplayDiffers | RecordDiffers | StoreUnavailable | StoreRefused, Store | Digest> {
  const touched = new KeySet()
  const keys: Array<Key> = []
  let after = 0
  let done = 0
  for (;;) {
    const page = yield* source.page(after, pageSize)
    const last = page.at(-1)
    if (last === undefined) break
    for (const recorded of page) {
      for (const put of yield* replayOne(recorded)) if (touched.add(put)) keys.push({ kind: put.kind, id: put.id })
    }
    done += page.length
    after = (last.entries.at(-1) ?? last).seq
    options.progress?.(done)
  }
  if (options.live !== undefined) yield* compareRecords(options.live, keys)
  return done
})
