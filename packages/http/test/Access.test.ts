/**
 * Who gets in, as what, and what is seen from there: holders, staff, and everyone.
 */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { compat } from "@kinchaku/domain/policy/Policy"
import { Effect, Layer } from "effect"
import { routes } from "../src/Routes.ts"
import { type Call, type Harness, holder, includes, keys, open, slip, testPolicy } from "./Harness.ts"
import {
  anyone,
  code,
  form,
  holderOf,
  loggedIn,
  opened,
  operator,
  password,
  staffOf,
  suspended,
  tryLogin,
  withPassword
} from "./People.ts"
import { travelling } from "./Scene.ts"

const nobody = "acct_01ARZ3NDEKTSV4RRFFQ69G5FAV"
const otpOf = "otp_01ARZ3NDEKTSV4RRFFQ69G5FAV"

const staffRegistration = (mark: string) => ({ loginId: `${mark} `, name: `${mark}\n`, roles: [mark], reference: mark })

describe("holders", () => {
  let harness: Harness
  beforeAll(async () => {
    harness = open()
    await harness.adopt(testPolicy)
  })
  afterAll(() => harness.close())

  it("read the own account and pay from it, with codes that are bound to what they do (ACC-33, OTP-04, OTP-08)", async () => {
    await holder(harness)
    const { account, email, phone, session } = await holderOf(harness, "owner1")
    const { json: profile } = await harness.get(`/accounts/${account}`, session)
    assert.deepStrictEqual<unknown>(profile, {
      account,
      state: "active",
      kind: "cash",
      origin: "certificate",
      email,
      phone
    })
    const path = `/accounts/${account}`
    const number = "7000100"
    const linked = await harness.post(
      `${path}/bank-links`,
      { bank: "9999", branch: "001", kind: "ordinary", number },
      session
    )
    assert.strictEqual(linked.status, 201)
    const started = await harness.post(`${path}/bank-links/${linked.json.id}/procedures`, { quotedFee: 0 }, session)
    assert.strictEqual(started.status, 201)
    await harness.dispatch()
    await harness.adopt({ ...compat, banks: testPolicy.banks })
    const link = linked.json.id
    const request = { link, amount: 5000, quotedFee: 0 }
    const uncoded = await harness.post(`${path}/top-ups`, request, session)
    assert.strictEqual(uncoded.json.code, "OtpRequired")
    await harness.adopt(testPolicy)
    const otp = await code(harness, { account }, "topUp", { operation: `topUp ${link} 5000` }, session)
    await harness.adopt({ ...compat, banks: testPolicy.banks })
    const other = await harness.post(`${path}/top-ups`, { ...request, amount: 5001, otp }, session)
    assert.strictEqual(other.json.code, "OtpNotFound")
    const asked = await harness.post(`${path}/top-ups`, { ...request, otp }, session)
    assert.strictEqual(asked.status, 202)
    await harness.dispatch()
    assert.strictEqual((await harness.get(`${path}/balances`, session)).json.cash, 5000)
    await harness.adopt(testPolicy)

    const barcode = slip("912345", 1200, "71")
    const { json: quote } = await harness.get(`/slips/${barcode}/quote`, session)
    assert.strictEqual((await harness.post(`${path}/payments`, { barcode, quote }, session)).status, 201)
    const { json } = await harness.get(`${path}/history`, session)
    assert.deepStrictEqual(
      json.lines.map(({ kind }) => kind),
      ["payment", "topUp"]
    )
  })

  it("are answered alike for another's account and for one that is not there, whatever they ask (SEC-10)", async () => {
    const { session } = await holderOf(harness, "curious2")
    const { account: other } = await opened(harness, "other22")
    const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    const ids: Readonly<Record<string, string>> = {
      link: `link_${ulid}`,
      topUp: `top_${ulid}`,
      payment: `pay_${ulid}`,
      payout: `out_${ulid}`,
      barcode: slip("912345", 1, "1")
    }
    const bodies: Readonly<Record<string, object>> = {
      "/accounts/:account/codes": { purpose: "suspend" },
      "/accounts/:account/phone": { phone: "09055556666", otp: otpOf },
      "/accounts/:account/email": { email: "x@example.com", otp: otpOf },
      "/accounts/:account/suspension": { email: "x@example.com", password, otp: otpOf },
      "/accounts/:account/resumption": { email: "x@example.com", password, otp: otpOf },
      "/accounts/:account/closing": {},
      "/accounts/:account/bank-links": { bank: "9999", branch: "001", kind: "ordinary", number: "1000000" },
      "/accounts/:account/bank-links/:link/procedures": { quotedFee: 0 },
      "/accounts/:account/bank-links/:link/removal": {},
      "/accounts/:account/exact-top-up": { link: null },
      "/accounts/:account/payout-account": { link: `link_${ulid}` },
      "/accounts/:account/top-ups": { link: `link_${ulid}`, amount: 1, quotedFee: 0 },
      "/accounts/:account/deposit-top-ups": { way: "atm", amount: 1, quotedFee: 0 },
      "/accounts/:account/payouts": { amount: 1, quotedFee: 220 },
      "/accounts/:account/payments": { barcode: "1", quote: { payee: "x", amount: 1, fee: 0 } },
      "/accounts/:account/identity-verification": { presentation: { certificate: "x", challenge: "x", signature: "x" } }
    }
    const own = routes.filter(({ callers, path }) => callers.includes("holder") && path.includes(":account"))
    assert.isAtLeast(own.length, 28)
    const queries: Readonly<Record<string, string>> = {
      "/accounts/:account/top-up-quote": `?link=link_${ulid}&amount=1`,
      "/accounts/:account/payout-quote": "?amount=1"
    }
    for (const route of own) {
      const ask = (account: string) => {
        const query = queries[route.path] ?? ""
        const of = route.path.replace("deposit-top-ups/:topUp", `deposit-top-ups/dep_${ulid}`)
        const path = of.replace(":account", account).replace(/:(\w+)/g, (_, name: string) => ids[name] ?? "")
        return route.method === "get"
          ? harness.get(`${path}${query}`, session)
          : harness.post(path, bodies[route.path], session)
      }
      const [theirs, nobodys] = [await ask(other), await ask(nobody)]
      assert.strictEqual(theirs.json.code, "AccountNotFound", route.path)
      const masked = ({ json, status, text }: typeof theirs) =>
        `${status} ${text.replaceAll(json.requestId, "").replaceAll(json.account, "")}`
      assert.strictEqual(masked(theirs), masked(nobodys), route.path)
    }
  })

  it("may call nothing that is an operator's, and nobody else's key or token lets them in", async () => {
    const { account, session } = await holderOf(harness, "plain3")
    assert.strictEqual((await harness.get("/notices", session)).json.code, "Forbidden")
    const stop = { reference: "case-1", reason: "other" }
    assert.strictEqual((await harness.post(`/office/accounts/${account}/stop`, stop, session)).json.code, "Forbidden")
    const tokens = [`${account}.${"x".repeat(43)}`, `${session.key}x`, `${nobody}.${"x".repeat(43)}`, account]
    for (const key of tokens) {
      const { headers, json, status } = await harness.get(`/accounts/${account}`, { key })
      assert.strictEqual(status, 401)
      assert.strictEqual(json.code, "SessionExpired")
      assert.include(headers.get("www-authenticate"), "Bearer")
    }
    assert.strictEqual((await harness.get(`/accounts/${account}`, anyone)).json.code, "Unauthorized")
    const inQuery = await harness.get(`/accounts/${account}?token=${session.key}`, session)
    assert.strictEqual(inQuery.json.code, "ValidationFailed")
  })

  it("have one session, which ends when they log out or log in elsewhere (SES-02)", async () => {
    const person = await holderOf(harness, "twice4")
    const second = await loggedIn(harness, person)
    assert.strictEqual((await harness.get("/session", person.session)).json.code, "SessionExpired")
    const { json } = await harness.get("/session", second)
    includes(json, { account: person.account, scope: "full" })
    const ended = await harness.post("/sessions/end", {}, second)
    assert.strictEqual(ended.json.session, json.session)
    for (const reply of [await harness.get("/session", second), await harness.post("/sessions/end", {}, second)]) {
      assert.strictEqual(reply.json.code, "SessionExpired")
    }
    assert.strictEqual((await harness.get("/session")).json.code, "Forbidden")
  })

  it("of a suspended account can do nothing but resume it (ACC-18, ACC-21, SES-03)", async () => {
    const person = await holderOf(harness, "paused5")
    assert.strictEqual((await suspended(harness, person)).state, "suspended")
    assert.strictEqual((await harness.get("/session", person.session)).json.code, "SessionExpired")
    const login = await tryLogin(harness, person.email)
    includes(login.json, { scope: "resume" })
    const session: Call = { key: login.json.bearer }
    for (const path of ["", "/balances", "/history"]) {
      const reply = await harness.get(`/accounts/${person.account}${path}`, session)
      assert.strictEqual(reply.json.code, "AccountSuspended")
    }
    const other = await harness.post(`/accounts/${person.account}/codes`, { purpose: "emailChange" }, session)
    assert.strictEqual(other.json.code, "AccountSuspended")
    const path = `/accounts/${person.account}/resumption`
    const resumed = await harness.post(path, await form(harness, person, "resume", session), session)
    assert.strictEqual(resumed.json.state, "active")
    assert.strictEqual((await tryLogin(harness, person.email)).json.scope, "full")
  })

  it("keep their tokens and passwords out of every log line and every problem (SEC-02)", async () => {
    const own = open()
    await own.adopt(testPolicy)
    const { account, email, session } = await holderOf(own, "quiet6")
    const replies = [
      await own.get("/notices", session),
      await own.get(`/accounts/${nobody}`, session),
      await own.post(`/accounts/${account}/closing`, { token: session.key }, session),
      await tryLogin(own, email, "Himitsu2026no9"),
      await own.get(`/accounts/${account}`, { key: `${session.key}1` })
    ]
    await own.close()
    for (const { status } of replies) assert.isAtLeast(status, 400)
    const said = [...own.lines, ...replies.map(({ headers, text }) => text + JSON.stringify([...headers]))].join("\n")
    assert.include(said, '"caller":"holder"')
    const [, token = ""] = (session.key ?? "").split(".")
    assert.strictEqual(token.length, 43)
    for (const secret of [token, password, "Himitsu2026no9", email]) assert.notInclude(said, secret)
  })
})

