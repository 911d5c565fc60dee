/**
 * Engine: the heap of a process after a million commands against after ten thousand, in bytes that are still used after a collection.
 *
 * The engine is what is measured, so its store is one of this bench: it reads each fact once from an SQLite file, decides, moves its
 * head, and drops the writes. Ids, decisions and hashes are the real ones.
 */
import { join } from "node:path"
import { bills } from "@kinchaku/domain/bill/Bill"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { type Head, Store } from "@kinchaku/domain/engine/Store"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { firstLane, genesis } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer } from "effect"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { withFolder } from "./Folder.ts"
import { report, rounded, say, size } from "./Part.ts"
import { type Books, pay, prepared, service } from "./Service.ts"

const few = size(10_000, 1000)
const many = Number(process.env["BENCH_COMMANDS"] ?? size(1_000_000, 3000))
const each = size(10_000, 1000)

/** What is the same for every batch: what the file holds of accounts, billers, counters and policy. Bills are new each time. */
const decidingOnly = Layer.effect(
  Store,
  Effect.map(Store, (store) => {
    let head: Head | undefined
    const known = new Map<string, WorkingSet>()
    const factsOf = Effect.fnUntraced(function* (key: Key) {
      const name = `${key.kind} ${key.id}`
      const found = known.get(name) ?? (yield* store.read([key]))
      known.set(name, found)
      return found
    })
    return Store.of({
      ...store,
      commit: Effect.fnUntraced(function* (work) {
        const facts = new WorkingSet()
        for (let keys = work.missing(facts); keys.length > 0; keys = work.missing(facts)) {
          for (const key of keys) {
            if (key.kind === bills.name) facts.load(key, undefined)
            else if (key.kind === balanceKind) facts.loadBalance((yield* factsOf(key)).balance(key.id as AccountCode))
            else facts.load(key, (yield* factsOf(key)).peekAt(key))
          }
        }
        const bookedAt = 0 as Head["bookedAt"]
        head = work.decide(facts, new Map(), head ?? { lane: firstLane, seq: 0, hash: genesis, bookedAt }).head
      })
    })
  })
)

const collect = (): number => {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc")
  for (let times = 0; times < 3; times++) globalThis.gc()
  return process.memoryUsage().heapUsed
}

await withFolder(async (folder) => {
  const file = SqliteStore.layer({ filename: join(folder, "books.db") })
  const preparing = service(file)
  const books: Books = await prepared(preparing)
  await preparing.dispose()
  const runtime = service(decidingOnly.pipe(Layer.provide(file)))
  const begun = performance.now()
  let done = 0
  const upTo = async (count: number): Promise<number> => {
    for (; done < count; done += each) {
      const { failed } = await runtime.runPromise(pay(books.slips(each), 64))
      if (failed > 0) throw new Error(`${failed} payments failed`)
      if (done % (each * 20) === 0) say(`  ${done + each} commands`)
    }
    return collect()
  }
  const [after, afterMany] = [await upTo(few), await upTo(many)]
  const seconds = (performance.now() - begun) / 1000
  await runtime.dispose()
  say(
    `  heap ${rounded(after / 2 ** 20, 1)} MB after ${few} commands, ${rounded(afterMany / 2 ** 20, 1)} MB after ${many}`
  )
  report({
    figures: {
      "engine.heap_ratio": rounded(afterMany / after, 3),
      "engine.heap_mb": { few: rounded(after / 2 ** 20, 1), many: rounded(afterMany / 2 ** 20, 1) },
      "engine.commands": { few, many },
      "engine.commands_per_s": rounded(done / seconds)
    }
  })
})
