/**
 * A device, a card, the authority that issues certificates, and the wallet: everything between a card and a registered pair.
 *
 * Certificates are texts here; whether real ones are good is tried where the verifier is.
 */
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { later } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import * as CardIssuing from "@kinchaku/domain/identity/CardIssuing"
import type { CardReader } from "@kinchaku/domain/identity/CardReader"
import { Certificates } from "@kinchaku/domain/identity/Certificates"
import type { IssuedCertificate } from "@kinchaku/domain/identity/CertificateIssuer"
import {
  CertificateUnreadable,
  type CertificateUse,
  CertificateVerifier
} from "@kinchaku/domain/identity/CertificateVerifier"
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import type { CardFault, CardKind, SimulatedCard } from "../../src/simulators/SimulatedCard.ts"
import * as Card from "../../src/simulators/SimulatedCard.ts"
import * as SimulatedIssuer from "../../src/simulators/SimulatedIssuer.ts"
import * as SimulatedReader from "../../src/simulators/SimulatedReader.ts"
import * as TestHasher from "../../src/simulators/TestHasher.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { type Commands, commands, holderActor, operator, policyOf, validUntil } from "./Certificates.ts"
import { noon } from "./PaymentsDesk.ts"

export type { CardFault, CardKind, SimulatedCard }
export type Issue = typeof CardIssuing.issue
export type ReaderOf = (held: SimulatedCard) => Layer.Layer<CardReader>

/** A certificate as its text; the login certificate lasts a day longer, so that they can be told apart. */
interface Written {
  readonly subject: string
  readonly use: CertificateUse
  readonly n: number
}
export const endOf = (use: CertificateUse) => later(validUntil, use === "login" ? 86_400_000 : 0)

const verifier = Layer.sync(CertificateVerifier, () => {
  let given = 0
  return CertificateVerifier.of({
    challenge: Effect.sync(() => ({ challenge: `${(given += 1)}`.padStart(22, "v"), expiresAt: later(noon, 300_000) })),
    verify: ({ certificate, challenge }) =>
      Effect.try({
        try: () => JSON.parse(certificate) as Written,
        catch: () => new CertificateUnreadable()
      }).pipe(
        Effect.map(({ subject, use }) => ({
          verdict: "verified" as const,
          subject,
          use,
          fingerprint: TestDigest.sha256(certificate),
          validUntil: endOf(use),
          challenge: challenge as Nonce,
          ...(use === "signature"
            ? { attributes: { name: "山田　太郎", birthDate: "1980-02-17", address: "東京都千代田区" } }
            : {})
        }))
      )
  })
})

const makePair = (): SimulatedIssuer.IssuerOptions["makePair"] => {
  let made = 0
  return (pseudonym) =>
    Effect.sync(() => {
      made += 1
      const certificate = (use: CertificateUse): IssuedCertificate & { readonly fingerprint: string } => {
        const text = JSON.stringify({ subject: pseudonym, use, n: made } satisfies Written)
        const present = (challenge: string) => Effect.succeed({ certificate: text, challenge, signature: "signed" })
        return { present, fingerprint: TestDigest.sha256(text) }
      }
      return { subject: pseudonym, signature: certificate("signature"), login: certificate("login") }
    })
}

/** The engine, with some commands in the place of the real ones. */
const engine = (core: Commands) =>
  Layer.effect(
    Engine,
    Effect.gen(function* () {
      const real = yield* Engine
      const byTag = new Map<string, AnyCommand>(Object.values(core).map((command) => [command.tag, command]))
      const submit: typeof real.submit = (command, ...rest) =>
        real.submit((byTag.get(command.tag) as typeof command | undefined) ?? command, ...rest)
      return Engine.of({ ...real, submit })
    })
  ).pipe(
    Layer.provide(Engine.layer()),
    Layer.provideMerge(Layer.mergeAll(MemoryStore.layer, TestDigest.layer, TestSecrets.layer)),
    Layer.provide(Ids.layerFrom(() => 0.5))
  )

export interface WorldOptions {
  readonly core?: Commands
  readonly kind?: CardKind
  readonly readerOf?: ReaderOf
  readonly losesConsent?: boolean
  readonly policy?: Policy
}

