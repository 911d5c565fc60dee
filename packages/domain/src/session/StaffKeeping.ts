/**
 * Keeping the staff: who is registered, sets a password, is unlocked, and goes (SEC-02, SEC-10).
 *
 * Whoever registers somebody hands over a token that serves to set a password, once and for a day; so no password is known to two
 * people. Only staff with the role "admin" keeps staff, and nobody who is locked.
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import type { Forbidden } from "../account/OperatorCase.ts"
import { sameHash } from "../account/Secrets.ts"
import { Instant, later } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { FreshToken } from "./Beginning.ts"
import { ended, sessionKey } from "./Session.ts"
import {
  actorKeys,
  keepsStaff,
  type Staff,
  type StaffFirst,
  StaffId,
  staffNames,
  StaffNotFound,
  StaffRole,
  staffs
} from "./Staff.ts"

/** Refused: somebody has or had the login ID. */
export class LoginIdTaken extends Schema.TaggedError<LoginIdTaken>()("LoginIdTaken", {}) {}

/** Refused: the token to set a password is wrong, used or over; have another one given. Which it is is not said. */
export class SettingTokenInvalid extends Schema.TaggedError<SettingTokenInvalid>()("SettingTokenInvalid", {}) {}

/** How long a password can be set with a token. */
const settingMillis = 86_400_000

/** What may be known of a staff user by those who keep the staff. */
export const StaffView = Schema.Struct({
  id: StaffId,
  state: Schema.Literals(["firstLogin", "active", "locked", "ended"]),
  roles: Schema.Array(StaffRole),
  /** Until when the password can be set. */
  settingUntil: Schema.optionalKey(Instant)
})
export type StaffView = typeof StaffView.Type

export const staffView = (staff: Staff): StaffView => ({
  id: staff.id,
  state: staff._tag === "active" && staff.lockedAt !== undefined ? "locked" : staff._tag,
  roles: staff.roles,
  ...(staff._tag === "firstLogin" ? { settingUntil: staff.settingUntil } : {})
})

/** A staff user who has to set a password, with the token of a nonce. */
const first = (
  { id, loginId, roles }: Pick<Staff, "id" | "loginId" | "roles">,
  { nonce, token }: FreshToken,
  at: Instant
): StaffFirst => ({
  _tag: "firstLogin",
  id,
  loginId,
  roles,
  settingNonce: nonce,
  settingToken: token,
  settingUntil: later(at, settingMillis)
})

const Registration = Schema.Struct({
  loginId: KeyedHash,
  roles: Schema.Array(StaffRole).check(Schema.isMinLength(1), Schema.isMaxLength(3), Schema.isUnique()),
  ...FreshToken.fields
})
const WithNonce = Schema.Struct({ staff: StaffView, nonce: FreshToken.fields.nonce })

/** Registers a staff user, whose name stands in the personal data of this command. */
export const RegisterStaff: Command<typeof Registration.Type, typeof WithNonce.Type, LoginIdTaken | Forbidden> = {
  tag: "RegisterStaff",
  content: Registration,
  success: WithNonce,
  intent: ({ loginId, roles }) => ({ loginId, roles }),
  reads: ({ actor, content }) => [key(staffNames, content.loginId), ...actorKeys(actor)],
  decide: (facts, { actor, at, content, id }) =>
    Result.gen(function* () {
      yield* keepsStaff(facts, actor)
      const { loginId, nonce, roles } = content
      if (facts.find(staffNames, loginId) !== undefined) return yield* Result.fail(new LoginIdTaken())
      const staff = first({ id: `staff_${id}` as StaffId, loginId, roles }, content, at)
      return Decision.make({
        result: { staff: staffView(staff), nonce },
        puts: [put(staffs, staff as Staff), put(staffNames, { id: loginId, staff: staff.id })]
      })
    })
}

const Setting = Schema.Struct({
  staff: StaffId,
  /** The keyed hash of the token as it was given. */
  token: KeyedHash
})

