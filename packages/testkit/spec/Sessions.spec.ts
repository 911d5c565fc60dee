/**
 * Sessions: who is let in, for how long, and what ends it (SES, and what CRT, LCK, ACC and SEC say of logging in).
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { claims } from "@kinchaku/domain/account/Claim"
import { AccountLocked, AccountStopped } from "@kinchaku/domain/account/Standing"
import { instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, AnyCommand } from "@kinchaku/domain/engine/Command"
import { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import { lockouts } from "@kinchaku/domain/otp/Lockout"
import { secure } from "@kinchaku/domain/policy/Policy"
import { goesOn } from "@kinchaku/domain/session/Beginning"
import { LoginWithCertificate } from "@kinchaku/domain/session/Login"
import { LoginFailed } from "@kinchaku/domain/session/LoginFailed"
import { LoginWithPassword } from "@kinchaku/domain/session/PasswordLogin"
import { acceptable } from "@kinchaku/domain/session/PasswordRule"
import { sessions } from "@kinchaku/domain/session/Session"
import { Sessions } from "@kinchaku/domain/session/Sessions"
import type { StaffRole } from "@kinchaku/domain/session/Staff"
import {
  EndStaff,
  RegisterStaff,
  ResetStaffPassword,
  SetStaffPassword,
  UnlockStaff
} from "@kinchaku/domain/session/StaffKeeping"
import { LoginStaff } from "@kinchaku/domain/session/StaffLogin"
import { StaffOffice } from "@kinchaku/domain/session/StaffOffice"
import { MemoryBooks } from "../src/memory/MemoryStore.ts"
import { Clock, Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { example, invariant, notice, policy, transition, validation } from "../src/Rule.ts"
import { session } from "./support/AccountDesk.ts"
import { hashOf } from "./support/Accounts.ts"
import { noon } from "./support/PaymentsDesk.ts"
import {
  ahead,
  blindTo,
  deciding,
  forgetting,
  hearing,
  mistaking,
  under,
  without,
  writing
} from "./support/PaymentsMistakes.ts"
import { type CauseName, causeNames, causes, happening } from "./support/SessionsCauses.ts"
import {
  accountIdOf,
  anew,
  atDoor,
  booksText,
  emailOf,
  host,
  instead,
  isKnown,
  minute,
  onApp,
  onEither,
  onWeb,
  operator,
  outcome,
  pairOf,
  password,
  type Person,
  policyWith,
  presented,
  recorded,
  right,
  type Services,
  sessionsLayer,
  standings,
  type Typing,
  validUntil,
  type Way,
  type Wrong,
  wrongPassword
} from "./support/Sessions.ts"
import { employed, lockedOut, register, staffIn, staffPassword } from "./support/SessionsStaff.ts"

// ── how long ─────────────────────────────────────────────────────────────────────────────────────────────────────────

type Asked = Parameters<typeof goesOn>
/** The question, asked about something else. */
const asking =
  (other: (...asked: Asked) => Asked): typeof goesOn =>
  (...asked) =>
    goesOn(...other(...asked))
const earlier = (by: number) => asking((rule, of, asked) => [rule, of, { ...asked, at: later(asked.at, -by) }])

policy("SES-01", "a session goes on through the last millisecond of its idle time and of its life, and no longer", {
  because: "seed 000, 一定時間操作が行われなかった; rulebook SES-01",
  given: {
    idle: fc.integer({ min: 1, max: 10 }),
    life: fc.integer({ min: 1, max: 20 }),
    used: fc.option(fc.constantFrom(-60_000, -1, 0, 1, 300_000), { nil: undefined }),
    edge: fc.constantFrom("idle" as const, "life" as const),
    delta: fc.constantFrom(-1, 0, 1),
    isOwn: fc.constantFrom(true, true, false),
    isEnded: fc.constantFrom(false, false, true)
  },
  covers: {
    "it just goes on": { atLeast: 3, when: ({ delta, isEnded, isOwn }) => isOwn && !isEnded && delta === 0 }
  },
  subject: goesOn,
  holds: (goes, { delta, edge, idle, isEnded, isOwn, life, used }) => {
    const lastUse = Math.max(0, used ?? 0)
    const [idleEnd, end] = [lastUse + idle * minute, life * minute]
    const at = (edge === "idle" ? idleEnd : end) + delta
    const goingOn = goes(
      policyWith({ session: { idleMinutes: idle } }).authentication,
      {
        ...session,
        startedAt: noon,
        endsAt: later(noon, end),
        ...(isEnded ? { endedAt: noon, endedBy: "logout" as const } : {})
      },
      {
        token: isOwn ? session.token : hashOf("phone", 1),
        at: later(noon, at),
        lastUsed: used === undefined ? undefined : later(noon, used)
      }
    )
    return goingOn === (isOwn && !isEnded && at <= idleEnd && at <= end)
  },
  catches: {
    "the idle time is not looked at": asking((rule, of, asked) => [
      { ...rule, session: { ...rule.session, idleMinutes: 1440 } },
      of,
      asked
    ]),
    "the end is not looked at": asking((rule, of, asked) => [rule, { ...of, endsAt: later(of.endsAt, 1e9) }, asked]),
    "a use before the session counts": asking((rule, of, { lastUsed, ...asked }) => [
      rule,
      { ...of, startedAt: lastUsed ?? of.startedAt },
      { ...asked, lastUsed }
    ]),
    "a millisecond longer": earlier(1),
    "a millisecond shorter": earlier(-1),
    "any token will do": asking((rule, of, asked) => [rule, of, { ...asked, token: of.token }]),
    "what was ended goes on": asking((rule, { endedAt: _at, endedBy: _by, ...of }, asked) => [rule, of, asked])
  }
})

