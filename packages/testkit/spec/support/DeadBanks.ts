/**
 * Dead banks: requests to a bank that does not answer and to one that does, delivered by the dispatcher in virtual time.
 */
import { BankGateway, BankUnreachable, OutcomeUnknown } from "@kinchaku/domain/bank/BankGateway"
import { instant, type Instant } from "@kinchaku/domain/calendar/JapanDate"
import { type BreakerOptions, Circuits } from "@kinchaku/domain/engine/CircuitBreaker"
import { delivery, Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Engine } from "@kinchaku/domain/engine/Engine"
import * as Guards from "@kinchaku/domain/engine/Guards"
import { type DueRequest, Outbox, type OutgoingRequest, type RequestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Clock, Effect, Latch, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { commandId } from "./PaymentsDesk.ts"

/** How a bank is dead: it says nothing, it is not reached, or it breaks off after a while. */
export const deaths = ["hangs", "unreachable", "breaksOff"] as const

/** How many requests wait for the dead bank, how and how long it is dead, and when the other bank is asked. */
export interface Backlog {
  readonly requests: number
  readonly death: (typeof deaths)[number]
  readonly deadMinutes: number
  readonly askedAfter: number
}

export const backlog = (): fc.Arbitrary<Backlog> =>
  fc.record(
    {
      requests: fc.constantFrom(0, 1, 31, 32, 33, 400, 1_000),
      death: fc.constantFrom(...deaths),
      deadMinutes: fc.constantFrom(1, 7),
      askedAfter: fc.oneof(fc.constantFrom(0, 1, 4_999, 5_000), fc.integer({ min: 0, max: 59_000 }))
    },
    { noNullPrototype: true }
  )

/** What stands between couriers and banks. */
export interface Guarding {
  readonly banks: typeof Guards.banks
  readonly breaker: BreakerOptions
}
export const guarded: Guarding = { banks: Guards.banks, breaker: {} }

/** Nothing stands between them. */
export const unguarded: Guarding = { ...guarded, banks: Layer.effect(BankGateway, BankGateway) }

/** One circuit breaks for all. */
export const oneForAll: Guarding = {
  ...guarded,
  banks: Guards.banks.pipe(
    Layer.provide(
      Layer.effect(
        Circuits,
        Effect.map(Circuits, ({ guard, states }) =>
          Circuits.of({ states, guard: (_, call, isAnswer) => guard("all", call, isAnswer) })
        )
      )
    )
  )
}

/** An outbox in memory that is quick with ten thousand requests. */
const outboxOf = (requests: ReadonlyArray<OutgoingRequest>) => {
  const waiting = new Map<RequestId, DueRequest & { readonly dueAt: number }>()
  const buckets = new Map<number, Set<RequestId>>()
  let tried = 0
  const place = (one: DueRequest, dueAt: number): void => {
    const before = waiting.get(one.request.id)
    if (before !== undefined) buckets.get(before.dueAt)?.delete(one.request.id)
    waiting.set(one.request.id, { ...one, dueAt })
    const bucket = buckets.get(dueAt) ?? new Set()
    buckets.set(dueAt, bucket.add(one.request.id))
  }
  for (const request of requests) place({ request, attempts: 0 }, request.askedAt)
  const take = (now: Instant, limit: number): ReadonlyArray<DueRequest> => {
    const found: Array<DueRequest> = []
    for (const dueAt of [...buckets.keys()].filter((at) => at <= now).toSorted((a, b) => a - b)) {
      for (const id of buckets.get(dueAt) ?? []) {
        const one = waiting.get(id)
        if (one !== undefined) found.push(one)
        if (found.length === limit) return found
      }
      if (buckets.get(dueAt)?.size === 0) buckets.delete(dueAt)
    }
    return found
  }
  const outbox = Outbox.of({
    due: (_, now, limit) => Effect.sync(() => take(now, limit)),
    postpone: (all) =>
      Effect.sync(() =>
        all.map(({ attempts, id, until }) => {
          tried += 1
          const one = waiting.get(id)
          if (one !== undefined) place({ request: one.request, attempts }, until)
          return id
        })
      ),
    waiting: Effect.sync(() => waiting.size)
  })
  const answer = (id: RequestId): void => {
    const one = waiting.get(id)
    if (one !== undefined) buckets.get(one.dueAt)?.delete(id)
    waiting.delete(id)
  }
  return { outbox, answer, tried: () => tried }
}

/** Both banks: the one is dead until a time, the other takes a tenth of a second. */
const banksUntil = ({ death }: Backlog, revivesAt: number) => {
  const asked = new Map<RequestId, number>()
  const call = <A>(
    bank: string,
    reference: RequestId,
    answer: Effect.Effect<A>
  ): Effect.Effect<A, BankUnreachable | OutcomeUnknown> =>
    Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<A, BankUnreachable | OutcomeUnknown> => {
      if (bank === "0001" || now >= revivesAt) return Effect.delay(answer, 100)
      if (death === "hangs") return Effect.never
      if (death === "unreachable") return Effect.fail(new BankUnreachable({ cause: new Error("dead") }))
      return Effect.delay(Effect.fail(new OutcomeUnknown({ reference })), 3_000)
    })
  const gateway = BankGateway.of({
    link: () => Effect.die(new Error("nothing is linked here")),
    credit: () => Effect.die(new Error("nothing is credited here")),
    debit: ({ account, reference }) =>
      call(
        account.bank,
        reference,
        Effect.sync(() => {
          asked.set(reference, (asked.get(reference) ?? 0) + 1)
          return { bankReference: "B-1", at: instant(0) }
        })
      ),
    inquire: ({ bank, reference }) => call(bank, reference, Effect.succeed({ _tag: "notFound" as const }))
  })
  return { gateway, asked }
}