/** Whether a token serves to set a password now. */
export const settable = (staff: Staff | undefined, token: KeyedHash, at: Instant): staff is StaffFirst =>
  staff?._tag === "firstLogin" && sameHash(token, staff.settingToken) && at <= staff.settingUntil

/** Sets the password, whose hash stands in the personal data of this command. */
export const SetStaffPassword: Command<typeof Setting.Type, StaffView, SettingTokenInvalid> = {
  tag: "SetStaffPassword",
  content: Setting,
  success: StaffView,
  reads: ({ content }) => [key(staffs, content.staff)],
  decide: (facts, { at, content, id }) => {
    const found = facts.find(staffs, content.staff)
    if (!settable(found, content.token, at)) return Result.fail(new SettingTokenInvalid())
    const { loginId, roles } = found
    const staff: Staff = { _tag: "active", id: found.id, loginId, roles, password: id, failures: 0 }
    return Result.succeed(Decision.make({ result: staffView(staff), puts: [put(staffs, staff)] }))
  }
}

const OfStaff = Schema.Struct({ staff: StaffId })
type Kept = StaffNotFound | Forbidden

/** The staff user that somebody with the role "admin" changes; whoever is gone is not found. */
const kept = (
  facts: Facts,
  { actor, content }: Envelope<typeof OfStaff.Type>
): Result.Result<Exclude<Staff, { readonly _tag: "ended" }>, Kept> =>
  Result.flatMap(keepsStaff(facts, actor), () => {
    const found = facts.find(staffs, content.staff)
    return found === undefined || found._tag === "ended"
      ? Result.fail(new StaffNotFound({ staff: content.staff }))
      : Result.succeed(found)
  })

const keptKeys = ({ actor, content }: Envelope<typeof OfStaff.Type>) => [
  key(staffs, content.staff),
  sessionKey(content.staff),
  ...actorKeys(actor)
]

/** Takes the lock off a staff user, and sets the count to zero. One who is locked keeps no staff, so it is always another who does. */
export const UnlockStaff: Command<typeof OfStaff.Type, StaffView, Kept> = {
  tag: "UnlockStaff",
  content: OfStaff,
  success: StaffView,
  reads: keptKeys,
  decide: (facts, envelope) =>
    Result.map(kept(facts, envelope), (staff) => {
      if (staff._tag !== "active") return Decision.make({ result: staffView(staff) })
      const { lockedAt: _, ...open } = staff
      const unlocked: Staff = { ...open, failures: 0 }
      return Decision.make({ result: staffView(unlocked), puts: [put(staffs, unlocked)] })
    })
}

const Resetting = Schema.Struct({ staff: StaffId, ...FreshToken.fields })

/** Voids the password of a staff user, or the token to set it, and gives another token; the session ends. */
export const ResetStaffPassword: Command<typeof Resetting.Type, typeof WithNonce.Type, Kept> = {
  tag: "ResetStaffPassword",
  content: Resetting,
  success: WithNonce,
  intent: ({ staff }) => ({ staff }),
  reads: keptKeys,
  decide: (facts, envelope) =>
    Result.map(kept(facts, envelope), (staff) => {
      const { at, content } = envelope
      const reset = first(staff, content, at)
      return Decision.make({
        result: { staff: staffView(reset), nonce: content.nonce },
        puts: [put(staffs, reset as Staff), ...ended(facts, staff.id, at, "passwordChanged")]
      })
    })
}

/** Ends a staff user for good; the session ends. */
export const EndStaff: Command<typeof OfStaff.Type, StaffView, Kept> = {
  tag: "EndStaff",
  content: OfStaff,
  success: StaffView,
  reads: keptKeys,
  decide: (facts, envelope) =>
    Result.map(kept(facts, envelope), ({ id, loginId, roles }) => {
      const gone: Staff = { _tag: "ended", id, loginId, roles, endedAt: envelope.at }
      const puts = [put(staffs, gone), ...ended(facts, id, envelope.at, "closed")]
      return Decision.make({ result: staffView(gone), puts })
    })
}
