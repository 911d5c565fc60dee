/**
 * SIGKILL at random moments: what a caller was told is in the file, once, and nothing in the file is half.
 *
 * KILLS and SEED may be set. A killed process leaves the pages that it wrote to the operating system, synchronised or not:
 * a worker with `synchronous=OFF` would lose nothing here either, and is no control. Power cuts are tested elsewhere.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { head } from "@kinchaku/domain/audit/Journal"
import { Effect } from "effect"
import { expect, test } from "vitest"
import { temporaryFile } from "../TemporaryFile.ts"
import { onCore } from "../../torture/load/Core.ts"
import { examine, type Findings, replayFaults } from "../../torture/examination/Examination.ts"
import * as Load from "../../torture/load/Load.ts"
import { between, randomFrom, seed } from "../../torture/load/Random.ts"
import * as WorkerProcess from "./WorkerProcess.ts"

const kills = Number(process.env["KILLS"] ?? 6)
const killsPerFile = 20
const accountCount = 40

/** When a worker is killed: before it can have opened the file, while its callers are answered, or while the log is copied too. */
type Moment = "starting" | "opening" | "answering" | "checkpointing"

const reach = async (worker: WorkerProcess.WorkerProcess, moment: Moment, random: () => number): Promise<void> => {
  switch (moment) {
    case "starting":
      return sleep(between(random, 0, 600))
    case "opening":
      await worker.said('"opening"')
      return sleep(between(random, 0, 60))
    case "answering":
    case "checkpointing":
      await worker.said('"what"')
      return sleep(between(random, 5, 900))
  }
}

/** The moments of the kills, over and over. */
const moments: ReadonlyArray<Moment> = [
  "checkpointing",
  "answering",
  "opening",
  "checkpointing",
  "starting",
  "answering"
]

/** One file: what its callers were told so far. */
interface File {
  readonly filename: string
  readonly ground: Load.Ground
  readonly answers: Map<number, Load.Told>
  /** Numbers whose callers were told two different things. */
  readonly toldTwice: Array<number>
  /** Numbers that were answered since the last examination. */
  readonly fresh: Set<number>
}

/** A file with accounts and billers, on which nobody has asked for anything yet. */
const newFile = Effect.gen(function* () {
  const filename = yield* temporaryFile
  const ground = yield* onCore(filename, Load.prepare(accountCount))
  const file: File = { filename, ground, answers: new Map(), toldTwice: [], fresh: new Set() }
  return file
})

const firstUnanswered = ({ answers }: File): number => {
  let n = 0
  while (answers.has(n)) n += 1
  return n
}

const take = ({ answers, fresh, toldTwice }: File, lines: ReadonlyArray<Load.Told>): void => {
  for (const told of lines) {
    if (told.what === "failed") continue
    const before = answers.get(told.n)
    if (before === undefined) answers.set(told.n, told)
    else if (before.what !== told.what || before.text !== told.text) toldTwice.push(told.n)
    fresh.add(told.n)
  }
}

/** Has a worker go on from the first number without an answer, and kills it. */
const killOnce = (file: File, moment: Moment, random: () => number, ...options: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const from = ["--from", `${firstUnanswered(file)}`, "--ground", JSON.stringify(file.ground)]
    const worker = WorkerProcess.start(file.filename, ...from, ...options)
    await reach(worker, moment, random)
    const lines = await worker.kill()
    take(file, lines)
    return lines.filter(({ what }) => what === "failed").length
  })

const examineFile = (file: File, again: ReadonlyArray<number>): Effect.Effect<Findings, unknown> =>
  onCore(file.filename, examine(file.filename, file.ground, file.answers, again))

const nothingFound = { lost: [], duplicated: [], toldOtherwise: [], hasMoved: false, faults: [] }

/** The numbers to ask for again: all that are fresh, and some of the older ones. */
const toRepeat = ({ answers, fresh }: File, random: () => number): ReadonlyArray<number> => {
  const older = [...answers.keys()].filter((n) => !fresh.has(n))
  return [...fresh, ...older.filter(() => random() < 300 / older.length)]
}

interface Sum {
  kills: Record<Moment, number>
  examinations: number
  answered: number
  refused: number
  unheard: number
  failed: number
}

