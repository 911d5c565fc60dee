/**
 * Payouts in files of general transfers (総合振込) on the wire: made, fetched for the bank, and their results read back.
 */
import { CaseReference } from "@kinchaku/domain/account/OperatorCase"
import { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { type PayoutBatch, PayoutBatchId, PayoutId } from "@kinchaku/domain/payout/Payout"
import { PayoutBatches } from "@kinchaku/domain/payout/PayoutBatches"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Effect, Schema } from "effect"
import { command, download, engineRefusals, nothing, octets } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const tag = "Payout files"
const callers = ["operator", "finance"] as const

const BatchView = Schema.Struct({
  id: PayoutBatchId,
  payouts: Schema.Array(PayoutId),
  total: PositiveYen,
  transferOn: JapanDate,
  madeAt: Timestamp,
  /** When the bank's results were read last; null before. */
  readAt: Schema.NullOr(Timestamp),
  /** Since when it is known that the bank took no file of it; null otherwise. */
  rejectedAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "PayoutBatch" })

const view = ({ bank: _, readAt, rejectedAt, ...batch }: PayoutBatch): typeof BatchView.Type => ({
  ...batch,
  readAt: readAt ?? null,
  rejectedAt: rejectedAt ?? null
})

const BatchParams = Schema.Struct({ batch: PayoutBatchId })

export const make = command(
  {
    path: "/payout-batches",
    summary: "総合振込の依頼をまとめる / Gather payouts in a file",
    description: `Gathers the payouts that wait longest, at most 500, for banks that take them in files, to be transferred on a day. Those that cannot be
written go on waiting and are named in \`leftOut\`.`,
    tag,
    callers,
    params: nothing,
    body: Schema.Struct({ transferOn: JapanDate }).annotate({ identifier: "PayoutBatchRequest" }),
    success: Schema.Struct({
      batch: BatchView,
      leftOut: Schema.Array(
        Schema.Struct({
          payout: PayoutId,
          reason: Schema.Literals(["accountUnreadable", "notConvertible", "nameUnknown", "unwritable"])
        })
      )
    }).annotate({ identifier: "PayoutBatchMade" }),
    status: 201,
    location: ({ batch }) => `/payout-batches/${batch.id}/file`
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    const { batch, leftOut } = yield* (yield* PayoutBatches).make(body.transferOn, intent)
    return { batch: view(batch), leftOut }
  })
).refuses(
  "NoPayoutsWaiting",
  "PayoutNotWaiting",
  "TransferDayPast",
  "TransferDayTooFar",
  "PayoutFileNotConfigured",
  "TransferUnwritable",
  ...engineRefusals
)

export const file = download(
  {
    path: "/payout-batches/:batch/file",
    summary: "総合振込のファイルを取得する / Fetch the file of a batch",
    description: `The file for the bank, in records of 120 bytes of JIS X 0201, the same bytes whenever it is asked for. It holds names and account numbers
and is for the bank alone (SEC-03).`,
    tag,
    callers,
    params: BatchParams,
    query: nothing,
    media: octets
  },
  Effect.fnUntraced(function* ({ params: { batch } }) {
    const bytes = yield* (yield* PayoutBatches).file(batch)
    return { name: `${batch}.txt`, content: Uint8Array.from(bytes) }
  })
).refuses(
  "PayoutBatchNotFound",
  "PayoutBatchRejected",
  "PayoutFileErased",
  "TransferUnwritable",
  "ValidationFailed",
  "StoreUnavailable"
)

export const results = command(
  {
    path: "/payout-batches/:batch/results",
    summary: "総合振込の結果を取り込む / Read the bank's results of a batch",
    description: `The body is the bank's file of results as it came, as \`${octets}\`. Each line that says what was asked for settles its payout (OUT-06); others
are named in \`unknown\`. A payout of which the file says nothing stays in processing (OUT-07). The same file again changes nothing.`,
    tag,
    callers,
    params: BatchParams,
    body: Schema.Uint8Array,
    takesOctets: true,
    success: Schema.Struct({
      batch: BatchView,
      credited: Schema.Int,
      refused: Schema.Int,
      /** Lines of the file, counted from 1, that were not recorded. */
      unknown: Schema.Array(
        Schema.Struct({
          line: Schema.Int,
          reason: Schema.Literals(["otherBatch", "noSuchLine", "differs", "twice"])
        })
      )
    }).annotate({ identifier: "PayoutResults" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const read = yield* (yield* PayoutBatches).readResults(params.batch, body, intent.actor)
    return { ...read, batch: view(read.batch) }
  })
).refuses("PayoutBatchNotFound", "PayoutFileErased", "TransferUnreadable", "PayoutNotFound", ...engineRefusals)

export const reject = command(
  {
    path: "/payout-batches/:batch/rejection",
    summary: "総合振込の依頼が受け付けられなかったことを記録する / Record that the bank took no file of a batch",
    description: `Settles every payout of the batch that is in processing as not transferred, in a case of the operator's (SEC-11): amount and fee go
back, and holders are told. The file is given out no more. Results that the bank reports nevertheless stand in suspense and are raised.`,
    tag,
    callers,
    params: BatchParams,
    body: Schema.Struct({ reference: CaseReference }).annotate({ identifier: "PayoutBatchRejection" }),
    success: BatchView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* PayoutBatches).reject({ ...params, ...body }, intent))
  })
).refuses("Forbidden", "PayoutBatchNotFound", "PayoutNotFound", ...engineRefusals)
