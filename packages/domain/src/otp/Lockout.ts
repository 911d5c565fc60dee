/**
 * Lockout (アカウントロック): how often an account's password and codes may be wrong (LCK-01 to LCK-07, SEC-08, SEC-09).
 *
 * Every attempt is a command, decided one after another on the account's own record, so a thousand attempts at once are
 * counted as a thousand. Failures in a row warn and then lock; wrong codes are also counted over a year.
 */
import { Schema } from "effect"
import { type Account, AccountId, type AccountOpen, accounts, KeyedHash, type LockCause } from "../account/Account.ts"
import { Instant, later } from "../calendar/JapanDate.ts"
import type { CommandId } from "../engine/Command.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"
import type { Notice } from "../notice/Notice.ts"
import { ended, sessionKey } from "../session/Session.ts"

export const Lockout = Schema.Struct({
  id: AccountId,
  /** Failures in a row of password and codes together (LCK-01). */
  failures: Schema.Int,
  /** When codes were wrong in the last 365 days, the oldest first; kept where the policy bounds them (SEC-08). */
  wrongCodesAt: Schema.Array(Instant),
  /** The devices that logged in, the latest last (SEC-09). */
  devices: Schema.Array(KeyedHash),
  /** Failures in a row from devices that are not among them, and until when these are turned away. */
  strangerFailures: Schema.Int,
  strangersUntil: Schema.optionalKey(Instant)
})
export type Lockout = typeof Lockout.Type

export const lockouts: RecordKind<Lockout> = { name: "lockout", schema: Lockout, idOf: ({ id }) => id }

/** The facts that counting reads, beside the account. */
export const lockoutKeys = (account: AccountId): ReadonlyArray<Key> => [key(lockouts, account), sessionKey(account)]

/** How many devices an account remembers. */
const devicesMax = 10
/** How long strangers are turned away after their failures. */
const strangersWaitMillis = 3_600_000
const yearMillis = 365 * 86_400_000

/** The counts of an account; none was counted before the first. */
export const lockoutOf = (facts: Pick<Facts, "find">, account: AccountId): Lockout =>
  facts.find(lockouts, account) ?? {
    id: account,
    failures: 0,
    wrongCodesAt: [],
    devices: [],
    strangerFailures: 0
  }

/** What became of a failure. */
export const FailureEvent = Schema.Literals(["counted", "warned", "locked"])
export type FailureEvent = typeof FailureEvent.Type

export interface Counted {
  readonly event: FailureEvent
  /** Why it locked, where it did (LCK-09). */
  readonly cause?: LockCause
  readonly puts: ReadonlyArray<Put>
  readonly notices: ReadonlyArray<Notice>
}

interface Moment {
  readonly at: Instant
  readonly id: CommandId
}

const noticeOf = (kind: Notice["kind"], account: Account, { at, id }: Moment): Notice => ({
  id: `${id}.1`,
  kind,
  to: "holder",
  account: account.id,
  subject: account.id,
  at
})

/** Locks an account and ends its session (LCK-03, SES-03). */
const locking = (facts: Facts, account: AccountOpen, cause: LockCause, moment: Moment): Counted => ({
  event: "locked",
  cause,
  puts: [
    put(accounts, { ...account, lockedAt: moment.at, lockCause: cause }),
    ...ended(facts, account.id, moment.at, "locked")
  ],
  notices: [noticeOf("accountLocked", account, moment)]
})

/** The wrong codes that still count, with one more. > instants later than at − 365 days */
const withWrongCode = (facts: Facts, { wrongCodesAt }: Lockout, at: Instant): ReadonlyArray<Instant> =>
  facts.policy.authentication.otp.wrongPerYear === undefined
    ? []
    : [...wrongCodesAt.filter((then) => then > at - yearMillis), at]

/**
 * Whether so many codes were wrong within a year that none is looked at any more, whoever unlocks the account (SEC-08). Whoever
 * knows no more than the e-mail address gets half of them where strangers are counted apart, so that they cannot use up those
 * of the holder (SEC-09).
 */
export const isSpent = (
  facts: Facts,
  account: AccountId,
  at: Instant,
  whose: "holder" | "stranger" = "holder"
): boolean => {
  const { lockout, otp } = facts.policy.authentication
  if (otp.wrongPerYear === undefined) return false
  const isHalved = whose === "stranger" && lockout.strangersApart
  const most = isHalved ? Math.floor(otp.wrongPerYear / 2) : otp.wrongPerYear
  return lockoutOf(facts, account).wrongCodesAt.filter((then) => then > at - yearMillis).length >= most
}

