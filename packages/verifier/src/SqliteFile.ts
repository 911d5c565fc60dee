/**
 * A SQLite file as a source. It is only ever read, as of one moment, and by plain SQL over the tables of the journal.
 */
import { existsSync, statSync } from "node:fs"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import type { Pages, Row, Tables, Value } from "./Tables.ts"
import { Damaged, SourceUnavailable } from "./Verdict.ts"

const pageSize = 250
const lowest = -(2n ** 63n)

const selectHeads = "SELECT lane, seq, hash, booked_at FROM chain_head ORDER BY lane"
const selectBalances = "SELECT id, account, lane, debits, credits FROM balance WHERE id > ? ORDER BY id LIMIT ?"
const selectCommands = `SELECT place, id, tag, actor, key, at, booked_at, content, outcome, previous, hash
  FROM command WHERE place > ? ORDER BY place LIMIT ?`
const selectEntries = `SELECT command, n, kind, business_at, reverses_command, reverses_n,
    CASE WHEN reverses_command IS NULL THEN NULL ELSE (
      SELECT id FROM command WHERE place = one.reverses_command
      AND EXISTS (SELECT 1 FROM entry WHERE entry.command = one.reverses_command AND entry.n = one.reverses_n)
    ) END, previous, hash
  FROM entry AS one WHERE (command, n) > (?, ?) ORDER BY command, n LIMIT ?`
const selectPostings = `SELECT command, entry, n, account, amount, booked_at, debits, credits
  FROM posting WHERE (command, entry, n) > (?, ?, ?) ORDER BY command, entry, n LIMIT ?`
const selectCommandLink = "SELECT hash FROM command WHERE place = ?"
// An entry's number is its command's plus n, and n is at most 4095.
const selectEntryLink = `SELECT hash FROM entry
  WHERE command BETWEEN ?1 * 256 - 1048576 AND ?1 * 256 + ?2 AND command % 256 = ?2 AND command / 256 + n = ?1`

/** SQLITE_PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CANTOPEN, AUTH: they say nothing about the books. */
const outside = new Set([3, 5, 6, 7, 8, 10, 14, 23])
const shortRead = 522

/** SQLITE_READONLY, CANTOPEN: what a file whose folder cannot be written to may say. */
const needsWriting = new Set([8, 14])

const codeOf = (thrown: unknown): number =>
  typeof thrown === "object" && thrown !== null && "errcode" in thrown ? Number(thrown.errcode) : 0

/** What the driver threw, as damage of the file or as being kept from it. */
const failed = (thrown: unknown, path: string): Error => {
  const code = codeOf(thrown)
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return outside.has(code & 0xff) && code !== shortRead
    ? new SourceUnavailable(`${path}: ${message}`, { cause: thrown })
    : new Damaged(message, { cause: thrown })
}

const isOutOfRange = (thrown: unknown): boolean =>
  typeof thrown === "object" && thrown !== null && "code" in thrown && thrown.code === "ERR_OUT_OF_RANGE"

/** With setReturnArrays, node:sqlite returns arrays; its types say records. */
const rowsOf = (statement: StatementSync, values: ReadonlyArray<SQLInputValue>): ReadonlyArray<Row> =>
  statement.all(...values) as unknown as ReadonlyArray<Row>

/** Whether one key of whole numbers comes after another. */
const isAfter = (key: ReadonlyArray<SQLInputValue>, other: ReadonlyArray<SQLInputValue>): boolean => {
  for (const [n, one] of key.entries()) {
    const before = other[n]
    if (typeof one === "string" || one === null || typeof before === "string" || before === null) return false
    if (before !== undefined && one !== before && Number(one) !== Number(before)) return one > before
  }
  return false
}

class SqliteFile implements Tables {
  readonly kind = "tables"
  readonly #path: string
  #database: DatabaseSync | undefined

  constructor(path: string) {
    this.#path = path
  }

