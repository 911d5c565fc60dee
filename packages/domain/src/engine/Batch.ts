/**
 * A batch: commands decided one after another on one set of facts, booked into one set of writes.
 *
 * Each decision sees what the earlier ones of the batch changed. A command that is refused or has a defect leaves no
 * trace in the writes. Everything here is pure and synchronous; the store drives it.
 */
import { Result } from "effect"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as Balance from "../ledger/Balance.ts"
import * as HashChain from "../ledger/HashChain.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import { type Instant, instant } from "../calendar/JapanDate.ts"
import { policyInForce } from "../policy/Policy.ts"
import { type AnyCommand, type Envelope, IdempotencyConflict, type ValidationFailed } from "./Command.ts"
import type { Decision } from "./Decision.ts"
import type { Put, WorkingSet } from "./Facts.ts"
import { key, type Key, KeySet } from "./RecordKind.ts"
import {
  type BookedEntry,
  type Head,
  type KnownOutcome,
  outcomeKey,
  type RecordedCommand,
  type Work,
  type Writes
} from "./Store.ts"

/** What became of one command of a batch. */
export type Answer =
  | { readonly _tag: "accepted"; readonly result: unknown }
  | { readonly _tag: "repeated"; readonly outcome: string }
  | { readonly _tag: "refused"; readonly refusal: unknown }
  | { readonly _tag: "defect"; readonly defect: unknown }
  /** Its facts depend on an earlier command of the same batch: it is decided in the next one. */
  | { readonly _tag: "deferred" }

/**
 * One command on its way into a batch; its time is that of the batch. `invalid` holds why its content cannot be decided,
 * `personal` what is kept beside it.
 */
export interface Submission {
  readonly command: AnyCommand
  readonly envelope: Omit<Envelope<unknown>, "at">
  readonly content: string
  readonly invalid?: ValidationFailed
  readonly personal?: string
}

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

/** What the accepted commands of a batch add up to. */
class Writing {
  readonly commands: Array<RecordedCommand> = []
  readonly deltas = new Map<string, { account: string; debits: number; credits: number }>()
  readonly puts = new Map<string, Put>()
  readonly requests: Array<Writes["requests"][number]> = []
  readonly answered: Array<Writes["answered"][number]> = []
  readonly notices: Array<Writes["notices"][number]> = []
  readonly personal: Array<Writes["personal"][number]> = []
  head: Head

  constructor(head: Head) {
    this.head = head
  }

  readonly writes = (): Writes => ({
    commands: this.commands,
    deltas: [...this.deltas.values()],
    puts: [...this.puts.values()],
    requests: this.requests,
    answered: this.answered,
    notices: this.notices,
    personal: this.personal,
    head: this.head
  })
}

/** The balances after each posting of a decision; a customer's that would go below zero is a defect of the decision (LED-05). */
const balancesAfter = (facts: WorkingSet, entries: ReadonlyArray<JournalEntry.JournalEntry>) => {
  const latest = new Map<string, Balance.Balance>()
  const held = entries.map((entry) =>
    entry.postings.map((posting) => {
      if (!AccountCode.isCustomer(posting.account)) return undefined
      const after = Balance.after(latest.get(posting.account) ?? facts.balance(posting.account), posting)
      latest.set(posting.account, after)
      return after
    })
  )
  for (const balance of latest.values()) Balance.held(balance)
  return {
    latest: [...latest.values()],
    held: held.map((line) => line.map((b) => (b ? b.credits - b.debits : undefined)))
  }
}

const addDelta = (deltas: Writing["deltas"], posting: JournalEntry.Posting): void => {
  const delta = deltas.get(posting.account) ?? { account: posting.account, debits: 0, credits: 0 }
  if (posting.side === "debit") delta.debits += posting.amount
  else delta.credits += posting.amount
  deltas.set(posting.account, delta)
}

/** Books an accepted decision: checks its entries once more, links command and entries, lays its changes over the facts. */
const book = (
  sha256: HashChain.Sha256,
  facts: WorkingSet,
  writing: Writing,
  at: Instant,
  submission: Submission,
  decision: Decision<unknown>
): void => {
  for (const entry of decision.entries) Result.getOrThrow(JournalEntry.make(entry))
  const { held, latest } = balancesAfter(facts, decision.entries)
  const { head } = writing
  const bookedAt = instant(Math.max(head.bookedAt, at))
  const { actor, id, key: idempotencyKey } = submission.envelope
  const content = {
    seq: head.seq + 1,
    id,
    tag: submission.command.tag,
    actor,
    key: idempotencyKey,
    at,
    bookedAt,
    content: submission.content,
    outcome: JSON.stringify(decision.result)
  }
  const hash = HashChain.linkCommand(sha256, head.hash, content)
  let last: { seq: number; hash: HashChain.LinkHash } = { seq: content.seq, hash }
  const entries = decision.entries.map((entry, index): BookedEntry => {
    if (entry.id !== JournalEntry.entryId(id, index + 1)) throw new Error(`entry id ${entry.id} is out of order`)
    const seq = last.seq + 1
    const booked = { seq, previous: last.hash, hash: HashChain.linkEntry(sha256, last.hash, seq, entry), entry }
    last = booked
    return { ...booked, balances: held[index] ?? [] }
  })
  writing.commands.push({ ...content, previous: head.hash, hash, entries })
  writing.head = { seq: last.seq, hash: last.hash, bookedAt }
  for (const entry of decision.entries) for (const posting of entry.postings) addDelta(writing.deltas, posting)
  for (const put of decision.puts) writing.puts.set(`${put.kind}/${put.id}`, put)
  writing.requests.push(...decision.requests)
  writing.answered.push(...decision.answered)
  writing.notices.push(...decision.notices)
  if (submission.personal !== undefined) writing.personal.push({ id, data: submission.personal })
  facts.lay(decision.puts, latest)
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
  readonly #asked = new KeySet()
  #rounds = 0

  constructor(sha256: HashChain.Sha256, at: Instant, submissions: ReadonlyArray<Submission>) {
    this.#sha256 = sha256
    this.#at = at
    this.#submissions = submissions
    this.#envelopes = submissions.map(({ envelope }) => ({ ...envelope, at }))
    this.outcomeKeys = submissions.map(({ envelope }) => outcomeKey(envelope.actor, envelope.key))
  }

  readonly missing = (facts: WorkingSet): ReadonlyArray<Key> => {
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
      book(this.#sha256, facts, writing, this.#at, submission, decided.success)
      return { _tag: "accepted", result: decided.success.result }
    } catch (defect) {
      return { _tag: "defect", defect }
    }
  }
}

const furtherKeys = (facts: WorkingSet, { readsMore }: AnyCommand, envelope: Envelope<unknown>): ReadonlyArray<Key> =>
  readsMore?.(facts, envelope) ?? []

const repeated = (known: KnownOutcome, submission: Submission): Answer =>
  sameIntent(known, submission)
    ? { _tag: "repeated", outcome: known.outcome }
    : { _tag: "refused", refusal: new IdempotencyConflict({ key: submission.envelope.key }) }
