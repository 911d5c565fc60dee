/**
 * Step-up authentication of purchases by card: when a holder is asked, what answers it, and who learns what of it (AUT, LCK-08).
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { Notice } from "@kinchaku/domain/notice/Notice"
import { PurchaseNotCancellable } from "@kinchaku/domain/stepup/Cancelling"
import { type CardProfile, cardProfiles } from "@kinchaku/domain/stepup/CardProfile"
import { isCardNumber } from "@kinchaku/domain/stepup/CardReference"
import { UnlockRequiresOperator } from "@kinchaku/domain/stepup/EnrolmentChanges"
import { merchantView, type Purchase, type PurchaseId, purchases } from "@kinchaku/domain/stepup/Purchase"
import { assess, type Enrolment, type PurchaseKind } from "@kinchaku/domain/stepup/Risk"
import { AnswerChallenge } from "@kinchaku/domain/stepup/StepUpChallenge"
import { StepUps } from "@kinchaku/domain/stepup/StepUps"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { example, invariant, transition, validation } from "../src/Rule.ts"
import { same } from "./support/Payments.ts"
import { count, named, noon, race } from "./support/PaymentsDesk.ts"
import {
  ahead,
  deciding,
  forgetting,
  hearing,
  mistaking,
  refusing,
  seeing,
  under,
  without,
  writing
} from "./support/PaymentsMistakes.ts"
import {
  after,
  but,
  card,
  device,
  email,
  issuing,
  Issuer,
  memberId,
  minute,
  ordinary,
  recorded,
  stepUpPolicy,
  stopped
} from "./support/StepUp.ts"
import { bought as boughtAt, type Deed, deeds, play } from "./support/StepUpHistories.ts"
import { answered, arrived, atScreen, bought, codeIn, enrolled, password, phone } from "./support/StepUpScreen.ts"

// ── the risk rule ────────────────────────────────────────────────────────────────────────────────────────────────────

const { stepUp } = stepUpPolicy({
  challengedFrom: 30_000,
  challengedFromPerHour: 5,
  refusedFromPerHour: 20,
  usualCountries: ["JP", "US"],
  refusedCountries: ["KP"],
  riskyCategories: ["7995"]
}).authentication

const signals = {
  kind: fc.constantFrom<PurchaseKind>("online", "eMoneyTopUp", "inStore", "standing"),
  amount: fc.constantFrom(1, 29_999, 30_000, 30_001),
  country: fc.constantFrom("JP", "JP", "JP", "US", "FR", "KP"),
  category: fc.constantFrom("5942", "5942", "7995"),
  device: fc.constantFrom(device(1), device(1), device(2), undefined),
  knownDevices: fc.constantFrom<ReadonlyArray<KeyedHash>>([device(1)], [device(1)], []),
  inHour: fc.constantFrom(1, 1, 4, 5, 19, 20),
  enrolment: fc.constantFrom<Enrolment>("enrolled", "enrolled", "none", "locked", "void")
}
type Judged = Parameters<typeof assess>[0]

/** What the rule must say, as one sentence for each answer. */
const expected = (asked: Judged) => {
  const isAtScreen = ["online", "eMoneyTopUp"].includes(asked.kind)
  const asks = [
    ["amount", asked.amount >= 30_000],
    ["newDevice", asked.device === undefined || !asked.knownDevices.includes(asked.device)],
    ["unusualCountry", !["JP", "US"].includes(asked.country)],
    ["manyPurchases", asked.inHour >= 5],
    ["riskyCategory", asked.category === "7995"]
  ].flatMap(([name, applies]) => (applies === true ? [String(name)] : []))
  const refuses = [
    ["enrolmentVoid", asked.enrolment === "void"],
    ["profileLocked", asked.enrolment === "locked" && isAtScreen],
    ["refusedCountry", asked.country === "KP"],
    ["tooManyPurchases", asked.inHour >= 20]
  ].flatMap(([name, applies]) => (applies === true ? [String(name)] : []))
  const isUnanswerable = refuses.length === 0 && asks.length > 0 && isAtScreen && asked.enrolment === "none"
  const decision =
    refuses.length > 0 || isUnanswerable ? "refuse" : asks.length > 0 && isAtScreen ? "challenge" : "pass"
  return { decision, reasons: [...refuses, ...asks, ...(isUnanswerable ? ["notEnrolled"] : [])] }
}
/** The rule as it would be if it saw one thing otherwise. */
const misjudging =
  (other: (asked: Judged) => Partial<Judged>): typeof assess =>
  (asked, policy) =>
    assess({ ...asked, ...other(asked) }, policy)

