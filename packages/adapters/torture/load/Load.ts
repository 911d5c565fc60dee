/**
 * The load of the crash tests and the torture: what the caller of a number asks for follows from the number, under a key that is the number.
 *
 * So whoever knows which numbers were answered can ask again for exactly the same, in another process.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import { Accounts, type Intent } from "@kinchaku/domain/account/Accounts"
import { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import { Billers } from "@kinchaku/domain/bill/Billers"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { zero } from "@kinchaku/domain/money/Yen"
import type { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import type { Payments } from "@kinchaku/domain/payment/Payments"
import { Payouts } from "@kinchaku/domain/payout/Payouts"
import { Policies } from "@kinchaku/domain/policy/Policies"
import type { Deposits } from "@kinchaku/domain/topup/Deposits"
import type { DepositTopUps } from "@kinchaku/domain/topup/DepositTopUps"
import { ShopTopUps } from "@kinchaku/domain/topup/ShopTopUps"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import { Cause, Effect, Exit, Option, Schema } from "effect"
import * as Linking from "@kinchaku/testkit/scenario/Linking"
import { open, presentation } from "./Opening.ts"
import * as Terms from "./Terms.ts"
import * as Wallet from "./Wallet.ts"

const { actor } = Terms

/** What an account has: cash alone, money too, or nothing, and a link that is debited for whatever it pays. */
const Purse = Schema.Literals(["cash", "money", "empty"])
/** What is there before the load begins: accounts, each with its bank link. */
export const Ground = Schema.Array(Schema.Struct({ account: AccountId, link: BankLinkId, purse: Purse }))
export type Ground = typeof Ground.Type

/** Delivers until nothing waits. */
export const settle = Effect.gen(function* () {
  const dispatcher = yield* Dispatcher
  const outbox = yield* Outbox
  while ((yield* outbox.waiting) > 0) {
    yield* dispatcher.runDue
    yield* Effect.sleep("10 millis")
  }
})

const topUp = (account: AccountId, link: BankLinkId, amount: number, intent: Intent) =>
  Effect.flatMap(TopUps, ({ fromBank }) =>
    fromBank({ account, link, amount: Terms.yen(amount), quotedFee: zero }, intent)
  )

const numbers = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, n) => n)
const atOnce = { concurrency: "unbounded" } as const

/** Puts the policy in force, and contracts billers and the shop. */
const contract = Effect.gen(function* () {
  const billers = yield* Billers
  yield* (yield* Policies).adopt(Terms.policy, actor)
  yield* (yield* ShopTopUps).contract(Terms.shop, { actor: Terms.operator, key: "shop" })
  const one = (n: number) => {
    const confirmation = Terms.isOnline(n) ? ("online" as const) : ("none" as const)
    const terms = { code: Terms.billerCode(n), name: Terms.payee(n), confirmation, active: true }
    return billers.contract(terms, { actor, key: `biller ${n}` })
  }
  yield* Effect.forEach(numbers(Terms.billerCount), one, atOnce)
})

const openLinked = Effect.fnUntraced(function* (n: number) {
  const as = (step: string): Intent => ({ actor, key: `${step} ${n}` })
  const account = yield* open(`ground ${n}`, `ground-${n}@example.jp`, n, as("open"))
  // What is loaded goes for the registration.
  const loaded = { account: account.id, shop: Terms.shop.code, amount: Terms.fees.registration, quotedFee: zero }
  yield* (yield* ShopTopUps).load(loaded, as("load"))
  const number = `${n}`.padStart(7, "0")
  const own = { bank: Terms.bank, branch: "001", kind: "ordinary", number } as const
  const link = yield* Linking.link(yield* BankLinks, account.id, own, as("link"))
  const purse = n % 4 === 0 ? "cash" : n % 4 === 3 ? "empty" : "money"
  return { account: account.id, link: link.id, purse } satisfies Ground[number]
})

/** Of four accounts two have money, three have cash, and one is empty: that one's payments debit its bank. */
export const prepare = Effect.fnUntraced(function* (count: number) {
  const accounts = yield* Accounts
  const bankLinks = yield* BankLinks
  const payouts = yield* Payouts
  yield* contract
  const ground: Ground = yield* Effect.forEach(numbers(count), openLinked, atOnce)
  yield* settle
  const fill = Effect.fnUntraced(function* (step: string, amount: number) {
    // The bank refuses some debits, so each account asks for six.
    const all = ground.flatMap((one, n) =>
      one.purse === "empty" ? [] : [0, 1, 2, 3, 4, 5].map((time) => ({ ...one, key: `${step} ${n} ${time}` }))
    )
    yield* Effect.forEach(all, ({ account, key, link }) => topUp(account, link, amount, { actor, key }), atOnce)
    yield* settle
  })
  yield* fill("cash", 300_000)
  // Half of the empty accounts are of money, so that either kind is topped up exactly.
  const verified = ground.map((one, n) => ({ ...one, n })).filter(({ n, purse }) => purse === "money" || n % 8 === 7)
  yield* Effect.forEach(
    verified,
    ({ account, n }) =>
      accounts.verifyIdentity(account, presentation(`ground ${n}`, `verify ${n}`), { actor, key: `verify ${n}` }),
    atOnce
  )
  yield* fill("money", 1_000_000_000)
  const use = ({ account, link, purse }: Ground[number]): Effect.Effect<unknown, unknown> => {
    if (purse === "cash") return Effect.void
    return purse === "money"
      ? payouts.setAccount(account, link, { actor, key: `payout account ${account}` })
      : bankLinks.setExactTopUp(account, link, { actor, key: `exact top-up ${account}` })
  }
  yield* Effect.forEach(ground, use, atOnce)
  return ground
})

