/**
 * Tokens over HTTP: the life of a token between a service and a phone, and every error of the catalogue that the server tells.
 */
import { codes } from "@kinchaku/testkit/simulators/TestCodes"
import { bytes, signed } from "@kinchaku/testkit/simulators/PhoneKeeping"
import { tokenErrorCodes } from "@kinchaku/domain/token/TokenError"
import { errorText } from "@kinchaku/domain/token/TokenErrorTexts"
import type { TokenId } from "@kinchaku/domain/token/Token"
import { compat } from "@kinchaku/domain/policy/Policy"
import { Layer } from "effect"
import { assert, describe, it } from "vitest"
import { keys, open } from "./Harness.ts"
import { errorsOf, fresh, type Reached, refusing, succeeded, travelling } from "./Scene.ts"

const day = 86_400_000
const operator = { key: keys.operator }
const phone = { key: null }
const service = {
  id: "BANK01",
  name: "テスト銀行",
  downloadUrl: "https://example.com/app",
  confirmsTransactions: true,
  open: true
}
const applicant = { user: "user-1", email: "user-1@example.com", language: "ja", startPassword: "start-password-1" }

interface Kept {
  readonly token: TokenId
  readonly seed: string
}

/** A world with a service and a phone whose requests are signed as the app does. */
const world = async () => {
  const clock = travelling()
  const harness = open({ ports: (ports) => Layer.merge(ports, clock.layer) })
  await harness.adopt(compat)
  await succeeded(harness.post("/token-services", service, operator))
  const at = (path: string) => `/token-services/${service.id}/${path}`
  const apply = (user = applicant.user) =>
    succeeded(harness.post(at("applications"), { ...applicant, user, email: `${user}@example.com` }))
  const enrolment = (rest: object = {}) => ({
    device: "device".padEnd(22, "0"),
    service: service.id,
    user: applicant.user,
    startPassword: applicant.startPassword,
    agreed: true,
    clock: clock.now(),
    ...rest
  })
  const enrol = async (rest: object = {}): Promise<Kept> => {
    const { seed = "", token } = await succeeded(
      harness.post("/tokens", enrolment(rest), { ...phone, idempotencyKey: fresh() })
    )
    return { token: token as TokenId, seed }
  }
  /** A signed request of a phone: its body, and its request ID as the key. */
  const asking = (method: string, kept: Kept, ...fields: ReadonlyArray<string | number>) => {
    const { proof, request } = signed(codes, method, kept, fresh(), ...fields)
    return { body: { proof }, call: { ...phone, idempotencyKey: request } }
  }
  const say = async (path: string, method: string, kept: Kept) => {
    const { body, call } = asking(method, kept)
    return succeeded(harness.post(`/tokens/${kept.token}/${path}`, body, call))
  }
  const setUp = async (user = applicant.user): Promise<Kept> => {
    await apply(user)
    const kept = await enrol({ user })
    await say("set-up", "completeSetUp", kept)
    return kept
  }
  const codeNow = ({ seed }: Kept) => codes.code(bytes(seed), Math.floor(clock.now() / 60_000))
  return { harness, clock, at, apply, enrolment, enrol, asking, say, setUp, codeNow }
}
type World = Awaited<ReturnType<typeof world>>

/** Expects a code of the manual, in both languages. */
const failing = ({ harness }: World, reached: Reached, told: Set<string>) => {
  const refuses = refusing(harness, reached)
  return async (code: (typeof tokenErrorCodes)[number], path: string, body: unknown, call: object) => {
    const idempotencyKey = fresh()
    const given = { idempotencyKey, ...call }
    const document: Readonly<Record<string, unknown>> = { ...(await refuses("TokenError", path, body, given)) }
    assert.strictEqual(document["tokenCode"], code)
    assert.strictEqual(document["detail"], `${code}: ${errorText(code).ja}`)
    const english = await harness.post(path, body, { ...given, headers: { "accept-language": "en" } })
    assert.strictEqual(english.json.detail, `${code}: ${errorText(code).en}`)
    assert.deepStrictEqual(english.json.rule, ["TOK-22"])
    told.add(code)
  }
}

/** The codes that only an app finds, or that stand for the network (TOK-22). */
const ofThePhone = new Set(tokenErrorCodes.filter((code) => code.startsWith("A") && code !== "A999" && code !== "A300"))

