/**
 * Confirming a code, and using what was confirmed (OTP-02 to OTP-04, OTP-10, LCK).
 *
 * A wrong code is a decision, not a refusal: it counts, whenever it comes. A right one that comes too late, or a second time,
 * is refused by name and counts nothing.
 */
import { Result, Schema } from "effect"
import { type Account, type AccountId, accounts, KeyedHash, LockCause } from "../account/Account.ts"
import { holders } from "../account/Holder.ts"
import { sameHash } from "../account/Secrets.ts"
import { AccountLocked } from "../account/Standing.ts"
import { type Instant, later } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { commandOf, RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import * as Lockout from "./Lockout.ts"
import { type Otp, OtpId, otpKey, type OtpPurpose, otps } from "./Otp.ts"

/** Refused: there is no such code, or it confirms something else, or a newer one took its place (OTP-04, OTP-05). */
export class OtpNotFound extends Schema.TaggedError<OtpNotFound>()("OtpNotFound", { otp: OtpId }) {}

/** Refused: the code was right, and its time is over; have another one sent (OTP-03). */
export class OtpExpired extends Schema.TaggedError<OtpExpired>()("OtpExpired", { otp: OtpId }) {}

/** Refused: the code was used already (OTP-02). */
export class OtpAlreadyUsed extends Schema.TaggedError<OtpAlreadyUsed>()("OtpAlreadyUsed", { otp: OtpId }) {}

/** Refused: this operation needs a confirmed code (OTP-08). */
export class OtpRequired extends Schema.TaggedError<OtpRequired>()("OtpRequired", {}) {}

/** Wrong: the code is another one (OTP-10). How many tries are left before the account locks is not said to strangers. */
export class OtpMismatch extends Schema.TaggedError<OtpMismatch>()("OtpMismatch", { otp: OtpId }) {}

export type OtpRefusal = OtpRequired | OtpNotFound | OtpExpired | OtpAlreadyUsed

const Content = Schema.Struct({
  otp: OtpId,
  /** The keyed hash of the code as it was typed, made with the challenge's nonce. */
  code: KeyedHash
})

/** What became of an attempt. */
export const Confirmation = Schema.Union([
  Schema.TaggedStruct("confirmed", { otp: OtpId }),
  Schema.TaggedStruct("mismatch", {
    otp: OtpId,
    event: Lockout.FailureEvent,
    /** Why it locked the account, where it did (LCK-09). */
    cause: Schema.optionalKey(LockCause)
  })
])
export type Confirmation = typeof Confirmation.Type

/** Whose count a wrong code of a challenge counts on: the account's, or the challenge's own (LCK-06). */
const countsApart = ({ account, purpose }: Otp): boolean => account === undefined || purpose === "passwordSet"

/** Whether a code went to a number that the account does not have any more (OTP-07). */
const isAstray = (facts: Facts, { account, contact, purpose }: Otp): boolean =>
  account !== undefined && purpose !== "newPhone" && facts.find(holders, account)?.phone !== contact

/** Codes are not looked at while the account is locked (LCK-05), nor when too many were wrong within the year (SEC-08). */
const open = (
  facts: Facts,
  otp: Otp,
  account: Account,
  at: Instant
): Result.Result<void, AccountLocked | OtpNotFound> => {
  if (account._tag === "closed" || isAstray(facts, otp)) return Result.fail(new OtpNotFound({ otp: otp.id }))
  const isSpent = Lockout.isSpent(facts, account.id, at)
  if (!isSpent && account.lockedAt === undefined) return Result.void
  const cause = isSpent ? "wrongCodes" : (account.lockCause ?? "failures")
  return Result.fail(new AccountLocked({ account: account.id, cause }))
}

/**
 * Whether no code fits a challenge with which a password is to be set: it is for nobody, or for an account that may not be
 * unlocked so. Whoever has it proved nothing yet, and is told nothing else than that the code is wrong (SEC-01).
 */
const isDecoy = (facts: Facts, otp: Otp, account: Account | undefined, at: Instant): boolean =>
  account === undefined ||
  account._tag === "closed" ||
  account.lockCause === "wrongCodes" ||
  isAstray(facts, otp) ||
  Lockout.isSpent(facts, account.id, at, "stranger")

/** One wrong code more; a challenge with a count of its own is void once that is full. */
const mismatch = (facts: Facts, otp: Otp, account: Account | undefined, moment: Envelope<unknown>) => {
  const failures = otp.failures + 1
  const isFull = failures >= facts.policy.authentication.lockout.locksAt
  const voided: Otp = isFull ? { ...otp, failures, state: "void" } : { ...otp, failures }
  const nothing: Lockout.Counted = { event: "counted", puts: [], notices: [] }
  const isCounted = account !== undefined && account._tag !== "closed"
  const { cause, event, notices, puts } = !isCounted
    ? nothing
    : countsApart(otp)
      ? Lockout.failedApart(facts, account, moment)
      : Lockout.failed(facts, account, "code", moment)
  return Decision.make<Confirmation>({
    result: { _tag: "mismatch", otp: otp.id, event, ...(cause === undefined ? {} : { cause }) },
    puts: [...(countsApart(otp) ? [put(otps, voided)] : []), ...puts],
    notices
  })
}

/** A right code: in time, and for the first time. */
const match = (otp: Otp, at: Instant): Result.Result<void, OtpNotFound | OtpExpired | OtpAlreadyUsed> => {
  if (otp.state === "confirmed" || otp.state === "used") return Result.fail(new OtpAlreadyUsed({ otp: otp.id }))
  if (otp.state !== "open") return Result.fail(new OtpNotFound({ otp: otp.id }))
  return at <= otp.expiresAt ? Result.void : Result.fail(new OtpExpired({ otp: otp.id }))
}

/** Confirms a code, or counts a wrong one. */
export const ConfirmOtp: Command<
  typeof Content.Type,
  Confirmation,
  OtpNotFound | OtpExpired | OtpAlreadyUsed | AccountLocked
> = {
  tag: "ConfirmOtp",
  content: Content,
  success: Confirmation,
  reads: ({ content }) => [otpKey(content.otp)],
  readsMore: (found, { content }) => {
    const account = found.peek(otps, content.otp)?.account
    return account === undefined ? [] : [key(accounts, account), key(holders, account), ...Lockout.lockoutKeys(account)]
  },
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      const otp = facts.find(otps, content.otp)
      if (otp === undefined || otp.state === "void") return yield* Result.fail(new OtpNotFound({ otp: content.otp }))
      const account = otp.account === undefined ? undefined : facts.find(accounts, otp.account)
      const isRight = sameHash(content.code, otp.code)
      if (otp.purpose === "passwordSet") {
        // What is not looked at counts on the challenge alone.
        if (isDecoy(facts, otp, account, at)) return mismatch(facts, otp, undefined, envelope)
      } else if (account !== undefined) yield* open(facts, otp, account, at)
      if (!isRight) return mismatch(facts, otp, account, envelope)
      yield* match(otp, at)
      const right: Otp = { ...otp, state: "confirmed", confirmedAt: at }
      return Decision.make<Confirmation>({
        result: { _tag: "confirmed", otp: otp.id },
        puts: [put(otps, right), ...reset(facts, otp)]
      })
    })
}

