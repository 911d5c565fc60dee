/**
 * Reports: what a command found, shown to a person or, with --json, to a program, and the exit code that follows.
 */
import { Cause, Effect, Exit as Ended, Result } from "effect"
import { codes, type Failed } from "./Exit.ts"
import { failedBy } from "./Failures.ts"
import { ReaderGone, write, writeJson } from "./Output.ts"

/** What a command found: for programs, for people, and whether all is well. */
export interface Report {
  readonly ok: boolean
  readonly json: object
  readonly text: string
}

/** A report that all is well. */
export const done = (json: object, text: string): Report => ({ ok: true, json: { ok: true, ...json }, text })

const exit = (code: number): Effect.Effect<void> =>
  Effect.sync(() => {
    process.exitCode = code
  })

const quietly = (writing: Effect.Effect<void, ReaderGone>): Effect.Effect<void> => Effect.ignore(writing)

/** Says why a command ended without having done what was asked. */
export const showFailure = (failed: Failed, isJson: boolean): Effect.Effect<void> => {
  const { code, details, en, ja, reason } = failed
  const shown = isJson
    ? quietly(writeJson({ ok: false, error: { reason, ja, en, ...(details === undefined ? {} : { details }) } }))
    : Effect.sync(() => void process.stderr.write(`${ja}\n${en}\n`))
  return Effect.andThen(shown, exit(code))
}

const showDefect = (cause: Cause.Cause<unknown>, isJson: boolean): Effect.Effect<void> => {
  const ja = "プログラムの欠陥です。このメッセージを報告してください。"
  const en = "a defect of this program; please report this message."
  const shown = isJson ? quietly(writeJson({ ok: false, error: { reason: "Defect", ja, en } })) : Effect.void
  const told = Effect.sync(() => void process.stderr.write(`${ja}\n${en}\n${Cause.pretty(cause)}\n`))
  return shown.pipe(Effect.andThen(told), Effect.andThen(exit(codes.defect)))
}

/** Runs a command to its end: shows what it found or why it failed, and sets the exit code. Whoever writes by itself reports nothing. */
export const settle = (work: Effect.Effect<Report | undefined, unknown>, isJson: boolean): Effect.Effect<void> =>
  Effect.flatMap(Effect.exit(work), (ended) => {
    if (Ended.isSuccess(ended)) {
      const report = ended.value
      if (report === undefined) return Effect.void
      const shown = quietly(isJson ? writeJson(report.json) : write(`${report.text.trimEnd()}\n`))
      return Effect.andThen(shown, exit(report.ok ? codes.done : codes.broken))
    }
    const error = Cause.findError(ended.cause)
    if (Result.isSuccess(error)) {
      // Whoever reads has seen enough; that says nothing about the books.
      if (error.success instanceof ReaderGone) return exit(codes.done)
      const failed = failedBy(error.success)
      if (failed !== undefined) return showFailure(failed, isJson)
    }
    return showDefect(ended.cause, isJson)
  })
