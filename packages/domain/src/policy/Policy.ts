/**
 * Policy: every value that the rulebook marks as configurable for what is built, in one schema, with documented presets.
 *
 * A policy is validated when it is loaded; an error names the field. The policy in force is a record that a command
 * puts, so past operations replay under the policy of their time (LIM-06, LED-14). Amounts are yen, rates decimal text.
 */
import { Effect, Result, Schema } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import { validator } from "../engine/Command.ts"
import { frozen, type RecordKind } from "../engine/RecordKind.ts"
import { Rate, Rounding } from "../money/Rate.ts"
import { max, PositiveYen, Yen } from "../money/Yen.ts"
import {
  AccountPolicy,
  AuthenticationPolicy,
  compatAccount,
  compatAuthentication,
  formerAuthentication,
  secureAccount,
  secureAuthentication
} from "./Authentication.ts"
import { compatWallet, WalletPolicy } from "./Wallet.ts"

/** The ways of a top-up (TOP-01). */
export const TopUpWay = Schema.Literals(["bank", "convenienceStore", "netBanking", "atm", "shop"])
export type TopUpWay = typeof TopUpWay.Type

/** The ways of a payment (PAY-01 to PAY-04). */
export const PaymentWay = Schema.Literals(["barcode", "number", "standing", "cpm"])
export type PaymentWay = typeof PaymentWay.Type

const Caps = Schema.Struct({
  perOperation: Schema.optionalKey(Yen),
  perDay: Schema.optionalKey(Yen),
  perMonth: Schema.optionalKey(Yen)
})
/** Limits of one operation, in yen; a limit that is left out does not exist (LIM-01). */
export type Caps = typeof Caps.Type

const BankCode = Schema.String.check(Schema.isPattern(/^\d{4}$/))

const limitsWith = <Way extends string>(ways: ReadonlyArray<Way>) =>
  Schema.Struct({
    ...Caps.fields,
    /** Further limits that hold for one way only, beside the general ones. */
    byWay: Schema.optionalKey(
      Schema.Struct(
        Object.fromEntries(ways.map((way) => [way, Schema.optionalKey(Caps)])) as {
          readonly [W in Way]: Schema.optionalKey<typeof Caps>
        }
      )
    )
  })
/** The limits of one operation, whichever: general ones, and those of single ways by name. */
export type OperationLimits = Caps & { readonly byWay?: Readonly<Record<string, Caps>> }

const TopUpLimits = limitsWith(TopUpWay.literals)
const PaymentLimits = limitsWith(PaymentWay.literals)

const AccountLimits = Schema.Struct({
  /** The largest balance, cash and money together (LIM-02). */
  balance: Yen,
  topUp: TopUpLimits,
  payment: PaymentLimits,
  payout: limitsWith([])
})
export type AccountLimits = typeof AccountLimits.Type

const FeeRule = Schema.Struct({
  function: Schema.Literals(["payment", "topUp", "payout", "bankRegistration"]),
  way: Schema.optionalKey(Schema.Literals([...TopUpWay.literals, ...PaymentWay.literals])),
  bank: Schema.optionalKey(BankCode),
  /** The band of amounts, both ends included. */
  from: Schema.optionalKey(Yen),
  to: Schema.optionalKey(Yen),
  fixed: Schema.optionalKey(Yen),
  rate: Schema.optionalKey(Rate)
}).check(
  Schema.makeFilter(
    ({ from = 0, to = Yen.make(max) }) => from <= to || { path: ["to"], issue: "expected no less than from" }
  )
)
/** One row of the fee table: the first row that fits gives the fee, fixed part plus percentage (FEE-01). */
export type FeeRule = typeof FeeRule.Type

const ClockTime = Schema.String.check(Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/))
const BankTerms = Schema.Struct({
  name: Schema.NonEmptyString,
  /** The smallest top-up and the step above it, in yen (TOP-08). */
  minimum: PositiveYen,
  step: PositiveYen,
  /** Service hours in Japan, from (included) to (excluded); from later than to passes midnight (TOP-07). */
  opens: ClockTime,
  closes: ClockTime,
  maintenance: Schema.Array(Schema.Struct({ from: Instant, to: Instant })),
  /** The days until a full registration, as a bank usually takes them; none where it is done at once (BNK-16). */
  registrationDays: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))),
  /** How payouts reach the bank: one by one at once, or in files of general transfers; at once where nothing is said. */
  payouts: Schema.optionalKey(Schema.Literals(["gateway", "file"]))
})
/** What a bank offers and when (TOP-07, TOP-08). */
export type BankTerms = typeof BankTerms.Type

const Days = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3650 }))

