/**
 * 0005: certificate pairs, one row for each person that an authority named.
 *
 * A row holds hashes of which certificates there are and which command keeps their secrets, never a secret (SEC-02).
 */
const credential = (column: string): string => `${column} TEXT NOT NULL CHECK ((
      length(json_extract(${column}, '$.fingerprint')) = 64
      AND json_extract(${column}, '$.validUntil') >= 0
      AND json_extract(${column}, '$.failures') >= 0
      AND json_extract(${column}, '$.biometrics') IN ('notAllowed', 'off', 'on')
    ) IS TRUE)`

export const statements: ReadonlyArray<string> = [
  `CREATE TABLE certificate_pair (
    person TEXT PRIMARY KEY CHECK (length(person) = 64),
    state TEXT NOT NULL CHECK (state IN ('issued', 'revoked', 'superseded')),
    ${credential("signature")},
    ${credential("login")},
    consent TEXT NOT NULL CHECK (consent IN ('given', 'notGiven', 'notRecorded')),
    roman_name TEXT NOT NULL CHECK (length(roman_name) = 64),
    attribute_changes INTEGER NOT NULL CHECK (attribute_changes BETWEEN 0 AND 1000000),
    issued_at INTEGER NOT NULL CHECK (issued_at >= 0),
    registered_in TEXT NOT NULL CHECK (length(registered_in) = 26),
    revoked_at INTEGER CHECK (revoked_at >= 0),
    superseded_by TEXT CHECK (superseded_by <> person),
    supersedes TEXT CHECK (supersedes <> person),
    CHECK (state <> 'issued' OR (revoked_at IS NULL AND superseded_by IS NULL)),
    CHECK (state <> 'revoked' OR revoked_at IS NOT NULL)
  ) STRICT, WITHOUT ROWID`
]
