/**
 * Links of a simulated bank: made at once, or on the bank's own page, where the holder agrees or cancels (BNK-01, BNK-15).
 */
import { type BankAccount, type BankGateway, BankRefused, type LinkEvidence } from "@kinchaku/domain/bank/BankGateway"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { Clock, type Duration, Effect } from "effect"
import { type LinkBehaviour, lineOf, usualLink } from "./BankBehaviour.ts"
import type { Memory, Reporting } from "./BankReports.ts"
import { noAnswer, type Refused, refusal } from "./BankTransfers.ts"
import { type Kept, Provider, type Script } from "./Provider.ts"

/** What the bank did about a link. */
export type LinkDone = { readonly _tag: "linked"; readonly evidence: LinkEvidence } | Refused
/** What is true of a link that goes through a page: it is open, or it ended. */
export type PagedLink = LinkDone | { readonly _tag: "interrupted" } | "pending"

/** A page of the bank, as the holder sees it, and what the holder does there. */
export interface OpenPage {
  readonly reference: RequestId
  readonly account: BankAccount
  readonly holderKana: string
  readonly state: "open" | "agreed" | "cancelled"
  /** The holder agrees, after proving to be so by some factors. A page that ended stays as it is. */
  readonly agree: (factors: number) => Effect.Effect<void>
  /** The holder leaves by the page's own button, and the bank reports it. */
  readonly cancel: Effect.Effect<void>
  /** The holder closes the page: the bank hears nothing, and the page stays open. */
  readonly leave: Effect.Effect<void>
}

/** How links go through pages. */
export interface Pages {
  /** Where pages are: the address of a page is this, a slash and its token. */
  readonly base: string
  /** The token of a page; a bank that anybody can reach has one here that nobody guesses. */
  readonly tokenOf?: (reference: RequestId) => string
}

interface KeptPage {
  readonly reference: RequestId
  readonly account: BankAccount
  readonly evidence: LinkEvidence
  readonly ended?: { readonly how: "agreed" | "cancelled"; readonly factors: number; readonly at: Instant }
}
type Begun = LinkDone | { readonly _tag: "page"; readonly token: string }

export interface LinkOptions {
  readonly script: Script<BankAccount, LinkBehaviour> | undefined
  readonly lateFor: Duration.Input | undefined
  readonly holder: string | undefined
  readonly pages: Pages | undefined
  readonly memory: Memory
  readonly reporting: Reporting
}

const now = Effect.map(Clock.currentTimeMillis, instant)

const evidenceOf = ({ evidence: { factors, holderKana }, ended }: KeptPage): LinkEvidence => ({
  holderKana,
  factors: Math.min(factors, ended?.factors ?? factors)
})

/** What is true of a link whose page this is. */
const truthOf = (page: KeptPage | undefined): PagedLink => {
  if (page?.ended === undefined) return "pending"
  return page.ended.how === "agreed" ? { _tag: "linked", evidence: evidenceOf(page) } : { _tag: "interrupted" }
}

/** Pages by their tokens. */
const paging = (memory: Memory, reporting: Reporting) => {
  const pages = memory<KeptPage>("page")
  const end = (token: string, how: "agreed" | "cancelled", factors: number): Effect.Effect<void> =>
    Effect.flatMap(now, (at) => {
      const page = pages.get(token)
      if (page === undefined || page.ended !== undefined) return Effect.void
      const ended = { ...page, ended: { how, factors, at } }
      pages.set(token, ended)
      const { reference } = page
      reporting.add(
        how === "agreed" ? { _tag: "linked", reference, ...evidenceOf(ended) } : { _tag: "linkInterrupted", reference },
        at
      )
      return reporting.schedule
    })
  const page = (token: string): OpenPage | undefined => {
    const kept = pages.get(token)
    return kept === undefined
      ? undefined
      : {
          reference: kept.reference,
          account: kept.account,
          holderKana: kept.evidence.holderKana,
          state: kept.ended?.how ?? "open",
          agree: (factors) => end(token, "agreed", factors),
          cancel: end(token, "cancelled", 0),
          leave: Effect.void
        }
  }
  return { page, pages }
}

/** The links of one bank. */
export const linking = ({ holder, lateFor, memory, pages: shown, reporting, script }: LinkOptions) => {
  const holders = new Map<string, string>()
  const { page, pages } = paging(memory, reporting)
  const tokenOf = shown?.tokenOf ?? ((reference: RequestId) => `page-${reference}`)

  const provider = new Provider<BankAccount, LinkBehaviour, Begun>({
    script,
    usual: usualLink,
    lineOf,
    lateFor,
    kept: memory<Kept<Begun, LinkBehaviour>>("link"),
    perform: ({ reference, request }, behaviour) => {
      if (behaviour === "refuses") return { _tag: "refused", reason: refusal }
      const known = holders.get(request.number) ?? holder ?? "テスト タロウ"
      const holderKana = behaviour === "showsAnotherHolder" ? `ベツノ ${known}` : known
      const evidence = { holderKana, factors: behaviour === "checksOneFactor" ? 1 : 2 }
      if (shown === undefined) return { _tag: "linked", evidence }
      const token = tokenOf(reference)
      pages.set(token, { reference, account: request, evidence })
      return { _tag: "page", token }
    }
  })
  const settled = (begun: Begun): PagedLink => (begun._tag === "page" ? truthOf(pages.get(begun.token)) : begun)

  const link: BankGateway["Service"]["link"] = Effect.fnUntraced(function* ({ account, reference }) {
    const { outcome } = yield* Effect.mapError(provider.ask({ reference, request: account }), noAnswer(reference))
    const truth = settled(outcome)
    if (truth === "pending") return { page: `${shown?.base}/${outcome._tag === "page" ? outcome.token : ""}` }
    if (truth._tag === "linked") return truth.evidence
    return yield* new BankRefused({ reason: truth._tag === "refused" ? truth.reason : truth._tag })
  })
  /** What became of a link. */
  const inquire = (reference: RequestId) =>
    Effect.map(provider.inquire(reference), (found) => (typeof found === "string" ? found : settled(found)))
  const truth = Effect.map(provider.truth, (deeds) => {
    const seen = [...deeds].map(([reference, deed]) => {
      const state = typeof deed.state === "string" ? deed.state : settled(deed.state)
      return [reference, { ...deed, state }] as const
    })
    return new Map(seen)
  })
  return { holders, inquire, link, page, provider, truth }
}