describe("sessions", () => {
  it("end after ten minutes without activity, and not before (SES-01)", async () => {
    const clock = travelling()
    const harness = open({ ports: (ports) => Layer.merge(ports, clock.layer) })
    await harness.adopt(testPolicy)
    const { account, session } = await holderOf(harness, "idle1")
    for (let n = 0; n < 3; n++) {
      clock.forward(9 * 60_000)
      assert.strictEqual((await harness.get(`/accounts/${account}/balances`, session)).status, 200)
    }
    clock.forward(10 * 60_000 + 1000)
    assert.strictEqual((await harness.get(`/accounts/${account}/balances`, session)).json.code, "SessionExpired")
    await harness.close()
  })
})

describe("staff", () => {
  let harness: Harness
  beforeAll(async () => {
    harness = open()
    await harness.adopt(testPolicy)
  })
  afterAll(() => harness.close())

  it("does what its roles allow and nothing else (SEC-10)", async () => {
    const { account } = await opened(harness, "kept1")
    const support = await staffOf(harness, "support.one", "support")
    const finance = await staffOf(harness, "finance.one", "finance")
    const admin = await staffOf(harness, "admin.one", "admin")
    const biller = { code: "111111", name: "水道", confirmation: "none", active: true }
    const stop = { reference: "case-7", reason: "other" }
    const new1 = { loginId: "somebody.new", name: "新人", roles: ["support"] }
    const deeds: Readonly<Record<string, (session: Call) => Promise<number>>> = {
      support: async (session) => (await harness.get(`/accounts/${account}`, session)).status,
      stop: async (session) => (await harness.post(`/office/accounts/${account}/stop`, stop, session)).status,
      finance: async (session) => (await harness.post("/billers", biller, session)).status,
      admin: async (session) => (await harness.post("/staff", new1, session)).status,
      money: async (session) => (await harness.post(`/accounts/${account}/closing`, {}, session)).status
    }
    const of = async ({ session }: { readonly session: Call }) =>
      Promise.all(Object.values(deeds).map((deed) => deed(session)))
    assert.deepStrictEqual(await of(finance), [403, 403, 200, 403, 403])
    assert.deepStrictEqual(await of(admin), [403, 403, 403, 201, 403])
    assert.deepStrictEqual(await of(support), [200, 200, 403, 403, 403])
  })

  it("is recorded as who acts, and so are holders and strangers, whose keys are keys of their own (SEC-11, LED-08)", async () => {
    const person = await holderOf(harness, "recorded1")
    const support = await staffOf(harness, "support.three", "support")
    const same = { idempotencyKey: "one key for everyone" }
    const ask = { purpose: "emailChange" }
    const stop = { reference: "case-8", reason: "other" }
    const asked = await harness.post(`/accounts/${person.account}/codes`, ask, { ...person.session, ...same })
    assert.strictEqual(asked.status, 201)
    const path = `/office/accounts/${person.account}/stop`
    assert.strictEqual((await harness.post(path, stop, { ...support.session, ...same })).status, 200)
    const recorded = await harness.runtime.runPromise(Effect.flatMap(Journal, (journal) => journal.page(0, 10_000)))
    const actors = recorded.filter(({ key }) => key === same.idempotencyKey).map(({ actor, tag }) => `${tag} ${actor}`)
    assert.deepStrictEqual(actors, [`IssueOtp holder:${person.account}`, `StopAccount operator:${support.staff}`])
    const logins = recorded.filter(({ tag }) => tag === "LoginWithPassword").map(({ actor }) => actor)
    assert.isAbove(logins.length, 0)
    assert.deepStrictEqual(new Set(logins), new Set(["host:public"]))
  })

  it("is ended, reset and unlocked by an admin, which ends its session (SES-03)", async () => {
    const admin = await staffOf(harness, "admin.two", "admin")
    const one = await staffOf(harness, "worker.two", "support")
    assert.strictEqual((await harness.get("/session", one.session)).json.staff as unknown, one.staff)
    const reset = await harness.post(`/staff/${one.staff}/reset`, {}, admin.session)
    assert.strictEqual(reset.json.staff.state, "firstLogin")
    assert.strictEqual((await harness.get("/session", one.session)).json.code, "SessionExpired")
    const again = { token: reset.json.settingToken, password: "Another2026word" }
    assert.strictEqual((await harness.post("/staff/passwords", again, anyone)).json.state, "active")
    for (let n = 0; n < 5; n++) {
      await harness.post("/staff/sessions", { loginId: one.loginId, password: "wrong" }, anyone)
    }
    const login = () => harness.post("/staff/sessions", { loginId: one.loginId, password: again.password }, anyone)
    assert.strictEqual((await login()).json.code, "LoginFailed")
    assert.strictEqual((await harness.post(`/staff/${one.staff}/unlock`, {}, admin.session)).json.state, "active")
    const { json } = await login()
    assert.strictEqual((await harness.post(`/staff/${one.staff}/end`, {}, operator)).json.state, "ended")
    assert.strictEqual((await harness.get("/session", { key: json.bearer })).json.code, "SessionExpired")
  })
})

