/**
 * 0008: bank links that go through the bank's own procedure, deposits, direct top-ups, payouts, exact top-ups and suspense.
 *
 * Tables whose states grew are written anew with their rows. Links that were asked for before are in procedure or registered as they
 * were; full registrations are counted from them (BNK-09), and those in procedure end at 10:00 of the next day in Japan (BNK-03).
 */
const links = [
  `DROP INDEX top_up_by_account`,
  `DROP INDEX top_up_unresolved`,
  // References follow a table that is renamed.
  `ALTER TABLE top_up RENAME TO old_top_up`,
  `ALTER TABLE bank_link RENAME TO old_bank_link`,
  `CREATE TABLE bank_link (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('provisional', 'inProcedure', 'registered', 'rejected', 'removed')),
    account TEXT NOT NULL REFERENCES account (id),
    bank TEXT NOT NULL CHECK (length(bank) = 4),
    bank_account TEXT NOT NULL,
    request TEXT,
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    removed_at INTEGER CHECK (removed_at >= 0),
    releases_at INTEGER CHECK (releases_at >= 0),
    operations INTEGER CHECK (operations > 0),
    CHECK (state IN ('provisional', 'removed') OR request IS NOT NULL),
    CHECK (state NOT IN ('provisional', 'inProcedure') OR settled_at IS NULL),
    CHECK (state NOT IN ('registered', 'rejected') OR settled_at IS NOT NULL),
    CHECK ((state = 'rejected') = (reason IS NOT NULL)),
    CHECK ((state = 'removed') = (removed_at IS NOT NULL)),
    CHECK (state = 'inProcedure' OR releases_at IS NULL),
    CHECK (state = 'registered' OR operations IS NULL)
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO bank_link SELECT id, state, account, bank, bank_account, request, asked_at, settled_at, reason, removed_at,
      CASE state WHEN 'inProcedure' THEN ((asked_at + 32400000) / 86400000 + 1) * 86400000 + 3600000 END,
      CASE state WHEN 'registered' THEN
        (SELECT nullif(count(*), 0) FROM old_top_up WHERE link = old_bank_link.id AND state = 'processing') END
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
    payment TEXT CHECK (length(payment) = 30),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'completed') = (credited_to IS NOT NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL)),
    CHECK (state <> 'processing' OR contradicted_at IS NULL)
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO top_up SELECT *, NULL FROM old_top_up`,
  `DROP TABLE old_top_up`,
  `DROP TABLE old_bank_link`,
  // Due: procedures that end without a report.
  `CREATE INDEX bank_link_in_procedure ON bank_link (releases_at) WHERE state = 'inProcedure'`,
  // History: the top-ups of an account, the newest first.
  `CREATE INDEX top_up_by_account ON top_up (account, id DESC)`,
  // Due: top-ups that stay unresolved.
  `CREATE INDEX top_up_unresolved ON top_up (asked_at) WHERE state = 'processing' AND raised_at IS NULL`
]

const payments = [
  `DROP TRIGGER payment_names_an_entry`,
  `ALTER TABLE bill RENAME TO old_bill`,
  `ALTER TABLE payment RENAME TO old_payment`,
  // The payments of an account lie together, the newest first; one whose bank is not debited yet has no entry.
  `CREATE TABLE payment (
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('funding', 'processing', 'completed', 'failed')),
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
    entry TEXT,
    paid_at INTEGER NOT NULL CHECK (paid_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    top_up TEXT CHECK (length(top_up) = 30),
    raised_at INTEGER CHECK (raised_at >= 0),
    PRIMARY KEY (account, id DESC),
    CHECK (from_cash + from_money = iif(entry IS NULL, 0, amount + fee)),
    CHECK (state IN ('funding', 'failed') OR entry IS NOT NULL),
    CHECK (state <> 'funding' OR (entry IS NULL AND top_up IS NOT NULL)),
    CHECK ((state IN ('funding', 'processing')) = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE bill (
    barcode TEXT PRIMARY KEY CHECK (length(barcode) = 44),
    state TEXT NOT NULL CHECK (state IN ('inPayment', 'paid', 'payable')),
    payment TEXT NOT NULL REFERENCES payment (id)
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO payment SELECT *, NULL, NULL FROM old_payment`,
  `INSERT INTO bill SELECT * FROM old_bill`,
  `DROP TABLE old_bill`,
  `DROP TABLE old_payment`,
  `CREATE TRIGGER payment_names_an_entry BEFORE INSERT ON payment
    WHEN new.entry IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM command JOIN entry ON entry.command = place
      WHERE id = substr(new.entry, 1, 26) AND new.entry = id || '.' || n
    )
    BEGIN SELECT RAISE(ABORT, 'a payment must name its entry'); END`,
  // Due: payments that stay unresolved.
  `CREATE INDEX payment_unresolved ON payment (paid_at) WHERE state = 'processing' AND raised_at IS NULL`
]

