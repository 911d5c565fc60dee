/**
 * What a simulated bank reports on its own: each report waits until it is due, and is heard at most once.
 */
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { Clock, Duration, Effect, type Scope } from "effect"

/** A report of a bank, by the reference that it was asked with. */
export type BankReport =
  | { readonly _tag: "debited"; readonly reference: RequestId; readonly bankReference: string }
  | { readonly _tag: "credited"; readonly reference: RequestId; readonly bankReference: string }
  | {
      readonly _tag: "debitRefused" | "creditRefused" | "linkRefused"
      readonly reference: RequestId
      readonly reason: string
    }
  | {
      readonly _tag: "linked"
      readonly reference: RequestId
      readonly holderKana: string
      readonly factors: number
    }
  | { readonly _tag: "linkInterrupted"; readonly reference: RequestId }

/** Where a bank keeps what it did, by kinds: maps in memory, or maps that a file remembers. */
export type Memory = <Value>(kind: string) => Map<string, Value>
/** A memory that ends with the process. */
export const forgetful: Memory = () => new Map()

interface Waiting {
  readonly report: BankReport
  readonly dueAt: Instant
}

export interface ReportOptions {
  readonly memory: Memory
  readonly scope: Scope.Scope
  readonly notify: (report: BankReport) => Effect.Effect<unknown, unknown>
  /** How long after it is due a report is sent; without it, only when told to. */
  readonly after: Duration.Input | undefined
}

const keyOf = ({ _tag, reference }: BankReport): string => `${reference} ${_tag}`
const now = Effect.map(Clock.currentTimeMillis, instant)

/** The reports of one bank. */
export const reporting = ({ after, memory, notify, scope }: ReportOptions) => {
  const waiting = memory<Waiting>("report")
  /** Debits and credits that the bank denies although it made them, until it reports them. */
  const denied = memory<true>("denied")
  const sending = new Set<string>()
  const unscheduled: Array<Instant> = [...waiting.values()].map(({ dueAt }) => dueAt)

  /** Reports at once. What is not heard is not repeated. */
  const send = (report: BankReport): Effect.Effect<void> => {
    denied.delete(report.reference)
    return Effect.ignore(notify(report))
  }
  const sendWaiting = ([key, { report }]: readonly [string, Waiting]) =>
    Effect.ensuring(
      send(report),
      Effect.sync(() => {
        waiting.delete(key)
        sending.delete(key)
      })
    )
  /** Sends every report that is due; answers how many. */
  const report: Effect.Effect<number> = Effect.flatMap(now, (at) => {
    const due = [...waiting].filter(([key, { dueAt }]) => dueAt <= at && !sending.has(key))
    for (const [key] of due) sending.add(key)
    return Effect.as(Effect.forEach(due, sendWaiting, { discard: true }), due.length)
  })
  /** Lets a report wait; {@link schedule} sends it in its time. */
  const add = (report: BankReport, dueAt: Instant): void => {
    waiting.set(keyOf(report), { report, dueAt })
    unscheduled.push(dueAt)
  }
  const schedule: Effect.Effect<void> = Effect.flatMap(now, (at) => {
    const fresh = unscheduled.splice(0)
    if (after === undefined) return Effect.void
    const delay = Duration.toMillis(Duration.fromInputUnsafe(after))
    return Effect.forEach(
      fresh,
      (dueAt) => Effect.forkIn(Effect.delay(report, Math.max(0, dueAt - at) + delay), scope),
      { discard: true }
    )
  })
  return { add, denied, report, schedule, send }
}
export type Reporting = ReturnType<typeof reporting>
