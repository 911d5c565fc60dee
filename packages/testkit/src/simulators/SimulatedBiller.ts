/**
 * SimulatedBiller: the billers' systems, which take each payment exactly once for each reference, over an unreliable line.
 *
 * How they behave is scripted, or chosen by people: the last three digits of the slip's amount say it.
 *
 * | amount ends in | payment |
 * | 011 | is taken, and the answer is lost |
 * | 012 | is refused |
 * | 014 | is pending for a while, then taken |
 * | 016 | is lost on its way the first time |
 * | 017 | is turned away the first time |
 * | 022 | is refused, and the answer is lost |
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import {
  BillerGateway,
  BillerOutcomeUnknown,
  BillerRefused,
  BillerUnreachable
} from "@kinchaku/domain/payment/BillerGateway"
import { Context, type Duration, Effect, Layer } from "effect"
import { type Deed, type Line, type NoAnswer, Provider, type Script } from "./Provider.ts"

/** How a biller behaves towards one payment. */
export const billerBehaviours = {
  "011": "takesAndFallsSilent",
  "012": "refuses",
  "014": "isLate",
  "016": "losesTheFirst",
  "017": "isUnreachableFirst",
  "022": "refusesAndFallsSilent"
} as const
export type BillerBehaviour = "accepts" | (typeof billerBehaviours)[keyof typeof billerBehaviours]

/** What a biller is told of a payment. */
export interface Told {
  readonly biller: string
  readonly barcode: string
  readonly amount: number
  readonly paidAt: Instant
}

/** What a biller did about a payment. */
export type BillerDone =
  | { readonly _tag: "accepted"; readonly amount: number }
  | { readonly _tag: "refused"; readonly reason: string }

export interface Options {
  readonly payments?: Script<Told, BillerBehaviour>
  /** How long a late biller takes; ten minutes where nothing is said. */
  readonly lateFor?: Duration.Input
}

/** What people and tests may do at the billers, and see there. */
export class SimulatedBiller extends Context.Service<
  SimulatedBiller,
  {
    /** Takes the billers off the network, or puts them back. */
    readonly reachable: (isReachable: boolean) => void
    /** What really became of each payment. */
    readonly payments: Effect.Effect<ReadonlyMap<RequestId, Deed<BillerDone>>>
  }
>()("@kinchaku/testkit/simulators/SimulatedBiller") {}

/** Why a biller refuses. */
export const refusal = "notFoundAtBiller"

const lines: Readonly<Record<BillerBehaviour, Line>> = {
  accepts: "answers",
  refuses: "answers",
  takesAndFallsSilent: "silentAfter",
  refusesAndFallsSilent: "silentAfter",
  losesTheFirst: "silentBefore",
  isUnreachableFirst: "unreachableFirst",
  isLate: "late"
}

/** How a biller behaves towards a payment of an amount where no script says otherwise. */
export const usual = ({ amount }: Pick<Told, "amount">): BillerBehaviour => {
  const behaviours: Readonly<Record<string, BillerBehaviour>> = billerBehaviours
  return behaviours[`${amount}`.padStart(3, "0").slice(-3)] ?? "accepts"
}

const noAnswer = (reference: RequestId) => (reason: NoAnswer) =>
  reason === "unreachable"
    ? new BillerUnreachable({ cause: new Error("the simulated biller is not reached") })
    : new BillerOutcomeUnknown({ reference })

const make = (options: Options) => {
  const provider = new Provider<Told, BillerBehaviour, BillerDone>({
    script: options.payments,
    usual,
    lineOf: (behaviour) => lines[behaviour],
    lateFor: options.lateFor,
    perform: ({ request }, behaviour) =>
      behaviour === "refuses" || behaviour === "refusesAndFallsSilent"
        ? { _tag: "refused", reason: refusal }
        : { _tag: "accepted", amount: request.amount }
  })
  const notify: BillerGateway["Service"]["notify"] = Effect.fnUntraced(function* ({ reference, ...request }) {
    const { outcome } = yield* Effect.mapError(provider.ask({ reference, request }), noAnswer(reference))
    if (outcome._tag === "refused") return yield* new BillerRefused({ reason: outcome.reason })
  })
  const inquire: BillerGateway["Service"]["inquire"] = ({ reference }) =>
    provider.inquire(reference).pipe(
      Effect.map((found) => (typeof found === "string" ? { _tag: found } : found)),
      Effect.mapError(noAnswer(reference))
    )
  return Context.make(BillerGateway, BillerGateway.of({ notify, inquire })).pipe(
    Context.add(SimulatedBiller, SimulatedBiller.of({ reachable: provider.reachable, payments: provider.truth }))
  )
}

/** Billers that were told nothing yet. */
export const layer = (options: Options = {}): Layer.Layer<BillerGateway | SimulatedBiller> =>
  Layer.syncContext(() => make(options))
