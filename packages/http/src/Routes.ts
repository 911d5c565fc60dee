/**
 * The route table: everything that the server answers, in the order of the reference page.
 */
import * as Accounts from "./routes/Accounts.ts"
import * as BankLinks from "./routes/BankLinks.ts"
import * as History from "./routes/History.ts"
import * as Notices from "./routes/Notices.ts"
import * as Operations from "./routes/Operations.ts"
import * as Payments from "./routes/Payments.ts"
import * as TopUps from "./routes/TopUps.ts"
import type { RefusalOf, ServicesOf } from "./Route.ts"

export const routes = [
  Accounts.challenge,
  Accounts.open,
  Accounts.verifyIdentity,
  Accounts.balances,
  BankLinks.link,
  BankLinks.get,
  TopUps.quote,
  TopUps.fromBank,
  TopUps.get,
  Payments.quote,
  Payments.pay,
  Payments.get,
  History.page,
  Operations.contract,
  Operations.policy,
  Notices.page,
  Operations.health
] as const

/** Every refusal that some route can end with. */
export type AnyRefusal = RefusalOf<(typeof routes)[number]>

/** What the routes need. */
export type Services = ServicesOf<(typeof routes)[number]>
