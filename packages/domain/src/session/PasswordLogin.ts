/**
 * Logging in on the web with e-mail address and password (SES-05, LCK-01, ACC-21).
 *
 * Every attempt is a decision of its own and is recorded with what became of it, whether or not anybody has the address. The password
 * was compared before, because that is slow on purpose; the attempt names the password that it was compared with.
 */
import { Result, Schema } from "effect"
import { type Account, AccountId, type AccountOpen, accounts, KeyedHash } from "../account/Account.ts"
import { claimId, claimKey, claims } from "../account/Claim.ts"
import { type Holder, holders } from "../account/Holder.ts"
import { MigrationRequired, migrated } from "../account/Standing.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { type Command, CommandId, type Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { coolingOffKey } from "../limit/CoolingOff.ts"
import * as Lockout from "../otp/Lockout.ts"
import { begun, FreshToken } from "./Beginning.ts"
import { coolingOff, LoggedIn, loggedIn, newDevice } from "./Login.ts"
import { sessions } from "./Session.ts"

/** What was found of a password before its attempt was decided. */
export const PasswordEvidence = Schema.Struct({
  /** The password that it was compared with, by the command that set it; none where there is none. */
  compared: Schema.optionalKey(CommandId),
  isRight: Schema.Boolean
})
export type PasswordEvidence = typeof PasswordEvidence.Type

const Content = Schema.Struct({
  /** The address, as a keyed hash; nobody may have it. */
  email: KeyedHash,
  /** The device that it comes from; none where it has never logged in (SEC-09). */
  device: Schema.optionalKey(KeyedHash),
  /** What such a device is called, once it has. */
  newDevice: KeyedHash,
  evidence: PasswordEvidence,
  ...FreshToken.fields
})
type Content = typeof Content.Type

/** Why somebody did not get in; for the audit, and never said to whoever tried (SEC-01). */
const FailedLogin = Schema.TaggedStruct("failed", {
  account: Schema.optionalKey(AccountId),
  reason: Schema.Literals(["unknown", "noPassword", "wrong", "locked", "barred", "stopped", "closed"]),
  event: Schema.optionalKey(Lockout.FailureEvent)
})
const Migrating = Schema.TaggedStruct("migrationRequired", { account: AccountId, deadline: Instant })

/** What became of an attempt. */
export const PasswordLogin = Schema.Union([LoggedIn, FailedLogin, Migrating])
export type PasswordLogin = typeof PasswordLogin.Type

/** The password was replaced while it was compared: it has to be compared again. Whoever tries never sees this. */
export class PasswordReplaced extends Schema.TaggedError<PasswordReplaced>()("PasswordReplaced", {}) {}

type Decided = Decision.Decision<PasswordLogin>

const failed = (
  account: AccountId | undefined,
  reason: (typeof FailedLogin.Type)["reason"],
  { event, ...written }: Partial<Lockout.Counted> = {}
): Decided =>
  Decision.make<PasswordLogin>({
    result: {
      _tag: "failed",
      ...(account === undefined ? {} : { account }),
      reason,
      ...(event === undefined ? {} : { event })
    },
    ...written
  })

/** A wrong password: one failure more of the account, or of the strangers that try it (SEC-09). */
const wrong = (facts: Facts, account: AccountOpen, isStranger: boolean, moment: Envelope<Content>): Decided =>
  failed(
    account.id,
    "wrong",
    isStranger ? Lockout.strangerFailed(facts, account, moment) : Lockout.failed(facts, account, "password", moment)
  )

/** A right password. A suspended account gets a session that serves for resuming alone (ACC-21). */
const right = (facts: Facts, account: AccountOpen, envelope: Envelope<Content>): Decided => {
  const { at, content } = envelope
  const { _tag, id } = account
  if (_tag === "stopped") return failed(id, "stopped")
  const inTime = migrated(facts, account, at)
  if (Result.isFailure(inTime)) {
    const { deadline } = inTime.failure
    return Decision.make<PasswordLogin>({
      result: { _tag: "migrationRequired", account: id, deadline },
      puts: Lockout.succeeded(facts, id)
    })
  }
  const scope = _tag === "suspended" ? ("resume" as const) : ("full" as const)
  const session = begun(facts.policy.authentication, content, { id, via: "password", scope }, envelope)
  const device = content.device ?? content.newDevice
  return Decision.make<PasswordLogin>({
    result: loggedIn(id, session),
    puts: [put(sessions, session), ...Lockout.succeeded(facts, id, device), ...coolingOff(facts, id, device, at)],
    notices: newDevice(facts, id, device, envelope)
  })
}

/** An attempt at an account that somebody has. */
const tried = (
  facts: Facts,
  account: Account,
  { password }: Holder,
  envelope: Envelope<Content>
): Result.Result<Decided, PasswordReplaced> => {
  const { at, content } = envelope
  const { device, evidence } = content
  const { id } = account
  if (account._tag === "closed") return Result.succeed(failed(id, "closed"))
  // Right or wrong, it is not looked at while the account is locked (LCK-05).
  if (account.lockedAt !== undefined) return Result.succeed(failed(id, "locked"))
  const isStranger = Lockout.isStranger(facts, id, device)
  if (isStranger && Lockout.areStrangersBarred(facts, id, at)) return Result.succeed(failed(id, "barred"))
  if (evidence.compared !== password) return Result.fail(new PasswordReplaced())
  if (password === undefined) return Result.succeed(failed(id, "noPassword"))
  return Result.succeed(
    evidence.isRight ? right(facts, account, envelope) : wrong(facts, account, isStranger, envelope)
  )
}

/** Logs in with e-mail address and password, or counts a failure. */
export const LoginWithPassword: Command<Content, PasswordLogin, PasswordReplaced> = {
  tag: "LoginWithPassword",
  content: Content,
  success: PasswordLogin,
  // What the password was is no part of it: repeated with another one, an attempt answers what it answered first.
  intent: ({ device, email }) => ({ email, device }),
  reads: ({ content }) => [claimKey("email", content.email)],
  readsMore: (found, { content }) => {
    const account = found.peek(claims, claimId("email", content.email))?.account
    return account === undefined
      ? []
      : [key(accounts, account), key(holders, account), ...Lockout.lockoutKeys(account), coolingOffKey(account)]
  },
  decide: (facts, envelope) => {
    const claim = facts.find(claims, claimId("email", envelope.content.email))
    const id = claim === undefined || claim.state === "released" ? undefined : claim.account
    const account = id === undefined ? undefined : facts.find(accounts, id)
    const holder = id === undefined ? undefined : facts.find(holders, id)
    return account === undefined || holder === undefined
      ? Result.succeed(failed(undefined, "unknown"))
      : tried(facts, account, holder, envelope)
  }
}

/** The refusal of a right password on an account that can only migrate (ACC-08). */
export const migrationRefusal = ({ account, deadline }: typeof Migrating.Type): MigrationRequired =>
  new MigrationRequired({ account, deadline })
