/**
 * Lockout: two processes on one store, in which codes of one account are typed by the thousand at once (LCK-07).
 *
 * In the end the books hold each guess that was told to have been looked at, once, and no other; they are verified and replayed.
 * The control does the same on a store that reads without locks, and must be found out.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Schema } from "effect"
import { auditFault } from "./DoubleSpend.ts"
import { randomFrom } from "./load/Random.ts"
import { LockoutTrial, type RoundFindings } from "./LockoutTrial.ts"
import { type Kind, placesOn } from "./Places.ts"
import { storeOf } from "./TellerCore.ts"
import { type TellerOptions, tellers } from "./Tellers.ts"

export interface Options {
  readonly rounds: number
  /** How many codes are typed at once in a round. */
  readonly attempts: number
  readonly seed: number
  /** Told how many rounds of a store are done. */
  readonly tried?: (done: number, of: number) => void
  /** A server with a superuser; without it one is started. */
  readonly url?: string
}

export interface Findings extends RoundFindings {
  /** What the control did that it should not: guesses too many, and rounds that were not counted as they were told. */
  readonly control: Pick<RoundFindings, "excess" | "miscounted">
  readonly isControlCaught: boolean
}

const contentOf = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ otp: Schema.String })))

/** How many attempts on each code are in the books. */
const attemptsInBooks = Effect.gen(function* () {
  const journal = yield* Journal
  const found = new Map<string, number>()
  for (let after = 0; ;) {
    const page = yield* journal.page(after, 1000)
    const last = page.at(-1)
    if (last === undefined) return found
    for (const { content, tag } of page) {
      if (tag !== "ConfirmOtp") continue
      const { otp } = contentOf(content)
      found.set(otp, (found.get(otp) ?? 0) + 1)
    }
    after = place(last)
  }
})

/** Compares the books with what was told. */
const examine = Effect.fnUntraced(function* (store: string, { booked, faults }: LockoutTrial) {
  const found = yield* Effect.provide(attemptsInBooks, storeOf(store), { local: true })
  for (const [otp, count] of booked) {
    if (found.get(otp) !== count)
      faults.push(`${otp}: ${count} guesses were told, ${found.get(otp) ?? 0} are in the books`)
  }
  const audits = [auditFault("verify", store), auditFault("replay", store)]
  faults.push(...(yield* Effect.promise(() => Promise.all(audits))).flat())
})

/** How many accounts are opened at once. */
const roundsAtOnce = 20

/** Rounds on one empty store, in two processes of which one takes small batches. */
const onStore = Effect.fnUntraced(function* (
  store: string,
  { attempts, rounds, seed, tried }: Options,
  each: TellerOptions = {}
) {
  const both = yield* tellers(store, { batchMax: 256, ...each }, { batchMax: 40, ...each })
  const [one, two] = both
  if (one === undefined || two === undefined) return yield* Effect.die(new Error("two tellers are needed"))
  const trial = new LockoutTrial([one, two], randomFrom(seed), attempts)
  yield* Effect.promise(() => trial.prepare())
  while (trial.rounds < rounds) {
    yield* Effect.promise(() => trial.play(Math.min(roundsAtOnce, rounds - trial.rounds)))
    tried?.(trial.rounds, rounds)
  }
  yield* Effect.promise(() => Promise.all(both.map(({ end }) => end())))
  return trial
}, Effect.scoped)

/** So many rounds on a store of a kind, and the control on another. */
export const run = Effect.fnUntraced(function* (kind: Kind, options: Options) {
  const places = yield* placesOn(kind, options.url)
  const trial = yield* onStore(places.trial, options)
  yield* examine(places.trial, trial)
  const small = { rounds: 6, attempts: Math.min(options.attempts, 100), seed: options.seed }
  const careless = yield* onStore(places.control, small, { isCareless: true, batchMax: 8 })
  const { excess, miscounted } = careless.findings
  const findings: Findings = {
    ...trial.findings,
    control: { excess, miscounted },
    isControlCaught: excess + miscounted > 0
  }
  return findings
}, Effect.scoped)
