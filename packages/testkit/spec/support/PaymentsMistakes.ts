/**
 * Mistakes: a command as it would be if one thing in it were wrong.
 */
import type { Command, Envelope } from "@kinchaku/domain/engine/Command"
import type { Decision } from "@kinchaku/domain/engine/Decision"
import type { Facts, Put } from "@kinchaku/domain/engine/Facts"
import type { RecordKind } from "@kinchaku/domain/engine/RecordKind"
import type { Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { Result } from "effect"

type Decided<Success, Refusal> = Result.Result<Decision<Success>, Refusal>

/** It decides otherwise. */
export const deciding = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  wrong: (decided: Decided<Success, Refusal>, facts: Facts, envelope: Envelope<Content>) => Decided<Success, Refusal>
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) => wrong(command.decide(facts, envelope), facts, envelope)
})

/** It refuses whatever it is asked. */
export const refusing = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  refusal: NoInfer<Refusal>
): Command<Content, Success, Refusal> => ({ ...command, decide: () => Result.fail(refusal) })

/** It takes what it is asked for something else. */
export const hearing = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (content: Content) => Content
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) => command.decide(facts, { ...envelope, content: other(envelope.content) })
})

/** Its clock is so many milliseconds ahead. */
export const ahead = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  millis: number
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, { at, ...envelope }) => command.decide(facts, { ...envelope, at: (at + millis) as typeof at })
})

const withFacts = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (facts: Facts) => Partial<Facts>
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) => {
    const { find, held, peek, policy } = facts
    return command.decide({ find, held, peek, policy, ...other(facts) }, envelope)
  }
})

/** It sees other records than there are. */
export const seeing = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (kind: string, record: object | undefined) => object | undefined
): Command<Content, Success, Refusal> =>
  withFacts(command, ({ find }) => ({
    find: <R>(kind: RecordKind<R>, id: string) =>
      other(kind.name, find(kind, id) as object | undefined) as R | undefined
  }))

/** It sees every record of a kind with other values in it. */
export const mistaking = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  kind: string,
  values: Readonly<Record<string, unknown>>
): Command<Content, Success, Refusal> =>
  seeing(command, (of, record) => (of === kind && record !== undefined ? { ...record, ...values } : record))

/** It does not see the records of a kind. */
export const blindTo = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  kind: string
): Command<Content, Success, Refusal> => seeing(command, (of, record) => (of === kind ? undefined : record))

/** It sees other balances than there are. */
export const holding = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (account: string, yen: number) => number
): Command<Content, Success, Refusal> =>
  withFacts(command, ({ held }) => ({ held: (account) => other(account, held(account)) as Yen }))

/** It decides under other values than those in force. */
export const under = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (policy: Policy) => Partial<Policy>
): Command<Content, Success, Refusal> =>
  withFacts(command, ({ policy }) => ({ policy: { ...policy, ...other(policy) } }))

/** It leaves a part of its decision out. */
export const without = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  ...parts: ReadonlyArray<"entries" | "notices" | "puts" | "requests">
): Command<Content, Success, Refusal> =>
  deciding(command, (decided) =>
    Result.map(decided, (decision) => ({ ...decision, ...Object.fromEntries(parts.map((part) => [part, []])) }))
  )

/** It forgets to write some records. */
export const forgetting = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  forgets: (written: Put) => boolean
): Command<Content, Success, Refusal> =>
  deciding(command, (decided) =>
    Result.map(decided, (decision) => ({ ...decision, puts: decision.puts.filter((written) => !forgets(written)) }))
  )

/** It writes records with other values in them. */
export const writing = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  kind: string,
  values: Readonly<Record<string, unknown>>
): Command<Content, Success, Refusal> =>
  deciding(command, (decided) =>
    Result.map(decided, (decision) => ({
      ...decision,
      puts: decision.puts.map((one) => (one.kind === kind ? { ...one, record: { ...one.record, ...values } } : one))
    }))
  )

/** It books to another account; where that has lines too, the two change places. */
export const misbooking = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  from: string,
  to: string
): Command<Content, Success, Refusal> =>
  deciding(command, (decided) =>
    Result.map(decided, (decision) => ({
      ...decision,
      entries: decision.entries.map((entry) => {
        const text = JSON.stringify(entry).replaceAll(`"${from}"`, '"?"').replaceAll(`"${to}"`, `"${from}"`)
        return JSON.parse(text.replaceAll('"?"', `"${to}"`)) as typeof entry
      })
    }))
  )
