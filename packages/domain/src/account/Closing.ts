/**
 * Closing (解約): the account ends for good, and gives up what is left on it (ACC-25 to ACC-29).
 *
 * A cash account closes with any balance, a money account with a small one only. Whatever is left goes to breakage in the commit that
 * closes; bank links and the session end with it, the e-mail address is never to be had again, and phone, person and bank accounts are
 * free. Certificates stay as they are (ACC-28).
 */
import { Result, Schema } from "effect"
import { type BankLink, bankLinks, removed } from "../bank/BankLink.ts"
import { cleared, settingsKey, settingsOf } from "../bank/BankSettings.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, CommandId } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import type { RequestId } from "../engine/Outbox.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Usage from "../limit/Usage.ts"
import { Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import { ended, sessionKey } from "../session/Session.ts"
import { type Account, type AccountActive, AccountClosed, AccountId, AccountNotFound, accounts } from "./Account.ts"
import * as Cash from "./Cash.ts"
import { type Claim, claimId, claimKey, claims } from "./Claim.ts"
import { type Holder, holders } from "./Holder.ts"
import { operable, type StandingRefusal } from "./Standing.ts"

/** active → closed */
export const closed = (account: AccountActive, at: Instant): AccountClosed => ({
  ...account,
  _tag: "closed",
  closedAt: at
})

/** Refused: more is left than a closing gives up; spend it or have it paid out first (ACC-25). */
export class BalanceAboveClosingLimit extends Schema.TaggedError<BalanceAboveClosingLimit>()(
  "BalanceAboveClosingLimit",
  { account: AccountId, balance: Yen, limit: Yen }
) {}

/** Refused: something is in progress; wait for it to end (ACC-26). */
export class OperationsInProgress extends Schema.TaggedError<OperationsInProgress>()("OperationsInProgress", {
  account: AccountId,
  operations: Schema.Array(Usage.Operation)
}) {}

const operations = ["payment", "topUp", "payout"] as const

/** > nothing accepted that is not settled yet */
const settled = (facts: Facts, account: AccountId): Result.Result<void, OperationsInProgress> => {
  const waiting = operations.filter((operation) => Usage.inFlight(facts, account, operation).total > 0)
  return waiting.length === 0 ? Result.void : Result.fail(new OperationsInProgress({ account, operations: waiting }))
}

/** > money account ⇒ cash + money ≤ limit */
const withinLimit = (
  facts: Facts,
  account: AccountActive,
  at: Instant
): Result.Result<void, BalanceAboveClosingLimit> => {
  const { cash, money } = Cash.spendable(facts, account, at)
  const balance = Amount.plus(cash, money)
  const limit = Yen.make(facts.policy.account.closingLimit)
  return account.kind === "cash" || balance <= limit
    ? Result.void
    : Result.fail(new BalanceAboveClosingLimit({ account: account.id, balance, limit }))
}

/** The entries that give up what is left: what has expired already as expired, the rest as given up. */
const forfeiting = (facts: Facts, account: AccountActive, at: Instant, id: CommandId) => {
  const expired = Cash.expiryEntry(account, facts.held(AccountCode.cash(account.id)), at, JournalEntry.entryId(id, 1))
  const { cash, money } = Cash.spendable(facts, account, at)
  const entry = {
    id: JournalEntry.entryId(id, expired.length + 1),
    kind: "accountClosed" as const,
    businessAt: at,
    postings: [
      ...JournalEntry.debit(AccountCode.cash(account.id), cash),
      ...JournalEntry.credit(AccountCode.cashBreakage, cash),
      ...JournalEntry.debit(AccountCode.money(account.id), money),
      ...JournalEntry.credit(AccountCode.moneyBreakage, money)
    ]
  }
  const entries = entry.postings.length === 0 ? expired : [...expired, JournalEntry.balanced(entry)]
  return { entries, forfeited: { cash, money } }
}

/** The links that end: those in use, those that the bank has not answered yet, and those that it was not asked for. */
const openLinks = (facts: Facts, { bankLinks: links }: Holder) =>
  links.flatMap((id) => {
    const link = facts.find(bankLinks, id)
    return link === undefined || link._tag === "removed" || link._tag === "rejected" ? [] : [link]
  })

/** The requests of procedures that end with the account: nobody is asked any more. */
const unanswered = (facts: Facts, holder: Holder): ReadonlyArray<RequestId> =>
  openLinks(facts, holder).flatMap((link) => (link._tag === "inProcedure" ? [link.request] : []))

const ending = (link: ReturnType<typeof openLinks>[number], at: Instant): Put => {
  const next = removed(link, at)
  // What the bank had not answered is settled with the account.
  return put<BankLink>(bankLinks, link._tag === "inProcedure" ? { ...next, settledAt: at } : next)
}

/** A claim of this account in another state; a claim that somebody else has is left alone. */
const reclaimed = (facts: Facts, account: AccountId, id: string, state: Claim["state"]): ReadonlyArray<Put> => {
  const claim = facts.find(claims, id)
  return claim?.account === account ? [put(claims, { ...claim, state })] : []
}

const endings = (facts: Facts, account: AccountActive, holder: Holder, at: Instant): ReadonlyArray<Put> => {
  const links = openLinks(facts, holder)
  const bankAccounts = new Set(links.map(({ bankAccount }) => claimId("bankAccount", bankAccount)))
  return [
    put(holders, { ...holder, bankLinks: [] }),
    ...links.map((link) => ending(link, at)),
    ...cleared(
      settingsOf(facts, account.id),
      links.map(({ id }) => id)
    ),
    ...reclaimed(facts, account.id, claimId("email", holder.email), "retired"),
    ...reclaimed(facts, account.id, claimId("phone", holder.phone), "released"),
    ...reclaimed(facts, account.id, claimId("person", account.person), "released"),
    ...[...bankAccounts].flatMap((id) => reclaimed(facts, account.id, id, "released")),
    ...ended(facts, account.id, at, "closed")
  ]
}

const Content = Schema.Struct({ account: AccountId })

/** The account as it closed, and what its holder gave up. */
export const Closed = Schema.Struct({ account: AccountClosed, forfeited: Schema.Struct({ cash: Yen, money: Yen }) })
export type Closed = typeof Closed.Type

/** Closes an account (ACC-27). */
export const CloseAccount: Command<
  typeof Content.Type,
  Closed,
  AccountNotFound | StandingRefusal | BalanceAboveClosingLimit | OperationsInProgress
> = {
  tag: "CloseAccount",
  content: Content,
  success: Closed,
  reads: ({ content: { account } }) => [
    key(accounts, account),
    key(holders, account),
    sessionKey(account),
    settingsKey(account),
    ...operations.map((operation) => Usage.inFlightKey(account, operation)),
    balanceKey(AccountCode.cash(account)),
    balanceKey(AccountCode.money(account))
  ],
  readsMore: (found, { content }) => {
    const account = found.peek(accounts, content.account)
    const holder = found.peek(holders, content.account)
    if (account === undefined || holder === undefined) return []
    return [
      claimKey("person", account.person),
      claimKey("email", holder.email),
      claimKey("phone", holder.phone),
      ...holder.bankLinks.flatMap((id) => {
        const link = found.peek(bankLinks, id)
        return [key(bankLinks, id), ...(link === undefined ? [] : [claimKey("bankAccount", link.bankAccount)])]
      })
    ]
  },
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const found = facts.find(accounts, content.account)
      const holder = facts.find(holders, content.account)
      if (found === undefined || holder === undefined) {
        return yield* Result.fail(new AccountNotFound({ account: content.account }))
      }
      const account = yield* operable(facts, found, at)
      yield* settled(facts, account.id)
      yield* withinLimit(facts, account, at)
      const { entries, forfeited } = forfeiting(facts, account, at, id)
      const next = closed(account, at)
      return Decision.make({
        result: { account: next, forfeited },
        entries,
        puts: [put(accounts, next as Account), ...endings(facts, account, holder, at)],
        answered: unanswered(facts, holder),
        notices: [{ id: `${id}.1`, kind: "accountClosed", to: "holder", account: account.id, subject: account.id, at }]
      })
    })
}
