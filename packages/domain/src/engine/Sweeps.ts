/**
 * Sweeps: what time alone brings about, found by searches and done by commands (BAL-06, BAL-07, BNK-03, IDV-05, TOP-11, …).
 *
 * A sweep is a list of chores. It can be interrupted and repeated anywhere: the searches find what is left, and each command
 * decides on its own facts.
 */
import type { Duration } from "effect"
import { Clock, Context, Effect, Layer } from "effect"
import { type Account, type AccountId, accounts } from "../account/Account.ts"
import { ExpireCash, noticeDue, RemindCashExpiry } from "../account/CashExpiry.ts"
import { confirmationNoticeDue, confirmedBefore, RemindConfirmation } from "../account/Confirmation.ts"
import { ReleaseBankLink } from "../bank/Releasing.ts"
import { addDays, at as dayAt, end, instant, type Instant, later } from "../calendar/JapanDate.ts"
import { RaiseUnresolvedPayment } from "../payment/Unresolved.ts"
import { type PayoutId, payouts } from "../payout/Payout.ts"
import { batchKey, isRaisable, RaiseUnresolvedPayout } from "../payout/Unresolved.ts"
import { type Policy, policyInForce } from "../policy/Policy.ts"
import { ExpireDepositTopUp, RaiseUnissuedDeposit } from "../topup/DepositExpiry.ts"
import { raisedSince, RaiseUnresolved } from "../topup/Unresolved.ts"
import type { Actor, Command } from "./Command.ts"
import { Due } from "./Due.ts"
import { Engine } from "./Engine.ts"
import { key } from "./RecordKind.ts"
import { Store, type StoreUnavailable } from "./Store.ts"

const actor = "system:sweep" as Actor
const pageSize = 200

