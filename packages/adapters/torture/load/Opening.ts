/**
 * Opening accounts under the load: of a person, who proves the contacts first.
 */
import { Accounts, type Intent } from "@kinchaku/domain/account/Accounts"
import { Effect } from "effect"
import { challengeOf } from "@kinchaku/testkit/scenario/Opening"
import { proveContacts } from "@kinchaku/testkit/scenario/Proving"
import { kanaName } from "./Core.ts"

/** A certificate of a person, presented on an occasion. */
export const presentation = (subject: string, occasion: string) => ({
  certificate: subject,
  challenge: challengeOf(occasion),
  signature: ""
})

const phone = (n: number): string => `090${`${n}`.padStart(8, "0")}`

/** Proves the contacts of a person and opens, all of it under keys that the intent's makes. */
export const open = Effect.fnUntraced(function* (subject: string, email: string, n: number, intent: Intent) {
  const contacts = { email, phone: phone(n) }
  const proved = yield* proveContacts(contacts, intent)
  const request = { presentation: presentation(subject, intent.key), ...contacts, kanaName, ...proved }
  return yield* (yield* Accounts).open(request, intent)
})
