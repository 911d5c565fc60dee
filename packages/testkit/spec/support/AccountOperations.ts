/**
 * Operations: what a holder can ask of an account, each with what it needs at the desk, and the word with which an operator's command goes.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { CloseAccount } from "@kinchaku/domain/account/Closing"
import { ChangeEmail, ChangeKanaName, ChangePhone, ChangePhoneByOperator } from "@kinchaku/domain/account/ContactChange"
import type { Examination } from "@kinchaku/domain/account/Documents"
import type { ImportLegacyAccount } from "@kinchaku/domain/account/LegacyImport"
import { MigrateAccount } from "@kinchaku/domain/account/Migration"
import { CompleteIdentityVerification } from "@kinchaku/domain/account/Opening"
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import type { PasswordProof } from "@kinchaku/domain/account/PasswordProof"
import { ResumeStoppedAccount, StopAccount, UnlockAccount } from "@kinchaku/domain/account/Stopping"
import { ResumeAccount, SuspendAccount } from "@kinchaku/domain/account/Suspension"
import { AddBankLink } from "@kinchaku/domain/bank/Linking"
import { type Instant, type JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand, Command } from "@kinchaku/domain/engine/Command"
import { IssueOtp } from "@kinchaku/domain/otp/Issuing"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { linkOf, operator, otpId, passwordIn } from "./AccountDesk.ts"
import { inDirectory } from "../../src/scenario/Linking.ts"
import { hashOf, nonceOf } from "./Accounts.ts"
import { me, paying } from "./Payments.ts"
import { type Asked, noon } from "./PaymentsDesk.ts"
import { bank } from "./PaymentsTopUps.ts"

type ContentOf<C> = C extends Command<infer Content, infer _S, infer _R> ? Content : never

/** The right password, with the right address. */
export const rightPassword: PasswordProof = { email: hashOf("email", 1), compared: passwordIn, isRight: true }
export const evidence = { verdict: "verified" as const, challenge: nonceOf(90) }

/** What each command of an account is asked, when nothing is wrong with it. */
export const contents = {
  verify: { account: me, person: hashOf("person", 1), evidence },
  link: { account: me, bank, bankAccount: hashOf("bankAccount", 7), directory: inDirectory },
  topUp: { account: me, link: linkOf("registered").id as never, amount: 5_000 as PositiveYen, quotedFee: 0 as Yen },
  pay: paying(5_000),
  code: {
    account: me,
    purpose: "payment",
    operation: "pay x 1",
    nonce: nonceOf(91),
    code: "7".repeat(64) as KeyedHash
  },
  phone: { account: me, phone: hashOf("phone", 2), otp: otpId("phoneChange") },
  provedPhone: { account: me, phone: hashOf("phone", 2), otp: otpId("phoneChange"), newOtp: otpId("newPhone") },
  email: { account: me, email: hashOf("email", 2), otp: otpId("emailChange") },
  suspend: { account: me, proof: rightPassword, otp: otpId("suspend") },
  resume: { account: me, proof: rightPassword, otp: otpId("resume") },
  close: { account: me },
  password: { email: hashOf("email", 1), otp: otpId("passwordSet") },
  migrate: { person: hashOf("person", 2), proof: rightPassword, otp: otpId("migration"), evidence },
  stop: { account: me, reason: "suspectedFraud", reference: "case-1" },
  unlock: { account: me, reference: "case-1" },
  officePhone: { account: me, phone: hashOf("phone", 2), reference: "case-1" },
  kanaName: { account: me, kanaName: hashOf("kanaName", 2), reference: "case-1" }
} as const satisfies {
  readonly verify: ContentOf<typeof CompleteIdentityVerification>
  readonly link: ContentOf<typeof AddBankLink>
  readonly topUp: ContentOf<typeof TopUpFromBank>
  readonly pay: ContentOf<typeof PaySlip>
  readonly code: ContentOf<typeof IssueOtp>
  readonly phone: ContentOf<typeof ChangePhone>
  readonly provedPhone: ContentOf<typeof ChangePhone>
  readonly email: ContentOf<typeof ChangeEmail>
  readonly suspend: ContentOf<typeof SuspendAccount>
  readonly resume: ContentOf<typeof ResumeAccount>
  readonly close: ContentOf<typeof CloseAccount>
  readonly password: ContentOf<typeof SetPassword>
  readonly migrate: ContentOf<typeof MigrateAccount>
  readonly stop: ContentOf<typeof StopAccount>
  readonly unlock: ContentOf<typeof UnlockAccount>
  readonly officePhone: ContentOf<typeof ChangePhoneByOperator>
  readonly kanaName: ContentOf<typeof ChangeKanaName>
}

