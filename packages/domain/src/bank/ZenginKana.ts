/**
 * Zengin kana: the half-width form in which banks write names (BNK-04), one byte a character in JIS X 0201.
 *
 * It is the written form of `account/Contact.ts` (small kana enlarged, long marks as hyphens) made narrow, with the
 * names of legal forms abbreviated, and held to the characters of the field it stands in. It is also how two names are
 * compared.
 */
import { Result, Schema } from "effect"
import { kanaKey, kanaName } from "../account/Contact.ts"

/**
 * What a field is for, which says what may stand in it: a name of a bank or branch; of a recipient, account holder or
 * client (受取人名・預金者名・委託者名); or free text that goes with a transfer (EDI情報).
 */
export const FieldClass = Schema.Literals(["bankName", "personName", "ediInfo"])
export type FieldClass = typeof FieldClass.Type

/** Refused: a character that no bank takes in such a field. */
export class CharacterNotAllowed extends Schema.TaggedError<CharacterNotAllowed>()("CharacterNotAllowed", {
  character: Schema.String,
  field: FieldClass
}) {}

/** The narrow form of each kana and mark, from Unicode itself: what each half-width character is composed to. */
const narrowed: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 0xff9f - 0xff61 + 1 }, (_, n) => String.fromCharCode(0xff61 + n)).map((half) => [
    half.normalize("NFKC"),
    half
  ])
)

/** No small kana and no ｰ stand in any field; ｦ stands in free text alone. */
const kana = "ｱ-ﾝﾞﾟ"
const allowed: Readonly<Record<FieldClass, RegExp>> = {
  bankName: new RegExp(`[0-9A-Z${kana}-]`),
  personName: new RegExp(`[0-9A-Z${kana}() .-]`),
  ediInfo: new RegExp(`[0-9A-Zｦ${kana}\\\\｢｣()/ .-]`)
}

/** Whether a character may stand in a field of a class. */
export const isAllowed = (character: string, field: FieldClass): boolean =>
  character.length === 1 && allowed[field].test(character)

/** Kana of names that half-width bank fields do not have, and what stands in their place. */
const respelled: Readonly<Record<string, string>> = { ヲ: "オ", ヰ: "イ", ヱ: "エ", "¥": "\\" }

const respelling = (field: FieldClass) => (character: string) =>
  field === "ediInfo" && character === "ヲ" ? character : (respelled[character] ?? character)

/**
 * Abbreviations of legal forms, in the order in which they are looked for: what holds another word stands before it.
 */
export const legalForms: ReadonlyArray<readonly [form: string, abbreviation: string]> = [
  ["医療法人社団", "イ"],
  ["医療法人財団", "イ"],
  ["社会医療法人", "イ"],
  ["医療法人", "イ"],
  ["一般財団法人", "ザイ"],
  ["公益財団法人", "ザイ"],
  ["財団法人", "ザイ"],
  ["一般社団法人", "シャ"],
  ["公益社団法人", "シャ"],
  ["社団法人", "シャ"],
  ["宗教法人", "シュウ"],
  ["学校法人", "ガク"],
  ["社会福祉法人", "フク"],
  ["特定非営利活動法人", "トクヒ"],
  ["国立大学法人", "ダイ"],
  ["独立行政法人", "ドク"],
  ["農事組合法人", "ノウ"],
  ["弁護士法人", "ベン"],
  ["行政書士法人", "ギョ"],
  ["司法書士法人", "シホウ"],
  ["税理士法人", "ゼイ"],
  ["株式会社", "カ"],
  ["有限会社", "ユ"],
  ["合名会社", "メ"],
  ["合資会社", "シ"],
  ["合同会社", "ド"],
  ["相互会社", "ソ"],
  ["(株)", "カ"],
  ["(有)", "ユ"],
  ["(名)", "メ"],
  ["(資)", "シ"],
  ["(財)", "ザイ"],
  ["(社)", "シャ"],
  ["(学)", "ガク"]
]

/** Abbreviations of places of business. */
export const places: ReadonlyArray<readonly [form: string, abbreviation: string]> = [
  ["営業所", "エイ"],
  ["出張所", "シュツ"]
]

/** Open towards the name: `カ)` before it, `(カ` behind it, `(カ)` within it; without spaces. */
const abbreviate = (name: string, forms: ReadonlyArray<readonly [string, string]>): string => {
  const found = forms.find(([form]) => name.includes(form))
  if (found === undefined) return name
  const [form, short] = found
  const at = name.indexOf(form)
  const before = name.slice(0, at).trimEnd()
  const after = name.slice(at + form.length).trimStart()
  return `${before}${before === "" ? "" : "("}${short}${after === "" ? "" : ")"}${after}`
}

/** A name with its legal form, one of them at most, and its place of business abbreviated as banks do. */
const abbreviated = (name: string): string => abbreviate(abbreviate(name, legalForms), places)

/** A mark of voicing makes a sound with some kana alone: a bank knows no ﾜﾞ. */
const isVoiced = (base: string, mark: string): boolean =>
  mark === "ﾞ" ? /[ｳｶ-ﾄﾊ-ﾎ]/.test(base) : mark === "ﾟ" ? /[ﾊ-ﾎ]/.test(base) : true

/**
 * A name or text as banks write it in a field. Kanji are refused: how they are read is not known.
 *
 * Refused: CharacterNotAllowed, with the first character that cannot be written.
 */
export const canonical = (text: string, field: FieldClass): Result.Result<string, CharacterNotAllowed> => {
  const typed = text.slice(0, 200).normalize("NFKC").trim()
  const wide = kanaName(field === "personName" ? abbreviated(typed) : typed)
  let written = ""
  for (const character of Array.from(wide, respelling(field)).join("").normalize("NFD")) {
    const half = narrowed.get(character) ?? character
    if (!isAllowed(half, field) || !isVoiced(written.slice(-1), half))
      return Result.fail(new CharacterNotAllowed({ character, field }))
    written += half
  }
  return Result.succeed(written)
}

/**
 * The first characters of a half-width text, at most so many bytes; a mark of voicing is never parted from its kana.
 */
export const truncated = (written: string, bytes: number): string => {
  const isParted = /^[ﾞﾟ]/.test(written.slice(bytes))
  return written.slice(0, isParted ? Math.max(0, bytes - 1) : bytes)
}

/** How near two names are. Only equal names match (BNK-04); similar is a fact for those who look at a mismatch. */
export type Likeness = "equal" | "similar" | "different"

/** Kana that are read alike, or that one of the two ways of writing does not have. */
const alike: Readonly<Record<string, string>> = { ヲ: "オ", ヂ: "ジ", ヅ: "ズ", ヰ: "イ", ヱ: "エ" }

const similarKey = (name: string): string =>
  kanaKey(name).replace(/[ヲヂヅヰヱ]/g, (character) => alike[character] ?? "")

/** How near two names are, in full or half width. The name without kana is like no other. */
export const likeness = (one: string, other: string): Likeness => {
  const [left, right] = [kanaKey(one), kanaKey(other)]
  if (left === "" || right === "") return "different"
  if (left === right) return "equal"
  return similarKey(one) === similarKey(other) ? "similar" : "different"
}
