/**
 * StoryServices: the services of a world, the core's and those of its simulated surroundings, as a story finds them.
 */
import { SimulatedBank } from "../simulators/SimulatedBank.ts"
import { SimulatedBiller } from "../simulators/SimulatedBiller.ts"
import { SimulatedCollector } from "../simulators/SimulatedCollector.ts"
import { AccountChanges } from "@kinchaku/domain/account/AccountChanges"
import { AccountOffice } from "@kinchaku/domain/account/AccountOffice"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import { BankNotices } from "@kinchaku/domain/bank/BankNotices"
import { Billers } from "@kinchaku/domain/bill/Billers"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { Store } from "@kinchaku/domain/engine/Store"
import { Sweeps } from "@kinchaku/domain/engine/Sweeps"
import { History } from "@kinchaku/domain/history/History"
import type { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { PayoutBatches } from "@kinchaku/domain/payout/PayoutBatches"
import { Payouts } from "@kinchaku/domain/payout/Payouts"
import { Policies } from "@kinchaku/domain/policy/Policies"
import { SuspenseDesk } from "@kinchaku/domain/suspense/SuspenseDesk"
import { DepositTopUps } from "@kinchaku/domain/topup/DepositTopUps"
import { Deposits } from "@kinchaku/domain/topup/Deposits"
import { ShopTopUps } from "@kinchaku/domain/topup/ShopTopUps"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import { Effect } from "effect"

/** Every service by its name in a story. */
export const all = Effect.all({
  accounts: Accounts,
  accountChanges: AccountChanges,
  accountOffice: AccountOffice,
  codes: Effect.context<OneTimePasswords | Secrets>(),
  bankLinks: BankLinks,
  bankNotices: BankNotices,
  topUps: TopUps,
  depositTopUps: DepositTopUps,
  deposits: Deposits,
  shopTopUps: ShopTopUps,
  suspenseDesk: SuspenseDesk,
  payments: Payments,
  payouts: Payouts,
  payoutBatches: PayoutBatches,
  billers: Billers,
  policies: Policies,
  dispatcher: Dispatcher,
  sweeps: Sweeps,
  journal: Journal,
  history: History,
  notices: Notices,
  outbox: Outbox,
  engine: Engine,
  store: Store,
  bank: SimulatedBank,
  biller: SimulatedBiller,
  collector: SimulatedCollector
})
/** What {@link all} gives. */
export type Services = Effect.Success<typeof all>
