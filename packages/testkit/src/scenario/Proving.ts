/**
 * Proving: what a person does who receives a code and types it in. The code is read with the key that made it, where a person
 * would read it from the phone.
 */
import type { Intent, OpeningRequest } from "@kinchaku/domain/account/Accounts"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import type { OtpId } from "@kinchaku/domain/otp/Otp"
import { Effect } from "effect"
import * as SimulatedVerifier from "../simulators/SimulatedVerifier.ts"

/** What people ask for who open an account: each name is another person with other contacts, whose codes are still to come. */
export const openings = () => {
  const known = new Map<string, number>()
  return (name: string, kanaName = "テスト タロウ"): Omit<OpeningRequest, "phoneOtp" | "emailOtp"> => {
    const n = known.get(name) ?? known.size + 1
    known.set(name, n)
    return {
      presentation: SimulatedVerifier.certificate(name),
      email: `person-${n}@example.jp`,
      phone: `0901111${`${n}`.padStart(4, "0")}`,
      kanaName
    }
  }
}

/** The code of a challenge, as its receiver reads it. */
export const codeOf = Effect.fn("Proving.codeOf")(function* (otp: OtpId) {
  const { nonce } = yield* (yield* OneTimePasswords).get(otp)
  return (yield* Secrets).code(nonce)
})

/** Confirms a challenge with its code; repeated with the same intent it is the same confirmation. */
export const confirm = Effect.fn("Proving.confirm")(function* (otp: OtpId, { actor, key }: Intent) {
  const codes = yield* OneTimePasswords
  yield* codes.confirm(otp, yield* codeOf(otp), { actor, key: `${key} confirmed` })
  return otp
})

/** Proves a number or an address by the code that is sent there. */
export const prove = Effect.fn("Proving.prove")(function* (
  contact: { readonly phone: string } | { readonly email: string },
  { actor, key }: Intent
) {
  const own = { actor, key: `${key} ${"phone" in contact ? "phone" : "email"}` }
  const { id } = yield* (yield* OneTimePasswords).prove(contact, own)
  return yield* confirm(id, own)
})

/** Proves both contacts that an account is opened with. */
export const proveContacts = Effect.fn("Proving.proveContacts")(function* (
  { email, phone }: { readonly email: string; readonly phone: string },
  intent: Intent
) {
  const phoneOtp = yield* prove({ phone }, intent)
  const emailOtp = yield* prove({ email }, intent)
  return { phoneOtp, emailOtp }
})
