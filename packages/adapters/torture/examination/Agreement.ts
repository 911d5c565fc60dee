/**
 * Agreement: what the tables of one file must say of each other, as queries that find what is half or wrong.
 *
 * They are written in SQL, apart from the code that writes the rows. Beside each stands a change by a foreign hand that it
 * must find.
 */
import { DatabaseSync } from "node:sqlite"

export interface Rule {
  /** What the rows found are. */
  readonly name: string
  readonly find: string
  /** Statements that make one such row, on a connection without foreign keys, after the triggers were dropped. */
  readonly planted: string
}

/** Entries with their ids, which have no column of their own. */
const entries = `(SELECT command.id || '.' || n AS id, entry.command, n, entry.kind,
  reversed.id || '.' || reverses_n AS reverses
  FROM entry LEFT JOIN command ON command.place = entry.command
  LEFT JOIN command AS reversed ON reversed.place = reverses_command)`

/** Lines with the codes of their accounts and their sides. */
const lines = `(SELECT posting.command, entry, posting.n, balance.account, abs(amount) AS amount,
  iif(amount > 0, 'debit', 'credit') AS side
  FROM posting LEFT JOIN balance ON balance.id = posting.account)`

const moved = (account: string, side: "debit" | "credit"): string =>
  `(SELECT coalesce(sum(abs(amount)), 0) FROM posting JOIN balance ON balance.id = posting.account
    WHERE posting.command = booked.command AND entry = booked.n AND balance.account = ${account}
    AND (amount > 0) = ('${side}' = 'debit'))`

const day = (at: string): string => `strftime('%Y-%m-%d', ${at} / 1000 + 32400, 'unixepoch')`
const month = (at: string): string => `strftime('%Y-%m', ${at} / 1000 + 32400, 'unixepoch')`
const counting = (table: string, operation: string, at: string): string =>
  [day(at), month(at)]
    .map(
      (period) => `SELECT account, '${operation}' AS operation, ${period} AS period, amount
        FROM ${table} WHERE state <> 'failed'`
    )
    .join(" UNION ALL ")

const firstPayment = "(SELECT min(id) FROM payment)"

