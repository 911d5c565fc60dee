/**
 * Mistakes in counting, as people have made them.
 */
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import type { Command } from "@kinchaku/domain/engine/Command"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import type { Notice } from "@kinchaku/domain/notice/Notice"
import { ConfirmOtp } from "@kinchaku/domain/otp/Confirming"
import { IssuePasswordOtp } from "@kinchaku/domain/otp/Issuing"
import { type Lockout, lockoutOf, lockouts } from "@kinchaku/domain/otp/Lockout"
import { otps, otpSendings } from "@kinchaku/domain/otp/Otp"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { LoginWithPassword } from "@kinchaku/domain/session/PasswordLogin"
import { Result } from "effect"
import { but, type Coding } from "./OtpCommands.ts"
import { emailOf } from "./OtpDesk.ts"
import { accountIdOf } from "./Payments.ts"
import { deciding, seeing, under } from "./PaymentsMistakes.ts"

const me = accountIdOf(0)
type Limits = Policy["authentication"]["lockout"]

export const isLockout = ({ kind }: Put): boolean => kind === lockouts.name

/** Both ways to fail are counted under other values. */
export const within = (other: (lockout: Limits) => Limits): Coding => {
  const changed = ({ authentication }: Policy) => ({
    authentication: { ...authentication, lockout: other(authentication.lockout) }
  })
  return but({ confirm: under(ConfirmOtp, changed), login: under(LoginWithPassword, changed) })
}

/** Codes are counted over the year under another value. */
export const underYear = (other: (most: number) => number): Coding =>
  but({
    confirm: under(ConfirmOtp, ({ authentication }) => ({
      authentication: {
        ...authentication,
        otp: { ...authentication.otp, wrongPerYear: other(authentication.otp.wrongPerYear ?? 0) }
      }
    }))
  })

/** What it writes of counts is another count. */
const recounting = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (written: Lockout, before: Lockout) => Lockout
): Command<Content, Success, Refusal> =>
  deciding(command, (decided, facts) =>
    Result.map(decided, (decision) => ({
      ...decision,
      puts: decision.puts.map((one) =>
        isLockout(one) ? put(lockouts, other(one.record as Lockout, lockoutOf(facts, me))) : one
      )
    }))
  )

/** A wrong code counts so many times. */
export const counting = (times: number): typeof ConfirmOtp =>
  recounting(ConfirmOtp, (written, before) =>
    written.failures === before.failures + 1
      ? { ...written, failures: before.failures * Math.min(times, 1) + times }
      : written
  )

/** A success leaves the count as it was. */
export const endingNothing = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> =>
  recounting(command, (written, before) =>
    written.failures === 0 ? { ...written, failures: before.failures } : written
  )

/** It sets counts to something else beside what it does. */
export const beginningAnew = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  values: Partial<Lockout>
): Command<Content, Success, Refusal> => ({
  ...deciding(command, (decided, facts) =>
    Result.map(decided, (decision) => {
      const own = decision.puts.find(isLockout)?.record as Lockout | undefined
      const anew = put(lockouts, { ...(own ?? lockoutOf(facts, me)), ...values })
      return { ...decision, puts: [...decision.puts.filter((one) => !isLockout(one)), anew] }
    })
  ),
  reads: (envelope) => [...command.reads(envelope), { kind: lockouts.name, id: me }]
})

/** A right code forgives every wrong one of the year. */
export const forgivingOnSuccess: typeof ConfirmOtp = deciding(ConfirmOtp, (decided, facts) =>
  Result.map(decided, (decision) =>
    decision.result._tag === "confirmed"
      ? {
          ...decision,
          puts: [...decision.puts, put(lockouts, { ...lockoutOf(facts, me), failures: 0, wrongCodesAt: [] })]
        }
      : decision
  )
)

/** Wrong codes that set a password do not count over the year. */
export const notCountingResets: typeof ConfirmOtp = deciding(ConfirmOtp, (decided, facts, { content }) =>
  facts.find(otps, content.otp)?.purpose === "passwordSet"
    ? Result.map(decided, (decision) => ({ ...decision, puts: decision.puts.filter((one) => !isLockout(one)) }))
    : decided
)

/** The year is another one. */
export const yearOf = (millis: number): typeof ConfirmOtp => ({
  ...ConfirmOtp,
  decide: (facts, envelope) =>
    seeing(ConfirmOtp, (kind, record) => {
      if (kind !== lockouts.name || record === undefined) return record
      const { wrongCodesAt } = record as Lockout
      return { ...record, wrongCodesAt: wrongCodesAt.filter((then) => then > envelope.at - millis) }
    }).decide(facts, envelope)
})

