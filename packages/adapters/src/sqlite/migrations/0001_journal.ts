/**
 * 0001: the journal, because it is the truth and everything else is its sum.
 *
 * Constraints and triggers say once more, in another language, what the domain decides: links attach one to the other,
 * entries balance, amounts and totals stay in range, no customer goes below zero, nothing recorded changes.
 */

/** The tables of the journal, in the order in which they refer to each other. */
const tables = [
  // The single row of the chain's last link.
  `CREATE TABLE chain_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    booked_at INTEGER NOT NULL CHECK (booked_at BETWEEN 0 AND 253402268399999)
  ) STRICT`,
  `INSERT INTO chain_head VALUES (1, 0, '${"0".repeat(64)}', 0)`,
  // One row for each accepted command; commands and entries are numbered by one counter.
  `CREATE TABLE command (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 26),
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    outcome_key TEXT NOT NULL UNIQUE GENERATED ALWAYS AS (actor || ' ' || key) VIRTUAL,
    tag TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at BETWEEN 0 AND 253402268399999),
    booked_at INTEGER NOT NULL CHECK (booked_at BETWEEN 0 AND 253402268399999),
    content TEXT NOT NULL,
    outcome TEXT NOT NULL,
    previous TEXT NOT NULL CHECK (length(previous) = 64),
    hash TEXT NOT NULL CHECK (length(hash) = 64)
  ) STRICT`,
  `CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    command_seq INTEGER NOT NULL REFERENCES command (seq) CHECK (command_seq < seq),
    kind TEXT NOT NULL,
    business_at INTEGER NOT NULL CHECK (business_at BETWEEN 0 AND 253402268399999),
    booked_at INTEGER NOT NULL CHECK (booked_at BETWEEN 0 AND 253402268399999),
    reverses TEXT REFERENCES entry (id) CHECK (reverses <> id),
    previous TEXT NOT NULL CHECK (length(previous) = 64),
    hash TEXT NOT NULL CHECK (length(hash) = 64)
  ) STRICT`,
  // One row for each line of an entry; balance_after is what a customer holds after it.
  `CREATE TABLE posting (
    entry_seq INTEGER NOT NULL REFERENCES entry (seq),
    n INTEGER NOT NULL CHECK (n BETWEEN 0 AND 4095),
    account TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('debit', 'credit')),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    balance_after INTEGER CHECK (balance_after BETWEEN 0 AND 9007199254740991),
    booked_at INTEGER NOT NULL,
    PRIMARY KEY (entry_seq, n),
    CHECK ((account GLOB 'liability:cash:*' OR account GLOB 'liability:money:*') = (balance_after IS NOT NULL))
  ) STRICT, WITHOUT ROWID`,
  // The lines of an account in order. Booking times never go back, so this is also the order of the chain, and the sums
  // up to a booking time read this index alone.
  `CREATE INDEX posting_by_account ON posting (account, booked_at, entry_seq, n, side, amount)`,
  // The running totals of each account: the sums of its lines.
  `CREATE TABLE balance (
    account TEXT PRIMARY KEY,
    debits INTEGER NOT NULL CHECK (debits BETWEEN 0 AND 9007199254740991),
    credits INTEGER NOT NULL CHECK (credits BETWEEN 0 AND 9007199254740991),
    CHECK (debits <= credits OR NOT (account GLOB 'liability:cash:*' OR account GLOB 'liability:money:*'))
  ) STRICT, WITHOUT ROWID`
]

/**
 * What is recorded stays as it is: no row of these tables is changed or taken away, and new ones come after the head.
 * The last also holds for INSERT OR REPLACE, which takes rows away without firing a DELETE trigger where recursive_triggers is
 * off, as in another program.
 */
const appendOnly = [
  [
    "command",
    "seq",
    " OR EXISTS (SELECT 1 FROM command WHERE id = new.id OR outcome_key = new.actor || ' ' || new.key)"
  ],
  ["entry", "seq", " OR EXISTS (SELECT 1 FROM entry WHERE id = new.id)"],
  ["posting", "entry_seq", ""]
].flatMap(([table, seq, taken]) => [
  `CREATE TRIGGER ${table}_refuses_update BEFORE UPDATE ON ${table}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`,
  `CREATE TRIGGER ${table}_refuses_delete BEFORE DELETE ON ${table}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`,
  `CREATE TRIGGER ${table}_appends BEFORE INSERT ON ${table} WHEN new.${seq} <= (SELECT seq FROM chain_head)${taken}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`
])

/** Moving the head, once for each batch, has the file check everything that was appended since it last moved. */
const head = [
  `CREATE TRIGGER chain_head_advances BEFORE UPDATE ON chain_head BEGIN
    ${["command", "entry"]
      .map(
        (table) => `SELECT RAISE(ABORT, 'each link must attach to the one before')
      FROM ${table} AS link WHERE link.seq > old.seq AND (
        link.booked_at NOT BETWEEN old.booked_at AND new.booked_at
        OR link.previous IS NOT CASE link.seq - 1 WHEN old.seq THEN old.hash ELSE coalesce(
          (SELECT hash FROM entry WHERE seq = link.seq - 1), (SELECT hash FROM command WHERE seq = link.seq - 1)
        ) END
      );`
      )
      .join("\n    ")}
    SELECT RAISE(ABORT, 'the head must be the last link')
      WHERE NOT EXISTS (
        SELECT 1 FROM command WHERE seq = new.seq AND hash = new.hash AND booked_at = new.booked_at
        UNION ALL SELECT 1 FROM entry WHERE seq = new.seq AND hash = new.hash AND booked_at = new.booked_at
      )
      OR EXISTS (SELECT 1 FROM command WHERE seq > new.seq)
      OR EXISTS (SELECT 1 FROM entry WHERE seq > new.seq);
    SELECT RAISE(ABORT, 'the debits of an entry must equal its credits')
      FROM posting NOT INDEXED WHERE entry_seq > old.seq
      GROUP BY entry_seq HAVING sum(iif(side = 'debit', amount, -amount)) <> 0;
    SELECT RAISE(ABORT, 'a balance must be what its last line says')
      FROM (
        SELECT account, balance_after, max(entry_seq * 4096 + n)
        FROM posting WHERE entry_seq > old.seq AND balance_after IS NOT NULL GROUP BY +account
      ) AS line LEFT JOIN balance USING (account)
      WHERE balance.credits - balance.debits IS NOT line.balance_after;
  END`,
  `CREATE TRIGGER chain_head_refuses_insert BEFORE INSERT ON chain_head
    BEGIN SELECT RAISE(ABORT, 'the head stays'); END`,
  `CREATE TRIGGER chain_head_refuses_delete BEFORE DELETE ON chain_head
    BEGIN SELECT RAISE(ABORT, 'the head stays'); END`
]

const balances = [
  `CREATE TRIGGER balance_grows BEFORE UPDATE ON balance
    WHEN new.account <> old.account OR new.debits < old.debits OR new.credits < old.credits
    BEGIN SELECT RAISE(ABORT, 'totals only grow'); END`,
  `CREATE TRIGGER balance_is_opened_once BEFORE INSERT ON balance
    WHEN EXISTS (SELECT 1 FROM balance WHERE account = new.account)
    BEGIN SELECT RAISE(ABORT, 'totals only grow'); END`,
  `CREATE TRIGGER balance_refuses_delete BEFORE DELETE ON balance
    BEGIN SELECT RAISE(ABORT, 'balances stay'); END`
]

export const statements: ReadonlyArray<string> = [...tables, ...appendOnly, ...head, ...balances]
