/**
 * Reaching an account: whether new certificates lead to the account that the former ones had (CRT-12, CRT-13, CRT-19).
 *
 * The claim on a person says which account the person's certificates reach. A new issue to the same person reaches it as
 * before; an issue to another person reaches it where the two can be matched, and the claim moves.
 */
import { Result, Schema } from "effect"
import { type AccountId, accounts, type KeyedHash } from "../account/Account.ts"
import { type Claim, claimId, claims, isTaken } from "../account/Claim.ts"
import { holders } from "../account/Holder.ts"
import { type Facts, type Found, put, type Put } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import { coolingOffKey } from "../limit/CoolingOff.ts"
import { sessionKey } from "../session/Session.ts"
import type { CertificatePair } from "./CertificatePair.ts"

/**
 * Whether a new issue can be matched with a former one of another person.
 *
 * > consent ∨ changes since then ≤ 1
 */
export const isMatched = (
  former: Pick<CertificatePair, "consent" | "attributeChanges">,
  next: Pick<CertificatePair, "attributeChanges">
): boolean => former.consent === "given" || next.attributeChanges - former.attributeChanges <= 1

/** The claim by which a new pair reaches an account, where it does (CRT-12, CRT-13). */
export const claimReached = (
  found: Pick<Found, "peek">,
  pair: Pick<CertificatePair, "id" | "attributeChanges">,
  last: CertificatePair | undefined
): Claim | undefined => {
  const own = found.peek(claims, claimId("person", pair.id))
  const isFollowing = !isTaken(own) && last !== undefined && isMatched(last, pair)
  const reached = isFollowing ? found.peek(claims, claimId("person", last.id)) : own
  return reached?.state === "held" ? reached : undefined
}

/** Gives an account to a person's new certificates: its attributes are those of this issue (CRT-17). */
export const reach = (
  facts: Facts,
  claim: Claim,
  { id: person, registeredIn }: CertificatePair
): ReadonlyArray<Put> => {
  const account = facts.find(accounts, claim.account)
  const holder = facts.find(holders, claim.account)
  const id = claimId("person", person)
  const moved =
    claim.id === id || account === undefined
      ? []
      : [
          put(claims, { ...claim, id }),
          put(claims, { ...claim, state: "retired" as const }),
          put(accounts, { ...account, person })
        ]
  const read = holder === undefined ? [] : [put(holders, { ...holder, attributesIn: registeredIn })]
  return [...moved, ...read]
}

/** The keys of what {@link reach} changes, of the session that its new certificates end, and of the time that a new device cools off. */
export const reachKeys = ({ account }: Pick<Claim, "account">): ReadonlyArray<Key> => [
  key(accounts, account),
  key(holders, account),
  sessionKey(account),
  coolingOffKey(account)
]

/** The certificates reach no account: one is opened or migrated, or an operator links them (CRT-13, CRT-19). */
export class CertificateNotMatched extends Schema.TaggedError<CertificateNotMatched>()("CertificateNotMatched", {}) {}

/** The account that a person's certificates reach; the claim of the person must have been asked for. */
export const accountReached = (
  facts: Pick<Facts, "find">,
  person: KeyedHash
): Result.Result<AccountId, CertificateNotMatched> => {
  const claim = facts.find(claims, claimId("person", person))
  return claim?.state === "held" ? Result.succeed(claim.account) : Result.fail(new CertificateNotMatched())
}
