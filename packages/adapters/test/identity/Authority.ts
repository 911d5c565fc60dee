/**
 * Certificates for the tests of the verifier, made at run time by a library that the verifier does not use.
 */
import "reflect-metadata"
import * as x509 from "@peculiar/x509"

const rsa = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048
} as const
const ec = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const
const ed25519 = { name: "Ed25519" } as const

export type Algorithm = "rsa" | "ec" | "ed25519"
export const day = 86_400_000

export interface Issued {
  readonly certificate: x509.X509Certificate
  readonly keys: CryptoKeyPair
  readonly pem: string
}

export interface Request {
  readonly name: string
  /** Absent: self-signed. */
  readonly issuer?: Issued
  readonly isAuthority?: boolean
  readonly algorithm?: Algorithm
  readonly bits?: number
  /** From and to, in days from now. */
  readonly days?: readonly [number, number]
}

const algorithmOf = ({ algorithm = "ec", bits = 2048 }: Request) =>
  algorithm === "rsa" ? { ...rsa, modulusLength: bits } : algorithm === "ec" ? ec : ed25519

let serial = 0

export const issue = async (request: Request): Promise<Issued> => {
  const { days = [-1, 365], isAuthority = false, issuer, name } = request
  const keys = (await crypto.subtle.generateKey(algorithmOf(request), true, ["sign", "verify"])) as CryptoKeyPair
  serial += 1
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial.toString(16).padStart(4, "0"),
    subject: name,
    issuer: issuer?.certificate.subject ?? name,
    notBefore: new Date(Date.now() + days[0] * day),
    notAfter: new Date(Date.now() + days[1] * day),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm:
      issuer === undefined ? algorithmOf(request) : { ...issuer.keys.privateKey.algorithm, hash: "SHA-256" },
    extensions: [new x509.BasicConstraintsExtension(isAuthority, undefined, true)]
  })
  return { certificate, keys, pem: certificate.toString("pem") }
}

/** A signature over a text with a certificate's key, base64; ECDSA as WebCrypto writes it (IEEE P1363). */
export const sign = async ({ keys }: Issued, text: string): Promise<string> => {
  const algorithm = { ...keys.privateKey.algorithm, hash: "SHA-256" }
  const signature = await crypto.subtle.sign(algorithm, keys.privateKey, new TextEncoder().encode(text))
  return Buffer.from(signature).toString("base64")
}
