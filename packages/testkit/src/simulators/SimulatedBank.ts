/**
 * SimulatedBank: a bank that links and debits exactly once for each reference, over an unreliable line.
 *
 * How it behaves is scripted, or chosen by people: the last three digits of an amount, or of an account number, say it.
 * What it reports on its own goes to the `notify` that it was given.
 *
 * | amount ends in | debit |
 * | 001 | is done, and the answer is lost |
 * | 002 | is refused |
 * | 003 | is answered, and reported once more |
 * | 004 | is pending for a while, then done |
 * | 005 | is refused, and reported as done afterwards |
 * | 006 | is lost on its way the first time |
 * | 007 | is turned away the first time |
 * | 008 | is reported before it is answered |
 *
 * | account number ends in | link |
 * | 002 | is refused |
 * | 003 | shows another holder |
 * | 004 | is made with one factor |
 * | 011, 014, 016, 017 | is made, over the line that 001, 004, 006, 007 stand for |
 */
import {
  type BankAccount,
  BankGateway,
  BankRefused,
  BankUnreachable,
  type Inquiry,
  OutcomeUnknown
} from "@kinchaku/domain/bank/BankGateway"
import { BankNotices } from "@kinchaku/domain/bank/BankNotices"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { DebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Context, Deferred, type Duration, Effect, Layer, type Scope } from "effect"
import { type Deed, type Line, type NoAnswer, Provider, type Script } from "./Provider.ts"

/** How the bank behaves towards one debit. */
export const debitBehaviours = {
  "001": "doesAndFallsSilent",
  "002": "refuses",
  "003": "answersTwice",
  "004": "isLate",
  "005": "contradictsItself",
  "006": "losesTheFirst",
  "007": "isUnreachableFirst",
  "008": "reportsFirst"
} as const
export type DebitBehaviour = "accepts" | (typeof debitBehaviours)[keyof typeof debitBehaviours]

/** How the bank behaves towards one link. */
export const linkBehaviours = {
  "002": "refuses",
  "003": "showsAnotherHolder",
  "004": "checksOneFactor",
  "011": "doesAndFallsSilent",
  "014": "isLate",
  "016": "losesTheFirst",
  "017": "isUnreachableFirst"
} as const
export type LinkBehaviour = "accepts" | (typeof linkBehaviours)[keyof typeof linkBehaviours]

export interface DebitRequest {
  readonly account: BankAccount
  readonly amount: PositiveYen
  readonly passbookText: string
}

export type CreditRequest = Omit<DebitRequest, "passbookText">
/** What the bank did about a credit. */
export type CreditDone =
  | { readonly _tag: "credited"; readonly bankReference: string; readonly at: Instant; readonly amount: PositiveYen }
  | { readonly _tag: "refused"; readonly reason: string }

/** What the bank did about a debit. */
export type DebitDone =
  | { readonly _tag: "debited"; readonly bankReference: string; readonly at: Instant; readonly amount: PositiveYen }
  | { readonly _tag: "refused"; readonly reason: string }
/** What the bank did about a link. */
export type LinkDone =
  | { readonly _tag: "linked"; readonly evidence: { readonly holderKana: string; readonly factors: number } }
  | { readonly _tag: "refused"; readonly reason: string }

export interface Options {
  readonly debits?: Script<DebitRequest, DebitBehaviour>
  readonly links?: Script<BankAccount, LinkBehaviour>
  /** How long a late bank takes; ten minutes where nothing is said. */
  readonly lateFor?: Duration.Input
  /** The holder of every account whose holder was not set. */
  readonly holder?: string
  /** Hears what the bank reports on its own. A report that is not heard is not repeated. */
  readonly notify?: (reference: RequestId, answer: DebitAnswer) => Effect.Effect<unknown, unknown>
  /** After how long the bank reports on its own; without it, only when told to, see `report`. */
  readonly reportsAfter?: Duration.Input
}

