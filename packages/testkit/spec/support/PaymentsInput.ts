/**
 * Bad input: for every command of the catalogue a content that fits, and every way in which one field of it does not.
 */
import type { AnyCommand, Command } from "@kinchaku/domain/engine/Command"
import { commands } from "@kinchaku/domain/audit/Catalogue"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { ValidationFailed } from "@kinchaku/domain/engine/Command"
import type { BankAccount } from "@kinchaku/domain/bank/BankGateway"
import type { Holder, Story } from "../../src/scenario/Story.ts"
import { inWorld } from "../../src/scenario/World.ts"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { balanceKey } from "@kinchaku/domain/engine/RecordKind"
import { bankSettlement, money, suspense } from "@kinchaku/domain/ledger/AccountCode"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Exit, Layer, Result, Schema } from "effect"
import * as fc from "fast-check"
import * as FaultyStore from "../../src/memory/FaultyStore.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { MemoryBooks } from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { drawn, type Json } from "./Contents.ts"
import { anyTime, bank } from "./PaymentsTopUps.ts"
import { accountIdOf, givenTill, paying, policyWith, waterworks } from "./Payments.ts"
import { commandId, holder, named, prepare } from "./PaymentsDesk.ts"

/** Contents of commands that move money, every optional field filled in. */
const own: Readonly<Record<string, unknown>> = {
  AdoptPolicy: {
    policy: {
      ...policyWith(110),
      fees: [{ function: "topUp", way: "bank", bank, from: 1, to: 9_999, fixed: 110, rate: "0.01" }],
      banks: { [bank]: { ...anyTime, maintenance: [{ from: 1, to: 2 }] } }
    }
  },
  ContractBiller: { ...waterworks, slipMaximum: 299_999 },
  RecordDebitAnswer: { request: `req_${commandId(1)}`, answer: { _tag: "debited", bankReference: "B-1" } },
  "RecordLinkAnswer/2": {
    request: `req_${commandId(1)}`,
    answer: { _tag: "linked", holder: "a".repeat(64), factors: 2 }
  },
  PaySlip: paying(5_000, {
    due: "2026-05-31" as never,
    exactTopUp: {
      link: `link_${commandId(1)}` as never,
      bank,
      amount: 4_000 as never,
      fee: 110 as never,
      feeTax: 10 as never,
      shortfall: 3_890 as never
    }
  }),
  TopUpFromBank: { account: accountIdOf(0), link: `link_${commandId(1)}`, amount: 5_000, quotedFee: 0 },
  RecordBillerAnswer: { request: `req_${commandId(1)}`, answer: { _tag: "refused", reason: "cancel" } }
}

/** A content of the command that fits its schema. */
export const fitting = (command: AnyCommand): Json =>
  command.tag in own ? (JSON.parse(JSON.stringify(own[command.tag])) as Json) : drawn(command)

/** One content with one wrong field, and the field's name as it has to be told. */
export interface BadInput {
  readonly command: AnyCommand
  readonly field: string
  readonly content: unknown
}

const amounts =
  /(^|\.)(amount|quotedFee|fee|feeTax|shortfall|slipMaximum|balance|perOperation|perDay|perMonth|fixed|\d\.(from|to)|minimum|step)$/
const instants = /maintenance\.\d\.(from|to)$/
const wrongNumbers = [-1, 1.5, 2 ** 53, 1e21, Number.NaN, Number.POSITIVE_INFINITY, -0, "1", null, [], {}]
/** Fields in which any text is right. */
const freeText = /(^|\.)(reason|bankReference|payee|name|contact|passbookText|barcode|way|bank|senders\.default)$/
const mayBeZero = /(^|\.)(quotedFee|fee|feeTax|balance|perOperation|perDay|perMonth|fixed|from|to|factors)$/

/** Values of another kind than the right one: what is wrong wherever it stands. */
const otherKinds = (right: Json): ReadonlyArray<unknown> => {
  if (typeof right === "string") return [0, null, {}, []]
  if (typeof right === "number") return ["1", null, [], Number.NaN]
  return typeof right === "boolean" ? [0, 1, "true", null] : [0, "x", null]
}

