/**
 * The ledger as people write it by hand: one SQL function for each payment, called in a transaction of its own.
 *
 * A payment is two transfers, the amount to the biller and the fee to the operator. A transfer locks both accounts in the order of
 * their ids, checks the sign of the balances, and writes the accounts, a transfer and two entries with the balances before and after.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import * as Session from "../src/postgres/Session.ts"
import { size } from "./Part.ts"
import * as Pgbench from "./Pgbench.ts"
import { execute } from "./Postgres.ts"

const customers = size(1000, 50)
const billers = size(1000, 50)
const feeAccount = customers + billers + 1

const schema = [
  `CREATE TABLE account (
    id bigint PRIMARY KEY, name text NOT NULL, balance numeric NOT NULL DEFAULT 0, version bigint NOT NULL DEFAULT 0,
    allow_negative boolean NOT NULL, allow_positive boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE transfer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, from_account bigint NOT NULL REFERENCES account (id),
    to_account bigint NOT NULL REFERENCES account (id), amount numeric NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now(), CHECK (from_account <> to_account))`,
  "CREATE INDEX ON transfer (from_account)",
  "CREATE INDEX ON transfer (to_account)",
  `CREATE TABLE entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account bigint NOT NULL REFERENCES account (id),
    transfer bigint NOT NULL REFERENCES transfer (id), amount numeric NOT NULL,
    previous_balance numeric NOT NULL, current_balance numeric NOT NULL, account_version bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now())`,
  "CREATE INDEX ON entry (account)",
  "CREATE INDEX ON entry (transfer)",
  `CREATE FUNCTION move(payer bigint, payee bigint, moved numeric) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE made bigint; held account; changed account;
  BEGIN
    IF payer = payee OR moved <= 0 THEN RAISE EXCEPTION 'nothing to move'; END IF;
    PERFORM FROM account WHERE id IN (payer, payee) ORDER BY id FOR UPDATE;
    INSERT INTO transfer (from_account, to_account, amount) VALUES (payer, payee, moved) RETURNING id INTO made;
    UPDATE account SET balance = balance - moved, version = version + 1, updated_at = now()
      WHERE id = payer RETURNING * INTO held;
    IF held.balance < 0 AND NOT held.allow_negative THEN RAISE EXCEPTION 'the balance does not cover it'; END IF;
    UPDATE account SET balance = balance + moved, version = version + 1, updated_at = now()
      WHERE id = payee RETURNING * INTO changed;
    IF changed.balance > 0 AND NOT changed.allow_positive THEN RAISE EXCEPTION 'the balance may not be positive'; END IF;
    INSERT INTO entry (account, transfer, amount, previous_balance, current_balance, account_version) VALUES
      (payer, made, -moved, held.balance + moved, held.balance, held.version),
      (payee, made, moved, changed.balance - moved, changed.balance, changed.version);
    RETURN made;
  END $$`,
  `CREATE FUNCTION pay(customer bigint, biller bigint, amount numeric) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM move(customer, biller, amount);
    PERFORM move(customer, ${feeAccount}, 55);
  END $$`,
  `INSERT INTO account (id, name, balance, allow_negative, allow_positive)
    SELECT id, 'customer ' || id, 10000000000, false, true FROM generate_series(1, ${customers}) AS id`,
  `INSERT INTO account (id, name, allow_negative, allow_positive)
    SELECT id, 'account ' || id, false, true FROM generate_series(${customers + 1}, ${feeAccount}) AS id`,
  "VACUUM ANALYZE"
]

const script = `\\set customer random(1, ${customers})
\\set biller random(${customers + 1}, ${customers + billers})
\\set amount random(1000, 9999)
SELECT pay(:customer, :biller, :amount);
`

/** Makes the ledger in an empty database. */
export const prepare = (url: string): Promise<void> => execute(url, ...schema)

const call = "SELECT pay($1, $2, $3)"
const drawn = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from + 1))

/** The calls by sessions of our own driver, where there is no pgbench. */
const bySessions = (url: string, clients: number, seconds: number): Promise<number> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const sessions = yield* Effect.all(Array.from({ length: clients }, () => Session.open(url)))
        const begun = performance.now()
        let calls = 0
        const client = (session: Session.Session) =>
          Effect.gen(function* () {
            while (performance.now() - begun < seconds * 1000) {
              const values = [drawn(1, customers), drawn(customers + 1, customers + billers), drawn(1000, 9999)]
              yield* session.rows(call, ...values.map(Session.whole))
              calls++
            }
          })
        yield* Effect.all(sessions.map(client), { concurrency: "unbounded", discard: true })
        return calls / ((performance.now() - begun) / 1000)
      })
    )
  )

/** A side that measures payments per second with so many clients. */
export const paying = (url: string, folder: string, pgbench: string | undefined) => {
  const file = join(folder, "naive.sql")
  writeFileSync(file, script, { mode: 0o644 })
  return (clients: number, seconds: number) => (): Promise<number> =>
    pgbench === undefined
      ? bySessions(url, clients, seconds)
      : Pgbench.run(pgbench, url, seconds, "-c", `${clients}`, "-j", "2", "-f", file)
}
