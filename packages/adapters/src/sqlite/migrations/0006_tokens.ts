/**
 * 0006: token apps: services, their users, tokens and transactions to confirm.
 *
 * A row of a token holds what its seed is made from, never the seed; one of a user or a transaction holds hashes (REG-03).
 */
export const statements: ReadonlyArray<string> = [
  `CREATE TABLE token_service (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    download_url TEXT NOT NULL CHECK (download_url LIKE 'https://%'),
    confirms_transactions INTEGER NOT NULL CHECK (confirms_transactions IN (0, 1)),
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE token_user (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('unregistered', 'applied', 'enrolled')),
    service TEXT NOT NULL,
    user_hash TEXT NOT NULL CHECK (length(user_hash) = 64),
    wrongs INTEGER NOT NULL CHECK (wrongs >= 0),
    locked_at INTEGER CHECK (locked_at >= 0),
    applied_in TEXT CHECK (length(applied_in) = 26),
    applied_at INTEGER CHECK (applied_at >= 0),
    suspended_at INTEGER CHECK (suspended_at >= 0),
    token TEXT,
    CHECK (id = service || ':' || user_hash),
    CHECK ((state = 'unregistered') = (applied_in IS NULL)),
    CHECK ((applied_in IS NULL) = (applied_at IS NULL)),
    CHECK (state <> 'unregistered' OR suspended_at IS NULL),
    CHECK ((state = 'enrolled') = (token IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE token (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('settingUp', 'active', 'renewing', 'ended')),
    token_user TEXT NOT NULL,
    nonce TEXT NOT NULL CHECK (length(nonce) = 22),
    device TEXT NOT NULL CHECK (length(device) = 64),
    step_seconds INTEGER NOT NULL CHECK (step_seconds IN (30, 60)),
    enrolled_at INTEGER NOT NULL CHECK (enrolled_at >= 0),
    expires_at INTEGER NOT NULL CHECK (expires_at >= 0),
    clock_offset INTEGER NOT NULL CHECK (clock_offset BETWEEN -3600000 AND 3600000),
    wrongs INTEGER NOT NULL CHECK (wrongs >= 0),
    used_steps TEXT NOT NULL CHECK (json_type(used_steps) = 'array'),
    locked_at INTEGER CHECK (locked_at >= 0),
    set_up_at INTEGER CHECK (set_up_at >= 0),
    confirmation TEXT CHECK (confirmation IN ('off', 'starting', 'on')),
    awaiting TEXT,
    next_nonce TEXT CHECK (length(next_nonce) = 22),
    next_expires_at INTEGER CHECK (next_expires_at >= 0),
    renewal_at INTEGER CHECK (renewal_at >= 0),
    ended_at INTEGER CHECK (ended_at >= 0),
    CHECK ((state IN ('active', 'renewing')) = (set_up_at IS NOT NULL)),
    CHECK ((set_up_at IS NULL) = (confirmation IS NULL)),
    CHECK (awaiting IS NULL OR confirmation = 'on'),
    CHECK ((state = 'renewing') = (next_nonce IS NOT NULL)),
    CHECK ((next_nonce IS NULL) = (next_expires_at IS NULL)),
    CHECK ((next_nonce IS NULL) = (renewal_at IS NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE token_transaction (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('awaiting', 'confirmed', 'refused', 'withdrawn')),
    token TEXT NOT NULL,
    service TEXT NOT NULL,
    payee TEXT NOT NULL CHECK (length(payee) = 64),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    CHECK ((state = 'awaiting') = (settled_at IS NULL))
  ) STRICT, WITHOUT ROWID`
]
