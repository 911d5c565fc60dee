/**
 * BankLinks: the service by which a holder links own bank accounts, goes through the bank's procedure, and removes links.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountId, type AccountNotFound } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import type { OperationsInProgress } from "../account/Closing.ts"
import { holders } from "../account/Holder.ts"
import { Secrets } from "../account/Secrets.ts"
import type { BankFunctionsRestricted, StandingRefusal } from "../account/Standing.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import type { Fee } from "../fee/Fee.ts"
import type { Yen } from "../money/Yen.ts"
import { type BankTerms, policyInForce } from "../policy/Policy.ts"
import { BankDirectory, entryOf } from "./BankDirectory.ts"
import type { BankGateway, BankUnreachable, LinkPage, OutcomeUnknown } from "./BankGateway.ts"
import {
  type BankCode,
  type BankLink,
  BankLinkId,
  type BankLinkInProcedure,
  BankLinkNotFound,
  type BankLinkNotRegistered,
  type BankLinkProvisional,
  type BankLinkRemoved,
  bankLinks
} from "./BankLink.ts"
import { type BankSettings, settingsKey, settingsOf } from "./BankSettings.ts"
import type { LinkNotFound } from "./LinkAnswer.ts"
import { linkDesk } from "./LinkCourier.ts"
import { AddBankLink, type BankLinksFull, type BankUnknown } from "./Linking.ts"
import { registrationFee, StartLinkProcedure, type StartRefusal } from "./LinkStart.ts"
import * as OwnAccount from "./OwnAccount.ts"
import type * as Releasing from "./Releasing.ts"
import { RemoveBankLink, SetExactTopUp } from "./Removing.ts"

/** A bank that the operator offers: its terms with its code (BNK-14, BNK-16). */
export interface OfferedBank extends BankTerms {
  readonly bank: BankCode
}

/** Where a holder is with a procedure: at the bank's page, or with a link on which the bank has nothing to show. */
export type Procedure = LinkPage | { readonly link: BankLink }

type Reading = ValidationFailed | StoreUnavailable
type Acting = AccountNotFound | StandingRefusal | EngineError

export class BankLinks extends Context.Service<
  BankLinks,
  {
    /** Adds a link to a bank account as its holder types it; it is provisional until `start` (BNK-06, BNK-07, BNK-13). */
    readonly add: (
      account: AccountId,
      bankAccount: OwnAccount.TypedAccount,
      intent: Intent
    ) => Effect.Effect<BankLinkProvisional, Acting | BankFunctionsRestricted | BankUnknown | BankLinksFull>
    /** What registering a link costs now, to be shown before `start` (BNK-09, FEE-01). */
    readonly quote: (account: AccountId, link: BankLinkId) => Effect.Effect<Fee, BankLinkNotFound | Reading>
    /** Starts the bank's own procedure; the link settles when the bank reports. */
    readonly start: (
      account: AccountId,
      link: BankLinkId,
      quotedFee: Yen,
      intent: Intent
    ) => Effect.Effect<BankLinkInProcedure, StartRefusal | EngineError>
    /** The page at the bank on which the holder goes through a started procedure, or the link where there is none. */
    readonly page: (
      account: AccountId,
      link: BankLinkId
    ) => Effect.Effect<Procedure, BankLinkNotFound | LinkNotFound | BankUnreachable | OutcomeUnknown | EngineError>
    /** A link of an account, in its present state. */
    readonly get: (account: AccountId, link: BankLinkId) => Effect.Effect<BankLink, BankLinkNotFound | Reading>
    /** The links of an account that are not removed, the oldest first. */
    readonly list: (account: AccountId) => Effect.Effect<ReadonlyArray<BankLink>, Reading>
    /** Removes a link (BNK-11). */
    readonly remove: (
      account: AccountId,
      link: BankLinkId,
      intent: Intent
    ) => Effect.Effect<
      BankLinkRemoved,
      Acting | BankLinkNotFound | OperationsInProgress | Releasing.BankLinkInProcedure
    >
    /** Sets the one link that exact top-ups debit, or none (TOP-16). */
    readonly setExactTopUp: (
      account: AccountId,
      link: BankLinkId | undefined,
      intent: Intent
    ) => Effect.Effect<BankSettings, Acting | BankFunctionsRestricted | BankLinkNotRegistered>
    /** Which links an account uses for what. */
    readonly settings: (account: AccountId) => Effect.Effect<BankSettings, Reading>
    /** The banks that can be linked: hours, maintenance, smallest top-up and usual days of each (BNK-14, BNK-16). */
    readonly banks: Effect.Effect<ReadonlyArray<OfferedBank>, StoreUnavailable>
  }
