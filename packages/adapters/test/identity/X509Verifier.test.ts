import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import { Clock, Effect, Exit } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as X509Verifier from "../../src/identity/X509Verifier.ts"
import { day, issue, type Issued, pemOf, sign } from "./Authority.ts"

const challengeKey = randomBytes(32)

/** The clock of this process, standing at a time. */
const at = (millis: number): Clock.Clock =>
  Object.assign(Object.create(Effect.runSync(Clock.Clock)) as Clock.Clock, {
    currentTimeMillis: Effect.succeed(millis),
    currentTimeMillisUnsafe: () => millis
  })

const run = <A, E>(
  trusted: ReadonlyArray<string>,
  effect: Effect.Effect<A, E, CertificateVerifier>,
  now = Date.now(),
  key: Uint8Array = challengeKey
): Promise<A> =>
  Effect.runPromise(
    effect.pipe(
      Effect.provide(X509Verifier.layer({ trusted, challengeKey: key })),
      Effect.provideService(Clock.Clock, at(now))
    )
  )

const challengeOf = (key: Uint8Array = challengeKey, now = Date.now()) =>
  run(
    [],
    Effect.flatMap(CertificateVerifier, ({ challenge }) => challenge),
    now,
    key
  )

const verify = (
  trusted: ReadonlyArray<string>,
  certificate: string,
  challenge: string,
  signature: string,
  now?: number
) =>
  run(
    trusted,
    Effect.flatMap(CertificateVerifier, (verifier) => verifier.verify({ certificate, challenge, signature })),
    now
  )

const present = async (trusted: ReadonlyArray<string>, holder: Issued, ...others: ReadonlyArray<Issued>) => {
  const { challenge } = await challengeOf()
  const chain = [holder, ...others].map(({ pem }) => pem).join("\n")
  return verify(trusted, chain, challenge, sign(holder, challenge))
}

