/**
 * Rows as they are read: one after another from pages, each value checked to be what its column may hold.
 */
import { timeMax } from "./Link.ts"
import type { Pages, Row, Value } from "./Tables.ts"
import { Broken, Damaged } from "./Verdict.ts"

/** The pages of a source, one row after another. */
export class Cursor {
  /** The row at hand; none at the end, or where the rest cannot be read. */
  row: Row | undefined
  #page: ReadonlyArray<Row> = []
  #next = 0
  #damage: Damaged | undefined
  readonly #pages: AsyncIterator<ReadonlyArray<Row>>

  constructor(pages: Pages) {
    this.#pages = pages[Symbol.asyncIterator]()
  }

  /** Moves on within a page; tells whether there was a next row there. */
  readonly move = (): boolean => {
    this.row = this.#page[this.#next]
    this.#next += 1
    return this.row !== undefined
  }

  /** Moves on to the first row of the next page, or to the end. */
  readonly turn = async (): Promise<void> => {
    try {
      const { done, value } = await this.#pages.next()
      this.#page = done === true ? [] : value
    } catch (error) {
      if (!(error instanceof Damaged)) throw error
      this.#damage = error
      this.#page = []
    }
    this.#next = 0
    this.move()
  }

  /** The row at hand. Fails, at the place where it is needed, where it cannot be read. */
  readonly at = (place: At): Row | undefined => {
    if (this.row === undefined && this.#damage !== undefined) {
      throw new Broken("file", place, "rows that can be read", this.#damage.message)
    }
    return this.row
  }
}

/** A link. */
export interface At {
  readonly lane: number
  readonly seq: number
}

const digits = /^-?(0|[1-9]\d*)$/

/** A whole number in the safe range, or NaN. */
export const integer = (value: Value | undefined): number => {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : Number.NaN
  const number =
    typeof value === "bigint" || (typeof value === "string" && digits.test(value)) ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : Number.NaN
}

/** A hash in hexadecimal digits; another text where it is none. */
export const hexadecimal = (value: Value | undefined): string =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString("hex") : `${value}`

/** A text; anything else is a fault of the link. */
export const text = (value: Value | undefined, at: At, column: string): string => {
  if (typeof value === "string") return value
  throw new Broken("format", at, `${column}: a text`, value)
}

/** A time; anything else is a fault of the link. */
export const time = (value: Value | undefined, at: At, column: string): number => {
  const found = integer(value)
  if (found >= 0 && found <= timeMax) return found
  throw new Broken("format", at, `${column}: a time`, value)
}
