/**
 * Mistakes with codes, as people have made them.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { holders } from "@kinchaku/domain/account/Holder"
import { AccountLocked } from "@kinchaku/domain/account/Standing"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Command } from "@kinchaku/domain/engine/Command"
import type { Decision } from "@kinchaku/domain/engine/Decision"
import type { Facts } from "@kinchaku/domain/engine/Facts"
import { type Confirmation, ConfirmOtp, OtpAlreadyUsed } from "@kinchaku/domain/otp/Confirming"
import { IssueContactOtp, IssueOtp } from "@kinchaku/domain/otp/Issuing"
import {
  contactSubject,
  type Otp,
  type OtpId,
  type OtpPurpose,
  otpKey,
  otps,
  otpSendings
} from "@kinchaku/domain/otp/Otp"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { put } from "@kinchaku/domain/engine/Facts"
import { Result } from "effect"
import { but, type Coding } from "./OtpCommands.ts"
import { CodeDesk, emailOf, idOf, phoneOf } from "./OtpDesk.ts"
import { type Asking, nobody } from "./OtpSendings.ts"
import { deciding, mistaking, seeing, under } from "./PaymentsMistakes.ts"
import { noon } from "./PaymentsDesk.ts"

type Codes = Policy["authentication"]["otp"]

/** Other values of codes than those in force. */
export const withSending =
  (values: Partial<Codes>) =>
  ({ authentication }: Policy): Partial<Policy> => ({
    authentication: { ...authentication, otp: { ...authentication.otp, ...values } }
  })

/** Codes are sent under other values. */
export const sendingUnder = (values: Partial<Codes>): Coding =>
  but({ issue: under(IssueOtp, withSending(values)), prove: under(IssueContactOtp, withSending(values)) })

/** The sendings of some subjects are not counted. */
export const countingNo = (subject: string): Coding => {
  const other = (kind: string, record: object | undefined) =>
    kind === otpSendings.name && record !== undefined && "id" in record && String(record.id).startsWith(subject)
      ? undefined
      : record
  return but({ issue: seeing(IssueOtp, other), prove: seeing(IssueContactOtp, other) })
}

/** Mails are sent as often as they are asked for. */
export const mailsFreely: typeof IssueContactOtp = {
  ...IssueContactOtp,
  decide: (facts, envelope) => {
    const free = under(IssueContactOtp, withSending({ resendSeconds: 0, perHour: 100 }))
    return (envelope.content.of === "email" ? free : IssueContactOtp).decide(facts, envelope)
  }
}

const own: Asking = { who: "own", from: "last", millis: 0 }
/** Six messages in an hour, the sixth on either side of the edge. */
export const sixInAnHour: ReadonlyArray<Asking> = [
  ...Array.from({ length: 6 }, () => own),
  { ...own, from: "fifth", millis: -1 },
  { ...own, from: "fifth" },
  { ...own, from: "fifth", millis: 1 }
]

/** A new code makes those of every purpose invalid. */
export const voidingEvery: typeof IssueOtp = {
  ...IssueOtp,
  readsMore: (found, envelope) => [
    ...(IssueOtp.readsMore?.(found, envelope) ?? []),
    ...Object.values(found.peek(otpSendings, envelope.content.account)?.open ?? {}).map(otpKey)
  ],
  decide: (facts, envelope) => {
    const open = Object.values(facts.find(otpSendings, envelope.content.account)?.open ?? {})
    const others = open.flatMap((id) => facts.find(otps, id) ?? [])
    const voided = others.map((otp) => put(otps, { ...otp, state: "superseded" as const }))
    return Result.map(IssueOtp.decide(facts, envelope), (decision) => ({
      ...decision,
      puts: [...decision.puts, ...voided]
    }))
  }
}

/** A wrong code is not counted once the right one was typed. */
export const neverWrong = <Decided extends Result.Result<Decision<Confirmation>, unknown>>(
  decided: Decided,
  facts: Facts,
  otp: OtpId
) =>
  Result.isSuccess(decided) && decided.success.result._tag === "mismatch" && facts.find(otps, otp)?.state !== "open"
    ? Result.fail(new OtpAlreadyUsed({ otp }))
    : decided

/** Nothing needs a code, or nothing but what is left. */
export const waiving = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  waived: Codes["waived"] = ["payment", "topUp", "payout"]
): Command<Content, Success, Refusal> => under(command, withSending({ waived }))

/** One waiver is taken for all. */
export const waivingAll = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> =>
  under(command, (policy) =>
    policy.authentication.otp.waived.length === 0
      ? policy
      : withSending({ waived: ["payment", "topUp", "payout"] })(policy)
  )

/** Every account is taken for one with certificate. */
export const certified = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> => mistaking(command, accounts.name, { origin: "certificate" })

/** Whether a code for an account was issued and not sent. */
export const isUnsent = ({ puts, requests }: Decision<unknown>): boolean =>
  requests.length === 0 && puts.some(({ kind, record }) => kind === otps.name && "account" in record)

/** Whoever types a code for somebody's password is told that the account is locked. */
export const tellingLocks: typeof ConfirmOtp = deciding(ConfirmOtp, (decided, facts, { content }) => {
  const id = facts.find(otps, content.otp)?.account
  const account = id === undefined ? undefined : facts.find(accounts, id)
  return account?.lockedAt === undefined
    ? decided
    : Result.fail(new AccountLocked({ account: account.id, cause: "failures" }))
})

/** Codes for an address that is nobody's do not count as sent. */
export const nobodysSendings = (kind: string, record: object | undefined): object | undefined =>
  kind === otpSendings.name &&
  record !== undefined &&
  "id" in record &&
  record.id === contactSubject("email", emailOf(nobody))
    ? undefined
    : record

/** What comes of a code for one contact where another is to be proved. */
export const provesContact =
  (commands: Coding) =>
  ({
    asked,
    of,
    proved
  }: {
    readonly of: "phone" | "email"
    readonly asked: number
    readonly proved: number
  }): string => {
    const desk = new CodeDesk(commands)
    const otp = idOf(desk.prove(of, asked))
    desk.type(otp, "right")
    return desk.use(otp, noon, { contact: of === "phone" ? phoneOf(proved) : emailOf(proved) })
  }

/** Any code is taken for a confirmed one of a purpose. */
export const confirmedFor =
  (purpose: OtpPurpose) =>
  (_otp: Otp, _content: unknown, at: Instant): Partial<Otp> => ({ purpose, state: "confirmed", confirmedAt: at })

/** A code confirms wherever it went. */
export const whereverItWent: (typeof ConfirmOtp)["decide"] = (facts, envelope) => {
  const contact = facts.find(otps, envelope.content.otp)?.contact
  return mistaking(ConfirmOtp, holders.name, contact === undefined ? {} : { phone: contact }).decide(facts, envelope)
}
