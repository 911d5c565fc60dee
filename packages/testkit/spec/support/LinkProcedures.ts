/**
 * Link procedures: a holder with one bank link in whatever state, what the bank says of it, and what it costs.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { type Claim, claimId, claims } from "@kinchaku/domain/account/Claim"
import { kanaKey } from "@kinchaku/domain/account/Contact"
import * as Holders from "@kinchaku/domain/account/Holder"
import { type BankLink, type BankLinkId, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type BankSettings, bankSettings } from "@kinchaku/domain/bank/BankSettings"
import { type LinkAnswer, RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { linkedBy } from "@kinchaku/domain/bank/LinkCourier"
import { type LinkProcedure, linkProcedures } from "@kinchaku/domain/bank/LinkProcedure"
import { StartLinkProcedure } from "@kinchaku/domain/bank/LinkStart"
import { ReleaseBankLink } from "@kinchaku/domain/bank/Releasing"
import { RemoveBankLink } from "@kinchaku/domain/bank/Removing"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { put, type Put } from "@kinchaku/domain/engine/Facts"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { cash, fees, money } from "@kinchaku/domain/ledger/AccountCode"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { Result } from "effect"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { hashOf } from "./Accounts.ts"
import { type AnswerLink, linkDesk, linked, starting, turnedDown, adding } from "./AccountsLinks.ts"
import { accountIdOf, accountOf, holderOf, me } from "./Payments.ts"
import { commandId, Desk, named, noon } from "./PaymentsDesk.ts"
import { hearing, under } from "./PaymentsMistakes.ts"
import { anyTime, bank } from "./PaymentsTopUps.ts"

export const dayMillis = 86_400_000
export const hourMillis = 3_600_000

/** The fee of a registration beyond the free ones. */
export const registration = 110

/** A policy under which so many registrations are free and others cost. */
export const linkPolicy = (more: Partial<Policy> = {}, free = 2): Policy => ({
  ...codeless,
  fees: [{ function: "bankRegistration", fixed: registration as Yen }],
  banks: { [bank]: anyTime },
  ...more,
  wallet: { ...codeless.wallet, link: { ...codeless.wallet.link, freeRegistrations: free } }
})

// ── every evidence ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The holder's name, and names as a bank writes them: the same, one that is read alike, another. */
const own = "ヲヂ ヅメ"
export const names = { equal: "ｦﾁﾞ ﾂﾞﾒ", similar: "ｵｼﾞ ｽﾞﾒ", other: "ﾔﾏﾀﾞ ﾀﾛｳ" } as const

/** Where a link stands when a procedure of it is reported: in that procedure, in a newer one, after it, or settled. */
export const standings = ["inProcedure", "inNewer", "released", "registered", "rejected", "removed"] as const

export interface Evidence {
  readonly name: keyof typeof names
  readonly factors: number
  readonly asked: number
  readonly takenBy: "nobody" | "self" | "other"
  readonly standing: (typeof standings)[number]
  readonly fee: "free" | "covered" | "short"
}

/** Every combination. */
export const everyEvidence: ReadonlyArray<Evidence> = (["equal", "similar", "other"] as const).flatMap((name) =>
  [0, 1, 2, 3].flatMap((factors) =>
    [1, 2, 3].flatMap((asked) =>
      (["nobody", "self", "other"] as const).flatMap((takenBy) =>
        standings.flatMap((standing) =>
          (["free", "covered", "short"] as const).map((fee) => ({ name, factors, asked, takenBy, standing, fee }))
        )
      )
    )
  )
)

const [reported, newer] = [requestId(commandId(801)), requestId(commandId(802))]
const linkId = `link_${commandId(800)}` as BankLinkId
const secrets = TestSecrets.make()

