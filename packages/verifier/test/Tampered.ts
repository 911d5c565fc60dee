/**
 * Tampered: what a corruption made of the books, and what a verifier must say of it.
 */
import { DatabaseSync, type SQLOutputValue } from "node:sqlite"
import type { Named } from "@kinchaku/verifier/Chain"
import type { Fails, Place } from "@kinchaku/verifier/Verdict"
import type { Source } from "@kinchaku/verifier/Verify"

export interface Tampered {
  readonly source: Source
  readonly published?: ReadonlyArray<Named>
  /** Whether what was named is the first thing that is wrong, as far as that can be told. */
  readonly names: (fails: Fails) => boolean
  /** Whether nothing that the books say was changed after all: a bit of free space. */
  readonly isHarmless?: () => boolean
}

export type Cells = Record<string, SQLOutputValue>
export const journalTables = ["command", "entry", "posting", "balance", "chain_head"] as const
export type Table = (typeof journalTables)[number]

export const keysOf: Readonly<Record<Table, ReadonlyArray<string>>> = {
  command: ["place"],
  entry: ["command", "n"],
  posting: ["command", "entry", "n"],
  balance: ["id"],
  chain_head: ["lane"]
}

/** The link that a place stands for. */
export const placed = (place: number, n = 0): { readonly lane: number; readonly seq: number } => ({
  lane: place % 256,
  seq: Math.floor(place / 256) + n
})

export const num = (value: SQLOutputValue | undefined): number => Number(value)

/** All rows of the journal, by table, in the order of their keys. */
export const rowsOf = (file: string): Readonly<Record<Table, ReadonlyArray<Cells>>> => {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = (table: Table) => database.prepare(`SELECT * FROM ${table} ORDER BY ${keysOf[table].join(", ")}`).all()
  const all = {
    command: rows("command"),
    entry: rows("entry"),
    posting: rows("posting"),
    balance: rows("balance"),
    chain_head: rows("chain_head")
  }
  database.close()
  return all
}

/** Exactly this place. */
export const exactly =
  (...places: ReadonlyArray<Place>) =>
  ({ at }: Fails): boolean =>
    places.some((place) => JSON.stringify(Object.entries(place)) === JSON.stringify(Object.entries(at)))

/** A link numbered from one number to another, in whatever lane. */
export const between =
  (from: number, to: number) =>
  ({ at }: Fails): boolean =>
    "seq" in at && at.seq >= Math.max(from, 1) && at.seq <= Math.max(to, 1)

export const anywhere = (): boolean => true
