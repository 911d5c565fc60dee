/**
 * Several writers on one database: each a core of its own, as in a process of its own, and accounts that they share.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import { Store } from "@kinchaku/domain/engine/Store"
import { Effect, Layer, Schema } from "effect"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as Session from "../../src/postgres/Session.ts"
import { type Ask, type Heard, hear, hearOnce, Opened } from "../../torture/Asks.ts"
import { core, type CoreOptions } from "../../torture/TellerCore.ts"

/** A core with one lane on a database. */
export const writer = (url: string, options: CoreOptions = {}) =>
  Effect.map(Layer.build(core(PostgresStore.layer({ url, writers: 1, readers: 2 }), options)), (context) => ({
    context,
    ask: (ask: Ask): Effect.Effect<Heard> => Effect.provideContext(hear(ask), context),
    /** As ask, but whatever is heard first is the answer. */
    askOnce: (ask: Ask): Effect.Effect<Heard> => Effect.provideContext(hearOnce(ask), context)
  }))
export type Writer = Effect.Success<ReturnType<typeof writer>>

const opened = Schema.decodeUnknownSync(Schema.fromJsonString(Opened))

const done = Effect.fnUntraced(function* (asking: Effect.Effect<Heard>) {
  const heard = yield* asking
  return heard.what === "accepted" ? heard : yield* Effect.die(new Error(`${heard.what}: ${heard.text}`))
})

/** Puts a policy in force, contracts the biller and opens money accounts with a million yen each. */
export const accounts = Effect.fnUntraced(function* ({ ask }: Writer, count: number) {
  yield* done(ask({ ask: "adopt", version: 0, operator: "test" }))
  yield* done(ask({ ask: "contract", version: 0, operator: "test" }))
  const numbers = Array.from({ length: count }, (_, n) => n + 1)
  const all = yield* Effect.forEach(numbers, (n) => done(ask({ ask: "open", n, isVerified: true })), {
    concurrency: "unbounded"
  })
  yield* done(ask({ ask: "settle" }))
  const holders = all.map(({ text }) => opened(text))
  yield* Effect.forEach(
    holders,
    (holder, n) => done(ask({ ask: "fill", ...holder, amount: 1_000_000, key: `fill ${n}` })),
    {
      concurrency: "unbounded"
    }
  )
  yield* done(ask({ ask: "settle" }))
  return holders.map(({ account }) => account)
})

/** Pays 1,000 yen for a slip. */
export const payment = (account: AccountId | undefined, slip: number, key = `${slip}`): Ask => {
  if (account === undefined) throw new Error("there is no such account")
  return { ask: "pay", account, slip, amount: 1000, key, isWatched: false }
}

/** What an account holds. */
export const held = ({ ask }: Writer, account: AccountId | undefined) => {
  if (account === undefined) return Effect.die(new Error("there is no such account"))
  return Effect.map(done(ask({ ask: "balance", account })), ({ text }) => Number(text))
}

/** How many tries each commit of the store took. */
export const counting =
  (tries: Array<number>): NonNullable<CoreOptions["over"]> =>
  (beneath) =>
    Layer.effect(
      Store,
      Effect.map(Store, (store) =>
        Store.of({
          ...store,
          commit: (work) => {
            // Each try begins with facts of its own.
            const seen = new Set<unknown>()
            const counted = store.commit({
              ...work,
              missing: (facts) => {
                seen.add(facts)
                return work.missing(facts)
              }
            })
            return Effect.ensuring(
              counted,
              Effect.sync(() => void tries.push(seen.size))
            )
          }
        })
      )
    ).pipe(Layer.provideMerge(beneath))

/** The last try but one in a hundred. */
export const percentile99 = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * 0.99) - 1] ?? 0

/** Holds the row of an account locked, as a session that is none of ours, until it is told to let go. */
export const holding = Effect.fnUntraced(function* (url: string, account: AccountId | undefined) {
  const session = yield* Session.open(url)
  yield* session.rows("SET idle_in_transaction_session_timeout = 0")
  yield* session.rows("BEGIN")
  yield* session.rows("SELECT id FROM account WHERE id = $1 FOR UPDATE", account)
  return { release: Effect.orDie(Effect.asVoid(session.rows("ROLLBACK"))) }
})

/** Returns when so many sessions of a database wait for locks. */
export const waitingFor = Effect.fnUntraced(function* (url: string, count: number) {
  const session = yield* Session.open(url)
  const sql = `SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  while (Number((yield* session.rows(sql))[0]?.[0]) < count) yield* Effect.sleep("10 millis")
}, Effect.scoped)
