/**
 * Corruptions of a SQLite file: of its cells, rows, pages and length, by somebody who has the file and drops its triggers first.
 */
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { genesisOf, type Lane } from "@kinchaku/domain/ledger/HashChain"
import { sha256 } from "@kinchaku/testkit/memory/TestDigest"
import type { Named } from "@kinchaku/verifier/Chain"
import { sqliteFile } from "@kinchaku/verifier/SqliteFile"
import type { Fails } from "@kinchaku/verifier/Verdict"
import * as Forgery from "./Forgery.ts"
import type { Random } from "./Random.ts"
import {
  anywhere,
  between,
  type Cells,
  exactly,
  journalTables,
  keysOf,
  num,
  placed,
  rowsOf,
  type Table,
  type Tampered
} from "./Tampered.ts"

/** Books that are tampered with, each time in a copy. */
export interface Original {
  readonly file: string
  readonly copy: string
  readonly rows: Readonly<Record<Table, ReadonlyArray<Cells>>>
  /** Where the pages of the journal's tables and indexes lie. */
  readonly pages: ReadonlyArray<number>
  readonly pageSize: number
  readonly heads: ReadonlyArray<Named>
}

/** Reads books, and takes their defences away. */
export const original = (file: string, copy: string): Original => {
  const database = new DatabaseSync(file)
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    database.exec(`DROP TRIGGER "${String(name)}"`)
  }
  database.exec("VACUUM")
  const objects = database
    .prepare(`SELECT name FROM sqlite_schema WHERE tbl_name IN (${journalTables.map(() => "?").join(", ")})`)
    .all(...journalTables)
    .map(({ name }) => String(name))
  const pages = database
    .prepare(`SELECT pageno FROM dbstat WHERE name IN (${objects.map(() => "?").join(", ")})`)
    .all(...objects)
    .map(({ pageno }) => num(pageno))
  const pageSize = num(database.prepare("PRAGMA page_size").get()?.["page_size"])
  database.close()
  const rows = rowsOf(file)
  const heads = rows.chain_head.map(({ hash, lane, seq }) => ({
    lane: num(lane),
    seq: num(seq),
    hash: Buffer.from(hash as Uint8Array).toString("hex")
  }))
  return { file, copy, rows, pages, pageSize, heads }
}

