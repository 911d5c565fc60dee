/**
 * Files of general transfers: what is written byte by byte, what is refused, and that a strict reader reads the same
 * again.
 */
import { Result } from "effect"
import { spawnSync } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { make } from "../../src/calendar/JapanDate.ts"
import { bytesOf, textOf } from "../../src/bank/FixedRecord.ts"
import {
  batchLineOf,
  most,
  records,
  referenceOf,
  type TransferHeader,
  type TransferLine,
  TransferUnwritable,
  write
} from "../../src/bank/GeneralTransfer.ts"
import { dayOf, read, TransferUnreadable } from "../../src/bank/TransferFile.ts"
import { dataLayout, ediLayout, endLayout, headerLayout, trailerLayout } from "../../src/bank/TransferLayouts.ts"
import type { PositiveYen } from "../../src/money/Yen.ts"
import { changed, file, fileOf, header, line, recordsOf } from "./Transfers.ts"

const recipient = (n: number) => `29999${"ﾃｽﾄ".padEnd(15)}002${"ｻｸﾗ".padEnd(15)}00001000000${n}${"ﾔﾏﾀﾞ ﾀﾛｳ".padEnd(30)}`

test("a file is written as the association of banks lays it out", () => {
  const edi: TransferLine = { ...line(2), reference: { _tag: "ediInfo", text: "inv/１２-ヲ" } }
  expect(recordsOf(fileOf([line(1), edi]))).toEqual([
    `12100001234567${"ｶ)ｷﾝﾁﾔｸ".padEnd(40)}11309999${"ﾃｽﾄ".padEnd(15)}001${"ﾎﾝﾃﾝ".padEnd(15)}10000001${" ".repeat(17)}`,
    `${recipient(1)}00000010000${"0000000042"}${"0000000001"}7${" ".repeat(8)}`,
    `${recipient(2)}00000020000${"INV/12-ｦ".padEnd(20)}7Y${" ".repeat(7)}`,
    `8000002000000003000${" ".repeat(101)}`,
    `9${" ".repeat(119)}`
  ])
})

test("every record has 120 bytes and CRLF; the mark of old media ends the file only where it is asked for", () => {
  const bytes = fileOf([line(1), line(2)])
  expect(bytes.length).toBe(5 * 122)
  for (let n = 1; n <= 5; n++) expect([...bytes.subarray(n * 122 - 2, n * 122)]).toEqual([0x0d, 0x0a])
  const marked = Result.getOrThrow(write(header, [line(1)], { endOfFile: true }))
  expect(marked.length).toBe(4 * 122 + 1)
  expect(marked.at(-1)).toBe(0x1a)
  expect(Result.getOrThrow(read(marked)).count).toBe(1)
})

test("a reference names its line of a batch again, and no other reference does", () => {
  const last = { batch: 9_999_999_999, line: 1 }
  expect(batchLineOf(referenceOf(last))).toEqual(last)
  expect(batchLineOf({ _tag: "customerCodes", digits: "1" })).toBe(undefined)
  expect(batchLineOf({ _tag: "ediInfo", text: "0".repeat(20) })).toBe(undefined)
  const reference = referenceOf({ batch: 10_000_000_000, line: 1 })
  expect(Result.isFailure(write(header, [{ ...line(1), reference }]))).toBe(true)
})

test("offsets are where the guides of banks put them", () => {
  const at = (fields: ReadonlyArray<{ name: string; offset: number }>, name: string) =>
    fields.find((field) => field.name === name)?.offset
  expect(at(headerLayout, "clientName")).toBe(14)
  expect(at(headerLayout, "date")).toBe(54)
  expect(at(headerLayout, "number")).toBe(96)
  expect(at(dataLayout, "recipient")).toBe(50)
  expect(at(dataLayout, "amount")).toBe(80)
  expect(at(dataLayout, "customerCode1")).toBe(91)
  expect(at(dataLayout, "identification")).toBe(112)
  expect(at(ediLayout, "ediInfo")).toBe(91)
  expect(at(trailerLayout, "total")).toBe(7)
  expect(endLayout.length).toBe(2)
})

const unwritable = (of: Partial<TransferLine>, ofHeader: Partial<TransferHeader> = {}) =>
  write({ ...header, ...ofHeader }, [line(1), { ...line(2), ...of }])

