/**
 * Attempts to get in: what holders and strangers type, one after another, and what must become of the account.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import type { RecordedCommand } from "@kinchaku/domain/engine/Store"
import { put } from "@kinchaku/domain/engine/Facts"
import type { OtpId } from "@kinchaku/domain/otp/Otp"
import { Result } from "effect"
import * as fc from "fast-check"
import type { Coding } from "./OtpCommands.ts"
import { after, CodeDesk, codePolicy, freely, holding, hour, idOf, minute, type Typed } from "./OtpDesk.ts"
import { accountIdOf, accountOf } from "./Payments.ts"
import { noon } from "./PaymentsDesk.ts"

// ── in a row ─────────────────────────────────────────────────────────────────────────────────────────────────────────

type Code = "suspend" | "emailChange"
/** An attempt: a password or a code for some purpose, right or wrong. */
export interface Attempt {
  readonly with: "password" | Code
  readonly what: Typed
}
const attempt = (wrong: number): fc.Arbitrary<Attempt> =>
  fc.record({
    with: fc.constantFrom<Attempt["with"]>("password", "suspend", "emailChange"),
    what: fc.oneof(
      { weight: wrong, arbitrary: fc.constant<Typed>("wrong") },
      { weight: 1, arbitrary: fc.constant<Typed>("right") }
    )
  })
export const attempts = (wrong = 5): fc.Arbitrary<ReadonlyArray<Attempt>> =>
  fc.array(attempt(wrong), { minLength: 1, maxLength: 14 })

/** The failure that warns, and the one that locks. */
export interface Bounds {
  readonly warnsAt: number
  readonly locksAt: number
}
export const bounds = (): fc.Arbitrary<Bounds> =>
  fc.oneof(
    fc.constant({ warnsAt: 3, locksAt: 5 }),
    fc.record({ warnsAt: fc.integer({ min: 1, max: 6 }), locksAt: fc.integer({ min: 1, max: 6 }) })
  )

/** What is seen after an attempt. */
export interface Standing {
  readonly outcome: "right" | "wrong" | "locked"
  /** Failures in a row. */
  readonly failures: number
  readonly isLocked: boolean
  /** How many warnings and locks were told so far. */
  readonly warnings: number
  readonly locks: number
}

/** What must be seen after each attempt. */
export const standings = (all: ReadonlyArray<Attempt>, { locksAt, warnsAt }: Bounds): ReadonlyArray<Standing> => {
  let [failures, warnings, locks] = [0, 0, 0]
  return all.map(({ what }) => {
    if (locks > 0) return { outcome: "locked", failures, isLocked: true, warnings, locks }
    failures = what === "right" ? 0 : failures + 1
    if (failures === locksAt) locks += 1
    else if (failures === warnsAt) warnings += 1
    return { outcome: what, failures, isLocked: locks > 0, warnings, locks }
  })
}

const outcomes: Readonly<Record<string, Standing["outcome"]>> = {
  confirmed: "right",
  loggedIn: "right",
  mismatch: "wrong",
  wrong: "wrong",
  AccountLocked: "locked",
  locked: "locked"
}

const standingOf = (desk: CodeDesk, outcome: string): Standing => ({
  outcome: outcomes[outcome] ?? "locked",
  failures: desk.lockout()?.failures ?? 0,
  isLocked: desk.account()?.lockedAt !== undefined,
  warnings: desk.told("authenticationWarning"),
  locks: desk.told("accountLocked")
})

/** Types a code that was sent for a purpose: a new one as long as one can be had, or else the last. */
const typing = (desk: CodeDesk, sent: Map<Code, OtpId>, purpose: Code, what: Typed): string => {
  const issued = desk.issue(purpose)
  if (Result.isSuccess(issued)) sent.set(purpose, issued.success.id)
  const otp = sent.get(purpose)
  if (otp === undefined) throw new Error("no code was ever sent")
  return desk.type(otp, what)
}

/** What is seen after each attempt, and whether one that met a lock changed anything. */
export const trying = (commands: Coding, all: ReadonlyArray<Attempt>, lockout: Bounds) => {
  const desk = new CodeDesk(commands, { policy: freely({ lockout }) })
  const sent = new Map(["suspend" as const, "emailChange" as const].map((one) => [one, idOf(desk.issue(one))]))
  return all.map((one) => {
    const before = [desk.account(), desk.lockout(), desk.desk.notices, [...sent.values()].map(desk.otp)]
    const outcome = one.with === "password" ? desk.login(one.what) : typing(desk, sent, one.with, one.what)
    const after = [desk.account(), desk.lockout(), desk.desk.notices, [...sent.values()].map(desk.otp)]
    return { standing: standingOf(desk, outcome), isChanged: JSON.stringify(before) !== JSON.stringify(after) }
  })
}

/** Some wrong codes, then the right code of a new number that the asker chose: how many failures in a row there are. */
export const choosingANumber = (commands: Coding, wrong: number): number | undefined => {
  const desk = new CodeDesk(commands)
  for (let n = 0; n < wrong; n++) desk.type(idOf(desk.issue("suspend")), "wrong")
  desk.type(idOf(desk.issue("newPhone", { newPhone: 9 })), "right")
  return desk.lockout()?.failures
}

// ── setting a password ───────────────────────────────────────────────────────────────────────────────────────────────

const locked = { ...accountOf(accountIdOf(0), "money"), lockedAt: noon, lockCause: "failures" as const }

