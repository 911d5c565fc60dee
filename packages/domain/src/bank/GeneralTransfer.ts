/**
 * General transfers (総合振込, 種別コード 21): one file by which a bank is asked for many transfers on one day.
 *
 * A file is a header, a record for each transfer, a trailer with their number and sum, and an end record. Names are
 * written in zengin kana and cut to their fields. Each transfer carries a reference of ours, by which its result is
 * found again.
 */
import { Result, Schema } from "effect"
import type { JapanDate } from "../calendar/JapanDate.ts"
import type { PositiveYen } from "../money/Yen.ts"
import { bytesOf, written } from "./FixedRecord.ts"
import {
  dataLayout,
  depositCodes,
  type DepositKind,
  ediLayout,
  endLayout,
  headerLayout,
  trailerLayout
} from "./TransferLayouts.ts"
import { canonical, type FieldClass, truncated } from "./ZenginKana.ts"

/**
 * An account as a transfer names it: digits are whole, names in full or half width; those of bank and branch may be
 * empty.
 */
export interface TransferAccount {
  readonly bank: string
  readonly bankName: string
  readonly branch: string
  readonly branchName: string
  readonly kind: DepositKind
  readonly number: string
}

/** Who asks (振込依頼人), from which account, and for which day. */
export interface TransferHeader extends TransferAccount {
  /** Up to ten digits that the bank gave its client (委託者コード). */
  readonly clientCode: string
  readonly clientName: string
  readonly date: JapanDate
}

/**
 * Our reference: twenty digits in the two customer codes (顧客コード1・2), or up to twenty characters of free text that goes
 * to the recipient's bank as well (EDI情報, 識別表示 Y).
 */
export type TransferReference =
  | { readonly _tag: "customerCodes"; readonly digits: string }
  | { readonly _tag: "ediInfo"; readonly text: string }

export interface TransferLine extends TransferAccount {
  readonly recipient: string
  readonly amount: PositiveYen
  readonly reference: TransferReference
}

/** A line of a batch, each by a number of at most ten digits. */
export interface BatchLine {
  readonly batch: number
  readonly line: number
}

/** The reference of a line of a batch: ten digits each. A longer number is refused when it is written. */
export const referenceOf = ({ batch, line }: BatchLine): TransferReference => ({
  _tag: "customerCodes",
  digits: `${batch}`.padStart(10, "0") + `${line}`.padStart(10, "0")
})

/** The line of a batch that a reference names; none where it is no such reference. */
export const batchLineOf = (reference: TransferReference): BatchLine | undefined =>
  reference._tag === "customerCodes" && /^[0-9]{20}$/.test(reference.digits)
    ? { batch: Number(reference.digits.slice(0, 10)), line: Number(reference.digits.slice(10)) }
    : undefined

/**
 * Refused: something cannot be written in a file for the bank. Line 0 is the header; the trailer is the line behind
 * the last.
 */
export class TransferUnwritable extends Schema.TaggedError<TransferUnwritable>()("TransferUnwritable", {
  line: Schema.Int,
  field: Schema.String,
  reason: Schema.Literals([
    "empty",
    "notDigits",
    "notBlank",
    "tooLong",
    "characterNotAllowed",
    "notOneOf",
    "noTransfers",
    "tooMany"
  ])
}) {}

/** The largest number of transfers and the largest sum that a trailer can say. */
export const most = { count: 999_999, total: 999_999_999_999 } as const

type Reason = TransferUnwritable["reason"]
interface Fault {
  readonly field: string
  readonly reason: Reason
}

/**
 * Names in their fields' kana, cut to their fields; the first that is needed and cannot be written is the fault.
 * Others are left out: codes say which bank and branch it is, and some names of foreign banks have marks that their
 * field does not take.
 */
const named = <const Name extends string>(
  names: ReadonlyArray<readonly [field: Name, name: string, length: number, holds: FieldClass, needed: boolean]>
): Result.Result<Readonly<Record<Name, string>>, Fault> => {
  const values: Partial<Record<Name, string>> = {}
  for (const [field, name, length, holds, needed] of names) {
    const kana = canonical(name, holds)
    if (needed && Result.isFailure(kana)) return Result.fail({ field, reason: "characterNotAllowed" })
    const shown = Result.getOrElse(kana, () => "")
    if (needed && shown === "") return Result.fail({ field, reason: "empty" })
    values[field] = truncated(shown, length).trimEnd()
  }
  return Result.succeed(values as Readonly<Record<Name, string>>)
}

