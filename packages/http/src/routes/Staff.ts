/**
 * Staff on the wire: registered by an admin, given a token for a first password, logged in, unlocked, and gone.
 *
 * A token or a bearer token stands in one answer, for the person that it is meant for, and nowhere else (SEC-02).
 */
import { StaffId } from "@kinchaku/domain/session/Staff"
import { StaffView } from "@kinchaku/domain/session/StaffKeeping"
import { StaffLoginAnswer, StaffOffice, StaffRegistration } from "@kinchaku/domain/session/StaffOffice"
import { TypedPassword } from "@kinchaku/domain/session/PasswordRule"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const tag = "Staff"
const callers = ["operator", "admin"] as const

const View = Schema.Struct({ ...StaffView.fields, settingUntil: Schema.optionalKey(Timestamp) }).annotate({
  identifier: "StaffUser"
})
const Invited = Schema.Struct({
  staff: View,
  /** Serves to set a password, once and for a day; for that person alone. */
  settingToken: Schema.String
}).annotate({ identifier: "InvitedStaffUser" })

export const register = command(
  {
    path: "/staff",
    summary: "担当者を登録する / Register a staff user",
    description: `Registers a staff user and answers the token with which that person sets a password. Only admins and the operator keep staff (SEC-10).`,
    tag,
    callers,
    params: nothing,
    body: StaffRegistration.annotate({ identifier: "StaffRegistration" }),
    success: Invited,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* StaffOffice).register(body, intent)
  })
).refuses("LoginIdTaken", "Forbidden", ...engineRefusals)

export const setPassword = command(
  {
    path: "/staff/passwords",
    summary: "担当者のパスワードを設定する / Set the password of a staff user",
    description: "Sets a password with the token that was handed over, after which it serves no more.",
    tag,
    callers: [],
    params: nothing,
    body: Schema.Struct({ token: Schema.String.check(Schema.isMaxLength(100)), password: TypedPassword }).annotate({
      identifier: "StaffPasswordSetting"
    }),
    success: View,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* StaffOffice).setPassword(body, intent)
  })
).refuses("SettingTokenInvalid", "PasswordUnacceptable", ...engineRefusals)

export const login = command(
  {
    path: "/staff/sessions",
    summary: "担当者としてログインする / Log in as staff",
    description: `Logs a staff user in and ends the former session (SES-02). Whoever does not get in is not told why (SEC-01).`,
    tag,
    callers: [],
    params: nothing,
    body: Schema.Struct({ loginId: Schema.String.check(Schema.isMaxLength(100)), password: TypedPassword }).annotate({
      identifier: "StaffLogin"
    }),
    success: Schema.Struct({ ...StaffLoginAnswer.fields, endsAt: Timestamp }).annotate({ identifier: "StaffSession" }),
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* StaffOffice).login(body, intent)
  })
).refuses("LoginFailed", ...engineRefusals)

const StaffParams = Schema.Struct({ staff: StaffId })
const kept = ["StaffNotFound", "Forbidden", ...engineRefusals] as const

export const unlock = command(
  {
    path: "/staff/:staff/unlock",
    summary: "担当者のロックを解除する / Unlock a staff user",
    description: "Takes off the lock of failed logins; nobody unlocks oneself.",
    tag,
    callers,
    params: StaffParams,
    body: nothing,
    success: View,
    status: 200
  },
  Effect.fnUntraced(function* ({ intent, params }) {
    return yield* (yield* StaffOffice).unlock(params.staff, intent)
  })
).refuses(...kept)

export const reset = command(
  {
    path: "/staff/:staff/reset",
    summary: "担当者のパスワードを無効にする / Void the password of a staff user",
    description: "Voids the password, ends the session, and answers another token to set a password.",
    tag,
    callers,
    params: StaffParams,
    body: nothing,
    success: Invited,
    status: 200
  },
  Effect.fnUntraced(function* ({ intent, params }) {
    return yield* (yield* StaffOffice).reset(params.staff, intent)
  })
).refuses(...kept)

export const end = command(
  {
    path: "/staff/:staff/end",
    summary: "担当者の利用を終了する / End a staff user",
    description: "Ends a staff user for good, with the session.",
    tag,
    callers,
    params: StaffParams,
    body: nothing,
    success: View,
    status: 200
  },
  Effect.fnUntraced(function* ({ intent, params }) {
    return yield* (yield* StaffOffice).end(params.staff, intent)
  })
).refuses(...kept)
