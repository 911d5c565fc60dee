/**
 * Replay: applies the recorded commands, in order, to an empty store and gets the same chain, to the hash (LED-14).
 */
import { Effect, Equal, Result, Schema, Stream } from "effect"
import * as Batch from "../engine/Batch.ts"
import type { Submission } from "../engine/Booking.ts"
import type { Actor, IdempotencyKey } from "../engine/Command.ts"
import { type Key, KeySet } from "../engine/RecordKind.ts"
import { type CommitFailure, type Head, type RecordedCommand, Store, type Writes } from "../engine/Store.ts"
import { Digest, genesisOf, type Lane } from "../ledger/HashChain.ts"
import { byTag } from "./Catalogue.ts"
import { Journal, pages } from "./Journal.ts"

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

/** Where each lane stands in a replay. */
type Lanes = Map<Lane, Pick<Head, "seq" | "hash" | "bookedAt">>

/** Replays one command where its lane stands; answers the records that it put. */
const replayOne = Effect.fnUntraced(function* (recorded: RecordedCommand, lanes: Lanes) {
  const store = yield* Store
  const { sha256 } = yield* Digest
  const submission = submissionOf(recorded)
  if (submission instanceof ReplayDiffers) return yield* submission
  const batch = Batch.make(sha256, recorded.at, [submission])
  const { bookedAt, lane, seq } = recorded
  const last = lanes.get(lane) ?? { seq: 0, hash: genesisOf(sha256, lane), bookedAt: 0 }
  if (seq <= last.seq || bookedAt < last.bookedAt) return yield* differs(recorded, "hash")
  let written: Writes | undefined
  // The head is the one that was seen then: of the other lanes, by now, the store may hold more than was there.
  const decide: Batch.Batch["decide"] = (facts, outcomes) =>
    (written = batch.decide(facts, outcomes, { lane, seq: seq - 1, hash: last.hash, bookedAt }))
  yield* store.commit({ ...batch, decide })
  const [command] = written?.commands ?? []
  if (batch.answers[0]?._tag !== "accepted" || command === undefined) return yield* differs(recorded, "refused")
  if (command.outcome !== recorded.outcome) return yield* differs(recorded, "outcome")
  // Every link is compared: also entries that nothing follows, and a command's own before its entries.
  if (!Equal.equals(hashesOf(command), hashesOf(recorded))) return yield* differs(recorded, "hash")
  const { hash, seq: end } = command.entries.at(-1) ?? command
  lanes.set(lane, { seq: end, hash, bookedAt })
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
 * Replays recorded commands, in order, into the store at hand, which must be empty; answers how many it took. Personal data,
 * notices and what waits in the outbox are not compared.
 */
export const replayAll = Effect.fn("Replay.replayAll")(function* <E, R>(
  recorded: Stream.Stream<ReadonlyArray<RecordedCommand>, E, R>,
  options: ReplayOptions = {}
): Effect.fn.Return<number, E | ReplayDiffers | RecordDiffers | CommitFailure, R | Store | Digest> {
  const touched = new KeySet()
  const keys: Array<Key> = []
  const lanes: Lanes = new Map()
  let done = 0
  yield* Stream.runForEach(
    recorded,
    Effect.fnUntraced(function* (page) {
      for (const command of page) {
        const puts = yield* replayOne(command, lanes)
        if (options.live === undefined) continue
        for (const put of puts) if (touched.add(put)) keys.push({ kind: put.kind, id: put.id })
      }
      done += page.length
      options.progress?.(done)
    })
  )
  if (options.live !== undefined) yield* compareRecords(options.live, keys)
  return done
})

/** Replays a journal as {@link replayAll} does. */
export const replay = (
  source: Journal["Service"],
  options: ReplayOptions = {}
): Effect.Effect<number, ReplayDiffers | RecordDiffers | CommitFailure, Store | Digest> =>
  Effect.flatMap(source.heads, (heads) =>
    replayAll(Stream.provideService(pages(heads, pageSize), Journal, source), options)
  )
