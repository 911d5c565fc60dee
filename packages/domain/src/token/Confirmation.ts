/**
 * Transaction confirmation (取引確認): a transaction is shown on the token, and its holder confirms or refuses it (TOK-19).
 *
 * The answer names payee and amount as they were shown, and the phone proves that it says so: an answer to one transaction is
 * never one to another. Only for services that offer it, after its start (取引認証開始) was accepted on the token.
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { AnyCommand, Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { PositiveYen } from "../money/Yen.ts"
import { tokenKeys, tokenOf } from "./Application.ts"
import { hasSeed, isSuspended, userKeys } from "./Correction.ts"
import { Proved } from "./Enrolment.ts"
import { isExpired, type Token, type TokenActive, TokenId, type TokenRenewing, tokens, TransactionId } from "./Token.ts"
import { refuse, type TokenError } from "./TokenError.ts"
import { ServiceId, TokenServiceNotFound, tokenServices, tokenUserId, tokenUsers } from "./TokenUser.ts"
import {
  settledAs,
  Transaction,
  TransactionAwaiting,
  TransactionDiffers,
  TransactionNotFound,
  transactions,
  TransactionSettled
} from "./Transaction.ts"

/** Refused: the service has no transactions confirmed on tokens. */
export class ConfirmationNotOffered extends Schema.TaggedError<ConfirmationNotOffered>()("ConfirmationNotOffered", {
  service: ServiceId
}) {}

/** Refused: nothing can be confirmed on the user's token now, and why. */
export class TokenNotReady extends Schema.TaggedError<TokenNotReady>()("TokenNotReady", {
  reason: Schema.Literals([
    "noToken",
    "setUpIncomplete",
    "suspended",
    "expired",
    "notStarted",
    "renewing",
    "transactionAwaits"
  ])
}) {}

const notReady = (reason: TokenNotReady["reason"]) => Result.fail(new TokenNotReady({ reason }))

type Refusal = TokenServiceNotFound | ConfirmationNotOffered | TokenNotReady

/** The token of a user on which a service may ask something. */
const tokenFor = (
  facts: Facts,
  { service: id, user }: { readonly service: ServiceId; readonly user: KeyedHash },
  at: Instant
): Result.Result<TokenActive | TokenRenewing, Refusal> => {
  const service = facts.find(tokenServices, id)
  if (service === undefined) return Result.fail(new TokenServiceNotFound({ service: id }))
  if (!service.confirmsTransactions) return Result.fail(new ConfirmationNotOffered({ service: id }))
  const token = tokenOf(facts, facts.find(tokenUsers, tokenUserId(id, user)))
  if (token === undefined || token._tag === "ended") return notReady("noToken")
  if (token._tag === "settingUp") return notReady("setUpIncomplete")
  if (isSuspended(facts, token)) return notReady("suspended")
  return isExpired(token, at) ? notReady("expired") : Result.succeed(token)
}

const StartContent = Schema.Struct({ service: ServiceId, user: KeyedHash })
const reads = ({ content: { service, user } }: { readonly content: typeof StartContent.Type }) => [
  key(tokenServices, service),
  key(tokenUsers, tokenUserId(service, user))
]

/** Whether transactions are confirmed on a token. */
export const Started = Schema.Struct({ token: TokenId, confirmation: Schema.Literals(["starting", "on"]) })
export type Started = typeof Started.Type

/** Asks a holder to accept on the token that transactions are confirmed there (取引認証開始). Asked again, it stays as it is. */
export const StartTransactionAuthentication: Command<typeof StartContent.Type, Started, Refusal> = {
  tag: "StartTransactionAuthentication",
  content: StartContent,
  success: Started,
  reads,
  readsMore: (found, { content }) => tokenKeys(found, tokenUserId(content.service, content.user)),
  decide: (facts, { at, content }) =>
    Result.gen(function* () {
      const token = yield* tokenFor(facts, content, at)
      if (token._tag === "renewing") return yield* notReady("renewing")
      const confirmation = token.confirmation === "on" ? "on" : "starting"
      const result = { token: token.id, confirmation } as const
      return Decision.make<Started>({ result, puts: [put(tokens, { ...token, confirmation })] })
    })
}

const AcceptContent = Schema.Struct({ token: TokenId, evidence: Proved })

/** The holder accepts on the token that transactions are confirmed there. */
export const AcceptTransactionAuthentication: Command<typeof AcceptContent.Type, Started, TokenError | TokenNotReady> =
  {
    tag: "AcceptTransactionAuthentication",
    content: AcceptContent,
    success: Started,
    intent: ({ token }) => ({ token }),
    reads: ({ content }) => [key(tokens, content.token)],
    readsMore: (found, { content }) => userKeys(found, content.token),
    decide: (facts, { at, content: { evidence, token: id } }) => {
      const token = facts.find(tokens, id)
      if (token?._tag !== "active" || !hasSeed(token, evidence.proved)) return refuse("A999", "confirmation")
      if (isSuspended(facts, token)) return notReady("suspended")
      if (isExpired(token, at)) return notReady("expired")
      if (token.confirmation === "off") return notReady("notStarted")
      const after: Token = { ...token, confirmation: "on" }
      return Result.succeed(
        Decision.make<Started>({ result: { token: id, confirmation: "on" }, puts: [put(tokens, after)] })
      )
    }
  }

