/**
 * RevocationDesk: what a simulated authority says of the certificates that it issued, as lists (RFC 5280) and as answers of
 * an online responder (RFC 6960). It forgets nothing and knows only what was revoked: every other certificate is good.
 */
import { createHash, KeyObject, sign, type webcrypto } from "node:crypto"
import "reflect-metadata"
import * as x509 from "@peculiar/x509"
import { Clock, Effect } from "effect"
import * as Der from "./Der.ts"

/** Why a certificate was revoked, as far as authorities of persons say it. */
export type Reason = "keyCompromise" | "affiliationChanged" | "cessationOfOperation" | "certificateHold"

/** A certificate that issues others, with its keys. */
export interface Issuer {
  readonly certificate: x509.X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
}

export interface Revocation {
  /** The certificate's serial number, hexadecimal. */
  readonly serial: string
  readonly at: number
  readonly reason: Reason
}

/** The reasons' numbers of RFC 5280. */
const reasons: Record<Reason, number> = {
  keyCompromise: 1,
  affiliationChanged: 3,
  cessationOfOperation: 5,
  certificateHold: 6
}
const all: ReadonlyArray<Reason> = ["keyCompromise", "affiliationChanged", "cessationOfOperation", "certificateHold"]

const dayMillis = 86_400_000
const signatureAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
const ecdsaWithSha256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"))
const basicAnswer = Der.oid("1.3.6.1.5.5.7.48.1.1")
const nonceId = Der.oid("1.3.6.1.5.5.7.48.1.2")

/** A list of what is revoked, DER, good for a day. Every issuer lists all of it: serial numbers are unique among them. */
export const list = async (
  { certificate, keys }: Issuer,
  revoked: ReadonlyArray<Revocation>,
  now: number
): Promise<Uint8Array> => {
  const made = await x509.X509CrlGenerator.create({
    issuer: certificate.subject,
    thisUpdate: new Date(now),
    nextUpdate: new Date(now + dayMillis),
    entries: revoked.map(({ at, reason, serial }) => ({
      serialNumber: serial,
      revocationDate: new Date(at),
      reason: reasons[reason]
    })),
    signingAlgorithm: signatureAlgorithm,
    signingKey: keys.privateKey
  })
  return new Uint8Array(made.rawData)
}

/** A list as text. */
export const pem = (der: Uint8Array): string => new x509.X509Crl(der).toString("pem")

/** What a saved list says. */
export const readList = (pem: string): ReadonlyArray<Revocation> =>
  new x509.X509Crl(pem).entries.map(({ reason, revocationDate, serialNumber }) => ({
    serial: serialNumber,
    at: revocationDate.getTime(),
    reason: all.find((name) => reasons[name] === reason) ?? "keyCompromise"
  }))

const keyBits = ({ certificate }: Issuer): Buffer => {
  const [spki] = Der.values(Buffer.from(certificate.publicKey.rawData))
  const [, key] = Der.values(spki?.content ?? Buffer.alloc(0))
  return key?.content.subarray(1) ?? Buffer.alloc(0)
}

const digests = ["sha1", "sha256"]
const hash = (name: string, bytes: Uint8Array): Buffer => createHash(name).update(bytes).digest()
const isKeyOf = (issuer: Issuer, keyHash: Buffer): boolean =>
  digests.some((name) => hash(name, keyBits(issuer)).equals(keyHash))

interface Question {
  /** The certificate's id as it was asked for. */
  readonly id: Buffer
  readonly keyHash: Buffer
  readonly serial: string
  /** The extensions of the request, to be given back. */
  readonly extensions: ReadonlyArray<Der.Value>
}

const inside = (parent: Der.Value | undefined): ReadonlyArray<Der.Value> => (parent ? Der.values(parent.content) : [])

const readQuestion = (request: Uint8Array): Question | undefined => {
  const [body] = inside(Der.values(Buffer.from(request))[0])
  const parts = inside(body)
  const [id] = inside(inside(parts.find(({ tag }) => tag === 0x30))[0])
  const [, , keyHash, serial] = inside(id)
  if (id === undefined || keyHash === undefined || serial === undefined) return undefined
  const extensions = inside(inside(parts.find(({ tag }) => tag === 0xa2))[0])
  return { id: id.whole, keyHash: keyHash.content, serial: serial.content.toString("hex"), extensions }
}

const statusOf = (found: Revocation | undefined): Buffer =>
  found === undefined
    ? Der.value(0x80)
    : Der.tagged(1, Der.time(found.at), Der.tagged(0, Der.enumerated(reasons[found.reason])))

const answerBy = (issuer: Issuer, question: Question, found: Revocation | undefined, now: number): Buffer => {
  const single = Der.sequence(
    question.id,
    statusOf(found),
    Der.time(now),
    Der.tagged(0, Der.time(now + dayMillis / 24))
  )
  const nonces = question.extensions.filter(({ content }) => content.indexOf(nonceId) === 0)
  const extensions = nonces.length === 0 ? [] : [Der.tagged(1, Der.sequence(...nonces.map(({ whole }) => whole)))]
  const responder = Der.tagged(2, Der.octets(hash("sha1", keyBits(issuer))))
  const data = Der.sequence(responder, Der.time(now), Der.sequence(single), ...extensions)
  const signature = sign("sha256", data, { key: KeyObject.from(issuer.keys.privateKey), dsaEncoding: "der" })
  const basic = Der.sequence(data, ecdsaWithSha256, Der.bits(signature))
  return Der.sequence(Der.enumerated(0), Der.tagged(0, Der.sequence(basicAnswer, Der.octets(basic))))
}

const unauthorized = Der.sequence(Der.enumerated(6))

/** The answer to a request about one certificate, DER, good for an hour; "unauthorized" of certificates of others. */
export const respond = (
  issuers: ReadonlyArray<Issuer>,
  revoked: ReadonlyArray<Revocation>,
  request: Uint8Array
): Effect.Effect<Uint8Array> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const question = readQuestion(request)
    const issuer = question && issuers.find((one) => isKeyOf(one, question.keyHash))
    if (question === undefined || issuer === undefined) return unauthorized
    return answerBy(
      issuer,
      question,
      revoked.find(({ serial }) => serial === question.serial),
      now
    )
  })
