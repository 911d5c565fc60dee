/**
 * SimulatedCollector: the provider that issues payment numbers, exactly one for each reference, over an unreliable line, and that reports
 * what people pay in for them at stores, by net banking and at ATMs.
 *
 * How it behaves is scripted, or chosen by people: the last three digits of the amount say it.
 *
 * | amount ends in | payment number |
 * | 011 | is issued, and the answer is lost |
 * | 012 | is refused |
 * | 014 | is pending for a while, then issued |
 * | 016 | is asked for in vain the first time: the request is lost |
 * | 017 | is turned away the first time |
 */
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { ChainCode } from "@kinchaku/domain/policy/Wallet"
import type { DepositWay, IssuedNumber, PaymentNumber, ProviderName } from "@kinchaku/domain/topup/Deposit"
import type { ReportedDeposit } from "@kinchaku/domain/topup/DepositBooking"
import {
  DepositGateway,
  DepositOutcomeUnknown,
  DepositRefused,
  DepositUnreachable
} from "@kinchaku/domain/topup/DepositGateway"
import { Deposits } from "@kinchaku/domain/topup/Deposits"
import { Clock, Context, Deferred, type Duration, Effect, Layer } from "effect"
import { type Deed, type Line, type NoAnswer, Provider, type Script } from "./Provider.ts"

/** How the collector behaves towards one request for a number. */
export const collectorBehaviours = {
  "011": "issuesAndFallsSilent",
  "012": "refuses",
  "014": "isLate",
  "016": "losesTheFirst",
  "017": "isUnreachableFirst"
} as const
export type CollectorBehaviour = "issues" | (typeof collectorBehaviours)[keyof typeof collectorBehaviours]

/** What the collector is asked for. */
export interface Wanted {
  readonly way: DepositWay
  readonly chain?: ChainCode
  readonly amount: PositiveYen
  readonly due: string
}

/** What the collector did about a request. */
export type Issuance =
  | { readonly _tag: "issued"; readonly issued: IssuedNumber; readonly wanted: Wanted }
  | { readonly _tag: "refused"; readonly reason: string }

/** How somebody pays in: what the number is for, now, at the chain that it is for, where nothing is said. */
export interface Paying {
  readonly amount?: number
  readonly at?: Instant
  readonly chain?: ChainCode
}

export interface Options {
  readonly numbers?: Script<Wanted, CollectorBehaviour>
  /** How long a late collector takes; ten minutes where nothing is said. */
  readonly lateFor?: Duration.Input
  /** Hears what the collector reports. A report that is not heard is not repeated. */
  readonly notify?: (deposit: ReportedDeposit) => Effect.Effect<unknown, unknown>
}

/** What people and tests may do at the collector, and see there. */
export class SimulatedCollector extends Context.Service<
  SimulatedCollector,
  {
    /** Takes the collector off the network, or puts it back. */
    readonly reachable: (isReachable: boolean) => void
    /** Pays in for a number, issued or not, and reports it; each time is another deposit with a receipt of its own. */
    readonly pay: (number: string, how?: Paying) => Effect.Effect<ReportedDeposit>
    /** Reports a deposit, once more or altered. */
    readonly report: (deposit: ReportedDeposit) => Effect.Effect<void>
    /** What really became of each request. */
    readonly numbers: Effect.Effect<ReadonlyMap<RequestId, Deed<Issuance>>>
  }
>()("@kinchaku/testkit/simulators/SimulatedCollector") {}

/** The name under which the collector stands in the books, as the preset policies have it. */
export const provider = "collector" as ProviderName
/** Why the collector refuses. */
export const refusal = "notAccepted"

const lines: Readonly<Partial<Record<CollectorBehaviour, Line>>> = {
  issuesAndFallsSilent: "silentAfter",
  losesTheFirst: "silentBefore",
  isUnreachableFirst: "unreachableFirst",
  isLate: "late"
}

/** How the collector behaves towards a request where no script says otherwise. */
export const usual = ({ amount }: Pick<Wanted, "amount">): CollectorBehaviour => {
  const behaviours: Readonly<Record<string, CollectorBehaviour>> = collectorBehaviours
  return behaviours[`${amount}`.padStart(3, "0").slice(-3)] ?? "issues"
}

