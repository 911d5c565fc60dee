/**
 * Payouts: who may pay out, to which account, for what fee, and what the bank's answers bring about (OUT).
 */
import { money } from "@kinchaku/domain/ledger/AccountCode"
import type { BankLink } from "@kinchaku/domain/bank/BankLink"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { bankSettings } from "@kinchaku/domain/bank/BankSettings"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { coolingOffs } from "@kinchaku/domain/limit/CoolingOff"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { otps } from "@kinchaku/domain/otp/Otp"
import { RecordPayoutAnswer } from "@kinchaku/domain/payout/PayoutAnswer"
import { PayoutNotAllowed, SetPayoutAccount } from "@kinchaku/domain/payout/PayoutAccount"
import { operationOf, RequestPayout } from "@kinchaku/domain/payout/Requesting"
import { compat, secure } from "@kinchaku/domain/policy/Policy"
import { Result } from "effect"
import * as fc from "fast-check"
import { momentAround } from "../src/arbitraries/Times.ts"
import { fee, invariant, limit, notice, transition, validation } from "../src/Rule.ts"
import { me, same } from "./support/Payments.ts"
import { count, noon } from "./support/PaymentsDesk.ts"
import {
  ahead,
  deciding,
  forgetting,
  hearing,
  holding,
  misbooking,
  mistaking,
  refusing,
  seeing,
  under,
  without
} from "./support/PaymentsMistakes.ts"
import { anyTime, bank } from "./support/PaymentsTopUps.ts"
import {
  type Answering,
  answers,
  asking,
  choosing,
  codeFor,
  codePut,
  conserves,
  counterWith,
  credited,
  endsUp,
  link,
  linkOf,
  only,
  open,
  outcome,
  payoutTerms,
  places,
  refused,
  stateAfter,
  steps,
  withCodes
} from "./support/PayoutsDesk.ts"

const never = refusing(RequestPayout, new PayoutNotAllowed({ account: me, reason: "cashAccount" }))
const neverChosen = refusing(SetPayoutAccount, new PayoutNotAllowed({ account: me, reason: "cashAccount" }))

// ── who pays out ─────────────────────────────────────────────────────────────────────────────────────────────────────

const longAgo = instant(Date.UTC(2010, 0, 1))

validation("OUT-01a", "only a money account with certificate login, or with a verification in time, pays out", {
  because: "seed 000, WELLNETマネーアカウントかつ証明書ログインまたはセルフィー認証; rulebook IDV-02, IDV-04",
  given: {
    kind: fc.constantFrom("cash", "money" as const),
    origin: fc.constantFrom("certificate", "legacy" as const),
    confirmedAt: fc.constantFrom(noon, longAgo),
    what: fc.constantFrom("choose", "request")
  },
  subject: { choose: SetPayoutAccount, request: RequestPayout },
  holds: ({ choose, request }, { what, ...account }) => {
    // Legacy accounts need a code, whatever the policy.
    const otp = codeFor(operationOf({ link: linkOf(0), amount: 1_000 as Yen }))
    const desk = counterWith({ account, money: 5_000, cash: 5_000, more: [codePut(otp)] })
    const before = desk.everything
    const answer = outcome(
      what === "choose" ? desk.ask(choose, choosing(0)) : desk.ask(request, asking(1_000, 0, otp.id))
    )
    if (account.kind === "cash") return answer === "PayoutNotAllowed cashAccount" && desk.everything === before
    const isOverdue = account.origin === "legacy" && account.confirmedAt === longAgo
    return answer === (isOverdue ? "BankFunctionsRestricted confirmationOverdue" : "accepted")
  },
  catches: {
    "a cash account pays out": {
      choose: SetPayoutAccount,
      request: mistaking(RequestPayout, "account", { kind: "money" })
    },
    "a cash account has a payout account": {
      choose: mistaking(SetPayoutAccount, "account", { kind: "money" }),
      request: RequestPayout
    },
    "nobody is asked to confirm again": {
      choose: SetPayoutAccount,
      request: mistaking(RequestPayout, "account", { origin: "certificate" })
    },
    "legacy accounts pay out nothing": {
      choose: SetPayoutAccount,
      request: mistaking(RequestPayout, "account", { confirmedAt: longAgo })
    },
    "nobody chooses an account": { choose: neverChosen, request: RequestPayout }
  }
})

