/**
 * The texts of problems in English: every area, and what any request can meet.
 */
import type { Texts } from "../Problem.ts"
import { englishAccess } from "./EnglishAccess.ts"
import { englishAccounts } from "./EnglishAccounts.ts"
import { englishCertificates } from "./EnglishCertificates.ts"
import { englishMessages, englishStepUp } from "./EnglishStepUp.ts"
import { englishTokens } from "./EnglishTokens.ts"
import { englishWallet } from "./EnglishWallet.ts"

export const english: Texts = {
  ...englishAccounts,
  ...englishAccess,
  ...englishWallet,
  ...englishCertificates,
  ...englishTokens,
  ...englishStepUp,
  ...englishMessages,

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
    detail: "Send an API key, or the bearer token of a login, in the Authorization header, after Bearer."
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