const idleMillis = 10 * minute
const now = Effect.map(Clock.currentTimeMillis, instant)

invariant(
  "SES-01b",
  "every request keeps a session going, whichever process serves it; a pause that is too long ends it",
  {
    because: "seed 000, 一定時間操作が行われなかった; rulebook SES-01",
    given: {
      pauses: fc.array(fc.constantFrom(1, 500, 7 * minute, idleMillis - 1, idleMillis, idleMillis + 1), {
        minLength: 1,
        maxLength: 6
      }),
      eachItsOwn: fc.boolean()
    },
    covers: {
      "it lives its life out": {
        atLeast: 5,
        when: ({ pauses }) => Math.max(...pauses) <= idleMillis && sum(pauses) > 30 * minute
      }
    },
    runs: 60,
    subject: right,
    holds: (wrong, { eachItsOwn, pauses }) =>
      atDoor(
        wrong,
        [{}],
        policyWith({ session: { idleMinutes: 10, lifeMinutes: 30 } })
      )(
        Effect.gen(function* () {
          const { bearer } = yield* onWeb()
          const seen = yield* Effect.forEach(pauses, (pause) => {
            const asked = isKnown(bearer)
            const served: Effect.Effect<boolean, never, Services> = eachItsOwn
              ? Effect.provide(asked, sessionsLayer(wrong), { local: true })
              : asked
            return Effect.andThen(TestClock.adjust(pause), served)
          })
          return seen.every(
            (isSeen, n) =>
              isSeen ===
              (Math.max(...pauses.slice(0, n + 1)) <= idleMillis && sum(pauses.slice(0, n + 1)) <= 30 * minute)
          )
        })
      ),
    catches: {
      "uses are not noted": { activity: (real) => ({ ...real, touch: () => Effect.void }) },
      "nobody was ever idle": { activity: (real) => ({ ...real, lastUsed: () => now }) },
      "there is no end to it": instead(writing(LoginWithPassword, "session", { endsAt: later(noon, 1e12) })),
      "it is over at once": instead(writing(LoginWithPassword, "session", { endsAt: noon }))
    }
  }
)
const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, n) => total + n, 0)

// ── one at a time, and what ends it ──────────────────────────────────────────────────────────────────────────────────

invariant("SES-02", "whoever logs in again, wherever that is, ends the own former session and nobody else's", {
  because: "seed 000, 複数の端末で同時に利用ができません",
  given: {
    logins: fc.array(fc.record({ of: fc.nat(1), way: fc.constantFrom<Way>("web", "app") }), {
      minLength: 2,
      maxLength: 6
    })
  },
  covers: {
    "somebody logs in twice": {
      atLeast: 50,
      when: ({ logins }) => logins.length > new Set(logins.map(({ of }) => of)).size
    }
  },
  runs: 60,
  subject: right,
  holds: (wrong, { logins }) =>
    atDoor(wrong, [{}, {}])(
      Effect.gen(function* () {
        const begun = yield* Effect.forEach(logins, ({ of, way }) => onEither(way, of))
        const known = yield* Effect.forEach(begun, ({ bearer }) => isKnown(bearer))
        return known.every((isSeen, n) => isSeen === !logins.slice(n + 1).some(({ of }) => of === logins[n]?.of))
      })
    ),
  catches: {
    "the former one goes on": instead(
      deciding(LoginWithPassword, (decided, facts) =>
        Result.map(decided, (decision) => ({
          ...decision,
          puts: decision.puts.filter(({ id, kind }) => kind !== "session" || facts.find(sessions, id) === undefined)
        }))
      )
    ),
    "one session for everybody": instead(
      deciding(LoginWithPassword, (decided) =>
        Result.map(decided, (decision) => ({
          ...decision,
          puts: decision.puts.flatMap((one) => (one.kind === "session" ? [one, { ...one, id: accountIdOf(0) }] : [one]))
        }))
      )
    ),
    "no session begins": instead(forgetting(LoginWithCertificate, ({ kind }) => kind === "session"))
  }
})

const forgettingSession = (name: CauseName): AnyCommand =>
  forgetting(causes[name].command as AnyCommand, ({ kind }) => kind === "session")

invariant(
  "SES-03",
  "a lock, a suspension, a stop, a closing, a revocation and a new password end the session at once",
  {
    because: "rulebook SES-03, LCK-06",
    given: { cause: fc.constantFrom(...causeNames) },
    runs: 80,
    subject: {} as Partial<Record<CauseName, AnyCommand>>,
    holds: (wrong, { cause }) => happening(cause, wrong[cause]) === cause,
    catches: {
      "a lock lets it go on": { locked: forgettingSession("locked") },
      "a suspension lets it go on": { suspended: forgettingSession("suspended") },
      "a stop lets it go on": { stopped: forgettingSession("stopped") },
      "a closing lets it go on": { closed: forgettingSession("closed") },
      "a revocation lets it go on": { certificateRevoked: forgettingSession("certificateRevoked") },
      "a new password lets it go on": { passwordChanged: forgettingSession("passwordChanged") },
      "whoever logs out stays in": { logout: forgettingSession("logout") }
    }
  }
)

