/**
 * What token apps ask, on the wire. They need no key: the start password, and from then on a proof by the token's seed, say who
 * asks.
 *
 * The idempotency key of such a request is its request ID, which the proof covers; repeated, it is answered as it was first
 * (TOK-23).
 */
import { ValidationFailed } from "@kinchaku/domain/engine/Command"
import { Yen } from "@kinchaku/domain/money/Yen"
import { TokenId, TransactionId } from "@kinchaku/domain/token/Token"
import { AnswerRequest, TokenConfirmations } from "@kinchaku/domain/token/TokenConfirmations"
import { CorrectionRequest, EnrolmentRequest, Tokens } from "@kinchaku/domain/token/Tokens"
import { TokenRequest } from "@kinchaku/domain/token/PhoneRequest"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { StartedView, TransactionView, transactionView } from "./TokenDesk.ts"

const tag = "Token apps"

const refusals = ["TokenError", ...engineRefusals] as const

/** A request ID that is none is a fault of the header that it came in. */
const ofHeader = <E>(refusal: E): E | ValidationFailed => {
  if (!(refusal instanceof ValidationFailed)) return refusal
  const issues = refusal.issues.map(({ field, message }) => ({
    field: field === "request" ? "idempotencyKey" : field,
    message
  }))
  return new ValidationFailed({ issues })
}

const TokenParams = Schema.Struct({ token: TokenId })

/** As they are typed: what is wrong with them is answered as S0G1, which does not tell which of them it is. */
const typed = Schema.String.check(Schema.isMaxLength(1000))
const { request: _request, ...enrolmentFields } = EnrolmentRequest.fields
const Proof = Schema.Struct({ proof: TokenRequest.fields.proof }).annotate({ identifier: "TokenProof" })

const NewToken = Schema.Struct({
  token: TokenId,
  serial: Schema.String,
  serviceName: Schema.String,
  /** 40 hexadecimal digits (RFC 6238). */
  seed: Schema.String,
  stepSeconds: Schema.Literals([30, 60]),
  expiresAt: Timestamp,
  renewableFrom: Timestamp
}).annotate({ identifier: "NewToken" })

const State = Schema.Struct({ token: TokenId, expiresAt: Timestamp, renewableFrom: Timestamp }).annotate({
  identifier: "TokenState"
})

export const enrol = command(
  {
    path: "/tokens",
    summary: "トークンを初期設定する / Set a token up",
    description: `Gives the phone its seed for service ID, user ID, start password and agreement to the terms (TOK-03 to TOK-08). \`clock\` is
what the phone's clock says, in milliseconds since 1970. Refusals are codes of the manual, in \`tokenCode\` (TOK-22).`,
    tag,
    callers: [],
    params: nothing,
    body: Schema.Struct({ ...enrolmentFields, service: typed, user: typed, startPassword: typed }).annotate({
      identifier: "TokenEnrolment"
    }),
    success: NewToken,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    const tokens = yield* Tokens
    return yield* Effect.mapError(tokens.enrol({ ...body, request: intent.key }), ofHeader)
  })
).refuses(...refusals)

export const completeSetUp = command(
  {
    path: "/tokens/:token/set-up",
    summary: "初期設定を完了する / Complete the set-up",
    description: "Says, with a proof by its seed, that the phone has it: the token is in use from now on (TOK-23).",
    tag,
    callers: [],
    params: TokenParams,
    body: Proof,
    success: State,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const tokens = yield* Tokens
    return yield* Effect.mapError(tokens.completeSetUp({ ...params, ...body, request: intent.key }), ofHeader)
  })
).refuses(...refusals)

