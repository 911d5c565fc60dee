/**
 * Files of transfers for tests: a header, lines, and files changed byte by byte.
 */
import { Result } from "effect"
import { make } from "../../src/calendar/JapanDate.ts"
import { bytesOf, textOf } from "../../src/bank/FixedRecord.ts"
import { referenceOf, type TransferHeader, type TransferLine, write } from "../../src/bank/GeneralTransfer.ts"
import type { PositiveYen } from "../../src/money/Yen.ts"

const day = make(2026, 11, 30)
if (day === undefined) throw new Error("no such day")

export const header: TransferHeader = {
  clientCode: "1234567",
  clientName: "株式会社キンチャク",
  date: day,
  bank: "9999",
  bankName: "テスト",
  branch: "001",
  branchName: "ホンテン",
  kind: "ordinary",
  number: "0000001"
}

export const line = (n: number, amount = 1000 * n): TransferLine => ({
  bank: "9999",
  bankName: "テスト",
  branch: "002",
  branchName: "サクラ",
  kind: "ordinary",
  number: `${n}`.padStart(7, "0"),
  recipient: "ヤマダ タロウ",
  amount: amount as PositiveYen,
  reference: referenceOf({ batch: 42, line: n })
})

export const fileOf = (lines: ReadonlyArray<TransferLine>): Uint8Array => Result.getOrThrow(write(header, lines))

/** The records of a file without line ends. */
export const recordsOf = (bytes: Uint8Array): ReadonlyArray<string> =>
  (textOf(bytes) ?? "").split("\r\n").filter((record) => record !== "")

/** A file of records. */
export const file = (records: ReadonlyArray<string>, end = "\r\n"): Uint8Array =>
  bytesOf(records.map((record) => record + end).join(""))

/** A record with other text at an offset. */
export const changed = (record: string, offset: number, text: string): string =>
  record.slice(0, offset) + text + record.slice(offset + text.length)
