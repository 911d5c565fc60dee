/**
 * States of an account: the drawing of the rulebook, what was in flight before a state, and examinations by operators.
 */
import { alwaysExpires, documentKinds, type Examination, hasPhotograph } from "@kinchaku/domain/account/Documents"
import { type BankLink, bankLinks } from "@kinchaku/domain/bank/BankLink"
import type { RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { billers } from "@kinchaku/domain/bill/Biller"
import type { Instant, JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { money } from "@kinchaku/domain/ledger/AccountCode"
import type { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { accounts } from "@kinchaku/domain/account/Account"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import type { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Result } from "effect"
import * as fc from "fast-check"
import { accountAt, accountWith, change, deskFor, inState, openPolicy, type State } from "./AccountDesk.ts"
import { contents, examination } from "./AccountOperations.ts"
import { hashOf } from "./Accounts.ts"
import { linking as linkingAt } from "./AccountsLinks.ts"
import { asked, me, requestOf } from "./Payments.ts"
import { type Desk, noon } from "./PaymentsDesk.ts"

export const day = (text: string): JapanDate => text as JapanDate

/** What each step does to an account in a state; any other step leaves it where it is. */
const drawn: Readonly<Record<string, Readonly<Partial<Record<State, State>>>>> = {
  suspend: { active: "suspended" },
  resume: { suspended: "active" },
  stop: { active: "stopped", suspended: "stopped" },
  restart: { stopped: "active" },
  close: { active: "closed" }
}

/** Where a step leads. */
export const wayOf = (from: State, step: string): State => drawn[step]?.[from] ?? from

// ── in flight ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Providers {
  readonly debit: typeof RecordDebitAnswer
  readonly biller: typeof RecordBillerAnswer
  readonly link: typeof RecordLinkAnswer
}

/** Brings the account into a state, as if it had been brought there while something was in flight. */
const brought = (desk: Desk, state: State): void => {
  const account = accountAt(desk)
  if (account._tag === "active") change(desk, openPolicy(), put(accounts, inState(account, state)))
}

/** What a top-up, a payment and a link come to that were asked for before the account came into a state. */
export const inFlight = ({ biller, debit, link }: Providers, state: State, took: boolean) => {
  const topping = deskFor({ links: ["registered"], money: 10_000 })
  const { request } = Result.getOrThrow(topping.ask(TopUpFromBank, contents.topUp))
  brought(topping, state)
  topping.ask(debit, {
    request,
    answer: took ? { _tag: "debited", bankReference: "B-1" } : { _tag: "refused", reason: "no funds" }
  })

  const paying = deskFor({ money: 10_000, more: [put(billers, asked)] })
  const payment = Result.getOrThrow(paying.ask(PaySlip, contents.pay))
  brought(paying, state)
  paying.ask(biller, {
    request: requestOf(payment),
    answer: took ? { _tag: "accepted" } : { _tag: "refused", reason: "closed" }
  })

  const linking = deskFor()
  const asking = linkingAt(linking)
  brought(linking, state)
  linking.ask(link, {
    request: asking.request,
    answer: took ? { _tag: "linked", holder: hashOf("kanaName", 1), factors: 2 } : { _tag: "refused", reason: "no" }
  })

  return {
    afterDebit: topping.held(money(me)),
    afterPayment: paying.held(money(me)),
    afterLink: linking.record(bankLinks, asking.id)?._tag
  }
}

// ── examinations ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Noon of 18 May, when the account was stopped: two days before the desk's own noon. */
export const startedAt = (noon - 2 * 86_400_000) as Instant

/** A desk with a stopped account that has links in these states. */
export const restartable = (links: ReadonlyArray<BankLink["_tag"]>): Desk => {
  const account = accountWith({ state: "stopped" })
  const desk = deskFor({ state: "stopped", links })
  change(desk, openPolicy(), put(accounts, { ...account, stoppedAt: startedAt } as typeof account))
  return desk
}

const dates = fc.constantFrom(
  "2025-11-19",
  "2025-11-20",
  "2025-11-21",
  "2026-05-19",
  "2026-05-20",
  "2026-05-21",
  "2024-01-10"
)
const expiries = fc.constantFrom("2026-05-19", "2026-05-20", "2026-05-21", "2029-01-10", undefined)
const mostly = (rarely = 8) => fc.integer({ min: 0, max: rarely }).map((n) => n > 0)
const kept = <A>(value: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> =>
  fc.tuple(mostly(), value).map(([isThere, a]) => (isThere ? a : undefined))

const documentArbitrary = fc
  .record({
    kind: fc.constantFrom(...documentKinds),
    issuedOn: dates.map(day),
    expiresOn: expiries,
    shows: fc.subarray(["photograph", "name", "address", "birthDate"] as const, { minLength: 3 }),
    individualNumber: mostly(10).map((not) => !not)
  })
  .map(({ expiresOn, ...rest }) => ({ ...rest, ...(expiresOn === undefined ? {} : { expiresOn: day(expiresOn) }) }))

const supplementaryArbitrary = fc.record({
  kind: fc.constantFrom("publicDocument", "taxReceipt", "utilityReceipt" as const),
  issuedOn: dates.map(day),
  presentAddress: mostly(),
  individualNumber: mostly(10).map((not) => !not)
})

/** Examinations that lack nothing, or one thing or another; a good part of them is the complete one with one change. */
export const examinations = (): fc.Arbitrary<Examination> =>
  fc
    .record({
      phoneContact: kept(fc.constantFrom("2026-05-17", "2026-05-18", "2026-05-20", "2026-05-20", "2026-05-21")),
      picture: kept(fc.constant("picture-1")),
      document: kept(fc.oneof(fc.constant(examination.document!), documentArbitrary, documentArbitrary)),
      supplementary: kept(supplementaryArbitrary)
    })
    .map(({ document, phoneContact, picture, supplementary }) => ({
      ...(phoneContact === undefined ? {} : { phoneContact: { at: day(phoneContact), reference: "call-1" } }),
      ...(picture === undefined ? {} : { picture }),
      ...(document === undefined ? {} : { document }),
      ...(supplementary === undefined ? {} : { supplementary })
    }))

const today = "2026-05-20"
/** The first day of issue that is within six months of that day. */
const sixMonthsAgo = "2025-11-20"
const isRecent = (issuedOn: string): boolean => issuedOn >= sixMonthsAgo && issuedOn <= today

/** Whether an examination is all that is needed on 20 May 2026, of an account that was stopped on the 18th and has a link. */
export const suits = ({ document, phoneContact, picture, supplementary }: Examination): boolean => {
  if (phoneContact === undefined || phoneContact.at < "2026-05-18" || phoneContact.at > today) return false
  if (picture === undefined || document === undefined || document.individualNumber) return false
  if (document.expiresOn === undefined && (alwaysExpires(document.kind) || !isRecent(document.issuedOn))) return false
  if (document.expiresOn !== undefined && (document.expiresOn < today || document.issuedOn > today)) return false
  const needed = hasPhotograph(document.kind)
    ? ["photograph", "name", "address", "birthDate"]
    : ["name", "address", "birthDate"]
  if (!needed.every((what) => document.shows.some((shown) => shown === what))) return false
  if (supplementary === undefined) return hasPhotograph(document.kind)
  return isRecent(supplementary.issuedOn) && supplementary.presentAddress && !supplementary.individualNumber
}
