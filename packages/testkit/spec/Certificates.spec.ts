/**
 * Certificates: which are accepted, and how they are opened with their secrets (CRT).
 */
import { type Instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import { acceptLogin, type CertificatePair, certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import { wellFormed } from "@kinchaku/domain/identity/CredentialSecret"
import { RomanNameMismatch } from "@kinchaku/domain/identity/Registering"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { invariant, transition, validation } from "../src/Rule.ts"
import {
  anyUse,
  but,
  type Commands,
  commands,
  fingerprintOf,
  holderActor,
  type Issue,
  misreading,
  miswriting,
  Office,
  otherUse,
  personOf,
  policyOf,
  told,
  trustingAnybody,
  type uses,
  validUntil
} from "./support/Certificates.ts"
import { same } from "./support/Payments.ts"
import { count, named, noon, race } from "./support/PaymentsDesk.ts"
import { blindTo, deciding, forgetting, hearing, refusing, under } from "./support/PaymentsMistakes.ts"

const first: Issue = { n: 1, person: 1 }
const ofPair = ({ kind }: { readonly kind: string }) => kind === certificatePairs.name
const ofChallenge = ({ kind }: { readonly kind: string }) => kind === "usedChallenge"

/** An office at which the first person has certificates, and an account where it is said. */
const registered = (core: Commands, given: ConstructorParameters<typeof Office>[1] = {}): Office => {
  const office = new Office(core, given)
  office.register(first)
  return office
}

// ── what lets in ─────────────────────────────────────────────────────────────────────────────────────────────────────

type AcceptLogin = typeof acceptLogin
const aPair = (registered(commands).pair(1) ?? {}) as CertificatePair

invariant(
  "CRT-01",
  "a login certificate lets in exactly while both certificates of its pair are valid; without a pair it is not issued",
  {
    because: "seed 000, 両方の発行を完了; rulebook CRT-01, CRT-10, CRT-11",
    given: {
      state: fc.constantFrom("none", "issued", "issued", "issued", "revoked", "superseded"),
      ends: fc.record({ signature: fc.integer({ min: -1, max: 1 }), login: fc.integer({ min: -1, max: 1 }) }),
      locked: fc.record({ signature: fc.boolean(), login: fc.boolean() }),
      isOwn: fc.constantFrom(true, true, true, false)
    },
    covers: { "it lets in": { atLeast: 5, when: (given) => expectedLogin(given) === "accepted" } },
    runs: 400,
    subject: acceptLogin,
    holds: (accept, given) => {
      const { ends, isOwn, locked, state } = given
      const credential = (use: "signature" | "login") => ({
        ...aPair[use],
        validUntil: later(noon, ends[use]),
        ...(locked[use] ? { lockedAt: noon } : {})
      })
      const pair = {
        ...aPair,
        state: state as CertificatePair["state"],
        signature: credential("signature"),
        login: credential("login")
      }
      const shown = fingerprintOf("login", isOwn ? 1 : 2)
      return named(accept(state === "none" ? undefined : pair, shown, noon)) === expectedLogin(given)
    },
    catches: {
      "the signature certificate is not looked at": (pair, shown, at) =>
        acceptLogin(pair && { ...pair, signature: pair.login }, shown, at),
      "the login certificate is not looked at": (pair, shown, at) =>
        acceptLogin(pair && { ...pair, login: { ...pair.signature, fingerprint: pair.login.fingerprint } }, shown, at),
      "the last instant is over": (pair, shown, at) => acceptLogin(pair, shown, later(at, 1)),
      "one instant more is valid": (pair, shown, at) => acceptLogin(pair, shown, later(at, -1)),
      "what is locked lets in": (pair, shown, at) => {
        const { lockedAt: _, ...login } = pair?.login ?? aPair.login
        return acceptLogin(pair && { ...pair, login }, shown, at)
      },
      "what is not issued lets in": (pair, shown, at) => acceptLogin(pair ?? aPair, shown, at),
      "what is revoked lets in": (pair, shown, at) => acceptLogin(pair && { ...pair, state: "issued" }, shown, at),
      "any certificate of the person lets in": (pair, _shown, at) =>
        acceptLogin(pair, pair?.login.fingerprint ?? personOf(0), at)
    } satisfies Readonly<Record<string, AcceptLogin>>
  }
)

interface LoginGiven {
  readonly state: string
  readonly ends: Readonly<Record<"signature" | "login", number>>
  readonly locked: Readonly<Record<"signature" | "login", boolean>>
  readonly isOwn: boolean
}
function expectedLogin({ ends, isOwn, locked, state }: LoginGiven): string {
  if (state === "none") return "CertificateNotIssued"
  if (!isOwn || state === "superseded") return "CertificateSuperseded"
  if (state === "revoked") return "CertificateRevoked"
  if (ends.signature < 0 || ends.login < 0) return "CertificateExpired"
  return locked.login ? "CredentialLocked" : "accepted"
}

validation(
  "CRT-01b",
  "half of a pair registers nothing: both certificates have to be presented, each for its use, of one person",
  {
    because: "seed 000, 両方の発行を完了; rulebook CRT-01",
    given: {
      signature: fc.record({ use: anyUse(), person: fc.constantFrom(1, 2) }),
      login: fc.record({ use: anyUse(), person: fc.constantFrom(1, 2) }),
      known: fc.constantFrom(true, true, false)
    },
    covers: {
      "a whole pair": {
        atLeast: 4,
        when: ({ known, login, signature }) =>
          known && signature.use === "signature" && login.use === "login" && signature.person === login.person
      }
    },
    subject: commands.register,
    holds: (register, { known, login, signature }) => {
      const office = new Office(but({ register }))
      const { issuance, ...whole } = office.registering(first)
      const answer = office.desk.ask(register, {
        ...whole,
        signature: { ...whole.signature, use: signature.use, person: personOf(signature.person) },
        login: { ...whole.login, use: login.use, person: personOf(login.person) },
        ...(known && issuance !== undefined ? { issuance } : {})
      })
      const isMine = signature.use === "signature" && login.use === "login"
      const isWhole = isMine && signature.person === login.person && known
      const expected = isWhole ? "accepted" : isMine ? "CertificateNotIssued" : "CertificateUntrusted"
      return named(answer) === expected && office.issued() === (isWhole ? 1 : 0)
    },
    catches: {
      "any use will do": hearing(commands.register, ({ login, signature, ...rest }) => ({
        ...rest,
        signature: { ...signature, use: "signature" as const },
        login: { ...login, use: "login" as const }
      })),
      "two people make a pair": hearing(commands.register, ({ login, signature, ...rest }) => ({
        ...rest,
        signature,
        login: { ...login, person: signature.person }
      })),
      "an issue that the authority does not know will do": hearing(commands.register, (content) => ({
        ...content,
        issuance: content.issuance ?? { ...issuanceOf(first) }
      })),
      "nothing registers": refusing(commands.register, new RomanNameMismatch())
    }
  }
)

function issuanceOf(issue: Issue) {
  const { issuance } = new Office(commands).registering(issue)
  if (issuance === undefined) throw new Error("an issue without issuance")
  return issuance
}

// ── how secrets are written ──────────────────────────────────────────────────────────────────────────────────────────

/** Texts on both sides of each edge, in letters and digits of ASCII and others. */
const typed = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 4, maxLength: 4 }),
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 0, maxLength: 7 }),
    fc.string({ unit: fc.constantFrom(..."019azAZ"), minLength: 4, maxLength: 18 }),
    fc
      .tuple(fc.constantFrom("1234", "ABC123", "abcdefgh12345678"), fc.constantFrom(..." \n-_é０Ａ"), fc.nat(8))
      .map(([good, spoiling, at]) => `${good.slice(0, at)}${spoiling}${good.slice(at)}`)
  )