/** Kills workers on one file, one after the other. After most kills the file is examined; the others leave it to the next worker. */
const killMany = Effect.fnUntraced(function* (count: number, random: () => number, sum: Sum) {
  const file = yield* newFile
  for (let kill = 1; kill <= count; kill++) {
    const moment = moments[kill % moments.length] ?? "answering"
    const options = moment === "checkpointing" ? ["--checkpoints"] : []
    sum.failed += yield* killOnce(file, moment, random, ...options)
    sum.kills[moment] += 1
    if (kill < count && random() < 0.3) continue
    const { commands: _, unheard, ...found } = yield* examineFile(file, toRepeat(file, random))
    expect(found, `kill ${kill}, ${moment}, seed ${seed}`).toStrictEqual(nothingFound)
    sum.examinations += 1
    sum.unheard += unheard.length
    file.fresh.clear()
  }
  expect(file.toldTwice).toStrictEqual([])
  // Everything that was ever answered is asked for again; then all that waits is delivered and the books are replayed.
  const { commands: __, unheard: ___, ...found } = yield* examineFile(file, [...file.answers.keys()])
  expect(found).toStrictEqual(nothingFound)
  const replayed = yield* onCore(file.filename, Effect.andThen(Load.settle, replayFaults(file.filename)))
  expect(replayed).toStrictEqual([])
  const settled = yield* examineFile(file, [])
  expect(settled.faults).toStrictEqual([])
  const told = [...file.answers.values()]
  sum.answered += told.length
  sum.refused += told.filter(({ what }) => what === "refused").length
})

test(
  "a process that is killed loses nothing that it answered, and leaves nothing half",
  { timeout: 60_000 + kills * 10_000 },
  () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const random = randomFrom(seed)
        const sum: Sum = {
          kills: { starting: 0, opening: 0, answering: 0, checkpointing: 0 },
          examinations: 0,
          answered: 0,
          refused: 0,
          unheard: 0,
          failed: 0
        }
        for (let left = kills; left > 0; left -= killsPerFile) {
          yield* Effect.scoped(killMany(Math.min(left, killsPerFile), random, sum))
        }
        process.stdout.write(
          `kills: ${kills} (${Object.entries(sum.kills)
            .map(([moment, n]) => `${n} ${moment}`)
            .join(", ")}), seed ${seed}; ` +
            `answered: ${sum.answered}, of them refused: ${sum.refused}; committed and unheard: ${sum.unheard}; ` +
            `lost: 0, duplicated: 0, told otherwise: 0; verified: ${sum.examinations} times, ok\n`
        )
        expect(sum.failed).toBe(0)
      })
    )
)

test(
  "a process that is killed while it makes a new file leaves one that can be opened",
  { timeout: 60_000 + kills * 5000 },
  () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const random = randomFrom(seed + 1)
        for (let kill = 0; kill < Math.ceil(kills / 2); kill++) {
          yield* Effect.scoped(
            Effect.gen(function* () {
              const filename = yield* temporaryFile
              yield* Effect.promise(async () => {
                const worker = WorkerProcess.start(filename)
                await worker.said('"opening"')
                await sleep(between(random, 0, 40))
                await worker.kill()
              })
              const { seq } = yield* onCore(filename, head)
              expect(seq).toBe(0)
              const ground = yield* onCore(filename, Load.prepare(2))
              const file: File = { filename, ground, answers: new Map(), toldTwice: [], fresh: new Set() }
              expect((yield* examineFile(file, [])).faults).toStrictEqual([])
            })
          )
        }
      })
    )
)

test("the examination finds what a store lost that answers before it commits", { timeout: 60_000 }, () =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const random = randomFrom(seed + 2)
        const file = yield* newFile
        yield* killOnce(file, "answering", random, "--early-answers")
        const found = yield* examineFile(file, [...file.answers.keys()])
        // Whole batches are missing: what is there is as sound as ever.
        expect(found.faults).toStrictEqual([])
        expect(found.lost.length).toBeGreaterThan(0)
        expect(found.toldOtherwise).toStrictEqual(expect.arrayContaining([...found.lost]))
        expect(found.hasMoved).toBe(true)
      })
    )
  )
)
