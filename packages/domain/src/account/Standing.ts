/**
 * Standing: whether an account may do something now, or why not (ACC-08, ACC-20, IDV-02, IDV-04, LCK-05).
 *
 * Every operation by or for a holder asks here first. What providers report of operations in flight does not: it is booked
 * whatever became of the account meanwhile (ACC-20).
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Facts } from "../engine/Facts.ts"
import type { Policy } from "../policy/Policy.ts"
import { type Account, type AccountActive, AccountId, AccountNotFound, accounts, LockCause } from "./Account.ts"

/** Refused: the account is locked after failed authentications; setting a new password unlocks it, or an operator does (LCK-05, LCK-06). */
export class AccountLocked extends Schema.TaggedError<AccountLocked>()("AccountLocked", {
  account: AccountId,
  cause: LockCause
}) {}

/** Refused: the holder suspended the account; resume it first (ACC-20, ACC-21). */
export class AccountSuspended extends Schema.TaggedError<AccountSuspended>()("AccountSuspended", {
  account: AccountId
}) {}

/** Refused: an operator stopped the account (ACC-20, ACC-22). */
export class AccountStopped extends Schema.TaggedError<AccountStopped>()("AccountStopped", {
  account: AccountId,
  /** Whom to call. */
  contact: Schema.String
}) {}

/** Refused: the account is closed for good (ACC-29). */
export class AccountClosed extends Schema.TaggedError<AccountClosed>()("AccountClosed", { account: AccountId }) {}

/** Refused: since the deadline a legacy account can do nothing but migrate (ACC-08). */
export class MigrationRequired extends Schema.TaggedError<MigrationRequired>()("MigrationRequired", {
  account: AccountId,
  deadline: JapanDate.Instant
}) {}

/** Refused: bank functions need certificate login, or a completed and not overdue verification (IDV-02, IDV-04). */
export class BankFunctionsRestricted extends Schema.TaggedError<BankFunctionsRestricted>()("BankFunctionsRestricted", {
  account: AccountId,
  reason: Schema.Literals(["notVerified", "confirmationOverdue"])
}) {}

/** Why an account in some other state than active does nothing. */
export type StateRefusal = AccountSuspended | AccountStopped | AccountClosed
export type StandingRefusal = StateRefusal | AccountLocked | MigrationRequired

type Governing = Pick<Facts, "policy">

/** The refusal of an account that is not active. */
export const stateRefusal = ({ policy }: Governing, { _tag, id }: Exclude<Account, AccountActive>): StateRefusal => {
  switch (_tag) {
    case "suspended":
      return new AccountSuspended({ account: id })
    case "stopped":
      return new AccountStopped({ account: id, contact: policy.contact })
    case "closed":
      return new AccountClosed({ account: id })
  }
}

/** The refusal of a locked account, where it is. */
export const unlocked = ({ id, lockCause = "failures", lockedAt }: Account): Result.Result<void, AccountLocked> =>
  lockedAt === undefined ? Result.void : Result.fail(new AccountLocked({ account: id, cause: lockCause }))

/** > legacy ∧ at > deadline ⇒ nothing but migration */
export const migrated = (
  { policy }: Governing,
  { id, origin }: Account,
  at: JapanDate.Instant
): Result.Result<void, MigrationRequired> => {
  const deadline = policy.account.migrationDeadline
  return origin === "legacy" && deadline !== undefined && at > deadline
    ? Result.fail(new MigrationRequired({ account: id, deadline }))
    : Result.void
}

/** The account where it may operate now: active, not locked, and migrated in time. */
export const operable = (
  facts: Governing,
  account: Account,
  at: JapanDate.Instant
): Result.Result<AccountActive, StandingRefusal> => {
  if (account._tag !== "active") return Result.fail(stateRefusal(facts, account))
  return Result.flatMap(unlocked(account), () => Result.map(migrated(facts, account, at), () => account))
}

/** The account of an operation, where it is there and may operate. */
export const acting = (
  facts: Facts,
  id: AccountId,
  at: JapanDate.Instant
): Result.Result<AccountActive, AccountNotFound | StandingRefusal> => {
  const account = facts.find(accounts, id)
  return account === undefined ? Result.fail(new AccountNotFound({ account: id })) : operable(facts, account, at)
}

/** The last instant before identity and purpose of use must be confirmed again (IDV-03): the end of the day, some years on. */
export const confirmedUntil = ({ account }: Policy, { confirmedAt }: Account): JapanDate.Instant =>
  JapanDate.end(JapanDate.addYears(JapanDate.at(confirmedAt), account.confirmationYears))

/** Whether the periodic confirmation of an account without certificate is overdue (IDV-04). */
export const isOverdue = (policy: Policy, account: Account, at: JapanDate.Instant): boolean =>
  account.origin === "legacy" && at > confirmedUntil(policy, account)

/** Whether an account may use bank functions: with certificate login, or a legacy one verified in time (IDV-02, IDV-04). */
export const bankable = (
  { policy }: Governing,
  account: Account,
  at: JapanDate.Instant
): Result.Result<void, BankFunctionsRestricted> => {
  if (account.origin === "certificate") return Result.void
  if (account.kind === "cash") {
    return Result.fail(new BankFunctionsRestricted({ account: account.id, reason: "notVerified" }))
  }
  return isOverdue(policy, account, at)
    ? Result.fail(new BankFunctionsRestricted({ account: account.id, reason: "confirmationOverdue" }))
    : Result.void
}