const noAnswer = (reference: RequestId) => (reason: NoAnswer) =>
  reason === "unreachable"
    ? new DepositUnreachable({ cause: new Error("the simulated collector is not reached") })
    : new DepositOutcomeUnknown({ reference })

const digitsOf = (text: string, many: number): string => {
  let hash = 0x811c_9dc5
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x0100_0193)
  return `${(hash >>> 0) % 10 ** many}`.padStart(many, "0")
}

/** The number of a reference is always the same, so that a collector that was started anew issues no number twice. */
export const issuedFor = (reference: RequestId, way: DepositWay): IssuedNumber => {
  const number = (digitsOf(reference, 6) + digitsOf(`again ${reference}`, 6)) as PaymentNumber
  return way === "convenienceStore"
    ? { number }
    : { number, confirmation: digitsOf(`check ${reference}`, 4), institution: "99999" }
}

const issuing = (options: Options) => {
  const asked = new Provider<Wanted, CollectorBehaviour, Issuance>({
    script: options.numbers,
    usual,
    lineOf: (behaviour) => lines[behaviour] ?? "answers",
    lateFor: options.lateFor,
    perform: ({ reference, request }, behaviour) =>
      behaviour === "refuses"
        ? { _tag: "refused", reason: refusal }
        : { _tag: "issued", issued: issuedFor(reference, request.way), wanted: request }
  })
  const issue: DepositGateway["Service"]["issue"] = Effect.fnUntraced(function* ({ reference, ...request }) {
    const { outcome } = yield* Effect.mapError(asked.ask({ reference, request }), noAnswer(reference))
    return outcome._tag === "issued" ? outcome.issued : yield* new DepositRefused({ reason: outcome.reason })
  })
  const inquire: DepositGateway["Service"]["inquire"] = (reference) =>
    asked.inquire(reference).pipe(
      Effect.map((found) => (typeof found === "string" ? { _tag: found } : found)),
      Effect.mapError(noAnswer(reference))
    )
  return { asked, gateway: DepositGateway.of({ issue, inquire }) }
}

const make = (options: Options) => {
  const { asked, gateway } = issuing(options)
  const { notify = () => Effect.void } = options
  let receipts = 0
  const report = (deposit: ReportedDeposit) => Effect.asVoid(Effect.ignore(notify(deposit)))

  const pay = Effect.fnUntraced(function* (number: string, { amount, at, chain }: Paying = {}) {
    const now = instant(yield* Clock.currentTimeMillis)
    const known = [...(yield* asked.truth)].flatMap(([reference, { state }]) =>
      typeof state === "object" && state._tag === "issued" && state.issued.number === number
        ? [{ reference, wanted: state.wanted }]
        : []
    )[0]
    const where = chain ?? known?.wanted.chain
    receipts += 1
    const deposit: ReportedDeposit = {
      provider,
      receipt: `${now}-${receipts}`,
      number: number as PaymentNumber,
      amount: (amount ?? known?.wanted.amount ?? 1) as PositiveYen,
      ...(where === undefined ? {} : { chain: where }),
      depositedAt: at ?? now,
      ...(known === undefined ? {} : { reference: known.reference })
    }
    yield* report(deposit)
    return deposit
  })

  const control = SimulatedCollector.of({ reachable: asked.reachable, pay, report, numbers: asked.truth })
  return Context.make(DepositGateway, gateway).pipe(Context.add(SimulatedCollector, control))
}

/** A collector that was asked for nothing yet. */
export const layer = (options: Options = {}): Layer.Layer<DepositGateway | SimulatedCollector> =>
  Layer.syncContext(() => make(options))

/**
 * A line for the collector's reports to a core that does not exist yet: give `notify` to the collector, and build `connected` with the
 * core. What is reported before that waits.
 */
export const reportLine = (): {
  readonly notify: NonNullable<Options["notify"]>
  readonly connected: Layer.Layer<never, never, Deposits>
} => {
  const core = Deferred.makeUnsafe<Deposits["Service"]>()
  return {
    notify: (deposit) => Effect.flatMap(Deferred.await(core), (deposits) => deposits.record(deposit)),
    connected: Layer.effectDiscard(Effect.flatMap(Deposits, (deposits) => Deferred.succeed(core, deposits)))
  }
}
