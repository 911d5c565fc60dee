/**
 * Token apps on the phone: codes, names, the app lock and what the app shows (TOK).
 */
import * as AppRules from "@kinchaku/domain/token/AppRules"
import { EnrolToken } from "@kinchaku/domain/token/Enrolment"
import { VerifyTokenCode } from "@kinchaku/domain/token/TokenCode"
import { causes, type TokenErrorCode } from "@kinchaku/domain/token/TokenError"
import { type ErrorText, errorText, waitText } from "@kinchaku/domain/token/TokenErrorTexts"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { example, invariant, limit, notice, query, transition, validation } from "../src/Rule.ts"
import {
  anyCode,
  instants,
  isLockCode,
  keptNames,
  lockCodes,
  locked,
  manualCases,
  named
} from "./support/TokensPhones.ts"
import { ahead, mistaking, writing } from "./support/PaymentsMistakes.ts"
import {
  apply,
  books,
  day,
  inUse,
  inWorld,
  midday,
  pass,
  phone,
  present,
  tokenPolicy,
  typed,
  whole,
  wrongly
} from "./support/TokensWorld.ts"

invariant("TOK-01", "a token shows six digits, the same ones for one minute and until its end", {
  because: "seed 004, 1分間に1回変化; RFC 6238, section 4",
  given: { clock: instants(), later: fc.integer({ min: 0, max: 120_000 }) },
  covers: {
    "in the same minute": { atLeast: 10, when: ({ clock, later }) => (clock % 60_000) + later < 60_000 },
    "in another minute": { atLeast: 10, when: ({ clock, later }) => (clock % 60_000) + later >= 60_000 }
  },
  subject: AppRules.shownStep,
  holds: (shown, { clock, later }) => {
    const [first, second] = [shown(clock, 60), shown(clock + later, 60)]
    const end = clock - (clock % 60_000) + 60_000
    const isSame = clock + later < end
    return (first.step === second.step) === isSame && first.seconds === Math.ceil((end - clock) / 1000)
  },
  catches: {
    "it changes twice a minute": (clock) => AppRules.shownStep(clock, 30),
    "minutes begin in their middle": (clock) => AppRules.shownStep(clock + 30_000, 60),
    "the rest is a second short": (clock, seconds) => {
      const shown = AppRules.shownStep(clock, seconds)
      return { ...shown, seconds: shown.seconds - 1 }
    }
  }
})

invariant(
  "TOK-01b",
  "what the phone shows is what the wallet accepts, whenever it is looked at and however long a code is shown",
  {
    because: "seed 004, ワンタイムパスワード; RFC 6238: both sides compute the code of the time; rulebook SEC-15",
    runs: 40,
    given: { startsAt: instants(), stepSeconds: fc.constantFrom(30 as const, 60 as const) },
    subject: whole,
    holds: (part, { startsAt, stepSeconds }) =>
      inWorld(part, { startsAt, policy: tokenPolicy({ stepSeconds, window: 0 }) })(
        Effect.gen(function* () {
          const { app, token } = yield* inUse()
          const code = app.code(token) ?? ""
          return /^[0-9]{6}$/.test(code) && (yield* present(code)) === "ok"
        })
      ),
    catches: {
      "the wallet takes every code for one of a minute": wrongly(
        mistaking(VerifyTokenCode, "token", { stepSeconds: 60 })
      ),
      "the phone is told another step": wrongly(writing(EnrolToken, "token", { stepSeconds: 60 })),
      "the wallet's clock is a step ahead": wrongly(ahead(VerifyTokenCode, 60_000))
    }
  }
)

limit("TOK-02", "an app takes up tokens until it holds ten", {
  because: "seed 004, 10個まで",
  given: { held: fc.integer({ min: 0, max: 12 }) },
  covers: { "room for one": { atLeast: 3, when: ({ held }) => held === 9 } },
  subject: AppRules.checkSetUp,
  holds: (check, { held }) => named(check(typed("another"), keptNames(held))) === (held < 10 ? "ok" : "TokensFull"),
  catches: {
    "nine are enough": (input, kept) =>
      kept.length >= 9 ? Result.fail(new AppRules.TokensFull({ allowed: 9 })) : AppRules.checkSetUp(input, kept),
    "there is room for one more": (input, kept) => AppRules.checkSetUp(input, kept.slice(1))
  }
})

