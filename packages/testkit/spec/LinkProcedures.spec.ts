/**
 * Link procedures: how a link is registered at the bank, what it costs, how it ends, and what it is used for (BNK, SEC-04, TOP-16).
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { claimId } from "@kinchaku/domain/account/Claim"
import * as Holders from "@kinchaku/domain/account/Holder"
import { type BankLink, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type BankSettings, bankSettings } from "@kinchaku/domain/bank/BankSettings"
import { RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { AddBankLink } from "@kinchaku/domain/bank/Linking"
import { StartLinkProcedure } from "@kinchaku/domain/bank/LinkStart"
import { ReleaseBankLink } from "@kinchaku/domain/bank/Releasing"
import { RemoveBankLink, SetExactTopUp } from "@kinchaku/domain/bank/Removing"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { fees } from "@kinchaku/domain/ledger/AccountCode"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { type BankTerms } from "@kinchaku/domain/policy/Policy"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { fee, invariant, query, transition, validation } from "../src/Rule.ts"
import { inDirectory } from "../src/scenario/Linking.ts"
import { openBank, strictBank, testPolicy } from "../src/scenario/TestPolicy.ts"
import { inWorld } from "../src/scenario/World.ts"
import { claimed, deskFor, linkOf } from "./support/AccountDesk.ts"
import { flying } from "./support/AccountClosings.ts"
import { hashOf } from "./support/Accounts.ts"
import { adding, answeringLink, linkDesk, linked, linking, starting } from "./support/AccountsLinks.ts"
import {
  repricing,
  comesTo,
  drawnStates,
  everyEvidence,
  goingAgain,
  happenings,
  hourMillis,
  linkAt,
  linkPolicy,
  linkSteps,
  nextMidnight,
  passing,
  paying,
  registration,
  reporting,
  standings,
  takingAlike
} from "./support/LinkProcedures.ts"
import { accountIdOf, accountOf, holderOf, me, same } from "./support/Payments.ts"
import { Desk, named, noon } from "./support/PaymentsDesk.ts"
import {
  blindTo,
  deciding,
  forgetting,
  hearing,
  holding,
  mistaking,
  refusing,
  seeing,
  under,
  without,
  writing
} from "./support/PaymentsMistakes.ts"
import { anyTime, bank, clock, clockTime, serviceHours } from "./support/PaymentsTopUps.ts"

// ── the bank's evidence ──────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "SEC-04b",
  "whatever the bank says, of whichever procedure and whenever: a link is registered with the whole evidence and the fee, and never without",
  {
    because: "bank-link fraud of 2020; rulebook BNK-03, BNK-04, BNK-08, BNK-09, SEC-04; every combination is tried",
    given: { evidence: fc.constantFrom(...everyEvidence) },
    examples: everyEvidence.map((evidence) => ({ evidence })),
    runs: everyEvidence.length,
    subject: RecordLinkAnswer,
    holds: (record, { evidence }) => same(reporting(record, evidence), comesTo(evidence)),
    catches: {
      "a name that is read alike will do": takingAlike,
      "one factor will do": under(RecordLinkAnswer, () => ({ linkFactorsRequired: 1 })),
      "somebody else's account will do": blindTo(RecordLinkAnswer, "claim"),
      "fees are not taken": without(RecordLinkAnswer, "entries"),
      "what is not covered is taken for covered": mistaking(RecordLinkAnswer, "linkProcedure", { fee: undefined }),
      "registrations are not counted": forgetting(RecordLinkAnswer, ({ kind }) => kind === "bankSettings"),
      "a late success is lost": deciding(RecordLinkAnswer, (decided, facts, { content }) => {
        const late = facts.find(bankLinks, linkAt("released").id)
        return late?._tag !== "inProcedure" || late.request !== content.request
          ? Result.map(decided, (decision) => ({ ...decision, entries: [], puts: [] }))
          : decided
      }),
      "a rejected link is registered later": mistaking(RecordLinkAnswer, "bankLink", { _tag: "provisional" })
    }
  }
)

validation("BNK-05", "a bank account is linked by the holder whose name the bank has for it, and by nobody else", {
  because: "seed 000, 本人名義",
  given: { asks: fc.nat(1), owner: fc.nat(1) },
  subject: RecordLinkAnswer,
  holds: (record, { asks, owner }) => {
    const nameOf = (n: number) => hashOf("kanaName", n + 1)
    const desk = new Desk({
      policy: linkPolicy(),
      records: [0, 1].flatMap((n) => [
        put(accounts, { ...accountOf(accountIdOf(n), "money"), kanaName: nameOf(n) }),
        put(Holders.holders, holderOf(accountIdOf(n)))
      ])
    })
    const state = answeringLink(desk, record, linking(desk, asks), {
      _tag: "linked",
      holder: nameOf(owner),
      factors: 2
    })
    return state === (asks === owner ? "registered" : "holderNameMismatch")
  },
  catches: {
    "anybody's account is linked": hearing(RecordLinkAnswer, ({ answer, request }) => ({
      request,
      answer: answer._tag === "linked" ? { ...answer, holder: hashOf("kanaName", 1) } : answer
    })),
    "nobody's account is linked": mistaking(RecordLinkAnswer, "account", { kanaName: hashOf("kanaName", 7) })
  }
})

// ── states ───────────────────────────────────────────────────────────────────────────────────────────────────────────

transition(
  "BNK-02b",
  "whatever happens to a link, in whatever order, it is in the state that the drawing of the rulebook leads to",
  {
    because: "rulebook BNK-01 to BNK-03, BNK-11, BNK-15; state machines, bank link",
    given: { steps: fc.array(fc.constantFrom(...happenings, "start", "nextDay" as const), { maxLength: 14 }) },
    covers: {
      "a procedure that is not the newest is reported": {
        atLeast: 10,
        when: ({ steps }) =>
          steps.indexOf("start") >= 0 &&
          steps.lastIndexOf("start") > steps.indexOf("start") &&
          steps.some((step) => step.startsWith("first"))
      },
      "a link is registered": { atLeast: 10, when: ({ steps }) => drawnStates(steps).includes("registered") }
    },
    subject: linkSteps,
    holds: (by, { steps }) => same(passing(by, steps), drawnStates(steps)),
    catches: {
      "any procedure interrupts": {
        ...linkSteps,
        answer: deciding(RecordLinkAnswer, (decided, facts, { content }) => {
          const [link] = [facts.find(bankLinks, adding(linkDesk()).id)]
          return link?._tag === "inProcedure" && content.answer._tag === "interrupted"
            ? Result.map(decided, (decision) => ({
                ...decision,
                puts: [put<BankLink>(bankLinks, { ...linkAt("released"), id: link.id } as BankLink)]
              }))
            : decided
        })
      },
      "a late success is not heard": {
        ...linkSteps,
        answer: forgetting(RecordLinkAnswer, ({ record }) => "_tag" in record && record._tag === "registered")
      },
      "a removed link comes back": { ...linkSteps, remove: without(RemoveBankLink, "puts") },
      "nothing is released": { ...linkSteps, release: without(ReleaseBankLink, "puts") },
      "a rejected link is tried again": {
        ...linkSteps,
        start: mistaking(StartLinkProcedure, "bankLink", { _tag: "provisional" })
      }
    }
  }
)

const releaseHour = fc.constantFrom("00:00", "09:00", "10:00", "23:59")

transition(
  "BNK-03",
  "without a report a link can be tried again from 10:00 of the next day in Japan on, not a moment before; others can at any time",
  {
    because: "seed 000, 翌日の9時~10時以降",
    given: {
      startedAt: fc.integer({ min: noon, max: noon + 400 * 24 * hourMillis }),
      from: fc.constantFrom("start", "midnight", "release" as const),
      off: fc.constantFrom(-1, 0, 1)
    },
    covers: {
      "just before": { atLeast: 5, when: ({ from, off }) => from === "release" && off === -1 },
      "to the moment": { atLeast: 5, when: ({ from, off }) => from === "release" && off === 0 }
    },
    subject: linkSteps,
    holds: (by, { from, off, startedAt }) => {
      const release = nextMidnight(startedAt) + 10 * hourMillis
      const at = { start: startedAt + 1, midnight: nextMidnight(startedAt), release }[from] + off
      const [swept, again, others] = goingAgain(by, startedAt as Instant, at - startedAt)
      const isOver = at >= release
      return (
        swept === (isOver ? "provisional" : "inProcedure") &&
        again === (isOver ? "accepted" : "BankLinkInProcedure") &&
        others === "accepted"
      )
    },
    catches: {
      "it can be tried again at midnight": {
        ...linkSteps,
        start: mistaking(StartLinkProcedure, "bankLink", { releasesAt: noon }),
        release: mistaking(ReleaseBankLink, "bankLink", { releasesAt: noon })
      },
      "it is never released": { ...linkSteps, release: without(ReleaseBankLink, "puts") },
      "the moment itself is too early": {
        ...linkSteps,
        release: deciding(ReleaseBankLink, (_, facts, envelope) =>
          ReleaseBankLink.decide(facts, { ...envelope, at: instant(envelope.at - 1) })
        )
      }
    }
  }
)

transition("BNK-03b", "the time of day at which a procedure ends is the operator's to set", {
  because: "rulebook BNK-03: configurable; the seeds say 9:00–10:00",
  given: { releaseAt: releaseHour, startedAt: fc.integer({ min: noon, max: noon + 48 * hourMillis }) },
  subject: StartLinkProcedure,
  holds: (start, { releaseAt, startedAt }) => {
    const policy = linkPolicy()
    const desk = new Desk({
      policy: { ...policy, wallet: { ...policy.wallet, link: { ...policy.wallet.link, releaseAt } } },
      records: [put(accounts, accountOf(me, "money")), put(Holders.holders, holderOf(me))]
    })
    const { account, id } = adding(desk)
    desk.ask(start, { account, link: id, quotedFee: 0 as Yen }, { at: startedAt as Instant })
    const link = desk.record(bankLinks, id)
    const minutes = Number(releaseAt.slice(0, 2)) * 60 + Number(releaseAt.slice(3))
    return link?._tag === "inProcedure" && link.releasesAt === nextMidnight(startedAt) + minutes * 60_000
  },
  catches: {
    "it is always ten": under(StartLinkProcedure, ({ wallet }) => ({
      wallet: { ...wallet, link: { ...wallet.link, releaseAt: "10:00" } }
    })),
    "the day is that of Greenwich": deciding(StartLinkProcedure, (_, facts, envelope) =>
      StartLinkProcedure.decide(facts, { ...envelope, at: instant(envelope.at - 9 * hourMillis) })
    )
  }
})

transition(
  "BNK-15",
  "the bank page's own cancel button makes the link provisional at once, and it can be tried again at once",
  {
    because: "seed 000, 金融機関ページ内の中断ボタン",
    given: { after: fc.integer({ min: 0, max: 9 * hourMillis }), others: fc.boolean() },
    subject: RecordLinkAnswer,
    holds: (record, { after, others }) => {
      const desk = linkDesk()
      const link = linking(desk)
      const other = linking(desk, 0, 2)
      const at = instant(noon + after)
      const interrupted = others ? other : link
      desk.ask(record, { request: interrupted.request, answer: { _tag: "interrupted" } }, { at })
      const state = desk.record(bankLinks, interrupted.id)?._tag
      const untouched = desk.record(bankLinks, (others ? link : other).id)?._tag
      const again = desk.ask(StartLinkProcedure, { account: me, link: interrupted.id, quotedFee: 0 as Yen }, { at })
      return state === "provisional" && untouched === "inProcedure" && named(again) === "accepted"
    },
    catches: {
      "an interruption is not heard": without(RecordLinkAnswer, "puts"),
      "an interruption rejects": hearing(RecordLinkAnswer, (content) => ({
        ...content,
        answer: { _tag: "refused" as const, reason: "interrupted" }
      }))
    }
  }
)

// ── before the bank ──────────────────────────────────────────────────────────────────────────────────────────────────

validation("BNK-10", "a procedure is started exactly in the bank's service hours and outside its maintenance", {
  because: "seed 000, サービス提供時間外では",
  given: { hours: serviceHours(), maintained: fc.constantFrom("never", "now", "before", "after" as const) },
  covers: {
    open: { atLeast: 20, when: ({ hours }) => hours.since < hours.open * 60_000 },
    maintenance: { atLeast: 10, when: ({ maintained }) => maintained === "now" }
  },
  subject: StartLinkProcedure,
  holds: (start, { hours: { open, opens, since }, maintained }) => {
    const at = instant(clock(24, opens) + since)
    const windows = { never: [], now: [[at, at + 1]], before: [[at - 1, at]], after: [[at + 1, at + 2]] }[maintained]
    const terms: BankTerms = {
      ...anyTime,
      opens: clockTime(opens),
      closes: opens + open === 1440 ? "24:00" : clockTime(opens + open),
      maintenance: windows.map(([from = 0, to = 0]) => ({ from: instant(from), to: instant(to) }))
    }
    const desk = new Desk({
      policy: linkPolicy({ banks: { [bank]: terms } }),
      records: [put(accounts, accountOf(me, "money")), put(Holders.holders, holderOf(me))]
    })
    const answer = desk.ask(start, { account: me, link: adding(desk).id, quotedFee: 0 as Yen }, { at })
    const isServing = since < open * 60_000 && maintained !== "now"
    return named(answer) === (isServing ? "accepted" : "BankUnavailable")
  },
  catches: {
    "any time will do": under(StartLinkProcedure, () => ({ banks: { [bank]: anyTime } })),
    "maintenance is not looked at": under(StartLinkProcedure, ({ banks }) => ({
      banks: Object.fromEntries(Object.entries(banks).map(([code, terms]) => [code, { ...terms, maintenance: [] }]))
    }))
  }
})

const linkingCommands = { add: AddBankLink, start: StartLinkProcedure }

validation(
  "BNK-12",
  "a bank account is added and registered with certificate login, or by a legacy account once it is verified",
  {
    because: "seed 000, 口座に登録されている電話番号を用いた認証; rulebook BNK-12, IDV-02",
    given: {
      origin: fc.constantFrom("certificate", "legacy" as const),
      kind: fc.constantFrom("cash", "money" as const),
      step: fc.constantFrom("add", "start" as const)
    },
    subject: linkingCommands,
    holds: (by, { kind, origin, step }) => {
      const desk = deskFor({ kind, origin, links: ["provisional"] })
      const answer =
        step === "add"
          ? desk.ask(by.add, { account: me, bank, bankAccount: hashOf("bankAccount", 7), directory: inDirectory })
          : desk.ask(by.start, { account: me, link: linkOf("provisional").id, quotedFee: 0 as Yen })
      return named(answer) === (origin === "certificate" || kind === "money" ? "accepted" : "BankFunctionsRestricted")
    },
    catches: {
      "anybody adds": { ...linkingCommands, add: mistaking(AddBankLink, "account", { kind: "money" }) },
      "anybody registers": { ...linkingCommands, start: mistaking(StartLinkProcedure, "account", { kind: "money" }) },
      "certificates do not count": { ...linkingCommands, add: mistaking(AddBankLink, "account", { origin: "legacy" }) }
    }
  }
)

// ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────────

fee(
  "BNK-09",
  "the first two registrations ever are free; each later one takes its quoted fee from cash, then money, when it completes, and is refused beforehand where that is not there",
  {
    because: "seed 000, 無料で本登録できる口座は2つまで",
    given: {
      before: fc.nat(4),
      free: fc.constantFrom(2, 2, 0, 3),
      cash: fc.constantFrom(0, 1, registration - 1, registration, 500),
      money: fc.constantFrom(0, 1, registration - 1, registration, 500)
    },
    covers: {
      "the last free one": { atLeast: 5, when: ({ before, free }) => before === free - 1 },
      "the first that costs": { atLeast: 5, when: ({ before, free }) => before === free },
      "one yen short": { atLeast: 2, when: ({ cash, money }) => cash + money === registration - 1 }
    },
    subject: linkSteps,
    holds: (by, given) => {
      const { before, cash: held, free, money: more } = given
      const { quoted, state, took, wrong } = paying(by, given)
      const due = before < free ? 0 : registration
      const isCovered = held + more >= due
      const fromCash = Math.min(due, held)
      return (
        wrong === "QuoteChanged" &&
        quoted === due &&
        state === (isCovered ? "registered" : "provisional") &&
        same(took, isCovered ? [fromCash, due - fromCash, due] : [0, 0, 0])
      )
    },
    catches: {
      "all are free": { ...linkSteps, start: mistaking(StartLinkProcedure, "bankSettings", { registrations: 0 }) },
      "none is free": { ...linkSteps, start: mistaking(StartLinkProcedure, "bankSettings", { registrations: 9 }) },
      "the second costs": {
        ...linkSteps,
        start: under(StartLinkProcedure, ({ wallet }) => ({
          wallet: { ...wallet, link: { ...wallet.link, freeRegistrations: 1 } }
        }))
      },
      "a fee that is not there is promised": { ...linkSteps, start: holding(StartLinkProcedure, () => 9_999) },
      "the fee is not taken": { ...linkSteps, answer: without(RecordLinkAnswer, "entries") },
      "money pays first": {
        ...linkSteps,
        answer: holding(RecordLinkAnswer, (code, yen) => (code.startsWith("liability:cash:") ? 0 : yen))
      }
    }
  }
)

invariant(
  "BNK-09b",
  "registrations of links that were removed since, and failed ones, count as they did: the one ever, the other never",
  {
    because: "rulebook BNK-09: counting also registrations of links since removed",
    given: { ends: fc.array(fc.constantFrom("removed", "kept", "refused" as const), { minLength: 1, maxLength: 5 }) },
    subject: linkSteps,
    holds: (by, { ends }) => {
      const desk = linkDesk()
      ends.forEach((end, n) => {
        const link = starting(desk, adding(desk, 0, n))
        const answer = end === "refused" ? ({ _tag: "refused", reason: "no" } as const) : linked()
        desk.ask(by.answer, { request: link.request, answer })
        if (end === "removed") desk.ask(by.remove, { account: me, link: link.id })
      })
      const done = ends.filter((end) => end !== "refused").length
      return (desk.record(bankSettings, me)?.registrations ?? 0) === done
    },
    catches: {
      "only the last counts": { ...linkSteps, answer: writing(RecordLinkAnswer, "bankSettings", { registrations: 1 }) },
      "none counts": { ...linkSteps, answer: forgetting(RecordLinkAnswer, ({ kind }) => kind === "bankSettings") }
    }
  }
)

fee(
  "BNK-09c",
  "of procedures that are under way side by side no more register free than are free; one that was shown no fee takes none",
  {
    because: "rulebook BNK-09, FEE-01: two are free ever, and what was not shown is not booked",
    given: { side: fc.integer({ min: 1, max: 5 }), free: fc.constantFrom(0, 1, 2, 3) },
    covers: { "more than are free": { atLeast: 20, when: ({ free, side }) => side > free && free > 0 } },
    subject: linkSteps,
    holds: (by, { free, side }) => {
      const { wallet, ...policy } = linkPolicy({})
      const desk = new Desk({
        policy: { ...policy, wallet: { ...wallet, link: { ...wallet.link, freeRegistrations: free } } },
        records: [put(accounts, accountOf(me, "money")), put(Holders.holders, holderOf(me))]
      })
      const started = Array.from({ length: side }, (_, n) => adding(desk, 0, n)).flatMap((link) => {
        const begun = desk.ask(by.start, { account: me, link: link.id, quotedFee: 0 as Yen })
        return Result.isSuccess(begun) ? [begun.success] : []
      })
      for (const { request } of started) desk.ask(by.answer, { request, answer: linked() })
      const states = desk.recordsOf(bankLinks).filter(({ _tag }) => _tag === "registered").length
      return started.length === (free === 0 ? 0 : side) && states === Math.min(side, free) && desk.booked(fees) === 0
    },
    catches: {
      "whatever was shown free registers": {
        ...linkSteps,
        answer: under(RecordLinkAnswer, ({ wallet }) => ({
          wallet: { ...wallet, link: { ...wallet.link, freeRegistrations: 100 } }
        }))
      },
      "none registers": { ...linkSteps, answer: without(RecordLinkAnswer, "puts") }
    }
  }
)

fee(
  "BNK-09d",
  "a registration costs what was shown before it, whatever the operator changes until the bank reports it",
  {
    because: "rulebook BNK-09, FEE-01: the quoted fee is what is booked; LIM-06",
    given: {
      side: fc.integer({ min: 1, max: 4 }),
      freeThen: fc.constantFrom(0, 1, 2, 3),
      freeNow: fc.constantFrom(0, 1, 2, 3),
      costThen: fc.constantFrom(0, registration),
      costNow: fc.constantFrom(0, registration, 3 * registration)
    },
    covers: {
      "fewer are free now": { atLeast: 10, when: ({ freeNow, freeThen, side }) => freeNow < Math.min(side, freeThen) },
      "it costs now and did not": { atLeast: 10, when: ({ costNow, costThen }) => costNow > costThen && costThen === 0 }
    },
    subject: linkSteps,
    holds: (by, given) => {
      const { costNow, costThen, freeNow, freeThen, side } = given
      const shown = freeThen > 0 ? 0 : costThen
      const costs = costThen > 0 && costNow > 0
      const most = shown > 0 || !costs ? side : Math.min(side, Math.max(freeThen, freeNow))
      return same(repricing(by, given), { registered: most, fees: most * shown })
    },
    catches: {
      "the policy of the report says what is free": {
        ...linkSteps,
        answer: seeing(RecordLinkAnswer, (kind, record) =>
          kind === "linkProcedure" && record !== undefined && !("fee" in record)
            ? { ...record, freeRegistrations: 0 }
            : record
        )
      },
      "what costs nothing by the table is counted too": {
        ...linkSteps,
        start: writing(StartLinkProcedure, "linkProcedure", { freeRegistrations: 1 })
      },
      "whatever was shown free registers": {
        ...linkSteps,
        answer: mistaking(RecordLinkAnswer, "linkProcedure", { freeRegistrations: undefined })
      },
      "the fee of the report is taken": {
        ...linkSteps,
        answer: mistaking(RecordLinkAnswer, "linkProcedure", { fee: 3 * registration, feeTax: 30 })
      }
    }
  }
)

// ── how it ends, and what it is used for ─────────────────────────────────────────────────────────────────────────────

const uses = fc.constantFrom("nothing", "exactTopUp", "payoutAccount", "both" as const)

transition(
  "BNK-11",
  "a holder removes a link unless an operation or its procedure is under way; what it was used for has none then, and its bank account is free",
  {
    because: "seed 000, 口座情報を削除; rulebook BNK-11, OUT-03",
    given: {
      standing: fc.constantFrom(...standings),
      operations: fc.constantFrom(0, 1, 2),
      use: uses,
      owner: fc.constantFrom(0, 0, 1),
      twice: fc.boolean()
    },
    covers: {
      "in use": { atLeast: 5, when: ({ operations, standing }) => standing === "registered" && operations > 0 },
      "free to go": { atLeast: 3, when: ({ operations, standing }) => standing === "registered" && operations === 0 }
    },
    subject: RemoveBankLink,
    holds: (remove, { operations, owner, standing, twice, use }) => {
      const link = linkAt(standing, operations)
      const another = { ...linkAt("registered"), id: linkOf("registered", 5).id }
      const settings: BankSettings = {
        id: me,
        registrations: 1,
        ...(use === "exactTopUp" || use === "both" ? { exactTopUp: link.id } : {}),
        ...(use === "payoutAccount" || use === "both"
          ? { payoutAccount: link.id, chosen: link.id, chosenAt: noon }
          : {})
      }
      const desk = new Desk({
        policy: linkPolicy(),
        records: [
          ...[0, 1].map((n) => put(accounts, accountOf(accountIdOf(n), "money"))),
          put(Holders.holders, { ...holderOf(me), bankLinks: [link.id, ...(twice ? [another.id] : [])] }),
          put(Holders.holders, holderOf(accountIdOf(1))),
          put(bankLinks, link),
          ...(twice ? [put<BankLink>(bankLinks, another)] : []),
          put(bankSettings, settings),
          ...(standing === "registered" || twice
            ? [
                put(
                  { name: "claim", idOf: ({ id }) => id, schema: undefined as never },
                  {
                    id: claimId("bankAccount", link.bankAccount),
                    of: "bankAccount",
                    account: me,
                    state: "held"
                  }
                )
              ]
            : []),
          ...(operations > 0 ? [flying("topUp", 5_000)] : [])
        ]
      })
      const answer = named(desk.ask(remove, { account: accountIdOf(owner), link: link.id }))
      const after = desk.record(bankSettings, me)
      const expected =
        owner === 1 || standing === "removed"
          ? "BankLinkNotFound"
          : standing === "inProcedure" || standing === "inNewer"
            ? "BankLinkInProcedure"
            : standing === "registered" && operations > 0
              ? "OperationsInProgress"
              : "accepted"
      const isGone = expected === "accepted"
      const isFree = isGone && standing === "registered" && !twice
      const claim = claimed(desk, "bankAccount", link.bankAccount)
      return (
        answer === expected &&
        (desk.record(bankLinks, link.id)?._tag === "removed") === (isGone || standing === "removed") &&
        (after?.exactTopUp === undefined) === (isGone || settings.exactTopUp === undefined) &&
        (after?.payoutAccount === undefined) === (isGone || settings.payoutAccount === undefined) &&
        after?.chosen === settings.chosen &&
        after?.chosenAt === settings.chosenAt &&
        (desk.record(Holders.holders, me)?.bankLinks.includes(link.id) ?? false) === !isGone &&
        (claim === "released") === isFree
      )
    },
    catches: {
      "a link in use is removed": mistaking(RemoveBankLink, "bankLink", { operations: undefined }),
      "a link in procedure is removed": mistaking(RemoveBankLink, "bankLink", { releasesAt: noon }),
      "somebody else's link is removed": hearing(RemoveBankLink, (content) => ({ ...content, account: me })),
      "it goes on being used": forgetting(RemoveBankLink, ({ kind }) => kind === "bankSettings"),
      "its bank account stays taken": forgetting(RemoveBankLink, ({ kind }) => kind === "claim"),
      "the choice is forgotten": writing(RemoveBankLink, "bankSettings", { chosen: undefined, chosenAt: undefined }),
      "it stays": forgetting(RemoveBankLink, ({ kind }) => kind === "bankLink")
    }
  }
)

invariant(
  "TOP-16",
  "one registered link at most, of the holder's own, is set for exact top-ups: the one that was set last",
  {
    because: "seed 000, 1つしか設定ができません",
    given: {
      links: fc.array(fc.constantFrom("registered", "provisional", "inProcedure", "rejected" as const), {
        minLength: 1,
        maxLength: 3
      }),
      chosen: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 5 })
    },
    covers: {
      "one after another": {
        atLeast: 5,
        when: ({ chosen, links }) => chosen.filter((n) => links[n] === "registered").length > 1
      }
    },
    subject: SetExactTopUp,
    holds: (set, { chosen, links }) => {
      const desk = deskFor({ links })
      let expected: string | undefined
      return chosen.every((n) => {
        const link = n < 0 ? undefined : linkOf("registered", n).id
        const answer = named(desk.ask(set, { account: me, ...(link === undefined ? {} : { link }) }))
        const isAllowed = n < 0 || links[n] === "registered"
        if (isAllowed) expected = link
        return (
          answer === (isAllowed ? "accepted" : "BankLinkNotRegistered") &&
          desk.record(bankSettings, me)?.exactTopUp === expected
        )
      })
    },
    catches: {
      "the first one stays": deciding(SetExactTopUp, (decided, facts) =>
        Result.map(decided, (decision) =>
          facts.find(bankSettings, me)?.exactTopUp === undefined ? decision : { ...decision, puts: [] }
        )
      ),
      "any link will do": mistaking(SetExactTopUp, "bankLink", { _tag: "registered" }),
      "none can be unset": hearing(SetExactTopUp, ({ account, link = linkOf("registered", 0).id }) => ({
        account,
        link
      })),
      "none can be set": refusing(SetExactTopUp, { _tag: "BankLinkNotRegistered" } as never)
    }
  }
)

// ── what is listed ───────────────────────────────────────────────────────────────────────────────────────────────────

interface Listed {
  readonly bank: string
  readonly opens: string
  readonly closes: string
  readonly minimum: number
  readonly step: number
  readonly days: number | undefined
  readonly maintenance: ReadonlyArray<readonly [number, number]>
}

const listing = (banks: Readonly<Record<string, BankTerms>>): Effect.Effect<ReadonlyArray<Listed>, unknown> =>
  inWorld({ policy: testPolicy({ banks }) }, (world) =>
    Effect.map(world.bankLinks.banks, (all) =>
      all.map(({ bank: code, closes, maintenance, minimum, opens, registrationDays, step }) => ({
        bank: code,
        opens,
        closes,
        minimum,
        step,
        days: registrationDays,
        maintenance: maintenance.map(({ from, to }) => [from, to] as const)
      }))
    )
  )
type Listing = typeof listing

const offered = fc.record({
  days: fc.option(fc.nat(60), { nil: undefined }),
  windows: fc.array(fc.nat(1_000), { maxLength: 2 }),
  isStrict: fc.boolean()
})

const termsOf = ({ days, isStrict, windows }: typeof offered extends fc.Arbitrary<infer A> ? A : never): BankTerms => ({
  ...(isStrict ? strictBank : openBank),
  ...(days === undefined ? {} : { registrationDays: days }),
  maintenance: windows.map((from) => ({ from: instant(from), to: instant(from + 1) }))
})

const banksOf = (all: ReadonlyArray<BankTerms>): Record<string, BankTerms> =>
  Object.fromEntries(all.map((terms, n) => [`${9000 + n}`, terms]))

const changing =
  (other: (listed: Listed) => Listed): Listing =>
  (banks) =>
    Effect.map(listing(banks), (all) => all.map(other))

query(
  "BNK-16",
  "hours, the usual days until full registration and the smallest top-up of every bank that is offered can be listed",
  {
    because: "seed 000, 本登録完了までの日数",
    given: { banks: fc.array(offered, { minLength: 1, maxLength: 3 }) },
    runs: 40,
    subject: listing,
    holds: (list, { banks }) => {
      const terms = banksOf(banks.map(termsOf))
      return Effect.map(list(terms), (all) =>
        same(
          all.map(({ bank: code, closes, days, minimum, opens, step }) => [code, opens, closes, minimum, step, days]),
          Object.entries(terms).map(([code, { closes, minimum, opens, registrationDays, step }]) => [
            code,
            opens,
            closes,
            minimum,
            step,
            registrationDays
          ])
        )
      )
    },
    catches: {
      "days are left out": changing((listed) => ({ ...listed, days: undefined })),
      "every bank is always open": changing((listed) => ({ ...listed, opens: "00:00", closes: "24:00" })),
      "only the first is listed": (banks) => Effect.map(listing(banks), (all) => all.slice(0, 1))
    }
  }
)

query("BNK-14", "the maintenance windows of every bank can be read before they begin", {
  because: "seed 000, システムメンテナンスの時間",
  given: { banks: fc.array(offered, { minLength: 1, maxLength: 3 }) },
  runs: 40,
  subject: listing,
  holds: (list, { banks }) =>
    Effect.map(list(banksOf(banks.map(termsOf))), (all) =>
      same(
        all.map(({ maintenance }) => maintenance),
        banks.map(({ windows }) => windows.map((from) => [from, from + 1]))
      )
    ),
  catches: {
    "no window is told": changing((listed) => ({ ...listed, maintenance: [] })),
    "one window is told": changing((listed) => ({ ...listed, maintenance: listed.maintenance.slice(0, 1) }))
  }
})