transition(
  "AUT-01a",
  "a purchase is refused, challenged or passed exactly as the rules say that apply to it, and each of them is a reason",
  {
    because: "seed 002, 弊社が必要と判断した場合; the rules and their values are the issuer's",
    given: signals,
    covers: {
      "it passes": { atLeast: 5, when: (asked) => expected(asked).decision === "pass" },
      "it is challenged": { atLeast: 10, when: (asked) => expected(asked).decision === "challenge" }
    },
    subject: assess,
    holds: (judge, asked) => same(judge(asked, stepUp), expected(asked)),
    catches: {
      "the amount is looked at one yen late": misjudging(({ amount }) => ({ amount: amount - 1 })),
      "every device is known": misjudging(({ device: on }) => ({ knownDevices: on === undefined ? [] : [on] })),
      "a device that is not named is a known one": misjudging(({ device: on }) => ({ device: on ?? device(1) })),
      "no country is unusual": misjudging(({ country }) => ({ country: country === "FR" ? "JP" : country })),
      "one purchase more an hour is let through": misjudging(({ inHour }) => ({ inHour: inHour - 1 })),
      "cards that nobody enrolled are challenged": misjudging(({ enrolment }) => ({
        enrolment: enrolment === "none" ? "enrolled" : enrolment
      })),
      "a lock is overlooked": misjudging(({ enrolment }) => ({
        enrolment: enrolment === "locked" ? "enrolled" : enrolment
      })),
      "the first reason is all that is kept": (asked, policy) => {
        const { decision, reasons } = assess(asked, policy)
        return { decision, reasons: reasons.slice(0, 1) }
      },
      "everything passes": () => ({ decision: "pass" as const, reasons: [] })
    }
  }
)

/** When something happens that waits so long after what was before it, in milliseconds after noon. */
const moments = (waits: ReadonlyArray<number>): ReadonlyArray<number> =>
  waits.map((_, n) => waits.slice(0, n + 1).reduce((sum, wait) => sum + wait, 0))
/** How many of them are within the hour that ends with the last. */
const countedIn = (waits: ReadonlyArray<number>): number =>
  moments(waits).filter((at) => at > (moments(waits).at(-1) ?? 0) - 60 * minute).length

/** What a purchase is to be recorded with. */
const stateFor = { pass: "passed", challenge: "challenged", refuse: "failed" } as const

transition("AUT-01b", "a purchase is recorded as the rule decided, with its reasons", {
  because: "rulebook AUT-01: decision and reasons are recorded",
  given: {
    amount: fc.constantFrom(29_999, 30_000),
    country: fc.constantFrom("JP", "FR"),
    isKnown: fc.boolean(),
    isEnrolled: fc.boolean(),
    kind: signals.kind
  },
  subject: issuing,
  holds: (commands, { amount, country, isEnrolled, isKnown, kind }) => {
    const issuer = new Issuer(commands, { known: isKnown ? [1] : [] })
    if (isEnrolled) issuer.enrol(1)
    const bought = { amount: amount as PositiveYen, country, kind, device: device(1) }
    const { id } = issuer.buy(1, bought)
    const { _tag, reasons } = issuer.purchase(id)
    const asked: Judged = {
      ...ordinary,
      ...bought,
      knownDevices: isKnown ? [device(1)] : [],
      inHour: 1,
      enrolment: isEnrolled ? "enrolled" : "none"
    }
    const { decision, reasons: why } = assess(asked, stepUpPolicy().authentication.stepUp)
    return _tag === stateFor[decision] && same(reasons, why)
  },
  catches: {
    "no reasons are recorded": but({ request: writing(issuing.request, "purchase", { reasons: [] }) }),
    "the devices of a card are not looked at": but({
      request: mistaking(issuing.request, "cardActivity", { devices: [] })
    }),
    "enrolments are not looked at": but({
      request: seeing(issuing.request, (kind, record) => (kind === "cardProfile" ? undefined : record))
    }),
    "it is recorded as passed whatever was decided": but({
      request: writing(issuing.request, "purchase", { _tag: "passed", settledAt: noon })
    })
  }
})

