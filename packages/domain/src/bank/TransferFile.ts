/**
 * Reading a file of general transfers back: strict, so that what is read is what was written and nothing beside it.
 *
 * Order, lengths, characters, constants, the trailer's totals and the end are all checked; the first fault refuses the
 * file.
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { PositiveYen } from "../money/Yen.ts"
import { type Layout, parsed, recordLength, textOf, type Values } from "./FixedRecord.ts"
import type { TransferAccount, TransferLine, TransferReference } from "./GeneralTransfer.ts"
import {
  dataLayout,
  depositCodes,
  type DepositKind,
  ediLayout,
  endLayout,
  headerLayout,
  trailerLayout
} from "./TransferLayouts.ts"

/**
 * Refused: the bytes are no such file. Records count from 1; 0 is the file. What stands in a field is personal and not
 * repeated.
 */
export class TransferUnreadable extends Schema.TaggedError<TransferUnreadable>()("TransferUnreadable", {
  record: Schema.Int,
  field: Schema.String,
  reason: Schema.Literals([
    "notDigits",
    "notBlank",
    "tooLong",
    "characterNotAllowed",
    "notOneOf",
    "length",
    "lineEnd",
    "missing",
    "order",
    "notPositive",
    "noSuchDay",
    "totals",
    "unknownCode"
  ])
}) {}

/** Who asked. The file says month and day, without a year. */
export interface ReadHeader extends TransferAccount {
  readonly clientCode: string
  readonly clientName: string
  /** MMDD. */
  readonly monthDay: string
}

export interface TransferFile {
  readonly header: ReadHeader
  readonly lines: ReadonlyArray<TransferLine>
  readonly count: number
  readonly total: number
}

const fault = (record: number, field: string, reason: TransferUnreadable["reason"]) =>
  new TransferUnreadable({ record, field, reason })

const refused = (...at: Parameters<typeof fault>) => Result.fail(fault(...at))

const endOfFile = 0x1a

/** The records of a file: one behind the other, or each ended by CRLF; an end-of-file mark may follow. */
const recordsOf = (bytes: Uint8Array): Result.Result<ReadonlyArray<string>, TransferUnreadable> => {
  const marked = bytes.at(-1) === endOfFile ? bytes.subarray(0, -1) : bytes
  const step = marked[recordLength] === 0x0d ? recordLength + 2 : recordLength
  const records: Array<string> = []
  for (let at = 0; at < marked.length; at += step) {
    const n = records.length + 1
    const record = marked.subarray(at, at + recordLength)
    const end = textOf(marked.subarray(at + recordLength, at + step)) ?? ""
    if (record.length < recordLength) return refused(n, "record", "length")
    if (step > recordLength && end !== "\r\n") return refused(n, "record", "lineEnd")
    const text = textOf(record)
    if (text === undefined) return refused(n, "record", "characterNotAllowed")
    records.push(text)
  }
  return Result.succeed(records)
}

/** That the first record is the header, the last two trailer and end, and all between are data. */
const inOrder = (records: ReadonlyArray<string>): Result.Result<void, TransferUnreadable> => {
  if (records.length < 4) return refused(0, "record", "missing")
  const last = records.length - 1
  const expected = (n: number) => (n === 0 ? "1" : n === last ? "9" : n === last - 1 ? "8" : "2")
  const wrong = records.findIndex((record, n) => !record.startsWith(expected(n)))
  return wrong === -1 ? Result.void : refused(wrong + 1, "recordKind", "order")
}

const parsedAt = <Name extends string>(n: number, fields: Layout<Name>, record: string) =>
  Result.mapError(parsed(fields, record), ({ field, reason }) => fault(n, field, reason))

const kinds: Readonly<Record<string, DepositKind>> = Object.fromEntries(
  Object.entries(depositCodes).map(([kind, code]) => [code, kind as DepositKind])
)

const accountOf = (
  values: Readonly<Record<"bank" | "bankName" | "branch" | "branchName" | "kind" | "number", string>>
): TransferAccount => ({
  bank: values.bank,
  bankName: values.bankName,
  branch: values.branch,
  branchName: values.branchName,
  kind: kinds[values.kind] ?? "other",
  number: values.number
})

