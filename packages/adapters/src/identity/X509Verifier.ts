/**
 * X509Verifier: verifies presented certificates with Node's own crypto, against the authorities the operator trusts.
 *
 * The verdict names the first thing that is wrong, in this order: no chain to a trusted authority, outside a validity period,
 * challenge or its signature. Revocation lists and path lengths are not looked at (ADR-0007).
 */
import { verify as verifySignature, X509Certificate } from "node:crypto"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import {
  CertificateUnreadable,
  CertificateVerifier,
  type Presentation,
  type Verdict
} from "@kinchaku/domain/identity/CertificateVerifier"
import { Clock, Effect, Layer, Result } from "effect"
import * as Challenge from "./Challenge.ts"

export interface Options {
  /** The certificates of the trusted authorities, PEM; each text may hold several. */
  readonly trusted: ReadonlyArray<string>
  /** The key that seals challenges, at least 32 bytes. */
  readonly challengeKey: Uint8Array
}

/** The largest number of certificates between the holder's and the authority, both included. */
const chainMax = 6
const rsaBitsMin = 2048
const beginMark = "-----BEGIN CERTIFICATE-----"
const endMark = "-----END CERTIFICATE-----"

/** The certificates of a PEM text, in its order; throws where one cannot be read. */
const readAll = (pem: string): ReadonlyArray<X509Certificate> =>
  pem
    .split(endMark)
    .slice(0, -1)
    .map(
      (part) =>
        new X509Certificate(Buffer.from(part.slice(part.lastIndexOf(beginMark)).replace(beginMark, ""), "base64"))
    )

const readPresented = (pem: string): Result.Result<ReadonlyArray<X509Certificate>, CertificateUnreadable> => {
  try {
    const certificates = readAll(pem)
    const isReadable = certificates.length > 0 && certificates.length <= chainMax
    return isReadable ? Result.succeed(certificates) : Result.fail(new CertificateUnreadable())
  } catch {
    return Result.fail(new CertificateUnreadable())
  }
}

const isSame = (a: X509Certificate, b: X509Certificate): boolean => a.fingerprint256 === b.fingerprint256

type Chain = ReadonlyArray<X509Certificate>

const curves = new Set(["prime256v1", "secp384r1", "secp521r1"])

const isStrong = ({ publicKey: { asymmetricKeyDetails, asymmetricKeyType } }: X509Certificate): boolean =>
  asymmetricKeyType === "ec"
    ? curves.has(asymmetricKeyDetails?.namedCurve ?? "")
    : asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin

/** RSA PKCS#1 v1.5 and ECDSA, with SHA-256, SHA-384 or SHA-512. */
const signatureAlgorithms = new Set([
  "1.2.840.113549.1.1.11",
  "1.2.840.113549.1.1.12",
  "1.2.840.113549.1.1.13",
  "1.2.840.10045.4.3.2",
  "1.2.840.10045.4.3.3",
  "1.2.840.10045.4.3.4"
])

/** Whether one certificate vouches for another. A key that Node cannot use vouches for nothing. */
const isVouchedBy = (issuer: X509Certificate, subject: X509Certificate): boolean => {
  try {
    const mayVouch = issuer.ca && isStrong(issuer) && subject.checkIssued(issuer)
    const isSound = signatureAlgorithms.has(subject.signatureAlgorithmOid ?? "")
    return mayVouch && isSound && subject.verify(issuer.publicKey)
  } catch {
    return false
  }
}

/**
 * Every chain from a holder to a trusted authority. It grows downwards, so no key is used before a trusted one has vouched
 * for it, and each pair of certificates is verified once.
 */
const chains = (holder: X509Certificate, intermediates: Chain, trusted: Chain): ReadonlyArray<Chain> => {
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

const isValidAt = ({ validFromDate, validToDate }: X509Certificate, now: Instant): boolean =>
  validFromDate.getTime() <= now && now <= validToDate.getTime()

/** Whether some chain holds at a time: the best of them decides. */
const chainVerdict = (found: ReadonlyArray<Chain>, now: Instant): Verdict => {
  const [first] = found
  if (first === undefined) return "untrusted"
  if (found.some((chain) => chain.every((certificate) => isValidAt(certificate, now)))) return "verified"
  return first.some(({ validToDate }) => now > validToDate.getTime()) ? "expired" : "notYetValid"
}

/** Whether a signature over a text is of a certificate's key: RSA PKCS#1 v1.5 or ECDSA (DER or IEEE P1363), SHA-256. */
const isSignedBy = ({ publicKey }: X509Certificate, text: string, signature: string): boolean => {
  const data = Buffer.from(text, "utf8")
  const bytes = Buffer.from(signature, "base64")
  try {
    if (publicKey.asymmetricKeyType === "rsa") return verifySignature("sha256", data, publicKey, bytes)
    return (
      verifySignature("sha256", data, { key: publicKey, dsaEncoding: "der" }, bytes) ||
      verifySignature("sha256", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, bytes)
    )
  } catch {
    return false
  }
}

/** Client authentication, and any use. */
const personalUses = new Set(["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"])

const isUsable = (holder: X509Certificate): boolean => {
  try {
    // Node names the extended key usages; one that is limited to other things, such as servers, is nobody's identity.
    const uses: ReadonlyArray<string> | undefined = holder.keyUsage
    const isForPersons = uses === undefined || uses.some((use) => personalUses.has(use))
    return !holder.ca && isStrong(holder) && isForPersons
  } catch {
    return false
  }
}

const judge = (
  [holder, ...intermediates]: readonly [X509Certificate, ...Chain],
  { challenge, signature }: Presentation,
  { challengeKey, trusted }: { readonly challengeKey: Uint8Array; readonly trusted: Chain },
  now: Instant
): Verdict => {
  const verdict = isUsable(holder) ? chainVerdict(chains(holder, intermediates, trusted), now) : "untrusted"
  if (verdict !== "verified") return verdict
  const isProved = Challenge.isOpen(challengeKey, challenge, now) && isSignedBy(holder, challenge, signature)
  return isProved ? "verified" : "challengeInvalid"
}

/** A verifier that trusts the given authorities. An authority that cannot be read is a defect of the configuration. */
export const layer = (options: Options): Layer.Layer<CertificateVerifier> => {
  const trusted = options.trusted.flatMap(readAll)
  const { challengeKey } = options
  if (challengeKey.length < 32) throw new RangeError("a challenge key of at least 32 bytes was expected")
  const now = Effect.map(Clock.currentTimeMillis, instant)
  return Layer.succeed(
    CertificateVerifier,
    CertificateVerifier.of({
      challenge: Effect.map(now, (at) => Challenge.make(challengeKey, at)),
      verify: Effect.fn("X509Verifier.verify")(function* (presentation: Presentation) {
        const [holder, ...intermediates] = yield* Effect.fromResult(readPresented(presentation.certificate))
        // Without a name there is nobody to open an account for; one empty name would stand for many people.
        if (holder === undefined || !holder.subject) return yield* new CertificateUnreadable()
        const verdict = judge([holder, ...intermediates], presentation, { challengeKey, trusted }, yield* now)
        const nonce = Challenge.nonceOf(presentation.challenge)
        return {
          subject: holder.subject,
          verdict,
          use: "signature" as const,
          fingerprint: holder.fingerprint256.replaceAll(":", "").toLowerCase(),
          validUntil: instant(holder.validToDate.getTime()),
          ...(nonce === undefined ? {} : { challenge: nonce })
        }
      })
    })
  )
}
