/**
 * The contract of a store: what every implementation of Store, Outbox, Journal, History, Due and Notices does alike.
 *
 * Each check runs on a store of its own, so the layer has to give an empty one whenever it is built. An adapter's
 * test is one line: `storeContract("SQLite in memory", SqliteStore.layer(…))`.
 */
import { Effect, Layer } from "effect"
import { describe, test } from "vitest"
import { bookChecks } from "./store/BookChecks.ts"
import type { Check, Ports } from "./store/Check.ts"
import { commitChecks } from "./store/CommitChecks.ts"
import { confirmationChecks } from "./store/ConfirmationChecks.ts"
import { historyChecks } from "./store/HistoryChecks.ts"
import { laneChecks } from "./store/LaneChecks.ts"
import { noticeChecks } from "./store/NoticeChecks.ts"
import { recordChecks } from "./store/RecordChecks.ts"
import { refusalChecks } from "./store/RefusalChecks.ts"
import { statementChecks } from "./store/StatementChecks.ts"
import { totalsChecks } from "./store/TotalsChecks.ts"
import { waitingChecks } from "./store/WaitingChecks.ts"
import { walletSearchChecks } from "./store/WalletSearchChecks.ts"

/** The checks by what they are about. */
export const checks: Readonly<Record<string, ReadonlyArray<Check>>> = {
  commits: commitChecks,
  records: recordChecks,
  refusals: refusalChecks,
  journal: bookChecks,
  statements: statementChecks,
  totals: totalsChecks,
  lanes: laneChecks,
  "requests and searches": [...waitingChecks, ...confirmationChecks, ...walletSearchChecks],
  "history and personal data": historyChecks,
  notices: noticeChecks
}

/** One check on a new store. It fails, with the reason, where the store does not do what the check is named for. */
export const runCheck = (check: Check, layer: Layer.Layer<Ports, unknown>): Effect.Effect<void, unknown> =>
  Effect.provide(check.run, Layer.fresh(layer))

/** Registers the contract for a store. */
export const storeContract = (name: string, layer: Layer.Layer<Ports, unknown>): void => {
  describe(name, () => {
    for (const [about, list] of Object.entries(checks)) {
      describe(about, () => {
        for (const check of list) test(check.name, () => Effect.runPromise(runCheck(check, layer)))
      })
    }
  })
}