const headerOf = (record: string): Result.Result<ReadHeader, TransferUnreadable> =>
  Result.flatMap(parsedAt(1, headerLayout, record), (values) => {
    const { clientCode, clientName, date } = values
    // 29 February is a day of a file, whatever the year; 2000 has it.
    return JapanDate.make(2000, Number(date.slice(0, 2)), Number(date.slice(2))) === undefined
      ? refused(1, "date", "noSuchDay")
      : Result.succeed({ ...accountOf(values), clientCode, clientName, monthDay: date })
  })

const identificationAt = dataLayout.find(({ name }) => name === "identification")?.offset ?? 0

const lineOf = (n: number, record: string): Result.Result<TransferLine, TransferUnreadable> =>
  Result.gen(function* () {
    const isEdi = record[identificationAt] === "Y"
    const edi = isEdi ? yield* parsedAt(n, ediLayout, record) : undefined
    const plain = edi === undefined ? yield* parsedAt(n, dataLayout, record) : undefined
    const values = (edi ?? plain) as Values<"recipient" | "amount"> & Parameters<typeof accountOf>[0]
    const amount = Number(values.amount)
    if (amount === 0) return yield* refused(n, "amount", "notPositive")
    const reference: TransferReference =
      edi === undefined
        ? { _tag: "customerCodes", digits: `${plain?.customerCode1 ?? ""}${plain?.customerCode2 ?? ""}` }
        : { _tag: "ediInfo", text: edi.ediInfo }
    return { ...accountOf(values), recipient: values.recipient, amount: amount as PositiveYen, reference }
  })

/**
 * A file whose trailer is of another layout, or whose data records are brought back to what they were when asked
 * (`asAsked`).
 */
export const readAs = <Name extends string>(
  bytes: Uint8Array,
  trailer: Layout<Name | "count" | "total">,
  asAsked: (record: string) => string
): Result.Result<
  TransferFile & { readonly trailer: Values<Name | "count" | "total">; readonly data: ReadonlyArray<string> },
  TransferUnreadable
> =>
  Result.gen(function* () {
    const records = yield* recordsOf(bytes)
    yield* inOrder(records)
    const header = yield* headerOf(records[0] ?? "")
    const data = records.slice(1, -2)
    const lines: Array<TransferLine> = []
    for (const record of data) lines.push(yield* lineOf(lines.length + 2, asAsked(record)))
    const said = yield* parsedAt(records.length - 1, trailer, records.at(-2) ?? "")
    yield* parsedAt(records.length, endLayout, records.at(-1) ?? "")
    const total = lines.reduce((sum, { amount }) => sum + amount, 0)
    if (Number(said.count) !== lines.length) return yield* refused(records.length - 1, "count", "totals")
    if (Number(said.total) !== total) return yield* refused(records.length - 1, "total", "totals")
    return { header, lines, count: lines.length, total, trailer: said, data }
  })

/** A file of transfers as it was written. */
export const read = (bytes: Uint8Array): Result.Result<TransferFile, TransferUnreadable> =>
  Result.map(
    readAs(bytes, trailerLayout, (record) => record),
    ({ count, header, lines, total }) => ({ header, lines, count, total })
  )

const halfYear = 183 * 86_400_000

/**
 * The day of a month and day (MMDD), nearest to a day at most half a year away; the later of two that are as near. 29
 * February is that day alone: in a year without it there is none, and it never becomes another.
 */
export const dayOf = (monthDay: string, near: JapanDate.JapanDate): JapanDate.JapanDate | undefined => {
  const from = JapanDate.start(near)
  const away = (day: JapanDate.JapanDate) => Math.abs(JapanDate.start(day) - from)
  return [1, 0, -1]
    .flatMap((years) => {
      const year = Number(near.slice(0, 4)) + years
      return JapanDate.make(year, Number(monthDay.slice(0, 2)), Number(monthDay.slice(2))) ?? []
    })
    .filter((day) => away(day) <= halfYear)
    .toSorted((one, other) => away(one) - away(other))[0]
}
