/**
 * Samples of staff: every state, with and without each field that may be absent.
 */
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { type Staff, type StaffId, staffNames, staffs } from "@kinchaku/domain/session/Staff"
import { commandId, minute } from "./Batches.ts"
import { keyedHash } from "./Ground.ts"

const staffId = (n: number): StaffId => `staff_${commandId(n)}` as StaffId
const common = (n: number) => ({ id: staffId(n), loginId: keyedHash(`login ${n}`), roles: ["support"] as const })
const setting = (n: number) => ({
  settingNonce: `_-abcXYZ${`${n}`.padStart(14, "0")}` as Nonce,
  settingToken: keyedHash(`setting ${n}`),
  settingUntil: minute(n)
})

const staffSamples = (n: number): ReadonlyArray<Staff> => [
  { _tag: "firstLogin", ...common(n), ...setting(n) },
  { _tag: "active", ...common(n), password: commandId(n), failures: 0 },
  {
    _tag: "active",
    ...common(n),
    roles: ["admin", "finance"],
    password: commandId(n),
    failures: 5,
    lockedAt: minute(7)
  },
  { _tag: "firstLogin", ...common(n), ...setting(n), settingUntil: minute(9) },
  { _tag: "ended", ...common(n), endedAt: minute(8) }
]

/** For each kind of this area, versions of the record of a number. */
export const staffVersions: Readonly<Record<string, (n: number) => ReadonlyArray<Put>>> = {
  [staffs.name]: (n) => staffSamples(n).map((record) => put(staffs, record)),
  [staffNames.name]: (n) => [put(staffNames, { id: keyedHash(`login ${n}`), staff: staffId(n) })]
}