const digits = new Set("0123456789")
const letters = new Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
const allOf = (text: string, ...sets: ReadonlyArray<ReadonlySet<string>>) =>
  [...text].every((character) => sets.some((set) => set.has(character)))
const isPin = (text: string) => text.length === 4 && allOf(text, digits)
const isPassword = (text: string) => text.length >= 6 && text.length <= 16 && allOf(text, digits, letters)
type WellFormed = typeof wellFormed

const wrongForms: Readonly<Record<string, WellFormed>> = {
  "any length will do": (secret, text) => wellFormed(secret, text.padEnd(6, "0").slice(0, isPin(text) ? 4 : 16)),
  "anything will do": () => Result.void,
  "digits of any script will do": (secret, text) => wellFormed(secret, text.normalize("NFKC")),
  "surrounding space does no harm": (secret, text) => wellFormed(secret, text.trim()),
  "a password needs no more than four characters": (secret, text) =>
    wellFormed(secret, secret.endsWith("ignature") ? text.padEnd(6, "0") : text)
}

validation(
  "CRT-03",
  "a card's signing PIN has 6 to 16 ASCII letters and digits, its other PINs four digits; nothing else is tried",
  {
    because: "seed 000, 暗証番号には次の3つ",
    given: { secret: fc.constantFrom("cardSignature", "cardAuthentication", "cardAttributes"), text: typed() },
    covers: {
      "a PIN": { atLeast: 4, when: ({ text }) => isPin(text) },
      "a password": { atLeast: 10, when: ({ text }) => isPassword(text) }
    },
    runs: 500,
    subject: wellFormed,
    holds: (check, { secret, text }) =>
      Result.isSuccess(check(secret, text)) === (secret === "cardSignature" ? isPassword(text) : isPin(text)),
    catches: wrongForms
  }
)

