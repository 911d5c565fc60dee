import { Effect, Layer } from "effect"
import { test } from "vitest"
import * as fc from "fast-check"
import { Store } from "@kinchaku/domain/engine/Store"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { history } from "../src/scenario/Drawing.ts"
import { play, reference } from "../src/scenario/Histories.ts"
import * as MemoryStore from "../src/memory/MemoryStore.ts"
import * as Sqlite from "@kinchaku/adapters/sqlite/SqliteStore"
const sorted = (v: unknown): unknown => Array.isArray(v) ? v.map(sorted) : typeof v === "object" && v !== null ? Object.fromEntries(Object.entries(v).toSorted(([a], [b]) => a < b ? -1 : 1).map(([k, x]) => [k, sorted(x)])) : v
const wrap = (layer: Layer.Layer<any>): Layer.Layer<any> => Layer.effect(Store, Effect.map(Store, (store) => Store.of({ ...store, commit: (work) => {
  const keys: Array<Key> = []
  return store.commit({ ...work, missing: (f) => { const k = work.missing(f); keys.push(...k); return k },
    decide: (f, o, h) => { for (const k of keys) if (k.kind !== balanceKind) f.load(k, sorted(f.peek({ name: k.kind } as never, k.id)) as object | undefined); return work.decide(f, o, h) } })
} }))).pipe(Layer.provideMerge(layer))
test("sqlite", { timeout: 400000 }, () => fc.assert(fc.asyncProperty(history(), (steps) => Effect.runPromise(play(steps, { ...reference, stores: [{ name: "memory", layer: wrap(MemoryStore.layer) }, { name: "sqlite", layer: wrap(Sqlite.layer({ filename: ":memory:" }) as never) }] }))), { numRuns: 100 }))
