import { X509Certificate } from "node:crypto"
import * as Der from "@kinchaku/testkit/simulators/Der"
import { assert, describe, it } from "vitest"
import * as HolderAttributes from "../../src/identity/HolderAttributes.ts"
import { issue } from "./Authority.ts"

const otherName = (id: string, text: string) => Der.tagged(0, Der.oid(id), Der.tagged(0, Der.utf8(text)))

/** A certificate of which the names are those given, by their number on the arc. */
const read = (names: Readonly<Record<string, string>>, arc = "1.2.392.200149.8.5.5") => {
  const written = Object.entries(names).map(([number, text]) => otherName(`${arc}.${number}`, text))
  const extension = Der.sequence(Der.oid("2.5.29.17"), Der.octets(Der.sequence(...written)))
  return HolderAttributes.read(new X509Certificate(issue({ name: "A0001", extensions: [extension] }).pem))
}

const whole = { 1: "黒桐　幹也", 4: "319800217", 5: "東京都千代田区" }
const attributes = { name: "黒桐　幹也", birthDate: "1980-02-17", address: "東京都千代田区" }

describe("HolderAttributes", () => {
  it("reads name, birth date and address, in whatever order and whichever number the address has", () => {
    assert.deepStrictEqual(read(whole), { use: "signature", attributes })
    const { 5: address, ...others } = whole
    assert.deepStrictEqual(read({ ...others, 5: "0000000", 6: address }), { use: "signature", attributes })
    assert.deepStrictEqual(read({ 3: "1", 2: "00000", ...whole, 6: "0000001" }), { use: "signature", attributes })
  })

  it("reads the date whatever its era, and no day that never was", () => {
    const dates = {
      "119120101": "1912-01-01",
      "220000229": "2000-02-29",
      "520260228": "2026-02-28",
      "020260228": "2026-02-28",
      "519000229": undefined,
      "419890230": undefined,
      "419891301": undefined,
      "419890001": undefined,
      "19890108": undefined,
      "4198901080": undefined,
      S19890108: undefined,
      "": undefined
    }
    for (const [text, date] of Object.entries(dates)) {
      assert.strictEqual(read({ ...whole, 4: text }).attributes?.birthDate, date, text)
    }
  })

  it("leaves out what is not complete or no text, and says still what the certificate is for", () => {
    const { 1: name, 4: date, 5: address } = whole
    const incomplete = [
      { 4: date, 5: address },
      { 1: name, 5: address },
      { 1: name, 4: date },
      { 1: name, 4: date, 5: "0000", 6: "0000" },
      { ...whole, 1: "\u3000" },
      { ...whole, 1: "黒桐\u0000幹也" },
      { ...whole, 5: "東京都\n千代田区" }
    ]
    for (const names of incomplete) assert.deepStrictEqual(read(names), { use: "signature" }, JSON.stringify(names))
  })

  it("takes names on other arcs for nobody's attributes", () => {
    assert.deepStrictEqual(read(whole, "1.2.392.200149.8.5.6"), { use: "login" })
    assert.deepStrictEqual(read(whole, "1.2.392.200149.8.5.5.1"), { use: "login" })
    assert.deepStrictEqual(read({ 7: "1" }), { use: "login" })
  })
})
