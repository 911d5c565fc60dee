/**
 * What services ask about the tokens of their users, on the wire: applications, suspensions, codes and transactions to confirm.
 *
 * User IDs stand in bodies, never in paths: paths are logged by whatever lies between.
 */
import { Yen } from "@kinchaku/domain/money/Yen"
import { TokenId, TransactionId } from "@kinchaku/domain/token/Token"
import { TokenConfirmations, TransactionRequest } from "@kinchaku/domain/token/TokenConfirmations"
import { ApplicationRequest, CodeRequest, OfUser, TokenDesk } from "@kinchaku/domain/token/TokenDesk"
import { ServiceId, TokenService, type TokenUser } from "@kinchaku/domain/token/TokenUser"
import type { Transaction } from "@kinchaku/domain/token/Transaction"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const tag = "Tokens"

const ServiceParams = Schema.Struct({ service: ServiceId })

const { service: _application, ...applicationFields } = ApplicationRequest.fields
const { service: _code, ...codeFields } = CodeRequest.fields
const { service: _user, ...userFields } = OfUser.fields
const { service: _transaction, ...transactionFields } = TransactionRequest.fields

const UserView = Schema.Struct({
  service: ServiceId,
  state: Schema.Literals(["unregistered", "applied", "enrolled"]),
  appliedAt: Schema.optionalKey(Timestamp),
  suspendedAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "TokenUser" })

const userView = (user: TokenUser): typeof UserView.Type => ({
  service: user.service,
  state: user._tag,
  ...(user._tag === "unregistered" ? {} : { appliedAt: user.appliedAt }),
  ...(user._tag === "unregistered" || user.suspendedAt === undefined ? {} : { suspendedAt: user.suspendedAt })
})

export const TransactionView = Schema.Struct({
  id: TransactionId,
  service: ServiceId,
  token: TokenId,
  state: Schema.Literals(["awaiting", "confirmed", "refused", "withdrawn"]),
  amount: Yen,
  askedAt: Timestamp,
  settledAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "TokenTransaction" })

/** What is said of a transaction; whom it pays is known to who asked and who answers. */
export const transactionView = (transaction: Transaction): typeof TransactionView.Type => ({
  id: transaction.id,
  service: transaction.service,
  token: transaction.token,
  state: transaction._tag,
  amount: transaction.amount,
  askedAt: transaction.askedAt,
  ...(transaction._tag === "awaiting" ? {} : { settledAt: transaction.settledAt })
})

export const offer = command(
  {
    path: "/token-services",
    summary: "トークンのサービスを登録・変更する / Offer tokens for a service",
    description:
      "Offers tokens for a service, or changes what is said of it; `open: false` lets nobody set one up any more.",
    tag,
    callers: ["operator"],
    params: nothing,
    body: TokenService.annotate({ identifier: "TokenService" }),
    success: TokenService.annotate({ identifier: "TokenService" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* TokenDesk).offer(body, intent)
  })
).refuses(...engineRefusals)

const applicationRefusals = ["TokenServiceNotFound", "TokenUserNotFound", "TokenError", ...engineRefusals] as const
const ApplicationBody = Schema.Struct(applicationFields).annotate({ identifier: "TokenApplication" })

export const apply = command(
  {
    path: "/token-services/:service/applications",
    summary: "トークンを申し込む / Apply for a token",
    description: `Applies for a user's token. A mail tells the applicant where the app is, the service ID and the user ID; the start password is
the applicant's own and stands nowhere (TOK-24). A user whose token is in use is refused with S0B4 (TOK-05, TOK-25).`,
    tag,
    callers: ["host"],
    params: ServiceParams,
    body: ApplicationBody,
    success: UserView,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return userView(yield* (yield* TokenDesk).apply({ ...body, ...params }, intent))
  })
).refuses(...applicationRefusals)

export const reissue = command(
  {
    path: "/token-services/:service/reissues",
    summary: "トークンの再発行を申し込む / Have a token issued again",
    description: "Applies again where a token is in use; the old token ends at once (TOK-20).",
    tag,
    callers: ["host"],
    params: ServiceParams,
    body: ApplicationBody,
    success: UserView,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return userView(yield* (yield* TokenDesk).reissue({ ...body, ...params }, intent))
  })
).refuses(...applicationRefusals)

