/**
 * Cash expiry: the commands of the sweep and of the notices before it (BAL-06, BAL-07).
 *
 * Both decide on the facts of their own time: an account whose cash moved meanwhile is left alone.
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import { entryId } from "../ledger/JournalEntry.ts"
import { Yen } from "../money/Yen.ts"
import { type Account, AccountId, AccountNotFound, accounts } from "./Account.ts"
import * as Cash from "./Cash.ts"

const Content = Schema.Struct({ account: AccountId })
type Content = typeof Content.Type

const reads = ({ content }: { readonly content: Content }) => [
  key(accounts, content.account),
  balanceKey(AccountCode.cash(content.account))
]

const withAccount = <A>(
  facts: Facts,
  id: AccountId,
  decide: (account: Account, held: Yen) => Decision.Decision<A>
): Result.Result<Decision.Decision<A>, AccountNotFound> => {
  const account = facts.find(accounts, id)
  return account === undefined
    ? Result.fail(new AccountNotFound({ account: id }))
    : Result.succeed(decide(account, facts.held(AccountCode.cash(id))))
}

/** What the sweep took. */
export const Expired = Schema.Struct({ expired: Yen })

/** Books the expired cash of one account to breakage; nothing where none has expired. */
export const ExpireCash: Command<Content, typeof Expired.Type, AccountNotFound> = {
  tag: "ExpireCash",
  content: Content,
  success: Expired,
  reads,
  decide: (facts, { at, content, id }) =>
    withAccount(facts, content.account, (account, held) => {
      const entries = Cash.expiryEntry(account, held, at, entryId(id, 1))
      const expired = entries.length === 0 ? Yen.make(0) : held
      return Decision.make({ result: { expired }, entries })
    })
}

/** How many days before the expiry the notice that went out is for; absent where none was due. */
export const Reminded = Schema.Struct({ days: Schema.optionalKey(Schema.Int) })

/** The smallest notice period that has begun and that was not announced yet for this expiry. */
export const noticeDue = (
  periods: ReadonlyArray<number>,
  account: Account,
  at: JapanDate.Instant
): number | undefined => {
  if (account.cashExpiresAt === undefined || at > account.cashExpiresAt) return undefined
  const lastDay = JapanDate.at(account.cashExpiresAt)
  const begun = periods.filter((days) => JapanDate.addDays(lastDay, -days) <= JapanDate.at(at))
  const smallest = Math.min(...begun)
  return smallest < (account.cashNoticeDays ?? Number.POSITIVE_INFINITY) ? smallest : undefined
}

/** Tells the holder that cash expires soon, once for each notice period of an expiry. */
export const RemindCashExpiry: Command<Content, typeof Reminded.Type, AccountNotFound> = {
  tag: "RemindCashExpiry",
  content: Content,
  success: Reminded,
  reads,
  decide: (facts, { at, content, id }) =>
    withAccount(facts, content.account, (account, held) => {
      const days = held === 0 ? undefined : noticeDue(facts.policy.cashExpiryNoticeDays, account, at)
      if (days === undefined) return Decision.make({ result: {} })
      return Decision.make({
        result: { days },
        puts: [put(accounts, { ...account, cashNoticeDays: days })],
        notices: [
          { id: `${id}.1`, kind: "cashExpiresSoon", to: "holder", account: account.id, subject: account.id, at }
        ]
      })
    })
}
