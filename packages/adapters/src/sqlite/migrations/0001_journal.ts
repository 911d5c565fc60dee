/**
 * 0001: the journal, because it is the truth and everything else is its sum.
 *
 * Constraints and triggers say once more, in another language, what the domain decides: links attach to the chain's head
 * one by one, entries balance, amounts and totals stay in range, no customer goes below zero, nothing recorded changes.
 * A file that breaks one of them refuses the writes.
 */

/** The tables of the journal, in the order in which they refer to each other. */
const tables = [
  // The single row of the chain's last link. sealed_seq is the last link up to which entries were checked to balance.
  `CREATE TABLE chain_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    booked_at INTEGER NOT NULL CHECK (booked_at BETWEEN 0 AND 253402268399999),
    sealed_seq INTEGER NOT NULL CHECK (sealed_seq BETWEEN 0 AND seq)
  ) STRICT`,
  `INSERT INTO chain_head VALUES (1, 0, '${"0".repeat(64)}', 0, 0)`,
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
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
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
    n INTEGER NOT NULL CHECK (n >= 0),
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

/** What is recorded stays as it is: no row of these tables is ever changed or taken away. */
const appendOnly = ["command", "entry", "posting"].flatMap((table) =>
  ["UPDATE", "DELETE"].map(
    (change) => `CREATE TRIGGER ${table}_refuses_${change.toLowerCase()} BEFORE ${change} ON ${table}
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`
  )
)

/** A link attaches to the head, and becomes it. */
const chained = ["command", "entry"].flatMap((table) => [
  `CREATE TRIGGER ${table}_attaches BEFORE INSERT ON ${table}
    WHEN NOT EXISTS (
      SELECT 1 FROM chain_head WHERE seq = new.seq - 1 AND hash = new.previous AND booked_at <= new.booked_at
    )
    BEGIN SELECT RAISE(ABORT, 'a link must attach to the last one'); END`,
  `CREATE TRIGGER ${table}_attached AFTER INSERT ON ${table}
    BEGIN UPDATE chain_head SET seq = new.seq, hash = new.hash, booked_at = new.booked_at; END`
])

const guards = [
  // Lines belong to entries that are not sealed yet.
  `CREATE TRIGGER posting_attaches BEFORE INSERT ON posting
    WHEN new.entry_seq <= (SELECT sealed_seq FROM chain_head)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`,
  // Sealing: the debits of every entry since the last seal equal its credits.
  `CREATE TRIGGER chain_head_seals BEFORE UPDATE OF sealed_seq ON chain_head
    WHEN EXISTS (
      SELECT 1 FROM posting WHERE entry_seq > old.sealed_seq
      GROUP BY entry_seq HAVING sum(iif(side = 'debit', amount, -amount)) <> 0
    )
    BEGIN SELECT RAISE(ABORT, 'the debits of an entry must equal its credits'); END`,
  // The head is a link that was just attached, and a seal never comes off.
  `CREATE TRIGGER chain_head_advances BEFORE UPDATE ON chain_head
    WHEN new.sealed_seq < old.sealed_seq OR new.seq < old.seq OR (new.seq = old.seq AND new.hash <> old.hash)
    BEGIN SELECT RAISE(ABORT, 'the head only advances'); END`,
  `CREATE TRIGGER chain_head_refuses_delete BEFORE DELETE ON chain_head
    BEGIN SELECT RAISE(ABORT, 'the head stays'); END`,
  `CREATE TRIGGER balance_grows BEFORE UPDATE ON balance
    WHEN new.account <> old.account OR new.debits < old.debits OR new.credits < old.credits
    BEGIN SELECT RAISE(ABORT, 'totals only grow'); END`,
  `CREATE TRIGGER balance_refuses_delete BEFORE DELETE ON balance
    BEGIN SELECT RAISE(ABORT, 'balances stay'); END`
]

export const statements: ReadonlyArray<string> = [...tables, ...appendOnly, ...chained, ...guards]
