/**
 * 0003: the states of accounts, how holders are reached and let in, and notices that say how they are sent.
 *
 * Accounts that were there before are active, opened with a certificate, and reached as their claims and their opening say.
 */
const account = [
  `ALTER TABLE account
    ADD COLUMN state text COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'stopped', 'closed')),
    ADD COLUMN origin text COLLATE "C" NOT NULL DEFAULT 'certificate' CHECK (origin IN ('certificate', 'legacy')),
    ADD COLUMN confirmed_at bigint NOT NULL DEFAULT 0 CHECK (confirmed_at >= 0),
    ADD COLUMN confirmation_notice_days bigint CHECK (confirmation_notice_days >= 0),
    ADD COLUMN locked_at bigint CHECK (locked_at >= 0),
    ADD COLUMN lock_cause text COLLATE "C" CHECK (lock_cause IN ('failures', 'wrongCodes')),
    ADD COLUMN suspended_at bigint,
    ADD COLUMN stopped_at bigint,
    ADD COLUMN stop_reason text COLLATE "C",
    ADD COLUMN closed_at bigint,
    ADD CHECK ((lock_cause IS NULL) = (locked_at IS NULL)),
    ADD CHECK ((state = 'suspended') = (suspended_at IS NOT NULL)),
    ADD CHECK ((state = 'stopped') = (stopped_at IS NOT NULL)),
    ADD CHECK ((state = 'stopped') = (stop_reason IS NOT NULL)),
    ADD CHECK ((state = 'closed') = (closed_at IS NOT NULL))`,
  `UPDATE account SET confirmed_at = opened_at`,
  // Due: identities whose confirmation runs out.
  `CREATE INDEX account_confirmed ON account (confirmed_at) WHERE state <> 'closed'`
]

const states = [
  `ALTER TABLE claim DROP CONSTRAINT claim_state_check`,
  `ALTER TABLE claim ADD CONSTRAINT claim_state_check CHECK (state IN ('held', 'legacy', 'retired', 'released'))`,
  `ALTER TABLE bank_link DROP CONSTRAINT bank_link_state_check`,
  `ALTER TABLE bank_link ADD COLUMN removed_at bigint CHECK (removed_at >= 0),
    ADD CONSTRAINT bank_link_state_check CHECK (state IN ('inProcedure', 'registered', 'rejected', 'removed')),
    ADD CHECK ((state = 'removed') = (removed_at IS NOT NULL))`
]

