/**
 * Registration: what is found out before certificates are registered, and what is kept beside the books with it.
 */
import { Effect } from "effect"
import type { Intent } from "../account/Accounts.ts"
import { type KeyedHash } from "../account/Account.ts"
import { Secrets } from "../account/Secrets.ts"
import { Engine } from "../engine/Engine.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import { type Registration, validRegistration } from "./CertificateInput.ts"
import { CertificateVerifier } from "./CertificateVerifier.ts"
import { keep, wellFormed } from "./CredentialSecret.ts"
import { type Issuance, IssuanceRegister } from "./IssuanceRegister.ts"
import { type KeyedHashing, presentedOf } from "./Presenter.ts"
import { RegisterCertificates } from "./Registering.ts"

/** What the authority said, as the command may know it. */
const issuanceOf = (
  keyedHash: KeyedHashing,
  person: KeyedHash,
  { attributeChanges, consent, formerSubject, issuedAt, romanName }: Issuance
) => {
  const former = formerSubject === undefined ? undefined : keyedHash("person", formerSubject)
  // However it is spaced and written, it is the same name.
  const name = romanName
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^A-Z]/g, "")
  return {
    issuedAt,
    consent,
    attributeChanges,
    romanName: keyedHash("romanName", name),
    ...(former === undefined || former === person ? {} : { former })
  }
}

/** Registering: asks the authority whose issue it is, and keeps attributes and secrets beside the books. */
export const registering = Effect.gen(function* () {
  const engine = yield* Engine
  const verifier = yield* CertificateVerifier
  const issuances = yield* IssuanceRegister
  const secrets = yield* Secrets
  const hasher = yield* PasswordHasher
  const { keyedHash } = secrets

  return Effect.fn("Certificates.register")(function* (registration: Registration, intent: Intent) {
    const { login, signature } = yield* Effect.fromResult(validRegistration(registration))
    yield* Effect.fromResult(wellFormed("login", login.secret))
    yield* Effect.fromResult(wellFormed("signature", signature.secret))
    const found = {
      signature: yield* verifier.verify(signature.presentation),
      login: yield* verifier.verify(login.presentation)
    }
    // Whoever shows no good certificates is refused all the same: nobody is asked for strangers, and nothing costly is computed.
    const isGood = found.signature.verdict === "verified" && found.login.verdict === "verified"
    const said = isGood ? yield* issuances.issuanceOf(found.signature.fingerprint, found.login.fingerprint) : undefined
    const { certificate: signed, ...signaturePresented } = presentedOf(keyedHash, found.signature)
    const { certificate: loggedIn, ...loginPresented } = presentedOf(keyedHash, found.login)
    const { person } = signaturePresented
    const content = {
      signature: { ...signaturePresented, validUntil: found.signature.validUntil, biometrics: signature.biometrics },
      login: { ...loginPresented, validUntil: found.login.validUntil, biometrics: login.biometrics },
      ...(said === undefined ? {} : { issuance: issuanceOf(keyedHash, person, said) }),
      evidence: { signature: signed, login: loggedIn }
    }
    const personal = JSON.stringify({
      subject: found.signature.subject,
      ...found.signature.attributes,
      romanName: said?.romanName,
      ...(isGood ? yield* keep({ secrets, hasher }, person, "login", login.secret) : {}),
      ...(isGood ? yield* keep({ secrets, hasher }, person, "signature", signature.secret) : {})
    })
    return yield* engine.submit(RegisterCertificates, content, { ...intent, personal })
  })
})
