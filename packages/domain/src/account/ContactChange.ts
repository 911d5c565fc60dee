/**
 * Changes of how a holder is reached: phone number, e-mail address, and the kana name (ACC-14 to ACC-17, SEC-06).
 *
 * The old contact is told of every change. A try with a contact that somebody has is a decision, not a refusal: it uses the code up,
 * so whoever is logged in cannot ask about one contact after the other (SEC-01).
 */
import { Result, Schema } from "effect"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put, type Put } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import type { Notice } from "../notice/Notice.ts"
import { OtpRequired, type OtpRefusal, spend } from "../otp/Confirming.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import { Account, AccountId, AccountNotFound, accounts, KeyedHash } from "./Account.ts"
import { claimId, claimKey, claims, isTaken } from "./Claim.ts"
import { type Holder, holders } from "./Holder.ts"
import { EmailTaken, PhoneTaken } from "./Opening.ts"
import { byOperator, CaseReference, type Forbidden } from "./OperatorCase.ts"
import { AccountClosed, operable, type StandingRefusal } from "./Standing.ts"

type ContactOf = "email" | "phone"

/** What became of a try: the contact is another one now, or somebody has it already. */
export const ContactChange = Schema.Union([
  Schema.TaggedStruct("changed", { account: AccountId }),
  Schema.TaggedStruct("taken", { migrationOffered: Schema.Boolean })
])
export type ContactChange = typeof ContactChange.Type

interface Subject {
  readonly account: Account
  readonly holder: Holder
}

const subject = (facts: Facts, id: AccountId): Result.Result<Subject, AccountNotFound> => {
  const account = facts.find(accounts, id)
  const holder = facts.find(holders, id)
  return account === undefined || holder === undefined
    ? Result.fail(new AccountNotFound({ account: id }))
    : Result.succeed({ account, holder })
}

/** The keys of an account, its holder, and the claims on a new contact. */
const keysOf = (account: AccountId, of: ContactOf, value: KeyedHash): ReadonlyArray<Key> => [
  key(accounts, account),
  key(holders, account),
  claimKey(of, value),
  ...(of === "phone" ? [CoolingOff.coolingOffKey(account)] : [])
]

/** The claim on the contact that is given up. */
const formerKeys = (found: Found, account: AccountId, of: ContactOf): ReadonlyArray<Key> => {
  const holder = found.peek(holders, account)
  return holder === undefined ? [] : [claimKey(of, holder[of])]
}

/** Gives up one contact and takes another, for a holder whose account was opened so or so. */
const moved = (
  facts: Facts,
  { account, holder }: Subject,
  of: ContactOf,
  value: KeyedHash,
  { at, id }: Envelope<unknown>
): ReadonlyArray<Put> => {
  const former = facts.find(claims, claimId(of, holder[of]))
  const state = account.origin === "legacy" ? ("legacy" as const) : ("held" as const)
  const next: Holder =
    of === "email" ? { ...holder, email: value, emailIn: id } : { ...holder, phone: value, phoneIn: id }
  return [
    put(holders, next),
    ...(former?.account === account.id ? [put(claims, { ...former, state: "released" as const })] : []),
    put(claims, { id: claimId(of, value), of, account: account.id, state }),
    ...(of === "phone" ? CoolingOff.begun(facts, account.id, at) : [])
  ]
}

/** The holder is told at the address of now, and where the old contact is (SEC-06, ACC-17). */
const told = ({ account, holder }: Subject, of: ContactOf, { at, id }: Envelope<unknown>): ReadonlyArray<Notice> => {
  const common = { to: "holder", account: account.id, subject: account.id, at } as const
  return of === "email"
    ? [
        { id: `${id}.1`, kind: "emailChanged", ...common },
        { id: `${id}.2`, kind: "emailChanged", ...common, via: holder.emailIn }
      ]
    : [
        { id: `${id}.1`, kind: "phoneChanged", ...common },
        { id: `${id}.2`, kind: "phoneChanged", ...common, channel: "sms", via: holder.phoneIn }
      ]
}

const changed = (
  facts: Facts,
  who: Subject,
  of: ContactOf,
  value: KeyedHash,
  envelope: Envelope<unknown>,
  used: ReadonlyArray<Put>
): Decision.Decision<ContactChange> => {
  const claim = facts.find(claims, claimId(of, value))
  return isTaken(claim)
    ? Decision.make<ContactChange>({
        result: { _tag: "taken", migrationOffered: claim.state === "legacy" && claim.account !== who.account.id },
        puts: used
      })
    : Decision.make<ContactChange>({
        result: { _tag: "changed", account: who.account.id },
        puts: [...moved(facts, who, of, value, envelope), ...used],
        notices: told(who, of, envelope)
      })
}

/** A code that went to the phone of now: one that went to a former number is worth nothing (ACC-15). */
const codeFor = ({ account, holder }: Subject, purpose: "phoneChange" | "emailChange") => ({
  account: account.id,
  contact: holder.phone,
  purpose
})

