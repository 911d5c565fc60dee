/**
 * 0001: the journal, because it is the truth and everything else is its sum.
 *
 * Constraints and triggers say once more, in another language, what the domain decides: links attach one to the other,
 * entries balance, amounts and totals stay in range, no customer goes below zero, nothing recorded changes.
 */

const time = "BETWEEN 0 AND 253402268399999"
const yen = "BETWEEN 0 AND 9007199254740991"
const customer = "account LIKE 'liability:cash:%' OR account LIKE 'liability:money:%'"

/** The tables of the journal, in the order in which they refer to each other. Texts sort by their bytes. */
const tables = [
  // The last link of each lane.
  `CREATE TABLE chain_head (
    lane smallint PRIMARY KEY CHECK (lane BETWEEN 0 AND 255),
    seq bigint NOT NULL CHECK (seq > 0),
    booked_at bigint NOT NULL CHECK (booked_at ${time}),
    hash bytea NOT NULL CHECK (length(hash) = 32)
  ) WITH (fillfactor = 50)`,
  // One row for each accepted command. place is seq * 256 + lane; the entries of a command are numbered after it.
  `CREATE TABLE command (
    place bigint PRIMARY KEY CHECK (place >= 256),
    at bigint NOT NULL CHECK (at ${time}),
    booked_at bigint NOT NULL CHECK (booked_at ${time}),
    previous bytea NOT NULL CHECK (length(previous) = 32),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    id text COLLATE "C" NOT NULL UNIQUE CHECK (length(id) = 26),
    actor text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    tag text COLLATE "C" NOT NULL,
    content text NOT NULL,
    outcome text NOT NULL,
    UNIQUE (actor, key)
  )`,
  // The n-th entry of a command, n from 1; its seq is the command's plus n.
  `CREATE TABLE entry (
    command bigint NOT NULL,
    business_at bigint NOT NULL CHECK (business_at ${time}),
    reverses_command bigint,
    n smallint NOT NULL CHECK (n BETWEEN 1 AND 4095),
    reverses_n smallint,
    kind text COLLATE "C" NOT NULL,
    previous bytea NOT NULL CHECK (length(previous) = 32),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (command, n)
  )`,
  // The running totals of each account: the sums of its lines. Customers have one row; the books' own accounts one for each
  // lane, so that writers do not wait for each other.
  `CREATE TABLE balance (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 255),
    debits bigint NOT NULL CHECK (debits ${yen}),
    credits bigint NOT NULL CHECK (credits ${yen}),
    account text COLLATE "C" NOT NULL,
    UNIQUE (account, lane),
    CHECK (debits <= credits AND lane = 0 OR NOT (${customer}))
  ) WITH (fillfactor = 50)`,
  // One row for each line of an entry, n from 0; a debit is positive, a credit negative. debits and credits are the totals of
  // the balance row after the line.
  `CREATE TABLE posting (
    command bigint NOT NULL,
    booked_at bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0 AND abs(amount) ${yen}),
    debits bigint NOT NULL CHECK (debits ${yen}),
    credits bigint NOT NULL CHECK (credits ${yen}),
    account integer NOT NULL,
    entry smallint NOT NULL,
    n smallint NOT NULL CHECK (n BETWEEN 0 AND 4095),
    PRIMARY KEY (command, entry, n)
  )`,
  // The lines of an account in order; the last one up to a booking time has its totals then.
  "CREATE INDEX posting_by_account ON posting (account, booked_at, command, entry, n)"
]

/**
 * What is recorded stays as it is: no row of these tables is changed or taken away, and new ones come after the head. What they
 * refer to stays too, so it is looked for once, when they are added, for all rows of a statement together: a foreign key would
 * look, and lock, row by row.
 */
const appends = (name: string, place: string, joins = "", orMissing = ""): string => `CREATE FUNCTION ${name}_appends()
  RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (
      SELECT FROM added LEFT JOIN chain_head ON lane = added.${place} & 255 ${joins}
      WHERE added.${place} >> 8 <= chain_head.seq ${orMissing}
    ) THEN
      RAISE EXCEPTION 'the journal is append-only, and rows of ${name} refer to what is there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $$`

const appendOnly = [
  `CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'check_violation';
  END $$`,
  appends("command", "place"),
  // Joins, not sub-queries: an index seek for each row, never a look at the whole table.
  appends(
    "entry",
    "command",
    `LEFT JOIN command ON command.place = added.command
      LEFT JOIN entry AS reversed ON reversed.command = added.reverses_command AND reversed.n = added.reverses_n`,
    `OR command.place IS NULL OR num_nulls(added.reverses_command, added.reverses_n) = 1
      OR added.reverses_command IS NOT NULL AND reversed.n IS NULL`
  ),
  appends(
    "posting",
    "command",
    `LEFT JOIN entry ON entry.command = added.command AND entry.n = added.entry LEFT JOIN balance ON balance.id = added.account`,
    "OR entry.n IS NULL OR balance.id IS NULL"
  ),
  ...["command", "entry", "posting"].flatMap((table) => [
    `CREATE TRIGGER ${table}_stays BEFORE UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()`,
    `CREATE TRIGGER ${table}_is_kept BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()`,
    `CREATE TRIGGER ${table}_appends AFTER INSERT ON ${table} REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION ${table}_appends()`
  ])
]