validation("CRT-04", "a login PIN has exactly four digits, a signature password 6 to 16 ASCII letters and digits", {
  because: "seed 000, 数字4桁…英数字6桁~16桁",
  given: { secret: fc.constantFrom("login", "signature"), text: typed() },
  covers: {
    "a PIN": { atLeast: 4, when: ({ text }) => isPin(text) },
    "a password": { atLeast: 10, when: ({ text }) => isPassword(text) }
  },
  runs: 500,
  subject: wellFormed,
  holds: (check, { secret, text }) =>
    Result.isSuccess(check(secret, text)) === (secret === "signature" ? isPassword(text) : isPin(text)),
  catches: wrongForms
})

// ── entering secrets ─────────────────────────────────────────────────────────────────────────────────────────────────

/** What entries come to, one after another, where so many wrong ones in a row lock. */
const entriesOf = (entries: ReadonlyArray<boolean>, tries: number): ReadonlyArray<string> => {
  let failures = 0
  return entries.map((isRight) => {
    if (failures >= tries) return "CredentialLocked"
    failures = isRight ? 0 : failures + 1
    if (isRight) return "right"
    return failures < tries ? `wrong ${tries - failures}` : "locked"
  })
}
const isLockedAfter = (entries: ReadonlyArray<boolean>, tries: number) =>
  ["locked", "CredentialLocked"].includes(entriesOf(entries, tries).at(-1) ?? "")
const tries = () => fc.integer({ min: 1, max: 6 })
const moreTries = (more: number) =>
  under(commands.enter, ({ authentication }) => ({
    authentication: {
      ...authentication,
      certificate: {
        ...authentication.certificate,
        pinTries: authentication.certificate.pinTries + more,
        passwordTries: authentication.certificate.passwordTries + more
      }
    }
  }))
const unlocking = misreading(commands.enter, ({ login, signature, ...pair }) => {
  const [{ lockedAt: _a, ...a }, { lockedAt: _b, ...b }] = [signature, login]
  return { ...pair, signature: a, login: b }
})

