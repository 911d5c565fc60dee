/**
 * TokenConfirmations: the service by which services have transactions confirmed, and by which phones answer (TOK-19).
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { Intent } from "../account/Accounts.ts"
import { Secrets } from "../account/Secrets.ts"
import { type CommandId, type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { PositiveYen } from "../money/Yen.ts"
import * as Confirmation from "./Confirmation.ts"
import { asking, proven, provedBy, TokenRequest } from "./PhoneRequest.ts"
import { tokens, TransactionId } from "./Token.ts"
import type { TokenCodes } from "./TokenCodes.ts"
import { OfUser, userHash } from "./TokenDesk.ts"
import type { TokenError } from "./TokenError.ts"
import { ServiceId, type TokenServiceNotFound } from "./TokenUser.ts"
import { type Transaction, TransactionNotFound, transactions, type TransactionSettled } from "./Transaction.ts"

const Payee = Schema.NonEmptyString.check(Schema.isMaxLength(100))

/** What a user is to confirm: to whom, and how many yen. */
export const TransactionRequest = Schema.Struct({ ...OfUser.fields, payee: Payee, amount: PositiveYen })
export type TransactionRequest = typeof TransactionRequest.Encoded

/** The holder's answer, with the payee and amount that were shown; the proof covers all four. */
export const AnswerRequest = Schema.Struct({
  ...proven,
  transaction: TransactionId,
  payee: Payee,
  amount: PositiveYen,
  answer: Schema.Literals(["confirmed", "refused"])
})
export type AnswerRequest = typeof AnswerRequest.Encoded

/** What waits for the holder on a token: the start of transaction authentication, or a transaction. */
export interface Pending {
  readonly confirmation: "off" | "starting" | "on"
  readonly transaction?: { readonly id: TransactionId; readonly payee: string; readonly amount: PositiveYen }
}

const readPayee = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Struct({ payee: Payee })))

const validateUser = validator(OfUser)
const validateRequest = validator(TokenRequest)
const validateTransaction = validator(TransactionRequest)
const validateAnswer = validator(AnswerRequest)
const validateRead = validator(Schema.Struct({ service: ServiceId, transaction: TransactionId }))

type AskRefusal = TokenServiceNotFound | Confirmation.ConfirmationNotOffered | Confirmation.TokenNotReady | EngineError

export class TokenConfirmations extends Context.Service<
  TokenConfirmations,
  {
    /** Asks a user to accept that transactions are confirmed on the token (取引認証開始). */
    readonly start: (user: OfUser, intent: Intent) => Effect.Effect<Confirmation.Started, AskRefusal>
    /** Asks a user to confirm a transaction. */
    readonly ask: (request: TransactionRequest, intent: Intent) => Effect.Effect<Transaction, AskRefusal>
    /** Takes a transaction back that awaits its answer. */
    readonly withdraw: (
      service: ServiceId,
      transaction: TransactionId,
      intent: Intent
    ) => Effect.Effect<Transaction, TransactionNotFound | TransactionSettled | EngineError>
    /** A transaction of a service, in its present state. */
    readonly get: (
      service: ServiceId,
      transaction: TransactionId
    ) => Effect.Effect<Transaction, TransactionNotFound | ValidationFailed | StoreUnavailable>
    /** What waits on a phone for its holder. */
    readonly pending: (
      request: TokenRequest
    ) => Effect.Effect<Pending, TokenError | ValidationFailed | StoreUnavailable>
    /** The holder accepts that transactions are confirmed on the token. */
    readonly accept: (
      request: TokenRequest
    ) => Effect.Effect<Confirmation.Started, TokenError | Confirmation.TokenNotReady | EngineError>
    /** The holder confirms or refuses a transaction, as it was shown. */
    readonly answer: (request: AnswerRequest) => Effect.Effect<Transaction, Confirmation.AnswerRefusal | EngineError>
  }
>()("@kinchaku/domain/token/TokenConfirmations") {
  static readonly layer: Layer.Layer<TokenConfirmations, never, Engine | Store | Secrets | TokenCodes> = Layer.effect(
    TokenConfirmations,
    Effect.suspend(() => make())
  )
}

