/**
 * Due work, found by partial indexes that hold only what can become due.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import { Due } from "@kinchaku/domain/engine/Due"
import type { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import type { PaymentId } from "@kinchaku/domain/payment/Payment"
import type { PayoutId } from "@kinchaku/domain/payout/Payout"
import type { SuspenseItemId } from "@kinchaku/domain/suspense/SuspenseItem"
import type { DepositTopUpId } from "@kinchaku/domain/topup/Deposit"
import type { TopUpId } from "@kinchaku/domain/topup/TopUp"
import { Effect, Layer } from "effect"
import * as Sqlite from "./Sqlite.ts"

const selectExpiring = `SELECT account.id FROM account
  JOIN balance ON balance.account = 'liability:cash:' || account.id AND balance.lane = 0
    AND balance.credits > balance.debits
  WHERE account.cash_expires_at <= ? AND account.id > ? ORDER BY account.id LIMIT ?`

const selectUnresolved = `SELECT id FROM top_up
  WHERE state = 'processing' AND raised_at IS NULL AND asked_at < ? AND id > ? ORDER BY id LIMIT ?`

const selectConfirmed = `SELECT id FROM account
  WHERE state <> 'closed' AND confirmed_at <= ? AND id > ? ORDER BY id LIMIT ?`

const selectPayouts = `SELECT id FROM payout
  WHERE state = 'processing' AND raised_at IS NULL AND asked_at < ? AND id > ? ORDER BY id LIMIT ?`

const selectPayments = `SELECT id FROM payment
  WHERE state = 'processing' AND raised_at IS NULL AND paid_at < ? AND id > ? ORDER BY id LIMIT ?`

const selectUnissued = `SELECT id FROM deposit_top_up
  WHERE state = 'awaiting' AND issued IS NULL AND raised_at IS NULL AND asked_at < ? AND id > ? ORDER BY id LIMIT ?`

const selectOverdue = `SELECT id FROM deposit_top_up
  WHERE state = 'awaiting' AND due < ? AND id > ? ORDER BY id LIMIT ?`

const selectReleasable = `SELECT id FROM bank_link
  WHERE state = 'inProcedure' AND releases_at <= ? AND id > ? ORDER BY id LIMIT ?`

const selectWaiting = `SELECT id FROM payout
  WHERE state = 'processing' AND route = 'file' AND batch IS NULL AND id > ? ORDER BY id LIMIT ?`

const selectOpen = `SELECT id FROM suspense_item WHERE state = 'open' AND id > ? ORDER BY id LIMIT ?`

export const layer: Layer.Layer<Due, never, Sqlite.Sqlite> = Layer.effect(
  Due,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    Due.of({
      // The id columns hold ids of their own kind only: commits write nothing else there.
      expiringCash: (until, after, limit) =>
        sqlite.read("expiringCash", ({ rows }) =>
          rows(selectExpiring, until, after, limit).map(([id]) => id as AccountId)
        ),
      unresolvedTopUps: (before, after, limit) =>
        sqlite.read("unresolvedTopUps", ({ rows }) =>
          rows(selectUnresolved, before, after, limit).map(([id]) => id as TopUpId)
        ),
      unresolvedPayouts: (time, after, limit) =>
        sqlite.read("unresolvedPayouts", ({ rows }) =>
          rows(selectPayouts, time, after, limit).map(([id]) => id as PayoutId)
        ),
      unresolvedPayments: (time, after, limit) =>
        sqlite.read("unresolvedPayments", ({ rows }) =>
          rows(selectPayments, time, after, limit).map(([id]) => id as PaymentId)
        ),
      unissuedDeposits: (time, after, limit) =>
        sqlite.read("unissuedDeposits", ({ rows }) =>
          rows(selectUnissued, time, after, limit).map(([id]) => id as DepositTopUpId)
        ),
      overdueDeposits: (time, after, limit) =>
        sqlite.read("overdueDeposits", ({ rows }) =>
          rows(selectOverdue, time, after, limit).map(([id]) => id as DepositTopUpId)
        ),
      releasableLinks: (time, after, limit) =>
        sqlite.read("releasableLinks", ({ rows }) =>
          rows(selectReleasable, time, after, limit).map(([id]) => id as BankLinkId)
        ),
      waitingPayouts: (after, limit) =>
        sqlite.read("waitingPayouts", ({ rows }) => rows(selectWaiting, after, limit).map(([id]) => id as PayoutId)),
      openSuspense: (after, limit) =>
        sqlite.read("openSuspense", ({ rows }) => rows(selectOpen, after, limit).map(([id]) => id as SuspenseItemId)),
      confirmedUntil: (until, after, limit) =>
        sqlite.read("confirmedUntil", ({ rows }) =>
          rows(selectConfirmed, until, after, limit).map(([id]) => id as AccountId)
        )
    })
  )
)