transition(
  "CRT-06",
  "so many wrong entries in a row lock a credential, a right one between them starts the count anew; the other credential is as it was",
  {
    because: "seed 000, ロックされてしまいました; rulebook CRT-06",
    given: { use: anyUse(), tries: tries(), entries: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }) },
    covers: { "it locks": { atLeast: 20, when: ({ entries, tries }) => isLockedAfter(entries, tries) } },
    subject: commands.enter,
    holds: (enter, { entries, tries, use }) => {
      const policy = use === "login" ? policyOf(tries, 99) : policyOf(99, tries)
      const office = registered(but({ enter }), { policy })
      const answers = entries.map((isRight) => office.enter(first, use, isRight))
      const login = use === "login" && isLockedAfter(entries, tries) ? "CredentialLocked" : "accepted"
      return (
        same(answers, entriesOf(entries, tries)) &&
        office.login(first) === login &&
        office.enter(first, otherUse(use)) === "right"
      )
    },
    catches: {
      "nothing is counted": forgetting(commands.enter, ofPair),
      "one more is allowed": moreTries(1),
      "one less is allowed": under(commands.enter, ({ authentication }) => ({
        authentication: {
          ...authentication,
          certificate: {
            ...authentication.certificate,
            pinTries: authentication.certificate.pinTries - 1,
            passwordTries: authentication.certificate.passwordTries - 1
          }
        }
      })),
      "a right entry leaves the count": miswriting(commands.enter, (written, before, { content: { presented } }) => ({
        ...written,
        [presented.use]: {
          ...written[presented.use],
          failures: Math.max(written[presented.use].failures, before?.[presented.use].failures ?? 0)
        }
      })),
      "what is locked can be tried": unlocking,
      "both lock together": miswriting(commands.enter, ({ login, signature, ...pair }) => {
        const lockedAt = login.lockedAt ?? signature.lockedAt
        const lock = lockedAt === undefined ? {} : { lockedAt }
        return { ...pair, signature: { ...signature, ...lock }, login: { ...login, ...lock } }
      }),
      "the limits are mixed up": under(commands.enter, ({ authentication }) => ({
        authentication: {
          ...authentication,
          certificate: {
            ...authentication.certificate,
            pinTries: authentication.certificate.passwordTries,
            passwordTries: authentication.certificate.pinTries
          }
        }
      }))
    }
  }
)

invariant("CRT-06b", "of wrong entries that race, no more are looked at than are allowed", {
  because: "rulebook CRT-06, LCK-07",
  given: { use: anyUse(), many: fc.integer({ min: 2, max: 24 }), tries: tries(), batchMax: fc.constantFrom(1, 2, 256) },
  covers: { "more than allowed": { atLeast: 50, when: ({ many, tries }) => many > tries } },
  runs: 60,
  subject: commands.enter,
  holds: (enter, { batchMax, many, tries, use }) => {
    const office = registered(commands)
    const records = office.desk.recordsOf(certificatePairs).map((pair) => put(certificatePairs, pair))
    const entry = () => ({
      command: enter,
      content: {
        presented: office.presented(first, use),
        by: "typing" as const,
        evidence: { ...office.secretIn(1, use), isRight: false }
      }
    })
    const given = { policy: policyOf(tries, tries), records }
    return Effect.map(race(given, Array.from({ length: many }, entry), batchMax), ({ answers }) => {
      const looked = count(answers, "accepted")
      return looked === Math.min(many, tries) && count(answers, "CredentialLocked") === many - looked
    })
  },
  catches: {
    "nothing is counted": forgetting(commands.enter, ofPair),
    "what is locked can be tried": unlocking,
    "one more is allowed": moreTries(1)
  }
})

