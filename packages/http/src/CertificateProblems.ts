/**
 * The problems of certificates that are registered, opened with their secrets, unlocked and linked.
 */
import type { Kinds } from "./ProblemKind.ts"

export const certificateKinds = {
  CertificateAlreadyRegistered: { status: 409, rules: ["CRT-11"], facts: [] },
  RomanNameMismatch: { status: 422, rules: ["CRT-14"], facts: [] },
  IssuerUnreachable: { status: 503, rules: ["CRT-12"], facts: [], retryAfter: 60 },
  PinFormatInvalid: { status: 422, rules: ["CRT-03", "CRT-04"], facts: ["secret"] },
  PinMismatch: { status: 422, rules: ["CRT-06"], facts: ["of", "use", "left"] },
  CredentialSecretNotSet: { status: 409, rules: ["CRT-07"], facts: [] },
  FormerSecretMissing: { status: 422, rules: ["CRT-07"], facts: [] },
  BiometricsNotAllowed: { status: 409, rules: ["CRT-08"], facts: [] },
  UnlockRequiresIssuer: { status: 403, rules: ["CRT-06"], facts: [] },
  LinkRequiresOperator: { status: 403, rules: ["CRT-13"], facts: [] }
} as const satisfies Kinds