validation("OUT-01b", "only money is paid out: cash covers nothing of it and stays as it is, with its expiry", {
  because: "seed 000, マネーのみ; rulebook BAL-03",
  given: {
    cash: fc.constantFrom(0, 1, 5_000),
    have: fc.constantFrom(0, 999, 1_000, 1_001),
    amount: fc.constantFrom(999, 1_000, 1_001)
  },
  subject: RequestPayout,
  holds: (request, { amount, cash, have }) => {
    const desk = counterWith({ cash, money: have })
    const answer = desk.ask(request, asking(amount))
    const isCovered = amount <= have
    if (Result.isFailure(answer)) {
      const { failure } = answer
      const said = failure._tag === "InsufficientBalance" ? [failure.available, failure.shortfall] : []
      return !isCovered && same(said, [have, amount - have]) && places(desk).cash === cash
    }
    return isCovered && same([places(desk).cash, places(desk).money], [cash, have - amount])
  },
  catches: {
    "cash covers what money lacks": holding(RequestPayout, (account, yen) =>
      account === money(me) ? yen + 5_000 : yen
    ),
    "one yen too little is enough": holding(RequestPayout, (_, yen) => yen + 1),
    "what is just enough is too little": holding(RequestPayout, (_, yen) => Math.max(yen - 1, 0))
  }
})

invariant("BAL-03c", "whatever is asked and answered of payouts, cash stays to the yen", {
  because: "rulebook BAL-03; law: prepaid value is not cashed out",
  given: { amount: fc.integer({ min: 1, max: 10_000 }), said: answers(), cash: fc.constantFrom(1, 100, 9_999) },
  subject: RecordPayoutAnswer,
  holds: (record, { amount, cash, said }) => {
    const desk = counterWith({ cash, money: 10_000 })
    const { request } = Result.getOrThrow(desk.ask(RequestPayout, asking(amount)))
    for (const answer of said) desk.ask(record, { request, answer })
    return places(desk).cash === cash
  },
  catches: {
    "what comes back becomes cash": misbooking(
      {
        ...RecordPayoutAnswer,
        readsMore: (...given) => [
          ...(RecordPayoutAnswer.readsMore?.(...given) ?? []),
          { kind: "balance", id: `liability:cash:${me}` }
        ]
      },
      money(me),
      `liability:cash:${me}`
    )
  }
})

// ── to which account ─────────────────────────────────────────────────────────────────────────────────────────────────

const states: ReadonlyArray<BankLink["_tag"]> = ["provisional", "inProcedure", "registered", "rejected", "removed"]

validation(
  "OUT-02a",
  "a payout goes to the link that is set as payout account, if it is fully registered, and at once",
  {
    because: "seed 000, 送金先として設定する必要があります; OUT-03: payouts to it are possible at once",
    given: { state: fc.constantFrom(...states), isSet: fc.boolean(), isOwn: fc.boolean() },
    covers: { "it is set and registered": { atLeast: 5, when: ({ isSet, state }) => isSet && state === "registered" } },
    examples: [{ state: "registered", isSet: true, isOwn: true }],
    subject: RequestPayout,
    holds: (request, { isOwn, isSet, state }) => {
      const others = { payoutAccount: undefined, chosen: undefined, chosenAt: undefined } as never
      const owner = isOwn ? me : (`${me.slice(0, -1)}1` as typeof me)
      const desk = counterWith({ links: [link(0, state, owner), link(1)], settings: isSet ? {} : others })
      const answer = desk.ask(request, asking(1_000))
      if (!isSet) return outcome(answer) === "PayoutNotAllowed noPayoutAccount"
      if (state !== "registered" || !isOwn) return outcome(answer) === "BankLinkNotRegistered"
      return Result.isSuccess(answer) && answer.success.link === linkOf(0) && desk.books.waiting.size === 1
    },
    catches: {
      "any state will do": mistaking(RequestPayout, "bankLink", { _tag: "registered" }),
      "another's link will do": mistaking(RequestPayout, "bankLink", { account: me }),
      "it goes to a link that is not set": seeing(RequestPayout, (kind, record) =>
        kind === "bankSettings" ? { ...record, payoutAccount: linkOf(0) } : record
      ),
      "it has to wait": never,
      "no bank is asked": without(RequestPayout, "requests")
    }
  }
)

