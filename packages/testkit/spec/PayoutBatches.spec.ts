/**
 * Batches of payouts: which payouts stand in a file for the bank, what the file says, and what is made of its results (OUT-06, OUT-07).
 */
import type { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { bankSettlement, payoutInTransit } from "@kinchaku/domain/ledger/AccountCode"
import { payoutBatches, type PayoutBatchId, type PayoutId, payouts } from "@kinchaku/domain/payout/Payout"
import { batchMost, MakePayoutBatch, NoPayoutsWaiting } from "@kinchaku/domain/payout/Batching"
import { RecordPayoutAnswer } from "@kinchaku/domain/payout/PayoutAnswer"
import { PayoutBatches } from "@kinchaku/domain/payout/PayoutBatches"
import { RequestPayout } from "@kinchaku/domain/payout/Requesting"
import type { BankCode } from "@kinchaku/domain/bank/BankLink"
import { batchLineOf, referenceOf } from "@kinchaku/domain/bank/GeneralTransfer"
import type { TransferOutcome, TransferResult } from "@kinchaku/domain/bank/TransferResults"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { batchNumber, type Line, type TransferText } from "@kinchaku/domain/payout/TransferText"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { put } from "@kinchaku/domain/engine/Facts"
import { lineResults } from "@kinchaku/domain/payout/Results"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import * as Books from "../src/memory/Books.ts"
import { invariant, transition, validation } from "../src/Rule.ts"
import { codeless } from "../src/scenario/TestPolicy.ts"
import { accountIdOf, same } from "./support/Payments.ts"
import { blindTo, deciding, forgetting, mistaking, without } from "./support/PaymentsMistakes.ts"
import {
  accountIn,
  atOffice,
  givenBack,
  keptAccounts,
  keptNames,
  linesOf,
  namedAs,
  operator,
  type Payee,
  reasonOf,
  requester,
  transferOn,
  written
} from "./support/PayoutBatches.ts"
import { asking, counterWith, credited, payoutTerms, refused } from "./support/PayoutsDesk.ts"
import { commandId, noon, prepare } from "./support/PaymentsDesk.ts"
import { bank } from "./support/PaymentsTopUps.ts"

type Batches = PayoutBatches["Service"]
const real = (batches: Batches): Batches => batches

const anyPayee = (): fc.Arbitrary<Payee> =>
  fc.record(
    {
      account: fc.constantFrom(...keptAccounts, "branch" as const, "japanPost" as const),
      name: fc.constantFrom(...keptNames, "kana" as const, "kana" as const),
      amount: fc.integer({ min: 1, max: 100_000 })
    },
    { noNullPrototype: true }
  )
const goodPayee = (): fc.Arbitrary<Payee> =>
  anyPayee().map((payee) => ({
    ...payee,
    account: payee.account === "japanPost" ? "japanPost" : "branch",
    name: "kana"
  }))

const intent = { actor: operator, key: "batch" }

transition(
  "OUT-06c",
  "a file names each payout that waits once, with its amount, account and holder; what cannot be written waits on, and is named",
  {
    because: "rulebook OUT-06, BNK-07; Zengin: general transfer (総合振込)",
    given: { payees: fc.array(anyPayee(), { minLength: 1, maxLength: 8 }) },
    covers: {
      "some cannot be written": { atLeast: 30, when: ({ payees }) => payees.some((one) => reasonOf(one) !== undefined) }
    },
    runs: 60,
    subject: real,
    holds: (service, { payees }) =>
      atOffice(payees, ({ books, payouts: asked }) =>
        Effect.gen(function* () {
          const batches = service(yield* PayoutBatches)
          const made = yield* Effect.result(batches.make(transferOn, intent))
          const writable = payees.flatMap((payee, n) => (reasonOf(payee) === undefined ? [n] : []))
          if (Result.isFailure(made)) return writable.length === 0 && made.failure._tag === "NoPayoutsWaiting"
          const { batch, leftOut } = made.success
          const lines = linesOf(yield* batches.file(batch.id))
          const expected = writable.map((n, at) => ({
            account: namedAs(n, payees[n]?.account ?? "branch"),
            recipient: written,
            amount: payees[n]?.amount,
            line: at + 1
          }))
          const stay = payees.flatMap((payee, n) => {
            const reason = reasonOf(payee)
            return reason === undefined ? [] : [{ payout: asked[n]?.id, reason }]
          })
          const waits = [...(books.records.get("payout")?.values() ?? [])].filter((one) => !("batch" in one)).length
          return same(lines, expected) && same(leftOut, stay) && waits === stay.length
        })
      ),
    catches: {
      "what stays out is not named": (batches) => ({
        ...batches,
        make: (...given) => Effect.map(batches.make(...given), ({ batch }) => ({ batch, leftOut: [] }))
      }),
      "a file is empty": (batches) => ({
        ...batches,
        file: (id) => Effect.map(batches.file(id), (bytes) => givenBack(bytes, []))
      })
    }
  }
)

invariant("OUT-06d", "the same batch is always the same bytes, asked for again and made again with its key", {
  because: "rulebook OUT-06, LED-08",
  given: { payees: fc.array(goodPayee(), { minLength: 1, maxLength: 4 }) },
  runs: 40,
  subject: real,
  holds: (service, { payees }) =>
    atOffice(payees, ({ books }) =>
      Effect.gen(function* () {
        const batches = service(yield* PayoutBatches)
        const { batch } = yield* batches.make(transferOn, intent)
        const first = yield* batches.file(batch.id)
        // A holder's name changes, and an account is erased: what was sent to the bank stays what it was.
        books.personal.set(commandId(900), JSON.stringify({ kanaName: "スズキ" }))
        books.personal.delete(accountIn(0))
        const again = yield* Effect.result(batches.make(transferOn, intent))
        const id = Result.isSuccess(again) ? again.success.batch.id : undefined
        return id === batch.id && same([...(yield* batches.file(batch.id))], [...first])
      })
    ),
  catches: {
    "a batch is made anew each time": (batches) => {
      let n = 0
      return { ...batches, make: (day, given) => batches.make(day, { ...given, key: `${given.key} ${(n += 1)}` }) }
    },
    "the file ends otherwise the second time": (batches) => {
      let n = 0
      return {
        ...batches,
        file: (id) =>
          Effect.map(batches.file(id), (bytes) => ((n += 1) > 1 ? Uint8Array.from([...bytes, 0x1a]) : bytes))
      }
    }
  }
})

// ── which payouts ────────────────────────────────────────────────────────────────────────────────────────────────────

const payoutWith = (n: number, state: string, own: object) =>
  ({
    _tag: state === "processing" ? "processing" : "failed",
    id: `out_${commandId(600 + n)}`,
    account: accountIdOf(0),
    link: `link_${commandId(800)}`,
    bank: "0001",
    amount: 100,
    fee: 0,
    feeTax: 0,
    route: "file",
    request: `req_${commandId(600 + n)}`,
    entry: `${commandId(600 + n)}.1`,
    askedAt: noon,
    ...(state === "processing" ? {} : { settledAt: noon, reason: "x" }),
    ...own
  }) as never

validation("OUT-06e", "a batch holds payouts that wait, none of them twice, and is for today or a later day", {
  because: "rulebook OUT-06: none is transferred twice",
  given: {
    state: fc.constantFrom("waits", "inBatch", "settled", "gateway", "missing"),
    day: fc.constantFrom("2026-05-19", "2026-05-20", "2026-05-21"),
    at: fc.constantFrom(0, 2)
  },
  covers: { "all wait": { atLeast: 10, when: ({ state }) => state === "waits" } },
  subject: MakePayoutBatch,
  holds: (make, { at, day, state }) => {
    const own = state === "inBatch" ? { batch: `bat_${commandId(1)}` } : state === "gateway" ? { route: "gateway" } : {}
    const all = [0, 1, 2].map((n) =>
      payoutWith(n, n === at && state === "settled" ? "failed" : "processing", n === at ? own : {})
    )
    const desk = counterWith({
      more: all.filter((_, n) => n !== at || state !== "missing").map((one) => put(payouts, one))
    })
    const ids = [0, 1, 2].map((n) => `out_${commandId(600 + n)}` as PayoutId)
    const answer = desk.ask(make, { payouts: ids, transferOn: day as JapanDate })
    if (Result.isSuccess(answer)) {
      const marked = desk.recordsOf(payouts).every(({ batch }) => batch === answer.success.id)
      const kept = desk.record(payoutBatches, answer.success.id)
      const again = desk.ask(make, { payouts: ids, transferOn: day as JapanDate })
      return state === "waits" && day !== "2026-05-19" && marked && kept?.total === 300 && Result.isFailure(again)
    }
    const expected = day === "2026-05-19" ? "TransferDayPast" : "PayoutNotWaiting"
    return answer.failure._tag === expected && desk.recordsOf(payoutBatches).length === 0
  },
  catches: {
    "a payout stands in two files": mistaking(MakePayoutBatch, "payout", { batch: undefined }),
    "one that is settled is sent": mistaking(MakePayoutBatch, "payout", { _tag: "processing" }),
    "one that was asked for already is sent": mistaking(MakePayoutBatch, "payout", { route: "file" }),
    "payouts are not marked": forgetting(MakePayoutBatch, ({ kind }) => kind === "payout"),
    "the batch is not kept": without(MakePayoutBatch, "puts"),
    "any day will do": deciding(MakePayoutBatch, (decided, facts, envelope) =>
      Result.isFailure(decided) && decided.failure._tag === "TransferDayPast"
        ? MakePayoutBatch.decide(facts, { ...envelope, content: { ...envelope.content, transferOn } })
        : decided
    )
  }
})

transition(
  "OUT-06g",
  "a payout leaves from the bank that its file names, whoever asks for transfers when it is answered",
  {
    because: "rulebook, posting table: payout completed; LIM-06",
    given: {
      said: fc.constantFrom([credited], [credited, refused], [refused], [refused, credited]),
      asksLater: fc.constantFrom({ requester }, { requester: { ...requester, bank: "0010" } }, {})
    },
    covers: { "another bank by then": { atLeast: 40, when: ({ asksLater }) => asksLater.requester !== requester } },
    subject: RecordPayoutAnswer,
    holds: (record, { asksLater, said }) => {
      const terms = { payouts: "file" } as const
      const desk = counterWith({ terms, policy: payoutTerms({ requester }), money: 300 })
      const { id, request } = Result.getOrThrow(desk.ask(RequestPayout, asking(300)))
      const own = requester.bank as BankCode
      Result.getOrThrow(desk.ask(MakePayoutBatch, { payouts: [id], transferOn, bank: own }))
      desk.ask(prepare, { policy: { ...codeless, ...payoutTerms(asksLater) } })
      for (const answer of said) desk.ask(record, { request, answer })
      const isOut = (said[0] === credited) === (said.length === 1)
      const left = [requester.bank, "0010", bank].map((code) => desk.booked(bankSettlement(code)))
      return same(left, [isOut ? 300 : 0, 0, 0])
    },
    catches: {
      "it leaves from the bank of now": blindTo(RecordPayoutAnswer, "payoutBatch"),
      "it leaves from the payee's bank": mistaking(RecordPayoutAnswer, "payout", { route: "gateway" })
    }
  }
)

// ── results ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const codes = ["0", "0", "1", "2", "9", undefined] as const

const statesAfter = (books: Books.Books, ids: ReadonlyArray<PayoutId>) =>
  ids.map((id) => (books.records.get("payout")?.get(id) as { readonly _tag: string } | undefined)?._tag)

invariant(
  "OUT-07a",
  "each result settles its own payout, once however often the file is read; a payout of which it says nothing stays in processing",
  {
    because: "rulebook OUT-07, TOP-10",
    given: {
      payees: fc.array(goodPayee(), { minLength: 1, maxLength: 5 }),
      said: fc.array(fc.constantFrom(...codes), { minLength: 5, maxLength: 5 }),
      times: fc.integer({ min: 1, max: 3 }),
      isMoved: fc.boolean()
    },
    covers: {
      "something is not said": {
        atLeast: 10,
        when: ({ payees, said }) => said.slice(0, payees.length).includes(undefined)
      },
      "nobody asks for transfers any more": { atLeast: 20, when: ({ isMoved }) => isMoved }
    },
    runs: 60,
    subject: real,
    holds: (service, { isMoved, payees, said, times }) =>
      atOffice(payees, ({ books }) =>
        Effect.gen(function* () {
          const batches = service(yield* PayoutBatches)
          const { batch } = yield* batches.make(transferOn, intent)
          const told = said.slice(0, payees.length)
          const lines = told.filter((code) => code !== undefined).length
          if (lines === 0) return true
          if (isMoved) yield* (yield* Engine).submit(prepare, { policy: codeless }, { actor: operator, key: "moved" })
          const file = givenBack(yield* batches.file(batch.id), told)
          let commands = 0
          for (let n = 0; n < times; n++) {
            yield* batches.readResults(batch.id, file, operator)
            if (n > 0 && books.commands.length !== commands) return false
            commands = books.commands.length
          }
          const expected = told.map((code) =>
            code === undefined ? "processing" : code === "0" ? "completed" : "failed"
          )
          const { credits, debits } = Books.balanceOf(books, payoutInTransit)
          const open = told.reduce((sum, code, n) => sum + (code === undefined ? (payees[n]?.amount ?? 0) : 0), 0)
          const done = told.reduce((sum, code, n) => sum + (code === "0" ? (payees[n]?.amount ?? 0) : 0), 0)
          // What goes by file leaves the operator's own account, whichever banks it goes to.
          const { credits: paid } = Books.balanceOf(books, bankSettlement(requester.bank))
          return same(statesAfter(books, batch.payouts), expected) && credits - debits === open && paid === done
        })
      ),
    catches: {
      "silence is success": (batches) => ({
        ...batches,
        readResults: (id, bytes, ...rest) =>
          Effect.flatMap(Effect.orDie(batches.file(id)), (asked) =>
            batches.readResults(
              id,
              bytes.length < asked.length
                ? givenBack(
                    asked,
                    codes.map(() => "0")
                  )
                : bytes,
              ...rest
            )
          )
      }),
      "each reading is a new one": (batches) => {
        let n = 0
        return {
          ...batches,
          readResults: (id, bytes, actor, form) =>
            batches.readResults(id, bytes, `${actor}${(n += 1)}` as typeof actor, form)
        }
      },
      "nothing is settled": (batches) => ({
        ...batches,
        readResults: (id) =>
          Effect.map(Effect.orDie(batches.file(id)), () => ({
            batch: {} as never,
            credited: 0,
            refused: 0,
            unknown: []
          }))
      })
    }
  }
)

/** A batch of two payouts, and what its file says. */
const batch = {
  id: `bat_${commandId(7)}` as PayoutBatchId,
  payouts: [0, 1].map((n) => `out_${commandId(600 + n)}` as PayoutId),
  total: 300 as PositiveYen,
  transferOn,
  madeAt: noon
}
const lineWith = (n: number): Line => ({
  bank: "0001",
  branch: "001",
  kind: "ordinary",
  number: `${1_000_000 + n}`,
  bankName: "",
  recipient: written,
  amount: (100 + n) as PositiveYen
})
const text: TransferText = { requester, transferOn, lines: [lineWith(0), lineWith(1)] }

/** What a line of results says, and where it says it otherwise than it was asked. */
interface Said {
  readonly line: number
  readonly batch: number
  readonly off: Partial<Record<"amount" | "number" | "branch" | "kind" | "bank", unknown>>
  readonly outcome: TransferOutcome
}
const number = batchNumber(batch.id)

const saidLines = (): fc.Arbitrary<ReadonlyArray<Said>> =>
  fc.array(
    fc.record(
      {
        line: fc.constantFrom(1, 1, 2, 2, 0, 3),
        batch: fc.constantFrom(number, number, number, number + 1),
        off: fc.constantFrom<Said["off"]>(
          {},
          {},
          {},
          { amount: 1 },
          { number: "9999999" },
          { branch: "002" },
          { kind: "current" },
          { bank: "0009" }
        ),
        outcome: fc.constantFrom<TransferOutcome>("credited", "noSuchAccount", "otherReason")
      },
      { noNullPrototype: true }
    ),
    { minLength: 1, maxLength: 3 }
  )

const resultOf = ({ batch: of, line, off, outcome }: Said): TransferResult => ({
  line: { ...lineWith(line - 1), branchName: "", reference: referenceOf({ batch: of, line }), ...off } as never,
  code: "",
  outcome
})

/** What may be believed: of this batch, a line of it, as it was asked, and said once. */
const believed = (all: ReadonlyArray<Said>, one: Said): boolean =>
  one.batch === number &&
  (one.line === 1 || one.line === 2) &&
  Object.keys(one.off).length === 0 &&
  all.filter((other) => other.batch === number && other.line === one.line).length === 1

const believing =
  (wrong: (result: TransferResult) => TransferResult): typeof lineResults =>
  (...[of, asked, results]) =>
    lineResults(of, asked, results.map(wrong))

validation(
  "OUT-07b",
  "a line that says anything else than was asked, or is there twice, settles nothing, and is named",
  {
    because: "rulebook OUT-07, TOP-10: never by guessing",
    given: { said: saidLines() },
    covers: {
      "all is believed": { atLeast: 2, when: ({ said }) => said.every((one) => believed(said, one)) },
      "something is not": { atLeast: 40, when: ({ said }) => said.some((one) => !believed(said, one)) }
    },
    subject: lineResults,
    holds: (results, { said }) => {
      const found = results(batch, text, said.map(resultOf))
      return said.every((one, n) => {
        const result = found[n]
        if (!believed(said, one)) return result?._tag === "unknown" && result.line === n + 1
        return (
          result?._tag === "known" &&
          result.payout === batch.payouts[one.line - 1] &&
          (result.answer._tag === "credited") === (one.outcome === "credited")
        )
      })
    },
    catches: {
      "another amount will do": believing((result) => ({
        ...result,
        line: { ...result.line, amount: lineWith((batchLineOf(result.line.reference)?.line ?? 1) - 1).amount }
      })),
      "another account will do": believing((result) => {
        const { bank, branch, kind, number: own } = lineWith((batchLineOf(result.line.reference)?.line ?? 1) - 1)
        return { ...result, line: { ...result.line, bank, branch, kind, number: own } }
      }),
      "another batch will do": believing((result) => ({
        ...result,
        line: {
          ...result.line,
          reference: referenceOf({ batch: number, line: batchLineOf(result.line.reference)?.line ?? 0 })
        }
      })),
      "one that is there twice counts": (of, asked, results) => results.flatMap((one) => lineResults(of, asked, [one])),
      "what was refused was credited": believing((result) => ({ ...result, outcome: "credited" })),
      "nothing is believed": (of, asked, results) => lineResults({ ...of, payouts: [] }, asked, results)
    }
  }
)

transition("OUT-06f", "a batch holds at most 500 payouts; the rest waits for the next one", {
  because: "own: one file is one commit",
  given: { payees: fc.constant(batchMost + 1) },
  runs: 1,
  subject: real,
  holds: (service, { payees }) =>
    atOffice(
      Array.from({ length: payees }, () => ({ account: "branch", name: "kana", amount: 100 }) as const),
      () =>
        Effect.gen(function* () {
          const batches = service(yield* PayoutBatches)
          const sizes: Array<number> = []
          for (const key of ["one", "two"]) {
            const made = yield* Effect.result(batches.make(transferOn, { ...intent, key }))
            if (Result.isSuccess(made)) sizes.push(made.success.batch.payouts.length)
          }
          return same(sizes, [batchMost, 1])
        })
    ),
  catches: {
    "the rest is forgotten": (batches) => ({
      ...batches,
      make: (day, given) => (given.key === "two" ? Effect.fail(new NoPayoutsWaiting()) : batches.make(day, given))
    })
  }
})
