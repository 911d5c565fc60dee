/**
 * 0004: certificate pairs, one row for each person that an authority named.
 *
 * A row holds hashes of which certificates there are and which command keeps their secrets, never a secret (SEC-02).
 */
const credential = (column: string): string => `${column} text COLLATE "C" NOT NULL CHECK ((
      length(${column}::json ->> 'fingerprint') = 64
      AND (${column}::json ->> 'validUntil')::bigint >= 0
      AND (${column}::json ->> 'failures')::bigint >= 0
      AND ${column}::json ->> 'biometrics' IN ('notAllowed', 'off', 'on')
    ) IS TRUE)`

export const statements: ReadonlyArray<string> = [
  `CREATE TABLE certificate_pair (
    person text COLLATE "C" PRIMARY KEY CHECK (length(person) = 64),
    state text COLLATE "C" NOT NULL CHECK (state IN ('issued', 'revoked', 'superseded')),
    ${credential("signature")},
    ${credential("login")},
    consent text COLLATE "C" NOT NULL CHECK (consent IN ('given', 'notGiven', 'notRecorded')),
    roman_name text COLLATE "C" NOT NULL CHECK (length(roman_name) = 64),
    attribute_changes bigint NOT NULL CHECK (attribute_changes BETWEEN 0 AND 1000000),
    issued_at bigint NOT NULL CHECK (issued_at >= 0),
    registered_in text COLLATE "C" NOT NULL CHECK (length(registered_in) = 26),
    revoked_at bigint CHECK (revoked_at >= 0),
    superseded_by text COLLATE "C" CHECK (superseded_by <> person),
    supersedes text COLLATE "C" CHECK (supersedes <> person),
    CHECK (state <> 'issued' OR (revoked_at IS NULL AND superseded_by IS NULL)),
    CHECK (state <> 'revoked' OR revoked_at IS NOT NULL)
  )`
]
