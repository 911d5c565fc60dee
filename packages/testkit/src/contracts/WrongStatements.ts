/**
 * Wrong statements: the reference store with one mistake each about an account's lines, which the contract has to notice.
 */
import { lineBefore, type StatementLine } from "@kinchaku/domain/audit/Journal"
import { Effect, type Layer } from "effect"
import type { Ports } from "./store/Check.ts"
import { wrong } from "./store/Mistakes.ts"

type Statement = (lines: ReadonlyArray<StatementLine>) => ReadonlyArray<StatementLine>

/** A store that changes what it shows of a statement. */
const showing = (change: Statement): Layer.Layer<Ports> =>
  wrong(({ journal }) => ({
    journal: {
      ...journal,
      statement: (account, period, limit) => Effect.map(journal.statement(account, period, limit), change)
    }
  }))

const placeOf = ({ cursor }: StatementLine): number => Number(cursor.split(".")[1])

/** The mistakes by name. */
export const wrongStatements: Readonly<Record<string, Layer.Layer<Ports>>> = {
  "ends a statement before its last moment": wrong(({ journal }) => ({
    journal: {
      ...journal,
      statement: (account, period, limit) =>
        Effect.map(journal.statement(account, period, limit), (lines) =>
          lines.filter(({ bookedAt }) => bookedAt < period.until)
        )
    }
  })),
  "begins a statement after its first moment": wrong(({ journal }) => ({
    journal: {
      ...journal,
      statement: (account, period, limit) =>
        Effect.map(journal.statement(account, period, limit), (lines) =>
          lines.filter(({ bookedAt }) => bookedAt > period.from)
        )
    }
  })),
  "pages a statement by time alone": wrong(({ journal }) => ({
    journal: {
      ...journal,
      statement: (account, period, limit) =>
        Effect.map(journal.statement(account, { from: period.from, until: period.until }, 10_000), (lines) =>
          lines.filter(({ bookedAt }) => period.after === undefined || bookedAt > lineBefore(period)[0]).slice(0, limit)
        )
    }
  })),
  "pages a statement by whole entries": wrong(({ journal }) => ({
    journal: {
      ...journal,
      statement: (account, period, limit) =>
        Effect.map(journal.statement(account, { from: period.from, until: period.until }, 10_000), (lines) =>
          lines.filter((line) => period.after === undefined || placeOf(line) > lineBefore(period)[1]).slice(0, limit)
        )
    }
  })),
  "shows the statement of one lane": showing((lines) => lines.filter((line) => placeOf(line) % 256 === 0)),
  "shows one line for each entry": showing((lines) =>
    lines.filter(({ entry }, n) => lines.findIndex((line) => line.entry === entry) === n)
  ),
  "shows the newest lines first": showing((lines) => lines.toReversed()),
  "shows the booking time as the business time": showing((lines) =>
    lines.map((line) => ({ ...line, businessAt: line.bookedAt }))
  )
}
