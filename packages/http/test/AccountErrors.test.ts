/**
 * Every error of the catalogue's rows for accounts, codes and logins, reached over HTTP by what people would do to meet it, in both
 * languages and with its rules.
 */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { Layer } from "effect"
import {
  bankAccount,
  type Body,
  type Harness,
  includes,
  linkBank,
  open,
  openingOf,
  slip,
  testPolicy
} from "./Harness.ts"
import {
  anyone,
  closed,
  code,
  form,
  holderOf,
  legacy,
  legacyOf,
  loggedIn,
  locked,
  opened,
  operator,
  password,
  type Person,
  shown,
  staffOf,
  stopped,
  suspended,
  withPassword
} from "./People.ts"
import { errorsOf, type Reached, refusing, travelling } from "./Scene.ts"

const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
const [nobody, noCode] = [`acct_${ulid}`, `otp_${ulid}`]
const deadline = instant(Date.UTC(2026, 0, 1))
const reference = "case-9"

const reached: Reached = new Set()
const clock = travelling()
let harness: Harness
let refused: ReturnType<typeof refusing>

/** A policy with other terms for accounts. */
const under = (account: Partial<Policy["account"]>): Policy => ({
  ...testPolicy,
  account: { ...testPolicy.account, ...account }
})

beforeAll(async () => {
  harness = open({ ports: (ports) => Layer.merge(ports, clock.layer) })
  refused = refusing(harness, reached)
  await harness.adopt(testPolicy)
})
afterAll(() => harness.close())

/** Somebody with money on the account, and a link to a bank. */
const withBalance = async (name: string, amount: number): Promise<Person & { readonly link: string }> => {
  const person = await opened(harness, name)
  const presentation = shown(name, "verification")
  await harness.post(`/accounts/${person.account}/identity-verification`, { presentation })
  const number = `${name.replace(/\D/g, "")}00`.padStart(7, "0")
  const { json } = await linkBank(harness, person.account, number)
  await harness.dispatch()
  await harness.post(`/accounts/${person.account}/top-ups`, { link: json.id, amount, quotedFee: 0 })
  await harness.dispatch()
  return { ...person, link: json.id }
}

describe("errors of opening", () => {
  it("AccountAlreadyExists, EmailTaken, PhoneTaken, ContactUnproven (ACC-01, ACC-09 to ACC-11)", async () => {
    const { email, phone } = await opened(harness, "taken1")
    const again = { ...(await harness.opening("taken21")), presentation: shown("taken1", "again") }
    includes(await refused("AccountAlreadyExists", "/accounts", again, anyone), { migrationOffered: false })
    await refused("EmailTaken", "/accounts", await harness.opening("taken22", { email }), anyone)
    await refused("PhoneTaken", "/accounts", await harness.opening("taken23", { phone }), anyone)
    await refused("ContactUnproven", "/accounts", openingOf("taken24"), anyone)
    const former = await legacy(harness, "taken25")
    const migrating = await harness.opening("taken26", { email: former.email })
    includes(await refused("EmailTaken", "/accounts", migrating, anyone), { migrationOffered: true })
  })
})