describe("a login that is repeated with its key", () => {
  it("answers its first answer, and to nobody who types another password (LED-08, LCK-01)", async () => {
    const harness = open()
    await harness.adopt(testPolicy)
    const { email } = await holderOf(harness, "again1")
    const attempt = (typed: string) =>
      harness.post("/sessions/password", { email, password: typed }, { ...anyone, idempotencyKey: "one login" })
    const first = await attempt(password)
    assert.strictEqual((await attempt(password)).text, first.text)
    for (let n = 0; n < 5; n++) assert.strictEqual((await attempt(`Other2026no${n}`)).json.code, "LoginFailed")
    assert.strictEqual((await harness.get("/session", { key: first.json.bearer })).json.code, "SessionExpired")
    assert.strictEqual((await tryLogin(harness, email)).json.code, "LoginFailed")
    await harness.close()
  })
})

describe("requests that are not valid", () => {
  it("are told where and what was expected, and never what was sent (SEC-02, SEC-03)", async () => {
    const harness = open()
    const mark = "canary-9f3b"
    const long = mark.repeat(60)
    const presentation = { certificate: mark, challenge: mark.repeat(900), signature: 7 }
    const requests: ReadonlyArray<readonly [string, object]> = [
      ["/sessions/password", { email: "a@example.com", password: long }],
      ["/sessions/password", { email: `${mark} `, password: 1, device: mark }],
      ["/sessions/certificate", { presentation }],
      ["/contact-codes", { phone: mark }],
      ["/contact-codes", { email: `${mark}@` }],
      ["/contact-codes", { phone: "09011112222", email: `${mark}@example.com` }],
      ["/contact-codes", {}],
      ["/password-codes", { email: long }],
      [`/codes/${otpOf}/confirmation`, { code: long }],
      ["/passwords", { email: "a@example.com", otp: mark, password: long }],
      ["/migrations", { presentation, email: mark, password: long, otp: mark }],
      ["/staff/sessions", { loginId: long, password: long }],
      ["/staff/passwords", { token: long, password: long }]
    ]
    for (const [path, body] of requests) {
      const { json, text } = await harness.post(path, body, anyone)
      assert.strictEqual(json.code, "ValidationFailed", path)
      assert.isNotEmpty(json.issues)
      assert.notInclude(text, mark, path)
    }
    const office = { ...staffRegistration(mark), former: { openedAt: mark, cash: 0, money: 0 } }
    for (const path of ["/staff", "/office/legacy-accounts"]) {
      const { json, text } = await harness.post(path, office, operator)
      assert.strictEqual(json.code, "ValidationFailed")
      // The names of unknown fields are the caller's own text; their values are not repeated.
      assert.notInclude(text, mark, path)
    }
    assert.notInclude(harness.lines.join("\n"), mark)
    await harness.close()
  })
})