validation(
  "TOK-03",
  "a token is set up only with a service ID, a user ID, a start password and agreement to the terms",
  {
    because: "seed 004, 上記の内容に同意; A911",
    given: {
      service: fc.constantFrom("minato", "A", "x".repeat(16), "", "x".repeat(17), "mina to", "みなと"),
      user: fc.constantFrom("yamada01", "a", "u".repeat(64), "", "u".repeat(65), "ya mada"),
      password: fc.constantFrom("Kaishi-2026", "123456", "p".repeat(32), "", "12345", "p".repeat(33), "pass word"),
      agreed: fc.boolean()
    },
    covers: {
      "all four": {
        atLeast: 5,
        when: ({ agreed, password, service, user }) =>
          agreed && [service, user, password].every((text) => text !== "" && !text.includes(" "))
      }
    },
    subject: AppRules.checkSetUp,
    holds: (check, { agreed, password, service, user }) => {
      const isWellFormed =
        ["minato", "A", "x".repeat(16)].includes(service) &&
        ["yamada01", "a", "u".repeat(64)].includes(user) &&
        ["Kaishi-2026", "123456", "p".repeat(32)].includes(password)
      return (
        named(check({ service, user, startPassword: password, agreed }, [])) ===
        (!agreed ? "TermsNotAgreed" : isWellFormed ? "ok" : "A911")
      )
    },
    catches: {
      "agreement is taken for granted": (input, kept) => AppRules.checkSetUp({ ...input, agreed: true }, kept),
      "no service ID is needed": (input, kept) => AppRules.checkSetUp({ ...input, service: "minato" }, kept),
      "no user ID is needed": (input, kept) => AppRules.checkSetUp({ ...input, user: "yamada01" }, kept),
      "no start password is needed": (input, kept) => AppRules.checkSetUp({ ...input, startPassword: "123456" }, kept)
    }
  }
)

invariant("TOK-04", "an app has one token for a service ID and a user ID", {
  because: "seed 004, A916",
  given: { held: fc.integer({ min: 0, max: 9 }), of: fc.nat(9), other: fc.boolean() },
  covers: { "it is there": { atLeast: 10, when: ({ held, of, other }) => of < held && !other } },
  subject: AppRules.checkSetUp,
  holds: (check, { held, of, other }) => {
    const input = { ...typed(`user${of}`), service: other ? "other" : "minato" }
    return named(check(input, keptNames(held))) === (of < held && !other ? "A916" : "ok")
  },
  catches: {
    "it takes it up twice": (input) => AppRules.checkSetUp(input, []),
    "another service counts too": (input, kept) => AppRules.checkSetUp({ ...input, service: "minato" }, kept),
    "another user counts too": (input, kept) =>
      AppRules.checkSetUp(kept[0] === undefined ? input : { ...input, user: kept[0].user }, kept)
  }
})

query("TOK-09", "tokens of one service are named name, name_2, name_3 … in the order of adding, and no two alike", {
  because: "seed 004, _2, _3, _4",
  given: { added: fc.integer({ min: 1, max: 10 }), deleted: fc.array(fc.nat(9), { maxLength: 4 }) },
  covers: { "one was deleted": { atLeast: 20, when: ({ added, deleted }) => deleted.some((n) => n < added) } },
  subject: AppRules.nextSuffix,
  holds: (suffix, { added, deleted }) => {
    let kept: ReadonlyArray<AppRules.KeptName> = []
    const add = () => {
      const base = { service: "minato", user: `user${kept.length}`, serviceName: "みなと" }
      kept = [...kept, { ...base, suffix: suffix("minato", kept) }]
    }
    for (let n = 0; n < added; n++) add()
    const inOrder =
      kept.map(AppRules.displayName).join() ===
      keptNames(added)
        .map((_, n) => (n === 0 ? "みなと" : `みなと_${n + 1}`))
        .join()
    kept = kept.filter((_, n) => !deleted.includes(n))
    add()
    const names = kept.map(AppRules.displayName)
    return inOrder && new Set(names).size === names.length
  },
  catches: {
    "the first is numbered": (_, kept) => `${kept.length + 1}`,
    "numbers begin with one": (_, kept) => (kept.length === 0 ? "" : `${kept.length}`),
    "a number that is shown is given again": (_, kept) => (kept.length === 0 ? "" : `${kept.length + 1}`)
  }
})

