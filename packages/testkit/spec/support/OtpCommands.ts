/**
 * The commands of codes: what a rule about codes tries, and of which a mistake replaces one.
 */
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { UnlockAccount } from "@kinchaku/domain/account/Stopping"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Command } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { type Bound, ConfirmOtp, type OtpRefusal, spend } from "@kinchaku/domain/otp/Confirming"
import { IssueContactOtp, IssueOtp, IssuePasswordOtp } from "@kinchaku/domain/otp/Issuing"
import { type Otp, type OtpId, otpKey, otps } from "@kinchaku/domain/otp/Otp"
import { LoginWithPassword } from "@kinchaku/domain/session/PasswordLogin"
import { Result, Schema } from "effect"

type Using = Bound & { readonly otp: OtpId }

/** Uses a code up, as every operation does that needs one. */
const UseCode: Command<Using, { readonly used: boolean }, OtpRefusal> = {
  tag: "UseCode",
  content: Schema.Unknown as never,
  success: Schema.Unknown as never,
  reads: ({ content }) => [otpKey(content.otp)],
  decide: (facts, { at, content: { otp, ...bound } }) =>
    Result.map(spend(facts, otp, bound, at), (used) => Decision.make({ result: { used: true }, puts: [used] }))
}

/** The commands with which codes are asked for, typed and used. */
export const coding = {
  issue: IssueOtp,
  prove: IssueContactOtp,
  forPassword: IssuePasswordOtp,
  confirm: ConfirmOtp,
  use: UseCode,
  login: LoginWithPassword,
  setPassword: SetPassword,
  unlock: UnlockAccount
}
export type Coding = typeof coding

/** The commands with some replaced. */
export const but = (wrong: Partial<Coding>): Coding => ({ ...coding, ...wrong })

/** A command that takes the code that it is about for another one. */
export const taking = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (otp: Otp, content: Content, at: Instant) => Partial<Otp>
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) => {
    const { held, peek, policy } = facts
    const find: typeof facts.find = (kind, id) => {
      const record = facts.find(kind, id)
      if (kind.name !== otps.name || record === undefined) return record
      const otp = record as unknown as Otp
      return { ...record, ...other(otp, envelope.content, envelope.at) }
    }
    return command.decide({ find, held, peek, policy }, envelope)
  }
})
