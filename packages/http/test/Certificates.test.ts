/**
 * Certificates over HTTP: from their issue to a login and to their revocation, and every error of the catalogue that the server tells.
 */
import { createHash } from "node:crypto"
import { compat } from "@kinchaku/domain/policy/Policy"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { CertificateUse, Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import { SimulatedIssuer } from "@kinchaku/testkit/simulators/SimulatedIssuer"
import * as SimulatedVerifier from "@kinchaku/testkit/simulators/SimulatedVerifier"
import type { ManagedRuntime } from "effect"
import { assert, describe, it } from "vitest"
import { keys, open } from "./Harness.ts"
import { errorsOf, fresh, type Reached, refusing, succeeded } from "./Scene.ts"

const operator = { key: keys.operator }
const device = { key: null }
const chosen = { signature: "Password1", login: "9876" }

interface Issuing {
  readonly consent?: "given" | "notGiven" | "notRecorded"
  readonly romanName?: string
  /** The name of the former issue. */
  readonly after?: string
  readonly issuedAt?: number
}

/** A world with an authority that issues certificates by name. */
const world = async () => {
  const harness = open()
  await harness.adopt(compat)
  // The harness is made of simulators; its type says only what the core needs.
  const runtime = harness.runtime as unknown as ManagedRuntime.ManagedRuntime<SimulatedIssuer, never>
  const authority = await runtime.runPromise(SimulatedIssuer)
  const written = (name: string, use: CertificateUse, verdict: Verdict = "verified") =>
    SimulatedVerifier.certificate(name, verdict, { use })
  let issues = 0
  /** Has a pair issued to a name; the authority knows of it from then on. */
  const issue = (name: string, { after, consent = "given", issuedAt, romanName = "TEST TARO" }: Issuing = {}) => {
    const print = (use: CertificateUse) => createHash("sha256").update(written(name, use).certificate).digest("hex")
    authority.issues.push({
      subject: name,
      issuedAt: (issuedAt ?? Date.now() + (issues += 1)) as Instant,
      consent,
      romanName,
      attributeChanges: 0,
      fingerprints: { signature: print("signature"), login: print("login") },
      ...(after === undefined ? {} : { formerSubject: after })
    })
    return name
  }
  /** A certificate with a fresh challenge, signed. */
  const present = async (name: string, use: CertificateUse, verdict?: Verdict) => {
    const { challenge = "" } = await succeeded(harness.post("/certificate-challenges", {}, device))
    return { ...written(name, use, verdict), challenge }
  }
  const registration = async (name: string) => ({
    signature: { presentation: await present(name, "signature"), secret: chosen.signature, biometrics: false },
    login: { presentation: await present(name, "login"), secret: chosen.login, biometrics: true }
  })
  const register = async (name: string) => harness.post("/certificates", await registration(name), device)
  const entry = async (name: string, use: CertificateUse, secret: string, by = "typing") => ({
    presentation: await present(name, use),
    secret,
    by
  })
  const enter = async (name: string, use: CertificateUse, secret: string) =>
    harness.post("/certificates/secret-entry", await entry(name, use, secret), device)
  return { harness, authority, issue, present, registration, register, entry, enter }
}
type World = Awaited<ReturnType<typeof world>>

describe("certificates", () => {
  it("are registered, opened with their secrets, log in, and end their session when they are revoked (CRT-01, CRT-16, CRT-21)", async () => {
    const { enter, harness, issue, present, register } = await world()
    issue("kokuto", { consent: "notRecorded" })
    const registered = await succeeded(register("kokuto"))
    assert.deepEqual(registered["warnings"] as never, ["consentNotRecorded"])
    assert.notProperty(registered, "account")
    const shown = await succeeded(enter("kokuto", "login", chosen.login))
    assert.strictEqual(shown["state"], "valid")
    assert.deepStrictEqual([shown["consent"], shown["biometrics"]], ["notRecorded", "on"])

    const { json } = await harness.post("/accounts", await harness.opening("kokuto"))
    const login = { presentation: await present("kokuto", "login") }
    const session = await succeeded(harness.post("/sessions/certificate", login, device))
    const bearer = { key: session["bearer"] ?? null }
    assert.strictEqual((await harness.get(`/accounts/${json.id}/balances`, bearer)).status, 200)
    const unlocking = { subject: "kokuto", use: "login", procedure: "P-1" }
    assert.strictEqual(
      (await harness.post("/certificates/unlock", unlocking, bearer)).json.code,
      "UnlockRequiresIssuer"
    )
    const revocation = { presentation: await present("kokuto", "signature") }
    assert.property(await succeeded(harness.post("/certificates/revocation", revocation, device)), "revokedAt")
    assert.strictEqual((await harness.get(`/accounts/${json.id}/balances`, bearer)).json.code, "SessionExpired")
    assert.strictEqual((await enter("kokuto", "login", chosen.login)).json.code, "CertificateRevoked")
    await harness.close()
  })

  it("have biometrics switched, and their secret changed and set again (CRT-07, CRT-08)", async () => {
    const { enter, entry, harness, issue, present, register } = await world()
    await succeeded(register(issue("taro")))
    const switching = async (on: boolean) =>
      succeeded(harness.post("/certificates/biometrics", { presentation: await present("taro", "login"), on }, device))
    assert.deepEqual(await switching(false), { biometrics: "off" })
    const released = await entry("taro", "login", chosen.login, "biometrics")
    const refused = await harness.post("/certificates/secret-entry", released, device)
    assert.strictEqual(refused.json.code, "BiometricsNotAllowed")
    assert.deepEqual(await switching(true), { biometrics: "on" })
    const change = {
      presentation: await present("taro", "login"),
      secret: "1357",
      former: chosen.login,
      biometrics: false
    }
    assert.deepEqual(await succeeded(harness.post("/certificates/secret", change, device)), {
      biometrics: "notAllowed"
    })
    assert.strictEqual((await enter("taro", "login", chosen.login)).json.code, "PinMismatch")
    assert.strictEqual((await succeeded(enter("taro", "login", "1357")))["state"], "valid")
    const procedure = { subject: "taro", use: "login", procedure: "P-2" }
    assert.deepEqual(await succeeded(harness.post("/certificates/unlock", procedure, operator)), {
      done: true
    } as never)
    const again = { presentation: await present("taro", "login"), secret: "2468", biometrics: false }
    await succeeded(harness.post("/certificates/secret", again, device))
    assert.strictEqual((await succeeded(enter("taro", "login", "2468")))["state"], "valid")
    await harness.close()
  })

  it("count a wrong entry once, however often it is sent, and lock at the third (CRT-06, LED-08)", async () => {
    const { enter, entry, harness, issue, register } = await world()
    await succeeded(register(issue("taro")))
    const wrong = await entry("taro", "login", "0000")
    const call = { ...device, idempotencyKey: fresh() }
    const left = async () =>
      (await harness.post("/certificates/secret-entry", wrong, call)).text.match(/"left":(\d)/)?.[1]
    assert.deepStrictEqual([await left(), await left(), await left()], ["2", "2", "2"])
    const replayed = await harness.post("/certificates/secret-entry", { ...wrong, secret: chosen.login }, device)
    assert.strictEqual(replayed.json.code, "ChallengeInvalid")
    assert.strictEqual((await enter("taro", "login", "0001")).json.code, "PinMismatch")
    assert.strictEqual((await enter("taro", "login", "0002")).json.code, "CredentialLocked")
    assert.strictEqual((await enter("taro", "login", chosen.login)).json.code, "CredentialLocked")
    // The lock is of that certificate alone.
    assert.strictEqual((await succeeded(enter("taro", "signature", chosen.signature)))["state"], "valid")
    await harness.close()
  })

  it("leave no secret and no person in logs and refusals (SEC-02, SEC-03)", async () => {
    const { entry, enter, harness, issue, register } = await world()
    await succeeded(register(issue("himitsu-hanako", { romanName: "HIMITSU HANAKO" })))
    const wrong = await enter("himitsu-hanako", "signature", "WrongSecret77")
    const malformed = await harness.post("/certificates/secret-entry", {
      ...(await entry("himitsu-hanako", "login", "Q7W8E9R0")),
      more: 1
    })
    const said = [...harness.lines, wrong.text, malformed.text].join("\n")
    for (const secret of ["himitsu", "HIMITSU", "WrongSecret77", "Q7W8E9R0", chosen.signature]) {
      assert.notInclude(said, secret)
    }
    await harness.close()
  })
})

const refusedPresentations = async (scene: World, refuses: ReturnType<typeof refusing>): Promise<void> => {
  const { issue, present, register } = scene
  await succeeded(register(issue("valid")))
  const revoking = async (verdict: Verdict) => ({ presentation: await present("valid", "login", verdict) })
  const path = "/certificates/revocation"
  await refuses("CertificateExpired", path, await revoking("expired"), device)
  await refuses("CertificateUntrusted", path, await revoking("untrusted"), device)
  await refuses("CertificateRevoked", path, await revoking("revoked"), device)
  await refuses("CertificateUnchecked", path, await revoking("unchecked"), device)
  await refuses("ChallengeInvalid", path, await revoking("challengeInvalid"), device)
  const unreadable = { ...(await present("valid", "login")), certificate: "no certificate" }
  await refuses("CertificateUnreadable", path, { presentation: unreadable }, device)
  await refuses("CertificateNotIssued", path, { presentation: await present("nobody", "login") }, device)
}

const refusedRegistrations = async (scene: World, refuses: ReturnType<typeof refusing>): Promise<void> => {
  const { authority, issue, present, register, registration } = scene
  const path = "/certificates"
  const first = await registration(issue("first", { consent: "notGiven", romanName: "TEST TARO" }))
  authority.isReachable = false
  await refuses("IssuerUnreachable", path, first, device)
  // For whoever shows no good certificate the authority is not even asked.
  const forged = { ...first, login: { ...first.login, presentation: await present("first", "login", "untrusted") } }
  await refuses("CertificateUntrusted", path, forged, device)
  authority.isReachable = true
  const malformed = { ...first, login: { ...first.login, secret: "12345" } }
  await refuses("PinFormatInvalid", path, malformed, device)
  await succeeded(register("first"))
  await refuses("CertificateAlreadyRegistered", path, await registration("first"), device)
  const renamed = await registration(issue("renamed", { after: "first", romanName: "TEST JIRO" }))
  await refuses("RomanNameMismatch", path, renamed, device)
  const earlier = await registration(issue("earlier", { after: "first", issuedAt: 1 }))
  await refuses("CertificateSuperseded", path, earlier, device)
}

const refusedSecrets = async (scene: World, refuses: ReturnType<typeof refusing>): Promise<void> => {
  const { entry, harness, issue, present, register } = scene
  await succeeded(register(issue("secretive")))
  const path = "/certificates/secret-entry"
  await refuses(
    "BiometricsNotAllowed",
    path,
    await entry("secretive", "signature", chosen.signature, "biometrics"),
    device
  )
  const setting = { presentation: await present("secretive", "login"), secret: "1111", biometrics: false }
  await refuses("FormerSecretMissing", "/certificates/secret", setting, device)
  await refuses("PinMismatch", path, await entry("secretive", "login", "0000"), device)
  await refuses("PinMismatch", path, await entry("secretive", "login", "0001"), device)
  await refuses("CredentialLocked", path, await entry("secretive", "login", "0002"), device)
  const procedure = { subject: "secretive", use: "login", procedure: "P-3" }
  await succeeded(harness.post("/certificates/unlock", procedure, operator))
  await refuses("CredentialSecretNotSet", path, await entry("secretive", "login", chosen.login), device)
}

const refusedLinks = async (scene: World, refuses: ReturnType<typeof refusing>): Promise<void> => {
  const { harness, issue, present, register } = scene
  const opened = await harness.post("/accounts", await harness.opening("owner"))
  const account = opened.json.id
  const login = { presentation: await present(issue("owner"), "login") }
  await succeeded(register("owner"))
  const { bearer: token = "" } = await succeeded(harness.post("/sessions/certificate", login, device))
  const procedure = { subject: "owner", use: "login", procedure: "P-4" }
  await refuses("UnlockRequiresIssuer", "/certificates/unlock", procedure, { key: token })
  const other = { presentation: await present("secretive", "signature") }
  await refuses("CertificateOfAnother", `/accounts/${account}/identity-verification`, other)
  const { person = "" } = await succeeded(register(issue("unmatched")))
  const link = { person, account, reference: "CASE-1" }
  await refuses("LinkRequiresOperator", "/certificates/link", link)
  await refuses(
    "AccountNotFound",
    "/certificates/link",
    { ...link, account: "acct_01ARZ3NDEKTSV4RRFFQ69G5FAV" },
    operator
  )
  await refuses(
    "CertificateNotMatched",
    "/sessions/certificate",
    { presentation: await present("valid", "login") },
    device
  )
  assert.deepEqual(await succeeded(harness.post("/certificates/link", link, operator)), { account })
  // What the account had before is superseded; the session of it has ended.
  assert.strictEqual((await harness.get(`/accounts/${account}/balances`, { key: token })).json.code, "SessionExpired")
  await refuses(
    "CertificateSuperseded",
    "/sessions/certificate",
    { presentation: await present("owner", "login") },
    device
  )
}

/** What only a device with a card meets, and what is looked at again before anybody is told. */
const ofTheDevice = [
  "CardUnsupported",
  "CardMoved",
  "CardWrongType",
  "CardReadTimedOut",
  "NfcUnavailable",
  "IssuerRefused"
]
const neverTold = ["CredentialSecretChanged"]

describe("every error of certificates", () => {
  it("is reached over HTTP with its rule, in Japanese and in English", async () => {
    const scene = await world()
    const reached: Reached = new Set()
    const refuses = refusing(scene.harness, reached)
    await refusedPresentations(scene, refuses)
    await refusedRegistrations(scene, refuses)
    await refusedSecrets(scene, refuses)
    await refusedLinks(scene, refuses)
    assert.includeMembers([...reached, ...ofTheDevice, ...neverTold], [...errorsOf("certificate")])
    await scene.harness.close()
  })
})
