/**
 * The authority of tests and of development, as the verifier sees it: what it issues, revokes and answers.
 */
import { randomBytes } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type * as Revocation from "../../src/identity/Revocation.ts"
import * as X509Verifier from "../../src/identity/X509Verifier.ts"

const attributes = { name: "黒桐　幹也", birthDate: "1980-02-17", address: "東京都千代田区霞が関２－１－２" }
const now: Instant = instant(Date.now())
const validity = CertificateAuthority.valid(now)

describe("the simulated authority", () => {
  let authority: CertificateAuthority.CertificateAuthority
  let server: Server
  let address: string

  beforeAll(async () => {
    authority = await Effect.runPromise(CertificateAuthority.make(validity))
    server = createServer((request, response) => {
      const parts: Array<Buffer> = []
      request.on("data", (part: Buffer) => void parts.push(part))
      request.on(
        "end",
        () => void Effect.runPromise(authority.respond(Buffer.concat(parts))).then((answer) => response.end(answer))
      )
    })
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(() => void server.close())

  const verdictOf = (certificate: CertificateAuthority.PersonCertificate, revocation: Revocation.Options) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const { challenge, verify } = yield* CertificateVerifier
        return yield* verify(yield* certificate.present((yield* challenge).challenge))
      }).pipe(
        Effect.provide(X509Verifier.layer({ trusted: [authority.trusted], challengeKey: randomBytes(32), revocation }))
      )
    )

  const byLists = () => ({ required: true, crl: { lists: authority.lists } })
  const byResponder = () => ({ required: true, ocsp: { address } })

  it("issues pairs that the verifier tells apart and knows as one person's", async () => {
    const pair = await Effect.runPromise(authority.issuePair("person", attributes, validity))
    for (const way of [byLists(), byResponder()]) {
      const signature = await verdictOf(pair.signature, way)
      const login = await verdictOf(pair.login, way)
      assert.deepStrictEqual([signature.verdict, signature.use], ["verified", "signature"])
      assert.deepStrictEqual([login.verdict, login.use], ["verified", "login"])
      assert.deepStrictEqual(signature.attributes, attributes)
      assert.isUndefined(login.attributes)
      assert.strictEqual(signature.subject, login.subject)
    }
  })

  it("says of what it revoked that it is, by list and by answer, and of nothing else", async () => {
    const pair = await Effect.runPromise(authority.issuePair("another", attributes, validity))
    await Effect.runPromise(authority.revoke(pair.login, "certificateHold"))
    for (const way of [byLists(), byResponder()]) {
      assert.strictEqual((await verdictOf(pair.login, way)).verdict, "revoked")
      assert.strictEqual((await verdictOf(pair.signature, way)).verdict, "verified")
    }
  })

  it("does not answer for a stranger of the same name", async () => {
    const stranger = await Effect.runPromise(CertificateAuthority.make(validity))
    const person = await Effect.runPromise(stranger.issue("person", validity))
    assert.strictEqual((await verdictOf(person, byLists())).verdict, "untrusted")
    const own = await Effect.runPromise(authority.issue("person", validity))
    const foreignLists = { required: true, crl: { lists: stranger.lists } }
    assert.strictEqual((await verdictOf(own, foreignLists)).verdict, "unchecked")
  })
})