example("TOK-09b", "the text behind a name can be edited, and an empty one removes it", {
  because: "seed 004, 表示名称の変更",
  subject: (suffix: string) =>
    AppRules.displayName({
      service: "minato",
      user: "a",
      serviceName: "みなと",
      suffix: AppRules.editedSuffix(suffix)
    }),
  cases: {
    number: { given: "2", gives: "みなと_2" },
    text: { given: "家計", gives: "みなと_家計" },
    nothing: { given: "", gives: "みなと" },
    space: { given: "  ", gives: "みなと" },
    long: { given: "あ".repeat(21), gives: `みなと_${"あ".repeat(20)}` }
  },
  catches: {
    "an empty one leaves its mark": (suffix) => `みなと_${suffix.trim().slice(0, 20)}`,
    "it cannot be edited": () => "みなと_2"
  }
})

invariant(
  "TOK-16",
  "where the clock is right, codes are right in every time zone; a zone that is wrong makes them wrong",
  {
    because: "seed 004, 現地時刻にあわせて; RFC 6238: the time is that of UTC",
    runs: 60,
    given: { zone: fc.integer({ min: -12, max: 14 }), mistaken: fc.integer({ min: -3, max: 3 }) },
    covers: { "it is right": { atLeast: 8, when: ({ mistaken }) => mistaken === 0 } },
    subject: (local: number, zoneHours: number) => local - zoneHours * 3_600_000,
    holds: (clock, { mistaken, zone }) =>
      inWorld(whole)(
        Effect.gen(function* () {
          yield* apply()
          const shownLocally = midday + zone * 3_600_000
          const ahead = clock(shownLocally, zone + mistaken) - midday
          const app = yield* phone({ ahead })
          const right = Math.abs(ahead) < 600_001
          const setUp = yield* Effect.result(app.setUp(typed()))
          const [token] = app.tokens
          const accepted = token === undefined ? "none" : yield* present(app.code(token.token))
          return Result.isSuccess(setUp) === right && (accepted === "ok") === (mistaken === 0)
        })
      ),
    catches: {
      "codes follow the local time": (local) => local,
      "the zone counts backwards": (local, zoneHours) => local + zoneHours * 3_600_000
    }
  }
)

validation(
  "TOK-17",
  "a lock code of 1 to 32 digits that is typed the same twice locks the app, and nothing else opens it",
  {
    because: "seed 004, 1～32文字の半角数字; A914",
    given: {
      next: lockCodes(),
      again: lockCodes(),
      isSame: fc.boolean(),
      tried: lockCodes(),
      triesRight: fc.boolean()
    },
    covers: {
      "it is set": { atLeast: 10, when: ({ isSame, next }) => isSame && isLockCode(next) },
      "32 digits": { atLeast: 2, when: ({ next }) => /^\d{32}$/.test(next) }
    },
    subject: { set: AppRules.setLock, opens: AppRules.opensLock },
    holds: ({ opens, set }, { again, isSame, next, tried, triesRight }) => {
      const repeated = isSame ? next : again
      const lock = set({ _tag: "off" }, { current: "", next, again: repeated })
      const expected = !isLockCode(next) ? "malformed" : repeated === next ? "ok" : "differs"
      if (named(lock) !== expected) return false
      if (Result.isFailure(lock)) return true
      const entered = triesRight ? next : tried
      return named(opens(lock.success, entered)) === (entered === next ? "ok" : "A914")
    },
    catches: {
      "33 digits will do": {
        set: (lock, typedCodes) =>
          AppRules.setLock(lock, {
            ...typedCodes,
            next: typedCodes.next.slice(0, 32),
            again: typedCodes.again.slice(0, 32)
          }),
        opens: AppRules.opensLock
      },
      "letters will do": { set: (_, { next }) => Result.succeed(locked(next)), opens: AppRules.opensLock },
      "once is enough": {
        set: (lock, typedCodes) => AppRules.setLock(lock, { ...typedCodes, again: typedCodes.next }),
        opens: AppRules.opensLock
      },
      "any code opens": { set: AppRules.setLock, opens: () => Result.void },
      "the beginning of a code opens": {
        set: AppRules.setLock,
        opens: (lock, entered) =>
          lock._tag === "on" && entered !== "" && lock.code.startsWith(entered)
            ? Result.void
            : AppRules.opensLock(lock, entered)
      }
    }
  }
)

