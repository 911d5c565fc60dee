/**
 * Failures: what an error of PostgreSQL means for the batch that met it.
 */
import type { SqlError } from "effect/sql"
import { sqlState } from "./Session.ts"

/**
 * taken: a unique value was there already, which another process may have written meanwhile. refused: a constraint or a
 * trigger says that the writes are wrong. contended: somebody else's locks were in the way. lost: the connection ended, and
 * whether a commit under way was done is not known. failed: anything else.
 */
export type Failure = "taken" | "refused" | "contended" | "lost" | "failed"

/** Errors after which the server has closed the connection: shut down, crashed, or idle too long in a transaction. */
const closing = new Set(["57P01", "57P02", "57P03", "57P05", "25P03", "25P04"])

export const failureOf = (error: SqlError.SqlError): Failure => {
  switch (error.reason._tag) {
    case "UniqueViolation":
      return "taken"
    case "ConstraintError":
      return "refused"
    case "DeadlockError":
    case "SerializationError":
    case "LockTimeoutError":
      return "contended"
    case "ConnectionError":
      return "lost"
    default: {
      const state = sqlState(error) ?? ""
      return closing.has(state) || state.startsWith("08") ? "lost" : "failed"
    }
  }
}
