/**
 * The problems of getting in: codes, logins, sessions, staff, and the certificates that are shown.
 */
import type { Kinds } from "./ProblemKind.ts"

export const accessKinds = {
  CertificateUnreadable: { status: 422, rules: ["ACC-05"], facts: [] },
  CertificateUntrusted: { status: 422, rules: ["ACC-05", "CRT-09"], facts: [] },
  CertificateExpired: { status: 422, rules: ["CRT-09", "CRT-10"], facts: ["verdict"] },
  ChallengeInvalid: { status: 422, rules: ["CRT-09"], facts: [] },
  CertificateRevoked: { status: 422, rules: ["CRT-09", "CRT-10"], facts: [] },
  CertificateUnchecked: { status: 503, rules: ["CRT-09"], facts: [], retryAfter: 60 },
  CertificateNotIssued: { status: 422, rules: ["CRT-01"], facts: [] },
  CertificateSuperseded: { status: 422, rules: ["CRT-11"], facts: [] },
  CredentialLocked: { status: 409, rules: ["CRT-06"], facts: ["of", "use"] },
  CertificateNotMatched: { status: 422, rules: ["CRT-13", "CRT-19"], facts: [] },

  OtpMismatch: { status: 422, rules: ["OTP-10", "LCK-01"], facts: ["otp"] },
  OtpExpired: { status: 422, rules: ["OTP-03"], facts: ["otp"] },
  OtpAlreadyUsed: { status: 409, rules: ["OTP-02"], facts: ["otp"] },
  OtpNotFound: { status: 404, rules: ["OTP-04", "OTP-05"], facts: ["otp"] },
  OtpRequired: { status: 422, rules: ["OTP-08", "OTP-09"], facts: [] },
  OtpSendLimited: { status: 429, rules: ["OTP-06"], facts: ["from"], times: ["from"] },

  // What they would tell is the same for everyone who does not get in.
  LoginFailed: { status: 401, rules: ["SEC-01", "SES-05"], facts: [] },
  SessionExpired: { status: 401, rules: ["SES-01", "SES-02", "SES-03"], facts: [] },
  LoginIdTaken: { status: 409, rules: ["SEC-10"], facts: [] },
  SettingTokenInvalid: { status: 422, rules: ["SEC-01", "SEC-02"], facts: [] },
  Forbidden: { status: 403, rules: ["SEC-10", "SEC-11"], facts: ["needs"] },
  StaffNotFound: { status: 404, rules: ["SEC-10"], facts: ["staff"] }
} as const satisfies Kinds
