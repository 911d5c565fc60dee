import { hash } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { AccountId } from "../../src/account/Account.ts"
import * as AccountCode from "../../src/ledger/AccountCode.ts"
import * as HashChain from "../../src/ledger/HashChain.ts"

test("a field says how many bytes it has, as any encoder of UTF-8 counts them", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(HashChain.field(text)).toBe(`${Buffer.byteLength(text, "utf8")}:${text},`)
    }),
    { examples: [[""], ["円"], ["𠮷"], ["é"], ["a,1:b"]] }
  )
})

test("fields can be read back, so no two lists of them are encoded alike", () => {
  const read = (encoded: Buffer): ReadonlyArray<string> => {
    if (encoded.length === 0) return []
    const colon = encoded.indexOf(":")
    const end = colon + 1 + Number(encoded.subarray(0, colon).toString())
    return [encoded.subarray(colon + 1, end).toString(), ...read(encoded.subarray(end + 1))]
  }
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 6 }), (fields) => {
      expect(read(Buffer.from(fields.map(HashChain.field).join("")))).toEqual(fields)
    })
  )
})

test("a link is the digest of its text", () => {
  const sha256 = (text: string): string => hash("sha256", text, "hex")
  const content = { seq: 1, id: "a", tag: "b", actor: "c", key: "d", at: 1, bookedAt: 2, content: "{}", outcome: "{}" }
  expect(HashChain.linkCommand(sha256, HashChain.genesis, content)).toBe(
    sha256(HashChain.encodeCommand(HashChain.genesis, content))
  )
})

describe("the chart of accounts", () => {
  const owner = "acct_01ARZ3NDEKTSV4RRFFQ69G5FAV" as AccountId
  test.each([
    [AccountCode.cash(owner), "liability", true],
    [AccountCode.money(owner), "liability", true],
    [AccountCode.merchantPayable("100001"), "liability", false],
    [AccountCode.suspense, "liability", false],
    [AccountCode.bankSettlement("0001"), "asset", false],
    [AccountCode.fees, "revenue", false],
    [AccountCode.cashBreakage, "revenue", false]
  ] as const)("%s is of its class, and a customer's or not", (code, accountClass, customer) => {
    expect(AccountCode.classOf(code)).toBe(accountClass)
    expect(AccountCode.isCustomer(code)).toBe(customer)
    expect(AccountCode.AccountCode.make(code)).toBe(code)
  })

  test.each(["", "asset", "asset:", "equity:x", "asset:Bank", "asset:bank:", "asset:bank:口座", "asset:bank 1"])(
    "%j is no code",
    (text) => {
      expect(() => AccountCode.AccountCode.make(text)).toThrow()
    }
  )
})
