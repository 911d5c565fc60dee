import { execFileSync } from "node:child_process"
import { createSign, randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import { Clock, Effect, Exit } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as X509Verifier from "../../src/identity/X509Verifier.ts"
import { day, issue, type Issued, sign } from "./Authority.ts"

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
  return verify(trusted, chain, challenge, await sign(holder, challenge))
}

describe("X509Verifier", () => {
  let root: Issued
  let intermediate: Issued
  let holder: Issued
  const name = "C=JP, CN=Kinchaku Taro, 2.5.4.5=0001"

  beforeAll(async () => {
    root = await issue({ name: "CN=Root", isAuthority: true, algorithm: "rsa" })
    intermediate = await issue({ name: "CN=Intermediate", issuer: root, isAuthority: true })
    holder = await issue({ name, issuer: intermediate })
  })

  it("accepts a holder whose chain ends at a trusted authority, and names the subject", async () => {
    const { subject, verdict } = await present([root.pem], holder, intermediate)
    assert.strictEqual(verdict, "verified")
    assert.include(subject, "CN=Kinchaku Taro")
    assert.include(subject, "0001")
  })

  it("accepts RSA holders directly under the authority, whatever the order of the rest", async () => {
    const direct = await issue({ name, issuer: root, algorithm: "rsa" })
    assert.strictEqual((await present([root.pem], direct)).verdict, "verified")
    assert.strictEqual((await present([root.pem], holder, root, intermediate)).verdict, "verified")
  })

  it("accepts an ECDSA signature in DER as well", async () => {
    const { challenge } = await challengeOf()
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", holder.keys.privateKey))
    const signature = createSign("sha256")
      .update(challenge)
      .sign({ key: pkcs8, format: "der", type: "pkcs8" }, "base64")
    const chain = `${holder.pem}\n${intermediate.pem}`
    assert.strictEqual((await verify([root.pem], chain, challenge, signature)).verdict, "verified")
  })

  it("does not trust a chain that ends elsewhere, has a gap, or is signed by itself", async () => {
    const other = await issue({ name: "CN=Root", isAuthority: true, algorithm: "rsa" })
    assert.strictEqual((await present([other.pem], holder, intermediate)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], holder)).verdict, "untrusted")
    assert.strictEqual((await present([], holder, intermediate, root)).verdict, "untrusted")
    const own = await issue({ name })
    assert.strictEqual((await present([root.pem], own)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], own, own)).verdict, "untrusted")
  })

  it("does not trust what a holder issued, an authority as a holder, or weak and unknown keys", async () => {
    const byHolder = await issue({ name: "CN=Fraud", issuer: holder })
    assert.strictEqual((await present([root.pem], byHolder, holder, intermediate)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], intermediate)).verdict, "untrusted")
    assert.strictEqual((await present([root.pem], root)).verdict, "untrusted")
    const weak = await issue({ name, issuer: root, algorithm: "rsa", bits: 1024 })
    assert.strictEqual((await present([root.pem], weak)).verdict, "untrusted")
    const unknown = await issue({ name, issuer: root, algorithm: "ed25519" })
    assert.strictEqual((await present([root.pem], unknown)).verdict, "untrusted")
  })

  it("does not trust a certificate whose content was changed after signing", async () => {
    const bytes = Buffer.from(holder.certificate.rawData)
    const place = bytes.indexOf("Kinchaku Taro")
    bytes.write("Kinchaku Jiro", place)
    const pem = `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64")}\n-----END CERTIFICATE-----`
    assert.strictEqual((await present([root.pem], { ...holder, pem }, intermediate)).verdict, "untrusted")
  })

  it("names validity before the challenge, of every certificate of the chain", async () => {
    const expired = await issue({ name, issuer: root, days: [-10, -1] })
    assert.strictEqual((await present([root.pem], expired)).verdict, "expired")
    const early = await issue({ name, issuer: root, days: [1, 10] })
    assert.strictEqual((await present([root.pem], early)).verdict, "notYetValid")
    assert.strictEqual((await verify([root.pem], expired.pem, "nonsense", "")).verdict, "expired")
    const old = await issue({ name: "CN=Old", issuer: root, isAuthority: true, days: [-10, -1] })
    const under = await issue({ name, issuer: old })
    assert.strictEqual((await present([root.pem], under, old)).verdict, "expired")
  })

  it("is valid to the last second of a certificate and not after", async () => {
    const end = new Date(holder.certificate.notAfter).getTime()
    const { challenge } = await challengeOf(challengeKey, end)
    const signature = await sign(holder, challenge)
    const chain = `${holder.pem}\n${intermediate.pem}`
    const long = await issue({ name: "CN=Long", isAuthority: true, days: [-1, 4000] })
    const heir = await issue({ name, issuer: long, days: [-1, 2000] })
    assert.strictEqual((await verify([root.pem], chain, challenge, signature, end + 1000)).verdict, "expired")
    const heirEnd = new Date(heir.certificate.notAfter).getTime()
    const later = await challengeOf(challengeKey, heirEnd)
    const signed = await sign(heir, later.challenge)
    assert.strictEqual((await verify([long.pem], heir.pem, later.challenge, signed, heirEnd)).verdict, "verified")
    assert.strictEqual((await verify([long.pem], heir.pem, later.challenge, signed, heirEnd + 1000)).verdict, "expired")
  })

  it("accepts a challenge of its own for five minutes", async () => {
    const now = Date.now()
    const { challenge, expiresAt } = await challengeOf(challengeKey, now)
    assert.strictEqual(expiresAt, now + 300_000)
    const signature = await sign(holder, challenge)
    const chain = `${holder.pem}\n${intermediate.pem}`
    assert.strictEqual((await verify([root.pem], chain, challenge, signature, now + 300_000)).verdict, "verified")
    assert.strictEqual(
      (await verify([root.pem], chain, challenge, signature, now + 300_001)).verdict,
      "challengeInvalid"
    )
    assert.strictEqual((await verify([root.pem], chain, challenge, signature, now + day)).verdict, "challengeInvalid")
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
      const { verdict } = await verify([root.pem], chain, challenge, await sign(holder, challenge))
      assert.strictEqual(verdict, "challengeInvalid", challenge)
    }
  })

  it("refuses signatures that are tampered with, of another key, or of another text", async () => {
    const chain = `${holder.pem}\n${intermediate.pem}`
    const { challenge } = await challengeOf()
    const genuine = Buffer.from(await sign(holder, challenge), "base64")
    for (let bit = 0; bit < genuine.length * 8; bit += 37) {
      const flipped = Buffer.from(genuine)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      const { verdict } = await verify([root.pem], chain, challenge, flipped.toString("base64"))
      assert.strictEqual(verdict, "challengeInvalid", `bit ${bit}`)
    }
    const others = [await sign(root, challenge), await sign(holder, `${challenge} `), "", "AAAA", "not base64 at all"]
    for (const signature of others) {
      assert.strictEqual((await verify([root.pem], chain, challenge, signature)).verdict, "challengeInvalid")
    }
  })

  it("says of garbage that it cannot be read", async () => {
    const cut = holder.pem.replace(/\n[^\n]{20,}\n/, "\n")
    const garbage = ["", "garbage", "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", cut]
    const nameless = await issue({ name: "", issuer: root })
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
