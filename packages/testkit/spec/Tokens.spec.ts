/**
 * Tokens at the wallet: applications, enrolment, codes, correction, renewal and transactions to confirm (TOK).
 */
import { ApplyForToken, SuspendTokenUser } from "@kinchaku/domain/token/Application"
import { AnswerTransaction, AskTransaction, TokenNotReady } from "@kinchaku/domain/token/Confirmation"
import { CorrectToken } from "@kinchaku/domain/token/Correction"
import { CompleteTokenSetUp, EnrolToken } from "@kinchaku/domain/token/Enrolment"
import { FinishTokenRenewal, RenewToken } from "@kinchaku/domain/token/Renewal"
import { tokens } from "@kinchaku/domain/token/Token"
import { TokenCodeRejected, VerifyTokenCode } from "@kinchaku/domain/token/TokenCode"
import { TokenError } from "@kinchaku/domain/token/TokenError"
import { Tokens } from "@kinchaku/domain/token/Tokens"
import { PasswordHasher } from "@kinchaku/domain/session/PasswordHasher"
import { Effect, Layer, Result } from "effect"
import * as fc from "fast-check"
import { invariant, notice, transition, validation } from "../src/Rule.ts"
import { type Fate, fates, phoneLine } from "../src/simulators/PhoneLine.ts"
import * as TestCodes from "../src/simulators/TestCodes.ts"
import * as TestSecrets from "../src/simulators/TestSecrets.ts"
import {
  deciding,
  forgetting,
  hearing,
  mistaking,
  refusing,
  seeing,
  without,
  writing
} from "./support/PaymentsMistakes.ts"
import {
  amount,
  answersRaw,
  around,
  asks,
  believing,
  codeNear,
  deskAndIntent,
  lockingAt,
  lockoutPolicy,
  marks,
  payee,
  recorded,
  recordOf,
  recordsOf,
  remembering,
  replaysAlike,
  seedOf,
  started,
  startOnly,
  stateOf,
  underToken,
  wrongCode
} from "./support/TokensTrials.ts"
import {
  apply,
  books,
  day,
  inUse,
  inWorld,
  midday,
  minute,
  outcome,
  pass,
  phone,
  present,
  reissue,
  service,
  startPassword,
  suspend,
  tokenPolicy,
  typed,
  user,
  whole,
  wrongly
} from "./support/TokensWorld.ts"

const refusal = (code: TokenError["code"]) => new TokenError({ code, operation: "setUp" })
/** Tokens that can be renewed from their first day on. */
const renewable = tokenPolicy({ lifeDays: 100 })

validation("TOK-03b", "the wallet enrols nobody where one of the four is left out, and keeps nothing", {
  because: "seed 004, 上記の内容に同意; S0G1",
  runs: 20,
  given: { left: fc.constantFrom("service", "user", "startPassword", "agreed", "nothing") },
  subject: whole,
  holds: (part, { left }) =>
    inWorld(part)(
      Effect.gen(function* () {
        yield* apply()
        const random = "r".repeat(22)
        const request = { request: random, device: random, service: service.id, user, startPassword, clock: midday }
        const all = Object.entries({ ...request, agreed: true }).filter(([name]) => name !== left)
        const { enrol } = yield* Tokens
        const what = yield* outcome(enrol(Object.fromEntries(all) as unknown as Parameters<typeof enrol>[0]))
        const made = (yield* recordsOf(tokens)).length
        const expected = left === "nothing" ? "ok" : left === "agreed" ? "ValidationFailed" : "S0G1"
        return what === expected && made === (left === "nothing" ? 1 : 0)
      })
    ),
  catches: {
    "agreement is taken for granted": {
      tokens: (real) => ({ ...real, enrol: (request) => real.enrol({ ...request, agreed: true }) })
    },
    "a start password is not asked": {
      tokens: (real) => ({ ...real, enrol: (request) => real.enrol({ ...request, startPassword }) })
    }
  }
})

transition("TOK-05", "a user whose token is in use cannot enrol again, on whatever phone", {
  because: "seed 004, S0B4",
  runs: 40,
  given: { before: fc.boolean(), phones: fc.integer({ min: 1, max: 3 }) },
  subject: whole,
  holds: (part, { before, phones }) =>
    inWorld(part)(
      Effect.gen(function* () {
        yield* before ? inUse() : apply()
        const answers: Array<string> = []
        for (let n = 0; n < phones; n++) {
          const app = yield* phone()
          answers.push(yield* outcome(app.setUp(typed())))
        }
        const made = (yield* recordsOf(tokens)).length
        return made === 1 && answers.every((what, n) => what === (n > 0 || before ? "S0B4" : "ok"))
      })
    ),
  catches: {
    "every phone gets a token": wrongly(mistaking(EnrolToken, "tokenUser", { _tag: "applied" })),
    "nobody gets one": wrongly(refusing(EnrolToken, refusal("S0B4"))),
    "the user's token is forgotten": wrongly(forgetting(EnrolToken, ({ kind }) => kind === "tokenUser"))
  }
})

validation(
  "TOK-06",
  "a user who is suspended at the service can neither enrol, renew nor correct, and no code is accepted",
  {
    because: "seed 004, S0B5, S3B5",
    runs: 40,
    given: {
      suspended: fc.boolean(),
      resumed: fc.boolean(),
      asked: fc.constantFrom("enrol", "renew", "correct", "authenticate")
    },
    subject: whole,
    holds: (part, { asked, resumed, suspended }) =>
      inWorld(part, { policy: renewable })(
        Effect.gen(function* () {
          const app = yield* phone()
          yield* apply()
          if (asked !== "enrol") yield* app.setUp(typed())
          if (suspended) yield* suspend(true)
          if (resumed) yield* suspend(false)
          const [kept] = app.tokens
          const what =
            kept === undefined
              ? yield* outcome(app.setUp(typed()))
              : asked === "renew"
                ? yield* outcome(app.renew(kept.token))
                : asked === "correct"
                  ? yield* outcome(app.correct(kept.token))
                  : yield* present(app.code(kept.token))
          const refused = { enrol: "S0B5", renew: "S3B5", correct: "S0B5", authenticate: "suspended" }[asked]
          return what === (suspended && !resumed ? refused : "ok")
        })
      ),
    catches: {
      "enrolment does not look": wrongly(mistaking(EnrolToken, "tokenUser", { suspendedAt: undefined })),
      "renewal does not look": wrongly(mistaking(RenewToken, "tokenUser", { suspendedAt: undefined })),
      "correction does not look": wrongly(mistaking(CorrectToken, "tokenUser", { suspendedAt: undefined })),
      "verification does not look": wrongly(mistaking(VerifyTokenCode, "tokenUser", { suspendedAt: undefined })),
      "a suspension never ends": wrongly(hearing(SuspendTokenUser, (content) => ({ ...content, suspended: true })))
    }
  }
)

