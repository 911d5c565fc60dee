/**
 * Logging in as staff, with login ID and password (SES-02, SES-03).
 *
 * Every attempt is a decision of its own, recorded with what became of it. As many failures in a row as lock a holder's account
 * lock a staff user; another one unlocks it.
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { begun, FreshToken } from "./Beginning.ts"
import { PasswordEvidence, PasswordReplaced } from "./PasswordLogin.ts"
import { ended, SessionId, sessionKey, sessions } from "./Session.ts"
import { type Staff, type StaffActive, StaffId, staffNames, StaffRole, staffs } from "./Staff.ts"

const Content = Schema.Struct({
  /** The login ID, as a keyed hash; nobody may have it. */
  loginId: KeyedHash,
  evidence: PasswordEvidence,
  ...FreshToken.fields
})
type Content = typeof Content.Type

const LoggedIn = Schema.TaggedStruct("loggedIn", {
  staff: StaffId,
  roles: Schema.Array(StaffRole),
  session: SessionId,
  nonce: Nonce,
  endsAt: Instant
})

/** Why somebody did not get in; for the audit, and never said to whoever tried (SEC-01). */
const Failed = Schema.TaggedStruct("failed", {
  staff: Schema.optionalKey(StaffId),
  reason: Schema.Literals(["unknown", "notSet", "wrong", "locked", "ended"]),
  event: Schema.optionalKey(Schema.Literals(["counted", "locked"]))
})

/** What became of an attempt. */
export const StaffLoginOutcome = Schema.Union([LoggedIn, Failed])
export type StaffLoginOutcome = typeof StaffLoginOutcome.Type

const decided = (result: StaffLoginOutcome, puts: ReadonlyArray<Put> = []) =>
  Decision.make<StaffLoginOutcome>({ result, puts })

/** A wrong password: one failure more. > failures ≥ the failure that locks ⇒ locked */
const wrong = (facts: Facts, staff: StaffActive, at: Instant) => {
  const failures = staff.failures + 1
  if (failures < facts.policy.authentication.lockout.locksAt) {
    const counted: Staff = { ...staff, failures }
    return decided({ _tag: "failed", staff: staff.id, reason: "wrong", event: "counted" }, [put(staffs, counted)])
  }
  const locked: Staff = { ...staff, failures, lockedAt: at }
  return decided({ _tag: "failed", staff: staff.id, reason: "wrong", event: "locked" }, [
    put(staffs, locked),
    ...ended(facts, staff.id, at, "locked")
  ])
}

const right = (facts: Facts, staff: StaffActive, envelope: Envelope<Content>) => {
  const { id, roles } = staff
  const { endsAt, nonce, session, ...begins } = begun(
    facts.policy.authentication,
    envelope.content,
    { id, via: "password", scope: "full" },
    envelope
  )
  const counted: Staff = { ...staff, failures: 0 }
  return decided({ _tag: "loggedIn", staff: id, roles, session, nonce, endsAt }, [
    put(sessions, { ...begins, endsAt, nonce, session }),
    ...(staff.failures === 0 ? [] : [put(staffs, counted)])
  ])
}

/** Logs a staff user in, or counts a failure. */
export const LoginStaff: Command<Content, StaffLoginOutcome, PasswordReplaced> = {
  tag: "LoginStaff",
  content: Content,
  success: StaffLoginOutcome,
  intent: ({ loginId }) => ({ loginId }),
  reads: ({ content }) => [key(staffNames, content.loginId)],
  readsMore: (found, { content }) => {
    const staff = found.peek(staffNames, content.loginId)?.staff
    return staff === undefined ? [] : [key(staffs, staff), sessionKey(staff)]
  },
  decide: (facts, envelope) => {
    const { evidence, loginId } = envelope.content
    const id = facts.find(staffNames, loginId)?.staff
    const staff = id === undefined ? undefined : facts.find(staffs, id)
    if (staff === undefined) return Result.succeed(decided({ _tag: "failed", reason: "unknown" }))
    if (staff._tag === "ended") return Result.succeed(decided({ _tag: "failed", staff: staff.id, reason: "ended" }))
    const password = staff._tag === "active" ? staff.password : undefined
    if (staff._tag === "active" && staff.lockedAt !== undefined) {
      return Result.succeed(decided({ _tag: "failed", staff: staff.id, reason: "locked" }))
    }
    if (evidence.compared !== password) return Result.fail(new PasswordReplaced())
    if (staff._tag !== "active") return Result.succeed(decided({ _tag: "failed", staff: staff.id, reason: "notSet" }))
    return Result.succeed(evidence.isRight ? right(facts, staff, envelope) : wrong(facts, staff, envelope.at))
  }
}
