/**
 * Limit trials: how the rules about limits are tried, in exact numbers and with a calendar that is not the core's.
 */
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { Envelope } from "@kinchaku/domain/engine/Command"
import type { Facts } from "@kinchaku/domain/engine/Facts"
import { cash } from "@kinchaku/domain/ledger/AccountCode"
import * as Limit from "@kinchaku/domain/limit/Limit"
import { inFlight, type Usage } from "@kinchaku/domain/limit/Usage"
import { max, type Yen } from "@kinchaku/domain/money/Yen"
import { type Payment, payments } from "@kinchaku/domain/payment/Payment"
import { type Caps, compat, type Policy, type OperationLimits } from "@kinchaku/domain/policy/Policy"
import { type TopUp, topUps } from "@kinchaku/domain/topup/TopUp"
import { Effect, Equal, Result } from "effect"
import * as fc from "fast-check"
import { yenAround } from "../../src/arbitraries/Amounts.ts"
import { MemoryBooks } from "../../src/memory/MemoryStore.ts"
import { adopt, atDesk, type Core, type Services, spoiling, type Steps } from "./Desk.ts"
import * as Holders from "./Holders.ts"
import { outcomeOf } from "./Keys.ts"
import * as Looks from "./Looks.ts"
import type { Belief } from "./Seeing.ts"
import { limitedTo, type Limits, terms, unlimited } from "./Terms.ts"

const inJapan = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Tokyo",
  year: "numeric",
  month: "2-digit",
  day: "2-digit"
})

/** The day in Japan by the calendar of the International Components for Unicode. */
export const dayInJapan = (at: number): string => inJapan.format(at)
export const periodsInJapan = (at: number): readonly [string, string] => [dayInJapan(at), dayInJapan(at).slice(0, 7)]

/** An operation, what was used before it, and the limits that there are. */
export interface Case {
  readonly kind: "cash" | "money"
  readonly way: string
  readonly amount: Yen
  readonly day: { readonly total: Yen; readonly ofWay: Yen }
  readonly month: { readonly total: Yen; readonly ofWay: Yen }
  readonly general: Caps
  readonly byWay: Readonly<Record<string, Caps>>
}

const caps = (): fc.Arbitrary<Caps> =>
  fc.record(
    { perOperation: yenAround(1000), perDay: yenAround(1000), perMonth: yenAround(1000) },
    { requiredKeys: [], noNullPrototype: true }
  )
const used = () =>
  fc
    .tuple(yenAround(500), yenAround(500))
    .map(([ofWay, ofOthers]) => ({ ofWay, total: Math.min(ofWay + ofOthers, max) as Yen }))

/** Operations around limits, some of which exist. */
export const cases = (): { readonly [Name in keyof Case]: fc.Arbitrary<Case[Name]> } => ({
  kind: fc.constantFrom("cash", "money"),
  way: fc.constantFrom("barcode", "number"),
  amount: fc.oneof(yenAround(500), yenAround(1000)),
  day: used(),
  month: used(),
  general: caps(),
  byWay: fc.oneof(
    fc.constant({}),
    caps().map((barcode) => ({ barcode }))
  )
})

const usage = (period: string, way: string, { ofWay, total }: Case["day"]): Usage =>
  ({ id: "", account: "", operation: "payment", period, total, byWay: { [way]: ofWay } }) as unknown as Usage

const policyOf = ({ byWay, general, kind }: Case): Policy => {
  const limited: Limits = { ...unlimited, payment: { ...general, byWay } }
  const none: Limits = { ...unlimited, payment: { perOperation: 0 as Yen } }
  return terms({ limits: kind === "cash" ? { cash: limited, money: none } : { cash: none, money: limited } })
}

export type Check = typeof Limit.check

/** Has a case checked. */
export const checked = (check: Check, given: Case): ReturnType<Check> =>
  check(policyOf(given), given.kind, {
    operation: "payment",
    way: given.way,
    amount: given.amount,
    day: usage("2026-11-22", given.way, given.day),
    month: usage("2026-11", given.way, given.month)
  })

