/**
 * Booking: what an accepted decision adds to the writes of its batch.
 *
 * The decision is checked once more here, whoever made it: its entries balance, its entry ids are its command's, and no
 * customer goes below zero. Then command and entries become links of the chain.
 */
import { Result, Schema } from "effect"
import { type Instant, instant } from "../calendar/JapanDate.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as Balance from "../ledger/Balance.ts"
import * as HashChain from "../ledger/HashChain.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import type { Notice } from "../notice/Notice.ts"
import type { AnyCommand, Envelope, ValidationFailed } from "./Command.ts"
import type { Decision } from "./Decision.ts"
import type { Put, WorkingSet } from "./Facts.ts"
import { type OutgoingRequest, tellingOf } from "./Outbox.ts"
import type { BookedEntry, Head, RecordedCommand, Writes } from "./Store.ts"

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

/** What the accepted commands of a batch add up to. */
export class Writing {
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

/** A notice to a holder is sent afterwards, by a request of its own (NTF-02); operators read theirs. */
const telling = ({ at, id, to }: Notice): ReadonlyArray<OutgoingRequest> =>
  to === "holder" ? [{ id: tellingOf(id), kind: "notice", subject: id, askedAt: at }] : []

/** Books an accepted decision and returns its answer as it is recorded: checks its entries once more, links command and entries, lays its changes over the facts. */
export const book = (
  sha256: HashChain.Sha256,
  facts: WorkingSet,
  writing: Writing,
  at: Instant,
  submission: Submission,
  decision: Decision<unknown>
): unknown => {
  // The answer in the order of its schema, wherever its parts come from: what is hashed must not depend on a store.
  const result = encoderOf(submission.command)(decision.result)
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
    outcome: JSON.stringify(result)
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
  writing.commands.push({ lane: head.lane, ...content, previous: head.hash, hash, entries })
  writing.head = { lane: head.lane, seq: last.seq, hash: last.hash, bookedAt }
  for (const entry of decision.entries) for (const posting of entry.postings) addDelta(writing.deltas, posting)
  for (const put of decision.puts) writing.puts.set(`${put.kind}/${put.id}`, put)
  writing.requests.push(...decision.requests, ...decision.notices.flatMap(telling))
  writing.answered.push(...decision.answered)
  writing.notices.push(...decision.notices)
  if (submission.personal !== undefined) writing.personal.push({ id, data: submission.personal })
  facts.lay(decision.puts, latest)
  return result
}

const encoders = new WeakMap<AnyCommand, (result: unknown) => unknown>()
const encoderOf = (command: AnyCommand): ((result: unknown) => unknown) => {
  let encoder = encoders.get(command)
  if (encoder === undefined) {
    encoder = Schema.encodeUnknownSync(command.success)
    encoders.set(command, encoder)
  }
  return encoder
}
