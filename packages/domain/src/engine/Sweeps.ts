/**
 * Sweeps: what time alone brings about, found by searches and done by commands (BAL-06, BAL-07, IDV-05, TOP-11).
 *
 * A sweep can be interrupted and repeated anywhere: the search finds what is left, and each command decides on its own facts.
 */
import type { Duration } from "effect"
import { Clock, Context, Effect, Layer } from "effect"
import { accounts } from "../account/Account.ts"
import { ExpireCash, noticeDue, RemindCashExpiry } from "../account/CashExpiry.ts"
import { confirmationNoticeDue, confirmedBefore, RemindConfirmation } from "../account/Confirmation.ts"
import { addDays, at as dayAt, end, instant, type Instant, later } from "../calendar/JapanDate.ts"
import { raisedSince, RaiseUnresolved } from "../topup/Unresolved.ts"
import { type Policy, policyInForce } from "../policy/Policy.ts"
import type { Actor } from "./Command.ts"
import { Due } from "./Due.ts"
import { Engine } from "./Engine.ts"
import { key } from "./RecordKind.ts"
import { Store, type StoreUnavailable } from "./Store.ts"

const actor = "system:sweep" as Actor
const pageSize = 200

export class Sweeps extends Context.Service<
  Sweeps,
  {
    /** Does everything that is due now: expired cash to breakage, notices before expiry and before a confirmation falls due, unresolved top-ups raised. Answers how many commands it took. */
    readonly runDue: Effect.Effect<number, StoreUnavailable>
    /** Sweeps at an interval, until interrupted. */
    readonly run: (every: Duration.Input) => Effect.Effect<never>
  }
>()("@kinchaku/domain/engine/Sweeps") {
  static readonly layer: Layer.Layer<Sweeps, never, Due | Engine | Store> = Layer.effect(
    Sweeps,
    Effect.suspend(() => make())
  )
}

/** Every id that a search yields, page by page; answers the sum of what `each` says of its page. */
const forAll = Effect.fnUntraced(function* <Id extends string, E>(
  page: (after: string, limit: number) => Effect.Effect<ReadonlyArray<Id>, StoreUnavailable>,
  each: (ids: ReadonlyArray<Id>) => Effect.Effect<number, E>
) {
  let done = 0
  let after = ""
  for (;;) {
    const ids = yield* page(after, pageSize)
    const last = ids.at(-1)
    if (last === undefined) return done
    done += yield* each(ids)
    after = last
  }
})

/** Submits one command for each id; a refusal of one does not end the sweep. */
const forEach = <Id, E>(ids: ReadonlyArray<Id>, submit: (id: Id) => Effect.Effect<unknown, E>) =>
  Effect.as(
    Effect.forEach(ids, (id) => Effect.exit(submit(id)), { concurrency: "unbounded", discard: true }),
    ids.length
  )

/** The end of the day so many days after a time: what expires until then is within the notice period. */
const horizon = (now: Instant, days: number): Instant => end(addDays(dayAt(now), days))

const make = Effect.fnUntraced(function* () {
  const due = yield* Due
  const engine = yield* Engine
  const store = yield* Store
  let remindedOn = ""

  const remindOfCash = Effect.fnUntraced(function* ({ cashExpiryNoticeDays }: Policy, now: Instant) {
    const longest = Math.max(0, ...cashExpiryNoticeDays)
    return yield* forAll(
      (after, limit) => due.expiringCash(horizon(now, longest), after, limit),
      Effect.fnUntraced(function* (ids) {
        const facts = yield* store.read(ids.map((id) => key(accounts, id)))
        const wanting = ids.flatMap((id) => {
          const account = facts.find(accounts, id)
          const days = account === undefined ? undefined : noticeDue(cashExpiryNoticeDays, account, now)
          return days === undefined ? [] : [{ id, key: `remind ${id} ${days} days before ${account?.cashExpiresAt}` }]
        })
        return yield* forEach(wanting, (one) =>
          engine.submit(RemindCashExpiry, { account: one.id }, { actor, key: one.key })
        )
      })
    )
  })

  const remindOfConfirmation = Effect.fnUntraced(function* (policy: Policy, now: Instant) {
    return yield* forAll(
      (after, limit) => due.confirmedUntil(confirmedBefore(policy, now), after, limit),
      Effect.fnUntraced(function* (ids) {
        const facts = yield* store.read(ids.map((id) => key(accounts, id)))
        const wanting = ids.flatMap((id) => {
          const account = facts.find(accounts, id)
          const days = account === undefined ? undefined : confirmationNoticeDue(policy, account, now)
          return days === undefined ? [] : [{ id, key: `confirm ${id} ${days} days before, ${account?.confirmedAt}` }]
        })
        return yield* forEach(wanting, (one) =>
          engine.submit(RemindConfirmation, { account: one.id }, { actor, key: one.key })
        )
      })
    )
  })

  /** Reminders are due by the day: all accounts within the longest notice period are looked at once a day. */
  const remind = Effect.fnUntraced(function* (policy: Policy, now: Instant) {
    const today = dayAt(now)
    if (remindedOn === today) return 0
    const reminded = (yield* remindOfCash(policy, now)) + (yield* remindOfConfirmation(policy, now))
    remindedOn = today
    return reminded
  })

  const runDue = Effect.gen(function* () {
    const now = instant(yield* Clock.currentTimeMillis)
    const { policy } = yield* store.read([key(policyInForce, "current")])
    const expired = yield* forAll(
      (after, limit) => due.expiringCash(instant(Math.max(now - 1, 0)), after, limit),
      (ids) =>
        forEach(ids, (account) => engine.submit(ExpireCash, { account }, { actor, key: `expire ${account} ${now}` }))
    )
    const reminded = yield* remind(policy, now)
    const raised = yield* forAll(
      (after, limit) => due.unresolvedTopUps(later(raisedSince(policy, now), 1), after, limit),
      (ids) =>
        forEach(ids, (topUp) => engine.submit(RaiseUnresolved, { topUp }, { actor, key: `raise ${topUp} ${now}` }))
    )
    return expired + reminded + raised
  })

  const run = (every: Duration.Input) =>
    runDue.pipe(
      Effect.catchCause((cause) => Effect.logWarning("a sweep did not end", cause)),
      Effect.andThen(Effect.sleep(every)),
      Effect.forever
    )

  return Sweeps.of({ runDue, run })
})