const PhoneContent = Schema.Struct({
  account: AccountId,
  phone: KeyedHash,
  /** The confirmed code that went to the current number (ACC-15). */
  otp: OtpId,
  /** The confirmed code that went to the new number, where the policy asks for one (ACC-16). */
  newOtp: Schema.optionalKey(OtpId)
})

/** Changes the phone number of a holder who receives a code on the current one (ACC-15, ACC-16). */
export const ChangePhone: Command<
  typeof PhoneContent.Type,
  ContactChange,
  AccountNotFound | StandingRefusal | OtpRefusal
> = {
  tag: "ChangePhone",
  content: PhoneContent,
  success: ContactChange,
  reads: ({ content: { account, newOtp, otp, phone } }) => [
    ...keysOf(account, "phone", phone),
    otpKey(otp),
    ...(newOtp === undefined ? [] : [otpKey(newOtp)])
  ],
  readsMore: (found, { content: { account } }) => formerKeys(found, account, "phone"),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      const who = yield* subject(facts, content.account)
      const account = yield* operable(facts, who.account, at)
      const used = yield* spend(facts, content.otp, codeFor(who, "phoneChange"), at)
      const bound = { account: account.id, contact: content.phone, purpose: "newPhone" } as const
      const isAsked = facts.policy.authentication.otp.newPhoneProved
      if (isAsked && content.newOtp === undefined) return yield* Result.fail(new OtpRequired())
      const proved = content.newOtp === undefined ? [] : [yield* spend(facts, content.newOtp, bound, at)]
      return changed(facts, who, "phone", content.phone, envelope, [used, ...proved])
    })
}

const EmailContent = Schema.Struct({ account: AccountId, email: KeyedHash, otp: OtpId })

/** Changes the e-mail address, with a code on the phone and without access to the old address, which is told (ACC-17). */
export const ChangeEmail: Command<
  typeof EmailContent.Type,
  ContactChange,
  AccountNotFound | StandingRefusal | OtpRefusal
> = {
  tag: "ChangeEmail",
  content: EmailContent,
  success: ContactChange,
  reads: ({ content: { account, email, otp } }) => [...keysOf(account, "email", email), otpKey(otp)],
  readsMore: (found, { content: { account } }) => formerKeys(found, account, "email"),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      const who = yield* subject(facts, content.account)
      yield* operable(facts, who.account, at)
      const used = yield* spend(facts, content.otp, codeFor(who, "emailChange"), at)
      return changed(facts, who, "email", content.email, envelope, [used])
    })
}

/** The subject of an operator's change: an account in any state but closed, locked or not. */
const open = (facts: Facts, envelope: Envelope<{ readonly account: AccountId }>) =>
  Result.gen(function* () {
    yield* byOperator(envelope)
    const who = yield* subject(facts, envelope.content.account)
    const { account } = who
    return account._tag === "closed" ? yield* Result.fail(new AccountClosed({ account: account.id })) : who
  })

const OfficePhoneContent = Schema.Struct({ account: AccountId, phone: KeyedHash, reference: CaseReference })

/** Changes the phone number for a holder who cannot receive on the current one, under the operator's case (ACC-15). */
export const ChangePhoneByOperator: Command<
  typeof OfficePhoneContent.Type,
  ContactChange,
  Forbidden | AccountNotFound | AccountClosed | PhoneTaken
> = {
  tag: "ChangePhoneByOperator",
  content: OfficePhoneContent,
  success: ContactChange,
  reads: ({ content: { account, phone } }) => keysOf(account, "phone", phone),
  readsMore: (found, { content: { account } }) => formerKeys(found, account, "phone"),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const who = yield* open(facts, envelope)
      const decision = changed(facts, who, "phone", envelope.content.phone, envelope, [])
      if (decision.result._tag === "changed") return decision
      return yield* Result.fail(new PhoneTaken({ migrationOffered: decision.result.migrationOffered }))
    })
}

/** The named error of a contact that somebody has. */
export const refusalOf = (
  of: ContactOf,
  { migrationOffered }: Extract<ContactChange, { readonly _tag: "taken" }>
): EmailTaken | PhoneTaken =>
  of === "email" ? new EmailTaken({ migrationOffered }) : new PhoneTaken({ migrationOffered })

const KanaContent = Schema.Struct({ account: AccountId, kanaName: KeyedHash, reference: CaseReference })

/** Changes the kana name, which its holder cannot (ACC-14). Bank links are matched with it from now on. */
export const ChangeKanaName: Command<typeof KanaContent.Type, Account, Forbidden | AccountNotFound | AccountClosed> = {
  tag: "ChangeKanaName",
  content: KanaContent,
  success: Account,
  reads: ({ content: { account } }) => [key(accounts, account), key(holders, account)],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { account, holder } = yield* open(facts, envelope)
      const renamed: Account = { ...account, kanaName: envelope.content.kanaName }
      const named = { ...holder, kanaIn: envelope.id }
      return Decision.make({ result: renamed, puts: [put(accounts, renamed), put(holders, named)] })
    })
}