describe("X509Verifier", () => {
  let root: Issued
  let intermediate: Issued
  let holder: Issued
  const name = "Kinchaku Taro 巾着"

  beforeAll(() => {
    root = issue({ name: "Root", isAuthority: true, algorithm: "rsa" })
    intermediate = issue({ name: "Intermediate", issuer: root, isAuthority: true })
    holder = issue({ name, issuer: intermediate })
  })

  it("accepts a holder whose chain ends at a trusted authority, and names the subject", async () => {
    const { subject, verdict } = await present([root.pem], holder, intermediate)
    assert.strictEqual(verdict, "verified")
    assert.strictEqual(subject, `C=JP\nCN=${name}`)
  })

  it("accepts RSA holders directly under the authority, whatever the order of the rest", async () => {
    const direct = issue({ name, issuer: root, algorithm: "rsa" })
    assert.strictEqual((await present([root.pem], direct)).verdict, "verified")
    assert.strictEqual((await present([root.pem], holder, root, intermediate)).verdict, "verified")
  })

  it("accepts an ECDSA signature as WebCrypto writes it as well", async () => {
    const { challenge } = await challengeOf()
    const chain = `${holder.pem}\n${intermediate.pem}`
    const signature = sign(holder, challenge, "ieee-p1363")
    assert.strictEqual((await verify([root.pem], chain, challenge, signature)).verdict, "verified")
  })

  it("does not trust a chain that ends elsewhere, has a gap, or is signed by itself", async () => {
    const other = issue({ name: "Root", isAuthority: true, algorithm: "rsa" })
    assert.strictEqual((await present([other.pem], holder, intermediate)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], holder)).verdict, "untrusted")
    assert.strictEqual((await present([], holder, intermediate, root)).verdict, "untrusted")
    const own = issue({ name })
    assert.strictEqual((await present([root.pem], own)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], own, own)).verdict, "untrusted")
  })

  it("does not trust what a holder issued, an authority as a holder, or weak and unknown keys", async () => {
    const byHolder = issue({ name: "Fraud", issuer: holder })
    assert.strictEqual((await present([root.pem], byHolder, holder, intermediate)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], intermediate)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], root)).verdict, "untrusted")
    const weak = issue({ name, issuer: root, algorithm: "rsa", bits: 1024 })
    assert.strictEqual((await present([root.pem], weak)).verdict, "untrusted")
    const unknown = issue({ name, issuer: root, algorithm: "ed25519" })
    assert.strictEqual((await present([root.pem], unknown)).verdict, "untrusted")
  })

  it("does not trust what a weak authority issued, or what names another issuer", async () => {
    const weak = issue({ name: "Weak", issuer: root, isAuthority: true, algorithm: "rsa", bits: 1024 })
    assert.strictEqual((await present([root.pem], issue({ name, issuer: weak }), weak)).verdict, "untrusted")
    const misnamed = issue({ name, issuer: intermediate, issuerName: "Elsewhere" })
    assert.strictEqual((await present([root.pem], misnamed, intermediate)).verdict, "untrusted")
  })

  it("does not trust a certificate whose content was changed after signing", async () => {
    const bytes = Buffer.from(holder.der)
    bytes.write("Kinchaku Jiro", bytes.indexOf("Kinchaku Taro"))
    const pem = pemOf(bytes)
    assert.strictEqual((await present([root.pem], { ...holder, pem }, intermediate)).verdict, "untrusted")
  })

  it("names validity before the challenge, of every certificate of the chain", async () => {
    const expired = issue({ name, issuer: root, days: [-10, -1] })
    assert.strictEqual((await present([root.pem], expired)).verdict, "expired")
    const early = issue({ name, issuer: root, days: [1, 10] })
    assert.strictEqual((await present([root.pem], early)).verdict, "notYetValid")
    assert.strictEqual((await verify([root.pem], expired.pem, "nonsense", "")).verdict, "expired")
    const old = issue({ name: "Old", issuer: root, isAuthority: true, days: [-10, -1] })
    const under = issue({ name, issuer: old })
    assert.strictEqual((await present([root.pem], under, old)).verdict, "expired")
  })

  it("is valid to the last second of a certificate and not after", async () => {
    const end = holder.notAfter
    const { challenge } = await challengeOf(challengeKey, end)
    const signature = sign(holder, challenge)
    const chain = `${holder.pem}\n${intermediate.pem}`
    const long = issue({ name: "Long", isAuthority: true, days: [-1, 4000] })
    const heir = issue({ name, issuer: long, days: [-1, 2000] })
    assert.strictEqual((await verify([root.pem], chain, challenge, signature, end + 1000)).verdict, "expired")
    const heirEnd = heir.notAfter
    const later = await challengeOf(challengeKey, heirEnd)
    const signed = sign(heir, later.challenge)
    assert.strictEqual((await verify([long.pem], heir.pem, later.challenge, signed, heirEnd)).verdict, "verified")
    assert.strictEqual((await verify([long.pem], heir.pem, later.challenge, signed, heirEnd + 1000)).verdict, "expired")
  })

  it("accepts a challenge of its own for five minutes", async () => {
    const now = Date.now()
    const { challenge, expiresAt } = await challengeOf(challengeKey, now)
    assert.strictEqual(expiresAt, now + 300_000)
    const signature = sign(holder, challenge)
    const chain = `${holder.pem}\n${intermediate.pem}`
    assert.strictEqual((await verify([root.pem], chain, challenge, signature, now + 300_000)).verdict, "verified")
    assert.strictEqual(
      (await verify([root.pem], chain, challenge, signature, now + 300_001)).verdict,
      "challengeInvalid"
    )
    assert.strictEqual((await verify([root.pem], chain, challenge, signature, now + day)).verdict, "challengeInvalid")
  })

  it("accepts a challenge for as long as it is told to", async () => {
    const now = Date.now()
    const layer = X509Verifier.layer({ trusted: [root.pem], challengeKey, challengeMinutes: Effect.succeed(12) })
    const verdictAt = (later: number) =>
      Effect.runPromise(
        Effect.gen(function* () {
          const verifier = yield* CertificateVerifier
          const { challenge, expiresAt } = yield* Effect.provideService(verifier.challenge, Clock.Clock, at(now))
          assert.strictEqual(expiresAt, now + 720_000)
          const certificate = `${holder.pem}\n${intermediate.pem}`
          const presentation = { certificate, challenge, signature: sign(holder, challenge) }
          return (yield* verifier.verify(presentation)).verdict
        }).pipe(Effect.provide(layer), Effect.provideService(Clock.Clock, at(now + later)))
      )
    assert.deepStrictEqual([await verdictAt(720_000), await verdictAt(720_001)], ["verified", "challengeInvalid"])
  })

  it("refuses foreign, altered and missing challenges", async () => {
    const chain = `${holder.pem}\n${intermediate.pem}`
    const foreign = await challengeOf(randomBytes(32))
    const own = await challengeOf()
    const [nonce, expiry, seal] = own.challenge.split(".")
    const candidates = [
      foreign.challenge,
      `${nonce}.${Number(expiry) + 1}.${seal}`,
      `${nonce}.${expiry}.`,
      `${nonce}.${expiry}.${"A".repeat(43)}`,
      ` ${own.challenge}`,
      ""
    ]
    for (const challenge of candidates) {
      const { verdict } = await verify([root.pem], chain, challenge, sign(holder, challenge))
      assert.strictEqual(verdict, "challengeInvalid", challenge)
    }
  })

  it("refuses signatures that are tampered with, of another key, or of another text", async () => {
    const chain = `${holder.pem}\n${intermediate.pem}`
    const { challenge } = await challengeOf()
    const genuine = Buffer.from(sign(holder, challenge), "base64")
    for (let bit = 0; bit < genuine.length * 8; bit += 37) {
      const flipped = Buffer.from(genuine)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      const { verdict } = await verify([root.pem], chain, challenge, flipped.toString("base64"))
      assert.strictEqual(verdict, "challengeInvalid", `bit ${bit}`)
    }
    const others = [sign(root, challenge), sign(holder, `${challenge} `), "", "AAAA", "not base64 at all"]
    for (const signature of others) {
      assert.strictEqual((await verify([root.pem], chain, challenge, signature)).verdict, "challengeInvalid")
    }
  })

  it("says of garbage that it cannot be read", async () => {
    const cut = pemOf(holder.der.subarray(0, -20))
    const garbage = ["", "garbage", "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", cut]
    const nameless = issue({ name: "", issuer: root })
    const many = Array.from({ length: 7 }, () => holder.pem).join("\n")
    for (const certificate of [...garbage, nameless.pem, many, `${holder.pem}\n${cut}`]) {
      const exit = await Effect.runPromiseExit(
        Effect.flatMap(CertificateVerifier, (verifier) =>
          verifier.verify({ certificate, challenge: "", signature: "" })
        ).pipe(Effect.provide(X509Verifier.layer({ trusted: [root.pem], challengeKey })))
      )
      assert.isTrue(Exit.isFailure(exit) && JSON.stringify(exit).includes("CertificateUnreadable"), certificate)
    }
  })

  it("does not start with an authority that it cannot read, or a short key", () => {
    const cut = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    assert.throws(() => X509Verifier.layer({ trusted: [cut], challengeKey }))
    assert.throws(() => X509Verifier.layer({ trusted: [], challengeKey: new Uint8Array(31) }))
  })
})

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasOpenssl)("X509Verifier and a chain made by openssl", () => {
  const folder = mkdtempSync(join(tmpdir(), "kinchaku-x509-"))
  const file = (name: string) => join(folder, name)
  const text = (name: string) => readFileSync(file(name), "utf8")
  const openssl = (...args: ReadonlyArray<string>) => execFileSync("openssl", [...args], { cwd: folder, stdio: "pipe" })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(() => {
    writeFileSync(file("ca.ext"), "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n")
    writeFileSync(file("holder.ext"), "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n")
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "root.key",
      "-out",
      "root.pem",
      "-subj",
      "/CN=Openssl Root",
      "-days",
      "30"
    )
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "sub.key", "-out", "sub.csr", "-subj", "/CN=Openssl Sub")
    openssl(
      "x509",
      "-req",
      "-in",
      "sub.csr",
      "-CA",
      "root.pem",
      "-CAkey",
      "root.key",
      "-CAcreateserial",
      "-out",
      "sub.pem",
      "-days",
      "30",
      "-extfile",
      "ca.ext"
    )
    openssl(
      "req",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "holder.key",
      "-out",
      "holder.csr",
      "-subj",
      "/C=JP/CN=Openssl Holder"
    )
    openssl(
      "x509",
      "-req",
      "-in",
      "holder.csr",
      "-CA",
      "sub.pem",
      "-CAkey",
      "sub.key",
      "-CAcreateserial",
      "-out",
      "holder.pem",
      "-days",
      "30",
      "-extfile",
      "holder.ext"
    )
  })

  it("agrees that an authority that may not sign certificates vouches for nothing", async () => {
    writeFileSync(file("mute.ext"), "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature\n")
    const signed = (csr: string, out: string, by: string, ext: string) =>
      openssl(
        "x509",
        "-req",
        "-in",
        csr,
        "-CA",
        `${by}.pem`,
        "-CAkey",
        `${by}.key`,
        "-CAcreateserial",
        "-out",
        out,
        "-extfile",
        ext
      )
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "mute.key", "-out", "mute.csr", "-subj", "/CN=Mute")
    signed("mute.csr", "mute.pem", "root", "mute.ext")
    signed("holder.csr", "muted.pem", "mute", "holder.ext")
    assert.throws(() => openssl("verify", "-CAfile", "root.pem", "-untrusted", "mute.pem", "muted.pem"))
    const chain = `${text("muted.pem")}${text("mute.pem")}`
    assert.strictEqual((await verify([text("root.pem")], chain, "", "")).verdict, "untrusted")
  })

  it("agrees with openssl verify, with and without the intermediate", async () => {
    openssl("verify", "-CAfile", "root.pem", "-untrusted", "sub.pem", "holder.pem")
    assert.throws(() => openssl("verify", "-CAfile", "root.pem", "holder.pem"))
    const { challenge } = await challengeOf()
    writeFileSync(file("challenge"), challenge)
    const signature = openssl("dgst", "-sha256", "-sign", "holder.key", "challenge").toString("base64")
    const chain = `${text("holder.pem")}${text("sub.pem")}`
    const { subject, verdict } = await verify([text("root.pem")], chain, challenge, signature)
    assert.strictEqual(verdict, "verified")
    assert.strictEqual(subject, "C=JP\nCN=Openssl Holder")
    assert.strictEqual(
      (await verify([text("root.pem")], text("holder.pem"), challenge, signature)).verdict,
      "untrusted"
    )
  })
})