const tables = [
  // When a procedure is reported, however late, it leads to its link.
  `CREATE TABLE link_procedure (
    id TEXT PRIMARY KEY CHECK (length(id) = 30),
    link TEXT NOT NULL REFERENCES bank_link (id),
    account TEXT NOT NULL REFERENCES account (id),
    started_at INTEGER NOT NULL CHECK (started_at >= 0),
    fee INTEGER CHECK (fee BETWEEN 1 AND 9007199254740991),
    fee_tax INTEGER CHECK (fee_tax BETWEEN 0 AND fee),
    free_registrations INTEGER CHECK (free_registrations > 0),
    CHECK ((fee IS NULL) = (fee_tax IS NULL)),
    CHECK (fee IS NULL OR free_registrations IS NULL)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE bank_settings (
    account TEXT PRIMARY KEY REFERENCES account (id),
    registrations INTEGER NOT NULL CHECK (registrations >= 0),
    exact_top_up TEXT REFERENCES bank_link (id),
    payout_account TEXT REFERENCES bank_link (id),
    chosen TEXT REFERENCES bank_link (id),
    chosen_at INTEGER CHECK (chosen_at >= 0),
    CHECK ((chosen IS NULL) = (chosen_at IS NULL)),
    CHECK (payout_account IS NULL OR payout_account = chosen)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE deposit_top_up (
    id TEXT PRIMARY KEY CHECK (length(id) = 30),
    state TEXT NOT NULL CHECK (state IN ('awaiting', 'completed', 'expired', 'failed')),
    account TEXT NOT NULL REFERENCES account (id),
    way TEXT NOT NULL CHECK (way IN ('convenienceStore', 'netBanking', 'atm')),
    provider TEXT NOT NULL,
    chain TEXT,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_tax INTEGER NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    due TEXT NOT NULL CHECK (length(due) = 10),
    request TEXT NOT NULL CHECK (length(request) = 30),
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    issued TEXT CHECK (json_type(issued) = 'object'),
    raised_at INTEGER CHECK (raised_at >= 0),
    credited_to TEXT CHECK (credited_to IN ('cash', 'money')),
    deposit TEXT,
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    CHECK ((way = 'convenienceStore') = (chain IS NOT NULL)),
    CHECK ((state = 'awaiting') = (settled_at IS NULL)),
    CHECK ((state = 'completed') = (credited_to IS NOT NULL)),
    CHECK ((state = 'completed') = (deposit IS NOT NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  // History: the deposit top-ups of an account, the newest first.
  `CREATE INDEX deposit_top_up_by_account ON deposit_top_up (account, id DESC)`,
  // Due: deposit top-ups whose due date is over.
  `CREATE INDEX deposit_top_up_awaiting ON deposit_top_up (due) WHERE state = 'awaiting'`,
  // Due: those for which the provider does not say whether it issued a number.
  `CREATE INDEX deposit_top_up_unissued ON deposit_top_up (asked_at) WHERE state = 'awaiting' AND issued IS NULL AND raised_at IS NULL`,
  `CREATE TABLE number_issued (
    id TEXT PRIMARY KEY,
    top_up TEXT NOT NULL REFERENCES deposit_top_up (id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE deposit (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    number TEXT NOT NULL,
    chain TEXT,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    deposited_at INTEGER NOT NULL CHECK (deposited_at >= 0),
    recorded_at INTEGER NOT NULL CHECK (recorded_at >= 0),
    top_up TEXT REFERENCES deposit_top_up (id),
    cause TEXT CHECK (cause IN ('unknownNumber', 'afterDueDate', 'alreadyCompleted', 'topUpFailed', 'otherAmount', 'accountClosed')),
    CHECK (top_up IS NOT NULL OR cause = 'unknownNumber')
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE shop (
    code TEXT PRIMARY KEY,
    merchant TEXT NOT NULL,
    name TEXT NOT NULL,
    top_ups INTEGER NOT NULL CHECK (top_ups IN (0, 1))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE direct_top_up (
    id TEXT PRIMARY KEY CHECK (length(id) = 30),
    state TEXT NOT NULL CHECK (state IN ('shop', 'imported')),
    account TEXT NOT NULL REFERENCES account (id),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_tax INTEGER NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    at INTEGER NOT NULL CHECK (at >= 0),
    shop TEXT REFERENCES shop (code),
    merchant TEXT,
    credited_to TEXT CHECK (credited_to IN ('cash', 'money')),
    way TEXT,
    imported_at INTEGER CHECK (imported_at >= 0),
    CHECK ((state = 'shop') = (shop IS NOT NULL AND merchant IS NOT NULL AND credited_to IS NOT NULL)),
    CHECK ((state = 'imported') = (way IS NOT NULL AND imported_at IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  // History: the direct top-ups of an account, the newest first.
  `CREATE INDEX direct_top_up_by_account ON direct_top_up (account, id DESC)`,
  `CREATE TABLE payout (
    id TEXT PRIMARY KEY CHECK (length(id) = 30),
    state TEXT NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    account TEXT NOT NULL REFERENCES account (id),
    link TEXT NOT NULL REFERENCES bank_link (id),
    bank TEXT NOT NULL CHECK (length(bank) = 4),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee INTEGER NOT NULL CHECK (fee BETWEEN 0 AND 9007199254740991),
    fee_tax INTEGER NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    route TEXT NOT NULL CHECK (route IN ('gateway', 'file')),
    request TEXT NOT NULL CHECK (length(request) = 30),
    entry TEXT NOT NULL,
    asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
    batch TEXT CHECK (length(batch) = 30),
    raised_at INTEGER CHECK (raised_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    contradicted_at INTEGER CHECK (contradicted_at >= 0),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL)),
    CHECK (route = 'file' OR batch IS NULL),
    CHECK (state <> 'processing' OR contradicted_at IS NULL)
  ) STRICT, WITHOUT ROWID`,
  // History: the payouts of an account, the newest first.
  `CREATE INDEX payout_by_account ON payout (account, id DESC)`,
  // Due: payouts that stay unresolved, and those that wait for a file.
  `CREATE INDEX payout_unresolved ON payout (asked_at) WHERE state = 'processing' AND raised_at IS NULL`,
  `CREATE INDEX payout_waiting ON payout (id) WHERE state = 'processing' AND route = 'file' AND batch IS NULL`,
  `CREATE TABLE payout_batch (
    id TEXT PRIMARY KEY CHECK (length(id) = 30),
    payouts TEXT NOT NULL CHECK (json_type(payouts) = 'array'),
    total INTEGER NOT NULL CHECK (total BETWEEN 1 AND 9007199254740991),
    transfer_on TEXT NOT NULL CHECK (length(transfer_on) = 10),
    bank TEXT CHECK (length(bank) = 4),
    made_at INTEGER NOT NULL CHECK (made_at >= 0),
    read_at INTEGER CHECK (read_at >= 0),
    rejected_at INTEGER CHECK (rejected_at >= 0)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE suspense_item (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
    cause TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    against TEXT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT REFERENCES account (id),
    at INTEGER NOT NULL CHECK (at >= 0),
    resolution TEXT CHECK (resolution IN ('credited', 'returned')),
    credited_to TEXT REFERENCES account (id),
    resolved_at INTEGER CHECK (resolved_at >= 0),
    CHECK ((state = 'resolved') = (resolution IS NOT NULL)),
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK (coalesce(resolution = 'credited', FALSE) = (credited_to IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  // What is open in suspense, the oldest first.
  `CREATE INDEX suspense_item_open ON suspense_item (id) WHERE state = 'open'`
]

/** What accounts that were there before are given. */
const filled = [
  // The command with which the kana name came, where an operator changed it.
  `ALTER TABLE holder ADD COLUMN kana_in TEXT`,
  `UPDATE holder SET kana_in = renamed.id FROM
    (SELECT content ->> '$.account' AS account, max(id) AS id FROM command WHERE tag = 'ChangeKanaName' GROUP BY 1) AS renamed
    WHERE holder.account = renamed.account`,
  `INSERT INTO link_procedure (id, link, account, started_at) SELECT request, id, account, asked_at FROM bank_link WHERE request IS NOT NULL`,
  // A link that was removed before the bank reported was given the time of its removal as that of its report.
  `INSERT INTO bank_settings (account, registrations) SELECT account, count(*) FROM bank_link
    WHERE state = 'registered' OR state = 'removed' AND settled_at < removed_at GROUP BY account`
]

export const statements: ReadonlyArray<string> = [...links, ...payments, ...tables, ...filled]