validation(
  "OUT-02b",
  "only an own link that is fully registered, and that a transfer can name, becomes the payout account",
  {
    because: "rulebook OUT-02; BNK-07: a Japan Post account is converted for a transfer",
    given: {
      state: fc.constantFrom(...states),
      transferable: fc.constantFrom("yes" as const, "notConvertible" as const, "accountUnreadable" as const)
    },
    subject: SetPayoutAccount,
    holds: (choose, { state, transferable }) => {
      const desk = counterWith({
        links: [link(0, state)],
        settings: { payoutAccount: undefined, chosen: undefined, chosenAt: undefined } as never
      })
      const answer = outcome(desk.ask(choose, choosing(0, transferable)))
      const chosen = desk.record(bankSettings, me)?.payoutAccount
      if (state !== "registered") return answer === "BankLinkNotRegistered" && chosen === undefined
      if (transferable !== "yes") return answer === `PayoutNotAllowed ${transferable}` && chosen === undefined
      return answer === "accepted" && chosen === linkOf(0)
    },
    catches: {
      "any state will do": mistaking(SetPayoutAccount, "bankLink", { _tag: "registered" }),
      "what no transfer can name will do": hearing(SetPayoutAccount, (content) => ({
        ...content,
        transferable: "yes" as const
      })),
      "it is not kept": without(SetPayoutAccount, "puts"),
      "nobody chooses an account": neverChosen
    }
  }
)

const frozenMillis = 30 * 24 * 3_600_000

validation(
  "OUT-03a",
  "for 30 × 24 hours after a link became the payout account no other can, also when it was removed",
  {
    because: "seed 000, 30日間は他の口座を設定できません",
    given: {
      after: fc.oneof(
        fc.constantFrom(0, 1, frozenMillis - 1, frozenMillis, frozenMillis + 1),
        fc.integer({ min: 0, max: 2 * frozenMillis })
      ),
      isRemoved: fc.boolean()
    },
    covers: {
      "it is within a millisecond of the end": {
        atLeast: 10,
        when: ({ after }) => Math.abs(after - frozenMillis) <= 1
      }
    },
    subject: SetPayoutAccount,
    holds: (choose, { after, isRemoved }) => {
      const desk = counterWith({
        links: [link(0, isRemoved ? "removed" : "registered"), link(1)],
        ...(isRemoved ? { settings: { payoutAccount: undefined } as never } : {})
      })
      const before = desk.everything
      const answer = desk.ask(choose, choosing(1), { at: instant(noon + after) })
      if (after >= frozenMillis) return Result.isSuccess(answer) && answer.success.chosenAt === noon + after
      return (
        Result.isFailure(answer) &&
        answer.failure._tag === "PayoutAccountFrozen" &&
        answer.failure.until === noon + frozenMillis &&
        desk.everything === before
      )
    },
    catches: {
      "it ends a millisecond early": ahead(SetPayoutAccount, 1),
      "it ends a millisecond late": ahead(SetPayoutAccount, -1),
      "it ends with the link": seeing(SetPayoutAccount, (kind, record) =>
        kind === "bankSettings" && record !== undefined && !("payoutAccount" in record)
          ? { id: me, registrations: 1 }
          : record
      ),
      "it lasts a calendar month": under(SetPayoutAccount, () => payoutTerms({ frozenHours: 31 * 24 })),
      "it never ends": neverChosen
    }
  }
)

