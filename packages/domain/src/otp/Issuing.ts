/**
 * Issuing a code: who may ask for one, for what, and where it goes (OTP-07, OTP-08).
 *
 * A code goes to the phone that is registered on the account, or to the contact that is being proved. Whoever asks with an e-mail
 * address alone, to set a password, is answered alike whether or not anybody has that address: a code that nobody is sent is
 * issued in its place (SEC-01).
 */
import { Result, Schema } from "effect"
import { type Account, AccountId, AccountNotFound, accounts, KeyedHash } from "../account/Account.ts"
import { claimId, claimKey, claims } from "../account/Claim.ts"
import { type Holder, holders } from "../account/Holder.ts"
import { Nonce } from "../account/Secrets.ts"
import { migrated, operable, type StandingRefusal, stateRefusal, unlocked } from "../account/Standing.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, CommandId } from "../engine/Command.ts"
import type { Facts, Found } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { contactSubject, HolderPurpose, OtpOperation, sendingsKey } from "./Otp.ts"
import { earlierKeys, type Issue, issued, OtpIssued, type OtpSendLimited } from "./Sending.ts"

const made = { nonce: Nonce, code: KeyedHash }

// ── codes of an account ──────────────────────────────────────────────────────────────────────────────────────────────

const AccountContent = Schema.Struct({
  account: AccountId,
  purpose: HolderPurpose,
  operation: Schema.optionalKey(OtpOperation),
  /** The number to be proved, for `newPhone`; it stands in the personal data of the command. */
  newPhone: Schema.optionalKey(KeyedHash),
  ...made
})
type AccountContent = typeof AccountContent.Type

/** Whether an account may ask for a code of a purpose in its present state. */
const mayAsk = (
  facts: Facts,
  account: Account,
  purpose: HolderPurpose,
  at: Instant
): Result.Result<unknown, StandingRefusal> => {
  switch (purpose) {
    case "resume":
      return account._tag === "suspended"
        ? Result.flatMap(unlocked(account), () => migrated(facts, account, at))
        : operable(facts, account, at)
    case "migration":
      return account._tag === "closed" ? Result.fail(stateRefusal(facts, account)) : unlocked(account)
    default:
      return operable(facts, account, at)
  }
}

const accountIssue = (
  { account, code, newPhone, nonce, operation, purpose }: AccountContent,
  { phone, phoneIn }: Holder,
  id: CommandId
): Issue => ({
  subject: account,
  account,
  purpose,
  ...(operation === undefined ? {} : { operation }),
  channel: "sms",
  ...(newPhone === undefined ? { contact: phone, contactIn: phoneIn } : { contact: newPhone, contactIn: id }),
  nonce,
  code
})

/** Issues a code to the phone that is registered on an account, or to its new one (OTP-07). */
export const IssueOtp: Command<AccountContent, OtpIssued, AccountNotFound | StandingRefusal | OtpSendLimited> = {
  tag: "IssueOtp",
  content: AccountContent,
  success: OtpIssued,
  intent: ({ code: _code, nonce: _nonce, ...asked }) => asked,
  reads: ({ content: { account } }) => [key(accounts, account), key(holders, account), sendingsKey(account)],
  readsMore: (found, { content: { account, newPhone, purpose } }) => {
    const phone = newPhone ?? found.peek(holders, account)?.phone
    return [
      ...earlierKeys(found, account, purpose),
      ...(phone === undefined ? [] : [sendingsKey(contactSubject("phone", phone))])
    ]
  },
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content, id } = envelope
      const account = facts.find(accounts, content.account)
      const holder = facts.find(holders, content.account)
      if (account === undefined || holder === undefined) {
        return yield* Result.fail(new AccountNotFound({ account: content.account }))
      }
      yield* mayAsk(facts, account, content.purpose, at)
      const issue = accountIssue(content, holder, id)
      return yield* issued(facts, issue, envelope, { sendings: [contactSubject("phone", issue.contact)] })
    })
}

// ── codes that prove a contact before there is an account ────────────────────────────────────────────────────────────

const ContactContent = Schema.Struct({ of: Schema.Literals(["phone", "email"]), value: KeyedHash, ...made })

/** Issues a code to a phone number or an e-mail address that an account is to be opened with; it says nothing about who has it. */
export const IssueContactOtp: Command<typeof ContactContent.Type, OtpIssued, OtpSendLimited> = {
  tag: "IssueContactOtp",
  content: ContactContent,
  success: OtpIssued,
  intent: ({ code: _code, nonce: _nonce, ...asked }) => asked,
  reads: ({ content: { of, value } }) => [sendingsKey(contactSubject(of, value))],
  readsMore: (found, { content: { of, value } }) =>
    earlierKeys(found, contactSubject(of, value), of === "phone" ? "openingPhone" : "openingEmail"),
  decide: (facts, envelope) => {
    const { of, value, ...code } = envelope.content
    const subject = contactSubject(of, value)
    const issue: Issue = {
      subject,
      purpose: of === "phone" ? "openingPhone" : "openingEmail",
      channel: of === "phone" ? "sms" : "mail",
      contact: value,
      contactIn: envelope.id,
      ...code
    }
    return issued(facts, issue, envelope, { sendings: [] })
  }
}

// ── codes for whoever knows the e-mail address ───────────────────────────────────────────────────────────────────────

const PasswordContent = Schema.Struct({ email: KeyedHash, ...made })

/** The account that an e-mail address reaches: one that is open. */
const reached = (
  found: Found,
  email: KeyedHash
): { readonly account: Account; readonly holder: Holder } | undefined => {
  const claim = found.peek(claims, claimId("email", email))
  if (claim === undefined || claim.state === "retired" || claim.state === "released") return undefined
  const account = found.peek(accounts, claim.account)
  const holder = found.peek(holders, claim.account)
  return account === undefined || holder === undefined || account._tag === "closed" ? undefined : { account, holder }
}

/** Issues the code with which a password is set, and a locked account unlocked (ACC-31, LCK-06). */
export const IssuePasswordOtp: Command<typeof PasswordContent.Type, OtpIssued, OtpSendLimited> = {
  tag: "IssuePasswordOtp",
  content: PasswordContent,
  success: OtpIssued,
  intent: ({ email }) => email,
  reads: ({ content: { email } }) => [claimKey("email", email), sendingsKey(contactSubject("email", email))],
  readsMore: (found, { content: { email } }) => {
    const account = found.peek(claims, claimId("email", email))?.account
    const phone = account === undefined ? undefined : found.peek(holders, account)?.phone
    return [
      ...earlierKeys(found, contactSubject("email", email), "passwordSet"),
      ...(account === undefined ? [] : [key(accounts, account), key(holders, account), sendingsKey(account)]),
      ...(phone === undefined ? [] : [sendingsKey(contactSubject("phone", phone))])
    ]
  },
  decide: (facts, envelope) => {
    const { email, ...code } = envelope.content
    const found = reached(facts, email)
    const common = { subject: contactSubject("email", email), purpose: "passwordSet", channel: "sms", ...code } as const
    if (found === undefined) {
      // Nobody's address: what is issued looks alike, is sent to nobody, and no code fits it.
      return Result.map(
        issued(facts, { ...common, contact: email, contactIn: envelope.id }, envelope, { sendings: [] }),
        (decision) => ({ ...decision, requests: [] })
      )
    }
    const { account, holder } = found
    const issue = { ...common, account: account.id, contact: holder.phone, contactIn: holder.phoneIn }
    const sendings = [account.id, contactSubject("phone", holder.phone)]
    return issued(facts, issue, envelope, { isQuiet: true, sendings })
  }
}
