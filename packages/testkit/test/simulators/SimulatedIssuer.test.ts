/**
 * The simulated authority issues on good readings and its own code alone, and says of a new issue what it may say.
 */
import type { Actor } from "@kinchaku/domain/engine/Command"
import * as CardIssuing from "@kinchaku/domain/identity/CardIssuing"
import { Certificates } from "@kinchaku/domain/identity/Certificates"
import { CertificateIssuer, type IssuedCertificate } from "@kinchaku/domain/identity/CertificateIssuer"
import type { CardReader } from "@kinchaku/domain/identity/CardReader"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import { IssuanceRegister } from "@kinchaku/domain/identity/IssuanceRegister"
import { Effect, Layer } from "effect"
import { expect, test } from "vitest"
import { inWorld } from "../../src/scenario/World.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import * as SimulatedCard from "../../src/simulators/SimulatedCard.ts"
import * as SimulatedIssuer from "../../src/simulators/SimulatedIssuer.ts"
import * as SimulatedReader from "../../src/simulators/SimulatedReader.ts"

const attributes = { name: "山田　太郎", birthDate: "1980-02-17", address: "東京都" }
const certificate = (fingerprint: string) => ({
  fingerprint,
  present: () => Effect.die(new Error("not presented here"))
})

/** An authority whose holder's attributes change as it is said. */
const authority = (changes: { now: number }) => {
  let made = 0
  return SimulatedIssuer.layer({
    makePair: (subject) =>
      Effect.sync(() => ({
        subject,
        signature: certificate(`signature ${(made += 1)}`),
        login: certificate(`login ${made}`)
      })),
    resident: () => ({ attributes, attributeChanges: changes.now })
  })
}

const ceremony = (own: Partial<CardIssuing.Ceremony> = {}) =>
  Effect.flatMap(SimulatedIssuer.SimulatedIssuer, ({ sent }) =>
    CardIssuing.issue({
      cardPins: { signature: "abc123", login: "1234" },
      secrets: { signature: "Password1", login: "9876" },
      consent: false,
      reusesReading: false,
      romanName: "YAMADA TARO",
      code: ({ id }) => Effect.sync(() => sent.get(id) ?? ""),
      ...own
    })
  )

type Around = CardReader | CertificateIssuer | IssuanceRegister | SimulatedIssuer.SimulatedIssuer
const atAuthority = <A, E>(
  steps: Effect.Effect<A, E, Around | Layer.Success<typeof TestDigest.layer>>,
  changes = { now: 0 }
) =>
  Effect.runPromise(
    Effect.flatMap(SimulatedCard.make(), (held) =>
      Effect.provide(steps, Layer.mergeAll(authority(changes), SimulatedReader.layer(held), TestDigest.layer))
    )
  )

/** A device that sends something else than it read. */
const sending = (change: (proof: Parameters<CertificateIssuer["Service"]["issue"]>[1]) => typeof proof) =>
  Effect.flatMap(CertificateIssuer, (real) =>
    ceremony().pipe(
      Effect.provideService(
        CertificateIssuer,
        CertificateIssuer.of({ ...real, issue: (procedure, proof) => real.issue(procedure, change(proof)) })
      )
    )
  )
type Proof = Parameters<CertificateIssuer["Service"]["issue"]>[1]

test.each<readonly [string, string, (proof: Proof) => Proof]>([
  ["a missing reading", "readingMissing", ({ code, signature }) => ({ code, signature })],
  ["another code", "codeWrong", (proof) => ({ ...proof, code: "none" })],
  [
    "no certificate",
    "readingInvalid",
    (proof) => ({ ...proof, signature: { ...proof.signature, certificate: new Uint8Array(9) } })
  ],
  [
    "a signature over something else",
    "readingInvalid",
    (proof) => ({ ...proof, login: { ...proof.signature, signature: new Uint8Array(256) } })
  ]
])("%s issues nothing", async (_, reason, change) => {
  const [refused, issues] = await atAuthority(
    Effect.all([
      Effect.flip(sending(change)),
      Effect.map(SimulatedIssuer.SimulatedIssuer, ({ issues }) => issues.length)
    ])
  )
  expect(refused).toMatchObject({ _tag: "IssuerRefused", reason })
  expect(issues).toBe(0)
})

test("a procedure is used once", async () => {
  const refused = await atAuthority(
    Effect.gen(function* () {
      const issuer = yield* CertificateIssuer
      const again: CertificateIssuer["Service"] = {
        ...issuer,
        issue: (procedure, proof) => Effect.andThen(issuer.issue(procedure, proof), issuer.issue(procedure, proof))
      }
      return yield* Effect.flip(ceremony().pipe(Effect.provideService(CertificateIssuer, again)))
    })
  )
  expect(refused).toMatchObject({ reason: "procedureUnknown" })
})

test.each([
  [true, 5, true],
  [false, 0, true],
  [false, 1, true],
  [false, 2, false]
])("with consent %s and %d changes, the former pair is named: %s", async (consent, changed, isNamed) => {
  const changes = { now: 3 }
  const found = await atAuthority(
    Effect.gen(function* () {
      yield* ceremony({ consent })
      changes.now += changed
      yield* ceremony()
      const { issues } = yield* SimulatedIssuer.SimulatedIssuer
      const said = yield* (yield* IssuanceRegister).issuanceOf("signature 2", "login 2")
      const mixed = yield* (yield* IssuanceRegister).issuanceOf("signature 2", "login 1")
      return { said, mixed, former: issues[0]?.subject }
    }),
    changes
  )
  expect(found.said?.formerSubject).toBe(isNamed ? found.former : undefined)
  expect(found.said).toBeDefined()
  expect(found.mixed).toBeUndefined()
})

test("without consent another romanised name is refused, and an authority that is down is told as such", async () => {
  const [mismatch, down] = await atAuthority(
    Effect.gen(function* () {
      yield* ceremony()
      const refused = yield* Effect.flip(ceremony({ romanName: "YAMADA JIRO" }))
      const observed = yield* SimulatedIssuer.SimulatedIssuer
      observed.isReachable = false
      return [refused, yield* Effect.flip(ceremony())]
    })
  )
  expect(mismatch).toMatchObject({ reason: "romanNameMismatch" })
  expect(down).toMatchObject({ _tag: "IssuerUnreachable" })
})

test("certificates from a card register in a world, and open with the secret that was chosen", async () => {
  const shown = await Effect.runPromise(
    inWorld({}, () =>
      Effect.gen(function* () {
        const held = yield* SimulatedCard.make()
        const { login, signature } = yield* Effect.provide(
          ceremony(),
          Layer.mergeAll(SimulatedReader.layer(held), TestDigest.layer)
        )
        const certificates = yield* Certificates
        const { challenge } = yield* CertificateVerifier
        const presented = ({ present }: IssuedCertificate) =>
          Effect.flatMap(challenge, (given) => present(given.challenge))
        const actor = "holder:someone" as Actor
        const chosen = { signature: "Password1", login: "9876" }
        yield* certificates.register(
          {
            signature: { presentation: yield* presented(signature), secret: chosen.signature, biometrics: false },
            login: { presentation: yield* presented(login), secret: chosen.login, biometrics: false }
          },
          { actor, key: "register" }
        )
        return yield* certificates.enterSecret(
          { presentation: yield* presented(login), secret: chosen.login, by: "typing" },
          { actor, key: "enter" }
        )
      })
    )
  )
  expect(shown).toMatchObject({ _tag: "right", state: "valid", consent: "notGiven" })
})
