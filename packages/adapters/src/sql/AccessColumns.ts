/**
 * Access columns: the records of how holders are reached, recognised and let in.
 */
import { holders } from "@kinchaku/domain/account/Holder"
import { usedChallenges } from "@kinchaku/domain/identity/Presenting"
import { coolingOffs } from "@kinchaku/domain/limit/CoolingOff"
import { lockouts } from "@kinchaku/domain/otp/Lockout"
import { otps, otpSendings } from "@kinchaku/domain/otp/Otp"
import { sessions } from "@kinchaku/domain/session/Session"
import { define, integer, json, type RecordColumns } from "./Columns.ts"

/** After the accounts, which they refer to. */
export const accessColumns: ReadonlyArray<RecordColumns> = [
  define(holders, "holder", {
    id: "account",
    email: "email",
    phone: "phone",
    emailIn: "email_in",
    phoneIn: "phone_in",
    attributesIn: "attributes_in",
    kanaIn: "kana_in",
    language: "language",
    password: "password",
    bankLinks: json("bank_links")
  }),
  define(coolingOffs, "cooling_off", { id: "account", changedAt: integer("changed_at") }),
  define(lockouts, "lockout", {
    id: "account",
    failures: integer("failures"),
    wrongCodesAt: json("wrong_codes_at"),
    devices: json("devices"),
    strangerFailures: integer("stranger_failures"),
    strangersUntil: integer("strangers_until")
  }),
  define(otps, "otp", {
    id: "id",
    subject: "subject",
    account: "account",
    purpose: "purpose",
    operation: "operation",
    channel: "channel",
    contact: "contact",
    contactIn: "contact_in",
    nonce: "nonce",
    code: "code",
    state: "state",
    issuedAt: integer("issued_at"),
    expiresAt: integer("expires_at"),
    confirmedAt: integer("confirmed_at"),
    failures: integer("failures"),
    delivery: "delivery"
  }),
  define(otpSendings, "otp_sendings", { id: "subject", open: json("open"), sentAt: json("sent_at") }),
  define(sessions, "session", {
    id: "subject",
    session: "session",
    nonce: "nonce",
    token: "token",
    via: "via",
    scope: "scope",
    startedAt: integer("started_at"),
    endsAt: integer("ends_at"),
    endedAt: integer("ended_at"),
    endedBy: "ended_by"
  }),
  define(usedChallenges, "used_challenge", { id: "nonce", usedAt: integer("used_at"), by: "command" })
]
