/**
 * 0002: the records beside the journal, one table for each kind, with the outbox, notices and erasable personal data.
 *
 * Columns repeat what the schemas of the domain say of states and amounts. Records are replaced by new versions and
 * never deleted; requests leave the outbox with their answer; personal data can be erased (REG-04).
 */
export const statements: ReadonlyArray<string> = [
  `CREATE TABLE account (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('cash', 'money')),
    person TEXT NOT NULL,
    kana_name TEXT NOT NULL,
    opened_at INTEGER NOT NULL CHECK (opened_at >= 0),
    cash_expires_at INTEGER CHECK (cash_expires_at >= 0),
    cash_notice_days INTEGER CHECK (cash_notice_days >= 0)
  ) STRICT, WITHOUT ROWID`,
  // Due: cash that expires.
  `CREATE INDEX account_expiring ON account (cash_expires_at) WHERE cash_expires_at IS NOT NULL`,

  `CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'email', 'phone', 'bankAccount')),
    account TEXT NOT NULL REFERENCES account (id),
    state TEXT NOT NULL CHECK (state IN ('held', 'legacy', 'retired'))
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE bank_link (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('inProcedure', 'registered', 'rejected')),
    account TEXT NOT NULL REFERENCES account (id),
    bank TEXT NOT NULL CHECK (length(bank) = 4),
    bank_account TEXT NOT NULL,
    request TEXT NOT NULL,
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    CHECK ((state = 'inProcedure') = (settled_at IS NULL)),
    CHECK ((state = 'rejected') = (reason IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,

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
  // History: the top-ups of an account, the newest first.
  `CREATE INDEX top_up_by_account ON top_up (account, id DESC)`,
  // Due: top-ups that stay unresolved.
  `CREATE INDEX top_up_unresolved ON top_up (asked_at) WHERE state = 'processing' AND raised_at IS NULL`,

  `CREATE TABLE biller (
    code TEXT PRIMARY KEY CHECK (length(code) = 6),
    name TEXT NOT NULL,
    confirmation TEXT NOT NULL CHECK (confirmation IN ('none', 'online')),
    slip_maximum INTEGER CHECK (slip_maximum BETWEEN 1 AND 9007199254740991),
    active INTEGER NOT NULL CHECK (active IN (0, 1))
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE payment (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    account TEXT NOT NULL REFERENCES account (id),
    way TEXT NOT NULL,
    biller TEXT NOT NULL REFERENCES biller (code),
    payee TEXT NOT NULL,
    barcode TEXT NOT NULL CHECK (length(barcode) = 44),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND 9007199254740991),
    fee_tax INTEGER NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    from_cash INTEGER NOT NULL CHECK (from_cash BETWEEN 0 AND 9007199254740991),
    from_money INTEGER NOT NULL CHECK (from_money BETWEEN 0 AND 9007199254740991),
    entry TEXT NOT NULL REFERENCES entry (id),
    paid_at INTEGER NOT NULL CHECK (paid_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    CHECK (from_cash + from_money = amount + fee),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  // History: the payments of an account, the newest first.
  `CREATE INDEX payment_by_account ON payment (account, id DESC)`,

  `CREATE TABLE bill (
    barcode TEXT PRIMARY KEY CHECK (length(barcode) = 44),
    state TEXT NOT NULL CHECK (state IN ('inPayment', 'paid', 'payable')),
    payment TEXT NOT NULL REFERENCES payment (id)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE usage (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    operation TEXT NOT NULL CHECK (operation IN ('topUp', 'payment', 'payout')),
    period TEXT NOT NULL,
    total INTEGER NOT NULL CHECK (total BETWEEN 0 AND 9007199254740991),
    by_way TEXT NOT NULL CHECK (json_type(by_way) = 'object'),
    CHECK (id = account || ':' || operation || ':' || period)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE policy (
    id TEXT PRIMARY KEY CHECK (id = 'current'),
    version INTEGER NOT NULL CHECK (version >= 0),
    policy TEXT NOT NULL CHECK (json_type(policy) = 'object')
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    due_at INTEGER NOT NULL CHECK (due_at >= 0)
  ) STRICT, WITHOUT ROWID`,
  // The requests of a kind that are due, the longest waiting first.
  `CREATE INDEX outbox_due ON outbox (kind, due_at, id)`,

  `CREATE TABLE notice (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL CHECK (recipient IN ('holder', 'operators')),
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
  ) STRICT`,

  `CREATE TABLE personal (
    id TEXT PRIMARY KEY REFERENCES command (id),
    data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`
]
