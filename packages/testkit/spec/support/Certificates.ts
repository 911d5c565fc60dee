/**
 * The certificate office: pairs that are issued to people one after another, what is done with them, and what the books say then.
 */
import { type Account, accounts, type KeyedHash } from "@kinchaku/domain/account/Account"
import { claimId, claims } from "@kinchaku/domain/account/Claim"
import { holders } from "@kinchaku/domain/account/Holder"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { type Instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, Command, Envelope } from "@kinchaku/domain/engine/Command"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import {
  acceptLogin,
  type CertificatePair,
  certificatePairs,
  type Consent
} from "@kinchaku/domain/identity/CertificatePair"
import type { CertificateUse, Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import type { Presented } from "@kinchaku/domain/identity/Presented"
import { accountReached } from "@kinchaku/domain/identity/Reaching"
import { RegisterCertificates } from "@kinchaku/domain/identity/Registering"
import { LinkCertificate, RevokeCertificates } from "@kinchaku/domain/identity/Revoking"
import { EnterCredentialSecret } from "@kinchaku/domain/identity/SecretEntry"
import { SetCredentialSecret, SwitchBiometrics, UnlockCredential } from "@kinchaku/domain/identity/SecretSetting"
import { type Session, type SessionId, sessions } from "@kinchaku/domain/session/Session"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { Result } from "effect"
import * as fc from "fast-check"
import { hashOf } from "./Accounts.ts"
import { accountIdOf, accountOf, holderOf } from "./Payments.ts"
import { commandId, Desk, named, noon } from "./PaymentsDesk.ts"
import { deciding } from "./PaymentsMistakes.ts"

/** The commands about certificates. */
export const commands = {
  register: RegisterCertificates,
  enter: EnterCredentialSecret,
  set: SetCredentialSecret,
  switchTo: SwitchBiometrics,
  unlock: UnlockCredential,
  revoke: RevokeCertificates,
  link: LinkCertificate
}
export type Commands = typeof commands

/** The commands with one in the place of the real one. */
export const but = (wrong: Partial<Commands>): Commands => ({ ...commands, ...wrong })

type ContentOf<C> = C extends Command<infer Content, infer _S, infer _R> ? Content : never
export type Registering = ContentOf<Commands["register"]>

export const holderActor = "holder:someone" as Actor
export const operator = "operator:op-1" as Actor
export const uses = ["signature", "login"] as const
export const anyUse = (): fc.Arbitrary<CertificateUse> => fc.constantFrom(...uses)
export const otherUse = (use: CertificateUse): CertificateUse => (use === "login" ? "signature" : "login")
export const consents = ["given", "notGiven", "notRecorded"] as const
export const consent = (): fc.Arbitrary<Consent> => fc.constantFrom(...consents)

/** An issue of both certificates: the n-th of the authority. */
export interface Issue {
  readonly n: number
  /** As whom, and as whom before where that was another. */
  readonly person: number
  readonly former?: number
  readonly consent?: Consent
  /** How often the card's attributes have changed so far. */
  readonly changes?: number
  readonly romanName?: number
  readonly biometrics?: boolean
}

export const personOf = (n: number): KeyedHash => hashOf("person", n)
const hash = (prefix: string, n: number): KeyedHash => `${prefix}${n.toString(16).padStart(63, "0")}` as KeyedHash
export const fingerprintOf = (use: CertificateUse, n: number): KeyedHash => hash(use === "login" ? "1" : "2", n)
/** The n-th issue is made so many minutes after noon, and lasts a year. */
export const issuedAt = (n: number): Instant => later(noon, n * 60_000)
export const validUntil = later(noon, 365 * 86_400_000)

const session = (n: number): Session => ({
  id: accountIdOf(n),
  session: `ses_${commandId(n)}` as SessionId,
  nonce: "s".repeat(22) as Nonce,
  token: hash("3", n),
  via: "certificate",
  scope: "full",
  startedAt: noon,
  endsAt: validUntil
})

/** A person with an account, logged in. */
export const withAccount = (
  n: number,
  change: (account: Account) => Account = (account) => account
): ReadonlyArray<Put> => {
  const id = accountIdOf(n)
  const account = change({ ...accountOf(id, "money"), person: personOf(n) })
  const state = account._tag === "closed" ? ("released" as const) : ("held" as const)
  const claim = { id: claimId("person", personOf(n)), of: "person" as const, account: id, state }
  return [put(accounts, account), put(claims, claim), put(holders, holderOf(id)), put(sessions, session(n))]
}

/** `compat` with so many tries of each secret. */
export const policyOf = (pinTries = 3, passwordTries = 5): Policy => ({
  ...codeless,
  authentication: {
    ...codeless.authentication,
    certificate: { ...codeless.authentication.certificate, pinTries, passwordTries }
  }
})

export class Office {
  readonly desk: Desk
  readonly #commands: Commands
  #challenges = 0

  constructor(core: Commands, given: { readonly policy?: Policy; readonly records?: ReadonlyArray<Put> } = {}) {
    this.#commands = core
    this.desk = new Desk({ policy: policyOf(), ...given })
  }

  /** A challenge that nobody signed before. */
  readonly challenge = (): Nonce => `${(this.#challenges += 1)}`.padStart(22, "c") as Nonce

  /** A presentation of a certificate. */
  readonly presented = ({ n, person }: Issue, use: CertificateUse, verdict: Verdict = "verified"): Presented => ({
    person: personOf(person),
    use,
    fingerprint: fingerprintOf(use, n),
    certificate: { verdict, challenge: this.challenge() }
  })

  readonly registering = (issue: Issue): Registering => {
    const { biometrics = false, changes = 0, former, n, person, romanName = 0 } = issue
    const shown = (use: CertificateUse) => {
      const { certificate, ...presented } = this.presented(issue, use)
      return { presented: { ...presented, validUntil, biometrics }, certificate }
    }
    const [signature, login] = [shown("signature"), shown("login")]
    return {
      signature: signature.presented,
      login: login.presented,
      issuance: {
        issuedAt: issuedAt(n),
        consent: issue.consent ?? "given",
        romanName: hash("4", romanName),
        attributeChanges: changes,
        ...(former === undefined || former === person ? {} : { former: personOf(former) })
      },
      evidence: { signature: signature.certificate, login: login.certificate }
    }
  }

  readonly register = (issue: Issue) => this.desk.ask(this.#commands.register, this.registering(issue))

  /** Enters the secret that is set: "right", "wrong 2" (tries left), "locked", or the name of the refusal. */
  readonly enter = (
    issue: Issue,
    use: CertificateUse,
    isRight = true,
    { by = "typing" as "typing" | "biometrics", presented = this.presented(issue, use) } = {}
  ): string => {
    const evidence = { ...this.secretIn(issue.person, use), isRight }
    return told(this.desk.ask(this.#commands.enter, { presented, by, evidence }))
  }

  /** Sets a secret, with or without a former one, right or wrong. */
  readonly set = (issue: Issue, use: CertificateUse, former?: boolean, biometrics = false): string => {
    const evidence = former === undefined ? {} : { evidence: { ...this.secretIn(issue.person, use), isRight: former } }
    return told(this.desk.ask(this.#commands.set, { presented: this.presented(issue, use), biometrics, ...evidence }))
  }

  readonly switchTo = (issue: Issue, use: CertificateUse, on: boolean): string =>
    named(this.desk.ask(this.#commands.switchTo, { presented: this.presented(issue, use), on }))

  readonly unlock = (person: number, use: CertificateUse, actor = operator): string =>
    named(this.desk.ask(this.#commands.unlock, { person: personOf(person), use, procedure: "P-1" }, { actor }))

  readonly revoke = (issue: Issue, use: CertificateUse = "signature"): string =>
    named(this.desk.ask(this.#commands.revoke, { presented: this.presented(issue, use) }))

  readonly link = (person: number, account: number, actor = operator): string =>
    named(
      this.desk.ask(
        this.#commands.link,
        { person: personOf(person), account: accountIdOf(account), reference: "C-1" },
        { actor }
      )
    )

  readonly pair = (person: number): CertificatePair | undefined => this.desk.record(certificatePairs, personOf(person))

  readonly secretIn = (person: number, use: CertificateUse) => {
    const secretIn = this.pair(person)?.[use].secretIn
    return secretIn === undefined ? {} : { secretIn }
  }

  /** Whether an issue's login certificate lets in: "accepted", or the refusal. */
  readonly login = ({ n, person }: Issue, at: Instant = noon): string =>
    named(acceptLogin(this.pair(person), fingerprintOf("login", n), at))

  /** Which account a person's certificates reach, by its number. */
  readonly reached = (person: number): number | string => {
    const facts = { find: this.desk.record }
    const found = accountReached(facts, personOf(person))
    return Result.isSuccess(found) ? Number(found.success.slice(-3)) - 900 : found.failure._tag
  }

  /** How many pairs are in force. */
  readonly issued = (): number => this.desk.recordsOf(certificatePairs).filter(({ state }) => state === "issued").length
}

/** What came of it, in a word. */
export const told = (
  answer: Result.Result<{ readonly _tag: string; readonly left?: number }, { readonly _tag: string }>
): string => {
  if (Result.isFailure(answer)) return answer.failure._tag
  const { _tag, left } = answer.success
  return left === undefined ? _tag : `${_tag} ${left}`
}

/** It writes another pair than it should; it is told what it found before, too. */
export const miswriting = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (written: CertificatePair, before: CertificatePair | undefined, envelope: Envelope<Content>) => CertificatePair
): Command<Content, Success, Refusal> =>
  deciding(command, (decided, facts, envelope) =>
    Result.map(decided, (decision) => ({
      ...decision,
      puts: decision.puts.map((one) => {
        if (one.kind !== certificatePairs.name) return one
        const before = facts.peek(certificatePairs, one.id)
        return put(certificatePairs, other(one.record as CertificatePair, before, envelope))
      })
    }))
  )

/** It sees every pair otherwise. */
export const misreading = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (pair: CertificatePair) => CertificatePair
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) =>
    command.decide(
      {
        policy: facts.policy,
        held: facts.held,
        peek: facts.peek,
        find: (kind, id) => {
          const record = facts.find(kind, id)
          return (
            kind.name === certificatePairs.name && record !== undefined ? other(record as CertificatePair) : record
          ) as typeof record
        }
      },
      envelope
    )
})

/** It takes every actor for an operator. */
export const trustingAnybody = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) => command.decide(facts, { ...envelope, actor: operator })
})