transition("TOK-07", "the start password is locked by the set number of wrong ones, and only a new application helps", {
  because: "seed 004, S0C4; rulebook TOK-07 (default 5)",
  runs: 60,
  given: { tries: fc.integer({ min: 1, max: 6 }), wrongs: fc.integer({ min: 0, max: 7 }) },
  covers: {
    "one short of the lock": { atLeast: 5, when: ({ tries, wrongs }) => wrongs === tries - 1 },
    "just locked": { atLeast: 5, when: ({ tries, wrongs }) => wrongs === tries }
  },
  subject: whole,
  holds: (part, { tries, wrongs }) =>
    inWorld(part, { policy: tokenPolicy({ startPasswordTries: tries }) })(
      Effect.gen(function* () {
        yield* apply()
        const app = yield* phone()
        for (let n = 1; n <= wrongs; n++) {
          const what = yield* outcome(app.setUp(typed(user, "another-one")))
          if (what !== (n < tries ? "S0C1" : "S0C4")) return false
        }
        const right = yield* outcome(app.setUp(typed()))
        if (right !== (wrongs < tries ? "ok" : "S0C4")) return false
        if (right === "ok") return true
        yield* apply()
        return (yield* outcome(app.setUp(typed()))) === "ok"
      })
    ),
  catches: {
    "one more is allowed": wrongly(
      underToken(EnrolToken, ({ startPasswordTries }) => ({ startPasswordTries: startPasswordTries + 1 }))
    ),
    "one less is allowed": wrongly(
      underToken(EnrolToken, ({ startPasswordTries }) => ({ startPasswordTries: startPasswordTries - 1 }))
    ),
    "wrong ones are not counted": wrongly(mistaking(EnrolToken, "tokenUser", { wrongs: 0 })),
    "a new application stays locked": wrongly(writing(ApplyForToken, "tokenUser", { lockedAt: midday }))
  }
})

invariant("TOK-07b", "however many start passwords are tried at once, no more than the set number are looked at", {
  because: "rulebook LCK-07, TOK-07",
  runs: 25,
  given: { tries: fc.integer({ min: 1, max: 5 }), burst: fc.integer({ min: 1, max: 20 }) },
  subject: whole,
  holds: (part, { burst, tries }) =>
    inWorld(part, { policy: tokenPolicy({ startPasswordTries: tries }) })(
      Effect.gen(function* () {
        yield* apply()
        const apps = yield* Effect.forEach(Array.from({ length: burst }), () => phone())
        const answers = yield* Effect.forEach(apps, (app) => outcome(app.setUp(typed(user, "another-one"))), {
          concurrency: "unbounded"
        })
        return answers.filter((what) => what === "S0C1").length === Math.min(burst, tries - 1)
      })
    ),
  catches: {
    "each is counted as the first": wrongly(mistaking(EnrolToken, "tokenUser", { wrongs: 0, lockedAt: undefined })),
    "the count is lost": wrongly(forgetting(EnrolToken, ({ kind }) => kind === "tokenUser"))
  }
})

invariant("TOK-07c", "whoever does not know the start password is answered the same for a user ID that nobody has", {
  because: "rulebook SEC-01, S0C1: user ID or start password wrong",
  runs: 25,
  given: { tried: fc.integer({ min: 1, max: 7 }), suspended: fc.boolean(), enrolled: fc.boolean() },
  subject: whole,
  holds: (part, { enrolled, suspended, tried }) =>
    inWorld(part)(
      Effect.gen(function* () {
        yield* enrolled ? inUse() : apply()
        if (suspended) yield* suspend(true)
        const answersFor = (of: string) =>
          Effect.forEach(Array.from({ length: tried }), () =>
            Effect.flatMap(phone(), (app) => outcome(app.setUp(typed(of, "another-one"))))
          )
        const known = yield* answersFor(user)
        const unknown = yield* answersFor("nobody")
        return known.join() === unknown.join()
      })
    ),
  catches: {
    "an unknown user is named": wrongly(
      deciding(EnrolToken, (decided, facts, { content }) =>
        facts.find(
          { name: "tokenUser", schema: tokens.schema, idOf: () => "" },
          `${content.service}:${content.user}`
        ) === undefined
          ? Result.fail(refusal("S0G1"))
          : decided
      )
    ),
    "guesses for an unknown user are not counted": wrongly(
      forgetting(EnrolToken, ({ record }) => "_tag" in record && record._tag === "unregistered")
    )
  }
})

validation("TOK-08", "a phone enrols exactly while its clock is within the tolerance", {
  because: "seed 004, S0F1; rulebook TOK-08 (default ±10 minutes)",
  runs: 60,
  given: { tolerance: fc.constantFrom(1, 10, 60), error: around(600) },
  covers: {
    "at the border of ten": { atLeast: 2, when: ({ error, tolerance }) => tolerance === 10 && Math.abs(error) === 600 }
  },
  subject: whole,
  holds: (part, { error, tolerance }) =>
    inWorld(part, { policy: tokenPolicy({ driftMinutes: tolerance }) })(
      Effect.gen(function* () {
        yield* apply()
        const millis = (error * tolerance * minute) / 600
        const app = yield* phone({ ahead: Math.trunc(millis) })
        return (yield* outcome(app.setUp(typed()))) === (Math.abs(error) <= 600 ? "ok" : "S0F1")
      })
    ),
  catches: {
    "a minute more will do": wrongly(
      underToken(EnrolToken, ({ driftMinutes }) => ({ driftMinutes: driftMinutes + 1 }))
    ),
    "a moment less is asked": wrongly(
      hearing(EnrolToken, (content) => ({
        ...content,
        clock: (content.clock + Math.sign(content.clock - midday)) as typeof content.clock
      }))
    ),
    "any clock will do": wrongly(hearing(EnrolToken, (content) => ({ ...content, clock: midday })))
  }
})

