/**
 * PayoutBatches: the service by which an operator sends payouts to a bank in files of general transfers (総合振込), and reads what became
 * of them.
 *
 * What a file says is fixed when its batch is made, and kept beside the books as personal data of the batch. Results are recorded for
 * lines that say what was asked, and for no other.
 */
import { Context, Effect, Layer, Option, Result, Schema } from "effect"
import { CaseReference, type Forbidden } from "../account/OperatorCase.ts"
import type { Intent } from "../account/Accounts.ts"
import type { Secrets } from "../account/Secrets.ts"
import type { BankCode } from "../bank/BankLink.ts"
import type { TransferUnwritable } from "../bank/GeneralTransfer.ts"
import type { TransferUnreadable } from "../bank/TransferFile.ts"
import { readResults as readTransferResults, type ResultForm } from "../bank/TransferResults.ts"
import { JapanDate } from "../calendar/JapanDate.ts"
import { type Actor, type ValidationFailed, validator } from "../engine/Command.ts"
import type { Due } from "../engine/Due.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { Digest, type LinkHash } from "../ledger/HashChain.ts"
import { policyInForce } from "../policy/Policy.ts"
import type { Requester } from "../policy/Wallet.ts"
import * as Batching from "./Batching.ts"
import { type Chosen, choosing, type LeftOut, type PayoutFileNotConfigured } from "./Choosing.ts"
import {
  type PayoutBatch,
  payoutBatches,
  PayoutBatchId,
  type PayoutId,
  type PayoutNotFound,
  payouts
} from "./Payout.ts"
import { payoutAnswerKey, RecordPayoutAnswer } from "./PayoutAnswer.ts"
import { lineResults, type Unknown } from "./Results.ts"
import { RejectPayoutBatch, SettlePayout } from "./Settling.ts"
import { commandOf, fileOf, readText, writeText } from "./TransferText.ts"

/** Refused: the bank took no file of the batch, and its payouts were settled as not transferred. */
export class PayoutBatchRejected extends Schema.TaggedError<PayoutBatchRejected>()("PayoutBatchRejected", {
  batch: PayoutBatchId
}) {}

/** Refused: what the file of a batch says was erased (REG-04). */
export class PayoutFileErased extends Schema.TaggedError<PayoutFileErased>()("PayoutFileErased", {
  batch: PayoutBatchId
}) {}

export interface BatchMade {
  readonly batch: PayoutBatch
  readonly leftOut: ReadonlyArray<LeftOut>
}

export interface ResultsRead {
  readonly batch: PayoutBatch
  readonly credited: number
  readonly refused: number
  /** Lines of the file, counted from 1, that were not recorded. */
  readonly unknown: ReadonlyArray<{ readonly line: number; readonly reason: Unknown }>
}

type MakingRefusal =
  | Batching.NoPayoutsWaiting
  | Batching.PayoutNotWaiting
  | Batching.TransferDayPast
  | Batching.TransferDayTooFar
  | PayoutFileNotConfigured
  | TransferUnwritable

type FileRefusal = Batching.PayoutBatchNotFound | PayoutFileErased | ValidationFailed | StoreUnavailable

const validateDay = validator(Schema.Struct({ transferOn: JapanDate }))
const validateBatch = validator(Schema.Struct({ batch: PayoutBatchId }))
const Rejection = Schema.Struct({ batch: PayoutBatchId, reference: CaseReference })
export type Rejection = typeof Rejection.Type
const validateRejection = validator(Rejection)
const nothing: Chosen = { payouts: [], lines: [], leftOut: [] }
const hex = (bytes: Uint8Array): LinkHash =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") as LinkHash

/** What is asked for, and the text of its file where there is somebody who asks for transfers. */
const askedOf = (requester: Requester | undefined, transferOn: JapanDate, { lines, payouts: ids }: Chosen) => {
  const content = { payouts: ids, transferOn }
  if (requester === undefined) return { content, personal: {} }
  const personal = { personal: writeText({ requester, transferOn, lines }) }
  return { content: { ...content, bank: requester.bank as BankCode }, personal }
}

const reading = Effect.gen(function* () {
  const store = yield* Store
  return Effect.fnUntraced(function* (id: PayoutBatchId) {
    yield* Effect.fromResult(validateBatch({ batch: id }))
    const batch = (yield* store.read([key(payoutBatches, id)])).find(payoutBatches, id)
    if (batch === undefined) return yield* new Batching.PayoutBatchNotFound({ batch: id })
    const text = readText(yield* store.personal(commandOf(id)))
    if (Option.isNone(text)) return yield* new PayoutFileErased({ batch: id })
    return { batch, text: text.value }
  })
})

const rejecting = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  return Effect.fn("PayoutBatches.reject")(function* (asked: Rejection, intent: Intent) {
    yield* Effect.fromResult(validateRejection(asked))
    const { batch: id, reference } = asked
    const batch = yield* engine.submit(RejectPayoutBatch, asked, intent)
    const found = yield* store.read(batch.payouts.map((payout) => key(payouts, payout)))
    const open = batch.payouts.filter((payout) => found.find(payouts, payout)?._tag === "processing")
    const settle = (payout: PayoutId) => {
      const settlement = { payout, outcome: "notTransferred", reference } as const
      const options = { actor: intent.actor, key: `${id} ${reference} ${payout}` }
      // Somebody was faster: then it is settled already.
      return Effect.catchTag(engine.submit(SettlePayout, settlement, options), "PayoutSettled", () => Effect.void)
    }
    yield* Effect.forEach(open, settle, { concurrency: 32, discard: true })
    return batch
  })
})

