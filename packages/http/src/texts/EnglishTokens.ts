/**
 * The texts of problems in English: tokens and what is confirmed on them.
 */
import type { TextsOf } from "../ProblemKind.ts"
import type { tokenKinds } from "../TokenProblems.ts"

export const englishTokens: TextsOf<typeof tokenKinds> = {
  TokenError: {
    title: "The token app met an error",
    detail: "`tokenCode` is the code to show and to tell the help desk; the detail says what it means."
  },
  TokenCodeRejected: {
    title: "The code of the token is not accepted",
    detail: "Ask for the code that is shown now ({reason}). Where the clock is off, have the token corrected."
  },
  TokenServiceNotFound: {
    title: "There is no such token service",
    detail: "Check the service ID: {service}"
  },
  TokenUserNotFound: {
    title: "The user never applied for a token",
    detail: "Let the user apply at {service} first."
  },
  TokenNotReady: {
    title: "Nothing can be confirmed on the token now",
    detail: "Settle this first, then ask again: {reason}"
  },
  ConfirmationNotOffered: {
    title: "The service has no transactions confirmed on tokens",
    detail: "Offer it for {service} first."
  },
  TransactionNotFound: {
    title: "There is no such transaction to confirm",
    detail: "Check its id: {transaction}"
  },
  TransactionDiffers: {
    title: "This is not the transaction that was shown",
    detail:
      "Payee or amount are other ones than the service asked for. Confirm nothing, and read the transaction again."
  },
  TransactionSettled: {
    title: "The transaction has been settled",
    detail: "It was answered or withdrawn already ({state})."
  }
}
