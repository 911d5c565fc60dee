/**
 * Former commands: what earlier releases recorded and nobody submits any more. Books that have them are replayed by them, to the
 * hash (LED-14).
 *
 * A command whose content or answer changes gets a new tag ("OpenAccount/2"); the former one stays here as it was, but for the
 * records that it puts, which are those of today.
 */
import { Result, Schema } from "effect"
import { type Account, AccountId, AccountKind, AccountNotFound, accounts, KeyedHash } from "../account/Account.ts"
import { claimKey } from "../account/Claim.ts"
import { holders } from "../account/Holder.ts"
import {
  type AccountAlreadyExists,
  claimFor,
  ContactUnproven,
  type EmailTaken,
  free,
  type PhoneTaken
} from "../account/Opening.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { AnyCommand, Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { CertificateUntrusted } from "../identity/Presenting.ts"
import { formerLinkCommands } from "./FormerLinks.ts"

/** An account as it was answered. */
const Answer = Schema.Struct({
  id: AccountId,
  kind: AccountKind,
  person: KeyedHash,
  kanaName: KeyedHash,
  openedAt: Instant,
  cashExpiresAt: Schema.optionalKey(Instant),
  cashNoticeDays: Schema.optionalKey(Schema.Int)
})
type Answer = typeof Answer.Type

const answered = ({ cashExpiresAt, cashNoticeDays, id, kanaName, kind, openedAt, person }: Account): Answer => ({
  id,
  kind,
  person,
  kanaName,
  openedAt,
  ...(cashExpiresAt === undefined ? {} : { cashExpiresAt }),
  ...(cashNoticeDays === undefined ? {} : { cashNoticeDays })
})

const OpeningContent = Schema.Struct({
  person: KeyedHash,
  email: KeyedHash,
  phone: KeyedHash,
  kanaName: KeyedHash,
  evidence: Schema.Struct({ certificate: Schema.String, email: Schema.Boolean, phone: Schema.Boolean })
})

/** Opened an account whose contacts the embedding host had proved. */
const OpenAccount: Command<
  typeof OpeningContent.Type,
  Answer,
  CertificateUntrusted | ContactUnproven | AccountAlreadyExists | EmailTaken | PhoneTaken
> = {
  tag: "OpenAccount",
  content: OpeningContent,
  success: Answer,
  reads: ({ content: { email, person, phone } }) => [
    claimKey("person", person),
    claimKey("email", email),
    claimKey("phone", phone)
  ],
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const { email, evidence, kanaName, person, phone } = content
      if (evidence.certificate !== "verified") return yield* Result.fail(new CertificateUntrusted())
      if (!evidence.email) return yield* Result.fail(new ContactUnproven({ contact: "email" }))
      if (!evidence.phone) return yield* Result.fail(new ContactUnproven({ contact: "phone" }))
      yield* free(facts, "person", person)
      yield* free(facts, "email", email)
      yield* free(facts, "phone", phone)
      const account: Account = {
        _tag: "active",
        id: `acct_${id}` as AccountId,
        kind: "cash",
        origin: "certificate",
        person,
        kanaName,
        openedAt: at,
        confirmedAt: at
      }
      const reached = { id: account.id, email, phone, emailIn: id, phoneIn: id, attributesIn: id }
      return Decision.make({
        result: answered(account),
        puts: [
          put(accounts, account),
          put(holders, { ...reached, language: "ja", bankLinks: [] }),
          ...(["person", "email", "phone"] as const).map((of) => claimFor(of, content[of], account.id))
        ]
      })
    })
}

const VerificationContent = Schema.Struct({
  account: AccountId,
  person: KeyedHash,
  evidence: Schema.Struct({ certificate: Schema.String })
})

/** Made a cash account a money account. */
const CompleteIdentityVerification: Command<
  typeof VerificationContent.Type,
  Answer,
  AccountNotFound | CertificateUntrusted
> = {
  tag: "CompleteIdentityVerification",
  content: VerificationContent,
  success: Answer,
  reads: ({ content }) => [key(accounts, content.account)],
  decide: (facts, { content: { account: id, evidence, person } }) => {
    const account = facts.find(accounts, id)
    if (account === undefined) return Result.fail(new AccountNotFound({ account: id }))
    if (evidence.certificate !== "verified" || account.person !== person) return Result.fail(new CertificateUntrusted())
    const verified: Account = { ...account, kind: "money" }
    return Result.succeed(Decision.make({ result: answered(verified), puts: [put(accounts, verified)] }))
  }
}

export const formerCommands: ReadonlyArray<AnyCommand> = [
  OpenAccount,
  CompleteIdentityVerification,
  ...formerLinkCommands
]
