/**
 * Suspension (利用停止) and resumption (利用再開): what a holder does on the web with e-mail address, password and a code (ACC-18, ACC-21).
 *
 * A suspended account does nothing until it is resumed; what providers report meanwhile is still booked (ACC-20).
 */
import { Result, Schema } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import type { NoticeKind } from "../notice/Notice.ts"
import { type OtpRefusal, spend } from "../otp/Confirming.ts"
import { lockoutKeys, succeeded } from "../otp/Lockout.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import type { LoginFailed } from "../session/LoginFailed.ts"
import { ended } from "../session/Session.ts"
import { type Account, AccountActive, AccountId, AccountNotFound, accounts, AccountSuspended } from "./Account.ts"
import { holders } from "./Holder.ts"
import { judged, Mismatch, PasswordNotSet, PasswordProof } from "./PasswordProof.ts"
import { migrated, operable, type StandingRefusal, stateRefusal, unlocked } from "./Standing.ts"

/** active → suspended */
export const suspended = (account: AccountActive, at: Instant): AccountSuspended => ({
  ...account,
  _tag: "suspended",
  suspendedAt: at
})

/** suspended → active */
export const resumed = ({ suspendedAt: _, ...account }: AccountSuspended): AccountActive => ({
  ...account,
  _tag: "active"
})

/** Refused: the account is in use, so there is nothing to resume (ACC-21). */
export class AccountNotSuspended extends Schema.TaggedError<AccountNotSuspended>()("AccountNotSuspended", {
  account: AccountId
}) {}

const Content = Schema.Struct({ account: AccountId, proof: PasswordProof, otp: OtpId })
type Content = typeof Content.Type

const intent = ({ account, otp, proof: { email } }: Content): unknown => ({ account, otp, email })

const reads = ({ content: { account, otp } }: Envelope<Content>) => [
  key(accounts, account),
  key(holders, account),
  otpKey(otp),
  ...lockoutKeys(account)
]

type Refused = AccountNotFound | PasswordNotSet | LoginFailed | OtpRefusal

/** What both have in common: the state is asked first, then the code, then the password, and only then anything changes. */
const proved = <Before extends AccountActive | AccountSuspended, E>(
  facts: Facts,
  envelope: Envelope<Content>,
  purpose: "suspend" | "resume",
  standing: (account: Account) => Result.Result<Before, E>
) =>
  Result.gen(function* () {
    const { at, content } = envelope
    const found = facts.find(accounts, content.account)
    const holder = facts.find(holders, content.account)
    if (found === undefined || holder === undefined) {
      return yield* Result.fail(new AccountNotFound({ account: content.account }))
    }
    const account = yield* standing(found)
    if (holder.password === undefined) {
      return yield* Result.fail(new PasswordNotSet({ account: account.id, setBy: "emailAndCode" }))
    }
    const used = yield* spend(facts, content.otp, { account: account.id, contact: holder.phone, purpose }, at)
    const counted = yield* judged(facts, { account, holder, proof: content.proof }, envelope)
    return { account, used, counted }
  })

const told = (kind: NoticeKind, account: AccountId, { at, id }: Envelope<Content>) =>
  [{ id: `${id}.1`, kind, to: "holder", account, subject: account, at }] as const

const mismatch = ({ event, notices, puts }: NonNullable<Result.Result.Success<ReturnType<typeof judged>>>) =>
  Decision.make<Mismatch>({ result: { _tag: "mismatch", event }, puts, notices })

/** What became of an attempt to suspend. */
export const Suspending = Schema.Union([AccountSuspended, Mismatch])

/** Suspends an account and ends its session (ACC-18, SES-03). A locked one must be unlocked first (ACC-19). */
export const SuspendAccount: Command<Content, typeof Suspending.Type, Refused | StandingRefusal> = {
  tag: "SuspendAccount",
  content: Content,
  success: Suspending,
  intent,
  reads,
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at } = envelope
      const { account, counted, used } = yield* proved(facts, envelope, "suspend", (one) => operable(facts, one, at))
      if (counted !== undefined) return mismatch(counted)
      const next = suspended(account, at)
      return Decision.make<typeof Suspending.Type>({
        result: next,
        puts: [
          put(accounts, next as Account),
          used,
          ...succeeded(facts, account.id),
          ...ended(facts, account.id, at, "suspended")
        ],
        notices: told("accountSuspended", account.id, envelope)
      })
    })
}

/** What became of an attempt to resume. */
export const Resuming = Schema.Union([AccountActive, Mismatch])

const resumable = (
  facts: Facts,
  account: Account,
  at: Instant
): Result.Result<AccountSuspended, StandingRefusal | AccountNotSuspended> => {
  if (account._tag === "active") return Result.fail(new AccountNotSuspended({ account: account.id }))
  if (account._tag !== "suspended") return Result.fail(stateRefusal(facts, account))
  return Result.flatMap(unlocked(account), () => Result.map(migrated(facts, account, at), () => account))
}

/** Resumes an account that its holder suspended (ACC-21). One that an operator stopped is resumed by an operator alone (ACC-22). */
export const ResumeAccount: Command<Content, typeof Resuming.Type, Refused | StandingRefusal | AccountNotSuspended> = {
  tag: "ResumeAccount",
  content: Content,
  success: Resuming,
  intent,
  reads,
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at } = envelope
      const { account, counted, used } = yield* proved(facts, envelope, "resume", (one) => resumable(facts, one, at))
      if (counted !== undefined) return mismatch(counted)
      const next = resumed(account)
      return Decision.make<typeof Resuming.Type>({
        result: next,
        // The session that served for resuming alone is over: whoever goes on logs in again.
        puts: [
          put(accounts, next as Account),
          used,
          ...succeeded(facts, account.id),
          ...ended(facts, account.id, at, "suspended")
        ],
        notices: told("accountResumed", account.id, envelope)
      })
    })
}