// ── passwords ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Rule = Parameters<typeof acceptable>[0]
const ruling =
  (other: (rule: Rule) => Partial<Rule>): typeof acceptable =>
  (rule, typed) =>
    acceptable({ ...rule, ...other(rule) }, typed)

validation(
  "SES-04",
  "a password is accepted exactly when it is long enough, not too long, and has letters and digits",
  {
    because: "seed 000, パスワード 8文字以上; rulebook SES-04",
    given: {
      minimum: fc.integer({ min: 8, max: 16 }),
      maximum: fc.integer({ min: 16, max: 64 }),
      edge: fc.constantFrom("minimum" as const, "maximum" as const),
      delta: fc.constantFrom(-1, 0, 1),
      made: fc.constantFrom("both" as const, "both" as const, "letters" as const, "digits" as const, "kana" as const)
    },
    subject: acceptable,
    holds: (accepts, { delta, edge, made, maximum, minimum }) => {
      const length = (edge === "minimum" ? minimum : maximum) + delta
      const pieces = { both: "qd7Z", letters: "xKqu", digits: "9402", kana: "あか3い" }
      const typed = pieces[made].repeat(17).slice(0, length)
      const isAccepted = Result.isSuccess(accepts({ minimum, maximum, commonRefused: false }, typed))
      return isAccepted === (length >= minimum && length <= maximum && made === "both")
    },
    catches: {
      "one character less will do": ruling(({ minimum }) => ({ minimum: minimum - 1 })),
      "one more is asked": ruling(({ minimum }) => ({ minimum: minimum + 1 })),
      "one more will do": ruling(({ maximum }) => ({ maximum: maximum + 1 })),
      "letters alone will do": (rule, typed) => acceptable(rule, typed.replace(/^[A-Za-z]/, "1")),
      "digits alone will do": (rule, typed) => acceptable(rule, typed.replace(/^[0-9]/, "a"))
    }
  }
)

const underRule =
  (rule: Rule) =>
  (typed: string): string => {
    const answer = acceptable(rule, typed)
    return Result.isSuccess(answer) ? "accepted" : answer.failure.reason
  }
const secureRule = secure.authentication.password

example("SES-04b", "under the secure preset common passwords are refused, with whatever digits and marks around them", {
  because: "NIST SP 800-63B-4, section 3.1.1.2; rulebook SES-04",
  subject: underRule(secureRule),
  cases: {
    "a common word and digits": { given: "Password20261128", gives: "common" },
    "marks around it": { given: "!!!iloveyou-0123456", gives: "common" },
    "in full width": { given: "Ｐａｓｓｗｏｒｄ２０２６１１２８", gives: "common" },
    "keys in a row": { given: "qwertyuiopasdfgh1", gives: "common" },
    "a piece over and over": { given: "abc123abc123abc123", gives: "common" },
    "cut off in a piece": { given: "abc123abc123abc", gives: "common" },
    "a phrase": { given: "fourteen 3 otters play", gives: "accepted" },
    "made by a machine": { given: "t7Hq-mmR2-x0Lw-b9", gives: "accepted" },
    "one short": { given: "t7Hq-mmR2-x0Lw", gives: "tooShort" }
  },
  catches: {
    "the list is not looked at": underRule({ ...secureRule, commonRefused: false }),
    "everything is common": () => "common",
    "shorter ones will do": underRule({ ...secureRule, minimum: 8 })
  }
})

// ── who is let in, where ─────────────────────────────────────────────────────────────────────────────────────────────

validation(
  "SES-05",
  "a certificate account logs in on the app with its certificate, a legacy one until the deadline on the web",
  {
    because: "seed 000, メールアドレスでのログインも可能; rulebook SES-05, ACC-08, CRT-19",
    given: {
      origin: fc.constantFrom("certificate" as const, "legacy" as const),
      way: fc.constantFrom<Way>("web", "app"),
      deadline: fc.constantFrom(undefined, -1, 0, 1)
    },
    runs: 80,
    subject: right,
    holds: (wrong, { deadline, origin, way }) => {
      const rules = deadline === undefined ? {} : { migrationDeadline: later(noon, deadline) }
      const isLegacy = origin === "legacy"
      const isLate = deadline !== undefined && deadline < 0
      const expected = !isLegacy ? "in" : way === "app" ? "CertificateNotMatched" : isLate ? "MigrationRequired" : "in"
      return atDoor(
        wrong,
        [{ origin }],
        policyWith({}, rules)
      )(Effect.map(outcome(onEither(way)), (seen) => seen === expected))
    },
    catches: {
      "the deadline is not looked at": instead(
        under(LoginWithPassword, ({ account: { migrationDeadline: _, ...account } }) => ({ account }))
      ),
      "it concerns everybody": instead(mistaking(LoginWithPassword, "account", { origin: "legacy" })),
      "a certificate opens a legacy account": instead(mistaking(LoginWithCertificate, "claim", { state: "held" })),
      "the web is for legacy accounts": instead(
        deciding(LoginWithPassword, (decided, facts, { content }) =>
          Result.flatMap(decided, (decision) =>
            facts.find(claims, `email:${content.email}`)?.state === "held"
              ? Result.succeed({ ...decision, result: { _tag: "failed" as const, reason: "wrong" as const } })
              : Result.succeed(decision)
          )
        )
      )
    }
  }
)

