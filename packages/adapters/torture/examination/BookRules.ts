/**
 * The books themselves, what waits outside them, and accounts with what is theirs alone.
 */
import { firstOf, type Rule } from "./Facts.ts"

/** Whatever waits for an answer from outside, by its request. */
const waiting = `SELECT request FROM top_up WHERE state = 'processing'
        UNION ALL SELECT request FROM payout WHERE state = 'processing' AND route = 'gateway'
        UNION ALL SELECT request FROM bank_link WHERE state = 'inProcedure'
        UNION ALL SELECT 'req_' || substr(entry, 1, 26) FROM payment WHERE state = 'processing'`

/** A number may be issued for whatever did not fail; a deposit can come before it is known here. */
const numberless = "SELECT request FROM deposit_top_up WHERE issued IS NULL"

/** Rules about the books, the outbox and accounts. */
export const bookRules: ReadonlyArray<Rule> = [
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
    find: `SELECT request FROM (${waiting} UNION ALL ${numberless} AND state = 'awaiting')
      WHERE request NOT IN (SELECT id FROM outbox)`,
    planted: "DELETE FROM outbox"
  },
  {
    name: "a request for which nothing waits",
    find: `SELECT id FROM outbox
      WHERE kind IN ('bankLink', 'bankDebit', 'bankCredit', 'depositNumber', 'billerNotice')
        AND id NOT IN (${waiting} UNION ALL ${numberless} AND state <> 'failed')`,
    planted: `UPDATE payout SET state = 'failed', reason = 'none', settled_at = asked_at
      WHERE id = ${firstOf("payout", "state = 'processing'")}`
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
