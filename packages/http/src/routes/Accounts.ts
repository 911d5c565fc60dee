/**
 * Accounts on the wire: opening, identity verification, balances.
 */
import { type Account, AccountId, AccountKind } from "@kinchaku/domain/account/Account"
import { Accounts, Balances, OpeningRequest } from "@kinchaku/domain/account/Accounts"
import { CertificateVerifier, Presentation } from "@kinchaku/domain/identity/CertificateVerifier"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

export const AccountParams = Schema.Struct({ account: AccountId })

const AccountView = Schema.Struct({ id: AccountId, kind: AccountKind, openedAt: Timestamp }).annotate({
  identifier: "Account"
})

const view = ({ id, kind, openedAt }: Account) => ({ id, kind, openedAt })

const certificateRefusals = [
  "CertificateUnreadable",
  "CertificateUntrusted",
  "CertificateExpired",
  "ChallengeInvalid"
] as const

export const open = command(
  {
    path: "/accounts",
    summary: "アカウントを開設する / Open an account",
    description: `Opens a cash account for the person whom the certificate names (ACC-05), free of charge (ACC-12). A person, an
e-mail address and a phone number have one open account at most (ACC-01, ACC-09, ACC-10). \`proved\` says which contacts the
holder has proved to the host by a code sent there: without it nothing is said about whether they are taken (SEC-01).`,
    tag: "Accounts",
    callers: ["host"],
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

const Challenge = Schema.Struct({
  /** To be signed (SHA-256) with the key of the holder's certificate. */
  challenge: Schema.String,
  expiresAt: Timestamp
}).annotate({ identifier: "CertificateChallenge" })

export const challenge = command(
  {
    path: "/certificate-challenges",
    summary: "署名用チャレンジを発行する / Get a challenge to sign",
    description: `A fresh challenge for the holder's certificate to sign; it lives five minutes (CRT-09). Nothing is recorded, so a
repetition gets another challenge.`,
    tag: "Accounts",
    callers: ["host"],
    params: nothing,
    body: nothing,
    success: Challenge,
    status: 201
  },
  Effect.fnUntraced(function* () {
    return yield* (yield* CertificateVerifier).challenge
  })
).refuses()

export const verifyIdentity = command(
  {
    path: "/accounts/:account/identity-verification",
    summary: "本人確認を完了する / Complete the identity verification",
    description: `Completes the identity verification with the certificate of the account's own person; the account is a money account
from then on (ACC-03). Its cash stays cash (BAL-03).`,
    tag: "Accounts",
    callers: ["host"],
    params: AccountParams,
    body: Schema.Struct({ presentation: Presentation }).annotate({ identifier: "IdentityVerification" }),
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const accounts = yield* Accounts
    return view(yield* accounts.verifyIdentity(params.account, body.presentation, intent))
  })
).refuses(...certificateRefusals, "CertificateOfAnother", "AccountNotFound", ...engineRefusals)

export const balances = query(
  {
    path: "/accounts/:account/balances",
    summary: "残高を照会する / Read the balances",
    description: `Cash and money of an account, cash that has expired left out (BAL-10), and until when the cash can be spent (BAL-04).`,
    tag: "Accounts",
    callers: ["host"],
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
