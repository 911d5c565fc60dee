/**
 * From an individual number card to the wallet with everything real but the authority: commands to the card, certificates and
 * their verification, secrets and password hashes.
 */
import { randomBytes } from "node:crypto"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { replay } from "@kinchaku/domain/audit/Replay"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { Store } from "@kinchaku/domain/engine/Store"
import * as CardIssuing from "@kinchaku/domain/identity/CardIssuing"
import { Certificates } from "@kinchaku/domain/identity/Certificates"
import type { Issued, IssuedCertificate } from "@kinchaku/domain/identity/CertificateIssuer"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import * as MemoryStore from "@kinchaku/testkit/memory/MemoryStore"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import * as SimulatedCard from "@kinchaku/testkit/simulators/SimulatedCard"
import * as SimulatedIssuer from "@kinchaku/testkit/simulators/SimulatedIssuer"
import { Effect, Layer } from "effect"
import { expect, test } from "vitest"
import * as NodeSecrets from "../../src/account/NodeSecrets.ts"
import * as ApduCardReader from "../../src/identity/ApduCardReader.ts"
import * as X509Verifier from "../../src/identity/X509Verifier.ts"
import * as NodeDigest from "../../src/platform/NodeDigest.ts"
import * as NodePasswordHasher from "../../src/session/NodePasswordHasher.ts"
import * as SqliteStore from "../../src/sqlite/SqliteStore.ts"

const attributes = { name: "黒桐　幹也", birthDate: "1980-02-17", address: "東京都千代田区霞が関２－１－２" }
const secrets = { signature: "Password1", login: "9876" }

/** Everything around a card, with a new authority. */
const around = ({ transmit }: SimulatedCard.SimulatedCard, authority: CertificateAuthority.CertificateAuthority) =>
  Certificates.layer.pipe(
    Layer.provideMerge(Engine.layer()),
    Layer.provideMerge(
      Layer.mergeAll(
        SqliteStore.layer({ filename: ":memory:" }),
        NodeDigest.layer,
        Ids.layer,
        NodeSecrets.layer(randomBytes(32)),
        NodePasswordHasher.layer(),
        X509Verifier.layer({ trusted: [authority.trusted], challengeKey: randomBytes(32) }),
        ApduCardReader.layer(transmit),
        SimulatedIssuer.layer({
          makePair: SimulatedIssuer.overAuthority(authority),
          resident: () => ({ attributes, attributeChanges: 0 })
        })
      )
    )
  )

const presented = ({ present }: IssuedCertificate) =>
  Effect.flatMap(CertificateVerifier, (verifier) =>
    Effect.flatMap(verifier.challenge, ({ challenge }) => present(challenge))
  )

/** The holder's next intention. */
const intentions = () => {
  let n = 0
  return () => ({ actor: "holder:someone" as Actor, key: `intention ${(n += 1)}` })
}

const story = Effect.gen(function* () {
  const certificates = yield* Certificates
  const { sent } = yield* SimulatedIssuer.SimulatedIssuer
  const next = intentions()
  const issue = CardIssuing.issue({
    cardPins: { signature: "abc123", login: "1234" },
    secrets,
    consent: true,
    reusesReading: false,
    romanName: "KOKUTO MIKIYA",
    code: ({ id }) => Effect.sync(() => sent.get(id) ?? "")
  })
  const register = Effect.fnUntraced(function* ({ login, signature }: Issued) {
    const registration = {
      signature: { presentation: yield* presented(signature), secret: secrets.signature, biometrics: true },
      login: { presentation: yield* presented(login), secret: secrets.login, biometrics: false }
    }
    return yield* certificates.register(registration, next())
  })
  const enter = (certificate: IssuedCertificate, secret: string) =>
    Effect.flatMap(presented(certificate), (presentation) =>
      certificates.enterSecret({ presentation, secret, by: "typing" }, next())
    )

  const first = yield* issue
  const registered = yield* register(first)
  const shown = yield* enter(first.signature, secrets.signature)
  const wrong = yield* Effect.flip(enter(first.login, "0000"))
  yield* Effect.sleep("2 millis")
  const second = yield* issue
  const again = yield* register(second)
  const former = yield* Effect.flip(enter(first.login, secrets.login))
  const present = yield* enter(second.login, secrets.login)
  yield* certificates.revoke(yield* presented(second.signature), next())
  const revoked = yield* Effect.flip(enter(second.login, secrets.login))
  const replayed = yield* replay(yield* Journal, { live: yield* Store }).pipe(
    Effect.provide(Layer.mergeAll(Layer.fresh(MemoryStore.layer), NodeDigest.layer))
  )
  return { replayed, registered, shown, wrong, again, former, present, revoked }
})

test("certificates from a card are registered, opened, issued again and revoked", async () => {
  const now = instant(Date.now())
  const outcome = await Effect.runPromise(
    Effect.gen(function* () {
      const held = yield* SimulatedCard.make()
      const authority = yield* CertificateAuthority.make(CertificateAuthority.valid(now))
      return yield* Effect.provide(story, around(held, authority))
    })
  )
  expect(outcome.registered.warnings).toEqual([])
  expect(outcome.registered.account).toBeUndefined()
  expect(outcome.shown).toMatchObject({ state: "valid", consent: "given", biometrics: "on" })
  expect(outcome.shown.validUntil).toBeGreaterThan(now)
  expect(outcome.wrong).toMatchObject({ _tag: "PinMismatch", use: "login", left: 2 })
  expect(outcome.again.person).not.toBe(outcome.registered.person)
  expect(outcome.former).toMatchObject({ _tag: "CertificateSuperseded" })
  expect(outcome.present).toMatchObject({ state: "valid" })
  // Two issues, three entries and a revocation: what was refused left no command.
  expect(outcome.replayed).toBe(6)
  expect(outcome.revoked).toMatchObject({ _tag: "CertificateRevoked" })
})
