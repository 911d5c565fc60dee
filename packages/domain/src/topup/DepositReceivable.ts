/**
 * What a provider pays of the deposits that it collected: the operator records it when it is on a bank account (posting table).
 */
import { Result, Schema } from "effect"
import { byOperator, CaseReference, type Forbidden } from "../account/OperatorCase.ts"
import { BankCode } from "../bank/BankLink.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import { PositiveYen } from "../money/Yen.ts"
import { ChainCode } from "../policy/Wallet.ts"
import { ProviderName } from "./Deposit.ts"

/** What came, from whom, and where it is. */
export const ReceivablePaid = Schema.Struct({
  provider: ProviderName,
  chain: Schema.optionalKey(ChainCode),
  /** The bank at which it arrived. */
  bank: BankCode,
  amount: PositiveYen,
  /** The operator's number of the paper, a statement of the provider or of the bank (SEC-11). */
  reference: CaseReference
})
export type ReceivablePaid = typeof ReceivablePaid.Type

const Booked = Schema.Struct({ entry: JournalEntry.EntryId })

/**
 * Books a payment of the provider.
 *
 * > Dr bank settlement · Cr receivable
 */
export const RecordReceivablePaid: Command<ReceivablePaid, typeof Booked.Type, Forbidden> = {
  tag: "RecordReceivablePaid",
  content: ReceivablePaid,
  success: Booked,
  reads: () => [],
  decide: (_, envelope) => {
    const { at, content, id } = envelope
    const { amount, bank, chain, provider } = content
    const entry = JournalEntry.balanced({
      id: JournalEntry.entryId(id, 1),
      kind: "receivablePaid",
      businessAt: at,
      postings: [
        ...JournalEntry.debit(AccountCode.bankSettlement(bank), amount),
        ...JournalEntry.credit(AccountCode.receivable(provider, chain), amount)
      ]
    })
    return Result.map(byOperator(envelope), () => Decision.make({ result: { entry: entry.id }, entries: [entry] }))
  }
}
