/**
 * What holders change of their accounts, on the wire: how they are reached, the password, suspending, resuming, closing, and migrating
 * a legacy account to certificate login.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import {
  AccountChanges,
  EmailRequest,
  PasswordRequest,
  PhoneRequest,
  WebForm
} from "@kinchaku/domain/account/AccountChanges"
import { LegacyCredentials, MigrationRequest, Migrations } from "@kinchaku/domain/account/Migrations"
import { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Schema } from "effect"
import { certificateRefusals, codeRefusals, command, engineRefusals, nothing, standingRefusals } from "../Route.ts"
import { AccountParams, AccountView, view } from "./Accounts.ts"
import { IssuedView } from "./Codes.ts"

const tag = "Account changes"
const callers = ["host", "holder"] as const

const Changed = Schema.Struct({ account: AccountId }).annotate({ identifier: "ChangedAccount" })
const contactRefusals = ["EmailTaken", "PhoneTaken"] as const

export const phone = command(
  {
    path: "/accounts/:account/phone",
    summary: "電話番号を変更する / Change the phone number",
    description: `Needs the confirmed code that went to the current number (ACC-15) and, where the policy asks for it, the one that went to the new
number (ACC-16). The old number is told (SEC-06). Whoever cannot receive on the current number asks the operator.`,
    tag,
    callers,
    params: AccountParams,
    body: Schema.Struct({
      phone: PhoneRequest.fields.phone,
      otp: PhoneRequest.fields.otp,
      newOtp: PhoneRequest.fields.newOtp
    }).annotate({ identifier: "PhoneChange" }),
    success: Changed,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return { account: yield* (yield* AccountChanges).changePhone({ ...params, ...body }, intent) }
  })
).refuses("AccountNotFound", ...standingRefusals, ...codeRefusals, ...contactRefusals, ...engineRefusals)

export const email = command(
  {
    path: "/accounts/:account/email",
    summary: "メールアドレスを変更する / Change the e-mail address",
    description: `Needs a confirmed code that went to the phone (OTP-08), and no access to the old address, which is told (ACC-17, SEC-06).`,
    tag,
    callers,
    params: AccountParams,
    body: Schema.Struct({ email: EmailRequest.fields.email, otp: EmailRequest.fields.otp }).annotate({
      identifier: "EmailChange"
    }),
    success: Changed,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return { account: yield* (yield* AccountChanges).changeEmail({ ...params, ...body }, intent) }
  })
).refuses("AccountNotFound", ...standingRefusals, ...codeRefusals, ...contactRefusals, ...engineRefusals)

export const password = command(
  {
    path: "/passwords",
    summary: "パスワードを設定する / Set the password",
    description: `Sets or changes the web password with the registered e-mail address and the confirmed code that went to the phone (ACC-31). It
unlocks an account that failures in a row locked (LCK-06) and ends its session.`,
    tag,
    callers: [],
    params: nothing,
    body: PasswordRequest.annotate({ identifier: "PasswordSetting" }),
    success: Schema.Struct({ account: AccountId, unlocked: Schema.Boolean }).annotate({ identifier: "PasswordSet" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* AccountChanges).setPassword(body, intent)
  })
).refuses("PasswordUnacceptable", ...codeRefusals, "AccountLocked", "AccountClosed", ...engineRefusals)

const Form = Schema.Struct({
  email: WebForm.fields.email,
  password: WebForm.fields.password,
  otp: WebForm.fields.otp
}).annotate({ identifier: "SuspensionForm" })

const formRefusals = ["AccountNotFound", ...standingRefusals, ...codeRefusals, "PasswordNotSet", "LoginFailed"] as const

export const suspend = command(
  {
    path: "/accounts/:account/suspension",
    summary: "利用を停止する / Suspend the account",
    description: `Needs e-mail address, password and a confirmed code (ACC-18); a wrong password counts (LCK-01). Every session ends (SES-03).`,
    tag,
    callers,
    params: AccountParams,
    body: Form,
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* AccountChanges).suspend({ ...params, ...body }, intent))
  })
).refuses(...formRefusals, ...engineRefusals)

export const resume = command(
  {
    path: "/accounts/:account/resumption",
    summary: "利用を再開する / Resume the account",
    description: `Resumes an account that its holder suspended, by the same form (ACC-21).`,
    tag,
    callers,
    whileSuspended: true,
    params: AccountParams,
    body: Form,
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* AccountChanges).resume({ ...params, ...body }, intent))
  })
).refuses(...formRefusals, "AccountNotSuspended", ...engineRefusals)

export const close = command(
  {
    path: "/accounts/:account/closing",
    summary: "解約する / Close the account",
    description: `Closes the account for good: what is left is given up (ACC-25, ACC-27), sessions end, and the e-mail address can never be registered
again (ACC-09). Its certificates stay valid (ACC-28).`,
    tag,
    callers,
    params: AccountParams,
    body: nothing,
    success: Schema.Struct({ account: AccountView, forfeited: Schema.Struct({ cash: Yen, money: Yen }) }).annotate({
      identifier: "ClosedAccount"
    }),
    status: 200
  },
  Effect.fnUntraced(function* ({ intent, params }) {
    const { account, forfeited } = yield* (yield* AccountChanges).close(params.account, intent)
    return { account: view(account), forfeited }
  })
).refuses("AccountNotFound", ...standingRefusals, "BalanceAboveClosingLimit", "OperationsInProgress", ...engineRefusals)

export const migrationCode = command(
  {
    path: "/migration-codes",
    summary: "引き継ぎ用のコードを受け取る / Have a code sent to migrate",
    description: `Sends a code to the phone of a legacy account, to whoever has its e-mail address and password (ACC-07). Anyone else is answered
alike, whether or not the address is known (SEC-01); a wrong password counts.`,
    tag,
    callers: [],
    params: nothing,
    body: LegacyCredentials.annotate({ identifier: "LegacyCredentials" }),
    success: IssuedView,
    status: 201,
    location: ({ id }) => `/codes/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* Migrations).ask(body, intent)
  })
).refuses("LoginFailed", "AccountNotFound", ...standingRefusals, "OtpSendLimited", ...engineRefusals)

export const migrate = command(
  {
    path: "/migrations",
    summary: "アカウントを引き継ぐ / Migrate a legacy account",
    description: `Moves a legacy account to certificate login with its e-mail address, its password, the confirmed code and the signature certificate
(ACC-06, ACC-07). Kind, state, balances, bank links and history stay as they are.`,
    tag,
    callers: [],
    params: nothing,
    body: MigrationRequest.annotate({ identifier: "Migration" }),
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return view(yield* (yield* Migrations).migrate(body, intent))
  })
).refuses(
  ...certificateRefusals,
  ...codeRefusals,
  "AccountLocked",
  "PasswordNotSet",
  "LoginFailed",
  "AccountAlreadyExists",
  ...contactRefusals,
  ...engineRefusals
)