/** A copy in which something is done. */
export const tampered = (from: Original, body: (database: DatabaseSync) => void): Pick<Tampered, "source"> => {
  copyFileSync(from.file, from.copy)
  const database = new DatabaseSync(from.copy)
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
    PRAGMA ignore_check_constraints = ON; BEGIN`)
  try {
    body(database)
    database.exec("COMMIT")
  } finally {
    database.close()
  }
  return { source: sqliteFile(from.copy) }
}

export type Tampering = (from: Original, random: Random) => Tampered | undefined

const where = (table: Table): string => keysOf[table].map((key) => `${key} = ?`).join(" AND ")
const keyOf = (table: Table, row: Cells): ReadonlyArray<SQLInputValue> => keysOf[table].map((key) => row[key] ?? null)

/** The link whose rows a row belongs to; a balance's is the first that uses it. */
const linkOf = ({ rows }: Original, table: Table, row: Cells): { readonly lane: number; readonly seq: number } => {
  if (table === "command") return placed(num(row["place"]))
  if (table === "entry") return placed(num(row["command"]), num(row["n"]))
  if (table === "posting") return placed(num(row["command"]), num(row["entry"]))
  if (table === "chain_head") return { lane: num(row["lane"]), seq: num(row["seq"]) }
  const used = rows.posting.find(({ account }) => account === row["id"])
  return placed(num(used?.["command"]), num(used?.["entry"]))
}

const lastOf = ({ heads }: Original, lane: number): number => heads.find((head) => head.lane === lane)?.seq ?? 0

/** What must be named where a cell was set to another value. */
const cellChanged = (from: Original, table: Table, row: Cells, column: string, value: SQLInputValue) => {
  const link = linkOf(from, table, row)
  if (table === "balance") {
    const isTotal = column === "debits" || column === "credits"
    return isTotal ? exactly({ account: String(row["account"]) }) : exactly(link)
  }
  if (table === "chain_head") {
    return (fails: Fails): boolean =>
      fails.fault === "head" && (column === "lane" || column === "seq" || exactly(link)(fails))
  }
  if (!keysOf[table].includes(column)) return exactly(link)
  if (column === "place" || column === "command") {
    const moved = Math.min(Math.max(Math.floor(Number(value) / 256), 1), link.seq)
    return moved === link.seq ? between(1, link.seq) : between(moved - 1, moved + num(row["entry"] ?? 1))
  }
  return exactly(link)
}

/** SQLITE_CONSTRAINT, or SQLITE_MISMATCH of a row id. */
const isConstraint = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "errcode" in error && [19, 20].includes(Number(error.errcode) & 0xff)

/** Sets one cell; nothing where the file does not take the value. */
const setCell = (from: Original, table: Table, row: Cells, column: string, value: SQLInputValue, cast = "?") => {
  try {
    const copy = tampered(from, (database) => {
      database.prepare(`UPDATE ${table} SET ${column} = ${cast} WHERE ${where(table)}`).run(value, ...keyOf(table, row))
    })
    return { ...copy, names: cellChanged(from, table, row, column, value) }
  } catch (error) {
    if (isConstraint(error)) return undefined
    throw error
  }
}

const drawCell = ({ rows }: Original, random: Random) => {
  const table = random.of(journalTables)
  const row = random.of(rows[table])
  return { table, row, column: random.of(Object.keys(row)) }
}

/** One bit of one cell. */
export const bitOfCell: Tampering = (from, random) => {
  const { column, row, table } = drawCell(from, random)
  const value = row[column]
  if (value === null || value === undefined) return setCell(from, table, row, column, 1)
  if (typeof value === "number" || typeof value === "bigint") {
    return setCell(from, table, row, column, BigInt.asIntN(64, BigInt(value) ^ (1n << BigInt(random.below(64)))))
  }
  const bytes = Buffer.from(value)
  if (bytes.length === 0) return undefined
  const at = random.below(bytes.length)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at)
  return setCell(from, table, row, column, bytes, typeof value === "string" ? "CAST(? AS TEXT)" : "?")
}

/** A cell set to what another row of its table has there, or one more. */
export const otherValue: Tampering = (from, random) => {
  const { column, row, table } = drawCell(from, random)
  if (keysOf[table].includes(column)) return undefined
  const before = row[column] ?? null
  const other = random.of(from.rows[table])[column] ?? null
  const same = before instanceof Uint8Array ? Buffer.compare(before, other as Uint8Array) === 0 : before === other
  if (!same) return setCell(from, table, row, column, other)
  return typeof before === "number" ? setCell(from, table, row, column, before + 1) : undefined
}

const commandsOf = ({ rows }: Original, lane: number): ReadonlyArray<Cells> =>
  rows.command.filter(({ place }) => num(place) % 256 === lane)

/** The first number at which a lane without a command differs from what it was. */
const commandGone = (from: Original, row: Cells) => {
  const { lane, seq } = placed(num(row["place"]))
  if (from.heads.length === 1) return exactly({ lane, seq })
  const own = commandsOf(from, lane).map(({ place }) => placed(num(place)).seq)
  const before = own.filter((other) => other < seq).at(-1) ?? 0
  // Other lanes may hide a gap in the numbers; then the next link of its own lane shows it, or a seal before that.
  return between(before + 1, own.find((other) => other > seq) ?? Infinity)
}

/** A row taken away. */
export const rowDeleted: Tampering = (from, random) => {
  const table = random.of(journalTables)
  const row = random.of(from.rows[table])
  const copy = tampered(from, (database) => {
    database.prepare(`DELETE FROM ${table} WHERE ${where(table)}`).run(...keyOf(table, row))
  })
  return { ...copy, names: table === "command" ? commandGone(from, row) : exactly(linkOf(from, table, row)) }
}

/** All rows from a command on. */
const cutFrom = (database: DatabaseSync, place: number): void => {
  for (const table of ["posting", "entry"]) database.prepare(`DELETE FROM ${table} WHERE command >= ?`).run(place)
  database.prepare("DELETE FROM command WHERE place >= ?").run(place)
}

/** The end of every lane after a cut: what is named is the first link that is missing in one of them. */
const cutAt = (from: Original, place: number) =>
  exactly(
    ...from.heads.map(({ lane }) => {
      const kept = from.rows.command
        .filter((row) => num(row["place"]) < place && num(row["place"]) % 256 === lane)
        .at(-1)
      const last = kept === undefined ? 0 : placed(num(kept["place"])).seq
      const entries = from.rows.entry.filter(({ command }) => command === kept?.["place"]).length
      return { lane, seq: last + entries + 1 }
    })
  )

/** The tail cut off, the heads left as they were. */
export const tailCut: Tampering = (from, random) => {
  const place = num(random.of(from.rows.command)["place"])
  return { ...tampered(from, (database) => cutFrom(database, place)), names: cutAt(from, place) }
}

/** The tail cut off, and balances and heads made to fit. Only a published head shows it. */
export const tailCutAndFitted: Tampering = (from, random) => {
  const place = num(random.of(from.rows.command.slice(1))["place"])
  const copy = tampered(from, (database) => {
    cutFrom(database, place)
    Forgery.retotal(database)
    Forgery.rehead(database)
  })
  return { ...copy, published: from.heads, names: cutAt(from, place) }
}

/** History rewritten from some command on, everything made to fit: a head that was published after it shows it. */
export const rewritten: Tampering = (from, random) => {
  if (from.heads.length > 1) return undefined
  const entry = random.of(from.rows.entry)
  const content = random.below(2) === 0
  const place = num(entry["command"])
  const copy = tampered(from, (database) => {
    if (content) database.prepare("UPDATE command SET content = content || ' ' WHERE place = ?").run(place)
    else {
      database
        .prepare("UPDATE posting SET amount = amount + sign(amount) WHERE command = ? AND entry = ? AND n < 2")
        .run(place, num(entry["n"]))
    }
    Forgery.refit(database)
  })
  // Where the two lines are on one side, the forged entry does not balance: then that is what is wrong first.
  const names = (fails: Fails): boolean =>
    fails.fault === "unbalanced"
      ? exactly(placed(place, num(entry["n"])))(fails)
      : exactly(...from.heads.map(({ lane, seq }) => ({ lane, seq })))(fails) || fails.fault === "negativeBalance"
  return { ...copy, published: from.heads, names }
}

/** Two rows that change places. */
export const swapped: Tampering = (from, random) => {
  const table = random.of(["command", "entry", "posting"] as const)
  const [a, b] = [random.of(from.rows[table]), random.of(from.rows[table])]
  const [first, second] = [linkOf(from, table, a), linkOf(from, table, b)]
  if (a === b) return undefined
  const columns = Object.keys(a).filter((column) => !keysOf[table].includes(column))
  const set = `UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(", ")} WHERE ${where(table)}`
  const copy = tampered(from, (database) => {
    // What must be unique is out of the way first.
    if (table === "command") database.exec("UPDATE command SET id = id || '-', key = key || '-'")
    for (const [to, by] of [[a, b] as const, [b, a] as const]) {
      database.prepare(set).run(...columns.map((column) => by[column] ?? null), ...keyOf(table, to))
    }
    if (table === "command") database.exec("UPDATE command SET id = rtrim(id, '-'), key = rtrim(key, '-')")
  })
  const earlier = first.seq * 256 + first.lane <= second.seq * 256 + second.lane ? first : second
  // Lines are read with their command, so in another lane a higher number may be read first.
  return { ...copy, names: exactly(earlier, ...(from.heads.length > 1 ? [first, second] : [])) }
}

const insert = (database: DatabaseSync, table: Table, row: Cells): void => {
  const columns = Object.keys(row)
  database
    .prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`)
    .run(...Object.values(row))
}

