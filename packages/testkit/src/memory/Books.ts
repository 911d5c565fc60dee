/**
 * Books: everything that the reference store keeps, as plain maps.
 *
 * Writes are looked through as a whole before anything is applied, so what is refused leaves nothing behind. The checks say in simple
 * words what an SQL store says with keys, constraints and triggers.
 */
import { lastOf } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { OutgoingRequest } from "@kinchaku/domain/engine/Outbox"
import { balanceKind, frozen } from "@kinchaku/domain/engine/RecordKind"
import { type Head, outcomeKey, type RecordedCommand, type Writes } from "@kinchaku/domain/engine/Store"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import { firstLane, genesisOf, type Lane, type LinkHash } from "@kinchaku/domain/ledger/HashChain"
import type { Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { isYen, type Yen } from "@kinchaku/domain/money/Yen"
import type { Notice } from "@kinchaku/domain/notice/Notice"
import { sha256 } from "./TestDigest.ts"

/** A request of the outbox with the state of its deliveries. */
export interface Waiting {
  readonly request: OutgoingRequest
  readonly attempts: number
  readonly dueAt: Instant
}

export interface Books {
  /** The last link of each lane that has one. */
  readonly heads: Map<Lane, Head>
  readonly commands: Array<RecordedCommand>
  /** Recorded commands by outcome key. */
  readonly outcomes: Map<string, RecordedCommand>
  /** Every command id, entry id and hash that is taken. */
  readonly taken: Set<string>
  readonly balances: Map<string, Balance.Balance>
  /** Records by kind, then by id. */
  readonly records: Map<string, Map<string, object>>
  readonly waiting: Map<string, Waiting>
  /** Every request that was ever made, answered ones included. */
  readonly requests: Map<string, OutgoingRequest>
  readonly notices: Map<string, Notice>
  readonly personal: Map<string, string>
}

/** Books in which nothing was written. */
export const empty = (): Books => ({
  heads: new Map(),
  commands: [],
  outcomes: new Map(),
  taken: new Set(),
  balances: new Map(),
  records: new Map(),
  waiting: new Map(),
  requests: new Map(),
  notices: new Map(),
  personal: new Map()
})

/** The stored balance of an account, zero where nothing was booked. */
export const balanceOf = (books: Books, account: string): Balance.Balance =>
  books.balances.get(account) ?? Balance.empty(account as AccountCode)

/** What a decision of the first lane is given, and what the links of a batch attach to. */
export const headOf = ({ heads }: Books, lane: Lane = firstLane): Head => {
  const all = [...heads.values()]
  const bookedAt = Math.max(0, ...all.map((head) => head.bookedAt)) as Instant
  return { lane, seq: lastOf(all).seq, hash: heads.get(lane)?.hash ?? genesisOf(sha256, lane), bookedAt }
}

/** A writing that breaks a check of the books. */
export class BrokenCheck extends Error {
  override readonly name = "BrokenCheck"
}

const check = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new BrokenCheck(otherwise)
}

/** Links attach to the head of their lane and to each other, without a gap, and nothing in them is taken. */
const checkLinks = (books: Books, writes: Writes): void => {
  const { head } = writes
  let last: { seq: number; hash: LinkHash } = headOf(books, head.lane)
  let bookedAt: number = books.heads.get(head.lane)?.bookedAt ?? 0
  const seqBefore = books.heads.get(head.lane)?.seq ?? 0
  const [first] = writes.commands
  // A command that is replayed is numbered by what was there when it was decided, which may be less than what is there now.
  if (first !== undefined && first.seq > seqBefore) last = { ...last, seq: Math.min(first.seq - 1, last.seq) }
  const taken = new Set<string>()
  const take = (what: string, text: string): void => {
    check(!taken.has(text) && !books.taken.has(text) && !books.outcomes.has(text), `${what} ${text} is taken`)
    taken.add(text)
  }
  const attach = (link: { seq: number; previous: LinkHash; hash: LinkHash }): void => {
    check(link.seq === last.seq + 1, `link ${link.seq} does not follow ${last.seq}`)
    check(link.previous === last.hash, `link ${link.seq} does not name the hash before it`)
    take("hash", link.hash)
    last = link
  }
  for (const command of writes.commands) {
    check(command.lane === head.lane, `command ${command.id} is of another lane`)
    attach(command)
    check(command.bookedAt >= bookedAt, `command ${command.id} is booked before the one before it`)
    bookedAt = command.bookedAt
    take("command", command.id)
    take("outcome key", outcomeKey(command.actor, command.key))
    for (const booked of command.entries) {
      attach(booked)
      take("entry", booked.entry.id)
    }
  }
  check(head.seq === last.seq && head.hash === last.hash && head.bookedAt === bookedAt, "the head is not the last link")
}

