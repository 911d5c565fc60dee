/**
 * Sendings of codes, and strangers who ask for them: what goes out, and what is said to whoever proved nothing.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { CommandId } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Otp, type OtpId, type OtpSeen } from "@kinchaku/domain/otp/Otp"
import type { OtpIssued, OtpSendLimited } from "@kinchaku/domain/otp/Sending"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { Result } from "effect"
import * as fc from "fast-check"
import type { Coding } from "./OtpCommands.ts"
import { after, CodeDesk, codePolicy, holding, minute, second } from "./OtpDesk.ts"
import { accountIdOf, accountOf } from "./Payments.ts"
import { noon } from "./PaymentsDesk.ts"

/** Who asks for a message: to the first holder's phone, or for the first holder to a new one. */
export const senders = ["own", "own new number", "another's new number", "opening", "password"] as const
export type Sender = (typeof senders)[number]

/** One asking: who asks, and when, measured from the last message or from the fifth last. */
export interface Asking {
  readonly who: Sender
  readonly from: "last" | "fifth"
  readonly millis: number
}

export const askings = (who: ReadonlyArray<Sender> = senders): fc.Arbitrary<ReadonlyArray<Asking>> =>
  fc.array(
    fc.record({
      who: fc.constantFrom(...who),
      from: fc.constantFrom("last" as const, "last" as const, "fifth" as const),
      millis: fc.constantFrom(-1, 0, 0, 1)
    }),
    { minLength: 3, maxLength: 14 }
  )

/** The subjects that a message counts for. */
const subjects: Readonly<Record<Sender, ReadonlyArray<string>>> = {
  own: ["phone", "account 0"],
  "own new number": ["new phone", "account 0"],
  "another's new number": ["phone", "account 1"],
  opening: ["phone"],
  password: ["phone", "account 0", "address"]
}

const spacing = 60 * second
const hourMillis = 60 * minute

/** Whether one more message may be sent at a time: a minute after the last, and fewer than five in the hour before. */
const mayBeSent = (sent: ReadonlyArray<number>, at: number): boolean =>
  sent.every((then) => at - then >= spacing) && sent.filter((then) => at - then < hourMillis).length < 5

/** Asks as somebody asks. */
const ask = (desk: CodeDesk, who: Sender, at: Instant) => {
  switch (who) {
    case "own":
      return desk.issue("suspend", { at })
    case "own new number":
      return desk.issue("newPhone", { newPhone: 5, at })
    case "another's new number":
      return desk.issue("newPhone", { of: 1, newPhone: 0, at })
    case "opening":
      return desk.prove("phone", 0, at)
    case "password":
      return desk.forPassword(0, at)
  }
}

/** Whether a refusal names the first moment at which the message may be sent. */
const isFirst = (sent: ReadonlyArray<ReadonlyArray<number>>, from: number): boolean =>
  sent.every((one) => mayBeSent(one, from)) && !sent.every((one) => mayBeSent(one, from - 1))

/** What was sent of all that was asked for, beside what should have been. */
export const sending = (commands: Coding, all: ReadonlyArray<Asking>) => {
  const desk = new CodeDesk(commands, { policy: compat })
  const sent = new Map<string, Array<number>>()
  const sentTo = (subject: string) => sent.get(subject) ?? []
  const latest: Array<number> = []
  let now = 0
  return all.map(({ from, millis, who }) => {
    const base = from === "last" ? (latest.at(-1) ?? -spacing) + spacing : (latest.at(-5) ?? -hourMillis) + hourMillis
    now = Math.max(now, base + millis)
    const waiting = desk.desk.books.waiting.size
    const answer: Result.Result<OtpIssued, unknown> = ask(desk, who, after(now))
    const isSent = desk.desk.books.waiting.size > waiting
    const before = subjects[who].map(sentTo)
    const may = before.every((one) => mayBeSent(one, now))
    const isNamed = Result.isSuccess(answer) || isFirst(before, (answer.failure as OtpSendLimited).from - noon)
    if (isSent) latest.push(now)
    if (isSent) for (const subject of subjects[who]) sent.set(subject, [...sentTo(subject), now])
    return { who, isAnswered: Result.isSuccess(answer), isNamed, isSent, may }
  })
}

// ── one story, by mail and by SMS ────────────────────────────────────────────────────────────────────────────────────

