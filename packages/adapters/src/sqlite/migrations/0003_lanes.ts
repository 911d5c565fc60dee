/**
 * 0003: lanes, and rows that say each thing once.
 *
 * A link is named by its place (seq * 256 + lane), hashes are bytes, amounts have a sign, and every line carries the
 * running totals of its account, so a past balance is one row (ADR-0011). What was recorded keeps every number and hash;
 * it is all in lane 0.
 */

const time = "BETWEEN 0 AND 253402268399999"
const yen = "BETWEEN 0 AND 9007199254740991"
const hash = (name: string): string => `${name} BLOB NOT NULL CHECK (length(${name}) = 32)`
const isCustomer = "account GLOB 'liability:cash:*' OR account GLOB 'liability:money:*'"

/** What stands in the way of new tables: the triggers and named indexes of the old ones. */
const clearing = [
  ...["command", "entry", "posting"].flatMap((table) => [
    `DROP TRIGGER ${table}_refuses_update`,
    `DROP TRIGGER ${table}_refuses_delete`,
    `DROP TRIGGER ${table}_appends`
  ]),
  "DROP TRIGGER chain_head_advances",
  "DROP TRIGGER chain_head_refuses_insert",
  "DROP TRIGGER chain_head_refuses_delete",
  "DROP TRIGGER balance_grows",
  "DROP TRIGGER balance_is_opened_once",
  "DROP TRIGGER balance_refuses_delete",
  "DROP INDEX posting_by_account",
  "DROP INDEX payment_by_account"
]

// References follow a table that is renamed, so the old tables go on referring to each other, and to nothing new.
const replaced = ["chain_head", "command", "entry", "balance", "posting", "payment", "bill", "personal"]
const setAside = replaced.map((table) => `ALTER TABLE ${table} RENAME TO old_${table}`)

/** The tables of the journal, in the order in which they refer to each other. */
const journal = [
  // The last link of each lane that has one.
  `CREATE TABLE chain_head (
    lane INTEGER PRIMARY KEY CHECK (lane BETWEEN 0 AND 255),
    seq INTEGER NOT NULL CHECK (seq > 0),
    ${hash("hash")},
    booked_at INTEGER NOT NULL CHECK (booked_at ${time})
  ) STRICT`,
  // One row for each accepted command. place is seq * 256 + lane; the entries of a command are numbered after it.
  `CREATE TABLE command (
    place INTEGER PRIMARY KEY CHECK (place >= 256),
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 26),
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    tag TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at ${time}),
    booked_at INTEGER NOT NULL CHECK (booked_at ${time}),
    content TEXT NOT NULL,
    outcome TEXT NOT NULL,
    ${hash("previous")},
    ${hash("hash")},
    UNIQUE (actor, key)
  ) STRICT`,
  // The n-th entry of a command, n from 1; its seq is the command's plus n.
  `CREATE TABLE entry (
    command INTEGER NOT NULL REFERENCES command (place),
    n INTEGER NOT NULL CHECK (n BETWEEN 1 AND 4095),
    kind TEXT NOT NULL,
    business_at INTEGER NOT NULL CHECK (business_at ${time}),
    reverses_command INTEGER CHECK ((reverses_command IS NULL) = (reverses_n IS NULL)),
    reverses_n INTEGER CHECK ((reverses_command, reverses_n) < (command, n)),
    ${hash("previous")},
    ${hash("hash")},
    PRIMARY KEY (command, n),
    FOREIGN KEY (reverses_command, reverses_n) REFERENCES entry (command, n)
  ) STRICT, WITHOUT ROWID`,
  // The running totals of each account: the sums of its lines. Customers have one row, the books' own accounts one for each lane.
  `CREATE TABLE balance (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    lane INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 255),
    debits INTEGER NOT NULL CHECK (debits ${yen}),
    credits INTEGER NOT NULL CHECK (credits ${yen}),
    UNIQUE (account, lane),
    CHECK (debits <= credits AND lane = 0 OR NOT (${isCustomer}))
  ) STRICT`,
  // One row for each line of an entry, n from 0; a debit is positive, a credit negative. debits and credits are the totals of
  // the balance row after the line.
  `CREATE TABLE posting (
    command INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n BETWEEN 0 AND 4095),
    account INTEGER NOT NULL REFERENCES balance (id),
    amount INTEGER NOT NULL CHECK (amount <> 0 AND abs(amount) ${yen}),
    booked_at INTEGER NOT NULL,
    debits INTEGER NOT NULL CHECK (debits ${yen}),
    credits INTEGER NOT NULL CHECK (credits ${yen}),
    PRIMARY KEY (command, entry, n),
    FOREIGN KEY (command, entry) REFERENCES entry (command, n)
  ) STRICT, WITHOUT ROWID`
]

