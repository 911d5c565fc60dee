/**
 * Observation: what a world shows after a step, in the words of the model, and what its books always have to satisfy.
 */
import { type AccountId, accounts } from "@kinchaku/domain/account/Account"
import { type BankLink, type BankLinkId, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { settingsKey, settingsOf } from "@kinchaku/domain/bank/BankSettings"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { key, type Key } from "@kinchaku/domain/engine/RecordKind"
import type { BookedEntry } from "@kinchaku/domain/engine/Store"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import type { Balance } from "@kinchaku/domain/ledger/Balance"
import { periodsAt, usageId, usages } from "@kinchaku/domain/limit/Usage"
import { payments } from "@kinchaku/domain/payment/Payment"
import { payouts } from "@kinchaku/domain/payout/Payout"
import { suspenseItems } from "@kinchaku/domain/suspense/SuspenseItem"
import { depositTopUps } from "@kinchaku/domain/topup/Deposit"
import { topUps } from "@kinchaku/domain/topup/TopUp"
import { Effect } from "effect"
import type { Known } from "./Known.ts"
import type { World } from "./World.ts"

/** What is seen: for each thing its state in one text, for each ledger account its balance. */
export type Seen = Record<string, string | number>

/** What is wrong, and which rule that breaks: one of the ledger or of what is unresolved, agreement with the model, or of the stores with each other. */
export interface Fault {
  readonly about:
    | "model"
    | "stores"
    | "LED-03"
    | "LED-04"
    | "LED-05"
    | "LED-07"
    | "LED-12"
    | "LED-14"
    | "TOP-10"
    | "TOP-11"
  readonly what: string
}

type Services = World["Service"]
type Row = readonly [name: string, state: string]

const marks = (one: { readonly raisedAt?: unknown; readonly contradictedAt?: unknown }): string =>
  [one.raisedAt === undefined ? "" : "raised", one.contradictedAt === undefined ? "" : "contradicted"].join(" ")

const operations = ["topUp", "payment", "payout"] as const

/** What is read of everything that is known, all at once. */
const keysOf = (known: Known, periods: ReadonlyArray<string>): ReadonlyArray<Key> => [
  ...known.accounts.flatMap(({ id }) => [
    key(accounts, id),
    settingsKey(id),
    ...operations.flatMap((operation) => periods.map((period) => key(usages, usageId(id, operation, period))))
  ]),
  ...known.links.map(({ id }) => key(bankLinks, id)),
  ...known.topUps.map(({ id }) => key(topUps, id)),
  ...known.payouts.map(({ id }) => key(payouts, id)),
  ...known.payments.map(({ id }) => key(payments, id)),
  ...known.depositTopUps.map(({ id }) => key(depositTopUps, id)),
  ...[...known.items.values()].map((id) => key(suspenseItems, id))
]

type Facts = Effect.Success<ReturnType<Services["store"]["read"]>>

const ofAccount = Effect.fnUntraced(function* (
  { links }: Known,
  world: Services,
  facts: Facts,
  id: AccountId,
  held: number
) {
  const { cash, cashExpiresAt, kind, money } = yield* world.accounts.balances(id)
  const standing = facts.find(accounts, id)?._tag
  const uses = settingsOf(facts, id)
  const place = (link: BankLinkId | undefined) => (link === undefined ? "-" : links.findIndex((one) => one.id === link))
  const set = `exact ${place(uses.exactTopUp)}, payee ${place(uses.payoutAccount)}, chosen ${place(uses.chosen)}`
  return {
    account: `${standing} ${kind}: cash ${cash} of ${held}, money ${money}, until ${cashExpiresAt ?? "-"}`,
    settings: `${uses.registrations} registered, ${set}`
  }
})

/** What of the limits of a day and a month is used, and what is in flight. */
const used = (facts: Facts, id: AccountId, periods: ReadonlyArray<string>): string =>
  operations
    .map((operation) =>
      periods.map((period) => facts.find(usages, usageId(id, operation, period))?.total ?? 0).join(" ")
    )
    .join(", ")

const linkRow = (link: BankLink | undefined): string => {
  const state = link?._tag === "rejected" ? link.reason : link?._tag
  const until = link?._tag === "inProcedure" ? `until ${link.releasesAt}` : ""
  return [state, until, link?._tag === "registered" ? (link.operations ?? "") : ""].join(" ")
}

interface Truth {
  readonly state: string | { readonly _tag: string }
  readonly asked: number
}
/** What is true at the bank of a debit or a credit. */
const atBank = ({ asked, state }: Truth = { state: "absent", asked: 0 }): string => {
  const word = typeof state === "string" ? state : state._tag === "refused" ? "refused" : "done"
  return `${word}, asked ${asked}`
}

interface Told {
  readonly raisedAt?: unknown
  readonly contradictedAt?: unknown
  readonly _tag: string
  readonly amount: number
  readonly fee: number
}
const told = (one: Told | undefined, more = ""): string =>
  one === undefined ? "nothing" : `${one._tag} ${one.amount} ${one.fee} ${more}${marks(one)}`

/** Every operation that is known, and what the bank did about it. */
const operationRows = Effect.fnUntraced(function* (known: Known, world: Services, facts: Facts) {
  const debits = yield* world.bank.debits
  const credits = yield* world.bank.credits
  const rows: Array<Row> = []
  for (const [n, { id, request }] of known.topUps.entries()) {
    rows.push([`top-up ${n}`, told(facts.find(topUps, id))], [`debit ${n}`, atBank(debits.get(request))])
  }
  for (const [n, { id, isByFile, request }] of known.payouts.entries()) {
    rows.push([`payout ${n}`, told(facts.find(payouts, id))])
    if (!isByFile) rows.push([`credit ${n}`, atBank(credits.get(request))])
  }
  for (const [n, { id }] of known.payments.entries()) {
    const payment = facts.find(payments, id)
    rows.push([`payment ${n}`, told(payment, `from cash ${payment?.fromCash} money ${payment?.fromMoney} `)])
  }
  for (const [n, { id }] of known.depositTopUps.entries()) {
    const topUp = facts.find(depositTopUps, id)
    const number = topUp?.issued === undefined ? "" : "issued"
    rows.push([`deposit top-up ${n}`, told(topUp, `until ${topUp?.due} ${number} `)])
  }
  return rows
})

const suspenseRows = (known: Known, facts: Facts): ReadonlyArray<Row> =>
  known.subjects().flatMap(([name, subject]) => {
    const id = known.items.get(subject)
    const item = id === undefined ? undefined : facts.find(suspenseItems, id)
    if (item === undefined) return []
    return [[`suspense of ${name}`, `${item._tag === "open" ? "open" : item.resolution} ${item.amount}`]]
  })

/** What waits for a provider. Messages to holders wait too, and are nobody's state. */
const askedOfProviders = (world: Services) =>
  Effect.map(
    Effect.forEach(["bankLink", "bankDebit", "bankCredit", "depositNumber", "billerNotice"], (kind) =>
      world.outbox.due(kind, instant(253_402_268_399_999), 100_000)
    ),
    (kinds) => kinds.reduce((sum, waiting) => sum + waiting.length, 0)
  )

/** Notes the ids of what is new in suspense. */
export const noteItems = (known: Known, { suspenseDesk }: Services) =>
  Effect.map(suspenseDesk.page(500), (items) => {
    for (const { id, subject } of items) known.items.set(subject, id)
  })

/** What a world shows now. */
export const observe = Effect.fnUntraced(function* (known: Known, world: Services, balances: ReadonlyArray<Balance>) {
  yield* noteItems(known, world)
  const periods = ["inFlight", ...periodsAt(yield* world.now)]
  const facts = yield* world.store.read(keysOf(known, periods))
  const seen: Seen = { waiting: yield* askedOfProviders(world) }
  const ledger = new Map(balances.map((balance) => [balance.account as string, own(balance)]))
  for (const [n, { id }] of known.accounts.entries()) {
    const { account, settings } = yield* ofAccount(known, world, facts, id, ledger.get(`liability:cash:${id}`) ?? 0)
    seen[`account ${n}`] = account
    seen[`settings ${n}`] = settings
    seen[`used ${n}`] = used(facts, id, periods)
  }
  for (const [n, { id }] of known.links.entries()) seen[`link ${n}`] = linkRow(facts.find(bankLinks, id))
  const rows = [...(yield* operationRows(known, world, facts)), ...suspenseRows(known, facts)]
  for (const [name, state] of rows) seen[name] = state
  for (const [account, balance] of ledger) {
    if (balance !== 0 && !/^liability:(cash|money):/.test(account)) seen[account] = balance
  }
  return seen
})

const isOwned = (account: string): boolean => /^(asset|expense):/.test(account)
/** A balance on its own side: what is owned or spent, what is owed or earned. */
const own = ({ account, credits, debits }: Balance): number => (isOwned(account) ? debits - credits : credits - debits)

/** Where what a store shows is not what was expected. */
export const differences = (store: string, expected: Seen, seen: Seen): ReadonlyArray<Fault> =>
  [...new Set([...Object.keys(expected), ...Object.keys(seen)])]
    .filter((name) => expected[name] !== seen[name])
    .map((name) => {
      const [is, should] = [seen[name] ?? "nothing", expected[name] ?? "nothing"]
      return { about: "model", what: `${store}: ${name} is "${is}", not "${should}"` }
    })

/** Follows the books of one world: each time it is run, it says what they break (LED-03, LED-04, LED-05, LED-12), and the balances. */
export const auditor = (journalNow: () => Services["journal"]) => {
  const sums = new Map<string, { debits: number; credits: number }>()
  let after = 0
  const add = ({ entry }: BookedEntry): void => {
    for (const { account, amount, side } of entry.postings) {
      const sum = sums.get(account) ?? { debits: 0, credits: 0 }
      if (side === "debit") sum.debits += amount
      else sum.credits += amount
      sums.set(account, sum)
    }
  }
  const faultsOf = (balances: ReadonlyArray<Balance>): ReadonlyArray<Fault> => {
    const faults: Array<Fault> = []
    const note = (about: Fault["about"], holds: boolean, what: string): void => {
      if (!holds) faults.push({ about, what })
    }
    const total = { debits: 0, credits: 0, owned: 0, owed: 0 }
    for (const { account, credits, debits } of balances) {
      const sum = sums.get(account) ?? { debits: 0, credits: 0 }
      const agrees = sum.debits === debits && sum.credits === credits
      note("LED-03", agrees, `${account} stores ${debits}/${credits}, its lines are ${sum.debits}/${sum.credits}`)
      note("LED-05", !isCustomer(account) || debits <= credits, `${account} has debits ${debits}, credits ${credits}`)
      total.debits += debits
      total.credits += credits
      if (isOwned(account)) total.owned += debits - credits
      else total.owed += credits - debits
    }
    note("LED-03", balances.length === sums.size, "an account has lines and no stored balance")
    note("LED-04", total.debits === total.credits, `all debits are ${total.debits}, all credits ${total.credits}`)
    note("LED-12", total.owned === total.owed, `${total.owned} are owned or spent, ${total.owed} owed or earned`)
    return faults
  }
  return Effect.gen(function* () {
    const journal = journalNow()
    for (const command of yield* journal.page(after, 10_000)) {
      after = place(command)
      command.entries.forEach(add)
    }
    const balances = yield* journal.balances("", 100_000)
    return { balances, faults: faultsOf(balances) }
  })
}
