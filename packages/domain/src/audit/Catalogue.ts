/**
 * The catalogue of commands: every way in which anything changes, by tag. A replay reads recorded commands by it.
 */
import { accountCommands } from "../account/AccountCommands.ts"
import { ExpireCash, RemindCashExpiry } from "../account/CashExpiry.ts"
import { CompleteIdentityVerification, OpenAccount } from "../account/Opening.ts"
import { linkCommands } from "../bank/LinkCommands.ts"
import { ContractBiller } from "../bill/Contract.ts"
import type { AnyCommand } from "../engine/Command.ts"
import { noticeCommands } from "../notice/Delivery.ts"
import { ConfirmOtp, RecordOtpDelivery } from "../otp/Confirming.ts"
import { IssueContactOtp, IssueOtp, IssuePasswordOtp } from "../otp/Issuing.ts"
import { certificateCommands } from "../identity/CertificateCommands.ts"
import { RecordBillerAnswer } from "../payment/BillerAnswer.ts"
import { PaySlip } from "../payment/SlipPayment.ts"
import { RaiseUnresolvedPayment } from "../payment/Unresolved.ts"
import { payoutCommands } from "../payout/PayoutCommands.ts"
import { AdoptPolicy } from "../policy/Adoption.ts"
import { sessionCommands } from "../session/SessionCommands.ts"
import { tokenCommands } from "../token/TokenCommands.ts"
import { TopUpFromBank } from "../topup/BankTopUp.ts"
import { stepUpCommands } from "../stepup/StepUpCommands.ts"
import { RecordDebitAnswer } from "../topup/DebitAnswer.ts"
import { depositCommands } from "../topup/DepositCommands.ts"
import { RaiseUnresolved } from "../topup/Unresolved.ts"
import { formerCommands } from "./Former.ts"
import { SealLanes } from "./Seals.ts"

export const commands: ReadonlyArray<AnyCommand> = [
  AdoptPolicy,
  OpenAccount,
  CompleteIdentityVerification,
  ...accountCommands,
  ExpireCash,
  RemindCashExpiry,
  ...linkCommands,
  TopUpFromBank,
  RecordDebitAnswer,
  RaiseUnresolved,
  ...depositCommands,
  ContractBiller,
  PaySlip,
  RecordBillerAnswer,
  RaiseUnresolvedPayment,
  ...payoutCommands,
  IssueOtp,
  IssueContactOtp,
  IssuePasswordOtp,
  ConfirmOtp,
  RecordOtpDelivery,
  ...noticeCommands,
  ...sessionCommands,
  ...stepUpCommands,
  ...tokenCommands,
  ...certificateCommands,
  SealLanes
]

/** The command of a tag, those of former releases included. */
export const byTag: ReadonlyMap<string, AnyCommand> = new Map(
  [...formerCommands, ...commands].map((command) => [command.tag, command])
)