/** Counts a failure in a row: the third warns, the fifth locks (LCK-02, LCK-03). A wrong code counts over the year too (SEC-08). */
export const failed = (facts: Facts, account: AccountOpen, of: "password" | "code", moment: Moment): Counted => {
  const { lockout: limits, otp } = facts.policy.authentication
  const lockout = lockoutOf(facts, account.id)
  const failures = lockout.failures + 1
  const wrongCodesAt = of === "code" ? withWrongCode(facts, lockout, moment.at) : lockout.wrongCodesAt
  const counted = put(lockouts, { ...lockout, failures, wrongCodesAt })
  const isLast = of === "code" && otp.wrongPerYear !== undefined && wrongCodesAt.length >= otp.wrongPerYear
  if (isLast || failures >= limits.locksAt) {
    const locked = locking(facts, account, isLast ? "wrongCodes" : "failures", moment)
    return { ...locked, puts: [counted, ...locked.puts] }
  }
  const isWarned = failures === limits.warnsAt
  return {
    event: isWarned ? "warned" : "counted",
    puts: [counted],
    notices: isWarned ? [noticeOf("authenticationWarning", account, moment)] : []
  }
}

/** Counts a wrong code that has its own count in a row, over the year alone (LCK-06, SEC-08). */
export const failedApart = (facts: Facts, account: AccountOpen, moment: Moment): Counted => {
  const { wrongPerYear } = facts.policy.authentication.otp
  const lockout = lockoutOf(facts, account.id)
  const wrongCodesAt = withWrongCode(facts, lockout, moment.at)
  const counted = put(lockouts, { ...lockout, wrongCodesAt })
  if (wrongPerYear === undefined || wrongCodesAt.length < wrongPerYear) {
    return { event: "counted", puts: [counted], notices: [] }
  }
  const locked = locking(facts, account, "wrongCodes", moment)
  return { ...locked, puts: [counted, ...locked.puts] }
}

/** With one device more that is known, the latest last (SEC-09). */
export const knowing = (lockout: Lockout, device: KeyedHash): Lockout => ({
  ...lockout,
  devices: [...lockout.devices.filter((known) => known !== device), device].slice(-devicesMax)
})

/**
 * Sets the count to zero after a success (LCK-04); a device that logged in is known from then on (SEC-09). What strangers did is
 * forgotten only by the success of one of them, and those who are turned away stay so.
 */
export const succeeded = (facts: Facts, account: AccountId, device?: KeyedHash): ReadonlyArray<Put> => {
  const lockout = lockoutOf(facts, account)
  const { devices } = device === undefined ? lockout : knowing(lockout, device)
  const wasStranger = device !== undefined && !lockout.devices.includes(device)
  const strangerFailures = wasStranger ? 0 : lockout.strangerFailures
  const isSame =
    lockout.failures === 0 && lockout.strangerFailures === strangerFailures && devices.at(-1) === lockout.devices.at(-1)
  return isSame && facts.find(lockouts, account) !== undefined
    ? []
    : [put(lockouts, { ...lockout, failures: 0, strangerFailures, devices })]
}

/** Whether an attempt comes from a device that is counted apart (SEC-09). */
export const isStranger = (facts: Facts, account: AccountId, device: KeyedHash | undefined): boolean =>
  facts.policy.authentication.lockout.strangersApart &&
  (device === undefined || !lockoutOf(facts, account).devices.includes(device))

/** Whether strangers are turned away now. */
export const areStrangersBarred = (facts: Facts, account: AccountId, at: Instant): boolean => {
  const { strangersUntil } = lockoutOf(facts, account)
  return strangersUntil !== undefined && at < strangersUntil
}

/** Counts a failure from a strange device: these are turned away for a while, and the holder is not locked out (SEC-09). */
export const strangerFailed = (facts: Facts, account: Account, moment: Moment): Counted => {
  const { locksAt, warnsAt } = facts.policy.authentication.lockout
  const lockout = lockoutOf(facts, account.id)
  const strangerFailures = lockout.strangerFailures + 1
  const isBarred = strangerFailures % locksAt === 0
  const until = isBarred ? { strangersUntil: later(moment.at, strangersWaitMillis) } : {}
  return {
    event: strangerFailures === warnsAt ? "warned" : "counted",
    puts: [put(lockouts, { ...lockout, strangerFailures, ...until })],
    notices: strangerFailures === warnsAt ? [noticeOf("authenticationWarning", account, moment)] : []
  }
}

/** Takes the lock off and sets the count to zero (LCK-06). What was counted over the year stays. */
export const unlock = (
  facts: Facts,
  account: AccountOpen
): { readonly account: AccountOpen; readonly puts: ReadonlyArray<Put> } => {
  const { lockCause: _cause, lockedAt: _at, ...open } = account
  return { account: open, puts: [put(lockouts, { ...lockoutOf(facts, account.id), failures: 0 })] }
}