transition("OUT-03b", "the link that is the payout account can be set again: nothing changes, and its time goes on", {
  because: "rulebook OUT-03: after a link became the payout account",
  given: { again: fc.array(fc.integer({ min: 0, max: frozenMillis }), { minLength: 1, maxLength: 4 }) },
  subject: SetPayoutAccount,
  holds: (choose, { again }) => {
    const desk = counterWith({ links: [link(0), link(1)] })
    for (const after of again) {
      const answer = desk.ask(choose, choosing(0), { at: instant(noon + after) })
      if (!Result.isSuccess(answer) || answer.success.chosenAt !== noon) return false
    }
    return (
      desk.notices.length === 0 &&
      desk.record(bankSettings, me)?.chosenAt === noon &&
      outcome(desk.ask(choose, choosing(1), { at: instant(noon + frozenMillis) })) === "accepted"
    )
  },
  catches: {
    "its time begins anew": seeing(SetPayoutAccount, (kind, record) =>
      kind === "bankSettings" && record !== undefined && "chosen" in record && record.chosen === linkOf(0)
        ? { id: me, registrations: 1 }
        : record
    ),
    "it cannot be set again": deciding(SetPayoutAccount, (decided, facts, { content }) =>
      facts.find(bankSettings, me)?.chosen === content.link
        ? Result.fail(new PayoutNotAllowed({ account: me, reason: "cashAccount" }))
        : decided
    ),
    "it is told each time": deciding(SetPayoutAccount, (decided, _, { at, id }) =>
      Result.map(decided, (decision) => ({
        ...decision,
        notices: [
          { id: `${id}.1`, kind: "payoutAccountChanged" as const, to: "holder" as const, account: me, subject: me, at }
        ]
      }))
    )
  }
})

notice("SEC-06d", "a payout account that was set is told to the holder, each time that it is another one", {
  because: "rulebook SEC-06: a changed payout account is told",
  given: { n: fc.constantFrom(0, 1), after: fc.constantFrom(frozenMillis, frozenMillis + 1) },
  subject: SetPayoutAccount,
  holds: (choose, { after, n }) => {
    const desk = counterWith({ links: [link(0), link(1)] })
    desk.ask(choose, choosing(n), { at: instant(noon + after) })
    const told = [...desk.books.notices.values()].map(({ account, kind, subject, to }) => [account, kind, subject, to])
    return same(told, n === 0 ? [] : [[me, "payoutAccountChanged", linkOf(1), "holder"]])
  },
  catches: {
    "nobody is told": without(SetPayoutAccount, "notices"),
    "the operators are told": deciding(SetPayoutAccount, (decided) =>
      Result.map(decided, (decision) => ({
        ...decision,
        notices: decision.notices.map((told) => ({ ...told, to: "operators" as const }))
      }))
    )
  }
})

// ── codes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

invariant("OUT-04", "a payout needs a confirmed code for its very amount and payee, and uses it up", {
  because: "seed 000, SMSで送られた6桁; rulebook OTP-04, OTP-08",
  given: {
    coded: fc.constantFrom(999, 1_000, 1_001, 10_000),
    asked: fc.constantFrom(999, 1_000, 1_001, 10_000),
    to: fc.constantFrom(0, 1),
    state: fc.constantFrom("none", "open", "confirmed", "used", "superseded" as const)
  },
  covers: { "it is for this payout": { atLeast: 10, when: ({ asked, coded, to }) => asked === coded && to === 0 } },
  examples: [{ coded: 1_000, asked: 1_000, to: 0, state: "confirmed" }],
  subject: RequestPayout,
  holds: (request, { asked, coded, state, to }) => {
    const otp = codeFor(operationOf({ link: linkOf(to), amount: coded as Yen }), state === "none" ? "open" : state)
    const desk = counterWith({ policy: withCodes, more: [codePut(otp)] })
    const answer = outcome(desk.ask(request, asking(asked, 0, state === "none" ? undefined : otp.id)))
    if (state === "none") return answer === "OtpRequired"
    if (to !== 0 || asked !== coded || state === "superseded") return answer === "OtpNotFound"
    if (state === "used") return answer === "OtpAlreadyUsed"
    if (state === "open") return answer === "OtpRequired"
    return (
      answer === "accepted" &&
      desk.record(otps, otp.id)?.state === "used" &&
      outcome(desk.ask(request, asking(asked, 0, otp.id))) === "OtpAlreadyUsed"
    )
  },
  catches: {
    "any amount will do": seeing(RequestPayout, (kind, record) =>
      kind === "otp" ? { ...record, operation: operationOf({ link: linkOf(0), amount: 1_000 as Yen }) } : record
    ),
    "no code is needed": under(RequestPayout, ({ authentication }) => ({
      authentication: { ...authentication, otp: { ...authentication.otp, waived: ["payout"] } }
    })),
    "a code that was only sent will do": mistaking(RequestPayout, "otp", { state: "confirmed", confirmedAt: noon }),
    "it serves again and again": forgetting(RequestPayout, ({ kind }) => kind === "otp"),
    "no code is right": never
  }
})

