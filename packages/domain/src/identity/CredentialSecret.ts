/**
 * Secrets of cards and certificates: their written form, and how those of certificates are kept and compared.
 *
 * A login PIN is kept as a keyed hash that is bound to its person, a signature password as a memory-hard hash; both as
 * personal data of the command that set them, never in the books (SEC-02).
 */
import { Effect, Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { sameHash, type Secrets } from "../account/Secrets.ts"
import type { Store, StoreUnavailable } from "../engine/Store.ts"
import type { PasswordHasher } from "../session/PasswordHasher.ts"
import type { Credential } from "./CertificatePair.ts"
import { CertificateUse } from "./CertificateVerifier.ts"

/** Every secret that is typed: three of the card (CRT-03), two of the certificates (CRT-04). */
export const SecretName = Schema.Literals([
  "cardSignature",
  "cardAuthentication",
  "cardAttributes",
  "login",
  "signature"
])
export type SecretName = typeof SecretName.Type

/** Refused: the secret is not written as it has to be. It was not tried, so nothing counts (CRT-03, CRT-04). */
export class PinFormatInvalid extends Schema.TaggedError<PinFormatInvalid>()("PinFormatInvalid", {
  secret: SecretName
}) {}

/** Wrong: the PIN or password is another one. `left`: how many tries are left before it locks (CRT-06). */
export class PinMismatch extends Schema.TaggedError<PinMismatch>()("PinMismatch", {
  of: Schema.Literals(["card", "certificate"]),
  use: CertificateUse,
  left: Schema.Int
}) {}

const fourDigits = /^[0-9]{4}$/
const alphanumeric = /^[0-9A-Za-z]{6,16}$/

/** How each secret is written: exactly four digits, or 6 to 16 ASCII letters and digits. */
const written: Readonly<Record<SecretName, RegExp>> = {
  cardSignature: alphanumeric,
  cardAuthentication: fourDigits,
  cardAttributes: fourDigits,
  login: fourDigits,
  signature: alphanumeric
}

/** Refuses a secret that is not written as it has to be. */
export const wellFormed = (secret: SecretName, typed: string): Result.Result<void, PinFormatInvalid> =>
  written[secret].test(typed) ? Result.void : Result.fail(new PinFormatInvalid({ secret }))

/** What is kept of secrets with the command that set them. */
const Kept = Schema.fromJsonString(
  Schema.Struct({ login: Schema.optionalKey(KeyedHash), signature: Schema.optionalKey(Schema.String) })
)
const readKept = Schema.decodeUnknownResult(Kept)

interface Keeping {
  readonly secrets: Secrets["Service"]
  readonly hasher: PasswordHasher["Service"]
}

const pinHash = ({ secrets }: Keeping, person: KeyedHash, pin: string): KeyedHash =>
  secrets.keyedHash("pin", `${person}:${pin}`)

/** What is to be kept of a secret that its holder sets. */
export const keep = (
  keeping: Keeping,
  person: KeyedHash,
  use: CertificateUse,
  typed: string
): Effect.Effect<{ readonly login: KeyedHash } | { readonly signature: string }> =>
  use === "login"
    ? Effect.succeed({ login: pinHash(keeping, person, typed) })
    : Effect.map(keeping.hasher.hash(typed), (signature) => ({ signature }))

/** Whether what was typed is the secret of a credential; one whose hash was erased fits nothing. */
export const isRight = Effect.fnUntraced(function* (
  keeping: Keeping & { readonly store: Store["Service"] },
  person: KeyedHash,
  use: CertificateUse,
  { secretIn }: Pick<Credential, "secretIn">,
  typed: string
): Effect.fn.Return<boolean, StoreUnavailable> {
  const data = secretIn === undefined ? undefined : yield* keeping.store.personal(secretIn)
  const kept = Result.getOrUndefined(readKept(data))
  if (use === "login") {
    const { login } = kept ?? {}
    return login !== undefined && sameHash(login, pinHash(keeping, person, typed))
  }
  return yield* keeping.hasher.verify(typed, kept?.signature ?? "")
})
