/**
 * `kinchaku export`: the journal as lines of JSON, for hledger, or as CSV.
 */
import * as Hledger from "@kinchaku/domain/audit/Hledger"
import { write as journalLines } from "@kinchaku/domain/audit/JournalLines"
import { Effect, Stream } from "effect"
import * as Csv from "../Csv.ts"
import { usage } from "../Exit.ts"
import { openStore } from "../OpenStore.ts"
import { writeAll, writeFile } from "../Output.ts"
import * as Progress from "../Progress.ts"
import { done } from "../Report.ts"

export const formats = ["jsonl", "hledger", "csv"] as const
export type Format = (typeof formats)[number]

const textOf = (format: Format, progress: (commands: number) => void) => {
  switch (format) {
    case "jsonl":
      return journalLines(progress)
    case "hledger":
      return Hledger.exportText
    case "csv":
      return Csv.text(progress)
  }
}

const notJson = usage(
  "Format",
  "--json で標準出力に書けるのは jsonl だけです。--output を指定してください。",
  "with --json, only jsonl can go to standard output; name a file with --output."
)

/** Writes the journal to a file, or to standard output and reports nothing. */
export const exportTo = (store: string, format: Format, output: string | undefined, isJson: boolean) => {
  const progress = Progress.make("export")
  const text = textOf(format, progress.at)
  return Effect.gen(function* () {
    if (isJson && output === undefined && format !== "jsonl") return yield* notJson
    if (output === undefined) {
      yield* writeAll(text)
      return undefined
    }
    let bytes = 0
    const counted = Stream.tap(text, (piece) => Effect.sync(() => (bytes += Buffer.byteLength(piece))))
    yield* writeFile(counted, output)
    return done({ format, file: output, bytes }, `ok: ${output}, ${bytes.toLocaleString("en-US")} bytes`)
  }).pipe(Effect.provide(openStore(store)), Effect.ensuring(Effect.sync(progress.end)))
}