/** Every limit of a case that exists, as what is allowed and what would be used, in the order in which a refusal is named. */
const applying = ({ amount, byWay, day, general, month, way }: Case) =>
  [
    { caps: general, day: day.total, month: month.total, scope: {} },
    { caps: byWay[way] ?? {}, day: day.ofWay, month: month.ofWay, scope: { way } }
  ].flatMap(({ caps, day, month, scope }) =>
    [
      { limit: "perOperation", period: "operation", allowed: caps.perOperation, before: 0, asked: amount, ...scope },
      { limit: "perDay", period: "2026-11-22", allowed: caps.perDay, before: day, asked: amount, ...scope },
      { limit: "perMonth", period: "2026-11", allowed: caps.perMonth, before: month, asked: amount, ...scope }
    ].flatMap(({ allowed, ...one }) => (allowed === undefined ? [] : [{ ...one, allowed }]))
  )

/** The limits that an operation would pass, in exact numbers. */
export const passed = (given: Case) =>
  applying(given).filter(({ allowed, asked, before }) => BigInt(before) + BigInt(asked) > BigInt(allowed))

/** What a refusal has to say of the first limit that would be passed; nothing where none would. */
export const refusalOf = (given: Case): object | undefined => {
  const [first] = passed(given)
  if (first === undefined) return undefined
  const { before, ...named } = first
  return { ...named, operation: "payment", remaining: Math.max(first.allowed - before, 0) }
}

/** What a refusal says. */
export const saidBy = (result: ReturnType<Check>): object | undefined => {
  if (Result.isSuccess(result)) return undefined
  const { allowed, asked, limit, operation, period, remaining, way } = result.failure
  return { limit, operation, period, allowed, remaining, asked, ...(way === undefined ? {} : { way }) }
}

/** A check that takes the operation, the policy or the kind for another one. */
export const checking =
  (change: (...given: Parameters<Check>) => Parameters<Check>): Check =>
  (...given) =>
    Limit.check(...change(...given))

/** A check that says something else of what it refuses. */
export const saying =
  (change: (refusal: Limit.LimitExceeded) => Partial<Limit.LimitExceeded>): Check =>
  (...given) =>
    Result.mapError(
      Limit.check(...given),
      (refusal) => new Limit.LimitExceeded({ ...fieldsOf(refusal), ...change(refusal) })
    )

const fieldsOf = ({ allowed, asked, limit, operation, period, remaining, way }: Limit.LimitExceeded) => ({
  allowed,
  asked,
  limit,
  operation,
  period,
  remaining,
  ...(way === undefined ? {} : { way })
})

const eachPolicy = (policy: Policy, change: (limits: Limits["payment"]) => Limits["payment"]): Policy => ({
  ...policy,
  limits: {
    cash: { ...policy.limits.cash, payment: change(policy.limits.cash.payment) },
    money: { ...policy.limits.money, payment: change(policy.limits.money.payment) }
  }
})

export const withoutWays = checking((policy, ...rest) => [
  eachPolicy(policy, ({ byWay: _, ...general }) => general),
  ...rest
])
export const waysInstead = checking((policy, kind, request) => [
  eachPolicy(policy, ({ byWay, ...general }: OperationLimits) => byWay?.[request.way] ?? general),
  kind,
  request
])
export const asIf = (more: number): Check =>
  checking((policy, kind, request) => [policy, kind, { ...request, amount: Math.max(request.amount + more, 0) as Yen }])
export const ofTheOtherKind = checking((policy, kind, request) => [policy, kind === "cash" ? "money" : "cash", request])
export const dayForMonth = checking((policy, kind, request) => [
  policy,
  kind,
  { ...request, month: { ...request.month, total: request.day.total, byWay: request.day.byWay } }
])

/** Pays ¥600 at two times where ¥1,000 may be paid in a period: whether the second is accepted. */
export const paysTwice = (core: Core, period: "perDay" | "perMonth", first: number, second: number) =>
  atDesk(core, { policy: limitedTo({ payment: { [period]: 1000 as Yen } }) })(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("money")
      yield* Holders.topUp(holder, 2000)
      yield* Holders.turnTo(first)
      yield* Holders.pay(holder, 600)
      yield* Holders.turnTo(second)
      return outcomeOf(yield* Effect.exit(Holders.pay(holder, 600)))
    })
  )

type Place = "balance" | `${"topUp" | "payment" | "payout"} ${"perOperation" | "perDay" | "perMonth"}`
/** A limit of the preset, or none. */
export const preset =
  (policy: Policy) =>
  ({ kind, place }: { readonly kind: "cash" | "money"; readonly place: Place }): number | "none" => {
    if (place === "balance") return policy.limits[kind].balance
    const [operation, name] = place.split(" ") as ["topUp", "perDay"]
    return policy.limits[kind][operation][name] ?? "none"
  }

