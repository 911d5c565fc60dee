/**
 * A disk that is full: commands are told that the store is unavailable, reading goes on, and once there is room again the
 * same keys are done, once.
 *
 * The disk is a small one in memory, which only a privileged account may mount; elsewhere the test is skipped and says so.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { Effect } from "effect"
import { expect, test } from "vitest"
import { onCore } from "../../torture/load/Core.ts"
import { examine } from "../../torture/examination/Examination.ts"
import * as Load from "../../torture/load/Load.ts"

const mebibyte = 1024 * 1024

/** A directory on a disk of its own, or none where this account may not mount one. */
const smallDisk = Effect.acquireRelease(
  Effect.sync(() => {
    const directory = mkdtempSync(join(tmpdir(), "kinchaku-"))
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=32m", "kinchaku", directory])
    return { directory, isMounted: mounted.status === 0 }
  }),
  ({ directory, isMounted }) =>
    Effect.sync(() => {
      if (isMounted) spawnSync("umount", [directory])
      rmSync(directory, { recursive: true, force: true })
    })
)

const unavailable = /"_tag":"StoreUnavailable"/

const onSmallDisk = Effect.fnUntraced(function* (directory: string) {
  const filename = join(directory, "books.db")
  const ballast = join(directory, "ballast")
  const ground = yield* onCore(filename, Load.prepare(8))
  writeFileSync(ballast, Buffer.alloc(24 * mebibyte))
  const answers = new Map<number, Load.Told>()
  const turnedAway: Array<number> = []
  const asked = (n: number) => Effect.flatMap(Effect.exit(Load.ask(ground, n)), (exit) => Load.told(n, exit))
  const balances = Effect.flatMap(Accounts, (accounts) =>
    Effect.forEach(ground, ({ account }) => accounts.balances(account))
  )

  yield* onCore(
    filename,
    Effect.gen(function* () {
      // A refusal needs no room, so some are answered all the same.
      for (let n = 0; turnedAway.length < 200; n += 64) {
        const numbers = Array.from({ length: 64 }, (_, place) => n + place)
        for (const told of yield* Effect.forEach(numbers, asked, { concurrency: "unbounded" })) {
          if (told.what !== "failed") answers.set(told.n, told)
          else {
            expect(told.text).toMatch(unavailable)
            turnedAway.push(told.n)
          }
        }
      }
      const whileFull = yield* balances
      expect(whileFull).toHaveLength(ground.length)

      rmSync(ballast)
      expect(yield* balances).toStrictEqual(whileFull)
      const later = yield* Effect.forEach(turnedAway, asked, { concurrency: 64 })
      expect(later.find(({ what }) => what === "failed")).toBeUndefined()
      for (const told of later) answers.set(told.n, told)
    })
  )
  const { commands, ...found } = yield* onCore(filename, examine(filename, ground, answers, [...answers.keys()]))
  expect(found).toStrictEqual({
    lost: [],
    duplicated: [],
    toldOtherwise: [],
    hasMoved: false,
    unheard: [],
    faults: []
  })
  expect(commands).toBeGreaterThan(turnedAway.length)
})

test("a full disk turns commands away and loses none", ({ skip }) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const { directory, isMounted } = yield* smallDisk
        if (!isMounted) skip("this account may not mount a small disk")
        yield* onSmallDisk(directory)
      })
    )
  ))