describe("tokens", () => {
  it("are set up, show codes that are accepted once, are renewed, and confirm transactions (TOK-03, TOK-15, TOK-19)", async () => {
    const scene = await world()
    const { asking, at, codeNow, harness, say, setUp } = scene
    const kept = await setUp()
    const presented = { user: applicant.user, code: codeNow(kept) }
    assert.deepEqual(await succeeded(harness.post(at("code-verifications"), presented)), { accepted: true } as never)
    assert.strictEqual((await harness.post(at("code-verifications"), presented)).json.code, "TokenCodeRejected")

    await succeeded(harness.post(at("transaction-authentication"), { user: applicant.user }))
    await say("transaction-authentication", "accept", kept)
    const asked = { user: applicant.user, payee: "テスト商店", amount: 12_000 }
    const { id = "" } = await succeeded(harness.post(at("transactions"), asked))
    const waiting = await say("pending", "pending", kept)
    assert.deepEqual(waiting["transaction"] as never, { id, payee: asked.payee, amount: asked.amount })
    const { body, call } = asking("answer", kept, id, asked.payee, asked.amount, "confirmed")
    const answer = { ...body, payee: asked.payee, amount: asked.amount, answer: "confirmed" }
    const answered = await succeeded(harness.post(`/tokens/${kept.token}/transactions/${id}/answer`, answer, call))
    assert.strictEqual(answered["state"], "confirmed")
    assert.strictEqual((await succeeded(harness.get(at(`transactions/${id}`))))["state"], "confirmed")

    scene.clock.forward(1700 * day)
    const renewal = asking("renew", kept)
    const { seed = "" } = await succeeded(harness.post(`/tokens/${kept.token}/renewal`, renewal.body, renewal.call))
    assert.notStrictEqual(seed, kept.seed)
    const next = { token: kept.token, seed }
    await say("renewal-completion", "finishRenewal", next)
    const code = { user: applicant.user, code: codeNow(next) }
    await succeeded(harness.post(at("code-verifications"), code))
    await harness.close()
  })

  it("answer a repeated enrolment with the same seed (TOK-23)", async () => {
    const { apply, enrolment, harness } = await world()
    await apply()
    const call = { ...phone, idempotencyKey: fresh() }
    const body = enrolment()
    const [first, again] = [await harness.post("/tokens", body, call), await harness.post("/tokens", body, call)]
    assert.strictEqual(first.status, 201)
    assert.strictEqual(again.text, first.text)
    await harness.close()
  })

  it("need a request ID of 22 characters as the key, agreement, and no field beside (TOK-03, TOK-23)", async () => {
    const { apply, enrolment, harness } = await world()
    await apply()
    const short = await harness.post("/tokens", enrolment(), { ...phone, idempotencyKey: "short" })
    assert.strictEqual(short.json.code, "ValidationFailed")
    assert.deepStrictEqual([short.json.issues[0]?.in, short.json.issues[0]?.path], ["header", "idempotency-key"])
    for (const wrong of [{ agreed: false }, { clock: "now" }, { device: "d" }, { more: 1 }]) {
      const reply = await harness.post("/tokens", enrolment(wrong), { ...phone, idempotencyKey: fresh() })
      assert.strictEqual(reply.json.code, "ValidationFailed")
    }
    await harness.close()
  })

  it("tell a guesser the same of users that are there and of others (SEC-01)", async () => {
    const { apply, enrolment, harness } = await world()
    await apply()
    const guess = async (user: string) => {
      const body = enrolment({ user, startPassword: "wrong-password" })
      const call = { ...phone, idempotencyKey: fresh(), headers: { "x-request-id": "same-request-id" } }
      const { headers, status, text } = await harness.post("/tokens", body, call)
      return { status, text, headers: [...headers] }
    }
    for (let n = 0; n < 6; n++) assert.deepStrictEqual(await guess(applicant.user), await guess("nobody"))
    await harness.close()
  })
})

const refusedSetUps = async (scene: World, fails: ReturnType<typeof failing>): Promise<void> => {
  const { apply, at, clock, enrol, enrolment, harness } = scene
  const enrolling = (rest: object) => ["/tokens", enrolment(rest), phone] as const
  await fails("S0A1", ...enrolling({ service: "NOSUCH" }))
  const closed = { ...service, id: "CLOSED", open: false }
  await succeeded(harness.post("/token-services", closed, operator))
  await fails("S0B1", ...enrolling({ service: closed.id }))
  await fails("S0G1", ...enrolling({ user: "利用者" }))
  await fails("S0F1", ...enrolling({ clock: clock.now() + 11 * 60_000 }))
  await fails("S0C1", ...enrolling({ user: "nobody" }))
  await apply("locked")
  const wrong = { user: "locked", startPassword: "wrong-password" }
  for (let n = 0; n < 4; n++) await fails("S0C1", ...enrolling(wrong))
  await fails("S0C4", ...enrolling(wrong))
  await fails("S0C4", ...enrolling({ user: "locked" }))
  await apply("suspended")
  await succeeded(harness.post(at("suspensions"), { user: "suspended", suspended: true }))
  await fails("S0B5", ...enrolling({ user: "suspended" }))
  await apply()
  const kept = await enrol()
  await fails("S3B3", `/tokens/${kept.token}/renewal`, ...signing(scene, "renew", kept))
  await scene.say("set-up", "completeSetUp", kept)
  await fails("S0B4", ...enrolling({}))
}

