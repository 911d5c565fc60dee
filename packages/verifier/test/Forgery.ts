/**
 * Forgery: what somebody can do who knows how the chain is made. Rows are changed, and everything that follows from them is
 * made to fit again: hashes, running totals, balances, heads. Hashes are made as the engine makes them, not as the verifier does.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import { encodeCommand, encodeEntry, genesisOf, type Lane, type LinkHash } from "@kinchaku/domain/ledger/HashChain"
import type { JournalEntry } from "@kinchaku/domain/ledger/JournalEntry"
import { sha256 } from "@kinchaku/testkit/memory/TestDigest"
import { type Cells, num, placed } from "./Tampered.ts"

const all = (database: DatabaseSync, sql: string, ...values: ReadonlyArray<SQLInputValue>): ReadonlyArray<Cells> =>
  database.prepare(sql).all(...values)

const bytes = (hash: string): Buffer => Buffer.from(hash, "hex")

/** The hash that a row of a command should have. */
export const commandHash = (previous: string, row: Cells): string => {
  const { seq } = placed(num(row["place"]))
  const text = (name: string): string => String(row[name])
  return sha256(
    encodeCommand(previous as LinkHash, {
      seq,
      id: text("id"),
      tag: text("tag"),
      actor: text("actor"),
      key: text("key"),
      at: num(row["at"]),
      bookedAt: num(row["booked_at"]),
      content: text("content"),
      outcome: text("outcome")
    })
  )
}

const entryHash = (database: DatabaseSync, previous: string, command: Cells, row: Cells): string => {
  const lines = all(
    database,
    `SELECT balance.account, amount FROM posting JOIN balance ON balance.id = posting.account
      WHERE command = ? AND entry = ? ORDER BY n`,
    num(command["place"]),
    num(row["n"])
  )
  const [reversed] = all(database, "SELECT id FROM command WHERE place = ?", row["reverses_command"] ?? null)
  const entry = {
    id: `${String(command["id"])}.${num(row["n"])}`,
    kind: row["kind"],
    businessAt: num(row["business_at"]),
    ...(reversed === undefined ? {} : { reverses: `${String(reversed["id"])}.${num(row["reverses_n"])}` }),
    postings: lines.map(({ account, amount }) => ({
      account,
      side: num(amount) > 0 ? "debit" : "credit",
      amount: Math.abs(num(amount))
    }))
  } as unknown as JournalEntry
  return sha256(encodeEntry(previous as LinkHash, placed(num(command["place"]), num(row["n"])).seq, entry))
}

/** Makes the links of a lane fit again, from the first to the last. */
export const relink = (database: DatabaseSync, lane: number): void => {
  let previous: string = genesisOf(sha256, lane as Lane)
  for (const command of all(database, "SELECT * FROM command WHERE place % 256 = ? ORDER BY place", lane)) {
    const hash = commandHash(previous, command)
    const place = num(command["place"])
    database
      .prepare("UPDATE command SET previous = ?, hash = ? WHERE place = ?")
      .run(bytes(previous), bytes(hash), place)
    previous = hash
    for (const entry of all(database, "SELECT * FROM entry WHERE command = ? ORDER BY n", place)) {
      const own = entryHash(database, previous, command, entry)
      database
        .prepare("UPDATE entry SET previous = ?, hash = ? WHERE command = ? AND n = ?")
        .run(bytes(previous), bytes(own), place, num(entry["n"]))
      previous = own
    }
  }
}

/** Makes running totals and balances fit the lines again. */
export const retotal = (database: DatabaseSync): void => {
  const totals = new Map<number, [debits: number, credits: number]>()
  for (const line of all(database, "SELECT * FROM posting ORDER BY command, entry, n")) {
    const id = num(line["account"])
    const amount = num(line["amount"])
    const [debits, credits] = totals.get(id) ?? [0, 0]
    const after: [number, number] = amount > 0 ? [debits + amount, credits] : [debits, credits - amount]
    totals.set(id, after)
    database
      .prepare("UPDATE posting SET debits = ?, credits = ? WHERE command = ? AND entry = ? AND n = ?")
      .run(...after, num(line["command"]), num(line["entry"]), num(line["n"]))
  }
  for (const { id } of all(database, "SELECT id FROM balance")) {
    const [debits, credits] = totals.get(num(id)) ?? [0, 0]
    if (totals.has(num(id))) {
      database.prepare("UPDATE balance SET debits = ?, credits = ? WHERE id = ?").run(debits, credits, num(id))
    } else database.prepare("DELETE FROM balance WHERE id = ?").run(num(id))
  }
}

/** Makes the heads fit the last links again. */
export const rehead = (database: DatabaseSync): void => {
  database.exec(`DELETE FROM chain_head;
    INSERT INTO chain_head (lane, seq, hash, booked_at)
    SELECT place % 256, place / 256 + coalesce(n, 0), coalesce(entry.hash, command.hash), max(booked_at)
    FROM command LEFT JOIN entry ON command = place AND n = (SELECT max(n) FROM entry WHERE command = place)
    WHERE place IN (SELECT max(place) FROM command GROUP BY place % 256) GROUP BY place`)
}

/** Makes everything fit again. */
export const refit = (database: DatabaseSync): void => {
  for (const { lane } of all(database, "SELECT DISTINCT place % 256 AS lane FROM command")) relink(database, num(lane))
  retotal(database)
  rehead(database)
}
