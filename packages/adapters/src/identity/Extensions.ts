/**
 * Extensions: what a certificate says of itself beyond its name, key and validity, as PKI.js reads it.
 */
import type { X509Certificate } from "node:crypto"
import * as asn1js from "asn1js"
import * as pkijs from "pkijs"

const certificates = new WeakMap<X509Certificate, pkijs.Certificate>()

/** A certificate as PKI.js reads it; throws where it cannot. */
export const parsed = (certificate: X509Certificate): pkijs.Certificate => {
  const known = certificates.get(certificate)
  if (known !== undefined) return known
  const read = pkijs.Certificate.fromBER(certificate.raw)
  certificates.set(certificate, read)
  return read
}

/** The extensions of a certificate. */
export const all = (certificate: X509Certificate): ReadonlyArray<pkijs.Extension> =>
  parsed(certificate).extensions ?? []

/** The names of the extensions that are read here. */
export const ids = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  distributionPoints: "2.5.29.31",
  policies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  authorityAccess: "1.3.6.1.5.5.7.1.1"
} as const

/** An extension in its own form. One that is there but cannot be read as that form throws: it is never taken for absent. */
export const find = <A extends object>(
  extensions: ReadonlyArray<pkijs.Extension>,
  id: string,
  form: abstract new (...args: ReadonlyArray<never>) => A
): A | undefined => {
  const extension = extensions.find(({ extnID }) => extnID === id)
  if (extension === undefined) return undefined
  const value: unknown = extension.parsedValue
  const isRead = value instanceof form && !("parsingError" in value && value.parsingError !== undefined)
  if (!isRead) throw new TypeError(`extension ${id} cannot be read`)
  return value
}

/** The bits of the first octet of a key usage. */
export const usages = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04, cRLSign: 0x02 } as const

/** Whether a certificate's key usage names a use; one that names no use at all names none. */
export const hasUsage = (certificate: X509Certificate, usage: keyof typeof usages): boolean => {
  const bits = find(all(certificate), ids.keyUsage, asn1js.BitString)
  return ((bits?.valueBlock.valueHexView[0] ?? 0) & usages[usage]) !== 0
}

/** Of what a certificate's extended key usage allows: undefined where it is not limited. */
export const purposes = (certificate: X509Certificate): ReadonlyArray<string> | undefined =>
  find(all(certificate), ids.extendedKeyUsage, pkijs.ExtKeyUsage)?.keyPurposes

/** The addresses, "http" and "https", among names. */
export const addresses = (names: ReadonlyArray<pkijs.GeneralName>): ReadonlyArray<string> =>
  names.flatMap(({ type, value }) => {
    const text: unknown = value
    return type === 6 && typeof text === "string" && isAddress(text) ? [text] : []
  })

/** Whether a text is an address that may be asked: HTTP, and no name or password in it. */
export const isAddress = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === ""
}