transition(
  "CRT-06c",
  "the issuer's procedure alone lifts a lock; the secret is void then, and is set again without the former one",
  {
    because: "seed 000, ロックされてしまいました; rulebook CRT-06, CRT-07",
    given: {
      use: anyUse(),
      actor: fc
        .constantFrom("holder:me", "operator:op-1", "host:issuer", "system:issuer")
        .map((actor) => actor as Actor),
      locked: fc.boolean()
    },
    subject: commands.unlock,
    holds: (unlock, { actor, locked, use }) => {
      const office = registered(but({ unlock }), { policy: policyOf(1, 1) })
      if (locked) office.enter(first, use, false)
      const answer = office.unlock(1, use, actor)
      const before = office.enter(first, use)
      if (actor.startsWith("holder:")) {
        return answer === "UnlockRequiresIssuer" && before === (locked ? "CredentialLocked" : "right")
      }
      const isVoid = answer === "accepted" && before === "CredentialSecretNotSet"
      return isVoid && office.set(first, use) === "set" && office.enter(first, use) === "right"
    },
    catches: {
      "anybody lifts it": trustingAnybody(commands.unlock),
      "the lock stays": forgetting(commands.unlock, ofPair),
      "the former secret stays": miswriting(commands.unlock, (written, before) => ({
        ...written,
        signature: { ...before?.signature, ...written.signature },
        login: { ...before?.login, ...written.login }
      })),
      "nobody lifts it": {
        ...commands.unlock,
        decide: (facts, envelope) => commands.unlock.decide(facts, { ...envelope, actor: holderActor })
      }
    }
  }
)

validation(
  "CRT-06d",
  "under one idempotency key one secret is tried: whatever else is sent with it counts nothing and tells nothing",
  {
    because: "rulebook CRT-06, LED-08: a repetition answers what it answered first",
    given: { use: anyUse(), guesses: fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }), anew: fc.boolean() },
    covers: { "they differ": { atLeast: 40, when: ({ guesses }) => new Set(guesses).size > 1 } },
    subject: commands.enter,
    holds: (enter, { anew, guesses, use }) => {
      const office = registered(but({ enter }))
      const presented = office.presented(first, use)
      const answers = guesses.map((isRight, n) => {
        const shown = anew && n > 0 ? office.presented(first, use) : presented
        const content = { presented: shown, by: "typing" as const, evidence: { ...office.secretIn(1, use), isRight } }
        return told(office.desk.ask(enter, content, { key: "one key" }))
      })
      const again = anew ? "IdempotencyConflict" : answers[0]
      return (
        answers.slice(1).every((answer) => answer === again) &&
        office.pair(1)?.[use].failures === (guesses[0] === true ? 0 : 1)
      )
    },
    catches: {
      "whether it was right is part of what was asked": { ...commands.enter, intent: (content) => content },
      "another presentation is the same intention": { ...commands.enter, intent: ({ by }) => by }
    }
  }
)

// ── setting secrets, biometrics ──────────────────────────────────────────────────────────────────────────────────────

type Former = "right" | "wrong" | "left out"
const formerOf = { right: true, wrong: false, "left out": undefined } as const

transition(
  "CRT-07",
  "whoever enters the former secret sets a new one, which alone counts from then on; a wrong former one counts as an entry",
  {
    because: "seed 000, PINコードを変更する",
    given: {
      use: anyUse(),
      former: fc.constantFrom<Former>("right", "wrong", "left out"),
      voided: fc.boolean(),
      failures: fc.integer({ min: 0, max: 2 })
    },
    subject: commands.set,
    holds: (set, { failures, former, use, voided }) => {
      const office = registered(but({ set }), { policy: policyOf(3, 3) })
      if (voided) office.unlock(1, use)
      else for (let n = 0; n < failures; n++) office.enter(first, use, false)
      const before = office.secretIn(1, use)
      const answer = office.set(first, use, voided ? undefined : formerOf[former])
      const after = office.secretIn(1, use)
      const old = {
        presented: office.presented(first, use),
        by: "typing" as const,
        evidence: { ...before, isRight: true }
      }
      const byOld = told(office.desk.ask(commands.enter, old))
      const refusals = {
        right: "set",
        wrong: failures === 2 ? "locked" : `wrong ${2 - failures}`,
        "left out": "FormerSecretMissing"
      }
      const expected = voided ? "set" : refusals[former]
      if (expected === "set") {
        const isNew = after.secretIn !== undefined && after.secretIn !== before.secretIn
        return answer === "set" && isNew && byOld === "CredentialSecretChanged" && office.pair(1)?.[use].failures === 0
      }
      return (
        answer === expected && same(after, before) && byOld === (expected === "locked" ? "CredentialLocked" : "right")
      )
    },
    catches: {
      "a wrong former secret will do": hearing(commands.set, ({ evidence, ...rest }) => ({
        ...rest,
        ...(evidence === undefined ? {} : { evidence: { ...evidence, isRight: true } })
      })),
      "no former secret is needed": misreading(commands.set, (pair) => {
        const [{ secretIn: _a, ...signature }, { secretIn: _b, ...login }] = [pair.signature, pair.login]
        return { ...pair, signature, login }
      }),
      "the former secret stays": forgetting(commands.set, ofPair),
      "a wrong former secret counts nothing": deciding(commands.set, (decided, facts, { content: { presented } }) =>
        Result.map(decided, (decision) => ({
          ...decision,
          puts: decision.puts.map((one) =>
            one.kind === certificatePairs.name && decision.result._tag !== "set"
              ? { ...one, record: facts.find(certificatePairs, presented.person) ?? one.record }
              : one
          )
        }))
      )
    }
  }
)

