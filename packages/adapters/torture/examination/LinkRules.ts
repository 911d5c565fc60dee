/**
 * Bank links: their procedures, what is done with them, and what an account uses them for.
 */
import { entries, firstOf, lines, madeBy, type Rule, said } from "./Facts.ts"

/** Rules about bank links. */
export const linkRules: ReadonlyArray<Rule> = [
  {
    name: "a link without the command that added it or its bank account, or the command without the link",
    find: `SELECT coalesce(bank_link.id, asked) FROM bank_link
      FULL JOIN ${madeBy("link_", "'AddBankLink', 'LinkBankAccount'")} ON asked = bank_link.id
      LEFT JOIN personal ON 'link_' || personal.id = asked
      WHERE asked IS NULL OR bank_link.id IS NULL OR personal.id IS NULL`,
    planted: "DELETE FROM personal WHERE 'link_' || id = (SELECT max(id) FROM bank_link)"
  },
  {
    name: "a registered link without its claim, or the claim without the link",
    find: `SELECT coalesce(linked.id, claim.id) FROM (SELECT * FROM bank_link WHERE state = 'registered') AS linked
      FULL JOIN (SELECT * FROM claim WHERE kind = 'bankAccount' AND state = 'held') AS claim
        ON claim.id = 'bankAccount:' || linked.bank_account
      WHERE claim.account IS NOT linked.account`,
    planted: "DELETE FROM claim WHERE id = (SELECT min(id) FROM claim WHERE kind = 'bankAccount')"
  },
  {
    name: "a link that counts other operations than those in process on it",
    find: `SELECT id FROM bank_link WHERE state = 'registered' AND coalesce(operations, 0) <>
      (SELECT count(*) FROM top_up WHERE link = bank_link.id AND state = 'processing')
      + (SELECT count(*) FROM payout WHERE link = bank_link.id AND state = 'processing')`,
    planted: `UPDATE bank_link SET operations = coalesce(operations, 0) + 1 WHERE id = ${firstOf("bank_link", "state = 'registered'")}`
  },
  {
    name: "an operation in process on a link that is not registered",
    find: `SELECT id FROM (SELECT id, link FROM top_up WHERE state = 'processing'
        UNION ALL SELECT id, link FROM payout WHERE state = 'processing')
      WHERE link NOT IN (SELECT id FROM bank_link WHERE state = 'registered')`,
    planted: `UPDATE bank_link SET state = 'provisional', settled_at = NULL, operations = NULL
      WHERE id = ${firstOf("bank_link", "operations IS NOT NULL")}`
  },
  {
    name: "settings that name a link that is not registered or not the account's own",
    find: `SELECT bank_settings.account FROM bank_settings,
        json_each(json_array(exact_top_up, payout_account)) AS used LEFT JOIN bank_link ON bank_link.id = used.value
      WHERE used.value IS NOT NULL AND (bank_link.state IS NOT 'registered' OR bank_link.account <> bank_settings.account)`,
    planted: `UPDATE bank_settings SET exact_top_up = (SELECT max(id) FROM bank_link WHERE account <> bank_settings.account)
      WHERE account = (SELECT min(account) FROM bank_settings)`
  },
  {
    name: "settings that count other registrations than there were",
    find: `SELECT coalesce(bank_settings.account, told) FROM bank_settings FULL JOIN (
        SELECT account AS told, count(*) AS times FROM notice WHERE kind = 'bankLinkRegistered' GROUP BY 1
      ) ON told = bank_settings.account
      WHERE coalesce(registrations, 0) <> coalesce(times, 0)`,
    planted: `UPDATE bank_settings SET registrations = registrations + 1
      WHERE account = (SELECT min(account) FROM bank_settings)`
  },
  {
    name: "a link that is in procedure or registered without its procedure",
    find: `SELECT bank_link.id FROM bank_link LEFT JOIN link_procedure ON link_procedure.id = request
      WHERE state IN ('inProcedure', 'registered') AND (link IS NOT bank_link.id OR link_procedure.account <> bank_link.account)`,
    planted: "DELETE FROM link_procedure WHERE link = (SELECT max(id) FROM bank_link WHERE state = 'inProcedure')"
  },
  {
    name: "a registration whose fee was not booked once, or a fee without the registration",
    find: `SELECT coalesce(procedure.id, answered) FROM (SELECT link_procedure.* FROM link_procedure
        JOIN bank_link ON request = link_procedure.id AND state = 'registered' WHERE fee IS NOT NULL) AS procedure
      FULL JOIN (SELECT ${said("content", "request")} AS answered, sum(amount) AS charged FROM ${entries} AS booked
        JOIN ${lines} AS line ON line.command = booked.command AND entry = booked.n AND account = 'revenue:fees'
        WHERE kind = 'bankRegistration' GROUP BY 1) ON answered = procedure.id
      WHERE charged IS NOT fee`,
    planted: "UPDATE link_procedure SET fee = fee + 1"
  }
]
