/**
 * The layouts of general transfers (総合振込), as data: header, data with customer codes or with free text, trailer and
 * end.
 */
import { type Field, layout } from "./FixedRecord.ts"
import type { FieldClass } from "./ZenginKana.ts"

/** 普通, 当座, 貯蓄, その他. */
export type DepositKind = "ordinary" | "current" | "savings" | "other"

export const depositCodes: Readonly<Record<DepositKind, string>> = {
  ordinary: "1",
  current: "2",
  savings: "4",
  other: "9"
}

const digits = <const Name extends string>(name: Name, length: number, only?: ReadonlyArray<string>): Field<Name> =>
  only === undefined ? { name, length, holds: "digits" } : { name, length, holds: "digits", only }
const text = <const Name extends string>(name: Name, length: number, holds: FieldClass): Field<Name> => ({
  name,
  length,
  holds
})
const blank = <const Name extends string>(name: Name, length: number): Field<Name> => ({ name, length, holds: "blank" })

export const headerLayout = layout([
  digits("recordKind", 1, ["1"]),
  digits("fileKind", 2, ["21"]),
  // 0 is JIS; 1, EBCDIC, is refused.
  digits("encoding", 1, ["0"]),
  digits("clientCode", 10),
  text("clientName", 40, "personName"),
  digits("date", 4),
  digits("bank", 4),
  text("bankName", 15, "bankName"),
  digits("branch", 3),
  text("branchName", 15, "bankName"),
  digits("kind", 1, ["1", "2", "9"]),
  digits("number", 7),
  blank("dummy", 17)
])

const recipientFields = [
  digits("recordKind", 1, ["2"]),
  digits("bank", 4),
  text("bankName", 15, "bankName"),
  digits("branch", 3),
  text("branchName", 15, "bankName"),
  digits("clearingHouse", 4),
  digits("kind", 1, ["1", "2", "4", "9"]),
  digits("number", 7),
  text("recipient", 30, "personName"),
  digits("amount", 10),
  digits("change", 1, ["0", "1", "2"])
] as const

/** 7 is by wire (テレ振込), 8 by document (文書振込). */
const transferKind = digits("transferKind", 1, ["7", "8"])

export const dataLayout = layout([
  ...recipientFields,
  digits("customerCode1", 10),
  digits("customerCode2", 10),
  transferKind,
  { name: "identification", length: 1, holds: "ediInfo", only: [""] },
  blank("dummy", 7)
])

/** Bytes before the way of transfer, behind which nothing names the transfer any more. */
export const transferKindAt = dataLayout.find(({ name }) => name === "transferKind")?.offset ?? 0

/** A data record whose customer codes are replaced by free text. */
export const ediLayout = layout([
  ...recipientFields,
  text("ediInfo", 20, "ediInfo"),
  transferKind,
  { name: "identification", length: 1, holds: "ediInfo", only: ["Y"] },
  blank("dummy", 7)
])

export const trailerLayout = layout([
  digits("recordKind", 1, ["8"]),
  digits("count", 6),
  digits("total", 12),
  blank("dummy", 101)
])

export const endLayout = layout([digits("recordKind", 1, ["9"]), blank("dummy", 119)])
