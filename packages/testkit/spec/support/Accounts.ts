/**
 * Openings: what people ask for when they open an account, and what the books know of them before.
 */
import type { Account, AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import { type Claim, claimId, type ClaimOf, claims } from "@kinchaku/domain/account/Claim"
import type { OpenAccount } from "@kinchaku/domain/account/Opening"
import type { Command } from "@kinchaku/domain/engine/Command"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import type { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import * as fc from "fast-check"
import { type Asked, commandId, Desk, noon } from "./PaymentsDesk.ts"

/** The content of an opening. */
export type Opening = typeof OpenAccount extends Command<infer Content, infer _S, infer _R> ? Content : never
export type OpenCommand = typeof OpenAccount
type Value = "person" | "email" | "phone"

/** The keyed hash of the n-th person, address or number. */
export const hashOf = (of: Value | "kanaName" | "bankAccount", n: number): KeyedHash =>
  `${{ person: "a", email: "b", phone: "c", kanaName: "d", bankAccount: "e" }[of]}${n.toString(16).padStart(63, "0")}` as KeyedHash

const opening = (person: number, email: number, phone: number): Opening => ({
  person: hashOf("person", person),
  email: hashOf("email", email),
  phone: hashOf("phone", phone),
  kanaName: hashOf("kanaName", person),
  evidence: { certificate: "verified", email: true, phone: true }
})

/** An opening that nothing stands against. */
export const fresh: Opening = opening(1, 1, 1)

export const verdicts: ReadonlyArray<Verdict> = ["verified", "expired", "notYetValid", "untrusted", "challengeInvalid"]
export const verdict = (): fc.Arbitrary<Verdict> => fc.constantFrom(...verdicts)

/** Two to eight openings by people, addresses and numbers that are few, so that they often meet. */
export const openings = (): fc.Arbitrary<ReadonlyArray<Opening>> =>
  fc.array(
    fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map(([a, b, c]) => opening(a, b, c)),
    { minLength: 2, maxLength: 8 }
  )

/** Two to sixteen openings that have one value in common and nothing else. */
export const rivals = (of: Value): fc.Arbitrary<ReadonlyArray<Opening>> =>
  fc
    .integer({ min: 2, max: 16 })
    .map((many) => Array.from({ length: many }, (_, n) => ({ ...opening(n, n, n), [of]: hashOf(of, 99) })))

/** How many commands the engine commits at once: one, a few, all. */
export const batchMax = (): fc.Arbitrary<number> => fc.constantFrom(1, 2, 3, 256)

export const asking = (open: OpenCommand, all: ReadonlyArray<Opening>): ReadonlyArray<Asked> =>
  all.map((content) => ({ command: open, content }))

const someone: Account = {
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
export const deskWhere = (of: Value, state: Claim["state"] | "free", asked: Opening = fresh): Desk =>
  new Desk({ records: state === "free" ? [] : [takenBy(of, asked[of], state)] })

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