const Shape = Schema.Struct({
  /** Which preset the values started from (SEC-15). */
  preset: Schema.Literals(["compat", "secure"]),
  limits: Schema.Struct({ cash: AccountLimits, money: AccountLimits }),
  fees: Schema.Array(FeeRule),
  feeRounding: Rounding,
  consumptionTax: Rate,
  /** Days before the expiry of cash on which a notice goes out, the earliest first (BAL-07). */
  cashExpiryNoticeDays: Schema.Array(Days),
  banks: Schema.Record(BankCode, BankTerms),
  /** How many factors the bank must have checked for a link to be accepted (SEC-04). */
  linkFactorsRequired: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
  /** Minutes until an unresolved top-up is raised to operators and shows the contact (TOP-11). */
  unresolvedAfterMinutes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1440 })),
  /** Whom a holder asks about an unresolved top-up (TOP-11). */
  contact: Schema.NonEmptyString,
  /** The largest slip that can be paid (PAY-18). */
  slipMaximum: PositiveYen,
  /** What the bank prints in the passbook for a top-up (TOP-13). */
  passbookText: Schema.NonEmptyString,
  /** How many entries a holder's history shows at once (TXN-01). */
  historyEntries: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })),
  /** How value comes in by deposit, how it leaves, and how bank accounts are linked. */
  wallet: WalletPolicy.pipe(Schema.withDecodingDefaultKey(Effect.succeed(compatWallet))),
  /** How accounts close, migrate and confirm who they belong to. */
  account: AccountPolicy.pipe(Schema.withDecodingDefaultKey(Effect.succeed(compatAccount))),
  /** Who gets in, and how often one may be wrong. */
  authentication: AuthenticationPolicy.pipe(Schema.withDecodingDefaultKey(Effect.succeed(formerAuthentication)))
})
export interface Policy extends Schema.Schema.Type<typeof Shape> {}
export const Policy: Schema.Codec<Policy, unknown> = Shape

const yen = (n: number): Yen => Yen.make(n)

/** The preset with exactly the values of the source documents (SEC-15). Banks are the operator's to add. */
export const compat: Policy = frozen({
  preset: "compat",
  limits: {
    cash: {
      balance: yen(100_000),
      topUp: { perOperation: yen(30_000), perMonth: yen(100_000) },
      payment: { perDay: yen(100_000) },
      payout: { perOperation: yen(0) }
    },
    money: {
      balance: yen(1_000_000),
      topUp: { perDay: yen(300_000) },
      payment: { perDay: yen(500_000) },
      payout: { perOperation: yen(1_000_000), perDay: yen(1_000_000) }
    }
  },
  fees: [
    { function: "payment", fixed: yen(0) },
    { function: "topUp", fixed: yen(0) },
    { function: "payout", fixed: yen(220) },
    { function: "bankRegistration", fixed: yen(110) }
  ],
  feeRounding: "down",
  consumptionTax: Rate.make("0.1"),
  cashExpiryNoticeDays: [90, 30],
  banks: {},
  linkFactorsRequired: 1,
  unresolvedAfterMinutes: 30,
  contact: "サポート窓口 / customer support",
  slipMaximum: PositiveYen.make(300_000),
  passbookText: "ウェルネット チャージ",
  historyEntries: 50,
  wallet: compatWallet,
  account: compatAccount,
  authentication: compatAuthentication
})

/** The preset of today's standards (SEC-15). */
export const secure: Policy = frozen({
  ...compat,
  preset: "secure",
  linkFactorsRequired: 2,
  account: secureAccount,
  authentication: secureAuthentication
})

/** Refused: a policy that does not fit the schema; each issue names its field. */
export class PolicyInvalid extends Schema.TaggedError<PolicyInvalid>()("PolicyInvalid", {
  issues: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String }))
}) {}

const validated = validator(Shape)

const requesterField = "wallet.payout.requester"

/** > a bank takes payouts in files ⇒ somebody asks for transfers (OUT-06): payouts would wait for ever otherwise */
const withRequester = (policy: Policy): Result.Result<Policy, PolicyInvalid> => {
  const needsRequester = Object.values(policy.banks).some(({ payouts }) => payouts === "file")
  if (!needsRequester || policy.wallet.payout.requester !== undefined) return Result.succeed(policy)
  return Result.fail(
    new PolicyInvalid({ issues: [{ field: requesterField, message: "expected where a bank takes payouts in files" }] })
  )
}

/** A policy from configuration: the named preset with the given values laid over it, or every field that is wrong. */
export const load = (input: unknown): Result.Result<Policy, PolicyInvalid> => {
  const isRecord = typeof input === "object" && input !== null && !Array.isArray(input)
  const given = isRecord ? (input as Record<string, unknown>) : {}
  const base = given["preset"] === "secure" ? secure : compat
  const merged = isRecord ? { ...base, ...given } : input
  const valid = Result.mapError(validated(merged), ({ issues }) => new PolicyInvalid({ issues }))
  return Result.flatMap(valid, withRequester)
}

/** The record of the policy in force; `version` counts adoptions. */
export const PolicyInForce = Schema.Struct({ id: Schema.Literal("current"), version: Schema.Int, policy: Shape })
export interface PolicyInForce extends Schema.Schema.Type<typeof PolicyInForce> {}
export const policyInForce: RecordKind<PolicyInForce> = {
  name: "policy",
  schema: PolicyInForce,
  idOf: () => "current"
}