validation("ACC-21", "a suspended account logs in on the web, for resuming alone, and on the app not at all", {
  because: "seed 000, 利用再開申請; rulebook ACC-21",
  given: {
    standing: fc.constantFrom("active" as const, "suspended" as const),
    way: fc.constantFrom<Way>("web", "app")
  },
  runs: 40,
  subject: right,
  holds: (wrong, { standing, way }) =>
    atDoor(wrong, [{ standing }])(
      Effect.gen(function* () {
        const { authenticate } = yield* Sessions
        const answer = yield* Effect.result(onEither(way))
        if (Result.isFailure(answer)) {
          return standing === "suspended" && way === "app" && answer.failure._tag === "AccountSuspended"
        }
        const known = yield* authenticate(answer.success.bearer)
        const scope = standing === "active" ? "full" : "resume"
        return answer.success.scope === scope && known._tag === "holder" && known.scope === scope
      })
    ),
  catches: {
    "it serves for everything": instead(mistaking(LoginWithPassword, "account", { _tag: "active" })),
    "it is not let in": instead(mistaking(LoginWithPassword, "account", { _tag: "stopped" })),
    "it is let in on the app": instead(mistaking(LoginWithCertificate, "account", { _tag: "active" })),
    "nobody does more than resume": instead(writing(LoginWithPassword, "session", { scope: "resume" }))
  }
})

const pairs: Readonly<Record<string, { readonly pair: NonNullable<Person["pair"]>; readonly gives: string }>> = {
  valid: { pair: {}, gives: "in" },
  none: { pair: "none", gives: "CertificateNotIssued" },
  revoked: { pair: { state: "revoked", revokedAt: noon }, gives: "CertificateRevoked" },
  superseded: { pair: { state: "superseded" }, gives: "CertificateSuperseded" }
}
const { login, signature } = pairOf(0, {})
const lasting = {
  login: { ...login, validUntil: later(validUntil, 1000) },
  signature: { ...signature, validUntil: later(validUntil, 1000) }
}
const verdictsGive: Readonly<Record<Verdict, string>> = {
  verified: "in",
  expired: "CertificateExpired",
  notYetValid: "CertificateExpired",
  untrusted: "CertificateUntrusted",
  revoked: "CertificateRevoked",
  unchecked: "CertificateUnchecked",
  challengeInvalid: "ChallengeInvalid"
}

validation("CRT-10b", "nobody is let in with a certificate that does not hold, nor with one of a pair that does not", {
  because: "seed 000, 有効期限が切れている, 失効している; rulebook CRT-01, CRT-09, CRT-10",
  given: {
    verdict: fc.oneof(fc.constant<Verdict>("verified"), fc.constantFrom(...Verdict.literals)),
    pair: fc.oneof(fc.constant("valid"), fc.constantFrom(...Object.keys(pairs))),
    late: fc.constantFrom(0, 1)
  },
  covers: {
    "let in": {
      atLeast: 5,
      when: ({ late, pair, verdict }) => verdict === "verified" && pair === "valid" && late === 0
    }
  },
  runs: 100,
  subject: right,
  holds: (wrong, { late, pair: name, verdict }) => {
    const { gives = "", pair = {} } = pairs[name] ?? {}
    const expected =
      verdict !== "verified" ? verdictsGive[verdict] : gives === "in" && late === 1 ? "CertificateExpired" : gives
    return atDoor(wrong, [{ pair }])(
      Effect.gen(function* () {
        yield* TestClock.setTime(validUntil + late)
        return (yield* outcome(onApp(0, { verdict }))) === expected
      })
    )
  },
  catches: {
    "every certificate holds": instead(
      hearing(LoginWithCertificate, ({ presented, ...content }) => ({
        ...content,
        presented: { ...presented, certificate: { ...presented.certificate, verdict: "verified" as const } }
      }))
    ),
    "every pair holds": instead(mistaking(LoginWithCertificate, "certificatePair", { state: "issued" })),
    "pairs live for ever": instead(mistaking(LoginWithCertificate, "certificatePair", lasting)),
    "there are no pairs": instead(blindTo(LoginWithCertificate, "certificatePair"))
  }
})

transition(
  "CRT-09d",
  "a signed challenge lets in once; repeated with its key it gives the same session, and only to whoever signed",
  {
    because: "rulebook CRT-09, LED-08",
    given: { again: fc.constantFrom("sameKey" as const, "otherKey" as const, "unsigned" as const) },
    runs: 30,
    subject: right,
    holds: (wrong, { again }) =>
      atDoor(wrong, [{}])(
        Effect.gen(function* () {
          const { loginWithCertificate } = yield* Sessions
          const key = anew()
          const first = yield* onApp(0, { key })
          const presentation = { ...presented(0, key), ...(again === "unsigned" ? { signature: "another" } : {}) }
          const second = yield* Effect.result(
            loginWithCertificate(presentation, { actor: host, key: again === "otherKey" ? anew() : key })
          )
          if (Result.isFailure(second)) return again !== "sameKey" && second.failure._tag === "ChallengeInvalid"
          return again === "sameKey" && second.success.bearer === first.bearer
        })
      ),
    catches: {
      "a challenge lets in twice": instead(blindTo(LoginWithCertificate, "usedChallenge")),
      "whoever has the key is let in": {
        sessions: (real) => ({
          ...real,
          loginWithCertificate: (presentation, intent) =>
            real.loginWithCertificate({ ...presentation, signature: "signature" }, intent)
        })
      },
      "every login is another": {
        sessions: (real) => ({
          ...real,
          loginWithCertificate: (presentation) => real.loginWithCertificate(presentation, { actor: host, key: anew() })
        })
      }
    }
  }
)

