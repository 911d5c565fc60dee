/**
 * Payments, their bills, and the top-ups that they wait for.
 */
import { entries, firstOf, lines, moved, type Rule } from "./Facts.ts"

const firstPayment = "(SELECT min(id) FROM payment WHERE entry IS NOT NULL)"

/** Rules about payments. A payment that waits for the bank, or whose bank debited nothing, has no entry. */
export const paymentRules: ReadonlyArray<Rule> = [
  {
    name: "a payment whose entry does not move what it says",
    find: `SELECT payment.id FROM payment LEFT JOIN command ON command.id = substr(payment.entry, 1, 26)
      LEFT JOIN entry AS booked ON booked.command = place AND payment.entry = command.id || '.' || booked.n
      WHERE payment.entry IS NOT NULL AND (booked.kind IS NOT 'payment'
        OR ${moved("'liability:cash:' || payment.account", "debit")} <> payment.from_cash
        OR ${moved("'liability:money:' || payment.account", "debit")} <> payment.from_money
        OR ${moved("'liability:merchant:' || payment.biller", "credit")} <> payment.amount
        OR ${moved("'revenue:fees'", "credit")} <> payment.fee)`,
    planted: `UPDATE payment SET from_cash = from_money, from_money = from_cash WHERE id = ${firstPayment}`
  },
  {
    name: "an entry of a payment without the payment",
    find: `SELECT id FROM ${entries} WHERE kind = 'payment' AND id NOT IN (SELECT entry FROM payment WHERE entry IS NOT NULL)`,
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
        WHEN 'funding' THEN bill.state <> 'inPayment' OR bill.payment <> payment.id
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
      WHERE coalesce(returns, 0) <> (state = 'failed' AND payment.entry IS NOT NULL)`,
    planted: `UPDATE payment SET state = 'completed', reason = NULL
      WHERE id = ${firstOf("payment", "state = 'failed' AND entry IS NOT NULL")}`
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
    name: "a payment and its exact top-up that do not belong together, or of which only one went on",
    find: `SELECT coalesce(paid.id, funds.id) FROM (SELECT * FROM payment WHERE top_up IS NOT NULL) AS paid
      FULL JOIN (SELECT * FROM top_up WHERE payment IS NOT NULL) AS funds ON funds.id = paid.top_up
      WHERE funds.payment IS NOT paid.id OR funds.id IS NOT 'top_' || substr(paid.id, 5) OR funds.account <> paid.account
        OR (funds.state = 'processing') <> (paid.state = 'funding')
        OR funds.state = 'failed' AND (paid.state <> 'failed' OR paid.entry IS NOT NULL)
        OR funds.state = 'completed' AND paid.entry IS NULL AND paid.reason = 'topUpFailed'`,
    planted: `UPDATE payment SET state = 'failed', settled_at = paid_at, reason = 'topUpFailed'
      WHERE id = ${firstOf("payment", "state = 'funding'")}`
  },
  {
    name: "an exact top-up of less than what its payment drew from nothing",
    find: `SELECT payment.id FROM payment JOIN top_up ON top_up.payment = payment.id
      WHERE payment.entry IS NOT NULL AND top_up.amount - top_up.fee <> payment.amount + payment.fee`,
    planted: `UPDATE top_up SET amount = amount - 1 WHERE id = ${firstOf("top_up", "payment IS NOT NULL AND state = 'completed'")}`
  }
]
