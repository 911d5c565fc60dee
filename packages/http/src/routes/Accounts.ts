/**
 * Accounts on the wire: opening, identity verification, balances.
 */
import { type Account, AccountId, AccountKind } from "@kinchaku/domain/account/Account"
import { Accounts, Balances, OpeningRequest, Profile } from "@kinchaku/domain/account/Accounts"
import { Presentation } from "@kinchaku/domain/identity/CertificateVerifier"
import { Effect, Schema } from "effect"
import { certificateRefusals, command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

export const AccountParams = Schema.Struct({ account: AccountId })

const State = Schema.Literals(["active", "suspended", "stopped", "closed"])

export const AccountView = Schema.Struct({
  id: AccountId,
  kind: AccountKind,
  state: State,
  openedAt: Timestamp
}).annotate({ identifier: "Account" })

/** An account as it is shown, without any hash of its person. */
export const view = ({ _tag, id, kind, openedAt }: Account): typeof AccountView.Type => ({
  id,
  kind,
  state: _tag,
  openedAt
})

export const open = command(
  {
    path: "/accounts",
    summary: "アカウントを開設する / Open an account",
    description: `Opens a cash account for the person whom the certificate names (ACC-05), free of charge (ACC-12). A person, an
e-mail address and a phone number have one open account at most (ACC-01, ACC-09, ACC-10). Both contacts are proved by
confirmed codes: without them nothing is said about whether they are taken (SEC-01).`,
    tag: "Accounts",
    callers: [],
    params: nothing,
    body: OpeningRequest.annotate({ identifier: "OpeningRequest" }),
    success: AccountView,
    status: 201,
    location: ({ id }) => `/accounts/${id}/balances`
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    const accounts = yield* Accounts
    return view(yield* accounts.open(body, intent))
  })
).refuses(
  ...certificateRefusals,
  "ContactUnproven",
  "AccountAlreadyExists",
  "EmailTaken",
  "PhoneTaken",
  ...engineRefusals
)

export const verifyIdentity = command(
  {
    path: "/accounts/:account/identity-verification",
    summary: "本人確認を完了する / Complete the identity verification",
    description: `Completes the identity verification with the certificate of the account's own person; the account is a money account
from then on (ACC-03). Its cash stays cash (BAL-03).`,
    tag: "Accounts",
    callers: ["host", "holder"],
    params: AccountParams,
    body: Schema.Struct({ presentation: Presentation }).annotate({ identifier: "IdentityVerification" }),
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const accounts = yield* Accounts
    return view(yield* accounts.verifyIdentity(params.account, body.presentation, intent))
  })
).refuses(...certificateRefusals, "CertificateOfAnother", "AccountNotFound", ...standingRefusals, ...engineRefusals)

export const profile = query(
  {
    path: "/accounts/:account",
    summary: "アカウントを照会する / Read an account",
    description: `Kind, state, phone number and e-mail address of the own account (ACC-33). What was erased is left out.`,
    tag: "Accounts",
    callers: ["host", "holder", "support"],
    params: AccountParams,
    query: nothing,
    success: Profile.annotate({ identifier: "Profile" })
  },
  Effect.fnUntraced(function* ({ params }) {
    return yield* (yield* Accounts).profile(params.account)
  })
).refuses("AccountNotFound", "ValidationFailed", "StoreUnavailable")

export const balances = query(
  {
    path: "/accounts/:account/balances",
    summary: "残高を照会する / Read the balances",
    description: `Cash and money of an account, cash that has expired left out (BAL-10), and until when the cash can be spent (BAL-04).`,
    tag: "Accounts",
    callers: ["host", "holder", "support"],
    params: AccountParams,
    query: nothing,
    success: Schema.Struct({ ...Balances.fields, cashExpiresAt: Schema.optionalKey(Timestamp) }).annotate({
      identifier: "Balances"
    })
  },
  Effect.fnUntraced(function* ({ params }) {
    const accounts = yield* Accounts
    return yield* accounts.balances(params.account)
  })
).refuses("AccountNotFound", "ValidationFailed", "StoreUnavailable")
