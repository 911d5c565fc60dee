/**
 * What comes in and what leaves: top-ups of every way, payouts, deposits and suspense, with the limits that count them.
 */
import { entries, firstOf, lines, madeBy, moved, owed, type Rule, said, unbalanced } from "./Facts.ts"

const topUpRules: ReadonlyArray<Rule> = [
  {
    name: "a completed top-up without its entry, or an entry without it",
    find: `SELECT coalesce(top_up.id, request) FROM top_up FULL JOIN (
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
      FULL JOIN ${madeBy("top_", "'TopUpFromBank', 'PaySlip'", `tag = 'TopUpFromBank' OR ${said("outcome", "topUp")} IS NOT NULL`)}
        ON asked = top_up.id
      WHERE asked IS NULL OR top_up.id IS NULL`,
    planted: "DELETE FROM top_up WHERE id = (SELECT min(id) FROM top_up)"
  },
  {
    name: "a top-up at a counter without its entry, or the entry without it",
    find: `SELECT coalesce(direct_top_up.id, asked) FROM (SELECT * FROM direct_top_up WHERE state = 'shop') AS direct_top_up
      FULL JOIN (SELECT 'dir_' || made_by AS asked, sum(amount) AS taken FROM ${entries} AS booked
        JOIN ${lines} AS line ON line.command = booked.command AND entry = booked.n
          AND account LIKE 'asset:shop:%' AND side = 'debit' WHERE tag = 'TopUpAtShop' GROUP BY 1
      ) ON asked = direct_top_up.id
      WHERE taken IS NOT amount`,
    planted: "DELETE FROM direct_top_up WHERE id = (SELECT min(id) FROM direct_top_up)"
  }
]

const answered = (
  kind: string
): string => `(SELECT ${said("content", "request")} AS request, count(*) AS times, id AS settling
    FROM ${entries} WHERE kind = '${kind}' GROUP BY 1)`

const payoutRules: ReadonlyArray<Rule> = [
  {
    name: "a payout without the command that asked for it, or the command without the payout",
    find: `SELECT coalesce(payout.id, asked) FROM payout FULL JOIN ${madeBy("out_", "'RequestPayout'")} ON asked = payout.id
      WHERE asked IS NULL OR payout.id IS NULL`,
    planted: "DELETE FROM payout WHERE id = (SELECT min(id) FROM payout)"
  },
  {
    name: "a payout whose reserve does not move what it says, or a reserve without its payout",
    find: `SELECT coalesce(payout.id, booked.id) FROM payout
      FULL JOIN (SELECT * FROM ${entries} WHERE kind = 'payoutRequested') AS booked ON booked.id = payout.entry
      WHERE ${moved("'liability:money:' || payout.account", "debit")} IS NOT payout.amount + payout.fee
        OR ${moved("'liability:payout-in-transit'", "credit")} IS NOT payout.amount
        OR ${moved("'liability:fees-held'", "credit")} IS NOT payout.fee`,
    planted: `UPDATE payout SET amount = amount + 1 WHERE id = ${firstOf("payout", "state = 'failed'")}`
  },
  {
    name: "a completed payout that was not settled once as it says, or a settling of one that is not completed",
    find: `SELECT coalesce(payout.id, request) FROM payout FULL JOIN ${answered("payoutCompleted")} USING (request)
      LEFT JOIN ${entries} AS booked ON booked.id = settling
      WHERE coalesce(times, 0) IS NOT (payout.state = 'completed') OR payout.state = 'completed' AND (
        ${moved("'liability:payout-in-transit'", "debit")} <> payout.amount
        OR ${moved("'asset:bank:' || payout.bank", "credit")} <> payout.amount
        OR ${moved("'liability:fees-held'", "debit")} <> payout.fee OR ${moved("'revenue:fees'", "credit")} <> payout.fee)`,
    planted: `UPDATE payout SET state = 'failed', reason = 'none' WHERE id = ${firstOf("payout", "state = 'completed'")}`
  },
  {
    name: "a failed payout that was not returned once, or a return of one that did not fail",
    find: `SELECT coalesce(payout.id, reverses) FROM payout FULL JOIN (
        SELECT reverses, count(*) AS returns FROM ${entries} WHERE kind = 'payoutReversed' GROUP BY reverses
      ) ON reverses = payout.entry
      WHERE coalesce(returns, 0) IS NOT (payout.state = 'failed')`,
    planted: `UPDATE payout SET state = 'completed', reason = NULL WHERE id = ${firstOf("payout", "state = 'failed'")}`
  },
  {
    name: "a settled payout whose holder was not told so once",
    find: `SELECT payout.id FROM payout WHERE state <> 'processing' AND 1 <> (SELECT count(*) FROM notice
        WHERE subject = payout.id AND kind = iif(payout.state = 'completed', 'payoutCompleted', 'payoutFailed'))`,
    planted: "DELETE FROM notice WHERE kind = 'payoutCompleted'"
  },
  {
    name: "payouts in transit that are not those in process",
    find: `SELECT sum(amount) FROM payout WHERE state = 'processing'
      HAVING coalesce(sum(amount), 0) <> ${owed("liability:payout-in-transit")}`,
    planted: unbalanced("liability:payout-in-transit")
  },
  {
    name: "fees held that are not those of payouts in process",
    find: `SELECT sum(fee) FROM payout WHERE state = 'processing'
      HAVING coalesce(sum(fee), 0) <> ${owed("liability:fees-held")}`,
    planted: unbalanced("liability:fees-held")
  }
]

