/**
 * The problems of accounts: opening, standing, changes, closing, and what operators do.
 */
import type { Kinds } from "./ProblemKind.ts"

export const accountKinds = {
  AccountNotFound: { status: 404, rules: ["SEC-10"], facts: ["account"] },
  AccountAlreadyExists: { status: 409, rules: ["ACC-01", "ACC-11"], facts: ["migrationOffered"] },
  EmailTaken: { status: 409, rules: ["ACC-09", "ACC-11"], facts: ["migrationOffered"] },
  PhoneTaken: { status: 409, rules: ["ACC-10", "ACC-11"], facts: ["migrationOffered"] },
  ContactUnproven: { status: 422, rules: ["SEC-01", "OTP-08"], facts: ["contact"] },
  CertificateOfAnother: { status: 422, rules: ["ACC-01", "IDV-01"], facts: ["account"] },
  AccountLocked: { status: 409, rules: ["LCK-05", "SEC-08"], facts: ["account", "cause"] },
  AccountSuspended: { status: 409, rules: ["ACC-20", "ACC-21"], facts: ["account"] },
  AccountStopped: { status: 409, rules: ["ACC-20", "ACC-22"], facts: ["account", "contact"] },
  AccountClosed: { status: 409, rules: ["ACC-29"], facts: ["account"] },
  AccountNotSuspended: { status: 409, rules: ["ACC-21"], facts: ["account"] },
  AccountNotStopped: { status: 409, rules: ["ACC-22"], facts: ["account"] },
  MigrationRequired: { status: 409, rules: ["ACC-08"], facts: ["account", "deadline"], times: ["deadline"] },
  BankFunctionsRestricted: { status: 409, rules: ["IDV-02", "IDV-04"], facts: ["account", "reason"] },
  BalanceAboveClosingLimit: { status: 409, rules: ["ACC-25"], facts: ["account", "balance", "limit"] },
  OperationsInProgress: { status: 409, rules: ["ACC-26"], facts: ["account", "operations"] },
  PasswordNotSet: { status: 409, rules: ["ACC-32"], facts: ["account", "setBy"] },
  PasswordUnacceptable: { status: 422, rules: ["SES-04"], facts: ["reason", "minimum", "maximum"] },
  DocumentsRequired: { status: 422, rules: ["ACC-23", "ACC-24", "ACC-34"], facts: ["account", "missing"] },
  IndividualNumberShown: { status: 422, rules: ["ACC-23", "SEC-03"], facts: ["account"] },
  FormerBooksAhead: { status: 422, rules: ["ACC-04", "IDV-06"], facts: ["field"] }
} as const satisfies Kinds
