/**
 * Attempt: one try at a batch, from BEGIN to COMMIT.
 *
 * The first round waits for locks, in key order over all that is known to be wanted; further rounds take what is free and
 * give up where something is not, so that nobody who waits holds what another waits for. A batch that gave up asks for all of
 * it in the first round of its next try.
 */
import { hash } from "node:crypto"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { type Head, type KnownOutcome, outcomeKey, type Work, type Writes } from "@kinchaku/domain/engine/Store"
import { lastOf } from "@kinchaku/domain/audit/Journal"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import { genesisOf, type Lane } from "@kinchaku/domain/ledger/HashChain"
import { Effect } from "effect"
import { SqlError } from "effect/sql"
import { append, type BalanceRow, beyondRange, faultOf, insertBalances, move, selectBalances } from "./Appending.ts"
import { type Fetch, fetches } from "./Fetching.ts"
import { commitLock, type Writer } from "./Postgres.ts"
import { head, selectHeads } from "./PostgresJournal.ts"
import * as PostgresNotices from "./PostgresNotices.ts"
import * as PostgresOutbox from "./PostgresOutbox.ts"
import { tables } from "./RecordTable.ts"
import { list, type Row, type Session, type Statement, together } from "./Session.ts"

/** What a try leaves for the next one of the same batch. */
export interface Attempt {
  /** The heads that it saw, as one text. */
  heads: string
  /** Everything that it asked for. */
  readonly keys: Array<Key>
  /** Whether it must be alone, because it changes what others read without a lock. */
  isAlone: boolean
}

export const begun = (): Attempt => ({ heads: "", keys: [], isAlone: false })

const begin: Statement = { sql: "BEGIN" }
const commit: Statement = { sql: "COMMIT" }
const lockShared: Statement = { sql: `SELECT pg_advisory_xact_lock_shared(${commitLock})` }
const lockAlone: Statement = { sql: `SELECT pg_advisory_xact_lock(${commitLock})` }
// After the locks: whatever this batch depends on is committed, and in the heads.
const heads: Statement = { sql: selectHeads }

const selectOutcomes = `SELECT actor, key, tag, content, outcome FROM command
  WHERE (actor, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`

/** An outcome key is the actor, a space and the key; actors have no spaces. */
const outcomesOf = (keys: ReadonlyArray<string>): ReadonlyArray<Statement> => {
  const values = [
    list.texts(keys.map((key) => key.slice(0, key.indexOf(" ")))),
    list.texts(keys.map((key) => key.slice(key.indexOf(" ") + 1)))
  ]
  return keys.length === 0 ? [] : [{ sql: selectOutcomes, values }]
}

const known = ([actor, key, tag, content, outcome]: Row): readonly [string, KnownOutcome] => [
  outcomeKey(String(actor), String(key)),
  { tag: String(tag), content: String(content), outcome: String(outcome) }
]

/** What was fetched: the rows of each kind by their ids, nothing where there is none. */
type Found = Map<string, Map<string, Row | undefined>>

const takeUp = (
  facts: WorkingSet,
  found: Found,
  wanted: ReadonlyArray<Fetch>,
  answers: ReadonlyArray<ReadonlyArray<Row>>
) => {
  wanted.forEach(({ ids, kind, take }, index) => {
    const there = take(facts, answers[index] ?? [])
    const ofKind = found.get(kind) ?? new Map<string, Row | undefined>()
    for (const id of ids) ofKind.set(id, there.get(id))
    found.set(kind, ofKind)
  })
}

const sha256 = (text: string): string => hash("sha256", text, "hex")

/** Where the next link of a lane attaches, given the last links of all. */
const headOf = (all: ReadonlyArray<Head>, lane: Lane): Head => {
  const { seq } = lastOf(all)
  const bookedAt = all.reduce((latest, one) => (one.bookedAt > latest ? one.bookedAt : latest), lastOf(all).bookedAt)
  return { lane, seq, bookedAt, hash: all.find((one) => one.lane === lane)?.hash ?? genesisOf(sha256, lane) }
}

/** Fetches and locks round after round until nothing is missing. */
const fetchAll = Effect.fnUntraced(function* ({ session }: Writer, work: Work, last: Attempt) {
  const facts = new WorkingSet()
  const found: Found = new Map()
  let wanted = fetches([...work.missing(facts), ...last.keys], "wait")
  const before = [begin, last.isAlone ? lockAlone : lockShared]
  // After the facts: where these show what a key has done elsewhere, its outcome is there too (LED-08).
  const after = [...outcomesOf(work.outcomeKeys), heads]
  const first = yield* session.pipeline([...before, ...wanted.map(({ statement }) => statement), ...after])
  takeUp(facts, found, wanted, first.slice(before.length))
  let answers = first
  for (let keys = work.missing(facts); keys.length > 0; keys = work.missing(facts)) {
    last.keys.push(...keys)
    wanted = fetches(
      keys.filter((key) => !facts.has(key)),
      "now"
    )
    if (wanted.length === 0) continue
    answers = yield* session.pipeline([...wanted.map(({ statement }) => statement), ...after])
    takeUp(facts, found, wanted, answers)
  }
  const outcomes = new Map(after.length > 1 ? (answers.at(-2) ?? []).map(known) : [])
  return { facts, found, outcomes, heads: (answers.at(-1) ?? []).map(head) }
})