export class PayoutBatches extends Context.Service<
  PayoutBatches,
  {
    /**
     * Makes a batch of the payouts that wait longest, to be transferred on a day. Those that cannot be written go on waiting, and are
     * named. The same intention again is answered with the same batch.
     */
    readonly make: (transferOn: JapanDate, intent: Intent) => Effect.Effect<BatchMade, MakingRefusal | EngineError>
    /** The file of a batch, the same bytes whenever it is asked for. Personal data: for the bank alone. */
    readonly file: (
      batch: PayoutBatchId
    ) => Effect.Effect<Uint8Array, FileRefusal | PayoutBatchRejected | TransferUnwritable>
    /**
     * Records what a file of the bank's results says of the payouts of a batch. A payout of which it says nothing stays in processing.
     * The same file again changes nothing. `form` says where the bank writes results, where not as banks usually do.
     */
    readonly readResults: (
      batch: PayoutBatchId,
      bytes: Uint8Array,
      actor: Actor,
      form?: ResultForm
    ) => Effect.Effect<ResultsRead, FileRefusal | TransferUnreadable | PayoutNotFound | EngineError>
    /**
     * Records that the bank took no file of a batch: amount and fee of each payout in processing go back, and no file is given out any
     * more. Repeated after a crash it settles what is left. Results that a bank reports nevertheless are raised as its contradictions.
     */
    readonly reject: (
      rejection: Rejection,
      intent: Intent
    ) => Effect.Effect<PayoutBatch, Forbidden | Batching.PayoutBatchNotFound | PayoutNotFound | EngineError>
  }
>()("@kinchaku/domain/payout/PayoutBatches") {
  static readonly layer: Layer.Layer<PayoutBatches, never, Engine | Store | Due | Secrets | Digest> = Layer.effect(
    PayoutBatches,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store
      const { sha256Bytes } = yield* Digest
      const choose = yield* choosing
      const read = yield* reading
      const reject = yield* rejecting

      const make = Effect.fn("PayoutBatches.make")(function* (transferOn: JapanDate, intent: Intent) {
        yield* Effect.fromResult(validateDay({ transferOn }))
        const { policy } = yield* store.read([key(policyInForce, "current")])
        const { requester } = policy.wallet.payout
        const attempt = Effect.gen(function* () {
          // A repetition is answered by the engine whatever can be chosen by now, so what refuses the choice waits for its answer.
          const choice = yield* Effect.result(choose(policy, transferOn))
          const chosen = Result.getOrElse(choice, () => nothing)
          const { content, personal } = askedOf(requester, transferOn, chosen)
          const options = { ...intent, ...personal }
          const batch = yield* engine
            .submit(Batching.MakePayoutBatch, content, options)
            .pipe(
              Effect.catchTag("NoPayoutsWaiting", (none) =>
                Effect.fail(Result.isFailure(choice) ? choice.failure : none)
              )
            )
          return { batch, leftOut: chosen.leftOut }
        })
        // Another batch took some of them meanwhile.
        return yield* Effect.retry(attempt, { times: 3, while: ({ _tag }) => _tag === "PayoutNotWaiting" })
      })

      const file = Effect.fn("PayoutBatches.file")(function* (id: PayoutBatchId) {
        const { batch, text } = yield* read(id)
        if (batch.rejectedAt !== undefined) return yield* new PayoutBatchRejected({ batch: id })
        return yield* fileOf(batch.id, text)
      })

      const readResults = Effect.fn("PayoutBatches.readResults")(function* (
        id: PayoutBatchId,
        bytes: Uint8Array,
        actor: Actor,
        form?: ResultForm
      ) {
        const { batch, text } = yield* read(id)
        const { results } = yield* Effect.fromResult(readTransferResults(bytes, form))
        const said = lineResults(batch, text, results)
        const known = said.filter((line) => line._tag === "known")
        const found = yield* store.read(known.map(({ payout }) => key(payouts, payout)))
        yield* Effect.forEach(
          known,
          Effect.fnUntraced(function* ({ answer, payout }) {
            const request = found.find(payouts, payout)?.request
            if (request === undefined) return
            yield* engine.submit(
              RecordPayoutAnswer,
              { request, answer },
              { actor, key: payoutAnswerKey(request, answer) }
            )
          }),
          { concurrency: 32, discard: true }
        )
        const hash = hex(sha256Bytes(bytes))
        const noted = { actor, key: `${id} ${hash}` }
        const credited = known.filter(({ answer }) => answer._tag === "credited").length
        return {
          batch: yield* engine.submit(Batching.RecordResultsRead, { batch: id, file: hash }, noted),
          credited,
          refused: known.length - credited,
          unknown: said.flatMap((line) => (line._tag === "unknown" ? [{ line: line.line, reason: line.reason }] : []))
        }
      })

      return PayoutBatches.of({ make, file, readResults, reject })
    })
  )
}
