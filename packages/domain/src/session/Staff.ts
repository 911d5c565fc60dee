/**
 * Staff: the operator's own people, and who of them may do what.
 *
 * A staff user has a login ID, a password that nobody else ever knew, and roles. The record holds no personal data: login IDs are
 * keyed hashes, the name stands in the personal data of the registration. Holders are no staff.
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Forbidden } from "../account/OperatorCase.ts"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { type Actor, CommandId, madeId } from "../engine/Command.ts"
import type { Facts } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"

/** "staff_" and the id of the command that registered the person. */
export const StaffId = madeId("staff_").pipe(Schema.brand("StaffId"))
export type StaffId = typeof StaffId.Type

/** support: holders and their accounts. finance: money and its records. admin: the staff itself. */
export const StaffRole = Schema.Literals(["support", "finance", "admin"])
export type StaffRole = typeof StaffRole.Type

const common = { id: StaffId, loginId: KeyedHash, roles: Schema.Array(StaffRole) }

/** 初回ログイン: has to set a password first, with a token that serves once. */
export const StaffFirst = Schema.TaggedStruct("firstLogin", {
  ...common,
  settingNonce: Nonce,
  settingToken: KeyedHash,
  settingUntil: Instant
})
export type StaffFirst = typeof StaffFirst.Type

/** 利用中: logs in, unless locked after failures in a row. */
export const StaffActive = Schema.TaggedStruct("active", {
  ...common,
  /** The command whose personal data holds the hash of the password. */
  password: CommandId,
  failures: Schema.Int,
  lockedAt: Schema.optionalKey(Instant)
})
export type StaffActive = typeof StaffActive.Type

/** 利用終了: gone for good. */
export const StaffEnded = Schema.TaggedStruct("ended", { ...common, endedAt: Instant })
export type StaffEnded = typeof StaffEnded.Type

export const Staff = Schema.Union([StaffFirst, StaffActive, StaffEnded])
export type Staff = typeof Staff.Type

export const staffs: RecordKind<Staff> = { name: "staff", schema: Staff, idOf: ({ id }) => id }

/** Whose a login ID is; it is given once, and to nobody else later. */
export const StaffName = Schema.Struct({ id: KeyedHash, staff: StaffId })
export type StaffName = typeof StaffName.Type

export const staffNames: RecordKind<StaffName> = { name: "staffName", schema: StaffName, idOf: ({ id }) => id }

/** A login ID: 3 to 32 letters, digits, dots, hyphens and underscores. */
export const LoginId = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._-]{2,31}$/, { message: "expected 3 to 32 letters, digits or marks" })
)

/** The one written form of a login ID. */
export const loginId = (typed: string): string => typed.toLowerCase()

/** What is kept beside the books: of a registration the name, of a set password its hash. */
export const StaffText = Schema.fromJsonString(
  Schema.Struct({ name: Schema.optionalKey(Schema.String), password: Schema.optionalKey(Schema.String) })
)

/** Refused: there is no such staff user, or not any more. */
export class StaffNotFound extends Schema.TaggedError<StaffNotFound>()("StaffNotFound", { staff: StaffId }) {}

/** As whom a staff user acts. */
export const staffActor = (id: StaffId): Actor => `operator:${id}` as Actor

const isStaffId = Schema.is(StaffId)

/** The staff user that acts, where it is one. */
const actingStaff = (actor: Actor): StaffId | undefined => {
  const id = actor.replace(/^operator:/, "")
  return isStaffId(id) ? id : undefined
}

/** The facts that {@link keepsStaff} reads. */
export const actorKeys = (actor: Actor): ReadonlyArray<Key> => {
  const id = actingStaff(actor)
  return id === undefined ? [] : [key(staffs, id)]
}

/** Whether a staff user keeps the staff now; nobody who is locked does. */
const isAdmin = (staff: Staff | undefined): boolean =>
  staff?._tag === "active" && staff.lockedAt === undefined && staff.roles.includes("admin")

/** Whether an actor may keep the staff: an admin, or the operator itself, which sets up the first one. */
export const keepsStaff = (facts: Facts, actor: Actor): Result.Result<void, Forbidden> => {
  const id = actingStaff(actor)
  const isAllowed = id === undefined ? /^(?:operator|system):/.test(actor) : isAdmin(facts.find(staffs, id))
  return isAllowed ? Result.void : Result.fail(new Forbidden({ needs: "admin" }))
}
