/**
 * The columns of certificate pairs.
 */
import { certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import { define, integer, json, type RecordColumns } from "./Columns.ts"

export const certificateColumns: ReadonlyArray<RecordColumns> = [
  define(certificatePairs, "certificate_pair", {
    id: "person",
    state: "state",
    signature: json("signature"),
    login: json("login"),
    consent: "consent",
    romanName: "roman_name",
    attributeChanges: integer("attribute_changes"),
    issuedAt: integer("issued_at"),
    registeredIn: "registered_in",
    revokedAt: integer("revoked_at"),
    supersededBy: "superseded_by",
    supersedes: "supersedes"
  })
]
