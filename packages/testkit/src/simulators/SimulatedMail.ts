/**
 * SimulatedMail: a mail server whose mails can be looked at, with every way in which one gets lost, is refused or comes twice.
 *
 * How it behaves is scripted, or chosen by people: what stands before the @ says it ("refuses@…", "sends.twice@…").
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import {
  type Mail,
  malformation,
  MailOutcomeUnknown,
  MailRefused,
  MailSender,
  MailUnavailable
} from "@kinchaku/domain/notice/MailSender"
import { Context, Effect, Layer } from "effect"
import { type Deed, type Line, Provider, type Script } from "./Provider.ts"

/** How the server behaves towards one mail. */
export const mailBehaviours = {
  silent: "sendsAndFallsSilent",
  refuses: "refuses",
  "sends.twice": "sendsTwice",
  "loses.first": "losesTheFirst",
  "unreachable.first": "isUnreachableFirst"
} as const
export type MailBehaviour = "sends" | (typeof mailBehaviours)[keyof typeof mailBehaviours]

/** A mail as a mailbox shows it. */
export interface ArrivedMail extends Mail {
  readonly at: Instant
}

export type MailDone = "sent" | "refused"

export interface Options {
  readonly mails?: Script<Omit<Mail, "key">, MailBehaviour>
}

/** What people and tests may do at the server, and see in mailboxes. */
export class SimulatedMail extends Context.Service<
  SimulatedMail,
  {
    /** Every mail that arrived, the oldest first; one that arrived twice stands twice, under one key. */
    readonly arrived: Effect.Effect<ReadonlyArray<ArrivedMail>>
    /** What really became of each mail, whatever the server says. */
    readonly sent: Effect.Effect<ReadonlyMap<RequestId, Deed<MailDone>>>
    /** Takes the server off the network, or puts it back. */
    readonly reachable: (isReachable: boolean) => void
  }
>()("@kinchaku/testkit/simulators/SimulatedMail") {}

/** Why the server refuses. */
export const refusal = "mailboxUnknown"

const lines: Readonly<Partial<Record<MailBehaviour, Line>>> = {
  sendsAndFallsSilent: "silentAfter",
  losesTheFirst: "silentBefore",
  isUnreachableFirst: "unreachableFirst"
}

const behaviours: Readonly<Record<string, MailBehaviour>> = mailBehaviours
/** How the server behaves towards a mail where no script says otherwise. */
export const usualMail = ({ to }: Pick<Mail, "to">): MailBehaviour => behaviours[to.split("@", 1)[0] ?? ""] ?? "sends"

const make = ({ mails }: Options) => {
  const arrived: Array<ArrivedMail> = []
  const provider = new Provider<Omit<Mail, "key">, MailBehaviour, MailDone>({
    script: mails,
    usual: usualMail,
    lineOf: (behaviour) => lines[behaviour] ?? "answers",
    lateFor: undefined,
    perform: ({ reference: key, request }, behaviour, at) => {
      if (behaviour === "refuses") return "refused"
      const mail = { key, ...request, at }
      arrived.push(...(behaviour === "sendsTwice" ? [mail, mail] : [mail]))
      return "sent"
    }
  })
  const send = Effect.fnUntraced(function* ({ key, ...request }: Mail) {
    const reason = malformation(request)
    if (reason !== undefined) return yield* new MailRefused({ reason })
    const { outcome } = yield* Effect.mapError(provider.ask({ reference: key, request }), (reason) =>
      reason === "unreachable"
        ? new MailUnavailable({ cause: new Error("the simulated mail server is not reached") })
        : new MailOutcomeUnknown({ key })
    )
    if (outcome === "refused") return yield* new MailRefused({ reason: refusal })
  })
  const control = SimulatedMail.of({
    arrived: Effect.sync(() => [...arrived]),
    sent: provider.truth,
    reachable: provider.reachable
  })
  return Context.make(MailSender, MailSender.of({ send })).pipe(Context.add(SimulatedMail, control))
}

/** A mail server that has sent nothing yet. */
export const layer = (options: Options = {}): Layer.Layer<MailSender | SimulatedMail> =>
  Layer.effectContext(Effect.sync(() => make(options)))
