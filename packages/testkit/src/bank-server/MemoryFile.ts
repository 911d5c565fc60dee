/**
 * What a simulated bank did, kept in a file of JSON lines, so that a bank that is started again knows it.
 *
 * Each line is a kind, a key and what now stands there, or a kind and a key alone where nothing does. The last line of a process that
 * was killed may be cut; it is left out.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import type { Memory } from "../simulators/BankReports.ts"

type Write = (key: string, value: unknown) => void

class RememberedMap<Value> extends Map<string, Value> {
  readonly #write: Write
  constructor(write: Write) {
    super()
    this.#write = write
  }
  override set(key: string, value: Value): this {
    this.#write(key, value)
    return super.set(key, value)
  }
  override delete(key: string): boolean {
    if (this.has(key)) this.#write(key, undefined)
    return super.delete(key)
  }
  restore(key: string, value: Value): void {
    super.set(key, value)
  }
}

/** The lines of a file, each a kind, a key and perhaps a value. */
const linesOf = (text: string): ReadonlyArray<ReadonlyArray<unknown>> => {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1)
  return whole.split("\n").flatMap((line): ReadonlyArray<ReadonlyArray<unknown>> => {
    if (line === "") return []
    const read: unknown = JSON.parse(line)
    if (!Array.isArray(read)) throw new TypeError("a line of the bank's file is none of its own")
    return [read]
  })
}

/** The memory that a file holds; the file is made where there is none. */
export const open = (path: string): Memory => {
  const kinds = new Map<string, Map<string, unknown>>()
  const kindOf = (kind: unknown) => {
    const known = kinds.get(`${kind}`) ?? new Map<string, unknown>()
    kinds.set(`${kind}`, known)
    return known
  }
  const text = existsSync(path) ? readFileSync(path, "utf8") : ""
  for (const [kind, key, value] of linesOf(text)) {
    if (value === undefined) kindOf(kind).delete(`${key}`)
    else kindOf(kind).set(`${key}`, value)
  }
  // Lines that say what was overwritten or taken away since are left out, and so is one that was cut.
  const standing = [...kinds].flatMap(([kind, values]) => [...values].map((entry) => JSON.stringify([kind, ...entry])))
  writeFileSync(`${path}.new`, standing.map((line) => `${line}\n`).join(""), { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return <Value>(kind: string): Map<string, Value> => {
    const map = new RememberedMap<Value>((key, value) => {
      appendFileSync(path, `${JSON.stringify(value === undefined ? [kind, key] : [kind, key, value])}\n`)
    })
    // The file holds what the same kind of map wrote.
    for (const [key, value] of kindOf(kind)) map.restore(key, value as Value)
    return map
  }
}
