/**
 * full-disk: commands are told that the store is unavailable, reading goes on, and once there is room again the same keys are done, once.
 *
 * The disk is a small one in memory, which only a privileged account may mount.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { Effect } from "effect"
import { examine, sentences } from "../examination/Examination.ts"
import { asked } from "../examination/Judgement.ts"
import { by, type Fault, Skipped, tryAll } from "../Fault.ts"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"

const mebibyte = 1024 * 1024

/** A directory on a disk of its own. */
const smallDisk = Effect.acquireRelease(
  Effect.suspend(() => {
    const directory = mkdtempSync(join(tmpdir(), "kinchaku-"))
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=32m", "kinchaku", directory])
    if (mounted.status === 0) return Effect.succeed(directory)
    rmSync(directory, { recursive: true, force: true })
    return Effect.fail(new Skipped({ why: "this account may not mount a small disk" }))
  }),
  (directory) =>
    Effect.sync(() => {
      spawnSync("umount", [directory])
      rmSync(directory, { recursive: true, force: true })
    })
)

const balancesOf = (ground: Load.Ground) =>
  Effect.flatMap(Accounts, (accounts) => Effect.forEach(ground, ({ account }) => accounts.balances(account)))

/** Asks on a full disk until enough are turned away; then there is room. */
const fill = Effect.fnUntraced(function* (ground: Load.Ground, ballast: string, enough: number) {
  const answers = new Map<number, Load.Told>()
  const turnedAway: Array<number> = []
  const found: Array<string> = []
  // A refusal needs no room, so some are answered all the same.
  for (let n = 0; turnedAway.length < enough; n += 64) {
    const numbers = Array.from({ length: 64 }, (_, place) => n + place)
    for (const told of yield* Effect.forEach(numbers, (one) => asked(ground, one), { concurrency: "unbounded" })) {
      if (told.what !== "failed") answers.set(told.n, told)
      else if (told.text.includes('"_tag":"StoreUnavailable"')) turnedAway.push(told.n)
      else found.push(`${told.n} was told ${told.text}`)
    }
  }
  const whileFull = yield* balancesOf(ground)
  rmSync(ballast)
  if (!isDeepStrictEqual(yield* balancesOf(ground), whileFull)) found.push("what was read on the full disk was wrong")
  for (const told of yield* Effect.forEach(turnedAway, (n) => asked(ground, n), { concurrency: 64 })) {
    if (told.what === "failed") found.push(`${told.n} is turned away although there is room: ${told.text}`)
    else answers.set(told.n, told)
  }
  return { answers, found, turnedAway: turnedAway.length }
})

const cycle = Effect.gen(function* () {
  const directory = yield* smallDisk
  const filename = join(directory, "books.db")
  const ballast = join(directory, "ballast")
  const ground = yield* onCore(filename, Load.prepare(8))
  writeFileSync(ballast, Buffer.alloc(24 * mebibyte))
  const { answers, found, turnedAway } = yield* onCore(filename, fill(ground, ballast, 200))
  const findings = yield* onCore(filename, examine(filename, ground, answers, [...answers.keys()]))
  return { turnedAway, found: [...found, ...sentences(findings)] }
}).pipe(Effect.scoped)

export const fullDisk: Fault = {
  name: "full-disk",
  run: Effect.fnUntraced(function* (setting) {
    const cycles = Array.from({ length: by(setting, { slice: 1, quick: 5, long: 100 }) }, (_, n) => n)
    const tried = yield* tryAll(cycles, setting, () => cycle)
    return {
      points: cycles.length,
      findings: tried.flatMap(({ found }) => found),
      controls: [],
      note: `full disks; ${tried.reduce((sum, one) => sum + one.turnedAway, 0)} commands turned away and done later`
    }
  })
}