>()("@kinchaku/domain/bank/BankLinks") {
  static readonly layer: Layer.Layer<BankLinks, never, Engine | Store | Secrets | BankDirectory | BankGateway> =
    Layer.effect(
      BankLinks,
      Effect.gen(function* () {
        return BankLinks.of({ ...(yield* reading), ...(yield* linking), ...(yield* using) })
      })
    )
}

const validateLink = validator(Schema.Struct({ account: AccountId, link: BankLinkId }))
const validateAccount = validator(Schema.Struct({ account: AccountId }))

/** A link of an account. */
const ownLink = Effect.fnUntraced(function* (store: Store["Service"], account: AccountId, id: BankLinkId) {
  yield* Effect.fromResult(validateLink({ account, link: id }))
  const link = (yield* store.read([key(bankLinks, id)])).find(bankLinks, id)
  return link?.account === account ? link : yield* new BankLinkNotFound({ link: id })
})

const reading = Effect.gen(function* () {
  const store = yield* Store

  const get = Effect.fn("BankLinks.get")((account: AccountId, id: BankLinkId) => ownLink(store, account, id))

  const list = Effect.fn("BankLinks.list")(function* (account: AccountId) {
    yield* Effect.fromResult(validateAccount({ account }))
    const holder = (yield* store.read([key(holders, account)])).find(holders, account)
    const ids = holder?.bankLinks ?? []
    const facts = yield* store.read(ids.map((id) => key(bankLinks, id)))
    return ids.flatMap((id) => facts.find(bankLinks, id) ?? [])
  })

  const settings = Effect.fn("BankLinks.settings")(function* (account: AccountId) {
    yield* Effect.fromResult(validateAccount({ account }))
    return settingsOf(yield* store.read([settingsKey(account)]), account)
  })

  const quote = Effect.fn("BankLinks.quote")(function* (account: AccountId, id: BankLinkId) {
    const { bank } = yield* ownLink(store, account, id)
    const facts = yield* store.read([key(policyInForce, "current"), settingsKey(account)])
    return registrationFee(facts, settingsOf(facts, account), bank)
  })

  const banks = Effect.map(store.read([key(policyInForce, "current")]), ({ policy }) =>
    Object.entries(policy.banks).map(([bank, terms]): OfferedBank => ({ bank: bank as BankCode, ...terms }))
  )

  return { get, list, settings, quote, banks }
})

const linking = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets
  const directory = yield* BankDirectory
  const desk = yield* linkDesk

  const add = Effect.fn("BankLinks.add")(function* (
    account: AccountId,
    typed: OwnAccount.TypedAccount,
    { actor, key: intentKey }: Intent
  ) {
    const own = yield* Effect.fromResult(OwnAccount.read(typed))
    const { bank } = own.account
    const found = yield* entryOf(directory, bank, "branch" in own.account ? own.account.branch : "")
    const content = {
      account,
      bank: bank as BankCode,
      bankAccount: secrets.keyedHash("bankAccount", own.identity),
      directory: { version: found.version, bank: found.bank !== undefined, branch: found.branch !== undefined }
    }
    const personal = JSON.stringify(own.account)
    return yield* engine.submit(AddBankLink, content, { actor, key: intentKey, personal })
  })

  const start = Effect.fn("BankLinks.start")((account: AccountId, link: BankLinkId, quotedFee: Yen, intent: Intent) =>
    engine.submit(StartLinkProcedure, { account, link, quotedFee }, intent)
  )

  const page = Effect.fn("BankLinks.page")(function* (account: AccountId, id: BankLinkId) {
    const link = yield* ownLink(store, account, id)
    if (link._tag !== "inProcedure") return { link }
    const said = yield* desk.ask({ id: link.request, subject: link.id })
    return "page" in said ? said : { link: yield* desk.submit(link.request, said) }
  })

  return { add, start, page }
})

const using = Effect.map(Engine, (engine) => ({
  remove: Effect.fn("BankLinks.remove")((account: AccountId, link: BankLinkId, intent: Intent) =>
    engine.submit(RemoveBankLink, { account, link }, intent)
  ),
  setExactTopUp: Effect.fn("BankLinks.setExactTopUp")(
    (account: AccountId, link: BankLinkId | undefined, intent: Intent) =>
      engine.submit(SetExactTopUp, { account, ...(link === undefined ? {} : { link }) }, intent)
  )
}))