const procedure = (id: typeof reported, fee: Evidence["fee"]): Put =>
  put<LinkProcedure>(linkProcedures, {
    id,
    link: linkId,
    account: me,
    startedAt: noon,
    ...(fee === "free" ? {} : { fee: registration as PositiveYen, feeTax: 10 as Yen })
  })

const added = { id: linkId, account: me, bank, bankAccount: hashOf("bankAccount", 1), askedAt: noon }

/** The link of every rule of this kind, in a state. */
export const linkAt = (standing: Evidence["standing"], operations = 0): BankLink => {
  const common = { ...added, request: standing === "inNewer" ? newer : reported }
  switch (standing) {
    case "inProcedure":
    case "inNewer":
      return { ...common, _tag: "inProcedure", releasesAt: instant(noon + dayMillis) }
    case "released":
      return { ...common, _tag: "provisional" }
    case "registered":
      return { ...common, _tag: "registered", settledAt: noon, ...(operations === 0 ? {} : { operations }) }
    case "rejected":
      return { ...common, _tag: "rejected", settledAt: noon, reason: "refusedByBank" }
    case "removed":
      return { ...common, _tag: "removed", removedAt: noon }
  }
}

const claimBy = (takenBy: Evidence["takenBy"]): ReadonlyArray<Put> =>
  takenBy === "nobody"
    ? []
    : [
        put<Claim>(claims, {
          id: claimId("bankAccount", added.bankAccount),
          of: "bankAccount",
          account: takenBy === "self" ? me : accountIdOf(1),
          state: "held"
        })
      ]

/** Recording that takes a name which is read alike for the holder's. */
export const takingAlike: AnswerLink = hearing(RecordLinkAnswer, ({ answer, request }) => {
  const nameOf = (kana: string) => secrets.keyedHash("kanaName", kanaKey(kana))
  const isAlike = answer._tag === "linked" && answer.holder === nameOf(names.similar)
  return { request, answer: isAlike ? { ...answer, holder: nameOf(own) } : answer }
})

/** What a report comes to: state and reason, what is booked as fee, and how many registrations are counted. */
export const reporting = (record: AnswerLink, given: Evidence): ReadonlyArray<string | number> => {
  const { asked, factors, fee, name, standing, takenBy } = given
  const desk = new Desk({
    policy: linkPolicy({ linkFactorsRequired: asked }),
    records: [
      put(accounts, { ...accountOf(me, "money"), kanaName: secrets.keyedHash("kanaName", kanaKey(own)) }),
      put(Holders.holders, { ...holderOf(me), bankLinks: [linkId] }),
      put(bankLinks, linkAt(standing)),
      procedure(reported, fee),
      procedure(newer, fee),
      ...claimBy(takenBy)
    ],
    held: [{ account: money(me), yen: fee === "short" ? registration - 1 : registration }]
  })
  const answer = linkedBy(secrets)({ holderKana: names[name], factors })
  desk.ask(record, { request: reported, answer })
  const link = desk.record(bankLinks, linkId)
  return [
    link?._tag === "rejected" ? `rejected: ${link.reason}` : (link?._tag ?? "none"),
    desk.booked(fees),
    desk.record(bankSettings, me)?.registrations ?? 0
  ]
}

/** What it has to come to. */
export const comesTo = (given: Evidence): ReadonlyArray<string | number> => {
  const { asked, factors, fee, name, standing, takenBy } = given
  const before = {
    inProcedure: "inProcedure",
    inNewer: "inProcedure",
    released: "provisional",
    registered: "registered",
    rejected: "rejected: refusedByBank",
    removed: "removed"
  }[standing]
  if (standing === "registered" || standing === "rejected" || standing === "removed") return [before, 0, 0]
  const lacks = [
    ["holderNameMismatch", name !== "equal"],
    ["tooFewFactors", factors < asked],
    ["bankAccountTaken", takenBy === "other"],
    ["feeNotCovered", fee === "short"]
  ] as const
  const reason = lacks.find(([, isLacking]) => isLacking)?.[0]
  if (reason === undefined) return ["registered", fee === "free" ? 0 : registration, 1]
  return [standing === "inProcedure" ? `rejected: ${reason}` : before, 0, 0]
}