/** A locked account, whose holder types the code that sets a password wrong so many times before and after it is sent anew. */
export const resetting = (commands: Coding, first: number, second: number) => {
  const policy = freely()
  const desk = new CodeDesk(commands, {
    policy,
    records: [...holding(0), put(accounts, locked)]
  })
  const wrong = (otp: OtpId, count: number) => Array.from({ length: count }, () => desk.type(otp, "wrong"))
  const former = idOf(desk.forPassword(0))
  const before = wrong(former, first)
  const otp = idOf(desk.forPassword(0))
  const typed = [...before, ...wrong(otp, second)]
  const meanwhile = [
    desk.lockout()?.failures,
    desk.account()?.lockCause,
    desk.login("right"),
    desk.type(former, "right")
  ]
  const right = desk.type(otp, "right")
  const set = desk.setPassword(otp)
  return {
    typed,
    meanwhile,
    right,
    set,
    isLocked: desk.account()?.lockedAt !== undefined,
    failures: desk.lockout()?.failures,
    told: desk.told("accountUnlocked"),
    login: desk.login("right")
  }
}

// ── what is recorded ─────────────────────────────────────────────────────────────────────────────────────────────────

/** What the journal says of an attempt: what became of it, why, and when. */
const recordedOf = ({ bookedAt, outcome }: RecordedCommand) => {
  const { cause, event } = JSON.parse(outcome) as { readonly event?: string; readonly cause?: string }
  return { event, cause, at: bookedAt as number }
}

/** So many wrong codes, one a minute; what the journal, the notices and the account say of each that warned or locked. */
export const recorded = (commands: Coding, wrong: number, perYear: number) => {
  const policy = codePolicy({ otp: { resendSeconds: 1, wrongPerYear: perYear } })
  const desk = new CodeDesk(commands, { policy })
  for (let n = 1; n <= wrong; n++) {
    const issued = desk.issue("suspend", { at: after(n * minute) })
    if (Result.isSuccess(issued)) desk.type(issued.success.id, "wrong", after(n * minute))
  }
  const { commands: all, notices } = desk.desk.books
  const account = desk.account()
  return {
    journal: all.filter(({ tag }) => tag === commands.confirm.tag).map(recordedOf),
    notices: [...notices.values()].map(({ at, kind }) => ({ kind, at: at as number })),
    account: { at: account?.lockedAt as number | undefined, cause: account?.lockCause }
  }
}

/** What must be recorded of so many wrong codes, one a minute. */
export const history = (wrong: number, perYear: number) => {
  const most = Math.min(wrong, perYear, 5)
  const at = (n: number): number => after(n * minute)
  const isLocked = wrong >= Math.min(perYear, 5)
  const cause = perYear <= 5 ? "wrongCodes" : "failures"
  const events = Array.from({ length: most }, (_, index) => {
    const n = index + 1
    if (isLocked && n === most) return { event: "locked", cause, at: at(n) }
    return { event: n === 3 ? "warned" : "counted", cause: undefined, at: at(n) }
  })
  return {
    journal: events,
    notices: events.flatMap(({ at: then, event }) => {
      if (event === "counted") return []
      return [{ kind: event === "locked" ? "accountLocked" : "authenticationWarning", at: then }]
    }),
    account: isLocked ? { at: at(most), cause } : { at: undefined, cause: undefined }
  }
}

/** Who takes a lock off: the holder with a new password, or an operator. */
export type Unlocker = "password" | "operator"

/** A lock that is taken off so many milliseconds later; what the journal, the notices and the account say of it. */
export const unlocking = (commands: Coding, by: Unlocker, millis: number) => {
  const lockCause = by === "password" ? ("failures" as const) : ("wrongCodes" as const)
  const records = [...holding(0), put(accounts, { ...locked, lockCause })]
  const desk = new CodeDesk(commands, { policy: freely(), records })
  const at = after(millis)
  if (by === "operator") desk.unlock(at)
  else {
    const otp = idOf(desk.forPassword(0, at))
    desk.type(otp, "right", at)
    desk.setPassword(otp, at)
  }
  const { commands: all, notices } = desk.desk.books
  const last = all.at(-1)
  return {
    journal: [last?.tag, last?.bookedAt as number | undefined, last?.actor.split(":")[0]],
    said: JSON.parse(last?.outcome ?? "null") as unknown,
    told: [...notices.values()].filter(({ kind }) => kind === "accountUnlocked").map((one) => one.at as number),
    isLocked: desk.account()?.lockedAt !== undefined
  }
}

/** Three wrong codes where three a year are looked at; what unlocks the account then, and whether a code is looked at so long later. */
export const spending = (commands: Coding, millis: number) => {
  const desk = new CodeDesk(commands, { policy: freely({ otp: { wrongPerYear: 3 } }) })
  const typing = (at: number, what: Typed): string => {
    const issued = desk.issue("suspend", { at: after(at) })
    return Result.isSuccess(issued) ? desk.type(issued.success.id, what, after(at)) : issued.failure._tag
  }
  for (const hours of [0, 1, 2]) typing(hours * hour, "wrong")
  const cause = desk.account()?.lockCause
  const otp = idOf(desk.forPassword(0, after(3 * hour)))
  const byPassword = [desk.type(otp, "right", after(3 * hour)), desk.setPassword(otp, after(3 * hour))]
  const byOperator = [desk.unlock(after(4 * hour)), desk.account()?.lockedAt === undefined]
  return { cause, byPassword, byOperator, later: typing(millis, "right") }
}
