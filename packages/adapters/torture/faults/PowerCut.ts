/**
 * power-cut: the disk as it may be when the power fails, rebuilt at each call of a recorded run and opened.
 *
 * The control is the same run without synchronising each commit, which SQLite calls NORMAL: there answers are lost.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Effect } from "effect"
import { disagreements } from "../examination/Agreement.ts"
import * as Examination from "../examination/Examination.ts"
import { answersIn } from "../examination/Judgement.ts"
import { by, type Fault, Skipped, sample, type Setting } from "../Fault.ts"
import { onCore } from "../load/Core.ts"
import type * as Load from "../load/Load.ts"
import { randomFrom } from "../load/Random.ts"
import * as Strace from "../process/Strace.ts"
import { Disk, type Event, eventsIn, type Loss } from "./Disk.ts"
import { beside, onCopy, type Prepared, prepared, quickFolder } from "./Prepared.ts"

const losses: ReadonlyArray<Loss> = ["none", "some", "torn", "torn", "all"]

/** What a file must say of itself: each query finds what is wrong. */
const queries = [
  "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
  "SELECT 'an entry that does not balance' FROM posting GROUP BY command, entry HAVING sum(amount) <> 0",
  `SELECT 'balances that are not the sum of the lines' FROM (SELECT sum(debits) AS debits, sum(credits) AS credits FROM balance)
    WHERE debits <> credits OR debits <> (SELECT sum(amount) FROM posting WHERE amount > 0)`,
  "SELECT 'an entry without lines' FROM entry LEFT JOIN posting ON posting.command = entry.command AND entry = entry.n WHERE amount IS NULL",
  `SELECT 'a head that is not the last link' FROM chain_head, (SELECT * FROM command ORDER BY place DESC LIMIT 1) AS last
    LEFT JOIN entry ON entry.command = last.place AND n = (SELECT max(n) FROM entry WHERE entry.command = last.place)
    WHERE chain_head.hash <> coalesce(entry.hash, last.hash) OR seq <> (place >> 8) + coalesce(n, 0)`
]

interface State {
  /** Answers that are not in the file. */
  readonly lost: number
  readonly faults: ReadonlyArray<string>
}

const stateOf = (filename: string, told: ReadonlyArray<Load.Told>): State => {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(filename)
    const commands = database.prepare("SELECT actor, key, outcome FROM command").all()
    const there = new Map(
      Examination.recorded(
        commands.map(({ actor, key, outcome }) => ({ actor: `${actor}`, key: `${key}`, outcome: `${outcome}` }))
      )
    )
    const accepted = [...answersIn(told).answers.values()].filter(({ what }) => what === "accepted")
    const lost = accepted.filter(({ n, text }) => there.get(n) !== text).length
    const faults = queries.flatMap((query) =>
      (database?.prepare(query).all() ?? []).map((row) => `${Object.values(row)[0]}`)
    )
    return { lost, faults }
  } catch (error) {
    return { lost: 0, faults: [`it cannot be read: ${String(error)}`] }
  } finally {
    database?.close()
  }
}

/** Opens the file as the store does, which recovers it, and verifies the chain and the records. */
const thorough = (filename: string) =>
  onCore(filename, verify()).pipe(
    Effect.map(() => disagreements(filename)),
    Effect.catch((failure) => Effect.succeed([JSON.stringify(failure)]))
  )

const recorded = ({ filename, ground }: Prepared, count: number, ...options: ReadonlyArray<string>) =>
  onCopy(
    filename,
    Effect.fnUntraced(function* (copy) {
      const log = beside(copy, "calls")
      const args = ["--ground", JSON.stringify(ground), "--count", `${count}`, ...options]
      const run = yield* Strace.record(log, "Scenario.ts", copy, ...args)
      if (run.code !== 0) return yield* new Skipped({ why: `a run could not be recorded: ${run.errors}` })
      return eventsIn(readFileSync(log, "utf8"))
    })
  )

interface Sum {
  states: number
  withLoss: number
  readonly findings: Array<string>
}

/** Rebuilds the disk after each of the events, or a sample of them, in every way that makes a difference. */
const rebuild = Effect.fnUntraced(function* (
  { filename }: Prepared,
  events: ReadonlyArray<Event>,
  most: number,
  setting: Setting
) {
  const folder = yield* quickFolder
  const file = join(folder, basename(filename))
  const random = randomFrom(setting.seed)
  const disk = new Disk({ [basename(filename)]: readFileSync(filename) })
  const chosen = new Set(sample([...events.keys()], Math.ceil(most / losses.length)))
  const sum: Sum = { states: 0, withLoss: 0, findings: [] }
  for (const [n, event] of events.entries()) {
    disk.after(event)
    if (!chosen.has(n)) continue
    for (const there of disk.isAtRisk ? losses : losses.slice(0, 1)) {
      const image = disk.image(there, random)
      for (const name of [`${file}-wal`, `${file}-shm`]) writeFileSync(name, image.get(basename(name)) ?? "")
      writeFileSync(file, image.get(basename(file)) ?? "")
      const { faults, lost } = stateOf(file, disk.told)
      const more = sum.states % 50 === 0 ? yield* thorough(file) : []
      sum.states += 1
      if (lost > 0) sum.withLoss += 1
      for (const fault of [...faults, ...more, ...(lost > 0 ? [`${lost} answers lost`] : [])]) {
        sum.findings.push(`power cut after call ${n}, ${there} of the rest there: ${fault}`)
      }
    }
    setting.progress(n + 1, events.length)
    yield* Effect.yieldNow
  }
  return sum
}, Effect.scoped)

export const powerCut: Fault = {
  name: "power-cut",
  run: Effect.fnUntraced(function* (setting) {
    yield* Strace.required
    const ground = yield* prepared
    const count = by(setting, { slice: 32, quick: 96, long: 192 })
    const events = yield* recorded(ground, count)
    const { findings, states } = yield* rebuild(
      ground,
      events,
      by(setting, { slice: 60, quick: 1500, long: 1e9 }),
      setting
    )
    const loose = yield* recorded(ground, count, "--normal")
    const control = yield* rebuild(ground, loose, by(setting, { slice: 60, quick: 300, long: 1000 }), setting)
    return {
      points: states,
      findings,
      controls: [
        {
          name: "synchronous = NORMAL",
          isCaught: control.withLoss > 0,
          found: `answers lost in ${control.withLoss} of ${control.states} states`
        }
      ],
      note: `states of the disk, after ${events.length} calls`
    }
  })
}