/** A right code ends the failures in a row (LCK-04); one that went to a number of the asker's choice proves that number alone. */
const reset = (facts: Facts, otp: Otp): ReadonlyArray<Put> =>
  otp.account === undefined || countsApart(otp) || otp.purpose === "newPhone"
    ? []
    : Lockout.succeeded(facts, otp.account)

/** What a code must have been issued for, to be used now. */
export interface Bound {
  readonly account?: AccountId
  /** The contact that it must have proved. */
  readonly contact?: KeyedHash
  readonly purpose: OtpPurpose
  /** The written form of the operation, where money moves (OTP-04). */
  readonly operation?: string
}

/**
 * Uses up a confirmed code for the one thing that it was issued for; its key must have been asked for. A code lives as long
 * after its confirmation as it lived before.
 */
export const spend = (
  facts: Facts,
  id: OtpId | undefined,
  { account, contact, operation, purpose }: Bound,
  at: Instant
): Result.Result<Put, OtpRefusal> => {
  if (id === undefined) return Result.fail(new OtpRequired())
  const otp = facts.find(otps, id)
  const isBound =
    otp !== undefined &&
    otp.account === account &&
    otp.purpose === purpose &&
    otp.operation === operation &&
    (contact === undefined || otp.contact === contact)
  if (!isBound) return Result.fail(new OtpNotFound({ otp: id }))
  if (otp.state === "used") return Result.fail(new OtpAlreadyUsed({ otp: id }))
  if (otp.state !== "confirmed" || otp.confirmedAt === undefined) {
    return Result.fail(otp.state === "open" ? new OtpRequired() : new OtpNotFound({ otp: id }))
  }
  const lifeMillis = facts.policy.authentication.otp.lifeMinutes * 60_000
  if (at > later(otp.confirmedAt, lifeMillis)) return Result.fail(new OtpExpired({ otp: id }))
  const used: Otp = { ...otp, state: "used" }
  return Result.succeed(put(otps, used))
}

/** Whether an operation of an account needs a code: the policy may waive it for accounts with certificate login (OTP-08, OTP-09). */
export const isNeeded = (
  { policy }: Pick<Facts, "policy">,
  { origin }: Account,
  purpose: "payment" | "topUp" | "payout"
): boolean => origin === "legacy" || !policy.authentication.otp.waived.includes(purpose)

/** Uses up the code of an operation, where it needs one. */
export const confirmed = (
  facts: Facts,
  account: Account,
  id: OtpId | undefined,
  {
    at,
    operation,
    purpose
  }: { readonly purpose: "payment" | "topUp" | "payout"; readonly operation: string; readonly at: Instant }
): Result.Result<ReadonlyArray<Put>, OtpRefusal> =>
  id !== undefined || isNeeded(facts, account, purpose)
    ? Result.map(spend(facts, id, { account: account.id, purpose, operation }, at), (used) => [used])
    : Result.succeed([])

const DeliveryContent = Schema.Struct({ request: RequestId, answer: Schema.Literals(["sent", "notDelivered"]) })
const Delivered = Schema.Struct({ delivery: Schema.Literals(["sent", "notDelivered"]) })

/** Records what became of a message; the challenge stays open whatever that is (OTP-11). A message that was not delivered never counts as sent later. */
export const RecordOtpDelivery: Command<typeof DeliveryContent.Type, typeof Delivered.Type, OtpNotFound> = {
  tag: "RecordOtpDelivery",
  content: DeliveryContent,
  success: Delivered,
  reads: ({ content }) => [otpKey(`otp_${commandOf(content.request)}` as OtpId)],
  decide: (facts, { content: { answer, request } }) => {
    const id = `otp_${commandOf(request)}` as OtpId
    const otp = facts.find(otps, id)
    if (otp === undefined) return Result.fail(new OtpNotFound({ otp: id }))
    const delivery = otp.delivery === "notDelivered" ? otp.delivery : answer
    return Result.succeed(
      Decision.make({
        result: { delivery },
        puts: otp.delivery === delivery ? [] : [put(otps, { ...otp, delivery })],
        answered: [request]
      })
    )
  }
}
