/**
 * PostgresTables: a PostgreSQL database as the verifier reads it, by plain SQL over the tables of the journal, as of one moment.
 */
import * as PostgresSnapshot from "@kinchaku/adapters/postgres/PostgresSnapshot"
import { type Session, whole } from "@kinchaku/adapters/postgres/Session"
import type { Pages, Row, Tables } from "@kinchaku/verifier/Tables"
import { SourceUnavailable } from "@kinchaku/verifier/Verdict"
import { Effect, Exit, Scope } from "effect"

const pageSize = 1000
const lowest = Number.MIN_SAFE_INTEGER

const selectHeads = "SELECT lane, seq, hash, booked_at FROM chain_head ORDER BY lane"
const selectBalances = "SELECT id, account, lane, debits, credits FROM balance WHERE id > $1 ORDER BY id LIMIT $2"
const selectCommands = `SELECT place, id, tag, actor, key, at, booked_at, content, outcome, previous, hash
  FROM command WHERE place > $1 ORDER BY place LIMIT $2`
const selectEntries = `SELECT command, n, kind, business_at, reverses_command, reverses_n,
    (SELECT id FROM command WHERE place = one.reverses_command AND EXISTS (
      SELECT FROM entry WHERE entry.command = one.reverses_command AND entry.n = one.reverses_n)), previous, hash
  FROM entry AS one WHERE (command, n) > ($1, $2) ORDER BY command, n LIMIT $3`
const selectPostings = `SELECT command, entry, n, account, amount, booked_at, debits, credits
  FROM posting WHERE (command, entry, n) > ($1, $2, $3) ORDER BY command, entry, n LIMIT $4`
const selectCommandLink = "SELECT hash FROM command WHERE place = $1"
// An entry's number is its command's plus n, and n is at most 4095.
const selectEntryLink = `SELECT hash FROM entry WHERE command BETWEEN $1 AND $2 AND command % 256 = $3
  AND command / 256 + n = $4`

type Read = (sql: string, ...values: ReadonlyArray<number>) => Promise<ReadonlyArray<Row>>

/** Pages in the order of a key of so many columns. */
async function* pages(read: Read, sql: string, keys: number): Pages {
  let after: ReadonlyArray<number> = Array.from({ length: keys }, () => (keys === 1 ? lowest : -1))
  for (;;) {
    const page = await read(sql, ...after, pageSize)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    if (page.length < pageSize) return
    after = last.slice(0, keys).map(Number)
  }
}

async function* once(rows: Promise<ReadonlyArray<Row>>): Pages {
  yield await rows
}

const tables = (session: Session, scope: Scope.Closeable): Tables => {
  const read: Read = (sql, ...values) =>
    Effect.runPromise(session.rows(sql, ...values.map(whole))).then(
      // What the driver answers are the values of the columns.
      (rows) => rows as ReadonlyArray<Row>,
      (cause: unknown) => {
        throw new SourceUnavailable(cause instanceof Error ? cause.message : String(cause), { cause })
      }
    )
  return {
    kind: "tables",
    heads: () => once(read(selectHeads)),
    balances: () => pages(read, selectBalances, 1),
    commands: () => pages(read, selectCommands, 1),
    entries: () => pages(read, selectEntries, 2),
    postings: () => pages(read, selectPostings, 3),
    link: async (lane, seq) => {
      const place = seq * 256 + lane
      const [row] = [
        ...(await read(selectCommandLink, place)),
        ...(await read(selectEntryLink, place - 1_048_576, place, lane, seq))
      ]
      return row?.[0]
    },
    damage: async () => undefined,
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** The books of a database, to be closed by whoever verifies them. */
export const postgresTables = (url: string) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const opened = Effect.provideService(PostgresSnapshot.open(url), Scope.Scope, scope)
    return tables(yield* Effect.onError(opened, (cause) => Scope.close(scope, Exit.failCause(cause))), scope)
  })
