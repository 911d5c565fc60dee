/**
 * Each scripted fault does what its name says, and nothing else.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer } from "effect"
import { expect, test } from "vitest"
import { commandId, commit } from "../src/contracts/store/Batches.ts"
import * as FaultyStore from "../src/memory/FaultyStore.ts"
import * as MemoryStore from "../src/memory/MemoryStore.ts"
import * as TestDigest from "../src/memory/TestDigest.ts"

/** What four commits are answered under a script, and which of them are in the journal afterwards. */
const under = (script: ReadonlyArray<FaultyStore.Fault>) =>
  Effect.gen(function* () {
    const answers = []
    for (const n of [1, 2, 3, 4]) {
      answers.push(
        yield* Effect.match(commit({ commands: [{ n }] }), { onFailure: ({ _tag }) => _tag, onSuccess: () => "done" })
      )
    }
    const commands = yield* (yield* Journal).page(0, 10)
    return { answers, committed: [1, 2, 3, 4].filter((n) => commands.some(({ id }) => id === commandId(n))) }
  }).pipe(Effect.provide(Layer.fresh(FaultyStore.layer(script, MemoryStore.layer))), Effect.runPromise)

test("without a script every commit works", async () => {
  expect(await under([])).toEqual({ answers: ["done", "done", "done", "done"], committed: [1, 2, 3, 4] })
})

test("before: not committed; after: committed and not known to be; refused: not committed; then all is well", async () => {
  expect(await under(["before", "after", "refused"])).toEqual({
    answers: ["StoreUnavailable", "StoreUnavailable", "StoreRefused", "done"],
    committed: [2, 4]
  })
})

test("none leaves a commit alone", async () => {
  expect((await under(["none", "before"])).committed).toEqual([1, 3, 4])
})

test("the digest is SHA-256 over UTF-8 (FIPS 180-4 example, and a text of Japan)", async () => {
  const { sha256 } = await Effect.runPromise(Digest.pipe(Effect.provide(TestDigest.layer)))
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  expect(sha256("巾着")).toBe(sha256(Buffer.from([0xe5, 0xb7, 0xbe, 0xe7, 0x9d, 0x80]).toString("utf8")))
})