transition(
  "TOK-10",
  "a renewal gives a token a new seed and a new end, and its codes are accepted before, during and after",
  {
    because: "seed 004, 残り180日",
    runs: 40,
    given: { daysLeft: fc.integer({ min: 0, max: 180 }), answered: fc.boolean() },
    subject: whole,
    holds: (part, { answered, daysLeft }) =>
      inWorld(part, { policy: tokenPolicy({ lifeDays: 400 }) })(
        Effect.gen(function* () {
          const { app, token } = yield* inUse({
            line: phoneLine(["through", "through", "through", answered ? "through" : "lost"])
          })
          const [before] = app.tokens
          yield* pass((400 - daysLeft) * day)
          const codes = [yield* present(app.code(token))]
          yield* outcome(app.renew(token))
          yield* pass(minute)
          codes.push(yield* present(app.code(token)))
          const after = yield* recordOf(token)
          const [kept] = app.tokens
          return (
            codes.every((what) => what === "ok") &&
            after?._tag === "active" &&
            kept?.expiresAt === after.expiresAt &&
            kept.seed === (yield* seedOf(after)) &&
            kept.seed !== before?.seed &&
            Math.abs(after.expiresAt - midday - (800 - daysLeft) * day) < day
          )
        })
      ),
    catches: {
      "the end stays": wrongly(writing(RenewToken, "token", { nextExpiresAt: midday + 400 * day })),
      "the seed stays": wrongly(hearing(RenewToken, (content) => ({ ...content, nonce: content.evidence.proved }))),
      "the next seed is not accepted yet": wrongly(
        seeing(VerifyTokenCode, (kind, record) => (kind === "token" ? { ...record, nextNonce: "" } : record)),
        FinishTokenRenewal
      ),
      "the end of a renewal is forgotten": wrongly(
        without(FinishTokenRenewal, "puts"),
        seeing(VerifyTokenCode, (kind, record) => (kind === "token" ? { ...record, nextNonce: "" } : record))
      )
    }
  }
)

validation(
  "TOK-11",
  "a token is renewed from the first moment of the day 180 days before its last one to the end of that, and at no other time",
  {
    because: "seed 004, S3E4, 残り180日",
    runs: 60,
    given: { edge: fc.constantFrom("opens", "closes"), off: fc.constantFrom(-day, -1, 0, 1, day), late: fc.boolean() },
    covers: { "just late": { atLeast: 5, when: ({ edge, off }) => edge === "closes" && off === 1 } },
    subject: whole,
    holds: (part, { edge, late, off }) =>
      inWorld(part, { policy: tokenPolicy({ lifeDays: 400, expiredRenewable: late }) })(
        Effect.gen(function* () {
          const { app, token } = yield* inUse()
          // 2026-05-20 and 400 days is 2027-06-24; 180 days before is 2026-12-26. Days are those of Japan.
          const opens = Date.UTC(2026, 11, 25, 15)
          const closes = Date.UTC(2027, 5, 24, 15) - 1
          yield* pass((edge === "opens" ? opens : closes) + off - midday)
          const isInside = edge === "opens" ? off >= 0 : off <= 0 || late
          return (yield* outcome(app.renew(token))) === (isInside ? "ok" : "S3E4")
        })
      ),
    catches: {
      "from a day earlier": wrongly(underToken(RenewToken, () => ({ renewalDays: 181 }))),
      "from a day later": wrongly(underToken(RenewToken, () => ({ renewalDays: 179 }))),
      "after its end too": wrongly(underToken(RenewToken, () => ({ expiredRenewable: true }))),
      "never after its end": wrongly(underToken(RenewToken, () => ({ expiredRenewable: false })))
    }
  }
)

validation(
  "TOK-12",
  "a token is not renewed before its set-up is complete, before transaction authentication has started, or while a transaction awaits",
  {
    because: "seed 004, S3B3, S3D3, S3D4",
    runs: 60,
    given: { state: fc.constantFrom("settingUp", "starting", "awaiting", "answered", "free") },
    subject: whole,
    holds: (part, { state }) =>
      inWorld(part, { policy: renewable })(
        Effect.gen(function* () {
          const { confirm, pending } = {
            confirm: state === "awaiting" || state === "answered",
            pending: state === "starting"
          }
          yield* apply()
          const app = yield* phone({ line: phoneLine(state === "settingUp" ? ["through", "lost"] : []) })
          yield* outcome(app.setUp(typed()))
          const [kept] = app.tokens
          if (kept === undefined) return false
          if (pending) yield* startOnly
          if (confirm) yield* started(app, kept.token)
          const asked = confirm ? yield* asks() : undefined
          if (state === "answered" && asked !== undefined) yield* answersRaw(app, kept.token, asked.id)
          const expected = { settingUp: "S3B3", starting: "S3D3", awaiting: "S3D4", answered: "ok", free: "ok" }[state]
          return (yield* outcome(app.renew(kept.token))) === expected
        })
      ),
    catches: {
      "set-up does not count": wrongly(
        seeing(RenewToken, (kind, record) =>
          kind === "token" ? { confirmation: "off", setUpAt: midday, ...record, _tag: "active" } : record
        )
      ),
      "a pending start does not count": wrongly(
        seeing(RenewToken, (kind, record) =>
          kind === "token" && record !== undefined && "setUpAt" in record ? { ...record, confirmation: "on" } : record
        )
      ),
      "an unconfirmed transaction does not count": wrongly(mistaking(RenewToken, "token", { awaiting: undefined })),
      "an answered one counts still": wrongly(forgetting(AnswerTransaction, ({ kind }) => kind === "token"))
    }
  }
)