transition(
  "TOK-17b",
  "a locked app asks for its code at every start, masks it, and shows no token's code before; it is changed and switched off only with the code",
  {
    because: "seed 004, アプリロック",
    runs: 30,
    given: { starts: fc.integer({ min: 0, max: 3 }), tried: fc.constantFrom("1234", "1235", "") },
    subject: { masked: AppRules.masked, reads: (code: string | undefined) => code },
    holds: ({ masked, reads }, { starts, tried }) =>
      inWorld(whole)(
        Effect.gen(function* () {
          const { app, token } = yield* inUse()
          app.setLock({ current: "", next: "1234", again: "1234" })
          const before = reads(app.code(token))
          for (let n = 0; n < starts; n++) app.start()
          const shown = reads(app.code(token))
          const opened = starts === 0 ? "ok" : named(app.unlock(tried))
          const right = starts === 0 || tried === "1234"
          const after = reads(app.code(token))
          const changed = named(app.setLock({ current: tried, next: "77", again: "77" }))
          const off = named(app.switchOffLock(tried === "1234" ? "77" : tried))
          return (
            before !== undefined &&
            (shown !== undefined) === (starts === 0) &&
            (opened === "ok") === right &&
            (after !== undefined) === right &&
            [changed, off].every((what) => what === (tried === "1234" ? "ok" : "A914")) &&
            masked("1234") === "●●●●"
          )
        })
      ),
    catches: {
      "the code can be read while it is typed": { masked: (code) => code, reads: (code) => code },
      "a code is shown at the lock": { masked: AppRules.masked, reads: (code) => code ?? "000000" },
      "no code is ever shown": { masked: AppRules.masked, reads: () => undefined }
    }
  }
)

transition("TOK-18", "whoever deletes every token is led to initial set-up", {
  because: "seed 004, すべてのトークンを削除",
  runs: 20,
  given: { held: fc.integer({ min: 1, max: 3 }), deleted: fc.integer({ min: 0, max: 3 }) },
  covers: { "all are deleted": { atLeast: 15, when: ({ deleted, held }) => deleted >= held } },
  subject: AppRules.afterDeletion,
  holds: (after, { deleted, held }) =>
    inWorld(whole)(
      Effect.gen(function* () {
        const app = yield* phone()
        for (let n = 0; n < held; n++) {
          yield* apply(`user${n}`)
          yield* app.setUp(typed(`user${n}`))
        }
        for (const { token } of app.tokens.slice(0, deleted)) app.remove(token)
        const expected = deleted >= held ? "setUp" : "list"
        return after(app.tokens.length) === expected && app.screen === expected
      })
    ),
  catches: {
    "an empty list is shown": (): "list" => "list",
    "one token is like none": (left) => AppRules.afterDeletion(Math.max(left - 1, 0))
  }
})

