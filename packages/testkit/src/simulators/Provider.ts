/**
 * Provider: the party behind a simulated gateway. It does what it is asked exactly once for each reference, whatever its
 * line to the wallet does: answers get lost, requests get lost, answers come late.
 */
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { Clock, Duration, Effect } from "effect"

/**
 * What the line does to one reference. silentAfter: the request arrives and the answer is lost. silentBefore: the first
 * request is lost. unreachableFirst: the first request is turned away. late: the provider takes its time.
 */
export type Line = "answers" | "silentAfter" | "silentBefore" | "unreachableFirst" | "late"

/** Why there is no answer: the provider was not reached, or nobody can know. */
export type NoAnswer = "unreachable" | "unknown"

/** How a provider behaves towards references: by their order of arrival, or as a function of what is asked. */
export type Script<Request, Behaviour> = ReadonlyArray<Behaviour> | ((asked: Asked<Request>) => Behaviour)

/** What became of a reference at the provider, and how often it was asked and inquired. */
export interface Deed<Outcome> {
  readonly reference: RequestId
  /** absent: nothing arrived. pending: it arrived and is not done yet. */
  readonly state: Outcome | "absent" | "pending"
  readonly asked: number
  readonly inquired: number
}

/** What a provider knows of one reference, as JSON can hold it. */
export interface Kept<Outcome, Behaviour> {
  readonly content: string
  readonly behaviour: Behaviour
  readonly asked: number
  readonly inquired: number
  readonly done?: { readonly at: Instant; readonly outcome: Outcome }
}

/** What is asked of a provider. */
export interface Asked<Request> {
  readonly reference: RequestId
  readonly request: Request
}

/** What a provider answers. */
export interface Answer<Behaviour, Outcome> {
  readonly outcome: Outcome
  readonly behaviour: Behaviour
  readonly isFirst: boolean
}

export interface ProviderOptions<Request, Behaviour, Outcome> {
  readonly script: Script<Request, Behaviour> | undefined
  /** The behaviour where the script names none. */
  readonly usual: (request: Request) => Behaviour
  readonly lineOf: (behaviour: Behaviour) => Line
  /** What the provider does, once; `at` is later than `askedAt` where it takes its time. */
  readonly perform: (asked: Asked<Request>, behaviour: Behaviour, at: Instant, askedAt: Instant) => Outcome
  /** How long a late provider takes. */
  readonly lateFor: Duration.Input | undefined
  /** Where it keeps what it did; in memory where nothing is said. */
  readonly kept?: Map<string, Kept<Outcome, Behaviour>>
}

const now = Effect.map(Clock.currentTimeMillis, instant)

/** A reference that was used before for something else: a mistake of whoever asks. */
export class ReferenceReused extends Error {
  constructor(reference: RequestId) {
    super(`${reference} was asked before with other content`)
  }
}

export class Provider<Request, Behaviour, Outcome> {
  readonly #options: ProviderOptions<Request, Behaviour, Outcome>
  readonly #lateFor: number
  readonly #kept: Map<string, Kept<Outcome, Behaviour>>
  #isReachable = true

  constructor(options: ProviderOptions<Request, Behaviour, Outcome>) {
    this.#options = options
    this.#kept = options.kept ?? new Map()
    this.#lateFor = Duration.toMillis(Duration.fromInputUnsafe(options.lateFor ?? "10 minutes"))
  }

  /** Takes the whole provider off the network, or puts it back. */
  readonly reachable = (isReachable: boolean): void => {
    this.#isReachable = isReachable
  }

  /** Asks; `isFirst` tells whether the provider did it just now. */
  readonly ask = (asked: Asked<Request>): Effect.Effect<Answer<Behaviour, Outcome>, NoAnswer> =>
    Effect.flatMap(now, (at) => {
      if (!this.#isReachable) return Effect.fail("unreachable" as const)
      const before = this.#take(asked)
      const kept = { ...before, asked: before.asked + 1 }
      const { behaviour } = kept
      const line = this.#options.lineOf(behaviour)
      const turnsAway = kept.asked === 1 && line === "unreachableFirst"
      if (turnsAway || (kept.asked === 1 && line === "silentBefore")) {
        this.#kept.set(asked.reference, kept)
        return Effect.fail(turnsAway ? "unreachable" : "unknown")
      }
      const isFirst = kept.done === undefined
      const done = kept.done ?? this.#do(asked, behaviour, at)
      this.#kept.set(asked.reference, { ...kept, done })
      const isSilent = at < done.at || (isFirst && line === "silentAfter")
      return isSilent ? Effect.fail("unknown" as const) : Effect.succeed({ outcome: done.outcome, behaviour, isFirst })
    })

  readonly #do = (asked: Asked<Request>, behaviour: Behaviour, askedAt: Instant) => {
    const at = instant(this.#options.lineOf(behaviour) === "late" ? askedAt + this.#lateFor : askedAt)
    return { at, outcome: this.#options.perform(asked, behaviour, at, askedAt) }
  }

  /** What became of a reference. */
  readonly inquire = (reference: RequestId): Effect.Effect<Outcome | "pending" | "notFound", "unreachable"> =>
    Effect.suspend(() => (this.#isReachable ? Effect.map(now, this.#found(reference)) : Effect.fail("unreachable")))

  readonly #found =
    (reference: RequestId) =>
    (at: Instant): Outcome | "pending" | "notFound" => {
      const kept = this.#kept.get(reference)
      if (kept !== undefined) this.#kept.set(reference, { ...kept, inquired: kept.inquired + 1 })
      if (kept?.done === undefined) return "notFound"
      return kept.done.at <= at ? kept.done.outcome : "pending"
    }

  /** What is true at the provider now, in the order in which references first came. */
  readonly truth: Effect.Effect<ReadonlyMap<RequestId, Deed<Outcome>>> = Effect.map(now, (at) => {
    const deeds = [...this.#kept].map(([kept, { asked, done, inquired }]) => {
      const reference = kept as RequestId
      const state = done === undefined ? "absent" : done.at <= at ? done.outcome : "pending"
      return [reference, { reference, state, asked, inquired }] as const
    })
    return new Map<RequestId, Deed<Outcome>>(deeds)
  })

  readonly #take = (asked: Asked<Request>): Kept<Outcome, Behaviour> => {
    const { reference, request } = asked
    const content = JSON.stringify(request)
    const before = this.#kept.get(reference)
    if (before !== undefined) {
      if (before.content !== content) throw new ReferenceReused(reference)
      return before
    }
    const { script, usual } = this.#options
    const scripted = typeof script === "function" ? script(asked) : script?.[this.#kept.size]
    const kept = { content, behaviour: scripted ?? usual(request), asked: 0, inquired: 0 }
    this.#kept.set(reference, kept)
    return kept
  }
}

/** Chooses among behaviours by a text, always the same for the same seed: a seeded function of the reference. */
export const chosenBy =
  <Behaviour>(seed: number, behaviours: readonly [Behaviour, ...ReadonlyArray<Behaviour>]) =>
  (text: string): Behaviour => {
    let hash = seed | 0
    for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x0100_0193)
    return behaviours[(hash >>> 8) % behaviours.length] ?? behaviours[0]
  }
