/**
 * X509Verifier: verifies presented certificates against the authorities that the operator trusts.
 *
 * The verdict names the first thing that is wrong, in this order: no chain to a trusted authority that keeps its rules; outside
 * a validity period; challenge or its signature; revoked, or not learnt whether it is. Servers are asked last, about
 * certificates that are in their holder's hand, so that a stranger makes this verifier ask nobody.
 */
import type { X509Certificate } from "node:crypto"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import {
  CertificateUnreadable,
  CertificateVerifier,
  type Findings,
  type Presentation,
  type Verdict
} from "@kinchaku/domain/identity/CertificateVerifier"
import { Clock, Effect, Layer, Result } from "effect"
import * as CertificateChain from "./CertificateChain.ts"
import * as ChainRules from "./ChainRules.ts"
import * as Challenge from "./Challenge.ts"
import * as HolderAttributes from "./HolderAttributes.ts"
import * as Revocation from "./Revocation.ts"
import * as Signature from "./Signature.ts"

type Chain = CertificateChain.Chain

export interface Options {
  /** The certificates of the trusted authorities, PEM; each text may hold several. */
  readonly trusted: ReadonlyArray<string>
  /** The key that seals challenges, at least 32 bytes. */
  readonly challengeKey: Uint8Array
  /** Minutes that a challenge can be answered; left out, five. */
  readonly challengeMinutes?: Effect.Effect<number>
  /** How it is learnt whether certificates are revoked; left out, it is not looked at. */
  readonly revocation?: Revocation.Options
}

interface Verifier {
  readonly trusted: Chain
  readonly challengeKey: Uint8Array
  /** Whether one of several chains, all else being right, stands. */
  readonly standing: (chains: ReadonlyArray<Chain>) => Effect.Effect<"verified" | "revoked" | "unchecked">
}

/** The best chain decides. All are looked at together, so that slow servers are waited for once. */
const standingBy = (check: Revocation.Check, required: boolean): Verifier["standing"] =>
  Effect.fnUntraced(function* (chains) {
    const statuses = yield* Effect.all(chains.map(check), { concurrency: "unbounded" })
    if (statuses.includes("good")) return "verified"
    if (statuses.includes("revoked")) return "revoked"
    return required ? "unchecked" : "verified"
  })

const judge = Effect.fnUntraced(function* (
  holder: X509Certificate,
  chains: ReadonlyArray<Chain>,
  { challenge, signature }: Presentation,
  { challengeKey, standing }: Verifier,
  at: Instant
): Effect.fn.Return<Verdict> {
  const [first] = chains
  if (first === undefined) return "untrusted"
  const holding = chains.filter((chain) => CertificateChain.holdsAt(chain, at))
  if (holding.length === 0) return CertificateChain.lapse(first, at)
  const isProved =
    Challenge.isOpen(challengeKey, challenge, at) && Signature.isOfText(holder.publicKey, challenge, signature)
  return isProved ? yield* standing(holding) : "challengeInvalid"
})

/** What a holder's certificate says of itself. */
const readHolder = (holder: X509Certificate): Result.Result<HolderAttributes.Holder, CertificateUnreadable> => {
  try {
    // Without a name there is nobody to open an account for; one empty name would stand for many people.
    return holder.subject ? Result.succeed(HolderAttributes.read(holder)) : Result.fail(new CertificateUnreadable())
  } catch {
    return Result.fail(new CertificateUnreadable())
  }
}

const verify = Effect.fnUntraced(function* (presentation: Presentation, verifier: Verifier, at: Instant) {
  const certificates = CertificateChain.readPresented(presentation.certificate)
  const [holder, ...intermediates] = Result.getOrElse(certificates, (): Chain => [])
  if (holder === undefined) return yield* new CertificateUnreadable()
  const { attributes, use } = yield* Effect.fromResult(readHolder(holder))
  const chains = ChainRules.isHolder(holder)
    ? CertificateChain.find(holder, intermediates, verifier.trusted).filter(ChainRules.areKept)
    : []
  const nonce = Challenge.nonceOf(presentation.challenge)
  return {
    // The whole distinguished name, a line for each of its parts: one authority gives a person one name in both certificates.
    subject: holder.subject,
    verdict: yield* judge(holder, chains, presentation, verifier, at),
    use,
    fingerprint: holder.fingerprint256.replaceAll(":", "").toLowerCase(),
    validUntil: instant(holder.validToDate.getTime()),
    ...(nonce === undefined ? {} : { challenge: nonce }),
    // What no authority vouched for is nobody's attribute.
    ...(attributes === undefined || chains.length === 0 ? {} : { attributes })
  } satisfies Findings
})

/** A verifier that trusts the given authorities. An authority that cannot be read is a defect of the configuration. */
export const layer = (options: Options): Layer.Layer<CertificateVerifier> => {
  const trusted = options.trusted.flatMap(CertificateChain.readAll)
  const { challengeKey, challengeMinutes = Effect.succeed(5), revocation } = options
  if (challengeKey.length < 32) throw new RangeError("a challenge key of at least 32 bytes was expected")
  const now = Effect.map(Clock.currentTimeMillis, instant)
  return Layer.effect(
    CertificateVerifier,
    Effect.gen(function* () {
      const standing =
        revocation === undefined
          ? () => Effect.succeed("verified" as const)
          : standingBy(yield* Revocation.make(revocation), revocation.required)
      const verifier = { trusted, challengeKey, standing }
      return CertificateVerifier.of({
        challenge: Effect.zipWith(now, challengeMinutes, (at, minutes) => Challenge.make(challengeKey, at, minutes)),
        verify: Effect.fn("X509Verifier.verify")(function* (presentation: Presentation) {
          return yield* verify(presentation, verifier, yield* now)
        })
      })
    })
  )
}