// ── what strangers learn, and what they can do ───────────────────────────────────────────────────────────────────────

/** What whoever tries can see of an attempt, and what it costs: the answer, the hashes compared, the commands recorded. */
const seenBy = (wrong: Wrong, person: Person, typing: Typing) => {
  let compared = 0
  const counting: Wrong = {
    ...wrong,
    hasher: (real) => {
      const hasher = wrong.hasher?.(real) ?? real
      return {
        ...hasher,
        verify: (typed, phc) => Effect.tap(hasher.verify(typed, phc), () => Effect.sync(() => void (compared += 1)))
      }
    }
  }
  return atDoor(counting, [person])(
    Effect.gen(function* () {
      const answer = yield* Effect.result(onWeb(typing))
      const commands = (yield* recorded("LoginWithPassword")).length
      return { answer: Result.isSuccess(answer) ? "in" : JSON.stringify(answer.failure), compared, commands }
    })
  )
}

const refusedAs = (reason: string, refusal: unknown): AnyCommand =>
  deciding(LoginWithPassword as AnyCommand, (decided) =>
    Result.flatMap(decided, (decision) =>
      (decision.result as { readonly reason?: string }).reason === reason
        ? Result.fail(refusal)
        : Result.succeed(decision)
    )
  )

validation("SEC-01c", "whoever does not get in sees one and the same, whatever the reason, and after the same work", {
  because: "OWASP ASVS 5.0, 6.3.8; rulebook SEC-01",
  given: { standing: fc.constantFrom(...standings), isRight: fc.boolean() },
  runs: 120,
  subject: right,
  holds: (wrong, { isRight, standing }) =>
    Effect.gen(function* () {
      const isNobody = standing === "unknown"
      const typing = { of: isNobody ? 1 : 0, ...(isRight ? {} : { typed: wrongPassword }) }
      const seen = yield* seenBy(wrong, isNobody ? {} : { standing }, typing)
      const isIn = isRight && (standing === "active" || standing === "suspended")
      return (
        seen.answer === (isIn ? "in" : JSON.stringify(new LoginFailed())) && seen.compared === 1 && seen.commands === 1
      )
    }),
  catches: {
    "a lock is named": instead(refusedAs("locked", new AccountLocked({ account: accountIdOf(0), cause: "failures" }))),
    "a stop is named": instead(refusedAs("stopped", new AccountStopped({ account: accountIdOf(0), contact: "03" }))),
    "an unknown address leaves no trace": instead(refusedAs("unknown", new LoginFailed())),
    "an unknown address costs nothing": {
      sessions: (real) => ({
        ...real,
        loginWithPassword: (request, intent) =>
          request.email === emailOf(1) ? Effect.fail(new LoginFailed()) : real.loginWithPassword(request, intent)
      })
    },
    "nobody is let in": instead(
      hearing(LoginWithPassword, (content) => ({ ...content, evidence: { ...content.evidence, isRight: false } }))
    )
  }
})

const hour = 60 * minute

invariant(
  "SEC-09c",
  "strangers lock nobody out: after five failures they are turned away for an hour, and the holder is not",
  {
    because: "rulebook SEC-09",
    given: {
      apart: fc.constantFrom(true, true, false),
      failures: fc.integer({ min: 0, max: 12 }),
      wait: fc.constantFrom(0, hour - 1, hour),
      who: fc.constantFrom("holder" as const, "stranger" as const)
    },
    covers: {
      "they are turned away": {
        atLeast: 10,
        when: ({ apart, failures, wait }) => apart && failures >= 5 && wait < hour
      }
    },
    runs: 120,
    subject: right,
    holds: (wrong, { apart, failures, wait, who }) =>
      atDoor(
        wrong,
        [{}],
        policyWith({ lockout: { strangersApart: apart } })
      )(
        Effect.gen(function* () {
          const { device = "" } = yield* onWeb()
          yield* Effect.forEach(Array.from({ length: failures }), () => outcome(onWeb({ typed: wrongPassword })))
          yield* TestClock.adjust(wait)
          const seen = yield* outcome(onWeb(who === "holder" ? { device } : {}))
          const isIn = apart ? who === "holder" || failures < 5 || wait >= hour : failures < 5
          return seen === (isIn ? "in" : "LoginFailed")
        })
      ),
    catches: {
      "they are counted with the holder": instead(
        under(LoginWithPassword, ({ authentication }) => ({
          authentication: { ...authentication, lockout: { ...authentication.lockout, strangersApart: false } }
        }))
      ),
      "they are never turned away": instead(writing(LoginWithPassword, "lockout", { strangersUntil: noon })),
      "they are turned away for ever": instead(
        writing(LoginWithPassword, "lockout", { strangersUntil: later(noon, 1e10) })
      ),
      "no device is known": instead(writing(LoginWithPassword, "lockout", { devices: [] })),
      "everybody is a stranger, whatever the policy": instead(
        under(LoginWithPassword, ({ authentication }) => ({
          authentication: { ...authentication, lockout: { ...authentication.lockout, strangersApart: true } }
        }))
      )
    }
  }
)

