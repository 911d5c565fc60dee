/**
 * One-time passwords (ワンタイムパスワード, 確認コード): six digits that confirm one thing, once (OTP-01 to OTP-04).
 *
 * A code is asked for, sent, confirmed by whoever received it, and then used by the one operation that it is bound to. The code
 * itself is nowhere: the record holds the nonce that it is made from and a keyed hash. Who may try how often is `Lockout`.
 */
import { Schema } from "effect"
import { AccountId, KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { CommandId, madeId } from "../engine/Command.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"

/** "otp_" and the id of the command that issued it. */
export const OtpId = madeId("otp_").pipe(Schema.brand("OtpId"))
export type OtpId = typeof OtpId.Type

/**
 * What a code is for (OTP-08). `openingPhone` and `openingEmail` prove contacts that no account has yet; `newPhone` one that an
 * account is to have (ACC-16). `passwordSet` is accepted while the account is locked (LCK-06).
 */
export const OtpPurpose = Schema.Literals([
  "openingPhone",
  "openingEmail",
  "migration",
  "topUp",
  "payment",
  "payout",
  "phoneChange",
  "newPhone",
  "emailChange",
  "passwordSet",
  "suspend",
  "resume"
])
export type OtpPurpose = typeof OtpPurpose.Type

/** What a holder asks for a code for. */
export const HolderPurpose = OtpPurpose.pick([
  "migration",
  "topUp",
  "payment",
  "payout",
  "phoneChange",
  "newPhone",
  "emailChange",
  "suspend",
  "resume"
])
export type HolderPurpose = typeof HolderPurpose.Type

/** What exactly a code confirms where money moves, in one written form: "topUp link_… 5000" (OTP-04). No personal data. */
export const OtpOperation = Schema.String.check(
  Schema.isPattern(/^[\x21-\x7e]+( [\x21-\x7e]+){0,7}$/),
  Schema.isMaxLength(200)
)

export const Otp = Schema.Struct({
  id: OtpId,
  /** Whose it is: an account, or the contact that is being proved. */
  subject: Schema.String,
  /** The account; none where a contact is proved before there is one, or where the e-mail address is nobody's (SEC-01). */
  account: Schema.optionalKey(AccountId),
  purpose: OtpPurpose,
  operation: Schema.optionalKey(OtpOperation),
  channel: Schema.Literals(["sms", "mail"]),
  /** Where it goes, and the command whose personal data holds the number or address. */
  contact: KeyedHash,
  contactIn: CommandId,
  nonce: Nonce,
  code: KeyedHash,
  /** open → confirmed → used; or superseded by a newer one, or void after too many wrong codes. Expiry is a matter of time. */
  state: Schema.Literals(["open", "confirmed", "used", "superseded", "void"]),
  issuedAt: Instant,
  /** The last instant at which it is accepted (OTP-03). */
  expiresAt: Instant,
  confirmedAt: Schema.optionalKey(Instant),
  /** Wrong codes that counted on this challenge alone: where there is no account, and for `passwordSet` (LCK-06). */
  failures: Schema.Int,
  /** Whether the message is on its way, was handed over, or could not be delivered (OTP-11). */
  delivery: Schema.Literals(["pending", "sent", "notDelivered"])
})
export type Otp = typeof Otp.Type

/** A code as whoever asked for it may see it. */
export const OtpSeen = Schema.Struct({
  id: OtpId,
  purpose: OtpPurpose,
  expiresAt: Instant,
  delivery: Schema.optionalKey(Otp.fields.delivery)
})
export type OtpSeen = typeof OtpSeen.Type

/** What is shown of a code. Whether one that sets a password went out is not: it would tell whose address is known (SEC-01). */
export const seen = ({ delivery, expiresAt, id, purpose }: Otp): OtpSeen => ({
  id,
  purpose,
  expiresAt,
  ...(purpose === "passwordSet" ? {} : { delivery })
})

export const otps: RecordKind<Otp> = { name: "otp", schema: Otp, idOf: ({ id }) => id }

/** The text whose keyed hash a record holds. The nonce stands in it, so a code of one challenge says nothing about another. */
export const hashed = (nonce: Nonce, code: string): string => `${nonce}:${code}`

/**
 * Sendings: which codes of an account or a contact are open, one for each purpose (OTP-05), and when messages went out (OTP-06).
 */
export const OtpSendings = Schema.Struct({
  /** An account id, or "phone:" or "email:" and a keyed hash. */
  id: Schema.String,
  open: Schema.Record(Schema.String, OtpId),
  /** The sendings of the last hour, the oldest first. */
  sentAt: Schema.Array(Instant)
})
export type OtpSendings = typeof OtpSendings.Type

export const otpSendings: RecordKind<OtpSendings> = { name: "otpSendings", schema: OtpSendings, idOf: ({ id }) => id }

/** The subject of a contact that is being proved. */
export const contactSubject = (of: "phone" | "email", value: KeyedHash): string => `${of}:${value}`

export const sendingsKey = (subject: string): Key => key(otpSendings, subject)
export const otpKey = (id: OtpId): Key => key(otps, id)
