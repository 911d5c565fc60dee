/**
 * CertificateAuthority: a certification authority of tests and of development, which issues certificates like those of the
 * public individual authentication (公的個人認証): the subject's common name is a stable pseudonymous id, and a person has a
 * signature certificate with attributes and a login certificate without.
 *
 * A root vouches for an intermediate, the intermediate for people. Keys are ECDSA on P-256. Nobody must trust it.
 */
import { webcrypto } from "node:crypto"
import "reflect-metadata"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Attributes, Presentation } from "@kinchaku/domain/identity/CertificateVerifier"
import * as x509 from "@peculiar/x509"
import { Clock, Effect } from "effect"
import * as HolderExtensions from "./HolderExtensions.ts"
import * as RevocationDesk from "./RevocationDesk.ts"

/** The time in which a certificate holds, both ends included, in whole seconds. */
export interface Validity {
  readonly from: Instant
  readonly to: Instant
}

/** A person's certificate with its key. */
export interface PersonCertificate {
  /** PEM: the person's certificate, then the intermediate's. */
  readonly chain: string
  /** Signs a text, base64 (ECDSA with SHA-256, IEEE P1363). */
  readonly sign: (text: string) => Effect.Effect<string>
  /** What is presented to a verifier that gave this challenge. */
  readonly present: (challenge: string) => Effect.Effect<Presentation>
}

/** The two certificates of a person, of one subject (CRT-01). */
export interface CertificatePair {
  readonly signature: PersonCertificate
  readonly login: PersonCertificate
}

export interface CertificateAuthority {
  /** PEM: the certificate that a verifier is to trust. */
  readonly trusted: string
  /** Issues a signature certificate to a person; the same id is the same subject, whenever it is issued. */
  readonly issue: (person: string, validity: Validity, attributes?: Attributes) => Effect.Effect<PersonCertificate>
  /** Issues a signature certificate with attributes and a login certificate. */
  readonly issuePair: (person: string, attributes: Attributes, validity: Validity) => Effect.Effect<CertificatePair>
  /** Revokes a certificate from now on; one that is revoked already stays so for its first reason. */
  readonly revoke: (certificate: PersonCertificate, reason?: RevocationDesk.Reason) => Effect.Effect<void>
  /** The current revocation lists of the root and of the intermediate, DER, good for a day. */
  readonly lists: Effect.Effect<ReadonlyArray<Uint8Array>>
  /** What the online responder answers to a request, DER both. */
  readonly respond: (request: Uint8Array) => Effect.Effect<Uint8Array>
  /** Everything that {@link load} needs, as PEM: certificates, private keys, and what is revoked. */
  readonly saved: Effect.Effect<string>
}

const dayMillis = 86_400_000
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
const { subtle } = webcrypto

/** Holds now: from a day ago for five years, the life of a JPKI certificate. */
export const valid = (now: Instant): Validity => around(now, -1, 5 * 365)
/** Held until yesterday. */
export const expired = (now: Instant): Validity => around(now, -30, -1)
/** Holds from tomorrow on. */
export const notYetValid = (now: Instant): Validity => around(now, 1, 30)

const around = (now: number, from: number, to: number): Validity => ({
  from: instant(Math.max(now + from * dayMillis, 0)),
  to: instant(Math.max(now + to * dayMillis, 1000))
})

type Issuer = RevocationDesk.Issuer

const generate = () => subtle.generateKey(algorithm, true, ["sign", "verify"])
const serial = (): string => `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString("hex")}`
const dates = ({ from, to }: Validity) => ({ notBefore: new Date(from), notAfter: new Date(to) })

const makeRoot = async (name: string, validity: Validity): Promise<Issuer> => {
  const keys = await generate()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `C=JP, O=${name}, CN=${name} root`,
    ...dates(validity),
    signingAlgorithm: algorithm,
    keys,
    extensions: HolderExtensions.ofAuthority(1)
  })
  return { certificate, keys }
}

const issueBy = (
  issuer: Issuer,
  subject: string,
  validity: Validity,
  publicKey: webcrypto.CryptoKey,
  extensions: Array<x509.Extension>
): Promise<x509.X509Certificate> =>
  x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject,
    issuer: issuer.certificate.subject,
    ...dates(validity),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: issuer.keys.privateKey,
    extensions
  })

const personOf = (chain: string, { privateKey }: webcrypto.CryptoKeyPair): PersonCertificate => {
  const sign = (text: string) =>
    Effect.promise(async () => {
      const signature = await subtle.sign(algorithm, privateKey, new TextEncoder().encode(text))
      return Buffer.from(signature).toString("base64")
    })
  return {
    chain,
    sign,
    present: (challenge) => Effect.map(sign(challenge), (signature) => ({ certificate: chain, challenge, signature }))
  }
}

