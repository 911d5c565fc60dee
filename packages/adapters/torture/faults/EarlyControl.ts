/**
 * The control of kills: a store that answers before it commits loses what it answered, and the examination finds it.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { temporaryFile } from "../../test/TemporaryFile.ts"
import { examine } from "../examination/Examination.ts"
import { answersIn, toldIn } from "../examination/Judgement.ts"
import type { Control } from "../Fault.ts"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"

const worker = fileURLToPath(new URL("../process/Worker.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

/** Runs a worker until it has told so much, and kills it; answers what it said. */
const killedAfter = (lines: number, ...args: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.callback((resume) => {
    const child = spawn(process.execPath, [...flags, worker, ...args], { stdio: ["ignore", "pipe", "inherit"] })
    let output = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (output.split("\n").length > lines) child.kill("SIGKILL")
    })
    child.once("close", () => resume(Effect.succeed(output)))
    return Effect.sync(() => void child.kill("SIGKILL"))
  })

/** On a file or database, with the file that shows what is in it. */
export const earlyControlOn = <E, R>(where: string, shown: Effect.Effect<string, E, R>) =>
  Effect.gen(function* () {
    const ground = yield* onCore(where, Load.prepare(8))
    const output = yield* killedAfter(100, where, "--ground", JSON.stringify(ground), "--early-answers")
    const { answers } = answersIn(toldIn(output))
    const found = yield* onCore(where, examine(yield* shown, ground, answers, [...answers.keys()]))
    return {
      name: "a store that answers before it commits",
      isCaught: found.lost.length > 0,
      found: `${found.lost.length} of ${answers.size} answers lost`
    } satisfies Control
  })

export const earlyControl = Effect.scoped(
  Effect.flatMap(temporaryFile, (filename) => earlyControlOn(filename, Effect.succeed(filename)))
)
