/**
 * Notices: what a holder or an operator is told, recorded in the commit that it reports (NTF-02).
 *
 * A notice names the account, never an address: the address is looked up when it is sent. Its id is its duplicate key.
 */
import { Schema } from "effect"
import { CommandId } from "../engine/Command.ts"
import { Instant } from "../calendar/JapanDate.ts"

export const NoticeKind = Schema.Literals([
  "bankLinkRegistered",
  "cashExpiresSoon",
  "topUpUnresolved",
  "topUpContradicted",
  "paymentFailed",
  "paymentContradicted",
  "paymentUnresolved",
  "paymentNumberIssued",
  "depositSuspended",
  "depositUnresolved",
  "topUpKept",
  "payoutAccountChanged",
  "payoutCompleted",
  "payoutFailed",
  "payoutUnresolved",
  "payoutContradicted",
  // Accounts, their contacts and their locks
  "accountOpened",
  "accountMigrated",
  "accountSuspended",
  "accountResumed",
  "accountStopped",
  "accountClosed",
  "phoneChanged",
  "emailChanged",
  "passwordChanged",
  "deviceChanged",
  "confirmationDue",
  "authenticationWarning",
  "accountLocked",
  "accountUnlocked",
  // Token apps and step-up authentication
  "tokenApplied",
  "memberIdReminder",
  "profileLocked"
])
export type NoticeKind = typeof NoticeKind.Type

/** To whom: the holder of an account, or the operators. */
export const Notice = Schema.Struct({
  id: Schema.String,
  kind: NoticeKind,
  to: Schema.Literals(["holder", "operators"]),
  account: Schema.String,
  /** The record that it is about. */
  subject: Schema.String,
  at: Instant,
  /** By mail, where nothing else is said. */
  channel: Schema.optionalKey(Schema.Literals(["mail", "sms"])),
  /** The command whose personal data holds the address, where it is not the account's present one (SEC-06). */
  via: Schema.optionalKey(CommandId)
})
export type Notice = typeof Notice.Type
