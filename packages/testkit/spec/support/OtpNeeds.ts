/**
 * Operations that need a code whatever the policy: what becomes of each with a code that is confirmed, open, or for something else.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { ChangeEmail, ChangePhone } from "@kinchaku/domain/account/ContactChange"
import { holders } from "@kinchaku/domain/account/Holder"
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { ResumeAccount, SuspendAccount } from "@kinchaku/domain/account/Suspension"
import { put } from "@kinchaku/domain/engine/Facts"
import type { OtpId } from "@kinchaku/domain/otp/Otp"
import type { Coding } from "./OtpCommands.ts"
import { CodeDesk, emailOf, freely, holding, idOf, passwordOf, phoneOf } from "./OtpDesk.ts"
import { asking } from "./OtpTrials.ts"
import { accountIdOf, accountOf } from "./Payments.ts"
import { named, noon, prepare } from "./PaymentsDesk.ts"

/** The commands that need a code. */
export const needing = {
  suspend: SuspendAccount,
  resume: ResumeAccount,
  phoneChange: ChangePhone,
  emailChange: ChangeEmail,
  passwordSet: SetPassword
}
export type Needing = typeof needing
export type Need = keyof Needing
export const needs: ReadonlyArray<Need> = ["suspend", "resume", "phoneChange", "emailChange", "passwordSet"]

/** A code that is confirmed for the operation, that was only sent, or that is confirmed for another one. */
export const codes = ["confirmed", "open", "another's"] as const
export type CodeGiven = (typeof codes)[number]

const account = accountIdOf(0)
const proof = { email: emailOf(0), compared: passwordOf(0), isRight: true }

const doing = (desk: CodeDesk, commands: Needing, what: Need, otp: OtpId): string => {
  switch (what) {
    case "suspend":
      return named(desk.desk.ask(commands.suspend, { account, proof, otp }))
    case "resume":
      return named(desk.desk.ask(commands.resume, { account, proof, otp }))
    case "phoneChange":
      return named(desk.desk.ask(commands.phoneChange, { account, phone: phoneOf(7), otp }))
    case "emailChange":
      return named(desk.desk.ask(commands.emailChange, { account, email: emailOf(7), otp }))
    case "passwordSet":
      return named(desk.desk.ask(commands.passwordSet, { email: emailOf(0), otp }))
  }
}

/** What becomes of an operation with such a code. */
export const withCode = (commands: Needing, what: Need, given: CodeGiven): string => {
  const mine = accountOf(account, "money")
  const suspended = { ...mine, _tag: "suspended" as const, suspendedAt: noon }
  const desk = new CodeDesk(undefined, {
    records: [...holding(0), put(accounts, what === "resume" ? suspended : mine)]
  })
  const own = (need: Need) => (need === "passwordSet" ? desk.forPassword(0) : desk.issue(need))
  const another = what === "passwordSet" ? "suspend" : "passwordSet"
  const otp = idOf(own(given === "another's" ? another : what))
  if (given !== "open") desk.type(otp, "right")
  return doing(desk, commands, what, otp)
}

/** A code that was sent before the phone was changed, or not, and typed right; and how many failures that counts. */
export const straying = (commands: Coding, way: "account" | "password", isMoved: boolean) => {
  const policy = freely()
  const desk = new CodeDesk(commands, { policy })
  const otp = asking(desk, way)
  const holder = desk.desk.record(holders, account)
  if (isMoved && holder !== undefined) {
    desk.desk.ask(prepare, { policy, records: [put(holders, { ...holder, phone: phoneOf(7) })] })
  }
  return { typed: desk.type(otp, "right"), failures: desk.lockout()?.failures, codes: desk.lockout()?.wrongCodesAt }
}