invariant(
  "AUT-01c",
  "the purchases of a card within an hour are counted, those of an hour ago and of other cards are not",
  {
    because: "rulebook AUT-01: many purchases in a short time are a reason",
    given: {
      waits: fc.array(fc.constantFrom(0, 1, 20 * minute, 60 * minute - 1, 60 * minute), { minLength: 1, maxLength: 8 }),
      others: fc.nat(3)
    },
    covers: { "many in an hour": { atLeast: 10, when: ({ waits }) => countedIn(waits) >= 3 } },
    subject: issuing,
    holds: (commands, { others, waits }) => {
      const policy = stepUpPolicy({ challengedFromPerHour: 3 })
      const issuer = new Issuer(commands, { policy, known: [1] })
      for (let n = 0; n < others; n++) issuer.buy(2)
      const reasons = moments(waits).map((at) => issuer.buy(1, { device: device(1) }, after(at)).reasons)
      return reasons.at(-1)?.includes("manyPurchases") === countedIn(waits) >= 3
    },
    catches: {
      "purchases leave no mark on the card": but({
        request: forgetting(issuing.request, ({ kind }) => kind === "cardActivity")
      }),
      "an hour has a moment more": but({
        request: seeing(issuing.request, (kind, record) =>
          kind === "cardActivity" && record !== undefined && "recent" in record
            ? { ...record, recent: (record.recent as ReadonlyArray<number>).map((at) => at + 1) }
            : record
        )
      }),
      "all cards are one": but({ request: hearing(issuing.request, (content) => ({ ...content, card: card(1) })) }),
      "all that was ever bought is counted": but({ request: stopped(issuing.request) })
    }
  }
)

// ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Answering that takes what is entered for something else. */
const entering = (other: (content: Answered) => Partial<Answered>) =>
  but({ answer: hearing(issuing.answer, (content) => ({ ...content, ...other(content) })) })
type Answered = Parameters<typeof AnswerChallenge.decide>[1]["content"]

/** The code that is right for a purchase, put in the place of whatever was entered. */
const anyCode = but({
  answer: deciding(issuing.answer, (decided, facts, envelope) => {
    const { code } = (facts.find(purchases, envelope.content.purchase)?.challenge ?? {}) as { code?: KeyedHash }
    const { memberId: id, purchase, shown } = envelope.content
    const other = code === undefined ? { ...shown, isRight: true } : { _tag: "otp" as const, code }
    const content = { purchase, memberId: id, shown: other as Answered["shown"] }
    return AnswerChallenge.decide(facts, { ...envelope, content })
  })
})
const noCode = entering(({ shown }) => ({
  shown: shown._tag === "otp" ? { ...shown, code: card(9) } : { ...shown, isRight: false }
}))

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

/** Answering that leaves no mark where it comes to something. */
const deedless = (outcome: string) =>
  but({
    answer: deciding(issuing.answer, (decided) =>
      Result.map(decided, (decision) => (decision.result.outcome === outcome ? { ...decision, puts: [] } : decision))
    )
  })
/** The last sign of a text, changed. */
const otherThan = (text: string): string => `${text.slice(0, -1)}${text.endsWith("1") ? "2" : "1"}`

/** What the merchant is answered at the screen's end. */
const learned = Effect.fnUntraced(function* (purchase: PurchaseId) {
  const stepUps = yield* StepUps
  return (yield* stepUps.merchantView(ordinary.merchant, purchase))?.result ?? "nothing"
})

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

/** The request that sends the code of a purchase. */
const requestOf = ({ id }: Purchase) => requestId(id.slice("purc_".length))

// ── who learns what ──────────────────────────────────────────────────────────────────────────────────────────────────

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

/** What a merchant is shown of a purchase, as this wallet shows it or as another might. */
type View = typeof merchantView

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

// ── enrolment ────────────────────────────────────────────────────────────────────────────────────────────────────────

