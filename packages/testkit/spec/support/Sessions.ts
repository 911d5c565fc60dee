/**
 * The web and the app: people who log in, with the services over the engine and a clock that a rule turns; one part may be wrong.
 */
import { type Account, type AccountActive, type AccountId, accounts } from "@kinchaku/domain/account/Account"
import { type Claim, claimId, claims } from "@kinchaku/domain/account/Claim"
import { type Holder, holders, HolderText } from "@kinchaku/domain/account/Holder"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import { type Instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, AnyCommand, Command, CommandId } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { type CertificatePair, certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import { CertificateVerifier, type Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import { compat, type Policy, policyInForce } from "@kinchaku/domain/policy/Policy"
import { PasswordHasher } from "@kinchaku/domain/session/PasswordHasher"
import { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { type LoginAnswer, Sessions } from "@kinchaku/domain/session/Sessions"
import { StaffOffice } from "@kinchaku/domain/session/StaffOffice"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { MemoryBooks } from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import * as SimulatedVerifier from "../../src/simulators/SimulatedVerifier.ts"
import * as TestHasher from "../../src/simulators/TestHasher.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { type Context, Effect, Layer, Result, Schema } from "effect"
import { TestClock } from "effect/testing"
import { commandId, noon } from "./PaymentsDesk.ts"

/** Everybody's password, and one that is nobody's. */
export const password = "correct-horse-1"
export const wrongPassword = "correct-horse-2"
export const host = "host:web" as Actor
export const operator = "operator:api" as Actor
export const minute = 60_000

/** How somebody stands: nobody has the address of "unknown". */
export const standings = ["active", "suspended", "stopped", "closed", "locked", "noPassword", "unknown"] as const
export type Standing = (typeof standings)[number]

export interface Person {
  readonly standing?: Standing
  readonly origin?: Account["origin"]
  /** What is otherwise with the certificates; "none" where there are none. */
  readonly pair?: "none" | Partial<CertificatePair>
}

const { keyedHash } = TestSecrets.make()

export const accountIdOf = (n: number): AccountId => `acct_${commandId(900 + n)}` as AccountId
export const nameOf = (n: number): string => `person ${n}`
export const emailOf = (n: number): string => `person-${n}@example.jp`
const personHash = (n: number) => keyedHash("person", nameOf(n))

/** The login certificate of a person, signed on an occasion. */
export const presented = (n: number, occasion: string, verdict: Verdict = "verified") =>
  SimulatedVerifier.certificate(nameOf(n), verdict, { occasion, use: "login" })

const accountOf = (n: number, { origin = "certificate", standing = "active" }: Person): Account => {
  const active: AccountActive = {
    _tag: "active",
    id: accountIdOf(n),
    kind: "money",
    origin,
    person: personHash(n),
    kanaName: keyedHash("kanaName", nameOf(n)),
    openedAt: noon,
    confirmedAt: noon
  }
  if (standing === "suspended") return { ...active, _tag: standing, suspendedAt: noon }
  if (standing === "stopped") return { ...active, _tag: standing, stoppedAt: noon, reason: "suspectedFraud" }
  if (standing === "closed") return { ...active, _tag: standing, closedAt: noon }
  return standing === "locked" ? { ...active, lockedAt: noon, lockCause: "failures" } : active
}

const claimOf = (n: number, of: "person" | "email", { origin, standing }: Person): Claim => {
  const closed = of === "email" ? ("retired" as const) : ("released" as const)
  const open = origin === "legacy" ? ("legacy" as const) : ("held" as const)
  return {
    id: claimId(of, of === "email" ? keyedHash("email", emailOf(n)) : personHash(n)),
    of,
    account: accountIdOf(n),
    state: standing === "closed" ? closed : open
  }
}

/** When certificates run out. */
export const validUntil: Instant = later(noon, 365 * 86_400_000)

export const pairOf = (n: number, more: Partial<CertificatePair>): CertificatePair => {
  const credential = (text: string) => ({
    fingerprint: keyedHash("certificate", TestDigest.sha256(text)),
    validUntil,
    failures: 0,
    biometrics: "off" as const
  })
  return {
    id: personHash(n),
    state: "issued",
    signature: credential(`person:${nameOf(n)};verified`),
    login: credential(`person:${nameOf(n)};verified;login`),
    consent: "given",
    romanName: keyedHash("romanName", nameOf(n)),
    attributeChanges: 0,
    issuedAt: noon,
    registeredIn: commandId(800),
    ...more
  }
}

const recordsOf = (n: number, person: Person, setBy: CommandId): ReadonlyArray<Put> => {
  const { pair = {}, standing } = person
  const holder: Holder = {
    id: accountIdOf(n),
    email: keyedHash("email", emailOf(n)),
    phone: keyedHash("phone", nameOf(n)),
    emailIn: commandId(800),
    phoneIn: commandId(800),
    attributesIn: commandId(800),
    language: "ja",
    ...(standing === "noPassword" ? {} : { password: setBy }),
    bankLinks: []
  }
  const known = [
    put(accounts, accountOf(n, person)),
    put(holders, holder),
    put(claims, claimOf(n, "person", person)),
    put(claims, claimOf(n, "email", person))
  ]
  return [
    ...(standing === "unknown" ? [] : known),
    ...(pair === "none" ? [] : [put(certificatePairs, pairOf(n, pair))])
  ]
}

interface Ground {
  readonly policy: Policy
  readonly people: ReadonlyArray<Person>
}

/** Puts a policy and people in place; the password of all of them is the personal data of this command. */
const lay: Command<Ground, Record<string, never>, never> = {
  tag: "Lay",
  content: Schema.Unknown as never,
  success: Schema.Struct({}) as never,
  reads: () => [],
  decide: (_, { content: { people, policy }, id }) =>
    Result.succeed(
      Decision.make({
        result: {},
        puts: [
          put(policyInForce, { id: "current" as const, version: 1, policy }),
          ...people.flatMap((person, n) => recordsOf(n, person, id))
        ]
      })
    )
}

type Part<S> = (real: S) => S

/** Which part is wrong, where one is. */
export interface Wrong {
  readonly commands?: Readonly<Record<string, AnyCommand>>
  readonly sessions?: Part<Sessions["Service"]>
  readonly office?: Part<StaffOffice["Service"]>
  readonly hasher?: Part<PasswordHasher["Service"]>
  readonly secrets?: Part<Secrets["Service"]>
  readonly activity?: Part<SessionActivity["Service"]>
}

/** All of it as it is. */
export const right: Wrong = {}
/** One command in the place of the real one of its tag. */
export const instead = (command: AnyCommand): Wrong => ({ commands: { [command.tag]: command } })

/** A service of which a part may be wrong. */
const partly =
  <I, S>(key: Context.Key<I, S>, part: Part<S> | undefined) =>
  <E, R>(real: Layer.Layer<I, E, R>): Layer.Layer<I, E, R> =>
    part === undefined ? real : (Layer.effect(key, Effect.map(key, part)).pipe(Layer.provide(real)) as typeof real)

const engineOf = (commands: Readonly<Record<string, AnyCommand>> = {}) =>
  partly(Engine, (engine) => ({
    ...engine,
    submit: (command, ...rest) =>
      engine.submit((commands[command.tag] as typeof command | undefined) ?? command, ...rest)
  }))(Engine.layer()).pipe(Layer.provide(Ids.layer))

const storeOf = (activity: Wrong["activity"]) =>
  activity === undefined
    ? Layer.fresh(MemoryStore.layer)
    : Layer.effect(SessionActivity, Effect.map(SessionActivity, activity)).pipe(
        Layer.provideMerge(Layer.fresh(MemoryStore.layer))
      )

/** The service of a process of its own, over the same books. */
export const sessionsLayer = (wrong: Wrong) => partly(Sessions, wrong.sessions)(Sessions.layer)

/** A verifier that looks at the signature too. */
const onlySigned: Part<CertificateVerifier["Service"]> = (real) => ({
  ...real,
  verify: (presentation) =>
    Effect.map(real.verify(presentation), (findings) =>
      presentation.signature === "signature" ? findings : { ...findings, verdict: "challengeInvalid" as const }
    )
})

const layerOf = (wrong: Wrong) =>
  Layer.mergeAll(sessionsLayer(wrong), partly(StaffOffice, wrong.office)(StaffOffice.layer)).pipe(
    Layer.provideMerge(engineOf(wrong.commands)),
    Layer.provideMerge(
      Layer.mergeAll(
        storeOf(wrong.activity),
        TestDigest.layer,
        partly(CertificateVerifier, onlySigned)(SimulatedVerifier.layer),
        partly(Secrets, wrong.secrets)(TestSecrets.layer),
        partly(PasswordHasher, wrong.hasher)(TestHasher.layer)
      )
    ),
    Layer.provideMerge(TestClock.layer())
  )

export type Services = Layer.Success<ReturnType<typeof layerOf>>

/** `compat` with some values of who gets in. */
export const policyWith = (
  more: { readonly [K in "session" | "lockout"]?: Partial<Policy["authentication"][K]> } = {},
  account: Partial<Policy["account"]> = {}
): Policy => ({
  ...compat,
  account: { ...compat.account, ...account },
  authentication: {
    ...compat.authentication,
    session: { ...compat.authentication.session, ...more.session },
    lockout: { ...compat.authentication.lockout, ...more.lockout }
  }
})

/** Runs steps at noon on new books with some people. */
export const atDoor =
  (wrong: Wrong, people: ReadonlyArray<Person> = [{}], policy: Policy = policyWith()) =>
  <A, E>(steps: Effect.Effect<A, E, Services>): Effect.Effect<A, unknown> =>
    Effect.gen(function* () {
      yield* TestClock.setTime(noon)
      const { hash } = yield* PasswordHasher
      const personal = Schema.encodeSync(HolderText)({ password: yield* hash(password) })
      yield* (yield* Engine).submit(lay, { policy, people }, { actor: operator, key: "lay", personal })
      return yield* steps
    }).pipe(Effect.provide(layerOf(wrong), { local: true }))

export interface Typing {
  readonly of?: number
  readonly typed?: string
  readonly device?: string
  readonly key?: string
}

let intentions = 0
/** A key that was not used before. */
export const anew = (): string => `intention ${(intentions += 1)}`

/** Logs in on the web. */
export const onWeb = ({ device, key = anew(), of = 0, typed = password }: Typing = {}) =>
  Effect.flatMap(Sessions, ({ loginWithPassword }) =>
    loginWithPassword(
      { email: emailOf(of), password: typed, ...(device === undefined ? {} : { device }) },
      { actor: host, key }
    )
  )

/** Logs in on the app. */
export const onApp = (n = 0, { key = anew(), verdict }: { readonly key?: string; readonly verdict?: Verdict } = {}) =>
  Effect.flatMap(Sessions, ({ loginWithCertificate }) =>
    loginWithCertificate(presented(n, key, verdict), { actor: host, key })
  )

/** What somebody tries: to log in on the web or on the app. */
export type Way = "web" | "app"

/** Logs in one way or the other. */
export const onEither = (
  way: Way,
  of = 0,
  typing: Typing = {}
): Effect.Effect<LoginAnswer, { readonly _tag: string }, Sessions> =>
  way === "web" ? onWeb({ ...typing, of }) : onApp(of)

/** "in", or the name of what it fails with. */
export const outcome = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<string, never, R> => Effect.match(effect, { onFailure: ({ _tag }) => _tag, onSuccess: () => "in" })

/** Whether a bearer token is recognised now. */
export const isKnown = (bearer: string): Effect.Effect<boolean, never, Sessions> =>
  Effect.flatMap(Sessions, ({ authenticate }) => Effect.map(outcome(authenticate(bearer)), (seen) => seen === "in"))

/** The recorded outcomes of a command, the oldest first. */
export const recorded = (tag: string) =>
  Effect.map(MemoryBooks, ({ books }) =>
    books.commands
      .filter((command) => command.tag === tag)
      .map(
        ({ outcome }) =>
          JSON.parse(outcome) as { readonly _tag: string; readonly reason?: string; readonly event?: string }
      )
  )

/** Everything that the books hold, as text. */
export const booksText = Effect.map(MemoryBooks, ({ books }) =>
  JSON.stringify([
    books.commands,
    [...books.records].map(([kind, all]) => [kind, [...all]]),
    [...books.requests],
    [...books.notices],
    [...books.personal]
  ])
)