describe("errors of standing", () => {
  it("AccountNotFound (SEC-10)", async () => {
    await refused("AccountNotFound", `/accounts/${nobody}`)
    await refused("AccountNotFound", `/office/accounts/${nobody}/unlock`, { reference }, operator)
  })

  it("AccountLocked, after failures in a row, and where an operator is not whom to ask (LCK-05, LCK-06)", async () => {
    const person = await holderOf(harness, "standing1")
    await locked(harness, person)
    const document = await refused("AccountLocked", `/accounts/${person.account}/codes`, { purpose: "suspend" })
    assert.strictEqual((document as unknown as { readonly cause: string }).cause, "failures")
    await refused("AccountLocked", `/office/accounts/${person.account}/unlock`, { reference }, operator)
  })

  it("AccountSuspended and AccountNotSuspended (ACC-20, ACC-21)", async () => {
    const person = await holderOf(harness, "standing2")
    const early = { ...(await form(harness, person, "suspend")), otp: noCode }
    await refused("AccountNotSuspended", `/accounts/${person.account}/resumption`, early)
    await suspended(harness, person)
    const session = await loggedIn(harness, person)
    await refused("AccountSuspended", `/accounts/${person.account}/balances`, undefined, session)
    await refused("AccountSuspended", `/accounts/${person.account}/bank-links`, bankAccount)
  })

  it("AccountStopped, whom to call; AccountNotStopped (ACC-22)", async () => {
    const { account, ...person } = await opened(harness, "standing3")
    await refused("AccountNotStopped", `/office/accounts/${account}/resumption`, { examination: {} }, operator)
    await harness.adopt({ ...testPolicy, contact: "03-1234-5678" })
    await stopped(harness, { account, ...person })
    const { detail } = await refused("AccountStopped", `/accounts/${account}/closing`, {})
    assert.include(detail, "03-1234-5678")
    await harness.adopt(testPolicy)
  })

  it("AccountClosed (ACC-29)", async () => {
    const person = await opened(harness, "standing4")
    await closed(harness, person)
    await refused("AccountClosed", `/accounts/${person.account}/codes`, { purpose: "emailChange" })
    await refused("AccountClosed", `/office/accounts/${person.account}/stop`, { reference, reason: "other" }, operator)
  })

  it("MigrationRequired, after the deadline, also at the login (ACC-08)", async () => {
    const person = await legacy(harness, "standing5")
    await harness.adopt(under({ migrationDeadline: deadline }))
    const document = await refused("MigrationRequired", `/accounts/${person.account}/codes`, { purpose: "emailChange" })
    assert.include(document.detail, "2026-01-01T09:00:00.000+09:00")
    const login = { email: person.email, password }
    await refused("MigrationRequired", "/sessions/password", login, anyone)
    await harness.adopt(testPolicy)
  })
})

describe("errors of closing", () => {
  it("BalanceAboveClosingLimit and OperationsInProgress (ACC-25, ACC-26)", async () => {
    const rich = await withBalance("closing1", 600)
    const document = await refused("BalanceAboveClosingLimit", `/accounts/${rich.account}/closing`, {})
    includes(document, { balance: 600, limit: 500 })
    assert.include(document.detail, "600円")
    await harness.post(`/accounts/${rich.account}/top-ups`, { link: rich.link, amount: 100, quotedFee: 0 })
    includes(await refused("OperationsInProgress", `/accounts/${rich.account}/closing`, {}), { operations: ["topUp"] })
    await harness.dispatch()
  })
})

describe("errors of changes", () => {
  it("PasswordNotSet and LoginFailed (ACC-32, SEC-01)", async () => {
    const bare = await opened(harness, "changes1")
    await refused("PasswordNotSet", `/accounts/${bare.account}/suspension`, await form(harness, bare, "suspend"))
    await refused("LoginFailed", "/sessions/password", { email: bare.email, password }, anyone)
    await withPassword(harness, bare)
    const wrong = { ...(await form(harness, bare, "suspend")), password: "Nope2026nope" }
    await refused("LoginFailed", `/accounts/${bare.account}/suspension`, wrong)
    await refused("LoginFailed", "/staff/sessions", { loginId: "nobody.knows", password }, anyone)
  })

  it("PasswordUnacceptable, which says the rule and not the password (SES-04)", async () => {
    const { email } = await opened(harness, "changes2")
    const otp = await harness.confirm(await harness.post("/password-codes", { email }, anyone))
    const document = await refused("PasswordUnacceptable", "/passwords", { email, otp, password: "himitsu" }, anyone)
    includes(document, { reason: "tooShort", minimum: 8, maximum: 64 })
    assert.notInclude(JSON.stringify(document), "himitsu")
  })
})