invariant("AUT-05", "a provisional enrolment is challenged and passes only after the holder has completed it", {
  because: "seed 002, 仮登録 / 本登録",
  given: { completes: fc.boolean(), secret: fc.boolean(), before: fc.boolean() },
  subject: issuing,
  holds: (commands, { before, completes, secret }) => {
    const issuer = new Issuer(commands)
    issuer.provisional(1)
    const purchase = issuer.buy(1)
    const early = before ? issuer.answer(purchase, { secret: true }) : "enrolmentProvisional"
    if (completes) issuer.enrol(1)
    const outcome = issuer.answer(purchase, { secret })
    return (
      purchase._tag === "challenged" &&
      early === "enrolmentProvisional" &&
      outcome === (completes ? (secret ? "passed" : "otpMismatch") : "enrolmentProvisional") &&
      issuer.profileOf(1).failures === (completes && !secret ? 1 : 0)
    )
  },
  catches: {
    "a provisional enrolment passes": but({
      answer: mistaking(issuing.answer, "cardProfile", { _tag: "full", memberId: memberId(1), method: "otp" })
    }),
    "the issuer's enrolment is forgotten": but({ provisional: without(issuing.provisional, "puts") }),
    "it cannot be completed": but({ enrol: without(issuing.enrol, "puts") })
  }
})

invariant(
  "AUT-06a",
  "when the card number changes, nothing passes with the former one any more, until the new one is enrolled",
  {
    because: "seed 002, 以前ご登録のカード番号は無効",
    given: { isOpen: fc.boolean(), enrolsAgain: fc.boolean(), isFull: fc.boolean() },
    subject: issuing,
    holds: (commands, { enrolsAgain, isFull, isOpen }) => {
      const issuer = new Issuer(commands, { known: [1] })
      if (isFull) issuer.enrol(1)
      else issuer.provisional(1)
      const open = isOpen ? issuer.buy(1) : undefined
      issuer.void(1)
      const last = open === undefined ? "enrolmentVoid" : issuer.answer(open)
      const former = issuer.buy(1, { device: device(1) })
      const [old, unknown] = [issuer.enrol(1), issuer.buy(3)]
      if (enrolsAgain) issuer.enrol(1, "otp", 3)
      const renewed = issuer.buy(3)
      return (
        last === "enrolmentVoid" &&
        former._tag === "failed" &&
        former.cause === "enrolmentVoid" &&
        old === "EnrolmentVoid" &&
        unknown._tag === "failed" &&
        (enrolsAgain ? issuer.answer(renewed) === "passed" : renewed._tag === "failed") &&
        issuer.buy(1, { device: device(1) })._tag === "failed"
      )
    },
    catches: {
      "the former number goes on": but({ void: without(issuing.void, "puts") }),
      "only challenges look at it": but({
        request: mistaking(issuing.request, "cardProfile", { _tag: "full", method: "otp", card: card(1) })
      }),
      "it is never enrolled again": but({
        enrol: mistaking(issuing.enrol, "cardProfile", { _tag: "full", card: card(1) })
      }),
      "a former number is enrolled again": but({
        enrol: seeing(issuing.enrol, (kind, record) => (kind === "cardProfile" ? undefined : record))
      })
    }
  }
)

invariant("AUT-06b", "a new card number takes the lock of the former one along", {
  because: "rulebook LCK-08: only an operator unlocks; enrolling again is no way around it",
  given: { wrong: fc.integer({ min: 0, max: 6 }) },
  subject: issuing,
  holds: (commands, { wrong }) => {
    const issuer = new Issuer(commands)
    issuer.enrol(1)
    for (let n = 0; n < wrong; n++) issuer.answer(issuer.buy(1), { secret: false })
    issuer.void(1)
    issuer.enrol(1, "otp", 3)
    const { failures, lockedAt } = issuer.profileOf(3)
    const isLocked = wrong >= 5
    return (
      failures === Math.min(wrong, 5) &&
      (lockedAt !== undefined) === isLocked &&
      issuer.buy(3)._tag === (isLocked ? "failed" : "challenged")
    )
  },
  catches: {
    "a new number begins anew": but({
      enrol: writing(issuing.enrol, "cardProfile", { failures: 0, lockedAt: undefined })
    }),
    "whoever changes the number is locked": but({ void: writing(issuing.void, "cardProfile", { lockedAt: noon }) })
  }
})

