/**
 * Messages: what messages to holders are made of, in Japanese and English, and the rules that hold for all of them.
 *
 * A message is a template and facts. Facts are written by people (names of payees, of services), so each is put in as one line
 * without control characters; in a text message also without anything that a telephone takes for a link (SEC-07).
 */
import type { Brand } from "effect"
import type { Language } from "../account/Holder.ts"
import { at as dayOf, type Instant, minuteOfDay } from "../calendar/JapanDate.ts"

/** One text for each language. */
export type InEach<Text> = Readonly<Record<Language, Text>>

/** A mail before it has an address: a subject of one line, and lines that end with \n. */
export interface Letter {
  readonly subject: string
  readonly text: string
}

/** The longest text message that is one segment, in UTF-16 units (OTP-13). */
export const segmentUnits = 70

/** A fact as it stands in a message: one line. */
export type Line = string & Brand.Brand<"Line">

/** A fact as one line: compatibility forms written alike, control and invisible characters dropped, spaces joined. */
export const line = (fact: string): Line =>
  fact
    .slice(0, 400)
    .normalize("NFKC")
    .replace(/[\s\p{Zl}\p{Zp}\p{Cc}]+/gu, " ")
    .replace(/\p{C}/gu, "")
    .trim() as Line

/** A fact that nothing takes for a link or an address: every dot is a middle dot, and colons, slashes and the like are spaces. */
export const unlinked = (fact: string): Line =>
  line(
    line(fact)
      .replace(/[.\u3002\uff61\u2024\u2025]/g, "・")
      .replace(/[:/\\@\u2044\u2215\u29f8]/g, " ")
  )

/** A text cut to so many UTF-16 units, between characters, with a mark where something was cut off. */
export const cut = (text: string, units: number): string => {
  if (text.length <= units) return text
  let kept = ""
  for (const character of text) {
    if (kept.length + character.length > units - 1) break
    kept += character
  }
  return kept === "" ? "" : `${kept.trimEnd()}…`
}

/** An amount in yen with its thousands marked. */
export const yen = (amount: number): string => `${amount}`.replace(/\B(?=(\d{3})+$)/g, ",")

/** A time as clocks in Japan show it, to the minute: "2026-05-20 12:00". */
export const clock = (at: Instant): Line => {
  const minute = minuteOfDay(at)
  const two = (n: number): string => `${n}`.padStart(2, "0")
  return line(`${dayOf(at)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`)
}

/** The text of a text message. One that is longer than a segment is a mistake of its template. */
export const segment = (lines: ReadonlyArray<string>): string => {
  const text = lines.join("\n")
  if (text.length > segmentUnits)
    throw new RangeError(`a text message of ${text.length} units is longer than a segment`)
  return text
}
