/**
 * Samples of certificate pairs: every state, with and without each field that may be absent.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { type CertificatePair, certificatePairs, type Credential } from "@kinchaku/domain/identity/CertificatePair"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { sha256 } from "../../memory/TestDigest.ts"
import { commandId, minute } from "./Batches.ts"

const hash = (text: string): KeyedHash => sha256(text) as KeyedHash
const credential = (n: number, use: string): Credential => ({
  fingerprint: hash(`${use} certificate ${n}`),
  validUntil: minute(1_000_000 + n),
  failures: 0,
  biometrics: "notAllowed"
})
const pair = (n: number): CertificatePair => ({
  id: hash(`person ${n}`),
  state: "issued",
  signature: credential(n, "signature"),
  login: credential(n, "login"),
  consent: "given",
  romanName: hash(`roman name ${n}`),
  attributeChanges: 0,
  issuedAt: minute(n),
  registeredIn: commandId(n)
})

const pairSamples = (n: number): ReadonlyArray<CertificatePair> => [
  pair(n),
  {
    ...pair(n),
    signature: { ...credential(n, "signature"), failures: 4, secretIn: commandId(n), biometrics: "on" },
    login: { ...credential(n, "login"), failures: 3, lockedAt: minute(4), secretIn: commandId(n), biometrics: "off" },
    consent: "notRecorded",
    attributeChanges: 1_000_000,
    supersedes: hash(`former person ${n}`)
  },
  { ...pair(n), state: "superseded", consent: "notGiven", supersededBy: hash(`next person ${n}`) },
  { ...pair(n), state: "revoked", revokedAt: minute(5) },
  { ...pair(n), state: "superseded", revokedAt: minute(5), supersedes: hash(`former person ${n}`) }
]

/** For each kind of this area, versions of the record of a number. */
export const certificateVersions: Readonly<Record<string, (n: number) => ReadonlyArray<Put>>> = {
  [certificatePairs.name]: (n) => pairSamples(n).map((record) => put(certificatePairs, record))
}