/** A step of somebody who proves a contact, so long after the one before. */
export interface Step {
  readonly what: "ask" | "right" | "wrong" | "use"
  /** Whether it is about the code before the last one. */
  readonly isOlder: boolean
  readonly after: number
}
export const steps = (): fc.Arbitrary<ReadonlyArray<Step>> =>
  fc
    .array(
      fc.record({
        what: fc.constantFrom<Step["what"]>("ask", "right", "wrong", "use"),
        isOlder: fc.boolean(),
        after: fc.constantFrom(0, 1, 59_999, 60_000, 5 * minute, 5 * minute + 1)
      }),
      { minLength: 2, maxLength: 14 }
    )
    .map((all) => [{ what: "ask", isOlder: false, after: 0 }, ...all])

/** What comes of each step. */
export const proving = (commands: Coding, of: "phone" | "email", all: ReadonlyArray<Step>): ReadonlyArray<string> => {
  const desk = new CodeDesk(commands, { policy: compat })
  const codes: Array<OtpId> = []
  let now = 0
  return all.map(({ after: millis, isOlder, what }) => {
    now += millis
    const otp = codes.at(isOlder ? -2 : -1)
    if (what === "ask" || otp === undefined) {
      const answer = desk.prove(of, 7, after(now))
      if (Result.isSuccess(answer)) codes.push(answer.success.id)
      return Result.isSuccess(answer) ? "sent" : "OtpSendLimited"
    }
    return what === "use" ? desk.use(otp, after(now)) : desk.type(otp, what, after(now))
  })
}

// ── strangers ────────────────────────────────────────────────────────────────────────────────────────────────────────

const mine = accountOf(accountIdOf(0), "money")
/** Accounts in every state that somebody else's address may be that of. */
export const states: Readonly<Record<string, Account>> = {
  active: mine,
  suspended: { ...mine, _tag: "suspended", suspendedAt: noon },
  stopped: { ...mine, _tag: "stopped", stoppedAt: noon, reason: "suspectedFraud" },
  closed: { ...mine, _tag: "closed", closedAt: noon },
  "locked after failures": { ...mine, lockedAt: noon, lockCause: "failures" },
  "locked after wrong codes": { ...mine, lockedAt: noon, lockCause: "wrongCodes" }
}

/** What a stranger does with an address: asks for a code, or types a wrong one; or the holder asks for a code at that time. */
export interface Strange {
  readonly what: "ask" | "wrong" | "holder asks"
  readonly after: number
}
export const strangeSteps = (): fc.Arbitrary<ReadonlyArray<Strange>> =>
  fc.array(
    fc.record({
      what: fc.constantFrom<Strange["what"]>("ask", "ask", "wrong", "wrong", "wrong", "holder asks"),
      after: fc.constantFrom(0, 1, 30_000, 59_999, 60_000, 60 * minute)
    }),
    { minLength: 3, maxLength: 16 }
  )

/** Whose address a stranger has: that of an account in some state, or nobody's. */
export const nobody = 50

/** What is said to strangers of a code. */
export type Seeing = (otp: Otp) => OtpSeen

/** What a stranger sees of each step with somebody's address or with nobody's. */
export const strangerSees = (
  { commands, seen }: { readonly commands: Coding; readonly seen: Seeing },
  whose: "somebody's" | "nobody's",
  {
    policy,
    state,
    steps: all
  }: { readonly policy: Policy; readonly state: Account; readonly steps: ReadonlyArray<Strange> }
): ReadonlyArray<unknown> => {
  const desk = new CodeDesk(commands, { policy, records: [...holding(0), put(accounts, state)] })
  const address = whose === "nobody's" ? nobody : 0
  let now = 0
  let code: OtpId | undefined
  return all.map(({ after: millis, what }) => {
    now += millis
    const at = after(now)
    if (what === "holder asks") return void desk.issue("suspend", { at })
    if (what === "ask" || code === undefined) {
      const answer = desk.forPassword(address, at)
      if (Result.isFailure(answer)) return answer.failure
      code = answer.success.id
    } else {
      const said = desk.type(code, "wrong", at)
      if (said !== "mismatch") return said
    }
    const otp = desk.otp(code)
    if (otp === undefined) return "none"
    // A message goes out after a while, where there is one.
    const isWaiting = desk.desk.books.waiting.has(requestId(otp.id.slice("otp_".length) as CommandId))
    const { id: _, ...visible } = seen(isWaiting ? { ...otp, delivery: "sent" } : otp)
    return visible
  })
}

/** Policies under which strangers try: the preset, and one that looks at few wrong codes in a year. */
export const strangePolicies: ReadonlyArray<Policy> = [
  compat,
  codePolicy({ otp: { wrongPerYear: 3 } }),
  codePolicy({ otp: { wrongPerYear: 3 }, lockout: { strangersApart: true } })
]
