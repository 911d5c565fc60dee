/**
 * The route table: everything that the server answers, in the order of the reference page.
 */
import type { DeliveryReports } from "@kinchaku/domain/notice/DeliveryReports"
import type { DepositDiffers } from "@kinchaku/domain/topup/DepositBooking"
import * as AccountChanges from "./routes/AccountChanges.ts"
import * as AccountOffice from "./routes/AccountOffice.ts"
import * as Accounts from "./routes/Accounts.ts"
import { certificateRoutes } from "./routes/Certificates.ts"
import { enrolmentRoutes } from "./routes/Enrolments.ts"
import { purchaseRoutes } from "./routes/Purchases.ts"
import { tokenDeskRoutes } from "./routes/TokenDesk.ts"
import { tokenRoutes } from "./routes/Tokens.ts"
import * as BankLinks from "./routes/BankLinks.ts"
import * as BankSettings from "./routes/BankSettings.ts"
import * as Codes from "./routes/Codes.ts"
import * as DepositTopUps from "./routes/DepositTopUps.ts"
import * as History from "./routes/History.ts"
import * as Notices from "./routes/Notices.ts"
import * as Operations from "./routes/Operations.ts"
import * as Payments from "./routes/Payments.ts"
import * as PayoutBatches from "./routes/PayoutBatches.ts"
import * as Payouts from "./routes/Payouts.ts"
import * as Reports from "./routes/Reports.ts"
import * as Sessions from "./routes/Sessions.ts"
import * as ShopTopUps from "./routes/ShopTopUps.ts"
import * as Staff from "./routes/Staff.ts"
import * as Suspense from "./routes/Suspense.ts"
import * as TopUps from "./routes/TopUps.ts"
import type { RefusalOf, ServicesOf } from "./Route.ts"

export const routes = [
  Sessions.challenge,
  Sessions.withCertificate,
  Sessions.withPassword,
  Sessions.current,
  Sessions.end,
  Codes.ask,
  Codes.prove,
  Codes.forPassword,
  Codes.confirm,
  Codes.get,
  Accounts.open,
  Accounts.verifyIdentity,
  Accounts.profile,
  Accounts.balances,
  AccountChanges.phone,
  AccountChanges.email,
  AccountChanges.password,
  AccountChanges.suspend,
  AccountChanges.resume,
  AccountChanges.close,
  AccountChanges.migrationCode,
  AccountChanges.migrate,
  ...certificateRoutes,
  BankSettings.banks,
  BankLinks.link,
  BankLinks.list,
  BankLinks.get,
  BankLinks.quote,
  BankLinks.start,
  BankLinks.page,
  BankLinks.remove,
  BankSettings.settings,
  BankSettings.setExactTopUp,
  BankSettings.setPayoutAccount,
  TopUps.quote,
  TopUps.fromBank,
  TopUps.get,
  DepositTopUps.ways,
  DepositTopUps.quote,
  DepositTopUps.request,
  DepositTopUps.get,
  ShopTopUps.quote,
  ShopTopUps.load,
  Payments.quote,
  Payments.quoteFor,
  Payments.pay,
  Payments.get,
  Payouts.quote,
  Payouts.request,
  Payouts.get,
  History.page,
  ...tokenDeskRoutes,
  ...tokenRoutes,
  ...enrolmentRoutes,
  ...purchaseRoutes,
  AccountOffice.importLegacy,
  AccountOffice.stop,
  AccountOffice.resume,
  AccountOffice.unlock,
  AccountOffice.phone,
  AccountOffice.kanaName,
  ShopTopUps.importFormer,
  Staff.register,
  Staff.setPassword,
  Staff.login,
  Staff.unlock,
  Staff.reset,
  Staff.end,
  Operations.contract,
  ShopTopUps.contract,
  PayoutBatches.make,
  PayoutBatches.file,
  PayoutBatches.results,
  PayoutBatches.reject,
  Payouts.settle,
  Suspense.page,
  Suspense.get,
  Suspense.resolve,
  Suspense.receivablePaid,
  Reports.unusedPrepaid,
  Reports.unusedPrepaidCsv,
  Reports.outstanding,
  Reports.outstandingCsv,
  Operations.policy,
  Notices.page,
  Operations.health,
  Operations.providers
] as const

/** Every refusal that some route can end with. */
export type AnyRefusal = RefusalOf<(typeof routes)[number]> | DepositDiffers

/** What the routes need, and what takes the reports of the SMS provider beside them. */
export type Services = ServicesOf<(typeof routes)[number]> | DeliveryReports
