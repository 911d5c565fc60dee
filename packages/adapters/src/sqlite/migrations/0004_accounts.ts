/**
 * 0004: the states of accounts, how holders are reached and let in, and notices that say how they are sent.
 *
 * Accounts that were there before are active, opened with a certificate, and reached as their claims and their opening say.
 * Tables whose states grew are written anew with their rows.
 */
const account = [
  `ALTER TABLE account ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'stopped', 'closed'))`,
  `ALTER TABLE account ADD COLUMN origin TEXT NOT NULL DEFAULT 'certificate' CHECK (origin IN ('certificate', 'legacy'))`,
  `ALTER TABLE account ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0 CHECK (confirmed_at >= 0)`,
  `ALTER TABLE account ADD COLUMN confirmation_notice_days INTEGER CHECK (confirmation_notice_days >= 0)`,
  `ALTER TABLE account ADD COLUMN locked_at INTEGER CHECK (locked_at >= 0)`,
  `ALTER TABLE account ADD COLUMN lock_cause TEXT
    CHECK (lock_cause IN ('failures', 'wrongCodes') AND locked_at IS NOT NULL OR lock_cause IS NULL AND locked_at IS NULL)`,
  `ALTER TABLE account ADD COLUMN suspended_at INTEGER CHECK ((state = 'suspended') = (suspended_at IS NOT NULL))`,
  `ALTER TABLE account ADD COLUMN stopped_at INTEGER CHECK ((state = 'stopped') = (stopped_at IS NOT NULL))`,
  `ALTER TABLE account ADD COLUMN stop_reason TEXT CHECK ((state = 'stopped') = (stop_reason IS NOT NULL))`,
  `ALTER TABLE account ADD COLUMN closed_at INTEGER CHECK ((state = 'closed') = (closed_at IS NOT NULL))`,
  `UPDATE account SET confirmed_at = opened_at`,
  // Due: identities whose confirmation runs out.
  `CREATE INDEX account_confirmed ON account (confirmed_at) WHERE state <> 'closed'`
]

const claim = [
  `ALTER TABLE claim RENAME TO old_claim`,
  `CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'email', 'phone', 'bankAccount')),
    account TEXT NOT NULL REFERENCES account (id),
    state TEXT NOT NULL CHECK (state IN ('held', 'legacy', 'retired', 'released'))
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO claim SELECT id, kind, account, state FROM old_claim`,
  `DROP TABLE old_claim`
]

const link = [
  `DROP INDEX top_up_by_account`,
  `DROP INDEX top_up_unresolved`,
  // References follow a table that is renamed.
  `ALTER TABLE top_up RENAME TO old_top_up`,
  `ALTER TABLE bank_link RENAME TO old_bank_link`,
  `CREATE TABLE bank_link (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('inProcedure', 'registered', 'rejected', 'removed')),
    account TEXT NOT NULL REFERENCES account (id),
    bank TEXT NOT NULL CHECK (length(bank) = 4),
    bank_account TEXT NOT NULL,
    request TEXT NOT NULL,
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    removed_at INTEGER CHECK (removed_at >= 0),
    CHECK ((state = 'inProcedure') = (settled_at IS NULL)),
    CHECK ((state = 'rejected') = (reason IS NOT NULL)),
    CHECK ((state = 'removed') = (removed_at IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO bank_link SELECT id, state, account, bank, bank_account, request, asked_at, settled_at, reason, NULL
    FROM old_bank_link`,
  `CREATE TABLE top_up (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    account TEXT NOT NULL REFERENCES account (id),
    way TEXT NOT NULL,
    link TEXT NOT NULL REFERENCES bank_link (id),
    bank TEXT NOT NULL CHECK (length(bank) = 4),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_tax INTEGER NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    request TEXT NOT NULL,
    passbook_text TEXT NOT NULL,
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    raised_at INTEGER CHECK (raised_at >= 0),
    credited_to TEXT CHECK (credited_to IN ('cash', 'money')),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    contradicted_at INTEGER CHECK (contradicted_at >= 0),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'completed') = (credited_to IS NOT NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL)),
    CHECK (state <> 'processing' OR contradicted_at IS NULL)
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO top_up SELECT id, state, account, way, link, bank, amount, fee, fee_tax, request, passbook_text, asked_at, raised_at,
    credited_to, settled_at, reason, contradicted_at FROM old_top_up`,
  `DROP TABLE old_top_up`,
  `DROP TABLE old_bank_link`,
  // History: the top-ups of an account, the newest first.
  `CREATE INDEX top_up_by_account ON top_up (account, id DESC)`,
  // Due: top-ups that stay unresolved.
  `CREATE INDEX top_up_unresolved ON top_up (asked_at) WHERE state = 'processing' AND raised_at IS NULL`
]

