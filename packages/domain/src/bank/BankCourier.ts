/**
 * The bank's couriers: deliver link and debit requests through the gateway and submit what the bank says.
 */
import { Effect, Option } from "effect"
import { kanaKey } from "../account/Contact.ts"
import { Secrets } from "../account/Secrets.ts"
import type { CommandId } from "../engine/Command.ts"
import { type Courier, delivery, dispatcher, type Found, providerText } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest, RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { type DebitAnswer, RecordDebitAnswer } from "../topup/DebitAnswer.ts"
import { type TopUpId, topUps } from "../topup/TopUp.ts"
import { BankGateway, type LinkEvidence } from "./BankGateway.ts"
import { type BankLinkId, bankLinks } from "./BankLink.ts"
import { readBankAccount } from "./BankLinks.ts"
import { type LinkAnswer, RecordLinkAnswer } from "./Linking.ts"

/** The command whose personal data holds the account number of a link. */
const commandOf = (link: BankLinkId): CommandId => link.slice("link_".length) as CommandId

/** That the bank said no, as it is recorded. */
export const refused = ({ reason }: { readonly reason: string }) => ({
  _tag: "refused" as const,
  reason: providerText(reason)
})

/** That the bank took the amount, as it is recorded. */
export const debited = ({ bankReference }: { readonly bankReference: string }): DebitAnswer => ({
  _tag: "debited",
  bankReference: providerText(bankReference)
})

/** That the bank linked an account, as it is recorded: the holder's name as a keyed hash of its comparison form. */
export const linkedBy =
  (secrets: Secrets["Service"]) =>
  ({ factors, holderKana }: LinkEvidence): LinkAnswer => ({
    _tag: "linked",
    holder: secrets.keyedHash("kanaName", kanaKey(holderKana)),
    factors
  })

/** A bank account that was erased or cannot be read: nothing can be asked, and nothing was. */
const unreadable = { _tag: "refused" as const, reason: "accountUnreadable" }

const linking = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const gateway = yield* BankGateway
  const linked = linkedBy(yield* Secrets)

  const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const account = yield* Effect.option(readBankAccount(yield* store.personal(commandOf(subject as BankLinkId))))
    if (Option.isNone(account)) return unreadable
    return yield* gateway.link({ reference: id, account: account.value }).pipe(
      // Where the holder goes through a page, the bank reports later.
      Effect.map((begun) => ("page" in begun ? ("pending" as const) : linked(begun))),
      Effect.catchTag("BankRefused", (refusal) => Effect.succeed<LinkAnswer>(refused(refusal)))
    )
  })

  const inquire = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const link = (yield* store.read([key(bankLinks, subject)])).find(bankLinks, subject)
    return yield* Effect.map(gateway.inquire({ bank: link?.bank ?? "", reference: id }), (found): Found<LinkAnswer> => {
      if (found._tag === "linked") return linked(found.evidence)
      if (found._tag === "refused") return refused(found)
      return found._tag === "notFound" ? "notFound" : "pending"
    })
  })

  const submit = ({ id }: OutgoingRequest, answer: LinkAnswer) =>
    engine.submit(RecordLinkAnswer, { request: id, answer }, { actor: dispatcher, key: `${id} ${answer._tag}` })

  // A procedure at the bank's page takes its holder, who may come back the next day.
  return { kind: "bankLink", patient: 6, deliver: delivery({ ask, inquire, submit }) }
})

const debiting = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const gateway = yield* BankGateway

  const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const facts = yield* store.read([key(topUps, subject)])
    const topUp = facts.find(topUps, subject as TopUpId)
    if (topUp === undefined) return yield* Effect.die(new Error(`request ${id} names no top-up`))
    const account = yield* Effect.option(readBankAccount(yield* store.personal(commandOf(topUp.link))))
    if (Option.isNone(account)) return unreadable
    const asked = { reference: id, account: account.value, amount: topUp.amount, passbookText: topUp.passbookText }
    return yield* gateway.debit(asked).pipe(
      Effect.map(debited),
      Effect.catchTag("BankRefused", (refusal) => Effect.succeed<DebitAnswer>(refused(refusal)))
    )
  })

  const inquire = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const topUp = (yield* store.read([key(topUps, subject)])).find(topUps, subject)
    return yield* Effect.map(
      gateway.inquire({ bank: topUp?.bank ?? "", reference: id }),
      (found): Found<DebitAnswer> => {
        if (found._tag === "debited") return debited(found)
        if (found._tag === "refused") return refused(found)
        return found._tag === "notFound" ? "notFound" : "pending"
      }
    )
  })

  const submit = ({ id }: OutgoingRequest, answer: DebitAnswer) =>
    engine.submit(RecordDebitAnswer, { request: id, answer }, { actor: dispatcher, key: debitAnswerKey(id, answer) })

  return { kind: "bankDebit", deliver: delivery({ ask, inquire, submit }) }
})

/** The key of an answer: the same answer again is the same intention, the opposite is another one. */
export const debitAnswerKey = (request: RequestId, { _tag }: DebitAnswer): string => `${request} ${_tag}`

/** The couriers of link and debit requests. */
export const couriers: Effect.Effect<
  ReadonlyArray<Courier>,
  never,
  Engine | Store | BankGateway | Secrets
> = Effect.all([linking, debiting])
