/**
 * 0002: the records beside the journal, one table for each kind, with the outbox, notices and erasable personal data.
 *
 * Columns repeat what the schemas of the domain say of states and amounts. Records are replaced by new versions and
 * never deleted; requests leave the outbox with their answer; personal data can be erased (REG-04).
 */
const tables: ReadonlyArray<string> = [
  `CREATE TABLE account (
    id text COLLATE "C" PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('cash', 'money')),
    person text COLLATE "C" NOT NULL,
    kana_name text COLLATE "C" NOT NULL,
    opened_at bigint NOT NULL CHECK (opened_at >= 0),
    cash_expires_at bigint CHECK (cash_expires_at >= 0),
    cash_notice_days bigint CHECK (cash_notice_days >= 0)
  )`,
  // Due: cash that expires.
  `CREATE INDEX account_expiring ON account (cash_expires_at) WHERE cash_expires_at IS NOT NULL`,

  `CREATE TABLE claim (
    id text COLLATE "C" PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('person', 'email', 'phone', 'bankAccount')),
    account text COLLATE "C" NOT NULL REFERENCES account (id),
    state text COLLATE "C" NOT NULL CHECK (state IN ('held', 'legacy', 'retired'))
  )`,

  `CREATE TABLE bank_link (
    id text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('inProcedure', 'registered', 'rejected')),
    account text COLLATE "C" NOT NULL REFERENCES account (id),
    bank text COLLATE "C" NOT NULL CHECK (length(bank) = 4),
    bank_account text COLLATE "C" NOT NULL,
    request text COLLATE "C" NOT NULL,
    asked_at bigint NOT NULL CHECK (asked_at >= 0),
    settled_at bigint CHECK (settled_at >= 0),
    reason text COLLATE "C",
    CHECK ((state = 'inProcedure') = (settled_at IS NULL)),
    CHECK ((state = 'rejected') = (reason IS NOT NULL))
  )`,

  `CREATE TABLE top_up (
    id text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    account text COLLATE "C" NOT NULL REFERENCES account (id),
    way text COLLATE "C" NOT NULL,
    link text COLLATE "C" NOT NULL REFERENCES bank_link (id),
    bank text COLLATE "C" NOT NULL CHECK (length(bank) = 4),
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_tax bigint NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    request text COLLATE "C" NOT NULL,
    passbook_text text COLLATE "C" NOT NULL,
    asked_at bigint NOT NULL CHECK (asked_at >= 0),
    raised_at bigint CHECK (raised_at >= 0),
    credited_to text COLLATE "C" CHECK (credited_to IN ('cash', 'money')),
    settled_at bigint CHECK (settled_at >= 0),
    reason text COLLATE "C",
    contradicted_at bigint CHECK (contradicted_at >= 0),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'completed') = (credited_to IS NOT NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL)),
    CHECK (state <> 'processing' OR contradicted_at IS NULL)
  )`,
  // History: the top-ups of an account, the newest first.
  `CREATE INDEX top_up_by_account ON top_up (account, id DESC)`,
  // Due: top-ups that stay unresolved.
  `CREATE INDEX top_up_unresolved ON top_up (asked_at) WHERE state = 'processing' AND raised_at IS NULL`,

  `CREATE TABLE biller (
    code text COLLATE "C" PRIMARY KEY CHECK (length(code) = 6),
    name text COLLATE "C" NOT NULL,
    confirmation text COLLATE "C" NOT NULL CHECK (confirmation IN ('none', 'online')),
    slip_maximum bigint CHECK (slip_maximum BETWEEN 1 AND 9007199254740991),
    active smallint NOT NULL CHECK (active IN (0, 1))
  )`,

  `CREATE TABLE payment (
    id text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    account text COLLATE "C" NOT NULL,
    way text COLLATE "C" NOT NULL,
    biller text COLLATE "C" NOT NULL,
    payee text COLLATE "C" NOT NULL,
    barcode text COLLATE "C" NOT NULL CHECK (length(barcode) = 44),
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND 9007199254740991),
    fee_tax bigint NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    from_cash bigint NOT NULL CHECK (from_cash BETWEEN 0 AND 9007199254740991),
    from_money bigint NOT NULL CHECK (from_money BETWEEN 0 AND 9007199254740991),
    entry text COLLATE "C" NOT NULL,
    paid_at bigint NOT NULL CHECK (paid_at >= 0),
    settled_at bigint CHECK (settled_at >= 0),
    reason text COLLATE "C",
    CHECK (from_cash + from_money = amount + fee),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL))
  )`,
  // History: the payments of an account, the newest first.
  `CREATE INDEX payment_by_account ON payment (account, id DESC)`,

  `CREATE TABLE bill (
    barcode text COLLATE "C" PRIMARY KEY CHECK (length(barcode) = 44),
    state text COLLATE "C" NOT NULL CHECK (state IN ('inPayment', 'paid', 'payable')),
    payment text COLLATE "C" NOT NULL
  )`,

  `CREATE TABLE usage (
    id text COLLATE "C" PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    operation text COLLATE "C" NOT NULL CHECK (operation IN ('topUp', 'payment', 'payout')),
    period text COLLATE "C" NOT NULL,
    total bigint NOT NULL CHECK (total BETWEEN 0 AND 9007199254740991),
    by_way text COLLATE "C" NOT NULL CHECK (json_typeof(by_way::json) = 'object'),
    CHECK (id = account || ':' || operation || ':' || period)
  ) WITH (fillfactor = 50)`,

  `CREATE TABLE policy (
    id text COLLATE "C" PRIMARY KEY CHECK (id = 'current'),
    version bigint NOT NULL CHECK (version >= 0),
    policy text COLLATE "C" NOT NULL CHECK (json_typeof(policy::json) = 'object')
  )`,

  `CREATE TABLE outbox (
    id text COLLATE "C" PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    asked_at bigint NOT NULL CHECK (asked_at >= 0),
    attempts bigint NOT NULL CHECK (attempts >= 0),
    due_at bigint NOT NULL CHECK (due_at >= 0)
  )`,
  // The requests of a kind that are due, the longest waiting first.
  `CREATE INDEX outbox_due ON outbox (kind, due_at, id)`,

  `CREATE TABLE notice (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    kind text COLLATE "C" NOT NULL,
    recipient text COLLATE "C" NOT NULL CHECK (recipient IN ('holder', 'operators')),
    account text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    at bigint NOT NULL CHECK (at >= 0)
  )`,

  `CREATE TABLE personal (
    id text COLLATE "C" PRIMARY KEY REFERENCES command (id),
    data text COLLATE "C" NOT NULL
  )`
]

