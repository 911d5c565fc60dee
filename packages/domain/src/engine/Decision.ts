/**
 * Decisions: what an accepted command changes, as plain data.
 *
 * Entries, new versions of records, requests and notices are one commit with the command's record (LED-11).
 */
import type { JournalEntry } from "../ledger/JournalEntry.ts"
import type { Notice } from "../notice/Notice.ts"
import type { Put } from "./Facts.ts"
import type { OutgoingRequest, RequestId } from "./Outbox.ts"

export interface Decision<Success> {
  /** What the caller is answered, now and whenever the same key is sent again (LED-08). */
  readonly result: Success
  readonly entries: ReadonlyArray<JournalEntry>
  readonly puts: ReadonlyArray<Put>
  readonly requests: ReadonlyArray<OutgoingRequest>
  /** The requests that this command answers. */
  readonly answered: ReadonlyArray<RequestId>
  readonly notices: ReadonlyArray<Notice>
}

/** A decision; what is left out is empty. */
export const make = <Success>(
  decision: Pick<Decision<Success>, "result"> & Partial<Decision<Success>>
): Decision<Success> => ({ entries: [], puts: [], requests: [], answered: [], notices: [], ...decision })