query("TOK-21", "a token shows the serial number and the expiry date that the wallet knows it by", {
  because: "seed 004, シリアル№",
  runs: 20,
  given: { users: fc.integer({ min: 1, max: 3 }) },
  subject: (serial: string) => serial,
  holds: (read, { users }) =>
    inWorld(whole)(
      Effect.gen(function* () {
        const app = yield* phone()
        for (let n = 0; n < users; n++) {
          yield* apply(`user${n}`)
          yield* app.setUp(typed(`user${n}`))
        }
        const kept = (yield* books).records.get("token") ?? new Map<string, object>()
        const serials = app.tokens.map(({ serial }) => read(serial))
        return (
          new Set(serials).size === users &&
          app.tokens.every(({ expiresAt, serial }) => {
            const record = kept.get(`tok_${read(serial)}`)
            return record !== undefined && "expiresAt" in record && record.expiresAt === expiresAt
          })
        )
      })
    ),
  catches: {
    "all have one number": () => "1",
    "the number is cut": (serial) => serial.slice(0, 10)
  }
})

example("TOK-22", "every code of the manual keeps its cause, and no other code is given", {
  because: "seed 004, エラー表示一覧",
  subject: (code: string): string => Object.entries(causes).find(([known]) => known === code)?.[1] ?? "none",
  cases: { ...manualCases, "no code": { given: "A912", gives: "none" } },
  catches: {
    "a locked start password reads as a wrong one": (code) =>
      code === "S0C4"
        ? "registrationNotFound"
        : (Object.entries(causes).find(([known]) => known === code)?.[1] ?? "none"),
    "unknown codes are given": (code) => Object.entries(causes).find(([known]) => known === code)?.[1] ?? "unexpected"
  }
})

validation(
  "TOK-22b",
  "every code has a text in Japanese and in English, alike for one cause and told apart from other causes",
  {
    because: "seed 004, エラー表示一覧; the languages of holders",
    given: { one: anyCode(), other: anyCode() },
    covers: { "one cause": { atLeast: 5, when: ({ one, other }) => one !== other && causes[one] === causes[other] } },
    subject: (code: TokenErrorCode): ErrorText => errorText(code),
    holds: (text, { one, other }) => {
      const [a, b] = [text(one), text(other)]
      const isSame = causes[one] === causes[other]
      return /[ぁ-ん]/.test(a.ja) && /^[ -~]+$/.test(a.en) && (a.ja === b.ja) === isSame && (a.en === b.en) === isSame
    },
    catches: {
      "English is left out": (code) => ({ ...errorText(code), en: "" }),
      "all codes have one text": () => errorText("A999"),
      "the code makes the text": (code) => ({ ja: `${errorText(code).ja}${code}`, en: `${errorText(code).en}${code}` })
    }
  }
)

example("TOK-22c", "what goes wrong on the way has the code of its exchange", {
  because: "seed 004, エラー表示一覧: A0xx at set-up, A3xx at renewal, A4xx at correction",
  subject: ([exchange, trouble]: readonly [Parameters<typeof AppRules.troubleCode>[0], AppRules.Trouble]) =>
    AppRules.troubleCode(exchange, trouble),
  cases: {
    "no network at set-up": { given: ["setUp", "noConnection"] as const, gives: "A000" },
    "no answer at set-up": { given: ["setUp", "timedOut"] as const, gives: "A001" },
    "cut at set-up": { given: ["setUp", "connectionLost"] as const, gives: "A002" },
    "busy at set-up": { given: ["setUp", "overloaded"] as const, gives: "A006" },
    "unavailable at set-up": { given: ["setUp", "unavailable"] as const, gives: "A007" },
    "half an answer at set-up": { given: ["setUp", "answerCut"] as const, gives: "A008" },
    "an unreadable answer at set-up": { given: ["setUp", "answerUnreadable"] as const, gives: "A009" },
    "another answer at set-up": { given: ["setUp", "answerUnexpected"] as const, gives: "A010" },
    "no network at renewal": { given: ["renewal", "noConnection"] as const, gives: "A300" },
    "no answer at renewal": { given: ["renewal", "timedOut"] as const, gives: "A301" },
    "an insecure channel at renewal": { given: ["renewal", "channelInsecure"] as const, gives: "A303" },
    "another answer at renewal": { given: ["renewal", "answerUnexpected"] as const, gives: "A310" },
    "no network at correction": { given: ["correction", "noConnection"] as const, gives: "A400" },
    "no answer at correction": { given: ["correction", "timedOut"] as const, gives: "A401" },
    "an insecure channel at correction": { given: ["correction", "channelInsecure"] as const, gives: "A403" },
    "cut at correction": { given: ["correction", "connectionLost"] as const, gives: "A401" }
  },
  catches: {
    "every trouble is one": ([exchange]) => AppRules.troubleCode(exchange, "timedOut"),
    "every exchange is set-up": ([, trouble]) => AppRules.troubleCode("setUp", trouble)
  }
})