/** The sum of postings on either side, exact at any size. */
const sumOf = (postings: ReadonlyArray<Posting>, side: Posting["side"]): bigint =>
  postings.reduce((sum, posting) => (posting.side === side ? sum + BigInt(posting.amount) : sum), 0n)

/** Every entry balances, and the deltas are what the postings add up to (LED-01, LED-03). */
const checkSums = (writes: Writes): void => {
  const owed = new Map<string, { debits: bigint; credits: bigint }>()
  const add = (account: string, debits: bigint, credits: bigint): void => {
    const sum = owed.get(account) ?? { debits: 0n, credits: 0n }
    owed.set(account, { debits: sum.debits + debits, credits: sum.credits + credits })
  }
  for (const { entry } of writes.commands.flatMap(({ entries }) => entries)) {
    check(sumOf(entry.postings, "debit") === sumOf(entry.postings, "credit"), `entry ${entry.id} does not balance`)
    for (const posting of entry.postings) {
      check(isYen(posting.amount) && posting.amount > 0, `entry ${entry.id} has a line of ${posting.amount} yen`)
      add(posting.account, sumOf([posting], "debit"), sumOf([posting], "credit"))
    }
  }
  for (const { account, credits, debits } of writes.deltas) {
    check(isYen(debits) && isYen(credits), `the gain of ${account} is outside the range of yen`)
    add(account, -BigInt(debits), -BigInt(credits))
  }
  for (const [account, { credits, debits }] of owed) {
    check(debits === 0n && credits === 0n, `the gain of ${account} is not what its postings add up to`)
  }
}

/** The balances after the deltas: in range, and no customer's below zero (LED-05, LED-09). */
const balancesAfter = (books: Books, writes: Writes): ReadonlyMap<string, Balance.Balance> => {
  const after = new Map<string, Balance.Balance>()
  for (const delta of writes.deltas) {
    const before = after.get(delta.account) ?? balanceOf(books, delta.account)
    const debits = before.debits + delta.debits
    const credits = before.credits + delta.credits
    check(isYen(debits) && isYen(credits), `the totals of ${delta.account} would leave the range of yen`)
    check(!isCustomer(before.account) || debits <= credits, `${delta.account} would go below zero`)
    after.set(delta.account, { account: before.account, debits: debits as Yen, credits: credits as Yen })
  }
  return after
}

/** What stands beside the journal: records that are none of the ledger's, new requests, personal data of new commands. */
const checkBeside = (books: Books, writes: Writes): void => {
  for (const put of writes.puts) {
    check(put.kind !== balanceKind && put.id !== "", `${put.kind}/${put.id} is not the key of a record`)
  }
  const asked = new Set<string>()
  for (const { id } of writes.requests) {
    check(!books.requests.has(id) && !asked.has(id), `request ${id} is taken`)
    asked.add(id)
  }
  const ids = new Set<string>(writes.commands.map(({ id }) => id))
  for (const { id } of writes.personal) {
    check(ids.delete(id), `personal data names ${id}, which is no command of this batch or has some already`)
  }
}

/** A copy of its own that nobody can change. */
const kept = <A>(value: A): A => frozen(structuredClone(value))

/** Applies a batch of writes, or throws {@link BrokenCheck} and changes nothing. */
export const write = (books: Books, given: Writes): void => {
  const writes = kept(given)
  checkLinks(books, writes)
  checkSums(writes)
  checkBeside(books, writes)
  const balances = balancesAfter(books, writes)
  for (const command of writes.commands) {
    books.commands.push(command)
    books.outcomes.set(outcomeKey(command.actor, command.key), command)
    books.taken.add(command.id).add(command.hash)
    for (const { entry, hash } of command.entries) books.taken.add(entry.id).add(hash)
  }
  for (const [account, balance] of balances) books.balances.set(account, frozen(balance))
  for (const { id, kind, record } of writes.puts) {
    const ofKind = books.records.get(kind) ?? new Map<string, object>()
    books.records.set(kind, ofKind.set(id, record))
  }
  for (const request of writes.requests) {
    books.requests.set(request.id, request)
    books.waiting.set(request.id, { request, attempts: 0, dueAt: request.askedAt })
  }
  for (const id of writes.answered) books.waiting.delete(id)
  for (const notice of writes.notices) if (!books.notices.has(notice.id)) books.notices.set(notice.id, notice)
  for (const { data, id } of writes.personal) books.personal.set(id, data)
  books.heads.set(writes.head.lane, writes.head)
}
