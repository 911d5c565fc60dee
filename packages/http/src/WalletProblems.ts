/**
 * The problems of bank links, top-ups, deposits, suspense, payouts, slips, payments and reports.
 */
import type { Kinds } from "./ProblemKind.ts"

const limitFacts = ["period", "allowed", "remaining", "asked"] as const

export const walletKinds = {
  // Bank links and top-ups
  BankUnknown: { status: 422, rules: ["BNK-13", "TOP-07"], facts: ["bank", "reason"] },
  BankLinksFull: { status: 409, rules: ["BNK-11"], facts: ["most"] },
  BankLinkNotFound: { status: 404, rules: ["BNK-02", "SEC-10"], facts: ["link"] },
  BankLinkInProcedure: { status: 409, rules: ["BNK-03"], facts: ["link", "until"], times: ["until"] },
  BankLinkSettled: { status: 409, rules: ["BNK-02"], facts: ["link", "state"] },
  BankLinkNotRegistered: { status: 422, rules: ["TOP-07"], facts: ["link"] },
  BankUnavailable: { status: 422, rules: ["TOP-07", "BNK-10"], facts: ["bank", "reason"] },
  BelowMinimumAmount: { status: 422, rules: ["TOP-08"], facts: ["minimum", "step", "asked"] },
  FeeExceedsAmount: { status: 422, rules: ["TOP-19"], facts: ["amount", "fee"] },
  QuoteChanged: { status: 422, rules: ["FEE-01", "PAY-05"], facts: ["field"] },
  LimitExceeded: { status: 422, rules: ["LIM-01", "LIM-05"], facts: ["limit", "operation", "way", ...limitFacts] },
  BalanceCapExceeded: { status: 422, rules: ["TOP-09", "LIM-05"], facts: limitFacts },
  AmountOutOfRange: { status: 422, rules: ["LED-09"], facts: ["field"] },
  TopUpNotFound: { status: 404, rules: ["TOP-12", "SEC-10"], facts: ["topUp"] },
  BankUnreachable: { status: 503, rules: ["BNK-01"], facts: [], retryAfter: 5 },
  OutcomeUnknown: { status: 503, rules: ["BNK-01"], facts: [], retryAfter: 5 },

  // Deposits, counters and suspense
  DepositTopUpNotFound: { status: 404, rules: ["TOP-12", "SEC-10"], facts: ["topUp"] },
  ChainNotAccepted: { status: 422, rules: ["TOP-02"], facts: ["chain", "accepted"] },
  DepositDiffers: { status: 409, rules: ["TOP-06"], facts: ["receipt"] },
  ShopNotAuthorised: { status: 422, rules: ["TOP-21"], facts: ["shop"] },
  AccountNotLegacy: { status: 409, rules: ["TOP-20"], facts: ["account"] },
  ImportAhead: { status: 422, rules: ["TOP-20"], facts: ["at"], times: ["at"] },
  SuspenseItemNotFound: { status: 404, rules: ["TOP-06"], facts: ["item"] },
  SuspenseItemResolved: { status: 409, rules: ["TOP-06", "SEC-11"], facts: ["item", "resolution"] },
  SuspenseNotCreditable: { status: 422, rules: ["TOP-06"], facts: ["item"] },

  // Payouts and their files
  PayoutNotFound: { status: 404, rules: ["OUT-08", "SEC-10"], facts: ["payout"] },
  PayoutNotAllowed: { status: 422, rules: ["OUT-01", "OUT-02"], facts: ["account", "reason"] },
  PayoutAccountFrozen: { status: 409, rules: ["OUT-03"], facts: ["until"], times: ["until"] },
  NoPayoutsWaiting: { status: 409, rules: ["OUT-06"], facts: [] },
  PayoutNotWaiting: { status: 409, rules: ["OUT-06"], facts: ["payout"] },
  TransferDayPast: { status: 422, rules: ["OUT-06"], facts: ["transferOn", "today"] },
  TransferDayTooFar: { status: 422, rules: ["OUT-06"], facts: ["transferOn", "latest"] },
  PayoutFileNotConfigured: { status: 409, rules: ["OUT-06"], facts: [] },
  TransferUnwritable: { status: 422, rules: ["OUT-06"], facts: ["line", "field", "reason"] },
  PayoutBatchNotFound: { status: 404, rules: ["OUT-06"], facts: ["batch"] },
  PayoutBatchRejected: { status: 409, rules: ["OUT-07"], facts: ["batch"] },
  PayoutSettled: { status: 409, rules: ["OUT-07"], facts: ["payout", "status"] },
  PayoutFileErased: { status: 409, rules: ["REG-04"], facts: ["batch"] },
  TransferUnreadable: { status: 422, rules: ["OUT-06"], facts: ["record", "field", "reason"] },

  // Reports
  BaseDateInvalid: { status: 422, rules: ["REG-01"], facts: ["date"] },
  PeriodNotOver: { status: 422, rules: ["REG-01", "REG-02"], facts: ["until"] },
  PeriodEmpty: { status: 422, rules: ["REG-02"], facts: ["from", "until"] },
  PeriodTooLong: { status: 422, rules: ["REG-02"], facts: ["from", "until", "daysMax"] },

  // Slips and payments
  BarcodeInvalid: { status: 422, rules: ["PAY-17"], facts: ["field"] },
  BillerNotContracted: { status: 422, rules: ["PAY-08"], facts: ["biller"] },
  BillExpired: { status: 422, rules: ["PAY-06"], facts: ["due"] },
  BillAlreadyPaid: { status: 409, rules: ["PAY-09"], facts: ["state"] },
  AmountAboveMaximum: { status: 422, rules: ["PAY-18"], facts: ["asked", "maximum"] },
  InsufficientBalance: { status: 422, rules: ["PAY-12", "BAL-08"], facts: ["asked", "available", "shortfall"] },
  PaymentNotFound: { status: 404, rules: ["PAY-14", "SEC-10"], facts: ["payment"] },
  PayeeRestricted: { status: 409, rules: ["IDV-04"], facts: ["biller"] }
} as const satisfies Kinds
