/**
 * Judgement: what is to be said of a file on which a process was ended or hindered, and whether the load can go on from there.
 */
import { isDeepStrictEqual } from "node:util"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Effect } from "effect"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"
import { disagreements } from "./Agreement.ts"
import { examine, sentences } from "./Examination.ts"

const isTold = (line: unknown): line is Load.Told => typeof line === "object" && line !== null && "n" in line

/** What callers were told, by the lines of a process. What follows the last line's end was told to nobody. */
export const toldIn = (output: string): ReadonlyArray<Load.Told> =>
  output
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line))
    .filter(isTold)

/** The answers among what was told, and the numbers that were answered in two ways. */
export const answersIn = (told: ReadonlyArray<Load.Told>) => {
  const answers = new Map<number, Load.Told>()
  const twice: Array<string> = []
  for (const one of told) {
    if (one.what === "failed") continue
    if (!isDeepStrictEqual(answers.get(one.n) ?? one, one)) twice.push(`${one.n} was answered in two ways`)
    answers.set(one.n, one)
  }
  return { answers, twice }
}

/** Asks for a number and tells what came of it. */
export const asked = (ground: Load.Ground, n: number) =>
  Effect.flatMap(Effect.exit(Load.ask(ground, n)), (exit) => Load.told(n, exit))

/** Opens a file, examines it, asks for the numbers that nobody was answered yet, delivers what waits, and examines it again. */
export const judge = (
  filename: string,
  ground: Load.Ground,
  told: ReadonlyArray<Load.Told>,
  numbers: ReadonlyArray<number>
) =>
  Effect.gen(function* () {
    const { answers, twice } = answersIn(told)
    const found = yield* onCore(
      filename,
      Effect.gen(function* () {
        const before = sentences(yield* examine(filename, ground, answers, [...answers.keys()]))
        const rest = numbers.filter((n) => !answers.has(n))
        const later = yield* Effect.forEach(rest, (n) => asked(ground, n), { concurrency: 16 })
        const stuck = later.filter(({ what }) => what === "failed").map(({ n }) => `${n} cannot be asked for any more`)
        yield* Load.settle
        yield* verify()
        return [...before, ...stuck, ...disagreements(filename)]
      })
    )
    return [...twice, ...found]
  }).pipe(Effect.catch((failure) => Effect.succeed([`the file cannot be used: ${JSON.stringify(failure)}`])))
