/**
 * Agreement: what the tables of one file must say of each other, as queries that find what is half or wrong.
 *
 * They are written in SQL, apart from the code that writes the rows. Beside each stands a change by a foreign hand that it
 * must find.
 */
import { DatabaseSync } from "node:sqlite"
import { bookRules } from "./BookRules.ts"
import type { Rule } from "./Facts.ts"
import { linkRules } from "./LinkRules.ts"
import { paymentRules } from "./PaymentRules.ts"
import { walletRules } from "./WalletRules.ts"

export const rules: ReadonlyArray<Rule> = [...paymentRules, ...walletRules, ...linkRules, ...bookRules]

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