validation("AUT-06c", "a card has one profile and a member ID has one card", {
  because: "a code that two profiles could answer would prove nothing; rulebook AUT-02",
  given: {
    first: fc.constantFrom(1, 2),
    second: fc.constantFrom(1, 2),
    id: fc.constantFrom(1, 2),
    provisional: fc.boolean()
  },
  subject: issuing,
  holds: (commands, { first, id, provisional, second }) => {
    const issuer = new Issuer(commands)
    issuer.enrol(1, "otp", first)
    const again = provisional ? issuer.provisional(second) : issuer.enrol(id, "otp", second)
    const isTaken = second === first
    const expectedAnswer = isTaken ? "CardEnrolled" : !provisional && id === 1 ? "MemberIdTaken" : "accepted"
    return again === expectedAnswer
  },
  catches: {
    "a card is enrolled twice": but({
      enrol: forgetting(issuing.enrol, ({ id }) => id.startsWith("card:"))
    }),
    "a member ID is given twice": but({ enrol: forgetting(issuing.enrol, ({ id }) => id.startsWith("memberId:")) }),
    "nothing more is enrolled": but({ enrol: hearing(issuing.enrol, (asked) => ({ ...asked, card: card(1) })) })
  }
})

validation(
  "AUT-07",
  "a personal message is refused by name as a way of answering, with the way that there is instead",
  {
    because: "seed 002, パーソナルメッセージ認証の終了",
    given: { method: fc.constantFrom("otp", "password", "personalMessage" as const), changes: fc.boolean() },
    subject: issuing,
    holds: (commands, { changes, method }) => {
      const issuer = new Issuer(commands)
      if (changes) issuer.enrol(1)
      const answer = changes ? issuer.change(1, method) : issuer.enrol(1, method)
      const isEnded = method === "personalMessage"
      const profile = isEnded && !changes ? undefined : issuer.profileOf(1)
      const now = profile?._tag === "full" ? profile.method : undefined
      return (
        answer === (isEnded ? "PersonalMessageEnded" : "accepted") &&
        now === (isEnded ? (changes ? "otp" : undefined) : method)
      )
    },
    catches: {
      "it is taken for a code": but({
        enrol: hearing(issuing.enrol, (asked) => ({
          ...asked,
          method: asked.method === "personalMessage" ? "otp" : asked.method
        })),
        change: hearing(issuing.change, (asked) => ({
          ...asked,
          method: asked.method === "personalMessage" ? "otp" : asked.method
        }))
      }),
      "no other way is taken": but({
        change: hearing(issuing.change, (asked) => ({ ...asked, method: "personalMessage" }))
      })
    }
  }
)

/** What a rule says of a purchase of some kind. */
const decisionOf = (judge: typeof assess, asked: Judged, kind: PurchaseKind): string =>
  judge({ ...asked, kind }, stepUp).decision

/** The mails about member IDs that were recorded. */
const remindersIn = ({ desk }: Issuer): ReadonlyArray<Notice> =>
  [...desk.books.notices.values()].filter(({ kind }) => kind === "memberIdReminder")

/** Whether something is bought where no holder is at a screen. */
const isElsewhere = (deed: Deed): boolean => deed.does === "buy" && ["inStore", "standing"].includes(deed.kind)

/** Which answer locks, counted from 0; as many as there are where none does. */
const lockedAfter = (answers: ReadonlyArray<boolean>, locksAt: number): number => {
  let inRow = 0
  const lock = answers.findIndex((isRight) => (inRow = isRight ? 0 : inRow + 1) >= locksAt)
  return lock < 0 ? answers.length : lock
}

/** Answering that locks so many failures later. */
const lockingLater = (more: number) =>
  under(issuing.answer, ({ authentication }) => ({
    authentication: {
      ...authentication,
      stepUp: { ...authentication.stepUp, locksAt: authentication.stepUp.locksAt + more }
    }
  }))

const outcomeOf = (answer: unknown): unknown =>
  typeof answer === "object" && answer !== null && "outcome" in answer ? answer.outcome : undefined

// ── which purchases are asked about ──────────────────────────────────────────────────────────────────────────────────

