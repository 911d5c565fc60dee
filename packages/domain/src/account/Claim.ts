/**
 * Claims: a value that belongs to at most one account, as a record keyed by the value's keyed hash.
 *
 * Uniqueness of persons, e-mail addresses, phones and bank accounts is thereby a fact that a decision fetches,
 * and two openings that race meet on the same record (ACC-01, ACC-09, ACC-10, BNK-08).
 */
import { Schema } from "effect"
import type { Key, RecordKind } from "../engine/RecordKind.ts"
import { AccountId, type KeyedHash } from "./Account.ts"

export const ClaimOf = Schema.Literals(["person", "email", "phone", "bankAccount"])
export type ClaimOf = typeof ClaimOf.Type

export const Claim = Schema.Struct({
  /** What is claimed and the keyed hash of the value: "email:9f86…". */
  id: Schema.String,
  of: ClaimOf,
  account: AccountId,
  /**
   * held: by an open account. legacy: by an account opened without a certificate. retired: by a closed one, never to be had
   * again (ACC-09). released: by nobody any more, free to be had.
   */
  state: Schema.Literals(["held", "legacy", "retired", "released"])
})
export type Claim = typeof Claim.Type

export const claims: RecordKind<Claim> = { name: "claim", schema: Claim, idOf: ({ id }) => id }

/** The id of a claim. */
export const claimId = (of: ClaimOf, value: KeyedHash): string => `${of}:${value}`

/** The key of a claim. */
export const claimKey = (of: ClaimOf, value: KeyedHash): Key => ({ kind: claims.name, id: claimId(of, value) })

/** Whether a claim stands in the way of another account. */
export const isTaken = (claim: Claim | undefined): claim is Claim => claim !== undefined && claim.state !== "released"
