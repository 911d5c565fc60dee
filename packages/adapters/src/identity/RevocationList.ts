/**
 * RevocationList: a list of the certificates that an authority has revoked (RFC 5280, 5), complete and signed by itself.
 * Delta lists and lists that an authority signs for another are not believed.
 */
import type { X509Certificate } from "node:crypto"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import * as asn1js from "asn1js"
import * as pkijs from "pkijs"
import * as Der from "./Der.ts"
import * as Extensions from "./Extensions.ts"
import * as Signature from "./Signature.ts"

/** What is known of whether a certificate is revoked. A certificate on hold counts as revoked. */
export type Status = "good" | "revoked" | "unknown"

/** A list as it was read; nothing in it has been believed yet. */
export interface RevocationList {
  /** All but the entries. */
  readonly head: pkijs.CertificateRevocationList
  /** What is signed. */
  readonly signed: Buffer
  /** The serial numbers, hexadecimal. */
  readonly serials: ReadonlySet<string>
}

const beginMark = "-----BEGIN X509 CRL-----"
const endMark = "-----END X509 CRL-----"

const tags = { integer: 0x02, sequence: 0x30, utcTime: 0x17, generalizedTime: 0x18 } as const

const derOf = (bytes: Uint8Array): Buffer => {
  if (bytes[0] === tags.sequence) return Buffer.from(bytes)
  const text = Buffer.from(bytes).toString("latin1")
  const start = text.indexOf(beginMark)
  return Buffer.from(start < 0 ? "" : text.slice(start + beginMark.length, text.indexOf(endMark)), "base64")
}

const times = new Set<number>([tags.utcTime, tags.generalizedTime])

/** Where the entries stand among the parts of a list, if it has any: the sequence that follows the times. */
const entriesAt = (parts: ReadonlyArray<Der.Value>): number =>
  parts.findIndex(({ tag }, index) => tag === tags.sequence && times.has(parts[index - 1]?.tag ?? 0))

/** The octets of a serial number, hexadecimal, without the zeros that lead it. */
const serialText = (octets: Buffer, start: number, end: number): string => {
  let first = start
  while (first < end && octets[first] === 0) first += 1
  return octets.toString("hex", first, end)
}

/** The serial numbers with which entries begin. */
const serialsOf = (entries: Buffer): ReadonlySet<string> => {
  const serials = new Set<string>()
  for (let offset = 0; offset < entries.length;) {
    const entry = Der.spanAt(entries, offset)
    const { end, start, tag } = Der.spanAt(entries, entry.start)
    if (entry.tag !== tags.sequence || tag !== tags.integer || end > entry.end) {
      throw new TypeError("an entry that begins with a serial number was expected")
    }
    serials.add(serialText(entries, start, end))
    offset = entry.end
  }
  return serials
}

/** Reads a list, DER or PEM; throws where it cannot be read. */
export const read = (bytes: Uint8Array): RevocationList => {
  const [signed, ...signature] = Der.values(Der.first(derOf(bytes)).content)
  if (signed === undefined) throw new TypeError("a signed list was expected")
  const parts = Der.values(signed.content)
  const place = entriesAt(parts)
  const others = parts.filter((_, index) => index !== place).map(({ whole }) => whole)
  const head = Der.sequence(Der.sequence(...others), ...signature.map(({ whole }) => whole))
  return {
    head: pkijs.CertificateRevocationList.fromBER(head),
    signed: signed.whole,
    serials: serialsOf(parts[place]?.content ?? Buffer.alloc(0))
  }
}

const ids = {
  number: "2.5.29.20",
  issuingDistributionPoint: "2.5.29.28",
  authorityKeyIdentifier: "2.5.29.35",
  freshest: "2.5.29.46"
} as const
const understood = new Set<string>(Object.values(ids))

const extensionsOf = ({ head }: RevocationList): ReadonlyArray<pkijs.Extension> => head.crlExtensions?.extensions ?? []

const encoded = (name: pkijs.GeneralName): string => {
  const schema: unknown = name.toSchema()
  return schema instanceof asn1js.BaseBlock ? Buffer.from(schema.toBER()).toString("base64") : ""
}

/** The places at which a certificate says its lists are, those for some reasons or by other issuers aside. */
export const placesOf = (certificate: X509Certificate): ReadonlyArray<pkijs.GeneralName> => {
  const points = Extensions.find(
    Extensions.all(certificate),
    Extensions.ids.distributionPoints,
    pkijs.CRLDistributionPoints
  )
  return (points?.distributionPoints ?? [])
    .filter(({ cRLIssuer, reasons }) => cRLIssuer === undefined && reasons === undefined)
    .flatMap(({ distributionPoint }) => (Array.isArray(distributionPoint) ? distributionPoint : []))
}

/** Whether a certificate is one of those that a list is about. */
const isAbout = (list: RevocationList, certificate: X509Certificate): boolean => {
  const scope = Extensions.find(extensionsOf(list), ids.issuingDistributionPoint, pkijs.IssuingDistributionPoint)
  if (scope === undefined) return true
  const isPartial = scope.indirectCRL || scope.onlyContainsAttributeCerts || (scope.onlySomeReasons ?? 0) !== 0
  const isOfKind = certificate.ca ? !scope.onlyContainsUserCerts : !scope.onlyContainsCACerts
  if (isPartial || !isOfKind) return false
  const { distributionPoint } = scope
  if (distributionPoint === undefined) return true
  const places = new Set(placesOf(certificate).map(encoded))
  return Array.isArray(distributionPoint) && distributionPoint.some((name) => places.has(encoded(name)))
}

const isUnderstood = (list: RevocationList): boolean =>
  extensionsOf(list).every(({ critical, extnID }) => !critical || understood.has(extnID))

const genuine = new WeakMap<RevocationList, Map<string, boolean>>()

/** Whether a list is signed by an authority that may; each pair is looked at once, for lists are long. */
const isSignedBy = (list: RevocationList, issuer: X509Certificate): boolean => {
  const known = genuine.get(list) ?? new Map<string, boolean>()
  genuine.set(list, known)
  const { head, signed } = list
  const is =
    known.get(issuer.fingerprint256) ??
    (Extensions.hasUsage(issuer, "cRLSign") &&
      head.issuer.isEqual(Extensions.parsed(issuer).subject) &&
      Signature.isMade(
        issuer.publicKey,
        head.signatureAlgorithm.algorithmId,
        signed,
        head.signatureValue.valueBlock.valueHexView
      ))
  known.set(issuer.fingerprint256, is)
  return is
}

/** The time after which a list is replaced; a list that does not say it is never current. */
export const nextUpdate = ({ head }: RevocationList): number => head.nextUpdate?.value.getTime() ?? 0

/** By how much clocks may differ from ours. */
export const toleranceMillis = 60_000

const isCurrent = (list: RevocationList, at: Instant): boolean =>
  list.head.thisUpdate.value.getTime() <= at + toleranceMillis && at <= nextUpdate(list) + toleranceMillis

/** What a list says of a certificate of an issuer, at a time. */
export const statusOf = (
  list: RevocationList,
  certificate: X509Certificate,
  issuer: X509Certificate,
  at: Instant
): Status => {
  try {
    const counts = isCurrent(list, at) && isUnderstood(list) && isAbout(list, certificate) && isSignedBy(list, issuer)
    if (!counts) return "unknown"
    const serial = Buffer.from(Extensions.parsed(certificate).serialNumber.valueBlock.valueHexView)
    return list.serials.has(serialText(serial, 0, serial.length)) ? "revoked" : "good"
  } catch {
    return "unknown"
  }
}
