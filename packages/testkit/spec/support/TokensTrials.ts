/**
 * Trials of tokens: what the wallet keeps of them, codes of other times, and commands that are wrong on purpose.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { replay } from "@kinchaku/domain/audit/Replay"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import type { Command } from "@kinchaku/domain/engine/Command"
import type { RecordKind } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { AnswerTransaction } from "@kinchaku/domain/token/Confirmation"
import { VerifyTokenCode } from "@kinchaku/domain/token/TokenCode"
import { TokenCodes } from "@kinchaku/domain/token/TokenCodes"
import { TokenConfirmations } from "@kinchaku/domain/token/TokenConfirmations"
import { TokenDesk } from "@kinchaku/domain/token/TokenDesk"
import { stepAt, type Token, type TokenId, tokens, type TransactionId } from "@kinchaku/domain/token/Token"
import { type Transaction, transactions } from "@kinchaku/domain/token/Transaction"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { signed } from "../../src/simulators/PhoneKeeping.ts"
import type { TokenApp } from "../../src/simulators/TokenApp.ts"
import { Effect, Layer, Result } from "effect"
import * as fc from "fast-check"
import { deciding, under } from "./PaymentsMistakes.ts"
import { Bench, books, intent, outcome, service, tokenPolicy, user } from "./TokensWorld.ts"

/** Every record of a kind, in the order of their ids. */
export const recordsOf = <R>(kind: RecordKind<R>) =>
  Effect.map(books, ({ records }) => [...(records.get(kind.name)?.values() ?? [])] as unknown as ReadonlyArray<R>)

/** What the wallet knows of a token. */
export const recordOf = (id: TokenId) =>
  Effect.map(recordsOf(tokens), (all): Token | undefined => all.find((token) => token.id === id))

/** How many commands of each tag are recorded, those of setting the world up left out. */
export const recorded = Effect.map(books, ({ commands }) => commands.map(({ tag }) => tag))

/** The seed that a token's record stands for, as a phone keeps it. */
export const seedOf = (token: Token) =>
  Effect.map(Secrets, ({ seed }) => Buffer.from(seed(token.nonce)).toString("hex"))

/** The code of the step that is so many steps from now, under the seed that the phone has. */
export const codeNear = (app: TokenApp, id: TokenId, steps: number) =>
  Effect.gen(function* () {
    const { hands } = yield* Bench
    const { code } = yield* TokenCodes
    const kept = app.tokens.find(({ token }) => token === id)
    const seed = Buffer.from(kept?.seed ?? "", "hex")
    return code(seed, stepAt(hands.now, kept?.stepSeconds ?? 60) + steps)
  })

/** A code that is none near now. */
export const wrongCode = (app: TokenApp, id: TokenId) =>
  Effect.gen(function* () {
    const near: Array<string> = []
    for (let steps = -15; steps <= 15; steps++) near.push(yield* codeNear(app, id, steps))
    return ["000000", "111111", "222222", ...Array.from({ length: 40 }, (_, n) => `9000${10 + n}`)].find(
      (code) => !near.includes(code)
    )
  })

/** Differences around a border on both sides of zero: the border itself, one more and one less. */
export const around = (border: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.constantFrom(-1, 1), fc.oneof(fc.constantFrom(border - 1, border, border + 1), fc.nat(border * 2)))
    .map(([sign, size]) => sign * size)

type TokenPolicy = Policy["authentication"]["token"]

/** A command that decides under other values for tokens. */
export const underToken = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  other: (policy: TokenPolicy) => Partial<TokenPolicy>
): Command<Content, Success, Refusal> =>
  under(command, ({ authentication }) => ({
    authentication: { ...authentication, token: { ...authentication.token, ...other(authentication.token) } }
  }))

/** A command that decides under another number of wrong codes. */
export const lockingAt = (other: (locksAt: number) => number) =>
  under(VerifyTokenCode, ({ authentication }) => ({
    authentication: {
      ...authentication,
      lockout: { ...authentication.lockout, locksAt: other(authentication.lockout.locksAt) }
    }
  }))