const tables = [
  // How the holder of an account is reached; an account that was there before has what its claims and its opening say.
  `CREATE TABLE holder (
    account TEXT PRIMARY KEY REFERENCES account (id),
    email TEXT NOT NULL CHECK (length(email) = 64),
    phone TEXT NOT NULL CHECK (length(phone) = 64),
    email_in TEXT NOT NULL CHECK (length(email_in) = 26),
    phone_in TEXT NOT NULL CHECK (length(phone_in) = 26),
    attributes_in TEXT NOT NULL CHECK (length(attributes_in) = 26),
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    password TEXT CHECK (length(password) = 26),
    bank_links TEXT NOT NULL CHECK (json_type(bank_links) = 'array')
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE cooling_off (
    account TEXT PRIMARY KEY REFERENCES account (id),
    changed_at INTEGER NOT NULL CHECK (changed_at >= 0)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE lockout (
    account TEXT PRIMARY KEY REFERENCES account (id),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    wrong_codes_at TEXT NOT NULL CHECK (json_type(wrong_codes_at) = 'array'),
    devices TEXT NOT NULL CHECK (json_type(devices) = 'array'),
    stranger_failures INTEGER NOT NULL CHECK (stranger_failures >= 0),
    strangers_until INTEGER CHECK (strangers_until >= 0)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE otp (
    id TEXT PRIMARY KEY CHECK (length(id) = 30),
    subject TEXT NOT NULL,
    account TEXT REFERENCES account (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('openingPhone', 'openingEmail', 'migration', 'topUp', 'payment', 'payout',
      'phoneChange', 'newPhone', 'emailChange', 'passwordSet', 'suspend', 'resume')),
    operation TEXT,
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'mail')),
    contact TEXT NOT NULL CHECK (length(contact) = 64),
    contact_in TEXT NOT NULL CHECK (length(contact_in) = 26),
    nonce TEXT NOT NULL CHECK (length(nonce) = 22),
    code TEXT NOT NULL CHECK (length(code) = 64),
    state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'used', 'superseded', 'void')),
    issued_at INTEGER NOT NULL CHECK (issued_at >= 0),
    expires_at INTEGER NOT NULL CHECK (expires_at >= issued_at),
    confirmed_at INTEGER CHECK (confirmed_at >= 0),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    delivery TEXT NOT NULL CHECK (delivery IN ('pending', 'sent', 'notDelivered')),
    CHECK (state NOT IN ('confirmed', 'used') OR confirmed_at IS NOT NULL)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE otp_sendings (
    subject TEXT PRIMARY KEY,
    open TEXT NOT NULL CHECK (json_type(open) = 'object'),
    sent_at TEXT NOT NULL CHECK (json_type(sent_at) = 'array')
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE session (
    subject TEXT PRIMARY KEY,
    session TEXT NOT NULL CHECK (length(session) = 30),
    nonce TEXT NOT NULL CHECK (length(nonce) = 22),
    token TEXT NOT NULL CHECK (length(token) = 64),
    via TEXT NOT NULL CHECK (via IN ('certificate', 'password')),
    scope TEXT NOT NULL CHECK (scope IN ('full', 'resume')),
    started_at INTEGER NOT NULL CHECK (started_at >= 0),
    ends_at INTEGER NOT NULL CHECK (ends_at >= started_at),
    ended_at INTEGER CHECK (ended_at >= 0),
    ended_by TEXT CHECK (ended_by IN ('logout', 'locked', 'suspended', 'stopped', 'closed', 'certificateRevoked',
      'passwordChanged')),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
  ) STRICT, WITHOUT ROWID`,
  // When a session was last used: no fact that anything is decided on, so it stands beside the records.
  `CREATE TABLE session_activity (
    session TEXT PRIMARY KEY,
    used_at INTEGER NOT NULL CHECK (used_at >= 0)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE used_challenge (
    nonce TEXT PRIMARY KEY CHECK (length(nonce) = 22),
    used_at INTEGER NOT NULL CHECK (used_at >= 0),
    command TEXT NOT NULL CHECK (length(command) = 26)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE staff (
    id TEXT PRIMARY KEY CHECK (length(id) = 32),
    state TEXT NOT NULL CHECK (state IN ('firstLogin', 'active', 'ended')),
    login_id TEXT NOT NULL UNIQUE CHECK (length(login_id) = 64),
    roles TEXT NOT NULL CHECK (json_type(roles) = 'array'),
    setting_nonce TEXT CHECK (length(setting_nonce) = 22),
    setting_token TEXT CHECK (length(setting_token) = 64),
    setting_until INTEGER CHECK (setting_until >= 0),
    password TEXT CHECK (length(password) = 26),
    failures INTEGER CHECK (failures >= 0),
    locked_at INTEGER CHECK (locked_at >= 0),
    ended_at INTEGER CHECK (ended_at >= 0),
    CHECK ((state = 'firstLogin') = (setting_nonce IS NOT NULL AND setting_token IS NOT NULL AND setting_until IS NOT NULL)),
    CHECK ((state = 'active') = (password IS NOT NULL AND failures IS NOT NULL)),
    CHECK (state = 'active' OR locked_at IS NULL),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE staff_name (
    login_id TEXT PRIMARY KEY CHECK (length(login_id) = 64),
    staff TEXT NOT NULL UNIQUE CHECK (length(staff) = 32)
  ) STRICT, WITHOUT ROWID`
]

