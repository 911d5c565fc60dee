/**
 * CardKeys: the two keys of simulated individual number cards, with certificates that name their holders.
 *
 * Keys are RSA of 2048 bits, made once and shared by all cards of a process: nobody must trust them.
 */
import { KeyObject, webcrypto } from "node:crypto"
import "reflect-metadata"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import * as x509 from "@peculiar/x509"
import { Effect } from "effect"

/** A key with its certificate, DER. */
export interface CardKey {
  readonly privateKey: KeyObject
  readonly certificate: Uint8Array
}
export type CardKeys = Readonly<Record<CertificateUse, CardKey>>

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1)
}

const generate = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
let made: Promise<Readonly<Record<CertificateUse, webcrypto.CryptoKeyPair>>> | undefined
const shared = () =>
  (made ??= Promise.all([generate(), generate()]).then(([signature, login]) => ({ signature, login })))

const certify = async (holder: string, use: CertificateUse, keys: webcrypto.CryptoKeyPair): Promise<CardKey> => {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: new x509.Name([{ C: ["JP"] }, { O: ["Kinchaku Test Cards"] }, { OU: [use] }, { CN: [holder] }]).toString(),
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2045-01-01T00:00:00Z"),
    signingAlgorithm: algorithm,
    keys
  })
  return { privateKey: KeyObject.from(keys.privateKey), certificate: new Uint8Array(certificate.rawData) }
}

const cards = new Map<string, Promise<CardKeys>>()
const certified = async (holder: string): Promise<CardKeys> => {
  const { login, signature } = await shared()
  return {
    signature: await certify(holder, "signature", signature),
    login: await certify(holder, "login", login)
  }
}

/** The keys of a person's card; the same person has the same card. */
export const keysOf = (holder: string): Effect.Effect<CardKeys> =>
  Effect.promise(() => {
    const card = cards.get(holder) ?? certified(holder)
    cards.set(holder, card)
    return card
  })