/**
 * What payments, bills and counters refer to is never taken away, so it is looked for when they are added, for all rows of a
 * statement together: a foreign key would look, and lock, row by row.
 */
type Reference = readonly [column: string, parent: string, id: string]
const missing = ([column, parent, id]: Reference): string =>
  `NOT EXISTS (SELECT FROM ${parent} WHERE ${parent}.${id} = NEW.${column})`

const refers = (table: string, ...references: ReadonlyArray<Reference>) => [
  `CREATE FUNCTION ${table}_refers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added ${references.map(([column, parent, id]) => `LEFT JOIN ${parent} ON ${parent}.${id} = added.${column}`).join(" ")}
      WHERE ${references.map(([, parent, id]) => `${parent}.${id} IS NULL`).join(" OR ")}
    ) THEN
      RAISE EXCEPTION 'a row of ${table} refers to nothing' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER ${table}_refers AFTER INSERT ON ${table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ${table}_refers()`,
  // Few rows come to refer to something else: these are looked at one by one.
  `CREATE FUNCTION ${table}_refers_anew() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF ${references.map(missing).join(" OR ")} THEN
      RAISE EXCEPTION 'a row of ${table} refers to nothing' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER ${table}_refers_anew AFTER UPDATE ON ${table} FOR EACH ROW
    WHEN (${references.map(([column]) => `NEW.${column} <> OLD.${column}`).join(" OR ")})
    EXECUTE FUNCTION ${table}_refers_anew()`
]

/** Records are replaced by new versions and never taken away; what others refer to keeps its id. */
const kept = (table: string, id: string) => [
  `CREATE FUNCTION ${table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'records of ${table} stay' USING ERRCODE = 'foreign_key_violation';
  END $$`,
  `CREATE TRIGGER ${table}_stays BEFORE DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_stays()`,
  `CREATE TRIGGER ${table}_keeps_its_id BEFORE UPDATE ON ${table}
    FOR EACH ROW WHEN (NEW.${id} <> OLD.${id}) EXECUTE FUNCTION ${table}_stays()`,
  `CREATE TRIGGER ${table}_is_kept BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION ${table}_stays()`
]

const references = [
  ...refers("payment", ["account", "account", "id"], ["biller", "biller", "code"]),
  ...refers("bill", ["payment", "payment", "id"]),
  ...refers("usage", ["account", "account", "id"]),
  ...kept("account", "id"),
  ...kept("biller", "code"),
  ...kept("payment", "id")
]

export const statements: ReadonlyArray<string> = [...tables, ...references]