// ── the state machine ────────────────────────────────────────────────────────────────────────────────────────────────

/** What happens to a link: its holder, the bank about the newest or the first procedure, the sweep, the next day. */
export const happenings = [
  "start",
  "interrupted",
  "refused",
  "linked",
  "firstInterrupted",
  "firstRefused",
  "firstLinked",
  "release",
  "remove",
  "nextDay"
] as const
export type Happening = (typeof happenings)[number]

export interface LinkSteps {
  readonly start: typeof StartLinkProcedure
  readonly answer: typeof RecordLinkAnswer
  readonly release: typeof ReleaseBankLink
  readonly remove: typeof RemoveBankLink
}
export const linkSteps: LinkSteps = {
  start: StartLinkProcedure,
  answer: RecordLinkAnswer,
  release: ReleaseBankLink,
  remove: RemoveBankLink
}

/** The states that a link passes through as things happen to it. */
export const passing = (by: LinkSteps, steps: ReadonlyArray<Happening>): ReadonlyArray<string> => {
  const desk = linkDesk()
  const { account, id } = adding(desk)
  let at: Instant = noon
  const asked: Array<typeof reported> = []
  const say = (answer: LinkAnswer, request = asked.at(-1)) =>
    request === undefined ? undefined : desk.ask(by.answer, { request, answer }, { at })
  const happens: Readonly<Record<Happening, () => unknown>> = {
    start: () => {
      const started = desk.ask(by.start, { account, link: id, quotedFee: 0 as Yen }, { at })
      if (named(started) === "accepted") {
        const request = desk.record(bankLinks, id)?.request
        if (request !== undefined) asked.push(request)
      }
    },
    interrupted: () => say({ _tag: "interrupted" }),
    refused: () => say(turnedDown),
    linked: () => say(linked()),
    firstInterrupted: () => say({ _tag: "interrupted" }, asked[0]),
    firstRefused: () => say(turnedDown, asked[0]),
    firstLinked: () => say(linked(), asked[0]),
    release: () => desk.ask(by.release, { link: id }, { at }),
    remove: () => desk.ask(by.remove, { account, link: id }, { at }),
    nextDay: () => (at = instant(at + dayMillis))
  }
  return steps.map((step) => {
    happens[step]()
    return desk.record(bankLinks, id)?._tag ?? "none"
  })
}

/** The states that it has to pass through, said once more without a desk. */
export const drawnStates = (steps: ReadonlyArray<Happening>): ReadonlyArray<string> => {
  let state = "provisional"
  let procedures = 0
  let days = 0
  const isOver = () => state === "inProcedure" && days > 0
  return steps.map((step) => {
    const isOpen = state === "inProcedure" || state === "provisional"
    const isPresent = state === "inProcedure" && procedures > 0 && (procedures === 1 || !step.startsWith("first"))
    if (step === "nextDay") days += 1
    else if (step === "start") {
      if (state === "provisional" || isOver()) {
        state = "inProcedure"
        procedures += 1
        days = 0
      }
    } else if (step === "release") {
      if (isOver()) state = "provisional"
    } else if (step === "remove") {
      if (state !== "inProcedure" || isOver()) state = "removed"
    } else if (procedures === 0) return state
    else if (step === "linked" || step === "firstLinked") {
      if (isOpen) state = "registered"
    } else if (isPresent) state = step.toLowerCase().endsWith("refused") ? "rejected" : "provisional"
    return state
  })
}

// ── hours and days ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Midnight in Japan after a time, by the calendar alone. */
export const nextMidnight = (at: number): number => {
  const inJapan = new Date(at + 9 * hourMillis)
  return Date.UTC(inJapan.getUTCFullYear(), inJapan.getUTCMonth(), inJapan.getUTCDate() + 1) - 9 * hourMillis
}

