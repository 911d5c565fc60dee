/**
 * Certificates of the openssl command line, one case a line: who presents what, how it is learnt whether it is revoked, and the
 * verdict (CRT-09, CRT-10).
 */
import { randomBytes } from "node:crypto"
import { CertificateVerifier, type Findings, type Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import { Clock, Effect, Logger } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as X509Verifier from "../../src/identity/X509Verifier.ts"
import * as Openssl from "./Openssl.ts"
import * as World from "./World.ts"

interface Case {
  readonly what: string
  /** The holder's certificate, and those above it. */
  readonly chain: ReadonlyArray<string>
  readonly verdict: Verdict
  /** How it is learnt whether it is revoked; left out, by current lists of all authorities. */
  readonly by?: string
  /** The key that signs the challenge; left out, the holder's. */
  readonly key?: string
  readonly challenge?: "foreign" | "old" | "another"
  /** Minutes from now at which it is presented. */
  readonly later?: number
}

const sound: ReadonlyArray<Case> = [
  { what: "a good RSA certificate", chain: ["rsa", "sub"], verdict: "verified" },
  { what: "a good EC certificate", chain: ["ec", "sub"], key: "ec", verdict: "verified" },
  { what: "a good login certificate", chain: ["login", "sub"], verdict: "verified" },
  { what: "a chain with the authority in it, out of order", chain: ["rsa", "root", "sub"], verdict: "verified" },
  {
    what: "a longer chain without limit",
    chain: ["farBelow", "under", "wide"],
    by: "nothing, which will do",
    verdict: "verified"
  },
  { what: "a holder named as the authority may", chain: ["inside", "constrained"], verdict: "verified" }
]

const unsound: ReadonlyArray<Case> = [
  { what: "an authority nobody trusts", chain: ["foreign", "other"], verdict: "untrusted" },
  { what: "a namesake of the intermediate", chain: ["ofTwin", "sub"], verdict: "untrusted" },
  { what: "a missing intermediate", chain: ["rsa"], verdict: "untrusted" },
  { what: "an authority as the holder", chain: ["sub"], key: "sub", verdict: "untrusted" },
  { what: "an authority whose key signs texts as well", chain: ["full", "sub"], verdict: "untrusted" },
  { what: "an authority whose key signs texts only", chain: ["half", "sub"], verdict: "untrusted" },
  { what: "no authority, whose key signs certificates", chain: ["odd", "sub"], verdict: "untrusted" },
  { what: "an authority below one that allows none", chain: ["below", "deep", "sub"], verdict: "untrusted" },
  { what: "a holder named as the authority may not", chain: ["outside", "constrained"], verdict: "untrusted" },
  { what: "a signature of the authority with SHA-1", chain: ["sha1", "sub"], verdict: "untrusted" },
  { what: "an RSA key of 1024 bits", chain: ["weak", "sub"], key: "weak", verdict: "untrusted" },
  { what: "a key for encryption only", chain: ["cipher", "sub"], verdict: "untrusted" },
  { what: "a key for non-repudiation only", chain: ["signer", "sub"], verdict: "untrusted" },
  { what: "a server's certificate", chain: ["server", "sub"], verdict: "untrusted" },
  { what: "something critical that nobody knows", chain: ["strange", "sub"], verdict: "untrusted" },
  { what: "a changed certificate", chain: ["tampered", "sub"], verdict: "untrusted" },
  { what: "an expired certificate", chain: ["expired", "sub"], verdict: "expired" },
  {
    what: "an expired certificate, whatever else",
    chain: ["expired", "sub"],
    by: "nothing",
    challenge: "foreign",
    verdict: "expired"
  },
  { what: "a certificate of next week", chain: ["early", "sub"], verdict: "notYetValid" },
  { what: "a certificate after its end", chain: ["rsa", "sub"], later: 21 * 1440, verdict: "expired" }
]

const unproved: ReadonlyArray<Case> = [
  { what: "a challenge of somebody else", chain: ["rsa", "sub"], challenge: "foreign", verdict: "challengeInvalid" },
  { what: "a challenge that is too old", chain: ["rsa", "sub"], challenge: "old", verdict: "challengeInvalid" },
  {
    what: "a signature over another challenge",
    chain: ["rsa", "sub"],
    challenge: "another",
    verdict: "challengeInvalid"
  },
  { what: "a signature of another key", chain: ["rsa", "sub"], key: "ec", verdict: "challengeInvalid" },
  { what: "a revoked certificate in a stranger's hand", chain: ["lost", "sub"], key: "ec", verdict: "challengeInvalid" }
]

const byLists: ReadonlyArray<Case> = [
  { what: "a lost key", chain: ["lost", "sub"], verdict: "revoked" },
  { what: "attributes that changed", chain: ["moved", "sub"], verdict: "revoked" },
  { what: "a certificate on hold", chain: ["held", "sub"], verdict: "revoked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a list of persons", verdict: "verified" },
  { what: "a lost key", chain: ["lost", "sub"], by: "a list of persons", verdict: "revoked" },
  { what: "a lost key", chain: ["lost", "sub"], by: "a stale list", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a stale list", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a list of tomorrow", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a forged list", verdict: "unchecked" },
  { what: "a lost key", chain: ["lost", "sub"], by: "an altered list", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a list signed with SHA-1", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a list of another place", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a list of authorities", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a delta list", verdict: "unchecked" },
  { what: "an authority that may not sign lists", chain: ["muted", "mute"], verdict: "unchecked" },
  { what: "a good certificate of a revoked authority", chain: ["orphan", "fallen"], verdict: "revoked" },
  { what: "an intermediate of which nothing is known", chain: ["farBelow", "under", "wide"], verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "nothing", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "nothing, which will do", verdict: "verified" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a fetched list", verdict: "verified" },
  { what: "a lost key", chain: ["lost", "sub"], by: "a fetched list", verdict: "revoked" },
  {
    what: "a good certificate, two days on",
    chain: ["rsa", "sub"],
    by: "a fetched list",
    later: 2880,
    verdict: "unchecked"
  }
]

const byResponders: ReadonlyArray<Case> = [
  { what: "a good RSA certificate", chain: ["rsa", "sub"], by: "the responder", verdict: "verified" },
  { what: "a good EC certificate", chain: ["ec", "sub"], key: "ec", by: "the responder", verdict: "verified" },
  { what: "a lost key", chain: ["lost", "sub"], by: "the responder", verdict: "revoked" },
  { what: "a certificate on hold", chain: ["held", "sub"], by: "the responder", verdict: "revoked" },
  {
    what: "a good certificate",
    chain: ["rsa", "sub"],
    by: "a responder that signs as the authority",
    verdict: "verified"
  },
  { what: "a lost key", chain: ["lost", "sub"], by: "a stale list and the responder", verdict: "revoked" },
  { what: "an answer that is too old", chain: ["rsa", "sub"], by: "the responder", later: 60, verdict: "unchecked" },
  { what: "an answer of the future", chain: ["rsa", "sub"], by: "the responder", later: -10, verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder of another authority", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder without the power", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder whose power has ended", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder that signs with SHA-1", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "another question's answer", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "an answer without nonce", verdict: "unchecked" },
  {
    what: "a good certificate",
    chain: ["rsa", "sub"],
    by: "an answer without nonce, which will do",
    verdict: "verified"
  },
  {
    what: "another one",
    chain: ["ec", "sub"],
    key: "ec",
    by: "an answer without nonce, which will do",
    verdict: "unchecked"
  },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "an altered answer", verdict: "unchecked" },
  {
    what: "a good certificate",
    chain: ["rsa", "sub"],
    by: "a responder that says to come later",
    verdict: "unchecked"
  },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "no responder", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder that talks nonsense", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder that points elsewhere", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder that never ends", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder that is silent", verdict: "unchecked" },
  { what: "a good certificate", chain: ["rsa", "sub"], by: "a responder that is down", verdict: "unchecked" }
]

const minute = 60_000
const challengeKey = randomBytes(32)

/** The clock of this process, standing at a time. */
const at = (millis: number): Clock.Clock =>
  Object.assign(Object.create(Effect.runSync(Clock.Clock)) as Clock.Clock, {
    currentTimeMillis: Effect.succeed(millis),
    currentTimeMillisUnsafe: () => millis
  })

const described = ({ by, verdict, what }: Case): string => `${verdict}: ${what}${by === undefined ? "" : `, by ${by}`}`

const title = Openssl.isInstalled ? "certificates of openssl" : "certificates of openssl (skipped: it is not installed)"

describe.skipIf(!Openssl.isInstalled)(title, () => {
  let world: World.World
  beforeAll(async () => {
    world = await World.make()
    world.openssl.write("tampered.pem", tampered(world.openssl.text("rsa.pem")))
  }, 120_000)
  afterAll(() => world.close())

  const challengeAt = (millis: number, key = challengeKey) =>
    Effect.runPromise(
      Effect.flatMap(CertificateVerifier, ({ challenge }) => challenge).pipe(
        Effect.provide(X509Verifier.layer({ trusted: [], challengeKey: key })),
        Effect.provideService(Clock.Clock, at(millis))
      )
    )

  const presentedIn = async ({ chain, challenge: kind, key = "holder" }: Case, now: number) => {
    const { challenge } = await challengeAt(
      kind === "old" ? now - 5 * minute - 1 : now,
      kind === "foreign" ? randomBytes(32) : challengeKey
    )
    const certificate = chain.map((name) => world.openssl.text(`${name}.pem`)).join("")
    const signature = world.openssl.sign(key, kind === "another" ? (await challengeAt(now)).challenge : challenge)
    return { certificate, challenge, signature }
  }

  const verifierBy = (by: string) => {
    const revocation = world.ways[by]
    assert.isDefined(revocation, by)
    return X509Verifier.layer({ trusted: [world.openssl.text("root.pem")], challengeKey, revocation: revocation! })
  }

  const findingsOf = async (one: Case): Promise<Findings> => {
    const now = Date.now() + (one.later ?? 0) * minute
    const presentation = await presentedIn(one, now)
    return Effect.runPromise(
      Effect.flatMap(CertificateVerifier, ({ verify }) => verify(presentation)).pipe(
        Effect.provide(verifierBy(one.by ?? "lists")),
        Effect.provide(Logger.layer([])),
        Effect.provideService(Clock.Clock, at(now))
      )
    )
  }

  for (const one of [...sound, ...unsound, ...unproved, ...byLists, ...byResponders]) {
    it(described(one), async () => {
      assert.strictEqual((await findingsOf(one)).verdict, one.verdict)
    })
  }

  it("agrees with openssl about every chain, authorities as holders aside", () => {
    const { openssl } = world
    const isVerified = ([holder = "", ...others]: ReadonlyArray<string>): boolean => {
      openssl.write("others.pem", others.map((name) => openssl.text(`${name}.pem`)).join(""))
      const strict = ["-purpose", "sslclient", "-auth_level", "2"]
      try {
        openssl.run("verify", ...strict, "-CAfile", "root.pem", "-untrusted", "others.pem", `${holder}.pem`)
        return true
      } catch {
        return false
      }
    }
    for (const { chain, later = 0, verdict } of [...sound, ...unsound]) {
      if (later > 0 || ["sub", "full", "half", "odd"].includes(chain[0] ?? "")) continue
      assert.strictEqual(isVerified(chain), verdict === "verified", chain.join(" "))
    }
  })

  it("reads the attributes of a signature certificate, whichever of two names has the address", async () => {
    for (const holder of ["rsa", "swapped"]) {
      const findings = await findingsOf({ what: holder, chain: [holder, "sub"], verdict: "verified" })
      assert.strictEqual(findings.use, "signature")
      assert.deepStrictEqual(findings.attributes, World.attributes)
    }
  })

  it("knows the login certificate of the same person, which has no attributes", async () => {
    const signature = await findingsOf({ what: "", chain: ["rsa", "sub"], verdict: "verified" })
    const login = await findingsOf({ what: "", chain: ["login", "sub"], verdict: "verified" })
    assert.strictEqual(login.use, "login")
    assert.isUndefined(login.attributes)
    assert.strictEqual(login.subject, signature.subject)
    assert.notStrictEqual(login.fingerprint, signature.fingerprint)
    const printed = world.openssl.run("x509", "-in", "login.pem", "-noout", "-fingerprint", "-sha256").toString()
    assert.include(printed.replaceAll(":", "").toLowerCase(), login.fingerprint)
  })

  it("takes no attributes from a certificate that nobody vouches for", async () => {
    const findings = await findingsOf({ what: "", chain: ["rsa"], verdict: "untrusted" })
    assert.isUndefined(findings.attributes)
  })

  it("names the challenge by its nonce, so that the second use of one is known", async () => {
    const now = Date.now()
    const presentation = await presentedIn({ what: "", chain: ["rsa", "sub"], verdict: "verified" }, now)
    const found = await Effect.runPromise(
      Effect.flatMap(CertificateVerifier, ({ verify }) =>
        Effect.all([verify(presentation), verify(presentation)])
      ).pipe(Effect.provide(verifierBy("lists")))
    )
    const nonce = presentation.challenge.slice(0, 22)
    assert.deepStrictEqual<ReadonlyArray<string | undefined>>(
      found.map(({ challenge }) => challenge),
      [nonce, nonce]
    )
  })

  it("says once of each certificate that a server was of no use, and not what was asked", async () => {
    const said: Array<unknown> = []
    const heard = Logger.layer([Logger.make(({ message }) => void said.push(message))])
    const presentation = await presentedIn({ what: "", chain: ["rsa", "sub"], verdict: "unchecked" }, Date.now())
    const verifying = Effect.flatMap(CertificateVerifier, ({ verify }) =>
      Effect.all([1, 2, 3].map(() => verify(presentation)))
    )
    await Effect.runPromise(verifying.pipe(Effect.provide(verifierBy("no responder")), Effect.provide(heard)))
    assert.strictEqual(said.length, 2)
    const address = /^\[\["a revocation server was of no use",\{"address":"[^"]*\/missing"\}\](?:,|\]$)/
    assert.match(JSON.stringify(said), address)
  })

  it("asks a server once for many presentations, and none for a stranger", async () => {
    const ask = (by: string, path: string, key: string) => {
      const before = world.asked.get(path) ?? 0
      return presentedIn({ what: "", chain: ["rsa", "sub"], key, verdict: "verified" }, Date.now())
        .then((presentation) =>
          Effect.runPromise(
            Effect.flatMap(CertificateVerifier, ({ verify }) =>
              Effect.all(
                Array.from({ length: 20 }, () => verify(presentation)),
                { concurrency: "unbounded" }
              )
            ).pipe(Effect.provide(verifierBy(by)))
          )
        )
        .then(() => (world.asked.get(path) ?? 0) - before)
    }
    assert.strictEqual(await ask("a fetched list", "/sub.crl", "holder"), 1)
    assert.strictEqual(await ask("the responder", "/ocsp", "holder"), 1)
    assert.strictEqual(await ask("a fetched list", "/sub.crl", "ec"), 0)
    assert.strictEqual(await ask("the responder", "/ocsp", "ec"), 0)
  })
})

/** The certificate with one letter of its subject changed. */
const tampered = (pem: string): string => {
  const [, body = ""] = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(pem) ?? []
  const bytes = Buffer.from(body, "base64")
  bytes.write("20200101B", bytes.lastIndexOf("20200101A"))
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64")}\n-----END CERTIFICATE-----\n`
}
