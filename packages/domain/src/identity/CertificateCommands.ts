/**
 * Every command about certificates, for the catalogue.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { RegisterCertificates } from "./Registering.ts"
import { LinkCertificate, RevokeCertificates } from "./Revoking.ts"
import { EnterCredentialSecret } from "./SecretEntry.ts"
import { SetCredentialSecret, SwitchBiometrics, UnlockCredential } from "./SecretSetting.ts"

export const certificateCommands: ReadonlyArray<AnyCommand> = [
  RegisterCertificates,
  EnterCredentialSecret,
  SetCredentialSecret,
  SwitchBiometrics,
  UnlockCredential,
  RevokeCertificates,
  LinkCertificate
]