const issuedNumber = "provider || ':' || json_extract(issued, '$.number')"

const depositRules: ReadonlyArray<Rule> = [
  {
    name: "a deposit top-up without the command that asked for it, or the command without the top-up",
    find: `SELECT coalesce(deposit_top_up.id, asked) FROM deposit_top_up
      FULL JOIN ${madeBy("dep_", "'RequestDeposit'")} ON asked = deposit_top_up.id
      WHERE asked IS NULL OR deposit_top_up.id IS NULL`,
    planted: "DELETE FROM deposit_top_up WHERE id = (SELECT min(id) FROM deposit_top_up)"
  },
  {
    name: "a deposit that was not booked once, as credited or suspended, or a booking without its deposit",
    find: `SELECT coalesce(deposit.id, booking) FROM deposit FULL JOIN (
        SELECT ${said("outcome", "id")} AS booking, max(kind) AS kind, sum(amount) AS taken, count(*) AS times
        FROM ${entries} AS booked JOIN ${lines} AS line ON line.command = booked.command AND entry = booked.n
          AND account LIKE 'asset:receivable:%' AND side = 'debit'
        WHERE tag = 'RecordDeposit' GROUP BY 1
      ) ON booking = deposit.id
      WHERE times IS NOT 1 OR taken IS NOT amount OR kind IS NOT iif(cause IS NULL, 'topUp', 'unexpectedDeposit')`,
    planted: `UPDATE deposit SET cause = NULL WHERE id = ${firstOf("deposit", "cause = 'alreadyCompleted'")}`
  },
  {
    name: "a completed deposit top-up without its one deposit, or a credited deposit without it",
    find: `SELECT coalesce(deposit_top_up.id, top_up) FROM deposit_top_up FULL JOIN (
        SELECT top_up, count(*) AS times, max(id) AS credited, max(amount) AS paid FROM deposit WHERE cause IS NULL GROUP BY 1
      ) ON top_up = deposit_top_up.id
      WHERE coalesce(times, 0) IS NOT (state = 'completed')
        OR state = 'completed' AND (credited <> deposit OR paid <> amount)`,
    planted: `UPDATE deposit_top_up SET state = 'expired', credited_to = NULL, deposit = NULL
      WHERE id = ${firstOf("deposit_top_up", "state = 'completed'")}`
  },
  {
    name: "a deposit in suspense without its item, or the item without the deposit",
    find: `SELECT coalesce(deposit.id, item.id) FROM (SELECT * FROM deposit WHERE cause IS NOT NULL) AS deposit
      FULL JOIN (SELECT * FROM suspense_item WHERE against LIKE 'asset:receivable:%') AS item ON subject = deposit.id
      WHERE item.cause IS NOT deposit.cause OR item.amount <> deposit.amount`,
    planted: `DELETE FROM suspense_item WHERE id = ${firstOf("suspense_item", "cause = 'otherAmount'")}`
  },
  {
    name: "a number that was issued and is not known, or known without being issued or paid for",
    find: `SELECT coalesce(known.id, number) FROM (SELECT id AS owner, ${issuedNumber} AS number FROM deposit_top_up
        WHERE issued IS NOT NULL) FULL JOIN number_issued AS known ON known.id = number
      WHERE known.id IS NULL OR owner <> known.top_up OR number IS NULL AND NOT EXISTS (
        SELECT 1 FROM deposit WHERE deposit.top_up = known.top_up AND provider || ':' || deposit.number = known.id)`,
    planted: `DELETE FROM number_issued WHERE top_up = ${firstOf("deposit_top_up", "issued IS NOT NULL")}`
  }
]

const booked = (kinds: string, id: string): string =>
  `(SELECT ${id} AS item, sum(amount) AS amount, count(*) AS times FROM ${entries} AS booked
    JOIN ${lines} AS line ON line.command = booked.command AND entry = booked.n
      AND account IN ('liability:suspense', 'asset:suspense') WHERE kind IN (${kinds}) GROUP BY 1)`