validation("TOK-13b", "with an expired token no code is accepted and nothing is corrected: it must be renewed first", {
  because: "seed 004, S4E3",
  runs: 60,
  given: { late: fc.constantFrom(-1, 0, 1, day), asked: fc.constantFrom("correct", "authenticate") },
  covers: { "just expired": { atLeast: 10, when: ({ late }) => late === 1 } },
  subject: whole,
  holds: (part, { asked, late }) =>
    inWorld(part, { policy: renewable })(
      Effect.gen(function* () {
        const { app, token } = yield* inUse()
        const end = app.tokens[0]?.expiresAt ?? 0
        yield* pass(end + late - midday)
        const what =
          asked === "correct" ? yield* outcome(app.correct(token)) : yield* present(yield* codeNear(app, token, 0))
        return what === (late <= 0 ? "ok" : asked === "correct" ? "S4E3" : "expired")
      })
    ),
  catches: {
    "its codes are accepted": wrongly(mistaking(VerifyTokenCode, "token", { expiresAt: midday + 10_000 * day })),
    "it is corrected": wrongly(mistaking(CorrectToken, "token", { expiresAt: midday + 10_000 * day })),
    "it ends a moment too early": wrongly(
      seeing(CorrectToken, (kind, record) =>
        kind === "token" && record !== undefined && "expiresAt" in record
          ? { ...record, expiresAt: Number(record.expiresAt) - 1 }
          : record
      )
    )
  }
})

transition(
  "TOK-14",
  "a correction within the limit makes the codes of a wrong clock right, and one beyond it is refused",
  {
    because: "seed 004, 時刻のずれを、サーバー側で管理; rulebook TOK-14 (default ±10 minutes)",
    runs: 60,
    given: { error: around(600_000), corrects: fc.boolean() },
    covers: {
      "at the border": { atLeast: 10, when: ({ error }) => Math.abs(error) === 600_000 },
      "just beyond": { atLeast: 10, when: ({ error }) => Math.abs(error) === 600_001 }
    },
    subject: whole,
    holds: (part, { corrects, error }) =>
      inWorld(part)(
        Effect.gen(function* () {
          let ahead = 0
          const { app, token } = yield* inUse({ ahead: () => ahead })
          ahead = error
          const corrected = corrects ? yield* outcome(app.correct(token)) : "not asked"
          yield* pass(3 * minute)
          const isWithin = Math.abs(error) <= 600_000
          const steps = Math.floor((midday + error) / minute) - Math.floor(midday / minute)
          const isRight = corrected === "ok" || Math.abs(steps) <= 1
          const measured = (yield* recordOf(token))?.offset
          return (
            (!corrects || corrected === (isWithin ? "ok" : "S0F1")) &&
            measured === (corrected === "ok" ? error : 0) &&
            (yield* present(app.code(token))) === (isRight ? "ok" : "wrong")
          )
        })
      ),
    catches: {
      "it is measured and not kept": wrongly(without(CorrectToken, "puts")),
      "it is kept and not applied": wrongly(mistaking(VerifyTokenCode, "token", { offset: 0 })),
      "it is applied backwards": wrongly(
        seeing(VerifyTokenCode, (kind, record) =>
          kind === "token" && record !== undefined && "offset" in record
            ? { ...record, offset: -Number(record.offset) }
            : record
        )
      ),
      "a minute more will do": wrongly(
        underToken(CorrectToken, ({ driftMinutes }) => ({ driftMinutes: driftMinutes + 1 }))
      ),
      "the border is too far": wrongly(
        hearing(CorrectToken, (content) => ({
          ...content,
          clock: (content.clock + Math.sign(content.clock - midday)) as typeof content.clock
        }))
      )
    }
  }
)

const presented = fc.record({ steps: fc.integer({ min: -4, max: 4 }), passes: fc.constantFrom(0, 0, 1, 2) })

invariant("TOK-15", "a code is accepted exactly within the window around the time, and each step once", {
  because: "RFC 6238, section 5.2; rulebook TOK-15",
  runs: 60,
  given: { window: fc.integer({ min: 0, max: 3 }), codes: fc.array(presented, { minLength: 1, maxLength: 12 }) },
  covers: {
    "a step comes twice": {
      atLeast: 20,
      when: ({ codes }) => new Set(codes.map(({ steps }) => steps)).size < codes.length
    }
  },
  subject: whole,
  holds: (part, { codes, window }) =>
    inWorld(part, { policy: lockoutPolicy(100, { window }) })(
      Effect.gen(function* () {
        const { app, token } = yield* inUse()
        const used = new Set<number>()
        let now = 0
        for (const { passes, steps } of codes) {
          yield* pass(passes * minute)
          now += passes
          const isInside = Math.abs(steps) <= window
          const expected = !isInside ? "wrong" : used.has(now + steps) ? "alreadyUsed" : "ok"
          if ((yield* present(yield* codeNear(app, token, steps))) !== expected) return false
          if (expected === "ok") used.add(now + steps)
        }
        return true
      })
    ),
  catches: {
    "a code counts as often as it comes": wrongly(mistaking(VerifyTokenCode, "token", { used: [] })),
    "one step more will do": wrongly(underToken(VerifyTokenCode, ({ window }) => ({ window: window + 1 }))),
    "one step less will do": wrongly(underToken(VerifyTokenCode, ({ window }) => ({ window: window - 1 }))),
    "a used step takes the ones before along": wrongly(
      seeing(VerifyTokenCode, (kind, record) => {
        if (kind !== "token" || record === undefined || !("used" in record)) return record
        const steps = record.used as ReadonlyArray<number>
        return { ...record, used: steps.flatMap((step) => [step, step - 1, step - 2]) }
      })
    )
  }
})

invariant("TOK-15b", "of one code that is presented many times at once, one is accepted", {
  because: "rulebook TOK-15, LCK-07; RFC 6238, section 5.2",
  runs: 25,
  given: { burst: fc.integer({ min: 2, max: 25 }) },
  subject: whole,
  holds: (part, { burst }) =>
    inWorld(part)(
      Effect.gen(function* () {
        const { app, token } = yield* inUse()
        const code = app.code(token)
        const all = Array.from({ length: burst }, () => present(code))
        const answers = yield* Effect.all(all, { concurrency: "unbounded" })
        const rest = answers.filter((what) => what === "alreadyUsed").length
        return answers.filter((what) => what === "ok").length === 1 && rest === burst - 1
      })
    ),
  catches: {
    "all are accepted": wrongly(mistaking(VerifyTokenCode, "token", { used: [] })),
    "none is accepted": wrongly(refusing(VerifyTokenCode, new TokenCodeRejected({ reason: "alreadyUsed" })))
  }
})

