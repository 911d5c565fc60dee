/**
 * The texts of problems in English: certificates and their secrets.
 */
import type { certificateKinds } from "../CertificateProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const englishCertificates: TextsOf<typeof certificateKinds> = {
  CertificateAlreadyRegistered: {
    title: "This certificate is registered already",
    detail: "Go on using it. Only certificates that were issued anew are registered."
  },
  RomanNameMismatch: {
    title: "The romanised name is not the one of the last issue",
    detail: "Have the certificates issued again with the romanised name of the last issue."
  },
  IssuerUnreachable: {
    title: "The issuer cannot be reached",
    detail: "Nothing was registered. Try again in a while with new challenges."
  },
  PinFormatInvalid: {
    title: "The PIN or password is not written as it has to be",
    detail: "A login PIN has exactly four digits, a signature password 6 to 16 letters and digits. Nothing was counted."
  },
  PinMismatch: {
    title: "The PIN or password is wrong",
    detail: "Enter it again with a new challenge; {left} tries are left before it locks."
  },
  CredentialSecretNotSet: {
    title: "The PIN or password has to be set first",
    detail: "The issuer's procedure made the former one void. Set a new one."
  },
  FormerSecretMissing: {
    title: "The former PIN or password is needed",
    detail: "Give it together with the new one, or have the issuer's procedure done where it is forgotten."
  },
  BiometricsNotAllowed: {
    title: "Biometrics are not allowed",
    detail: "Type the PIN or password. To use biometrics, set it again and allow them."
  },
  UnlockRequiresIssuer: {
    title: "Only the issuer can unlock the certificate",
    detail: "Have the issuer's procedure done; an operator records it here."
  },
  LinkRequiresOperator: {
    title: "Only an operator can link these certificates",
    detail: "Ask the operator, who links them to your account once it is clear that it is yours."
  }
}
