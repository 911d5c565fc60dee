/**
 * Double spending: two processes on one store, asked at once for more than the accounts can pay.
 *
 * Besides the purses, slips are contested by two rich accounts, one in each process; keys are used in both processes; and
 * both change the biller while it is paid. In the end the books are verified twice, by the domain and by the verifier, and
 * replayed. The control does the same on a store that reads without locks, and must be found out.
 */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer, Schema } from "effect"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as Postgres from "../src/postgres/Postgres.ts"
import * as Server from "../test/postgres/Server.ts"
import { type Ask, actor, type Heard, Opened } from "./Asks.ts"
import { draw, judge, type OpenPurse, payment, type Purse, type Random } from "./Purses.ts"
import { storeOf } from "./TellerCore.ts"
import { type Teller, tellers } from "./Tellers.ts"

export interface Options {
  /** How many payments are asked for on each store. */
  readonly attempts: number
  readonly seed: number
  readonly progress?: (line: string) => void
  /** A server with a superuser; without it one is started. */
  readonly url?: string
  readonly stores?: ReadonlyArray<"sqlite" | "postgres">
}

export interface StoreFindings {
  readonly attempts: number
  readonly accepted: number
  readonly refused: number
  /** Payments beyond what an account held or was allowed. */
  readonly overdrafts: number
  /** Accounts that do not hold what their payments leave, and payments that are not in the books once. */
  readonly lost: number
  /** How often a caller had to ask again, because it heard nothing certain. */
  readonly repeats: number
  /** Whatever else is wrong. */
  readonly faults: ReadonlyArray<string>
  readonly seconds: number
}

export interface Findings extends StoreFindings {
  /** Of the controls, one on each store, how many were found out. */
  readonly controlsCaught: number
  readonly controls: number
}

/** Numbers from a seed (mulberry32). */
const randomFrom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const shuffled = <A>(random: Random, all: ReadonlyArray<A>): ReadonlyArray<A> =>
  all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one)

const opened = Schema.decodeUnknownSync(Schema.fromJsonString(Opened))

/** What must succeed, so that there is something to test. */
const done = async (teller: Teller, asks: ReadonlyArray<Ask>): Promise<ReadonlyArray<Heard>> => {
  const heard = await teller.ask(asks)
  const other = heard.find(({ what }) => what !== "accepted")
  if (other !== undefined) throw new Error(`the ground could not be laid: ${other.what} ${other.text}`)
  return heard
}

/** What an account was said to hold. Less than nothing cannot be said; it is no amount that a purse can have. */
const heldOf = (heard: Heard | undefined): number => (heard?.what === "accepted" ? Number(heard.text) : -1)

const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10

/** One store under test, and what was found so far. */
class Trial {
  readonly #both: readonly [Teller, Teller]
  readonly #random: Random
  #purses = 0
  #contested = 0
  #rich: ReadonlyArray<OpenPurse> = []
  attempts = 0
  accepted = 0
  refused = 0
  repeats = 0
  overdrafts = 0
  lost = 0
  /** Payments that must be in the books, once each. */
  readonly keys = new Set<string>()
  readonly faults: Array<string> = []

  constructor(both: readonly [Teller, Teller], random: Random) {
    this.#both = both
    this.#random = random
  }

  async prepare(): Promise<void> {
    const [one] = this.#both
    await done(one, [{ ask: "adopt", version: 0, operator: "one" }])
    await done(one, [{ ask: "contract", version: 0, operator: "one" }])
    const rich = { bound: "balance", amount: 1000, count: 0, payable: 0, fill: 900_000_000_000, before: 0 } as const
    this.#rich = await this.#open([1, 2].map((n) => ({ ...rich, n, isTwin: false })))
    this.#purses = 2
  }

