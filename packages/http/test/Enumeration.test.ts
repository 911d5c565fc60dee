/**
 * What strangers can find out (SEC-01): status, headers and body are the same whoever an address belongs to, until ownership is proved.
 */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Harness, open, type Reply, testPolicy } from "./Harness.ts"
import {
  anyone,
  closed,
  code,
  form,
  holderOf,
  legacy,
  locked,
  opened,
  operator,
  password,
  type Person,
  shown,
  staffOf,
  stopped,
  suspended,
  tryLogin,
  withPassword
} from "./People.ts"

/** Ids, times and the id of the request are made anew for every answer; all else is compared as it is. */
const masked = (text: string): string =>
  text
    .replace(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, "ULID")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00/g, "TIME")
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "REQUEST")

/** All that an answer says: its status, every header, and its body. */
const whole = ({ headers, status, text }: Reply): string =>
  masked([status, ...[...headers].map(([name, value]) => `${name}: ${value}`), text].join("\n"))

describe("strangers", () => {
  let harness: Harness
  /** Somebody in every state that an account can be in, and somebody whom nobody knows. */
  let people: Readonly<Record<string, Person>>
  beforeAll(async () => {
    harness = open()
    await harness.adopt(testPolicy)
    const active = await holderOf(harness, "active1")
    const [lockedOne, stoppedOne, suspendedOne, closedOne] = [
      await holderOf(harness, "locked2"),
      await holderOf(harness, "stopped3"),
      await holderOf(harness, "suspended4"),
      await holderOf(harness, "closed5")
    ]
    await locked(harness, lockedOne)
    await stopped(harness, stoppedOne)
    await suspended(harness, suspendedOne)
    await closed(harness, closedOne)
    const [legacyOne, legacyStopped, legacyLocked] = [
      await legacy(harness, "legacy6"),
      await legacy(harness, "legacy7"),
      await legacy(harness, "legacy8")
    ]
    await stopped(harness, legacyStopped)
    await locked(harness, legacyLocked)
    people = {
      unknown: { name: "unknown9", account: "", email: "unknown9@example.com", phone: "09099999999" },
      active,
      withoutPassword: await opened(harness, "bare10"),
      locked: lockedOne,
      stopped: stoppedOne,
      suspended: suspendedOne,
      closed: closedOne,
      legacy: legacyOne,
      legacyStopped,
      legacyLocked
    }
  })
  afterAll(() => harness.close())

  /** Everyone is answered as the person whom nobody knows is. */
  const alike = async (ask: (person: Person) => Promise<Reply>, status: number): Promise<void> => {
    const { unknown, ...known } = people
    assert.isDefined(unknown)
    if (unknown === undefined) return
    const expected = await ask(unknown)
    assert.strictEqual(expected.status, status, expected.text)
    for (const [state, person] of Object.entries(known)) {
      assert.strictEqual(whole(await ask(person)), whole(expected), state)
    }
  }

  it("who type a wrong password are not told whose account it is", () =>
    alike(({ email }) => tryLogin(harness, email, "Nope2026nope"), 401))

  it("who ask for a code to set a password are not told whose address it is", () =>
    alike(({ email }) => harness.post("/password-codes", { email }, anyone), 201))

  it("who have such a code and do not receive it learn nothing by reading or trying it", async () => {
    const ask = async ({ email }: Person) => (await harness.post("/password-codes", { email }, anyone)).json.id
    await alike(async (person) => harness.get(`/codes/${await ask(person)}`, anyone), 200)
    await alike(async (person) => {
      const otp = await ask(person)
      const right = await harness.read(otp)
      const wrong = right === "000000" ? "000001" : "000000"
      return harness.post(`/codes/${otp}/confirmation`, { code: wrong }, anyone)
    }, 422)
    await alike(async (person) => {
      const otp = await ask(person)
      return harness.post("/passwords", { email: person.email, otp, password }, anyone)
    }, 422)
  })

  it("who ask for codes to prove a contact are not told whether somebody has it", async () => {
    await alike(({ email }) => harness.post("/contact-codes", { email }, anyone), 201)
    await alike(({ phone }) => harness.post("/contact-codes", { phone }, anyone), 201)
  })

  it("who apply with contacts that they did not prove are not told whether these are taken", () =>
    alike(async ({ email, name, phone }) => {
      const request = { presentation: shown(`new ${name}`, "applies"), email, phone, kanaName: "テスト　タロウ" }
      const otp = "otp_01ARZ3NDEKTSV4RRFFQ69G5FAV"
      return harness.post("/accounts", { ...request, emailOtp: otp, phoneOtp: otp }, anyone)
    }, 422))

  it("who type a wrong password to migrate are not told whether there is a legacy account", async () => {
    await alike(({ email }) => harness.post("/migration-codes", { email, password: "Nope2026nope" }, anyone), 401)
    const otp = "otp_01ARZ3NDEKTSV4RRFFQ69G5FAV"
    await alike(({ email, name }) => {
      const presentation = shown(`migrant ${name}`, "migrates")
      return harness.post("/migrations", { presentation, email, password: "Nope2026nope", otp }, anyone)
    }, 404)
  })

  it("who type a right password get in or are told nothing else than who types a wrong one", async () => {
    const { locked: one, stopped: other, suspended: third } = people
    const wrong = whole(await tryLogin(harness, "unknown9@example.com"))
    for (const person of [one, other]) assert.strictEqual(whole(await tryLogin(harness, person?.email ?? "")), wrong)
    assert.strictEqual((await tryLogin(harness, third?.email ?? "")).json.scope, "resume")
  })

  it("who try login IDs of staff are not told which there are", async () => {
    const one = await staffOf(harness, "known.one", "support")
    const two = await staffOf(harness, "known.two", "support")
    const three = await staffOf(harness, "known.three", "support")
    await harness.post("/staff", { loginId: "known.four", name: "四", roles: ["support"] }, operator)
    await harness.post(`/staff/${two.staff}/end`, {}, operator)
    const attempt = (loginId: string, typed: string) =>
      harness.post("/staff/sessions", { loginId, password: typed }, anyone)
    for (let n = 0; n < 5; n++) await attempt(three.loginId, "wrong")
    const expected = whole(await attempt("nobody.knows", password))
    assert.match(expected, /^401\n/)
    assert.strictEqual(whole(await attempt(one.loginId, "Nope2026nope")), expected)
    for (const loginId of [two.loginId, three.loginId, "known.four"]) {
      assert.strictEqual(whole(await attempt(loginId, password)), expected, loginId)
    }
    const token = (staff: string) =>
      harness.post("/staff/passwords", { token: `${staff}.${"x".repeat(43)}`, password: "short" }, anyone)
    const nobody = whole(await token("staff_01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    for (const { staff } of [one, two]) assert.strictEqual(whole(await token(staff)), nobody)
  })

  it("who proved to have a contact are told that somebody has it: the comparison sees a difference", async () => {
    const taken = await opened(harness, "taken11")
    const free = await harness.opening("free12")
    const proved = await harness.opening("free13", { email: taken.email })
    const [one, other] = [
      await harness.post("/accounts", free, anyone),
      await harness.post("/accounts", proved, anyone)
    ]
    assert.strictEqual(other.json.code, "EmailTaken")
    assert.notStrictEqual(whole(one), whole(other))
    const person = await opened(harness, "self14")
    await withPassword(harness, person)
    assert.isString((await form(harness, person, "suspend")).otp)
    assert.isString(await code(harness, person, "emailChange"))
  })
})
