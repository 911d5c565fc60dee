/**
 * Double spending: two processes on one store, asked at once for more than the accounts can pay.
 *
 * Besides the purses, slips are contested by two rich accounts, one in each process; keys are used in both processes; and
 * both change the biller while it is paid. In the end the books are verified twice, by the domain and by the verifier, and
 * replayed, and the tables must say the same of each other. The control does the same on a store that reads without locks,
 * and must be found out.
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer } from "effect"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as Postgres from "../src/postgres/Postgres.ts"
import * as Server from "../test/postgres/Server.ts"
import { actor } from "./AskTerms.ts"
import { disagreements } from "./examination/Agreement.ts"
import { copyOf } from "./examination/Copying.ts"
import { randomFrom } from "./load/Random.ts"
import { type Kind, kinds, placesOn } from "./Places.ts"
import { storeOf } from "./TellerCore.ts"
import { tellers } from "./Tellers.ts"
import { type StoreFindings, Trial } from "./Trial.ts"

export interface Options {
  /** How many payments are asked for on each store. */
  readonly attempts: number
  readonly seed: number
  readonly progress?: (line: string) => void
  /** Told how many payments of a store have been asked for. */
  readonly tried?: (done: number, of: number) => void
  /** A server with a superuser; without it one is started. */
  readonly url?: string
  readonly stores?: ReadonlyArray<Kind>
}

/** What the control on a store did that it should not. */
export interface ControlFindings {
  readonly store: string
  readonly overdrafts: number
  readonly lost: number
}

/** Whether the control was found out. */
export const isCaught = ({ lost, overdrafts }: ControlFindings): boolean => overdrafts + lost > 0

export interface Findings extends StoreFindings {
  /** One on each store. */
  readonly controls: ReadonlyArray<ControlFindings>
  readonly controlsCaught: number
}

/** The commands by which something is spent. */
const spending = ["PaySlip", "RequestPayout"]

/** The keys of payments and payouts in the books, and how many seals and lanes there are. */
const inBooks = Effect.gen(function* () {
  const journal = yield* Journal
  const keys: Array<string> = []
  let seals = 0
  for (let after = 0; ;) {
    const page = yield* journal.page(after, 1000)
    const last = page.at(-1)
    if (last === undefined) break
    keys.push(...page.filter((one) => one.actor === actor && spending.includes(one.tag)).map(({ key }) => key))
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
  const shown = store.startsWith("postgres") ? yield* copyOf(store) : store
  trial.faults.push(...disagreements(shown))
  const audits = [auditFault("verify", store), auditFault("replay", store)]
  trial.faults.push(...(yield* Effect.promise(() => Promise.all(audits))).flat())
})

const pursesAtOnce = 24

/** Double spending on one empty store. */
export const onStore = Effect.fnUntraced(function* (store: string, { attempts, progress, seed, tried }: Options) {
  const both = yield* tellers(store, { batchMax: 256 }, { batchMax: 40 })
  const [one, two] = both
  if (one === undefined || two === undefined) return yield* Effect.die(new Error("two tellers are needed"))
  const trial = new Trial([one, two], randomFrom(seed))
  yield* Effect.promise(() => trial.prepare())
  while (trial.attempts < attempts) {
    yield* Effect.promise(() => trial.round(pursesAtOnce))
    progress?.(`double-spend: ${trial.attempts} of ${attempts}, ${trial.seconds} s`)
    tried?.(Math.min(trial.attempts, attempts), attempts)
  }
  yield* Effect.promise(() => Promise.all(both.map(({ end }) => end())))
  yield* examine(store, trial)
  return trial.findings
}, Effect.scoped)

/** The same with two processes that read without locks: what is wrong then is not looked for further than the purses. */
export const control = Effect.fnUntraced(function* (store: string, { seed }: Pick<Options, "seed">) {
  const both = yield* tellers(store, { isCareless: true, batchMax: 8 }, { isCareless: true, batchMax: 8 })
  const [one, two] = both
  if (one === undefined || two === undefined) return yield* Effect.die(new Error("two tellers are needed"))
  const trial = new Trial([one, two], randomFrom(seed))
  yield* Effect.promise(() => trial.prepare())
  yield* Effect.promise(() => trial.round(9))
  return trial.findings
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

const onKind = Effect.fnUntraced(function* (kind: Kind, options: Options) {
  const places = yield* placesOn(kind, options.url)
  const found = yield* onStore(places.trial, options)
  if (kind === "postgres") yield* withoutCheck(places.control)
  const caught = yield* control(places.control, options)
  return { found, caught }
}, Effect.scoped)

const sum = (all: ReadonlyArray<StoreFindings>, field: Exclude<keyof StoreFindings, "faults">): number =>
  all.reduce((total, one) => total + one[field], 0)

/** Tries so many payments on each store, and the control on each. */
export const run = Effect.fnUntraced(function* (options: Options) {
  const { progress, stores = kinds } = options
  const all: Array<StoreFindings> = []
  const controls: Array<ControlFindings> = []
  for (const store of stores) {
    const { caught, found } = yield* onKind(store, options)
    all.push(found)
    const one = { store, overdrafts: caught.overdrafts, lost: caught.lost }
    controls.push(one)
    progress?.(
      `double-spend ${store}: control with ${one.overdrafts} overdrafts and ${one.lost} lost: ${isCaught(one) ? "caught" : "MISSED"}`
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
    controls,
    controlsCaught: controls.filter(isCaught).length
  }
  return findings
})