const unlocked = <Wronged extends AnyCommand>(command: Wronged): Wrong =>
  instead(mistaking(command as AnyCommand, "account", { lockedAt: undefined, lockCause: undefined }))

invariant(
  "LCK-05b",
  "while an account is locked nobody logs in to it, right or wrong, with password or certificate, and nothing is counted",
  {
    because: "seed 000, アカウントロック; rulebook LCK-05",
    given: {
      attempts: fc.array(fc.constantFrom("right" as const, "wrong" as const, "certificate" as const), {
        minLength: 1,
        maxLength: 6
      })
    },
    runs: 60,
    subject: right,
    holds: (wrong, { attempts }) =>
      atDoor(wrong, [{ standing: "locked" }])(
        Effect.gen(function* () {
          const seen = yield* Effect.forEach(attempts, (attempt) =>
            outcome(
              onEither(
                attempt === "certificate" ? "app" : "web",
                0,
                attempt === "wrong" ? { typed: wrongPassword } : {}
              )
            )
          )
          const { books } = yield* MemoryBooks
          return (
            seen.every((one, n) => one === (attempts[n] === "certificate" ? "AccountLocked" : "LoginFailed")) &&
            books.records.get(lockouts.name) === undefined
          )
        })
      ),
    catches: {
      "the web does not look": unlocked(LoginWithPassword),
      "the app does not look": unlocked(LoginWithCertificate)
    }
  }
)

/** Whether a series of recorded outcomes is one in which no more failures in a row are looked at than lock. */
const isBounded = (
  outcomes: ReadonlyArray<{ readonly _tag: string; readonly reason?: string }>,
  locksAt: number
): boolean => {
  let failures = 0
  return outcomes.every(({ _tag, reason }) => {
    if (failures === locksAt) return reason === "locked"
    failures = _tag === "loggedIn" ? 0 : failures + 1
    return _tag === "loggedIn" || reason === "wrong"
  })
}

invariant(
  "LCK-07b",
  "of two hundred attempts at once no more wrong ones are looked at than lock, wherever a right one stands among them",
  {
    because: "rulebook LCK-07",
    given: { right: fc.option(fc.nat(199), { nil: undefined }), locksAt: fc.constantFrom(3, 5) },
    runs: 12,
    subject: right,
    holds: (wrong, { locksAt, right: rightOne }) =>
      atDoor(
        wrong,
        [{}],
        policyWith({ lockout: { locksAt } })
      )(
        Effect.gen(function* () {
          const seen = yield* Effect.forEach(
            Array.from({ length: 200 }, (_, n) => n),
            (n) => outcome(onWeb(n === rightOne ? {} : { typed: wrongPassword })),
            { concurrency: "unbounded" }
          )
          const outcomes = yield* recorded("LoginWithPassword")
          const letIn = outcomes.filter(({ _tag }) => _tag === "loggedIn").length
          return (
            outcomes.length === 200 &&
            isBounded(outcomes, locksAt) &&
            outcomes.at(-1)?.reason === "locked" &&
            seen.filter((one) => one === "in").length === letIn
          )
        })
      ),
    catches: {
      "the lock is not looked at when it is decided": unlocked(LoginWithPassword),
      "the count is the one from before": instead(mistaking(LoginWithPassword, "lockout", { failures: 0 })),
      "a failure too many": instead(
        under(LoginWithPassword, ({ authentication }) => ({
          authentication: {
            ...authentication,
            lockout: { ...authentication.lockout, locksAt: authentication.lockout.locksAt + 1 }
          }
        }))
      )
    }
  }
)

/** A service that keeps its answers by key. */
const remembering = (): Wrong => ({
  sessions: (real) => {
    const answers = new Map<string, Effect.Success<ReturnType<typeof real.loginWithPassword>>>()
    return {
      ...real,
      loginWithPassword: (request, intent) =>
        Effect.suspend(() => {
          const known = answers.get(intent.key)
          if (known !== undefined) return Effect.succeed(known)
          return Effect.tap(real.loginWithPassword(request, intent), (answer) =>
            Effect.sync(() => void answers.set(intent.key, answer))
          )
        })
    }
  }
})

invariant(
  "LCK-01b",
  "repeated with its key a login gives the same session, and to a wrong password none: that is a failure of its own",
  {
    because: "rulebook LED-08, LCK-01",
    given: { attempts: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }) },
    runs: 60,
    subject: right,
    holds: (wrong, { attempts }) =>
      atDoor(wrong, [{}])(
        Effect.gen(function* () {
          const key = anew()
          const first = yield* onWeb({ key })
          const repeated = yield* Effect.forEach(attempts, (isRight) =>
            Effect.result(onWeb(isRight ? { key } : { key, typed: wrongPassword }))
          )
          const isAsFirst = repeated.every((answer, n) =>
            attempts[n] === true
              ? Result.isSuccess(answer) &&
                answer.success.bearer === first.bearer &&
                answer.success.device === first.device
              : Result.isFailure(answer) && answer.failure._tag === "LoginFailed"
          )
          const counted = (yield* recorded("LoginWithPassword")).filter(({ reason }) => reason === "wrong").length
          return isAsFirst && counted === attempts.filter((isRight) => !isRight).length
        })
      ),
    catches: {
      "whoever has the key is let in": remembering(),
      "every login is another": {
        sessions: (real) => ({
          ...real,
          loginWithPassword: (request) => real.loginWithPassword(request, { actor: host, key: anew() })
        })
      },
      "a wrong password with a used key counts nothing": {
        sessions: (real) => ({
          ...real,
          loginWithPassword: (request, intent) =>
            request.password === wrongPassword
              ? Effect.fail(new LoginFailed())
              : real.loginWithPassword(request, intent)
        })
      }
    }
  }
)

