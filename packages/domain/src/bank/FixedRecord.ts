/**
 * Records of fixed length as banks exchange them (全銀協制定フォーマット): 120 bytes of JIS X 0201, field after field.
 *
 * A layout is data: fields with lengths, from which their offsets are computed. Digits stand right with zeros before
 * them (N), text stands left with spaces behind it (C).
 */
import { Result } from "effect"
import { type FieldClass, isAllowed } from "./ZenginKana.ts"

/** The bytes of a record, without its line end. */
export const recordLength = 120

/** A field: digits, text of a class, or nothing but spaces. `only` names the values it may have, where they are few. */
export interface Field<Name extends string> {
  readonly name: Name
  readonly length: number
  readonly holds: "digits" | "blank" | FieldClass
  readonly only?: ReadonlyArray<string>
}

export interface PlacedField<Name extends string> extends Field<Name> {
  /** Bytes before the field. */
  readonly offset: number
}

export type Layout<Name extends string> = ReadonlyArray<PlacedField<Name>>
export type Values<Name extends string> = Readonly<Record<Name, string>>

/** Why a field cannot be written or read. */
export type FieldReason = "notDigits" | "notBlank" | "tooLong" | "characterNotAllowed" | "notOneOf"

/** What is wrong with a record, by field. */
export interface FieldFault<Name extends string> {
  readonly field: Name
  readonly reason: FieldReason
}

/** Fields in order as a layout. A layout that is not as long as a record is a defect. */
export const layout = <const Name extends string>(fields: ReadonlyArray<Field<Name>>): Layout<Name> => {
  let offset = 0
  const placed = fields.map((field) => {
    const at = { ...field, offset }
    offset += field.length
    return at
  })
  if (offset !== recordLength) throw new RangeError(`a record of ${offset} bytes`)
  return placed
}

const faultOf = <Name extends string>({ holds, length, only }: Field<Name>, value: string): FieldReason | undefined => {
  if (value.length > length) return "tooLong"
  if (holds === "digits" && !/^[0-9]+$/.test(value)) return "notDigits"
  if (holds === "blank" && value !== "") return "notBlank"
  if (only !== undefined && !only.includes(value)) return "notOneOf"
  if (holds === "digits" || holds === "blank") return undefined
  return Array.from(value).every((character) => isAllowed(character, holds) || character === " ")
    ? undefined
    : "characterNotAllowed"
}

/** The record of the values, each of which fits its field. */
export const written = <Name extends string>(
  fields: Layout<Name>,
  values: Values<Name>
): Result.Result<string, FieldFault<Name>> => {
  let record = ""
  for (const field of fields) {
    const value = values[field.name]
    const reason = faultOf(field, value)
    if (reason !== undefined) return Result.fail({ field: field.name, reason })
    record += field.holds === "digits" ? value.padStart(field.length, "0") : value.padEnd(field.length, " ")
  }
  return Result.succeed(record)
}

/** The values of a record of the right length: digits in full length, text without the spaces behind it. */
export const parsed = <Name extends string>(
  fields: Layout<Name>,
  record: string
): Result.Result<Values<Name>, FieldFault<Name>> => {
  const values: Partial<Record<Name, string>> = {}
  for (const field of fields) {
    const text = record.slice(field.offset, field.offset + field.length)
    const value = field.holds === "digits" ? text : text.trimEnd()
    const reason = faultOf(field, value)
    if (reason !== undefined) return Result.fail({ field: field.name, reason })
    values[field.name] = value
  }
  return Result.succeed(values as Values<Name>)
}

const kanaStart = 0xff61
const byteStart = 0xa1
const kanaCount = 63

/**
 * A text of half-width characters in JIS X 0201, one byte each. Another character is a defect: fields are checked
 * before.
 */
export const bytesOf = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n)
    const kana = code - kanaStart
    const isKana = kana >= 0 && kana < kanaCount
    if (!isKana && code > 0x7e) throw new RangeError(`no character of JIS X 0201 at ${n}`)
    bytes[n] = isKana ? kana + byteStart : code
  }
  return bytes
}

/** The text of bytes in JIS X 0201; none where a byte is no character of it. */
export const textOf = (bytes: Uint8Array): string | undefined => {
  const characters: Array<string> = []
  for (const byte of bytes) {
    const kana = byte - byteStart
    const isKana = kana >= 0 && kana < kanaCount
    if (!isKana && byte > 0x7e) return undefined
    characters.push(String.fromCharCode(isKana ? kana + kanaStart : byte))
  }
  return characters.join("")
}
