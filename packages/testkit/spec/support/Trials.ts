/**
 * Trials: commands that are wrong on purpose, and what becomes of the others beside them.
 */
import { balanceKind, balanceKey } from "@kinchaku/domain/engine/RecordKind"
import type { AnyCommand, Command } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { type AccountCode, bankSettlement, merchantPayable, suspense } from "@kinchaku/domain/ledger/AccountCode"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import { type PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Exit, Result, Schema } from "effect"
import { send } from "./Holders.ts"
import * as Looks from "./Looks.ts"
import { bank } from "./Terms.ts"

/** What a trial command does: all of it well, or one thing that no command may do. */
export const conducts = [
  "well",
  "throws",
  "asksAndThrows",
  "readsUnasked",
  "doesNotBalance",
  "isRefusedByTheStore"
] as const
export type Conduct = (typeof conducts)[number]

const nothing = Schema.Struct({})
const boom = (): never => {
  throw new Error("a defect, on purpose")
}

const one = (account: AccountCode, side: JournalEntry.Side): JournalEntry.Posting => ({
  account,
  side,
  amount: 1 as PositiveYen
})

/** Books one yen from the bank to suspense, in the way of its conduct. */
const trial: Command<{ readonly conduct: Conduct }, object, never> = {
  tag: "Trial",
  content: Schema.Struct({ conduct: Schema.Literals(conducts) }),
  success: nothing,
  reads: ({ content }) => (content.conduct === "asksAndThrows" ? boom() : []),
  decide: (facts, { at, content: { conduct }, id }) => {
    if (conduct === "throws") boom()
    if (conduct === "readsUnasked") facts.held("liability:cash:nobody" as AccountCode)
    const lines = [one(bankSettlement(bank), "debit"), one(suspense, "credit")] as const
    const postings = conduct === "doesNotBalance" ? ([lines[0]] as const) : lines
    const entries = [{ id: JournalEntry.entryId(id, 1), kind: "unexpectedDeposit" as const, businessAt: at, postings }]
    const puts = conduct === "isRefusedByTheStore" ? [{ kind: balanceKind, id: "x", record: {} }] : []
    return Result.succeed(Decision.make({ result: {}, entries, puts }))
  }
}

/** Submits trials at once; answers which of them were told that they are done, and how many are booked. */
export const together = (list: ReadonlyArray<Conduct>) =>
  Effect.gen(function* () {
    const exits = yield* Effect.forEach(list, (conduct) => Effect.exit(send(trial, { conduct })), {
      concurrency: "unbounded"
    })
    return { done: exits.map(Exit.isSuccess), booked: (yield* Looks.entries).length }
  })

/** One trial that does well, as an intention of its own. */
export const well = (key: string) => send(trial, { conduct: "well" }, { key })

const Lines = Schema.Struct({ postings: Schema.NonEmptyArray(JournalEntry.Posting) })

/** Books lines as they are, in one entry. */
export const BookLines: Command<typeof Lines.Type, object, never> = {
  tag: "BookLines",
  content: Lines,
  success: nothing,
  reads: ({ content }) => content.postings.map(({ account }) => balanceKey(account)),
  decide: (_, { at, content: { postings }, id }) => {
    const entry = { id: JournalEntry.entryId(id, 1), kind: "topUp" as const, businessAt: at, postings }
    return Result.succeed(Decision.make({ result: {}, entries: [entry] }))
  }
}

export const bookLines = (postings: (typeof Lines.Type)["postings"]) => send(BookLines, { postings })

const Draw = Schema.Struct({ amount: Yen })

/** Draws an amount from an account for a biller, without a look at what is there. */
export const drawing = (from: AccountCode): Command<typeof Draw.Type, object, never> => ({
  tag: "Draw",
  content: Draw,
  success: nothing,
  reads: () => [balanceKey(from)],
  decide: (_, { at, content: { amount }, id }) => {
    const postings = [...JournalEntry.debit(from, amount), ...JournalEntry.credit(merchantPayable("100001"), amount)]
    const entry = { id: JournalEntry.entryId(id, 1), kind: "payment" as const, businessAt: at, postings }
    return Result.succeed(Decision.make({ result: {}, entries: amount === 0 ? [] : [JournalEntry.balanced(entry)] }))
  }
})

/** A command that refuses what its condition does not allow, beside what it does. */
export const onlyIf = (
  command: AnyCommand,
  allows: (...given: Parameters<AnyCommand["decide"]>) => boolean
): AnyCommand => ({
  ...command,
  decide: (facts, envelope) =>
    allows(facts, envelope) ? command.decide(facts, envelope) : Result.fail(new Error("refused"))
})