export const rules: ReadonlyArray<Rule> = [
  {
    name: "a payment whose entry does not move what it says",
    find: `SELECT payment.id FROM payment LEFT JOIN command ON command.id = substr(payment.entry, 1, 26)
      LEFT JOIN entry AS booked ON booked.command = place AND payment.entry = command.id || '.' || booked.n
      WHERE booked.kind IS NOT 'payment'
        OR ${moved("'liability:cash:' || payment.account", "debit")} <> payment.from_cash
        OR ${moved("'liability:money:' || payment.account", "debit")} <> payment.from_money
        OR ${moved("'liability:merchant:' || payment.biller", "credit")} <> payment.amount
        OR ${moved("'revenue:fees'", "credit")} <> payment.fee`,
    planted: `UPDATE payment SET from_cash = from_money, from_money = from_cash WHERE id = ${firstPayment}`
  },
  {
    name: "an entry of a payment without the payment",
    find: `SELECT id FROM ${entries} WHERE kind = 'payment' AND id NOT IN (SELECT entry FROM payment)`,
    planted: `DELETE FROM payment WHERE id = ${firstPayment}`
  },
  {
    name: "a payment without the command that made it, or the command without the payment",
    find: `SELECT payment.id FROM payment
      LEFT JOIN command ON command.id = substr(payment.id, 5) AND tag = 'PaySlip' AND payment.id = 'pay_' || command.id
      WHERE json_extract(outcome, '$.barcode') IS NOT payment.barcode OR json_extract(outcome, '$.amount') IS NOT payment.amount
      UNION ALL SELECT id FROM command WHERE tag = 'PaySlip' AND 'pay_' || id NOT IN (SELECT id FROM payment)`,
    planted: `UPDATE payment SET id = 'pay_other' WHERE id = ${firstPayment}`
  },
  {
    name: "a payment whose bill says otherwise",
    find: `SELECT payment.id FROM payment LEFT JOIN bill USING (barcode)
      WHERE bill.state IS NULL OR CASE payment.state
        WHEN 'completed' THEN bill.state <> 'paid' OR bill.payment <> payment.id
        WHEN 'processing' THEN bill.state <> 'inPayment' OR bill.payment <> payment.id
        ELSE bill.payment = payment.id AND bill.state <> 'payable' END`,
    planted: "UPDATE bill SET state = 'payable' WHERE barcode = (SELECT min(barcode) FROM bill WHERE state = 'paid')"
  },
  {
    name: "a bill without its payment",
    find: "SELECT bill.barcode FROM bill LEFT JOIN payment ON payment.id = bill.payment WHERE payment.barcode IS NOT bill.barcode",
    planted: `DELETE FROM payment WHERE id = ${firstPayment}`
  },
  {
    name: "a bill that is paid twice",
    find: "SELECT barcode FROM payment WHERE state <> 'failed' GROUP BY barcode HAVING count(*) > 1",
    planted: `UPDATE payment SET barcode = (SELECT max(barcode) FROM payment WHERE state = 'completed')
      WHERE id = (SELECT id FROM payment WHERE state = 'completed' ORDER BY barcode LIMIT 1)`
  },
  {
    name: "a failed payment that was not returned once, or a return of one that did not fail",
    find: `SELECT payment.id FROM payment LEFT JOIN (
        SELECT reverses, count(*) AS returns FROM ${entries} WHERE kind = 'paymentReversed' GROUP BY reverses
      ) ON reverses = payment.entry
      WHERE coalesce(returns, 0) <> (state = 'failed')`,
    planted: `UPDATE payment SET state = 'completed', reason = NULL
      WHERE id = (SELECT min(id) FROM payment WHERE state = 'failed')`
  },
  {
    name: "a return that is not the payment's entry with its sides changed",
    find: `SELECT back.command FROM entry AS back
      JOIN ${lines} AS line ON line.command = back.reverses_command AND line.entry = back.reverses_n
      LEFT JOIN ${lines} AS returned ON returned.command = back.command AND returned.entry = back.n
        AND returned.account = line.account AND returned.side <> line.side AND returned.amount = line.amount
      WHERE returned.n IS NULL`,
    planted: `UPDATE posting SET amount = amount + 1
      WHERE command = (SELECT max(command) FROM entry WHERE kind = 'paymentReversed')`
  },
  {
    name: "a failed payment whose holder was not told",
    find: `SELECT payment.id FROM payment LEFT JOIN notice ON notice.subject = payment.id AND notice.kind IN ('paymentFailed', 'topUpKept')
      WHERE (payment.state = 'failed') <> (notice.id IS NOT NULL)`,
    planted: "DELETE FROM notice WHERE kind = 'paymentFailed'"
  },
  {
    name: "a completed top-up without its entry, or an entry without it",
    find: `SELECT top_up.id FROM top_up LEFT JOIN (
        SELECT json_extract(command.content, '$.request') AS request, sum(line.amount) AS credited
        FROM entry JOIN command ON command.place = entry.command
        JOIN ${lines} AS line ON line.command = entry.command AND line.entry = entry.n
          AND line.account LIKE 'asset:bank:%' AND line.side = 'debit'
        WHERE entry.kind = 'topUp' GROUP BY 1
      ) USING (request)
      WHERE coalesce(credited, 0) <> iif(state = 'completed', amount, 0)`,
    planted: `UPDATE top_up SET state = 'failed', credited_to = NULL, reason = 'none'
      WHERE id = (SELECT min(id) FROM top_up WHERE state = 'completed')`
  },
  {
    name: "a top-up without the command that asked for it, or the command without the top-up",
    find: `SELECT coalesce(top_up.id, asked) FROM top_up
      FULL JOIN (SELECT 'top_' || id AS asked FROM command WHERE tag = 'TopUpFromBank') ON asked = top_up.id
      WHERE asked IS NULL OR top_up.id IS NULL`,
    planted: "DELETE FROM top_up WHERE id = (SELECT min(id) FROM top_up)"
  },
  {
    name: "a limit's counter that is not the sum of what it counts",
    find: `WITH counted AS (
        SELECT account, operation, period, sum(amount) AS sum FROM (
          ${counting("payment", "payment", "paid_at")} UNION ALL ${counting("top_up", "topUp", "asked_at")}
          UNION ALL SELECT account, 'topUp', 'inFlight', amount FROM top_up WHERE state = 'processing'
          UNION ALL SELECT account, 'payment', 'inFlight', amount FROM payment WHERE state = 'processing'
        ) GROUP BY account, operation, period
      )
      SELECT account, operation, period FROM usage FULL JOIN counted USING (account, operation, period)
      WHERE coalesce(total, 0) <> coalesce(sum, 0)
        OR coalesce(json_extract(by_way, '$.bank'), json_extract(by_way, '$.barcode')) IS NOT total`,
    planted: "UPDATE usage SET total = total + 1 WHERE id = (SELECT max(id) FROM usage)"
  },
  {
    name: "a balance that is not the sum of its lines",
    find: `SELECT coalesce(balance.account, booked) FROM balance FULL JOIN (
        SELECT account AS booked, sum(max(amount, 0)) AS debited, sum(max(-amount, 0)) AS credited
        FROM posting GROUP BY account
      ) ON booked = balance.id
      WHERE debits IS NOT debited OR credits IS NOT credited`,
    planted: "UPDATE balance SET credits = credits + 1 WHERE account = 'revenue:fees'"
  },
  {
    name: "a line whose totals do not follow from the line before",
    find: `SELECT command, entry, n FROM (
        SELECT *, sum(max(amount, 0)) OVER line AS debited, sum(max(-amount, 0)) OVER line AS credited
        FROM posting WINDOW line AS (PARTITION BY account ORDER BY command, entry, n)
      ) WHERE debits <> debited OR credits <> credited`,
    planted:
      "UPDATE posting SET debits = debits + 1, credits = credits + 1 WHERE command = (SELECT max(command) FROM posting)"
  },
  {
    name: "a line that is booked at another time than its command, or whose account is not of its lane",
    find: `SELECT posting.command FROM posting LEFT JOIN command ON place = posting.command
      LEFT JOIN balance ON balance.id = posting.account
      WHERE posting.booked_at IS NOT command.booked_at OR balance.lane IS NOT
        iif(balance.account LIKE 'liability:cash:%' OR balance.account LIKE 'liability:money:%', 0, place & 255)`,
    planted: "UPDATE posting SET booked_at = booked_at - 1 WHERE command = (SELECT max(command) FROM posting)"
  },
  {
    name: "something that waits without a request",
    find: `SELECT request FROM (
        SELECT request FROM top_up WHERE state = 'processing'
        UNION ALL SELECT request FROM bank_link WHERE state = 'inProcedure'
        UNION ALL SELECT 'req_' || substr(entry, 1, 26) FROM payment WHERE state = 'processing'
      ) WHERE request NOT IN (SELECT id FROM outbox)`,
    planted: "DELETE FROM outbox"
  },
  {
    name: "a request for which nothing waits",
    find: `SELECT id FROM outbox WHERE kind IN ('bankLink', 'bankDebit', 'billerNotice') AND id NOT IN (
        SELECT request FROM top_up WHERE state = 'processing'
        UNION ALL SELECT request FROM bank_link WHERE state = 'inProcedure'
        UNION ALL SELECT 'req_' || substr(entry, 1, 26) FROM payment WHERE state = 'processing'
      )`,
    planted: `UPDATE top_up SET state = 'failed', reason = 'none', settled_at = asked_at
      WHERE id = (SELECT min(id) FROM top_up WHERE state = 'processing')`
  },
  {
    name: "a code on its way without a request",
    find: `SELECT id FROM otp WHERE delivery = 'pending' AND 'req_' || substr(id, 5) NOT IN (SELECT id FROM outbox)`,
    planted: "UPDATE otp SET delivery = 'pending'"
  },
  {
    name: "a message that is to be sent about nothing",
    find: `SELECT id FROM outbox WHERE kind = 'notice' AND subject NOT IN (SELECT id FROM notice WHERE recipient = 'holder')
      UNION ALL SELECT id FROM outbox WHERE kind = 'otp' AND subject NOT IN (SELECT id FROM otp WHERE delivery = 'pending')`,
    planted: "UPDATE outbox SET subject = 'nothing' WHERE kind = 'notice'"
  },
  {
    name: "an account without its command, its three claims or its personal data, or the command without the account",
    find: `SELECT coalesce(account.id, opened) FROM account
      FULL JOIN (SELECT id AS opened FROM command WHERE tag IN ('OpenAccount', 'OpenAccount/2', 'ImportLegacyAccount')) ON account.id = 'acct_' || opened
      LEFT JOIN (
        SELECT claim.account AS holder, count(*) AS held FROM claim WHERE kind <> 'bankAccount' GROUP BY claim.account
      ) ON holder = account.id
      LEFT JOIN personal ON personal.id = opened
      WHERE account.id IS NULL OR opened IS NULL OR held IS NOT 3 OR personal.id IS NULL`,
    planted: "DELETE FROM personal WHERE id = (SELECT max(substr(id, 6)) FROM account)"
  },
  {
    name: "a registered link without its claim, or the claim without the link",
    find: `SELECT coalesce(bank_link.id, claim.id) FROM (SELECT * FROM bank_link WHERE state = 'registered') AS bank_link
      FULL JOIN (SELECT * FROM claim WHERE kind = 'bankAccount') AS claim ON claim.account = bank_link.account
      WHERE claim.id IS NULL OR bank_link.id IS NULL`,
    planted: "DELETE FROM claim WHERE id = (SELECT min(id) FROM claim WHERE kind = 'bankAccount')"
  },
  {
    name: "damage that SQLite finds itself",
    find: "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    planted: ""
  },
  {
    name: "a reference to a row that is not there",
    find: "SELECT * FROM pragma_foreign_key_check",
    planted: "DELETE FROM bank_link WHERE id = (SELECT min(link) FROM top_up)"
  }
]

/** What the rules find in a file: the name of the rule, how many rows, and the first of them. */
export const disagreements = (filename: string): ReadonlyArray<string> => {
  const database = new DatabaseSync(filename, { readOnly: true })
  try {
    return rules.flatMap(({ find, name }) => {
      const rows = database.prepare(find).all()
      return rows.length === 0 ? [] : [`${name}: ${rows.length}, first ${Object.values(rows[0] ?? {}).join(" ")}`]
    })
  } finally {
    database.close()
  }
}
