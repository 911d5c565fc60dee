/**
 * Bank links on the wire.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { BankCode, type BankLink, BankLinkId, BankLinkNotFound, RejectionReason } from "@kinchaku/domain/bank/BankLink"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import { TypedAccount } from "@kinchaku/domain/bank/OwnAccount"
import { Fee } from "@kinchaku/domain/fee/Fee"
import { Yen } from "@kinchaku/domain/money/Yen"
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
  /** From when on the procedure can be started again where the bank reports nothing (BNK-03). */
  releasesAt: Schema.optionalKey(Timestamp),
  settledAt: Schema.optionalKey(Timestamp),
  removedAt: Schema.optionalKey(Timestamp),
  reason: Schema.optionalKey(RejectionReason)
}).annotate({ identifier: "BankLink" })

const view = (link: BankLink): typeof BankLinkView.Type => ({
  id: link.id,
  account: link.account,
  bank: link.bank,
  status: link._tag,
  statusText: words[link._tag],
  askedAt: link.askedAt,
  ...(link._tag === "inProcedure" && link.releasesAt !== undefined ? { releasesAt: link.releasesAt } : {}),
  ...("settledAt" in link ? { settledAt: link.settledAt } : {}),
  ...("removedAt" in link ? { removedAt: link.removedAt } : {}),
  ...(link._tag === "rejected" ? { reason: link.reason } : {})
})

const LinkParams = Schema.Struct({ ...AccountParams.fields, link: BankLinkId })

export const link = command(
  {
    path: "/accounts/:account/bank-links",
    summary: "銀行口座を登録する / Add a bank account",
    description: `Adds a link to the holder's own account: \`number\` as it is typed, with or without the zeros before it (BNK-06), or \`symbol\`
and \`number\` of Japan Post Bank (BNK-07). Bank and branch have to be in the directory of banks (BNK-13). The link is provisional
until its procedure is started and the bank reports (BNK-01).`,
    tag: "Bank links",
    callers: ["host", "holder"],
    params: AccountParams,
    body: TypedAccount.annotate({ identifier: "BankAccount" }),
    success: BankLinkView,
    status: 201,
    location: ({ account, id }) => `/accounts/${account}/bank-links/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const bankLinks = yield* BankLinks
    return view(yield* bankLinks.add(params.account, body, intent))
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "BankFunctionsRestricted",
  "BankUnknown",
  "BankLinksFull",
  ...engineRefusals
)

export const quote = query(
  {
    path: "/accounts/:account/bank-links/:link/registration-quote",
    summary: "本登録の手数料を確認する / Quote a full registration",
    description:
      "What registering the link costs, to be shown before the holder goes to the bank (BNK-09). Reserves nothing.",
    tag: "Bank links",
    callers: ["host", "holder"],
    params: LinkParams,
    query: nothing,
    success: Fee.annotate({ identifier: "RegistrationQuote" })
  },
  Effect.fnUntraced(function* ({ params }) {
    const bankLinks = yield* BankLinks
    return yield* bankLinks.quote(params.account, params.link)
  })
).refuses("BankLinkNotFound", "ValidationFailed", "StoreUnavailable")

export const start = command(
  {
    path: "/accounts/:account/bank-links/:link/procedures",
    summary: "本登録手続きを始める / Start the bank's procedure",
    description: `Asks the bank to link the account. The link is in procedure until the bank reports, or until the next day (BNK-03), and is
registered only when the bank's holder name is the account's kana name (BNK-04), with the factors that the policy asks (SEC-04), and
when no other wallet account has that bank account (BNK-08). \`quotedFee\` is the fee that the holder confirmed (BNK-09).`,
    tag: "Bank links",
    callers: ["host", "holder"],
    params: LinkParams,
    body: Schema.Struct({ quotedFee: Yen }).annotate({ identifier: "LinkProcedureRequest" }),
    success: BankLinkView,
    status: 201,
    location: ({ account, id }) => `/accounts/${account}/bank-links/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const bankLinks = yield* BankLinks
    return view(yield* bankLinks.start(params.account, params.link, body.quotedFee, intent))
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "BankFunctionsRestricted",
  "BankLinkNotFound",
  "BankLinkSettled",
  "BankLinkInProcedure",
  "BankUnknown",
  "BankUnavailable",
  "QuoteChanged",
  "InsufficientBalance",
  ...engineRefusals
)

export const page = query(
  {
    path: "/accounts/:account/bank-links/:link/page",
    summary: "金融機関の手続きページを開く / The bank's page of a procedure",
    description: `Where the holder goes through the procedure that was started (BNK-01). \`page\` is null where the bank has nothing to show: the
link says what became of it.`,
    tag: "Bank links",
    callers: ["host", "holder"],
    params: LinkParams,
    query: nothing,
    success: Schema.Struct({ page: Schema.NullOr(Schema.String), link: BankLinkView }).annotate({
      identifier: "BankLinkPage"
    })
  },
  Effect.fnUntraced(function* ({ params: { account, link } }) {
    const bankLinks = yield* BankLinks
    const found = yield* bankLinks
      .page(account, link)
      .pipe(Effect.catchTag("LinkNotFound", () => Effect.fail(new BankLinkNotFound({ link }))))
    return "page" in found
      ? { page: found.page, link: view(yield* bankLinks.get(account, link)) }
      : { page: null, link: view(found.link) }
  })
).refuses("BankLinkNotFound", "BankUnreachable", "OutcomeUnknown", ...engineRefusals)

export const list = query(
  {
    path: "/accounts/:account/bank-links",
    summary: "口座連携の一覧を照会する / List the bank links",
    description: "The links of an account that are not removed, the oldest first (BNK-02, BNK-09).",
    tag: "Bank links",
    callers: ["host", "holder", "support"],
    params: AccountParams,
    query: nothing,
    success: Schema.Struct({ links: Schema.Array(BankLinkView) }).annotate({ identifier: "BankLinkList" })
  },
  Effect.fnUntraced(function* ({ params: { account } }) {
    yield* (yield* Accounts).balances(account)
    return { links: (yield* (yield* BankLinks).list(account)).map(view) }
  })
).refuses("AccountNotFound", "ValidationFailed", "StoreUnavailable")

export const remove = command(
  {
    path: "/accounts/:account/bank-links/:link/removal",
    summary: "口座連携を解除する / Remove a bank link",
    description: `Removes a link; what was done with it stays in the history. Refused while an operation on it is in progress or its procedure is open.
Where it was set for exact top-ups or payouts, no link is any more (BNK-11).`,
    tag: "Bank links",
    callers: ["host", "holder"],
    params: LinkParams,
    body: nothing,
    success: BankLinkView,
    status: 200
  },
  Effect.fnUntraced(function* ({ intent, params }) {
    return view(yield* (yield* BankLinks).remove(params.account, params.link, intent))
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "BankLinkNotFound",
  "BankLinkInProcedure",
  "OperationsInProgress",
  ...engineRefusals
)

export const get = query(
  {
    path: "/accounts/:account/bank-links/:link",
    summary: "口座連携の状態を照会する / Read a bank link",
    description: "The present state of a link (BNK-02).",
    tag: "Bank links",
    callers: ["host", "holder", "support"],
    params: LinkParams,
    query: nothing,
    success: BankLinkView
  },
  Effect.fnUntraced(function* ({ params }) {
    const bankLinks = yield* BankLinks
    return view(yield* bankLinks.get(params.account, params.link))
  })
).refuses("BankLinkNotFound", "ValidationFailed", "StoreUnavailable")
