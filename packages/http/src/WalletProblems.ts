/**
 * The problems of bank links, top-ups, slips and payments.
 */
import type { Kinds } from "./ProblemKind.ts"

const limitFacts = ["period", "allowed", "remaining", "asked"] as const

export const walletKinds = {
  // Bank links and top-ups
  BankUnknown: { status: 422, rules: ["BNK-13", "TOP-07"], facts: ["bank", "reason"] },
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
  PayoutNotFound: { status: 404, rules: ["OUT-08", "SEC-10"], facts: ["payout"] },

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
