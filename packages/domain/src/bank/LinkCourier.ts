/**
 * The courier of link requests: asks the bank to begin a procedure, inquires later, and submits what the bank says.
 */
import { Effect, Option } from "effect"
import { kanaKey } from "../account/Contact.ts"
import { Secrets } from "../account/Secrets.ts"
import { type Courier, delivery, dispatcher, type Found, providerText } from "../engine/Dispatcher.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import type { OutgoingRequest, RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import {
  BankGateway,
  type BankUnreachable,
  type LinkEvidence,
  type LinkPage,
  type OutcomeUnknown
} from "./BankGateway.ts"
import { type BankLink, type BankLinkId, bankLinks } from "./BankLink.ts"
import { type LinkAnswer, type LinkNotFound, RecordLinkAnswer } from "./LinkAnswer.ts"
import { kept } from "./OwnAccount.ts"

/** That the bank said no, as it is recorded. */
export const refused = ({ reason }: { readonly reason: string }) => ({
  _tag: "refused" as const,
  reason: providerText(reason)
})

/** A bank account that was erased or cannot be read: nothing can be asked, and nothing was. */
export const unreadable = { _tag: "refused" as const, reason: "accountUnreadable" }

/** That the bank linked an account, as it is recorded: the holder's name as a keyed hash of its comparison form. */
export const linkedBy =
  (secrets: Secrets["Service"]) =>
  ({ factors, holderKana }: LinkEvidence): LinkAnswer => ({
    _tag: "linked",
    holder: secrets.keyedHash("kanaName", kanaKey(holderKana)),
    factors
  })

/** That the holder left the bank's page by its cancel button (BNK-15). */
export const interrupted: LinkAnswer = { _tag: "interrupted" }

/** What a bank said to a link request: the page that the holder goes through, or the answer. */
export type Said = LinkPage | LinkAnswer

/** Asks the bank to begin a procedure, or once more for the page of one that it began, and submits what it answers. */
export interface LinkDesk {
  readonly ask: (
    request: Pick<OutgoingRequest, "id" | "subject">
  ) => Effect.Effect<Said, BankUnreachable | OutcomeUnknown | StoreUnavailable>
  readonly submit: (request: RequestId, answer: LinkAnswer) => Effect.Effect<BankLink, LinkNotFound | EngineError>
}

export const linkDesk: Effect.Effect<LinkDesk, never, Engine | Store | BankGateway | Secrets> = Effect.gen(
  function* () {
    const engine = yield* Engine
    const store = yield* Store
    const gateway = yield* BankGateway
    const linked = linkedBy(yield* Secrets)

    const ask = Effect.fnUntraced(function* ({ id, subject }: Pick<OutgoingRequest, "id" | "subject">) {
      const account = yield* kept(store, subject as BankLinkId)
      if (Option.isNone(account)) return unreadable
      return yield* gateway.link({ reference: id, account: account.value }).pipe(
        Effect.map((begun): Said => ("page" in begun ? begun : linked(begun))),
        // Asked once more for a page that its holder left by the cancel button, a bank refuses by saying so (BNK-15).
        Effect.catchTag("BankRefused", (refusal) =>
          Effect.succeed<Said>(refusal.reason === interrupted._tag ? interrupted : refused(refusal))
        )
      )
    })

    const submit = (request: RequestId, answer: LinkAnswer) =>
      engine.submit(RecordLinkAnswer, { request, answer }, { actor: dispatcher, key: `${request} ${answer._tag}` })

    return { ask, submit }
  }
)

/** The courier of link requests. */
export const linkCourier: Effect.Effect<Courier, never, Engine | Store | BankGateway | Secrets> = Effect.gen(
  function* () {
    const store = yield* Store
    const gateway = yield* BankGateway
    const linked = linkedBy(yield* Secrets)
    const desk = yield* linkDesk

    // Where the holder goes through a page, the bank reports later.
    const ask = (request: OutgoingRequest) =>
      Effect.map(desk.ask(request), (said) => ("page" in said ? ("pending" as const) : said))

    const inquire = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
      const link = (yield* store.read([key(bankLinks, subject)])).find(bankLinks, subject)
      return yield* Effect.map(
        gateway.inquire({ bank: link?.bank ?? "", reference: id }),
        (found): Found<LinkAnswer> => {
          if (found._tag === "linked") return linked(found.evidence)
          if (found._tag === "refused") return refused(found)
          if (found._tag === "interrupted") return interrupted
          return found._tag === "notFound" ? "notFound" : "pending"
        }
      )
    })

    const submit = ({ id }: OutgoingRequest, answer: LinkAnswer) => desk.submit(id, answer)
    // A procedure at the bank's page takes its holder, who may come back the next day.
    return { kind: "bankLink", patient: 6, deliver: delivery({ ask, inquire, submit }) }
  }
)
