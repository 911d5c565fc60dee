/**
 * Openings: what people ask for when they open an account, and what the books know of them before.
 */
import type { Account, AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import { type Claim, claimId, type ClaimOf, claims } from "@kinchaku/domain/account/Claim"
import type { OpenAccount } from "@kinchaku/domain/account/Opening"
import type { Command } from "@kinchaku/domain/engine/Command"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import { contactSubject, type Otp, type OtpId, otps } from "@kinchaku/domain/otp/Otp"
import * as fc from "fast-check"
import { type Asked, commandId, Desk, type Given, noon } from "./PaymentsDesk.ts"

/** The content of an opening. */
export type Opening = typeof OpenAccount extends Command<infer Content, infer _S, infer _R> ? Content : never
export type OpenCommand = typeof OpenAccount
type Value = "person" | "email" | "phone"

/** The keyed hash of the n-th person, address or number. */
export const hashOf = (of: Value | "kanaName" | "bankAccount", n: number): KeyedHash =>
  `${{ person: "a", email: "b", phone: "c", kanaName: "d", bankAccount: "e" }[of]}${n.toString(16).padStart(63, "0")}` as KeyedHash

const otpIdOf = (n: number): OtpId => `otp_${commandId(1_000_000 + n)}` as OtpId
/** The n-th challenge that somebody signed. */
export const nonceOf = (n: number): Nonce => `${n}`.padStart(22, "c") as Nonce

const opening = (person: number, email: number, phone: number): Opening => ({
  person: hashOf("person", person),
  email: hashOf("email", email),
  phone: hashOf("phone", phone),
  kanaName: hashOf("kanaName", person),
  language: "ja",
  emailOtp: otpIdOf(0),
  phoneOtp: otpIdOf(1),
  evidence: { verdict: "verified", challenge: nonceOf(0) }
})

/** The n-th opening of several: codes and challenge of its own. */
const numbered = (asked: Opening, n: number): Opening => ({
  ...asked,
  emailOtp: otpIdOf(2 * n),
  phoneOtp: otpIdOf(2 * n + 1),
  evidence: { ...asked.evidence, challenge: nonceOf(n) }
})

/** An opening that nothing stands against. */
export const fresh: Opening = opening(1, 1, 1)

/** A code that proves a contact, confirmed. */
const proof = (id: OtpId, of: "email" | "phone", contact: KeyedHash): Otp => ({
  id,
  subject: contactSubject(of, contact),
  purpose: of === "email" ? "openingEmail" : "openingPhone",
  channel: of === "email" ? "mail" : "sms",
  contact,
  contactIn: commandId(0),
  nonce: nonceOf(0),
  code: contact,
  state: "confirmed",
  issuedAt: noon,
  expiresAt: noon,
  confirmedAt: noon,
  failures: 0,
  delivery: "sent"
})

/** The confirmed codes that openings name, one of them left open where it is said. */
export const proofs = (all: ReadonlyArray<Opening>, unproved?: "email" | "phone"): ReadonlyArray<Put> =>
  all.flatMap(({ email, emailOtp, phone, phoneOtp }) =>
    [proof(emailOtp, "email", email), proof(phoneOtp, "phone", phone)].map((otp) =>
      put<Otp>(
        otps,
        unproved !== undefined && otp.contact === { email, phone }[unproved] ? { ...otp, state: "open" } : otp
      )
    )
  )

/** A desk where some openings have proved their contacts. */
export const openingDesk = (all: ReadonlyArray<Opening> = [fresh], given: Given = {}): Desk =>
  new Desk({ ...given, records: [...proofs(all), ...(given.records ?? [])] })

export const verdicts: ReadonlyArray<Verdict> = Verdict.literals
export const verdict = (): fc.Arbitrary<Verdict> => fc.constantFrom(...verdicts)

/** Two to eight openings by people, addresses and numbers that are few, so that they often meet. */
export const openings = (): fc.Arbitrary<ReadonlyArray<Opening>> =>
  fc
    .array(
      fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map(([a, b, c]) => opening(a, b, c)),
      { minLength: 2, maxLength: 8 }
    )
    .map((all) => all.map(numbered))

/** Two to sixteen openings that have one value in common and nothing else. */
export const rivals = (of: Value): fc.Arbitrary<ReadonlyArray<Opening>> =>
  fc
    .integer({ min: 2, max: 16 })
    .map((many) => Array.from({ length: many }, (_, n) => numbered({ ...opening(n, n, n), [of]: hashOf(of, 99) }, n)))

/** How many commands the engine commits at once: one, a few, all. */
export const batchMax = (): fc.Arbitrary<number> => fc.constantFrom(1, 2, 3, 256)

export const asking = (open: OpenCommand, all: ReadonlyArray<Opening>): ReadonlyArray<Asked> =>
  all.map((content) => ({ command: open, content }))

/** Where openings race: all have proved their contacts. */
export const racing = (all: ReadonlyArray<Opening>): Given => ({ records: proofs(all) })

const someone: Account = {
  _tag: "active",
  origin: "certificate",
  confirmedAt: noon,
  id: `acct_${commandId(900)}` as AccountId,
  kind: "cash",
  person: hashOf("person", 900),
  kanaName: hashOf("kanaName", 900),
  openedAt: noon
}

/** Someone else has the value: an open account, a legacy one, or one that was closed. */
export const takenBy = (of: ClaimOf, value: KeyedHash, state: Claim["state"]): Put =>
  put(claims, { id: claimId(of, value), of, account: someone.id, state })

/** A desk at which a value of an opening is free or taken. */
export const deskWhere = (of: Value, state: Claim["state"] | "free", unproved?: "email" | "phone"): Desk =>
  new Desk({ records: [...proofs([fresh], unproved), ...(state === "free" ? [] : [takenBy(of, fresh[of], state)])] })

/** Of each value that accounts have, how many accounts have it: the largest number. */
export const mostSharing = (all: ReadonlyArray<Opening>, opened: ReadonlyArray<boolean>, of: Value): number => {
  const having = all.filter((_, n) => opened[n] === true).map((content) => content[of])
  return Math.max(0, ...having.map((value) => having.filter((other) => other === value).length))
}

/** An address in its plain form and as somebody types it. */
export const typedEmail = (): fc.Arbitrary<{ readonly plain: string; readonly typed: string }> =>
  fc
    .tuple(fc.stringMatching(/^[a-z0-9]{1,12}$/), fc.constantFrom("example.jp", "mail.example.com"), fc.nat(2))
    .map(([local, domain, way]) => {
      const typed = [`${local}@${domain}`, `${local.toUpperCase()}@${domain}`, `${local}@${domain.toUpperCase()}`]
      return { plain: `${local}@${domain}`, typed: typed[way] ?? "" }
    })

const fullWidth = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))

/** A mobile number in its national form and as somebody types it. */
export const typedPhone = (): fc.Arbitrary<{ readonly plain: string; readonly typed: string }> =>
  fc
    .tuple(fc.constantFrom("060", "070", "080", "090"), fc.integer({ min: 0, max: 99_999_999 }), fc.nat(4))
    .map(([prefix, n, way]) => {
      const rest = `${n}`.padStart(8, "0")
      const hyphens = `${prefix}-${rest.slice(0, 4)}-${rest.slice(4)}`
      const typed = [prefix + rest, hyphens, `+81 ${hyphens.slice(1)}`, fullWidth(hyphens), `(${prefix})${rest}`]
      return { plain: prefix + rest, typed: typed[way] ?? "" }
    })
