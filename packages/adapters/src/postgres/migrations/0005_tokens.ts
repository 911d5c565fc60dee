/**
 * 0005: token apps: services, their users, tokens and transactions to confirm.
 *
 * A row of a token holds what its seed is made from, never the seed; one of a user or a transaction holds hashes (REG-03).
 */
export const statements: ReadonlyArray<string> = [
  `CREATE TABLE token_service (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 16),
    name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    download_url text COLLATE "C" NOT NULL CHECK (download_url LIKE 'https://%'),
    confirms_transactions smallint NOT NULL CHECK (confirms_transactions IN (0, 1)),
    is_open smallint NOT NULL CHECK (is_open IN (0, 1))
  )`,
  `CREATE TABLE token_user (
    id text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('unregistered', 'applied', 'enrolled')),
    service text COLLATE "C" NOT NULL,
    user_hash text COLLATE "C" NOT NULL CHECK (length(user_hash) = 64),
    wrongs bigint NOT NULL CHECK (wrongs >= 0),
    locked_at bigint CHECK (locked_at >= 0),
    applied_in text COLLATE "C" CHECK (length(applied_in) = 26),
    applied_at bigint CHECK (applied_at >= 0),
    suspended_at bigint CHECK (suspended_at >= 0),
    token text COLLATE "C",
    CHECK (id = service || ':' || user_hash),
    CHECK ((state = 'unregistered') = (applied_in IS NULL)),
    CHECK ((applied_in IS NULL) = (applied_at IS NULL)),
    CHECK (state <> 'unregistered' OR suspended_at IS NULL),
    CHECK ((state = 'enrolled') = (token IS NOT NULL))
  )`,
  `CREATE TABLE token (
    id text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('settingUp', 'active', 'renewing', 'ended')),
    token_user text COLLATE "C" NOT NULL,
    nonce text COLLATE "C" NOT NULL CHECK (length(nonce) = 22),
    device text COLLATE "C" NOT NULL CHECK (length(device) = 64),
    step_seconds bigint NOT NULL CHECK (step_seconds IN (30, 60)),
    enrolled_at bigint NOT NULL CHECK (enrolled_at >= 0),
    expires_at bigint NOT NULL CHECK (expires_at >= 0),
    clock_offset bigint NOT NULL CHECK (clock_offset BETWEEN -3600000 AND 3600000),
    wrongs bigint NOT NULL CHECK (wrongs >= 0),
    used_steps text COLLATE "C" NOT NULL CHECK (json_typeof(used_steps::json) = 'array'),
    locked_at bigint CHECK (locked_at >= 0),
    set_up_at bigint CHECK (set_up_at >= 0),
    confirmation text COLLATE "C" CHECK (confirmation IN ('off', 'starting', 'on')),
    awaiting text COLLATE "C",
    next_nonce text COLLATE "C" CHECK (length(next_nonce) = 22),
    next_expires_at bigint CHECK (next_expires_at >= 0),
    renewal_at bigint CHECK (renewal_at >= 0),
    ended_at bigint CHECK (ended_at >= 0),
    CHECK ((state IN ('active', 'renewing')) = (set_up_at IS NOT NULL)),
    CHECK ((set_up_at IS NULL) = (confirmation IS NULL)),
    CHECK (awaiting IS NULL OR confirmation = 'on'),
    CHECK ((state = 'renewing') = (next_nonce IS NOT NULL)),
    CHECK ((next_nonce IS NULL) = (next_expires_at IS NULL)),
    CHECK ((next_nonce IS NULL) = (renewal_at IS NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
  )`,
  `CREATE TABLE token_transaction (
    id text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('awaiting', 'confirmed', 'refused', 'withdrawn')),
    token text COLLATE "C" NOT NULL,
    service text COLLATE "C" NOT NULL,
    payee text COLLATE "C" NOT NULL CHECK (length(payee) = 64),
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    asked_at bigint NOT NULL CHECK (asked_at >= 0),
    settled_at bigint CHECK (settled_at >= 0),
    CHECK ((state = 'awaiting') = (settled_at IS NULL))
  )`
]
