/**
 * Deposits: the service by which a provider's deposits are taken in, by whatever feed or webhook they come, and by which operators record
 * what the provider pays of them.
 */
import { Context, Effect, Layer } from "effect"
import type { Intent } from "../account/Accounts.ts"
import type { Forbidden } from "../account/OperatorCase.ts"
import type { Actor } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import type { EntryId } from "../ledger/JournalEntry.ts"
import type { Deposit } from "./Deposit.ts"
import { type DepositDiffers, RecordDeposit, type ReportedDeposit } from "./DepositBooking.ts"
import { type ReceivablePaid, RecordReceivablePaid } from "./DepositReceivable.ts"

/** Who acts where a provider's report is taken in. */
const collector = "system:deposits" as Actor

export class Deposits extends Context.Service<
  Deposits,
  {
    /** Books a deposit, once for each receipt, however often and by however many ways it is reported (TOP-06). */
    readonly record: (deposit: ReportedDeposit) => Effect.Effect<Deposit, DepositDiffers | EngineError>
    /** Records what a provider paid (posting table). */
    readonly receivablePaid: (
      paid: ReceivablePaid,
      intent: Intent
    ) => Effect.Effect<{ readonly entry: EntryId }, Forbidden | EngineError>
  }
>()("@kinchaku/domain/topup/Deposits") {
  static readonly layer: Layer.Layer<Deposits, never, Engine> = Layer.effect(
    Deposits,
    Effect.map(Engine, (engine) =>
      Deposits.of({
        record: Effect.fn("Deposits.record")((deposit: ReportedDeposit) =>
          // The receipt is the key: a repetition is answered as the first time, also where two reports race (LED-08).
          engine.submit(RecordDeposit, deposit, {
            actor: collector,
            key: `deposit ${deposit.provider}:${deposit.receipt}`
          })
        ),
        receivablePaid: Effect.fn("Deposits.receivablePaid")((paid: ReceivablePaid, intent: Intent) =>
          engine.submit(RecordReceivablePaid, paid, intent)
        )
      })
    )
  )
}
