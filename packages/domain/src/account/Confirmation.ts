/**
 * The periodic confirmation of identity and purpose of use, and the notices before it falls due (IDV-03, IDV-05).
 *
 * A holder confirms with the signature certificate, as for the first time; the time of that stands on the account.
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import type { Policy } from "../policy/Policy.ts"
import { type Account, AccountId, AccountNotFound, accounts } from "./Account.ts"
import { confirmedUntil } from "./Standing.ts"

/**
 * The smallest notice period that has begun and that was not announced yet since the last confirmation. A notice that was missed is
 * made up for, however late.
 */
export const confirmationNoticeDue = (policy: Policy, account: Account, at: JapanDate.Instant): number | undefined => {
  if (account._tag === "closed") return undefined
  const lastDay = JapanDate.at(confirmedUntil(policy, account))
  const begun = policy.account.confirmationNoticeDays.filter(
    (days) => JapanDate.addDays(lastDay, -days) <= JapanDate.at(at)
  )
  const smallest = Math.min(...begun)
  return smallest < (account.confirmationNoticeDays ?? Number.POSITIVE_INFINITY) ? smallest : undefined
}

/** Who has not confirmed since this instant may be due for a notice: of the longest period, and a leap day more. */
export const confirmedBefore = ({ account }: Policy, at: JapanDate.Instant): JapanDate.Instant => {
  const longest = Math.max(0, ...account.confirmationNoticeDays)
  const day = JapanDate.addYears(JapanDate.addDays(JapanDate.at(at), longest), -account.confirmationYears)
  return JapanDate.end(JapanDate.addDays(day, 1))
}

const Content = Schema.Struct({ account: AccountId })

/** How many days before the confirmation falls due the notice that went out is for; absent where none was due. */
export const Reminded = Schema.Struct({ days: Schema.optionalKey(Schema.Int) })

/** Tells the holder that the confirmation falls due, once for each notice period. */
export const RemindConfirmation: Command<typeof Content.Type, typeof Reminded.Type, AccountNotFound> = {
  tag: "RemindConfirmation",
  content: Content,
  success: Reminded,
  reads: ({ content }) => [key(accounts, content.account)],
  decide: (facts, { at, content, id }) => {
    const account = facts.find(accounts, content.account)
    if (account === undefined) return Result.fail(new AccountNotFound({ account: content.account }))
    const days = confirmationNoticeDue(facts.policy, account, at)
    if (days === undefined) return Result.succeed(Decision.make({ result: {} }))
    const common = { to: "holder", account: account.id, subject: account.id, at } as const
    return Result.succeed(
      Decision.make({
        result: { days },
        puts: [put(accounts, { ...account, confirmationNoticeDays: days })],
        notices: [{ id: `${id}.1`, kind: "confirmationDue", ...common }]
      })
    )
  }
}