const signing = ({ asking }: World, method: string, kept: Kept, ...fields: ReadonlyArray<string | number>) => {
  const { body, call } = asking(method, kept, ...fields)
  return [body, call] as const
}

const refusedRenewals = async (scene: World, fails: ReturnType<typeof failing>): Promise<void> => {
  const { at, clock, harness, say, setUp } = scene
  const kept = await setUp("renewing")
  const path = `/tokens/${kept.token}/renewal`
  await fails("S3E4", path, ...signing(scene, "renew", kept))
  await fails("A999", path, ...signing(scene, "another", kept))
  const suspend = (suspended: boolean) => succeeded(harness.post(at("suspensions"), { user: "renewing", suspended }))
  await suspend(true)
  await fails("S3B5", path, ...signing(scene, "renew", kept))
  await suspend(false)
  await succeeded(harness.post(at("transaction-authentication"), { user: "renewing" }))
  await fails("S3D3", path, ...signing(scene, "renew", kept))
  await say("transaction-authentication", "accept", kept)
  const asked = { user: "renewing", payee: "商店", amount: 100 }
  const { id = "" } = await succeeded(harness.post(at("transactions"), asked))
  await fails("S3D4", path, ...signing(scene, "renew", kept))
  await succeeded(harness.post(at(`transactions/${id}/withdrawal`), {}))
  clock.forward(1700 * day)
  const renewal = scene.asking("renew", kept)
  await succeeded(harness.post(path, renewal.body, renewal.call))
  const [proof, call] = signing(scene, "answer", kept, id, "商店", 100, "confirmed")
  const answer = { ...proof, payee: "商店", amount: 100, answer: "confirmed" }
  await fails("A300", `/tokens/${kept.token}/transactions/${id}/answer`, answer, call)
  clock.forward(200 * day)
  const [correction, correcting] = signing(scene, "correct", kept, 1000)
  await fails("S4E3", `/tokens/${kept.token}/correction`, { ...correction, clock: 1000 }, correcting)
}

const refusedTransactions = async (scene: World, refuses: ReturnType<typeof refusing>): Promise<void> => {
  const { at, harness, say, setUp } = scene
  const user = "confirming"
  const asked = { user, payee: "商店", amount: 100 }
  await refuses("TokenServiceNotFound", "/token-services/NOSUCH/transactions", asked)
  const silent = { ...service, id: "SILENT", confirmsTransactions: false }
  await succeeded(harness.post("/token-services", silent, operator))
  await refuses("ConfirmationNotOffered", "/token-services/SILENT/transactions", asked)
  await refuses("TokenNotReady", at("transactions"), asked)
  await refuses("TokenUserNotFound", at("suspensions"), { user: "nobody", suspended: true })
  await refuses("TokenUserNotFound", at("reissues"), { ...applicant, user: "nobody" })
  await refuses("TokenCodeRejected", at("code-verifications"), { user: "nobody", code: "000000" })
  const kept = await setUp(user)
  await succeeded(harness.post(at("transaction-authentication"), { user }))
  await say("transaction-authentication", "accept", kept)
  const { id = "" } = await succeeded(harness.post(at("transactions"), asked))
  const [proof, call] = signing(scene, "answer", kept, id, "商店", 101, "confirmed")
  const path = `/tokens/${kept.token}/transactions/${id}/answer`
  await refuses("TransactionDiffers", path, { ...proof, payee: "商店", amount: 101, answer: "confirmed" }, call)
  await refuses("TransactionNotFound", `/token-services/SILENT/transactions/${id}`)
  await succeeded(harness.post(at(`transactions/${id}/withdrawal`), {}))
  await refuses("TransactionSettled", at(`transactions/${id}/withdrawal`), {})
}

describe("every error of tokens", () => {
  it("is reached over HTTP with its rule, in Japanese and in English (TOK-22)", async () => {
    const scene = await world()
    const reached: Reached = new Set()
    const told = new Set<string>()
    const fails = failing(scene, reached, told)
    await refusedSetUps(scene, fails)
    await refusedRenewals(scene, fails)
    await refusedTransactions(scene, refusing(scene.harness, reached))
    assert.sameMembers([...told, ...ofThePhone], [...tokenErrorCodes])
    // What a holder does not agree to, and what an app has no room for, never leaves the phone.
    const apps = ["TermsNotAgreed", "TokensFull", "LockCodeRefused"]
    assert.sameMembers([...reached, ...apps], [...errorsOf("token")])
    await scene.harness.close()
  })

  it("never shows a seed, a password or a user ID", async () => {
    const { enrolment, harness, setUp } = await world()
    const kept = await setUp()
    const refused = await harness.post("/tokens", enrolment(), { ...phone, idempotencyKey: fresh() })
    const said = [...harness.lines, refused.text].join("\n")
    for (const secret of [kept.seed, applicant.startPassword, applicant.user]) assert.notInclude(said, secret)
    await harness.close()
  })
})