/** What people and tests may do at the bank, and see there. */
export class SimulatedBank extends Context.Service<
  SimulatedBank,
  {
    /** Names the holder of an account, by its number. */
    readonly setHolder: (number: string, kana: string) => void
    /** Takes the bank off the network, or puts it back. */
    readonly reachable: (isReachable: boolean) => void
    /** Sends every report that waits; answers how many. */
    readonly report: Effect.Effect<number>
    /** What really became of each debit, whatever the bank says. */
    readonly debits: Effect.Effect<ReadonlyMap<RequestId, Deed<DebitDone>>>
    readonly links: Effect.Effect<ReadonlyMap<RequestId, Deed<LinkDone>>>
  }
>()("@kinchaku/testkit/simulators/SimulatedBank") {}

/** What the bank gives as its own number of a debit. */
export const bankReferenceOf = (reference: RequestId): string => `bank-${reference}`
/** Why the bank refuses. */
export const refusal = "insufficientFunds"

const lines: Readonly<Partial<Record<DebitBehaviour | LinkBehaviour, Line>>> = {
  doesAndFallsSilent: "silentAfter",
  losesTheFirst: "silentBefore",
  isUnreachableFirst: "unreachableFirst",
  isLate: "late"
}
const lineOf = (behaviour: DebitBehaviour | LinkBehaviour): Line => lines[behaviour] ?? "answers"

const byEnding = <Behaviour>(behaviours: Readonly<Record<string, Behaviour>>, digits: string): Behaviour | undefined =>
  behaviours[digits.padStart(3, "0").slice(-3)]

/** How the bank behaves towards a debit of an amount where no script says otherwise. */
export const usualDebit = ({ amount }: Pick<DebitRequest, "amount">): DebitBehaviour =>
  byEnding<DebitBehaviour>(debitBehaviours, `${amount}`) ?? "accepts"
/** How the bank behaves towards a link of an account where no script says otherwise. */
export const usualLink = ({ number }: Pick<BankAccount, "number">): LinkBehaviour =>
  byEnding<LinkBehaviour>(linkBehaviours, number) ?? "accepts"

const noAnswer = (reference: RequestId) => (reason: NoAnswer) =>
  reason === "unreachable"
    ? new BankUnreachable({ cause: new Error("the simulated bank is not reached") })
    : new OutcomeUnknown({ reference })

const linking = (options: Options) => {
  const holders = new Map<string, string>()
  const provider = new Provider<BankAccount, LinkBehaviour, LinkDone>({
    script: options.links,
    usual: usualLink,
    lineOf,
    lateFor: options.lateFor,
    perform: ({ request }, behaviour) => {
      if (behaviour === "refuses") return { _tag: "refused", reason: refusal }
      const holder = holders.get(request.number) ?? options.holder ?? "テスト タロウ"
      const holderKana = behaviour === "showsAnotherHolder" ? `ベツノ ${holder}` : holder
      return { _tag: "linked", evidence: { holderKana, factors: behaviour === "checksOneFactor" ? 1 : 2 } }
    }
  })
  const link: BankGateway["Service"]["link"] = Effect.fnUntraced(function* ({ account, reference }) {
    const asked = { reference, request: account }
    const { outcome } = yield* Effect.mapError(provider.ask(asked), noAnswer(reference))
    return outcome._tag === "linked" ? outcome.evidence : yield* new BankRefused({ reason: outcome.reason })
  })
  return { holders, provider, link }
}