/** What is done about biometrics. */
type Step =
  | { readonly do: "set"; readonly allow: boolean }
  | { readonly do: "switch"; readonly on: boolean }
  | { readonly do: "enter"; readonly isRight: boolean }
const step = (): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.boolean().map((allow) => ({ do: "set" as const, allow })),
    fc.boolean().map((on) => ({ do: "switch" as const, on })),
    fc.boolean().map((isRight) => ({ do: "enter" as const, isRight }))
  )

/** What becomes of biometrics, step by step. */
const biometricsOf = (allowed: boolean, steps: ReadonlyArray<Step>): ReadonlyArray<string> => {
  let isAllowed = allowed
  let isOn = allowed
  let failures = 0
  return steps.map((one) => {
    if (one.do === "set") {
      isAllowed = isOn = one.allow
      failures = 0
      return "set"
    }
    if (one.do === "switch") {
      isOn = isAllowed && one.on
      return isAllowed ? "accepted" : "BiometricsNotAllowed"
    }
    if (!isOn) return "BiometricsNotAllowed"
    failures = one.isRight ? 0 : failures + 1
    return one.isRight ? "right" : `wrong ${99 - failures}`
  })
}
const doing =
  (office: Office, use: (typeof uses)[number]) =>
  (one: Step): string => {
    if (one.do === "set") return office.set(first, use, true, one.allow)
    return one.do === "switch"
      ? office.switchTo(first, use, one.on)
      : office.enter(first, use, one.isRight, { by: "biometrics" })
  }
const alwaysAllowed = (pair: CertificatePair): CertificatePair => {
  const open = ({ biometrics, ...credential }: CertificatePair["login"]) => ({
    ...credential,
    biometrics: biometrics === "notAllowed" ? ("off" as const) : biometrics
  })
  return { ...pair, signature: open(pair.signature), login: open(pair.login) }
}
const alwaysOn = (pair: CertificatePair): CertificatePair => ({
  ...pair,
  signature: { ...pair.signature, biometrics: "on" },
  login: { ...pair.login, biometrics: "on" }
})

