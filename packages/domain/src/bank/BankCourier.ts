/**
 * The bank's couriers: deliver link and debit requests through the gateway and submit what the bank says.
 */
import { Effect } from "effect"
import { kanaKey } from "../account/Contact.ts"
import { Secrets } from "../account/Secrets.ts"
import type { Actor, CommandId } from "../engine/Command.ts"
import { type Courier, delivery, type Found } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { policyInForce } from "../policy/Policy.ts"
import { type DebitAnswer, RecordDebitAnswer } from "../topup/DebitAnswer.ts"
import { type TopUpId, topUps } from "../topup/TopUp.ts"
import { BankGateway, type LinkEvidence } from "./BankGateway.ts"
import type { BankLinkId } from "./BankLink.ts"
import { readBankAccount } from "./BankLinks.ts"
import { type LinkAnswer, RecordLinkAnswer } from "./Linking.ts"

const actor = "system:dispatcher" as Actor

/** The command whose personal data holds the account number of a link. */
const commandOf = (link: BankLinkId): CommandId => link.slice("link_".length) as CommandId

const refused = ({ reason }: { readonly reason: string }) => ({ _tag: "refused" as const, reason })

const linking = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const gateway = yield* BankGateway
  const secrets = yield* Secrets

  const linked = ({ factors, holderKana }: LinkEvidence): LinkAnswer => ({
    _tag: "linked",
    holder: secrets.keyedHash("kanaName", kanaKey(holderKana)),
    factors
  })

  const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const account = yield* readBankAccount(yield* store.personal(commandOf(subject as BankLinkId)))
    return yield* gateway.link({ reference: id, account }).pipe(
      Effect.map(linked),
      Effect.catchTag("BankRefused", (refusal) => Effect.succeed<LinkAnswer>(refused(refusal)))
    )
  })

  const inquire = ({ id }: OutgoingRequest) =>
    Effect.map(gateway.inquire(id), (found): Found<LinkAnswer> => {
      if (found._tag === "linked") return linked(found.evidence)
      if (found._tag === "refused") return refused(found)
      return found._tag === "notFound" ? "notFound" : "pending"
    })

  const submit = ({ id }: OutgoingRequest, answer: LinkAnswer) => {
    const said = answer._tag === "linked" ? `linked ${answer.factors} ${answer.holder}` : "refused"
    return engine.submit(RecordLinkAnswer, { request: id, answer }, { actor, key: `${id} ${said}` })
  }

  return { kind: "bankLink", deliver: delivery({ ask, inquire, submit }) }
})

const debiting = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const gateway = yield* BankGateway

  const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const facts = yield* store.read([key(topUps, subject), key(policyInForce, "current")])
    const topUp = facts.find(topUps, subject as TopUpId)
    if (topUp === undefined) return yield* Effect.die(new Error(`request ${id} names no top-up`))
    const account = yield* readBankAccount(yield* store.personal(commandOf(topUp.link)))
    const { passbookText } = facts.policy
    return yield* gateway.debit({ reference: id, account, amount: topUp.amount, passbookText }).pipe(
      Effect.map(({ bankReference }): DebitAnswer => ({ _tag: "debited", bankReference })),
      Effect.catchTag("BankRefused", (refusal) => Effect.succeed<DebitAnswer>(refused(refusal)))
    )
  })

  const inquire = ({ id }: OutgoingRequest) =>
    Effect.map(gateway.inquire(id), (found): Found<DebitAnswer> => {
      if (found._tag === "debited") return { _tag: "debited", bankReference: found.bankReference }
      if (found._tag === "refused") return refused(found)
      return found._tag === "notFound" ? "notFound" : "pending"
    })

  const submit = ({ id }: OutgoingRequest, answer: DebitAnswer) =>
    engine.submit(RecordDebitAnswer, { request: id, answer }, { actor, key: debitAnswerKey(id, answer) })

  return { kind: "bankDebit", deliver: delivery({ ask, inquire, submit }) }
})

/**
 * The key of an answer: the same answer again is the same intention, another answer is another one. What a bank writes is
 * any text, so it is escaped to fit a key.
 */
export const debitAnswerKey = (request: string, answer: DebitAnswer): string => {
  const said = answer._tag === "debited" ? answer.bankReference : answer.reason
  return `${request} ${answer._tag} ${encodeURIComponent(said.toWellFormed())}`.slice(0, 255)
}

/** The couriers of link and debit requests. */
export const couriers: Effect.Effect<
  ReadonlyArray<Courier>,
  never,
  Engine | Store | BankGateway | Secrets
> = Effect.all([linking, debiting])
