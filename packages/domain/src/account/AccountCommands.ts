/**
 * Account commands: all that changes an account after it was opened, for the catalogue.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { CloseAccount } from "./Closing.ts"
import { RemindConfirmation } from "./Confirmation.ts"
import { ChangeEmail, ChangeKanaName, ChangePhone, ChangePhoneByOperator } from "./ContactChange.ts"
import { ImportLegacyAccount } from "./LegacyImport.ts"
import { MigrateAccount, ProveLegacyPassword } from "./Migration.ts"
import { SetPassword } from "./PasswordChange.ts"
import { ResumeStoppedAccount, StopAccount, UnlockAccount } from "./Stopping.ts"
import { ResumeAccount, SuspendAccount } from "./Suspension.ts"

export const accountCommands: ReadonlyArray<AnyCommand> = [
  ImportLegacyAccount,
  ProveLegacyPassword,
  MigrateAccount,
  RemindConfirmation,
  ChangePhone,
  ChangePhoneByOperator,
  ChangeEmail,
  ChangeKanaName,
  SetPassword,
  SuspendAccount,
  ResumeAccount,
  StopAccount,
  ResumeStoppedAccount,
  UnlockAccount,
  CloseAccount
]