export const correct = command(
  {
    path: "/tokens/:token/correction",
    summary: "パスワードを補正する / Correct the clock",
    description: `Measures how far the phone's clock is ahead and applies it from now on (TOK-14). The holder is to wait 2 to 3 minutes before
authenticating (TOK-27).`,
    tag,
    callers: [],
    params: TokenParams,
    body: Schema.Struct({ ...Proof.fields, clock: CorrectionRequest.fields.clock }).annotate({
      identifier: "TokenCorrection"
    }),
    success: Schema.Struct({ offset: Schema.Int }).annotate({ identifier: "TokenCorrected" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const tokens = yield* Tokens
    return yield* Effect.mapError(tokens.correct({ ...params, ...body, request: intent.key }), ofHeader)
  })
).refuses(...refusals)

export const renew = command(
  {
    path: "/tokens/:token/renewal",
    summary: "トークンを更新する / Renew a token",
    description: "Gives the phone its next seed and a new end, from 180 days before the old one (TOK-10 to TOK-13).",
    tag,
    callers: [],
    params: TokenParams,
    body: Proof,
    success: Schema.Struct({ seed: Schema.String, expiresAt: Timestamp, renewableFrom: Timestamp }).annotate({
      identifier: "RenewedToken"
    }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const tokens = yield* Tokens
    return yield* Effect.mapError(tokens.renew({ ...params, ...body, request: intent.key }), ofHeader)
  })
).refuses(...refusals)

export const finishRenewal = command(
  {
    path: "/tokens/:token/renewal-completion",
    summary: "更新を完了する / Finish a renewal",
    description: "Says, with a proof by the next seed, that the phone has it (TOK-23, TOK-26).",
    tag,
    callers: [],
    params: TokenParams,
    body: Proof,
    success: State,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const tokens = yield* Tokens
    return yield* Effect.mapError(tokens.finishRenewal({ ...params, ...body, request: intent.key }), ofHeader)
  })
).refuses(...refusals)

export const pending = command(
  {
    path: "/tokens/:token/pending",
    summary: "確認待ちの取引を照会する / Read what waits on a token",
    description: `What waits for the holder on the token: the start of transaction authentication, or a transaction with its payee and amount
(TOK-19). Nothing is recorded; it is no query because its proof is in the body.`,
    tag,
    callers: [],
    params: TokenParams,
    body: Proof,
    success: Schema.Struct({
      confirmation: Schema.Literals(["off", "starting", "on"]),
      transaction: Schema.optionalKey(
        Schema.Struct({ id: TransactionId, payee: Schema.String, amount: Yen }).annotate({
          identifier: "PendingTransaction"
        })
      )
    }).annotate({ identifier: "TokenPending" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const confirmations = yield* TokenConfirmations
    return yield* Effect.mapError(confirmations.pending({ ...params, ...body, request: intent.key }), ofHeader)
  })
).refuses("TokenError", "ValidationFailed", "StoreUnavailable")

export const accept = command(
  {
    path: "/tokens/:token/transaction-authentication",
    summary: "取引認証を開始する / Start transaction authentication",
    description: "The holder accepts that transactions are confirmed on the token (TOK-12, TOK-19).",
    tag,
    callers: [],
    params: TokenParams,
    body: Proof,
    success: StartedView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const confirmations = yield* TokenConfirmations
    return yield* Effect.mapError(confirmations.accept({ ...params, ...body, request: intent.key }), ofHeader)
  })
).refuses("TokenNotReady", ...refusals)

const { amount, answer: said, payee } = AnswerRequest.fields

export const answer = command(
  {
    path: "/tokens/:token/transactions/:transaction/answer",
    summary: "取引を確認または拒否する / Confirm or refuse a transaction",
    description: `The holder confirms or refuses the transaction with the payee and amount that were shown; the proof covers them all, and other
ones are refused (TOK-19). While the outcome of a renewal is unknown no answer is taken (A300, TOK-26).`,
    tag,
    callers: [],
    params: Schema.Struct({ ...TokenParams.fields, transaction: TransactionId }),
    body: Schema.Struct({ ...Proof.fields, payee, amount, answer: said }).annotate({ identifier: "TransactionAnswer" }),
    success: TransactionView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const confirmations = yield* TokenConfirmations
    const settled = confirmations.answer({ ...params, ...body, request: intent.key })
    return transactionView(yield* Effect.mapError(settled, ofHeader))
  })
).refuses("TokenNotReady", "TransactionNotFound", "TransactionDiffers", "TransactionSettled", ...refusals)

/** All of them, in the order of the reference page. */
export const tokenRoutes = [enrol, completeSetUp, correct, renew, finishRenewal, pending, accept, answer] as const
