/**
 * The texts of problems in English: bank links, top-ups, deposits, suspense, payouts, slips, payments and reports.
 */
import type { walletKinds } from "../WalletProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const englishWallet: TextsOf<typeof walletKinds> = {
  BankUnknown: {
    title: "This bank or branch is not known",
    detail: "Choose a bank that is offered, which the policy in force (/policy) lists, and one of its branches."
  },
  BankLinksFull: {
    title: "This account has as many bank links as it can have",
    detail: "At most {most} are possible. Remove one that is not needed, then add the bank account again."
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
  BankUnreachable: {
    title: "The bank cannot be reached",
    detail: "Try again after a while. The procedure stays as it is."
  },
  OutcomeUnknown: {
    title: "The bank does not answer",
    detail: "Try again after a while. The same procedure is never begun twice."
  },
  DepositTopUpNotFound: {
    title: "There is no such top-up",
    detail: "Check the ids of the account and of the top-up."
  },
  ChainNotAccepted: {
    title: "This chain of convenience stores is not accepted",
    detail: "Choose one of these: {accepted}"
  },
  DepositDiffers: {
    title: "One receipt was reported with two deposits",
    detail: "Receipt {receipt} was reported before with something else. Find out which of them is true."
  },
  ShopNotAuthorised: {
    title: "No value is loaded at this shop",
    detail: "Check the code of the shop, or ask the operator."
  },
  AccountNotLegacy: {
    title: "The account was not taken over from former books",
    detail: "Top-ups of former books are taken in for accounts that came from there and have not migrated yet."
  },
  ImportAhead: {
    title: "The time is still to come",
    detail: "Check when the former books have this top-up."
  },
  SuspenseItemNotFound: {
    title: "There is no such item in suspense",
    detail: "Check the id in the list at /suspense."
  },
  SuspenseItemResolved: {
    title: "This item is resolved already",
    detail: "It was {resolution}. One amount is not resolved twice."
  },
  SuspenseNotCreditable: {
    title: "This amount cannot be credited",
    detail: "It went out; all that can be recorded is that it came back."
  },
  PayoutNotAllowed: {
    title: "No payout is possible",
    detail:
      "A payout needs a money account and a registered link that is set for payouts ({reason}). Check the settings."
  },
  PayoutAccountFrozen: {
    title: "The payout account cannot be changed yet",
    detail: "Another link can be set from {until} on. Payouts to the present one are possible at once."
  },
  NoPayoutsWaiting: {
    title: "No payout waits for a file",
    detail: "Try again when payouts have been asked for."
  },
  PayoutNotWaiting: {
    title: "A payout went into another file meanwhile",
    detail: "Try again: only what still waits is taken."
  },
  TransferDayPast: {
    title: "The day of the transfer is over",
    detail: "Name {today} or a later day."
  },
  TransferDayTooFar: {
    title: "The day of the transfer is too far ahead",
    detail: "Name {latest} or an earlier day."
  },
  PayoutFileNotConfigured: {
    title: "Nobody is named who asks for transfers",
    detail: "Set wallet.payout.requester in the policy to the account from which transfers go."
  },
  TransferUnwritable: {
    title: "Something cannot be written in a file of transfers",
    detail: "Check the field {field} of line {line} ({reason}). Line 0 is whoever asks for the transfers."
  },
  PayoutBatchNotFound: {
    title: "There is no such batch of payouts",
    detail: "Check the id of the batch."
  },
  PayoutBatchRejected: {
    title: "The bank took no file of this batch",
    detail: "Its payouts were settled as not transferred. Gather payouts that wait in a new batch."
  },
  PayoutSettled: {
    title: "What became of this payout is known already",
    detail: "Look at the payout: it is {status}."
  },
  PayoutFileErased: {
    title: "What the file of this batch said was erased",
    detail: "Look at the file that went to the bank, and at the bank's statement."
  },
  TransferUnreadable: {
    title: "The file of results cannot be read",
    detail:
      "The field {field} of record {record} is not valid ({reason}). Nothing was recorded. Send the file as the bank made it."
  },
  BaseDateInvalid: {
    title: "This is no base date",
    detail: "Name March 31 or September 30."
  },
  PeriodNotOver: {
    title: "The period is not over yet",
    detail: "Ask when {until} is over in Japan."
  },
  PeriodEmpty: {
    title: "The period ends before it begins",
    detail: "Name an end that is {from} or later."
  },
  PeriodTooLong: {
    title: "The period is too long",
    detail: "At most {daysMax} days are listed at once. Ask for parts of it."
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
