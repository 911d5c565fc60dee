/**
 * Registering the certificates that an authority issued (CRT-10 to CRT-15, CRT-17, CRT-19).
 *
 * A person has one pair. Issued again, the new pair supersedes the former one, and reaches the former account where the
 * authority names the same person, or where the two issues can be matched. Registering never makes an account.
 */
import { Result, Schema } from "effect"
import { AccountId, KeyedHash } from "../account/Account.ts"
import { type Claim, claimId, claimKey, claims } from "../account/Claim.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import type { Notice } from "../notice/Notice.ts"
import {
  type CertificatePair,
  CertificateNotIssued,
  certificatePairs,
  CertificateSuperseded,
  Consent,
  ConsentWarning,
  type Credential,
  pairKey,
  warningsOf
} from "./CertificatePair.ts"
import { CertificateUse } from "./CertificateVerifier.ts"
import {
  accept,
  CertificateEvidence,
  type CertificateRefusal,
  CertificateUntrusted,
  ChallengeInvalid,
  challengeKeys
} from "./Presenting.ts"
import { ended } from "../session/Session.ts"
import { claimReached, reach, reachKeys } from "./Reaching.ts"

/** Refused: without consent at the last issue, the romanised name has to be the one of the last issue (CRT-14). */
export class RomanNameMismatch extends Schema.TaggedError<RomanNameMismatch>()("RomanNameMismatch", {}) {}

/** Refused: this very certificate is registered already; only certificates that are issued anew are registered. */
export class CertificateAlreadyRegistered extends Schema.TaggedError<CertificateAlreadyRegistered>()(
  "CertificateAlreadyRegistered",
  {}
) {}

const Presented = Schema.Struct({
  person: KeyedHash,
  use: CertificateUse,
  fingerprint: KeyedHash,
  validUntil: Instant,
  /** Whether biometrics may stand for the secret (CRT-08). */
  biometrics: Schema.Boolean
})

const Content = Schema.Struct({
  signature: Presented,
  login: Presented,
  /** What the authority says of the issue; none where it does not know the certificates. */
  issuance: Schema.optionalKey(
    Schema.Struct({
      issuedAt: Instant,
      consent: Consent,
      romanName: KeyedHash,
      attributeChanges: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })),
      /** The person of the former pair, where that is another one. */
      former: Schema.optionalKey(KeyedHash)
    })
  ),
  evidence: Schema.Struct({ signature: CertificateEvidence, login: CertificateEvidence })
})
type Content = typeof Content.Type
type Issuance = NonNullable<Content["issuance"]>

const Registered = Schema.Struct({
  person: KeyedHash,
  /** The account that the certificates reach; none leads to opening or migrating one (CRT-13, CRT-19). */
  account: Schema.optionalKey(AccountId),
  warnings: Schema.Array(ConsentWarning)
})
export type Registered = typeof Registered.Type

export type RegisteringRefusal =
  | CertificateRefusal
  | CertificateNotIssued
  | CertificateSuperseded
  | CertificateAlreadyRegistered
  | RomanNameMismatch

/** Both presentations, each for its own use, of one person, each with a challenge of its own. */
const acceptBoth = (
  facts: Facts,
  { content: { evidence, login, signature }, ...given }: Envelope<Content>
): Result.Result<ReadonlyArray<Put>, CertificateRefusal | CertificateNotIssued> =>
  Result.gen(function* () {
    const first = yield* accept(facts, evidence.signature, given)
    const second = yield* accept(facts, evidence.login, given)
    if (first.id === second.id) return yield* Result.fail(new ChallengeInvalid())
    if (signature.use !== "signature" || login.use !== "login") return yield* Result.fail(new CertificateUntrusted())
    if (signature.person !== login.person) return yield* Result.fail(new CertificateNotIssued())
    return [first, second]
  })

/** The pair that this issue comes after, where it does: the same person's, or the one that the authority names. */
const lastPair = (facts: Facts, person: KeyedHash, { former }: Issuance): CertificatePair | undefined =>
  facts.find(certificatePairs, person) ?? (former === undefined ? undefined : facts.find(certificatePairs, former))

