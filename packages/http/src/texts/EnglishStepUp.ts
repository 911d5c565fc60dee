/**
 * The texts of problems in English: step-up authentication, and reports of messages.
 */
import type { messageKinds } from "../MessageProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"
import type { stepUpKinds } from "../StepUpProblems.ts"

export const englishStepUp: TextsOf<typeof stepUpKinds> = {
  MemberIdUnknown: {
    title: "The ID that you entered cannot be confirmed",
    detail: "Check your member ID and enter it again. If you forgot it, have it mailed to your registered address."
  },
  StepUpMismatch: {
    title: "The code or password is wrong",
    detail:
      "Enter the code that was sent for this purchase, or your password, again. Failures in a row lock the profile."
  },
  ProfileLocked: {
    title: "Your profile is locked",
    detail: "It was entered wrongly too often. Please contact the issuer, who unlocks it."
  },
  EnrolmentProvisional: {
    title: "Your enrolment is not complete",
    detail: "Complete it at the member site, then answer again."
  },
  EnrolmentVoid: {
    title: "The enrolment is void",
    detail: "The card number has changed. Enrol the new card number."
  },
  ChallengeExpired: {
    title: "The time for answering is over",
    detail: "Begin the purchase again at the shop."
  },
  ChallengeSettled: {
    title: "The purchase was answered already",
    detail: "Look at its state. A code serves for one purchase, once."
  },
  PersonalMessageEnded: {
    title: "Personal messages are no longer offered",
    detail: "Choose codes by SMS instead."
  },
  CardEnrolled: {
    title: "The card is enrolled already",
    detail: "Change how challenges are answered instead, or enrol another card."
  },
  CardNotEnrolled: {
    title: "The card is not enrolled",
    detail: "Check the reference of the card, or enrol it."
  },
  MemberIdTaken: {
    title: "This member ID cannot be used",
    detail: "Choose another member ID."
  },
  ProfileNotFound: {
    title: "There is no such profile",
    detail: "Check its id: {profile}"
  },
  UnlockRequiresOperator: {
    title: "Only an operator can unlock the profile",
    detail: "The holder contacts the operator in person; the time of that is recorded, and cannot lie ahead."
  },
  PurchaseNotFound: {
    title: "There is no such purchase",
    detail: "Check its id: {purchase}"
  },
  PurchaseNotCancellable: {
    title: "The purchase cannot be cancelled",
    detail: "Only a purchase that has passed, and is not cancelled yet, is cancelled."
  }
}

export const englishMessages: TextsOf<typeof messageKinds> = {
  SmsStatusForged: {
    title: "The report is not the provider's",
    detail: "Sign it with the account's token, over the address that the message was sent with."
  },
  SmsStatusUnreadable: {
    title: "The report cannot be read",
    detail: "It names no message of this server, or no status that is known."
  },
  WebhookRefused: {
    title: "The webhook is not signed, or not of now",
    detail:
      "Sign id, time and body with a secret that this server knows, and deliver it within five minutes of the time."
  },
  WebhookUnreadable: {
    title: "The webhook cannot be read",
    detail: "It is signed as it should be, and is no report that this server knows. Delivering it again does not help."
  }
}
