/**
 * The texts of problems in English: bank links, top-ups, slips and payments.
 */
import type { walletKinds } from "../WalletProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const englishWallet: TextsOf<typeof walletKinds> = {
  BankUnknown: {
    title: "This bank or branch is not known",
    detail: "Choose a bank that is offered, which the policy in force (/policy) lists, and one of its branches."
  },
  BankLinkNotFound: {
    title: "There is no such bank link",
    detail: "Check the ids of the account and of the link."
  },
  BankLinkInProcedure: {
    title: "The bank has not reported this procedure yet",
    detail:
      "Wait for the bank's report, or start again from {until} on. Other bank accounts can be registered meanwhile."
  },
  BankLinkSettled: {
    title: "This bank link is settled",
    detail: "It is {state}. Add the bank account again to register it anew."
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
  PayoutNotFound: {
    title: "There is no such payout",
    detail: "Check the ids of the account and of the payout."
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
  PayeeRestricted: {
    title: "This payee is restricted",
    detail: "The confirmation of your identity is overdue. Migrate to certificate login and confirm it."
  }
}
