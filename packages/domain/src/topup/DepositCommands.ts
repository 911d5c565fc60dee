/**
 * Commands of deposits, shops and suspense, for the catalogue.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { ResolveSuspense } from "../suspense/Resolution.ts"
import { RecordDeposit } from "./DepositBooking.ts"
import { ExpireDepositTopUp, RaiseUnissuedDeposit } from "./DepositExpiry.ts"
import { RecordNumberIssued } from "./DepositNumber.ts"
import { RecordReceivablePaid } from "./DepositReceivable.ts"
import { RequestDeposit } from "./DepositRequest.ts"
import { ImportTopUp } from "./DirectTopUpImport.ts"
import { ContractShop, TopUpAtShop } from "./ShopTopUp.ts"

export const depositCommands: ReadonlyArray<AnyCommand> = [
  RequestDeposit,
  RecordNumberIssued,
  RecordDeposit,
  ExpireDepositTopUp,
  RaiseUnissuedDeposit,
  RecordReceivablePaid,
  ContractShop,
  TopUpAtShop,
  ImportTopUp,
  ResolveSuspense
]
