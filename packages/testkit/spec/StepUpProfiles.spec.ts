/**
 * Step-up authentication: how cards are enrolled, how a member ID is found again, and when a profile locks (AUT, LCK-08).
 */
import type { Notice } from "@kinchaku/domain/notice/Notice"
import type { CardProfile } from "@kinchaku/domain/stepup/CardProfile"
import { UnlockRequiresOperator } from "@kinchaku/domain/stepup/EnrolmentChanges"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { invariant, transition, validation } from "../src/Rule.ts"
import { same } from "./support/Payments.ts"
import { count, noon, race } from "./support/PaymentsDesk.ts"
import {
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
  recorded,
  stepUpPolicy,
  stopped
} from "./support/StepUp.ts"
import { lockingLater } from "./support/StepUpMistakes.ts"
import { moments } from "./support/StepUpRisk.ts"

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

// ── a forgotten member ID ────────────────────────────────────────────────────────────────────────────────────────────

/** The mails about member IDs that were recorded. */
const remindersIn = ({ desk }: Issuer): ReadonlyArray<Notice> =>
  [...desk.books.notices.values()].filter(({ kind }) => kind === "memberIdReminder")

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
  "AUT-10c",
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

// ── the lock of a profile ────────────────────────────────────────────────────────────────────────────────────────────

/** Which answer locks, counted from 0; as many as there are where none does. */
const lockedAfter = (answers: ReadonlyArray<boolean>, locksAt: number): number => {
  let inRow = 0
  const lock = answers.findIndex((isRight) => (inRow = isRight ? 0 : inRow + 1) >= locksAt)
  return lock < 0 ? answers.length : lock
}

const outcomeOf = (answer: unknown): unknown =>
  typeof answer === "object" && answer !== null && "outcome" in answer ? answer.outcome : undefined

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