/** The table of LIM-02: yen by kind and place. */
export const defaults = Object.fromEntries(
  (
    [
      ["cash", "balance", 100_000],
      ["cash", "topUp perOperation", 30_000],
      ["cash", "topUp perDay", "none"],
      ["cash", "topUp perMonth", 100_000],
      ["cash", "payment perOperation", "none"],
      ["cash", "payment perDay", 100_000],
      ["cash", "payment perMonth", "none"],
      ["cash", "payout perOperation", 0],
      ["money", "balance", 1_000_000],
      ["money", "topUp perOperation", "none"],
      ["money", "topUp perDay", 300_000],
      ["money", "topUp perMonth", "none"],
      ["money", "payment perOperation", "none"],
      ["money", "payment perDay", 500_000],
      ["money", "payment perMonth", "none"],
      ["money", "payout perOperation", 1_000_000],
      ["money", "payout perDay", 1_000_000],
      ["money", "payout perMonth", "none"]
    ] as const
  ).map(([kind, place, gives]) => [`${kind}, ${place}`, { given: { kind, place }, gives }])
)

/** The belief that the preset holds, whatever was adopted. */
export const presetForEver: Belief = { policy: (policy) => ({ ...policy, limits: compat.limits }) }

/** An account tops up at once, many times: how many are accepted, and how many refused by the name of a limit. */
export const asksAtOnce = (
  core: Core,
  {
    batchMax,
    each,
    limit,
    limited,
    times
  }: {
    readonly limit: "balance" | "perDay" | "perMonth"
    readonly limited: Yen
    readonly each: number
    readonly times: number
    readonly batchMax: number
  }
) =>
  atDesk(core, {
    policy: limitedTo(limit === "balance" ? { balance: limited } : { topUp: { [limit]: limited } }),
    engine: { batchMax }
  })(
    Effect.gen(function* () {
      const holder = yield* Holders.open("cash")
      const exits = yield* Effect.forEach(Array.from({ length: times }), () => Effect.exit(Holders.ask(holder, each)), {
        concurrency: "unbounded"
      })
      const outcomes = exits.map(outcomeOf)
      const name = limit === "balance" ? "BalanceCapExceeded" : "LimitExceeded"
      return {
        accepted: outcomes.filter((one) => one === "accepted").length,
        refused: outcomes.filter((one) => one === name).length
      }
    })
  )

/** An account that has plenty pays at once, many times: how many payments are accepted, and how many refused by the name of a limit. */
export const paysAtOnce = (
  core: Core,
  {
    batchMax,
    each,
    limit,
    limited,
    times
  }: {
    readonly limit: "perDay" | "perMonth"
    readonly limited: Yen
    readonly each: number
    readonly times: number
    readonly batchMax: number
  }
) =>
  atDesk(core, { policy: limitedTo({ payment: { [limit]: limited } }), engine: { batchMax } })(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("money")
      yield* Holders.topUp(holder, 1_000_000)
      const slips = yield* Effect.replicateEffect(Holders.slip(each, "online"), times)
      const exits = yield* Effect.forEach(slips, (slip) => Effect.exit(Holders.paySlip(holder, slip)), {
        concurrency: "unbounded"
      })
      const outcomes = exits.map(outcomeOf)
      return {
        accepted: outcomes.filter((one) => one === "accepted").length,
        refused: outcomes.filter((one) => one === "LimitExceeded").length
      }
    })
  )

const dayMillis = 86_400_000
export type Failing = "payment" | "topUp"

/** The counters of an operation, by period, without those in flight. */
const counters = (operation: Failing) =>
  Effect.gen(function* () {
    const all = (yield* (yield* MemoryBooks).records("usage")) as ReadonlyArray<Usage>
    const counted = all.filter(
      (usage) => usage.operation === operation && usage.period !== "inFlight" && usage.total > 0
    )
    return new Map(counted.map(({ period, total }) => [period, total as number]))
  })

/** An operation that is accepted at one time and fails at another. */
const failing: Readonly<
  Record<
    Failing,
    (
      holder: Holders.Holder,
      later: Effect.Effect<unknown, unknown, Services>
    ) => Effect.Effect<unknown, unknown, Services>
  >
