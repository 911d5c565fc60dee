/**
 * Bank settings: which of an account's links is used for exact top-ups, which for payouts, and how many it registered ever.
 */
import { Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"
import { BankLinkId } from "./BankLink.ts"

export const BankSettings = Schema.Struct({
  /** The id of the account. */
  id: AccountId,
  /** Full registrations ever, those of links that are removed included (BNK-09). */
  registrations: Schema.Int,
  /** The link that exact top-ups debit (TOP-16). */
  exactTopUp: Schema.optionalKey(BankLinkId),
  /** The link that payouts go to (OUT-02). */
  payoutAccount: Schema.optionalKey(BankLinkId),
  /** The link that was chosen last for payouts, and when; both stay when it is removed (OUT-03). */
  chosen: Schema.optionalKey(BankLinkId),
  chosenAt: Schema.optionalKey(Instant)
})
export type BankSettings = typeof BankSettings.Type

export const bankSettings: RecordKind<BankSettings> = {
  name: "bankSettings",
  schema: BankSettings,
  idOf: ({ id }) => id
}

/** The key of the settings of an account. */
export const settingsKey = (account: AccountId): Key => key(bankSettings, account)

/** The settings of an account, its key having been asked for; of an account without links those before the first. */
export const settingsOf = (facts: Pick<Facts, "find">, account: AccountId): BankSettings =>
  facts.find(bankSettings, account) ?? { id: account, registrations: 0 }

/** The settings without links that end: none is used in their place. Which was chosen last for payouts stays (OUT-03). */
export const cleared = (settings: BankSettings, links: ReadonlyArray<BankLinkId>): ReadonlyArray<Put> => {
  const { exactTopUp, payoutAccount, ...others } = settings
  const kept = {
    ...(exactTopUp === undefined || links.includes(exactTopUp) ? {} : { exactTopUp }),
    ...(payoutAccount === undefined || links.includes(payoutAccount) ? {} : { payoutAccount })
  }
  const isSame = kept.exactTopUp === exactTopUp && kept.payoutAccount === payoutAccount
  return isSame ? [] : [put(bankSettings, { ...others, ...kept })]
}