describe("simulated messages", () => {
  it("are shown by a development server to whoever has a key, and by no other server (SEC-13)", async () => {
    const path = "/development/messages"
    const real = open()
    assert.strictEqual((await real.get(path)).json.code, "RouteUnknown")
    await real.close()
    const development = open({ messages: Effect.succeed({ sms: [], mails: [] }) })
    assert.strictEqual((await development.get(path)).text, '{"sms":[],"mails":[]}')
    for (const key of [null, "no-key-of-the-tests", `${nobody}.${"x".repeat(43)}`]) {
      assert.strictEqual((await development.get(path, { key })).json.code, "Unauthorized")
    }
    await development.close()
  })
})

describe("API keys", () => {
  it("that two callers share are refused at start", () => {
    assert.throws(() => open({ keys: { ...keys, operator: keys.host } }), RangeError)
  })
})

describe("passwords", () => {
  it("are set with the code of the phone, and unlock what failures locked (ACC-31, LCK-06)", async () => {
    const harness = open()
    await harness.adopt(testPolicy)
    const person = await opened(harness, "unlocks1")
    await withPassword(harness, person)
    for (let n = 0; n < 5; n++) await tryLogin(harness, person.email, "wrong1word")
    assert.strictEqual((await tryLogin(harness, person.email)).status, 401)
    const set = await withPassword(harness, person, "Shinpin2026no2")
    assert.deepStrictEqual<unknown>(set, { account: person.account, unlocked: true })
    assert.strictEqual((await tryLogin(harness, person.email, "Shinpin2026no2")).status, 201)
    await harness.close()
  })
})
