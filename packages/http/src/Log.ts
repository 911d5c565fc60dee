/**
 * Logs: JSON lines of pino, one for a request, without secrets and personal data (REG-03, SEC-02, SEC-03).
 *
 * What went wrong is logged by name and place. The message of a defect is left out: it may quote the value that it choked on.
 */
import { Cause, type Layer, Logger, References } from "effect"
import type { Logger as Pino } from "pino"

const levels = {
  Fatal: "fatal",
  Error: "error",
  Warn: "warn",
  Info: "info",
  Debug: "debug",
  Trace: "trace",
  All: "trace",
  None: "silent"
} as const

/** A thrown value by its name and the places it passed, without its message. */
export const placesOf = (thrown: unknown): { readonly name: string; readonly at: ReadonlyArray<string> } => {
  if (!(thrown instanceof Error)) return { name: typeof thrown, at: [] }
  const lines = (thrown.stack ?? "").split("\n").map((line) => line.trim())
  return { name: thrown.name, at: lines.filter((line) => line.startsWith("at ")).slice(0, 12) }
}

const isRecord = (part: unknown): part is object => typeof part === "object" && part !== null

/** Effect's logs through pino. */
export const layer = (log: Pino): Layer.Layer<never> =>
  Logger.layer([
    Logger.make<unknown, void>(({ cause, fiber, logLevel, message }) => {
      const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
      const fields = Object.assign({}, ...parts.filter(isRecord)) as object
      const failed = cause.reasons.length === 0 ? {} : { failed: placesOf(Cause.squash(cause)) }
      const annotations = fiber.getRef(References.CurrentLogAnnotations)
      const text = parts.filter((part) => !isRecord(part)).join(" ")
      log[levels[logLevel]]({ ...annotations, ...fields, ...failed }, text)
    })
  ])
