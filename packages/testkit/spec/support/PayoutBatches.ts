/**
 * Batches of payouts: holders of whom each asked for one, files for the bank, and files of results as a bank gives them back.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { kanaKey } from "@kinchaku/domain/account/Contact"
import { holders } from "@kinchaku/domain/account/Holder"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { bankSettings } from "@kinchaku/domain/bank/BankSettings"
import { batchLineOf } from "@kinchaku/domain/bank/GeneralTransfer"
import * as TransferFile from "@kinchaku/domain/bank/TransferFile"
import type { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { money } from "@kinchaku/domain/ledger/AccountCode"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Payout } from "@kinchaku/domain/payout/Payout"
import { PayoutBatches } from "@kinchaku/domain/payout/PayoutBatches"
import { Payouts } from "@kinchaku/domain/payout/Payouts"
import { RequestPayout } from "@kinchaku/domain/payout/Requesting"
import type { Requester } from "@kinchaku/domain/policy/Wallet"
import { Effect, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { MemoryBooks } from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { accountIdOf, accountOf, holderOf } from "./Payments.ts"
import { commandId, holder, noon, prepare } from "./PaymentsDesk.ts"
import { link, linkOf, open, payoutTerms } from "./PayoutsDesk.ts"
import { anyTime, bank } from "./PaymentsTopUps.ts"

export const requester: Requester = {
  code: "1234567890",
  name: "キンチャク(カ",
  bank: "0009",
  branch: "101",
  kind: "ordinary",
  number: "7654321"
}

export const transferOn = "2026-05-21" as JapanDate
export const operator = "operator:payouts" as typeof holder

/** What is kept of a payee's bank account: at a bank, at Japan Post Bank, one that no transfer can name, or nothing any more. */
export const keptAccounts = ["branch", "japanPost", "unconvertible", "erased"] as const
/** What is kept of a payee's name: one that banks write, one that they cannot, that of somebody else, or nothing any more. */
export const keptNames = ["kana", "unwritable", "another's", "erased"] as const

export interface Payee {
  readonly account: (typeof keptAccounts)[number]
  readonly name: (typeof keptNames)[number]
  readonly amount: number
}

/** The place of a payee's link among all: behind every command that an account has its name from. */
const placeOf = (n: number): number => 20_000 + n
/** The command whose personal data holds a payee's bank account. */
export const accountIn = (n: number): string => linkOf(placeOf(n)).slice("link_".length)

const accountText = (n: number, kept: Payee["account"]): object | undefined => {
  const number = `${1_000_000 + n}`
  switch (kept) {
    case "branch":
      return { bank, branch: "001", kind: "ordinary", number }
    case "japanPost":
      return { bank: "9900", symbol: "11940", number: `${number}1` }
    case "unconvertible":
      return { bank: "9900", symbol: "99", number }
    case "erased":
      return undefined
  }
}

/** The account as a transfer has to name it. */
export const namedAs = (n: number, kept: Payee["account"]) => {
  const number = `${1_000_000 + n}`
  return kept === "japanPost"
    ? { bank: "9900", branch: "198", kind: "ordinary", number }
    : { bank, branch: "001", kind: "ordinary", number }
}

export const kana = "ヤマダ タロウ"
export const written = "ﾔﾏﾀﾞ ﾀﾛｳ"

const nameText = (kept: Payee["name"]): { readonly own: string; readonly kept: string | undefined } => {
  switch (kept) {
    case "kana":
      return { own: kana, kept: kana }
    case "unwritable":
      return { own: "山田", kept: "山田" }
    case "another's":
      return { own: kana, kept: "ヤマダ ジロウ" }
    case "erased":
      return { own: kana, kept: undefined }
  }
}

/** Why a payee's payout stays out of a file, where it does. */
export const reasonOf = ({ account, name }: Payee): string | undefined => {
  if (account === "unconvertible") return "notConvertible"
  if (account === "erased") return "accountUnreadable"
  if (name === "kana") return undefined
  return name === "unwritable" ? "unwritable" : "nameUnknown"
}

const layer = Layer.mergeAll(PayoutBatches.layer, Payouts.layer).pipe(
  Layer.provideMerge(Engine.layer()),
  Layer.provideMerge(Layer.mergeAll(MemoryStore.layer, TestDigest.layer, TestSecrets.layer, Ids.layer)),
  Layer.provideMerge(TestClock.layer())
)
type Services = Layer.Success<typeof layer>

