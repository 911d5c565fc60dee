/**
 * Bills (請求): what the wallet knows of a slip once someone tried to pay it. A standard bill is paid at most once (PAY-09).
 *
 * A slip that was never tried has no record. The whole number is the identity: a re-issued slip is another bill.
 */
import { Schema } from "effect"
import type { RecordKind } from "../engine/RecordKind.ts"
import { PaymentId } from "../payment/Payment.ts"
import { SlipNumber } from "./SlipBarcode.ts"

export const Bill = Schema.Struct({
  barcode: SlipNumber,
  /** payable: again, after a failed payment. */
  state: Schema.Literals(["inPayment", "paid", "payable"]),
  /** The payment that holds it, or the last one that failed. */
  payment: PaymentId
})
export type Bill = typeof Bill.Type

export const bills: RecordKind<Bill> = { name: "bill", schema: Bill, idOf: ({ barcode }) => barcode }