const layerOf = (
  held: SimulatedCard,
  { core = commands, losesConsent = false, readerOf = SimulatedReader.layer }: WorldOptions
) =>
  Certificates.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        engine(core),
        verifier,
        TestHasher.layer,
        readerOf(held),
        SimulatedIssuer.layer({
          makePair: makePair(),
          resident: () => ({
            attributes: { name: "山田　太郎", birthDate: "1980-02-17", address: "東京都千代田区" },
            attributeChanges: 0
          }),
          losesConsent
        })
      )
    ),
    Layer.provideMerge(TestClock.layer())
  )
export type Services = Layer.Success<ReturnType<typeof layerOf>>

/** The PINs of the card, and the secrets that its holder chooses. */
export const cardPins = { signature: "abc123", login: "1234" }
export const secrets = { signature: "Password1", login: "9876" }

/** Tries something at a device to which a card is held. */
export const inWorld = <A, E>(
  options: WorldOptions,
  steps: (held: SimulatedCard) => Effect.Effect<A, E, Services>
): Effect.Effect<A, unknown> =>
  Effect.flatMap(Card.make(options.kind === undefined ? {} : { kind: options.kind }), (held) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(noon)
      const { submit } = yield* Engine
      yield* submit(AdoptPolicy, { policy: options.policy ?? policyOf() }, { actor: operator, key: "policy" })
      return yield* steps(held)
    }).pipe(Effect.provide(layerOf(held, options), { local: true }))
  )

/** A ceremony, with the code that the authority sent to its holder. */
export const ceremony = (own: Partial<CardIssuing.Ceremony> = {}) =>
  Effect.map(SimulatedIssuer.SimulatedIssuer, ({ sent }): CardIssuing.Ceremony => ({
    cardPins,
    secrets,
    consent: true,
    reusesReading: false,
    romanName: "YAMADA TARO",
    code: ({ id }) => Effect.sync(() => sent.get(id) ?? ""),
    ...own
  }))

/** Has certificates issued. */
export const issuing = (own: Partial<CardIssuing.Ceremony> = {}, issue: Issue = CardIssuing.issue) =>
  Effect.flatMap(ceremony(own), issue)

/** Presents a certificate with a fresh challenge. */
export const presenting = ({ present }: IssuedCertificate) =>
  Effect.gen(function* () {
    const { challenge } = yield* (yield* CertificateVerifier).challenge
    return yield* present(challenge)
  })

export type Pair = Readonly<Record<CertificateUse, IssuedCertificate>>

/** Registers certificates with the secrets that their holder chose. */
export const registering = ({ login, signature }: Pair, key = "register") =>
  Effect.gen(function* () {
    const shown = { signature: yield* presenting(signature), login: yield* presenting(login) }
    return yield* (yield* Certificates).register(
      {
        signature: { presentation: shown.signature, secret: secrets.signature, biometrics: false },
        login: { presentation: shown.login, secret: secrets.login, biometrics: false }
      },
      { actor: holderActor, key }
    )
  })

/** Enters a secret. */
export const entering = (pair: Pair, use: CertificateUse, secret: string, key: string) =>
  Effect.gen(function* () {
    const presentation = yield* presenting(pair[use])
    return yield* (yield* Certificates).enterSecret({ presentation, secret, by: "typing" }, { actor: holderActor, key })
  })

/** Sets a secret after the former one. */
export const setting = (pair: Pair, use: CertificateUse, former: string, secret: string, key: string) =>
  Effect.gen(function* () {
    const presentation = yield* presenting(pair[use])
    return yield* (yield* Certificates).setSecret(
      { presentation, former, secret, biometrics: false },
      { actor: holderActor, key }
    )
  })

/** What came of it: "done", or the name of the failure. */
export const outcome = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Effect.as("done"),
    Effect.catch((failure) => Effect.succeed(failure._tag))
  )

/** Everything that the wallet keeps, as text. */
export const kept = Effect.map(MemoryStore.MemoryBooks, ({ books }) => {
  const records = [...books.records].map(([kind, all]) => [kind, [...all]])
  return JSON.stringify([
    books.commands,
    records,
    [...books.requests],
    [...books.waiting],
    [...books.notices],
    [...books.personal]
  ])
})

/** The kinds of requests to the outside that the wallet made. */
export const requested = Effect.map(MemoryStore.MemoryBooks, ({ books }) =>
  [...books.requests.values()].map(({ kind }) => kind)
)