> = {
  payment: (holder, later) =>
    Effect.flatMap(Holders.pay(holder, 600, "online"), (paid) => Effect.andThen(later, Holders.decline(paid))),
  topUp: (holder, later) =>
    Effect.flatMap(Holders.ask(holder, 600), (asked) => Effect.andThen(later, Holders.answer(asked, Holders.refused)))
}

/** Whether, when one of three operations failed later, the counters are those of the other two, on the days when these happened. */
export const givesBack = (core: Core, operation: Failing, accepted: number, failed: number) =>
  atDesk(core, { startsAt: (accepted - 40 * dayMillis) as never })(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("money")
      yield* Holders.topUp(holder, 5000)
      const before = yield* counters(operation)
      const another = (amount: number): Steps<unknown> =>
        operation === "payment" ? Holders.pay(holder, amount) : Holders.ask(holder, amount)
      yield* Holders.turnTo(accepted)
      yield* another(700)
      yield* failing[operation](holder, Effect.andThen(Holders.turnTo(failed), another(650)))
      const expected = new Map(before)
      const add = (at: number, amount: number) =>
        periodsInJapan(at).forEach((period) => expected.set(period, (expected.get(period) ?? 0) + amount))
      add(accepted, 700)
      add(failed, 650)
      return Equal.equals(yield* counters(operation), expected)
    })
  )

/** The belief that an operation was accepted just now. */
export const acceptedNow: Belief = {
  record: (kind, record, at) => {
    if (kind === payments.name) return { ...(record as Payment), paidAt: at }
    return kind === topUps.name ? { ...(record as TopUp), askedAt: at } : record
  }
}

/** Has a balance, lowers the cap, looks what is shown, tops up and pays. */
export const underLowerCap = (
  core: Core,
  { cap, has, more }: { readonly has: number; readonly cap: Yen; readonly more: number }
) =>
  atDesk(core)(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      yield* Holders.topUp(holder, has)
      const before = JSON.stringify(yield* Looks.recorded)
      yield* adopt(limitedTo({ balance: cap }))
      const shown = (yield* Holders.shown(holder)).cash as number
      const asked = outcomeOf(yield* Effect.exit(Holders.ask(holder, more)))
      const paid = outcomeOf(yield* Effect.exit(Holders.pay(holder, has)))
      const kept = JSON.stringify(yield* Looks.recorded).startsWith(before.slice(0, -1))
      return { shown, asked, paid, kept }
    })
  )

export const check: Check = Limit.check

/** Whether the account has no top-up in flight. */
export const nothingInFlight = (facts: Facts, { content }: Envelope<unknown>): boolean =>
  inFlight(facts, (content as { readonly account: AccountId }).account, "topUp").total === 0

/** What the balance cap says of an amount. */
export const capped = (allowed: Yen, balance: Yen, inFlight: Yen, amount: Yen): object | "allowed" =>
  Result.match(Limit.balanceCap(limitedTo({ balance: allowed }), "cash", balance, inFlight, amount), {
    onSuccess: () => "allowed",
    onFailure: ({ allowed, asked, period, remaining }) => ({ period, allowed, remaining, asked })
  })

/** The belief that one yen less may be paid in a day and a month. */
export const oneYenLess: Belief = {
  policy: (policy) =>
    eachPolicy(policy, ({ perDay, perMonth, ...others }) => ({
      ...others,
      ...(perDay === undefined ? {} : { perDay: Math.max(perDay - 1, 0) as Yen }),
      ...(perMonth === undefined ? {} : { perMonth: Math.max(perMonth - 1, 0) as Yen })
    }))
}

/** The belief that there is no cap. */
export const oldCap: Belief = { policy: (policy) => ({ ...policy, limits: terms().limits }) }

/** Whether the payer's cash is within the cap. */
export const notAboveTheCap = (facts: Facts, { content }: Envelope<unknown>): boolean =>
  facts.held(cash((content as { readonly account: AccountId }).account)) <= facts.policy.limits.cash.balance

/** A core that changes what was recorded when a policy is adopted. */
export const rewritesHistory: Core = spoiling((books) => {
  const [first] = books.commands
  if (first !== undefined && books.commands.at(-1) !== first && books.commands.at(-1)?.tag === AdoptPolicy.tag) {
    books.commands[0] = { ...first, content: books.commands.at(-1)!.content }
  }
})
