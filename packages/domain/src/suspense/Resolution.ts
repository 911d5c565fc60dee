/**
 * Resolving suspense: what an operator makes of an amount that stands there, in a case of its own (TOP-06, SEC-11).
 *
 * What came in is credited to whose it is, or goes back to where it came from. What went out can only come back.
 */
import { Result, Schema } from "effect"
import { AccountId, type AccountNotFound } from "../account/Account.ts"
import { byOperator, CaseReference, type Forbidden } from "../account/OperatorCase.ts"
import { acting, type StandingRefusal } from "../account/Standing.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import type { BalanceCapExceeded } from "../limit/Limit.ts"
import * as Usage from "../limit/Usage.ts"
import { underCap } from "../topup/Acceptance.ts"
import { credited, creditingKeys } from "../topup/Crediting.ts"
import { standsIn } from "./Suspending.ts"
import {
  type SuspenseItem,
  SuspenseItemId,
  suspenseItems,
  type SuspenseOpen,
  SuspenseResolved
} from "./SuspenseItem.ts"

/** Refused: there is no such item. */
export class SuspenseItemNotFound extends Schema.TaggedError<SuspenseItemNotFound>()("SuspenseItemNotFound", {
  item: SuspenseItemId
}) {}

/** Refused: the item is resolved already, as it says. */
export class SuspenseItemResolved extends Schema.TaggedError<SuspenseItemResolved>()("SuspenseItemResolved", {
  item: SuspenseItemId,
  resolution: SuspenseResolved.fields.resolution
}) {}

/** Refused: the amount went out, so there is nothing to credit; it can only be returned. */
export class SuspenseNotCreditable extends Schema.TaggedError<SuspenseNotCreditable>()("SuspenseNotCreditable", {
  item: SuspenseItemId
}) {}

const Resolving = Schema.Union([
  Schema.TaggedStruct("credited", { account: AccountId }),
  Schema.TaggedStruct("returned", {})
])
export type Resolving = typeof Resolving.Type

/** What an operator decides about an item. */
export const Resolution = Schema.Struct({
  item: SuspenseItemId,
  resolution: Resolving,
  /** The operator's number of the case, where the reason and its papers are (SEC-11). */
  reference: CaseReference
})
export type Resolution = typeof Resolution.Type

export type ResolutionRefusal =
  | Forbidden
  | SuspenseItemNotFound
  | SuspenseItemResolved
  | SuspenseNotCreditable
  | AccountNotFound
  | StandingRefusal
  | BalanceCapExceeded

const open = (
  facts: Facts,
  item: SuspenseItemId
): Result.Result<SuspenseOpen, SuspenseItemNotFound | SuspenseItemResolved> => {
  const found = facts.find(suspenseItems, item)
  if (found === undefined) return Result.fail(new SuspenseItemNotFound({ item }))
  return found._tag === "open"
    ? Result.succeed(found)
    : Result.fail(new SuspenseItemResolved({ item, resolution: found.resolution }))
}

const resolved = (
  { _tag: _, ...item }: SuspenseOpen,
  how: Pick<SuspenseResolved, "resolution" | "creditedTo">,
  { at }: Envelope<Resolution>
): SuspenseResolved => ({ _tag: "resolved", ...item, ...how, resolvedAt: at })

/** > Dr suspense · Cr customer cash or money */
const toAccount = (facts: Facts, item: SuspenseOpen, id: AccountId, envelope: Envelope<Resolution>) =>
  Result.gen(function* () {
    const { at } = envelope
    if (item.direction === "out") return yield* Result.fail(new SuspenseNotCreditable({ item: item.id }))
    const account = yield* acting(facts, id, at)
    yield* underCap(facts, account, item.amount, at)
    const incoming = { kind: "suspenseResolved", against: standsIn(item), amount: item.amount } as const
    const { entries, puts } = credited(facts, account, incoming, envelope)
    const result = resolved(item, { resolution: "credited", creditedTo: id }, envelope)
    return { result, entries, puts }
  })

/** > in: Dr suspense · Cr against; out: Dr against · Cr suspended outlay */
const whereItBelongs = (item: SuspenseOpen, envelope: Envelope<Resolution>) => {
  const stands = standsIn(item)
  const [debited, credited] = item.direction === "in" ? [stands, item.against] : [item.against, stands]
  const entry = JournalEntry.balanced({
    id: JournalEntry.entryId(envelope.id, 1),
    kind: "suspenseResolved",
    businessAt: envelope.at,
    postings: [...JournalEntry.debit(debited, item.amount), ...JournalEntry.credit(credited, item.amount)]
  })
  return { result: resolved(item, { resolution: "returned" }, envelope), entries: [entry], puts: [] }
}

/** Resolves an item, once; a further attempt is told what was made of it. */
export const ResolveSuspense: Command<Resolution, SuspenseResolved, ResolutionRefusal> = {
  tag: "ResolveSuspense",
  content: Resolution,
  success: SuspenseResolved,
  reads: ({ content: { item, resolution } }) => [
    key(suspenseItems, item),
    ...(resolution._tag === "credited"
      ? [...creditingKeys(resolution.account), Usage.inFlightKey(resolution.account, "topUp")]
      : [])
  ],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { item: id, resolution } = envelope.content
      yield* byOperator(envelope)
      const item = yield* open(facts, id)
      const { puts, ...decision } =
        resolution._tag === "credited"
          ? yield* toAccount(facts, item, resolution.account, envelope)
          : whereItBelongs(item, envelope)
      return Decision.make({ ...decision, puts: [put(suspenseItems, decision.result as SuspenseItem), ...puts] })
    })
}