/** The policy under which so many wrong codes lock a token, with other values for tokens. */
export const lockoutPolicy = (locksAt: number, other: Partial<TokenPolicy> = {}): Policy => {
  const policy = tokenPolicy(other)
  const { authentication } = policy
  return { ...policy, authentication: { ...authentication, lockout: { ...authentication.lockout, locksAt } } }
}

/** A verification after whose success the wrong codes before it still count. */
export const remembering = deciding(VerifyTokenCode, (decided, facts) =>
  Result.map(decided, (decision) => ({
    ...decision,
    puts: decision.puts.map((one) => {
      const before = facts.find(tokens, one.id)
      return decision.result._tag === "accepted"
        ? { ...one, record: { ...one.record, wrongs: before?.wrongs ?? 0 } }
        : one
    })
  }))
)

/** An answer that takes the transaction's own values for those that were shown. */
export const believing = (...fields: ReadonlyArray<"payee" | "amount">): typeof AnswerTransaction => ({
  ...AnswerTransaction,
  decide: (facts, envelope) => {
    const asked = facts.find(transactions, envelope.content.transaction)
    const values = Object.fromEntries(fields.map((field) => [field, asked?.[field]]))
    return AnswerTransaction.decide(facts, { ...envelope, content: { ...envelope.content, ...values } })
  }
})

export const payee = "ヤマダ タロウ"
export const amount = 30_000 as PositiveYen

/** The service starts transaction authentication, and the holder accepts it on the token. */
export const started = (app: TokenApp, token: TokenId) =>
  Effect.gen(function* () {
    const confirmations = yield* TokenConfirmations
    yield* confirmations.start({ service: service.id, user }, yield* intent)
    yield* app.accept(token)
  })

/** The service starts transaction authentication, and the holder has not accepted it yet. */
export const startOnly = Effect.gen(function* () {
  const confirmations = yield* TokenConfirmations
  return yield* confirmations.start({ service: service.id, user }, yield* intent)
})

/** The service's desk, and an intention of its own. */
export const deskAndIntent = Effect.gen(function* () {
  return { desk: yield* TokenDesk, intended: yield* intent }
})

/** The service asks to have a transaction confirmed. */
export const asks = (of: { readonly payee?: string; readonly amount?: PositiveYen } = {}) =>
  Effect.gen(function* () {
    const confirmations = yield* TokenConfirmations
    return yield* confirmations.ask({ service: service.id, user, payee, amount, ...of }, yield* intent)
  })

/** The state of a transaction, as the service sees it. */
export const stateOf = (id: TransactionId) =>
  Effect.gen(function* () {
    const confirmations = yield* TokenConfirmations
    const found: Transaction = yield* confirmations.get(service.id, id)
    return found._tag
  })

/** An answer as a phone sends it that knows no rule of the app. */
export const answersRaw = (app: TokenApp, token: TokenId, transaction: TransactionId) =>
  Effect.gen(function* () {
    const confirmations = yield* TokenConfirmations
    const codes = yield* TokenCodes
    const { next } = yield* Bench
    const kept = app.tokens.find((one) => one.token === token)
    const head = { seed: kept?.seed ?? "", token }
    const request = `${next()}`.padStart(22, "q")
    const said = "confirmed" as const
    const proven = signed(codes, "answer", head, request, transaction, payee, amount, said)
    return yield* outcome(confirmations.answer({ ...proven, transaction, payee, amount, answer: said }))
  })

/** Texts that no book may hold: long enough to be found by chance nowhere. */
export const marks = (): fc.Arbitrary<string> => fc.stringMatching(/^[A-Za-z]{3}[0-9]{9}$/)

/** Whether the recorded commands, done again over empty books, lead to every record that there is. */
export const replaysAlike = Effect.gen(function* () {
  const journal = yield* Journal
  const store = yield* Store
  const anew = Layer.mergeAll(Layer.fresh(MemoryStore.layer), TestDigest.layer)
  return yield* Effect.match(Effect.provide(replay(journal, { live: store }), anew, { local: true }), {
    onSuccess: () => true,
    onFailure: () => false
  })
})
