/**
 * Two processes on one PostgreSQL, with half of the callers and payments each, against one with all of them: the same database, accounts
 * and billers.
 */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import { inTurns, median, ratio, report, rounded, say, size } from "./Part.ts"
import type { Round } from "./PayingProcess.ts"
import { withPostgres } from "./Postgres.ts"
import { type Books, prepared, service } from "./Service.ts"

const program = fileURLToPath(new URL("PayingProcess.ts", import.meta.url))
const callers = 256
const seconds = size(3, 0.5)

const started = async (url: string): Promise<ChildProcess> => {
  const child = fork(program, [url])
  await once(child, "message")
  return child
}

/** Has a process pay, and waits until it has; answers how many payments failed. */
const told = async (child: ChildProcess, round: Round): Promise<number> => {
  child.send(round)
  const [answer] = await once(child, "message")
  return Number(answer.failed)
}

/** A side: some processes that share callers and payments. */
const sharing = (children: ReadonlyArray<ChildProcess>, books: Books, failed: { count: number }) => {
  let count = size(4000, 300)
  return async (): Promise<number> => {
    const each = Math.ceil(count / children.length)
    const rounds = children.map(() => ({ slips: books.slips(each), callers: callers / children.length }))
    const begun = performance.now()
    const failures = await Promise.all(
      children.map((child, index) => told(child, rounds[index] ?? { slips: [], callers: 0 }))
    )
    const rate = (each * children.length) / ((performance.now() - begun) / 1000)
    failed.count += failures.reduce((sum, one) => sum + one, 0)
    count = Math.ceil(rate * seconds)
    return rate
  }
}

report(
  await withPostgres(["postgres.two_process_ratio", "postgres.two_process_failed"], async (postgres) => {
    const url = await postgres.database()
    const preparing = service(PostgresStore.layer({ url }))
    const books = await prepared(preparing)
    await preparing.dispose()
    const children = [await started(url), await started(url), await started(url)]
    say("  payments per second of one process and of two")
    const failed = { count: 0 }
    try {
      const { one, two } = await inTurns({
        one: sharing(children.slice(0, 1), books, failed),
        two: sharing(children.slice(1), books, failed)
      })
      const figures = {
        "postgres.two_process_ratio": ratio(two, one),
        "postgres.two_process_failed": failed.count,
        "postgres.two_process_per_s": { one: rounded(median(one)), two: rounded(median(two)) }
      }
      return { figures }
    } finally {
      const gone = children.map((child) => once(child, "exit"))
      for (const child of children) child.disconnect()
      await Promise.all(gone)
    }
  })
)
