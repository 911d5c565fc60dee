/**
 * Staff columns: the operator's own people, and whose a login ID is.
 */
import { staffNames, staffs } from "@kinchaku/domain/session/Staff"
import { define, integer, json, type RecordColumns } from "./Columns.ts"

export const staffColumns: ReadonlyArray<RecordColumns> = [
  define(staffs, "staff", {
    id: "id",
    _tag: "state",
    loginId: "login_id",
    roles: json("roles"),
    settingNonce: "setting_nonce",
    settingToken: "setting_token",
    settingUntil: integer("setting_until"),
    password: "password",
    failures: integer("failures"),
    lockedAt: integer("locked_at"),
    endedAt: integer("ended_at")
  }),
  define(staffNames, "staff_name", { id: "login_id", staff: "staff" })
]
