/**
 * Verify: a second opinion on the books, from an export or a database, written apart from what wrote them.
 *
 * ```
 * verify(source, { published?, progress? }) → { ok: true, commands, entries, accounts, heads }
 *                                           | { ok: false, fault, at, expected, found }
 * sqliteFile(path)   a SQLite file, read only            (SqliteFile.ts)
 * exportFile(path)   an export, one JSON object a line   (Export.ts; exportOf(read) for other bytes)
 * Tables             what another database implements    (Tables.ts)
 * ```
 *
 * It fails with `SourceUnavailable` where the books are not there or cannot be reached, and otherwise only on a mistake of its own:
 * damaged books are an answer. It covers the journal, the balances and the heads. What commands made beside them (accounts,
 * payments, bills, counters) and that each id and key is used once are not in the chain: replaying the commands shows those.
 */
import type { Named } from "./Chain.ts"
import { type Export, verifyExport } from "./Export.ts"
import type { Tables } from "./Tables.ts"
import { verifyTables } from "./TablesWalk.ts"
import { Broken, Damaged, type Verdict } from "./Verdict.ts"

/** Books: rows of a database, or an export. */
export type Source = Tables | Export

export interface Options {
  /** Heads that were published outside earlier: each must be a link of its lane. */
  readonly published?: ReadonlyArray<Named>
  /** Told now and then how many commands were walked so far. */
  readonly progress?: (commands: number) => void
}

/** Verifies books from the first link to the last, and closes the source. Memory grows with accounts and lanes, not with the journal. */
export const verify = async (source: Source, options: Options = {}): Promise<Verdict> => {
  const { progress = () => {}, published = [] } = options
  try {
    return source.kind === "tables"
      ? await verifyTables(source, published, progress)
      : await verifyExport(source, published, progress)
  } catch (error) {
    if (error instanceof Broken) return error.verdict
    if (error instanceof Damaged)
      return new Broken("file", { file: "books" }, "books that can be read", error.message).verdict
    throw error
  } finally {
    if (source.kind === "tables") await source.close()
  }
}
