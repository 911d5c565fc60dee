/**
 * Results of a file of payouts: which line of it says what became of which payout. A line that says anything else than was asked says
 * nothing of any payout (OUT-07).
 */
import type { TransferLine } from "../bank/GeneralTransfer.ts"
import { batchLineOf } from "../bank/GeneralTransfer.ts"
import type { TransferResult } from "../bank/TransferResults.ts"
import { providerText } from "../engine/Dispatcher.ts"
import type { PayoutBatch, PayoutId } from "./Payout.ts"
import type { PayoutAnswer } from "./PayoutAnswer.ts"
import { batchNumber, type Line, type TransferText } from "./TransferText.ts"

/** Why a line is not recorded: it is of another batch, of no line of this one, says something else than was asked, or stands there twice. */
export type Unknown = "otherBatch" | "noSuchLine" | "differs" | "twice"

/** What a line of a file of results says, by its place in the file from 1. */
export type LineResult =
  | { readonly _tag: "known"; readonly payout: PayoutId; readonly answer: PayoutAnswer }
  | { readonly _tag: "unknown"; readonly line: number; readonly reason: Unknown }

const compared = ["bank", "branch", "kind", "number", "amount"] as const

const isAsked = (asked: Line, said: TransferLine): boolean => compared.every((field) => asked[field] === said[field])

const answerOf = ({ outcome }: TransferResult, reference: string): PayoutAnswer =>
  outcome === "credited"
    ? { _tag: "credited", bankReference: providerText(reference) }
    : { _tag: "refused", reason: outcome }

/** What each line says of a batch that was asked for so. */
export const lineResults = (
  batch: PayoutBatch,
  text: TransferText,
  results: ReadonlyArray<TransferResult>
): ReadonlyArray<LineResult> => {
  const number = batchNumber(batch.id)
  const references = results.map(({ line }) => batchLineOf(line.reference))
  const times = new Map<number, number>()
  for (const found of references) {
    if (found?.batch === number) times.set(found.line, (times.get(found.line) ?? 0) + 1)
  }
  return results.map((result, n) => {
    const unknown = (reason: Unknown): LineResult => ({ _tag: "unknown", line: n + 1, reason })
    const found = references[n]
    if (found?.batch !== number) return unknown("otherBatch")
    const [payout, asked] = [batch.payouts[found.line - 1], text.lines[found.line - 1]]
    if (payout === undefined || asked === undefined) return unknown("noSuchLine")
    if (!isAsked(asked, result.line)) return unknown("differs")
    if (times.get(found.line) !== 1) return unknown("twice")
    return { _tag: "known", payout, answer: answerOf(result, `${found.batch}-${found.line}`) }
  })
}
