/**
 * `npm run bench [-- --json]`: full payments through the public service with durable commits, against the floor of
 * hand-written statements that write the same rows with the same batches in the same run.
 *
 * Every figure is a ratio inside one run: rounds of service and floor take turns on the same machine and disk.
 */
// Schemas are compiled, as the server does at its start.
import "effect/schema/SchemaJITCompiler/enable"
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"

import { Store, type Writes } from "@kinchaku/domain/engine/Store"
import { Payments, type SlipPaymentRequest } from "@kinchaku/domain/payment/Payments"
import { Effect, Layer, ManagedRuntime } from "effect"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as NodeIds from "../src/platform/NodeIds.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import * as Floor from "./Floor.ts"
import * as Load from "./Load.ts"

const isJson = process.argv.includes("--json")
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const folder = mkdtempSync(join(tmpdir(), "kinchaku-bench-"))
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5)
const perRound = Number(process.env["BENCH_PAYMENTS"] ?? 4000)
const callerCounts = (process.env["BENCH_CALLERS"] ?? "1,8,64,256").split(",").map(Number)
const actor = "host:bench" as Actor

/** The service on a file, its commits overheard. */
const service = (filename: string, overheard: Array<Writes>) => {
  const listening = Layer.effect(
    Store,
    Effect.map(Store, (store) =>
      Store.of({
        ...store,
        commit: (work) =>
          store.commit({
            ...work,
            decide: (...found) => {
              const writes = work.decide(...found)
              overheard.push(writes)
              return writes
            }
          })
      })
    )
  )
  return ManagedRuntime.make(
    Payments.layer.pipe(
      Layer.provideMerge(Engine.layer()),
      Layer.provide(listening),
      Layer.provideMerge(SqliteStore.layer({ filename })),
      Layer.provide(Layer.mergeAll(NodeIds.layer, NodeDigest.layer))
    )
  )
}

/** Seconds that so many concurrent callers take to pay all slips; each caller waits for its own commit before its next payment. */
const pay = Effect.fnUntraced(function* (requests: ReadonlyArray<SlipPaymentRequest>, callers: number) {
  const payments = yield* Payments
  let next = 0
  const caller = Effect.fnUntraced(function* () {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      yield* payments.paySlip(request, { actor, key: request.barcode })
    }
  })
  const begun = performance.now()
  yield* Effect.all(Array.from({ length: callers }, caller), { concurrency: "unbounded", discard: true })
  return (performance.now() - begun) / 1000
})

const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

interface Figure {
  readonly callers: number
  readonly billers: number
  readonly payments_per_s: number
  readonly floor_payments_per_s: number
  readonly ratio: number
}

/** Rounds of the service and of the floor in turn, on files that begin alike. */
const measure = async (callers: number, billers: number, count: number): Promise<Figure> => {
  const name = `${callers}-${billers}`
  const file = join(folder, `service-${name}.db`)
  const floorFile = join(folder, `floor-${name}.db`)
  const overheard: Array<Writes> = []
  const first = service(file, overheard)
  const accounts: ReadonlyArray<AccountId> = await first.runPromise(Load.prepare(1000, billers))
  await first.dispose()
  copyFileSync(file, floorFile)
  const totals = new Floor.Totals(floorFile)
  const runtime = service(file, overheard)
  const service_s: Array<number> = []
  const floor_s: Array<number> = []
  // The first round warms up both sides and is not counted.
  for (let round = 0; round <= rounds; round++) {
    overheard.length = 0
    const seconds = await runtime.runPromise(pay(Load.slips(round * count, count, accounts, billers), callers))
    const batches = overheard.map((writes) => Floor.stepsOf(totals, writes))
    const floorSeconds = Floor.run(floorFile, batches)
    if (round === 0) continue
    service_s.push(seconds)
    floor_s.push(floorSeconds)
    say(
      `${callers} callers, ${billers} billers, round ${round}: ${Math.round(count / seconds)}/s, floor ${Math.round(count / floorSeconds)}/s, ${overheard.length} commits`
    )
  }
  await runtime.dispose()
  const payments_per_s = Math.round(count / median(service_s))
  const floor_payments_per_s = Math.round(count / median(floor_s))
  const ratio = median(service_s.map((seconds, index) => (floor_s[index] ?? 0) / seconds))
  return { callers, billers, payments_per_s, floor_payments_per_s, ratio: Number(ratio.toFixed(3)) }
}

/** One hot biller against a thousand, in turns on one file each. */
const measureHot = async (): Promise<{ hot_payments_per_s: number; spread_payments_per_s: number; ratio: number }> => {
  const prepared = async (billers: number) => {
    const runtime = service(join(folder, `hot-${billers}.db`), [])
    return {
      runtime,
      billers,
      accounts: await runtime.runPromise(Load.prepare(1000, billers)),
      seconds: [] as Array<number>
    }
  }
  const sides = [await prepared(1), await prepared(1000)] as const
  for (let round = 0; round <= rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const seconds = await side.runtime.runPromise(
        pay(Load.slips(round * perRound, perRound, side.accounts, side.billers), 64)
      )
      if (round > 0) side.seconds.push(seconds)
    }
  }
  await Promise.all(sides.map(({ runtime }) => runtime.dispose()))
  const [hot, spread] = sides
  const ratio = median(hot.seconds.map((seconds, index) => (spread.seconds[index] ?? 0) / seconds))
  return {
    hot_payments_per_s: Math.round(perRound / median(hot.seconds)),
    spread_payments_per_s: Math.round(perRound / median(spread.seconds)),
    ratio: Number(ratio.toFixed(3))
  }
}

try {
  const batch: Array<Figure> = []
  for (const callers of callerCounts)
    batch.push(await measure(callers, 1000, callers === 1 ? Math.min(perRound, 500) : perRound))
  const at64 = batch.find(({ callers }) => callers === 64)
  const { billers: _, callers: __, ...sqlite } = at64 ?? { billers: 0, callers: 0 }
  const report = {
    sqlite,
    batch,
    hot: await measureHot(),
    durable: "WAL, synchronous=FULL",
    rounds,
    payments_per_round: perRound
  }
  if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`)
  else {
    console.table(batch)
    console.table([report.hot])
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