const debiting = (options: Options, scope: Scope.Scope) => {
  /** Debits that the bank denies although it made them. */
  const denied = new Set<RequestId>()
  const waiting: Array<readonly [RequestId, DebitAnswer]> = []
  const { notify = () => Effect.void, reportsAfter } = options
  const send = (reference: RequestId, answer: DebitAnswer) => {
    denied.delete(reference)
    return Effect.ignore(notify(reference, answer))
  }
  const report = Effect.suspend(() => {
    const all = waiting.splice(0)
    return Effect.as(
      Effect.forEach(all, ([reference, answer]) => send(reference, answer), { discard: true }),
      all.length
    )
  })
  const reportLater =
    reportsAfter === undefined ? Effect.void : Effect.forkIn(Effect.delay(report, reportsAfter), scope)

  const provider = new Provider<DebitRequest, DebitBehaviour, DebitDone>({
    script: options.debits,
    usual: usualDebit,
    lineOf,
    lateFor: options.lateFor,
    perform: ({ reference, request }, behaviour, at) => {
      if (behaviour === "refuses") return { _tag: "refused", reason: refusal }
      if (behaviour === "contradictsItself") denied.add(reference)
      return { _tag: "debited", bankReference: bankReferenceOf(reference), at, amount: request.amount }
    }
  })
  const debit: BankGateway["Service"]["debit"] = Effect.fnUntraced(function* ({ reference, ...request }) {
    const asked = provider.ask({ reference, request })
    const { behaviour, isFirst, outcome } = yield* Effect.mapError(asked, noAnswer(reference))
    if (outcome._tag === "refused") return yield* new BankRefused({ reason: outcome.reason })
    const { at, bankReference } = outcome
    const answer: DebitAnswer = { _tag: "debited", bankReference }
    if (isFirst && behaviour === "reportsFirst") yield* send(reference, answer)
    if (isFirst && (behaviour === "answersTwice" || behaviour === "contradictsItself")) {
      waiting.push([reference, answer])
      yield* reportLater
    }
    return denied.has(reference) ? yield* new BankRefused({ reason: refusal }) : { bankReference, at }
  })
  return { denied, provider, debit, report }
}

/** Payouts: how the bank behaves towards a credit is said by the amount, as for a debit. */
const crediting = (options: Options) => {
  const provider = new Provider<CreditRequest, DebitBehaviour, CreditDone>({
    script: undefined,
    usual: usualDebit,
    lineOf,
    lateFor: options.lateFor,
    perform: ({ reference, request }, behaviour, at) =>
      behaviour === "refuses"
        ? { _tag: "refused", reason: refusal }
        : { _tag: "credited", bankReference: bankReferenceOf(reference), at, amount: request.amount }
  })
  const credit: BankGateway["Service"]["credit"] = Effect.fnUntraced(function* ({ reference, ...request }) {
    const { outcome } = yield* Effect.mapError(provider.ask({ reference, request }), noAnswer(reference))
    if (outcome._tag === "refused") return yield* new BankRefused({ reason: outcome.reason })
    return { bankReference: outcome.bankReference, at: outcome.at }
  })
  return { provider, credit }
}

const make = (options: Options) =>
  Effect.map(Effect.scope, (scope) => {
    const { holders, link, provider: links } = linking(options)
    const { debit, denied, provider: debits, report } = debiting(options, scope)

    const inquire = Effect.fnUntraced(function* (reference: RequestId) {
      const debited = yield* debits.inquire(reference)
      const credited = debited === "notFound" ? yield* credits.provider.inquire(reference) : debited
      const found: Inquiry | "pending" | "notFound" =
        credited === "notFound" ? yield* links.inquire(reference) : credited
      if (typeof found === "string") return { _tag: found }
      return denied.has(reference) ? { _tag: "refused" as const, reason: refusal } : found
    })
    const credits = crediting(options)
    const gateway = BankGateway.of({
      link,
      debit,
      credit: credits.credit,
      inquire: ({ reference }) => Effect.mapError(inquire(reference), noAnswer(reference))
    })
    const control = SimulatedBank.of({
      setHolder: (number, kana) => void holders.set(number, kana),
      reachable: (isReachable) => {
        debits.reachable(isReachable)
        links.reachable(isReachable)
      },
      report,
      debits: debits.truth,
      links: links.truth
    })
    return Context.make(BankGateway, gateway).pipe(Context.add(SimulatedBank, control))
  })

/** A bank with nothing linked and nothing debited. */
export const layer = (options: Options = {}): Layer.Layer<BankGateway | SimulatedBank> =>
  Layer.effectContext(make(options))

/**
 * A line for the bank's own reports to a core that does not exist yet: give `notify` to the bank, and build `connected`
 * with the core. What is reported before that waits.
 */
export const reportLine = (): {
  readonly notify: NonNullable<Options["notify"]>
  readonly connected: Layer.Layer<never, never, BankNotices>
} => {
  const core = Deferred.makeUnsafe<BankNotices["Service"]>()
  return {
    notify: (reference, answer) => Effect.flatMap(Deferred.await(core), (notices) => notices.debit(reference, answer)),
    connected: Layer.effectDiscard(Effect.flatMap(BankNotices, (notices) => Deferred.succeed(core, notices)))
  }
}
