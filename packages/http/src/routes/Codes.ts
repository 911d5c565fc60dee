/**
 * Codes on the wire: asked for, confirmed, and whether they were delivered. What a code is stands nowhere but in its message.
 */
import * as Contact from "@kinchaku/domain/account/Contact"
import { OneTimePasswords, OtpRequest } from "@kinchaku/domain/otp/OneTimePasswords"
import { OtpId, OtpSeen, seen } from "@kinchaku/domain/otp/Otp"
import { OtpIssued } from "@kinchaku/domain/otp/Sending"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"

const tag = "Codes"

/** A code that was issued, never the code itself. */
export const IssuedView = Schema.Struct({ ...OtpIssued.fields, expiresAt: Timestamp }).annotate({
  identifier: "IssuedCode"
})

const location = ({ id }: OtpIssued) => `/codes/${id}`

export const ask = command(
  {
    path: "/accounts/:account/codes",
    summary: "認証コードを受け取る / Have a code sent",
    description: `Sends a code to the registered phone (OTP-07), or to \`newPhone\` where that number is to be proved (ACC-16). A code serves for
one purpose, and where money moves for one operation alone, which is written as "topUp LINK AMOUNT" or "payment BARCODE AMOUNT"
(OTP-04). It makes every earlier open code of the purpose invalid (OTP-05).`,
    tag,
    callers: ["host", "holder"],
    whileSuspended: true,
    params: AccountParams,
    body: Schema.Struct({
      purpose: OtpRequest.fields.purpose,
      operation: OtpRequest.fields.operation,
      newPhone: OtpRequest.fields.newPhone
    }).annotate({ identifier: "CodeRequest" }),
    success: IssuedView,
    status: 201,
    location
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const codes = yield* OneTimePasswords
    return yield* codes.issue({ account: params.account, ...body }, intent)
  })
).refuses("AccountNotFound", ...standingRefusals, "OtpSendLimited", ...engineRefusals)

const ContactRequest = Schema.Struct({
  phone: Schema.optionalKey(Contact.Phone),
  email: Schema.optionalKey(Contact.Email)
}).annotate({ identifier: "ContactCodeRequest" })

export const prove = command(
  {
    path: "/contact-codes",
    summary: "連絡先を確認するコードを受け取る / Have a contact proved",
    description: `Sends a code to the phone number or the e-mail address with which an account is to be opened: one of them for each request.
The answer is the same whether or not somebody has the contact already (SEC-01).`,
    tag,
    callers: [],
    params: nothing,
    body: ContactRequest,
    success: IssuedView,
    status: 201,
    location
  },
  Effect.fnUntraced(function* ({ body: { email, phone }, intent }) {
    const codes = yield* OneTimePasswords
    const contact = { ...(phone === undefined ? {} : { phone }), ...(email === undefined ? {} : { email }) }
    // Which of the two it is, and that it is one, is for the service to check.
    return yield* codes.prove(contact as { readonly phone: string } | { readonly email: string }, intent)
  })
).refuses("OtpSendLimited", ...engineRefusals)

export const forPassword = command(
  {
    path: "/password-codes",
    summary: "パスワード設定用のコードを受け取る / Have a code sent to set a password",
    description: `Sends a code by SMS to the phone of whoever has the e-mail address; with it a password is set and a locked account unlocked
(ACC-31, LCK-06). The answer is the same for an address that is nobody's (SEC-01).`,
    tag,
    callers: [],
    params: nothing,
    body: Schema.Struct({ email: Contact.Email }).annotate({ identifier: "PasswordCodeRequest" }),
    success: IssuedView,
    status: 201,
    location
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* OneTimePasswords).forPassword(body.email, intent)
  })
).refuses("OtpSendLimited", ...engineRefusals)

const OtpParams = Schema.Struct({ otp: OtpId })

export const confirm = command(
  {
    path: "/codes/:otp/confirmation",
    summary: "認証コードを確認する / Confirm a code",
    description: `Confirms a code as it was typed, full width or not; it is then used by the one operation that it was sent for. A wrong one counts
as a failed authentication (OTP-10, LCK-01), each time that it is sent with a key of its own.`,
    tag,
    callers: [],
    params: OtpParams,
    body: Schema.Struct({ code: Schema.String.check(Schema.isMaxLength(20)) }).annotate({ identifier: "TypedCode" }),
    success: Schema.Struct({ otp: OtpId }).annotate({ identifier: "ConfirmedCode" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return yield* (yield* OneTimePasswords).confirm(params.otp, body.code, intent)
  })
).refuses("OtpMismatch", "OtpNotFound", "OtpExpired", "OtpAlreadyUsed", "AccountLocked", ...engineRefusals)

export const get = query(
  {
    path: "/codes/:otp",
    summary: "認証コードの配信状況を照会する / Read whether a code was delivered",
    description: `Whether the message is on its way, was handed over or could not be delivered (OTP-11). Of a code that sets a password it is not
shown: it would tell whose address is known (SEC-01).`,
    tag,
    callers: [],
    params: OtpParams,
    query: nothing,
    success: Schema.Struct({ ...OtpSeen.fields, expiresAt: Timestamp }).annotate({ identifier: "Code" })
  },
  Effect.fnUntraced(function* ({ params }) {
    return seen(yield* (yield* OneTimePasswords).get(params.otp))
  })
).refuses("OtpNotFound", "ValidationFailed", "StoreUnavailable")
