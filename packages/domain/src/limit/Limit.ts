/**
 * Limits (限度額): what an operation may move at once, in a calendar day and in a calendar month of Japan.
 *
 * Each limit is one function; the list of them is what an operation must pass. General limits and those of the way used
 * hold side by side (LIM-01). Used amounts count what is in flight (LIM-04).
 */
import { Result, Schema } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { AccountId, AccountKind } from "../account/Account.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import { Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import type { Caps, OperationLimits, Policy } from "../policy/Policy.ts"
import * as Usage from "./Usage.ts"

/** Of the operation, its day or its month; or of its day while an account cools off (SEC-05). */
export const LimitName = Schema.Literals(["perOperation", "perDay", "perMonth", "coolingOff"])

/** Refused: the operation would pass a limit; which one, of what period, its value and what remains of it (LIM-05). */
export class LimitExceeded extends Schema.TaggedError<LimitExceeded>()("LimitExceeded", {
  limit: LimitName,
  operation: Usage.Operation,
  /** The way whose own limit it is; absent where the general limit is meant. */
  way: Schema.optionalKey(Schema.String),
  /** "operation", the day "2026-11-22", or the month "2026-11". */
  period: Schema.String,
  allowed: Yen,
  remaining: Yen,
  asked: Yen
}) {}

/** Refused: the balance would pass the cap of the account's kind, top-ups in flight counted (TOP-09, LIM-05). */
export class BalanceCapExceeded extends Schema.TaggedError<BalanceCapExceeded>()("BalanceCapExceeded", {
  period: Schema.Literal("always"),
  allowed: Yen,
  remaining: Yen,
  asked: Yen
}) {}

/** What is asked, and what was used before in the day and the month it falls in. */
export interface Request {
  readonly operation: Usage.Operation
  readonly way: string
  readonly amount: Yen
  readonly day: Usage.Usage
  readonly month: Usage.Usage
}

/** A scope of a limit: all ways together, or one way. */
type Scope = { readonly way?: string; readonly caps: Caps }
type Limit = (scope: Scope, request: Request) => Result.Result<void, LimitExceeded>

const used = (usage: Usage.Usage, way: string | undefined): Yen =>
  way === undefined ? usage.total : (usage.byWay[way] ?? Amount.zero)

const within = (
  limit: typeof LimitName.Type,
  { way }: Scope,
  { amount, operation }: Request,
  allowed: Yen | undefined,
  before: Yen,
  period: string
): Result.Result<void, LimitExceeded> => {
  if (allowed === undefined || before + amount <= allowed) return Result.void
  const remaining = Amount.minusOrZero(allowed, before)
  const scope = way === undefined ? {} : { way }
  return Result.fail(new LimitExceeded({ limit, operation, ...scope, period, allowed, remaining, asked: amount }))
}

/** > amount ≤ allowed */
export const perOperation: Limit = (scope, request) =>
  within("perOperation", scope, request, scope.caps.perOperation, Amount.zero, "operation")

/** > used in the day + amount ≤ allowed */
export const perDay: Limit = (scope, request) =>
  within("perDay", scope, request, scope.caps.perDay, used(request.day, scope.way), request.day.period)

/** > used in the month + amount ≤ allowed */
export const perMonth: Limit = (scope, request) =>
  within("perMonth", scope, request, scope.caps.perMonth, used(request.month, scope.way), request.month.period)

/** Every limit, in the order in which a refusal is named. */
export const limits: ReadonlyArray<Limit> = [perOperation, perDay, perMonth]

/** Whether an operation can be counted at all: the total of its month stays an amount of yen (LED-09). */
export const countable = ({ amount, month }: Request): Result.Result<Yen, Amount.AmountOutOfRange> =>
  Amount.add(month.total, amount)

/** Whether an operation passes every limit of its account kind, general and of its way. */
export const check = (policy: Policy, kind: AccountKind, request: Request): Result.Result<void, LimitExceeded> => {
  const { byWay, ...caps }: OperationLimits = policy.limits[kind][request.operation]
  const ofWay = byWay?.[request.way]
  const scopes: ReadonlyArray<Scope> = ofWay === undefined ? [{ caps }] : [{ caps }, { way: request.way, caps: ofWay }]
  for (const scope of scopes) {
    for (const limit of limits) {
      const result = limit(scope, request)
      if (Result.isFailure(result)) return result
    }
  }
  return Result.void
}

/** > balance + in flight + amount ≤ cap */
export const balanceCap = (
  policy: Policy,
  kind: AccountKind,
  balance: Yen,
  inFlight: Yen,
  amount: Yen
): Result.Result<void, BalanceCapExceeded> => {
  const allowed = policy.limits[kind].balance
  const before = Amount.plus(balance, inFlight)
  if (before + amount <= allowed) return Result.void
  const remaining = Amount.minusOrZero(allowed, before)
  return Result.fail(new BalanceCapExceeded({ period: "always", allowed, remaining, asked: amount }))
}

/** The counters that an operation of this time reads and counts in. */
export const usageKeys = (account: AccountId, operation: Usage.Operation, at: Instant): ReadonlyArray<Key> =>
  Usage.periodsAt(at).map((period) => key(Usage.usages, Usage.usageId(account, operation, period)))

/** The counters of the day and month of a time. */
export const usageAt = (
  facts: Pick<Facts, "find">,
  account: AccountId,
  operation: Usage.Operation,
  at: Instant
): { readonly day: Usage.Usage; readonly month: Usage.Usage } => {
  const [day, month] = Usage.periodsAt(at)
  const of = (period: string) =>
    facts.find(Usage.usages, Usage.usageId(account, operation, period)) ?? Usage.empty(account, operation, period)
  return { day: of(day), month: of(month) }
}

/** The counters with an operation counted. */
export const count = ({ amount, day, month, way }: Request): ReadonlyArray<Put> =>
  [day, month].map((usage) => put(Usage.usages, Usage.count(usage, way, amount)))

/** The counters of the time an operation was counted in, with its amount given back (LIM-03). */
export const giveBack = ({ amount, day, month, way }: Request): ReadonlyArray<Put> =>
  [day, month].map((usage) => put(Usage.usages, Usage.giveBack(usage, way, amount)))