invariant("TOK-15c", "as many wrong codes in a row as lock an account lock a token, which must be issued again then", {
  because: "rulebook LCK-03, LCK-04, TOK-20: codes keep failing",
  runs: 40,
  given: { locksAt: fc.integer({ min: 1, max: 4 }), tries: fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }) },
  covers: { "a right one between": { atLeast: 20, when: ({ tries }) => /false,true,false/.test(tries.join()) } },
  subject: whole,
  holds: (part, { locksAt, tries }) =>
    inWorld(part, { policy: lockoutPolicy(locksAt) })(
      Effect.gen(function* () {
        const { app, token } = yield* inUse()
        let wrongs = 0
        for (const isRight of tries) {
          yield* pass(3 * minute)
          const what = yield* present(isRight ? app.code(token) : yield* wrongCode(app, token))
          const isLocked = wrongs >= locksAt
          if (!isLocked) wrongs = isRight ? 0 : wrongs + 1
          const counted = isRight ? "ok" : wrongs >= locksAt ? "locked" : "wrong"
          if (what !== (isLocked ? "locked" : counted)) return false
        }
        yield* reissue()
        const again = yield* phone()
        const anew = yield* again.setUp(typed())
        return (yield* present(again.code(anew.token))) === "ok"
      })
    ),
  catches: {
    "one more is allowed": wrongly(lockingAt((locksAt) => locksAt + 1)),
    "one less is allowed": wrongly(lockingAt((locksAt) => locksAt - 1)),
    "wrong ones are not counted": wrongly(mistaking(VerifyTokenCode, "token", { wrongs: 0 })),
    "a right one leaves the count": wrongly(remembering),
    "the right code opens the lock": wrongly(
      deciding(VerifyTokenCode, (decided, facts, envelope) =>
        envelope.content.evidence.matches.length === 0
          ? decided
          : mistaking(VerifyTokenCode, "token", { lockedAt: undefined }).decide(facts, envelope)
      )
    )
  }
})

invariant("TOK-15d", "however many wrong codes come at once, no more are looked at than lock the token", {
  because: "rulebook LCK-07, LCK-03",
  runs: 25,
  given: { locksAt: fc.integer({ min: 1, max: 5 }), burst: fc.integer({ min: 1, max: 20 }) },
  subject: whole,
  holds: (part, { burst, locksAt }) =>
    inWorld(part, { policy: lockoutPolicy(locksAt) })(
      Effect.gen(function* () {
        const { app, token } = yield* inUse()
        const code = yield* wrongCode(app, token)
        const all = Array.from({ length: burst }, () => present(code))
        const answers = yield* Effect.all(all, { concurrency: "unbounded" })
        const looked = answers.filter((what) => what === "wrong").length
        return looked === Math.min(burst, locksAt - 1) && ((yield* recordOf(token))?.wrongs ?? 0) <= locksAt
      })
    ),
  catches: {
    "each is counted as the first": wrongly(mistaking(VerifyTokenCode, "token", { wrongs: 0, lockedAt: undefined })),
    "the count is lost": wrongly(
      deciding(VerifyTokenCode, (decided) => Result.map(decided, (decision) => ({ ...decision, puts: [] })))
    )
  }
})

transition(
  "TOK-19",
  "a transaction is confirmed by its holder's answer to just this payee and amount, once, and only for a service that offers it",
  {
    because: "seed 004, 取引確認機能",
    runs: 80,
    given: {
      offers: fc.boolean(),
      starts: fc.constantFrom(true, true, false),
      shown: fc.constantFrom("as asked", "as asked", "payee", "amount"),
      answer: fc.constantFrom("confirmed", "refused")
    },
    covers: {
      "it is answered": { atLeast: 8, when: ({ offers, shown, starts }) => offers && starts && shown === "as asked" }
    },
    subject: whole,
    holds: (part, { answer, offers, shown, starts }) =>
      inWorld(part, { offers: { confirmsTransactions: offers } })(
        Effect.gen(function* () {
          const { app, token } = yield* inUse()
          const start = starts ? yield* outcome(started(app, token)) : "not asked"
          const asked = yield* Effect.result(asks())
          const refusal = !offers ? "ConfirmationNotOffered" : starts ? "ok" : "notStarted"
          if (starts && start !== refusal) return false
          if (Result.isFailure(asked) || refusal !== "ok")
            return (yield* outcome(asks())) === refusal && refusal !== "ok"
          const { id } = asked.success
          const seen = (yield* app.pending(token)).transaction
          if (seen?.id !== id || seen.payee !== payee || seen.amount !== amount) return false
          const said =
            shown === "payee"
              ? { ...seen, payee: "スズキ ハナコ" }
              : shown === "amount"
                ? { ...seen, amount: amount + 1 }
                : seen
          const what = yield* outcome(app.answer(token, said, answer))
          const again = yield* outcome(app.answer(token, said, "confirmed"))
          const isRight = shown === "as asked"
          return (
            what === (isRight ? "ok" : "TransactionDiffers") &&
            again === (isRight ? "TransactionSettled" : "TransactionDiffers") &&
            (yield* stateOf(id)) === (isRight ? answer : "awaiting")
          )
        })
      ),
    catches: {
      "any payee will do": wrongly(believing("payee")),
      "any amount will do": wrongly(believing("amount")),
      "every answer confirms": wrongly(
        hearing(AnswerTransaction, (content) => ({ ...content, answer: "confirmed" as const }))
      ),
      "an answer leaves it open": wrongly(forgetting(AnswerTransaction, ({ kind }) => kind === "tokenTransaction")),
      "every service offers it": wrongly(mistaking(AskTransaction, "tokenService", { confirmsTransactions: true })),
      "nobody has to start it": wrongly(mistaking(AskTransaction, "token", { confirmation: "on" })),
      "nobody can ask": wrongly(refusing(AskTransaction, new TokenNotReady({ reason: "notStarted" })))
    }
  }
)