/** Moving the head of a lane, once for each batch, has the database check everything that was appended since it last moved. */
const heads = [
  `CREATE FUNCTION head_advances() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    old_seq bigint := 0;
    old_booked bigint := 0;
    old_hash bytea := CASE NEW.lane WHEN 0 THEN decode(repeat('00', 32), 'hex') ELSE sha256(convert_to('lane:' || NEW.lane, 'UTF8')) END;
    since bigint;
    greatest bigint;
  BEGIN
    IF TG_OP = 'UPDATE' THEN
      IF NEW.lane <> OLD.lane THEN RAISE EXCEPTION 'a head stays in its lane' USING ERRCODE = 'check_violation'; END IF;
      old_seq := OLD.seq; old_booked := OLD.booked_at; old_hash := OLD.hash;
    END IF;
    -- The first place of this lane after the old head.
    since := (old_seq + 1) * 256;
    SELECT coalesce(max(seq), 0) INTO greatest FROM chain_head;
    IF EXISTS (
      SELECT FROM (
        SELECT seq, previous, booked_at, hash,
          lag(seq) OVER (ORDER BY seq) AS seq_before, lag(hash) OVER (ORDER BY seq) AS hash_before,
          lag(booked_at) OVER (ORDER BY seq) AS booked_before
        FROM (
          SELECT place >> 8 AS seq, previous, hash, booked_at FROM command WHERE place >= since AND place & 255 = NEW.lane
          UNION ALL
          SELECT (entry.command >> 8) + entry.n, entry.previous, entry.hash, command.booked_at
          FROM entry JOIN command ON command.place = entry.command
          WHERE entry.command >= since AND entry.command & 255 = NEW.lane
        ) AS link
      ) AS link
      WHERE CASE WHEN seq_before IS NULL
        THEN seq <= old_seq OR seq > greatest + 1 OR booked_at < old_booked OR previous <> old_hash
        ELSE seq <> seq_before + 1 OR booked_at < booked_before OR previous <> hash_before END
    ) THEN
      RAISE EXCEPTION 'each link must attach to the one before' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
      SELECT FROM command LEFT JOIN LATERAL (
        SELECT n, hash FROM entry WHERE entry.command = command.place ORDER BY n DESC LIMIT 1
      ) AS last ON true
      WHERE command.place = (SELECT max(place) FROM command WHERE place >= since AND place & 255 = NEW.lane)
        AND (command.place >> 8) + coalesce(last.n, 0) = NEW.seq AND coalesce(last.hash, command.hash) = NEW.hash
        AND command.booked_at = NEW.booked_at
    ) THEN
      RAISE EXCEPTION 'the head must be the last link' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
      SELECT FROM posting WHERE command >= since AND command & 255 = NEW.lane GROUP BY command, entry HAVING sum(amount) <> 0
    ) THEN
      RAISE EXCEPTION 'the debits of an entry must equal its credits' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
      SELECT FROM (
        SELECT account, debits, credits, amount, booked_at, command, entry, n,
          lag(debits) OVER line AS debits_before, lag(credits) OVER line AS credits_before, lead(account) OVER line AS next
        FROM posting WHERE command >= since AND command & 255 = NEW.lane
        WINDOW line AS (PARTITION BY account ORDER BY command, entry, n)
      ) AS line
      JOIN balance ON balance.id = line.account
      LEFT JOIN LATERAL (
        SELECT p.debits, p.credits FROM posting AS p
        WHERE line.debits_before IS NULL AND p.account = line.account
          AND (p.booked_at, p.command, p.entry, p.n) < (line.booked_at, line.command, line.entry, line.n)
        ORDER BY p.booked_at DESC, p.command DESC, p.entry DESC, p.n DESC LIMIT 1
      ) AS last ON true
      WHERE line.debits - greatest(line.amount, 0) <> coalesce(debits_before, last.debits, 0)
        OR line.credits + least(line.amount, 0) <> coalesce(credits_before, last.credits, 0)
        OR next IS NULL AND (line.debits <> balance.debits OR line.credits <> balance.credits)
    ) THEN
      RAISE EXCEPTION 'a balance must be what its lines add up to' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER chain_head_advances BEFORE INSERT OR UPDATE ON chain_head FOR EACH ROW EXECUTE FUNCTION head_advances()`,
  `CREATE TRIGGER chain_head_stays BEFORE DELETE ON chain_head FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()`,
  `CREATE TRIGGER chain_head_is_kept BEFORE TRUNCATE ON chain_head
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()`
]

const balances = [
  `CREATE FUNCTION balance_grows() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.account = OLD.account AND NEW.lane = OLD.lane
      AND NEW.debits >= OLD.debits AND NEW.credits >= OLD.credits THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'totals only grow' USING ERRCODE = 'check_violation';
  END $$`,
  `CREATE TRIGGER balance_grows BEFORE UPDATE OR DELETE ON balance FOR EACH ROW EXECUTE FUNCTION balance_grows()`,
  `CREATE TRIGGER balance_is_kept BEFORE TRUNCATE ON balance
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()`
]

export const statements: ReadonlyArray<string> = [...tables, ...appendOnly, ...heads, ...balances]
