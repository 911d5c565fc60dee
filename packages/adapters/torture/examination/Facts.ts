/**
 * What the rules of agreement are written with: parts of queries on the tables of one file.
 */

export interface Rule {
  /** What the rows found are. */
  readonly name: string
  readonly find: string
  /** Statements that make one such row, on a connection without foreign keys, after the triggers were dropped. */
  readonly planted: string
}

/** Entries with their ids, which have no column of their own, and their commands. */
export const entries = `(SELECT command.id || '.' || n AS id, entry.command, n, entry.kind, command.id AS made_by, command.tag,
  command.content, command.outcome, reversed.id || '.' || reverses_n AS reverses
  FROM entry LEFT JOIN command ON command.place = entry.command
  LEFT JOIN command AS reversed ON reversed.place = reverses_command)`

/** Lines with the codes of their accounts and their sides. */
export const lines = `(SELECT posting.command, entry, posting.n, balance.account, abs(amount) AS amount,
  iif(amount > 0, 'debit', 'credit') AS side
  FROM posting LEFT JOIN balance ON balance.id = posting.account)`

/** What the entry `booked` moves on one side of the accounts of a pattern. */
export const moved = (account: string, side: "debit" | "credit"): string =>
  `(SELECT coalesce(sum(abs(amount)), 0) FROM posting JOIN balance ON balance.id = posting.account
    WHERE posting.command = booked.command AND entry = booked.n AND balance.account LIKE ${account}
    AND (amount > 0) = ('${side}' = 'debit'))`

/** What stands in an account, over all its lanes, on the side of what is owed. */
export const owed = (account: string): string =>
  `(SELECT coalesce(sum(credits - debits), 0) FROM balance WHERE balance.account = '${account}')`

/** A change that brings an account out of step. */
export const unbalanced = (account: string): string =>
  `UPDATE balance SET credits = credits + 1 WHERE id = (SELECT min(id) FROM balance WHERE account = '${account}')`

/** What a command said or answered. */
export const said = (of: "content" | "outcome", path: string): string => `json_extract(${of}, '$.${path}')`

/** The ids of the records that the commands of a tag made. */
export const madeBy = (prefix: string, tags: string, where = "TRUE"): string =>
  `(SELECT '${prefix}' || id AS asked FROM command WHERE tag IN (${tags}) AND (${where}))`

/** The first record of a table for which something holds. */
export const firstOf = (table: string, where: string): string => `(SELECT min(id) FROM ${table} WHERE ${where})`
