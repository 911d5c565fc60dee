/**
 * Closings: what a holder still has when an account closes, and what is left of it.
 */
import { holders } from "@kinchaku/domain/account/Holder"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { cashBreakage, moneyBreakage } from "@kinchaku/domain/ledger/AccountCode"
import { type Operation, usageId, usages } from "@kinchaku/domain/limit/Usage"
import type { Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { openPolicy, type Person } from "./AccountDesk.ts"
import { me } from "./Payments.ts"
import { type Desk, noon } from "./PaymentsDesk.ts"

export const inFlightOperations = ["payment", "topUp", "payout"] as const

/** A policy that gives up so much when a money account closes. */
export const closingPolicy = (limit: number): Policy => {
  const policy = openPolicy()
  return { ...policy, account: { ...policy.account, closingLimit: limit } }
}

/** So much of an operation is accepted and not settled. */
export const flying = (operation: Operation, total: number): Put =>
  put(usages, {
    id: usageId(me, operation, "inFlight"),
    account: me,
    operation,
    period: "inFlight",
    total: total as Yen,
    byWay: { bank: total as Yen }
  })

/** A holder whose cash has expired, or not. */
export const withCash = (cash: number, hasExpired: boolean): Person => ({
  cash,
  cashExpiresAt: (noon + (hasExpired ? -1 : 1)) as Instant
})

/** What was given up: cash and money. */
export const breakage = (desk: Desk): ReadonlyArray<number> => [desk.booked(cashBreakage), desk.booked(moneyBreakage)]

/** How many entries the last command booked, and of which kinds. */
export const lastEntries = (desk: Desk): ReadonlyArray<string> =>
  desk.books.commands.at(-1)?.entries.map(({ entry }) => entry.kind) ?? []

export const linkStates = (desk: Desk): ReadonlyArray<string> => desk.recordsOf(bankLinks).map(({ _tag }) => _tag)
export const knownLinks = (desk: Desk): number => desk.record(holders, me)?.bankLinks.length ?? 0
