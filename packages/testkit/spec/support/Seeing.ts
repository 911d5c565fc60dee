/**
 * Seeing: commands that are mistaken about what is so, and decide well on what they believe.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import type { Facts, Found } from "@kinchaku/domain/engine/Facts"
import type { Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import type { Core } from "./Desk.ts"

/** What is believed of the facts at a time. */
export interface Belief {
  readonly record?: (kind: string, record: object, at: Instant) => object | undefined
  readonly held?: (held: Facts["held"], at: Instant) => Facts["held"]
  readonly policy?: (policy: Policy) => Policy
  /** The time that it takes for the present one. */
  readonly at?: (at: Instant) => Instant
}

const believing = (facts: Facts | Found, belief: Belief, at: Instant): Facts => {
  const { held = (real) => real, policy = (real) => real, record = (_, found) => found } = belief
  const seen =
    (look: Found["peek"]): Found["peek"] =>
    (kind, id) => {
      const found = look(kind, id)
      return found === undefined ? undefined : (record(kind.name, found as object, at) as typeof found)
    }
  const all = facts as Facts
  return { policy: policy(facts.policy), peek: seen(facts.peek), find: seen(all.find), held: held(all.held, at) }
}

/** A command with a belief. */
export const mistaken = (command: AnyCommand, belief: Belief): AnyCommand => {
  const { at: time = (at: Instant) => at } = belief
  const shifted = <E extends { readonly at: Instant }>(envelope: E): E => ({ ...envelope, at: time(envelope.at) })
  return {
    ...command,
    reads: (envelope) => command.reads(shifted(envelope)),
    ...(command.readsMore === undefined
      ? {}
      : {
          readsMore: (found: Found, envelope: Parameters<AnyCommand["decide"]>[1]) =>
            command.readsMore?.(believing(found, belief, envelope.at), shifted(envelope)) ?? []
        }),
    decide: (facts, envelope) => command.decide(believing(facts, belief, envelope.at), shifted(envelope))
  }
}

/** A core in which one command has a belief. */
export const seeing = (command: AnyCommand, belief: Belief): Core => ({
  commands: { [command.tag]: mistaken(command, belief) }
})

/** A belief about when cash expires. */
export const expiringAt = (change: (at: Instant) => Instant): Belief => ({
  record: (kind, record) => {
    const account = record as Account
    return kind === accounts.name && account.cashExpiresAt !== undefined
      ? { ...account, cashExpiresAt: change(account.cashExpiresAt) }
      : record
  }
})

/** A belief that leaves something out of the records. */
export const without = (field: string): Belief => ({
  record: (_, record) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== field))
})

/** A belief that there is no money after a time. */
export const noMoneyAfter = (end: Instant): Belief => ({
  held: (held, at) => (account) => (at > end && account.startsWith("liability:money:") ? (0 as Yen) : held(account))
})
