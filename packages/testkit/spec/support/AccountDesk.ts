/**
 * Account desks: one holder with everything that an account can have, in the state that a rule says, and the codes that it holds ready.
 */
import {
  type Account,
  type AccountActive,
  type AccountId,
  type AccountKind,
  accounts,
  type KeyedHash
} from "@kinchaku/domain/account/Account"
import { type Claim, claimId, type ClaimOf, claims } from "@kinchaku/domain/account/Claim"
import { type Holder, holders } from "@kinchaku/domain/account/Holder"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import type { Actor, AnyCommand, CommandId } from "@kinchaku/domain/engine/Command"
import { type BankLink, type BankLinkId, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { billers } from "@kinchaku/domain/bill/Biller"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { cash, money } from "@kinchaku/domain/ledger/AccountCode"
import { type Otp, type OtpId, type OtpPurpose, otps } from "@kinchaku/domain/otp/Otp"
import { type Session, type SessionId, sessions } from "@kinchaku/domain/session/Session"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import * as fc from "fast-check"
import { hashOf, nonceOf } from "./Accounts.ts"
import { me, policyWith, waterworks } from "./Payments.ts"
import { type Asked, commandId, Desk, type Given, noon, prepare } from "./PaymentsDesk.ts"
import { anyTime, bank, noLimits } from "./PaymentsTopUps.ts"

export const operator = "operator:op-1" as Actor
/** The command that set the holder's password. */
export const passwordIn: CommandId = commandId(700)

export type State = Account["_tag"]
export const states: ReadonlyArray<State> = ["active", "suspended", "stopped", "closed"]

/** What a rule says of the holder; where it says nothing, an ordinary holder of a money account. */
export interface Person {
  readonly state?: State
  readonly kind?: AccountKind
  readonly origin?: Account["origin"]
  readonly locked?: NonNullable<Account["lockCause"]> | undefined
  readonly hasPassword?: boolean
  readonly links?: ReadonlyArray<BankLink["_tag"]>
  readonly confirmedAt?: Instant
  readonly cashExpiresAt?: Instant
  readonly cash?: number
  readonly money?: number
  readonly policy?: Policy
  /** Codes of the account: for what, and in which state. */
  readonly codes?: ReadonlyArray<Put>
  readonly more?: ReadonlyArray<Put>
}

/** An account in a state; what an active one is stays what it is. */
export const inState = (account: AccountActive, state: State): Account => {
  switch (state) {
    case "active":
      return account
    case "suspended":
      return { ...account, _tag: state, suspendedAt: noon }
    case "stopped":
      return { ...account, _tag: state, stoppedAt: noon, reason: "suspectedFraud" }
    case "closed":
      return { ...account, _tag: state, closedAt: noon }
  }
}

export const accountWith = (person: Person = {}, id: AccountId = me): Account => {
  const active: AccountActive = {
    _tag: "active",
    id,
    kind: person.kind ?? "money",
    origin: person.origin ?? "certificate",
    person: hashOf("person", 1),
    kanaName: hashOf("kanaName", 1),
    openedAt: noon,
    confirmedAt: person.confirmedAt ?? noon,
    ...(person.locked === undefined ? {} : { lockedAt: noon, lockCause: person.locked }),
    ...(person.cashExpiresAt === undefined ? {} : { cashExpiresAt: person.cashExpiresAt })
  }
  return inState(active, person.state ?? "active")
}

/** The n-th link of the holder, in a state. */
export const linkOf = (state: BankLink["_tag"], n = 0): BankLink => {
  const made = commandId(600 + n)
  const common = {
    id: `link_${made}` as BankLinkId,
    account: me,
    bank,
    bankAccount: hashOf("bankAccount", n),
    request: requestId(made),
    askedAt: noon
  }
  switch (state) {
    case "provisional":
    case "inProcedure":
      return { _tag: state, ...common }
    case "registered":
      return { _tag: state, ...common, settledAt: noon }
    case "removed":
      return { _tag: state, ...common, settledAt: noon, removedAt: noon }
    case "rejected":
      return { _tag: state, ...common, settledAt: noon, reason: "refusedByBank" }
  }
}

const holderWith = ({ hasPassword = true, links = [] }: Person): Holder => ({
  id: me,
  email: hashOf("email", 1),
  phone: hashOf("phone", 1),
  emailIn: commandId(701),
  phoneIn: commandId(702),
  attributesIn: commandId(703),
  language: "ja",
  ...(hasPassword ? { password: passwordIn } : {}),
  bankLinks: links.map((state, n) => linkOf(state, n).id)
})

/** A claim of the holder, or of somebody. */
export const claimOf = (of: ClaimOf, value: KeyedHash, state: Claim["state"] = "held", account = me): Put =>
  put(claims, { id: claimId(of, value), of, account, state })

const claimsOf = ({ links = [], origin = "certificate", state = "active" }: Person): ReadonlyArray<Put> => {
  const held = origin === "legacy" ? ("legacy" as const) : ("held" as const)
  const isClosed = state === "closed"
  return [
    claimOf("person", hashOf("person", 1), isClosed ? "released" : held),
    claimOf("email", hashOf("email", 1), isClosed ? "retired" : held),
    claimOf("phone", hashOf("phone", 1), isClosed ? "released" : held),
    ...links.flatMap((link, n) => (link === "registered" ? [claimOf("bankAccount", hashOf("bankAccount", n))] : []))
  ]
}

/** The holder's session, which goes on. */
export const session: Session = {
  id: me,
  session: `ses_${commandId(704)}` as SessionId,
  nonce: nonceOf(704),
  token: "9".repeat(64) as KeyedHash,
  via: "certificate",
  scope: "full",
  startedAt: noon,
  endsAt: (noon + 36_000_000) as Instant
}

/** The id of the code for a purpose. */
export const otpId = (purpose: OtpPurpose): OtpId =>
  `otp_${commandId(750 + ["migration", "phoneChange", "newPhone", "emailChange", "passwordSet", "suspend", "resume", "topUp", "payment"].indexOf(purpose))}` as OtpId

/** A code that the holder has confirmed, in whatever way a rule wants it otherwise. */
export const codeFor = (purpose: OtpPurpose, more: Partial<Otp> = {}): Put =>
  put<Otp>(otps, {
    id: otpId(purpose),
    subject: me,
    account: me,
    purpose,
    channel: "sms",
    contact: purpose === "newPhone" ? hashOf("phone", 2) : hashOf("phone", 1),
    contactIn: commandId(702),
    nonce: nonceOf(1) as Nonce,
    code: "8".repeat(64) as KeyedHash,
    state: "confirmed",
    issuedAt: noon,
    expiresAt: noon,
    confirmedAt: noon,
    failures: 0,
    delivery: "sent",
    ...more
  })

/** Every code that changes of an account ask for. */
export const allCodes: ReadonlyArray<Put> = (
  ["migration", "phoneChange", "newPhone", "emailChange", "passwordSet", "suspend", "resume"] as const
).map((purpose) => codeFor(purpose))

/** `compat` without limits in the way, at a bank that serves at any time. */
export const openPolicy = (more: Partial<Policy> = {}): Policy =>
  policyWith(0, { limits: noLimits, banks: { [bank]: anyTime }, ...more })

/** The records of the holder. */
export const recordsOf = (person: Person = {}): ReadonlyArray<Put> => [
  put(accounts, accountWith(person)),
  put(holders, holderWith(person)),
  put(sessions, session),
  put(billers, waterworks),
  ...claimsOf(person),
  ...(person.links ?? []).map((state, n) => put<BankLink>(bankLinks, linkOf(state, n))),
  ...(person.codes ?? allCodes),
  ...(person.more ?? [])
]

/** What stands in the books of that holder. */
export const givenFor = (person: Person = {}): Given => ({
  policy: person.policy ?? openPolicy(),
  records: recordsOf(person),
  held: [
    { account: cash(me), yen: person.cash ?? 0 },
    { account: money(me), yen: person.money ?? 0 }
  ]
})

/** A desk with that holder. */
export const deskFor = (person: Person = {}): Desk => new Desk(givenFor(person))

/** Puts records in place at a desk where things have happened already, under its policy. */
export const change = (desk: Desk, policy: Policy, ...records: ReadonlyArray<Put>): void =>
  void desk.ask(prepare, { policy, records })

/** The account of a desk, and how its holder is reached. */
export const accountAt = (desk: Desk): Account => desk.record(accounts, me) ?? fail("account")
export const holderAt = (desk: Desk): Holder => desk.record(holders, me) ?? fail("holder")
const fail = (what: string): never => {
  throw new Error(`the desk has no ${what}`)
}

/** The state of a claim, or none. */
export const claimed = (desk: Desk, of: ClaimOf, value: KeyedHash): string | undefined =>
  desk.record(claims, claimId(of, value))?.state

/** One thing as it is asked of a command, in whatever way a mistake has it. */
export const asking = (command: AnyCommand, content: unknown, actor?: Actor): Asked =>
  actor === undefined ? { command, content } : { command, content, actor }

export const anyState = (): fc.Arbitrary<State> => fc.constantFrom(...states)
export const anyLock = (): fc.Arbitrary<Account["lockCause"]> =>
  fc.constantFrom(undefined, undefined, "failures" as const, "wrongCodes" as const)