  async #open(purses: ReadonlyArray<Purse>): Promise<ReadonlyArray<OpenPurse>> {
    const [one] = this.#both
    const accounts = await done(
      one,
      purses.map(({ bound, n }) => ({ ask: "open", n, isVerified: bound === "balance" }))
    )
    const all = purses.flatMap((purse, index) => {
      const account = accounts[index]
      return account === undefined ? [] : [{ ...purse, ...opened(account.text) }]
    })
    await done(one, [{ ask: "settle" }])
    await done(
      one,
      all.map(({ account, fill, link, n }) => ({ ask: "fill", account, link, amount: fill, key: `fill ${n}` }))
    )
    await done(one, [{ ask: "settle" }])
    const first = all.filter(({ before }) => before > 0)
    await done(
      one,
      first.map((purse) => payment(purse, 0))
    )
    for (const { n } of first) this.keys.add(`pay ${n} 0`)
    return all
  }

  /** Asks both processes at once, each in an order of its own; answers what each key was told in either. */
  async #race(asks: readonly [ReadonlyArray<Ask>, ReadonlyArray<Ask>]) {
    const mixed = [shuffled(this.#random, asks[0]), shuffled(this.#random, asks[1])] as const
    const heard = await Promise.all(this.#both.map((teller, side) => teller.ask(mixed[side] ?? [])))
    const byKey = new Map<string, Array<Heard>>()
    mixed.forEach((all, side) => {
      all.forEach((ask, index) => {
        const one = heard[side]?.[index]
        if (ask.ask !== "pay" || one === undefined) return
        byKey.set(ask.key, [...(byKey.get(ask.key) ?? []), one])
        this.attempts += 1
        this.repeats += one.repeats
        if (one.what === "accepted") this.accepted += 1
        if (one.what === "refused") this.refused += 1
      })
    })
    for (const [key, all] of byKey) if (all.some(({ what }) => what === "accepted")) this.keys.add(key)
    return byKey
  }

  /** Some purses, all at once. */
  async round(purseCount: number): Promise<void> {
    const drawn = Array.from({ length: purseCount }, () => draw(this.#random, ++this.#purses))
    const purses = await this.#open(drawn)
    const asks: [Array<Ask>, Array<Ask>] = [[], []]
    for (const purse of purses) {
      for (let index = 1; index <= purse.count; index++) {
        const ask = payment(purse, index, index % 4 === 1)
        if (purse.isTwin || index % 2 === 0) asks[0].push(ask)
        if (purse.isTwin || index % 2 === 1) asks[1].push(ask)
      }
    }
    const contested = Array.from({ length: 16 }, () => ++this.#contested)
    this.#rich.forEach((purse, side) => {
      const { account, amount } = purse
      const slip = (n: number): Ask => ({
        ask: "pay",
        account,
        slip: 10_000_000_000 + n,
        amount,
        key: `contested ${n} ${side}`,
        isWatched: false
      })
      asks[side === 0 ? 0 : 1].push(...contested.map(slip))
    })
    const version = this.#purses
    asks[0].push({ ask: "contract", version, operator: "one" })
    asks[1].push({ ask: "contract", version: version + 1, operator: "two" })
    await this.#judge(purses, contested, await this.#race(asks))
    await done(this.#both[this.#random() < 0.5 ? 0 : 1], [{ ask: "seal" }])
  }

  async #judge(
    purses: ReadonlyArray<OpenPurse>,
    contested: ReadonlyArray<number>,
    heard: ReadonlyMap<string, ReadonlyArray<Heard>>
  ): Promise<void> {
    const held = await this.#both[1].ask(purses.map(({ account }) => ({ ask: "balance", account })))
    purses.forEach((purse, index) => {
      const keys = Array.from({ length: purse.count }, (_, one) => `pay ${purse.n} ${one + 1}`)
      const told = keys.map((key) => heard.get(key) ?? [])
      const judged = judge({ purse, heard: told, held: heldOf(held[index]) })
      this.overdrafts += judged.overdrafts
      this.lost += judged.lost > 0 ? 1 : 0
      this.faults.push(...judged.faults)
    })
    for (const n of contested) {
      const [one, two] = [0, 1].map((side) => heard.get(`contested ${n} ${side}`)?.[0])
      const paid = [one, two].filter((each) => each?.what === "accepted").length
      const refused = [one, two].find((each) => each?.what === "refused")
      if (paid > 1) this.overdrafts += paid - 1
      if (paid !== 1 || refused?.text.includes('"BillAlreadyPaid"') !== true) {
        this.faults.push(`slip ${n}: ${one?.what} ${one?.text}, ${two?.what} ${two?.text}`)
      }
    }
  }
}

/** The keys of payments in the books, and how many seals and lanes there are. */
const inBooks = Effect.gen(function* () {
  const journal = yield* Journal
  const keys: Array<string> = []
  let seals = 0
  for (let after = 0; ;) {
    const page = yield* journal.page(after, 1000)
    const last = page.at(-1)
    if (last === undefined) break
    keys.push(...page.filter((one) => one.actor === actor && one.tag === "PaySlip").map(({ key }) => key))
    seals += page.filter(({ tag }) => tag === "SealLanes").length
    after = place(last)
  }
  const { heads } = yield* verify()
  return { keys, seals, lanes: heads.length }
})

const program = fileURLToPath(new URL("../../cli/src/Main.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

/** What a command of the command line has against a store; nothing where it ends with 0. */
export const auditFault = (command: "verify" | "replay", store: string): Promise<ReadonlyArray<string>> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...flags, program, command, store], { maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve(error === null ? [] : [`${command}: ${stdout}${stderr}`.slice(0, 2000)])
    )
  })

/** Compares the books with what was acknowledged. */
const examine = Effect.fnUntraced(function* (store: string, trial: Trial) {
  const reading = Layer.merge(storeOf(store), NodeDigest.layer)
  const found = yield* Effect.provide(inBooks, reading, { local: true }).pipe(
    Effect.catchTag("BooksBroken", ({ at, fault }) => {
      trial.faults.push(`the books are broken: ${fault} at ${at}`)
      return Effect.succeed({ keys: [...trial.keys], seals: 0, lanes: 0 })
    })
  )
  const there = new Set(found.keys)
  const missing = [...trial.keys].filter((key) => !there.has(key))
  const unheard = [...there].filter((key) => !trial.keys.has(key))
  trial.lost += missing.length + (found.keys.length - there.size)
  if (unheard.length > 0) trial.faults.push(`${unheard.length} payments were booked and refused, first ${unheard[0]}`)
  if (store.startsWith("postgres") && (found.lanes < 2 || found.seals < 1))
    trial.faults.push(`${found.lanes} lanes, ${found.seals} seals`)
  const audits = [auditFault("verify", store), auditFault("replay", store)]
  trial.faults.push(...(yield* Effect.promise(() => Promise.all(audits))).flat())
})

const findings = (trial: Trial, begun: number): StoreFindings => {
  const { accepted, attempts, faults, lost, overdrafts, refused, repeats } = trial
  return { attempts, accepted, refused, overdrafts, lost, repeats, faults, seconds: seconds(begun) }
}

const pursesAtOnce = 24

/** Double spending on one empty store. */
export const onStore = Effect.fnUntraced(function* (store: string, { attempts, progress, seed }: Options) {
  const begun = performance.now()
  const both = yield* tellers(store, { batchMax: 256 }, { batchMax: 40 })
  const [one, two] = both
  if (one === undefined || two === undefined) return yield* Effect.die(new Error("two tellers are needed"))
  const trial = new Trial([one, two], randomFrom(seed))
  yield* Effect.promise(() => trial.prepare())
  while (trial.attempts < attempts) {
    yield* Effect.promise(() => trial.round(pursesAtOnce))
    progress?.(`double-spend ${store.slice(0, 8)}: ${trial.attempts} of ${attempts}, ${seconds(begun)} s`)
  }
  yield* Effect.promise(() => Promise.all(both.map(({ end }) => end())))
  yield* examine(store, trial)
  return findings(trial, begun)
}, Effect.scoped)

/** The same with two processes that read without locks: what is wrong then is not looked for further than the purses. */
export const control = Effect.fnUntraced(function* (store: string, { seed }: Pick<Options, "seed">) {
  const begun = performance.now()
  const both = yield* tellers(store, { isCareless: true, batchMax: 8 }, { isCareless: true, batchMax: 8 })
  const [one, two] = both
  if (one === undefined || two === undefined) return yield* Effect.die(new Error("two tellers are needed"))
  const trial = new Trial([one, two], randomFrom(seed))
  yield* Effect.promise(() => trial.prepare())
  yield* Effect.promise(() => trial.round(9))
  return findings(trial, begun)
}, Effect.scoped)

/** Takes the database's own check of balances away, so that a store that overdraws can be seen to. */
const withoutCheck = (url: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* Layer.build(Postgres.layer({ url }))
      const client = yield* Server.connect(url)
      const found = yield* client.unsafe<{ readonly conname: string }>(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'balance'::regclass AND pg_get_constraintdef(oid) LIKE '%debits <= credits%'"
      )
      for (const { conname } of found) yield* client.unsafe(`ALTER TABLE balance DROP CONSTRAINT "${conname}"`)
    })
  )

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "kinchaku-spend-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const onSqlite = Effect.fnUntraced(function* (options: Options) {
  const folder = yield* temporaryFolder
  const found = yield* onStore(join(folder, "books.db"), options)
  const caught = yield* control(join(folder, "control.db"), options)
  return { found, caught }
}, Effect.scoped)