/** What is there: the payees with one payout each, in the order of their ids. */
export interface Office {
  readonly payouts: ReadonlyArray<Payout>
  readonly books: MemoryBooks["Service"]["books"]
}

const recordsOf = (payees: ReadonlyArray<Payee>) => {
  const secrets = TestSecrets.make()
  return payees.flatMap(({ name }, n) => {
    const id = accountIdOf(n)
    const kanaName = secrets.keyedHash("kanaName", kanaKey(nameText(name).own))
    const to = link(placeOf(n), "registered", id)
    return [
      put(accounts, { ...accountOf(id, "money"), kanaName } as Account),
      put(holders, holderOf(id)),
      put(bankLinks, to),
      put(bankSettings, {
        id,
        registrations: 1,
        payoutAccount: to.id,
        chosen: to.id,
        chosenAt: noon
      })
    ]
  })
}

/** Tells a story of payouts that go by file, each payee having asked for one. */
export const atOffice = <A, E>(
  payees: ReadonlyArray<Payee>,
  story: (office: Office) => Effect.Effect<A, E, Services>,
  own: Partial<{ readonly requester: Requester | undefined }> = {}
): Effect.Effect<A, unknown> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(noon)
    const engine = yield* Engine
    const { books } = yield* MemoryBooks
    const asks = "requester" in own ? own.requester : requester
    const policy = {
      ...codeless,
      limits: open,
      fees: [{ function: "payout" as const, fixed: 220 as Yen }],
      banks: { [bank]: { ...anyTime, payouts: "file" as const } },
      ...payoutTerms(asks === undefined ? {} : { requester: asks })
    }
    const held = payees.map(({ amount }, n) => ({ account: money(accountIdOf(n)), yen: amount + 220 }))
    yield* engine.submit(prepare, { policy, held, records: recordsOf(payees) }, { actor: holder, key: "given" })
    for (const [n, { account, name }] of payees.entries()) {
      const kept = accountText(n, account)
      const { kept: kanaName } = nameText(name)
      if (kept !== undefined) books.personal.set(accountIn(n), JSON.stringify(kept))
      if (kanaName !== undefined) books.personal.set(commandId(900 + n), JSON.stringify({ kanaName }))
    }
    const payouts: Array<Payout> = []
    for (const [n, { amount }] of payees.entries()) {
      const content = { account: accountIdOf(n), amount: amount as PositiveYen, quotedFee: 220 as Yen }
      payouts.push(yield* engine.submit(RequestPayout, content, { actor: holder, key: `payout ${n}` }))
    }
    return yield* story({ payouts, books })
  }).pipe(Effect.provide(layer, { local: true })) as Effect.Effect<A, unknown>

const decoded = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const encoded = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

const sums = (amounts: ReadonlyArray<number>): string =>
  `${amounts.length}`.padStart(6, "0") + `${amounts.reduce((a, b) => a + b, 0)}`.padStart(12, "0")

/** The amount that a data record says. */
const amountIn = (record: string): number => Number(record.slice(80, 90))

/** A file as a bank gives it back: a result in each line that has one, and sums in the trailer. Lines without one are not in it. */
export const givenBack = (
  file: Uint8Array,
  codes: ReadonlyArray<string | undefined>,
  alter: (record: string, n: number) => string = (record) => record
): Uint8Array => {
  const records = decoded(file)
    .split("\r\n")
    .filter((record) => record !== "")
  const said = records
    .slice(1, -2)
    .flatMap((record, n) => (codes[n] === undefined ? [] : [{ record: alter(record, n), code: codes[n] }]))
  const lines = said.map(({ code, record }) => record.slice(0, 111) + code + record.slice(112))
  const amounts = (isDone: boolean) =>
    said.filter(({ code }) => (code === "0") === isDone).map(({ record }) => amountIn(record))
  const all = said.map(({ record }) => amountIn(record))
  const trailer = `8${sums(all)}${sums(amounts(true))}${sums(amounts(false))}`.padEnd(120, " ")
  return encoded([records[0], ...lines, trailer, records.at(-1)].map((record) => `${record}\r\n`).join(""))
}

/** The lines of a file: where to, to whom, how much, and which line it says it is. */
export const linesOf = (file: Uint8Array) =>
  Result.getOrThrow(TransferFile.read(file)).lines.map(
    ({ amount, bank: of, branch, kind, number, recipient, reference }) => ({
      account: { bank: of, branch, kind, number },
      recipient,
      amount: amount as number,
      line: batchLineOf(reference)?.line
    })
  )