example("TOK-22d", "the start of the app finds out that the device changed or that there is no room to run", {
  because: "seed 004, A998, A9EX",
  subject: (found: Parameters<typeof AppRules.checkStart>[0]) => named(AppRules.checkStart(found)),
  cases: {
    "the same device": { given: { device: "a", keptDevice: "a", hasMemory: true }, gives: "ok" },
    "a new app": { given: { device: "a", keptDevice: undefined, hasMemory: true }, gives: "ok" },
    "another device": { given: { device: "b", keptDevice: "a", hasMemory: true }, gives: "A998" },
    "no memory": { given: { device: "a", keptDevice: "a", hasMemory: false }, gives: "A9EX" }
  },
  catches: {
    "a restored backup starts": ({ hasMemory }) => (hasMemory ? "ok" : "A9EX"),
    "a new app is taken for a changed device": ({ device, hasMemory, keptDevice }) =>
      !hasMemory ? "A9EX" : keptDevice === device ? "ok" : "A998"
  }
})

notice("TOK-27", "after a correction the app tells the holder to wait two to three minutes", {
  because: "seed 004, 2～3分待ってから",
  runs: 20,
  given: { ahead: fc.integer({ min: -600_000, max: 600_000 }) },
  subject: (told: { readonly fromMinutes: number; readonly toMinutes: number }) => told,
  holds: (tell, { ahead }) =>
    inWorld(whole)(
      Effect.gen(function* () {
        const { app, token } = yield* inUse({ ahead })
        const { fromMinutes, toMinutes } = tell(yield* app.correct(token))
        return fromMinutes === 2 && toMinutes === 3 && waitText.ja.includes("2～3分") && waitText.en.includes("2 to 3")
      })
    ),
  catches: {
    "at once": () => ({ fromMinutes: 0, toMinutes: 0 }),
    "the longer time is left out": ({ fromMinutes }) => ({ fromMinutes, toMinutes: fromMinutes })
  }
})

query("TOK-13", "an expired token shows no code; the app offers set-up where it was the only one, else deletion", {
  because: "seed 004, 有効期限切れ",
  runs: 40,
  given: { users: fc.integer({ min: 1, max: 3 }), late: fc.constantFrom(-1, 0, 1, day) },
  covers: { "just expired": { atLeast: 15, when: ({ late }) => late === 1 } },
  subject: AppRules.opening,
  holds: (opening, { late, users }) =>
    inWorld(whole)(
      Effect.gen(function* () {
        const app = yield* phone()
        for (let n = 0; n < users; n++) {
          yield* apply(`user${n}`)
          yield* app.setUp(typed(`user${n}`))
        }
        const [first] = app.tokens
        if (first === undefined) return false
        const now = first.expiresAt + late
        yield* pass(now - midday)
        const expected = late <= 0 ? "renewalOffered" : users === 1 ? "setUpOffered" : "deletionOffered"
        return opening(first, now, users) === expected && (app.code(first.token) === undefined) === late > 0
      })
    ),
  catches: {
    "deletion is offered for the last one": (token, clock) => AppRules.opening(token, clock, 2),
    "it is offered for renewal still": (token, clock, tokens) =>
      AppRules.opening({ ...token, expiresAt: (token.expiresAt + day) as typeof token.expiresAt }, clock, tokens),
    "it ends a moment too early": (token, clock, tokens) => AppRules.opening(token, clock + 1, tokens)
  }
})