export class Sweeps extends Context.Service<
  Sweeps,
  {
    /** Does everything that is due now, chore by chore; answers how many commands it took. */
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

/** A chore; what it answers is how many commands it took. */
type Chore = Effect.Effect<number, StoreUnavailable>

/** A search for what is due at an edge of time, in the order of the ids, after an id. */
type Search<Edge, Id> = (edge: Edge, after: string, limit: number) => Effect.Effect<ReadonlyArray<Id>, StoreUnavailable>

/** A command that is to be submitted, by its content and its key. */
type Chosen<Content> = { readonly content: Content; readonly key: string }

/** The commands for a page of what a search found. */
type Choice<Id, Content> = (ids: ReadonlyArray<Id>) => Effect.Effect<ReadonlyArray<Chosen<Content>>, StoreUnavailable>

type Ports = { readonly due: Due["Service"]; readonly engine: Engine["Service"]; readonly store: Store["Service"] }

/** Goes through a search page by page and submits what is chosen; a refusal of one does not end the sweep. */
const chore =
  ({ engine }: Ports) =>
  <Edge, Id extends string, Content, Success, Refusal>(
    search: Search<Edge, Id>,
    edge: Edge,
    command: Command<Content, Success, Refusal>,
    choose: Choice<Id, Content>
  ): Chore => {
    const submit = (one: Chosen<Content>) => Effect.exit(engine.submit(command, one.content, { actor, key: one.key }))
    return Effect.gen(function* () {
      let done = 0
      for (let after = ""; ;) {
        const ids = yield* search(edge, after, pageSize)
        const last = ids.at(-1)
        if (last === undefined) return done
        const chosen = yield* choose(ids)
        yield* Effect.forEach(chosen, submit, { concurrency: "unbounded", discard: true })
        done += chosen.length
        after = last
      }
    })
  }

/** Chooses everything that was found: the search alone says what is due. */
const each =
  (now: Instant) =>
  <Id extends string, Content>(name: string, content: (id: Id) => Content): Choice<Id, Content> =>
  (ids) =>
    Effect.succeed(ids.map((id) => ({ content: content(id), key: `${name} ${id} ${now}` })))

const ofAccount = <Id>(account: Id) => ({ account })
const ofTopUp = <Id>(topUp: Id) => ({ topUp })
const ofPayment = <Id>(payment: Id) => ({ payment })
const ofLink = <Id>(link: Id) => ({ link })

/** Chooses the accounts for which a notice period has begun. */
const reminding =
  (
    { store }: Ports,
    daysOf: (account: Account) => number | undefined,
    keyOf: (account: Account, days: number) => string
  ): Choice<AccountId, { readonly account: AccountId }> =>
  (ids) =>
    Effect.map(store.read(ids.map((id) => key(accounts, id))), (facts) =>
      ids.flatMap((id) => {
        const account = facts.find(accounts, id)
        const days = account === undefined ? undefined : daysOf(account)
        if (account === undefined || days === undefined) return []
        return [{ content: { account: id }, key: keyOf(account, days) }]
      })
    )

/** Chooses the payouts that are to be raised: one that went by file is found at every sweep until its transfer day is over. */
const raisable =
  ({ store }: Ports, policy: Policy, now: Instant): Choice<PayoutId, { readonly payout: PayoutId }> =>
  (ids) =>
    Effect.gen(function* () {
      const found = yield* store.read(ids.map((id) => key(payouts, id)))
      const all = ids.flatMap((id) => found.find(payouts, id) ?? [])
      const batches = yield* store.read(all.flatMap(batchKey))
      return all
        .filter((payout) => isRaisable(batches, payout, policy, now))
        .map(({ id }) => ({ content: { payout: id }, key: `raise ${id} ${now}` }))
    })

/** What is due at any time. */
const chores = (ports: Ports, policy: Policy, now: Instant): ReadonlyArray<Chore> => {
  const { due } = ports
  const doing = chore(ports)
  const all = each(now)
  const past = instant(Math.max(now - 1, 0))
  const silentBefore = later(raisedSince(policy, now), 1)
  return [
    doing(due.expiringCash, past, ExpireCash, all("expire", ofAccount)),
    doing(due.unresolvedTopUps, silentBefore, RaiseUnresolved, all("raise", ofTopUp)),
    doing(due.unresolvedPayments, silentBefore, RaiseUnresolvedPayment, all("raise", ofPayment)),
    doing(due.unresolvedPayouts, silentBefore, RaiseUnresolvedPayout, raisable(ports, policy, now)),
    doing(due.unissuedDeposits, silentBefore, RaiseUnissuedDeposit, all("raise", ofTopUp)),
    doing(due.overdueDeposits, dayAt(now), ExpireDepositTopUp, all("expire", ofTopUp)),
    doing(due.releasableLinks, now, ReleaseBankLink, all("release", ofLink))
  ]
}

/** What is due by the day: all accounts within the longest notice period are looked at once a day. */
const reminders = (ports: Ports, policy: Policy, now: Instant): ReadonlyArray<Chore> => {
  const { due } = ports
  const doing = chore(ports)
  const { cashExpiryNoticeDays } = policy
  const horizon = end(addDays(dayAt(now), Math.max(0, ...cashExpiryNoticeDays)))
  const ofCash = reminding(
    ports,
    (account) => noticeDue(cashExpiryNoticeDays, account, now),
    ({ cashExpiresAt, id }, days) => `remind ${id} ${days} days before ${cashExpiresAt}`
  )
  const ofConfirmation = reminding(
    ports,
    (account) => confirmationNoticeDue(policy, account, now),
    ({ confirmedAt, id }, days) => `confirm ${id} ${days} days before, ${confirmedAt}`
  )
  return [
    doing(due.expiringCash, horizon, RemindCashExpiry, ofCash),
    doing(due.confirmedUntil, confirmedBefore(policy, now), RemindConfirmation, ofConfirmation)
  ]
}

const make = Effect.fnUntraced(function* () {
  const ports: Ports = { due: yield* Due, engine: yield* Engine, store: yield* Store }
  let remindedOn = ""

  const together = (all: ReadonlyArray<Chore>) =>
    Effect.map(Effect.all(all), (taken) => taken.reduce((sum, n) => sum + n, 0))

  const runDue = Effect.gen(function* () {
    const now = instant(yield* Clock.currentTimeMillis)
    const { policy } = yield* ports.store.read([key(policyInForce, "current")])
    const done = yield* together(chores(ports, policy, now))
    const today = dayAt(now)
    if (remindedOn === today) return done
    const reminded = yield* together(reminders(ports, policy, now))
    remindedOn = today
    return done + reminded
  })

  const run = (every: Duration.Input) =>
    runDue.pipe(
      Effect.catchCause((cause) => Effect.logWarning("a sweep did not end", cause)),
      Effect.andThen(Effect.sleep(every)),
      Effect.forever
    )

  return Sweeps.of({ runDue, run })
})
