/**
 * CertificateChain: from a presented certificate to an authority that the operator trusts, by names and signatures. What the
 * certificates say of themselves besides is looked at afterwards (ChainRules).
 */
import { X509Certificate } from "node:crypto"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Result } from "effect"
import * as Signature from "./Signature.ts"

/** The holder's certificate first, the trusted authority's last. */
export type Chain = ReadonlyArray<X509Certificate>

/** The largest number of certificates between the holder's and the authority's, both included. */
const chainMax = 6
const beginMark = "-----BEGIN CERTIFICATE-----"
const endMark = "-----END CERTIFICATE-----"

/** The certificates of a PEM text, in its order; throws where one cannot be read. */
export const readAll = (pem: string): Chain =>
  pem
    .split(endMark)
    .slice(0, -1)
    .map(
      (part) =>
        new X509Certificate(Buffer.from(part.slice(part.lastIndexOf(beginMark)).replace(beginMark, ""), "base64"))
    )

/** The certificates of a presented text: at least one, and no more than make a chain. */
export const readPresented = (pem: string): Result.Result<Chain, "unreadable"> => {
  try {
    const certificates = readAll(pem)
    const isReadable = certificates.length > 0 && certificates.length <= chainMax
    return isReadable ? Result.succeed(certificates) : Result.fail("unreadable")
  } catch {
    return Result.fail("unreadable")
  }
}

const isSame = (a: X509Certificate, b: X509Certificate): boolean => a.fingerprint256 === b.fingerprint256

/** Whether one certificate vouches for another. A key that Node cannot use vouches for nothing. */
export const isVouchedBy = (issuer: X509Certificate, subject: X509Certificate): boolean => {
  try {
    const mayVouch = issuer.ca && Signature.isStrong(issuer.publicKey) && subject.checkIssued(issuer)
    return mayVouch && Signature.isSound(subject.signatureAlgorithmOid) && subject.verify(issuer.publicKey)
  } catch {
    return false
  }
}

/**
 * Every chain from a holder to a trusted authority. It grows downwards, so no key is used before a trusted one has vouched
 * for it, and each pair of certificates is verified once.
 */
export const find = (holder: X509Certificate, intermediates: Chain, trusted: Chain): ReadonlyArray<Chain> => {
  const known = new Map<X509Certificate, Map<X509Certificate, boolean>>()
  const vouches = (issuer: X509Certificate, subject: X509Certificate): boolean => {
    const ofIssuer = known.get(issuer) ?? new Map<X509Certificate, boolean>()
    known.set(issuer, ofIssuer)
    const does = ofIssuer.get(subject) ?? isVouchedBy(issuer, subject)
    ofIssuer.set(subject, does)
    return does
  }
  const below = (upper: Chain, issuer: X509Certificate): ReadonlyArray<Chain> => {
    const ended = vouches(issuer, holder) ? [[holder, ...upper]] : []
    if (upper.length >= chainMax - 1) return ended
    const longer = intermediates
      .filter((next) => !upper.some((seen) => isSame(seen, next)) && vouches(issuer, next))
      .flatMap((next) => below([next, ...upper], next))
    return [...ended, ...longer]
  }
  return trusted.flatMap((authority) => below([authority], authority))
}

/** Whether a certificate holds at a time, both ends included. */
export const isValidAt = ({ validFromDate, validToDate }: X509Certificate, at: Instant): boolean =>
  validFromDate.getTime() <= at && at <= validToDate.getTime()

/** Whether every certificate of a chain holds at a time. */
export const holdsAt = (chain: Chain, at: Instant): boolean => chain.every((one) => isValidAt(one, at))

/** Why a chain does not hold at a time. */
export const lapse = (chain: Chain, at: Instant): "expired" | "notYetValid" =>
  chain.some(({ validToDate }) => at > validToDate.getTime()) ? "expired" : "notYetValid"
