/**
 * The texts of problems in English: accounts and their holders.
 */
import type { accountKinds } from "../AccountProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const englishAccounts: TextsOf<typeof accountKinds> = {
  AccountNotFound: {
    title: "There is no such account",
    detail: "Check the account's id."
  },
  AccountAlreadyExists: {
    title: "You have an account already",
    detail: "A person has one account at most. Use the one you have, or migrate it where migration is offered."
  },
  EmailTaken: {
    title: "This e-mail address cannot be registered",
    detail: "Use another address, or migrate your account where migration is offered."
  },
  PhoneTaken: {
    title: "This phone number cannot be registered",
    detail: "Use another number, or migrate your account where migration is offered."
  },
  ContactUnproven: {
    title: "The contact is not proved yet",
    detail: "Prove both e-mail address and phone number by the codes sent there, then apply."
  },
  CertificateOfAnother: {
    title: "The certificate is another person's",
    detail: "Use the certificate of the person who opened the account."
  },
  AccountLocked: {
    title: "The account is locked",
    detail:
      "Too many authentications failed. Setting a new password with the registered e-mail address and a code by SMS unlocks it; after too many wrong codes in a year, ask the operator."
  },
  AccountSuspended: {
    title: "The account is suspended",
    detail: "You suspended it. Resume it on the web with e-mail address, password and a code."
  },
  AccountStopped: {
    title: "The account was stopped",
    detail: "The operator stopped it. Please call: {contact}"
  },
  AccountClosed: {
    title: "The account is closed",
    detail: "A closed account never opens again. Open a new one."
  },
  AccountNotSuspended: {
    title: "The account is not suspended",
    detail: "There is nothing to resume. Go on using it."
  },
  AccountNotStopped: {
    title: "The account is not stopped",
    detail: "Look at its state. Only an account that an operator stopped is resumed here."
  },
  MigrationRequired: {
    title: "The account has to be migrated",
    detail:
      "The time for migrating ended at {deadline}. Migrate it with the certificates of your individual number card; its balances stay as they are."
  },
  BankFunctionsRestricted: {
    title: "Bank functions are restricted",
    detail:
      "Your identity has to be confirmed ({reason}). Migrate to certificate login, or complete the identity verification."
  },
  BalanceAboveClosingLimit: {
    title: "The balance is too large to close the account",
    detail: "¥{balance} are left, and at most ¥{limit} are given up by closing. Spend the rest first."
  },
  OperationsInProgress: {
    title: "Something is still in progress",
    detail: "Wait until these have ended, then close the account: {operations}"
  },
  PasswordNotSet: {
    title: "The account has no password",
    detail: "Set one first, with the registered e-mail address and a code by SMS."
  },
  PasswordUnacceptable: {
    title: "This password cannot be used",
    detail: "Choose {minimum} to {maximum} characters with letters and digits, and nothing common ({reason})."
  },
  DocumentsRequired: {
    title: "More is needed to resume the account",
    detail: "See and record these first: {missing}"
  },
  IndividualNumberShown: {
    title: "The document shows the individual number",
    detail: "Keep nothing of it. Ask for one with the number covered, or for another document."
  },
  FormerBooksAhead: {
    title: "The former books name a time to come",
    detail: "Correct {field}: it has to be in the past."
  }
}
