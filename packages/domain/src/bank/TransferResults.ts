/**
 * What became of each transfer of a file, as the bank reports it.
 *
 * The association of banks has no result layout for general transfers. Banks that give one give the request back with
 * a result code where direct debits have theirs, and with what was and was not done in the trailer; `resultForm` is
 * that. Another bank's form is data.
 */
import { Result } from "effect"
import { layout, recordLength, type Values } from "./FixedRecord.ts"
import type { TransferLine } from "./GeneralTransfer.ts"
import { type ReadHeader, readAs, TransferUnreadable } from "./TransferFile.ts"
import { transferKindAt } from "./TransferLayouts.ts"

/** Credited; or not done, and why: nothing was moved, or it came back. */
export type TransferOutcome =
  | "credited"
  | "insufficientFunds"
  | "noSuchAccount"
  | "stoppedByHolder"
  | "stoppedByClient"
  | "otherReason"

/** Where a bank writes a result, and what it means. */
export interface ResultForm {
  /** Bytes before the code, behind all that names the transfer: 111 to 119. */
  readonly offset: number
  readonly length: number
  /** Each code that the bank may give. Another one is refused, never guessed. */
  readonly outcomes: Readonly<Record<string, TransferOutcome>>
  /** Whether the trailer has to say how many and how much were and were not done. */
  readonly totals: "required" | "optional"
}

/** The result codes of direct debits (振替結果コード), but for 4, a missing mandate, which no transfer has. */
export const resultForm: ResultForm = {
  offset: transferKindAt,
  length: 1,
  outcomes: {
    "0": "credited",
    "1": "insufficientFunds",
    "2": "noSuchAccount",
    "3": "stoppedByHolder",
    "8": "stoppedByClient",
    "9": "otherReason"
  },
  totals: "required"
}

export interface TransferResult {
  readonly line: TransferLine
  readonly code: string
  readonly outcome: TransferOutcome
}

interface Sum {
  readonly count: number
  readonly total: number
}

export interface TransferResults {
  readonly header: ReadHeader
  readonly results: ReadonlyArray<TransferResult>
  readonly done: Sum
  readonly notDone: Sum
}

const trailer = layout([
  { name: "recordKind", length: 1, holds: "digits", only: ["8"] },
  { name: "count", length: 6, holds: "digits" },
  { name: "total", length: 12, holds: "digits" },
  { name: "doneCount", length: 6, holds: "ediInfo" },
  { name: "doneTotal", length: 12, holds: "ediInfo" },
  { name: "notDoneCount", length: 6, holds: "ediInfo" },
  { name: "notDoneTotal", length: 12, holds: "ediInfo" },
  { name: "dummy", length: 65, holds: "blank" }
])

/** What stands behind the reference in a request: by wire, without free text. */
const asked = "7".padEnd(recordLength - transferKindAt, " ")

/** The record as it was asked for: the bytes of the code as they stand in a request. */
const asAsked =
  ({ length, offset }: ResultForm) =>
  (record: string): string => {
    const from = offset - transferKindAt
    return record.slice(0, offset) + asked.slice(from, from + length) + record.slice(offset + length)
  }

const sumOf = (results: ReadonlyArray<TransferResult>): Sum => ({
  count: results.length,
  total: results.reduce((sum, { line }) => sum + line.amount, 0)
})

const said = ["doneCount", "doneTotal", "notDoneCount", "notDoneTotal"] as const

/** The first of the trailer's partial sums that is not what the records say. */
const wrongTotal = (
  values: Values<(typeof said)[number]>,
  { done, notDone, totals }: Pick<TransferResults, "done" | "notDone"> & Pick<ResultForm, "totals">
): (typeof said)[number] | undefined => {
  const found = {
    doneCount: done.count,
    doneTotal: done.total,
    notDoneCount: notDone.count,
    notDoneTotal: notDone.total
  }
  if (totals === "optional" && said.every((field) => values[field] === "")) return undefined
  return said.find((field) => !/^[0-9]+$/.test(values[field]) || Number(values[field]) !== found[field])
}

/**
 * What became of each transfer of a file. Refused: TransferUnreadable, also for a code that the form does not know. A
 * request that comes back as it was is refused: it says how to transfer where a result stands.
 */
export const readResults = (
  bytes: Uint8Array,
  form: ResultForm = resultForm
): Result.Result<TransferResults, TransferUnreadable> => {
  if (form.offset < transferKindAt || form.length < 1 || form.offset + form.length > recordLength)
    throw new RangeError("a result code stands behind what names the transfer")
  return Result.gen(function* () {
    const file = yield* readAs(bytes, trailer, asAsked(form))
    const results: Array<TransferResult> = []
    for (const [n, line] of file.lines.entries()) {
      const code = (file.data[n] ?? "").slice(form.offset, form.offset + form.length)
      const outcome = Object.hasOwn(form.outcomes, code) ? form.outcomes[code] : undefined
      if (outcome === undefined)
        return yield* Result.fail(new TransferUnreadable({ record: n + 2, field: "result", reason: "unknownCode" }))
      results.push({ line, code, outcome })
    }
    const done = sumOf(results.filter(({ outcome }) => outcome === "credited"))
    const notDone = sumOf(results.filter(({ outcome }) => outcome !== "credited"))
    const field = wrongTotal(file.trailer, { done, notDone, totals: form.totals })
    if (field !== undefined)
      return yield* Result.fail(new TransferUnreadable({ record: results.length + 2, field, reason: "totals" }))
    return { header: file.header, results, done, notDone }
  })
}
