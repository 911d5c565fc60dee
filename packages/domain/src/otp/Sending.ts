/**
 * Sending: within which limits codes go out, and what becomes of the earlier one (OTP-05, OTP-06).
 *
 * Sendings are counted for the account and for the contact, whoever asks for them and whatever they are for.
 */
import { Result, Schema } from "effect"
import type { KeyedHash } from "../account/Account.ts"
import type { Nonce } from "../account/Secrets.ts"
import { type Instant, Instant as InstantSchema, later } from "../calendar/JapanDate.ts"
import type { Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { requestId } from "../engine/Outbox.ts"
import type { Key } from "../engine/RecordKind.ts"
import { type Otp, OtpId, otpKey, OtpPurpose, otps, type OtpSendings, otpSendings } from "./Otp.ts"

/** Refused: a code was sent a moment ago, or too many within the hour; ask again from the given time on (OTP-06). */
export class OtpSendLimited extends Schema.TaggedError<OtpSendLimited>()("OtpSendLimited", {
  from: InstantSchema
}) {}

/** A code that was issued: what the caller may know of it. */
export const OtpIssued = Schema.Struct({ id: OtpId, purpose: OtpPurpose, expiresAt: InstantSchema })
export type OtpIssued = typeof OtpIssued.Type

const hourMillis = 3_600_000

/** What is issued, to whom; the rest is alike for every code. */
export interface Issue extends Pick<
  Otp,
  "subject" | "account" | "purpose" | "operation" | "channel" | "contact" | "contactIn"
> {
  readonly nonce: Nonce
  readonly code: KeyedHash
}

/** The sendings of a subject within the last hour. */
const recent = (facts: Facts, subject: string, at: Instant): OtpSendings => {
  const known = facts.find(otpSendings, subject) ?? { id: subject, open: {}, sentAt: [] }
  return { ...known, sentAt: known.sentAt.filter((then) => then > at - hourMillis) }
}

/** From when on one more may be sent. > at ≥ last + interval, and fewer than n in the hour before */
const sendableFrom = ({ policy }: Facts, { sentAt }: OtpSendings): ReadonlyArray<Instant> => {
  const { perHour, resendSeconds } = policy.authentication.otp
  const last = sentAt.at(-1)
  const nth = sentAt.at(-perHour)
  return [
    ...(last === undefined ? [] : [later(last, resendSeconds * 1000)]),
    ...(nth === undefined ? [] : [later(nth, hourMillis)])
  ]
}

/** Whether a message may go out that counts for all of them, or from when on. */
const sendable = (facts: Facts, all: ReadonlyArray<OtpSendings>, at: Instant): Result.Result<void, OtpSendLimited> => {
  const [from] = all.flatMap((one) => sendableFrom(facts, one)).toSorted((a, b) => b - a)
  return from === undefined || at >= from ? Result.void : Result.fail(new OtpSendLimited({ from }))
}

/** Whether strangers who know an address had their part of the hour's messages: less than half, so that the rest is the holder's (SEC-09). */
const areStrangersServed = ({ policy }: Facts, { sentAt }: OtpSendings): boolean => {
  const { lockout, otp } = policy.authentication
  return lockout.strangersApart && sentAt.length >= Math.max(1, Math.floor(otp.perHour / 2))
}

const open = (facts: Facts, issue: Issue, { at, id }: Envelope<unknown>): Otp => ({
  id: `otp_${id}` as OtpId,
  ...issue,
  state: "open",
  issuedAt: at,
  expiresAt: later(at, facts.policy.authentication.otp.lifeMinutes * 60_000),
  failures: 0,
  delivery: "pending"
})

/**
 * Issues a code, makes the earlier one of its purpose invalid (OTP-05) and has it sent, within the limits of the subject and of
 * the contact. With `isQuiet`, one that may not be sent is issued all the same and not sent.
 */
export const issued = (
  facts: Facts,
  issue: Issue,
  envelope: Envelope<unknown>,
  { isQuiet = false, sendings }: { readonly isQuiet?: boolean; readonly sendings: ReadonlyArray<string> }
): Result.Result<Decision.Decision<OtpIssued>, OtpSendLimited> =>
  Result.gen(function* () {
    const { at, id } = envelope
    const otp = open(facts, issue, envelope)
    const own = recent(facts, issue.subject, at)
    const others = sendings.map((subject) => recent(facts, subject, at))
    // What is refused quietly is refused by the own limit alone.
    yield* sendable(facts, isQuiet ? [own] : [own, ...others], at)
    const isSent = Result.isSuccess(sendable(facts, others, at)) && !(isQuiet && areStrangersServed(facts, own))
    const recorded: Otp = isSent ? otp : { ...otp, delivery: "notDelivered" }
    const earlier = own.open[issue.purpose]
    const superseded = earlier === undefined ? undefined : facts.find(otps, earlier)
    return Decision.make({
      result: { id: otp.id, purpose: otp.purpose, expiresAt: otp.expiresAt },
      puts: [
        put(otps, recorded),
        put(otpSendings, { ...own, open: { ...own.open, [otp.purpose]: otp.id }, sentAt: [...own.sentAt, at] }),
        ...(isSent ? others.map((one) => put(otpSendings, { ...one, sentAt: [...one.sentAt, at] })) : []),
        ...(superseded?.state === "open" || superseded?.state === "confirmed"
          ? [put(otps, { ...superseded, state: "superseded" as const })]
          : [])
      ],
      requests: isSent ? [{ id: requestId(id), kind: "otp", subject: otp.id, askedAt: at }] : []
    })
  })

/** The earlier code of a purpose, once its subject's sendings are known. */
export const earlierKeys = (found: Found, subject: string, purpose: OtpPurpose): ReadonlyArray<Key> => {
  const earlier = found.peek(otpSendings, subject)?.open[purpose]
  return earlier === undefined ? [] : [otpKey(earlier)]
}
