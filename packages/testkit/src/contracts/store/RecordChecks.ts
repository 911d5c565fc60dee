/**
 * Checks of records: what was put is what is read, in every state of every kind.
 */
import type { Put } from "@kinchaku/domain/engine/Facts"
import type { Key } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import { Effect, Schema } from "effect"
import { expect } from "vitest"
import { commit } from "./Batches.ts"
import { type Check, check } from "./Check.ts"
import { ground } from "./Ground.ts"
import { allClaims, versions } from "./Samples.ts"

const keyOf = ({ id, kind }: Put): Key => ({ kind, id })

/** The records of some puts, as a later query reads them. */
export const read = (puts: ReadonlyArray<Put>) =>
  Effect.gen(function* () {
    const store = yield* Store
    const facts = yield* store.read(puts.map(keyOf))
    return puts.map(({ id, kind }) => facts.find({ name: kind, schema: Schema.Unknown, idOf: () => id }, id))
  })

const ofEachKind = Object.entries(versions).flatMap(([kind, make]): ReadonlyArray<Check> => [
  check(`a record of kind ${kind} is read as it was put, in each state, and absent fields stay absent`, function* () {
    for (const [index, version] of make(1).entries()) {
      yield* commit(
        index === 0
          ? { ...ground(1), puts: [...(ground(1).puts ?? []), version] }
          : { commands: [{ n: index + 1 }], puts: [version] }
      )
      expect(yield* read([version])).toStrictEqual([version.record])
    }
  }),
  check(`a record of kind ${kind} is replaced as a whole, whatever state it was in`, function* () {
    yield* commit(ground(1))
    let n = 1
    for (const before of make(1)) {
      for (const after of make(1)) {
        yield* commit({ commands: [{ n: (n += 1) }], puts: [before] })
        yield* commit({ commands: [{ n: (n += 1) }], puts: [after] })
        expect(yield* read([after])).toStrictEqual([after.record])
      }
    }
  })
])

export const recordChecks: ReadonlyArray<Check> = [
  ...ofEachKind,
  check("claims of every kind and state are kept apart by their ids", function* () {
    const puts = allClaims(1)
    yield* commit({ commands: [...ground(1).commands], puts: [...(ground(1).puts ?? []), ...puts] })
    expect(yield* read(puts)).toStrictEqual(puts.map(({ record }) => record))
  }),
  check("a record that was never put is none, of any kind", function* () {
    const puts = Object.values(versions).flatMap((make) => make(1).slice(0, 1))
    expect(yield* read(puts)).toStrictEqual(puts.map(() => undefined))
  }),
  check("records of one commit are read by the next decision", function* () {
    yield* commit(ground(1))
    const store = yield* Store
    let found: unknown
    const puts = ground(1).puts ?? []
    yield* store.commit({
      outcomeKeys: [],
      missing: (facts) => puts.map(keyOf).filter((key) => !facts.has(key)),
      decide: (facts, _, head) => {
        found = puts.map(({ id, kind }) => facts.find({ name: kind, schema: Schema.Unknown, idOf: () => id }, id))
        return { commands: [], deltas: [], puts: [], requests: [], answered: [], notices: [], personal: [], head }
      }
    })
    expect(found).toStrictEqual(puts.map(({ record }) => record))
  }),
  check("a record of another number is left as it is", function* () {
    yield* commit(ground(1))
    yield* commit(ground(2))
    const [before] = yield* read((ground(2).puts ?? []).slice(0, 1))
    const changed = versions["account"]?.(1).slice(1, 2) ?? []
    yield* commit({ commands: [{ n: 3 }], puts: changed })
    expect(yield* read((ground(2).puts ?? []).slice(0, 1))).toStrictEqual([before])
    expect(yield* read(changed)).toStrictEqual(changed.map(({ record }) => record))
  })
]