test.each([
  [{ recipient: "山田" }, "recipient", "characterNotAllowed"],
  [{ recipient: " " }, "recipient", "empty"],
  [{ bank: "999" }, "bank", "notDigits"],
  [{ branch: "0021" }, "branch", "tooLong"],
  [{ number: "123456" }, "number", "notDigits"],
  [{ number: "12345678" }, "number", "tooLong"],
  [{ number: "123456７" }, "number", "notDigits"],
  [{ amount: 10_000_000_000 as PositiveYen }, "amount", "tooLong"],
  [{ reference: { _tag: "customerCodes", digits: "1".repeat(21) } }, "customerCode2", "tooLong"],
  [{ reference: { _tag: "customerCodes", digits: "1-2" } }, "customerCode2", "notDigits"],
  [{ reference: { _tag: "ediInfo", text: "A".repeat(21) } }, "ediInfo", "tooLong"],
  [{ reference: { _tag: "ediInfo", text: "1,2" } }, "ediInfo", "characterNotAllowed"]
] as const)("a line of %o is refused: %s %s", (of, field, reason) =>
  expect(unwritable(of)).toEqual(Result.fail(new TransferUnwritable({ line: 2, field, reason })))
)

test.each([
  [{ clientCode: "12345678901" }, "clientCode", "tooLong"],
  [{ clientCode: "" }, "clientCode", "notDigits"],
  [{ clientName: "" }, "clientName", "empty"],
  [{ kind: "savings" }, "kind", "notOneOf"]
] as const)("a header of %o is refused: %s %s", (of, field, reason) =>
  expect(unwritable({}, of)).toEqual(Result.fail(new TransferUnwritable({ line: 0, field, reason })))
)

test("a name is cut to its field, and no mark of voicing is parted from its kana", () => {
  const [, data] = recordsOf(fileOf([{ ...line(1), recipient: `${"ア".repeat(29)}ガ` }]))
  expect(data?.slice(50, 80)).toBe(`${"ｱ".repeat(29)} `)
})

test("a name of a bank or branch that its field does not take is left out: the codes say which it is", () => {
  const [, data] = recordsOf(fileOf([{ ...line(1), bankName: "クレデイ．スイス", branchName: "本店" }]))
  expect(data?.slice(0, 38)).toBe(`29999${" ".repeat(15)}002${" ".repeat(15)}`)
})

test("a file without transfers, or of more than its trailer can say, is refused", () => {
  expect(write(header, [])).toEqual(
    Result.fail(new TransferUnwritable({ line: 1, field: "count", reason: "noTransfers" }))
  )
  const many = function* (count: number, amount: number) {
    for (let n = 0; n < count; n++) yield line(1, amount)
  }
  const lastOf = (lines: Iterable<TransferLine>) => {
    let last: unknown
    for (const record of records(header, lines)) last = record
    return last
  }
  // 9,999,999,999 goes a hundred times into the largest sum, with 99 left.
  const full = 9_999_999_999
  const rest = most.total - 100 * full
  expect(lastOf([...many(100, full), line(1, rest)])).toEqual(Result.succeed("9".padEnd(120, " ")))
  expect(lastOf([...many(100, full), line(1, rest + 1)])).toEqual(
    Result.fail(new TransferUnwritable({ line: 101, field: "total", reason: "tooMany" }))
  )
})

test("what is read is what was written, cut and narrowed", () => {
  const lines = [line(1), { ...line(2), kind: "savings" as const }, line(3, 9_999_999_999)]
  const { count, header: found, lines: again, total } = Result.getOrThrow(read(fileOf(lines)))
  expect({ count, total }).toEqual({ count: 3, total: 10_000_002_999 })
  expect(found).toMatchObject({ clientCode: "0001234567", clientName: "ｶ)ｷﾝﾁﾔｸ", monthDay: "1130", number: "0000001" })
  expect(again).toEqual(lines.map((l) => ({ ...l, recipient: "ﾔﾏﾀﾞ ﾀﾛｳ", bankName: "ﾃｽﾄ", branchName: "ｻｸﾗ" })))
  expect(read(file(recordsOf(fileOf(lines)), ""))).toEqual(read(fileOf(lines)))
})

const asked = recordsOf(fileOf([line(1), line(2)]))
const [h = "", one = "", two = "", t = "", e = ""] = asked

