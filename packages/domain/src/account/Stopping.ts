/**
 * Stopping (アカウント停止) and resuming by an operator, and taking off the lock that only an operator takes off (ACC-22 to ACC-24, SEC-08).
 *
 * Each is recorded with its actor, its reason or case, and its time (SEC-11).
 */
import { Result, Schema } from "effect"
import { bankLinks } from "../bank/BankLink.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import type { Notice, NoticeKind } from "../notice/Notice.ts"
import { lockoutKeys, unlock } from "../otp/Lockout.ts"
import { ended } from "../session/Session.ts"
import {
  Account,
  AccountActive,
  AccountId,
  AccountNotFound,
  accounts,
  AccountStopped,
  type AccountSuspended,
  StopReason
} from "./Account.ts"
import { type DocumentsRequired, Examination, examined, type IndividualNumberShown } from "./Documents.ts"
import { type Holder, holders } from "./Holder.ts"
import { byOperator, CaseReference, type Forbidden } from "./OperatorCase.ts"
import { AccountClosed, AccountLocked, type StateRefusal, stateRefusal } from "./Standing.ts"

/** active, suspended → stopped */
export const stopped = (account: AccountActive | AccountSuspended, at: Instant, reason: StopReason): AccountStopped => {
  if (account._tag === "active") return { ...account, _tag: "stopped", stoppedAt: at, reason }
  const { suspendedAt: _, ...open } = account
  return { ...open, _tag: "stopped", stoppedAt: at, reason }
}

/** stopped → active */
export const restarted = ({ reason: _reason, stoppedAt: _at, ...account }: AccountStopped): AccountActive => ({
  ...account,
  _tag: "active"
})

/** Refused: no operator stopped the account, so there is nothing to resume (ACC-22). */
export class AccountNotStopped extends Schema.TaggedError<AccountNotStopped>()("AccountNotStopped", {
  account: AccountId
}) {}

const told = (kind: NoticeKind, account: AccountId, { at, id }: Envelope<unknown>): ReadonlyArray<Notice> => [
  { id: `${id}.1`, kind, to: "holder", account, subject: account, at }
]

const found = (facts: Facts, id: AccountId): Result.Result<Account, AccountNotFound> => {
  const account = facts.find(accounts, id)
  return account === undefined ? Result.fail(new AccountNotFound({ account: id })) : Result.succeed(account)
}

const StopContent = Schema.Struct({ account: AccountId, reason: StopReason, reference: CaseReference })

/** Stops an account, whatever its holder did with it, and ends its session; the holder is told whom to call (ACC-22, SES-03). */
export const StopAccount: Command<typeof StopContent.Type, AccountStopped, Forbidden | AccountNotFound | StateRefusal> =
  {
    tag: "StopAccount",
    content: StopContent,
    success: AccountStopped,
    reads: ({ content: { account } }) => [key(accounts, account), ...lockoutKeys(account)],
    decide: (facts, envelope) =>
      Result.gen(function* () {
        const { at, content } = envelope
        yield* byOperator(envelope)
        const account = yield* found(facts, content.account)
        if (account._tag !== "active" && account._tag !== "suspended") {
          return yield* Result.fail(stateRefusal(facts, account))
        }
        const next = stopped(account, at, content.reason)
        return Decision.make({
          result: next,
          puts: [put(accounts, next as Account), ...ended(facts, account.id, at, "stopped")],
          notices: told("accountStopped", account.id, envelope)
        })
      })
  }

const ResumeContent = Schema.Struct({ account: AccountId, examination: Examination })

/** Whether an account has a bank link, or may have one yet: one whose procedure was started, however it stands now, counts. */
const hasLink = (facts: Pick<Found, "peek">, { bankLinks: links }: Holder): boolean =>
  links.some((id) => {
    const link = facts.peek(bankLinks, id)
    return link?._tag === "provisional"
      ? link.request !== undefined
      : link?._tag === "registered" || link?._tag === "inProcedure"
  })

/** Resumes an account that an operator stopped (ACC-23, ACC-24). A lock on it stays (LCK-05). */
export const ResumeStoppedAccount: Command<
  typeof ResumeContent.Type,
  AccountActive,
  Forbidden | AccountNotFound | AccountNotStopped | AccountClosed | DocumentsRequired | IndividualNumberShown
> = {
  tag: "ResumeStoppedAccount",
  content: ResumeContent,
  success: AccountActive,
  reads: ({ content: { account } }) => [key(accounts, account), key(holders, account)],
  readsMore: (peeking, { content: { account } }) =>
    (peeking.peek(holders, account)?.bankLinks ?? []).map((link) => key(bankLinks, link)),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      yield* byOperator(envelope)
      const account = yield* found(facts, content.account)
      const holder = facts.find(holders, content.account)
      if (holder === undefined) return yield* Result.fail(new AccountNotFound({ account: account.id }))
      if (account._tag === "closed") return yield* Result.fail(new AccountClosed({ account: account.id }))
      if (account._tag !== "stopped") return yield* Result.fail(new AccountNotStopped({ account: account.id }))
      const circumstances = { account: account.id, hasLink: hasLink(facts, holder), since: account.stoppedAt }
      yield* examined(circumstances, content.examination, at)
      const next = restarted(account)
      return Decision.make({
        result: next,
        puts: [put(accounts, next as Account)],
        notices: told("accountResumed", account.id, envelope)
      })
    })
}

const UnlockContent = Schema.Struct({ account: AccountId, reference: CaseReference })

/**
 * Takes off the lock of too many wrong codes in a year, which nobody else takes off (SEC-08). The lock of failures in a row is the
 * holder's own to take off, with a new password (LCK-06). What was counted over the year stays counted.
 */
export const UnlockAccount: Command<
  typeof UnlockContent.Type,
  Account,
  Forbidden | AccountNotFound | AccountClosed | AccountLocked
> = {
  tag: "UnlockAccount",
  content: UnlockContent,
  success: Account,
  reads: ({ content: { account } }) => [key(accounts, account), ...lockoutKeys(account)],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      yield* byOperator(envelope)
      const account = yield* found(facts, envelope.content.account)
      if (account._tag === "closed") return yield* Result.fail(new AccountClosed({ account: account.id }))
      if (account.lockedAt === undefined) return Decision.make<Account>({ result: account })
      if (account.lockCause !== "wrongCodes") {
        return yield* Result.fail(new AccountLocked({ account: account.id, cause: account.lockCause ?? "failures" }))
      }
      const { account: open, puts } = unlock(facts, account)
      return Decision.make<Account>({
        result: open,
        puts: [put(accounts, open as Account), ...puts],
        notices: told("accountUnlocked", account.id, envelope)
      })
    })
}