transition(
  "CRT-08",
  "biometrics stand for a secret exactly while they were allowed when it was set and are switched on; wrong entries count all the same",
  {
    because: "seed 000, 生体認証の設定は、PINコード",
    given: { use: anyUse(), allowed: fc.boolean(), steps: fc.array(step(), { minLength: 1, maxLength: 8 }) },
    covers: {
      "a refusal": {
        atLeast: 20,
        when: ({ allowed, steps }) => biometricsOf(allowed, steps).includes("BiometricsNotAllowed")
      }
    },
    subject: commands,
    holds: (core, { allowed, steps, use }) => {
      const office = new Office(core, { policy: policyOf(99, 99) })
      office.register({ ...first, biometrics: allowed })
      return same(steps.map(doing(office, use)), biometricsOf(allowed, steps))
    },
    catches: {
      "switching on needs no new secret": but({ switchTo: misreading(commands.switchTo, alwaysAllowed) }),
      "they always stand for the secret": but({ enter: misreading(commands.enter, alwaysOn) }),
      "switching changes nothing": but({ switchTo: forgetting(commands.switchTo, ofPair) }),
      "a new secret keeps what was allowed": but({
        set: hearing(commands.set, (content) => ({ ...content, biometrics: true }))
      }),
      "a new secret never allows them": but({
        set: hearing(commands.set, (content) => ({ ...content, biometrics: false }))
      }),
      "an issue never allows them": but({
        register: miswriting(commands.register, (pair) => ({
          ...pair,
          signature: { ...pair.signature, biometrics: "notAllowed" },
          login: { ...pair.login, biometrics: "notAllowed" }
        }))
      }),
      "a wrong entry by biometrics counts nothing": but({ enter: forgetting(commands.enter, ofPair) })
    }
  }
)

// ── what is accepted ─────────────────────────────────────────────────────────────────────────────────────────────────

const refusalOf: Readonly<Record<Verdict, string>> = {
  verified: "accepted",
  expired: "CertificateExpired",
  notYetValid: "CertificateExpired",
  untrusted: "CertificateUntrusted",
  revoked: "CertificateRevoked",
  unchecked: "CertificateUnchecked",
  challengeInvalid: "ChallengeInvalid"
}

/** Everything that is done with a presentation. */
const presenting = ["register", "enter", "set", "switchTo", "revoke"] as const
type Presenting = (typeof presenting)[number]
const present = (office: Office, core: Commands, doing: Presenting, verdict: Verdict, again = false): string => {
  const presented = office.presented(first, "login", verdict)
  const evidence = { ...office.secretIn(1, "login"), isRight: true }
  const ask = (): Result.Result<unknown, { readonly _tag: string }> => {
    switch (doing) {
      case "register": {
        const content = office.registering({ n: 2, person: 1 })
        return office.desk.ask(core.register, {
          ...content,
          evidence: { ...content.evidence, login: presented.certificate }
        })
      }
      case "enter":
        return office.desk.ask(core.enter, { presented, by: "typing", evidence })
      case "set":
        return office.desk.ask(core.set, { presented, biometrics: true, evidence })
      case "switchTo":
        return office.desk.ask(core.switchTo, { presented, on: false })
      case "revoke":
        return office.desk.ask(core.revoke, { presented })
    }
  }
  const answer = ask()
  return named(again ? ask() : answer)
}
/** Every command mistaken in the same way. */
const all = (wrong: <C extends Commands[Presenting]>(command: C) => C): Commands =>
  but(Object.fromEntries(presenting.map((name) => [name, wrong(commands[name])])))
const withBiometrics = (core: Commands): Office => {
  const office = new Office(core)
  office.register({ ...first, biometrics: true })
  return office
}
const trusting = (verdict: string) =>
  all(
    (command) =>
      ({
        ...command,
        decide: (facts: never, envelope: never) =>
          command.decide(facts, JSON.parse(JSON.stringify(envelope).replaceAll(`"${verdict}"`, '"verified"')) as never)
      }) as typeof command
  )

validation(
  "CRT-09",
  "whatever is done with a certificate is done only where the verifier found it good; each other verdict is refused by its name and changes nothing",
  {
    because: "seed 000, 失効している; rulebook CRT-09, CRT-10",
    given: { doing: fc.constantFrom(...presenting), verdict: fc.constantFrom(...Verdict.literals) },
    subject: commands,
    holds: (core, { doing, verdict }) => {
      const office = withBiometrics(core)
      const before = office.desk.everything
      const answer = present(office, core, doing, verdict)
      return answer === refusalOf[verdict] && (verdict === "verified" || office.desk.everything === before)
    },
    catches: {
      "an expired one will do": trusting("expired"),
      "an early one will do": trusting("notYetValid"),
      "one of strangers will do": trusting("untrusted"),
      "a revoked one will do": trusting("revoked"),
      "one that nobody could check will do": trusting("unchecked"),
      "one that signed nothing will do": trusting("challengeInvalid"),
      "none will do": all(
        (command) => ({ ...command, decide: () => Result.fail(new RomanNameMismatch()) }) as unknown as typeof command
      )
    }
  }
)