/** Lets everything be done that needs no time: a clock that is told to go on does not wait for it. */
const idle = (tried: () => number): Effect.Effect<void> =>
  Effect.promise(async () => {
    for (let before = -1; before !== tried();) {
      before = tried()
      for (let turns = 0; turns < 3; turns++) await new Promise((done) => setImmediate(done))
    }
  })

/** How long the other bank's debit took, how long after its revival the dead bank's were answered, and how often each was made. */
export interface Delivered {
  readonly otherMillis: number
  readonly afterRevivalMillis: number
  readonly debitedOnce: boolean
}

/** Delivers a backlog until everything is answered, or for so many minutes. */
export const deliver = (
  given: Backlog,
  { banks, breaker }: Guarding,
  minutes = 20
): Effect.Effect<Delivered, unknown> => {
  const { askedAfter, deadMinutes, requests } = given
  const request = (n: number, bank: string, askedAt: number): OutgoingRequest => ({
    id: `req_${commandId(n)}` as RequestId,
    kind: "bankDebit",
    subject: bank,
    askedAt: instant(askedAt)
  })
  // The requests to the dead bank were there before the one to the other bank, and stand before it in the outbox.
  const dead = Array.from({ length: requests }, (_, n) => request(n + 2, "0002", 0))
  const { answer, outbox, tried } = outboxOf([...dead, request(1, "0001", askedAfter)])
  const revivesAt = deadMinutes * 60_000
  const { asked, gateway } = banksUntil(given, revivesAt)
  const answeredAt = { other: Number.POSITIVE_INFINITY, last: 0, open: requests }
  const couriers = Effect.map(BankGateway, (behind) => [
    {
      kind: "bankDebit",
      deliver: delivery({
        ask: ({ id, subject }: OutgoingRequest) =>
          behind.debit({
            reference: id,
            account: { bank: subject, branch: "001", kind: "ordinary", number: "0000001" },
            amount: 1 as PositiveYen,
            passbookText: ""
          }),
        inquire: ({ id, subject }: OutgoingRequest) =>
          Effect.as(behind.inquire({ bank: subject, reference: id }), "notFound" as const),
        submit: ({ id, subject }: OutgoingRequest) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            answer(id)
            if (subject === "0001") answeredAt.other = now
            else Object.assign(answeredAt, { last: now, open: answeredAt.open - 1 })
          })
      })
    }
  ])
  const dispatcher = Dispatcher.layer(couriers).pipe(
    Layer.provide(banks),
    Layer.provide(Circuits.layer(breaker)),
    Layer.provide(Layer.succeed(BankGateway, gateway)),
    Layer.provide(Layer.succeed(Outbox, outbox)),
    Layer.provide(Layer.mock(Engine, { requested: Latch.makeUnsafe(false) }))
  )
  return Effect.gen(function* () {
    yield* Effect.forkChild((yield* Dispatcher).run)
    for (let seconds = 0; seconds < minutes * 60 && (yield* outbox.waiting) > 0; seconds++) {
      yield* idle(tried)
      yield* TestClock.adjust("1 second")
    }
    return {
      otherMillis: answeredAt.other - askedAfter,
      afterRevivalMillis: answeredAt.open > 0 ? Number.POSITIVE_INFINITY : answeredAt.last - revivesAt,
      debitedOnce: [...asked.values()].every((times) => times === 1)
    }
  }).pipe(Effect.provide([dispatcher, Logger.layer([])]), Effect.provide(TestClock.layer()))
}
