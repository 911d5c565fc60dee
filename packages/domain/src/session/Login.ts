/**
 * Logging in with the login certificate (CRT-01, CRT-10, SES-05).
 *
 * The certificate proves the person, so what stands in the way is named (SEC-01). A suspended account logs in on the web
 * alone, with its password (ACC-21).
 */
import { Result, Schema } from "effect"
import { type AccountActive, AccountId, type AccountNotFound, accounts, type KeyedHash } from "../account/Account.ts"
import { claimId, claimKey, claims } from "../account/Claim.ts"
import { Nonce } from "../account/Secrets.ts"
import { acting, type StandingRefusal } from "../account/Standing.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { acceptLogin, certificatePairs, type PairRefusal } from "../identity/CertificatePair.ts"
import { intentOf, Presented, presentedKeys } from "../identity/Presented.ts"
import { accept, type CertificateRefusal, CertificateUntrusted } from "../identity/Presenting.ts"
import { accountReached, type CertificateNotMatched } from "../identity/Reaching.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import type { Notice } from "../notice/Notice.ts"
import { knowing, lockoutKeys, lockoutOf, lockouts } from "../otp/Lockout.ts"
import { begun, FreshToken } from "./Beginning.ts"
import { type Session, SessionId, sessions } from "./Session.ts"

/** A login that succeeded. The bearer token is made from the nonce. */
export const LoggedIn = Schema.TaggedStruct("loggedIn", {
  account: AccountId,
  session: SessionId,
  nonce: Nonce,
  scope: Schema.Literals(["full", "resume"]),
  endsAt: Instant
})
export type LoggedIn = typeof LoggedIn.Type

/** The answer that a session's beginning gives. */
export const loggedIn = (account: AccountId, { endsAt, nonce, scope, session }: Session): LoggedIn => ({
  _tag: "loggedIn",
  account,
  session,
  nonce,
  scope,
  endsAt
})

/** Tells the holder of a login from a device that was not used before, where another one was (SEC-06). */
export const newDevice = (
  facts: Facts,
  account: AccountId,
  device: KeyedHash,
  { at, id }: Pick<Envelope<unknown>, "at" | "id">
): ReadonlyArray<Notice> => {
  const { devices } = lockoutOf(facts, account)
  return devices.length === 0 || devices.includes(device)
    ? []
    : [{ id: `${id}.1`, kind: "deviceChanged", to: "holder", account, subject: account, at }]
}

/** What a login from a device that is not known brings about: the first one of an account is new too (SEC-05). */
export const coolingOff = (facts: Facts, account: AccountId, device: KeyedHash, at: Instant): ReadonlyArray<Put> =>
  lockoutOf(facts, account).devices.includes(device) ? [] : CoolingOff.begun(facts, account, at)

const Content = Schema.Struct({ presented: Presented, ...FreshToken.fields })
type Content = typeof Content.Type

export type CertificateLoginRefusal =
  | CertificateRefusal
  | PairRefusal
  | CertificateNotMatched
  | AccountNotFound
  | StandingRefusal

/** The account that a person's certificate lets in, and the mark that its challenge is used. */
const admitted = (
  facts: Facts,
  { content: { presented }, ...moment }: Envelope<Content>
): Result.Result<{ readonly account: AccountActive; readonly used: Put }, CertificateLoginRefusal> =>
  Result.gen(function* () {
    const used = yield* accept(facts, presented.certificate, moment)
    // A signature certificate signs, and lets nobody in.
    if (presented.use !== "login") return yield* Result.fail(new CertificateUntrusted())
    const pair = facts.find(certificatePairs, presented.person)
    yield* acceptLogin(pair, presented.fingerprint, moment.at)
    const id = yield* accountReached(facts, presented.person)
    return { account: yield* acting(facts, id, moment.at), used }
  })

/** Logs in with the login certificate; its device is known from then on. Failures of password and codes are counted as before. */
export const LoginWithCertificate: Command<Content, LoggedIn, CertificateLoginRefusal> = {
  tag: "LoginWithCertificate",
  content: Content,
  success: LoggedIn,
  intent: ({ presented }) => intentOf(presented),
  reads: ({ content: { presented } }) => [...presentedKeys(presented), claimKey("person", presented.person)],
  readsMore: (found, { content: { presented } }) => {
    const account = found.peek(claims, claimId("person", presented.person))?.account
    return account === undefined
      ? []
      : [key(accounts, account), ...lockoutKeys(account), CoolingOff.coolingOffKey(account)]
  },
  decide: (facts, envelope) =>
    Result.map(admitted(facts, envelope), ({ account: { id }, used }) => {
      // The certificate is on one device and leaves it for none (CRT-11): it stands for the device.
      const device = envelope.content.presented.fingerprint
      const session = begun(
        facts.policy.authentication,
        envelope.content,
        { id, via: "certificate", scope: "full" },
        envelope
      )
      return Decision.make({
        result: loggedIn(id, session),
        puts: [
          put(sessions, session),
          put(lockouts, knowing(lockoutOf(facts, id), device)),
          ...coolingOff(facts, id, device, envelope.at),
          used
        ],
        notices: newDevice(facts, id, device, envelope)
      })
    })
}
