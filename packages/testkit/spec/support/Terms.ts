/**
 * Terms: policies for the rules, the preset `compat` with what a rule is about laid over it.
 */
import type { BankCode } from "@kinchaku/domain/bank/BankLink"
import { max, type PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { type AccountLimits, compat, type FeeRule, type Policy } from "@kinchaku/domain/policy/Policy"

export const bank = "0001" as BankCode
