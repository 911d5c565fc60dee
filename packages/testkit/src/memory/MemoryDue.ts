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
import type { SuspenseItem } from "@kinchaku/domain/suspense/SuspenseItem"
import type { DepositTopUp } from "@kinchaku/domain/topup/Deposit"
import type { TopUp } from "@kinchaku/domain/topup/TopUp"
import { Effect } from "effect"
import * as Books from "./Books.ts"

const recordsOf = <R extends { readonly id: string }>(books: Books.Books, kind: string): ReadonlyArray<R> =>
  [...((books.records.get(kind)?.values() ?? []) as Iterable<R>)].toSorted((a, b) => (a.id < b.id ? -1 : 1))

const hasCash = (books: Books.Books, id: AccountId): boolean => Balance.held(Books.balanceOf(books, cash(id))) > 0

const found = <R extends { readonly id: string }>(
  books: Books.Books,
  kind: string,
  isDue: (record: R) => boolean
): ReadonlyArray<R["id"]> =>
  recordsOf<R>(books, kind)
    .filter(isDue)
    .map(({ id }): R["id"] => id)

const page = <Id extends string>(ids: () => ReadonlyArray<Id>, after: string, limit: number) =>
  Effect.sync(() =>
    ids()
      .filter((id) => id > after)
      .slice(0, limit)
  )

/** What the bank or the biller has not answered. */
const unanswered = (books: Books.Books) =>
  ({
    unresolvedTopUps: (before, after, limit) =>
      page(
        () =>
          found<TopUp>(
            books,
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
            books,
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
            books,
            "payment",
            ({ _tag, paidAt, raisedAt }) => _tag === "processing" && paidAt < before && raisedAt === undefined
          ),
        after,
        limit
      )
  }) satisfies Partial<Due["Service"]>

/** What waits for a deposit, a bank's report, a file or an operator. */
const waiting = (books: Books.Books) =>
  ({
    unissuedDeposits: (before, after, limit) =>
      page(
        () =>
          found<DepositTopUp>(
            books,
            "depositTopUp",
            ({ _tag, askedAt, issued, raisedAt }) =>
              _tag === "awaiting" && issued === undefined && askedAt < before && raisedAt === undefined
          ),
        after,
        limit
      ),
    overdueDeposits: (before, after, limit) =>
      page(
        () => found<DepositTopUp>(books, "depositTopUp", ({ _tag, due }) => _tag === "awaiting" && due < before),
        after,
        limit
      ),
    releasableLinks: (until, after, limit) =>
      page(
        () =>
          found<BankLink>(
            books,
            "bankLink",
            (one) => one._tag === "inProcedure" && (one.releasesAt ?? Infinity) <= until
          ),
        after,
        limit
      ),
    waitingPayouts: (after, limit) =>
      page(
        () =>
          found<Payout>(
            books,
            "payout",
            ({ _tag, batch, route }) => _tag === "processing" && route === "file" && batch === undefined
          ),
        after,
        limit
      ),
    openSuspense: (after, limit) =>
      page(() => found<SuspenseItem>(books, "suspenseItem", ({ _tag }) => _tag === "open"), after, limit)
  }) satisfies Partial<Due["Service"]>

/** The searches over some books. */
export const due = (books: Books.Books): Due["Service"] => ({
  ...unanswered(books),
  ...waiting(books),
  expiringCash: (until, after, limit) =>
    page(
      () =>
        found<Account>(
          books,
          "account",
          ({ cashExpiresAt, id }) => (cashExpiresAt ?? Infinity) <= until && hasCash(books, id)
        ),
      after,
      limit
    ),
  confirmedUntil: (until, after, limit) =>
    page(
      () => found<Account>(books, "account", ({ _tag, confirmedAt }) => _tag !== "closed" && confirmedAt <= until),
      after,
      limit
    )
})
