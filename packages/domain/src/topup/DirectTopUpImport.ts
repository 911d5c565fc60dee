/**
 * The import of top-ups of former books, as their holders saw them there (TOP-20). It books nothing: what they brought came with the
 * balances of the account (ACC-06).
 */
import { Result, Schema } from "effect"
import { AccountId, AccountNotFound, accounts } from "../account/Account.ts"
import { byStaff, type Forbidden } from "../account/OperatorCase.ts"
import { AccountClosed } from "../account/Standing.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { type DirectTopUp, type DirectTopUpId, directTopUps, FormerWay, ImportedTopUp } from "./DirectTopUp.ts"

/** Refused: the account was not taken in from former books, or has left them behind by migrating (ACC-06). */
export class AccountNotLegacy extends Schema.TaggedError<AccountNotLegacy>()("AccountNotLegacy", {
  account: AccountId
}) {}

/** Refused: the time has not come yet, so no former book can have it. */
export class ImportAhead extends Schema.TaggedError<ImportAhead>()("ImportAhead", { at: Instant }) {}

/** A top-up as the former books have it. */
export const FormerTopUp = Schema.Struct({
  account: AccountId,
  way: FormerWay,
  amount: PositiveYen,
  fee: Yen,
  feeTax: Yen,
  at: Instant
}).check(
  Schema.makeFilter(
    ({ amount, fee, feeTax }) =>
      (feeTax <= fee && fee <= amount) || { path: ["fee"], issue: "expected no more than the amount, its tax included" }
  )
)
export type FormerTopUp = typeof FormerTopUp.Type

export type ImportTopUpRefusal = Forbidden | AccountNotFound | AccountClosed | AccountNotLegacy | ImportAhead

/** Takes in one top-up of an account that was taken in from former books. */
export const ImportTopUp: Command<FormerTopUp, ImportedTopUp, ImportTopUpRefusal> = {
  tag: "ImportTopUp",
  content: FormerTopUp,
  success: ImportedTopUp,
  reads: ({ content }) => [key(accounts, content.account)],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content, id } = envelope
      yield* byStaff(envelope)
      const account = facts.find(accounts, content.account)
      if (account === undefined) return yield* Result.fail(new AccountNotFound({ account: content.account }))
      if (account._tag === "closed") return yield* Result.fail(new AccountClosed({ account: account.id }))
      if (account.origin !== "legacy") return yield* Result.fail(new AccountNotLegacy({ account: account.id }))
      if (content.at > at) return yield* Result.fail(new ImportAhead({ at: content.at }))
      const topUp: ImportedTopUp = {
        _tag: "imported",
        id: `dir_${id}` as DirectTopUpId,
        ...content,
        importedAt: at
      }
      return Decision.make({ result: topUp, puts: [put(directTopUps, topUp as DirectTopUp)] })
    })
}