/** What the holder of a token is shown. */
const shown = Effect.fnUntraced(function* ({ token: id }: Pick<typeof TokenRequest.Type, "token">) {
  const store = yield* Store
  const token = (yield* store.read([key(tokens, id)])).find(tokens, id)
  if (token === undefined || !("confirmation" in token)) return { confirmation: "off" as const }
  const { awaiting, confirmation } = token
  if (awaiting === undefined) return { confirmation }
  const transaction = (yield* store.read([key(transactions, awaiting)])).find(transactions, awaiting)
  const asked = awaiting.slice("ttx_".length) as CommandId
  const payee = yield* Effect.option(readPayee(yield* store.personal(asked)))
  if (transaction === undefined || payee._tag === "None") return { confirmation }
  return { confirmation, transaction: { id: awaiting, payee: payee.value.payee, amount: transaction.amount } }
})

const phoneSide = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const secrets = yield* Secrets
  const context = yield* Effect.context<Store | Secrets | TokenCodes>()
  const operation = "confirmation" as const

  const pending = Effect.fn("TokenConfirmations.pending")(function* (request: TokenRequest) {
    const valid = yield* Effect.fromResult(validateRequest(request))
    yield* provedBy({ operation, method: "pending" }, valid)
    return yield* shown(valid)
  }, Effect.provide(context))

  const accept = Effect.fn("TokenConfirmations.accept")(function* (request: TokenRequest) {
    const valid = yield* Effect.fromResult(validateRequest(request))
    const evidence = yield* provedBy({ operation, method: "accept" }, valid)
    const content = { token: valid.token, evidence }
    return yield* engine.submit(Confirmation.AcceptTransactionAuthentication, content, asking("accept", valid))
  }, Effect.provide(context))

  const answer = Effect.fn("TokenConfirmations.answer")(function* (request: AnswerRequest) {
    const { amount, answer: said, payee, transaction, ...valid } = yield* Effect.fromResult(validateAnswer(request))
    const evidence = yield* provedBy({ operation, method: "answer" }, valid, transaction, payee, amount, said)
    const seen = { transaction, payee: secrets.keyedHash("payee", payee), amount, answer: said }
    const content = { token: valid.token, ...seen, evidence }
    return yield* engine.submit(Confirmation.AnswerTransaction, content, asking("answer", valid))
  }, Effect.provide(context))

  return { pending, accept, answer }
})

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets

  const start = Effect.fn("TokenConfirmations.start")(function* (request: OfUser, intent: Intent) {
    const valid = yield* Effect.fromResult(validateUser(request))
    const content = { service: valid.service, user: userHash(secrets, valid) }
    return yield* engine.submit(Confirmation.StartTransactionAuthentication, content, intent)
  })

  const ask = Effect.fn("TokenConfirmations.ask")(function* (
    request: TransactionRequest,
    { actor, key: intentKey }: Intent
  ) {
    const valid = yield* Effect.fromResult(validateTransaction(request))
    const { amount, payee, service } = valid
    const content = { service, user: userHash(secrets, valid), payee: secrets.keyedHash("payee", payee), amount }
    const personal = JSON.stringify({ payee })
    return yield* engine.submit(Confirmation.AskTransaction, content, { actor, key: intentKey, personal })
  })

  const withdraw = Effect.fn("TokenConfirmations.withdraw")((service: ServiceId, id: TransactionId, intent: Intent) =>
    engine.submit(Confirmation.WithdrawTransaction, { service, transaction: id }, intent)
  )

  const get = Effect.fn("TokenConfirmations.get")(function* (service: ServiceId, id: TransactionId) {
    yield* Effect.fromResult(validateRead({ service, transaction: id }))
    const found = (yield* store.read([key(transactions, id)])).find(transactions, id)
    return found?.service === service ? found : yield* new TransactionNotFound({ transaction: id })
  })

  return TokenConfirmations.of({ start, ask, withdraw, get, ...(yield* phoneSide()) })
})
