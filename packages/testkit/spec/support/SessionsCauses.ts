/**
 * What ends a session: each thing that happens to an account or its certificates, as one command at a desk with a holder who is
 * logged in.
 */
import { CloseAccount } from "@kinchaku/domain/account/Closing"
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { StopAccount } from "@kinchaku/domain/account/Stopping"
import { SuspendAccount } from "@kinchaku/domain/account/Suspension"
import type { Actor, AnyCommand } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import { type CertificatePair, certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import { RevokeCertificates } from "@kinchaku/domain/identity/Revoking"
import { type Lockout, lockouts } from "@kinchaku/domain/otp/Lockout"
import { EndSession } from "@kinchaku/domain/session/Ending"
import { LoginWithPassword } from "@kinchaku/domain/session/PasswordLogin"
import { sessions } from "@kinchaku/domain/session/Session"
import { deskFor, operator, otpId, passwordIn, session } from "./AccountDesk.ts"
import { hashOf, nonceOf } from "./Accounts.ts"
import { me } from "./Payments.ts"
import { commandId, named } from "./PaymentsDesk.ts"
import { validUntil } from "./Sessions.ts"

const proof = { email: hashOf("email", 1), compared: passwordIn, isRight: true }
const attempt = {
  email: hashOf("email", 1),
  device: hashOf("kanaName", 9),
  newDevice: hashOf("kanaName", 9),
  nonce: nonceOf(50),
  token: hashOf("phone", 50)
}
const fingerprint = hashOf("bankAccount", 77)

interface Cause {
  readonly command: AnyCommand
  readonly content: unknown
  readonly actor?: Actor
}

/** Everything that ends a session, each as it happens once. */
export const causes = {
  locked: {
    command: LoginWithPassword,
    content: { ...attempt, evidence: { compared: passwordIn, isRight: false } }
  },
  suspended: { command: SuspendAccount, content: { account: me, proof, otp: otpId("suspend") } },
  stopped: {
    command: StopAccount,
    content: { account: me, reason: "suspectedFraud", reference: "case-1" },
    actor: operator
  },
  closed: { command: CloseAccount, content: { account: me } },
  certificateRevoked: {
    command: RevokeCertificates,
    content: {
      presented: {
        person: hashOf("person", 1),
        use: "signature",
        fingerprint,
        certificate: { verdict: "verified", challenge: nonceOf(51) }
      }
    }
  },
  passwordChanged: { command: SetPassword, content: { email: hashOf("email", 1), otp: otpId("passwordSet") } },
  logout: { command: EndSession, content: { of: me, session: session.session } },
  newLogin: { command: LoginWithPassword, content: { ...attempt, evidence: { compared: passwordIn, isRight: true } } }
} as const satisfies Readonly<Record<string, Cause>>
export type CauseName = keyof typeof causes
export const causeNames = Object.keys(causes) as ReadonlyArray<CauseName>

const credential = { fingerprint, validUntil, failures: 0, biometrics: "off" as const }
const pair: CertificatePair = {
  id: hashOf("person", 1),
  state: "issued",
  signature: credential,
  login: credential,
  consent: "given",
  romanName: hashOf("kanaName", 1),
  attributeChanges: 0,
  issuedAt: session.startedAt,
  registeredIn: commandId(701)
}
/** One failure short of the lock. */
const lockout: Lockout = { id: me, failures: 4, wrongCodesAt: [], devices: [], strangerFailures: 0 }

/** What a session comes to when something happens, by the command that is given for it. */
export const happening = (name: CauseName, command: AnyCommand = causes[name].command): string => {
  const desk = deskFor({ more: [put(certificatePairs, pair), put(lockouts, lockout)] })
  const { actor, content }: Cause = causes[name]
  const answer = named(desk.ask(command, content, actor === undefined ? {} : { actor }))
  if (answer !== "accepted") return answer
  const after = desk.record(sessions, me)
  if (after?.token !== session.token) return "newLogin"
  return after.endedBy ?? "goes on"
}
