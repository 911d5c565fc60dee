/**
 * SimulatedIssuer: the authority that issues certificates from individual number cards, to holders' devices and to the wallet.
 *
 * It sends its confirmation codes itself, into {@link SimulatedIssuer.sent}. Each issue is to a new pseudonym; which one it
 * follows is said where the issues can be matched: with the consent of the former issue, or after at most one change of the card.
 */
import { createHash, createPublicKey, randomBytes, randomInt, verify, X509Certificate } from "node:crypto"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import {
  type Application,
  type CardReading,
  CertificateIssuer,
  type Issued,
  type IssuedCertificate,
  IssuerRefused,
  type Procedure
} from "@kinchaku/domain/identity/CertificateIssuer"
import type { Attributes, CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import { type Issuance, IssuanceRegister, IssuerUnreachable } from "@kinchaku/domain/identity/IssuanceRegister"
import { Clock, Context, Effect, Layer } from "effect"
import * as CertificateAuthority from "./CertificateAuthority.ts"
import * as SimulatedVerifier from "./SimulatedVerifier.ts"

/** What the authority of the cards knows of a holder. */
export interface Resident {
  readonly attributes: Attributes
  /** How often they have changed so far. */
  readonly attributeChanges: number
}

/** A pair of certificates, as a device keeps it, with the fingerprints by which the wallet asks for it. */
export interface MadePair extends Readonly<
  Record<CertificateUse, IssuedCertificate & { readonly fingerprint: string }>
> {
  /** The subject that both name, as a verifier reads it. */
  readonly subject: string
}

export interface IssuerOptions {
  /** Makes the certificates of a pseudonym. */
  readonly makePair: (pseudonym: string, attributes: Attributes) => Effect.Effect<MadePair>
  /** What is known of the holder of a card. */
  readonly resident: (holder: string) => Resident
  /** Whether a consent that is given gets lost (CRT-15). */
  readonly losesConsent?: boolean
}

interface Issue extends Issuance {
  readonly subject: string
  readonly fingerprints: Readonly<Record<CertificateUse, string>>
}

/** What the authority did, for whoever looks over its shoulder. */
export interface Observation {
  /** The confirmation codes that it sent, by the procedure, in its own name. */
  readonly sent: Map<string, string>
  readonly issues: Array<Issue>
  /** Whether it answers. */
  isReachable: boolean
}

export class SimulatedIssuer extends Context.Service<SimulatedIssuer, Observation>()(
  "@kinchaku/testkit/simulators/SimulatedIssuer"
) {}

/** Makes real certificates, of a test authority. */
export const overAuthority =
  (authority: CertificateAuthority.CertificateAuthority): IssuerOptions["makePair"] =>
  (pseudonym, attributes) =>
    Effect.gen(function* () {
      const now = instant(yield* Clock.currentTimeMillis)
      const pair = yield* authority.issuePair(pseudonym, attributes, CertificateAuthority.valid(now))
      const made = ({ chain, present }: CertificateAuthority.PersonCertificate) => ({
        present,
        fingerprint: new X509Certificate(chain).fingerprint256.replaceAll(":", "").toLowerCase()
      })
      const { subject } = new X509Certificate(pair.signature.chain)
      return { subject, signature: made(pair.signature), login: made(pair.login) }
    })

/** Makes certificates that the simulated verifier reads. */
export const forSimulatedVerifier: IssuerOptions["makePair"] = (pseudonym) => {
  const made = (use: CertificateUse) => {
    const shown = SimulatedVerifier.certificate(pseudonym, "verified", { use })
    const fingerprint = createHash("sha256").update(shown.certificate).digest("hex")
    return { fingerprint, present: (challenge: string) => Effect.succeed({ ...shown, challenge }) }
  }
  return Effect.succeed({ subject: pseudonym, signature: made("signature"), login: made("login") })
}

const holderOf = ({ certificate }: CardReading): string =>
  /CN=(.*)/.exec(new X509Certificate(certificate).subject)?.[1] ?? ""

/** Whether a reading is of a card's key, over this challenge. */
const isGenuine = ({ certificate, signature }: CardReading, challenge: string): boolean => {
  try {
    const { publicKey } = new X509Certificate(certificate)
    const key = createPublicKey(publicKey.export({ format: "pem", type: "spki" }))
    return verify("sha256", new TextEncoder().encode(challenge), key, signature)
  } catch {
    return false
  }
}

/** The readings of a procedure, where they are what it needs: the reason why not, or whose card it is. */
const judged = (
  { reusesReading }: Application,
  challenge: string,
  readings: { readonly signature: CardReading; readonly login?: CardReading }
): { readonly holder: string } | IssuerRefused => {
  if (readings.login === undefined && !reusesReading) return new IssuerRefused({ reason: "readingMissing" })
  const { login = readings.signature, signature } = readings
  const isSound =
    isGenuine(signature, challenge) && isGenuine(login, challenge) && holderOf(signature) === holderOf(login)
  return isSound ? { holder: holderOf(signature) } : new IssuerRefused({ reason: "readingInvalid" })
}

const consentOf = ({ consent }: Application, isLost = false): Issued["consent"] =>
  consent ? (isLost ? "notRecorded" : "given") : "notGiven"

/** What the next issue says of the one before it: nothing, where the two cannot be matched. */
const following = (last: Issue | undefined, { attributeChanges }: Resident): Pick<Issuance, "formerSubject"> =>
  last !== undefined && (last.consent === "given" || attributeChanges - last.attributeChanges <= 1)
    ? { formerSubject: last.subject }
    : {}

const make = ({ losesConsent, makePair, resident }: IssuerOptions) => {
  const open = new Map<string, { readonly application: Application; readonly challenge: string }>()
  const latest = new Map<string, Issue>()
  const observed: Observation = { sent: new Map(), issues: [], isReachable: true }
  const reached = Effect.suspend(() =>
    observed.isReachable ? Effect.void : Effect.fail(new IssuerUnreachable({ cause: "switched off" }))
  )

  const begin = Effect.fnUntraced(function* (application: Application) {
    yield* reached
    const procedure: Procedure = {
      id: `proc_${observed.sent.size + 1}`,
      challenge: randomBytes(16).toString("base64url")
    }
    open.set(procedure.id, { application, challenge: procedure.challenge })
    observed.sent.set(procedure.id, `${randomInt(1_000_000)}`.padStart(6, "0"))
    return procedure
  })

  const issue: CertificateIssuer["Service"]["issue"] = Effect.fnUntraced(function* ({ id }, { code, ...readings }) {
    yield* reached
    const begun = open.get(id)
    if (begun === undefined) return yield* new IssuerRefused({ reason: "procedureUnknown" })
    if (observed.sent.get(id) !== code) return yield* new IssuerRefused({ reason: "codeWrong" })
    const { application, challenge } = begun
    const found = judged(application, challenge, readings)
    if (found instanceof IssuerRefused) return yield* found
    const { holder } = found
    const last = latest.get(holder)
    const { romanName } = application
    if (last !== undefined && last.consent !== "given" && last.romanName !== romanName) {
      return yield* new IssuerRefused({ reason: "romanNameMismatch" })
    }
    const known = resident(holder)
    const pseudonym = createHash("sha256").update(`${holder} ${observed.issues.length}`).digest("hex").slice(0, 24)
    const pair = yield* makePair(pseudonym, known.attributes)
    const consent = consentOf(application, losesConsent)
    const issued: Issue = {
      subject: pair.subject,
      issuedAt: instant(yield* Clock.currentTimeMillis),
      consent,
      romanName,
      attributeChanges: known.attributeChanges,
      ...following(last, known),
      fingerprints: { signature: pair.signature.fingerprint, login: pair.login.fingerprint }
    }
    open.delete(id)
    latest.set(holder, issued)
    observed.issues.push(issued)
    return { signature: pair.signature, login: pair.login, consent }
  })

  const issuanceOf = (signature: string, login: string) =>
    Effect.map(reached, () =>
      observed.issues.find(({ fingerprints }) => fingerprints.signature === signature && fingerprints.login === login)
    )
  return { begin, issue, issuanceOf, observed }
}

/** An authority at which nothing was issued yet. */
export const layer = (options: IssuerOptions): Layer.Layer<CertificateIssuer | IssuanceRegister | SimulatedIssuer> =>
  Layer.effectContext(
    Effect.sync(() => {
      const { begin, issuanceOf, issue, observed } = make(options)
      return Context.make(CertificateIssuer, CertificateIssuer.of({ begin, issue })).pipe(
        Context.add(IssuanceRegister, IssuanceRegister.of({ issuanceOf })),
        Context.add(SimulatedIssuer, SimulatedIssuer.of(observed))
      )
    })
  )
