/**
 * Changes: what a holder is like before each thing that is done to an account, and what is the same afterwards.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { AccountChanges } from "@kinchaku/domain/account/AccountChanges"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { claims } from "@kinchaku/domain/account/Claim"
import type { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { CommandId } from "@kinchaku/domain/engine/Command"
import { certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import type { RegisterCertificates } from "@kinchaku/domain/identity/Registering"
import { ConfirmOtp } from "@kinchaku/domain/otp/Confirming"
import { IssuePasswordOtp } from "@kinchaku/domain/otp/Issuing"
import type { OtpId } from "@kinchaku/domain/otp/Otp"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { Effect, Result } from "effect"
import { confirm } from "../../src/scenario/Proving.ts"
import { inWorld } from "../../src/scenario/World.ts"
import { accountAt, deskFor, holderAt, type Person } from "./AccountDesk.ts"
import type { Doing } from "./AccountOperations.ts"
import { balances } from "./AccountTrials.ts"
import { hashOf, nonceOf } from "./Accounts.ts"
import { commandId, type Desk, named, noon } from "./PaymentsDesk.ts"

/** The holder to whom a thing can be done. */
export const readyFor = (name: Doing): Person => {
  switch (name) {
    case "resume":
      return { state: "suspended" }
    case "restart":
      return { state: "stopped" }
    case "unlock":
      return { locked: "wrongCodes" }
    case "migrate":
      return { origin: "legacy" }
    default:
      return {}
  }
}

/** The n-th issue of both certificates to the holder, on one device after the other. */
export const registering = (n: number) => {
  const presented = (use: "signature" | "login", digit: string) => ({
    person: hashOf("person", 1),
    use,
    fingerprint: `${digit}${`${n}`.padStart(63, "0")}` as KeyedHash,
    validUntil: (noon + 86_400_000) as Instant,
    biometrics: false
  })
  return {
    signature: presented("signature", "5"),
    login: presented("login", "6"),
    issuance: {
      issuedAt: (noon + n) as Instant,
      consent: "given" as const,
      romanName: hashOf("kanaName", 9),
      attributeChanges: 0
    },
    evidence: {
      signature: { verdict: "verified" as const, challenge: nonceOf(200 + 2 * n) },
      login: { verdict: "verified" as const, challenge: nonceOf(201 + 2 * n) }
    }
  }
}

/** What stays when a device is changed: everything but whose attributes they are, and the session. */
const lasting = (desk: Desk) => {
  const { attributesIn: _, ...holder } = holderAt(desk)
  return JSON.stringify([accountAt(desk), holder, balances(desk), desk.recordsOf(bankLinks), desk.recordsOf(claims)])
}

/** Whether a holder has all that was there before, after so many changes of device, and only the latest certificates. */
export const keepsAll = (register: typeof RegisterCertificates, devices: number, person: Person): boolean => {
  const desk = deskFor(person)
  const before = lasting(desk)
  for (let n = 1; n <= devices; n++) desk.ask(register, registering(n))
  const [pair, ...others] = desk.recordsOf(certificatePairs)
  const isLatest = pair?.login.fingerprint === registering(devices).login.fingerprint && others.length === 0
  return lasting(desk) === before && isLatest
}

/** What somebody reads of an own account after changing nothing, the phone, the address or both. */
export const readProfile = (changes: ReadonlyArray<"phone" | "email">) =>
  inWorld({}, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "money")
      const codes = yield* OneTimePasswords
      const account = yield* AccountChanges
      const proved = Effect.fnUntraced(function* (purpose: "phoneChange" | "emailChange") {
        const intent = world.intent(holder)
        const { id } = yield* codes.issue({ account: holder.account, purpose }, intent)
        return yield* confirm(id, intent)
      })
      yield* Effect.forEach(changes, (of) =>
        Effect.gen(function* () {
          const intent = world.intent(holder)
          const otp = yield* proved(of === "phone" ? "phoneChange" : "emailChange")
          return of === "phone"
            ? yield* account.changePhone({ account: holder.account, phone: "080-2222-3333", otp }, intent)
            : yield* account.changeEmail({ account: holder.account, email: "New@Example.jp", otp }, intent)
        })
      )
      return { own: holder.account, ...(yield* (yield* Accounts).profile(holder.account)) }
    })
  )

export const nowhere = "0".repeat(26) as CommandId

/**
 * What a stranger is answered who asks for codes to set a password of an address, guesses them wrong, and sets one with the latest of
 * them, with the first one, or with one of another address; somebody has the address, or nobody.
 */
export const strangersSee = (
  set: typeof SetPassword,
  known: Person | undefined,
  typed: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const desk = deskFor({ ...known, codes: [] })
  const email = hashOf("email", known === undefined ? 40 : 1)
  const others = otpIdOf(999)
  let first = others
  let latest = others
  return typed.map((what, n) => {
    const at = (noon + n * 61_000) as Instant
    const nonce = nonceOf(700 + n)
    if (what === "ask") {
      const answer = desk.ask(IssuePasswordOtp, { email, nonce, code: hashOf("bankAccount", n) }, { at })
      if (Result.isSuccess(answer)) {
        latest = answer.success.id
        if (first === others) first = latest
      }
      return named(answer)
    }
    if (what === "guess") {
      const answer = desk.ask(ConfirmOtp, { otp: latest, code: hashOf("kanaName", 77) }, { at })
      return Result.isSuccess(answer) ? answer.success._tag : named(answer)
    }
    const otp = what === "set" ? latest : what === "setOther" ? first : others
    return named(desk.ask(set, { email, otp }, { at }))
  })
}

const otpIdOf = (n: number): OtpId => `otp_${commandId(n)}` as OtpId
