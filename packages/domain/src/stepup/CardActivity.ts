/**
 * Card activity: what the risk rule must remember of a card, enrolled or not: its purchases of the last hour and the devices on
 * which its holder passed a challenge.
 */
import { Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { RecordKind } from "../engine/RecordKind.ts"

const hourMillis = 3_600_000
/** As many as any policy can ask about. */
const recentMax = 100
const devicesMax = 10

export const CardActivity = Schema.Struct({
  /** The card. */
  id: KeyedHash,
  recent: Schema.Array(Instant),
  devices: Schema.Array(KeyedHash)
})
export type CardActivity = typeof CardActivity.Type

export const cardActivities: RecordKind<CardActivity> = {
  name: "cardActivity",
  schema: CardActivity,
  idOf: ({ id }) => id
}

/** The activity of a card of which nothing is known. */
export const none = (card: KeyedHash): CardActivity => ({ id: card, recent: [], devices: [] })

/** The activity after one more purchase; those of an hour ago and longer are forgotten. */
export const withPurchase = (activity: CardActivity, at: Instant): CardActivity => ({
  ...activity,
  recent: [...activity.recent.filter((earlier) => earlier > at - hourMillis), at].slice(-recentMax)
})

/** The activity after a challenge was passed on a device; the newest are kept. */
export const withDevice = (activity: CardActivity, device: KeyedHash): CardActivity => ({
  ...activity,
  devices: [...activity.devices.filter((known) => known !== device), device].slice(-devicesMax)
})