describe("errors of operators", () => {
  it("DocumentsRequired and IndividualNumberShown (ACC-23, ACC-34, SEC-03)", async () => {
    const person = await withBalance("office1", 100)
    await stopped(harness, person)
    const path = `/office/accounts/${person.account}/resumption`
    const document = await refused("DocumentsRequired", path, { examination: {} }, operator)
    assert.include(document.detail, "phoneContact")
    const licence = { kind: "driversLicence", issuedOn: "2026-01-01", shows: ["name"], individualNumber: true }
    await refused("IndividualNumberShown", path, { examination: { document: licence } }, operator)
  })

  it("FormerBooksAhead (ACC-04)", async () => {
    const former = { openedAt: "2099-01-01T00:00:00.000+09:00", cash: 0, money: 0 }
    const ahead = { ...legacyOf("office2"), former }
    includes(await refused("FormerBooksAhead", "/office/legacy-accounts", ahead, operator), { field: "openedAt" })
  })

  it("BankFunctionsRestricted and PayeeRestricted, where a confirmation is overdue (IDV-02, IDV-04)", async () => {
    const plain = await legacy(harness, "office3")
    await refused("BankFunctionsRestricted", `/accounts/${plain.account}/bank-links`, bankAccount)
    const biller = { code: "955555", name: "要確認", confirmation: "none", active: true, verifiedOnly: true }
    await harness.post("/billers", biller, operator)
    const barcode = slip("955555", 100)
    const { json: quote } = await harness.get(`/slips/${barcode}/quote`)
    await refused("PayeeRestricted", `/accounts/${plain.account}/payments`, { barcode, quote })
  })

  it("Forbidden, StaffNotFound, LoginIdTaken, SettingTokenInvalid, SessionExpired (SEC-10, SES-01)", async () => {
    const support = await staffOf(harness, "support.nine", "support")
    const registration = { loginId: "support.nine", name: "担当", roles: ["support"] }
    await refused("Forbidden", "/staff", registration, support.session)
    await refused("LoginIdTaken", "/staff", registration, operator)
    await refused("StaffNotFound", `/staff/staff_${ulid}/reset`, {}, operator)
    await refused("SettingTokenInvalid", "/staff/passwords", { token: "none", password }, anyone)
    await harness.post("/sessions/end", {}, support.session)
    await refused("SessionExpired", "/session", undefined, support.session)
  })
})

describe("errors of codes", () => {
  const asked = async (name: string) => {
    const person = await opened(harness, name)
    const { json } = await harness.post(`/accounts/${person.account}/codes`, { purpose: "emailChange" })
    return { ...person, otp: json.id, right: await harness.read(json.id) }
  }
  const change = (n: number, otp?: string) => ({ email: `codes${n}@new.example.com`, otp })

  it("OtpMismatch, OtpNotFound, OtpAlreadyUsed, OtpRequired (OTP-02, OTP-04, OTP-08, OTP-10)", async () => {
    const { account, otp, right } = await asked("codes1")
    const wrong = right === "111111" ? "111112" : "111111"
    await refused("OtpMismatch", `/codes/${otp}/confirmation`, { code: wrong }, anyone)
    await refused("OtpNotFound", `/codes/${noCode}/confirmation`, { code: right }, anyone)
    await refused("OtpNotFound", `/codes/${noCode}`, undefined, anyone)
    await refused("OtpRequired", `/accounts/${account}/email`, change(1, otp))
    await harness.post(`/codes/${otp}/confirmation`, { code: right }, anyone)
    await refused("OtpAlreadyUsed", `/codes/${otp}/confirmation`, { code: right }, anyone)
    assert.strictEqual((await harness.post(`/accounts/${account}/email`, change(1, otp))).status, 200)
    await refused("OtpAlreadyUsed", `/accounts/${account}/email`, change(2, otp))
  })

  it("OtpExpired, for the right code after its time (OTP-03)", async () => {
    const { otp, right } = await asked("codes2")
    clock.forward(61 * 60_000)
    await refused("OtpExpired", `/codes/${otp}/confirmation`, { code: right }, anyone)
  })

  it("OtpSendLimited, which says from when on, for accounts and for contacts (OTP-06)", async () => {
    const person = await opened(harness, "codes3")
    await harness.adopt({ ...compat, banks: testPolicy.banks })
    clock.forward(61_000)
    const path = `/accounts/${person.account}/codes`
    assert.strictEqual((await harness.post(path, { purpose: "suspend" })).status, 201)
    const { detail } = await refused("OtpSendLimited", path, { purpose: "suspend" })
    assert.match(detail, /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00/)
    await harness.post("/contact-codes", { phone: "09070001234" }, anyone)
    await refused("OtpSendLimited", "/contact-codes", { phone: "090-7000-1234" }, anyone)
    await harness.adopt(testPolicy)
  })

  it("a code that could not be delivered is shown as that, never as a success (OTP-11)", async () => {
    const own = open()
    const { json } = await own.post("/contact-codes", { phone: "09070000002" }, anyone)
    assert.strictEqual((await own.get(`/codes/${json.id}`, anyone)).json.delivery, "pending")
    await own.dispatch()
    const { json: shownCode, text } = await own.get(`/codes/${json.id}`, anyone)
    assert.strictEqual(shownCode.delivery, "notDelivered")
    assert.deepStrictEqual(Object.keys(shownCode).toSorted(), ["delivery", "expiresAt", "id", "purpose"])
    assert.notInclude(text, await own.read(json.id))
    await own.close()
    reached.add("OtpNotDelivered")
  })
})