const careless = (fields: number): typeof TestCodes.codes => ({
  ...TestCodes.codes,
  proof: (seed, text) =>
    TestCodes.codes.proof(seed, JSON.stringify((JSON.parse(text) as ReadonlyArray<unknown>).slice(0, fields)))
})

invariant("TOK-19b", "an answer that is changed on its way is none", {
  because: "seed 004, 取引確認機能: the confirmation is bound to payee and amount",
  runs: 40,
  given: { changed: fc.constantFrom("nothing", "answer", "payee", "amount", "transaction", "request") },
  subject: whole,
  holds: (part, { changed }) => {
    const other = {
      nothing: {},
      answer: { answer: "refused" as const },
      payee: { payee: "スズキ ハナコ" },
      amount: { amount: amount + 1 },
      transaction: { transaction: `ttx_${"0".repeat(26)}` },
      request: { request: "x".repeat(22) }
    }[changed]
    return inWorld({
      ...part,
      confirmations: (real) => ({ ...real, answer: (request) => real.answer({ ...request, ...other }) })
    })(
      Effect.gen(function* () {
        const { app, token } = yield* inUse()
        yield* started(app, token)
        const { id } = yield* asks()
        const what = yield* outcome(app.answer(token, { id, payee, amount }, "confirmed"))
        const isSame = changed === "nothing"
        return what === (isSame ? "ok" : "A999") && (yield* stateOf(id)) === (isSame ? "confirmed" : "awaiting")
      })
    )
  },
  catches: {
    "the proof covers the request ID and the token alone": { codes: careless(3) },
    "the proof does not cover the answer": { codes: careless(6) },
    "nothing is proved": { codes: { ...TestCodes.codes, proof: () => "0".repeat(64) } }
  }
})

transition(
  "TOK-20",
  "a re-issue ends the token before another can be enrolled: its codes, its requests and what awaits on it",
  {
    because: "seed 004, 再発行手続き",
    runs: 40,
    given: { reissued: fc.boolean(), enrolled: fc.boolean(), awaits: fc.boolean() },
    subject: whole,
    holds: (part, { awaits, enrolled, reissued }) =>
      inWorld(part)(
        Effect.gen(function* () {
          const { app, token } = yield* inUse()
          if (awaits) yield* started(app, token)
          const asked = awaits ? yield* asks() : undefined
          if (reissued) yield* reissue()
          const next = yield* phone()
          const enrols = enrolled ? yield* outcome(next.setUp(typed())) : "not asked"
          const old = yield* present(app.code(token))
          const corrects = yield* outcome(app.correct(token))
          const [kept] = next.tokens
          const anew = kept === undefined ? "none" : yield* present(next.code(kept.token))
          return (
            enrols === (enrolled ? (reissued ? "ok" : "S0B4") : "not asked") &&
            old === (!reissued ? "ok" : enrolled ? "wrong" : "noToken") &&
            corrects === (reissued ? "A999" : "ok") &&
            anew === (enrolled && reissued ? "ok" : "none") &&
            (asked === undefined || (yield* stateOf(asked.id)) === (reissued ? "withdrawn" : "awaiting"))
          )
        })
      ),
    catches: {
      "the old token goes on": wrongly(forgetting(ApplyForToken, ({ kind }) => kind === "token")),
      "its user keeps it": wrongly(forgetting(ApplyForToken, ({ kind }) => kind === "tokenUser")),
      "its transaction awaits for ever": wrongly(forgetting(ApplyForToken, ({ kind }) => kind === "tokenTransaction"))
    }
  }
)

const troubled = (codes: ReadonlyArray<string>): boolean => codes.every((code) => /^A[034]0[0-9]$/.test(code))

/** Repeats something until it comes through; answers what it came to before. */
const until = <A, E, R>(step: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before: Array<string> = []
    for (let tries = 0; tries < 12; tries++) {
      const what = yield* outcome(step)
      if (what === "ok") return before
      before.push(what)
    }
    return ["never"]
  })