/** What a holder meets who goes to the bank at a time and once more later, with that link and with another one. */
export const goingAgain = (by: LinkSteps, startedAt: Instant, later: number) => {
  const desk = linkDesk()
  const link = starting(desk, adding(desk, 0, 1, startedAt), startedAt)
  const other = adding(desk, 0, 2, startedAt)
  const at = instant(startedAt + later)
  desk.ask(by.release, { link: link.id }, { at })
  const swept = desk.record(bankLinks, link.id)?._tag
  const again = named(desk.ask(by.start, { account: me, link: link.id, quotedFee: 0 as Yen }, { at }))
  const others = named(desk.ask(by.start, { account: me, link: other.id, quotedFee: 0 as Yen }, { at }))
  return [swept, again, others]
}

// ── fees ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Registering {
  readonly before: number
  readonly free: number
  readonly cash: number
  readonly money: number
}

/** What is asked for a registration and what is taken, where some of the balance is gone when the bank reports. */
export const paying = (by: LinkSteps, { before, cash: cashHeld, free, money: moneyHeld }: Registering) => {
  const desk = new Desk({
    policy: linkPolicy({}, free),
    records: [
      put(accounts, { ...accountOf(me, "money"), cashExpiresAt: instant(noon + dayMillis) }),
      put(Holders.holders, holderOf(me)),
      put<BankSettings>(bankSettings, { id: me, registrations: before })
    ],
    held: [
      { account: cash(me), yen: cashHeld },
      { account: money(me), yen: moneyHeld }
    ]
  })
  const { id } = adding(desk)
  const start = (quotedFee: number) => desk.ask(by.start, { account: me, link: id, quotedFee: quotedFee as Yen })
  const wrong = named(start(registration + 1))
  const quoted = [0, registration].find((fee) => named(start(fee)) !== "QuoteChanged")
  const link = desk.record(bankLinks, id)
  if (link?._tag !== "inProcedure") return { wrong, quoted, state: link?._tag, took: [0, 0, 0] }
  desk.ask(by.answer, { request: link.request, answer: linked() })
  const settled = desk.record(bankLinks, id)
  const took = [cashHeld - desk.held(cash(me)), moneyHeld - desk.held(money(me)), desk.booked(fees)]
  return { wrong, quoted, state: settled?._tag, took }
}

export interface Repricing {
  readonly side: number
  readonly freeThen: number
  readonly freeNow: number
  readonly costThen: number
  readonly costNow: number
}

/** What comes of procedures that start side by side and are reported after the operator changed what registrations cost. */
export const repricing = (by: LinkSteps, { costNow, costThen, freeNow, freeThen, side }: Repricing) => {
  const feesOf = (fixed: number): Policy["fees"] => [{ function: "bankRegistration", fixed: fixed as Yen }]
  const desk = new Desk({
    policy: linkPolicy({ fees: feesOf(costThen) }, freeThen),
    records: [put(accounts, accountOf(me, "money")), put(Holders.holders, holderOf(me))],
    held: [{ account: money(me), yen: 9_999 }]
  })
  const shown = freeThen > 0 ? 0 : costThen
  const started = Array.from({ length: side }, (_, n) => adding(desk, 0, n)).flatMap((link) => {
    const begun = desk.ask(by.start, { account: me, link: link.id, quotedFee: shown as Yen })
    return Result.isSuccess(begun) ? [begun.success] : []
  })
  const later = linkPolicy({ fees: feesOf(costNow) }, freeNow)
  const answer = under(by.answer, () => ({ fees: later.fees, wallet: later.wallet }))
  for (const { request } of started) desk.ask(answer, { request, answer: linked() })
  const registered = desk.recordsOf(bankLinks).filter(({ _tag }) => _tag === "registered").length
  return { registered, fees: desk.booked(fees) }
}
