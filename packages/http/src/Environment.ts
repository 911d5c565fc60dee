/**
 * The environment: where settings come from, and what is said of one that is wrong, in Japanese and English.
 */
import { readFileSync } from "node:fs"
import { Result } from "effect"

export type Environment = Readonly<Record<string, string | undefined>>

/** What is wrong, and what to do about it. */
export interface Fault {
  /** The variable, and the field where it is within a file. */
  readonly name: string
  readonly ja: string
  readonly en: string
}

/** What was read, or everything that is wrong with it. */
export type Read<A> = Result.Result<A, ReadonlyArray<Fault>>

export const fault = (name: string, ja: string, en: string): Result.Result<never, ReadonlyArray<Fault>> =>
  Result.fail([{ name, ja, en }])

/** The text of a file that a variable names. */
export const readText = (name: string, path: string): Read<string> => {
  try {
    return Result.succeed(readFileSync(path, "utf8"))
  } catch {
    return fault(name, `ファイルを読めません: ${path}`, `the file cannot be read: ${path}`)
  }
}