notice("SEC-06c", "a login from a device that was not there before is told to the holder, once another one was", {
  because: "rulebook SEC-06",
  given: {
    logins: fc.array(fc.constantFrom("app" as const, "new" as const, "first" as const), { minLength: 1, maxLength: 6 })
  },
  covers: {
    "somebody comes again": { atLeast: 30, when: ({ logins }) => logins.filter((from) => from === "first").length > 1 }
  },
  runs: 60,
  subject: right,
  holds: (wrong, { logins }) =>
    atDoor(wrong)(
      Effect.gen(function* () {
        let first: string | undefined
        const begun = yield* Effect.forEach(logins, (from) =>
          Effect.map(
            onEither(
              from === "app" ? "app" : "web",
              0,
              from === "first" && first !== undefined ? { device: first } : {}
            ),
            (answer) => {
              if (from === "first") first ??= answer.device
              return answer.device ?? "app"
            }
          )
        )
        const { books } = yield* MemoryBooks
        const told = [...books.notices.values()].filter(({ kind, to }) => kind === "deviceChanged" && to === "holder")
        return told.length === new Set(begun).size - 1
      })
    ),
  catches: {
    "nobody is told": instead(without(LoginWithPassword, "notices")),
    "nobody is told of the app": instead(without(LoginWithCertificate, "notices")),
    "every login is told": instead(mistaking(LoginWithPassword, "lockout", { devices: [hashOf("phone", 1)] })),
    "no device is known": instead(writing(LoginWithPassword, "lockout", { devices: [] }))
  }
})

// ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every secret that is given out or typed while a holder and a staff user log in. */
const secretsGiven = Effect.gen(function* () {
  const office = yield* StaffOffice
  const { bearer, device = "" } = yield* onWeb()
  const app = yield* onApp()
  const invited = yield* register(["admin"])
  yield* office.setPassword({ token: invited.settingToken, password: staffPassword }, { actor: host, key: anew() })
  const staff = yield* staffIn()
  yield* outcome(onWeb({ typed: wrongPassword }))
  return [bearer, app.bearer, staff.bearer, invited.settingToken]
    .map((given) => given.split(".")[1] ?? "")
    .concat(device, password, wrongPassword, staffPassword, "staff-1")
})

/** The forms in which a secret could stand somewhere. */
const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(secret).toString("hex"),
  ...(secret.length === 43 ? [Buffer.from(secret, "base64url").toString("hex")] : [])
]

invariant(
  "SEC-02",
  "no password, bearer token, token to set a password or device stands anywhere in the books, nor beside them",
  {
    because: "rulebook SEC-02, SES-04",
    given: { strangersApart: fc.boolean() },
    runs: 4,
    subject: right,
    holds: (wrong, { strangersApart }) =>
      atDoor(
        wrong,
        [{}],
        policyWith({ lockout: { strangersApart } })
      )(
        Effect.gen(function* () {
          const secrets = yield* secretsGiven
          const text = yield* booksText
          return (
            secrets.length === 9 && secrets.every((secret) => formsOf(secret).every((form) => !text.includes(form)))
          )
        })
      ),
    catches: {
      "passwords are kept as they are": {
        hasher: () => ({
          hash: (typed) => Effect.succeed(`$${typed}`),
          verify: (typed, phc) => Effect.succeed(phc === `$${typed}`)
        })
      },
      "tokens are kept as they are": {
        secrets: (real) => ({
          ...real,
          keyedHash: (purpose, value) =>
            purpose === "session"
              ? (Buffer.from(value, "base64url").toString("hex") as KeyedHash)
              : real.keyedHash(purpose, value)
        })
      },
      "devices are kept as they are": {
        secrets: (real) => ({
          ...real,
          keyedHash: (purpose, value) =>
            purpose === "device" && value.length === 64 ? (value as KeyedHash) : real.keyedHash(purpose, value)
        })
      }
    }
  }
)

// ── staff ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const actors = {
  operator: operator as string,
  system: "system:start",
  host: host as string,
  holder: `holder:${accountIdOf(0)}`
} as const

validation(
  "SEC-10",
  "staff is kept by the operator itself and by admins who are neither locked nor gone, and by nobody else",
  {
    because: "rulebook SEC-10",
    given: {
      who: fc.constantFrom(
        ...(Object.keys(actors) as ReadonlyArray<keyof typeof actors>),
        "staff" as const,
        "staff" as const
      ),
      role: fc.constantFrom<StaffRole>("admin", "support", "finance"),
      fate: fc.constantFrom("active" as const, "active" as const, "locked" as const, "ended" as const)
    },
    covers: {
      "an admin": {
        atLeast: 3,
        when: ({ fate, role, who }) => who === "staff" && role === "admin" && fate === "active"
      }
    },
    runs: 100,
    subject: right,
    holds: (wrong, { fate, role, who }) =>
      atDoor(wrong)(
        Effect.gen(function* () {
          const office = yield* StaffOffice
          const { staff } = yield* employed([role])
          if (fate === "locked") yield* lockedOut
          if (fate === "ended") yield* office.end(staff, { actor: operator, key: anew() })
          const actor = (who === "staff" ? `operator:${staff}` : actors[who]) as Actor
          const seen = yield* outcome(register(["support"], "other-1", actor))
          const isAllowed =
            who === "operator" || who === "system" || (who === "staff" && role === "admin" && fate === "active")
          return seen === (isAllowed ? "in" : "Forbidden")
        })
      ),
    catches: {
      "every role will do": instead(mistaking(RegisterStaff, "staff", { roles: ["admin"] })),
      "a locked one keeps staff": instead(mistaking(RegisterStaff, "staff", { lockedAt: undefined })),
      "one who is gone keeps staff": instead(mistaking(RegisterStaff, "staff", { _tag: "active" })),
      "no staff keeps staff": instead(mistaking(RegisterStaff, "staff", { roles: [] }))
    }
  }
)

