/**
 * What callers of `Certificates` hand in, read strictly. It holds secrets and personal data: it is never logged or recorded.
 */
import { Schema } from "effect"
import { AccountId, KeyedHash } from "../account/Account.ts"
import { validator } from "../engine/Command.ts"
import { CertificateUse, Presentation } from "./CertificateVerifier.ts"

const Secret = Schema.String.check(Schema.isMaxLength(64))
const SetAtIssue = Schema.Struct({ presentation: Presentation, secret: Secret, biometrics: Schema.Boolean })

/** Both certificates, each presented with a challenge of its own, with the secrets that the holder chose for them. */
export const Registration = Schema.Struct({ signature: SetAtIssue, login: SetAtIssue })
export type Registration = typeof Registration.Type

/** A certificate with the secret that opens it, and whether it was typed or released by biometrics. */
export const Entry = Schema.Struct({
  presentation: Presentation,
  secret: Secret,
  by: Schema.Literals(["typing", "biometrics"])
})
export type Entry = typeof Entry.Type

/** A certificate with a new secret, and the former one unless the issuer's procedure voided that. */
export const NewSecret = Schema.Struct({ ...SetAtIssue.fields, former: Schema.optionalKey(Secret) })
export type NewSecret = typeof NewSecret.Type

export const BiometricsSwitch = Schema.Struct({ presentation: Presentation, on: Schema.Boolean })
export type BiometricsSwitch = typeof BiometricsSwitch.Type

/** What the issuer reports of a completed procedure: whose certificate, and the procedure's number. */
export const IssuerProcedure = Schema.Struct({
  subject: Schema.String.check(Schema.isMaxLength(1000)),
  use: CertificateUse,
  procedure: Schema.String
})
export type IssuerProcedure = typeof IssuerProcedure.Type

/** Registered certificates, the account that an operator links them to, and the number of the case. */
export const OperatorLink = Schema.Struct({ person: KeyedHash, account: AccountId, reference: Schema.String })
export type OperatorLink = typeof OperatorLink.Type

export const validRegistration = validator(Registration)
export const validEntry = validator(Entry)
export const validNewSecret = validator(NewSecret)
export const validSwitch = validator(BiometricsSwitch)
export const validPresentation = validator(Presentation)
export const validProcedure = validator(IssuerProcedure)
export const validLink = validator(OperatorLink)