const wrongFor = (path: string, right: Json): ReadonlyArray<unknown> => {
  if (typeof right === "number") {
    const zero = mayBeZero.test(path) ? [] : [0]
    return amounts.test(path) && !instants.test(path)
      ? [...wrongNumbers, ...zero]
      : [1.5, 2 ** 53, 1e21, Number.NaN, "1", null, []]
  }
  if (typeof right === "boolean") return [0, 1, "true", null]
  if (typeof right === "string")
    return freeText.test(path) ? [0, null, {}, []] : [0, null, {}, "", "x", "2026-02-30", `${right} `, `${right}\u0000`]
  return [0, "x", null]
}

const isPlain = (value: Json): value is { readonly [field: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Every place in a content, with what stands there. */
const places = (
  value: Json,
  path: ReadonlyArray<string> = []
): ReadonlyArray<readonly [ReadonlyArray<string>, Json]> => [
  [path, value],
  ...(typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([field, inner]) => places(inner as Json, [...path, field]))
    : [])
]

const replacing = (value: Json, path: ReadonlyArray<string>, by: unknown): unknown => {
  const [field, ...rest] = path
  if (field === undefined) return by
  if (Array.isArray(value))
    return value.map((inner: Json, n) => (`${n}` === field ? replacing(inner, rest, by) : inner))
  return isPlain(value) ? { ...value, [field]: replacing(value[field] ?? null, rest, by) } : value
}

/** Fields whose keys are free, so a field more is no unknown one. */
const open = /(^|\.)(banks|byWay)$/

const badInputsOf = (command: AnyCommand): ReadonlyArray<BadInput> => {
  const right = fitting(command)
  const wrongAt = command.tag in own ? wrongFor : (_: string, value: Json) => otherKinds(value)
  return places(right).flatMap(([path, value]) => {
    // Which kind of answer it is, is a matter of the whole answer.
    const field = path.filter((name) => name !== "_tag").join(".")
    const wrong = path.length === 0 ? [] : wrongAt(field, value)
    const more =
      isPlain(value) && !open.test(field) ? [[[...path, "surprise"].join("."), { ...value, surprise: 1 }] as const] : []
    return [
      ...wrong.map((by) => ({ command, field, content: replacing(right, path, by) })),
      ...more.map(([name, by]) => ({ command, field: name, content: replacing(right, path, by) }))
    ]
  })
}

/** Every wrong field of every command. */
export const badInputs: ReadonlyArray<BadInput> = commands.flatMap(badInputsOf)
/** One wrong field of one command; every second time of one that has amounts. */
export const badInput = (): fc.Arbitrary<BadInput> =>
  fc
    .oneof(fc.constantFrom(...Object.keys(own)), fc.constantFrom(...commands.map(({ tag }) => tag)))
    .chain((tag) => fc.constantFrom(...badInputs.filter(({ command }) => command.tag === tag)))

const engineOver = (script: ReadonlyArray<FaultyStore.Fault>) =>
  Engine.layer().pipe(
    Layer.provideMerge(FaultyStore.layer(script, Layer.mergeAll(MemoryStore.layer, TestDigest.layer))),
    Layer.provideMerge(Ids.layer)
  )

/** A pay command sent again and again, with a key for each try, through a store with faults, until it is answered. */
export const payingThrough = (
  script: ReadonlyArray<FaultyStore.Fault>,
  keyOf: (tries: number) => string,
  triesMax = script.length + 1
): Effect.Effect<{ readonly answer: string; readonly drawn: number }, unknown> =>
  Effect.gen(function* () {
    const engine = yield* Engine
    yield* engine.submit(prepare, givenTill({ money: 60_000 }), { actor: holder, key: "given" })
    let tries = 0
    const once = Effect.suspend(() =>
      engine.submit(PaySlip, paying(5_000), { actor: holder, key: keyOf((tries += 1)) })
    )
    const answer = yield* Effect.result(
      Effect.retry(once, { times: triesMax - 1, while: (error) => error._tag === "StoreUnavailable" })
    )
    const { balances } = (yield* MemoryBooks).books
    return { answer: named(answer), drawn: balances.get(money(accountIdOf(0)))?.debits ?? 0 }
  }).pipe(Effect.provide(engineOver(["none", ...script]), { local: true }))

/** What is wrong with a command of a batch. */
export type Defect = "none" | "throws" | "isUnbalanced" | "overdraws"

const doing = (defect: Defect): Command<unknown, unknown, never> => ({
  tag: "Doing",
  content: Schema.Unknown,
  success: Schema.Unknown,
  reads: () => [balanceKey(money(accountIdOf(0)))],
  decide: (_, { at, id }) => {
    if (defect === "throws") throw new Error("a defect")
    const debited = defect === "overdraws" ? money(accountIdOf(0)) : bankSettlement("0001")
    const postings = [
      ...JournalEntry.debit(debited, (defect === "isUnbalanced" ? 2 : 1) as Yen),
      ...JournalEntry.credit(suspense, 1 as Yen)
    ]
    const entry = { id: JournalEntry.entryId(id, 1), kind: "topUp" as const, businessAt: at, postings }
    return Result.succeed(Decision.make({ result: "done", entries: [entry as unknown as JournalEntry.JournalEntry] }))
  }
})

/** Commands sent at once, some of them defective: which are done, and what was booked in all. */
export const together = (
  defects: ReadonlyArray<Defect>,
  send: (defect: Defect) => Defect = (defect) => defect
): Effect.Effect<{ readonly done: ReadonlyArray<boolean>; readonly booked: number }> =>
  Effect.gen(function* () {
    const engine = yield* Engine
    const exits = yield* Effect.forEach(
      defects,
      (defect, n) => Effect.exit(engine.submit(doing(send(defect)), null, { actor: holder, key: `k ${n}` })),
      { concurrency: "unbounded" }
    )
    const { balances } = (yield* MemoryBooks).books
    return { done: exits.map(Exit.isSuccess), booked: balances.get(suspense)?.credits ?? 0 }
  }).pipe(Effect.provide(engineOver([]), { local: true }))

/** What the engine says to a content: "accepted", the fields that it names, or the name of another refusal. */
export const said = (
  command: AnyCommand,
  content: unknown
): Effect.Effect<{ readonly fields: ReadonlyArray<string> | string; readonly recorded: number }> =>
  Effect.gen(function* () {
    const answer = yield* Effect.result((yield* Engine).submit(command, content, { actor: holder, key: "k" }))
    const isInvalid = Result.isFailure(answer) && answer.failure instanceof ValidationFailed
    const fields = isInvalid
      ? (answer.failure as ValidationFailed).issues.map(({ field }) => field)
      : named(answer as never)
    return { fields, recorded: (yield* MemoryBooks).books.commands.length }
  }).pipe(Effect.provide(engineOver([]), { local: true }))

/** What a person types wrong when opening an account or linking a bank account, and the field that has to be named. */
export const mistypings: ReadonlyArray<{ readonly field: string; readonly typed: string }> = [
  { field: "email", typed: "taro" },
  { field: "email", typed: "taro@example.jp\n" },
  { field: "phone", typed: "0312345678" },
  { field: "phone", typed: `09012345678${" ".repeat(40)}0` },
  { field: "kanaName", typed: "山田 太郎" },
  { field: "kanaName", typed: "・" },
  { field: "number", typed: "12345678" },
  { field: "number", typed: "123-456" },
  { field: "number", typed: "１２３４５６７" },
  { field: "number", typed: "" },
  { field: "branch", typed: "01" },
  { field: "none", typed: "" }
]

/** How the services hear what a person types. */
export interface Services {
  readonly open: (world: Story, request: ReturnType<Story["opening"]>) => Effect.Effect<unknown, unknown>
  readonly link: (world: Story, holder: Holder, account: BankAccount) => Effect.Effect<unknown, unknown>
}

export const services: Services = {
  open: (world, request) =>
    Effect.gen(function* () {
      const asked = world.intent()
      // What is mistyped proves nothing, and is named all the same.
      const proved = yield* world.prove(world.opening("taro"), asked)
      return yield* world.accounts.open({ ...request, ...proved }, asked)
    }),
  link: (world, holder, account) => world.bankLinks.add(holder.account, account, world.intent(holder))
}

/** What is said to a person who types one thing wrong, or nothing: the fields that are named. */
export const typing = (
  { link, open }: Services,
  { field, typed }: (typeof mistypings)[number]
): Effect.Effect<string, unknown> =>
  inWorld({}, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("hanako", "money")
      const account: BankAccount = { bank: "9999", branch: "001", kind: "ordinary", number: "1234567", [field]: typed }
      const told = yield* Effect.result(
        field === "number" || field === "branch"
          ? link(world, holder, account)
          : open(world, { ...world.opening("taro"), ...(field === "none" ? {} : { [field]: typed }) })
      )
      if (Result.isSuccess(told)) return "none"
      return told.failure instanceof ValidationFailed
        ? told.failure.issues.map((issue) => issue.field).join()
        : "another"
    })
  )
