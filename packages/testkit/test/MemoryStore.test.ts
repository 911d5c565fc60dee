/**
 * What only the reference store promises: kept data cannot be changed from outside, and sums are checked against lines.
 */
import { put } from "@kinchaku/domain/engine/Facts"
import { Store } from "@kinchaku/domain/engine/Store"
import { accounts } from "@kinchaku/domain/account/Account"
import { Effect, Layer } from "effect"
import { expect, test } from "vitest"
import { type Batch, commandId, commit } from "../src/contracts/store/Batches.ts"
import { account, funded } from "../src/contracts/store/Ground.ts"
import { layer, MemoryBooks } from "../src/memory/MemoryStore.ts"

const run = <A, E>(effect: Effect.Effect<A, E, Store | MemoryBooks>) =>
  Effect.runPromise(Effect.provide(effect, Layer.fresh(layer)))
const tagOf = (batch: Batch) =>
  run(
    Effect.match(commit(batch), {
      onFailure: ({ _tag, cause }) => [_tag, String(cause)],
      onSuccess: () => ["done", ""]
    })
  )

test("a record that was put is a frozen copy", () =>
  run(
    Effect.gen(function* () {
      const mine = { ...account(1) }
      yield* commit({ commands: [{ n: 1 }], puts: [put(accounts, mine)] })
      mine.kind = "money"
      const facts = yield* (yield* Store).read([{ kind: "account", id: mine.id }])
      const found = facts.find(accounts, mine.id)
      expect(found?.kind).toBe("cash")
      expect(() => Object.assign(found ?? {}, { kind: "money" })).toThrow(TypeError)
    })
  ))

test("gains that are not the sums of the lines are refused", async () => {
  const spoil: Batch["spoil"] = (writes) => ({ ...writes, deltas: writes.deltas.slice(1) })
  expect(await tagOf({ commands: [funded(1, 10)], spoil })).toEqual([
    "StoreRefused",
    expect.stringContaining("postings")
  ])
})

test("a head that is not the last link is refused", async () => {
  const spoil: Batch["spoil"] = (writes) => ({ ...writes, head: { ...writes.head, seq: writes.head.seq + 1 } })
  expect(await tagOf({ commands: [{ n: 1 }], spoil })).toEqual(["StoreRefused", expect.stringContaining("head")])
})

test("balances cannot be put as records, nor personal data kept for a command of another batch", async () => {
  const balance = { kind: "balance", id: "revenue:fees", record: {} }
  expect((await tagOf({ commands: [{ n: 1 }], puts: [balance] }))[0]).toBe("StoreRefused")
  expect((await tagOf({ commands: [{ n: 1 }], personal: [{ id: commandId(2), data: "" }] }))[0]).toBe("StoreRefused")
})

test("facts that are still missing after a policy and three rounds are a defect", async () => {
  const exit = run(
    Effect.gen(function* () {
      const store = yield* Store
      let n = 0
      yield* store.commit({
        outcomeKeys: [],
        missing: () => [{ kind: "account", id: `${(n += 1)}` }],
        decide: () => {
          throw new Error("never decided")
        }
      })
    })
  )
  await expect(exit).rejects.toThrow("still missing after 4 rounds")
})

test("tests may look at all records of a kind, in the order of their ids", () =>
  run(
    Effect.gen(function* () {
      yield* commit({
        commands: [{ n: 1 }],
        puts: [put(accounts, account(2)), put(accounts, account(1))]
      })
      const books = yield* MemoryBooks
      expect(yield* books.records("account")).toStrictEqual([account(1), account(2)])
    })
  ))
