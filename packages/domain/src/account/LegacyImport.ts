/**
 * The import of legacy accounts: those that were opened without a certificate, as the former books have them (ACC-04, ACC-06).
 *
 * The only way in which such an account comes to be. It is a money account where its selfie verification was completed there; none is
 * taken in any more (IDV-06). The person is the e-mail address and the phone together, for nothing else is known (ACC-01).
 */
import { Result, Schema } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import type { Command, CommandId, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { balanceKey } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import { Yen } from "../money/Yen.ts"
import { type Account, AccountActive, type AccountId, accounts, KeyedHash } from "./Account.ts"
import * as Cash from "./Cash.ts"
import { claimId, claimKey, claims } from "./Claim.ts"
import { type Holder, holders, Language } from "./Holder.ts"
import { type AccountAlreadyExists, type EmailTaken, free, type PhoneTaken } from "./Opening.ts"
import { byOperator, CaseReference, type Forbidden } from "./OperatorCase.ts"

/** What the former books say of times and balances. */
export const FormerBooks = Schema.Struct({
  openedAt: Instant,
  /** When the selfie verification was completed there; left out where it never was (ACC-04). */
  verifiedAt: Schema.optionalKey(Instant),
  cash: Yen,
  money: Yen,
  /** When the cash changed last, from which its expiry counts (BAL-04). */
  cashChangedAt: Schema.optionalKey(Instant)
}).check(
  Schema.makeFilter(
    ({ money, verifiedAt }) =>
      money === 0 || verifiedAt !== undefined || { path: ["money"], issue: "expected none on a cash account" }
  ),
  Schema.makeFilter(
    ({ cash, cashChangedAt }) =>
      cash > 0 === (cashChangedAt !== undefined) || {
        path: ["cashChangedAt"],
        issue: "expected exactly where there is cash"
      }
  )
)
export type FormerBooks = typeof FormerBooks.Type

/** Refused: the former books name a time that has not come yet; a verification that is still to come is none (IDV-06). */
export class FormerBooksAhead extends Schema.TaggedError<FormerBooksAhead>()("FormerBooksAhead", {
  field: Schema.Literals(["openedAt", "verifiedAt", "cashChangedAt"])
}) {}

const Content = Schema.Struct({
  person: KeyedHash,
  email: KeyedHash,
  phone: KeyedHash,
  kanaName: KeyedHash,
  language: Language,
  /** Whether the hash of a password came along, in the personal data of the command. */
  hasPassword: Schema.Boolean,
  former: FormerBooks,
  reference: CaseReference
})
type Content = typeof Content.Type

const inPast = (
  { cashChangedAt, openedAt, verifiedAt }: FormerBooks,
  at: Instant
): Result.Result<void, FormerBooksAhead> => {
  const ahead = Object.entries({ openedAt, verifiedAt, cashChangedAt }).find(
    ([, time]) => time !== undefined && time > at
  )
  return ahead === undefined
    ? Result.void
    : Result.fail(new FormerBooksAhead({ field: ahead[0] as FormerBooksAhead["field"] }))
}

const accountIdOf = (id: CommandId): AccountId => `acct_${id}` as AccountId

const made = ({ content, id }: Envelope<Content>): { readonly account: AccountActive; readonly holder: Holder } => {
  const { cashChangedAt, openedAt, verifiedAt } = content.former
  const account: AccountActive = {
    _tag: "active",
    id: accountIdOf(id),
    kind: verifiedAt === undefined ? "cash" : "money",
    origin: "legacy",
    person: content.person,
    kanaName: content.kanaName,
    openedAt,
    confirmedAt: verifiedAt ?? openedAt,
    ...(cashChangedAt === undefined ? {} : { cashExpiresAt: Cash.expiryAfter(cashChangedAt) })
  }
  const { email, hasPassword, language, phone } = content
  const password = hasPassword ? { password: id } : {}
  const reached = { email, phone, emailIn: id, phoneIn: id, attributesIn: id, language, bankLinks: [] }
  return { account, holder: { id: account.id, ...reached, ...password } }
}

/** What was held there is owed here, and due from there. */
const balanceEntries = (account: AccountId, { former: { cash, money } }: Content, { at, id }: Envelope<Content>) =>
  cash + money === 0
    ? []
    : [
        JournalEntry.balanced({
          id: JournalEntry.entryId(id, 1),
          kind: "legacyBalance",
          businessAt: at,
          postings: [
            ...JournalEntry.debit(AccountCode.formerBooks, Yen.make(cash + money)),
            ...JournalEntry.credit(AccountCode.cash(account), cash),
            ...JournalEntry.credit(AccountCode.money(account), money)
          ]
        })
      ]

export type ImportRefusal = Forbidden | FormerBooksAhead | AccountAlreadyExists | EmailTaken | PhoneTaken

/** Takes in one account of the former books. */
export const ImportLegacyAccount: Command<Content, AccountActive, ImportRefusal> = {
  tag: "ImportLegacyAccount",
  content: Content,
  success: AccountActive,
  reads: ({ content, id }) => [
    ...(["person", "email", "phone"] as const).map((of) => claimKey(of, content[of])),
    balanceKey(AccountCode.cash(accountIdOf(id))),
    balanceKey(AccountCode.money(accountIdOf(id)))
  ],
  decide: (facts: Facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      yield* byOperator(envelope)
      yield* inPast(content.former, at)
      yield* free(facts, "person", content.person)
      yield* free(facts, "email", content.email)
      yield* free(facts, "phone", content.phone)
      const { account, holder } = made(envelope)
      const claimed = (["person", "email", "phone"] as const).map((of) =>
        put(claims, { id: claimId(of, content[of]), of, account: account.id, state: "legacy" as const })
      )
      return Decision.make({
        result: account,
        entries: balanceEntries(account.id, content, envelope),
        puts: [put(accounts, account as Account), put(holders, holder), ...claimed]
      })
    })
}
