/**
 * backup: a file is copied under load, in the two ways that the recipe for operators names, and the copy is used.
 *
 * What was answered before the copy began is in it and answers the same; the copy is a past of the file that went on. The control
 * copies the file alone, as the recipe says not to.
 */
import { spawn } from "node:child_process"
import { copyFileSync } from "node:fs"
import { backup as copyPages, DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { heads, link } from "./Heads.ts"
import { Effect } from "effect"
import { temporaryFile } from "../../test/TemporaryFile.ts"
import { examine, sentences } from "../examination/Examination.ts"
import { answersIn, toldIn } from "../examination/Judgement.ts"
import { by, type Fault } from "../Fault.ts"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"

const worker = fileURLToPath(new URL("../process/Worker.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

/** A worker that loads a file; how much it said so far. It is killed with the scope. */
const loading = (filename: string, ground: Load.Ground) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const args = [worker, filename, "--ground", JSON.stringify(ground)]
      const child = spawn(process.execPath, [...flags, ...args], { stdio: ["ignore", "pipe", "inherit"] })
      let output = ""
      child.stdout.setEncoding("utf8").on("data", (text: string) => void (output += text))
      const gone = new Promise((resolve) => child.once("close", resolve))
      return { said: () => output, kill: () => (child.kill("SIGKILL"), gone) }
    }),
    ({ kill }) => Effect.promise(kill)
  )

type Copying = (filename: string, copy: string) => Promise<unknown>

const ways: ReadonlyArray<readonly [name: string, Copying]> = [
  [
    "node:sqlite backup",
    async (filename, copy) => {
      const database = new DatabaseSync(filename, { readOnly: true })
      await copyPages(database, copy)
      database.close()
    }
  ],
  [
    "VACUUM INTO",
    async (filename, copy) => {
      const database = new DatabaseSync(filename)
      database.prepare("VACUUM INTO ?").run(copy)
      database.close()
    }
  ]
]

const copyAlone: Copying = async (filename, copy) => copyFileSync(filename, copy)

/** Copies a file under load, restores the copy, and says what it lost and whether it is no past of the file. */
const restored = Effect.fnUntraced(function* (
  filename: string,
  ground: Load.Ground,
  said: () => string,
  copying: Copying
) {
  const copy = yield* temporaryFile
  const before = said().split("\n").length
  while (said().split("\n").length < before + 64) yield* Effect.sleep("2 millis")
  const { answers } = answersIn(toldIn(said()))
  yield* Effect.promise(() => copying(filename, copy))
  const examined = yield* onCore(
    copy,
    Effect.gen(function* () {
      const last = yield* heads
      const found = yield* examine(copy, ground, answers, [...answers.keys()])
      return { last, found: sentences(found) }
    })
  ).pipe(
    Effect.catch((failure) =>
      Effect.succeed({ last: [], found: [`the copy cannot be used: ${JSON.stringify(failure)}`] })
    )
  )
  return { ...examined, answers: answers.size }
})

export const backup: Fault = {
  name: "backup",
  run: Effect.fnUntraced(function* (setting) {
    const times = by(setting, { slice: 1, quick: 4, long: 50 })
    const filename = yield* temporaryFile
    const ground = yield* onCore(filename, Load.prepare(16))
    const { kill, said } = yield* loading(filename, ground)
    const found: Array<string> = []
    const pasts: Array<Effect.Success<typeof heads>> = []
    for (let n = 0; n < times; n++) {
      for (const [name, copying] of ways) {
        const one = yield* restored(filename, ground, said, copying)
        found.push(...one.found.map((what) => `${name}: ${what}`))
        pasts.push(one.last)
      }
      setting.progress(n + 1, times)
    }
    const control = yield* restored(filename, ground, said, copyAlone)
    yield* Effect.promise(kill)
    for (const head of pasts.flat()) {
      if ((yield* onCore(filename, link(head))) !== head.hash)
        found.push(`the copy with the head ${head.seq} is no past of the file`)
    }
    return {
      points: times * ways.length,
      findings: found,
      controls: [
        {
          name: "the file copied without its log",
          isCaught: control.found.length > 0,
          found: `${control.found.length} findings after ${control.answers} answers`
        }
      ],
      note: "copies under load, restored"
    }
  })
}
