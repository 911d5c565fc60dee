/**
 * 0007: bank links that go through the bank's own procedure, deposits, direct top-ups, payouts, exact top-ups and suspense.
 *
 * Links that were asked for before are in procedure or registered as they were; full registrations are counted from them (BNK-09),
 * and those in procedure end at 10:00 of the next day in Japan (BNK-03).
 */
const links = [
  `ALTER TABLE bank_link DROP CONSTRAINT bank_link_state_check, DROP CONSTRAINT bank_link_check,
    ALTER COLUMN request DROP NOT NULL,
    ADD COLUMN releases_at bigint CHECK (releases_at >= 0),
    ADD COLUMN operations bigint CHECK (operations > 0),
    ADD CONSTRAINT bank_link_state_check
      CHECK (state IN ('provisional', 'inProcedure', 'registered', 'rejected', 'removed')),
    ADD CHECK (state IN ('provisional', 'removed') OR request IS NOT NULL),
    ADD CHECK (state NOT IN ('provisional', 'inProcedure') OR settled_at IS NULL),
    ADD CHECK (state NOT IN ('registered', 'rejected') OR settled_at IS NOT NULL),
    ADD CHECK (state = 'inProcedure' OR releases_at IS NULL),
    ADD CHECK (state = 'registered' OR operations IS NULL)`,
  `UPDATE bank_link SET operations = flying FROM (
      SELECT link, count(*) AS flying FROM top_up WHERE state = 'processing' GROUP BY link
    ) AS top_ups WHERE link = bank_link.id AND state = 'registered'`,
  `UPDATE bank_link SET releases_at = ((asked_at + 32400000) / 86400000 + 1) * 86400000 + 3600000 WHERE state = 'inProcedure'`,
  // Due: procedures that end without a report.
  `CREATE INDEX bank_link_in_procedure ON bank_link (releases_at) WHERE state = 'inProcedure'`,
  `ALTER TABLE top_up ADD COLUMN payment text COLLATE "C" CHECK (length(payment) = 30)`
]

const payments = [
  // One whose bank is not debited yet has no entry.
  `ALTER TABLE payment DROP CONSTRAINT payment_state_check, DROP CONSTRAINT payment_check1, DROP CONSTRAINT payment_check2,
    ALTER COLUMN entry DROP NOT NULL,
    ADD COLUMN top_up text COLLATE "C" CHECK (length(top_up) = 30),
    ADD COLUMN raised_at bigint CHECK (raised_at >= 0),
    ADD CONSTRAINT payment_state_check CHECK (state IN ('funding', 'processing', 'completed', 'failed')),
    ADD CHECK (from_cash + from_money = CASE WHEN entry IS NULL THEN 0 ELSE amount + fee END),
    ADD CHECK (state IN ('funding', 'failed') OR entry IS NOT NULL),
    ADD CHECK (state <> 'funding' OR (entry IS NULL AND top_up IS NOT NULL)),
    ADD CHECK ((state IN ('funding', 'processing')) = (settled_at IS NULL))`,
  // Due: payments that stay unresolved.
  `CREATE INDEX payment_unresolved ON payment (paid_at) WHERE state = 'processing' AND raised_at IS NULL`
]

