/**
 * Batches for the checks of a store: small commands, booked and chained as the engine books them.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { CommandId } from "@kinchaku/domain/engine/Command"
import type { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { type RequestId, requestId } from "@kinchaku/domain/engine/Outbox"
import { balanceKey } from "@kinchaku/domain/engine/RecordKind"
import {
  type BookedEntry,
  type Head,
  type RecordedCommand,
  Store,
  type Work,
  type Writes
} from "@kinchaku/domain/engine/Store"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import { entryId, type JournalEntry, type Posting } from "@kinchaku/domain/ledger/JournalEntry"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { Effect } from "effect"
import { sha256 } from "../../memory/TestDigest.ts"

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** The n-th id: ids sort as their numbers do. */
export const commandId = (n: number): CommandId => {
  let text = ""
  for (let rest = n, place = 0; place < 6; place++, rest = Math.floor(rest / 32)) text = `${digits[rest % 32]}${text}`
  return `01ARZ3NDEKTSV4RRFFQ6${text}` as CommandId
}

export const accountId = (n: number): AccountId => `acct_${commandId(n)}` as AccountId
export const request = (n: number): RequestId => requestId(commandId(n))

/** So many minutes into the checks. */
export const minute = (n: number): Instant => instant(1_790_000_000_000 + n * 60_000)

export const debit = (account: AccountCode, amount: number): Posting => ({
  account,
  side: "debit",
  amount: amount as PositiveYen
})
export const credit = (account: AccountCode, amount: number): Posting => ({
  account,
  side: "credit",
  amount: amount as PositiveYen
})

/** An entry before it has its id. */
export interface Entry extends Partial<Pick<JournalEntry, "kind" | "businessAt" | "reverses">> {
  readonly postings: readonly [Posting, ...Array<Posting>]
}

/** A command by its number, which gives it id, key, time and content where nothing else is said. */
export interface Numbered extends Partial<
  Pick<RecordedCommand, "actor" | "key" | "tag" | "content" | "outcome" | "bookedAt">
> {
  readonly n: number
  readonly entries?: ReadonlyArray<Entry>
}

/** What one commit writes. `spoil` breaks the writes after they were made well. */
export interface Batch extends Partial<Pick<Writes, "puts" | "requests" | "answered" | "notices" | "personal">> {
  readonly commands: ReadonlyArray<Numbered>
  readonly spoil?: (writes: Writes) => Writes
}

const booked = (
  facts: WorkingSet,
  id: CommandId,
  last: Pick<Head, "seq" | "hash">,
  n: number,
  { businessAt = minute(0), kind = "topUp", ...rest }: Entry
): BookedEntry => {
  const entry: JournalEntry = { ...rest, id: entryId(id, n), kind, businessAt }
  const seq = last.seq + 1
  const balances = entry.postings.map((posting) => {
    if (!isCustomer(posting.account)) return undefined
    // Not by the domain's arithmetic, which would not make what a store has to refuse.
    const { account, credits, debits } = facts.balance(posting.account)
    const [more, less] = posting.side === "credit" ? [posting.amount, 0] : [0, posting.amount]
    facts.loadBalance({ account, debits: (debits + less) as Yen, credits: (credits + more) as Yen })
    return credits + more - debits - less
  })
  return { seq, previous: last.hash, hash: HashChain.linkEntry(sha256, last.hash, seq, entry), entry, balances }
}

const recorded = (facts: WorkingSet, head: Head, { entries = [], n, ...given }: Numbered): RecordedCommand => {
  const id = commandId(n)
  const content = {
    tag: "Check",
    actor: "host:contract",
    key: `key ${n}`,
    content: `{"n":${n}}`,
    outcome: `{"done":${n}}`,
    bookedAt: instant(Math.max(head.bookedAt, minute(n))),
    ...given,
    seq: head.seq + 1,
    id,
    at: minute(n)
  }
  const hash = HashChain.linkCommand(sha256, head.hash, content)
  let last: Pick<Head, "seq" | "hash"> = { seq: content.seq, hash }
  const links = entries.map((entry, index) => (last = booked(facts, id, last, index + 1, entry)) as BookedEntry)
  return { lane: head.lane, ...content, previous: head.hash, hash, entries: links }
}

const deltasOf = (commands: ReadonlyArray<RecordedCommand>): Writes["deltas"] => {
  const deltas = new Map<string, { account: string; debits: number; credits: number }>()
  for (const { account, amount, side } of commands.flatMap(({ entries }) => entries.flatMap((e) => e.entry.postings))) {
    const delta = deltas.get(account) ?? { account, debits: 0, credits: 0 }
    if (side === "debit") delta.debits += amount
    else delta.credits += amount
    deltas.set(account, delta)
  }
  return [...deltas.values()]
}

/** The writes of a batch after a head, with the last put of each record. Customer accounts of the batch have to be among the facts. */
export const writesOf = (batch: Batch, facts: WorkingSet, before: Head): Writes => {
  let head = before
  const commands = batch.commands.map((numbered) => {
    const command = recorded(facts, head, numbered)
    const { hash, seq } = command.entries.at(-1) ?? command
    head = { lane: before.lane, seq, hash, bookedAt: command.bookedAt }
    return command
  })
  const { answered = [], notices = [], personal = [], puts = [], requests = [], spoil = (writes) => writes } = batch
  const last = [...new Map(puts.map((one) => [`${one.kind}/${one.id}`, one])).values()]
  return spoil({ commands, deltas: deltasOf(commands), puts: last, requests, answered, notices, personal, head })
}

/** A batch as the store drives it: it fetches the customer accounts that it books on. */
export const workOf = (batch: Batch): Work => {
  const accounts = batch.commands.flatMap(({ entries = [] }) => entries.flatMap(({ postings }) => postings))
  const keys = accounts.filter(({ account }) => isCustomer(account)).map(({ account }) => balanceKey(account))
  return {
    outcomeKeys: [],
    missing: (facts) => keys.filter((key) => !facts.has(key)),
    decide: (facts, _, head) => writesOf(batch, facts, head)
  }
}

/** Commits a batch. */
export const commit = (batch: Batch) => Effect.flatMap(Store, (store) => store.commit(workOf(batch)))
