/**
 * Confirmation checks: what a store finds of accounts whose identity must be confirmed again.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { Due } from "@kinchaku/domain/engine/Due"
import { put } from "@kinchaku/domain/engine/Facts"
import { Effect } from "effect"
import { expect } from "vitest"
import { accountId, commit, minute } from "./Batches.ts"
import { type Check, check, everAfter } from "./Check.ts"
import { account } from "./Ground.ts"

const putAccounts = (first: number, ...all: ReadonlyArray<Account>) =>
  commit({ commands: [{ n: first }], puts: all.map((one) => put<Account>(accounts, one)) })
const confirmed = Effect.fnUntraced(function* (until: number, after = "", limit = 100) {
  return yield* (yield* Due).confirmedUntil(instant(until), after, limit)
})

export const confirmationChecks: ReadonlyArray<Check> = [
  check("IDV-05 accounts confirmed last at the very instant asked for are found, later ones are not", function* () {
    yield* putAccounts(1, ...[1, 2, 3].map((n) => ({ ...account(n), confirmedAt: minute(10 * n) })))
    expect(yield* confirmed(minute(20) - 1)).toStrictEqual([accountId(1)])
    expect(yield* confirmed(minute(20))).toStrictEqual([accountId(1), accountId(2)])
    expect(yield* confirmed(everAfter)).toStrictEqual([accountId(1), accountId(2), accountId(3)])
  }),
  check("IDV-05 accounts in any state but closed are found", function* () {
    yield* putAccounts(
      1,
      { ...account(1), _tag: "suspended", suspendedAt: minute(5) },
      { ...account(2), _tag: "stopped", stoppedAt: minute(5), reason: "other" },
      { ...account(3), _tag: "closed", closedAt: minute(5) },
      account(4)
    )
    expect(yield* confirmed(everAfter)).toStrictEqual([accountId(1), accountId(2), accountId(4)])
  }),
  check("IDV-05 a new confirmation takes the place of the old one", function* () {
    yield* putAccounts(1, { ...account(1), confirmedAt: minute(10) })
    yield* putAccounts(2, { ...account(1), confirmedAt: minute(90) })
    expect(yield* confirmed(minute(89))).toStrictEqual([])
    expect(yield* confirmed(minute(90))).toStrictEqual([accountId(1)])
  }),
  check("accounts to be confirmed come in the order of their ids, page by page", function* () {
    yield* putAccounts(1, ...[3, 1, 5, 2, 4].map((n) => ({ ...account(n), confirmedAt: minute(100 - n) })))
    expect(yield* confirmed(everAfter, "", 2)).toStrictEqual([accountId(1), accountId(2)])
    expect(yield* confirmed(everAfter, accountId(2), 2)).toStrictEqual([accountId(3), accountId(4)])
    expect(yield* confirmed(everAfter, accountId(4), 2)).toStrictEqual([accountId(5)])
    expect(yield* confirmed(everAfter, accountId(5), 2)).toStrictEqual([])
  })
]
