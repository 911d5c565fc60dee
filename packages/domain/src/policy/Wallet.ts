/**
 * The part of the policy that says how value comes in by deposit, how it leaves, and how bank accounts are linked. Each value is one
 * that the rulebook marks as configurable.
 */
import { Effect, Schema } from "effect"
import { PositiveYen } from "../money/Yen.ts"

/** How long a payout waits for a file where the policy says nothing. */
const waitingDays = 3

const within = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** A convenience-store chain (TOP-02). */
export const ChainCode = Schema.String.check(Schema.isPattern(/^[a-z][A-Za-z0-9]{1,29}$/)).pipe(
  Schema.brand("ChainCode")
)
export type ChainCode = typeof ChainCode.Type

const Chain = Schema.Struct({
  code: ChainCode,
  name: Schema.NonEmptyString,
  /** Where the payer begins: at the terminal in the store, or at the till (TOP-05). */
  at: Schema.Literals(["terminal", "till"]),
  /** The page with the chain's own steps; it asks nobody to log in (TOP-05, SEC-07). */
  steps: Schema.String.check(Schema.isPattern(/^https:\/\/[\x21-\x7e]{1,200}$/))
})
export type Chain = typeof Chain.Type

/** Who asks for general transfers (振込依頼人): the code that its bank gave it, its name in kana, and its account there. */
export const requesterFields = {
  code: Schema.String.check(Schema.isPattern(/^\d{1,10}$/)),
  name: Schema.NonEmptyString,
  bank: Schema.String.check(Schema.isPattern(/^\d{4}$/)),
  bankName: Schema.optionalKey(Schema.NonEmptyString),
  branch: Schema.String.check(Schema.isPattern(/^\d{3}$/)),
  branchName: Schema.optionalKey(Schema.NonEmptyString),
  kind: Schema.Literals(["ordinary", "current"]),
  number: Schema.String.check(Schema.isPattern(/^\d{7}$/))
}
const Requester = Schema.Struct(requesterFields)
export type Requester = typeof Requester.Type

export const WalletPolicy = Schema.Struct({
  deposit: Schema.Struct({
    /** Who issues payment numbers and collects for them; the name stands in ledger accounts. */
    provider: Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]{0,29}$/)),
    /** Days from the request to the due date, on which deposits are still in time (TOP-04). */
    dueDays: within(0, 59),
    chains: Schema.Array(Chain),
    /** The pages with the steps of net banking and of ATMs (TOP-05). */
    steps: Schema.Struct({ netBanking: Chain.fields.steps, atm: Chain.fields.steps })
  }),
  payout: Schema.Struct({
    /** Hours for which no other link can become the payout account (OUT-03). */
    frozenHours: within(0, 8760),
    /** The most that one payout may be (OUT-09). */
    maximum: PositiveYen,
    /** Days for which a payout may wait for a file of transfers before it is raised to operators (OUT-07). */
    waitingDays: within(1, 365).pipe(Schema.withDecodingDefaultKey(Effect.succeed(waitingDays))),
    /** Who asks the bank for general transfers, and from which account; without it no file of payouts is made. */
    requester: Schema.optionalKey(Requester)
  }),
  link: Schema.Struct({
    /** Full registrations of an account that cost nothing, counted over all time (BNK-09). */
    freeRegistrations: within(0, 100),
    /** The most links that an account can have at once, in whatever state, so that lists and closings stay small. */
    most: within(1, 1000),
    /** When on the next day a procedure without a report can be started again (BNK-03), in Japan. */
    releaseAt: Schema.String.check(Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d$/))
  })
})
export type WalletPolicy = typeof WalletPolicy.Type

const chain = (code: string, name: string, at: Chain["at"]): Chain => ({
  code: ChainCode.make(code),
  name,
  at,
  steps: `https://www.example.com/steps/${code}`
})

/** The values of the source documents (SEC-15); the pages with the steps are the operator's to name. */
export const compatWallet: WalletPolicy = {
  deposit: {
    provider: "collector",
    dueDays: 3,
    chains: [
      chain("lawson", "ローソン", "terminal"),
      chain("familyMart", "ファミリーマート", "terminal"),
      chain("seicomart", "セイコーマート", "terminal"),
      chain("dailyYamazaki", "デイリーヤマザキ", "till")
    ],
    steps: { netBanking: "https://www.example.com/steps/netBanking", atm: "https://www.example.com/steps/atm" }
  },
  payout: { frozenHours: 720, maximum: PositiveYen.make(1_000_000), waitingDays },
  link: { freeRegistrations: 2, most: 20, releaseAt: "10:00" }
}
