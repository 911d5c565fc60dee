/**
 * People who have accounts, and staff, as tests meet them: everything that they do goes over HTTP.
 */
import { createHash } from "node:crypto"
import { certificate } from "@kinchaku/testkit/simulators/SimulatedVerifier"
import { assert } from "vitest"
import { type Body, type Call, type Harness, keys, type Reply } from "./Harness.ts"

export const anyone: Call = { key: null }
export const operator: Call = { key: keys.operator }
export const password = "Kaeru2026no1"
const reference = "case-1"

export interface Person {
  readonly name: string
  readonly account: string
  readonly email: string
  readonly phone: string
}

const made = async (reply: Promise<Reply>): Promise<Body> => {
  const { json, status, text } = await reply
  assert.isBelow(status, 300, text)
  return json
}

/** A certificate with a challenge that was signed on no other occasion. */
export const shown = (name: string, occasion: string) => certificate(name, "verified", { occasion })

let phones = 0
/** A number that nobody had before, to which the simulated provider sends as it should. */
const freshPhone = (prefix = "070"): string => `${prefix}${`${(phones += 1)}`.padStart(5, "0")}100`

/** Somebody opens an account. */
export const opened = async (harness: Harness, name: string): Promise<Person> => {
  const { email, phone, ...rest } = await harness.opening(name, { phone: freshPhone() })
  const { id: account } = await made(harness.post("/accounts", { email, phone, ...rest }, anyone))
  return { name, account, email, phone }
}

/** Somebody who has the phone sets a password. */
export const withPassword = async (harness: Harness, { email }: Person, chosen = password): Promise<Body> => {
  const otp = await harness.confirm(await harness.post("/password-codes", { email }, anyone))
  return made(harness.post("/passwords", { email, otp, password: chosen }, anyone))
}

export const tryLogin = (harness: Harness, email: string, typed = password, more: object = {}): Promise<Reply> =>
  harness.post("/sessions/password", { email, password: typed, ...more }, anyone)

/** Somebody logs in on the web. */
export const loggedIn = async (harness: Harness, { email }: Person): Promise<Call> => ({
  key: (await made(tryLogin(harness, email))).bearer
})

/** Somebody with an account, a password and a session. */
export const holderOf = async (harness: Harness, name: string) => {
  const person = await opened(harness, name)
  await withPassword(harness, person)
  return { ...person, session: await loggedIn(harness, person) }
}

/** The confirmed code of a purpose. */
export const code = async (
  harness: Harness,
  { account }: Pick<Person, "account">,
  purpose: string,
  more: object = {},
  call: Call = {}
): Promise<string> => harness.confirm(await harness.post(`/accounts/${account}/codes`, { purpose, ...more }, call))

/** The form by which an account is suspended and resumed. */
export const form = async (harness: Harness, person: Person, purpose: "suspend" | "resume", call: Call = {}) => ({
  email: person.email,
  password,
  otp: await code(harness, person, purpose, {}, call)
})

export const suspended = async (harness: Harness, person: Person): Promise<Body> =>
  made(harness.post(`/accounts/${person.account}/suspension`, await form(harness, person, "suspend")))

export const stopped = async (harness: Harness, { account }: Person): Promise<Body> =>
  made(harness.post(`/office/accounts/${account}/stop`, { reference, reason: "other" }, operator))

export const closed = async (harness: Harness, { account }: Person): Promise<Body> =>
  made(harness.post(`/accounts/${account}/closing`, {}))

/** Somebody who types wrong passwords until the account is locked. */
export const locked = async (harness: Harness, { email }: Person): Promise<void> => {
  for (let n = 0; n < 5; n++) assert.strictEqual((await tryLogin(harness, email, `wrong${n}word`)).status, 401)
}

/** A hash as the hasher of the tests writes it. */
const hashOf = (typed: string): string => `$test$${createHash("sha256").update(typed).digest("base64url")}`

export const legacyOf = (name: string) => ({
  email: `${name}@example.com`,
  phone: freshPhone("080"),
  kanaName: "キュウ　タロウ",
  passwordHash: hashOf(password),
  former: { openedAt: "2019-04-01T00:00:00.000+09:00", cash: 0, money: 0 },
  reference
})

/** An account of the former books. */
export const legacy = async (harness: Harness, name: string): Promise<Person> => {
  const { email, phone, ...rest } = legacyOf(name)
  const { id } = await made(harness.post("/office/legacy-accounts", { email, phone, ...rest }, operator))
  return { name, account: id, email, phone }
}

export interface StaffUser {
  readonly staff: string
  readonly loginId: string
  readonly session: Call
}

/** A staff user with roles, logged in. */
export const staffOf = async (
  harness: Harness,
  loginId: string,
  ...roles: ReadonlyArray<string>
): Promise<StaffUser> => {
  const { settingToken, staff } = await made(harness.post("/staff", { loginId, name: "担当 花子", roles }, operator))
  await made(harness.post("/staff/passwords", { token: settingToken, password }, anyone))
  const { bearer } = await made(harness.post("/staff/sessions", { loginId, password }, anyone))
  return { staff: staff.id, loginId, session: { key: bearer } }
}