  readonly #open = (): DatabaseSync => {
    if (this.#database !== undefined) return this.#database
    try {
      statSync(this.#path)
    } catch (cause) {
      throw new SourceUnavailable(`${this.#path} is not there`, { cause })
    }
    try {
      return this.#begin(this.#path)
    } catch (thrown) {
      const error = failed(thrown, this.#path)
      // Where nothing may be written beside the file, and no log lies there, nobody writes: it is read as it stands.
      const isWritten = ["-wal", "-journal"].some((log) => existsSync(`${this.#path}${log}`))
      if (isWritten || !needsWriting.has(codeOf(thrown) & 0xff)) throw error
      const asItStands = pathToFileURL(this.#path)
      asItStands.searchParams.set("immutable", "1")
      try {
        return this.#begin(asItStands)
      } catch (thrownAgain) {
        throw failed(thrownAgain, this.#path)
      }
    }
  }

  /** Opens the file and begins to read one moment of it. What its schema says is not trusted either. */
  readonly #begin = (path: string | URL): DatabaseSync => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
    try {
      database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -32768; BEGIN")
      database.prepare("SELECT count(*) FROM sqlite_schema").get()
    } catch (thrown) {
      database.close()
      throw thrown
    }
    this.#database = database
    return database
  }

  readonly #prepare = (sql: string): StatementSync => {
    const statement = this.#open().prepare(sql)
    statement.setReturnArrays(true)
    return statement
  }

  /** Runs a query. Where a number is too large for a number, as it is in no books of ours, all of them come as bigints. */
  readonly #run = (sql: string, statement: StatementSync, values: ReadonlyArray<SQLInputValue>): ReadonlyArray<Row> => {
    try {
      return rowsOf(statement, values)
    } catch (thrown) {
      if (!isOutOfRange(thrown)) throw failed(thrown, this.#path)
      const exact = this.#prepare(sql)
      exact.setReadBigInts(true)
      return rowsOf(exact, values)
    }
  }

  readonly #all = (sql: string, ...values: ReadonlyArray<SQLInputValue>): ReadonlyArray<Row> => {
    try {
      return this.#run(sql, this.#prepare(sql), values)
    } catch (thrown) {
      throw thrown instanceof SourceUnavailable ? thrown : failed(thrown, this.#path)
    }
  }

  /** Pages in the order of a key of so many columns. Where a page cannot be read, its rows are read one by one up to the one that cannot. */
  async *#pages(sql: string, keys: number): Pages {
    let after: ReadonlyArray<SQLInputValue> = Array.from({ length: keys }, () => lowest)
    let limit = pageSize
    let statement: StatementSync | undefined
    for (;;) {
      let page: ReadonlyArray<Row>
      try {
        statement ??= this.#prepare(sql)
        page = this.#run(sql, statement, [...after, limit])
      } catch (thrown) {
        const error =
          thrown instanceof Damaged || thrown instanceof SourceUnavailable ? thrown : failed(thrown, this.#path)
        if (limit === 1 || error instanceof SourceUnavailable) throw error
        limit = 1
        continue
      }
      const last = page.at(-1)
      if (last === undefined) return
      const key = last.slice(0, keys).map((value) => value ?? null)
      // A damaged tree may lead in circles.
      if (!isAfter(key, after)) throw new Damaged("rows are out of order")
      yield page
      if (page.length < limit) return
      after = key
    }
  }

  async *#heads(): Pages {
    yield this.#all(selectHeads)
  }

  readonly heads = (): Pages => this.#heads()
  readonly balances = (): Pages => this.#pages(selectBalances, 1)
  readonly commands = (): Pages => this.#pages(selectCommands, 1)
  readonly entries = (): Pages => this.#pages(selectEntries, 2)
  readonly postings = (): Pages => this.#pages(selectPostings, 3)

  readonly link = async (lane: number, seq: number): Promise<Value | undefined> => {
    const [row] = [...this.#all(selectCommandLink, seq * 256 + lane), ...this.#all(selectEntryLink, seq, lane)]
    return row?.[0]
  }

  readonly damage = async (): Promise<string | undefined> => {
    const { size } = statSync(this.#path)
    const pageBytes = Number(this.#all("PRAGMA page_size")[0]?.[0])
    if (size % pageBytes !== 0) return `${size % pageBytes} bytes after the last page`
    for (const table of ["command", "entry", "posting", "balance", "chain_head"]) {
      const first = this.#all(`PRAGMA integrity_check(${table})`)[0]?.[0]
      if (first !== "ok") return String(first)
    }
    return undefined
  }

  readonly close = async (): Promise<void> => {
    this.#database?.close()
    this.#database = undefined
  }
}

/** The books in a SQLite file. */
export const sqliteFile = (path: string): Tables => new SqliteFile(path)
