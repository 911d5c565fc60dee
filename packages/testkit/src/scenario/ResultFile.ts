/**
 * ResultFile: what a bank gives back for a file of general transfers, byte for byte: the lines that it says something of, and its totals.
 */

const recordLength = 120
const amountAt = 80
const amountLength = 10
const resultAt = 111
const codes = { done: "0", refused: "2" } as const

/** What a bank says of a line; nothing of one that is missing. */
export type Line = keyof typeof codes | "missing"

const text = (bytes: Uint8Array): string => String.fromCodePoint(...bytes)
const digits = (value: number, length: number): string => `${value}`.padStart(length, "0")

/** The records of a file, whether or not each ends with a line end. */
const recordsOf = (file: Uint8Array): ReadonlyArray<Uint8Array> => {
  const step = file[recordLength] === 0x0d ? recordLength + 2 : recordLength
  const many = Math.floor(file.length / step)
  return Array.from({ length: many }, (_, n) => file.slice(n * step, n * step + recordLength))
}

const written = (record: Uint8Array, at: number, characters: string): Uint8Array => {
  const next = Uint8Array.from(record)
  next.set(new TextEncoder().encode(characters), at)
  return next
}

/** The results of a file, line after line; the lines begin again where there are more transfers. */
export const resultFile = (file: Uint8Array, lines: ReadonlyArray<Line>): Uint8Array => {
  const records = recordsOf(file)
  const results: Array<Uint8Array> = []
  const sums = { done: { count: 0, total: 0 }, refused: { count: 0, total: 0 } }
  let place = 0
  for (const record of records) {
    const kind = String.fromCodePoint(record[0] ?? 0)
    if (kind === "2") {
      const line = lines[place++ % lines.length] ?? "missing"
      if (line === "missing") continue
      sums[line].count += 1
      sums[line].total += Number(text(record.subarray(amountAt, amountAt + amountLength)))
      results.push(written(record, resultAt, codes[line]))
    } else if (kind === "8") {
      const { done, refused } = sums
      const all = { count: done.count + refused.count, total: done.total + refused.total }
      const totals = [all, done, refused].map(({ count, total }) => digits(count, 6) + digits(total, 12))
      results.push(written(record, 1, totals.join("")))
    } else results.push(record)
  }
  const joined = new Uint8Array(results.length * recordLength)
  results.forEach((record, n) => joined.set(record, n * recordLength))
  return joined
}