const saveKey = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await subtle.exportKey("pkcs8", key), "PRIVATE KEY")

const issueTo = async (
  intermediate: Issuer,
  subject: string,
  validity: Validity,
  extensions: Array<x509.Extension>
): Promise<PersonCertificate> => {
  const keys = await generate()
  const certificate = await issueBy(intermediate, subject, validity, keys.publicKey, extensions)
  return personOf(`${certificate.toString("pem")}\n${intermediate.certificate.toString("pem")}\n`, keys)
}

const savedText = async (
  root: Issuer,
  intermediate: Issuer,
  revoked: ReadonlyArray<RevocationDesk.Revocation>
): Promise<string> => {
  const parts = [
    root.certificate.toString("pem"),
    intermediate.certificate.toString("pem"),
    await saveKey(root.keys.privateKey),
    await saveKey(intermediate.keys.privateKey)
  ]
  // A saved list only remembers; it is dated by the last revocation, so that nobody takes it for a current one.
  const last = Math.max(...revoked.map(({ at }) => at))
  const lists = revoked.length === 0 ? [] : [RevocationDesk.pem(await RevocationDesk.list(intermediate, revoked, last))]
  return `${[...parts, ...lists].join("\n")}\n`
}

const authority = (
  name: string,
  root: Issuer,
  intermediate: Issuer,
  before: ReadonlyArray<RevocationDesk.Revocation> = []
): CertificateAuthority => {
  let revoked = before
  const subjectOf = (person: string) => new x509.Name([{ C: ["JP"] }, { O: [name] }, { CN: [person] }]).toString()
  const issue = (person: string, validity: Validity, attributes?: Attributes) =>
    Effect.promise(() => issueTo(intermediate, subjectOf(person), validity, HolderExtensions.ofSignature(attributes)))
  const issueLogin = (person: string, validity: Validity) =>
    Effect.promise(() => issueTo(intermediate, subjectOf(person), validity, HolderExtensions.ofLogin()))
  return {
    trusted: root.certificate.toString("pem"),
    issue,
    issuePair: (person, attributes, validity) =>
      Effect.all({ signature: issue(person, validity, attributes), login: issueLogin(person, validity) }),
    revoke: ({ chain }, reason = "cessationOfOperation") =>
      Effect.map(Clock.currentTimeMillis, (at) => {
        const { serialNumber } = new x509.X509Certificate(x509.PemConverter.decodeFirst(chain))
        const isRevoked = revoked.some((one) => one.serial === serialNumber)
        revoked = isRevoked ? revoked : [...revoked, { serial: serialNumber, at, reason }]
      }),
    lists: Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.promise(() => Promise.all([root, intermediate].map((one) => RevocationDesk.list(one, revoked, now))))
    ),
    respond: (request) => RevocationDesk.respond([root, intermediate], revoked, request),
    saved: Effect.promise(() => savedText(root, intermediate, revoked))
  }
}

const nameOf = ({ subjectName }: x509.X509Certificate): string => subjectName.getField("O")[0] ?? ""

/** A new authority. Two of the same name are strangers to each other: what one issues is foreign to the other. */
export const make = (validity: Validity, name = "Kinchaku Test CA"): Effect.Effect<CertificateAuthority> =>
  Effect.promise(async () => {
    const root = await makeRoot(name, validity)
    const keys = await generate()
    const subject = `C=JP, O=${name}, CN=${name} intermediate`
    const certificate = await issueBy(root, subject, validity, keys.publicKey, HolderExtensions.ofAuthority(0))
    return authority(name, root, { certificate, keys })
  })

const issuerFrom = async (certificatePem: string, keyPem: string): Promise<Issuer> => {
  const certificate = new x509.X509Certificate(certificatePem)
  const privateKey = await subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(keyPem), algorithm, true, ["sign"])
  return { certificate, keys: { privateKey, publicKey: await certificate.publicKey.export() } }
}

/** An authority that was saved. A text that is none is a defect. */
export const load = (saved: string): Effect.Effect<CertificateAuthority> =>
  Effect.promise(async () => {
    const parts = saved.match(/-----BEGIN [A-Z0-9 ]+-----[^-]+-----END [A-Z0-9 ]+-----/g) ?? []
    const [rootPem, intermediatePem, rootKey, intermediateKey, list] = parts
    if (
      rootPem === undefined ||
      intermediatePem === undefined ||
      rootKey === undefined ||
      intermediateKey === undefined
    ) {
      throw new Error("two certificates and two keys were expected, PEM")
    }
    const root = await issuerFrom(rootPem, rootKey)
    const intermediate = await issuerFrom(intermediatePem, intermediateKey)
    const revoked = list === undefined ? [] : RevocationDesk.readList(list)
    return authority(nameOf(root.certificate), root, intermediate, revoked)
  })
