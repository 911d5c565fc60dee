/**
 * The payout account (送金先): the one link of a holder that payouts go to (OUT-02).
 *
 * Once a link became it, no other link can for a time, whatever becomes of the first (OUT-03): whoever took an account over cannot
 * lead its money elsewhere before the holder has read of it (SEC-06).
 */
import { Result, Schema } from "effect"
import { type AccountActive, AccountId, type AccountNotFound, accounts } from "../account/Account.ts"
import { acting, bankable, type BankFunctionsRestricted, type StandingRefusal } from "../account/Standing.ts"
import { BankLinkId, BankLinkNotRegistered, type BankLinkRegistered, bankLinks } from "../bank/BankLink.ts"
import { type BankSettings, bankSettings, settingsKey, settingsOf } from "../bank/BankSettings.ts"
import { Instant, later } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"

/** Refused: another link became the payout account too short a time ago; from when on it can be another one (OUT-03). */
export class PayoutAccountFrozen extends Schema.TaggedError<PayoutAccountFrozen>()("PayoutAccountFrozen", {
  until: Instant
}) {}

/**
 * Refused: the account pays out nothing, being one of cash or without a payout account (OUT-01, OUT-02); or no bank can be told of the
 * link's account, which was erased, or whose symbol and number name no account for transfers (BNK-07).
 */
export class PayoutNotAllowed extends Schema.TaggedError<PayoutNotAllowed>()("PayoutNotAllowed", {
  account: AccountId,
  reason: Schema.Literals(["cashAccount", "noPayoutAccount", "notConvertible", "accountUnreadable"])
}) {}

/** What was found of the number behind a link: whether a transfer can name it. */
export const Transferable = Schema.Literals(["yes", "notConvertible", "accountUnreadable"])
export type Transferable = typeof Transferable.Type

const Content = Schema.Struct({ account: AccountId, link: BankLinkId, transferable: Transferable })
type Content = typeof Content.Type

/** The link that payouts of an account go to, and since when. */
export const PayoutAccount = Schema.Struct({ account: AccountId, link: BankLinkId, chosenAt: Instant })
export type PayoutAccount = typeof PayoutAccount.Type

export type PayoutAccountRefusal =
  | AccountNotFound
  | StandingRefusal
  | BankFunctionsRestricted
  | PayoutNotAllowed
  | BankLinkNotRegistered
  | PayoutAccountFrozen

/** An account that may pay out at all: one of money, with certificate login or a verification in time (OUT-01). */
export const payer = (
  facts: Facts,
  id: AccountId,
  at: Instant
): Result.Result<AccountActive, AccountNotFound | StandingRefusal | BankFunctionsRestricted | PayoutNotAllowed> =>
  Result.gen(function* () {
    const account = yield* acting(facts, id, at)
    if (account.kind !== "money")
      return yield* Result.fail(new PayoutNotAllowed({ account: id, reason: "cashAccount" }))
    yield* bankable(facts, account, at)
    return account
  })

/** A link of an account that is fully registered. */
export const registeredLink = (
  facts: Facts,
  account: AccountId,
  id: BankLinkId
): Result.Result<BankLinkRegistered, BankLinkNotRegistered> => {
  const link = facts.find(bankLinks, id)
  return link?._tag === "registered" && link.account === account
    ? Result.succeed(link)
    : Result.fail(new BankLinkNotRegistered({ link: id }))
}

const hourMillis = 3_600_000

/** > another link chosen ⇒ at ≥ chosen at + hours */
const thawed = (
  { policy }: Pick<Facts, "policy">,
  { chosen, chosenAt }: BankSettings,
  link: BankLinkId,
  at: Instant
): Result.Result<void, PayoutAccountFrozen> => {
  if (chosen === undefined || chosenAt === undefined || chosen === link) return Result.void
  const until = later(chosenAt, policy.wallet.payout.frozenHours * hourMillis)
  return at >= until ? Result.void : Result.fail(new PayoutAccountFrozen({ until }))
}

/** Makes a link the payout account. The one that it is already stays so, and the time since when does not begin anew (OUT-03). */
export const SetPayoutAccount: Command<Content, PayoutAccount, PayoutAccountRefusal> = {
  tag: "SetPayoutAccount",
  content: Content,
  success: PayoutAccount,
  intent: ({ account, link }) => ({ account, link }),
  reads: ({ content }) => [key(accounts, content.account), key(bankLinks, content.link), settingsKey(content.account)],
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const { account, transferable } = content
      yield* payer(facts, account, at)
      const link = yield* registeredLink(facts, account, content.link)
      const settings = settingsOf(facts, account)
      yield* thawed(facts, settings, link.id, at)
      if (transferable !== "yes") return yield* Result.fail(new PayoutNotAllowed({ account, reason: transferable }))
      const chosenAt = settings.chosen === link.id ? (settings.chosenAt ?? at) : at
      const result = { account, link: link.id, chosenAt }
      if (settings.payoutAccount === link.id) return Decision.make({ result })
      const next: BankSettings = { ...settings, payoutAccount: link.id, chosen: link.id, chosenAt }
      return Decision.make({
        result,
        puts: [put(bankSettings, next)],
        notices: [{ id: `${id}.1`, kind: "payoutAccountChanged", to: "holder", account, subject: link.id, at }]
      })
    })
}
