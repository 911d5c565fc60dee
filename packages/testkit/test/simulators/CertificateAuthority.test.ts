import { X509Certificate, verify as verifySignature } from "node:crypto"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
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
