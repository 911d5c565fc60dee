/**
 * The search for leaks: a mark is looked for in every form in which it might have been written down.
 *
 * A mark of a few digits stands in many a hash by chance. It is looked for between characters of no hash, and encoded together
 * with the quotes that surround it in JSON.
 */

/** A value that is to be found nowhere. */
export interface Mark {
  readonly name: string
  readonly value: string
}

export interface Form {
  readonly mark: string
  readonly form: string
  /** What a leak in this form looks like. */
  readonly sample: string
  readonly isIn: (haystack: Haystack) => boolean
}

/** What is searched: as it is, and in its compatible form, where full width is narrow and narrow kana are wide. */
export interface Haystack {
  readonly plain: string
  readonly compatible: string
}

export const haystackOf = (text: string): Haystack => ({ plain: text, compatible: text.normalize("NFKC") })

const isShort = (value: string): boolean => /^\d{1,7}$/.test(value)
const boundary = String.raw`[^0-9A-Za-z+/_=-]`

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)

/** Between characters of no hash and no encoding. */
const standing = (text: string): RegExp => new RegExp(`(?:^|${boundary})${escaped(text)}(?:$|${boundary})`)

const widened = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0))

const percent = (text: string): string => [...Buffer.from(text)].map((byte) => `%${hexOf(byte).toUpperCase()}`).join("")
const hexOf = (byte: number): string => byte.toString(16).padStart(2, "0")
const jsonEscaped = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** Base64 of a text that begins so many bytes after a group of three: the characters that depend on nothing else. */
const aligned = (bytes: Buffer, offset: number): string => {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64")
  const first = Math.ceil((offset * 8) / 6)
  const last = Math.floor(((offset + bytes.length) * 8) / 6)
  return whole.slice(first, last)
}

const urlSafe = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_")

/** The encodings of a text that are long enough to be no chance. */
const encodings = (text: string): ReadonlyArray<readonly [form: string, written: string]> => {
  const bytes = Buffer.from(text)
  const hex = bytes.toString("hex")
  return [
    ...[0, 1, 2].map((offset) => [`base64 at ${offset}`, aligned(bytes, offset)] as const),
    ...[0, 1, 2].map((offset) => [`base64url at ${offset}`, urlSafe(aligned(bytes, offset))] as const),
    ["hex", hex],
    ["HEX", hex.toUpperCase()],
    ["percent", percent(text)],
    ["percent, lower case", percent(text).toLowerCase()]
  ]
}

const containing = (name: string, form: string, written: string, where: keyof Haystack = "plain"): Form => ({
  mark: name,
  form,
  sample: written,
  isIn: (haystack) => haystack[where].includes(written)
})

const between = (name: string, form: string, written: string): Form => {
  const pattern = standing(written)
  return { mark: name, form, sample: written, isIn: ({ compatible }) => pattern.test(compatible) }
}

const ofShort = ({ name, value }: Mark): ReadonlyArray<Form> => [
  between(name, "plain", value),
  { ...between(name, "plain", value), form: "full width", sample: widened(value) },
  between(name, "base64 alone", Buffer.from(value).toString("base64").replaceAll("=", "")),
  between(name, "hex alone", Buffer.from(value).toString("hex")),
  ...encodings(`"${value}"`).map(([form, written]) => containing(name, `${form}, in quotes`, written))
]

const ofLong = ({ name, value }: Mark): ReadonlyArray<Form> => [
  containing(name, "plain", value),
  containing(name, "upper case", value.toUpperCase()),
  containing(name, "lower case", value.toLowerCase()),
  containing(name, "compatible", value.normalize("NFKC"), "compatible"),
  { ...containing(name, "full width", value.normalize("NFKC"), "compatible"), sample: widened(value) },
  containing(name, "decomposed", value.normalize("NFD")),
  containing(name, "without spaces", value.replace(/\s/g, "")),
  containing(name, "URL-encoded", encodeURIComponent(value)),
  containing(name, "form-encoded", `${new URLSearchParams({ v: value })}`.slice(2)),
  containing(name, "JSON-escaped", jsonEscaped(value)),
  ...encodings(value).map(([form, written]) => containing(name, form, written)),
  ...encodings(value.normalize("NFKC")).map(([form, written]) => containing(name, `${form}, compatible`, written))
]

/** Every form of a mark. */
export const formsOf = (mark: Mark): ReadonlyArray<Form> => (isShort(mark.value) ? ofShort(mark) : ofLong(mark))

/** Searches texts for marks: which was found where, in which form. It never says the mark itself. */
export const search = (marks: ReadonlyArray<Mark>, places: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const forms = marks.flatMap(formsOf)
  return Object.entries(places).flatMap(([place, text]) => {
    const haystack = haystackOf(text)
    return forms.filter(({ isIn }) => isIn(haystack)).map(({ form, mark }) => `${mark}, ${form}, in ${place}`)
  })
}
