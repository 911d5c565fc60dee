/**
 * Reckoning: what has to be true when a history is over, by what a world shows and by what the banks and billers really did.
 *
 * Nothing is open any more but what waits for people. Banks moved exactly what is booked, whatever was lost on the way; and whatever was
 * raised was raised once.
 */
import { at as dayAt } from "@kinchaku/domain/calendar/JapanDate"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { billers } from "@kinchaku/domain/bill/Biller"
import { payments } from "@kinchaku/domain/payment/Payment"
import { payouts } from "@kinchaku/domain/payout/Payout"
import { depositTopUps } from "@kinchaku/domain/topup/Deposit"
import { topUps } from "@kinchaku/domain/topup/TopUp"
import { Effect } from "effect"
import type { Known } from "./Known.ts"
import type { Fault, Seen } from "./Observation.ts"
import type { World } from "./World.ts"

type Services = World["Service"]

/** What a history said in a bank's name: the bank's own deeds are not the books' then. */
export type Told = ReadonlySet<string>

const unresolved = (what: string): Fault => ({ about: "TOP-10", what })

/** What is still open and waits for no person: in processing two days later, or a procedure that nobody ended. */
const stillOpen = Effect.fnUntraced(function* (known: Known, world: Services, seen: Seen) {
  const today = dayAt(yield* world.now)
  const deposits = yield* world.store.read(known.depositTopUps.map(({ id }) => key(depositTopUps, id)))
  const waiting = known.depositTopUps.flatMap(({ id }, n) => {
    const topUp = deposits.find(depositTopUps, id)
    const isPayable = topUp?.issued !== undefined && today <= topUp.due
    return topUp?._tag === "awaiting" && !isPayable ? [unresolved(`deposit top-up ${n} awaits what cannot come`)] : []
  })
  const open = Object.entries(seen).flatMap(([name, state]) => {
    const [kind, n = ""] = name.split(" ")
    const isOpen =
      /^(top-up|payment|payout|link)$/.test(kind ?? "") && /^(processing|funding|inProcedure)/.test(`${state}`)
    return isOpen && !(kind === "payout" && known.payouts[Number(n)]?.isByFile === true)
      ? [unresolved(`${name} is ${state}`)]
      : []
  })
  const requests = seen["waiting"] === 0 ? [] : [unresolved(`${seen["waiting"]} requests wait`)]
  return [...waiting, ...open, ...requests]
})

interface Done {
  readonly state: string | { readonly _tag: string; readonly amount?: number }
}
const amountOf = ({ state }: Done): number => (typeof state === "string" ? 0 : (state.amount ?? 0))

const isBooked = (one: { readonly _tag: string; readonly contradictedAt?: unknown } | undefined): boolean =>
  one?._tag === "completed" || (one?._tag === "failed" && one.contradictedAt !== undefined)

/** What each bank account was debited and credited, by the bank's truth less by the books; nothing where they agree. */
const bankDifferences = Effect.fnUntraced(function* (known: Known, world: Services, told: Told) {
  const facts = yield* world.store.read([
    ...known.topUps.map(({ id }) => key(topUps, id)),
    ...known.payouts.map(({ id }) => key(payouts, id)),
    ...known.links.map(({ id }) => key(bankLinks, id))
  ])
  const sums = new Map<string, number>()
  const add = (whose: string, amount: number) => sums.set(whose, (sums.get(whose) ?? 0) + amount)
  const accountOf = (link: string | undefined): string => {
    const found = link === undefined ? undefined : facts.find(bankLinks, link)
    return found === undefined ? "an account that nobody linked" : `${found.bank} ${found.bankAccount}`
  }
  const operations = [
    ...known.topUps.map(({ id, request }, n) => ({
      name: `debit ${n}`,
      sign: 1,
      request,
      one: facts.find(topUps, id)
    })),
    ...known.payouts.flatMap(({ id, isByFile, request }, n) =>
      isByFile ? [] : [{ name: `credit ${n}`, sign: -1, request, one: facts.find(payouts, id) }]
    )
  ]
  const ignored = new Set(operations.filter(({ name }) => told.has(name)).map(({ request }) => request))
  const linkOf = new Map(operations.map(({ one, request }) => [request, one?.link]))
  for (const { name, one, sign } of operations) {
    if (!told.has(name) && isBooked(one)) add(accountOf(one?.link), -sign * (one?.amount ?? 0))
  }
  const deeds = [...(yield* world.bank.debits)].map(([request, deed]) => ({ request, amount: amountOf(deed) }))
  const credits = [...(yield* world.bank.credits)].map(([request, deed]) => ({ request, amount: -amountOf(deed) }))
  for (const { amount, request } of [...deeds, ...credits]) {
    if (!ignored.has(request)) add(accountOf(linkOf.get(request)), amount)
  }
  return [...sums]
    .filter(([, difference]) => difference !== 0)
    .map(([whose, difference]) => unresolved(`the bank moved ${difference} more on ${whose} than is booked`))
})

/** What billers with a system of their own took, by their truth less by the books. */
const billerDifferences = Effect.fnUntraced(function* (known: Known, world: Services) {
  const facts = yield* world.store.read(known.payments.map(({ id }) => key(payments, id)))
  const paid = known.payments.flatMap(({ id }) => facts.find(payments, id) ?? [])
  const terms = yield* world.store.read(paid.map(({ biller }) => key(billers, biller)))
  const booked = paid
    .filter(({ _tag, biller }) => _tag === "completed" && terms.find(billers, biller)?.confirmation === "online")
    .reduce((sum, { amount }) => sum + amount, 0)
  const taken = [...(yield* world.biller.payments).values()].reduce((sum, deed) => sum + amountOf(deed), 0)
  return taken === booked ? [] : [unresolved(`billers took ${taken}, and ${booked} is booked as paid to them`)]
})

/** What was raised more than once, or not at all, by the notices and by what is marked. */
const raised = Effect.fnUntraced(function* (world: Services, seen: Seen) {
  const times = new Map<string, number>()
  for (let after = ""; ;) {
    const page = yield* world.notices.page(after, 500)
    for (const { kind, subject } of page) {
      // A bank that contradicts itself again is raised again.
      if (/(Unresolved|Suspended)$/.test(kind) && !kind.startsWith("account")) {
        times.set(`${kind} ${subject}`, (times.get(`${kind} ${subject}`) ?? 0) + 1)
      }
    }
    const last = page.at(-1)
    if (last === undefined) break
    after = last.id
  }
  // A payout that waited for its file too long is raised anew where the bank says nothing of the file.
  const isTwice = (what: string) => what.startsWith("payoutUnresolved")
  const often = [...times]
    .filter(([what, many]) => many > (isTwice(what) ? 2 : 1))
    .map(([what, many]) => `${what} was told ${many} times`)
  const marked = Object.entries(seen).filter(
    ([name, state]) => !name.startsWith("payout ") && /raised/.test(`${state}`)
  ).length
  const unresolvedTold = [...times.keys()].filter((what) => /Unresolved /.test(what) && !isTwice(what)).length
  const missing = marked === unresolvedTold ? [] : [`${marked} are raised, of ${unresolvedTold} operators were told`]
  return [...often, ...missing].map((what): Fault => ({ about: "TOP-11", what }))
})

/** What is wrong at the end of a history. */
export const reckoning = Effect.fnUntraced(function* (known: Known, world: Services, seen: Seen, told: Told) {
  return [
    ...(yield* stillOpen(known, world, seen)),
    ...(yield* bankDifferences(known, world, told)),
    ...(yield* billerDifferences(known, world)),
    ...(yield* raised(world, seen))
  ]
})