// ── fee ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

fee("OUT-05", "the fee that was shown is taken on top of the amount; money must cover both", {
  because: "seed 000, 別途手数料; rulebook FEE-01, FEE-04",
  given: {
    amount: fc.integer({ min: 1, max: 10_000 }),
    charged: fc.constantFrom(0, 1, 220),
    over: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: 0, max: 1_000 })),
    off: fc.constantFrom(0, 0, 0, -1, 1)
  },
  covers: {
    "it is one yen short": { atLeast: 5, when: ({ off, over }) => over === -1 && off === 0 },
    "it is just enough": { atLeast: 5, when: ({ off, over }) => over === 0 && off === 0 }
  },
  subject: RequestPayout,
  holds: (request, { amount, charged, off, over }) => {
    const have = amount + charged + over
    const shown = Math.max(charged + off, 0)
    const desk = counterWith({ money: have, fee: charged })
    const before = desk.everything
    const answer = desk.ask(request, asking(amount, shown))
    if (Result.isSuccess(answer)) {
      const { inTransit, feesHeld, money: left } = places(desk)
      return shown === charged && over >= 0 && same([inTransit, feesHeld, left], [amount, charged, over])
    }
    const { failure } = answer
    if (shown !== charged) return failure._tag === "QuoteChanged" && desk.everything === before
    return (
      failure._tag === "InsufficientBalance" &&
      same([failure.asked, failure.available, failure.shortfall], [amount + charged, have, 1]) &&
      desk.everything === before
    )
  },
  catches: {
    "the fee is taken out of the amount": holding(RequestPayout, (_, yen) => yen + 220),
    "what was shown is not compared": hearing(RequestPayout, (content) => ({ ...content, quotedFee: 220 as Yen })),
    "what is just enough is too little": holding(RequestPayout, (_, yen) => Math.max(yen - 1, 0)),
    "the fee is not reserved apart": misbooking(RequestPayout, "liability:fees-held", "liability:payout-in-transit"),
    "nothing is reserved": without(RequestPayout, "entries")
  }
})

// ── what the bank answers ────────────────────────────────────────────────────────────────────────────────────────────

const told = (
  record: Answering,
  amount: number,
  charged: number,
  said: ReadonlyArray<typeof credited | typeof refused>
) => {
  const desk = counterWith({ money: 50_000, fee: charged })
  const { request } = Result.getOrThrow(desk.ask(RequestPayout, asking(amount, charged)))
  for (const answer of said) desk.ask(record, { request, answer })
  return desk
}

transition(
  "OUT-06a",
  "only the bank's first answer settles a payout, once; the opposite afterwards goes to suspense, once, and is raised, as is each word that takes it back",
  {
    because: "seed 000, ステータス(完了・失敗・処理中); rulebook, posting table: payout; decision 21",
    given: { amount: fc.integer({ min: 1, max: 40_000 }), charged: fc.constantFrom(0, 1, 220), said: answers() },
    covers: {
      "the bank contradicts itself": {
        atLeast: 20,
        when: ({ said }) => said.some(({ _tag }) => _tag !== said[0]?._tag)
      },
      "nothing is said": { atLeast: 5, when: ({ said }) => said.length === 0 }
    },
    subject: RecordPayoutAnswer,
    holds: (record, { amount, charged, said }) => {
      const desk = told(record, amount, charged, said)
      const opposed = said.findIndex(({ _tag }) => _tag !== said[0]?._tag)
      const again = opposed < 0 ? [] : said.slice(opposed).filter(({ _tag }) => _tag === said[0]?._tag)
      const raised = opposed < 0 ? [] : ["payoutContradicted", ...again.map(() => "payoutContradicted")]
      const first = { processing: [], completed: ["payoutCompleted"], failed: ["payoutFailed"] }[stateAfter(said[0])]
      const operations = desk.record(bankLinks, linkOf(0))
      const busy = operations?._tag === "registered" ? (operations.operations ?? 0) : -1
      return (
        same(places(desk), endsUp(50_000, amount, charged, said)) &&
        only(desk)?._tag === stateAfter(said[0]) &&
        same(desk.notices, [...first, ...raised]) &&
        busy === (said.length === 0 ? 1 : 0) &&
        [...desk.books.waiting.values()].some(({ request }) => request.kind === "bankCredit") === (said.length === 0)
      )
    },
    catches: {
      "nothing is booked": without(RecordPayoutAnswer, "entries"),
      "the limit is not given back": forgetting(RecordPayoutAnswer, ({ kind }) => kind === "usage"),
      "the link stays busy": forgetting(RecordPayoutAnswer, ({ kind }) => kind === "bankLink"),
      "the state is not kept": forgetting(RecordPayoutAnswer, ({ kind }) => kind === "payout"),
      "the fee stays on hold": misbooking(RecordPayoutAnswer, "revenue:fees", "liability:merchant:nobody"),
      "what left after a refusal counts as owed": misbooking(
        RecordPayoutAnswer,
        "asset:suspense",
        "liability:suspense"
      ),
      "nobody is told": without(RecordPayoutAnswer, "notices"),
      "nobody is told that it is taken back": deciding(RecordPayoutAnswer, (decided) =>
        Result.map(decided, (decision) => (decision.entries.length === 0 ? { ...decision, notices: [] } : decision))
      ),
      "each contradiction is booked": mistaking(RecordPayoutAnswer, "payout", { contradictedAt: undefined })
    }
  }
)