/** What a renewal comes to that is repeated as long as it has no answer. */
const settled = <A, E, R>(step: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.flatMap(outcome(step), (what) => (what.startsWith("A30") ? settled(step) : Effect.succeed(what)))

const badLine: fc.Arbitrary<ReadonlyArray<Fate>> = fc.array(fc.constantFrom(...fates), { maxLength: 12 })

invariant(
  "TOK-23",
  "over a line that loses, doubles and delays, whatever is repeated comes to one and the same end, and nothing is done twice",
  {
    because: "seed 004, 再試行するか",
    runs: 60,
    given: { line: badLine, ahead: fc.integer({ min: -300_000, max: 300_000 }) },
    covers: { "an answer is lost": { atLeast: 30, when: ({ line }) => line.includes("silent") } },
    examples: [
      { line: ["silent", "silent", "silent", "silent", "silent"], ahead: 120_000 },
      { line: ["late", "late", "late", "late", "late", "late"], ahead: -120_000 },
      { line: ["twice", "twice", "twice", "twice", "twice"], ahead: 0 }
    ],
    subject: whole,
    holds: (part, { ahead, line }) =>
      inWorld(part, { policy: renewable })(
        Effect.gen(function* () {
          yield* apply()
          const app = yield* phone({ ahead, line: phoneLine(line) })
          const troubles = yield* until(app.setUp(typed()))
          const [{ token } = { token: undefined }] = app.tokens
          if (token === undefined) return false
          troubles.push(...(yield* until(app.renew(token))), ...(yield* until(app.correct(token))))
          yield* pass(3 * minute)
          const all = yield* recordsOf(tokens)
          const [record] = all
          const [kept] = app.tokens
          const done = (yield* recorded).slice(-5).join()
          return (
            troubled(troubles) &&
            all.length === 1 &&
            app.tokens.length === 1 &&
            record?._tag === "active" &&
            kept?.seed === (yield* seedOf(record)) &&
            kept.expiresAt === record.expiresAt &&
            record.offset === ahead &&
            done === "EnrolToken,CompleteTokenSetUp,RenewToken,FinishTokenRenewal,CorrectToken" &&
            (yield* present(app.code(token))) === "ok"
          )
        })
      ),
    catches: {
      "request IDs of enrolments are forgotten": {
        tokens: (real) => {
          let asked = 0
          return {
            ...real,
            enrol: (request) => real.enrol({ ...request, request: `${(asked += 1)}`.padStart(22, "f") })
          }
        }
      },
      "a repetition gets another seed": {
        tokens: (real) => {
          let asked = 0
          return {
            ...real,
            enrol: (request) =>
              Effect.map(real.enrol(request), (made) => ((asked += 1) === 1 ? made : { ...made, seed: "0".repeat(40) }))
          }
        }
      },
      "the next seed of a repetition is another": {
        tokens: (real) => {
          let asked = 0
          return {
            ...real,
            renew: (request) =>
              Effect.map(real.renew(request), (made) => ((asked += 1) === 1 ? made : { ...made, seed: "0".repeat(40) }))
          }
        }
      },
      "what an enrolment did is kept and not answered again": wrongly({ ...EnrolToken, intent: (content) => content }),
      "a set-up is never complete": wrongly(without(CompleteTokenSetUp, "puts"))
    }
  }
)

invariant(
  "TOK-23b",
  "what was recorded of a token's life, done again, leads to the same tokens, users and transactions",
  {
    because: "rulebook LED-14: time, ids and nonces come with the command",
    runs: 25,
    given: {
      line: badLine,
      ahead: fc.integer({ min: -300_000, max: 300_000 }),
      wrongs: fc.integer({ min: 0, max: 5 }),
      reissued: fc.boolean()
    },
    subject: whole,
    holds: (part, { ahead, line, reissued, wrongs }) =>
      inWorld(part, { policy: renewable })(
        Effect.gen(function* () {
          const app = yield* phone({ ahead, line: phoneLine(line) })
          yield* apply()
          for (let n = 0; n < wrongs; n++) yield* outcome(app.setUp(typed(user, "another-one")))
          yield* until(app.setUp(typed()))
          for (const { token } of app.tokens) {
            yield* outcome(started(app, token))
            yield* outcome(asks())
            yield* outcome(app.correct(token))
            yield* present(app.code(token))
            yield* outcome(app.renew(token))
          }
          if (reissued) yield* reissue()
          return yield* replaysAlike
        })
      ),
    catches: {
      "a correction keeps something else than it measured": wrongly(writing(CorrectToken, "token", { offset: 1 })),
      "a wrong start password counts twice": wrongly(writing(EnrolToken, "tokenUser", { wrongs: 3 }))
    }
  }
)

/** Hashers that are of no use: one to whom every password is right, and one that keeps it as it is. */
const credulous = Layer.succeed(
  PasswordHasher,
  PasswordHasher.of({ hash: Effect.succeed, verify: () => Effect.succeed(true) })
)
const clear = Layer.succeed(
  PasswordHasher,
  PasswordHasher.of({
    hash: Effect.succeed,
    verify: (password, phc) => Effect.succeed(password === phc)
  })
)

notice(
  "TOK-24",
  "an application tells the applicant where the app is and what to enter, and the start password stands nowhere",
  {
    because: "seed 004, 申請時に入力したもの; rulebook SEC-02",
    runs: 40,
    given: { mark: marks(), reissued: fc.boolean() },
    subject: whole,
    holds: (part, { mark, reissued }) =>
      inWorld(part)(
        Effect.gen(function* () {
          yield* apply()
          if (reissued) yield* reissue()
          const asked = { service: service.id, user: `U${mark}`, email: `${mark}@example.com`, language: "ja" as const }
          const { desk, intended } = yield* deskAndIntent
          yield* desk.apply({ ...asked, startPassword: `P${mark}` }, intended)
          const { commands, notices, personal, records, requests } = yield* books
          const told = [...notices.values()].filter(({ kind }) => kind === "tokenApplied")
          const last = told.at(-1)
          const beside = JSON.parse(personal.get(last?.via ?? "") ?? "{}") as Record<string, string>
          const kept = JSON.stringify([
            commands,
            [...notices.values()],
            [...records].map(([, of]) => [...of.values()]),
            [...requests.values()]
          ])
          return (
            told.length === (reissued ? 3 : 2) &&
            last?.to === "holder" &&
            beside["email"] === `${mark}@example.com`.toLowerCase() &&
            beside["user"] === `U${mark}` &&
            beside["service"] === service.id &&
            !JSON.stringify(beside).includes(`P${mark}`) &&
            !kept.includes(mark)
          )
        })
      ),
    catches: {
      "nobody is told": wrongly(without(ApplyForToken, "notices")),
      "the start password is kept as it is": { hasher: clear },
      "it stands in the address": {
        desk: (real) => ({
          ...real,
          apply: (request, intended) =>
            real.apply({ ...request, email: `${request.startPassword}@example.com` }, intended)
        })
      },
      "the notice tells no address": wrongly(
        deciding(ApplyForToken, (decided) =>
          Result.map(decided, (decision) => ({
            ...decision,
            notices: decision.notices.map(({ via: _, ...one }) => one)
          }))
        )
      )
    }
  }
)

transition(
  "TOK-25",
  "a token that is deleted before its set-up was complete takes a new application, one deleted later a re-issue",
  {
    because: "seed 004, 誤ってトークンを削除",
    runs: 40,
    given: { complete: fc.boolean(), next: fc.constantFrom("nothing", "application", "reissue") },
    subject: whole,
    holds: (part, { complete, next }) =>
      inWorld(part)(
        Effect.gen(function* () {
          yield* apply()
          const app = yield* phone({ line: phoneLine(complete ? [] : ["through", "lost"]) })
          yield* outcome(app.setUp(typed()))
          for (const { token } of app.tokens) app.remove(token)
          const applied = next === "nothing" ? "ok" : yield* outcome(next === "reissue" ? reissue() : apply())
          const what = yield* outcome(app.setUp(typed()))
          const helps = next === "reissue" || (next === "application" && !complete)
          return (
            applied === (next === "application" && complete ? "S0B4" : "ok") &&
            what === (helps ? "ok" : complete ? "S0B4" : "S0C1")
          )
        })
      ),
    catches: {
      "an application is enough for a token in use": wrongly(
        hearing(ApplyForToken, (content) => ({ ...content, reissue: true }))
      ),
      "a set-up that was begun takes a re-issue": wrongly(
        seeing(ApplyForToken, (kind, record) => (kind === "token" ? { ...record, _tag: "active" } : record))
      ),
      "it can be enrolled again": wrongly(mistaking(EnrolToken, "tokenUser", { _tag: "applied" })),
      "the user is told of a token in use": wrongly(
        seeing(EnrolToken, (kind, record) => (kind === "token" ? { ...record, _tag: "active" } : record))
      )
    }
  }
)

validation(
  "TOK-26",
  "while the outcome of a renewal is unknown no transaction is confirmed on the token, until the renewal has finished",
  {
    because: "seed 004, A300: 取引確認を利用しないで",
    runs: 40,
    given: {
      first: fc.constantFrom<Fate>("through", "lost", "silent", "offline"),
      second: fc.constantFrom<Fate>("through", "lost", "silent", "offline")
    },
    covers: {
      "only the end is unknown": {
        atLeast: 10,
        when: ({ first, second }) => first === "through" && second !== "through"
      }
    },
    subject: whole,
    holds: (part, { first, second }) =>
      inWorld(part, { policy: renewable })(
        Effect.gen(function* () {
          const { app, token } = yield* inUse({ line: phoneLine(["through", "through", first, second]) })
          yield* started(app, token)
          const renewed = yield* outcome(app.renew(token))
          const { id } = yield* asks()
          const shown = { id, payee, amount }
          // What never left the phone began nothing.
          const isKnown = renewed === "ok" || first === "offline"
          // Whoever knows no rule of the app is refused by the wallet, as soon as the wallet has begun.
          const isUnfinished = (yield* recordOf(token))?._tag === "renewing"
          if (isUnfinished && (yield* answersRaw(app, token, id)) !== "A300") return false
          const before = yield* outcome(app.answer(token, shown, "confirmed"))
          if (before !== (isKnown ? "ok" : "A300")) return false
          if (isKnown) return true
          const again = yield* settled(app.renew(token))
          // A request that never arrived is one that begins now: the transaction that awaits by now comes first (S3D4).
          return (
            again === (first === "lost" ? "S3D4" : "ok") &&
            (yield* outcome(app.answer(token, shown, "confirmed"))) === "ok"
          )
        })
      ),
    catches: {
      "the wallet takes the answer": wrongly(mistaking(AnswerTransaction, "token", { _tag: "active" })),
      "it is refused for ever": wrongly(
        seeing(AnswerTransaction, (kind, record) =>
          kind === "token" ? { ...record, _tag: "renewing", nextNonce: "" } : record
        )
      )
    }
  }
)

/** What an app is told in a situation, where nothing but the wallet can tell it. */
const situations = {
  "no such service": { code: "S0A1", offers: {}, input: { ...typed(), service: "another" } },
  "a service that is closed": { code: "S0B1", offers: { open: false }, input: typed() },
  "no such user": { code: "S0C1", offers: {}, input: typed("nobody") },
  "a wrong start password": { code: "S0C1", offers: {}, input: typed(user, "another-one") },
  "all is right": { code: "ok", offers: {}, input: typed() }
} as const

validation(
  "TOK-22e",
  "a wrong service ID is told apart from a wrong user ID or start password, and these two are not",
  {
    because: "seed 004, エラー表示一覧: S0A1, S0B1, S0C1",
    runs: 40,
    given: { situation: fc.constantFrom(...Object.values(situations)) },
    subject: whole,
    holds: (part, { situation: { code, input, offers } }) =>
      inWorld(part)(
        Effect.gen(function* () {
          yield* apply()
          const { desk, intended } = yield* deskAndIntent
          yield* desk.offer({ ...service, ...offers }, intended)
          const app = yield* phone()
          return (yield* outcome(app.setUp(input))) === code
        })
      ),
    catches: {
      "a closed service enrols": wrongly(mistaking(EnrolToken, "tokenService", { open: true })),
      "a closed service is like none": wrongly(
        seeing(EnrolToken, (kind, record) =>
          kind === "tokenService" && record !== undefined && "open" in record && record.open === false
            ? undefined
            : record
        )
      ),
      "any start password will do": { hasher: credulous }
    }
  }
)

invariant("TOK-24c", "neither seed nor code stands in the books or beside them, whatever was asked", {
  because: "rulebook SEC-02, REG-03",
  runs: 25,
  given: { renews: fc.boolean(), corrects: fc.boolean(), presents: fc.integer({ min: 0, max: 3 }) },
  subject: whole,
  holds: (part, { corrects, presents, renews }) =>
    inWorld(part, { policy: renewable })(
      Effect.gen(function* () {
        const { app, token } = yield* inUse()
        const secrets = new Set([app.tokens[0]?.seed ?? "none"])
        if (corrects) yield* app.correct(token)
        if (renews) yield* app.renew(token)
        for (let n = 0; n < presents; n++) {
          yield* pass(minute)
          const code = app.code(token) ?? ""
          yield* present(code)
          secrets.add(`"${code}"`)
        }
        secrets.add(app.tokens[0]?.seed ?? "none")
        const { commands, personal, records } = yield* books
        const kept = JSON.stringify([commands, [...personal], [...records].map(([, of]) => [...of.values()])])
        const texts = [...secrets].flatMap((text) => {
          const bytes = Buffer.from(text.replaceAll('"', ""), "hex")
          return text.startsWith('"')
            ? [text, JSON.stringify(text).slice(1, -1)]
            : [text, bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("latin1")]
        })
        return texts.every((text) => !kept.includes(text))
      })
    ),
  catches: {
    "a code is kept as it is": {
      desk: (real) => ({
        ...real,
        verify: (request, { actor, key }) => real.verify(request, { actor, key: `${key} "${request.code}"` })
      })
    },
    "the seed is what it is made from": {
      secrets: { ...TestSecrets.make(), seed: (nonce) => new TextEncoder().encode(nonce) }
    }
  }
})