/** What the load asks of. */
export type Needed =
  | Accounts
  | BankLinks
  | Deposits
  | DepositTopUps
  | OneTimePasswords
  | Payments
  | Payouts
  | Secrets
  | ShopTopUps
  | TopUps

/** Refusals of the wallet, in turn: each is one for ever. */
const refused = (n: number, { cash, empty, money }: Chosen, intent: Intent) => {
  switch (Math.floor(n / 24) % 8) {
    case 0:
      return Wallet.payOut(n, cash.account, intent)
    case 1:
      return Wallet.payOut(n, money.account, intent, Terms.yen(1))
    case 2:
      return Wallet.askElsewhere(n, cash.account, intent)
    case 3:
      return Wallet.load(n, money.account, Terms.stranger, intent)
    case 4:
      return Wallet.payExactly(n, Terms.offline(n), empty, intent, 1)
    case 5:
      return Wallet.pay(n, Terms.offline(n), empty.account, intent)
    case 6:
      return Wallet.deposit(n, money.account, intent, "contradictory")
    default:
      return Effect.flatMap(BankLinks, ({ setExactTopUp }) => setExactTopUp(empty.account, cash.link, intent))
  }
}

/** One account of each sort, by the number. */
interface Chosen {
  readonly any: Wallet.Purse
  readonly cash: Wallet.Purse
  readonly money: Wallet.Purse
  readonly empty: Wallet.Purse
}

const choose = (ground: Ground, n: number): Chosen | undefined => {
  const among = (purses: ReadonlyArray<Ground[number]["purse"]>) => {
    const all = ground.filter(({ purse }) => purses.includes(purse))
    return all[(n * 7919) % all.length]
  }
  const [any, cash, money, empty] = [among(["cash", "money"]), among(["cash"]), among(["money"]), among(["empty"])]
  return any === undefined || cash === undefined || money === undefined || empty === undefined
    ? undefined
    : { any, cash, money, empty }
}

const courses = ["twice", "otherAmount", "unknown"] as const

/**
 * Asks for what belongs to a number. Of twenty-four, eleven are payments: two of them wait for their biller, two for the bank of
 * an account that has nothing, and two are of slips that other numbers pay as well, so that one of each two is refused. One opening
 * is of a person who has an account. Every refusal stays one however often and whenever it is asked for again.
 */
export const ask = (ground: Ground, n: number, key = `${n}`): Effect.Effect<unknown, unknown, Needed> => {
  const intent = { actor, key }
  const chosen = choose(ground, n)
  if (chosen === undefined) return Effect.die(new Error("the load needs accounts of each sort"))
  const { any, empty, money } = chosen
  const turn = Math.floor(n / 24)
  switch (n % 24) {
    case 0:
      return open(`holder ${n}`, `holder-${n}@example.jp`, 1_000_000 + n, intent)
    case 1:
    case 13:
      return topUp(any.account, any.link, 1000 + (n % 500), intent)
    case 2:
      return open(`ground ${n % ground.length}`, `late-${n}@example.jp`, 50_000_000 + n, intent)
    case 3:
    case 15:
      return Wallet.pay(n, turn % 2 === 0 ? 3 : 7, any.account, intent)
    case 5:
    case 17:
    case 21:
      return Wallet.payOut(n, money.account, intent)
    case 6:
      return Wallet.deposit(n, any.account, intent, "inTime")
    case 7:
      return Wallet.payExactly(n, Terms.offline(n), empty, intent)
    case 9:
    case 23:
      return Wallet.pay(n - 1, Terms.offline(n - 1), any.account, intent)
    case 10:
      return Wallet.load(n, any.account, Terms.shop.code, intent)
    case 11:
      return Wallet.link(n, intent)
    case 12:
    case 19:
      return refused(n, chosen, intent)
    case 14:
      return Wallet.deposit(n, any.account, intent, courses[turn % courses.length] ?? "twice")
    case 18:
      return Wallet.payExactly(n, Terms.willing, empty, intent)
    case 20:
      return Wallet.link(n, intent, true)
    default:
      return Wallet.pay(n, Terms.offline(n), any.account, intent)
  }
}

/** How often a number is asked for at once: some callers send twice, and both must hear the same. */
export const times = (n: number): number => (n % 11 === 5 ? 2 : 1)

/** What a caller was told. failed: nothing certain, so it is no answer. */
export interface Told {
  readonly n: number
  readonly what: "accepted" | "refused" | "failed"
  /** The outcome or the refusal, as JSON. */
  readonly text: string
}

/** What an asking came to; a defect stays one. */
export const told = (n: number, exit: Exit.Exit<unknown, unknown>): Effect.Effect<Told> => {
  if (Exit.isSuccess(exit)) return Effect.succeed({ n, what: "accepted", text: JSON.stringify(exit.value) })
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (typeof failure !== "object" || failure === null || !("_tag" in failure)) {
    return Effect.failCause(exit.cause as Cause.Cause<never>)
  }
  const isUncertain = failure._tag === "StoreUnavailable" || failure._tag === "Busy"
  return Effect.succeed({ n, what: isUncertain ? "failed" : "refused", text: JSON.stringify(failure) })
}