transition("OUT-06b", "what is given back is the exact reverse of what was taken, and names its entry", {
  because: "rulebook, posting table: payout failed; LED-02",
  given: { amount: fc.integer({ min: 1, max: 40_000 }), charged: fc.constantFrom(0, 1, 220) },
  subject: RecordPayoutAnswer,
  holds: (record, { amount, charged }) => {
    const [taken, back] = told(record, amount, charged, [refused]).entries
    const turned = taken?.postings.map(({ side, ...line }) => ({
      ...line,
      side: side === "debit" ? "credit" : "debit"
    }))
    const sorted = (lines: ReadonlyArray<object> = []) =>
      lines.map((line) => JSON.stringify(Object.entries(line).toSorted())).toSorted()
    return back?.reverses === taken?.id && same(sorted(back?.postings), sorted(turned))
  },
  catches: {
    "the fee is kept": mistaking(RecordPayoutAnswer, "payout", { fee: 0 }),
    "it names another entry": mistaking(RecordPayoutAnswer, "payout", { entry: `${"0".repeat(26)}.1` }),
    "it goes to somebody else": misbooking(RecordPayoutAnswer, money(me), "liability:merchant:nobody")
  }
})

invariant("ACC-20e", "what the bank answers to a payout is booked whatever became of the account meanwhile", {
  because: "rulebook ACC-20: incoming provider results for operations in flight are still booked",
  given: {
    state: fc.constantFrom("suspended", "stopped", "locked" as const),
    answer: fc.constantFrom(credited, refused)
  },
  subject: { request: RequestPayout, answer: RecordPayoutAnswer },
  holds: (commands, { answer, state }) => {
    const became = {
      suspended: { _tag: "suspended", suspendedAt: noon },
      stopped: { _tag: "stopped", stoppedAt: noon, reason: "other" },
      locked: { lockedAt: noon, lockCause: "failures" }
    }[state]
    const desk = counterWith({ money: 5_000 })
    const { request } = Result.getOrThrow(desk.ask(RequestPayout, asking(1_000)))
    const account = desk.books.records.get("account")
    account?.set(me, { ...account.get(me), ...became })
    const more = outcome(desk.ask(commands.request, asking(1_000)))
    const expected = { suspended: "AccountSuspended", stopped: "AccountStopped", locked: "AccountLocked" }[state]
    desk.ask(commands.answer, { request, answer })
    return more === expected && same(places(desk), endsUp(5_000, 1_000, 0, [answer]))
  },
  catches: {
    "a stopped account pays out": {
      request: mistaking(RequestPayout, "account", { _tag: "active", lockedAt: undefined }),
      answer: RecordPayoutAnswer
    },
    "what the bank answers is not booked": { request: RequestPayout, answer: without(RecordPayoutAnswer, "entries") }
  }
})

