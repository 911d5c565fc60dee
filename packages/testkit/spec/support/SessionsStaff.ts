/**
 * Staff at the door: somebody is registered, sets a password, logs in, or types wrong ones until locked.
 */
import type { Actor } from "@kinchaku/domain/engine/Command"
import type { StaffRole } from "@kinchaku/domain/session/Staff"
import { StaffOffice } from "@kinchaku/domain/session/StaffOffice"
import { Effect } from "effect"
import { anew, host, operator, outcome, wrongPassword } from "./Sessions.ts"

export const staffPassword = "otters-play-14-chess"

/** Somebody is registered. */
export const register = (roles: ReadonlyArray<StaffRole>, loginId = "staff-1", actor: Actor = operator) =>
  Effect.flatMap(StaffOffice, (office) =>
    office.register({ loginId, name: "和田 はな", roles: [...roles] }, { actor, key: anew() })
  )

/** Logs in. */
export const staffIn = (typed = staffPassword) =>
  Effect.flatMap(StaffOffice, ({ login }) =>
    login({ loginId: "Staff-1", password: typed }, { actor: host, key: anew() })
  )

/** Somebody is registered, sets a password and logs in. */
export const employed = (roles: ReadonlyArray<StaffRole>) =>
  Effect.gen(function* () {
    const office = yield* StaffOffice
    const { settingToken: token } = yield* register(roles)
    yield* office.setPassword({ token, password: staffPassword }, { actor: host, key: anew() })
    return yield* staffIn()
  })

/** Wrong passwords, as many as lock. */
export const lockedOut = Effect.forEach(Array.from({ length: 5 }), () => outcome(staffIn(wrongPassword)))
