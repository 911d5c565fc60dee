/**
 * 0007: step-up authentication of card purchases: profiles, what they are found by, card activity, purchases.
 *
 * No card number, member ID, code or password is here: a row holds keyed hashes, and which command keeps the personal data.
 */
export const statements: ReadonlyArray<string> = [
  `CREATE TABLE card_profile (
    id TEXT PRIMARY KEY CHECK (length(id) = 31),
    state TEXT NOT NULL CHECK (state IN ('provisional', 'full', 'void')),
    card TEXT NOT NULL CHECK (length(card) = 64),
    email TEXT NOT NULL CHECK (length(email) = 64),
    contact_in TEXT NOT NULL CHECK (length(contact_in) = 26),
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    locked_at INTEGER CHECK (locked_at >= 0),
    enrolled_at INTEGER NOT NULL CHECK (enrolled_at >= 0),
    member_id TEXT CHECK (length(member_id) = 64),
    method TEXT CHECK (method IN ('otp', 'password')),
    password_in TEXT CHECK (length(password_in) = 26),
    voided_at INTEGER CHECK (voided_at >= 0),
    CHECK ((state = 'full') = (method IS NOT NULL)),
    CHECK (state <> 'full' OR member_id IS NOT NULL),
    CHECK (state <> 'provisional' OR member_id IS NULL),
    CHECK ((password_in IS NOT NULL) = (method IS NOT NULL AND method = 'password')),
    CHECK ((state = 'void') = (voided_at IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE profile_name (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('card', 'memberId', 'email')),
    profiles TEXT NOT NULL CHECK (json_type(profiles) = 'array'),
    reminded_at INTEGER CHECK (reminded_at >= 0),
    CHECK (length(id) = length(kind) + 65 AND substr(id, 1, length(kind) + 1) = kind || ':')
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE card_activity (
    card TEXT PRIMARY KEY CHECK (length(card) = 64),
    recent TEXT NOT NULL CHECK (json_type(recent) = 'array'),
    devices TEXT NOT NULL CHECK (json_type(devices) = 'array')
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE purchase (
    id TEXT PRIMARY KEY CHECK (length(id) = 31),
    state TEXT NOT NULL CHECK (state IN ('challenged', 'passed', 'failed', 'cancelled')),
    card TEXT NOT NULL CHECK (length(card) = 64),
    kind TEXT NOT NULL CHECK (kind IN ('online', 'eMoneyTopUp', 'inStore', 'standing')),
    merchant TEXT NOT NULL,
    merchant_name TEXT NOT NULL CHECK (length(merchant_name) BETWEEN 1 AND 80),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    country TEXT NOT NULL CHECK (length(country) = 2),
    category TEXT NOT NULL CHECK (length(category) = 4),
    device TEXT CHECK (length(device) = 64),
    profile TEXT CHECK (length(profile) = 31),
    reasons TEXT NOT NULL CHECK (json_type(reasons) = 'array'),
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    challenge TEXT CHECK (challenge IS NULL OR (
      json_extract(challenge, '$._tag') IN ('otp', 'password')
      AND json_extract(challenge, '$.expiresAt') >= 0
    ) IS TRUE),
    settled_at INTEGER CHECK (settled_at >= 0),
    cause TEXT CHECK (cause IN ('refused', 'enrolmentVoid', 'profileLocked', 'expired')),
    cancelled_at INTEGER CHECK (cancelled_at >= 0),
    CHECK ((state = 'challenged') = (settled_at IS NULL)),
    CHECK (state <> 'challenged' OR (challenge IS NOT NULL AND profile IS NOT NULL)),
    CHECK (challenge IS NULL OR kind IN ('online', 'eMoneyTopUp')),
    CHECK ((state = 'failed') = (cause IS NOT NULL)),
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
  ) STRICT, WITHOUT ROWID`
]