/** A row once more, under another key. */
export const cloned: Tampering = (from, random) => {
  const table = random.of(journalTables)
  const row = random.of(from.rows[table])
  const { lane, seq } = linkOf(from, table, row)
  const other = 1 + random.below(lastOf(from, lane) + 1)
  const changed: Readonly<Record<Table, Cells>> = {
    command: {
      place: other * 256 + lane,
      id: `${String(row["id"]).slice(0, -1)}*`,
      key: `${String(row["key"])} again`
    },
    entry: { n: num(row["n"]) + 1 + random.below(2) },
    posting: { n: num(row["n"]) + 1 + random.below(4) },
    balance: { id: num(row["id"]) + 1000, lane: num(row["lane"]) + 100 },
    chain_head: { lane: num(row["lane"]) + 100 }
  }
  try {
    const copy = tampered(from, (database) => insert(database, table, { ...row, ...changed[table] }))
    const names = {
      command: from.heads.length === 1 ? exactly({ lane, seq: other }) : between(1, other),
      entry: exactly({ lane, seq: seq + 1 }),
      posting: exactly({ lane, seq }),
      balance: exactly({ account: String(row["account"]) }),
      chain_head: ({ fault }: Fails) => fault === "head"
    }
    return { ...copy, names: names[table] }
  } catch (error) {
    if (isConstraint(error)) return undefined
    throw error
  }
}

