/**
 * Times: clocks that jump, and balances as of a time.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { at, type Instant, instant, start } from "@kinchaku/domain/calendar/JapanDate"
import type { RecordedCommand } from "@kinchaku/domain/engine/Store"
import { type AccountCode, cash, money } from "@kinchaku/domain/ledger/AccountCode"
import { firstLane } from "@kinchaku/domain/ledger/HashChain"
import type { JournalEntry } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect } from "effect"
import { atDesk, type Core, core, spoiling } from "./Desk.ts"
import { play, type Step } from "./Histories.ts"
import { shown } from "./Holders.ts"
import * as Looks from "./Looks.ts"
import { lastCommand } from "./Spoils.ts"
import { withFees } from "./Terms.ts"
import { belated, type Turn, writers } from "./Writers.ts"

/** Waits between steps: none, moments on, and back by moments and hours. */
export const jumps: ReadonlyArray<number> = [0, 0, 1, 1000, 1000, -1, -1500, 3_600_000, -3_600_000]

/** An entry that knows only on which day it happened. */
export const atStartOfDay = (entry: JournalEntry): JournalEntry => ({
  ...entry,
  businessAt: start(at(entry.businessAt))
})

/** Whether booking times never go back. */
export const inOrder = (commands: ReadonlyArray<RecordedCommand>): boolean =>
  commands.every(({ bookedAt }, index) => bookedAt >= (commands[index - 1]?.bookedAt ?? 0))

/** Books whose booking time is whatever the clock says. */
export const bookedByTheClock = spoiling(lastCommand((command) => ({ ...command, bookedAt: command.at })))

/** What an account holds as of a time. */
export type BalanceAt = (account: AccountCode, time: Instant) => Effect.Effect<number, unknown, Journal>

/** As the journal says. */
export const balanceAt: BalanceAt = (account, time) =>
  Effect.flatMap(Journal, (journal) =>
    Effect.map(journal.balanceAt(account, time), ({ credits, debits }) => credits - debits)
  )

export const justBefore: BalanceAt = (account, time) => balanceAt(account, instant(time - 1))
export const whenever: BalanceAt = (account) => Looks.sumOfLines(account)
export const byCommand: BalanceAt = (account, time) =>
  Effect.map(Looks.recorded, (all) =>
    Number(
      -Looks.netOf(
        Looks.entriesOf(all.filter((command) => command.at <= time)).flatMap((entry) => entry.postings),
        account
      )
    )
  )

/** As the lines of the first lane say. */
const inTheFirstLane: BalanceAt = (account, time) =>
  Effect.map(Looks.recorded, (all) =>
    Number(
      -Looks.netOf(
        Looks.entriesOf(all.filter((command) => command.lane === firstLane && command.bookedAt <= time)).flatMap(
          (entry) => entry.postings
        ),
        account
      )
    )
  )

/** Whether, when a history is over, each balance as of a time is what was last shown at that time. */
export const isAsShown = (asOf: BalanceAt, steps: ReadonlyArray<Step>, on: Core = core) =>
  atDesk(on, { policy: withFees })(
    Effect.gen(function* () {
      const seen = yield* play(steps, ([one, other]) =>
        Effect.gen(function* () {
          const [first, second] = [yield* shown(one), yield* shown(other)]
          const { bookedAt } = yield* Looks.head
          return [
            { account: cash(one.account), bookedAt, had: first.cash },
            { account: money(one.account), bookedAt, had: first.money },
            { account: cash(other.account), bookedAt, had: second.cash },
            { account: money(other.account), bookedAt, had: second.money }
          ]
        })
      )
      const last = new Map(seen.flat().map((one) => [`${one.account} ${one.bookedAt}`, one]))
      const held = yield* Effect.forEach(last.values(), ({ account, bookedAt, had }) =>
        Effect.map(asOf(account, bookedAt), (then) => Number(then) === Number(had))
      )
      return held.every((same) => same)
    })
  )

/** Writers, and how their books are asked for a past balance. */
export interface WrittenAndAsked {
  readonly asOf: BalanceAt
  readonly on: (turns: ReadonlyArray<Turn>) => Core
}

export const ofWriters: WrittenAndAsked = { asOf: balanceAt, on: writers }
export const ofOneLane: WrittenAndAsked = { ...ofWriters, asOf: inTheFirstLane }
export const ofJustBefore: WrittenAndAsked = { ...ofWriters, asOf: justBefore }
export const ofBelatedWriters: WrittenAndAsked = { ...ofWriters, on: (turns) => writers(turns, belated) }
