/**
 * Bank links on the wire.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import { BankAccount } from "@kinchaku/domain/bank/BankGateway"
import { BankCode, type BankLink, BankLinkId, RejectionReason } from "@kinchaku/domain/bank/BankLink"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"

const words = {
  provisional: "仮登録",
  inProcedure: "本登録手続き中",
  registered: "本登録",
  rejected: "登録不可",
  removed: "連携解除"
} as const

const BankLinkView = Schema.Struct({
  id: BankLinkId,
  account: AccountId,
  bank: BankCode,
  status: Schema.Literals(["provisional", "inProcedure", "registered", "rejected", "removed"]),
  statusText: Schema.Literals(Object.values(words)),
  askedAt: Timestamp,
  settledAt: Schema.optionalKey(Timestamp),
  reason: Schema.optionalKey(RejectionReason)
}).annotate({ identifier: "BankLink" })

const view = (link: BankLink): typeof BankLinkView.Type => ({
  id: link.id,
  account: link.account,
  bank: link.bank,
  status: link._tag,
  statusText: words[link._tag],
  askedAt: link.askedAt,
  ...("settledAt" in link ? { settledAt: link.settledAt } : {}),
  ...(link._tag === "rejected" ? { reason: link.reason } : {})
})

export const link = command(
  {
    path: "/accounts/:account/bank-links",
    summary: "銀行口座を連携する / Link a bank account",
    description: `Asks the bank to link the holder's own account. The link is in procedure until the bank reports (BNK-02) and is accepted
only when the bank's holder name is the account's kana name (BNK-04), with the factors that the policy asks (SEC-04), and when
no other wallet account has that bank account (BNK-08).`,
    tag: "Bank links",
    callers: ["host", "holder"],
    params: AccountParams,
    body: BankAccount.annotate({ identifier: "BankAccount" }),
    success: BankLinkView,
    status: 201,
    location: ({ account, id }) => `/accounts/${account}/bank-links/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const bankLinks = yield* BankLinks
    return view(yield* bankLinks.link(params.account, body, intent))
  })
).refuses("AccountNotFound", ...standingRefusals, "BankFunctionsRestricted", "BankUnknown", ...engineRefusals)

export const get = query(
  {
    path: "/accounts/:account/bank-links/:link",
    summary: "口座連携の状態を照会する / Read a bank link",
    description: "The present state of a link (BNK-02).",
    tag: "Bank links",
    callers: ["host", "holder", "support"],
    params: Schema.Struct({ ...AccountParams.fields, link: BankLinkId }),
    query: nothing,
    success: BankLinkView
  },
  Effect.fnUntraced(function* ({ params }) {
    const bankLinks = yield* BankLinks
    return view(yield* bankLinks.get(params.account, params.link))
  })
).refuses("BankLinkNotFound", "ValidationFailed", "StoreUnavailable")