const AskContent = Schema.Struct({ service: ServiceId, user: KeyedHash, payee: KeyedHash, amount: PositiveYen })

/** Asks a holder to confirm a transaction on the token; one at a time. The payee's name is kept beside the books. */
export const AskTransaction: Command<typeof AskContent.Type, TransactionAwaiting, Refusal> = {
  tag: "AskTransaction",
  content: AskContent,
  success: TransactionAwaiting,
  reads,
  readsMore: (found, { content }) => tokenKeys(found, tokenUserId(content.service, content.user)),
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const token = yield* tokenFor(facts, content, at)
      if (token.confirmation !== "on") return yield* notReady("notStarted")
      if (token.awaiting !== undefined) return yield* notReady("transactionAwaits")
      const { amount, payee, service } = content
      const transaction: TransactionAwaiting = {
        _tag: "awaiting",
        id: `ttx_${id}` as TransactionId,
        token: token.id,
        service,
        payee,
        amount,
        askedAt: at
      }
      const puts = [put(transactions, transaction), put(tokens, { ...token, awaiting: transaction.id })]
      return Decision.make({ result: transaction, puts })
    })
}

const AnswerContent = Schema.Struct({
  token: TokenId,
  transaction: TransactionId,
  /** As they were shown. */
  payee: KeyedHash,
  amount: PositiveYen,
  answer: Schema.Literals(["confirmed", "refused"]),
  evidence: Proved
})

export type AnswerRefusal = TokenError | TokenNotReady | TransactionNotFound | TransactionDiffers | TransactionSettled

const released = ({ awaiting: _, ...token }: TokenActive | TokenRenewing): Token => token

/** The holder's answer to a transaction. While a renewal is unfinished none is taken (TOK-26). */
export const AnswerTransaction: Command<typeof AnswerContent.Type, Transaction, AnswerRefusal> = {
  tag: "AnswerTransaction",
  content: AnswerContent,
  success: Transaction,
  intent: ({ evidence: _, ...asked }) => asked,
  reads: ({ content }) => [key(tokens, content.token), key(transactions, content.transaction)],
  readsMore: (found, { content }) => userKeys(found, content.token),
  decide: (facts, { at, content }) => {
    const token = facts.find(tokens, content.token)
    if (token === undefined || !hasSeed(token, content.evidence.proved)) return refuse("A999", "confirmation")
    if (token._tag === "renewing") return refuse("A300", "confirmation")
    if (token._tag !== "active") return refuse("A999", "confirmation")
    if (isSuspended(facts, token)) return notReady("suspended")
    if (isExpired(token, at)) return notReady("expired")
    const transaction = facts.find(transactions, content.transaction)
    if (transaction?.token !== token.id) {
      return Result.fail(new TransactionNotFound({ transaction: content.transaction }))
    }
    if (transaction.payee !== content.payee || transaction.amount !== content.amount) {
      return Result.fail(new TransactionDiffers({ transaction: transaction.id }))
    }
    if (transaction._tag !== "awaiting") {
      return Result.fail(new TransactionSettled({ transaction: transaction.id, state: transaction._tag }))
    }
    const result = settledAs(transaction, content.answer, at)
    return Result.succeed(Decision.make({ result, puts: [put(transactions, result), put(tokens, released(token))] }))
  }
}

const WithdrawContent = Schema.Struct({ service: ServiceId, transaction: TransactionId })

/** The service takes a transaction back. */
export const WithdrawTransaction: Command<
  typeof WithdrawContent.Type,
  Transaction,
  TransactionNotFound | TransactionSettled
> = {
  tag: "WithdrawTransaction",
  content: WithdrawContent,
  success: Transaction,
  reads: ({ content }) => [key(transactions, content.transaction)],
  readsMore: (found, { content }) => {
    const transaction = found.peek(transactions, content.transaction)
    return transaction === undefined ? [] : [key(tokens, transaction.token)]
  },
  decide: (facts, { at, content: { service, transaction: id } }) => {
    const transaction = facts.find(transactions, id)
    if (transaction?.service !== service) return Result.fail(new TransactionNotFound({ transaction: id }))
    if (transaction._tag !== "awaiting") {
      return Result.fail(new TransactionSettled({ transaction: id, state: transaction._tag }))
    }
    const result = settledAs(transaction, "withdrawn", at)
    const token = facts.find(tokens, transaction.token)
    const tokenAfter =
      token !== undefined && "awaiting" in token && token.awaiting === id ? [put(tokens, released(token))] : []
    return Result.succeed(Decision.make({ result, puts: [put(transactions, result), ...tokenAfter] }))
  }
}

/** The commands of transaction confirmation. */
export const confirmationCommands: ReadonlyArray<AnyCommand> = [
  StartTransactionAuthentication,
  AcceptTransactionAuthentication,
  AskTransaction,
  AnswerTransaction,
  WithdrawTransaction
]
