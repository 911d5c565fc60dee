/**
 * PayoutBatches: the service by which an operator sends payouts to a bank in files of general transfers (総合振込), and reads what became
 * of them.
 *
 * What a file says is fixed when its batch is made, and kept beside the books as personal data of the batch. Results are recorded for
 * lines that say what was asked, and for no other.
 */
import { Context, Effect, Layer, Option, Result, Schema } from "effect"
import type { Intent } from "../account/Accounts.ts"
import { Secrets } from "../account/Secrets.ts"
import type { BankCode } from "../bank/BankLink.ts"
import type { TransferUnwritable } from "../bank/GeneralTransfer.ts"
import type { TransferUnreadable } from "../bank/TransferFile.ts"
import { readResults as readTransferResults, type ResultForm } from "../bank/TransferResults.ts"
import { JapanDate } from "../calendar/JapanDate.ts"
import { type Actor, type ValidationFailed, validator } from "../engine/Command.ts"
import { Due } from "../engine/Due.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { Digest, type LinkHash } from "../ledger/HashChain.ts"
import { type Policy, policyInForce } from "../policy/Policy.ts"
import * as Batching from "./Batching.ts"
import {
  type PayoutBatch,
  payoutBatches,
  PayoutBatchId,
  type PayoutId,
  type PayoutNotFound,
  type PayoutProcessing,
  payouts
} from "./Payout.ts"
import { payoutAnswerKey, RecordPayoutAnswer } from "./PayoutAnswer.ts"
import { recipientsOf, type Unnamed } from "./Recipients.ts"
import { lineResults, type Unknown } from "./Results.ts"
import { commandOf, fileOf, isWritable, type Line, lineOf, readText, writeText } from "./TransferText.ts"

/** Refused: the policy says not who asks the bank for transfers. */
export class PayoutFileNotConfigured extends Schema.TaggedError<PayoutFileNotConfigured>()(
  "PayoutFileNotConfigured",
  {}
) {}

/** Refused: what the file of a batch says was erased (REG-04). */
export class PayoutFileErased extends Schema.TaggedError<PayoutFileErased>()("PayoutFileErased", {
  batch: PayoutBatchId
}) {}

/** A payout that stays out of a batch and goes on waiting, and why. */
export interface LeftOut {
  readonly payout: PayoutId
  readonly reason: Unnamed | "unwritable"
}

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
  | PayoutFileNotConfigured
  | TransferUnwritable

type FileRefusal = Batching.PayoutBatchNotFound | PayoutFileErased | ValidationFailed | StoreUnavailable

const validateDay = validator(Schema.Struct({ transferOn: JapanDate }))
const validateBatch = validator(Schema.Struct({ batch: PayoutBatchId }))
const hex = (bytes: Uint8Array): LinkHash =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") as LinkHash

interface Chosen {
  readonly payouts: Array<PayoutId>
  readonly lines: Array<Line>
  readonly leftOut: Array<LeftOut>
}

/** Chooses the payouts that wait longest and can be written, at most one batch of them. */
const choosing = Effect.gen(function* () {
  const due = yield* Due
  const store = yield* Store
  const secrets = yield* Secrets

  const page = Effect.fnUntraced(function* (ids: ReadonlyArray<PayoutId>) {
    const facts = yield* store.read(ids.map((id) => key(payouts, id)))
    const found = ids.flatMap((id) => {
      const payout = facts.find(payouts, id)
      return payout?._tag === "processing" ? [payout] : []
    })
    const recipients = yield* recipientsOf(found).pipe(
      Effect.provideService(Store, store),
      Effect.provideService(Secrets, secrets)
    )
    return found.map((payout, n) => ({ payout, recipient: recipients[n] ?? "accountUnreadable" }))
  })

  const written = (
    policy: Policy,
    transferOn: JapanDate,
    payout: PayoutProcessing,
    recipient: Effect.Success<ReturnType<typeof page>>[number]["recipient"]
  ): Result.Result<Line | LeftOut["reason"], TransferUnwritable | PayoutFileNotConfigured> => {
    const { requester } = policy.wallet.payout
    if (requester === undefined) return Result.fail(new PayoutFileNotConfigured())
    if (typeof recipient === "string") return Result.succeed(recipient)
    const line = lineOf(payout, recipient, policy.banks[payout.bank]?.name)
    return Result.map(isWritable(requester, transferOn, line), (isLine) => (isLine ? line : "unwritable"))
  }

  return Effect.fnUntraced(function* (policy: Policy, transferOn: JapanDate) {
    const chosen: Chosen = { payouts: [], lines: [], leftOut: [] }
    for (let after = ""; chosen.lines.length < Batching.batchMost;) {
      const ids = yield* due.waitingPayouts(after, Batching.batchMost)
      for (const { payout, recipient } of yield* page(ids)) {
        if (chosen.lines.length === Batching.batchMost) break
        const line = yield* Effect.fromResult(written(policy, transferOn, payout, recipient))
        if (typeof line === "string") chosen.leftOut.push({ payout: payout.id, reason: line })
        else {
          chosen.payouts.push(payout.id)
          chosen.lines.push(line)
        }
      }
      const last = ids.at(-1)
      if (last === undefined || ids.length < Batching.batchMost) break
      after = last
    }
    return chosen
  })
})

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

export class PayoutBatches extends Context.Service<
  PayoutBatches,
  {
    /**
     * Makes a batch of the payouts that wait longest, to be transferred on a day. Those that cannot be written go on waiting, and are
     * named. The same intention again is answered with the same batch.
     */
    readonly make: (transferOn: JapanDate, intent: Intent) => Effect.Effect<BatchMade, MakingRefusal | EngineError>
    /** The file of a batch, the same bytes whenever it is asked for. Personal data: for the bank alone. */
    readonly file: (batch: PayoutBatchId) => Effect.Effect<Uint8Array, FileRefusal | TransferUnwritable>
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

      const make = Effect.fn("PayoutBatches.make")(function* (transferOn: JapanDate, intent: Intent) {
        yield* Effect.fromResult(validateDay({ transferOn }))
        const { policy } = yield* store.read([key(policyInForce, "current")])
        const { requester } = policy.wallet.payout
        if (requester === undefined) return yield* new PayoutFileNotConfigured()
        const attempt = Effect.gen(function* () {
          const { leftOut, lines, payouts: ids } = yield* choose(policy, transferOn)
          const personal = writeText({ requester, transferOn, lines })
          const options = { ...intent, personal }
          const content = { payouts: ids, transferOn, bank: requester.bank as BankCode }
          const batch = yield* engine.submit(Batching.MakePayoutBatch, content, options)
          return { batch, leftOut }
        })
        // Another batch took some of them meanwhile.
        return yield* Effect.retry(attempt, { times: 3, while: ({ _tag }) => _tag === "PayoutNotWaiting" })
      })

      const file = Effect.fn("PayoutBatches.file")(function* (id: PayoutBatchId) {
        const { batch, text } = yield* read(id)
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

      return PayoutBatches.of({ make, file, readResults })
    })
  )
}
