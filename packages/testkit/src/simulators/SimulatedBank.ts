/**
 * SimulatedBank: a bank that links, debits and credits exactly once for each reference, over an unreliable line.
 *
 * How it behaves is scripted, or chosen by people: the last three digits of an amount, or of an account number, say it. In its random
 * mode all others go wrong for a share of references. What it reports on its own goes to the `notify` that it was given.
 *
 * | amount ends in | debit or credit |
 * | 001 | is done, and the answer is lost |
 * | 002 | is refused |
 * | 003 | is answered, and reported once more |
 * | 004 | falls silent, is pending for `lateFor`, then done; reported after `lateReportAfter` |
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
import { type BankAccount, BankGateway, type Inquiry } from "@kinchaku/domain/bank/BankGateway"
import { BankNotice, BankNotices } from "@kinchaku/domain/bank/BankNotices"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import type { WebhookId } from "@kinchaku/domain/webhook/Webhook"
import { Context, Deferred, type Duration, Effect, Layer, Option, Schema } from "effect"
import {
  type DebitBehaviour,
  drawnLinks,
  drawnTransfers,
  type LinkBehaviour,
  type Randomness
} from "./BankBehaviour.ts"
import { linking, type OpenPage, type PagedLink, type Pages } from "./BankPages.ts"
import { type BankReport, forgetful, type Memory, reporting } from "./BankReports.ts"
import {
  type CreditDone,
  type CreditRequest,
  type DebitDone,
  type DebitRequest,
  noAnswer,
  refusal,
  transferring
} from "./BankTransfers.ts"
import type { Deed, Script } from "./Provider.ts"

export interface Options {
  readonly debits?: Script<DebitRequest, DebitBehaviour>
  readonly credits?: Script<CreditRequest, DebitBehaviour>
  readonly links?: Script<BankAccount, LinkBehaviour>
  /** Faults by chance, for what no script speaks of. */
  readonly random?: Randomness
  /** How long a late bank takes; ten minutes where nothing is said. */
  readonly lateFor?: Duration.Input
  /** How long after it was asked a late bank reports on its own what it did; it does not where nothing is said. */
  readonly lateReportAfter?: Duration.Input
  /** The holder of every account whose holder was not set. */
  readonly holder?: string
  /** Links go through pages of the bank; without it, the bank answers with its evidence. */
  readonly pages?: Pages
  /** Hears what the bank reports on its own. A report that is not heard is not repeated. */
  readonly notify?: (report: BankReport) => Effect.Effect<unknown, unknown>
  /** After how long the bank reports on its own; without it, only when told to, see `report`. */
  readonly reportsAfter?: Duration.Input
  /** Where it keeps what it did; it forgets with the process where nothing is said. */
  readonly memory?: Memory
}

/** What people and tests may do at the bank, and see there. */
export class SimulatedBank extends Context.Service<
  SimulatedBank,
  {
    /** Names the holder of an account, by its number. */
    readonly setHolder: (number: string, kana: string) => void
    /** Takes the bank off the network, or puts it back. */
    readonly reachable: (isReachable: boolean) => void
    /** Sends every report that is due; answers how many. */
    readonly report: Effect.Effect<number>
    /** The page of a token, where links go through pages. */
    readonly page: (token: string) => OpenPage | undefined
    /** What really became of each debit, whatever the bank says. */
    readonly debits: Effect.Effect<ReadonlyMap<RequestId, Deed<DebitDone>>>
    readonly credits: Effect.Effect<ReadonlyMap<RequestId, Deed<CreditDone>>>
    readonly links: Effect.Effect<ReadonlyMap<RequestId, Deed<PagedLink>>>
  }
>()("@kinchaku/testkit/simulators/SimulatedBank") {}

const make = Effect.fnUntraced(function* (options: Options) {
  const { holder, lateFor, lateReportAfter, memory = forgetful, notify = () => Effect.void, pages, random } = options
  const scope = yield* Effect.scope
  const reports = reporting({ memory, scope, notify, after: options.reportsAfter })
  const usual = { lateFor, lateReportAfter, memory, reporting: reports }
  const drawn = random === undefined ? undefined : drawnTransfers(random)
  const debits = transferring<DebitRequest, "debited">({ ...usual, tag: "debited", script: options.debits ?? drawn })
  const credits = transferring<CreditRequest, "credited">({
    ...usual,
    tag: "credited",
    script: options.credits ?? drawn
  })
  const script = options.links ?? (random === undefined ? undefined : drawnLinks(random))
  const links = linking({ ...usual, script, holder, pages })
  yield* reports.schedule

  const inquire = Effect.fnUntraced(function* (reference: RequestId) {
    const debited = yield* debits.provider.inquire(reference)
    const credited = debited === "notFound" ? yield* credits.provider.inquire(reference) : debited
    const found: Inquiry | "pending" | "notFound" = credited === "notFound" ? yield* links.inquire(reference) : credited
    if (typeof found === "string") return { _tag: found }
    return reports.denied.has(reference) ? { _tag: "refused" as const, reason: refusal } : found
  })
  const gateway = BankGateway.of({
    link: links.link,
    debit: ({ reference, ...request }) => debits.move(reference, request),
    credit: ({ reference, ...request }) => credits.move(reference, request),
    inquire: ({ reference }) => Effect.mapError(inquire(reference), noAnswer(reference))
  })
  const control = SimulatedBank.of({
    setHolder: (number, kana) => void links.holders.set(number, kana),
    reachable: (isReachable) => {
      for (const { provider } of [debits, credits, links]) provider.reachable(isReachable)
    },
    report: reports.report,
    page: links.page,
    debits: debits.provider.truth,
    credits: credits.provider.truth,
    links: links.truth
  })
  return Context.make(BankGateway, gateway).pipe(Context.add(SimulatedBank, control))
})

/** A bank with nothing linked, debited or credited. */
export const layer = (options: Options = {}): Layer.Layer<BankGateway | SimulatedBank> =>
  Layer.effectContext(make(options))

/** The id of a report as a webhook has it: the same however often it is delivered. */
export const reportIdOf = ({ _tag, reference }: BankReport): WebhookId =>
  `${_tag}-${reference.replaceAll(".", "_")}` as WebhookId

const decodeNotice = Schema.decodeUnknownOption(BankNotice)

/** Tells the core of a report. What it takes no notices of is not told. */
const told = (notices: BankNotices["Service"], report: BankReport): Effect.Effect<unknown, unknown> => {
  if (report._tag === "debited") return notices.debit(report.reference, report)
  const notice = decodeNotice(report)
  return Option.isSome(notice) ? notices.take(reportIdOf(report), notice.value) : Effect.void
}

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
    notify: (report) => Effect.flatMap(Deferred.await(core), (notices) => told(notices, report)),
    connected: Layer.effectDiscard(Effect.flatMap(BankNotices, (notices) => Deferred.succeed(core, notices)))
  }
}
