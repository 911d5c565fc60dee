/**
 * The reports of the law on the wire, as JSON and as CSV for spreadsheets (REG-01, REG-02).
 */
import { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { Outstanding } from "@kinchaku/domain/report/Outstanding"
import * as ReportCsv from "@kinchaku/domain/report/ReportCsv"
import { Reports } from "@kinchaku/domain/report/Reports"
import { UnusedPrepaid } from "@kinchaku/domain/report/UnusedPrepaid"
import { Effect, Schema } from "effect"
import { download, nothing, query } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const tag = "Reports"
const callers = ["operator", "finance"] as const
const csv = "text/csv; charset=utf-8; header=present"

const unused = {
  tag,
  callers,
  params: Schema.Struct({ baseDate: JapanDate }),
  query: nothing
}

const unusedDescription = `What holders could still spend of their cash at the end of a base date, March 31 or September 30, how it came about, and the deposit
that is due (REG-01). The same whenever it is asked for.`

export const unusedPrepaid = query(
  {
    ...unused,
    path: "/reports/unused-prepaid/:baseDate",
    summary: "基準日未使用残高 / Unused prepaid value",
    description: unusedDescription,
    success: Schema.Struct({ ...UnusedPrepaid.fields, at: Timestamp }).annotate({ identifier: "UnusedPrepaid" })
  },
  Effect.fnUntraced(function* ({ params: { baseDate } }) {
    return yield* (yield* Reports).unusedPrepaid(baseDate)
  })
).refuses("BaseDateInvalid", "PeriodNotOver", "StoreUnavailable")

export const unusedPrepaidCsv = download(
  {
    ...unused,
    path: "/reports/unused-prepaid/:baseDate/csv",
    summary: "基準日未使用残高（CSV） / Unused prepaid value as CSV",
    description: unusedDescription,
    media: csv
  },
  Effect.fnUntraced(function* ({ params: { baseDate } }) {
    const report = yield* (yield* Reports).unusedPrepaid(baseDate)
    return { name: `unused-prepaid-${baseDate}.csv`, content: ReportCsv.unusedPrepaid([report]) }
  })
).refuses("BaseDateInvalid", "PeriodNotOver", "StoreUnavailable")

const days = { tag, callers, params: nothing, query: Schema.Struct({ from: JapanDate, until: JapanDate }) }

const daysDescription = `What was outstanding of funds transfer at the end of each day from \`from\` to \`until\`, both included, at most 400 days, and the security
that it required (REG-02). The same whenever it is asked for.`

export const outstanding = query(
  {
    ...days,
    path: "/reports/outstanding",
    summary: "未達債務と要履行保証額 / Outstanding funds transfer",
    description: daysDescription,
    success: Outstanding.annotate({ identifier: "Outstanding" })
  },
  Effect.fnUntraced(function* ({ query: { from, until } }) {
    return yield* (yield* Reports).outstanding(from, until)
  })
).refuses("PeriodEmpty", "PeriodTooLong", "PeriodNotOver", "StoreUnavailable")

export const outstandingCsv = download(
  {
    ...days,
    path: "/reports/outstanding/csv",
    summary: "未達債務と要履行保証額（CSV） / Outstanding funds transfer as CSV",
    description: daysDescription,
    media: csv
  },
  Effect.fnUntraced(function* ({ query: { from, until } }) {
    const report = yield* (yield* Reports).outstanding(from, until)
    return { name: `outstanding-${from}-${until}.csv`, content: ReportCsv.outstanding(report) }
  })
).refuses("PeriodEmpty", "PeriodTooLong", "PeriodNotOver", "StoreUnavailable")
