/**
 * Setting a password: for whoever enters the registered e-mail address and the code that was sent to the registered phone (ACC-31, LCK-06).
 *
 * The hash stands in the personal data of the command; the record names the command alone.
 */
import { Result, Schema } from "effect"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { type Bound, OtpNotFound, type OtpRefusal, spend } from "../otp/Confirming.ts"
import { isSpent, lockoutKeys, unlock } from "../otp/Lockout.ts"
import { OtpId, otpKey, otps } from "../otp/Otp.ts"
import { ended } from "../session/Session.ts"
import { type Account, AccountId, accounts, KeyedHash } from "./Account.ts"
import { claimId, claimKey, claims } from "./Claim.ts"
import { type Holder, holders } from "./Holder.ts"
import { AccountClosed, AccountLocked } from "./Standing.ts"

const Content = Schema.Struct({ email: KeyedHash, otp: OtpId })

/** Whose password was set, and whether that took off a lock. */
export const PasswordSet = Schema.Struct({ account: AccountId, unlocked: Schema.Boolean })
export type PasswordSet = typeof PasswordSet.Type

/** Who has an e-mail address, or had it when the account closed. */
const ownerOf = (
  facts: Facts,
  email: KeyedHash
): { readonly account: Account; readonly holder: Holder } | undefined => {
  const claim = facts.find(claims, claimId("email", email))
  if (claim === undefined || claim.state === "released") return undefined
  const account = facts.find(accounts, claim.account)
  const holder = facts.find(holders, claim.account)
  return account === undefined || holder === undefined ? undefined : { account, holder }
}

/**
 * What the code must be bound to. A challenge that was issued for nobody is held against the address that was typed, whoever has it:
 * so the answer is the same whether or not anybody does (SEC-01).
 */
const boundFor = (facts: Facts, otp: OtpId, email: KeyedHash): Bound => {
  const owner = ownerOf(facts, email)
  return owner === undefined || facts.find(otps, otp)?.account === undefined
    ? { contact: email, purpose: "passwordSet" }
    : { account: owner.account.id, contact: owner.holder.phone, purpose: "passwordSet" }
}

/**
 * Sets the password, takes off the lock of failures in a row, and ends the session (LCK-06). A lock of too many wrong codes in a year
 * stays, and no password is set meanwhile (SEC-08). Without the code nothing is said about the address (SEC-01).
 */
export const SetPassword: Command<typeof Content.Type, PasswordSet, OtpRefusal | AccountLocked | AccountClosed> = {
  tag: "SetPassword",
  content: Content,
  success: PasswordSet,
  reads: ({ content: { email, otp } }) => [claimKey("email", email), otpKey(otp)],
  readsMore: (found, { content: { email } }) => {
    const account = found.peek(claims, claimId("email", email))?.account
    return account === undefined ? [] : [key(accounts, account), key(holders, account), ...lockoutKeys(account)]
  },
  decide: (facts, { at, content: { email, otp }, id }) =>
    Result.gen(function* () {
      const used = yield* spend(facts, otp, boundFor(facts, otp, email), at)
      // A code that was confirmed is an account's: no code fits a challenge for nobody.
      const owner = ownerOf(facts, email)
      if (owner === undefined) return yield* Result.fail(new OtpNotFound({ otp }))
      const { account, holder } = owner
      if (account._tag === "closed") return yield* Result.fail(new AccountClosed({ account: account.id }))
      if (account.lockCause === "wrongCodes" || isSpent(facts, account.id, at)) {
        return yield* Result.fail(new AccountLocked({ account: account.id, cause: "wrongCodes" }))
      }
      const { account: open, puts } = unlock(facts, account)
      const isUnlocked = account.lockedAt !== undefined
      const common = { to: "holder", account: account.id, subject: account.id, at } as const
      return Decision.make({
        result: { account: account.id, unlocked: isUnlocked },
        puts: [
          put(holders, { ...holder, password: id }),
          put(accounts, open as Account),
          ...puts,
          used,
          ...ended(facts, account.id, at, "passwordChanged")
        ],
        notices: [
          { id: `${id}.1`, kind: "passwordChanged", ...common },
          ...(isUnlocked ? [{ id: `${id}.2`, kind: "accountUnlocked", ...common } as const] : [])
        ]
      })
    })
}
