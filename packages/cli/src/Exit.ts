/**
 * Exit: how a command ends, for the shell and for whoever reads it.
 *
 * Each way to end has a number of its own and says what to do next, in Japanese and English.
 */
import { Schema } from "effect"

/** Exit codes; `docs/recipes/audit.md` and every `--help` say what they mean. */
export const codes = { done: 0, broken: 1, usage: 2, unavailable: 3, defect: 70 } as const

/** The same, as help shows it. */
export const legend = [
  "0  完了、帳簿は正しい / done, the books hold",
  "1  帳簿が正しくない / the books do not hold, or are not what was said",
  "2  使い方またはファイルの誤り / wrong usage, or a file that cannot be used",
  "3  ストアを開けない・読めない / the store cannot be opened or read",
  "70 プログラムの欠陥 / a defect of this program"
].join("\n  ")

/** A command that ends without having done what was asked. */
export class Failed extends Schema.TaggedError<Failed>()("Failed", {
  code: Schema.Literals([codes.broken, codes.usage, codes.unavailable]),
  reason: Schema.String,
  ja: Schema.String,
  en: Schema.String,
  /** What is known about it, for programs. */
  details: Schema.optionalKey(Schema.Unknown)
}) {}

/** Wrong usage, or a file that is of no use. */
export const usage = (reason: string, ja: string, en: string, details?: unknown): Failed =>
  new Failed({ code: codes.usage, reason, ja, en, ...(details === undefined ? {} : { details }) })

/** The store is not there or does not answer. */
export const unavailable = (reason: string, ja: string, en: string, details?: unknown): Failed =>
  new Failed({ code: codes.unavailable, reason, ja, en, ...(details === undefined ? {} : { details }) })

/** The books are not what they should be. */
export const broken = (reason: string, ja: string, en: string, details?: unknown): Failed =>
  new Failed({ code: codes.broken, reason, ja, en, ...(details === undefined ? {} : { details }) })
