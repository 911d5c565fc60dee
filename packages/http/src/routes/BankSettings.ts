/**
 * What an account uses its bank links for, and which banks can be linked, on the wire.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { BankCode, BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { BankLinks, type OfferedBank } from "@kinchaku/domain/bank/BankLinks"
import type { BankSettings } from "@kinchaku/domain/bank/BankSettings"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import { PayoutAccount } from "@kinchaku/domain/payout/PayoutAccount"
import { Payouts } from "@kinchaku/domain/payout/Payouts"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"

const tag = "Bank links"

const SettingsView = Schema.Struct({
  account: AccountId,
  exactTopUp: Schema.NullOr(BankLinkId),
  payoutAccount: Schema.NullOr(BankLinkId),
  /** Full registrations ever, removed links included (BNK-09). */
  registrations: Schema.Int
}).annotate({ identifier: "BankSettings" })

const view = ({ exactTopUp, id, payoutAccount, registrations }: BankSettings): typeof SettingsView.Type => ({
  account: id,
  exactTopUp: exactTopUp ?? null,
  payoutAccount: payoutAccount ?? null,
  registrations
})

export const settings = query(
  {
    path: "/accounts/:account/bank-settings",
    summary: "口座の利用設定を照会する / Read what bank links are used for",
    description:
      "The link for exact top-ups (TOP-16), the one for payouts (OUT-02), and the full registrations so far.",
    tag,
    callers: ["host", "holder", "support"],
    params: AccountParams,
    query: nothing,
    success: SettingsView
  },
  Effect.fnUntraced(function* ({ params: { account } }) {
    yield* (yield* Accounts).balances(account)
    return view(yield* (yield* BankLinks).settings(account))
  })
).refuses("AccountNotFound", "ValidationFailed", "StoreUnavailable")

export const setExactTopUp = command(
  {
    path: "/accounts/:account/exact-top-up",
    summary: "ぴったりチャージの口座を設定する / Set the link for exact top-ups",
    description:
      "Sets the one registered link that is debited for what a payment lacks; null for none (TOP-14, TOP-16).",
    tag,
    callers: ["host", "holder"],
    params: AccountParams,
    body: Schema.Struct({ link: Schema.NullOr(BankLinkId) }).annotate({ identifier: "ExactTopUpSetting" }),
    success: SettingsView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* BankLinks).setExactTopUp(params.account, body.link ?? undefined, intent))
  })
).refuses("AccountNotFound", ...standingRefusals, "BankFunctionsRestricted", "BankLinkNotRegistered", ...engineRefusals)

export const setPayoutAccount = command(
  {
    path: "/accounts/:account/payout-account",
    summary: "送金先の口座を設定する / Set the payout account",
    description: `Makes a registered link the one that payouts go to (OUT-02). For a time no other can become it, also after its removal (OUT-03);
the holder is told (SEC-06).`,
    tag,
    callers: ["host", "holder"],
    params: AccountParams,
    body: Schema.Struct({ link: BankLinkId }).annotate({ identifier: "PayoutAccountSetting" }),
    success: Schema.Struct({ ...PayoutAccount.fields, chosenAt: Timestamp }).annotate({ identifier: "PayoutAccount" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return yield* (yield* Payouts).setAccount(params.account, body.link, intent)
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "BankFunctionsRestricted",
  "PayoutNotAllowed",
  "BankLinkNotRegistered",
  "PayoutAccountFrozen",
  ...engineRefusals
)

const BankView = Schema.Struct({
  bank: BankCode,
  name: Schema.String,
  /** The smallest top-up, and the step above it (TOP-08). */
  minimum: PositiveYen,
  step: PositiveYen,
  /** Service hours in Japan, "HH:MM". */
  opens: Schema.String,
  closes: Schema.String,
  maintenance: Schema.Array(Schema.Struct({ from: Timestamp, to: Timestamp })),
  /** The days until a full registration, where it is not done at once. */
  registrationDays: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "OfferedBank" })

const bankView = ({ payouts: _, ...bank }: OfferedBank): typeof BankView.Type => bank

export const banks = query(
  {
    path: "/banks",
    summary: "取り扱い金融機関の一覧 / The banks that can be linked",
    description:
      "Service hours, maintenance, smallest top-up and usual days until full registration of each bank (BNK-14, BNK-16).",
    tag,
    callers: ["host", "holder", "operator", "support"],
    params: nothing,
    query: nothing,
    success: Schema.Struct({ banks: Schema.Array(BankView) }).annotate({ identifier: "OfferedBanks" })
  },
  Effect.fnUntraced(function* () {
    return { banks: (yield* (yield* BankLinks).banks).map(bankView) }
  })
).refuses("StoreUnavailable")
