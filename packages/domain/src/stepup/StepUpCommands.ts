/**
 * The commands of step-up authentication, for the catalogue.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { CancelPurchase } from "./Cancelling.ts"
import { Enrol, EnrolProvisionally } from "./Enrolment.ts"
import { ChangeMethod, UnlockProfile, VoidEnrolment } from "./EnrolmentChanges.ts"
import { RemindMemberId } from "./MemberId.ts"
import { RequestPurchase } from "./PurchaseRequest.ts"
import { AnswerChallenge, RecordStepUpDelivery } from "./StepUpChallenge.ts"

export const stepUpCommands: ReadonlyArray<AnyCommand> = [
  EnrolProvisionally,
  Enrol,
  ChangeMethod,
  VoidEnrolment,
  UnlockProfile,
  RequestPurchase,
  AnswerChallenge,
  RecordStepUpDelivery,
  CancelPurchase,
  RemindMemberId
]
