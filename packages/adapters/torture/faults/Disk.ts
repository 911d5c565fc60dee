/**
 * Disk: what is left of some files when the power fails, given the calls that wrote them.
 *
 * What was synchronised is there. Of what was written since, anything may be there: nothing, all, some of the writes in whatever
 * order, or a part of one, cut between sectors.
 */
import { basename } from "node:path"
import * as Judgement from "../examination/Judgement.ts"
import { between } from "../load/Random.ts"
import type { Told } from "../load/Load.ts"

/** A call that changed files, or an answer that a caller was told. */
export type Event =
  | { readonly what: "write"; readonly file: string; readonly bytes: Buffer; readonly at: number }
  | { readonly what: "truncate"; readonly file: string; readonly size: number }
  | { readonly what: "sync" | "unlink"; readonly file: string }
  | { readonly what: "told"; readonly told: ReadonlyArray<Told> }

type Change = Extract<Event, { what: "write" | "truncate" }>

const sector = 512

const bytesOf = (escaped: string): Buffer => Buffer.from(escaped.replaceAll("\\x", ""), "hex")
const nameOf = (escaped: string): string => basename(escaped.includes("\\x") ? bytesOf(escaped).toString() : escaped)

// A socket's name has a > in it.
const call = /^(\w+)\((?:\d+<(.*?)>(?:\(deleted\))?(?=[,)])|"([^"]*)")(?:, "([^"]*)", \d+)?(?:, (\d+))?\) += (\d+)/

/** Reads what `strace -yy -xx` recorded. A call that failed did nothing. */
export const eventsIn = (log: string): ReadonlyArray<Event> =>
  log.split("\n").flatMap((line): ReadonlyArray<Event> => {
    const [, name, path, unlinked, bytes = "", number] = call.exec(line) ?? []
    const file = nameOf(path ?? unlinked ?? "")
    switch (name) {
      case "pwrite64":
        return [{ what: "write", file, bytes: bytesOf(bytes), at: Number(number) }]
      case "ftruncate":
        return [{ what: "truncate", file, size: Number(number) }]
      case "fsync":
      case "fdatasync":
        return [{ what: "sync", file }]
      case "unlink":
        return [{ what: "unlink", file }]
      case "write": {
        const text = bytesOf(bytes).toString()
        return text.startsWith('{"n":') ? [{ what: "told", told: Judgement.toldIn(text) }] : []
      }
      default:
        return []
    }
  })

/** A file's bytes, which grow as they are written. */
class Content {
  #bytes: Buffer
  #size: number

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes)
    this.#size = bytes.length
  }

  apply(change: Change): void {
    const end = change.what === "write" ? change.at + change.bytes.length : change.size
    if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], Math.max(end, 2 * this.#bytes.length))
    if (change.what === "write") change.bytes.copy(this.#bytes, change.at)
    else this.#bytes.fill(0, end)
    this.#size = change.what === "write" ? Math.max(this.#size, end) : end
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }
}

/** How much of what was not synchronised is there. */
export type Loss = "none" | "some" | "torn" | "all"

export class Disk {
  readonly #synced = new Map<string, Content>()
  readonly #pending = new Map<string, Array<Change>>()
  readonly told: Array<Told> = []

  constructor(files: Readonly<Record<string, Uint8Array>>) {
    for (const [file, bytes] of Object.entries(files)) this.#synced.set(file, new Content(bytes))
  }

  /** Whether anything was written and not synchronised. */
  get isAtRisk(): boolean {
    return this.#pending.size > 0
  }

  after(event: Event): void {
    switch (event.what) {
      case "told":
        return void this.told.push(...event.told)
      case "unlink":
        this.#synced.delete(event.file)
        return void this.#pending.delete(event.file)
      case "sync": {
        const content = this.#synced.get(event.file) ?? new Content(new Uint8Array())
        for (const change of this.#pending.get(event.file) ?? []) content.apply(change)
        this.#synced.set(event.file, content)
        return void this.#pending.delete(event.file)
      }
      default: {
        const pending = this.#pending.get(event.file)
        if (pending === undefined) this.#pending.set(event.file, [event])
        else pending.push(event)
      }
    }
  }

  /** The files after the power failed now. */
  image(there: Loss, random: () => number): ReadonlyMap<string, Uint8Array> {
    const files = new Map([...this.#synced].map(([file, content]) => [file, content.bytes]))
    if (there === "none") return files
    for (const [file, changes] of this.#pending) {
      const content = new Content(files.get(file) ?? new Uint8Array())
      for (const change of changes) {
        if (there !== "all" && random() < 0.5) continue
        const isTorn = there === "torn" && change.what === "write" && random() < 0.5
        content.apply(isTorn ? { ...change, bytes: change.bytes.subarray(0, torn(change.bytes, random)) } : change)
      }
      files.set(file, content.bytes)
    }
    return files
  }
}

const torn = ({ length }: Buffer, random: () => number): number =>
  length > sector ? between(random, 0, length / sector) * sector : between(random, 0, length)