/** The tables beside the journal that refer to it, as they were; an entry has no column for its id any more. */
const beside = [
  // The payments of an account lie together, the newest first: a page of its history is a few pages of the file at any size.
  `CREATE TABLE payment (
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    account TEXT NOT NULL REFERENCES account (id),
    way TEXT NOT NULL,
    biller TEXT NOT NULL REFERENCES biller (code),
    payee TEXT NOT NULL,
    barcode TEXT NOT NULL CHECK (length(barcode) = 44),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee INTEGER NOT NULL CHECK (fee ${yen}),
    fee_tax INTEGER NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    from_cash INTEGER NOT NULL CHECK (from_cash ${yen}),
    from_money INTEGER NOT NULL CHECK (from_money ${yen}),
    entry TEXT NOT NULL,
    paid_at INTEGER NOT NULL CHECK (paid_at >= 0),
    settled_at INTEGER CHECK (settled_at >= 0),
    reason TEXT,
    PRIMARY KEY (account, id DESC),
    CHECK (from_cash + from_money = amount + fee),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE bill (
    barcode TEXT PRIMARY KEY CHECK (length(barcode) = 44),
    state TEXT NOT NULL CHECK (state IN ('inPayment', 'paid', 'payable')),
    payment TEXT NOT NULL REFERENCES payment (id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE personal (
    id TEXT PRIMARY KEY REFERENCES command (id),
    data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`
]

const totalSoFar = (side: string): string =>
  `sum(iif(side = '${side}', amount, 0)) OVER (PARTITION BY line.account ORDER BY entry_seq, n)`

const moved = [
  "INSERT INTO chain_head SELECT 0, seq, unhex(hash), booked_at FROM old_chain_head WHERE seq > 0",
  `INSERT INTO command SELECT seq * 256, id, actor, key, tag, at, booked_at, content, outcome, unhex(previous), unhex(hash)
    FROM old_command ORDER BY seq`,
  `INSERT INTO entry SELECT one.command_seq * 256, one.seq - one.command_seq, one.kind, one.business_at,
      reversed.command_seq * 256, reversed.seq - reversed.command_seq, unhex(one.previous), unhex(one.hash)
    FROM old_entry AS one LEFT JOIN old_entry AS reversed ON reversed.id = one.reverses ORDER BY one.seq`,
  "INSERT INTO balance (account, lane, debits, credits) SELECT account, 0, debits, credits FROM old_balance ORDER BY account",
  // Summed account by account, written in the order of the journal. A line without entry or balance fails, as NULL.
  `INSERT INTO posting SELECT command_seq * 256, entry_seq - command_seq, n, balance.id,
      iif(side = 'debit', amount, -amount), line.booked_at, debited, credited
    FROM (
      SELECT *, ${totalSoFar("debit")} AS debited, ${totalSoFar("credit")} AS credited FROM old_posting AS line
    ) AS line
    LEFT JOIN old_entry ON old_entry.seq = line.entry_seq LEFT JOIN balance ON balance.account = line.account
    ORDER BY line.entry_seq, line.n`,
  "INSERT INTO payment SELECT * FROM old_payment",
  "INSERT INTO bill SELECT * FROM old_bill",
  "INSERT INTO personal SELECT * FROM old_personal",
  // What is referred to goes after what refers to it.
  ...["posting", "bill", "payment", "entry", "personal", "command", "balance", "chain_head"].map(
    (table) => `DROP TABLE old_${table}`
  )
]

const indexes = [
  // The lines of an account in order, with its totals after each: the last line up to a booking time tells what was held then.
  "CREATE INDEX posting_by_account ON posting (account, booked_at, command, entry, n, debits, credits)"
]

/** The tables with what was recorded; the triggers of the new tables follow in a part of their own. */
export const tables: ReadonlyArray<string> = [...clearing, ...setAside, ...journal, ...beside, ...moved, ...indexes]