const isAbsent = (found: Found, kind: string, id: string): boolean => {
  const ofKind = found.get(kind)
  return ofKind !== undefined && ofKind.has(id) && ofKind.get(id) === undefined
}

/** The statements for the records that a batch puts: new ones are inserted, the others replaced. */
const putsOf = (puts: Writes["puts"], found: Found): ReadonlyArray<Statement> =>
  tables.flatMap(({ insert, kind, upsert }) => {
    const own = puts.filter((put) => put.kind === kind).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const by = Object.groupBy(own, ({ id }) => (isAbsent(found, kind, id) ? "new" : "old"))
    return [
      ...(by.new === undefined ? [] : [insert(by.new.map(({ record }) => record))]),
      ...(by.old === undefined ? [] : [upsert(by.old.map(({ record }) => record))])
    ]
  })

const sharedKinds = new Set(tables.filter(({ isShared }) => isShared).map(({ kind }) => kind))

const insertPersonal = "INSERT INTO personal (id, data) SELECT * FROM unnest($1::text[], $2::text[])"
const personalOf = (personal: Writes["personal"]): ReadonlyArray<Statement> =>
  personal.length === 0
    ? []
    : [
        {
          sql: insertPersonal,
          values: [list.texts(personal.map(({ id }) => id)), list.texts(personal.map(({ data }) => data))]
        }
      ]

/**
 * The balance rows of everything that a batch books on, as they are before it. Customers' rows were fetched and are locked; the
 * rows of the books' own accounts in its lane only the writer of the lane changes, so it knows them. What has no row gets one.
 */
const balanceRows = Effect.fnUntraced(function* (
  { known, lane, session }: Writer,
  { deltas, head }: Writes,
  found: Found
) {
  const rows = new Map<string, BalanceRow>()
  const customers = found.get(balanceKind)
  const unknown: Array<string> = []
  for (const { account } of deltas) {
    const fetched = customers?.get(account)
    const row = fetched === undefined ? (head.lane === lane ? known.get(account) : undefined) : rowOf(fetched)
    if (row !== undefined) rows.set(account, row)
    else unknown.push(account)
  }
  const own = unknown.filter((account) => !customers?.has(account))
  if (own.length > 0) {
    for (const [account, id, debits, credits] of yield* one(session, selectBalances(head.lane, own))) {
      rows.set(String(account), { id: Number(id), debits: Number(debits), credits: Number(credits) })
    }
  }
  const missing = unknown.filter((account) => !rows.has(account))
  if (missing.length > 0) {
    for (const [account, id] of yield* one(session, insertBalances(head.lane, missing))) {
      rows.set(String(account), { id: Number(id), debits: 0, credits: 0 })
    }
  }
  return rows
})

const one = (session: Session, { sql, values = [] }: Statement) => session.rows(sql, ...values)

const rowOf = ([, debits, credits, id]: Row): BalanceRow => ({
  id: Number(id),
  debits: Number(debits),
  credits: Number(credits)
})

/** Keeps what the rows of the books' own accounts are after the batch. */
const remember = (known: Writer["known"], deltas: Writes["deltas"], before: ReadonlyMap<string, BalanceRow>): void => {
  for (const { account, credits, debits } of deltas) {
    const row = before.get(account)
    if (row === undefined || isCustomer(account as AccountCode)) continue
    known.set(account, { id: row.id, debits: row.debits + debits, credits: row.credits + credits })
  }
}

const refused = (fault: string) =>
  new SqlError.SqlError({
    reason: new SqlError.ConstraintError({ cause: new Error(fault), message: fault, operation: "commit" })
  })

/** Tries once. "again": nothing was written, and the batch has to be tried alone. What decides may throw: that is a defect. */
export const attempt = Effect.fnUntraced(function* (
  writer: Writer,
  work: Work,
  last: Attempt
): Effect.fn.Return<"done" | "again", SqlError.SqlError> {
  const fetched = yield* fetchAll(writer, work, last)
  last.heads = fetched.heads.map(({ lane, seq }) => `${lane}:${seq}`).join(" ")
  const writes = work.decide(fetched.facts, fetched.outcomes, headOf(fetched.heads, writer.lane))
  const { rows, pipeline } = writer.session
  if (writes.commands.length === 0) {
    yield* rows("ROLLBACK")
    return "done"
  }
  if (!last.isAlone && writes.puts.some(({ kind }) => sharedKinds.has(kind))) {
    yield* rows("ROLLBACK")
    last.isAlone = true
    return "again"
  }
  const fault = faultOf(writes)
  if (fault !== undefined) return yield* refused(fault)
  const rowsBefore = yield* balanceRows(writer, writes, fetched.found)
  const beyond = beyondRange(writes, rowsBefore)
  if (beyond !== undefined) return yield* refused(beyond)
  const hasHead = fetched.heads.some(({ lane }) => lane === writes.head.lane)
  const written = together([
    ...append(writes, rowsBefore),
    ...putsOf(writes.puts, fetched.found),
    ...PostgresOutbox.write(writes),
    ...PostgresNotices.write(writes),
    ...personalOf(writes.personal)
  ])
  yield* pipeline([written, move(writes.head, hasHead), commit])
  if (writes.head.lane === writer.lane) remember(writer.known, writes.deltas, rowsBefore)
  return "done"
})
