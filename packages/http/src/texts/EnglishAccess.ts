/**
 * The texts of problems in English: codes, logins, sessions, staff, and the certificates that are shown.
 */
import type { accessKinds } from "../AccessProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const englishAccess: TextsOf<typeof accessKinds> = {
  CertificateUnreadable: {
    title: "The certificate cannot be read",
    detail: "Send certificates as PEM, the holder's own first, then those of intermediate authorities."
  },
  CertificateUntrusted: {
    title: "The certificate is not trusted",
    detail: "Use a certificate that a trusted authority issued."
  },
  CertificateExpired: {
    title: "The certificate is outside its validity period",
    detail: "Have the certificate issued again."
  },
  ChallengeInvalid: {
    title: "The signature cannot be verified",
    detail: "Get a new challenge and sign it with the certificate's key within five minutes."
  },
  CertificateRevoked: {
    title: "The certificate was revoked",
    detail: "Have the certificates issued again."
  },
  CertificateUnchecked: {
    title: "The certificate cannot be checked now",
    detail: "Its authority cannot be reached. Try again in a while."
  },
  CertificateNotIssued: {
    title: "The certificates are not issued",
    detail: "Have both certificates issued, the one to sign and the one to log in."
  },
  CertificateSuperseded: {
    title: "A newer certificate took its place",
    detail: "Use the certificates on the device where they were issued last, or have them issued again."
  },
  CredentialLocked: {
    title: "The certificate is locked",
    detail: "Its secret was entered wrongly too often. Its issuer's procedure unlocks it."
  },
  CertificateNotMatched: {
    title: "No account belongs to this certificate",
    detail: "Open an account or migrate the one you have. Only the operator can link a former account."
  },
  OtpMismatch: {
    title: "The code is wrong",
    detail: "Look at the six digits that you received and type them again. Failures in a row lock the account."
  },
  OtpExpired: {
    title: "The code has expired",
    detail: "Have a new code sent."
  },
  OtpAlreadyUsed: {
    title: "The code was used already",
    detail: "Have a new code sent."
  },
  OtpNotFound: {
    title: "There is no such code",
    detail: "Use the latest code that was sent for this very operation, or have a new one sent."
  },
  OtpRequired: {
    title: "A code is needed",
    detail: "Have a code sent for this very operation, confirm it, and try again."
  },
  OtpSendLimited: {
    title: "No code can be sent yet",
    detail: "Ask again from {from} on."
  },
  LoginFailed: {
    title: "The login failed",
    detail: "Check what you entered. Where the account is locked, setting a new password unlocks it."
  },
  SessionExpired: {
    title: "The session has ended",
    detail: "Log in again."
  },
  LoginIdTaken: {
    title: "This login ID cannot be used",
    detail: "Choose another login ID."
  },
  SettingTokenInvalid: {
    title: "The token to set a password is not valid",
    detail: "Have an administrator give you a new one."
  },
  Forbidden: {
    title: "This caller may not do that",
    detail: "The operation needs another key, or a staff user with the role for it."
  },
  StaffNotFound: {
    title: "There is no such staff user",
    detail: "Check the id of the staff user."
  }
}
