/**
 * Password proofs: what was found of a password that was typed on the web, and what that means (ACC-18, ACC-32, LCK-01).
 *
 * Passwords are compared before a command is decided, because that is slow on purpose. A proof names the password that it was
 * compared with, so one about a password that was changed meanwhile proves nothing.
 */
import { Result, Schema } from "effect"
import type { Envelope } from "../engine/Command.ts"
import type { Facts } from "../engine/Facts.ts"
import { type Counted, failed, FailureEvent } from "../otp/Lockout.ts"
import { LoginFailed } from "../session/LoginFailed.ts"
import { PasswordEvidence } from "../session/PasswordLogin.ts"
import { AccountId, type AccountOpen, KeyedHash } from "./Account.ts"
import type { Holder } from "./Holder.ts"

/** Refused: the account has no password; ask for a code with the registered e-mail address and set one (ACC-31, ACC-32). */
export class PasswordNotSet extends Schema.TaggedError<PasswordNotSet>()("PasswordNotSet", {
  account: AccountId,
  /** How one is set: with the e-mail address and a code by SMS. */
  setBy: Schema.Literals(["emailAndCode"])
}) {}

export const PasswordProof = Schema.Struct({
  /** The address that was typed. */
  email: KeyedHash,
  ...PasswordEvidence.fields
})
export type PasswordProof = typeof PasswordProof.Type

/** A wrong password is a decision, for it counts (LCK-01). */
export const Mismatch = Schema.TaggedStruct("mismatch", { event: FailureEvent })
export type Mismatch = typeof Mismatch.Type

/** What a proof comes to: nothing to object, or one failure more. */
export const judged = (
  facts: Facts,
  { account, holder, proof }: { readonly account: AccountOpen; readonly holder: Holder; readonly proof: PasswordProof },
  moment: Pick<Envelope<unknown>, "at" | "id">
): Result.Result<Counted | undefined, PasswordNotSet | LoginFailed> => {
  if (holder.password === undefined) {
    return Result.fail(new PasswordNotSet({ account: account.id, setBy: "emailAndCode" }))
  }
  if (proof.compared !== holder.password) return Result.fail(new LoginFailed())
  const isProved = proof.isRight && proof.email === holder.email
  return Result.succeed(isProved ? undefined : failed(facts, account, "password", moment))
}
