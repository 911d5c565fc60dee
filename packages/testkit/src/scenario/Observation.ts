/**
 * Observation: what a world shows after a step, in the words of the model, and what its books always have to satisfy.
 */
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { BookedEntry } from "@kinchaku/domain/engine/Store"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import type { Balance } from "@kinchaku/domain/ledger/Balance"
import { Effect } from "effect"
import type { Player } from "./Player.ts"
import type { World } from "./World.ts"

/** What is seen: for each thing its state in one text, for each ledger account its balance. */
export type Seen = Record<string, string | number>

/** What is wrong, and which rule that breaks: one of the ledger, agreement with the model, or of the stores with each other. */
export interface Fault {
  readonly about: "model" | "stores" | "LED-03" | "LED-04" | "LED-05" | "LED-07" | "LED-12" | "LED-14"
  readonly what: string
}

const payment = (player: Player, world: World["Service"]) =>
  Effect.forEach(player.payments, ({ account, id }, n) =>
    Effect.map(world.payments.get(account, id), ({ _tag, amount, fee, fromCash, fromMoney }): [string, string] => [
      `payment ${n}`,
      `${_tag} ${amount} ${fee} from cash ${fromCash} money ${fromMoney}`
    ])
  )

const topUps = Effect.fnUntraced(function* (player: Player, world: World["Service"]) {
  const debits = yield* world.bank.debits
  const seen: Array<[string, string]> = []
  for (const [n, { account, id, request }] of player.topUps.entries()) {
    const topUp = yield* world.topUps.get(account, id)
    const { _tag, amount, fee, raisedAt } = topUp
    const isContradicted = topUp._tag !== "processing" && topUp.contradictedAt !== undefined
    const { asked, state } = debits.get(request) ?? { asked: 0, state: "absent" as const }
    const marks = [raisedAt === undefined ? "" : "raised", isContradicted ? "contradicted" : ""]
    seen.push([`top-up ${n}`, [_tag, amount, fee, ...marks].join(" ")])
    seen.push([`bank ${n}`, `${typeof state === "string" ? state : state._tag}, asked ${asked}`])
  }
  return seen
})

const links = (player: Player, world: World["Service"]) =>
  Effect.forEach(player.links, ({ account, id }, n) =>
    Effect.map(world.bankLinks.get(account, id), (link): [string, string] => [
      `link ${n}`,
      link._tag === "rejected" ? link.reason : link._tag
    ])
  )

/** What waits for a bank or a biller. Messages to holders wait too, and are nobody's state. */
const askedOfProviders = (world: World["Service"]) =>
  Effect.map(
    Effect.forEach(["bankLink", "bankDebit", "billerNotice"], (kind) =>
      world.outbox.due(kind, instant(253_402_268_399_999), 100_000)
    ),
    (kinds) => kinds.reduce((sum, waiting) => sum + waiting.length, 0)
  )

/** What a world shows now. */
export const observe = Effect.fnUntraced(function* (player: Player, world: World["Service"]) {
  const ledger = yield* world.ledger
  const seen: Seen = { waiting: yield* askedOfProviders(world) }
  for (const [person, account] of player.accounts) {
    const { cash, cashExpiresAt, kind, money } = yield* world.accounts.balances(account)
    const held = ledger[`liability:cash:${account}`] ?? 0
    seen[`person ${person}`] = `${kind}: cash ${cash} of ${held}, money ${money}, until ${cashExpiresAt ?? "-"}`
  }
  const states = [
    ...(yield* links(player, world)),
    ...(yield* topUps(player, world)),
    ...(yield* payment(player, world))
  ]
  for (const [name, state] of states) seen[name] = state
  for (const [account, balance] of Object.entries(ledger)) {
    if (balance !== 0 && !/^liability:(cash|money):/.test(account)) seen[account] = balance
  }
  return seen
})

/** Where what a store shows is not what was expected. */
export const differences = (store: string, expected: Seen, seen: Seen): ReadonlyArray<Fault> =>
  [...new Set([...Object.keys(expected), ...Object.keys(seen)])]
    .filter((name) => expected[name] !== seen[name])
    .map((name) => {
      const [is, should] = [seen[name] ?? "nothing", expected[name] ?? "nothing"]
      return { about: "model", what: `${store}: ${name} is "${is}", not "${should}"` }
    })

/** Follows the books of one world: each time it is run, it says what they break (LED-03, LED-04, LED-05, LED-12). */
export const auditor = ({ journal }: World["Service"]) => {
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
      if (/^(asset|expense):/.test(account)) total.owned += debits - credits
      else total.owed += credits - debits
    }
    note("LED-03", balances.length === sums.size, "an account has lines and no stored balance")
    note("LED-04", total.debits === total.credits, `all debits are ${total.debits}, all credits ${total.credits}`)
    note("LED-12", total.owned === total.owed, `${total.owned} are owned or spent, ${total.owed} owed or earned`)
    return faults
  }
  return Effect.gen(function* () {
    for (const command of yield* journal.page(after, 10_000)) {
      after = place(command)
      command.entries.forEach(add)
    }
    return faultsOf(yield* journal.balances("", 100_000))
  })
}
