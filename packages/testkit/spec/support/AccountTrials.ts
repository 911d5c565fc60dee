/**
 * Trials: what a rule about the states of an account looks at, before and after.
 */
import type { Command } from "@kinchaku/domain/engine/Command"
import type { Put } from "@kinchaku/domain/engine/Facts"
import { cash, money } from "@kinchaku/domain/ledger/AccountCode"
import { lockouts } from "@kinchaku/domain/otp/Lockout"
import { type Otp, type OtpPurpose } from "@kinchaku/domain/otp/Otp"
import { sessions } from "@kinchaku/domain/session/Session"
import * as fc from "fast-check"
import { codeFor, operator, type State } from "./AccountDesk.ts"
import { hashOf } from "./Accounts.ts"
import { accountIdOf, me } from "./Payments.ts"
import { type Asked, type Desk, named } from "./PaymentsDesk.ts"

/** The refusal of an account in each state that does not operate. */
export const refusalIn: Readonly<Record<State, string>> = {
  active: "accepted",
  suspended: "AccountSuspended",
  stopped: "AccountStopped",
  closed: "AccountClosed"
}

/** Asks one thing; answers its name, and whether anything at all changed. */
export const tried = (desk: Desk, { command, content, ...how }: Asked) => {
  const before = desk.everything
  const answer = named(desk.ask(command, content, how))
  return { answer, changed: desk.everything !== before }
}

/** Failures in a row so far. */
export const failures = (desk: Desk): number => desk.record(lockouts, me)?.failures ?? 0

/** Whether the holder is still logged in, and if not, why. */
export const loggedOutBy = (desk: Desk): string | undefined => desk.record(sessions, me)?.endedBy

/** What the holder has, cash and money. */
export const balances = (desk: Desk): ReadonlyArray<number> => [desk.held(cash(me)), desk.held(money(me))]

/** It takes whoever asks for an operator. */
export const asOperator = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) => command.decide(facts, { ...envelope, actor: operator })
})

/** Ways in which a code is not the one that is asked for; "right" is. */
export const codeWays = ["right", "otherPurpose", "otherAccount", "formerPhone", "open", "used", "superseded"] as const
export type CodeWay = (typeof codeWays)[number]
export const codeWay = (): fc.Arbitrary<CodeWay> => fc.constantFrom("right", "right", "right", ...codeWays)

/** The code of a purpose, in one of those ways. */
export const codeIn = (way: CodeWay, purpose: OtpPurpose): Put => {
  const ways: Readonly<Record<CodeWay, Partial<Otp>>> = {
    right: {},
    otherPurpose: { purpose: purpose === "suspend" ? "resume" : "suspend" },
    otherAccount: { account: accountIdOf(1), subject: accountIdOf(1) },
    formerPhone: { contact: hashOf("phone", 7) },
    open: { state: "open" },
    used: { state: "used" },
    superseded: { state: "superseded" }
  }
  return codeFor(purpose, ways[way])
}

/** The notices of a desk to holders: what kind, by which channel, to the present address or to a former one. */
export const told = (desk: Desk): ReadonlyArray<string> =>
  [...desk.books.notices.values()].map(
    ({ channel = "mail", kind, via }) => `${kind} ${channel}${via === undefined ? "" : ` ${via}`}`
  )
