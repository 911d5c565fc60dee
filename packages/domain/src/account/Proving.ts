/**
 * Proving: what a service finds of a password that was typed on the web, before a command decides on it.
 */
import { Effect, Option, Schema } from "effect"
import { type Store, type StoreUnavailable } from "../engine/Store.ts"
import { key } from "../engine/RecordKind.ts"
import { compare } from "../session/Comparing.ts"
import type { PasswordHasher } from "../session/PasswordHasher.ts"
import { password as written } from "../session/PasswordRule.ts"
import type { AccountId, KeyedHash } from "./Account.ts"
import { claimId, claimKey, claims } from "./Claim.ts"
import * as Contact from "./Contact.ts"
import { holders, HolderText } from "./Holder.ts"
import type { PasswordProof } from "./PasswordProof.ts"
import type { Secrets } from "./Secrets.ts"

interface Typed {
  readonly email: string
  readonly password: string
}

export interface Proving {
  /** Compares with the password of whoever has the address; as slowly where nobody has it (SEC-01). */
  readonly byEmail: (typed: Typed) => Effect.Effect<PasswordProof, StoreUnavailable>
  /** Compares with the password of an account, whose holder is logged in. */
  readonly ofAccount: (account: AccountId, typed: Typed) => Effect.Effect<PasswordProof, StoreUnavailable>
}

const readHolder = Schema.decodeUnknownOption(HolderText)
const kept = (data: string): string | undefined => Option.getOrUndefined(readHolder(data))?.password

export const proving = ({
  hasher,
  secrets,
  store
}: {
  readonly hasher: PasswordHasher["Service"]
  readonly secrets: Secrets["Service"]
  readonly store: Store["Service"]
}): Proving => {
  const against = Effect.fnUntraced(function* (account: AccountId, email: KeyedHash, password: string) {
    const setBy = (yield* store.read([key(holders, account)])).find(holders, account)?.password
    return { email, ...(yield* compare({ hasher, store }, written(password), { setBy, kept })) }
  })
  const hashed = ({ email }: Typed): KeyedHash => secrets.keyedHash("email", Contact.email(email))

  return {
    byEmail: Effect.fnUntraced(function* (typed: Typed) {
      const email = hashed(typed)
      const claim = (yield* store.read([claimKey("email", email)])).find(claims, claimId("email", email))
      return yield* against(claim?.account ?? nobodys, email, typed.password)
    }),
    ofAccount: (account, typed) => against(account, hashed(typed), typed.password)
  }
}

/** What is looked up where nobody has the address. */
const nobodys = `acct_${"0".repeat(26)}` as AccountId
