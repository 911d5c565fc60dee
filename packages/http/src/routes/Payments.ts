/**
 * Slips and payments on the wire.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import { BillerCode } from "@kinchaku/domain/bill/Biller"
import { SlipNumber } from "@kinchaku/domain/bill/SlipBarcode"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import * as Amount from "@kinchaku/domain/money/Yen"
import { OtpId } from "@kinchaku/domain/otp/Otp"
import { type Payment, PaymentId } from "@kinchaku/domain/payment/Payment"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { Quote } from "@kinchaku/domain/payment/SlipTerms"
import { PaymentWay } from "@kinchaku/domain/policy/Policy"
import { Effect, Schema } from "effect"
import { codeRefusals, command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"
import { contact } from "./TopUps.ts"

const words = { processing: "処理中", completed: "完了", failed: "失敗" } as const

/** What a holder sees of a payment (PAY-14). */
export const PaymentView = Schema.Struct({
  id: PaymentId,
  account: AccountId,
  way: PaymentWay,
  status: Schema.Literals(["processing", "completed", "failed"]),
  statusText: Schema.Literals(Object.values(words)),
  paidAt: Timestamp,
  settledAt: Schema.optionalKey(Timestamp),
  /** The billed amount. */
  amount: PositiveYen,
  fee: Yen,
  feeTax: Yen,
  /** Drawn from the balance: cash and money together. */
  amountFromBalance: Yen,
  fromCash: Yen,
  fromMoney: Yen,
  pointsUsed: Yen,
  payee: Schema.String,
  biller: BillerCode,
  barcode: SlipNumber,
  reason: Schema.optionalKey(Schema.String),
  /** The exact top-up that it waits or waited for (TOP-14). */
  topUp: Schema.optionalKey(Schema.String),
  /** Whom to ask about a payment that stays unresolved (TOP-11). */
  contact: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Payment" })

const isOpen = ({ _tag }: Payment): boolean => _tag === "funding" || _tag === "processing"

/** A payment as its holder sees it; `contact` is shown where it stays unresolved. */
export const view = (payment: Payment, contact: string): typeof PaymentView.Type => ({
  id: payment.id,
  account: payment.account,
  way: payment.way,
  status: payment._tag === "funding" ? "processing" : payment._tag,
  statusText: payment._tag === "funding" ? words.processing : words[payment._tag],
  paidAt: payment.paidAt,
  ...("settledAt" in payment ? { settledAt: payment.settledAt } : {}),
  amount: payment.amount,
  fee: payment.fee,
  feeTax: payment.feeTax,
  amountFromBalance: Amount.plus(payment.fromCash, payment.fromMoney),
  fromCash: payment.fromCash,
  fromMoney: payment.fromMoney,
  pointsUsed: Amount.zero,
  payee: payment.payee,
  biller: payment.biller,
  barcode: payment.barcode,
  ...(payment._tag === "failed" ? { reason: payment.reason } : {}),
  ...(payment.topUp === undefined ? {} : { topUp: payment.topUp }),
  ...(isOpen(payment) && payment.raisedAt !== undefined ? { contact } : {})
})

/** As scanned or typed: what is left after normalising is read strictly (PAY-17). */
const Barcode = Schema.String.check(Schema.isMaxLength(200))

const quoteRefusals = [
  "BarcodeInvalid",
  "BillerNotContracted",
  "BillExpired",
  "AmountAboveMaximum",
  "BillAlreadyPaid"
] as const

export const quote = query(
  {
    path: "/slips/:barcode/quote",
    summary: "払込票の内容を確認する / Quote a slip",
    description: `What paying a slip would mean now: payee, amount, fee and due date (PAY-05). The barcode may be given as scanned or typed, with
hyphens, spaces, full-width digits or a scanner's prefix. Reserves nothing.`,
    tag: "Payments",
    callers: ["host", "holder"],
    params: Schema.Struct({ barcode: Barcode }),
    query: nothing,
    success: Quote.annotate({ identifier: "SlipQuote" })
  },
  Effect.fnUntraced(function* ({ params }) {
    const payments = yield* Payments
    return yield* payments.quoteSlip(params.barcode)
  })
).refuses(...quoteRefusals, "ValidationFailed", "StoreUnavailable")

export const quoteFor = query(
  {
    path: "/accounts/:account/slips/:barcode/quote",
    summary: "払込票の内容を自分の残高で確認する / Quote a slip for an account",
    description: `As \`/slips/{barcode}/quote\`, with \`exactTopUp\` where the balance lacks something and the account has a link for exact top-ups that can
serve now: what the bank would be debited for (TOP-14, TOP-15). Paying with the quote as it is tops up; left out of it, nothing is topped
up. A code for it confirms "payment BARCODE AMOUNT topUp LINK AMOUNT".`,
    tag: "Payments",
    callers: ["host", "holder"],
    params: Schema.Struct({ ...AccountParams.fields, barcode: Barcode }),
    query: nothing,
    success: Quote.annotate({ identifier: "SlipQuote" })
  },
  Effect.fnUntraced(function* ({ params }) {
    const payments = yield* Payments
    return yield* payments.quoteSlip(params.barcode, params.account)
  })
).refuses(...quoteRefusals, "ValidationFailed", "StoreUnavailable")

export const pay = command(
  {
    path: "/accounts/:account/payments",
    summary: "払込票を支払う / Pay a slip",
    description: `Pays a slip from cash, then money (BAL-09), exactly as quoted: \`quote\` is the quote that the holder confirmed (PAY-05). A bill is
paid once at most (PAY-09). Where the biller's system must accept the payment, it is in processing until that answer (PAY-13).
\`otp\` is the confirmed code for "payment BARCODE AMOUNT", unless the policy waives it (OTP-08, OTP-09). There is no cancellation (PAY-11).
With \`exactTopUp\` in the quote the bank is debited for it first; the payment is in processing until then and fails if the debit does (TOP-17).`,
    tag: "Payments",
    callers: ["host", "holder"],
    params: AccountParams,
    body: Schema.Struct({ barcode: Barcode, quote: Quote, otp: Schema.optionalKey(OtpId) }).annotate({
      identifier: "SlipPaymentRequest"
    }),
    success: PaymentView,
    status: 201,
    location: ({ account, id }) => `/accounts/${account}/payments/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const payments = yield* Payments
    // The answer is that of the moment of asking, so it never shows the contact: a repetition is equal to the byte (LED-08).
    return view(yield* payments.paySlip({ account: params.account, ...body }, intent), "")
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "PayeeRestricted",
  ...codeRefusals,
  ...quoteRefusals,
  "QuoteChanged",
  "LimitExceeded",
  "BalanceCapExceeded",
  "InsufficientBalance",
  "AmountOutOfRange",
  ...engineRefusals
)

export const get = query(
  {
    path: "/accounts/:account/payments/:payment",
    summary: "支払いの状態を照会する / Read a payment",
    description: "The present state of a payment (PAY-13, PAY-14).",
    tag: "Payments",
    callers: ["host", "holder", "support"],
    params: Schema.Struct({ ...AccountParams.fields, payment: PaymentId }),
    query: nothing,
    success: PaymentView
  },
  Effect.fnUntraced(function* ({ params }) {
    const payments = yield* Payments
    return view(yield* payments.get(params.account, params.payment), yield* contact)
  })
).refuses("PaymentNotFound", "ValidationFailed", "StoreUnavailable")
