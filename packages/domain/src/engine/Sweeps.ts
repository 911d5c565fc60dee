/**
 * Sweeps: what time alone brings about, found by searches and done by commands (BAL-06, BAL-07, TOP-11).
 *
 * A sweep can be interrupted and repeated anywhere: the search finds what is left, and each command decides on its own facts.
 */
import type { Duration } from "effect"
import { Clock, Context, Effect, Layer } from "effect"
import { type AccountId, accounts } from "../account/Account.ts"
import { ExpireCash, noticeDue, RemindCashExpiry } from "../account/CashExpiry.ts"
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
    /** Does everything that is due now: expired cash to breakage, notices before expiry, unresolved top-ups raised. Answers how many commands it took. */
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

/** Every id that a search yields, page by page; each is handed to `each`, and a refusal of one does not end the sweep. */
const forAll = Effect.fnUntraced(function* <Id extends string, E>(
  page: (after: string, limit: number) => Effect.Effect<ReadonlyArray<Id>, StoreUnavailable>,
  each: (id: Id) => Effect.Effect<unknown, E>
) {
  let done = 0
  let after = ""
  for (;;) {
    const ids = yield* page(after, pageSize)
    const last = ids.at(-1)
    if (last === undefined) return done
    yield* Effect.forEach(ids, (id) => Effect.exit(each(id)), { concurrency: "unbounded", discard: true })
    done += ids.length
    after = last
  }
})

const make = Effect.fnUntraced(function* () {
  const due = yield* Due
  const engine = yield* Engine
  const store = yield* Store

  /** The end of the day so many days after a time: what expires until then is within the notice period. */
  const horizon = (now: Instant, days: number): Instant => end(addDays(dayAt(now), days))

  /** Submits a reminder only where one is due, so that a sweep of every minute records nothing. */
  const remind = Effect.fnUntraced(function* (policy: Policy, id: AccountId, now: Instant) {
    const account = (yield* store.read([key(accounts, id)])).find(accounts, id)
    if (account === undefined || noticeDue(policy.cashExpiryNoticeDays, account, now) === undefined) return
    yield* engine.submit(RemindCashExpiry, { account: id }, { actor, key: `remind ${id} ${dayAt(now)}` })
  })

  const runDue = Effect.gen(function* () {
    const now = instant(yield* Clock.currentTimeMillis)
    const { policy } = yield* store.read([key(policyInForce, "current")])
    const expired = yield* forAll(
      (after, limit) => due.expiringCash(instant(Math.max(now - 1, 0)), after, limit),
      (account) => engine.submit(ExpireCash, { account }, { actor, key: `expire ${account} ${now}` })
    )
    const longest = Math.max(0, ...policy.cashExpiryNoticeDays)
    const reminded = yield* forAll(
      (after, limit) => due.expiringCash(horizon(now, longest), after, limit),
      (account) => remind(policy, account, now)
    )
    const raised = yield* forAll(
      (after, limit) => due.unresolvedTopUps(later(raisedSince(policy, now), 1), after, limit),
      (topUp) => engine.submit(RaiseUnresolved, { topUp }, { actor, key: `raise ${topUp} ${now}` })
    )
    return expired + reminded + raised
  })

  const run = (every: Duration.Input) =>
    runDue.pipe(
      Effect.catch((error) => Effect.logWarning("a sweep could not read the store", { operation: error.operation })),
      Effect.andThen(Effect.sleep(every)),
      Effect.forever
    )

  return Sweeps.of({ runDue, run })
})
