/**
 * What happens to the canary: everything that a person can do, rightly and wrongly, with values that are to be found nowhere but
 * where they belong.
 */
import { createHash } from "node:crypto"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import type { SimulatedIssuer } from "@kinchaku/testkit/simulators/SimulatedIssuer"
import { codes } from "@kinchaku/testkit/simulators/TestCodes"
import { signed } from "@kinchaku/testkit/simulators/PhoneKeeping"
import * as SimulatedVerifier from "@kinchaku/testkit/simulators/SimulatedVerifier"
import type { TokenId } from "@kinchaku/domain/token/Token"
import { routes } from "../src/Routes.ts"
import { type Call, type Harness, keys, type Reply, slip } from "./Harness.ts"
import { fresh } from "./Scene.ts"

/** Names, addresses and numbers: they belong beside the books, and to their owner. */
export const personal = {
  email: "canary.mail.5f3a@example.com",
  newEmail: "canary.neu.8b1c@example.com",
  phone: "9077712345",
  newPhone: "9088823002",
  operatorPhone: "9066634567",
  kana: "カナリヤ",
  kanaGiven: "ヒミツノ",
  kanaNew: "カナリヤス",
  person: "金糸雀秘密子",
  name: "金糸雀　秘密乃",
  address: "東京都千代田区金糸雀町９－８－７",
  birthDate: "1971-03-29",
  romanName: "KANARIA HIMITSUNO",
  account: "7654321",
  tokenUser: "canary-user-55",
  tokenMail: "canary.token.77@example.com",
  payee: "金糸雀商会株式会社",
  card: "canary-card-reference-66",
  memberId: "canary-member-44",
  device: "canary-device-fingerprint-22",
  staffName: "金糸雀担当者",
  staffLogin: "canary-staff-11",
  legacyMail: "canary.alt.31@example.com",
  legacyPhone: "9055543210"
}

/** What is kept nowhere, but for the hash of a password. */
export const secret = {
  code: "739518",
  wrongCode: "840629",
  pin: "8462",
  wrongPin: "9573",
  signaturePassword: "KanaSign77",
  wrongSignature: "KanaWrong88",
  newPin: "6284",
  password: "Kanariya7Himitsu",
  newPassword: "Kanariya8Himitsu",
  wrongPassword: "Falsch9Kanariya",
  startPassword: "StartKanariya9",
  wrongStart: "StartFalsch33",
  stepUpPassword: "StepKanariya5",
  wrongStepUp: "StepFalsch55",
  staffPassword: "StaffKanariya4",
  individualNumber: "987654321098",
  number: "9876-5432-1098",
  key: "canary-api-key-0001-secret",
  unknown: "canary-unknown-value-91"
}

const anyone: Call = { key: null }
const operator: Call = { key: keys.operator }
const reference = "CASE-7"

/** Does things over HTTP and keeps what was answered, but for what a person learns of the own affairs. */
export class Canary {
  readonly replies: Array<Reply> = []
  /** Secrets that the server made and gave to their owner. */
  readonly given: Array<{ readonly name: string; readonly value: string }> = []
  readonly #harness: Harness
  readonly #issues: SimulatedIssuer["Service"]["issues"]

  constructor(harness: Harness, issues: SimulatedIssuer["Service"]["issues"]) {
    this.#harness = harness
    this.#issues = issues
  }

  async post(path: string, body: unknown, call: Call = {}): Promise<Record<string, string>> {
    const reply = await this.#harness.post(path, body, { ...call, idempotencyKey: call.idempotencyKey ?? fresh() })
    this.replies.push(reply)
    return reply.text === "" ? {} : JSON.parse(reply.text)
  }

