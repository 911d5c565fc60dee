/**
 * Whose certificates a server trusts, and that nobody is let in of whom it is not known whether the certificate is revoked (CRT-09).
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as X509Verifier from "@kinchaku/adapters/identity/X509Verifier"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import { Effect, Result } from "effect"
import { afterAll, assert, describe, it } from "vitest"
import * as Authorities from "../src/Authorities.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-authorities-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const validity = () => CertificateAuthority.valid(instant(Date.now()))

/** What a verifier set up like the server's says of a certificate of an authority. */
const verdict = (
  { trusted }: Authorities.Authorities,
  revocation: ReturnType<typeof Authorities.revocation>,
  authority: CertificateAuthority.CertificateAuthority
) => {
  const layer = X509Verifier.layer({
    trusted: [...trusted, authority.trusted],
    challengeKey: new Uint8Array(32).fill(1),
    ...(revocation === undefined ? {} : { revocation })
  })
  return Effect.gen(function* () {
    const verifier = yield* CertificateVerifier
    const certificate = yield* authority.issue("hanako", validity())
    const { challenge } = yield* verifier.challenge
    return (yield* verifier.verify(yield* certificate.present(challenge))).verdict
  }).pipe(Effect.provide(layer, { local: true }), Effect.runPromise)
}

describe("authorities", () => {
  it("are read from a file, with the operator's responder, and each fault is named", async () => {
    const authority = await Effect.runPromise(CertificateAuthority.make(validity()))
    const file = join(folder, "ca.pem")
    writeFileSync(file, authority.trusted)
    assert.deepStrictEqual(Result.getOrThrow(Authorities.read({})), { trusted: [], responder: undefined })
    const env = { KINCHAKU_CA_FILE: file, KINCHAKU_OCSP_URL: "http://ocsp.example.jp/" }
    assert.deepStrictEqual(Result.getOrThrow(Authorities.read(env)), {
      trusted: [authority.trusted],
      responder: env.KINCHAKU_OCSP_URL
    })
    writeFileSync(join(folder, "none.pem"), "no certificate")
    const faults = (given: Readonly<Record<string, string>>) => {
      const read = Authorities.read(given)
      return Result.isFailure(read) ? read.failure.map(({ name }) => name) : []
    }
    assert.deepStrictEqual(faults({ KINCHAKU_CA_FILE: join(folder, "none.pem") }), ["KINCHAKU_CA_FILE"])
    assert.deepStrictEqual(faults({ KINCHAKU_CA_FILE: join(folder, "nowhere.pem") }), ["KINCHAKU_CA_FILE"])
    assert.deepStrictEqual(faults({ KINCHAKU_OCSP_URL: "ftp://example.jp" }), ["KINCHAKU_OCSP_URL"])
    assert.deepStrictEqual(faults({ KINCHAKU_OCSP_URL: "responder" }), ["KINCHAKU_OCSP_URL"])
  })

  it("that an operator names let nobody in of whom nothing can be learnt; the test authority alone does", async () => {
    const authority = await Effect.runPromise(CertificateAuthority.make(validity()))
    const named = { trusted: [authority.trusted], responder: undefined }
    const none = { trusted: [], responder: undefined }
    const before = { required: false }
    assert.strictEqual(await verdict(named, Authorities.revocation(named, before), authority), "unchecked")
    assert.strictEqual(await verdict(none, Authorities.revocation(none, before), authority), "verified")
    // Its own lists say that nothing is revoked, so that is learnt.
    const listed = { required: false, crl: { lists: authority.lists } }
    assert.strictEqual(await verdict(named, Authorities.revocation(named, listed), authority), "verified")
  })
})
