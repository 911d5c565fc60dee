/**
 * SimulatedSms: an SMS provider whose messages can be looked at, with every way in which one gets lost, is refused or comes twice.
 *
 * How it behaves is scripted, or chosen by people: the last three digits of a number say it.
 *
 * | number ends in | message |
 * | 001 | is sent, and the answer is lost |
 * | 002 | is refused |
 * | 003 | arrives twice |
 * | 006 | is lost on its way the first time |
 * | 007 | is turned away the first time |
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { type Sms, SmsOutcomeUnknown, SmsRefused, SmsSender, SmsUnavailable } from "@kinchaku/domain/notice/SmsSender"
import { Context, Effect, Layer } from "effect"
import { type Deed, type Line, Provider, type Script } from "./Provider.ts"

/** How the provider behaves towards one message. */
export const smsBehaviours = {
  "001": "sendsAndFallsSilent",
  "002": "refuses",
  "003": "sendsTwice",
  "006": "losesTheFirst",
  "007": "isUnreachableFirst"
} as const
export type SmsBehaviour = "sends" | (typeof smsBehaviours)[keyof typeof smsBehaviours]

/** A message as a telephone shows it. */
export interface ArrivedSms {
  readonly key: RequestId
  readonly to: string
  readonly text: string
  readonly sender: string
  readonly at: Instant
}

export type SmsDone = "sent" | "refused"

export interface Options {
  readonly messages?: Script<Omit<Sms, "key">, SmsBehaviour>
  /** The carrier of a number; not known where nothing is said. */
  readonly carrierOf?: (number: string) => string | undefined
}

/** What people and tests may do at the provider, and see on telephones. */
export class SimulatedSms extends Context.Service<
  SimulatedSms,
  {
    /** Every message that arrived, the oldest first; one that arrived twice stands twice. */
    readonly arrived: Effect.Effect<ReadonlyArray<ArrivedSms>>
    /** What really became of each message, whatever the provider says. */
    readonly sent: Effect.Effect<ReadonlyMap<RequestId, Deed<SmsDone>>>
    /** Takes the provider off the network, or puts it back. */
    readonly reachable: (isReachable: boolean) => void
  }
>()("@kinchaku/testkit/simulators/SimulatedSms") {}

/** Why the provider refuses. */
export const refusal = "numberNotInService"

const lines: Readonly<Partial<Record<SmsBehaviour, Line>>> = {
  sendsAndFallsSilent: "silentAfter",
  losesTheFirst: "silentBefore",
  isUnreachableFirst: "unreachableFirst"
}

const behaviours: Readonly<Record<string, SmsBehaviour>> = smsBehaviours
/** How the provider behaves towards a message where no script says otherwise. */
export const usualSms = ({ to }: Pick<Sms, "to">): SmsBehaviour => behaviours[to.slice(-3)] ?? "sends"

const make = ({ carrierOf = () => undefined, messages }: Options) => {
  const arrived: Array<ArrivedSms> = []
  const senderOf = ({ senders, to }: Omit<Sms, "key">): string =>
    senders[carrierOf(to) ?? "default"] ?? senders["default"] ?? ""
  const provider = new Provider<Omit<Sms, "key">, SmsBehaviour, SmsDone>({
    script: messages,
    usual: usualSms,
    lineOf: (behaviour) => lines[behaviour] ?? "answers",
    lateFor: undefined,
    perform: ({ reference: key, request }, behaviour, at) => {
      if (behaviour === "refuses") return "refused"
      const message = { key, to: request.to, text: request.text, sender: senderOf(request), at }
      arrived.push(...(behaviour === "sendsTwice" ? [message, message] : [message]))
      return "sent"
    }
  })
  const send = Effect.fnUntraced(function* ({ key, ...request }: Sms) {
    const { outcome } = yield* Effect.mapError(provider.ask({ reference: key, request }), (reason) =>
      reason === "unreachable"
        ? new SmsUnavailable({ cause: new Error("the simulated provider is not reached") })
        : new SmsOutcomeUnknown({ key })
    )
    if (outcome === "refused") return yield* new SmsRefused({ reason: refusal })
  })
  const control = SimulatedSms.of({
    arrived: Effect.sync(() => [...arrived]),
    sent: provider.truth,
    reachable: provider.reachable
  })
  return Context.make(SmsSender, SmsSender.of({ send })).pipe(Context.add(SimulatedSms, control))
}

/** A provider that has sent nothing yet. */
export const layer = (options: Options = {}): Layer.Layer<SmsSender | SimulatedSms> =>
  Layer.effectContext(Effect.sync(() => make(options)))