  async get(path: string, call: Call = {}): Promise<void> {
    this.replies.push(await this.#harness.get(path, call))
  }

  /** What only its owner is answered; it has to be a success. */
  async own(path: string, body: unknown, call: Call = {}): Promise<Record<string, string>> {
    const { status, text } = await this.#harness.post(path, body, {
      ...call,
      idempotencyKey: call.idempotencyKey ?? fresh()
    })
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`)
    return JSON.parse(text)
  }

  async done(path: string, body: unknown, call: Call = {}): Promise<Record<string, string>> {
    const answer = await this.post(path, body, call)
    if (answer["code"] !== undefined) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer
  }

  /** Has a code sent, mistypes it where asked to, and types it in. */
  async code(path: string, body: object, call: Call = anyone, mistyped = false): Promise<string> {
    const { id = "" } = await this.done(path, body, call)
    await this.#harness.dispatch()
    if (mistyped) await this.post(`/codes/${id}/confirmation`, { code: secret.wrongCode }, anyone)
    await this.done(`/codes/${id}/confirmation`, { code: secret.code }, anyone)
    await this.get(`/codes/${id}`, anyone)
    return id
  }

  async present(person: string, use: CertificateUse = "signature") {
    const { challenge = "" } = await this.post("/certificate-challenges", {}, anyone)
    return { ...SimulatedVerifier.certificate(person, "verified", { use }), challenge }
  }

  async open(): Promise<string> {
    const [email, phone] = [personal.email, `0${personal.phone}`]
    const phoneOtp = await this.code("/contact-codes", { phone }, anyone, true)
    const emailOtp = await this.code("/contact-codes", { email }, anyone, true)
    const kanaName = `${personal.kana}　${personal.kanaGiven}`
    const request = { email, phone, kanaName, phoneOtp, emailOtp }
    const presentation = await this.present(personal.person)
    await this.post("/accounts", { ...request, presentation, phoneOtp: emailOtp }, anyone)
    await this.post("/accounts", { ...request, presentation, phone: `${phone}x`, [secret.unknown]: 1 }, anyone)
    await this.post("/accounts", undefined, { ...anyone, raw: `{"email":"${email}",,}` })
    await this.post("/accounts", request, { ...anyone, headers: { "content-type": `text/${secret.unknown}` } })
    const { id = "" } = await this.done("/accounts", { ...request, presentation }, anyone)
    const again = async (person: string) => {
      const proved = {
        phoneOtp: await this.code("/contact-codes", { phone }),
        emailOtp: await this.code("/contact-codes", { email })
      }
      await this.post("/accounts", { ...request, ...proved, presentation: await this.present(person) }, anyone)
    }
    await again(personal.person)
    await again(personal.romanName)
    return id
  }

  async logIn(email: string, password: string): Promise<Call> {
    await this.post("/sessions/password", { email, password: secret.wrongPassword }, anyone)
    const { bearer = "" } = await this.own("/sessions/password", { email, password }, anyone)
    this.given.push({ name: "bearer", value: bearer })
    return { key: bearer }
  }

  async setPassword(email: string, password: string): Promise<void> {
    const otp = await this.code("/password-codes", { email })
    await this.post("/passwords", { email, otp, password: secret.wrongPassword.slice(0, 7) }, anyone)
    await this.done("/passwords", { email, otp, password }, anyone)
  }

  async bank(account: string, session: Call): Promise<void> {
    const bank = { bank: "9999", branch: "001", kind: "ordinary", number: personal.account }
    const path = `/accounts/${account}/bank-links`
    await this.post(path, { ...bank, bank: "0000" }, session)
    await this.post(path, { ...bank, number: `${personal.account}9` }, session)
    const { id: link = "" } = await this.done(path, bank, session)
    await this.done(`${path}/${link}/procedures`, { quotedFee: 0 }, session)
    await this.#harness.dispatch()
    const asking = (purpose: string, operation: string) =>
      this.code(`/accounts/${account}/codes`, { purpose, operation }, session, true)
    const otp = await asking("topUp", `topUp ${link} 5000`)
    const topUp = { link, amount: 5000, quotedFee: 0, otp }
    await this.post(`/accounts/${account}/top-ups`, { ...topUp, amount: 6000 }, session)
    await this.done(`/accounts/${account}/top-ups`, topUp, session)
    await this.#harness.dispatch()
    const barcode = slip("912345", 700, "77")
    const paying = await asking("payment", `payment ${barcode} 700`)
    const quote = { payee: "東京水道サービス", amount: 700, fee: 0 }
    await this.post(`/accounts/${account}/payments`, { barcode, quote, otp: paying }, session)
    await this.purse(account, link, session)
    await this.get(`/accounts/${account}/history?before=${personal.phone}`, session)
    await this.get(`/accounts/${account}/top-up-quote?link=${link}&amount=${personal.account}x`, session)
  }

  /** Every other way in and out; whose bank account it is stands in the payout for its holder, and in the file for the bank. */
  async purse(account: string, link: string, session: Call): Promise<void> {
    const own = `/accounts/${account}`
    const [host, merchant] = [{}, { key: keys.merchant }]
    for (const path of ["bank-links", `bank-links/${link}/page`, "bank-settings", "balances"]) {
      await this.get(`${own}/${path}`, session)
    }
    await this.done(`${own}/exact-top-up`, { link }, session)
    await this.post(`${own}/exact-top-up`, { link: personal.account }, session)
    await this.get(`${own}/slips/${slip("912345", 90_000, "78")}/quote`, session)
    const presentation = await this.present(personal.person)
    await this.done(`${own}/identity-verification`, { presentation }, session)
    const { id: deposit = "" } = await this.done(
      `${own}/deposit-top-ups`,
      { way: "atm", amount: 700, quotedFee: 0 },
      host
    )
    await this.#harness.dispatch()
    await this.get(`${own}/deposit-top-ups/${deposit}`, session)
    await this.post("/shops", { code: "S-1", merchant: "M-1", name: "商店", topUps: true }, operator)
    await this.done("/shop-top-ups", { account, shop: "S-1", amount: 9000, quotedFee: 0 }, merchant)
    await this.done(`${own}/payout-account`, { link }, session)
    const operation = `payout ${link} 2000`
    const otp = await this.code(`${own}/codes`, { purpose: "payout", operation }, session, true)
    const { id: payout = "" } = await this.done(`${own}/payouts`, { amount: 2000, quotedFee: 220, otp }, session)
    await this.#harness.dispatch()
    const mine = await this.#harness.get(`${own}/payouts/${payout}`, session)
    if (!mine.text.includes(personal.account)) throw new Error("the holder must be shown the bank account")
    for (const key of [keys.operator, keys.merchant]) await this.get(`${own}/payouts/${payout}`, { key })
    for (const number of [personal.account, secret.number]) {
      const paid = { provider: "collector", bank: "9999", amount: 5, reference: number }
      await this.post("/receivables-paid", { ...paid, reference: secret.individualNumber }, operator)
      await this.post(`/suspense/${encodeURIComponent(number)}/resolution`, paid, operator)
    }
    for (const path of ["/suspense", "/health/providers", "/reports/unused-prepaid/2020-03-31"]) {
      await this.get(path, operator)
    }
    await this.post("/payout-batches", { transferOn: "2199-01-01" }, operator)
    await this.get(`${own}/history`, session)
  }

  async change(account: string, session: Call): Promise<void> {
    const own = `/accounts/${account}`
    const asking = (purpose: string, more: object = {}) => this.code(`${own}/codes`, { purpose, ...more }, session)
    await this.post(`${own}/phone`, { phone: `0${personal.newPhone}`, otp: await asking("emailChange") }, session)
    await this.done(`${own}/phone`, { phone: `0${personal.newPhone}`, otp: await asking("phoneChange") }, session)
    await this.done(`${own}/email`, { email: personal.newEmail, otp: await asking("emailChange") }, session)
    await this.#harness.dispatch()
    const form = { email: personal.newEmail, password: secret.password }
    const suspending = await asking("suspend")
    await this.post(`${own}/suspension`, { ...form, otp: suspending, password: secret.wrongPassword }, session)
    await this.done(`${own}/suspension`, { ...form, otp: await asking("suspend") }, session)
    const resume = await this.code(`${own}/codes`, { purpose: "resume" }, {})
    await this.done(`${own}/resumption`, { ...form, otp: resume })
  }

  async office(account: string): Promise<void> {
    const office = `/office/accounts/${account}`
    const numbered = { reference: secret.individualNumber, reason: "other" }
    await this.post(`${office}/stop`, numbered, operator)
    await this.post(`${office}/stop`, { ...numbered, reference: secret.number }, operator)
    const kanaName = `${personal.kanaNew}　${personal.kanaGiven}`
    await this.done(`${office}/kana-name`, { reference, kanaName }, operator)
    await this.done(`${office}/phone`, { reference, phone: `0${personal.operatorPhone}` }, operator)
    await this.done(`${office}/stop`, { reference, reason: "other" }, operator)
    const document = {
      kind: "passport",
      issuedOn: "2020-01-01",
      expiresOn: "2030-01-01",
      shows: ["photograph", "name", "address", "birthDate"],
      individualNumber: false
    }
    const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)
    const examination = { phoneContact: { at: today, reference }, picture: "PICTURE-1", document }
    const resuming = (changed: object) => ({ examination: { ...examination, ...changed } })
    const path = `${office}/resumption`
    await this.post(path, resuming({ document: { ...document, individualNumber: true } }), operator)
    await this.post(path, resuming({ picture: secret.individualNumber }), operator)
    await this.post(path, resuming({ document: { ...document, number: secret.individualNumber } }), operator)
    await this.done(path, resuming({}), operator)
  }

  async migrate(): Promise<void> {
    const [email, phone] = [personal.legacyMail, `0${personal.legacyPhone}`]
    const kanaName = `${personal.kana}　${personal.kanaGiven}`
    const openedAt = "2019-04-01T00:00:00.000+09:00"
    const former = { openedAt, cash: 300, money: 0, cashChangedAt: new Date(Date.now() - 86_400_000).toISOString() }
    const taken = { email, phone, kanaName, former, reference }
    await this.post("/office/legacy-accounts", { ...taken, passwordHash: secret.password }, operator)
    await this.post("/office/legacy-accounts", { ...taken, reference: secret.individualNumber }, operator)
    await this.done("/office/legacy-accounts", taken, operator)
    await this.setPassword(email, secret.newPassword)
    await this.post("/migration-codes", { email, password: secret.wrongPassword }, anyone)
    const otp = await this.code("/migration-codes", { email, password: secret.newPassword })
    const presentation = await this.present(personal.name)
    await this.done("/migrations", { presentation, email, password: secret.newPassword, otp }, anyone)
  }

  async certificates(): Promise<void> {
    const { person } = personal
    const print = (use: CertificateUse) => {
      const { certificate } = SimulatedVerifier.certificate(person, "verified", { use })
      return createHash("sha256").update(certificate).digest("hex")
    }
    this.#issues.push({
      subject: person,
      issuedAt: Date.now() as Instant,
      consent: "given",
      romanName: personal.romanName,
      attributeChanges: 0,
      fingerprints: { signature: print("signature"), login: print("login") }
    })
    const set = async (use: CertificateUse, typed: string) => ({
      presentation: await this.present(person, use),
      secret: typed,
      biometrics: false
    })
    const signature = await set("signature", secret.signaturePassword)
    await this.post("/certificates", { signature, login: await set("login", secret.password) }, anyone)
    await this.done("/certificates", { signature, login: await set("login", secret.pin) }, anyone)
    const enter = async (use: CertificateUse, typed: string) =>
      this.post(
        "/certificates/secret-entry",
        { presentation: await this.present(person, use), secret: typed, by: "typing" },
        anyone
      )
    await enter("login", secret.wrongPin)
    await enter("login", secret.pin)
    await enter("signature", secret.wrongSignature)
    await enter("signature", secret.signaturePassword)
    const changed = { ...(await set("login", secret.newPin)), former: secret.pin }
    await this.done("/certificates/secret", changed, anyone)
    await this.post("/certificates/unlock", { subject: person, use: "login", procedure: "P-1" }, operator)
    const login = { presentation: await this.present(person, "login") }
    const { bearer = "" } = await this.own("/sessions/certificate", login, anyone)
    this.given.push({ name: "bearer of a certificate", value: bearer })
    await this.done("/certificates/revocation", { presentation: await this.present(person, "login") }, anyone)
    await this.get("/session", { key: bearer })
    await enter("login", secret.newPin)
  }

  async tokens(): Promise<void> {
    const service = {
      id: "CANARY",
      name: "銀行",
      downloadUrl: "https://example.com/app",
      confirmsTransactions: true,
      open: true
    }
    await this.done("/token-services", service, operator)
    const desk = `/token-services/${service.id}`
    const user = personal.tokenUser
    const application = { user, email: personal.tokenMail, language: "ja", startPassword: secret.startPassword }
    await this.done(`${desk}/applications`, application)
    const device = "canarydevice".padEnd(22, "0")
    const enrolment = {
      device,
      service: service.id,
      user,
      startPassword: secret.startPassword,
      agreed: true,
      clock: Date.now()
    }
    const enrol = (own: object) => this.post("/tokens", { ...enrolment, ...own }, anyone)
    await enrol({ startPassword: secret.wrongStart })
    await enrol({ user: `${user} x` })
    await enrol({ service: "NOSUCH" })
    const { seed = "", token = "" } = await this.own("/tokens", enrolment, anyone)
    this.given.push({ name: "seed", value: seed })
    const kept = { seed, token: token as TokenId }
    const say = (path: string, method: string, fields: ReadonlyArray<string | number> = [], more: object = {}) => {
      const { proof, request } = signed(codes, method, kept, fresh(), ...fields)
      return [`/tokens/${token}/${path}`, { proof, ...more }, { ...anyone, idempotencyKey: request }] as const
    }
    await this.done(...say("set-up", "completeSetUp"))
    await this.post(`${desk}/code-verifications`, { user, code: secret.wrongCode })
    await this.done(`${desk}/transaction-authentication`, { user })
    await this.done(...say("transaction-authentication", "accept"))
    const { id = "" } = await this.done(`${desk}/transactions`, { user, payee: personal.payee, amount: 123 })
    await this.own(...say("pending", "pending"))
    const answering = (amount: number) =>
      say(`transactions/${id}/answer`, "answer", [id, personal.payee, amount, "confirmed"], {
        payee: personal.payee,
        amount,
        answer: "confirmed"
      })
    await this.post(...answering(124))
    await this.done(...answering(123))
    await this.post(...say("renewal", "renew"))
    await this.post(`${desk}/suspensions`, { user, suspended: true })
  }

  async stepUp(): Promise<void> {
    const { card, device, email, memberId } = personal
    const holder = { phone: `0${personal.phone}`, email, language: "ja" }
    const enrolment = { card, memberId, method: "password", password: secret.stepUpPassword, ...holder }
    await this.done("/step-up/enrolments/provisional", { card, ...holder })
    await this.done("/step-up/enrolments", enrolment)
    await this.post("/step-up/enrolments", { ...enrolment, card: `${card}-b` })
    await this.post("/step-up/enrolments/method", { memberId, method: "password", password: secret.pin })
    const shop = {
      kind: "online",
      merchant: "SHOP1",
      merchantName: "商店",
      amount: 60_000,
      country: "JP",
      category: "5411"
    }
    const answered = async (typed: string, how: string) => {
      const { purchase = "" } = await this.done("/step-up/purchases", { card, ...shop, device })
      await this.#harness.dispatch()
      const path = `/step-up/purchases/${purchase}`
      await this.post(`${path}/answer`, { memberId: `${memberId}x`, secret: typed })
      await this.post(`${path}/answer`, { memberId, secret: how })
      await this.post(`${path}/answer`, { memberId, secret: typed })
      await this.get(path)
      await this.get(`/merchants/SHOP1/purchases/${purchase}`, { key: keys.merchant })
    }
    await answered(secret.stepUpPassword, secret.wrongStepUp)
    await this.done("/step-up/enrolments/method", { memberId, method: "otp" })
    await answered(secret.code, secret.wrongCode)
    await this.post("/step-up/member-id-reminders", { email }, anyone)
    await this.post("/step-up/enrolments/card-change", { card })
  }

  async staff(): Promise<void> {
    const registration = { loginId: personal.staffLogin, name: personal.staffName, roles: ["support"] }
    const { settingToken = "", staff = "" } = await this.own("/staff", registration, operator)
    this.given.push({ name: "setting token", value: settingToken })
    await this.post("/staff", registration, operator)
    await this.done("/staff/passwords", { token: settingToken, password: secret.staffPassword }, anyone)
    await this.post("/staff/sessions", { loginId: personal.staffLogin, password: secret.wrongPassword }, anyone)
    const login = { loginId: personal.staffLogin, password: secret.staffPassword }
    const { bearer = "" } = await this.own("/staff/sessions", login, anyone)
    this.given.push({ name: "bearer of staff", value: bearer })
    await this.get("/notices", { key: bearer })
    await this.post(`/staff/${staff}/end`, {}, operator)
  }

  /** Every route is asked with every mark where none belongs: in its path, its query, its headers and its body. */
  async everywhere(): Promise<void> {
    const values = Object.entries({ ...personal, ...secret })
    const body = Object.fromEntries(values)
    for (const { method, path } of routes) {
      for (const [n, key] of [keys.host, keys.operator, keys.merchant, secret.key, null].entries()) {
        const value = values[n % values.length]?.[1] ?? ""
        const filled = path.replace(/:\w+/g, () => encodeURIComponent(value))
        const headers = {
          "x-request-id": personal.email,
          "accept-language": personal.memberId,
          cookie: secret.password
        }
        const asked = `${filled}?${new URLSearchParams({ q: secret.password, before: personal.newEmail })}`
        if (method === "get") await this.get(asked, { key, headers })
        else await this.post(filled, body, { key, headers, idempotencyKey: `${secret.unknown} ${n} ${path}` })
      }
    }
    for (const [, value] of values) {
      await this.get(`/${encodeURIComponent(value)}`)
      await this.get(`/problems/${encodeURIComponent(value)}`)
      await this.post("/contact-codes", undefined, { ...anyone, raw: `{"phone":${JSON.stringify(value)}` })
      await this.post("/contact-codes", { email: [value] }, anyone)
    }
  }
}
