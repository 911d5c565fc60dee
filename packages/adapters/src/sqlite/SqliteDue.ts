/**
 * Due work, found by partial indexes that hold only what can become due.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import { Due, type ExpiredCash } from "@kinchaku/domain/engine/Due"
import type { TopUpId } from "@kinchaku/domain/topup/TopUp"
import { Effect, Layer } from "effect"
import * as Sqlite from "./Sqlite.ts"

const selectExpiring = `SELECT account.id FROM account
  JOIN balance ON balance.account = 'liability:cash:' || account.id AND balance.lane = 0
    AND balance.credits > balance.debits
  WHERE account.cash_expires_at <= ? AND account.id > ? ORDER BY account.id LIMIT ?`

// Each account that has expired, by its index, and its one balance row.
const selectUnswept = `SELECT account.cash_expires_at, sum(balance.credits - balance.debits) FROM account
  JOIN balance ON balance.account = 'liability:cash:' || account.id AND balance.lane = 0
    AND balance.credits > balance.debits
  WHERE account.cash_expires_at < ? GROUP BY account.cash_expires_at ORDER BY account.cash_expires_at`

const selectUnresolved = `SELECT id FROM top_up
  WHERE state = 'processing' AND raised_at IS NULL AND asked_at < ? AND id > ? ORDER BY id LIMIT ?`

const selectConfirmed = `SELECT id FROM account
  WHERE state <> 'closed' AND confirmed_at <= ? AND id > ? ORDER BY id LIMIT ?`

export const layer: Layer.Layer<Due, never, Sqlite.Sqlite> = Layer.effect(
  Due,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    Due.of({
      // The id columns hold ids of their own kind only: commits write nothing else there.
      expiringCash: (until, after, limit) =>
        sqlite.read("expiringCash", ({ rows }) =>
          rows(selectExpiring, until, after, limit).map(([id]) => id as AccountId)
        ),
      unsweptCash: (before) =>
        sqlite.read("unsweptCash", ({ rows }) =>
          rows(selectUnswept, before).map(([expiresAt, held]) => ({ expiresAt, held }) as ExpiredCash)
        ),
      unresolvedTopUps: (before, after, limit) =>
        sqlite.read("unresolvedTopUps", ({ rows }) =>
          rows(selectUnresolved, before, after, limit).map(([id]) => id as TopUpId)
        ),
      confirmedUntil: (until, after, limit) =>
        sqlite.read("confirmedUntil", ({ rows }) =>
          rows(selectConfirmed, until, after, limit).map(([id]) => id as AccountId)
        )
    })
  )
)
