/**
 * Purchases by card on the wire, as the issuer's screen and as merchants see them.
 *
 * The screen and a merchant ask different routes with different keys: a merchant learns pass or fail, and nothing else (AUT-04,
 * AUT-08).
 */
import { Yen } from "@kinchaku/domain/money/Yen"
import { Method } from "@kinchaku/domain/stepup/CardProfile"
import { FailureCause, MerchantCode, PurchaseId } from "@kinchaku/domain/stepup/Purchase"
import { ChallengeAnswer, PurchaseRequest, StepUps } from "@kinchaku/domain/stepup/StepUps"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const tag = "Step-up authentication"

const Screen = Schema.Struct({
  purchase: PurchaseId,
  state: Schema.Literals(["challenged", "passed", "failed", "cancelled"]),
  merchantName: Schema.String,
  amount: Yen,
  /** What the holder is asked for. */
  asked: Schema.optionalKey(
    Schema.Struct({ method: Method, expiresAt: Timestamp, delivery: Schema.optionalKey(Schema.String) })
  ),
  cause: Schema.optionalKey(FailureCause)
}).annotate({ identifier: "PurchaseScreen" })

export const requestPurchase = command(
  {
    path: "/step-up/purchases",
    summary: "カード購入の認証を求める / Ask whether a purchase may go on",
    description: `The issuer's risk rule passes or fails the purchase at once, or challenges it with a question for this purchase alone (AUT-01,
AUT-03, AUT-09, AUT-11). The answer is for the issuer's screen; merchants ask at a route of their own.`,
    tag,
    callers: ["host"],
    params: nothing,
    body: PurchaseRequest.annotate({ identifier: "PurchaseRequest" }),
    success: Screen,
    status: 201,
    location: ({ purchase }) => `/step-up/purchases/${purchase}`
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* StepUps).request(body, intent)
  })
).refuses(...engineRefusals)

const PurchaseParams = Schema.Struct({ purchase: PurchaseId })
const { purchase: _, ...answerFields } = ChallengeAnswer.fields

export const answer = command(
  {
    path: "/step-up/purchases/:purchase/answer",
    summary: "本人認証に答える / Answer a challenge",
    description: `The member ID with the code of this purchase, or with the password (AUT-02, AUT-03). An unknown ID, a wrong code and a locked
profile are told apart at the issuer's screen (AUT-04); failures in a row lock the profile (LCK-08).`,
    tag,
    callers: ["host"],
    params: PurchaseParams,
    body: Schema.Struct(answerFields).annotate({ identifier: "ChallengeAnswer" }),
    success: Screen,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return yield* (yield* StepUps).answer({ ...body, ...params }, intent)
  })
).refuses(
  "PurchaseNotFound",
  "MemberIdUnknown",
  "StepUpMismatch",
  "ProfileLocked",
  "EnrolmentProvisional",
  "EnrolmentVoid",
  "ChallengeExpired",
  "ChallengeSettled",
  ...engineRefusals
)

export const screen = query(
  {
    path: "/step-up/purchases/:purchase",
    summary: "認証画面の状態を照会する / Read the issuer's screen",
    description: "What the issuer's screen shows of a purchase (AUT-04). It is not for merchants.",
    tag,
    callers: ["host"],
    params: PurchaseParams,
    query: nothing,
    success: Screen
  },
  Effect.fnUntraced(function* ({ params }) {
    return yield* (yield* StepUps).screen(params.purchase)
  })
).refuses("PurchaseNotFound", "ValidationFailed", "StoreUnavailable")

const MerchantParams = Schema.Struct({ merchant: MerchantCode, purchase: PurchaseId })
const MerchantView = Schema.Struct({
  purchase: PurchaseId,
  /** Null while the holder is asked. */
  result: Schema.NullOr(Schema.Literals(["pass", "fail"]))
}).annotate({ identifier: "MerchantView" })

export const merchantView = query(
  {
    path: "/merchants/:merchant/purchases/:purchase",
    summary: "加盟店向けの結果を照会する / Read a purchase as its merchant",
    description: `Pass or fail of an own purchase, or null while the holder is asked; never why, nor whether there was a challenge, nor anything
of the holder (AUT-04, AUT-08). Another merchant's purchase is not found.`,
    tag,
    callers: ["merchant"],
    params: MerchantParams,
    query: nothing,
    success: MerchantView
  },
  Effect.fnUntraced(function* ({ params: { merchant, purchase } }) {
    const seen = yield* (yield* StepUps).merchantView(merchant, purchase)
    return { purchase, result: seen?.result ?? null }
  })
).refuses("PurchaseNotFound", "ValidationFailed", "StoreUnavailable")

export const cancel = command(
  {
    path: "/merchants/:merchant/purchases/:purchase/cancellation",
    summary: "購入を取り消す / Cancel a purchase",
    description: "The merchant cancels an own purchase that had passed, challenged or not (AUT-12).",
    tag,
    callers: ["merchant"],
    params: MerchantParams,
    body: nothing,
    success: MerchantView,
    status: 200
  },
  Effect.fnUntraced(function* ({ intent, params: { merchant, purchase } }) {
    return yield* (yield* StepUps).cancel(merchant, purchase, intent)
  })
).refuses("PurchaseNotFound", "PurchaseNotCancellable", ...engineRefusals)

/** All of them, in the order of the reference page. */
export const purchaseRoutes = [requestPurchase, screen, answer, merchantView, cancel] as const