invariant("AUT-09", "topping up e-money by card is judged as any purchase online", {
  because: "seed 002, 電子マネーのチャージをする際",
  given: signals,
  covers: { "it is challenged": { atLeast: 10, when: (asked) => decisionOf(assess, asked, "online") === "challenge" } },
  subject: assess,
  holds: (judge, asked) =>
    same(judge({ ...asked, kind: "eMoneyTopUp" }, stepUp), judge({ ...asked, kind: "online" }, stepUp)) &&
    decisionOf(judge, asked, "eMoneyTopUp") === expected({ ...asked, kind: "online" }).decision,
  catches: {
    "top-ups are never challenged": misjudging(({ kind }) => ({ kind: kind === "eMoneyTopUp" ? "inStore" : kind })),
    "top-ups are challenged whatever they are": misjudging(({ amount, kind }) => ({
      amount: kind === "eMoneyTopUp" ? 30_000 : amount
    })),
    "nothing is challenged": misjudging(() => ({ kind: "inStore" }))
  }
})

transition(
  "AUT-10a",
  "a forgotten member ID is mailed to the address that is registered; the answer is the same where there is none",
  {
    because: "seed 002, IDをお忘れの方; SEC-01",
    given: {
      enrolment: fc.constantFrom("none", "provisional", "full", "void" as const),
      asked: fc.constantFrom(1, 1, 2)
    },
    subject: issuing,
    holds: (commands, { asked, enrolment }) => {
      const issuer = new Issuer(commands)
      if (enrolment === "provisional") issuer.provisional(1)
      if (enrolment === "full" || enrolment === "void") issuer.enrol(1)
      if (enrolment === "void") issuer.void(1)
      const isKnown = asked === 1 && (enrolment === "full" || enrolment === "void")
      const answer = issuer.remind(asked)
      const mails = remindersIn(issuer)
      const contact = isKnown ? issuer.profileOf(1).contactIn : undefined
      return (
        same(answer, Result.succeed({})) &&
        mails.length === (isKnown ? 1 : 0) &&
        mails.every(({ to, via }) => to === "holder" && via === contact)
      )
    },
    catches: {
      "nothing is mailed": but({ remind: without(issuing.remind, "notices") }),
      "the page says whether it is known": but({
        remind: deciding(issuing.remind, (decided) =>
          Result.map(decided, (decision) => ({ ...decision, result: { mailed: decision.notices.length } }))
        )
      }),
      "whoever asks gets the first holder's": but({
        remind: hearing(issuing.remind, () => ({ email: email(1) }))
      })
    }
  }
)

invariant(
  "AUT-10b",
  "however often somebody asks, an address is mailed at most once in the time between two sendings",
  {
    because: "rulebook OTP-06, AUT-10: nobody's mailbox is to be filled by a stranger",
    given: { waits: fc.array(fc.constantFrom(0, 1, minute - 1, minute, minute + 1), { minLength: 1, maxLength: 6 }) },
    subject: issuing,
    holds: (commands, { waits }) => {
      const issuer = new Issuer(commands)
      issuer.enrol(1)
      const sent: Array<number> = []
      for (const at of moments(waits)) {
        const before = remindersIn(issuer).length
        issuer.remind(1, after(at))
        if (remindersIn(issuer).length > before) sent.push(at)
      }
      const isEnough = moments(waits).every((at) => sent.some((mail) => mail <= at && at - mail < minute))
      return isEnough && sent.every((at, n) => n === 0 || at - (sent[n - 1] ?? 0) >= minute)
    },
    catches: {
      "every question is a mail": but({ remind: without(issuing.remind, "puts") }),
      "it is mailed a moment too soon": but({
        remind: under(issuing.remind, ({ authentication }) => ({
          authentication: { ...authentication, otp: { ...authentication.otp, resendSeconds: 59 } }
        }))
      }),
      "it is mailed once and never again": but({ remind: stopped(issuing.remind) })
    }
  }
)

