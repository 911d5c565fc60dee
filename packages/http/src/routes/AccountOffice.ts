/**
 * What operators and their staff do with accounts, on the wire: each change names the case in which it is made (SEC-11).
 */
import { AccountId, StopReason } from "@kinchaku/domain/account/Account"
import { AccountOffice, LegacyAccount } from "@kinchaku/domain/account/AccountOffice"
import * as Contact from "@kinchaku/domain/account/Contact"
import { Examination } from "@kinchaku/domain/account/Documents"
import { CaseReference } from "@kinchaku/domain/account/OperatorCase"
import { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams, AccountView, view } from "./Accounts.ts"

const tag = "Account office"
const callers = ["operator", "support"] as const
const reference = CaseReference

const changing = ["Forbidden", "AccountNotFound", "AccountClosed", ...engineRefusals] as const

const { former: _, ...contacts } = LegacyAccount.fields
const Import = Schema.Struct({
  ...contacts,
  former: Schema.Struct({
    openedAt: Timestamp,
    /** When the selfie verification was completed; left out where it never was (ACC-04). */
    verifiedAt: Schema.optionalKey(Timestamp),
    cash: Yen,
    money: Yen,
    /** When the cash changed last, from which its expiry counts (BAL-04). */
    cashChangedAt: Schema.optionalKey(Timestamp)
  })
}).annotate({ identifier: "LegacyAccount" })

export const importLegacy = command(
  {
    path: "/office/legacy-accounts",
    summary: "旧アカウントを取り込む / Take in a legacy account",
    description: `Takes in an account of the former books with its balances, which are owed from then on (ACC-04). The password comes as the hash that
was kept there, where one was.`,
    tag,
    callers: ["operator"],
    params: nothing,
    body: Import,
    success: AccountView,
    status: 201,
    location: ({ id }) => `/accounts/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return view(yield* (yield* AccountOffice).importLegacy(body, intent))
  })
).refuses("Forbidden", "FormerBooksAhead", "AccountAlreadyExists", "EmailTaken", "PhoneTaken", ...engineRefusals)

export const stop = command(
  {
    path: "/office/accounts/:account/stop",
    summary: "アカウントを停止する / Stop an account",
    description: `Stops an account; its sessions end, and its holder is told whom to call (ACC-22). What is in flight is still booked (ACC-20).`,
    tag,
    callers,
    params: AccountParams,
    body: Schema.Struct({ reference, reason: StopReason }).annotate({ identifier: "Stop" }),
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* AccountOffice).stop({ ...params, ...body }, intent))
  })
).refuses("Forbidden", "AccountNotFound", "AccountSuspended", "AccountStopped", "AccountClosed", ...engineRefusals)

export const resume = command(
  {
    path: "/office/accounts/:account/resumption",
    summary: "停止したアカウントを再開する / Resume a stopped account",
    description: `Resumes an account that an operator stopped: after the holder was spoken to on the phone, and, where there is a bank link, with
identity documents (ACC-23, ACC-24, ACC-34). A document is recorded by its kind and dates, never by its content.`,
    tag,
    callers,
    params: AccountParams,
    body: Schema.Struct({ examination: Examination }).annotate({ identifier: "StopResumption" }),
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* AccountOffice).resume({ ...params, ...body }, intent))
  })
).refuses(...changing, "AccountNotStopped", "DocumentsRequired", "IndividualNumberShown")

const Case = Schema.Struct({ reference }).annotate({ identifier: "OperatorCase" })

export const unlock = command(
  {
    path: "/office/accounts/:account/unlock",
    summary: "アカウントのロックを解除する / Unlock an account",
    description: `Takes off the lock of too many wrong codes in a year (SEC-08). A lock of failures in a row is taken off by its holder, with a new
password (LCK-06).`,
    tag,
    callers,
    params: AccountParams,
    body: Case,
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* AccountOffice).unlock({ ...params, ...body }, intent))
  })
).refuses(...changing, "AccountLocked")

export const phone = command(
  {
    path: "/office/accounts/:account/phone",
    summary: "電話番号を変更する（担当者） / Change a phone number by an operator",
    description: `For a holder who cannot receive on the current number (ACC-15). The old number is told (SEC-06).`,
    tag,
    callers,
    params: AccountParams,
    body: Schema.Struct({ reference, phone: Contact.Phone }).annotate({ identifier: "PhoneChangeByOperator" }),
    success: Schema.Struct({ account: AccountId }).annotate({ identifier: "ChangedAccount" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return { account: yield* (yield* AccountOffice).changePhone({ ...params, ...body }, intent) }
  })
).refuses(...changing, "PhoneTaken")

export const kanaName = command(
  {
    path: "/office/accounts/:account/kana-name",
    summary: "氏名（カナ）を変更する / Change a kana name",
    description: `Only an operator changes it: it is the name that bank links are compared with (ACC-14).`,
    tag,
    callers,
    params: AccountParams,
    body: Schema.Struct({ reference, kanaName: Contact.KanaName }).annotate({ identifier: "KanaNameChange" }),
    success: AccountView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* AccountOffice).changeKanaName({ ...params, ...body }, intent))
  })
).refuses(...changing)
