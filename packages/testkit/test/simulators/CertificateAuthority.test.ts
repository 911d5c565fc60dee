import { X509Certificate, verify as verifySignature } from "node:crypto"
import "reflect-metadata"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { X509Crl, X509CrlReason } from "@peculiar/x509"
import { Effect } from "effect"
import { expect, it } from "vitest"
import * as CertificateAuthority from "../../src/simulators/CertificateAuthority.ts"

const now = instant(Date.UTC(2026, 4, 20, 3))
const run = <A>(effect: Effect.Effect<A>): Promise<A> => Effect.runPromise(effect)
const certificatesOf = (pem: string) =>
  pem
    .split(/(?<=-----END CERTIFICATE-----)/)
    .filter((part) => part.includes("BEGIN"))
    .map((part) => new X509Certificate(part))

it("issues a chain that Node verifies up to the root, and signs challenges", async () => {
  const authority = await run(CertificateAuthority.make(CertificateAuthority.valid(now)))
  const person = await run(authority.issue("person 0001", CertificateAuthority.valid(now)))
  const [holder, intermediate, more] = certificatesOf(person.chain)
  const root = new X509Certificate(authority.trusted)
  expect(more).toBeUndefined()
  expect(holder!.subject).toContain("CN=person 0001")
  expect([holder!.ca, intermediate!.ca, root.ca]).toEqual([false, true, true])
  expect(holder!.verify(intermediate!.publicKey) && holder!.checkIssued(intermediate!)).toBe(true)
  expect(intermediate!.verify(root.publicKey) && intermediate!.checkIssued(root)).toBe(true)
  const { challenge, signature } = await run(person.present("a challenge"))
  const key = { key: holder!.publicKey, dsaEncoding: "ieee-p1363" as const }
  expect(verifySignature("sha256", Buffer.from(challenge), key, Buffer.from(signature, "base64"))).toBe(true)
})

it("is the same authority after it was saved and loaded, and a stranger to another of its name", async () => {
  const authority = await run(CertificateAuthority.make(CertificateAuthority.valid(now)))
  const again = await run(Effect.flatMap(authority.saved, CertificateAuthority.load))
  const other = await run(CertificateAuthority.make(CertificateAuthority.valid(now)))
  expect(again.trusted).toBe(authority.trusted)
  expect(await run(again.saved)).toBe(await run(authority.saved))
  const root = new X509Certificate(authority.trusted)
  const vouchedFor = async (issuer: CertificateAuthority.CertificateAuthority) => {
    const [, intermediate] = certificatesOf((await run(issuer.issue("p", CertificateAuthority.valid(now)))).chain)
    return intermediate!.verify(root.publicKey)
  }
  expect([await vouchedFor(again), await vouchedFor(other)]).toEqual([true, false])
})

it("issues certificates of the past and of the future", async () => {
  const authority = await run(CertificateAuthority.make(CertificateAuthority.valid(now)))
  const validity = async (wanted: CertificateAuthority.Validity) => {
    const [holder] = certificatesOf((await run(authority.issue("p", wanted))).chain)
    return [holder!.validFromDate.getTime() <= now, now <= holder!.validToDate.getTime()]
  }
  expect(await validity(CertificateAuthority.valid(now))).toEqual([true, true])
  expect(await validity(CertificateAuthority.expired(now))).toEqual([true, false])
  expect(await validity(CertificateAuthority.notYetValid(now))).toEqual([false, true])
})

const attributes = { name: "黒桐　幹也", birthDate: "1980-02-17", address: "東京都千代田区霞が関２－１－２" }

it("issues two certificates of one subject, of which only that for signing has attributes", async () => {
  const authority = await run(CertificateAuthority.make(CertificateAuthority.valid(now)))
  const pair = await run(authority.issuePair("person 0001", attributes, CertificateAuthority.valid(now)))
  const [signature] = certificatesOf(pair.signature.chain)
  const [login] = certificatesOf(pair.login.chain)
  expect(signature!.subject).toBe(login!.subject)
  expect(signature!.publicKey.equals(login!.publicKey)).toBe(false)
  const written = [attributes.name, attributes.address, "319800217"].map((text) => Buffer.from(text, "utf8"))
  expect(written.map((text) => signature!.raw.includes(text))).toEqual([true, true, true])
  expect(written.map((text) => login!.raw.includes(text))).toEqual([false, false, false])
})

it("remembers what it revoked and why, over a restart", async () => {
  const authority = await run(CertificateAuthority.make(CertificateAuthority.valid(now)))
  const [lost, kept] = await run(
    Effect.all([
      authority.issue("lost", CertificateAuthority.valid(now)),
      authority.issue("kept", CertificateAuthority.valid(now))
    ])
  )
  await run(authority.revoke(lost, "keyCompromise"))
  await run(authority.revoke(lost, "certificateHold"))
  const again = await run(Effect.flatMap(authority.saved, CertificateAuthority.load))
  for (const one of [authority, again]) {
    const [, list] = await run(one.lists)
    const { entries } = new X509Crl(list!)
    expect(entries.map(({ reason, serialNumber }) => [serialNumber, reason])).toEqual([
      [certificatesOf(lost.chain)[0]!.serialNumber.toLowerCase(), X509CrlReason.keyCompromise]
    ])
    expect(entries.some(({ serialNumber }) => serialNumber === certificatesOf(kept.chain)[0]!.serialNumber)).toBe(false)
  }
})

it("does not answer for the certificates of others", async () => {
  const authority = await run(CertificateAuthority.make(CertificateAuthority.valid(now)))
  const unauthorized = Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x06)
  expect(new Uint8Array(await run(authority.respond(new Uint8Array(0))))).toEqual(unauthorized)
  expect(new Uint8Array(await run(authority.respond(Buffer.from("3003020101", "hex"))))).toEqual(unauthorized)
})