invariant(
  "AUT-11",
  "a code goes out exactly where a purchase online or a top-up of e-money is challenged by code, and nothing else asks for one",
  {
    because: "seed 002, ネットショッピング時以外に: a code that is asked for elsewhere is a fraud",
    given: { history: deeds() },
    covers: { "a purchase at a till": { atLeast: 20, when: ({ history }) => history.some(isElsewhere) } },
    runs: 120,
    subject: issuing,
    holds: (commands, { history }) => {
      const issuer = new Issuer(commands)
      return history.every((deed, n) => {
        const before = issuer.codes
        play(issuer, deed, n)
        const sent = issuer.codes - before
        if (deed.does !== "buy" || isElsewhere(deed)) return sent === 0
        const challenge = boughtAt(issuer).at(-1)?.challenge
        return sent === (challenge?._tag === "otp" ? 1 : 0)
      })
    },
    catches: {
      "a till asks for a code": but({
        request: hearing(issuing.request, (content) => ({ ...content, kind: "online" }))
      }),
      "no code is sent": but({ request: without(issuing.request, "requests") }),
      "a code is sent to change the method": but({
        change: deciding(issuing.change, (decided, _, { at, id }) =>
          Result.map(decided, (decision) => ({
            ...decision,
            requests: [{ id: requestId(id), kind: "stepUpCode", subject: decision.result.id, askedAt: at }]
          }))
        )
      })
    }
  }
)

invariant("AUT-12", "cancelling comes to the same whether or not the purchase was challenged", {
  because: "seed 002, 通常のインターネットショッピングと同様",
  given: {
    merchants: fc.array(fc.constantFrom(ordinary.merchant, ordinary.merchant, "shop-2"), {
      minLength: 1,
      maxLength: 3
    }),
    passes: fc.boolean()
  },
  subject: issuing,
  holds: (commands, { merchants, passes }) => {
    const [challenged, unchallenged] = [true, false].map((isChallenged) => {
      const issuer = new Issuer(commands, { known: [1] })
      issuer.enrol(1)
      const country = passes ? {} : { country: "FR" }
      const purchase = issuer.buy(1, {
        ...(isChallenged || !passes ? country : {}),
        ...(isChallenged ? {} : { device: device(1) })
      })
      if (passes && isChallenged) issuer.answer(purchase)
      return merchants.map((merchant) => issuer.cancel(purchase, merchant))
    })
    const own = merchants.indexOf(ordinary.merchant)
    const usual = merchants.map((merchant, n) =>
      merchant !== ordinary.merchant ? "PurchaseNotFound" : passes && n === own ? "accepted" : "PurchaseNotCancellable"
    )
    return same(challenged, usual) && same(unchallenged, usual)
  },
  catches: {
    "what was challenged stays bought": but({
      cancel: deciding(issuing.cancel, (decided, facts, { content: { purchase } }) =>
        facts.find(purchases, purchase)?.challenge === undefined
          ? decided
          : Result.fail(new PurchaseNotCancellable({ purchase }))
      )
    }),
    "only what was challenged is taken back": but({
      cancel: deciding(issuing.cancel, (decided, facts, { content: { purchase } }) =>
        facts.find(purchases, purchase)?.challenge === undefined
          ? Result.fail(new PurchaseNotCancellable({ purchase }))
          : decided
      )
    }),
    "any merchant cancels": but({
      cancel: hearing(issuing.cancel, (asked) => ({ ...asked, merchant: ordinary.merchant }))
    }),
    "a purchase is cancelled twice": but({ cancel: without(issuing.cancel, "puts") })
  }
})

// ── the lock of a profile ────────────────────────────────────────────────────────────────────────────────────────────

transition(
  "LCK-08a",
  "failures in a row lock a profile, its holder is told once, and a right answer before that begins anew",
  {
    because: "seed 002, アカウントがロックされている; rulebook LCK-08",
    given: {
      answers: fc.array(fc.constantFrom(true, false, false, false), { maxLength: 12 }),
      locksAt: fc.constantFrom(1, 3, 5)
    },
    covers: {
      "it locks": { atLeast: 20, when: ({ answers, locksAt }) => lockedAfter(answers, locksAt) < answers.length }
    },
    subject: issuing,
    holds: (commands, { answers, locksAt }) => {
      const issuer = new Issuer(commands, { policy: stepUpPolicy({ locksAt, refusedFromPerHour: 100 }) })
      issuer.enrol(1)
      const lock = lockedAfter(answers, locksAt)
      const outcomes = answers.map((secret) => issuer.answer(issuer.buy(1), { secret }))
      const told = issuer.desk.notices.filter((kind) => kind === "profileLocked").length
      const usual = answers.map((secret, n) =>
        n > lock ? "ProfileLocked" : n === lock ? "profileLocked" : secret ? "passed" : "otpMismatch"
      )
      return same(outcomes, usual) && told === (lock < answers.length ? 1 : 0)
    },
    catches: {
      "failures are not kept": but({ answer: forgetting(issuing.answer, ({ kind }) => kind === "cardProfile") }),
      "one failure more is allowed": but({ answer: lockingLater(1) }),
      "one failure less is allowed": but({ answer: lockingLater(-1) }),
      "a right answer does not begin anew": but({
        answer: forgetting(issuing.answer, ({ record }) => "failures" in record && record.failures === 0)
      }),
      "nobody is told": but({ answer: without(issuing.answer, "notices") })
    }
  }
)