invariant("LED-12e", "after every step of any payouts and answers the books balance, and nothing is lost or made", {
  because: "rulebook LED-12, LED-05",
  given: { history: steps() },
  runs: 100,
  subject: { request: RequestPayout, answer: RecordPayoutAnswer },
  holds: (commands, { history }) => conserves(commands, history),
  catches: {
    "a refusal gives back nothing": { request: RequestPayout, answer: without(RecordPayoutAnswer, "entries") },
    "a refusal keeps the fee": {
      request: RequestPayout,
      answer: deciding(RecordPayoutAnswer, (decided) =>
        Result.map(decided, (decision) => ({
          ...decision,
          entries: decision.entries.map((entry) =>
            entry.kind === "payoutReversed"
              ? (JSON.parse(JSON.stringify(entry).replaceAll("liability:fees-held", "revenue:fees")) as typeof entry)
              : entry
          )
        }))
      )
    },
    "an answer settles again": {
      request: RequestPayout,
      answer: mistaking(RecordPayoutAnswer, "payout", { _tag: "processing", contradictedAt: undefined })
    }
  }
})

// ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────

limit("OUT-09", "one payout is at most the maximum of the law, and the refusal says so", {
  because: "資金決済法 第36条の2: funds transfer of type 2, ¥1,000,000",
  given: {
    maximum: fc.constantFrom(1, 1_000, 1_000_000),
    over: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -500, max: 500 }))
  },
  examples: [{ maximum: 1_000_000, over: 1 }],
  subject: RequestPayout,
  holds: (request, { maximum, over }) => {
    const asked = Math.max(maximum + over, 1)
    const desk = counterWith({ money: 2_000_000, policy: payoutTerms({ maximum: maximum as never }) })
    const answer = desk.ask(request, asking(asked))
    if (asked <= maximum) return Result.isSuccess(answer)
    const { _tag, ...said } = Result.getOrThrow(Result.flip(answer)) as unknown as Record<string, unknown>
    return (
      _tag === "LimitExceeded" &&
      same(
        [said["limit"], said["operation"], said["period"], said["allowed"], said["remaining"], said["asked"]],
        ["perOperation", "payout", "operation", maximum, maximum, asked]
      )
    )
  },
  catches: {
    "one yen more is let through": under(RequestPayout, ({ wallet }) => ({
      wallet: { ...wallet, payout: { ...wallet.payout, maximum: (wallet.payout.maximum + 1) as never } }
    })),
    "the maximum itself is refused": under(RequestPayout, ({ wallet }) => ({
      wallet: { ...wallet, payout: { ...wallet.payout, maximum: (wallet.payout.maximum - 1) as never } }
    })),
    "there is none": under(RequestPayout, () => payoutTerms({ maximum: 9_000_000 as never }))
  }
})

const dayLimit = { limits: { ...open, money: { ...open.money, payout: { perDay: 1_000 as Yen } } } }
const monthEnd = instant(Date.UTC(2026, 10, 30, 14, 59, 59, 999))
const japanDay = (at: number): string => new Date(at + 9 * 3_600_000).toISOString().slice(0, 10)

limit("LIM-03e", "a payout counts in its day and month of Japan; one that fails gives its amount back to them", {
  because: "rulebook LIM-01, LIM-03, LIM-05",
  given: {
    period: fc.constantFrom("perDay", "perMonth" as const),
    first: momentAround(monthEnd),
    second: momentAround(monthEnd),
    isRefused: fc.boolean()
  },
  covers: { "both are on one day": { atLeast: 20, when: ({ first, second }) => japanDay(first) === japanDay(second) } },
  subject: { request: RequestPayout, answer: RecordPayoutAnswer },
  holds: (commands, { first, isRefused, period, second }) => {
    const limits = { ...open, money: { ...open.money, payout: { [period]: 1_000 as Yen } } }
    const desk = counterWith({ policy: { limits } })
    const { request } = Result.getOrThrow(desk.ask(commands.request, asking(600), { at: first }))
    if (isRefused) desk.ask(commands.answer, { request, answer: refused }, { at: second })
    const answer = desk.ask(commands.request, asking(600), { at: second })
    const width = period === "perDay" ? 10 : 7
    const [one, other] = [japanDay(first).slice(0, width), japanDay(second).slice(0, width)]
    if (isRefused || one !== other) return Result.isSuccess(answer)
    const failure = Result.isFailure(answer) ? answer.failure : undefined
    return (
      failure?._tag === "LimitExceeded" &&
      same(
        [failure.limit, failure.period, failure.allowed, failure.remaining, failure.asked],
        [period, one, 1_000, 400, 600]
      )
    )
  },
  catches: {
    "the day is that of London": { request: ahead(RequestPayout, -9 * 3_600_000), answer: RecordPayoutAnswer },
    "nothing counts": {
      request: forgetting(RequestPayout, ({ kind }) => kind === "usage"),
      answer: RecordPayoutAnswer
    },
    "nothing is given back": {
      request: RequestPayout,
      answer: forgetting(RecordPayoutAnswer, ({ kind }) => kind === "usage")
    }
  }
})

