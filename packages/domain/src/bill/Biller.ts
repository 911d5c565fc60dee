/**
 * Billers (請求書発行企業): who may be paid by slip, because a collection contract exists (PAY-08).
 */
import { Schema } from "effect"
import type { RecordKind } from "../engine/RecordKind.ts"
import { PositiveYen } from "../money/Yen.ts"

/** The six-digit issuer code of the barcode (請求書発行企業コード). */
export const BillerCode = Schema.String.check(Schema.isPattern(/^\d{6}$/)).pipe(Schema.brand("BillerCode"))
export type BillerCode = typeof BillerCode.Type

export const Biller = Schema.Struct({
  code: BillerCode,
  /** The payee as holders see it (PAY-05). */
  name: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(80)),
  /** none: our books settle with the biller. online: the biller's system must accept each payment first (PAY-13). */
  confirmation: Schema.Literals(["none", "online"]),
  /** The contract's own largest slip, where it is smaller than the policy's (PAY-18). */
  slipMaximum: Schema.optionalKey(PositiveYen),
  active: Schema.Boolean,
  /** Open to accounts only that may use bank functions (IDV-04). */
  verifiedOnly: Schema.optionalKey(Schema.Boolean)
})
export type Biller = typeof Biller.Type

export const billers: RecordKind<Biller> = { name: "biller", schema: Biller, idOf: ({ code }) => code }
