/**
 * Names in kana for the specification, built from sounds: how banks write each, and how people type it.
 */
import * as fc from "fast-check"

/** A sound: what banks write, and other ways to type the same. */
export interface Sound {
  readonly written: string
  readonly typed: ReadonlyArray<string>
}

const sound = (written: string, ...typed: ReadonlyArray<string>): Sound => ({ written, typed: [written, ...typed] })

export const sounds: ReadonlyArray<Sound> = [
  sound("ﾔ", "ヤ", "や", "ャ", "ゃ", "ｬ"),
  sound("ﾏ", "マ", "ま"),
  sound("ﾀﾞ", "ダ", "だ", "ﾀ\u3099", "タ\u3099"),
  sound("ﾀ", "タ", "た"),
  sound("ｳ", "ウ", "う", "ゥ", "ｩ"),
  sound("ｳﾞ", "ヴ", "ゔ", "ウ\u3099"),
  sound("ﾊ", "ハ", "は"),
  sound("ﾊﾞ", "バ", "ば"),
  sound("ﾊﾟ", "パ", "ぱ", "ハ\u309a"),
  sound("ｼ", "シ", "し"),
  sound("ｼﾞ", "ジ", "じ"),
  sound("ﾁﾞ", "ヂ", "ぢ"),
  sound("ｽﾞ", "ズ", "ず"),
  sound("ﾂﾞ", "ヅ", "づ"),
  sound("ﾂ", "ツ", "つ", "ッ", "っ", "ｯ"),
  sound("ﾝ", "ン", "ん"),
  sound("ｵ", "オ", "お", "ォ", "ｫ"),
  sound("K", "k", "Ｋ", "ｋ"),
  sound("9", "９")
]

/** Marks that are no part of how a name is compared. */
export const marks: ReadonlyArray<Sound> = [
  sound("-", "ー", "ｰ", "－", "‐", "—", "−"),
  sound(" ", "　", "・", "･", "  ")
]

/** Part of a name: a sound, and which of the ways to type it is taken, twice. */
export interface Part {
  readonly sound: Sound
  readonly one: number
  readonly other: number
}

const part = (from: ReadonlyArray<Sound>): fc.Arbitrary<Part> =>
  fc.record({ sound: fc.constantFrom(...from), one: fc.nat(9), other: fc.nat(9) }, { noNullPrototype: true })

/** Names of sounds and marks; a sound at either end, since spaces around a name are none of it. */
export const nameParts = (): fc.Arbitrary<ReadonlyArray<Part>> =>
  fc
    .tuple(
      part(sounds),
      fc.array(fc.tuple(fc.option(part(marks), { freq: 3, nil: undefined }), part(sounds)), { maxLength: 6 })
    )
    .map(([first, rest]) => [first, ...rest.flatMap(([mark, next]) => (mark === undefined ? [next] : [mark, next]))])

const at = (typed: ReadonlyArray<string>, n: number): string => typed[n % typed.length] ?? ""

/** A name in one way to type it. */
export const typedAs = (parts: ReadonlyArray<Part>, which: "one" | "other"): string =>
  parts.map((each) => at(each.sound.typed, each[which])).join("")

/** A name as banks write it. */
export const writtenAs = (parts: ReadonlyArray<Part>): string => parts.map((each) => each.sound.written).join("")

/** The sounds of a name alone, as banks write them. */
export const soundsOf = (parts: ReadonlyArray<Part>): ReadonlyArray<string> =>
  parts.filter((each) => !marks.includes(each.sound)).map((each) => each.sound.written)