/** Codes and numbers have all their digits: a short one would be made another by the zeros before it. */
const account = ({ bank, branch, kind, number }: TransferAccount): Result.Result<Values, Fault> => {
  const whole = { bank: [bank, 4], branch: [branch, 3], number: [number, 7] } as const
  for (const [field, [value, length]] of Object.entries(whole)) {
    if (!/^[0-9]+$/.test(value) || value.length < length) return Result.fail({ field, reason: "notDigits" })
  }
  return Result.succeed({ bank, branch, kind: depositCodes[kind], number })
}

interface Values {
  readonly bank: string
  readonly branch: string
  readonly kind: string
  readonly number: string
}

const headerRecord = (header: TransferHeader): Result.Result<string, Fault> =>
  Result.gen(function* () {
    const names = yield* named([
      ["clientName", header.clientName, 40, "personName", true],
      ["bankName", header.bankName, 15, "bankName", false],
      ["branchName", header.branchName, 15, "bankName", false]
    ])
    const date = header.date.slice(5, 7) + header.date.slice(8, 10)
    const { clientCode } = header
    const fixed = { recordKind: "1", fileKind: "21", encoding: "0", clientCode, date, dummy: "" }
    return yield* written(headerLayout, { ...fixed, ...names, ...(yield* account(header)) })
  })

const dataRecord = (line: TransferLine): Result.Result<string, Fault> =>
  Result.gen(function* () {
    const names = yield* named([
      ["recipient", line.recipient, 30, "personName", true],
      ["bankName", line.bankName, 15, "bankName", false],
      ["branchName", line.branchName, 15, "bankName", false]
    ])
    const fixed = { recordKind: "2", clearingHouse: "0", change: "0", transferKind: "7", dummy: "" }
    const values = { ...fixed, ...names, ...(yield* account(line)), amount: `${line.amount}` }
    const { reference } = line
    if (reference._tag === "ediInfo") {
      const ediInfo = yield* Result.mapError(canonical(reference.text, "ediInfo"), (): Fault => ({
        field: "ediInfo",
        reason: "characterNotAllowed"
      }))
      return yield* written(ediLayout, { ...values, ediInfo, identification: "Y" })
    }
    const whole = reference.digits.padStart(20, "0")
    const codes = { customerCode1: whole.slice(0, 10), customerCode2: whole.slice(10) }
    return yield* written(dataLayout, { ...values, ...codes, identification: "" })
  })

/** The records of a file, one after another; a refusal is the last. Lines may be as many as come. */
export const records = function* (
  header: TransferHeader,
  lines: Iterable<TransferLine>
): Generator<Result.Result<string, TransferUnwritable>, void> {
  const at = (line: number) => (fault: Fault) => new TransferUnwritable({ line, ...fault })
  yield Result.mapError(headerRecord(header), at(0))
  let count = 0
  let total = 0
  for (const line of lines) {
    count += 1
    total += line.amount
    if (count > most.count) return yield Result.fail(at(count)({ field: "count", reason: "tooMany" }))
    if (total > most.total) return yield Result.fail(at(count)({ field: "total", reason: "tooMany" }))
    yield Result.mapError(dataRecord(line), at(count))
  }
  if (count === 0) return yield Result.fail(at(1)({ field: "count", reason: "noTransfers" }))
  const totals = { recordKind: "8", count: `${count}`, total: `${total}`, dummy: "" }
  yield Result.mapError(written(trailerLayout, totals), at(count + 1))
  yield Result.mapError(written(endLayout, { recordKind: "9", dummy: "" }), at(count + 1))
}

/** How a file ends: some banks want the end-of-file mark 0x1A of old media behind the last line. */
export interface Ending {
  readonly endOfFile?: boolean
}

/** A file as the bank takes it: records in JIS X 0201, each ended by CRLF. */
export const write = (
  header: TransferHeader,
  lines: Iterable<TransferLine>,
  { endOfFile = false }: Ending = {}
): Result.Result<Uint8Array, TransferUnwritable> => {
  const whole: Array<string> = []
  for (const record of records(header, lines)) {
    if (Result.isFailure(record)) return Result.fail(record.failure)
    whole.push(record.success, "\r\n")
  }
  return Result.succeed(bytesOf(whole.join("") + (endOfFile ? "\u001a" : "")))
}
