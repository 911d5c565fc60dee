/**
 * Step-up authentication: which purchases by card are challenged, and what follows from it (AUT).
 */
import { requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { PurchaseNotCancellable } from "@kinchaku/domain/stepup/Cancelling"
import { purchases } from "@kinchaku/domain/stepup/Purchase"
import { assess } from "@kinchaku/domain/stepup/Risk"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { invariant, transition } from "../src/Rule.ts"
import { same } from "./support/Payments.ts"
import { noon } from "./support/PaymentsDesk.ts"
import { deciding, forgetting, hearing, mistaking, seeing, without, writing } from "./support/PaymentsMistakes.ts"
import { atTheTimeOfReplay, onlyEntries, replayed } from "./support/Replays.ts"
import { after, but, card, device, issuing, Issuer, minute, ordinary, stepUpPolicy, stopped } from "./support/StepUp.ts"
import { bought as boughtAt, type Deed, deeds, play } from "./support/StepUpHistories.ts"
import {
  countedIn,
  decisionOf,
  expected,
  type Judged,
  misjudging,
  moments,
  signals,
  stepUp
} from "./support/StepUpRisk.ts"
import { attempting, attempts, atScreen } from "./support/StepUpScreen.ts"
import { kept } from "./support/Tampering.ts"

// ── the risk rule ────────────────────────────────────────────────────────────────────────────────────────────────────

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
      "no country is refused": misjudging(({ country }) => ({ country: country === "KP" ? "FR" : country })),
      "no category is risky": misjudging(() => ({ category: "5942" })),
      "one purchase more an hour is let through": misjudging(({ inHour }) => ({ inHour: inHour - 1 })),
      "cards that nobody enrolled are challenged": misjudging(({ enrolment }) => ({
        enrolment: enrolment === "none" ? "enrolled" : enrolment
      })),
      "a lock is overlooked": misjudging(({ enrolment }) => ({
        enrolment: enrolment === "locked" ? "enrolled" : enrolment
      })),
      "a changed card number is overlooked": misjudging(({ enrolment }) => ({
        enrolment: enrolment === "void" ? "enrolled" : enrolment
      })),
      "the first reason is all that is kept": (asked, policy) => {
        const { decision, reasons } = assess(asked, policy)
        return { decision, reasons: reasons.slice(0, 1) }
      },
      "everything passes": () => ({ decision: "pass" as const, reasons: [] })
    }
  }
)

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

invariant("AUT-01d", "done again from the books, every purchase is judged, and every answer taken, as it was", {
  because: "rulebook AUT-01, LED-14: a decision and its reasons can be shown to an auditor",
  given: {
    method: fc.constantFrom("otp", "password" as const),
    attempts: attempts()
  },
  runs: 40,
  subject: replayed,
  holds: (again, { attempts, method }) =>
    Effect.gen(function* () {
      const books = yield* atScreen(Effect.andThen(attempting(method, attempts), kept))
      const done = yield* Effect.result(again(books))
      return Result.isSuccess(done) && same(done.success.commands, books.commands)
    }),
  catches: {
    "it is done at the time of the replay": atTheTimeOfReplay,
    "only what moves money is done again": onlyEntries
  }
})

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

// ── codes, and what comes after ──────────────────────────────────────────────────────────────────────────────────────

/** Whether something is bought where no holder is at a screen. */
const isElsewhere = (deed: Deed): boolean => deed.does === "buy" && ["inStore", "standing"].includes(deed.kind)

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