const suspenseRules: ReadonlyArray<Rule> = [
  {
    name: "what is owed in suspense that is not what came in and is open",
    find: `SELECT sum(amount) FROM suspense_item WHERE state = 'open' AND direction = 'in'
      HAVING coalesce(sum(amount), 0) <> ${owed("liability:suspense")}`,
    planted: unbalanced("liability:suspense")
  },
  {
    name: "what is due in suspense that is not what went out and is open",
    find: `SELECT sum(amount) FROM suspense_item WHERE state = 'open' AND direction = 'out'
      HAVING coalesce(sum(amount), 0) <> -${owed("asset:suspense")}`,
    planted: unbalanced("asset:suspense")
  },
  {
    name: "an item in suspense that was not booked there once, or a booking without its item",
    find: `SELECT coalesce(kept.id, item) FROM suspense_item AS kept
      FULL JOIN ${booked("'unexpectedDeposit', 'unexpectedOutlay'", "'sus_' || made_by")} AS book ON item = kept.id
      WHERE book.times IS NOT 1 OR book.amount IS NOT kept.amount`,
    planted: "DELETE FROM suspense_item WHERE id = (SELECT max(id) FROM suspense_item)"
  },
  {
    name: "a resolved item that was not taken out of suspense once, or one taken out that is open",
    find: `SELECT coalesce(kept.id, item) FROM suspense_item AS kept
      FULL JOIN ${booked("'suspenseResolved'", said("content", "item"))} AS book ON item = kept.id
      WHERE coalesce(book.times, 0) IS NOT (kept.state = 'resolved') OR book.amount <> kept.amount`,
    planted: `UPDATE suspense_item SET state = 'open', resolution = NULL, credited_to = NULL, resolved_at = NULL
      WHERE id = ${firstOf("suspense_item", "state = 'resolved'")}`
  }
]

const day = (at: string): string => `strftime('%Y-%m-%d', ${at} / 1000 + 32400, 'unixepoch')`
const month = (at: string): string => `strftime('%Y-%m', ${at} / 1000 + 32400, 'unixepoch')`

/** What counts in a day and a month, and what is in flight. */
const counting = (of: {
  readonly table: string
  readonly operation: string
  readonly way: string
  readonly at: string
  readonly counts: string
  readonly flies: string
}): string =>
  [
    [day(of.at), of.counts],
    [month(of.at), of.counts],
    ["'inFlight'", of.flies]
  ]
    .map(
      ([
        period,
        where
      ]) => `SELECT account, '${of.operation}' AS operation, ${period} AS period, ${of.way} AS way, amount
        FROM ${of.table} WHERE ${where}`
    )
    .join(" UNION ALL ")

const counted = [
  { table: "payment", operation: "payment", way: "way", at: "paid_at", flies: "state IN ('funding', 'processing')" },
  { table: "top_up", operation: "topUp", way: "way", at: "asked_at", flies: "state = 'processing'" },
  { table: "deposit_top_up", operation: "topUp", way: "way", at: "asked_at", flies: "state = 'awaiting'" },
  { table: "direct_top_up", operation: "topUp", way: "'shop'", at: "at", flies: "FALSE" },
  { table: "payout", operation: "payout", way: "'bank'", at: "asked_at", flies: "state = 'processing'" }
].map((of) => counting({ ...of, counts: "state NOT IN ('failed', 'expired', 'imported')" }))

const limitRules: ReadonlyArray<Rule> = [
  {
    name: "a limit's counter that is not the sum of what it counts",
    find: `WITH counted AS (
        SELECT account, operation, period, way, sum(amount) AS sum FROM (${counted.join(" UNION ALL ")}) GROUP BY 1, 2, 3, 4
      ), used AS (SELECT account, operation, period, key AS way, value FROM usage, json_each(by_way))
      SELECT account, operation, period, way FROM used FULL JOIN counted USING (account, operation, period, way)
        WHERE coalesce(value, 0) <> coalesce(sum, 0)`,
    planted: `UPDATE usage SET total = total + 1, by_way = json_set(by_way, '$.bank', json_extract(by_way, '$.bank') + 1)
      WHERE id = ${firstOf("usage", "operation = 'payout' AND period = 'inFlight'")}`
  },
  {
    name: "a limit's counter whose ways are not its total",
    find: "SELECT id FROM usage WHERE total <> (SELECT sum(value) FROM json_each(by_way))",
    planted: "UPDATE usage SET total = total + 1 WHERE id = (SELECT max(id) FROM usage)"
  }
]

/** Rules about the wallet. */
export const walletRules: ReadonlyArray<Rule> = [
  ...topUpRules,
  ...payoutRules,
  ...depositRules,
  ...suspenseRules,
  ...limitRules
]