/** Refuses what is no new issue, and a holder of another name (CRT-11, CRT-14). */
const mayFollow = (
  last: CertificatePair | undefined,
  { login, signature }: Content,
  { issuedAt, romanName }: Issuance
): Result.Result<void, RegisteringRefusal> => {
  if (last === undefined) return Result.void
  const known = [last.signature.fingerprint, last.login.fingerprint]
  if (known.includes(signature.fingerprint) || known.includes(login.fingerprint)) {
    // Else a device whose secret is locked would unlock itself.
    return Result.fail(new CertificateAlreadyRegistered())
  }
  if (last.state === "superseded" || issuedAt <= last.issuedAt) return Result.fail(new CertificateSuperseded())
  return last.consent === "given" || last.romanName === romanName ? Result.void : Result.fail(new RomanNameMismatch())
}

const pairOf = (
  { content: { login, signature }, id }: Envelope<Content>,
  { attributeChanges, consent, issuedAt, romanName }: Issuance,
  last: CertificatePair | undefined
): CertificatePair => {
  const credential = ({ biometrics, fingerprint, validUntil }: Content["login"]): Credential => ({
    fingerprint,
    validUntil,
    failures: 0,
    secretIn: id,
    biometrics: biometrics ? "on" : "notAllowed"
  })
  return {
    id: signature.person,
    state: "issued",
    signature: credential(signature),
    login: credential(login),
    consent,
    romanName,
    attributeChanges,
    issuedAt,
    registeredIn: id,
    ...(last === undefined || last.id === signature.person ? {} : { supersedes: last.id })
  }
}

const told = ({ at, id }: Envelope<Content>, { account }: Claim): Notice => ({
  id: `${id}.1`,
  kind: "deviceChanged",
  to: "holder",
  account,
  subject: account,
  at
})

/** Registers a new issue; what was issued before is superseded, whether or not it can be matched (CRT-11). */
export const RegisterCertificates: Command<Content, Registered, RegisteringRefusal> = {
  tag: "RegisterCertificates",
  content: Content,
  success: Registered,
  intent: ({ login, signature }) => ({ login, signature }),
  reads: ({ content: { evidence, issuance, signature } }) => {
    const people = [signature.person, ...(issuance?.former === undefined ? [] : [issuance.former])]
    return [
      ...people.flatMap((person) => [pairKey(person), claimKey("person", person)]),
      ...challengeKeys(evidence.signature),
      ...challengeKeys(evidence.login)
    ]
  },
  readsMore: (found, { content: { issuance, signature } }) => {
    const people = [signature.person, ...(issuance?.former === undefined ? [] : [issuance.former])]
    return people.flatMap((person) => {
      const claim = found.peek(claims, claimId("person", person))
      return claim === undefined ? [] : reachKeys(claim)
    })
  },
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const used = yield* acceptBoth(facts, envelope)
      const { content } = envelope
      const { issuance } = content
      if (issuance === undefined) return yield* Result.fail(new CertificateNotIssued())
      const last = lastPair(facts, content.signature.person, issuance)
      yield* mayFollow(last, content, issuance)
      const pair = pairOf(envelope, issuance, last)
      const claim = claimReached(facts, pair, last)
      const isAnew = claim !== undefined && last !== undefined
      const superseded =
        last === undefined || last.id === pair.id
          ? []
          : [put(certificatePairs, { ...last, state: "superseded" as const, supersededBy: pair.id })]
      return Decision.make({
        result: {
          person: pair.id,
          ...(claim === undefined ? {} : { account: claim.account }),
          warnings: warningsOf(issuance.consent)
        },
        puts: [
          ...used,
          put(certificatePairs, pair),
          ...superseded,
          ...(claim === undefined ? [] : reach(facts, claim, pair)),
          // The device that had the former certificates is out.
          ...(isAnew ? ended(facts, claim.account, envelope.at, "certificateRevoked") : []),
          ...(isAnew ? CoolingOff.begun(facts, claim.account, envelope.at) : [])
        ],
        notices: isAnew ? [told(envelope, claim)] : []
      })
    })
}
