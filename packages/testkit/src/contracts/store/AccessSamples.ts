/**
 * Samples of how holders are reached, recognised and let in: every state, with and without each field that may be absent.
 */
import { type Holder, holders } from "@kinchaku/domain/account/Holder"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { usedChallenges } from "@kinchaku/domain/identity/Presenting"
import { coolingOffs } from "@kinchaku/domain/limit/CoolingOff"
import { type Lockout, lockouts } from "@kinchaku/domain/otp/Lockout"
import { contactSubject, type Otp, type OtpId, otps, type OtpSendings, otpSendings } from "@kinchaku/domain/otp/Otp"
import { type Session, SessionEnd, type SessionId, sessions } from "@kinchaku/domain/session/Session"
import { accountId, commandId, minute } from "./Batches.ts"
import { keyedHash, linkId } from "./Ground.ts"

const nonce = (n: number): Nonce => `_-abcXYZ${`${n}`.padStart(14, "0")}` as Nonce
const otpId = (n: number): OtpId => `otp_${commandId(n)}` as OtpId

const holder = (n: number): Holder => ({
  id: accountId(n),
  email: keyedHash(`email ${n}`),
  phone: keyedHash(`phone ${n}`),
  emailIn: commandId(n),
  phoneIn: commandId(n),
  attributesIn: commandId(n),
  language: "ja",
  bankLinks: []
})
const holderSamples = (n: number): ReadonlyArray<Holder> => [
  holder(n),
  { ...holder(n), language: "en", password: commandId(n + 1), bankLinks: [linkId(n), linkId(n + 1)] },
  { ...holder(n), email: keyedHash("new email"), emailIn: commandId(n + 2), attributesIn: commandId(n + 3) },
  { ...holder(n), phone: keyedHash("new phone"), phoneIn: commandId(n + 4), bankLinks: [linkId(n)] }
]

const lockout = (n: number): Lockout => ({
  id: accountId(n),
  failures: 0,
  wrongCodesAt: [],
  devices: [],
  strangerFailures: 0
})
const lockoutSamples = (n: number): ReadonlyArray<Lockout> => [
  lockout(n),
  { ...lockout(n), failures: 5, wrongCodesAt: [minute(1), minute(1), minute(2)], strangerFailures: 4 },
  { ...lockout(n), devices: [keyedHash("device 2"), keyedHash("device 1")], strangersUntil: minute(9) },
  { ...lockout(n), wrongCodesAt: Array.from({ length: 100 }, (_, index) => minute(index)) }
]

const otp = (n: number): Otp => ({
  id: otpId(n),
  subject: accountId(n),
  account: accountId(n),
  purpose: "topUp",
  operation: `topUp ${linkId(n)} 5000`,
  channel: "sms",
  contact: keyedHash(`phone ${n}`),
  contactIn: commandId(n),
  nonce: nonce(n),
  code: keyedHash(`code ${n}`),
  state: "open",
  issuedAt: minute(1),
  expiresAt: minute(6),
  failures: 0,
  delivery: "pending"
})
/** One that proves a contact before there is an account. */
const opening = (n: number, of: "phone" | "email"): Otp => {
  const { account: _account, operation: _operation, ...others } = otp(n)
  const contact = keyedHash(`${of} ${n}`)
  const [purpose, channel] = of === "phone" ? (["openingPhone", "sms"] as const) : (["openingEmail", "mail"] as const)
  return { ...others, subject: contactSubject(of, contact), purpose, channel, contact }
}
const otpSamples = (n: number): ReadonlyArray<Otp> => [
  otp(n),
  { ...otp(n), state: "confirmed", confirmedAt: minute(6), delivery: "sent" },
  { ...otp(n), state: "used", confirmedAt: minute(2), purpose: "payment", operation: "payment 9".padEnd(200, "0") },
  { ...otp(n), state: "superseded", confirmedAt: minute(2), delivery: "notDelivered" },
  opening(n, "email"),
  { ...opening(n, "phone"), failures: 5, state: "void" },
  { ...otp(n), purpose: "passwordSet", subject: contactSubject("email", keyedHash("email")), failures: 4 }
]

const sendingsSamples = (n: number): ReadonlyArray<OtpSendings> => [
  { id: accountId(n), open: {}, sentAt: [] },
  { id: accountId(n), open: { topUp: otpId(n), passwordSet: otpId(n + 1) }, sentAt: [minute(1), minute(2)] },
  { id: accountId(n), open: { suspend: otpId(n) }, sentAt: [minute(3)] }
]

const session = (n: number): Session => ({
  id: accountId(n),
  session: `ses_${commandId(n)}` as SessionId,
  nonce: nonce(n),
  token: keyedHash(`token ${n}`),
  via: "certificate",
  scope: "full",
  startedAt: minute(1),
  endsAt: minute(721)
})
const sessionSamples = (n: number): ReadonlyArray<Session> => [
  session(n),
  { ...session(n), via: "password", scope: "resume" },
  ...SessionEnd.literals.map((endedBy) => ({ ...session(n), endedAt: minute(5), endedBy }))
]

const challengeSamples = (n: number) => [
  { id: nonce(n), usedAt: minute(1), by: commandId(n) },
  { id: nonce(n), usedAt: minute(2), by: commandId(n + 1) }
]

/** For each kind of this area, versions of the record of a number. */
export const accessVersions: Readonly<Record<string, (n: number) => ReadonlyArray<Put>>> = {
  [holders.name]: (n) => holderSamples(n).map((record) => put(holders, record)),
  [coolingOffs.name]: (n) =>
    [minute(0), minute(5)].map((changedAt) => put(coolingOffs, { id: accountId(n), changedAt })),
  [lockouts.name]: (n) => lockoutSamples(n).map((record) => put(lockouts, record)),
  [otps.name]: (n) => otpSamples(n).map((record) => put(otps, record)),
  [otpSendings.name]: (n) => sendingsSamples(n).map((record) => put(otpSendings, record)),
  [sessions.name]: (n) => sessionSamples(n).map((record) => put(sessions, record)),
  [usedChallenges.name]: (n) => challengeSamples(n).map((record) => put(usedChallenges, record))
}