test.each([
  ["no bytes", [], 0, "record", "missing"],
  ["no data", [h, t, e], 0, "record", "missing"],
  ["no end", [h, one, two, t], 3, "recordKind", "order"],
  ["no trailer", [h, one, two, e], 3, "recordKind", "order"],
  ["something behind the end", [...asked, one], 4, "recordKind", "order"],
  ["two headers", [h, h, one, t, e], 2, "recordKind", "order"],
  ["another kind of file", [changed(h, 1, "91"), one, two, t, e], 1, "fileKind", "notOneOf"],
  ["EBCDIC", [changed(h, 3, "1"), one, two, t, e], 1, "encoding", "notOneOf"],
  ["30 February", [changed(h, 54, "0230"), one, two, t, e], 1, "date", "noSuchDay"],
  ["a month too many", [changed(h, 54, "1301"), one, two, t, e], 1, "date", "noSuchDay"],
  ["a space in digits", [h, changed(one, 43, " "), two, t, e], 2, "number", "notDigits"],
  ["an amount of nothing", [h, changed(one, 80, "0".repeat(10)), two, t, e], 2, "amount", "notPositive"],
  ["a kind of deposit that is none", [h, changed(one, 42, "3"), two, t, e], 2, "kind", "notOneOf"],
  ["a long mark", [h, changed(one, 50, "ｰ"), two, t, e], 2, "recipient", "characterNotAllowed"],
  ["a character of no name", [h, changed(one, 50, "/"), two, t, e], 2, "recipient", "characterNotAllowed"],
  ["text in the dummy", [h, changed(one, 119, "1"), two, t, e], 2, "dummy", "notBlank"],
  ["a count too few", [h, one, t, e], 3, "count", "totals"],
  ["a sum too large", [h, one, two, changed(t, 18, "1"), e], 4, "total", "totals"],
  ["text behind the end's mark", [h, one, two, t, changed(e, 60, "X")], 5, "dummy", "notBlank"]
] as const)("a file with %s is refused", (_, changedRecords, record, field, reason) =>
  expect(read(file(changedRecords))).toEqual(Result.fail(new TransferUnreadable({ record, field, reason })))
)

test("lengths and line ends are checked byte by byte", () => {
  const bytes = fileOf([line(1)])
  const failing = (changedBytes: Uint8Array, record: number, reason: "length" | "lineEnd" | "characterNotAllowed") =>
    expect(read(changedBytes)).toEqual(Result.fail(new TransferUnreadable({ record, field: "record", reason })))
  failing(bytes.subarray(0, -3), 4, "length")
  failing(bytes.subarray(0, -1), 4, "lineEnd")
  failing(bytes.subarray(0, -2), 4, "lineEnd")
  failing(bytes.with(121, 0x0d), 1, "lineEnd")
  failing(bytes.with(20, 0x80), 1, "characterNotAllowed")
  failing(bytes.with(20, 0xe0), 1, "characterNotAllowed")
  failing(new Uint8Array([...bytes, 0x1a, 0x1a]), 5, "length")
})

test.each([
  ["1130", [2026, 11, 28], "2026-11-30"],
  ["0104", [2026, 12, 29], "2027-01-04"],
  ["1229", [2027, 1, 4], "2026-12-29"],
  ["0229", [2028, 2, 25], "2028-02-29"],
  ["0229", [2028, 3, 3], "2028-02-29"],
  ["0229", [2027, 3, 1], undefined],
  ["0230", [2028, 2, 25], undefined],
  ["0602", [2026, 12, 1], "2026-06-02"],
  ["0601", [2026, 12, 1], "2027-06-01"],
  ["0601", [2027, 12, 1], "2028-06-01"]
] as const)("%s near %o is %s", (monthDay, [year, month, day], found) => {
  const near = make(year, month, day)
  expect(near && dayOf(monthDay, near)).toBe(found)
})

const kana = Array.from({ length: 63 }, (_, n) => String.fromCharCode(0xff61 + n)).join("")
const has = (command: string) => spawnSync(command, ["--version"]).error === undefined

test("bytes are text again, and no other byte is", () => {
  const text = ` 09AZ-().\\/${kana}`
  expect(textOf(bytesOf(text))).toBe(text)
  expect(textOf(Uint8Array.of(0xa0))).toBe(undefined)
  expect(textOf(Uint8Array.of(0x7f))).toBe(undefined)
  expect(() => bytesOf("ヤ")).toThrow(RangeError)
})

test.skipIf(!has("iconv"))("bytes are what iconv makes of the same characters in cp932 (skipped without iconv)", () => {
  const text = ` 09AZ-().\\/${kana}`
  const { stdout } = spawnSync("iconv", ["-f", "utf-8", "-t", "cp932"], { input: text })
  expect([...bytesOf(text)]).toEqual([...stdout])
})

test.skipIf(!has("awk"))("awk adds the amounts at their byte offsets to the trailer (skipped without awk)", () => {
  const path = join(mkdtempSync(join(tmpdir(), "kinchaku-transfer-")), "transfers")
  writeFileSync(path, fileOf(Array.from({ length: 250 }, (_, n) => line(n + 1))))
  const program = [
    "/^2/ { n += 1; s += substr($0, 81, 10) }",
    "/^8/ { exit !(n == substr($0, 2, 6) + 0 && s == substr($0, 8, 12) + 0 && n == 250) }"
  ].join("\n")
  const { status } = spawnSync("awk", [program, path], { env: { ...process.env, LC_ALL: "C" } })
  expect(status).toBe(0)
})
