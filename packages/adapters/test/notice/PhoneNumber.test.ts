import { assert, describe, it } from "vitest"
import { e164 } from "../../src/notice/PhoneNumber.ts"

describe("e164", () => {
  it.each([
    ["09012345678", "+819012345678"],
    ["08012345678", "+818012345678"],
    ["07012345678", "+817012345678"],
    ["06012345678", "+816012345678"],
    ["090-1234-5678", "+819012345678"],
    ["０９０１２３４５６７８", "+819012345678"],
    ["+81 90 1234 5678", "+819012345678"]
  ])("writes %s as %s", (typed, written) => {
    assert.strictEqual(e164(typed), written)
  })

  it.each([
    ["a landline", "0312345678"],
    ["an IP telephone", "05012345678"],
    ["a machine", "02012345678"],
    ["a free call", "0120123456"],
    ["one digit too few", "0901234567"],
    ["one digit too many", "090123456789"],
    ["another country", "+14155552671"],
    ["an emergency call", "110"],
    ["words", "taro"],
    ["nothing", ""]
  ])("knows that %s is none", (_, typed) => {
    assert.strictEqual(e164(typed), undefined)
  })
})
