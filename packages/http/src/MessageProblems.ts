/**
 * The problems of reports of an SMS provider and of a bank.
 */
import type { Kinds } from "./ProblemKind.ts"

export const messageKinds = {
  SmsStatusForged: { status: 403, rules: ["OTP-11", "SEC-10"], facts: [] },
  SmsStatusUnreadable: { status: 400, rules: ["OTP-11"], facts: [] },
  WebhookRefused: { status: 401, rules: ["SEC-12"], facts: [] },
  WebhookUnreadable: { status: 400, rules: ["SEC-12"], facts: [] }
} as const satisfies Kinds