/** What accounts that were there before are given. */
const filled = [
  `INSERT INTO holder (account, email, phone, email_in, phone_in, attributes_in, language, bank_links)
    SELECT account.id,
      (SELECT substr(id, 7) FROM claim WHERE claim.account = account.id AND kind = 'email'),
      (SELECT substr(id, 7) FROM claim WHERE claim.account = account.id AND kind = 'phone'),
      substr(account.id, 6), substr(account.id, 6), substr(account.id, 6), 'ja',
      (SELECT json_group_array(id) FROM (SELECT id FROM bank_link WHERE bank_link.account = account.id ORDER BY id))
    FROM account`,
  // Payments that a biller's system answered, or has not answered yet, were counted in flight.
  `INSERT INTO usage (id, account, operation, period, total, by_way)
    SELECT account || ':payment:inFlight', account, 'payment', 'inFlight', flying, json_object('barcode', flying) FROM (
      SELECT account, sum(CASE state WHEN 'processing' THEN amount ELSE 0 END) AS flying FROM payment
      WHERE state = 'processing' OR 'req_' || substr(id, 5) IN
        (SELECT json_extract(content, '$.request') FROM command WHERE tag = 'RecordBillerAnswer')
      GROUP BY account)`
]

export const statements: ReadonlyArray<string> = [
  ...account,
  ...claim,
  ...link,
  `ALTER TABLE biller ADD COLUMN verified_only INTEGER CHECK (verified_only IN (0, 1))`,
  `ALTER TABLE notice ADD COLUMN channel TEXT CHECK (channel IN ('mail', 'sms'))`,
  `ALTER TABLE notice ADD COLUMN via TEXT CHECK (length(via) = 26)`,
  ...tables,
  ...filled
]
