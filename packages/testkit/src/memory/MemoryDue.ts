/**
 * MemoryDue: due work, found by looking at everything.
 */
import type { Account, AccountId } from "@kinchaku/domain/account/Account"
import type { Due } from "@kinchaku/domain/engine/Due"
import { cash } from "@kinchaku/domain/ledger/AccountCode"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import type { BankLink } from "@kinchaku/domain/bank/BankLink"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import type { Payout } from "@kinchaku/domain/payout/Payout"
import type { DepositTopUp } from "@kinchaku/domain/topup/Deposit"
import type { TopUp } from "@kinchaku/domain/topup/TopUp"
import { Effect } from "effect"
import * as Books from "./Books.ts"

const recordsOf = <R extends { readonly id: string }>(books: Books.Books, kind: string): ReadonlyArray<R> =>
  [...((books.records.get(kind)?.values() ?? []) as Iterable<R>)].toSorted((a, b) => (a.id < b.id ? -1 : 1))

const hasCash = (books: Books.Books, id: AccountId): boolean => Balance.held(Books.balanceOf(books, cash(id))) > 0

/** The searches over some books. */
export const due = (books: Books.Books): Due["Service"] => {
  const found = <R extends { readonly id: string }>(kind: string, isDue: (record: R) => boolean) =>
    recordsOf<R>(books, kind)
      .filter(isDue)
      .map(({ id }): R["id"] => id)
  const page = <Id extends string>(ids: () => ReadonlyArray<Id>, after: string, limit: number) =>
    Effect.sync(() =>
      ids()
        .filter((id) => id > after)
        .slice(0, limit)
    )
  return {
    expiringCash: (until, after, limit) =>
      page(
        () =>
          found<Account>(
            "account",
            ({ cashExpiresAt, id }) => (cashExpiresAt ?? Infinity) <= until && hasCash(books, id)
          ),
        after,
        limit
      ),
    unresolvedTopUps: (before, after, limit) =>
      page(
        () =>
          found<TopUp>(
            "topUp",
            (one) => one._tag === "processing" && one.askedAt < before && one.raisedAt === undefined
          ),
        after,
        limit
      ),
    unresolvedPayouts: (before, after, limit) =>
      page(
        () =>
          found<Payout>(
            "payout",
            (one) => one._tag === "processing" && one.askedAt < before && one.raisedAt === undefined
          ),
        after,
        limit
      ),
    unresolvedPayments: (before, after, limit) =>
      page(
        () =>
          found<Payment>(
            "payment",
            ({ _tag, paidAt, raisedAt }) =>
              (_tag === "funding" || _tag === "processing") && paidAt < before && raisedAt === undefined
          ),
        after,
        limit
      ),
    unissuedDeposits: (before, after, limit) =>
      page(
        () =>
          found<DepositTopUp>(
            "depositTopUp",
            ({ _tag, askedAt, issued, raisedAt }) =>
              _tag === "awaiting" && issued === undefined && askedAt < before && raisedAt === undefined
          ),
        after,
        limit
      ),
    overdueDeposits: (before, after, limit) =>
      page(
        () => found<DepositTopUp>("depositTopUp", ({ _tag, due }) => _tag === "awaiting" && due < before),
        after,
        limit
      ),
    releasableLinks: (until, after, limit) =>
      page(
        () => found<BankLink>("bankLink", (one) => one._tag === "inProcedure" && (one.releasesAt ?? Infinity) <= until),
        after,
        limit
      ),
    waitingPayouts: (after, limit) =>
      page(
        () =>
          found<Payout>(
            "payout",
            ({ _tag, batch, route }) => _tag === "processing" && route === "file" && batch === undefined
          ),
        after,
        limit
      ),
    confirmedUntil: (until, after, limit) =>
      page(
        () => found<Account>("account", ({ _tag, confirmedAt }) => _tag !== "closed" && confirmedAt <= until),
        after,
        limit
      )
  }
}
