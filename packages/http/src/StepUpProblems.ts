/**
 * The problems of step-up authentication. The issuer's screen tells an unknown member ID, a wrong code and a locked profile apart;
 * no merchant's route ends with one of them (AUT-04).
 */
import type { Kinds } from "./ProblemKind.ts"

export const stepUpKinds = {
  MemberIdUnknown: { status: 422, rules: ["AUT-04", "LCK-08"], facts: [] },
  StepUpMismatch: { status: 422, rules: ["AUT-02", "AUT-03", "AUT-04"], facts: ["purchase", "method"] },
  ProfileLocked: { status: 409, rules: ["LCK-08", "AUT-04"], facts: [] },
  EnrolmentProvisional: { status: 409, rules: ["AUT-05"], facts: [] },
  EnrolmentVoid: { status: 409, rules: ["AUT-06"], facts: [] },
  ChallengeExpired: { status: 422, rules: ["AUT-03", "OTP-03"], facts: ["purchase"] },
  ChallengeSettled: { status: 409, rules: ["AUT-03", "OTP-02"], facts: ["purchase"] },
  PersonalMessageEnded: { status: 422, rules: ["AUT-07"], facts: ["changeTo"] },
  CardEnrolled: { status: 409, rules: ["AUT-05"], facts: [] },
  CardNotEnrolled: { status: 404, rules: ["AUT-06"], facts: [] },
  MemberIdTaken: { status: 409, rules: ["AUT-02"], facts: [] },
  ProfileNotFound: { status: 404, rules: ["LCK-08"], facts: ["profile"] },
  UnlockRequiresOperator: { status: 403, rules: ["LCK-08"], facts: [] },
  PurchaseNotFound: { status: 404, rules: ["AUT-08", "SEC-10"], facts: ["purchase"] },
  PurchaseNotCancellable: { status: 409, rules: ["AUT-12"], facts: ["purchase"] }
} as const satisfies Kinds
