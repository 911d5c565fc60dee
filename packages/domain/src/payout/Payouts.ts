/**
 * Payouts: the service by which a holder's money leaves for the own bank account (自口座への送金).
 */
import { Context, Effect, Layer, Option, Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import { holders, HolderText, kanaCommandOf } from "../account/Holder.ts"
import { BankAccount, type BankAccount as Account } from "../bank/BankGateway.ts"
import { BankLinkId, BankLinkNotRegistered, bankLinks } from "../bank/BankLink.ts"
import { settingsKey, settingsOf } from "../bank/BankSettings.ts"
import type { CommandId } from "../engine/Command.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import type { Fee } from "../fee/Fee.ts"
import * as Amount from "../money/Yen.ts"
import { PositiveYen, type Yen } from "../money/Yen.ts"
import type { OtpId } from "../otp/Otp.ts"
import { policyInForce } from "../policy/Policy.ts"
import { type Payout, PayoutId, PayoutNotFound, type PayoutProcessing, payouts } from "./Payout.ts"
import { type PayoutAccount, type PayoutAccountRefusal, PayoutNotAllowed, SetPayoutAccount } from "./PayoutAccount.ts"
import { accountCommandOf, transferAccount } from "./Recipients.ts"
import { fee, operationOf, type PayoutRefusal, RequestPayout } from "./Requesting.ts"
import { SettlePayout, type Settlement, type SettlementRefusal } from "./Settling.ts"

export interface PayoutRequest {
  readonly account: AccountId
  readonly amount: PositiveYen
  /** The fee that was shown and confirmed (FEE-01). */
  readonly quotedFee: Yen
  /** The confirmed code, where one is needed; it was asked for with the quote's `operation` (OUT-04). */
  readonly otp?: OtpId
}

/** What a holder is shown before confirming: where it goes, what it costs, and what a code for it has to confirm (OTP-04). */
export interface PayoutQuote extends Fee {
  readonly link: BankLinkId
  /** Amount and fee, as they are taken from money (OUT-05). */
  readonly taken: Yen
  readonly operation: string
}

/** A payout as its holder sees it in full (OUT-08). Personal data; what was erased is left out. */
export interface PayoutDetail {
  readonly payout: Payout
  readonly taken: Yen
  /** The name of the bank, and the bank account: branch, kind and number, or symbol and number. */
  readonly bankName?: string
  readonly bankAccount?: Account
  /** The holder's e-mail address, and name: in kana as the bank account's holder and recipient, and as certified, the payee. */
  readonly email?: string
  readonly holderKana?: string
  readonly payee?: string
}

const validateQuote = validator(Schema.Struct({ account: AccountId, amount: PositiveYen }))
const validateRead = validator(Schema.Struct({ account: AccountId, payout: PayoutId }))
const validateLink = validator(Schema.Struct({ account: AccountId, link: BankLinkId }))
const readHolder = Schema.decodeUnknownOption(HolderText)
const readAccount = Schema.decodeUnknownOption(Schema.fromJsonString(BankAccount))

const given = <Name extends string, A>(name: Name, value: A | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: A }

export class Payouts extends Context.Service<
  Payouts,
  {
    /** Makes a link the one that payouts go to (OUT-02, OUT-03). */
    readonly setAccount: (
      account: AccountId,
      link: BankLinkId,
      intent: Intent
    ) => Effect.Effect<PayoutAccount, PayoutAccountRefusal | EngineError>
    /** Where a payout would go and what it costs, to be shown before confirming (FEE-01). */
    readonly quote: (
      account: AccountId,
      amount: PositiveYen
    ) => Effect.Effect<
      PayoutQuote,
      PayoutNotAllowed | BankLinkNotRegistered | Amount.AmountOutOfRange | ValidationFailed | StoreUnavailable
    >
    /** Reserves a payout and asks the bank for it. It settles when the bank reports (OUT-06). */
    readonly request: (
      request: PayoutRequest,
      intent: Intent
    ) => Effect.Effect<PayoutProcessing, PayoutRefusal | EngineError>
    /** Settles a payout of which the bank says nothing, by what an operator has from it otherwise (OUT-07, SEC-11). */
    readonly settle: (settlement: Settlement, intent: Intent) => Effect.Effect<Payout, SettlementRefusal | EngineError>
    /** A payout of an account, in its present state. */
    readonly get: (
      account: AccountId,
      payout: PayoutId
    ) => Effect.Effect<Payout, PayoutNotFound | ValidationFailed | StoreUnavailable>
    /** All that the history shows of a payout, for its own holder (OUT-08). */
    readonly detail: (
      account: AccountId,
      payout: PayoutId
    ) => Effect.Effect<PayoutDetail, PayoutNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/payout/Payouts") {
  static readonly layer: Layer.Layer<Payouts, never, Engine | Store> = Layer.effect(
    Payouts,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store

      const setAccount = Effect.fn("Payouts.setAccount")(function* (
        account: AccountId,
        link: BankLinkId,
        intent: Intent
      ) {
        yield* Effect.fromResult(validateLink({ account, link }))
        const found = transferAccount(yield* store.personal(accountCommandOf(link)))
        const transferable = typeof found === "string" ? found : "yes"
        return yield* engine.submit(SetPayoutAccount, { account, link, transferable }, intent)
      })

      const quote = Effect.fn("Payouts.quote")(function* (account: AccountId, amount: PositiveYen) {
        yield* Effect.fromResult(validateQuote({ account, amount }))
        const found = yield* store.read([key(policyInForce, "current"), settingsKey(account)])
        const { payoutAccount } = settingsOf(found, account)
        if (payoutAccount === undefined) return yield* new PayoutNotAllowed({ account, reason: "noPayoutAccount" })
        const link = (yield* store.read([key(bankLinks, payoutAccount)])).find(bankLinks, payoutAccount)
        if (link?._tag !== "registered") return yield* new BankLinkNotRegistered({ link: payoutAccount })
        const charged = fee(found, { bank: link.bank, amount })
        const taken = yield* Effect.fromResult(Amount.add(amount, charged.fee))
        return { ...charged, link: link.id, taken, operation: operationOf({ link: link.id, amount }) }
      })

      const request = Effect.fn("Payouts.request")((asked: PayoutRequest, intent: Intent) =>
        engine.submit(RequestPayout, asked, intent)
      )

      const settle = Effect.fn("Payouts.settle")((settlement: Settlement, intent: Intent) =>
        engine.submit(SettlePayout, settlement, intent)
      )

      const get = Effect.fn("Payouts.get")(function* (account: AccountId, id: PayoutId) {
        yield* Effect.fromResult(validateRead({ account, payout: id }))
        const payout = (yield* store.read([key(payouts, id)])).find(payouts, id)
        return payout?.account === account ? payout : yield* new PayoutNotFound({ payout: id })
      })

      const detail = Effect.fn("Payouts.detail")(function* (account: AccountId, id: PayoutId) {
        const payout = yield* get(account, id)
        const facts = yield* store.read([key(policyInForce, "current"), key(holders, account)])
        const holder = facts.find(holders, account)
        const accountIn = accountCommandOf(payout.link)
        const held = holder === undefined ? [] : [holder.emailIn, holder.attributesIn, kanaCommandOf(holder)]
        const kept = yield* store.personalOf([...new Set([accountIn, ...held])])
        const of = (command: CommandId | undefined) =>
          Option.getOrUndefined(readHolder(command === undefined ? undefined : kept.get(command)))
        const [emailIn, attributesIn, kanaIn] = held
        return {
          payout,
          taken: Amount.plus(payout.amount, payout.fee),
          ...given("bankName", facts.policy.banks[payout.bank]?.name),
          ...given("bankAccount", Option.getOrUndefined(readAccount(kept.get(accountIn)))),
          ...given("email", of(emailIn)?.email),
          ...given("holderKana", of(kanaIn)?.kanaName),
          ...given("payee", of(attributesIn)?.name)
        }
      })

      return Payouts.of({ setAccount, quote, request, settle, get, detail })
    })
  )
}
