/**
 * Contact values in their one written form, so that the same address, number or name is recognised however it is typed.
 */
import { Schema } from "effect"

/** An e-mail address, at most 254 characters. */
export const Email = Schema.String.check(
  Schema.isMaxLength(254),
  Schema.isPattern(/^[^\s@\u0000-\u001f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,185}[A-Za-z0-9])?$/, {
    message: "expected an e-mail address"
  })
)

/** A Japanese mobile number, as typed: 11 digits from 060 to 090, or +81. */
export const Phone = Schema.String.check(
  Schema.isMaxLength(40),
  Schema.makeFilter((text) => /^0[6789]0\d{8}$/.test(phone(text)) || "expected a Japanese mobile number of 11 digits")
)

/** A name in kana, full or half width. */
export const KanaName = Schema.String.check(
  Schema.isMaxLength(200),
  // A name of marks alone would be compared as an empty one, and match whatever a bank leaves empty.
  Schema.makeFilter(
    (text) => (/^[ァ-ヴA-Z0-9().\- ]{1,60}$/u.test(kanaName(text)) && kanaKey(text) !== "") || "expected a name in kana"
  )
)

/** Lower case, surrounding space dropped. */
export const email = (typed: string): string => typed.normalize("NFKC").trim().toLowerCase()

/** National digits: narrowed, hyphens and spaces dropped, +81 as 0. */
export const phone = (typed: string): string =>
  typed
    .slice(0, 40)
    .normalize("NFKC")
    .replace(/[\s()\u2010-\u2015\u2212-]/g, "")
    .replace(/^\+81/, "0")

const enlarged: Record<string, string> = {
  ァ: "ア",
  ィ: "イ",
  ゥ: "ウ",
  ェ: "エ",
  ォ: "オ",
  ッ: "ツ",
  ャ: "ヤ",
  ュ: "ユ",
  ョ: "ヨ",
  ヮ: "ワ",
  ヵ: "カ",
  ヶ: "ケ"
}

/**
 * The form in which banks write a name, full width: katakana, small kana enlarged, long marks as hyphens, one space
 * between parts, Latin letters in upper case (BNK-04).
 */
export const kanaName = (typed: string): string =>
  typed
    .slice(0, 200)
    .normalize("NFKC")
    .replace(/[\u3041-\u3096]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/[ァィゥェォッャュョヮヵヶ]/g, (small) => enlarged[small] ?? small)
    .replace(/[ー\u2010-\u2015\u2212]/g, "-")
    .replace(/[・\s]+/g, " ")
    .trim()
    .toUpperCase()

/** The key by which two kana names are compared: without spaces and marks. */
export const kanaKey = (typed: string): string => kanaName(typed).replace(/[ .()-]/g, "")