describe("migration", () => {
  const migrating = async (name: string, more: object = {}) => {
    const person = await legacy(harness, name)
    const { email } = person
    const otp = await harness.confirm(await harness.post("/migration-codes", { email, password }, anyone))
    return { ...person, request: { presentation: shown(`p ${name}`, "migrates"), email, password, otp, ...more } }
  }

  it("moves a legacy account to certificate login, and what it was stays (ACC-06, ACC-07)", async () => {
    const { account, request } = await migrating("migrates1")
    const { json } = await harness.post("/migrations", request, anyone)
    includes(json, { id: account, kind: "cash", state: "active" })
    const { json: profile } = await harness.get(`/accounts/${account}`)
    includes(profile as unknown as Body, { origin: "certificate" })
  })

  it("is refused by name to whoever proved who they are, and counts wrong passwords (LCK-01, SEC-01)", async () => {
    const own = await opened(harness, "migrates2")
    const taken = await migrating("migrates3", { presentation: shown(own.name, "migrates") })
    await refused("AccountAlreadyExists", "/migrations", taken.request, anyone)
    const wrong = await migrating("migrates4", { password: "Nope2026nope" })
    await refused("LoginFailed", "/migrations", wrong.request, anyone)
    await locked(harness, wrong)
    await refused("LoginFailed", "/migration-codes", { email: wrong.email, password }, anyone)
    const presentation = shown("p migrates4", "again")
    await refused("AccountLocked", "/migrations", { ...wrong.request, presentation, password }, anyone)
  })
})

describe("phone numbers", () => {
  it("change with the code of the current one, and are told by name that they are taken (ACC-15, ACC-16)", async () => {
    const person = await opened(harness, "phones1")
    const other = await opened(harness, "phones2")
    const path = `/accounts/${person.account}/phone`
    const otp = await code(harness, person, "phoneChange")
    await refused("PhoneTaken", path, { phone: other.phone, otp })
    const { authentication } = testPolicy
    await harness.adopt({
      ...testPolicy,
      authentication: { ...authentication, otp: { ...authentication.otp, newPhoneProved: true } }
    })
    const again = await code(harness, person, "phoneChange")
    await refused("OtpRequired", path, { phone: "09044443333", otp: again })
    const newOtp = await code(harness, person, "newPhone", { newPhone: "09044443333" })
    const changed = await harness.post(path, { phone: "090-4444-3333", otp: again, newOtp })
    assert.strictEqual(changed.json.account, person.account)
    await harness.adopt(testPolicy)
    const moved = { reference, phone: "09044442222" }
    const byOperator = await harness.post(`/office/accounts/${person.account}/phone`, moved, operator)
    assert.strictEqual(byOperator.status, 200)
    await refused("PhoneTaken", `/office/accounts/${person.account}/phone`, { reference, phone: other.phone }, operator)
    const renamed = { reference, kanaName: "テスト　ハナコ" }
    assert.strictEqual(
      (await harness.post(`/office/accounts/${person.account}/kana-name`, renamed, operator)).status,
      200
    )
  })
})

describe("the catalogue", () => {
  it("has no error of accounts, codes or logins that was not reached above", () => {
    const named = [...errorsOf("account"), ...errorsOf("OTP, login")]
    assert.isAtLeast(named.length, 28)
    assert.deepStrictEqual(
      named.filter((name) => !reached.has(name)),
      []
    )
    for (const name of ["BankFunctionsRestricted", "PayeeRestricted", "Forbidden"]) assert.isTrue(reached.has(name))
  })
})
