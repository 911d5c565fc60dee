/**
 * Records: what decisions know beside the ledger, by kind and id.
 *
 * A record is JSON-native data (no Date, no Map, no class instance), so what is decided, stored, replayed and compared
 * is one and the same value. Each kind is one table in an SQL store.
 */
import type { Schema } from "effect"

/** A kind of record: its name, its shape, and how a record is told apart from the others of its kind. */
export interface RecordKind<R> {
  readonly name: string
  readonly schema: Schema.Codec<R, unknown>
  readonly idOf: (record: R) => string
}

/** Which record, or (with the kind {@link balanceKind}) the balance of which ledger account. */
export interface Key {
  readonly kind: string
  readonly id: string
}

/** The kind name under which a fetch asks for the balance of a ledger account; only postings change one. */
export const balanceKind = "balance"

/** The key of a record. */
export const key = <R>(kind: RecordKind<R>, id: string): Key => ({ kind: kind.name, id })

/** The key of a ledger balance. */
export const balanceKey = (account: string): Key => ({ kind: balanceKind, id: account })

/** A set of keys. Ids are kept by kind, so that a look-up makes no text. */
export class KeySet {
  readonly #ids = new Map<string, Set<string>>()

  /** Adds a key; tells whether it was not there before. */
  readonly add = ({ id, kind }: Key): boolean => {
    let ids = this.#ids.get(kind)
    if (ids === undefined) {
      ids = new Set()
      this.#ids.set(kind, ids)
    }
    const before = ids.size
    return ids.add(id).size > before
  }
}

/** A value that nobody can change, down to its last field: what is kept is handed out, and must stay what it was. */
export const frozen = <A>(value: A): A => {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) frozen(part)
    Object.freeze(value)
  }
  return value
}