const tables = [
  // How the holder of an account is reached; an account that was there before has what its claims and its opening say.
  `CREATE TABLE holder (
    account text COLLATE "C" PRIMARY KEY REFERENCES account (id),
    email text COLLATE "C" NOT NULL CHECK (length(email) = 64),
    phone text COLLATE "C" NOT NULL CHECK (length(phone) = 64),
    email_in text COLLATE "C" NOT NULL CHECK (length(email_in) = 26),
    phone_in text COLLATE "C" NOT NULL CHECK (length(phone_in) = 26),
    attributes_in text COLLATE "C" NOT NULL CHECK (length(attributes_in) = 26),
    language text COLLATE "C" NOT NULL CHECK (language IN ('ja', 'en')),
    password text COLLATE "C" CHECK (length(password) = 26),
    bank_links text COLLATE "C" NOT NULL CHECK (json_typeof(bank_links::json) = 'array')
  )`,

  `CREATE TABLE cooling_off (
    account text COLLATE "C" PRIMARY KEY REFERENCES account (id),
    changed_at bigint NOT NULL CHECK (changed_at >= 0)
  )`,

  `CREATE TABLE lockout (
    account text COLLATE "C" PRIMARY KEY REFERENCES account (id),
    failures bigint NOT NULL CHECK (failures >= 0),
    wrong_codes_at text COLLATE "C" NOT NULL CHECK (json_typeof(wrong_codes_at::json) = 'array'),
    devices text COLLATE "C" NOT NULL CHECK (json_typeof(devices::json) = 'array'),
    stranger_failures bigint NOT NULL CHECK (stranger_failures >= 0),
    strangers_until bigint CHECK (strangers_until >= 0)
  )`,

  `CREATE TABLE otp (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 30),
    subject text COLLATE "C" NOT NULL,
    account text COLLATE "C" REFERENCES account (id),
    purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('openingPhone', 'openingEmail', 'migration', 'topUp', 'payment', 'payout',
      'phoneChange', 'newPhone', 'emailChange', 'passwordSet', 'suspend', 'resume')),
    operation text COLLATE "C",
    channel text COLLATE "C" NOT NULL CHECK (channel IN ('sms', 'mail')),
    contact text COLLATE "C" NOT NULL CHECK (length(contact) = 64),
    contact_in text COLLATE "C" NOT NULL CHECK (length(contact_in) = 26),
    nonce text COLLATE "C" NOT NULL CHECK (length(nonce) = 22),
    code text COLLATE "C" NOT NULL CHECK (length(code) = 64),
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'confirmed', 'used', 'superseded', 'void')),
    issued_at bigint NOT NULL CHECK (issued_at >= 0),
    expires_at bigint NOT NULL CHECK (expires_at >= issued_at),
    confirmed_at bigint CHECK (confirmed_at >= 0),
    failures bigint NOT NULL CHECK (failures >= 0),
    delivery text COLLATE "C" NOT NULL CHECK (delivery IN ('pending', 'sent', 'notDelivered')),
    CHECK (state NOT IN ('confirmed', 'used') OR confirmed_at IS NOT NULL)
  )`,

  `CREATE TABLE otp_sendings (
    subject text COLLATE "C" PRIMARY KEY,
    open text COLLATE "C" NOT NULL CHECK (json_typeof(open::json) = 'object'),
    sent_at text COLLATE "C" NOT NULL CHECK (json_typeof(sent_at::json) = 'array')
  )`,

  `CREATE TABLE session (
    subject text COLLATE "C" PRIMARY KEY,
    session text COLLATE "C" NOT NULL CHECK (length(session) = 30),
    nonce text COLLATE "C" NOT NULL CHECK (length(nonce) = 22),
    token text COLLATE "C" NOT NULL CHECK (length(token) = 64),
    via text COLLATE "C" NOT NULL CHECK (via IN ('certificate', 'password')),
    scope text COLLATE "C" NOT NULL CHECK (scope IN ('full', 'resume')),
    started_at bigint NOT NULL CHECK (started_at >= 0),
    ends_at bigint NOT NULL CHECK (ends_at >= started_at),
    ended_at bigint CHECK (ended_at >= 0),
    ended_by text COLLATE "C" CHECK (ended_by IN ('logout', 'locked', 'suspended', 'stopped', 'closed', 'certificateRevoked',
      'passwordChanged')),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
  )`,
  // When a session was last used: no fact that anything is decided on, so it stands beside the records.
  `CREATE TABLE session_activity (
    session text COLLATE "C" PRIMARY KEY,
    used_at bigint NOT NULL CHECK (used_at >= 0)
  )`,

  `CREATE TABLE used_challenge (
    nonce text COLLATE "C" PRIMARY KEY CHECK (length(nonce) = 22),
    used_at bigint NOT NULL CHECK (used_at >= 0),
    command text COLLATE "C" NOT NULL CHECK (length(command) = 26)
  )`,

  `CREATE TABLE staff (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 32),
    state text COLLATE "C" NOT NULL CHECK (state IN ('firstLogin', 'active', 'ended')),
    login_id text COLLATE "C" NOT NULL UNIQUE CHECK (length(login_id) = 64),
    roles text NOT NULL CHECK (json_typeof(roles::json) = 'array'),
    setting_nonce text COLLATE "C" CHECK (length(setting_nonce) = 22),
    setting_token text COLLATE "C" CHECK (length(setting_token) = 64),
    setting_until bigint CHECK (setting_until >= 0),
    password text COLLATE "C" CHECK (length(password) = 26),
    failures bigint CHECK (failures >= 0),
    locked_at bigint CHECK (locked_at >= 0),
    ended_at bigint CHECK (ended_at >= 0),
    CHECK ((state = 'firstLogin') = (setting_nonce IS NOT NULL AND setting_token IS NOT NULL AND setting_until IS NOT NULL)),
    CHECK ((state = 'active') = (password IS NOT NULL AND failures IS NOT NULL)),
    CHECK (state = 'active' OR locked_at IS NULL),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
  )`,
  `CREATE TABLE staff_name (
    login_id text COLLATE "C" PRIMARY KEY CHECK (length(login_id) = 64),
    staff text COLLATE "C" NOT NULL UNIQUE CHECK (length(staff) = 32)
  )`
]

/** What accounts that were there before are given. */
const filled = [
  `INSERT INTO holder (account, email, phone, email_in, phone_in, attributes_in, language, bank_links)
    SELECT account.id,
      (SELECT substr(id, 7) FROM claim WHERE claim.account = account.id AND kind = 'email'),
      (SELECT substr(id, 7) FROM claim WHERE claim.account = account.id AND kind = 'phone'),
      substr(account.id, 6), substr(account.id, 6), substr(account.id, 6), 'ja',
      (SELECT coalesce(json_agg(id ORDER BY id), '[]'::json)::text FROM bank_link WHERE bank_link.account = account.id)
    FROM account`,
  // Payments that a biller's system answered, or has not answered yet, were counted in flight.
  `INSERT INTO usage (id, account, operation, period, total, by_way)
    SELECT account || ':payment:inFlight', account, 'payment', 'inFlight', flying, '{"barcode":' || flying || '}' FROM (
      SELECT account, sum(CASE state WHEN 'processing' THEN amount ELSE 0 END) AS flying FROM payment
      WHERE state = 'processing' OR 'req_' || substr(id, 5) IN
        (SELECT content::json ->> 'request' FROM command WHERE tag = 'RecordBillerAnswer')
      GROUP BY account) AS online`
]

export const statements: ReadonlyArray<string> = [
  ...account,
  ...states,
  `ALTER TABLE biller ADD COLUMN verified_only smallint CHECK (verified_only IN (0, 1))`,
  `ALTER TABLE notice ADD COLUMN channel text COLLATE "C" CHECK (channel IN ('mail', 'sms')),
    ADD COLUMN via text COLLATE "C" CHECK (length(via) = 26)`,
  ...tables,
  ...filled
]
