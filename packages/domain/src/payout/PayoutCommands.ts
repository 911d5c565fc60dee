/**
 * Payout commands: all that makes, settles and gathers payouts, for the catalogue.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { MakePayoutBatch, RecordResultsRead } from "./Batching.ts"
import { SetPayoutAccount } from "./PayoutAccount.ts"
import { RecordPayoutAnswer } from "./PayoutAnswer.ts"
import { RequestPayout } from "./Requesting.ts"
import { RejectPayoutBatch, SettlePayout } from "./Settling.ts"
import { RaiseUnresolvedPayout } from "./Unresolved.ts"

export const payoutCommands: ReadonlyArray<AnyCommand> = [
  SetPayoutAccount,
  RequestPayout,
  RecordPayoutAnswer,
  MakePayoutBatch,
  RecordResultsRead,
  RaiseUnresolvedPayout,
  SettlePayout,
  RejectPayoutBatch
]