/** A content of the import. */
export type Import = ContentOf<typeof ImportLegacyAccount>

/** An account of the former books, as an operator takes it in. */
export const legacy: Import = {
  person: hashOf("person", 5),
  email: hashOf("email", 5),
  phone: hashOf("phone", 5),
  kanaName: hashOf("kanaName", 5),
  language: "ja",
  hasPassword: true,
  former: { openedAt: (noon - 1_000) as Instant, cash: 0 as Yen, money: 0 as Yen },
  reference: "case-1"
}

/** A complete examination: a driver's licence, unexpired, with the picture and the call. */
export const examination: Examination = {
  phoneContact: { at: "2026-05-20" as JapanDate, reference: "call-1" },
  picture: "picture-1",
  document: {
    kind: "driversLicence",
    issuedOn: "2024-01-10" as JapanDate,
    expiresOn: "2029-01-10" as JapanDate,
    shows: ["photograph", "name", "address", "birthDate"],
    individualNumber: false
  }
}

/** What a holder operates: everything that an account in use, and no other, does. */
export const operations = {
  link: AddBankLink,
  topUp: TopUpFromBank,
  pay: PaySlip,
  verify: CompleteIdentityVerification,
  code: IssueOtp,
  phone: ChangePhone,
  email: ChangeEmail,
  suspend: SuspendAccount,
  close: CloseAccount
} as const satisfies Readonly<Record<string, AnyCommand>>

export type Operation = keyof typeof operations
export type Operations = Readonly<Record<Operation, AnyCommand>>
export const operationNames = Object.keys(operations) as ReadonlyArray<Operation>

/** An operation as it is asked, by the command of these that does it. */
export const operating = (by: Operations, operation: Operation): Asked => ({
  command: by[operation],
  content: contents[operation]
})

/** Everything that happens to an account on purpose, by whom, and as it is asked when nothing stands against it. */
export const doings = {
  verify: { command: CompleteIdentityVerification, content: contents.verify },
  migrate: { command: MigrateAccount, content: contents.migrate },
  phone: { command: ChangePhone, content: contents.phone },
  email: { command: ChangeEmail, content: contents.email },
  password: { command: SetPassword, content: contents.password },
  suspend: { command: SuspendAccount, content: contents.suspend },
  resume: { command: ResumeAccount, content: contents.resume },
  stop: { command: StopAccount, content: contents.stop, actor: operator },
  restart: { command: ResumeStoppedAccount, content: { account: me, examination }, actor: operator },
  unlock: { command: UnlockAccount, content: contents.unlock, actor: operator },
  officePhone: { command: ChangePhoneByOperator, content: contents.officePhone, actor: operator },
  kanaName: { command: ChangeKanaName, content: contents.kanaName, actor: operator },
  close: { command: CloseAccount, content: contents.close }
} as const satisfies Readonly<Record<string, Asked>>

export type Doing = keyof typeof doings
export const doingNames = Object.keys(doings) as ReadonlyArray<Doing>

/** All that happens to an account, by name. */
export type Doings = Readonly<Record<Doing, AnyCommand>>
export const commandsOf: Doings = Object.fromEntries(
  Object.entries(doings).map(([name, { command }]) => [name, command])
) as unknown as Doings

/** One of the doings, done by these commands. */
export const doing = (by: Doings, name: Doing): Asked => ({ ...doings[name], command: by[name] })