const onPostgres = Effect.fnUntraced(function* (options: Options) {
  const server = options.url === undefined ? yield* Server.start() : { url: options.url }
  const found = yield* onStore(yield* Server.database(server), options)
  const careless = yield* Server.database(server)
  yield* withoutCheck(careless)
  const caught = yield* control(careless, options)
  return { found, caught }
}, Effect.scoped)

const sum = (all: ReadonlyArray<StoreFindings>, field: Exclude<keyof StoreFindings, "faults">): number =>
  all.reduce((total, one) => total + one[field], 0)

/** Tries so many payments on each store, and the control on each. */
export const run = Effect.fnUntraced(function* (options: Options) {
  const { progress, stores = ["sqlite", "postgres"] } = options
  const all: Array<StoreFindings> = []
  let controlsCaught = 0
  for (const store of stores) {
    const { caught, found } = yield* store === "sqlite" ? onSqlite(options) : onPostgres(options)
    all.push(found)
    const isCaught = caught.overdrafts + caught.lost > 0
    controlsCaught += isCaught ? 1 : 0
    progress?.(
      `double-spend ${store}: control with ${caught.overdrafts} overdrafts and ${caught.lost} lost: ${isCaught ? "caught" : "MISSED"}`
    )
  }
  const findings: Findings = {
    attempts: sum(all, "attempts"),
    accepted: sum(all, "accepted"),
    refused: sum(all, "refused"),
    overdrafts: sum(all, "overdrafts"),
    lost: sum(all, "lost"),
    repeats: sum(all, "repeats"),
    faults: all.flatMap(({ faults }) => faults),
    seconds: sum(all, "seconds"),
    controlsCaught,
    controls: stores.length
  }
  return findings
})