const dayMillis = 24 * hour

validation(
  "SEC-02b",
  "a staff password is set once, within a day, with the token that was handed over for it, and by the rule",
  {
    because: "rulebook SEC-02, SES-04, MER-12",
    given: {
      wait: fc.constantFrom(0, dayMillis, dayMillis + 1),
      token: fc.constantFrom("own" as const, "own" as const, "former" as const, "of another" as const, "none" as const),
      isWeak: fc.constantFrom(false, false, true)
    },
    covers: {
      "it is set": { atLeast: 5, when: ({ isWeak, token, wait }) => token === "own" && wait <= dayMillis && !isWeak }
    },
    runs: 100,
    subject: right,
    holds: (wrong, { isWeak, token, wait }) =>
      atDoor(wrong)(
        Effect.gen(function* () {
          const office = yield* StaffOffice
          const former = yield* register(["support"])
          const { settingToken: own } = yield* office.reset(former.staff.id, { actor: operator, key: anew() })
          const another = yield* register(["support"], "other-1")
          yield* TestClock.adjust(wait)
          const secret = another.settingToken.split(".")[1] ?? ""
          const tokens = {
            own,
            former: former.settingToken,
            "of another": `${former.staff.id}.${secret}`,
            none: "none"
          }
          const set = outcome(
            office.setPassword(
              { token: tokens[token], password: isWeak ? "letters" : staffPassword },
              { actor: host, key: anew() }
            )
          )
          const isRight = token === "own" && wait <= dayMillis
          const first = yield* set
          if (first !== (isRight ? (isWeak ? "PasswordUnacceptable" : "in") : "SettingTokenInvalid")) return false
          const again = yield* outcome(
            office.setPassword({ token: tokens[token], password: "another-one-2" }, { actor: host, key: anew() })
          )
          return again === (isRight && isWeak ? "in" : "SettingTokenInvalid")
        })
      ),
    catches: {
      "a day and a moment": instead(writing(ResetStaffPassword, "staff", { settingUntil: later(noon, dayMillis + 1) })),
      "a day less a moment": instead(ahead(SetStaffPassword, 1)),
      "a token is not used up": instead(forgetting(SetStaffPassword, ({ kind }) => kind === "staff")),
      "a reset leaves the token": instead(forgetting(ResetStaffPassword, ({ kind }) => kind === "staff")),
      "any password will do": {
        office: (real) => ({
          ...real,
          setPassword: ({ password: typed, token }, intent) =>
            real.setPassword({ token, password: typed === "letters" ? staffPassword : typed }, intent)
        })
      }
    }
  }
)

/** What happens to a staff user who is logged in, and what comes of it. */
const staffFates = {
  locked: { login: "LoginFailed" },
  unlocked: { login: "in" },
  reset: { login: "LoginFailed" },
  ended: { login: "LoginFailed" }
} as const

transition("SES-03b", "a lock, a reset and the end of a staff user end the session at once; another unlocks", {
  because: "rulebook SES-03, LCK-03, MER-14",
  given: { fate: fc.constantFrom(...(Object.keys(staffFates) as ReadonlyArray<keyof typeof staffFates>)) },
  runs: 60,
  subject: right,
  holds: (wrong, { fate }) =>
    atDoor(wrong)(
      Effect.gen(function* () {
        const office = yield* StaffOffice
        const { bearer, staff } = yield* employed(["support"])
        const before = yield* isKnown(bearer)
        const intent = { actor: operator, key: anew() }
        if (fate === "locked" || fate === "unlocked") yield* lockedOut
        if (fate === "unlocked") yield* office.unlock(staff, intent)
        if (fate === "reset") yield* office.reset(staff, intent)
        if (fate === "ended") yield* office.end(staff, intent)
        const after = yield* isKnown(bearer)
        return before && !after && (yield* outcome(staffIn())) === staffFates[fate].login
      })
    ),
  catches: {
    "a lock lets it go on": instead(
      forgetting(LoginStaff, ({ kind, record }) => kind === "session" && "endedBy" in record)
    ),
    "a reset lets it go on": instead(forgetting(ResetStaffPassword, ({ kind }) => kind === "session")),
    "an end lets it go on": instead(forgetting(EndStaff, ({ kind }) => kind === "session")),
    "failures lock nobody": instead(mistaking(LoginStaff, "staff", { failures: 0 })),
    "nobody unlocks": instead(forgetting(UnlockStaff, ({ kind }) => kind === "staff")),
    "whoever is gone comes back": instead(forgetting(EndStaff, ({ kind }) => kind === "staff"))
  }
})
