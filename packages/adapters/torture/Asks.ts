/**
 * Asks: what a teller can be asked for, and how it is done by the public services of the core.
 *
 * Who asks names everything by numbers, so that the same thing can be asked for in another process, under the same key.
 */
import { AccountId, accounts } from "@kinchaku/domain/account/Account"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import { Seals } from "@kinchaku/domain/audit/Seals"
import { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import { Billers } from "@kinchaku/domain/bill/Billers"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { key as keyOf } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { lockoutKeys, lockoutOf } from "@kinchaku/domain/otp/Lockout"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { OtpId } from "@kinchaku/domain/otp/Otp"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { Payouts } from "@kinchaku/domain/payout/Payouts"
import { Policies } from "@kinchaku/domain/policy/Policies"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import * as Linking from "@kinchaku/testkit/scenario/Linking"
import { challengeOf } from "@kinchaku/testkit/scenario/Opening"
import { codeOf, proveContacts } from "@kinchaku/testkit/scenario/Proving"
import { Cause, Effect, Exit, Option, Schema } from "effect"
import { actor, bank, biller, fee, payee, policy } from "./AskTerms.ts"
import { kanaName } from "./TellerCore.ts"

export const Ask = Schema.Union([
  /** Puts a policy in force that differs by the version alone. */
  Schema.Struct({ ask: Schema.Literal("adopt"), version: Schema.Int, operator: Schema.String }),
  /** Contracts the biller, with terms that differ by a maximum that no slip reaches. */
  Schema.Struct({ ask: Schema.Literal("contract"), version: Schema.Int, operator: Schema.String }),
  /** Opens the account of a person and links a bank account; with a money account where identity is verified. */
  Schema.Struct({ ask: Schema.Literal("open"), n: Schema.Int, isVerified: Schema.Boolean }),
  /** Opens an account alone: of a person, an e-mail address and a phone number, each by its number. */
  Schema.Struct({
    ask: Schema.Literal("claim"),
    key: Schema.String,
    person: Schema.Int,
    email: Schema.Int,
    phone: Schema.Int
  }),
  Schema.Struct({
    ask: Schema.Literal("fill"),
    account: AccountId,
    link: BankLinkId,
    amount: Schema.Int,
    key: Schema.String
  }),
  /** Pays the slip of a number. A payment that is watched has the balance read after its answer. */
  Schema.Struct({
    ask: Schema.Literal("pay"),
    account: AccountId,
    slip: Schema.Int,
    amount: Schema.Int,
    key: Schema.String,
    isWatched: Schema.Boolean
  }),
  /** Pays out to the account's own bank account; watched as a payment is. */
  Schema.Struct({
    ask: Schema.Literal("payOut"),
    account: AccountId,
    amount: Schema.Int,
    key: Schema.String,
    isWatched: Schema.Boolean
  }),
  /** Makes a link the one that payouts go to. */
  Schema.Struct({ ask: Schema.Literal("payoutAccount"), account: AccountId, link: BankLinkId }),
  Schema.Struct({ ask: Schema.Literal("balance"), account: AccountId }),
  /** Has a code sent to an account, and tells it. */
  Schema.Struct({ ask: Schema.Literal("code"), account: AccountId, key: Schema.String }),
  /** Types six digits. */
  Schema.Struct({ ask: Schema.Literal("type"), otp: OtpId, digits: Schema.String, key: Schema.String }),
  /** Whether an account is locked, and how many failures in a row it counts. */
  Schema.Struct({ ask: Schema.Literal("lockout"), account: AccountId }),
  /** Delivers until nothing waits. */
  Schema.Struct({ ask: Schema.Literal("settle") }),
  Schema.Struct({ ask: Schema.Literal("seal") })
])
export type Ask = typeof Ask.Type
type Of<Name extends Ask["ask"]> = Extract<Ask, { readonly ask: Name }>

export const Opened = Schema.Struct({ account: AccountId, link: BankLinkId })
/** A code and its digits. */
export const Sent = Schema.Struct({ otp: OtpId, digits: Schema.String })
/** How an account stands that somebody tried to get into. */
export const Standing = Schema.Struct({ isLocked: Schema.Boolean, failures: Schema.Int })

/** What was heard. failed: nothing certain, even after asking again; defect: something that should not be. */
export const Heard = Schema.Struct({
  what: Schema.Literals(["accepted", "refused", "failed", "defect"]),
  /** The outcome or the refusal, as JSON. */
  text: Schema.String,
  /** How often it was asked again because nothing certain was heard. */
  repeats: Schema.Int,
  /** Of one that is watched: what the account held, and how many payments and payouts of it had been answered here before that was read. */
  seen: Schema.optionalKey(Schema.Struct({ held: Schema.Int, answered: Schema.Int }))
})
export type Heard = typeof Heard.Type

const settle = Effect.gen(function* () {
  const dispatcher = yield* Dispatcher
  const outbox = yield* Outbox
  while ((yield* outbox.waiting) > 0) {
    yield* dispatcher.runDue
    yield* Effect.sleep("10 millis")
  }
  return {}
})

const opening = (person: number, email: number, phone: number) => ({
  presentation: { certificate: `person ${person}`, challenge: "", signature: "" },
  email: `holder-${email}@example.jp`,
  phone: `090${`${phone}`.padStart(8, "0")}`,
  kanaName
})

/** Proves the contacts of an opening and opens, all of it under keys that the given one makes. */
const openAs = Effect.fnUntraced(function* (request: ReturnType<typeof opening>, key: string) {
  const proved = yield* proveContacts(request, { actor, key })
  const presentation = { ...request.presentation, challenge: challengeOf(key) }
  return (yield* (yield* Accounts).open({ ...request, presentation, ...proved }, { actor, key })).id
})

const open = Effect.fnUntraced(function* ({ isVerified, n }: Of<"open">) {
  const accounts = yield* Accounts
  const bankLinks = yield* BankLinks
  const id = yield* openAs(opening(n, n, n), `open ${n}`)
  const again = { ...opening(n, n, n).presentation, challenge: challengeOf(`verify ${n}`) }
  if (isVerified) yield* accounts.verifyIdentity(id, again, { actor, key: `verify ${n}` })
  const bankAccount = { bank, branch: "001", kind: "ordinary", number: `${n}`.padStart(7, "0") } as const
  const link = yield* Linking.link(bankLinks, id, bankAccount, { actor, key: `link ${n}` })
  return { account: id, link: link.id }
})

const pay = ({ account, amount: yen, key, slip }: Of<"pay">) => {
  const amount = PositiveYen.make(yen)
  const free = `${slip}`.padStart(12, "0")
  const barcode = SlipBarcode.write({ biller, free, reissues: 0, stamp: false, amount })
  const quote = { payee, amount, fee: Yen.make(fee) }
  return Effect.flatMap(Payments, ({ paySlip }) => paySlip({ account, barcode, quote }, { actor, key }))
}

const payOut = ({ account, amount, key }: Of<"payOut">) =>
  Effect.flatMap(Payouts, ({ request }) =>
    request({ account, amount: PositiveYen.make(amount), quotedFee: Yen.make(fee) }, { actor, key })
  )

const payTo = ({ account, link }: Of<"payoutAccount">) =>
  Effect.flatMap(Payouts, ({ setAccount }) => setAccount(account, link, { actor, key: `payout account ${account}` }))

const contract = ({ operator, version }: Of<"contract">) => {
  const slipMaximum = PositiveYen.make(1_000_000 + version)
  const terms = { code: biller, name: payee, confirmation: "none", slipMaximum, active: true } as const
  const intent = { actor: `operator:${operator}` as Actor, key: `contract ${version}` }
  return Effect.flatMap(Billers, (billers) => billers.contract(terms, intent))
}

const fill = ({ account, amount, key, link }: Of<"fill">) =>
  Effect.flatMap(TopUps, ({ fromBank }) =>
    fromBank({ account, link, amount: PositiveYen.make(amount), quotedFee: Yen.make(0) }, { actor, key })
  )

const held = (account: AccountId) =>
  Effect.flatMap(Accounts, ({ balances }) => Effect.map(balances(account), ({ cash, money }) => cash + money))

const send = Effect.fnUntraced(function* ({
  account,
  key
}: Of<"code">): Effect.fn.Return<typeof Sent.Type, unknown, OneTimePasswords | Secrets> {
  const { id } = yield* (yield* OneTimePasswords).issue({ account, purpose: "suspend" }, { actor, key })
  return { otp: id, digits: yield* codeOf(id) }
})

const lockout = Effect.fnUntraced(function* (account: AccountId) {
  const facts = yield* (yield* Store).read([keyOf(accounts, account), ...lockoutKeys(account)])
  const standing: typeof Standing.Type = {
    isLocked: facts.find(accounts, account)?.lockedAt !== undefined,
    failures: lockoutOf(facts, account).failures
  }
  return standing
})

type Needed =
  | OneTimePasswords
  | Secrets
  | Accounts
  | BankLinks
  | Billers
  | Dispatcher
  | Outbox
  | Payments
  | Payouts
  | Policies
  | Seals
  | Store
  | TopUps

const perform = (ask: Ask): Effect.Effect<unknown, unknown, Needed> => {
  switch (ask.ask) {
    case "adopt":
      return Effect.flatMap(Policies, ({ adopt }) => adopt(policy(ask.version), `operator:${ask.operator}` as Actor))
    case "contract":
      return contract(ask)
    case "open":
      return open(ask)
    case "claim":
      return openAs(opening(ask.person, ask.email, ask.phone), ask.key)
    case "fill":
      return fill(ask)
    case "pay":
      return pay(ask)
    case "payOut":
      return payOut(ask)
    case "payoutAccount":
      return payTo(ask)
    case "balance":
      return held(ask.account)
    case "code":
      return send(ask)
    case "type":
      return Effect.flatMap(OneTimePasswords, ({ confirm }) => confirm(ask.otp, ask.digits, { actor, key: ask.key }))
    case "lockout":
      return lockout(ask.account)
    case "settle":
      return settle
    case "seal":
      return Effect.flatMap(Seals, ({ seal }) => seal)
  }
}

const heard = (exit: Exit.Exit<unknown, unknown>): Pick<Heard, "what" | "text"> => {
  if (Exit.isSuccess(exit)) return { what: "accepted", text: JSON.stringify(exit.value ?? null) }
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (typeof failure !== "object" || failure === null || !("_tag" in failure)) {
    return { what: "defect", text: Cause.pretty(exit.cause) }
  }
  const isUncertain = failure._tag === "StoreUnavailable" || failure._tag === "Busy"
  return { what: isUncertain ? "failed" : "refused", text: JSON.stringify(failure) }
}

/** How often a caller asks again, with the same key, where it heard nothing certain. */
const repeatsMax = 8

/** Whether an ask takes from an account what it can take once. */
export const isSpending = (ask: Ask): ask is Of<"pay" | "payOut"> => ask.ask === "pay" || ask.ask === "payOut"

/** How many payments and payouts of each account were answered as accepted in this process. */
const answered = new Map<AccountId, number>()

/** Does what is asked, once. */
export const hearOnce = (ask: Ask): Effect.Effect<Heard, never, Needed> =>
  Effect.map(Effect.exit(perform(ask)), (exit) => ({ ...heard(exit), repeats: 0 }))

/** Does what is asked, again with the same key while nothing certain is heard. */
export const hear = Effect.fnUntraced(function* (ask: Ask): Effect.fn.Return<Heard, never, Needed> {
  let told = heard(yield* Effect.exit(perform(ask)))
  let repeats = 0
  for (; told.what === "failed" && repeats < repeatsMax; repeats++) {
    yield* Effect.sleep(20 * 2 ** repeats)
    told = heard(yield* Effect.exit(perform(ask)))
  }
  if (!isSpending(ask) || told.what !== "accepted") return { ...told, repeats }
  const before = (answered.get(ask.account) ?? 0) + 1
  answered.set(ask.account, before)
  if (!ask.isWatched) return { ...told, repeats }
  const read = yield* Effect.exit(held(ask.account))
  return Exit.isSuccess(read)
    ? { ...told, repeats, seen: { held: read.value, answered: before } }
    : { ...told, repeats }
})