export const suspend = command(
  {
    path: "/token-services/:service/suspensions",
    summary: "利用者を停止・再開する / Suspend a user",
    description: "Suspends a user, or with `suspended: false` ends the suspension (TOK-06).",
    tag,
    callers: ["host"],
    params: ServiceParams,
    body: Schema.Struct({ ...userFields, suspended: Schema.Boolean }).annotate({ identifier: "TokenSuspension" }),
    success: UserView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body: { suspended, user }, intent, params }) {
    return userView(yield* (yield* TokenDesk).suspend({ ...params, user }, suspended, intent))
  })
).refuses("TokenUserNotFound", ...engineRefusals)

export const verify = command(
  {
    path: "/token-services/:service/code-verifications",
    summary: "トークンのコードを検証する / Verify a code",
    description: `Verifies a code of a user's token within the window around its corrected time; a code is accepted once (TOK-14, TOK-15). The
reason of a rejection is for the service.`,
    tag,
    callers: ["host"],
    params: ServiceParams,
    body: Schema.Struct(codeFields).annotate({ identifier: "TokenCode" }),
    success: Schema.Struct({ accepted: Schema.Literal(true) }).annotate({ identifier: "TokenCodeAccepted" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    yield* (yield* TokenDesk).verify({ ...body, ...params }, intent)
    return { accepted: true as const }
  })
).refuses("TokenCodeRejected", ...engineRefusals)

export const StartedView = Schema.Struct({
  token: TokenId,
  confirmation: Schema.Literals(["starting", "on"])
}).annotate({ identifier: "TransactionAuthentication" })

const askRefusals = ["TokenServiceNotFound", "ConfirmationNotOffered", "TokenNotReady", ...engineRefusals] as const

export const start = command(
  {
    path: "/token-services/:service/transaction-authentication",
    summary: "取引認証の開始を求める / Ask for the start of transaction authentication",
    description: "Asks a user to accept on the token that transactions are confirmed there (TOK-12, TOK-19).",
    tag,
    callers: ["host"],
    params: ServiceParams,
    body: Schema.Struct(userFields).annotate({ identifier: "TransactionAuthenticationStart" }),
    success: StartedView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return yield* (yield* TokenConfirmations).start({ ...body, ...params }, intent)
  })
).refuses(...askRefusals)

export const ask = command(
  {
    path: "/token-services/:service/transactions",
    summary: "取引の確認を求める / Ask a user to confirm a transaction",
    description: "Asks a user to confirm a payee and an amount on the token, one transaction at a time (TOK-19).",
    tag,
    callers: ["host"],
    params: ServiceParams,
    body: Schema.Struct(transactionFields).annotate({ identifier: "TransactionToConfirm" }),
    success: TransactionView,
    status: 201,
    location: ({ id, service }) => `/token-services/${service}/transactions/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return transactionView(yield* (yield* TokenConfirmations).ask({ ...body, ...params }, intent))
  })
).refuses(...askRefusals)

const TransactionParams = Schema.Struct({ ...ServiceParams.fields, transaction: TransactionId })

export const transaction = query(
  {
    path: "/token-services/:service/transactions/:transaction",
    summary: "取引確認の状態を照会する / Read a transaction to confirm",
    description: "A transaction of the service, in its present state (TOK-19). Another service's is not found.",
    tag,
    callers: ["host"],
    params: TransactionParams,
    query: nothing,
    success: TransactionView
  },
  Effect.fnUntraced(function* ({ params: { service, transaction: id } }) {
    return transactionView(yield* (yield* TokenConfirmations).get(service, id))
  })
).refuses("TransactionNotFound", "ValidationFailed", "StoreUnavailable")

export const withdraw = command(
  {
    path: "/token-services/:service/transactions/:transaction/withdrawal",
    summary: "取引確認を取り下げる / Withdraw a transaction",
    description: "Takes a transaction back that awaits its answer (TOK-19).",
    tag,
    callers: ["host"],
    params: TransactionParams,
    body: nothing,
    success: TransactionView,
    status: 200
  },
  Effect.fnUntraced(function* ({ intent, params: { service, transaction: id } }) {
    return transactionView(yield* (yield* TokenConfirmations).withdraw(service, id, intent))
  })
).refuses("TransactionNotFound", "TransactionSettled", ...engineRefusals)

/** All of them, in the order of the reference page. */
export const tokenDeskRoutes = [offer, apply, reissue, suspend, verify, start, ask, transaction, withdraw] as const
