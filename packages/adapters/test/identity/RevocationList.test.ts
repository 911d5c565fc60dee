import { createHash, X509Certificate } from "node:crypto"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { assert, describe, it } from "vitest"
import * as Extensions from "../../src/identity/Extensions.ts"
import * as RevocationList from "../../src/identity/RevocationList.ts"
import { day, issue, listBy } from "./Authority.ts"

const now = instant(Date.now())

describe("RevocationList", () => {
  const root = issue({ name: "Root", isAuthority: true })
  const holder = issue({ name: "Kinchaku Taro", issuer: root })
  const authority = new X509Certificate(root.pem)
  const certificate = new X509Certificate(holder.pem)
  const statusOf = (bytes: Uint8Array, at = now) =>
    RevocationList.statusOf(RevocationList.read(bytes), certificate, authority, at)
  const serial = Number.parseInt(certificate.serialNumber, 16)

  it("is read in a moment, however long it is", () => {
    const others = Array.from({ length: 100_000 }, (_, index) => 1_000_000 + index)
    const long = listBy(root, [...others, serial])
    const without = listBy(root, others)
    const before = performance.now()
    assert.deepStrictEqual([statusOf(long), statusOf(without)], ["revoked", "good"])
    // A tree of objects takes five seconds for each, with nobody else served meanwhile.
    assert.isBelow(performance.now() - before, 5000)
  })

  it("counts from its time to its end, and a minute more for clocks that differ", () => {
    const list = listBy(root, [], [now - day, now + day])
    const end = Math.floor((now + day) / 1000) * 1000
    const start = Math.floor((now - day) / 1000) * 1000
    const expected = [
      [start - 60_001, "unknown"],
      [start - 60_000, "good"],
      [end + 60_000, "good"],
      [end + 60_001, "unknown"]
    ] as const
    for (const [at, status] of expected) assert.strictEqual(statusOf(list, instant(at)), status, `${at - now}`)
  })

  it("is read with and without entries, as DER and as text", () => {
    const list = listBy(root, [serial])
    const pem = `-----BEGIN X509 CRL-----\n${list.toString("base64")}\n-----END X509 CRL-----\n`
    assert.strictEqual(statusOf(Buffer.from(pem)), "revoked")
    assert.strictEqual(statusOf(listBy(root, undefined)), "good")
  })

  it("is not read where it is cut, or is none", () => {
    const list = listBy(root, [serial])
    const broken = [Buffer.alloc(0), Buffer.from("3000", "hex"), Buffer.from("3080", "hex"), root.der]
    for (let size = 1; size < list.length; size += 7) broken.push(list.subarray(0, size))
    for (const bytes of broken) assert.throws(() => RevocationList.read(bytes), Error, "", bytes.toString("hex"))
  })

  it("is not believed with one bit changed", () => {
    const list = listBy(root, [serial + 1])
    assert.strictEqual(statusOf(list), "good")
    const digest = createHash("sha256").update(list).digest()
    for (const seed of digest) {
      const changed = Buffer.from(list)
      const place = (seed * list.length) >> 8
      changed.writeUInt8(changed.readUInt8(place) ^ (1 << (seed & 7)), place)
      let status: string
      try {
        status = statusOf(changed)
      } catch {
        status = "unknown"
      }
      assert.strictEqual(status, "unknown", `octet ${place}`)
    }
  })
})

describe("an address", () => {
  it("is one of HTTP without a name or password", () => {
    for (const good of ["http://crl.example/a.crl", "https://ocsp.example", "http://127.0.0.1:8080/"]) {
      assert.isTrue(Extensions.isAddress(good), good)
    }
    const bad = [
      "ldap://crl.example/",
      "file:///etc/passwd",
      "ftp://a",
      "javascript:1",
      "//a",
      "",
      "http://u:p@a/",
      "http://u@a/"
    ]
    for (const one of bad) assert.isFalse(Extensions.isAddress(one), one)
  })
})
