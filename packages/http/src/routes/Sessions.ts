/**
 * Sessions on the wire: logging in with the login certificate or with a password, who is logged in, and logging out.
 *
 * A bearer token stands in the answer to the login and in the Authorization header, and nowhere else (SEC-02).
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import { CertificateVerifier, Presentation } from "@kinchaku/domain/identity/CertificateVerifier"
import { SessionExpired } from "@kinchaku/domain/session/Ending"
import { SessionId } from "@kinchaku/domain/session/Session"
import { LoginAnswer, PasswordLoginRequest, Sessions } from "@kinchaku/domain/session/Sessions"
import { StaffId, StaffRole } from "@kinchaku/domain/session/Staff"
import { Effect, Redacted, Schema } from "effect"
import type { Asker } from "../Asker.ts"
import { certificateRefusals, command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const tag = "Sessions"

const Challenge = Schema.Struct({
  /** To be signed (SHA-256) with the key of the holder's certificate. */
  challenge: Schema.String,
  expiresAt: Timestamp
}).annotate({ identifier: "CertificateChallenge" })

export const challenge = command(
  {
    path: "/certificate-challenges",
    summary: "署名用チャレンジを発行する / Get a challenge to sign",
    description: `A fresh challenge for the holder's certificate to sign, the first of the two steps of a login and of whatever else needs a
certificate; it lives as long as the policy says, five minutes unless that was changed, and serves once (CRT-09). Nothing is recorded, so a repetition gets another challenge.`,
    tag,
    callers: [],
    params: nothing,
    body: nothing,
    success: Challenge,
    status: 201
  },
  Effect.fnUntraced(function* () {
    return yield* (yield* CertificateVerifier).challenge
  })
).refuses()

const LoginView = Schema.Struct({ ...LoginAnswer.fields, endsAt: Timestamp }).annotate({ identifier: "Login" })

export const withCertificate = command(
  {
    path: "/sessions/certificate",
    summary: "電子証明書でログインする / Log in with the login certificate",
    description: `The second step: the login certificate with the signed challenge (SES-05). The former session of the account ends (SES-02).`,
    tag,
    callers: [],
    params: nothing,
    body: Schema.Struct({ presentation: Presentation }).annotate({ identifier: "CertificateLogin" }),
    success: LoginView,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* Sessions).loginWithCertificate(body.presentation, intent)
  })
).refuses(
  ...certificateRefusals,
  "CertificateNotIssued",
  "CertificateSuperseded",
  "CredentialLocked",
  "CertificateNotMatched",
  "AccountNotFound",
  ...standingRefusals,
  ...engineRefusals
)

export const withPassword = command(
  {
    path: "/sessions/password",
    summary: "メールアドレスとパスワードでログインする / Log in with e-mail and password",
    description: `The login of the web (SES-05). Whoever does not get in is not told why (SEC-01); a wrong password counts (LCK-01). \`device\` is
what an earlier login on this device answered. A suspended account is let in to resume, for which \`scope\` is "resume" (ACC-21).`,
    tag,
    callers: [],
    params: nothing,
    body: PasswordLoginRequest.annotate({ identifier: "PasswordLogin" }),
    success: LoginView,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* Sessions).loginWithPassword(body, intent)
  })
).refuses("LoginFailed", "MigrationRequired", ...engineRefusals)

const InSession = Schema.Struct({
  session: SessionId,
  account: Schema.optionalKey(AccountId),
  scope: Schema.optionalKey(LoginAnswer.fields.scope),
  staff: Schema.optionalKey(StaffId),
  roles: Schema.optionalKey(Schema.Array(StaffRole))
}).annotate({ identifier: "Session" })

/** Who is in a session; an API key is in none. */
const inSession = (asker: Asker) =>
  asker._tag === "holder" || asker._tag === "staff" ? Effect.succeed(asker) : Effect.fail(new SessionExpired())

export const current = query(
  {
    path: "/session",
    summary: "ログイン中のセッションを照会する / Read the session",
    description: "Who is logged in, and what the session serves for. Reading it counts as activity (SES-01).",
    tag,
    callers: ["holder", "support", "finance", "admin"],
    whileSuspended: true,
    params: nothing,
    query: nothing,
    success: InSession
  },
  Effect.fnUntraced(function* ({ asker }) {
    const who = yield* inSession(asker)
    return who._tag === "holder"
      ? { session: who.session, account: who.account, scope: who.scope }
      : { session: who.session, staff: who.staff, roles: who.roles }
  })
).refuses("SessionExpired")

export const end = command(
  {
    path: "/sessions/end",
    summary: "ログアウトする / Log out",
    description: "Ends the session of the bearer token at once. Repeated, it answers that the session has ended.",
    tag,
    callers: ["holder", "support", "finance", "admin"],
    whileSuspended: true,
    params: nothing,
    body: nothing,
    success: Schema.Struct({ session: SessionId }).annotate({ identifier: "EndedSession" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ asker, intent }) {
    const { bearer } = yield* inSession(asker)
    return yield* (yield* Sessions).end(Redacted.value(bearer), intent)
  })
).refuses("SessionExpired", ...engineRefusals)