invariant(
  "LCK-08b",
  "wrong answers that are sent at once are counted one by one: never more are looked at than lock the profile",
  {
    because: "rulebook LCK-07, LCK-08: a burst cannot exceed the limit",
    given: {
      wrong: fc.integer({ min: 1, max: 24 }),
      many: fc.integer({ min: 1, max: 3 }),
      batchMax: fc.constantFrom(1, 2, 3, 256)
    },
    covers: { "more than lock it": { atLeast: 40, when: ({ wrong }) => wrong > 5 } },
    runs: 80,
    subject: issuing,
    holds: (commands, { batchMax, many, wrong }) => {
      const issuer = new Issuer()
      issuer.enrol(1)
      const open = Array.from({ length: many }, () => issuer.buy(1))
      const asked = Array.from({ length: wrong }, (_, n) => ({
        command: commands.answer,
        content: issuer.answering(open[n % many] ?? issuer.buy(1), { secret: false })
      }))
      return Effect.map(race({ records: recorded(issuer.desk) }, asked, batchMax), ({ answers, books }) => {
        const outcomes = answers.map((answer) => (Result.isSuccess(answer) ? outcomeOf(answer.success) : ""))
        const lookedAt = outcomes.filter((outcome) => outcome === "otpMismatch").length
        const profile = books.records.get("cardProfile")?.get(issuer.profileOf(1).id) as CardProfile | undefined
        return (
          lookedAt === Math.min(wrong, 4) &&
          count(answers, "ProfileLocked") + outcomes.filter((outcome) => outcome === "profileLocked").length ===
            Math.max(wrong - 4, 0) &&
          profile?.failures === Math.min(wrong, 5)
        )
      })
    },
    catches: {
      "answers do not see each other": but({
        answer: forgetting(issuing.answer, ({ kind }) => kind === "cardProfile")
      }),
      "each purchase has a count of its own": but({
        answer: mistaking(issuing.answer, "cardProfile", { failures: 0 })
      }),
      "one failure more is allowed": but({ answer: lockingLater(1) })
    }
  }
)

validation("LCK-08c", "an operator unlocks a profile, and nobody else does", {
  because: "seed 002, アカウントがロックされている: the holder contacts the issuer in person",
  given: { actor: fc.constantFrom("operator:someone", "holder:someone", "host:issuer", "system:sweep") },
  subject: issuing,
  holds: (commands, { actor }) => {
    const issuer = new Issuer(commands)
    issuer.enrol(1)
    for (let n = 0; n < 5; n++) issuer.answer(issuer.buy(1), { secret: false })
    const locked = issuer.buy(1)
    const answer = issuer.unlock(issuer.profileOf(1).id, actor)
    const isOperator = actor === "operator:someone"
    const next = issuer.buy(1)
    return (
      locked._tag === "failed" &&
      answer === (isOperator ? "accepted" : "UnlockRequiresOperator") &&
      (isOperator ? issuer.answer(next) === "passed" : next._tag === "failed")
    )
  },
  catches: {
    "anybody unlocks": but({
      unlock: deciding(issuing.unlock, (_, facts, envelope) =>
        issuing.unlock.decide(facts, { ...envelope, actor: "operator:anyone" as typeof envelope.actor })
      )
    }),
    "nobody unlocks": but({ unlock: refusing(issuing.unlock, new UnlockRequiresOperator()) }),
    "the lock stays": but({ unlock: without(issuing.unlock, "puts") })
  }
})
