/**
 * Known: what whoever plays a history knows of it: the ids of everything that came about, in the order in which the model numbers it.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import type { PaymentId } from "@kinchaku/domain/payment/Payment"
import type { PayoutBatchId, PayoutId } from "@kinchaku/domain/payout/Payout"
import type { SuspenseItemId } from "@kinchaku/domain/suspense/SuspenseItem"
import { depositId, type DepositTopUpId } from "@kinchaku/domain/topup/Deposit"
import type { ReportedDeposit } from "@kinchaku/domain/topup/DepositBooking"
import type { TopUpId } from "@kinchaku/domain/topup/TopUp"
import { people } from "./Cast.ts"

interface Owned<Id> {
  readonly id: Id
  readonly account: AccountId
}
/** Something that a bank was asked about. */
export interface Requested<Id> extends Owned<Id> {
  readonly request: RequestId
}
export interface KnownLink extends Owned<BankLinkId> {
  readonly person: number
}

/** The account of somebody who has none. */
export const nobody = "acct_00000000000000000000000000" as AccountId

export class Known {
  readonly accounts: Array<{ readonly id: AccountId; readonly person: number }> = []
  readonly links: Array<KnownLink> = []
  /** The requests of procedures that were started. */
  readonly procedures: Array<RequestId> = []
  readonly topUps: Array<Requested<TopUpId>> = []
  readonly payments: Array<Owned<PaymentId>> = []
  readonly payouts: Array<Requested<PayoutId> & { readonly isByFile: boolean }> = []
  readonly batches: Array<{ readonly id: PayoutBatchId; readonly payouts: ReadonlyArray<PayoutId> }> = []
  readonly depositTopUps: Array<Requested<DepositTopUpId>> = []
  readonly deposits: Array<ReportedDeposit> = []
  /** Items of suspense by what they are about. */
  readonly items = new Map<string, SuspenseItemId>()

  /** Notes what has an id, once. */
  note<One extends { readonly id: string }>(all: Array<One>, one: One): void {
    if (all.every(({ id }) => id !== one.id)) all.push(one)
  }

  /** The account that a person opened last. */
  accountOf(person: number): AccountId {
    return this.accounts.findLast((known) => known.person === person % people.length)?.id ?? nobody
  }

  /** What items of suspense can be about, each under the name that the model gives it, in the model's order. */
  subjects(): ReadonlyArray<readonly [name: string, id: string]> {
    return [
      ...this.topUps.map(({ id }, n) => [`topUp ${n}`, id] as const),
      ...this.payouts.map(({ id }, n) => [`payout ${n}`, id] as const),
      ...this.deposits.map(({ provider, receipt }, n) => [`deposit ${n}`, depositId(provider, receipt)] as const)
    ]
  }

  /** The items of suspense that were seen, in that order. */
  itemsInOrder(): ReadonlyArray<SuspenseItemId> {
    return this.subjects().flatMap(([, id]) => this.items.get(id) ?? [])
  }
}
