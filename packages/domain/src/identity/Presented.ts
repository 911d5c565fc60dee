/**
 * What a command about a certificate carries of its presentation, and when that is accepted.
 *
 * Whoever shows no certificate can try no secret of it: a stranger locks nobody out (CRT-06).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import type { Envelope } from "../engine/Command.ts"
import type { Facts, Put } from "../engine/Facts.ts"
import type { Key } from "../engine/RecordKind.ts"
import {
  acceptUse,
  type CertificatePair,
  CertificateNotIssued,
  certificatePairs,
  pairKey,
  type PairRefusal
} from "./CertificatePair.ts"
import { CertificateUse } from "./CertificateVerifier.ts"
import { accept, CertificateEvidence, type CertificateRefusal, challengeKeys } from "./Presenting.ts"

/** Whose certificate, for what, and which one; what was found of it at the time of asking. */
export const Presented = Schema.Struct({
  person: KeyedHash,
  use: CertificateUse,
  fingerprint: KeyedHash,
  certificate: CertificateEvidence
})
export type Presented = typeof Presented.Type

/**
 * What the caller asked for. The challenge belongs to it: were it left out, other secrets could be tried under the key of a
 * first try, whose answer would not count them.
 */
export const intentOf = ({ certificate: { challenge }, fingerprint, person, use }: Presented): unknown => ({
  person,
  use,
  fingerprint,
  challenge
})

export const presentedKeys = ({ certificate, person }: Presented): ReadonlyArray<Key> => [
  pairKey(person),
  ...challengeKeys(certificate)
]

/** The pair of an accepted presentation, and the mark that its challenge is used. */
export interface Accepted {
  readonly pair: CertificatePair
  readonly used: Put
}

/** Accepts a presentation of a certificate that is valid and not locked. */
export const acceptPresented = (
  facts: Facts,
  presented: Presented,
  { at, id }: Pick<Envelope<unknown>, "at" | "id">
): Result.Result<Accepted, CertificateRefusal | PairRefusal> =>
  Result.gen(function* () {
    const used = yield* accept(facts, presented.certificate, { at, id })
    const pair = facts.find(certificatePairs, presented.person)
    if (pair === undefined) return yield* Result.fail(new CertificateNotIssued())
    yield* acceptUse(pair, presented.use, presented.fingerprint, at)
    return { pair, used }
  })
