/**
 * Sieges: wrong codes at once, and strangers who try what they can.
 */
import { put } from "@kinchaku/domain/engine/Facts"
import { hashed, type Otp, type OtpId, otps } from "@kinchaku/domain/otp/Otp"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { compat } from "@kinchaku/domain/policy/Policy"
import type { Coding } from "./OtpCommands.ts"
import { after, CodeDesk, codePolicy, freely, holding, idOf, minute, phoneOf, strange } from "./OtpDesk.ts"
import { accountIdOf } from "./Payments.ts"
import { commandId, named, noon, race } from "./PaymentsDesk.ts"

// ── at once ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const secrets = TestSecrets.make()
const nonce = secrets.nonce()
const sentCode: Otp = {
  id: `otp_${commandId(500)}` as OtpId,
  subject: accountIdOf(0),
  account: accountIdOf(0),
  purpose: "suspend",
  channel: "sms",
  contact: phoneOf(0),
  contactIn: commandId(900),
  nonce,
  code: secrets.keyedHash("otp", hashed(nonce, secrets.code(nonce))),
  state: "open",
  issuedAt: noon,
  expiresAt: after(5 * minute),
  failures: 0,
  delivery: "sent"
}

/** So many wrong codes at once; how many were looked at, and how many failures were counted. */
export const burst = (confirm: Coding["confirm"], count: number, batchMax: number) =>
  Effect.map(
    race(
      { policy: compat, records: [...holding(0), put(otps, sentCode)] },
      Array.from({ length: count }, (_, n) => {
        const typed = `${(Number(secrets.code(nonce)) + 1 + n) % 1_000_000}`.padStart(6, "0")
        return {
          command: confirm,
          content: { otp: sentCode.id, code: secrets.keyedHash("otp", hashed(nonce, typed)) }
        }
      }),
      batchMax
    ),
    ({ answers, books }) => {
      const lockout = books.records.get("lockout")?.get(accountIdOf(0))
      return {
        looked: answers.filter(Result.isSuccess).length,
        refused: answers.filter((answer) => named(answer) === "AccountLocked").length,
        counted: lockout !== undefined && "failures" in lockout ? lockout.failures : 0
      }
    }
  )

// ── strangers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a stranger tries, so long after the attempt before. */
export interface Stranger {
  readonly with: "password" | "code"
  readonly after: number
}
export const strangers = (): fc.Arbitrary<ReadonlyArray<Stranger>> =>
  fc.array(
    fc.record({
      with: fc.constantFrom<Stranger["with"]>("password", "password", "code"),
      after: fc.constantFrom(0, 1, minute, 60 * minute - 1, 60 * minute)
    }),
    { minLength: 6, maxLength: 30 }
  )

/** What becomes of strangers who try passwords and codes, and of the holder who comes afterwards. */
export const besieging = (commands: Coding, all: ReadonlyArray<Stranger>) => {
  const policy = freely({ otp: { wrongPerYear: 8 }, lockout: { strangersApart: true } })
  const desk = new CodeDesk(commands, { policy })
  const looked: Array<number> = []
  let now = 0
  for (const one of all) {
    now += one.after
    const at = after(now)
    if (one.with === "code") desk.type(idOf(desk.forPassword(0, at)), "wrong", at)
    else if (desk.login("wrong", { device: strange, at }) !== "barred") looked.push(now)
  }
  const at = after(now)
  const code = desk.issue("suspend", { at })
  return {
    /** The most passwords that were looked at within an hour after the one before them. */
    mostInAnHour: Math.max(
      0,
      ...looked.map((from) => looked.filter((then) => then >= from && then < from + 60 * minute).length)
    ),
    wrongCodes: desk.lockout()?.wrongCodesAt.length ?? 0,
    isLocked: desk.account()?.lockedAt !== undefined,
    holder: [desk.login("right", { at }), Result.isSuccess(code) ? desk.type(code.success.id, "right", at) : "refused"]
  }
}

/** Strangers ask so many times for the code that sets a password, so long after one another; how many codes the holder gets then. */
export const leaving = (commands: Coding, gaps: ReadonlyArray<number>): number => {
  const desk = new CodeDesk(commands, { policy: codePolicy({ lockout: { strangersApart: true } }) })
  let now = 0
  for (const gap of gaps) desk.forPassword(0, after((now += gap)))
  const asked = [1, 2, 3].map((n) => desk.issue("suspend", { at: after(now + n * minute) }))
  return asked.filter(Result.isSuccess).length
}
