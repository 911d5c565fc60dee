import { describe, expect, test } from "vitest"
import type { KeyedHash } from "../../src/account/Account.ts"
import { instant } from "../../src/calendar/JapanDate.ts"
import * as CardActivity from "../../src/stepup/CardActivity.ts"

const hash = (n: number): KeyedHash => `${n}`.padStart(64, "0") as KeyedHash
const card = hash(0)
const hour = 3_600_000

describe("the activity of a card", () => {
  test("a purchase of exactly an hour ago is forgotten, one a millisecond later is kept", () => {
    const activity = { ...CardActivity.none(card), recent: [instant(hour), instant(hour + 1)] }
    expect(CardActivity.withPurchase(activity, instant(2 * hour)).recent).toStrictEqual([hour + 1, 2 * hour])
  })

  test("the newest hundred purchases are kept, as many as a policy can ask about", () => {
    const activity = Array.from({ length: 130 }, (_, n) => instant(hour + n)).reduce(
      CardActivity.withPurchase,
      CardActivity.none(card)
    )
    expect(activity.recent).toHaveLength(100)
    expect(activity.recent.at(-1)).toBe(hour + 129)
  })

  test("the ten devices that were used last are known; one that is used again is the last", () => {
    const used = [...Array.from({ length: 11 }, (_, n) => n), 1]
    const activity = used.map(hash).reduce(CardActivity.withDevice, CardActivity.none(card))
    expect(activity.devices).toStrictEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 1].map(hash))
  })
})
