/**
 * Step-up authentication: what answers a challenge, and who learns what of it (AUT).
 */
import { requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { cardProfiles } from "@kinchaku/domain/stepup/CardProfile"
import { isCardNumber } from "@kinchaku/domain/stepup/CardReference"
import { merchantView, type Purchase, purchases } from "@kinchaku/domain/stepup/Purchase"
import { AnswerChallenge } from "@kinchaku/domain/stepup/StepUpChallenge"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { example, invariant, validation } from "../src/Rule.ts"
import { same } from "./support/Payments.ts"
import { named, noon } from "./support/PaymentsDesk.ts"
import {
  ahead,
  deciding,
  forgetting,
  hearing,
  mistaking,
  seeing,
  without,
  writing
} from "./support/PaymentsMistakes.ts"
import { after, but, issuing, Issuer, memberId, minute, stopped } from "./support/StepUp.ts"
import { bought as boughtAt, type Deed, deeds, play } from "./support/StepUpHistories.ts"
import { type Answered, anyCode, deedless, entering, intending, noCode } from "./support/StepUpMistakes.ts"
import {
  answered,
  arrived,
  attempting,
  attempts,
  atScreen,
  booksText,
  bought,
  codeIn,
  enrolled,
  learned,
  type Mishap,
  mishap,
  password,
  personalText,
  phone,
  secretsOf
} from "./support/StepUpScreen.ts"

// ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

validation(
  "AUT-02",
  "a challenge is passed exactly with the card's member ID and the code, or the password, as enrolled",
  {
    because: "seed 002, ワンタイムパスワードの場合 / パスワードの場合: ID and one of them",
    given: {
      method: fc.constantFrom("otp", "password" as const),
      changesFirst: fc.boolean(),
      id: fc.constantFrom(1, 1, 2, 3),
      secret: fc.boolean()
    },
    subject: issuing,
    holds: (commands, { changesFirst, id, method, secret }) => {
      const issuer = new Issuer(commands)
      issuer.enrol(1, changesFirst ? "otp" : method)
      issuer.enrol(2)
      if (changesFirst) issuer.change(1, method)
      const purchase = issuer.buy(1)
      const outcome = issuer.answer(purchase, { id, secret })
      const wrong = method === "otp" ? "otpMismatch" : "passwordMismatch"
      return (
        purchase.challenge?._tag === method &&
        outcome === (id !== 1 ? "memberIdUnknown" : secret ? "passed" : wrong) &&
        issuer.stateOf(purchase) === (outcome === "passed" ? "passed" : "challenged")
      )
    },
    catches: {
      "any member ID will do": entering(() => ({ memberId: memberId(1) })),
      "any code or password will do": anyCode,
      "no code or password will do": noCode,
      "everybody answers with a code": but({ enrol: hearing(issuing.enrol, (asked) => ({ ...asked, method: "otp" })) }),
      "a change of method is forgotten": but({ change: without(issuing.change, "puts") })
    }
  }
)

invariant("AUT-02b", "evidence about a password that is no longer the profile's is refused and counts for nothing", {
  because: "a password is looked at before the decision; ADR-0003: what evidence was about is named",
  given: { isRight: fc.boolean(), changes: fc.integer({ min: 0, max: 2 }) },
  subject: issuing,
  holds: (commands, { changes, isRight }) => {
    const issuer = new Issuer(commands)
    issuer.enrol(1, "password")
    const purchase = issuer.buy(1)
    const content = issuer.answering(purchase, { secret: isRight })
    for (let n = 0; n < changes; n++) issuer.change(1, "password")
    const answer = issuer.desk.ask(commands.answer, content)
    const isPresent = changes === 0
    const failures = issuer.profileOf(1).failures
    return isPresent
      ? Result.isSuccess(answer) && failures === (isRight ? 0 : 1)
      : named(answer) === "PasswordMoved" && failures === 0
  },
  catches: {
    "whichever password was looked at counts": but({
      answer: deciding(issuing.answer, (_, facts, envelope) => {
        const { content } = envelope
        const purchase = facts.find(purchases, content.purchase)
        const profile = facts.find(cardProfiles, purchase?.profile ?? "")
        const checked = profile?._tag === "full" ? { checked: profile.password } : {}
        const shown = { ...content.shown, ...checked } as Answered["shown"]
        return AnswerChallenge.decide(facts, { ...envelope, content: { ...content, shown } })
      })
    }),
    "no evidence is believed": entering(({ shown }) => ({ shown: { _tag: "password", isRight: shown._tag === "otp" } }))
  }
})

invariant("AUT-03a", "the code of a purchase passes that purchase and no other, and passes it once", {
  because: "seed 002, お買いものごとに: a code for each purchase",
  given: { many: fc.integer({ min: 2, max: 4 }), shown: fc.nat(3), asked: fc.nat(3) },
  covers: {
    "the code of another purchase": { atLeast: 30, when: ({ asked, many, shown }) => asked % many !== shown % many }
  },
  subject: issuing,
  holds: (commands, { asked, many, shown }) => {
    const issuer = new Issuer(commands)
    issuer.enrol(1)
    const all = Array.from({ length: many }, () => issuer.buy(1))
    const [of, at] = [all[shown % many], all[asked % many]]
    if (of === undefined || at === undefined) return false
    const code = issuer.codeOf(of)
    const first = issuer.answer(at, { secret: code })
    const isOwn = of === at || code === issuer.codeOf(at)
    return (
      first === (isOwn ? "passed" : "otpMismatch") &&
      (!isOwn || issuer.answer(at, { secret: code }) === "ChallengeSettled")
    )
  },
  catches: {
    "a code is good for every purchase": anyCode,
    "a code is good again and again": but({ answer: mistaking(issuing.answer, "purchase", { _tag: "challenged" }) }),
    "no code is good": noCode
  }
})

invariant(
  "AUT-03b",
  "the right code passes until its time is over and counts as no failure after; a wrong one counts whenever it comes",
  {
    because: "rulebook AUT-03, OTP-03: a code lives for the minutes that the policy says",
    given: {
      isRight: fc.boolean(),
      millis: fc.constantFrom(0, 1, 5 * minute - 1, 5 * minute, 5 * minute + 1, 60 * minute)
    },
    subject: issuing,
    holds: (commands, { isRight, millis }) => {
      const issuer = new Issuer(commands)
      issuer.enrol(1)
      const purchase = issuer.buy(1)
      const outcome = issuer.answer(purchase, { secret: isRight }, after(millis))
      const isLate = millis > 5 * minute
      const failures = issuer.profileOf(1).failures
      if (!isRight) return outcome === "otpMismatch" && failures === 1
      return outcome === (isLate ? "expired" : "passed") && failures === 0
    },
    catches: {
      "a code lives a moment longer": but({ answer: ahead(issuing.answer, -1) }),
      "a code lives a moment less": but({ answer: ahead(issuing.answer, 1) }),
      "a code lives for ever": but({ answer: stopped(issuing.answer) }),
      "wrong codes do not count": but({ answer: forgetting(issuing.answer, ({ kind }) => kind === "cardProfile") })
    }
  }
)

invariant(
  "AUT-03c",
  "the message that a holder gets carries the code of the purchase, with its amount, in one segment without any address",
  {
    because: "seed 002, お買いものごとに; SEC-07, OTP-13",
    given: {
      amounts: fc.array(fc.integer({ min: 30_000, max: 9_999_999 }), { minLength: 1, maxLength: 3 }),
      name: fc.constantFrom("書店", "https://example.com/login", "a".repeat(80), "Shop & Söhne")
    },
    runs: 40,
    subject: (texts: ReadonlyArray<string>) => texts,
    holds: (read, { amounts, name }) =>
      atScreen(
        Effect.gen(function* () {
          yield* enrolled()
          const screens = yield* Effect.forEach(amounts, (amount, n) => bought(`buy ${n}`, amount, name))
          const messages = yield* arrived
          const texts = read(messages.map(({ text }) => text))
          const answers = yield* Effect.forEach(screens, ({ purchase }, n) =>
            answered(purchase, codeIn(texts[n] ?? ""), `answer ${n}`)
          )
          const amountsTold = texts.every((text, n) => text.replaceAll(",", "").includes(String(amounts[n])))
          return (
            messages.every(({ to }) => to === phone) &&
            answers.length === amounts.length &&
            answers.every((answer) => answer === "passed") &&
            amountsTold &&
            texts.every((text) => text.length <= 70 && !/https?:|\w\.\w/.test(text))
          )
        })
      ),
    catches: {
      "the code is another one": (texts) => texts.map((text) => text.replace(/\d{6}/, "999999x")),
      "nothing arrives": () => [],
      "the merchant's address stands in it": (texts) => texts.map((text) => `${text} example.com`.slice(-70)),
      "the amount is left out": (texts) => texts.map((text) => /\d{6}/.exec(text)?.[0] ?? "")
    }
  }
)

/** The request that sends the code of a purchase. */
const requestOf = ({ id }: Purchase) => requestId(id.slice("purc_".length))

invariant(
  "AUT-03d",
  "whatever becomes of its message, a challenge stays open; one that did not arrive never counts as sent later",
  {
    because: "rulebook OTP-11, AUT-03",
    given: {
      reports: fc.array(fc.constantFrom("sent", "notDelivered" as const), { maxLength: 4 }),
      secret: fc.boolean()
    },
    subject: issuing,
    holds: (commands, { reports, secret }) => {
      const issuer = new Issuer(commands)
      issuer.enrol(1)
      const purchase = issuer.buy(1)
      for (const answer of reports) issuer.desk.ask(commands.deliver, { request: requestOf(purchase), answer })
      const now = issuer.purchase(purchase.id)
      const delivery = reports.includes("notDelivered") ? "notDelivered" : (reports[0] ?? "pending")
      return (
        now._tag === "challenged" &&
        now.challenge._tag === "otp" &&
        now.challenge.delivery === delivery &&
        issuer.desk.books.waiting.size === (reports.length === 0 ? 1 : 0) &&
        issuer.answer(purchase, { secret }) === (secret ? "passed" : "otpMismatch")
      )
    },
    catches: {
      "what did not arrive is sent": but({
        deliver: hearing(issuing.deliver, (said) => ({ ...said, answer: "sent" }))
      }),
      "the last report counts": but({
        deliver: seeing(issuing.deliver, (_, record) =>
          record !== undefined && "challenge" in record
            ? { ...record, challenge: { ...(record.challenge as object), delivery: "pending" } }
            : record
        )
      }),
      "what did not arrive ends the purchase": but({
        deliver: writing(issuing.deliver, "purchase", { _tag: "failed", cause: "expired", settledAt: noon })
      })
    }
  }
)

invariant(
  "AUT-03e",
  "a purchase that is asked for again with its key is the first one, with its code; another purchase under that key is refused",
  {
    because: "rulebook LED-08, AUT-03: a repetition brings another nonce, and must not bring another code",
    given: { times: fc.integer({ min: 1, max: 4 }), isSame: fc.boolean() },
    subject: issuing,
    holds: (commands, { isSame, times }) => {
      const issuer = new Issuer(commands)
      issuer.enrol(1)
      const ask = (amount: number) =>
        issuer.desk.ask(commands.request, issuer.buying(1, { amount: amount as PositiveYen }), { key: "order-1" })
      const first = Result.getOrThrow(ask(1000))
      const again = Array.from({ length: times }, () => ask(isSame ? 1000 : 1001))
      const repeats = again.every((answer) =>
        isSame ? Result.isSuccess(answer) && same(answer.success, first) : named(answer) === "IdempotencyConflict"
      )
      return repeats && issuer.codes === 1 && issuer.answer(first) === "passed"
    },
    catches: {
      "a repetition has to bring the same nonce": but({ request: intending(issuing.request, (content) => content) }),
      "whatever comes under a key is the same": but({ request: intending(issuing.request, () => "anything") })
    }
  }
)

// ── the screen ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The last sign of a text, changed. */
const otherThan = (text: string): string => `${text.slice(0, -1)}${text.endsWith("1") ? "2" : "1"}`

/** What the screen says, and what the merchant learns. */
type Told = readonly [says: string, learns: string]
const toldOf = {
  right: ["passed", "pass"],
  unknownId: ["MemberIdUnknown", "nothing"],
  wrongSecret: ["StepUpMismatch", "nothing"],
  locked: ["ProfileLocked", "fail"]
} as const

validation(
  "AUT-04a",
  "the screen tells an unknown ID, a wrong code or password and a locked profile apart; the merchant learns pass or fail, or nothing yet",
  {
    because: "seed 002, ご入力されたIDが確認できません and the messages beside it",
    given: {
      deed: fc.constantFrom<keyof typeof toldOf>("right", "unknownId", "wrongSecret", "locked"),
      method: fc.constantFrom("otp", "password" as const)
    },
    runs: 60,
    subject: (told: Told): Told => told,
    holds: (tell, { deed, method }) =>
      atScreen(
        Effect.gen(function* () {
          yield* enrolled(method)
          const { purchase } = yield* bought()
          const right = method === "otp" ? codeIn((yield* arrived)[0]?.text ?? "") : password
          if (deed === "locked") {
            yield* Effect.forEach([1, 2, 3, 4, 5], (n) => answered(purchase, otherThan(right), `wrong ${n}`))
          }
          const id = deed === "unknownId" ? "member-2" : "member-1"
          const says = yield* answered(purchase, deed === "wrongSecret" ? otherThan(right) : right, "answer", id)
          return same(tell([says, yield* learned(purchase)]), toldOf[deed])
        })
      ),
    catches: {
      "an unknown ID is a wrong code": ([says, learns]) => [
        says === "MemberIdUnknown" ? "StepUpMismatch" : says,
        learns
      ],
      "a locked profile is a wrong code": ([says, learns]) => [
        says === "ProfileLocked" ? "StepUpMismatch" : says,
        learns
      ],
      "the merchant learns of every wrong answer": ([says, learns]) => [says, learns === "nothing" ? "fail" : learns]
    }
  }
)

invariant(
  "AUT-04b",
  "whose member ID it is makes no difference: one that is another card's is as unknown as one that nobody has",
  {
    because: "rulebook AUT-04, SEC-01: the screen has three messages and no fourth",
    given: { id: fc.constantFrom(1, 2, 3), secret: fc.boolean() },
    subject: issuing,
    holds: (commands, { id, secret }) => {
      const issuer = new Issuer(commands)
      issuer.enrol(1)
      issuer.enrol(2)
      const outcome = issuer.answer(issuer.buy(1), { id, secret })
      const failures = issuer.profileOf(1).failures
      if (id === 1) return outcome === (secret ? "passed" : "otpMismatch")
      return outcome === "memberIdUnknown" && failures === 1 && issuer.profileOf(2).failures === 0
    },
    catches: {
      "the ID of another holder will do": entering(({ memberId: id }) => ({
        memberId: id === memberId(2) ? memberId(1) : id
      })),
      "unknown IDs do not count": deedless("memberIdUnknown"),
      "every ID is unknown": entering(() => ({ memberId: memberId(9) }))
    }
  }
)

const ends: Readonly<Record<Mishap, Told>> = {
  none: ["passed", "pass"],
  late: ["ChallengeExpired", "fail"],
  cardChanged: ["EnrolmentVoid", "fail"],
  provisional: ["EnrolmentProvisional", "nothing"],
  answeredBefore: ["ChallengeSettled", "pass"],
  passwordChanged: ["StepUpMismatch", "nothing"]
}

validation(
  "AUT-04c",
  "a right answer that comes too late, after a change or once more is told apart at the screen; another merchant learns of no purchase",
  {
    because: "rulebook AUT-04, AUT-05, AUT-06, OTP-02, OTP-03; SEC-10",
    given: {
      what: fc.constantFrom<Mishap>("none", "late", "cardChanged", "provisional", "answeredBefore", "passwordChanged")
    },
    runs: 60,
    subject: (told: Told): Told => told,
    holds: (tell, { what }) =>
      atScreen(
        Effect.gen(function* () {
          const { purchase, right } = yield* mishap(what)
          const says = yield* answered(purchase, right, "answer")
          const others = yield* learned(purchase, "shop-2")
          return same(tell([says, yield* learned(purchase)]), ends[what]) && others === "PurchaseNotFound"
        })
      ),
    catches: {
      "every refusal is a wrong code": ([says, learns]) => [says === "passed" ? says : "StepUpMismatch", learns],
      "the merchant learns of every refusal": ([says, learns]) => [says, learns === "nothing" ? "fail" : learns],
      "whatever is right passes": () => toldOf.right
    }
  }
)

// ── the merchant ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a merchant is shown of a purchase, as this wallet shows it or as another might. */
type View = typeof merchantView

/** A view with something more in it. */
const showing =
  (more: (purchase: Purchase) => object): View =>
  (purchase, at) => {
    const shown = merchantView(purchase, at)
    return shown === undefined ? undefined : { ...shown, ...more(purchase) }
  }

/** What became of the purchases of a history: their states, with the method of a challenge that was passed. */
const statesIn = (history: ReadonlyArray<Deed>): ReadonlyArray<string> => {
  const issuer = new Issuer()
  history.forEach((deed, n) => play(issuer, deed, n))
  return boughtAt(issuer).map(({ _tag, challenge }) =>
    _tag === "passed" && challenge ? `passed ${challenge._tag}` : _tag
  )
}

invariant(
  "AUT-08a",
  "whatever holders, merchants and operators do, a merchant sees of a purchase its id and pass or fail, and nothing besides",
  {
    because: "seed 002, 加盟店など他に知られること: credentials are between holder and issuer",
    given: { history: deeds() },
    covers: {
      "a challenge is passed": { atLeast: 10, when: ({ history }) => statesIn(history).includes("passed otp") },
      "a purchase fails": { atLeast: 20, when: ({ history }) => statesIn(history).includes("failed") }
    },
    runs: 120,
    subject: merchantView,
    holds: (view, { history }) => {
      const issuer = new Issuer()
      history.forEach((deed, n) => play(issuer, deed, n))
      return boughtAt(issuer).every((purchase) => {
        const shown = view(purchase, after(history.length * minute))
        const isOpen = purchase._tag === "challenged" && shown === undefined
        const result = purchase._tag === "passed" || purchase._tag === "cancelled" ? "pass" : "fail"
        return isOpen || same(shown, { purchase: purchase.id, result })
      })
    },
    catches: {
      "the merchant is told why": showing(({ _tag, reasons }) => ({ _tag, reasons })),
      "the merchant is told whether there was a challenge": showing(({ challenge }) => ({
        challenge: challenge?._tag
      })),
      "the merchant is told the member's profile": showing(({ profile }) => ({ profile })),
      "the merchant is told of a lock": showing((purchase) => ("cause" in purchase ? { cause: purchase.cause } : {})),
      "what failed is said to have passed": (purchase) => ({ purchase: purchase.id, result: "pass" })
    }
  }
)

example("AUT-08b", "a card number is never taken in the place of the issuer's reference", {
  because: "rulebook AUT-08, REG-03; PCI DSS 4.0, requirement 3: what is not stored cannot leak",
  subject: isCardNumber,
  cases: {
    "sixteen digits": { given: "4111111111111111", gives: true },
    "with hyphens": { given: "3530-1113-3330-0000", gives: true },
    "in full width": { given: "５５５５５５５５５５５５４４４４", gives: true },
    "fifteen digits": { given: "378282246310005", gives: true },
    "one digit off": { given: "4111111111111112", gives: false },
    "too short": { given: "18", gives: false },
    "a reference": { given: "card-reference-4111111111111111", gives: false }
  },
  catches: {
    "every long number is one": (text) => /\d{12}/.test(text.normalize("NFKC").replaceAll("-", "")),
    "only what is typed without marks": (text) => /^\d{15,16}$/.test(text) && isCardNumber(text),
    "nothing is one": () => false
  }
})

/** The words of a text: six digits in a longer number or hash are none. */
const wordsIn = (text: string): ReadonlySet<string> => new Set(text.split(/[^\w@.-]+/))

/** How a book is looked at: its text, and the personal data that is kept apart. */
type Reading = (books: string, beside: string, secrets: ReadonlyArray<string>) => string
const asTheyAre: Reading = (books) => books

invariant("AUT-08c", "neither card, member ID, code, password, phone number nor address stands anywhere in the books", {
  because: "rulebook AUT-08, REG-03, SEC-02: what the books do not have cannot reach a merchant",
  given: {
    method: fc.constantFrom("otp", "password" as const),
    attempts: attempts()
  },
  runs: 40,
  subject: asTheyAre,
  holds: (read, { attempts, method }) =>
    atScreen(
      Effect.gen(function* () {
        yield* attempting(method, attempts)
        const secrets = yield* secretsOf
        const text = read(yield* booksText, yield* personalText, secrets)
        return secrets.every((secret) => secret === "none" || !wordsIn(text).has(secret))
      })
    ),
  catches: {
    "personal data stands in the books": (books, beside) => books + beside,
    "a code stands in the books": (books, _, secrets) => `${books},"${secrets.at(-1)}"`,
    "a card stands in the books": (books, _, [card]) => `${books},"${card}"`
  }
})
