/**
 * What is asked in the wrong shape is answered with the field that is wrong, whichever service is asked (LED-09, SEC-10).
 */
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { inWorld } from "../../src/scenario/World.ts"

const wrong: ReadonlyArray<unknown> = [
  undefined,
  null,
  "",
  "x",
  "acct_",
  5,
  {},
  "acct_01ARZ3NDEKTSV4RRFFQ69G5FA",
  "a".repeat(300)
]
const wrongAmounts: ReadonlyArray<unknown> = [0, -1, -0, 1.5, 2 ** 53, 1e21, Number.NaN, "1", null]

describe("a read with a wrong", () => {
  it.each(wrong)("id %j names the field", (id) =>
    Effect.runPromise(
      inWorld({}, (world) =>
        Effect.gen(function* () {
          const bad = id as never
          const answers = yield* Effect.all([
            Effect.flip(world.accounts.balances(bad)),
            Effect.flip(world.bankLinks.get(bad, bad)),
            Effect.flip(world.topUps.get(bad, bad)),
            Effect.flip(world.topUps.quote(bad, bad, bad)),
            Effect.flip(world.payments.get(bad, bad))
          ])
          for (const answer of answers) expect(answer).toMatchObject({ _tag: "ValidationFailed" })
          expect(answers[0]).toMatchObject({ issues: [{ field: "account" }] })
        })
      )
    )
  )

  it.each(wrongAmounts)("amount %j names the field", (amount) =>
    Effect.runPromise(
      inWorld({}, (world) =>
        Effect.gen(function* () {
          const taro = yield* world.open("taro")
          const link = yield* world.link(taro)
          const answer = yield* Effect.flip(world.topUps.quote(taro.account, link.id, amount as never))
          expect(answer).toMatchObject({
            _tag: "ValidationFailed",
            issues: expect.arrayContaining([expect.objectContaining({ field: "amount" })])
          })
        })
      )
    )
  )

  it.each([undefined, null, 44, {}, "9".repeat(201)])("barcode %j names the field", (barcode) =>
    Effect.runPromise(
      inWorld({}, (world) =>
        Effect.gen(function* () {
          const answer = yield* Effect.flip(world.payments.quoteSlip(barcode as never))
          expect(answer).toMatchObject({ _tag: "ValidationFailed", issues: [{ field: "barcode" }] })
        })
      )
    )
  )
})
