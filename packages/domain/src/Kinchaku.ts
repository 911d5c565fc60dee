/**
 * The whole core, put together: every service of the domain over the ports that an application chooses.
 *
 * With Effect, provide `layer` and use the services. Without, `open` gives the same services as promises.
 */
import type { Duration } from "effect"
import { Cause, Effect, Exit, Layer, ManagedRuntime, Result } from "effect"
import { AccountChanges } from "./account/AccountChanges.ts"
import { AccountOffice } from "./account/AccountOffice.ts"
import { Accounts } from "./account/Accounts.ts"
import { Migrations } from "./account/Migrations.ts"
import type { Secrets } from "./account/Secrets.ts"
import { Journal } from "./audit/Journal.ts"
import { Seals } from "./audit/Seals.ts"
import * as BankCourier from "./bank/BankCourier.ts"
import type { BankDirectory } from "./bank/BankDirectory.ts"
import type { BankGateway } from "./bank/BankGateway.ts"
import { BankLinks } from "./bank/BankLinks.ts"
import { BankNotices } from "./bank/BankNotices.ts"
import { Billers } from "./bill/Billers.ts"
import { type BreakerOptions, Circuits } from "./engine/CircuitBreaker.ts"
import type { Actor } from "./engine/Command.ts"
import { Dispatcher, type DispatcherOptions } from "./engine/Dispatcher.ts"
import type { Due } from "./engine/Due.ts"
import { Engine, type EngineOptions } from "./engine/Engine.ts"
import * as Guards from "./engine/Guards.ts"
import { Ids } from "./engine/Ids.ts"
import type { Outbox } from "./engine/Outbox.ts"
import type { Store } from "./engine/Store.ts"
import { Sweeps } from "./engine/Sweeps.ts"
import { History } from "./history/History.ts"
import { Certificates } from "./identity/Certificates.ts"
import type { CertificateVerifier } from "./identity/CertificateVerifier.ts"
import type { IssuanceRegister } from "./identity/IssuanceRegister.ts"
import type { Digest } from "./ledger/HashChain.ts"
import { DeliveryReports } from "./notice/DeliveryReports.ts"
import type { MailSender } from "./notice/MailSender.ts"
import * as NoticeCourier from "./notice/NoticeCourier.ts"
import { Notices } from "./notice/Notices.ts"
import type { SmsSender } from "./notice/SmsSender.ts"
import { OneTimePasswords } from "./otp/OneTimePasswords.ts"
import * as OtpCourier from "./otp/OtpCourier.ts"
import * as BillerCourier from "./payment/BillerCourier.ts"
import type { BillerGateway } from "./payment/BillerGateway.ts"
import { Payments } from "./payment/Payments.ts"
import { PayoutBatches } from "./payout/PayoutBatches.ts"
import * as PayoutCourier from "./payout/PayoutCourier.ts"
import { Payouts } from "./payout/Payouts.ts"
import { Policies } from "./policy/Policies.ts"
import type { Policy } from "./policy/Policy.ts"
import { Reports } from "./report/Reports.ts"
import type { PasswordHasher } from "./session/PasswordHasher.ts"
import type { SessionActivity } from "./session/SessionActivity.ts"
import { type Promised, promised } from "./Promised.ts"
import { Sessions } from "./session/Sessions.ts"
import { StaffOffice } from "./session/StaffOffice.ts"
import { Enrolments } from "./stepup/Enrolments.ts"
import * as StepUpCourier from "./stepup/StepUpCourier.ts"
import { StepUps } from "./stepup/StepUps.ts"
import type { TokenCodes } from "./token/TokenCodes.ts"
import { TokenConfirmations } from "./token/TokenConfirmations.ts"
import { TokenDesk } from "./token/TokenDesk.ts"
import { Tokens } from "./token/Tokens.ts"
import { SuspenseDesk } from "./suspense/SuspenseDesk.ts"
import * as DepositCourier from "./topup/DepositCourier.ts"
import type { DepositGateway } from "./topup/DepositGateway.ts"
import { Deposits } from "./topup/Deposits.ts"
import { DepositTopUps } from "./topup/DepositTopUps.ts"
import { ShopTopUps } from "./topup/ShopTopUps.ts"
import { TopUps } from "./topup/TopUps.ts"

/** What a store adapter supplies. */
export type StorePorts = Store | Outbox | Journal | History | Due | Notices | SessionActivity

/** What an application must supply: a store, the outside world, and the platform's digest. */
export type Ports =
  | StorePorts
  | Digest
  | Secrets
  | CertificateVerifier
  | IssuanceRegister
  | PasswordHasher
  | TokenCodes
  | SmsSender
  | MailSender
  | BankGateway
  | BankDirectory
  | DepositGateway
  | BillerGateway