invariant("CRT-09b", "a signed challenge serves once, whatever it served for", {
  because: "rulebook CRT-09: a fresh signature over a server challenge used once",
  given: { doing: fc.constantFrom(...presenting) },
  runs: 40,
  subject: commands,
  holds: (core, { doing }) => {
    const again = present(withBiometrics(core), core, doing, "verified", true)
    return present(withBiometrics(core), core, doing, "verified") === "accepted" && again === "ChallengeInvalid"
  },
  catches: {
    "its use leaves no mark": all(
      (command) => forgetting(command as Commands["enter"], ofChallenge) as unknown as typeof command
    ),
    "the mark is not looked at": all(
      (command) => blindTo(command as Commands["enter"], "usedChallenge") as unknown as typeof command
    )
  }
})

invariant("CRT-09c", "both certificates of an issue sign challenges of their own", {
  because: "rulebook CRT-09",
  given: { isShared: fc.boolean() },
  runs: 20,
  subject: commands.register,
  holds: (register, { isShared }) => {
    const office = new Office(commands)
    const { evidence, ...content } = office.registering(first)
    const login = isShared ? evidence.signature : evidence.login
    const answer = office.desk.ask(register, { ...content, evidence: { ...evidence, login } })
    return named(answer) === (isShared ? "ChallengeInvalid" : "accepted")
  },
  catches: {
    "one serves for both": {
      ...commands.register,
      decide: (facts, envelope) => {
        const { evidence, ...content } = envelope.content
        const challenge = new Office(commands).challenge()
        const apart = { ...evidence, login: { ...evidence.login, challenge } }
        const find: typeof facts.find = (kind, id) => (id === challenge ? undefined : facts.find(kind, id))
        return commands.register.decide(
          { ...facts, policy: facts.policy, peek: facts.peek, held: facts.held, find },
          { ...envelope, content: { ...content, evidence: apart } }
        )
      }
    },
    "none will do": refusing(commands.register, new RomanNameMismatch())
  }
})

invariant(
  "CRT-10",
  "a certificate that was revoked, or is over, does not log in, and the refusal says which; issued again it does",
  {
    because: "seed 000, 有効期限が切れている",
    given: { isRevoked: fc.boolean(), beyond: fc.integer({ min: -2, max: 2 }) },
    subject: acceptLogin,
    holds: (accept, { beyond, isRevoked }) => {
      const office = registered(commands)
      if (isRevoked) office.revoke(first)
      const at: Instant = later(validUntil, beyond)
      const answer = named(accept(office.pair(1), fingerprintOf("login", 1), at))
      const again = { n: 2, person: 1 }
      office.register(again)
      const expected = isRevoked ? "CertificateRevoked" : beyond > 0 ? "CertificateExpired" : "accepted"
      return answer === expected && named(accept(office.pair(1), fingerprintOf("login", 2), noon)) === "accepted"
    },
    catches: {
      "what is over lets in": (pair, shown, _at) => acceptLogin(pair, shown, noon),
      "what is over is revoked": (pair, shown, at) =>
        acceptLogin(pair && at > validUntil ? { ...pair, state: "revoked" } : pair, shown, at),
      "what is revoked lets in": (pair, shown, at) => acceptLogin(pair && { ...pair, state: "issued" }, shown, at),
      "nothing lets in": (pair, shown) => acceptLogin(pair && { ...pair, state: "revoked" }, shown, noon)
    } satisfies Readonly<Record<string, AcceptLogin>>
  }
)