/** A command that is well formed and hashed, put where nothing follows it, in a lane of its own, or in the place of another. */
export const forged: Tampering = (from, random) => {
  const row = random.of(from.rows.command)
  const { lane, seq } = placed(num(row["place"]))
  const way = random.of(["appended", "begun", "replaced"] as const)
  const head = from.heads.find((one) => one.lane === lane)
  const id = `${String(row["id"]).slice(0, -1)}*`
  const next = { lane, seq: (head?.seq ?? 0) + 1 }
  const begun = 200
  const place = way === "appended" ? next.seq * 256 + lane : way === "begun" ? seq * 256 + begun : num(row["place"])
  const previous =
    way === "appended"
      ? (head?.hash ?? "")
      : way === "begun"
        ? genesisOf(sha256, begun as Lane)
        : Buffer.from(row["previous"] as Uint8Array).toString("hex")
  const made: Cells = {
    ...row,
    place,
    id,
    key: `${String(row["key"])} forged`,
    booked_at: from.rows.chain_head[0]?.["booked_at"] ?? 0
  }
  if (way === "replaced") made["booked_at"] = row["booked_at"] ?? 0
  const hash = Forgery.commandHash(previous, made)
  const whole = { ...made, previous: Buffer.from(previous, "hex"), hash: Buffer.from(hash, "hex") }
  const copy = tampered(from, (database) => {
    if (way === "replaced") database.prepare("DELETE FROM command WHERE place = ?").run(place)
    insert(database, "command", whole)
  })
  const hasEntry = from.rows.entry.some(({ command }) => command === row["place"])
  const following = commandsOf(from, lane).find((other) => num(other["place"]) > num(row["place"]))
  const after = hasEntry || following === undefined ? { lane, seq: seq + 1 } : placed(num(following["place"]))
  const isLast = !hasEntry && following === undefined
  const names = {
    appended: exactly(next),
    begun: exactly({ lane: begun, seq }),
    // What names the hash that was there before, and what stands for it in a seal or a head, no longer fits.
    replaced: from.heads.length > 1 ? between(seq, after.seq) : exactly(isLast ? { lane, seq } : after)
  }
  return { ...copy, names: names[way] }
}

/** Balances only: the journal is left as it is. */
export const projection: Tampering = (from, random) => {
  const row = random.of(from.rows.balance)
  const by = random.of([1, 1000, -1, 1_000_000])
  const both = random.below(2) === 0
  const set = both ? "debits = debits + ?1, credits = credits + ?1" : "credits = credits + ?1"
  const copy = tampered(from, (database) => {
    database.prepare(`UPDATE balance SET ${set} WHERE id = ?2`).run(by, num(row["id"]))
  })
  return { ...copy, names: exactly({ account: String(row["account"]) }) }
}

/** A seal that names another hash, the lane made to fit again. */
export const sealForged: Tampering = (from, random) => {
  const seals = from.rows.command.filter(({ tag }) => tag === "SealLanes")
  if (seals.length === 0) return undefined
  const row = random.of(seals)
  const content = String(row["content"])
  const hashes = [...content.matchAll(/[0-9a-f]{64}/g)]
  const { index } = random.of(hashes)
  const at = index + random.below(64)
  const digit = ((Number.parseInt(content.charAt(at), 16) + 1) % 16).toString(16)
  const link = placed(num(row["place"]))
  const copy = tampered(from, (database) => {
    const forgedContent = content.slice(0, at) + digit + content.slice(at + 1)
    database.prepare("UPDATE command SET content = ? WHERE place = ?").run(forgedContent, num(row["place"]))
    Forgery.relink(database, link.lane)
    Forgery.rehead(database)
  })
  return { ...copy, names: (fails) => fails.fault === "seal" && exactly(link)(fails) }
}

/** The file cut off anywhere. */
export const fileCut: Tampering = (from, random) => {
  copyFileSync(from.file, from.copy)
  truncateSync(from.copy, random.below(readFileSync(from.copy).length))
  return { source: sqliteFile(from.copy), names: anywhere }
}

/** One bit of a page of the journal, in the file itself. */
export const bitOfFile: Tampering = (from, random) => {
  const bytes = readFileSync(from.file)
  const at = (random.of(from.pages) - 1) * from.pageSize + random.below(from.pageSize)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at)
  writeFileSync(from.copy, bytes)
  return {
    source: sqliteFile(from.copy),
    names: anywhere,
    isHarmless: () => JSON.stringify(rowsOf(from.copy)) === JSON.stringify(from.rows)
  }
}