const tables = [
  // When a procedure is reported, however late, it leads to its link.
  `CREATE TABLE link_procedure (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 30),
    link text COLLATE "C" NOT NULL REFERENCES bank_link (id),
    account text COLLATE "C" NOT NULL REFERENCES account (id),
    started_at bigint NOT NULL CHECK (started_at >= 0),
    fee bigint CHECK (fee BETWEEN 1 AND 9007199254740991),
    fee_tax bigint CHECK (fee_tax BETWEEN 0 AND fee),
    free_registrations bigint CHECK (free_registrations > 0),
    CHECK ((fee IS NULL) = (fee_tax IS NULL)),
    CHECK (fee IS NULL OR free_registrations IS NULL)
  )`,
  `CREATE TABLE bank_settings (
    account text COLLATE "C" PRIMARY KEY REFERENCES account (id),
    registrations bigint NOT NULL CHECK (registrations >= 0),
    exact_top_up text COLLATE "C" REFERENCES bank_link (id),
    payout_account text COLLATE "C" REFERENCES bank_link (id),
    chosen text COLLATE "C" REFERENCES bank_link (id),
    chosen_at bigint CHECK (chosen_at >= 0),
    CHECK ((chosen IS NULL) = (chosen_at IS NULL)),
    CHECK (payout_account IS NULL OR payout_account = chosen)
  )`,
  `CREATE TABLE deposit_top_up (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 30),
    state text COLLATE "C" NOT NULL CHECK (state IN ('awaiting', 'completed', 'expired', 'failed')),
    account text COLLATE "C" NOT NULL REFERENCES account (id),
    way text COLLATE "C" NOT NULL CHECK (way IN ('convenienceStore', 'netBanking', 'atm')),
    provider text COLLATE "C" NOT NULL,
    chain text COLLATE "C",
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_tax bigint NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    due text COLLATE "C" NOT NULL CHECK (length(due) = 10),
    request text COLLATE "C" NOT NULL CHECK (length(request) = 30),
    asked_at bigint NOT NULL CHECK (asked_at >= 0),
    issued text COLLATE "C" CHECK (json_typeof(issued::json) = 'object'),
    raised_at bigint CHECK (raised_at >= 0),
    credited_to text COLLATE "C" CHECK (credited_to IN ('cash', 'money')),
    deposit text COLLATE "C",
    settled_at bigint CHECK (settled_at >= 0),
    reason text COLLATE "C",
    CHECK ((way = 'convenienceStore') = (chain IS NOT NULL)),
    CHECK ((state = 'awaiting') = (settled_at IS NULL)),
    CHECK ((state = 'completed') = (credited_to IS NOT NULL)),
    CHECK ((state = 'completed') = (deposit IS NOT NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL))
  )`,
  // History: the deposit top-ups of an account, the newest first.
  `CREATE INDEX deposit_top_up_by_account ON deposit_top_up (account, id DESC)`,
  // Due: deposit top-ups whose due date is over.
  `CREATE INDEX deposit_top_up_awaiting ON deposit_top_up (due) WHERE state = 'awaiting'`,
  // Due: those for which the provider does not say whether it issued a number.
  `CREATE INDEX deposit_top_up_unissued ON deposit_top_up (asked_at) WHERE state = 'awaiting' AND issued IS NULL AND raised_at IS NULL`,
  `CREATE TABLE number_issued (
    id text COLLATE "C" PRIMARY KEY,
    top_up text COLLATE "C" NOT NULL REFERENCES deposit_top_up (id)
  )`,
  `CREATE TABLE deposit (
    id text COLLATE "C" PRIMARY KEY,
    provider text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    chain text COLLATE "C",
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    deposited_at bigint NOT NULL CHECK (deposited_at >= 0),
    recorded_at bigint NOT NULL CHECK (recorded_at >= 0),
    top_up text COLLATE "C" REFERENCES deposit_top_up (id),
    cause text COLLATE "C" CHECK (cause IN ('unknownNumber', 'afterDueDate', 'alreadyCompleted', 'topUpFailed', 'otherAmount', 'accountClosed')),
    CHECK (top_up IS NOT NULL OR cause = 'unknownNumber')
  )`,
  `CREATE TABLE shop (
    code text COLLATE "C" PRIMARY KEY,
    merchant text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    top_ups smallint NOT NULL CHECK (top_ups IN (0, 1))
  )`,
  `CREATE TABLE direct_top_up (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 30),
    state text COLLATE "C" NOT NULL CHECK (state IN ('shop', 'imported')),
    account text COLLATE "C" NOT NULL REFERENCES account (id),
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND amount),
    fee_tax bigint NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    at bigint NOT NULL CHECK (at >= 0),
    shop text COLLATE "C" REFERENCES shop (code),
    merchant text COLLATE "C",
    credited_to text COLLATE "C" CHECK (credited_to IN ('cash', 'money')),
    way text COLLATE "C",
    imported_at bigint CHECK (imported_at >= 0),
    CHECK ((state = 'shop') = (shop IS NOT NULL AND merchant IS NOT NULL AND credited_to IS NOT NULL)),
    CHECK ((state = 'imported') = (way IS NOT NULL AND imported_at IS NOT NULL))
  )`,
  // History: the direct top-ups of an account, the newest first.
  `CREATE INDEX direct_top_up_by_account ON direct_top_up (account, id DESC)`,
  `CREATE TABLE payout (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 30),
    state text COLLATE "C" NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    account text COLLATE "C" NOT NULL REFERENCES account (id),
    link text COLLATE "C" NOT NULL REFERENCES bank_link (id),
    bank text COLLATE "C" NOT NULL CHECK (length(bank) = 4),
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    fee bigint NOT NULL CHECK (fee BETWEEN 0 AND 9007199254740991),
    fee_tax bigint NOT NULL CHECK (fee_tax BETWEEN 0 AND fee),
    route text COLLATE "C" NOT NULL CHECK (route IN ('gateway', 'file')),
    request text COLLATE "C" NOT NULL CHECK (length(request) = 30),
    entry text COLLATE "C" NOT NULL,
    asked_at bigint NOT NULL CHECK (asked_at >= 0),
    batch text COLLATE "C" CHECK (length(batch) = 30),
    raised_at bigint CHECK (raised_at >= 0),
    settled_at bigint CHECK (settled_at >= 0),
    reason text COLLATE "C",
    contradicted_at bigint CHECK (contradicted_at >= 0),
    CHECK ((state = 'processing') = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (reason IS NOT NULL)),
    CHECK (route = 'file' OR batch IS NULL),
    CHECK (state <> 'processing' OR contradicted_at IS NULL)
  )`,
  // History: the payouts of an account, the newest first.
  `CREATE INDEX payout_by_account ON payout (account, id DESC)`,
  // Due: payouts that stay unresolved, and those that wait for a file.
  `CREATE INDEX payout_unresolved ON payout (asked_at) WHERE state = 'processing' AND raised_at IS NULL`,
  `CREATE INDEX payout_waiting ON payout (id) WHERE state = 'processing' AND route = 'file' AND batch IS NULL`,
  `CREATE TABLE payout_batch (
    id text COLLATE "C" PRIMARY KEY CHECK (length(id) = 30),
    payouts text COLLATE "C" NOT NULL CHECK (json_typeof(payouts::json) = 'array'),
    total bigint NOT NULL CHECK (total BETWEEN 1 AND 9007199254740991),
    transfer_on text COLLATE "C" NOT NULL CHECK (length(transfer_on) = 10),
    bank text COLLATE "C" CHECK (length(bank) = 4),
    made_at bigint NOT NULL CHECK (made_at >= 0),
    read_at bigint CHECK (read_at >= 0),
    rejected_at bigint CHECK (rejected_at >= 0)
  )`,
  `CREATE TABLE suspense_item (
    id text COLLATE "C" PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'resolved')),
    cause text COLLATE "C" NOT NULL,
    direction text COLLATE "C" NOT NULL CHECK (direction IN ('in', 'out')),
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    against text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    account text COLLATE "C" REFERENCES account (id),
    at bigint NOT NULL CHECK (at >= 0),
    resolution text COLLATE "C" CHECK (resolution IN ('credited', 'returned')),
    credited_to text COLLATE "C" REFERENCES account (id),
    resolved_at bigint CHECK (resolved_at >= 0),
    CHECK ((state = 'resolved') = (resolution IS NOT NULL)),
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK (coalesce(resolution = 'credited', FALSE) = (credited_to IS NOT NULL))
  )`,
  // What is open in suspense, the oldest first.
  `CREATE INDEX suspense_item_open ON suspense_item (id) WHERE state = 'open'`
]

/** What accounts that were there before are given. */
const filled = [
  // The command with which the kana name came, where an operator changed it.
  `ALTER TABLE holder ADD COLUMN kana_in text COLLATE "C"`,
  `UPDATE holder SET kana_in = renamed.id FROM
    (SELECT content::json ->> 'account' AS account, max(id) AS id FROM command WHERE tag = 'ChangeKanaName' GROUP BY 1) AS renamed
    WHERE holder.account = renamed.account`,
  `INSERT INTO link_procedure (id, link, account, started_at) SELECT request, id, account, asked_at FROM bank_link WHERE request IS NOT NULL`,
  // A link that was removed before the bank reported was given the time of its removal as that of its report.
  `INSERT INTO bank_settings (account, registrations) SELECT account, count(*) FROM bank_link
    WHERE state = 'registered' OR state = 'removed' AND settled_at < removed_at GROUP BY account`
]

export const statements: ReadonlyArray<string> = [...links, ...payments, ...tables, ...filled]
