/**
 * A batch: commands decided one after another on one set of facts, booked into one set of writes.
 *
 * Each decision sees what the earlier ones of the batch changed. A command that is refused or has a defect leaves no
 * trace in the writes. Everything here is pure and synchronous; the store drives it.
 */
import { Result } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type * as HashChain from "../ledger/HashChain.ts"
import { policyInForce } from "../policy/Policy.ts"
import { book, type Submission, Writing } from "./Booking.ts"
import { type AnyCommand, type Envelope, IdempotencyConflict } from "./Command.ts"
import type { WorkingSet } from "./Facts.ts"
import { key, type Key, KeySet } from "./RecordKind.ts"
import { type Head, type KnownOutcome, outcomeKey, type Work, type Writes } from "./Store.ts"

/** What became of one command of a batch. */
export type Answer =
  | { readonly _tag: "accepted"; readonly result: unknown }
  | { readonly _tag: "repeated"; readonly result: unknown }
  | { readonly _tag: "refused"; readonly refusal: unknown }
  | { readonly _tag: "defect"; readonly defect: unknown }
  /** Its facts depend on an earlier command of the same batch: it is decided in the next one. */
  | { readonly _tag: "deferred" }

const roundsMax = 3
const policyKey: Key = key(policyInForce, "current")

/** A batch as the store drives it; `answers` is filled by `decide`, one for each submission. */
export interface Batch extends Work {
  readonly answers: Array<Answer>
}

/** Whether a key is used again for the same intention. */
const sameIntent = (known: KnownOutcome, { command, content }: Submission): boolean => {
  if (known.tag !== command.tag) return false
  if (known.content === content || command.intent === undefined || content === "") return known.content === content
  const intent = (text: string): string => JSON.stringify(command.intent?.(JSON.parse(text)))
  return intent(known.content) === intent(content)
}

/** The batch of some submissions at one time. */
export const make = (sha256: HashChain.Sha256, at: Instant, submissions: ReadonlyArray<Submission>): Batch =>
  new Deciding(sha256, at, submissions)

class Deciding implements Batch {
  readonly answers: Array<Answer> = []
  readonly outcomeKeys: ReadonlyArray<string>
  readonly #sha256: HashChain.Sha256
  readonly #at: Instant
  readonly #submissions: ReadonlyArray<Submission>
  readonly #envelopes: ReadonlyArray<Envelope<unknown>>
  readonly #defects = new Map<Submission, unknown>()
  #facts: WorkingSet | undefined
  #asked = new KeySet()
  #rounds = 0

  constructor(sha256: HashChain.Sha256, at: Instant, submissions: ReadonlyArray<Submission>) {
    this.#sha256 = sha256
    this.#at = at
    this.#submissions = submissions
    this.#envelopes = submissions.map(({ envelope }) => ({ ...envelope, at }))
    this.outcomeKeys = submissions.map(({ envelope }) => outcomeKey(envelope.actor, envelope.key))
  }

  readonly missing = (facts: WorkingSet): ReadonlyArray<Key> => {
    // A store that begins again, after a conflict, begins with new facts.
    if (facts !== this.#facts) {
      this.#facts = facts
      this.#asked = new KeySet()
      this.#rounds = 0
      this.#defects.clear()
    }
    this.#rounds += 1
    const keys: Array<Key> = this.#rounds === 1 ? [policyKey] : []
    if (this.#rounds > roundsMax) return keys
    this.#envelopes.forEach((envelope, index) => {
      const submission = this.#submissions[index]
      if (submission === undefined || submission.invalid !== undefined) return
      try {
        const { command } = submission
        const wanted = this.#rounds === 1 ? command.reads(envelope) : furtherKeys(facts, command, envelope)
        for (const k of wanted) if (this.#asked.add(k)) keys.push(k)
      } catch (defect) {
        this.#defects.set(submission, defect)
      }
    })
    return keys
  }

  readonly decide = (facts: WorkingSet, outcomes: ReadonlyMap<string, KnownOutcome>, head: Head): Writes => {
    const writing = new Writing(head)
    const ofThisBatch = new Map<string, KnownOutcome>()
    this.answers.length = 0
    this.#submissions.forEach((submission, index) => {
      const scoped = this.outcomeKeys[index] ?? ""
      // LED-08: the key is resolved before anything else is looked at.
      const known = ofThisBatch.get(scoped) ?? outcomes.get(scoped)
      const answer = known === undefined ? this.#answer(facts, writing, submission, index) : repeated(known, submission)
      const recorded = answer._tag === "accepted" ? writing.commands.at(-1) : undefined
      if (recorded !== undefined) ofThisBatch.set(scoped, recorded)
      this.answers.push(answer)
    })
    return writing.writes()
  }

  readonly #answer = (facts: WorkingSet, writing: Writing, submission: Submission, index: number): Answer => {
    const envelope = this.#envelopes[index]
    if (envelope === undefined || this.#defects.has(submission)) {
      return { _tag: "defect", defect: this.#defects.get(submission) }
    }
    if (submission.invalid !== undefined) return { _tag: "refused", refusal: submission.invalid }
    try {
      // What an earlier command of this batch made may ask for facts that were not fetched.
      if (writing.commands.length > 0 && furtherKeys(facts, submission.command, envelope).some((k) => !facts.has(k))) {
        return { _tag: "deferred" }
      }
      const decided = submission.command.decide(facts, envelope)
      if (Result.isFailure(decided)) return { _tag: "refused", refusal: decided.failure }
      const result = book(this.#sha256, facts, writing, this.#at, submission, decided.success)
      return { _tag: "accepted", result }
    } catch (defect) {
      return { _tag: "defect", defect }
    }
  }
}

const furtherKeys = (facts: WorkingSet, { readsMore }: AnyCommand, envelope: Envelope<unknown>): ReadonlyArray<Key> =>
  readsMore?.(facts, envelope) ?? []

const repeated = (known: KnownOutcome, submission: Submission): Answer => {
  try {
    // What was recorded is JSON-native, so it is the first answer itself, to the byte.
    return sameIntent(known, submission)
      ? { _tag: "repeated", result: JSON.parse(known.outcome) }
      : { _tag: "refused", refusal: new IdempotencyConflict({ key: submission.envelope.key }) }
  } catch (defect) {
    return { _tag: "defect", defect }
  }
}