/** Wrong codes are taken for a millisecond younger than they are. */
export const youngerCodes: typeof ConfirmOtp = seeing(ConfirmOtp, (kind, record) => {
  if (kind !== lockouts.name || record === undefined) return record
  const { wrongCodesAt } = record as Lockout
  return { ...record, wrongCodesAt: wrongCodesAt.map((then) => then + 1) }
})

/** No code is ever looked at. */
export const neverLooking: typeof ConfirmOtp = underYear(() => 0).confirm

/** Strangers may use up every wrong code of the year. */
export const notHalved: typeof ConfirmOtp = under(ConfirmOtp, ({ authentication }) => ({
  authentication: { ...authentication, lockout: { ...authentication.lockout, strangersApart: false } }
}))

/** Nobody is turned away. */
export const withoutBars = (kind: string, record: object | undefined): object | undefined =>
  kind === lockouts.name && record !== undefined ? { ...record, strangersUntil: 0 } : record

/** It does not see that an account is locked. */
export const blindToLocks = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> =>
  seeing(command, (kind, record) => {
    if (kind !== "account" || record === undefined) return record
    const {
      lockCause: _cause,
      lockedAt: _at,
      ...others
    } = record as { readonly lockedAt?: number; readonly lockCause?: string }
    return others
  })

/** What meets a lock counts all the same. */
export const countingWhileLocked: typeof ConfirmOtp = deciding(ConfirmOtp, (decided, facts, envelope) =>
  Result.isFailure(decided) && decided.failure._tag === "AccountLocked"
    ? blindToLocks(ConfirmOtp).decide(facts, envelope)
    : decided
)

const warning = (at: Instant, id: string): Notice => ({
  id: `${id}.1`,
  kind: "authenticationWarning",
  to: "holder",
  account: me,
  subject: me,
  at
})

/** Every failure warns, once one has. */
export const warningOnAndOn: typeof ConfirmOtp = deciding(ConfirmOtp, (decided, facts, { at, id }) =>
  Result.map(decided, (decision) => {
    const { failures = 0 } = (decision.puts.find(isLockout)?.record ?? {}) as Partial<Lockout>
    return failures > facts.policy.authentication.lockout.warnsAt && decision.notices.length === 0
      ? { ...decision, notices: [warning(at, id)] }
      : decision
  })
)

/** A new code that sets a password begins with the wrong ones of the former. */
export const keepingTheCount: typeof IssuePasswordOtp = deciding(IssuePasswordOtp, (decided, facts) => {
  const former = facts.find(otpSendings, `email:${emailOf(0)}`)?.open["passwordSet"]
  const failures = former === undefined ? 0 : (facts.find(otps, former)?.failures ?? 0)
  return Result.map(decided, (decision) => ({
    ...decision,
    puts: decision.puts.map((one) =>
      one.kind === otps.name && "state" in one.record && one.record.state === "open"
        ? { ...one, record: { ...one.record, failures } }
        : one
    )
  }))
})

// ── what is recorded ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The account does not say why it is locked. */
export const causeless: typeof ConfirmOtp = deciding(ConfirmOtp, (decided) =>
  Result.map(decided, (decision) => ({
    ...decision,
    puts: decision.puts.map((one) =>
      one.kind === "account" ? { ...one, record: { ...one.record, lockCause: "failures" } } : one
    )
  }))
)

/** The answer says something else of a lock. */
export const saying = (other: { readonly event: "counted" } | { readonly cause: "failures" }): typeof ConfirmOtp =>
  deciding(ConfirmOtp, (decided) =>
    Result.map(decided, (decision) =>
      decision.result._tag === "mismatch" && decision.result.event === "locked"
        ? { ...decision, result: { ...decision.result, ...other } }
        : decision
    )
  )

/** Notices bear another time. */
export const tellingLater = (millis: number): typeof ConfirmOtp =>
  deciding(ConfirmOtp, (decided) =>
    Result.map(decided, (decision) => ({
      ...decision,
      notices: decision.notices.map((one) => ({ ...one, at: (one.at + millis) as Instant }))
    }))
  )

/** Whether what was answered has a field that is there and true. */
export const says = (answer: unknown, field: string): boolean =>
  typeof answer === "object" && answer !== null && field in answer && Reflect.get(answer, field) !== false

/** The answer to a new password does not say that it unlocked. */
export const notSayingUnlocked: typeof SetPassword = deciding(SetPassword, (decided) =>
  Result.map(decided, (decision) => ({ ...decision, result: { ...decision.result, unlocked: false } }))
)

/** Codes that set a password are looked at though the year's wrong codes are spent. */
export const blindToSpending: typeof ConfirmOtp = blindToLocks({
  ...ConfirmOtp,
  decide: (facts, envelope) =>
    facts.find(otps, envelope.content.otp)?.purpose === "passwordSet"
      ? underYear(() => 1000).confirm.decide(facts, envelope)
      : ConfirmOtp.decide(facts, envelope)
})
