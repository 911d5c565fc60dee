import { lastOf } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Effect } from "effect"
import { expect, it } from "vitest"
import { inWorld } from "../../src/scenario/World.ts"

it("tells the story of a wallet from opening to payment", () =>
  Effect.runPromise(
    inWorld({}, (world) =>
      Effect.gen(function* () {
        const taro = yield* world.open("taro", "money")
        expect(yield* world.topUp(taro, 5000)).toMatchObject({ _tag: "completed", creditedTo: "money" })
        expect(yield* world.topUp(taro, 3001)).toMatchObject({ _tag: "completed" })
        expect(yield* world.topUp(taro, 3002)).toMatchObject({ _tag: "failed" })
        yield* world.contract()
        expect(yield* world.pay(taro, world.slip({ amount: 1200 }))).toMatchObject({
          _tag: "completed",
          fromMoney: 1200
        })
        expect(yield* world.balances(taro)).toMatchObject({ kind: "money", cash: 0, money: 6801 })
        expect(yield* verify()).toMatchObject({ entries: 3 })
        expect(yield* world.ledger).toMatchObject({ "asset:bank:9999": 8001, "liability:merchant:123456": 1200 })
      })
    )
  ))

it("is the same world for the same seed", async () => {
  const head = (seed: number) =>
    Effect.runPromise(
      inWorld({ seed }, (world) =>
        Effect.gen(function* () {
          const hanako = yield* world.open("hanako")
          yield* world.topUp(hanako, 1004)
          return lastOf(yield* world.journal.heads).hash
        })
      )
    )
  const [first, same, other] = [await head(7), await head(7), await head(8)]
  expect(first).toBe(same)
  expect(first).not.toBe(other)
})
