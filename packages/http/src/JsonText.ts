/**
 * Strict JSON: what every reader of a body would understand alike.
 *
 * Beyond the grammar it refuses what programs disagree about or cannot keep: a key given twice, half a surrogate pair, a
 * NUL character, and nesting that no request needs.
 */
import { Option } from "effect"

const depthMax = 16
const space = new Set([" ", "\t", "\n", "\r"])

/** The place after the string literal that begins at a quote. */
const afterString = (text: string, quote: number): number => {
  let place = quote + 1
  while (text[place] !== '"') place += text[place] === "\\" ? 2 : 1
  return place + 1
}

const isKey = (text: string, after: number): boolean => {
  let place = after
  while (space.has(text[place] ?? "")) place += 1
  return text[place] === ":"
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Whether a number reads as a whole one although it was written as another: 1000.00000000000000001 is not a thousand. */
const isRounded = (literal: string): boolean =>
  Number.isInteger(Number(literal)) && !/^-?\d+(?:\.0+)?(?:[eE]\+?\d+)?$/.test(literal)

/** Whether a text that is JSON is also unambiguous. */
const isUnambiguous = (text: string): boolean => {
  const open: Array<Set<string>> = []
  let place = 0
  while (place < text.length) {
    const character = text[place]
    if (character === "{" || character === "[") open.push(new Set())
    else if (character === "}" || character === "]") open.pop()
    if (open.length > depthMax) return false
    if (character !== '"') {
      number.lastIndex = place
      const literal = number.exec(text)?.[0]
      if (literal !== undefined && isRounded(literal)) return false
      place += literal?.length ?? 1
      continue
    }
    const after = afterString(text, place)
    const value = String(JSON.parse(text.slice(place, after)))
    if (!value.isWellFormed() || value.includes("\0")) return false
    const keys = open.at(-1)
    if (isKey(text, after)) {
      if (keys?.has(value) === true) return false
      keys?.add(value)
    }
    place = after
  }
  return true
}

/** The value of a text in UTF-8, or none where it is not strict JSON. */
export const parse = (bytes: Uint8Array): Option.Option<unknown> => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    return isUnambiguous(text) ? Option.some(value) : Option.none()
  } catch {
    return Option.none()
  }
}
