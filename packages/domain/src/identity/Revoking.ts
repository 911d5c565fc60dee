/**
 * Revoking certificates, and linking them to an account by an operator (CRT-13, CRT-16).
 */
import { Result, Schema } from "effect"
import { AccountId, AccountNotFound, accounts, KeyedHash } from "../account/Account.ts"
import { CaseReference } from "../account/OperatorCase.ts"
import { claimId, claimKey, claims, isTaken } from "../account/Claim.ts"
import { AccountAlreadyExists } from "../account/Opening.ts"
import { AccountClosed } from "../account/Standing.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import { ended, sessionKey } from "../session/Session.ts"
import {
  type CertificatePair,
  CertificateNotIssued,
  certificatePairs,
  CertificateSuperseded,
  pairKey
} from "./CertificatePair.ts"
import { intentOf, Presented, presentedKeys } from "./Presented.ts"
import { accept, type CertificateRefusal, CertificateRevoked } from "./Presenting.ts"
import { CertificateNotMatched, reach, reachKeys } from "./Reaching.ts"

const RevokeContent = Schema.Struct({ presented: Presented })
const Revoked = Schema.Struct({ revokedAt: Instant })

/**
 * Revokes both certificates of whoever presents one of them, with or without an account, locked or not; the session of the
 * account ends at once (SES-03). Revoked again, they are revoked since the first time.
 */
export const RevokeCertificates: Command<
  typeof RevokeContent.Type,
  typeof Revoked.Type,
  CertificateRefusal | CertificateNotIssued | CertificateSuperseded
> = {
  tag: "RevokeCertificates",
  content: RevokeContent,
  success: Revoked,
  intent: ({ presented }) => intentOf(presented),
  reads: ({ content: { presented } }) => [...presentedKeys(presented), claimKey("person", presented.person)],
  readsMore: (found, { content: { presented } }) => {
    const claim = found.peek(claims, claimId("person", presented.person))
    return claim === undefined ? [] : [sessionKey(claim.account)]
  },
  decide: (facts, { at, content: { presented }, id }) =>
    Result.gen(function* () {
      const used = yield* accept(facts, presented.certificate, { at, id })
      const pair = facts.find(certificatePairs, presented.person)
      if (pair === undefined) return yield* Result.fail(new CertificateNotIssued())
      if (pair.state === "superseded" || pair[presented.use].fingerprint !== presented.fingerprint) {
        return yield* Result.fail(new CertificateSuperseded())
      }
      const revokedAt = pair.revokedAt ?? at
      const claim = facts.find(claims, claimId("person", pair.id))
      return Decision.make({
        result: { revokedAt },
        puts: [
          used,
          put(certificatePairs, { ...pair, state: "revoked" as const, revokedAt }),
          ...(claim === undefined ? [] : ended(facts, claim.account, at, "certificateRevoked"))
        ]
      })
    })
}

/** Refused: certificates that cannot be matched are linked to an account by an operator alone (CRT-13). */
export class LinkRequiresOperator extends Schema.TaggedError<LinkRequiresOperator>()("LinkRequiresOperator", {}) {}

const LinkContent = Schema.Struct({
  person: KeyedHash,
  account: AccountId,
  /** The operator's number of the case in which the holder's identity was established (SEC-11). */
  reference: CaseReference
})
const Linked = Schema.Struct({ account: AccountId, person: KeyedHash })

/** The pair that an account had so far. */
const formerPair = (facts: Facts, former: KeyedHash, next: CertificatePair) => {
  const pair = former === next.id ? undefined : facts.find(certificatePairs, former)
  return pair === undefined || pair.state === "superseded"
    ? []
    : [put(certificatePairs, { ...pair, state: "superseded" as const, supersededBy: next.id })]
}

export type LinkRefusal =
  | LinkRequiresOperator
  | CertificateNotIssued
  | CertificateRevoked
  | CertificateSuperseded
  | CertificateNotMatched
  | AccountNotFound
  | AccountClosed
  | AccountAlreadyExists

/** Links registered certificates that reach no account to the account of their holder; what it had before is superseded. */
export const LinkCertificate: Command<typeof LinkContent.Type, typeof Linked.Type, LinkRefusal> = {
  tag: "LinkCertificate",
  content: LinkContent,
  success: Linked,
  reads: ({ content: { account, person } }) => [pairKey(person), claimKey("person", person), ...reachKeys({ account })],
  readsMore: (found, { content }) => {
    const account = found.peek(accounts, content.account)
    return account === undefined ? [] : [pairKey(account.person), claimKey("person", account.person)]
  },
  decide: (facts, { actor, at, content, id }) =>
    Result.gen(function* () {
      if (!actor.startsWith("operator:")) return yield* Result.fail(new LinkRequiresOperator())
      const pair = facts.find(certificatePairs, content.person)
      if (pair === undefined) return yield* Result.fail(new CertificateNotIssued())
      if (pair.state === "revoked") return yield* Result.fail(new CertificateRevoked())
      if (pair.state === "superseded") return yield* Result.fail(new CertificateSuperseded())
      const account = facts.find(accounts, content.account)
      if (account === undefined) return yield* Result.fail(new AccountNotFound({ account: content.account }))
      if (account._tag === "closed") return yield* Result.fail(new AccountClosed({ account: account.id }))
      const own = facts.find(claims, claimId("person", pair.id))
      if (isTaken(own) && own.account !== account.id) {
        return yield* Result.fail(new AccountAlreadyExists({ migrationOffered: false }))
      }
      // A legacy account gets its first certificates by migrating, with what only its holder knows (ACC-07).
      const claim = isTaken(own) ? own : facts.find(claims, claimId("person", account.person))
      if (account.origin === "legacy" || claim?.state !== "held") return yield* Result.fail(new CertificateNotMatched())
      return Decision.make({
        result: { account: account.id, person: pair.id },
        puts: [
          ...formerPair(facts, account.person, pair),
          ...reach(facts, claim, pair),
          ...ended(facts, account.id, at, "certificateRevoked"),
          ...CoolingOff.begun(facts, account.id, at)
        ],
        notices: [{ id: `${id}.1`, kind: "deviceChanged", to: "holder", account: account.id, subject: account.id, at }]
      })
    })
}
