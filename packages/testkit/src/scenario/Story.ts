/**
 * Story: what a world offers to rules and tests that tell a story.
 *
 * Everything goes through the public services. A helper brings its errand to the end: a link is registered or rejected, a
 * top-up or a payment settled, as late as the provider makes it; the services are there for everything in between.
 */
import type { Account, AccountId } from "@kinchaku/domain/account/Account"
import { type Intent, type OpeningRequest } from "@kinchaku/domain/account/Accounts"
import type { BankAccount } from "@kinchaku/domain/bank/BankGateway"
import type { BankLink, BankLinkId } from "@kinchaku/domain/bank/BankLink"
import type { Biller, BillerCode } from "@kinchaku/domain/bill/Biller"
import { type Slip, type SlipNumber, write } from "@kinchaku/domain/bill/SlipBarcode"
import { instant, type Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor } from "@kinchaku/domain/engine/Command"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { Clock, type Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import * as SimulatedVerifier from "../simulators/SimulatedVerifier.ts"
import * as Linking from "./Linking.ts"
import { openings, proveContacts } from "./Proving.ts"
import { all, type Services } from "./StoryServices.ts"

/** A person with an account. */
export interface Holder {
  readonly account: AccountId
  readonly name: string
  readonly kanaName: string
  readonly actor: Actor
}

/** What a slip says, as far as a story cares. */
export type SlipWish = Partial<Omit<Slip, "barcode" | "amount" | "biller">> & {
  readonly amount: number
  readonly biller?: string
}

/** Who contracts and adopts. */
export const operator = "operator:test" as Actor

/** A biller with a contract, with terms of one's own laid over it. */
export const testBiller = (own: Partial<Biller> = {}): Biller => ({
  code: "123456" as BillerCode,
  name: "テスト水道局",
  confirmation: "none",
  active: true,
  ...own
})

/** Numbers and keys that were not used before. */
const counter = () => {
  let used = 0
  const fresh = (): number => (used += 1)
  return {
    fresh,
    /** Who asks, with a key that was not used before; the operator where nobody is named. */
    intent: (who: Holder | Actor = operator) => ({
      actor: typeof who === "string" ? who : who.actor,
      key: `story ${fresh()}`
    })
  }
}
type Counter = ReturnType<typeof counter>

const time = ({ dispatcher, outbox, sweeps }: Services) => {
  const dispatch = Effect.gen(function* () {
    let tried = 0
    for (let now = yield* dispatcher.runDue; now > 0; now = yield* dispatcher.runDue) tried += now
    return tried
  })
  const settle = Effect.gen(function* () {
    yield* dispatch
    for (let waits = 0; waits < 288 && (yield* outbox.waiting) > 0; waits++) {
      yield* TestClock.adjust("5 minutes")
      yield* dispatch
    }
  })
  return {
    /** The time of the world. */
    now: Effect.map(Clock.currentTimeMillis, instant),
    /** Lets time pass. */
    wait: (duration: Duration.Input) => TestClock.adjust(duration),
    /** Lets time pass until an instant. */
    goTo: (at: Instant) => TestClock.setTime(at),
    /** Delivers what is due at this very time; answers how many deliveries it took. */
    dispatch,
    /** Delivers until nothing waits, letting five minutes pass at a time, a day at most. */
    settle,
    /** Sweeps what is due. */
    sweep: sweeps.runDue
  }
}
type Time = ReturnType<typeof time>

const people = ({ accounts, codes }: Services, { intent }: Counter) => {
  const opening = openings()
  const open = Effect.fnUntraced(function* (name: string, kind: Account["kind"] = "cash", kanaName?: string) {
    const request = opening(name, kanaName)
    const asked = intent()
    const proved = yield* Effect.provideContext(proveContacts(request, asked), codes)
    const { id } = yield* accounts.open({ ...request, ...proved }, asked)
    const holder: Holder = { account: id, name, kanaName: request.kanaName, actor: `holder:${id}` as Actor }
    const presentation = SimulatedVerifier.certificate(name, "verified", { occasion: "verification" })
    if (kind === "money") yield* accounts.verifyIdentity(id, presentation, intent(holder))
    return holder
  })
  return {
    /** The request by which a person opens an account; each name is another person with other contacts. */
    opening,
    /** Proves the contacts of a request as their owner would, or the address alone. */
    prove: (request: Pick<OpeningRequest, "email" | "phone">, asked: Intent) =>
      Effect.provideContext(proveContacts(request, asked), codes),
    /** Opens an account, and verifies its identity where money is wished. */
    open,
    /** What a holder is shown. */
    balances: (holder: Pick<Holder, "account">) => accounts.balances(holder.account)
  }
}

const bankErrands = ({ bank, bankLinks, topUps }: Services, { fresh, intent }: Counter, { settle }: Time) => {
  const lastLink = new Map<AccountId, BankLinkId>()
  const link = Effect.fnUntraced(function* (holder: Holder, own: Partial<BankAccount> = {}) {
    const number = own.number ?? `${1_000_000 + fresh() * 100}`
    bank.setHolder(number, holder.kanaName)
    const account: BankAccount = { bank: "9999", branch: "001", kind: "ordinary", ...own, number }
    const { id } = yield* Linking.link(bankLinks, holder.account, account, intent(holder))
    yield* settle
    const settled = yield* bankLinks.get(holder.account, id)
    if (settled._tag === "registered") lastLink.set(holder.account, id)
    return settled
  })
  const askTopUp = Effect.fnUntraced(function* (holder: Holder, yen: number, from?: BankLink) {
    const id = from?.id ?? lastLink.get(holder.account) ?? (yield* link(holder)).id
    const amount = yen as PositiveYen
    const { fee } = yield* topUps.quote(holder.account, id, amount)
    return yield* topUps.fromBank({ account: holder.account, link: id, amount, quotedFee: fee }, intent(holder))
  })
  const topUp = Effect.fnUntraced(function* (holder: Holder, yen: number, from?: BankLink) {
    const { id } = yield* askTopUp(holder, yen, from)
    yield* settle
    return yield* topUps.get(holder.account, id)
  })
  return {
    /** Links a bank account whose holder is the account's; one of its own at the bank 9999 where nothing is said. */
    link,
    /** Asks for a top-up at its quote and leaves it in processing. */
    askTopUp,
    /** Tops up at its quote, from the link that was registered last where none is named, and waits until it is settled. */
    topUp
  }
}

const billErrands = ({ billers, payments }: Services, { fresh, intent }: Counter, { settle }: Time) => {
  const slip = ({ amount, biller = testBiller().code, ...own }: SlipWish): SlipNumber =>
    write({
      free: `${fresh()}`.padStart(21, "0"),
      reissues: 0,
      stamp: false,
      ...own,
      biller: biller as BillerCode,
      amount: amount as PositiveYen
    })
  const pay = Effect.fnUntraced(function* (holder: Holder, barcode: string) {
    const quote = yield* payments.quoteSlip(barcode)
    const { id } = yield* payments.paySlip({ account: holder.account, barcode, quote }, intent(holder))
    yield* settle
    return yield* payments.get(holder.account, id)
  })
  return {
    /** Contracts a biller, `testBiller()` with terms of one's own. */
    contract: (own: Partial<Biller> = {}) => billers.contract(testBiller(own), intent()),
    /** The number of a slip that nobody had before, of the biller of `testBiller()` and without due date where nothing is said. */
    slip,
    /** Pays a slip at its quote and waits until it is settled. */
    pay
  }
}

const ledger = ({ journal }: Services) =>
  Effect.map(journal.balances("", 100_000), (all) =>
    Object.fromEntries(
      all.map(({ account, credits, debits }) => [
        account,
        account.startsWith("asset:") || account.startsWith("expense:") ? debits - credits : credits - debits
      ])
    )
  )

/** Makes the helpers over the services at hand. */
export const make = Effect.map(all, (services) => {
  const counting = counter()
  const { intent } = counting
  const timing = time(services)
  return {
    ...services,
    ...timing,
    intent,
    /** Puts a policy in force. */
    adopt: (policy: Policy) => services.policies.adopt(policy, operator),
    ...people(services, counting),
    ...bankErrands(services, counting, timing),
    ...billErrands(services, counting, timing),
    /** Every ledger account with its balance on its own side: what is owned or spent, what is owed or earned. */
    ledger: ledger(services)
  }
})

/** What {@link make} makes. */
export type Story = Effect.Success<typeof make>
