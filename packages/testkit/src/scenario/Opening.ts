/**
 * Opening an account command by command, for load and for rules that care for what comes after: contacts are keyed hashes, their
 * codes are issued and confirmed, the certificate is verified.
 */
import type { AccountActive, AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import { CompleteIdentityVerification, OpenAccount } from "@kinchaku/domain/account/Opening"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import type { Engine, SubmitOptions } from "@kinchaku/domain/engine/Engine"
import { ConfirmOtp } from "@kinchaku/domain/otp/Confirming"
import { IssueContactOtp } from "@kinchaku/domain/otp/Issuing"
import { Effect } from "effect"

type Submit = Engine["Service"]["submit"]
/** How each step is submitted: its name makes its key. */
type As = (step: string) => SubmitOptions

/** A challenge that is signed on an occasion and on no other. */
export const challengeOf = (occasion: string): string => {
  let hash = 0n
  for (const letter of occasion) hash = (hash * 1_099_511_628_211n + BigInt(letter.codePointAt(0) ?? 0)) % (1n << 100n)
  return hash.toString(36).padStart(22, "c").slice(-22)
}

/** A nonce that is always the same for the same text of digits and letters, at most 21 of them. */
export const nonceOf = (text: string): Nonce => `${text}n`.padStart(22, "n") as Nonce

/** Who opens: keyed hashes of person, contacts and name. */
export interface Opener {
  readonly person: KeyedHash
  readonly email: KeyedHash
  readonly phone: KeyedHash
  readonly kanaName: KeyedHash
}

/** Opens an account for the n-th opener. */
export const open = Effect.fnUntraced(function* (submit: Submit, opener: Opener, n: number, as: As) {
  const proved = Effect.fnUntraced(function* (of: "email" | "phone") {
    // What the code is does not matter: its hash is what is recorded and compared.
    const code = opener[of]
    const asked = { of, value: opener[of], nonce: nonceOf(`${of}${n}`), code }
    const { id } = yield* submit(IssueContactOtp, asked, as(`${of} code`))
    yield* submit(ConfirmOtp, { otp: id, code }, as(`${of} proved`))
    return id
  })
  const emailOtp = yield* proved("email")
  const phoneOtp = yield* proved("phone")
  const evidence = { verdict: "verified" as const, challenge: nonceOf(`opening${n}`) }
  const content = { ...opener, language: "ja" as const, emailOtp, phoneOtp, evidence }
  const account: AccountActive = yield* submit(OpenAccount, content, as("open"))
  return account
})

/** Verifies the identity of the n-th opener. */
export const verify = (submit: Submit, account: AccountId, person: KeyedHash, n: number, as: As) =>
  submit(
    CompleteIdentityVerification,
    { account, person, evidence: { verdict: "verified", challenge: nonceOf(`verify${n}`) } },
    as("verify")
  )
