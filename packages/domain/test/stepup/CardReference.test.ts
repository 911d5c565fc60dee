import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { CardReference } from "../../src/stepup/CardReference.ts"
import { MemberId, memberId } from "../../src/stepup/MemberId.ts"

const isReference = Schema.is(CardReference)
const isMemberId = Schema.is(MemberId)

describe("a card reference", () => {
  test.each(["tok_8f3a2b1c", "12345678", "4111111111111112", "a".repeat(64)])("%s is one", (text) => {
    expect(isReference(text)).toBe(true)
  })
  test.each(["4111111111111111", "4111-1111-1111-1111", "378282246310005", "tok 8f3a2b1c", "short", "a".repeat(65)])(
    "%s is none",
    (text) => {
      expect(isReference(text)).toBe(false)
    }
  )
})

describe("a member ID", () => {
  test("full width and surrounding space make no difference, capitals do", () => {
    expect(memberId("　Ｍｅｍｂｅｒ－１ ")).toBe("Member-1")
    expect(memberId("member-1")).not.toBe(memberId("Member-1"))
  })
  test.each([
    ["abcd", true],
    ["abc", false],
    ["a".repeat(32), true],
    ["a".repeat(33), false],
    ["会員1234", false],
    [" Ｍｅｍｂｅｒ１ ", true]
  ])("%s: %s", (text, expected) => {
    expect(isMemberId(text)).toBe(expected)
  })
})