invariant("LIM-04c", "of payouts asked for at once, exactly as many are accepted as the limit allows", {
  because: "rulebook LIM-04",
  given: { each: fc.integer({ min: 90, max: 1_001 }), times: fc.integer({ min: 1, max: 12 }) },
  covers: { "together they would pass it": { atLeast: 40, when: ({ each, times }) => each * times > 1_000 } },
  runs: 60,
  subject: RequestPayout,
  holds: (request, { each, times }) => {
    const desk = counterWith({ policy: dayLimit })
    const answered = desk.askAll(Array.from({ length: times }, () => ({ command: request, content: asking(each) })))
    const allowed = Math.min(times, Math.floor(1_000 / each))
    return same([count(answered, "accepted"), count(answered, "LimitExceeded")], [allowed, times - allowed])
  },
  catches: {
    "what is in flight does not count": forgetting(RequestPayout, ({ kind }) => kind === "usage"),
    "the limit itself cannot be reached": under(RequestPayout, () => ({
      limits: { ...open, money: { ...open.money, payout: { perDay: 999 as Yen } } }
    }))
  }
})

limit("SEC-05c", "while an account cools off, little of its money leaves in a day", {
  because: "rulebook SEC-05",
  given: {
    amount: fc.constantFrom(1, 29_999, 30_000, 30_001, 60_000),
    hours: fc.constantFrom(0, 23, 24, 25),
    asks: fc.boolean()
  },
  subject: RequestPayout,
  holds: (request, { amount, asks, hours }) => {
    const { account } = asks ? secure : compat
    const desk = counterWith({
      policy: { account },
      more: [put(coolingOffs, { id: me, changedAt: instant(noon - hours * 3_600_000) })]
    })
    desk.ask(request, asking(20_000))
    const answer = outcome(desk.ask(request, asking(amount)))
    return answer === (asks && hours < 24 && 20_000 + amount > 50_000 ? "LimitExceeded" : "accepted")
  },
  catches: {
    "payouts do not cool off": seeing(RequestPayout, (kind, record) => (kind === "coolingOff" ? undefined : record)),
    "what left before does not count": forgetting(RequestPayout, ({ kind }) => kind === "usage"),
    "it never ends": mistaking(RequestPayout, "coolingOff", { changedAt: noon })
  }
})

validation("OUT-02c", "a payout is asked of a bank that is offered and serves at that time", {
  because: "rulebook TOP-07 likewise; OUT-02",
  given: { state: fc.constantFrom("serves", "maintenance", "closed", "notOffered" as const) },
  subject: RequestPayout,
  holds: (request, { state }) => {
    const terms = {
      serves: {},
      maintenance: { maintenance: [{ from: noon, to: instant(noon + 1) }] },
      closed: { opens: "12:01", closes: "12:00" },
      notOffered: {}
    }[state]
    const desk = counterWith({ terms, ...(state === "notOffered" ? { policy: { banks: {} } } : {}) })
    const answer = outcome(desk.ask(request, asking(1_000)))
    const expected = {
      serves: "accepted",
      maintenance: "BankUnavailable maintenance",
      closed: "BankUnavailable outsideServiceHours",
      notOffered: "BankUnknown notOffered"
    }
    return answer === expected[state]
  },
  catches: {
    "no hours are kept": under(RequestPayout, ({ banks }) => ({
      banks: Object.fromEntries(
        Object.entries(banks).map(([code, terms]) => [
          code,
          { ...terms, opens: "00:00", closes: "24:00", maintenance: [] }
        ])
      )
    })),
    "every bank is offered": under(RequestPayout, ({ banks }) => ({ banks: { [bank]: anyTime, ...banks } })),
    "no bank serves": never
  }
})
