/**
 * 0006: step-up authentication of card purchases: profiles, what they are found by, card activity, purchases.
 *
 * No card number, member ID, code or password is here: a row holds keyed hashes, and which command keeps the personal data.
 */
export const statements: ReadonlyArray<string> = [
  `CREATE TABLE card_profile (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 31),
    state text COLLATE "C" NOT NULL CHECK (state IN ('provisional', 'full', 'void')),
    card text COLLATE "C" NOT NULL CHECK (length(card) = 64),
    email text COLLATE "C" NOT NULL CHECK (length(email) = 64),
    contact_in text COLLATE "C" NOT NULL CHECK (length(contact_in) = 26),
    language text COLLATE "C" NOT NULL CHECK (language IN ('ja', 'en')),
    failures bigint NOT NULL CHECK (failures >= 0),
    locked_at bigint CHECK (locked_at >= 0),
    enrolled_at bigint NOT NULL CHECK (enrolled_at >= 0),
    member_id text COLLATE "C" CHECK (length(member_id) = 64),
    method text COLLATE "C" CHECK (method IN ('otp', 'password')),
    password_in text COLLATE "C" CHECK (length(password_in) = 26),
    voided_at bigint CHECK (voided_at >= 0),
    CHECK ((state = 'full') = (method IS NOT NULL)),
    CHECK (state <> 'full' OR member_id IS NOT NULL),
    CHECK (state <> 'provisional' OR member_id IS NULL),
    CHECK ((password_in IS NOT NULL) = (method IS NOT NULL AND method = 'password')),
    CHECK ((state = 'void') = (voided_at IS NOT NULL))
  )`,

  `CREATE TABLE profile_name (
    id text COLLATE "C" PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('card', 'memberId', 'email')),
    profiles text COLLATE "C" NOT NULL CHECK (json_typeof(profiles::json) = 'array'),
    reminded_at bigint CHECK (reminded_at >= 0),
    CHECK (length(id) = length(kind) + 65 AND substr(id, 1, length(kind) + 1) = kind || ':')
  )`,

  `CREATE TABLE card_activity (
    card text COLLATE "C" PRIMARY KEY CHECK (length(card) = 64),
    recent text COLLATE "C" NOT NULL CHECK (json_typeof(recent::json) = 'array'),
    devices text COLLATE "C" NOT NULL CHECK (json_typeof(devices::json) = 'array')
  )`,

  `CREATE TABLE purchase (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 31),
    state text COLLATE "C" NOT NULL CHECK (state IN ('challenged', 'passed', 'failed', 'cancelled')),
    card text COLLATE "C" NOT NULL CHECK (length(card) = 64),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('online', 'eMoneyTopUp', 'inStore', 'standing')),
    merchant text COLLATE "C" NOT NULL,
    merchant_name text COLLATE "C" NOT NULL CHECK (length(merchant_name) BETWEEN 1 AND 80),
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    country text COLLATE "C" NOT NULL CHECK (length(country) = 2),
    category text COLLATE "C" NOT NULL CHECK (length(category) = 4),
    device text COLLATE "C" CHECK (length(device) = 64),
    profile text COLLATE "C" CHECK (length(profile) = 31),
    reasons text COLLATE "C" NOT NULL CHECK (json_typeof(reasons::json) = 'array'),
    asked_at bigint NOT NULL CHECK (asked_at >= 0),
    challenge text COLLATE "C" CHECK (challenge IS NULL OR (
      challenge::json ->> '_tag' IN ('otp', 'password')
      AND (challenge::json ->> 'expiresAt')::bigint >= 0
    ) IS TRUE),
    settled_at bigint CHECK (settled_at >= 0),
    cause text COLLATE "C" CHECK (cause IN ('refused', 'enrolmentVoid', 'profileLocked', 'expired')),
    cancelled_at bigint CHECK (cancelled_at >= 0),
    CHECK ((state = 'challenged') = (settled_at IS NULL)),
    CHECK (state <> 'challenged' OR (challenge IS NOT NULL AND profile IS NOT NULL)),
    CHECK (challenge IS NULL OR kind IN ('online', 'eMoneyTopUp')),
    CHECK ((state = 'failed') = (cause IS NOT NULL)),
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
  )`
]
