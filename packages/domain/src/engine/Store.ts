/**
 * Store: where commits go. One batch is fetched, decided and committed as one, or not at all.
 *
 * What a decision reads cannot change before its commit: a store that is shared between processes locks what it
 * fetches, in key order. System accounts are never fetched; they take summed deltas.
 */
import { Context, type Effect, Schema } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Lane, LinkHash } from "../ledger/HashChain.ts"
import type { JournalEntry } from "../ledger/JournalEntry.ts"
import type { Notice } from "../notice/Notice.ts"
import type { CommandId } from "./Command.ts"
import type { Put, WorkingSet } from "./Facts.ts"
import type { OutgoingRequest, RequestId } from "./Outbox.ts"
import type { Key } from "./RecordKind.ts"

/** The store was not reached or failed. Nothing of the batch is known to be committed: repeat with the same key. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  operation: Schema.String,
  cause: Schema.Defect()
}) {}

/** The store refused the writes as breaking one of its own checks. Nothing was committed; a decision was wrong. */
export class StoreRefused extends Schema.TaggedError<StoreRefused>()("StoreRefused", {
  cause: Schema.Defect()
}) {}

/** Others were always faster: the store gave up after a bounded number of tries. Nothing was committed: repeat with the same key. */
export class StoreBusy extends Schema.TaggedError<StoreBusy>()("StoreBusy", {
  cause: Schema.Defect()
}) {}

/** What a commit can fail with. */
export type CommitFailure = StoreUnavailable | StoreRefused | StoreBusy

/**
 * Where the next link of a lane attaches. A decision is given the hash of its lane's last link, and the greatest number and
 * booking time of all lanes: whatever it depends on is numbered and booked before it.
 */
export interface Head {
  readonly lane: Lane
  readonly seq: number
  readonly hash: LinkHash
  readonly bookedAt: Instant
}

/** An entry with its number; its lane is its command's. `balances[n]` is what the n-th posting's account holds after it (customer accounts only). */
export interface BookedEntry {
  readonly seq: number
  readonly previous: LinkHash
  readonly hash: LinkHash
  readonly entry: JournalEntry
  readonly balances: ReadonlyArray<number | undefined>
}

/** An accepted command as it is kept for ever: the idempotency record, the input of a replay, a link of the chain. */
export interface RecordedCommand {
  readonly lane: Lane
  readonly seq: number
  readonly previous: LinkHash
  readonly hash: LinkHash
  readonly id: CommandId
  readonly tag: string
  readonly actor: string
  readonly key: string
  readonly at: Instant
  readonly bookedAt: Instant
  /** Canonical JSON of the content and of the answer. */
  readonly content: string
  readonly outcome: string
  readonly entries: ReadonlyArray<BookedEntry>
}

/** What the same key answered before. */
export interface KnownOutcome {
  readonly tag: string
  readonly content: string
  readonly outcome: string
}

/** Erasable personal data that belongs to what a command made; kept beside the books, under the command's id (REG-04). */
export interface PersonalData {
  readonly id: CommandId
  readonly data: string
}

/** Of how many commands personal data is read at once, at most. */
export const personalMost = 1000

/** Everything that one batch writes. */
export interface Writes {
  readonly commands: ReadonlyArray<RecordedCommand>
  /** What each ledger account gains on either side, customer accounts included. */
  readonly deltas: ReadonlyArray<{ readonly account: string; readonly debits: number; readonly credits: number }>
  /** The last version of each record that changed. */
  readonly puts: ReadonlyArray<Put>
  readonly requests: ReadonlyArray<OutgoingRequest>
  readonly answered: ReadonlyArray<RequestId>
  readonly notices: ReadonlyArray<Notice>
  readonly personal: ReadonlyArray<PersonalData>
  readonly head: Head
}

/** The key under which a command's outcome is kept: actor and key in one text. */
export const outcomeKey = (actor: string, key: string): string => `${actor} ${key}`

/** One batch, as the store drives it. Both functions are pure and synchronous. */
export interface Work {
  /** The idempotency keys of the batch, as {@link outcomeKey}. */
  readonly outcomeKeys: ReadonlyArray<string>
  /** What must be fetched next; asked again after each fetch until the answer is empty. It ends after the policy and at most three rounds. */
  readonly missing: (facts: WorkingSet) => ReadonlyArray<Key>
  /** Decides the batch. Nothing is written where there is no accepted command. */
  readonly decide: (facts: WorkingSet, outcomes: ReadonlyMap<string, KnownOutcome>, head: Head) => Writes
}

export class Store extends Context.Service<
  Store,
  {
    /** How many batches it takes at once: as many as it has writers, each with a lane of its own. */
    readonly writers: number
    /** Fetches, decides and commits one batch durably. When it succeeds, what was decided is on the disk. */
    readonly commit: (work: Work) => Effect.Effect<void, CommitFailure>
    /** Reads records and balances as of the last commit, for queries. */
    readonly read: (keys: ReadonlyArray<Key>) => Effect.Effect<WorkingSet, StoreUnavailable>
    /** The personal data kept under a command's id, or none. */
    readonly personal: (id: CommandId) => Effect.Effect<string | undefined, StoreUnavailable>
    /** The personal data kept under the ids of many commands, at most {@link personalMost}; those that have none are left out. */
    readonly personalOf: (
      ids: ReadonlyArray<CommandId>
    ) => Effect.Effect<ReadonlyMap<CommandId, string>, StoreUnavailable>
  }
>()("@kinchaku/domain/engine/Store") {}
