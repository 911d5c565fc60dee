/**
 * Certificates for the tests of the verifier, written out in DER with Node alone, good and bad alike.
 */
import { createSign, generateKeyPairSync, type KeyObject, sign as signOnce } from "node:crypto"

export type Algorithm = "rsa" | "ec" | "ed25519"
export const day = 86_400_000

export interface Issued {
  /** The distinguished name, encoded. */
  readonly name: Buffer
  readonly privateKey: KeyObject
  readonly der: Buffer
  readonly pem: string
  readonly notAfter: number
}

export interface Request {
  /** The common name; an empty one makes a certificate without a subject. */
  readonly name: string
  /** Absent: self-signed. */
  readonly issuer?: Issued
  /** The issuer's name as the certificate writes it, where it is not the issuer's. */
  readonly issuerName?: string
  readonly isAuthority?: boolean
  readonly algorithm?: Algorithm
  readonly bits?: number
  /** From and to, in days from now. */
  readonly days?: readonly [number, number]
  /** More extensions, encoded. */
  readonly extensions?: ReadonlyArray<Uint8Array>
}

const der = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Uint8Array.from([tag, ...length]), content])
}
const sequence = (...parts: ReadonlyArray<Uint8Array>) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"))
const integer = (value: number) => der(0x02, Uint8Array.from([1, value >> 8, value & 255]))
const time = (at: number) =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, "").slice(0, 14)}Z`, "ascii"))

const nameOf = (commonName: string): Buffer =>
  commonName === ""
    ? sequence()
    : sequence(
        der(0x31, sequence(oid("550406"), der(0x13, Buffer.from("JP")))),
        der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(commonName, "utf8"))))
      )

const signatureAlgorithm = ({ asymmetricKeyType }: KeyObject): Buffer =>
  asymmetricKeyType === "rsa" ? sequence(oid("2a864886f70d01010b"), der(0x05)) : sequence(oid("2a8648ce3d040302"))

const basicConstraints = (isAuthority: boolean): Buffer => {
  const constraints = sequence(...(isAuthority ? [der(0x01, Uint8Array.from([255]))] : []))
  return sequence(oid("551d13"), der(0x01, Uint8Array.from([255])), der(0x04, constraints))
}

/** keyCertSign and cRLSign, or digitalSignature. */
const keyUsage = (isAuthority: boolean): Buffer =>
  sequence(
    oid("551d0f"),
    der(0x01, Uint8Array.from([255])),
    der(0x04, der(0x03, Uint8Array.from(isAuthority ? [1, 0x06] : [7, 0x80])))
  )

const generate = ({ algorithm = "ec", bits = 2048 }: Request) => {
  if (algorithm === "rsa") return generateKeyPairSync("rsa", { modulusLength: bits })
  return algorithm === "ec" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519")
}

/** An encoded certificate as PEM. */
export const pemOf = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`

let serial = 0x100

export const issue = (request: Request): Issued => {
  const { days = [-1, 365], isAuthority = false, issuer } = request
  const { privateKey, publicKey } = generate(request)
  const name = nameOf(request.name)
  const signer = issuer?.privateKey ?? privateKey
  const [notBefore, notAfter] = days.map((count) => Math.floor((Date.now() + count * day) / 1000) * 1000) as [
    number,
    number
  ]
  const content = sequence(
    der(0xa0, der(0x02, Uint8Array.from([2]))),
    integer(serial++),
    signatureAlgorithm(signer),
    request.issuerName === undefined ? (issuer?.name ?? name) : nameOf(request.issuerName),
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(basicConstraints(isAuthority), keyUsage(isAuthority), ...(request.extensions ?? [])))
  )
  const signature = createSign("sha256").update(content).sign(signer)
  const bytes = sequence(content, signatureAlgorithm(signer), der(0x03, Uint8Array.from([0]), signature))
  return { name, privateKey, der: bytes, pem: pemOf(bytes), notAfter }
}

/** A signature over a text with a certificate's key, base64; ECDSA in DER unless said otherwise. */
export const sign = ({ privateKey }: Issued, text: string, dsaEncoding: "der" | "ieee-p1363" = "der"): string => {
  const digest = privateKey.asymmetricKeyType === "ed25519" ? null : "sha256"
  return signOnce(digest, Buffer.from(text, "utf8"), { key: privateKey, dsaEncoding }).toString("base64")
}

/** A revocation list of an authority, DER; without a list of serial numbers it has no such part at all. */
export const listBy = (
  issuer: Issued,
  serials: ReadonlyArray<number> | undefined,
  [from, to]: readonly [number, number] = [Date.now() - day, Date.now() + day]
): Buffer => {
  const entry = (value: number) =>
    sequence(der(0x02, Buffer.from(value.toString(16).padStart(8, "0"), "hex")), time(from))
  const entries = serials === undefined ? [] : [big(0x30, ...serials.map(entry))]
  const algorithm = signatureAlgorithm(issuer.privateKey)
  const content = big(0x30, der(0x02, Uint8Array.of(1)), algorithm, issuer.name, time(from), time(to), ...entries)
  const signature = createSign("sha256").update(content).sign(issuer.privateKey)
  return big(0x30, content, algorithm, der(0x03, Uint8Array.of(0), signature))
}

/** A value whose length takes four octets. */
const big = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const content = Buffer.concat(parts)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([Uint8Array.of(tag, 0x84), length, content])
}