export interface KinchakuOptions {
  readonly engine?: EngineOptions
  readonly dispatcher?: DispatcherOptions
  /** When a provider that does not answer is left alone, and for how long. */
  readonly breaker?: BreakerOptions
  /** Where command ids come from, where a run is to be repeated exactly. */
  readonly ids?: Layer.Layer<Ids>
}

const couriers = Effect.map(
  Effect.all([
    BankCourier.couriers,
    DepositCourier.couriers,
    PayoutCourier.couriers,
    BillerCourier.couriers,
    OtpCourier.couriers,
    StepUpCourier.couriers,
    NoticeCourier.couriers
  ]),
  (all) => all.flat()
)

/** The services that need no option. */
const services = Layer.mergeAll(
  Accounts.layer,
  AccountChanges.layer,
  AccountOffice.layer,
  Migrations.layer,
  Certificates.layer,
  OneTimePasswords.layer,
  DeliveryReports.layer,
  Sessions.layer,
  StaffOffice.layer,
  Tokens.layer,
  TokenDesk.layer,
  TokenConfirmations.layer,
  Enrolments.layer,
  StepUps.layer,
  BankLinks.layer,
  BankNotices.layer,
  TopUps.layer,
  DepositTopUps.layer,
  Deposits.layer,
  ShopTopUps.layer,
  SuspenseDesk.layer,
  Payments.layer,
  Payouts.layer,
  PayoutBatches.layer,
  Billers.layer,
  Policies.layer,
  Sweeps.layer,
  Seals.layer,
  Reports.layer
)

/** What the core gives. */
export type Services = Layer.Success<typeof services> | Engine | Dispatcher | Circuits

/** Every service over the ports. Nothing runs by itself: start {@link background} where requests are to be delivered. */
export const layer = (options: KinchakuOptions = {}): Layer.Layer<Services, never, Ports> =>
  Layer.mergeAll(services, Dispatcher.layer(couriers, options.dispatcher)).pipe(
    Layer.provide(Guards.all),
    Layer.provideMerge(Circuits.layer(options.breaker)),
    Layer.provideMerge(Engine.layer(options.engine)),
    Layer.provide(options.ids ?? Ids.layer)
  )

/** Delivers requests, sweeps and seals for ever, until interrupted: run it once for a process. */
export const background = (
  every: Duration.Input = "1 minute"
): Effect.Effect<never, never, Dispatcher | Sweeps | Seals> =>
  Effect.gen(function* () {
    const dispatcher = yield* Dispatcher
    const sweeps = yield* Sweeps
    const seals = yield* Seals
    return yield* Effect.raceAllFirst([dispatcher.run, sweeps.run(every), seals.run(every)])
  })

/** Every service that {@link open} offers, under the name by which it is asked. */
const offered = {
  accounts: Accounts,
  accountChanges: AccountChanges,
  accountOffice: AccountOffice,
  migrations: Migrations,
  certificates: Certificates,
  oneTimePasswords: OneTimePasswords,
  sessions: Sessions,
  staffOffice: StaffOffice,
  deliveryReports: DeliveryReports,
  tokens: Tokens,
  tokenDesk: TokenDesk,
  tokenConfirmations: TokenConfirmations,
  enrolments: Enrolments,
  stepUps: StepUps,
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
  history: History,
  journal: Journal,
  notices: Notices,
  reports: Reports
}
type Offered = typeof offered

/** The core as promises: each method resolves with the answer or rejects with the very tagged error that Effect users see. */
export type Wallet = { readonly [Name in keyof Offered]: Promised<Offered[Name]["Service"]> } & {
  /** Stops taking commands, finishes those that wait, and closes the store. */
  readonly close: () => Promise<void>
}

/** Opens the core for a team without Effect: `ports` is one layer with everything the core needs. */
export const open = async <E>(
  ports: Layer.Layer<Ports, E>,
  options: KinchakuOptions & { readonly policy?: Policy; readonly sweepEvery?: Duration.Input } = {}
): Promise<Wallet> => {
  const runtime = ManagedRuntime.make(layer(options).pipe(Layer.provideMerge(ports)))
  const run = async <A>(effect: Effect.Effect<A, unknown, Services | Ports>): Promise<A> => {
    const exit = await runtime.runPromiseExit(effect)
    if (Exit.isSuccess(exit)) return exit.value
    const failure = Cause.findError(exit.cause)
    throw Result.isSuccess(failure) ? failure.success : Cause.squash(exit.cause)
  }
  try {
    const { policy } = options
    if (policy !== undefined) {
      await run(Effect.flatMap(Policies, (policies) => policies.adopt(policy, "system:start" as Actor)))
    }
    runtime.runFork(background(options.sweepEvery))
    const asPromises = Object.entries(await run(Effect.all(offered))).map(([name, service]) => [
      name,
      promised(service, run)
    ])
    return { ...(Object.fromEntries(asPromises) as Omit<Wallet, "close">), close: () => runtime.dispose() }
  } catch (error) {
    await runtime.dispose()
    throw error
  }
}
