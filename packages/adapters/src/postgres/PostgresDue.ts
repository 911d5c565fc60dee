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
import { Postgres } from "./Postgres.ts"
import { whole } from "./Session.ts"

const selectExpiring = `SELECT account.id FROM account
  JOIN balance ON balance.account = 'liability:cash:' || account.id AND balance.lane = 0 AND balance.credits > balance.debits
  WHERE account.cash_expires_at <= $1 AND account.id > $2 ORDER BY account.id LIMIT $3`

const selectUnresolved = `SELECT id FROM top_up
  WHERE state = 'processing' AND raised_at IS NULL AND asked_at < $1 AND id > $2 ORDER BY id LIMIT $3`

const selectConfirmed = `SELECT id FROM account
  WHERE state <> 'closed' AND confirmed_at <= $1 AND id > $2 ORDER BY id LIMIT $3`

const selectPayouts = `SELECT id FROM payout
  WHERE state = 'processing' AND raised_at IS NULL AND asked_at < $1 AND id > $2 ORDER BY id LIMIT $3`

const selectPayments = `SELECT id FROM payment
  WHERE state = 'processing' AND raised_at IS NULL AND paid_at < $1 AND id > $2 ORDER BY id LIMIT $3`

const selectUnissued = `SELECT id FROM deposit_top_up
  WHERE state = 'awaiting' AND issued IS NULL AND raised_at IS NULL AND asked_at < $1 AND id > $2 ORDER BY id LIMIT $3`

const selectOverdue = `SELECT id FROM deposit_top_up
  WHERE state = 'awaiting' AND due < $1 AND id > $2 ORDER BY id LIMIT $3`

const selectReleasable = `SELECT id FROM bank_link
  WHERE state = 'inProcedure' AND releases_at <= $1 AND id > $2 ORDER BY id LIMIT $3`

const selectWaiting = `SELECT id FROM payout
  WHERE state = 'processing' AND route = 'file' AND batch IS NULL AND id > $1 ORDER BY id LIMIT $2`

const selectOpen = `SELECT id FROM suspense_item WHERE state = 'open' AND id > $1 ORDER BY id LIMIT $2`

export const layer: Layer.Layer<Due, never, Postgres> = Layer.effect(
  Due,
  Effect.map(Postgres, (postgres) =>
    Due.of({
      // The id columns hold ids of their own kind only: commits write nothing else there.
      expiringCash: (until, after, limit) =>
        Effect.map(
          postgres.read("expiringCash", { sql: selectExpiring, values: [whole(until), after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as AccountId)
        ),
      unresolvedTopUps: (before, after, limit) =>
        Effect.map(
          postgres.read("unresolvedTopUps", { sql: selectUnresolved, values: [whole(before), after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as TopUpId)
        ),
      unresolvedPayouts: (time, after, limit) =>
        Effect.map(
          postgres.read("unresolvedPayouts", { sql: selectPayouts, values: [whole(time), after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as PayoutId)
        ),
      unresolvedPayments: (time, after, limit) =>
        Effect.map(
          postgres.read("unresolvedPayments", { sql: selectPayments, values: [whole(time), after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as PaymentId)
        ),
      unissuedDeposits: (time, after, limit) =>
        Effect.map(
          postgres.read("unissuedDeposits", { sql: selectUnissued, values: [whole(time), after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as DepositTopUpId)
        ),
      overdueDeposits: (day, after, limit) =>
        Effect.map(
          postgres.read("overdueDeposits", { sql: selectOverdue, values: [day, after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as DepositTopUpId)
        ),
      releasableLinks: (time, after, limit) =>
        Effect.map(
          postgres.read("releasableLinks", { sql: selectReleasable, values: [whole(time), after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as BankLinkId)
        ),
      waitingPayouts: (after, limit) =>
        Effect.map(
          postgres.read("waitingPayouts", { sql: selectWaiting, values: [after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as PayoutId)
        ),
      openSuspense: (after, limit) =>
        Effect.map(postgres.read("openSuspense", { sql: selectOpen, values: [after, whole(limit)] }), ([rows = []]) =>
          rows.map(([id]) => id as SuspenseItemId)
        ),
      confirmedUntil: (until, after, limit) =>
        Effect.map(
          postgres.read("confirmedUntil", { sql: selectConfirmed, values: [whole(until), after, whole(limit)] }),
          ([rows = []]) => rows.map(([id]) => id as AccountId)
        )
    })
  )
)
