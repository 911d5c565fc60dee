/**
 * The texts of problems in English.
 */
import type { Texts } from "../Problem.ts"

export const english: Texts = {
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
  CertificateOfAnother: {
    title: "The certificate is another person's",
    detail: "Use the certificate of the person who opened the account."
  },
  BankUnknown: {
    title: "This bank is not offered",
    detail: "Choose a bank that is offered; the policy in force (/policy) lists them."
  },
  BankLinkNotFound: {
    title: "There is no such bank link",
    detail: "Check the ids of the account and of the link."
  },
  BankLinkNotRegistered: {
    title: "The bank account is not registered yet",
    detail: "Choose a link that is registered; reading the link tells its state."
  },
  BankUnavailable: {
    title: "The bank is outside its service hours",
    detail: "Try again in its service hours, or after its maintenance."
  },
  BelowMinimumAmount: {
    title: "This amount cannot be topped up",
    detail: "Ask for at least ¥{minimum}, in steps of ¥{step}."
  },
  FeeExceedsAmount: {
    title: "The fee takes all of the amount",
    detail: "Ask for more than the fee of ¥{fee}."
  },
  QuoteChanged: {
    title: "What was confirmed has changed",
    detail: "Show the quote again and have it confirmed. Nothing was charged."
  },
  LimitExceeded: {
    title: "A limit would be exceeded",
    detail: "¥{remaining} remain of the limit of ¥{allowed}. Ask for less, or try again after the period ({period})."
  },
  BalanceCapExceeded: {
    title: "The balance would be above its cap",
    detail: "The cap is ¥{allowed}; ¥{remaining} can be topped up."
  },
  AmountOutOfRange: {
    title: "The amount cannot be counted",
    detail: "The total would leave the range in which every yen can be told apart ({field}). Ask for less."
  },
  TopUpNotFound: {
    title: "There is no such top-up",
    detail: "Check the ids of the account and of the top-up."
  },
  BarcodeInvalid: {
    title: "The barcode is not valid",
    detail: "Scan the slip's barcode again, or type its 44 digits again. What is wrong: {field}"
  },
  BillerNotContracted: {
    title: "This slip cannot be paid here",
    detail: "There is no collection contract with its issuer. Pay in another way that the slip names."
  },
  BillExpired: {
    title: "The due date has passed",
    detail: "The bill was due on {due}. Ask its issuer."
  },
  BillAlreadyPaid: {
    title: "The bill is paid, or being paid",
    detail: "Look at the history. Where you know nothing of the payment, ask the bill's issuer."
  },
  AmountAboveMaximum: {
    title: "The amount is above what a slip can be paid for",
    detail: "At most ¥{maximum} can be paid. Pay in another way that the slip names."
  },
  InsufficientBalance: {
    title: "The balance does not suffice",
    detail: "¥{shortfall} are missing. Top up, then pay."
  },
  PaymentNotFound: {
    title: "There is no such payment",
    detail: "Check the ids of the account and of the payment."
  },
  ValidationFailed: {
    title: "The request is not valid",
    detail: "Correct what `issues` lists and send it again."
  },
  IdempotencyConflict: {
    title: "The idempotency key was used with other content",
    detail: "Repeat an operation with the same content, and give a new operation a new Idempotency-Key."
  },
  Busy: {
    title: "The server is busy",
    detail: "Nothing was done. Send it again in a moment, with the same Idempotency-Key."
  },
  StoreUnavailable: {
    title: "The store cannot be reached",
    detail: "Send it again in a moment, with the same Idempotency-Key. Nothing is done twice."
  },
  RouteUnknown: {
    title: "There is nothing at this path",
    detail: "What this server offers is listed at /docs."
  },
  MethodNotAllowed: {
    title: "This method is not allowed here",
    detail: "Use a method of the Allow header."
  },
  RequestMalformed: {
    title: "The request cannot be read",
    detail: "Send one JSON value in UTF-8, without a name given twice and without needless nesting."
  },
  IdempotencyKeyMissing: {
    title: "The Idempotency-Key is missing",
    detail:
      "Give each operation a value of its own (1 to 255 printable ASCII characters) in the Idempotency-Key header."
  },
  Unauthorized: {
    title: "The caller is not authenticated",
    detail: "Send the API key in the Authorization header, after Bearer."
  },
  Forbidden: {
    title: "This key does not allow the operation",
    detail: "The operation needs an API key of the other kind."
  },
  RequestTimedOut: {
    title: "The request did not arrive in time",
    detail: "Send the whole request within ten seconds."
  },
  BodyTooLarge: {
    title: "The body is too large",
    detail: "Send at most 64 KiB."
  },
  MediaTypeUnsupported: {
    title: "The type of the body is not supported",
    detail: "Send Content-Type: application/json, in UTF-8."
  },
  HeadersTooLarge: {
    title: "The headers are too large",
    detail: "Send headers of at most 16 KiB."
  },
  ClientClosed: {
    title: "The connection was closed",
    detail: "Whether the operation was done is learnt by sending it again with the same Idempotency-Key."
  },
  InternalError: {
    title: "Something went wrong on the server",
    detail: "Tell the operator the requestId. Sending it again with the same Idempotency-Key is safe."
  },
  Overloaded: {
    title: "The server is busy",
    detail: "Send it again in a moment, with the same Idempotency-Key."
  },
  Stopping: {
    title: "The server is stopping",
    detail: "Send it again in a moment, with the same Idempotency-Key."
  },
  AnswerTimedOut: {
    title: "The answer took too long",
    detail: "The operation may have been done. Sending it again with the same Idempotency-Key tells."
  }
}
