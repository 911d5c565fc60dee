/**
 * Ways out for payouts that no file leads out of: settled by operators, batches that a bank took none of, and days that a file can name.
 */
import { addDays, at as dayOf, instant, type JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { bankSettlement, feesHeld, payoutInTransit, suspendedOutlay } from "@kinchaku/domain/ledger/AccountCode"
import { MakePayoutBatch } from "@kinchaku/domain/payout/Batching"
import { type PayoutId, payouts } from "@kinchaku/domain/payout/Payout"
import { RecordPayoutAnswer } from "@kinchaku/domain/payout/PayoutAnswer"
import { PayoutBatches } from "@kinchaku/domain/payout/PayoutBatches"
import { RequestPayout } from "@kinchaku/domain/payout/Requesting"
import { SettlePayout } from "@kinchaku/domain/payout/Settling"
import { load } from "@kinchaku/domain/policy/Policy"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import * as Books from "../src/memory/Books.ts"
import { invariant, transition, validation } from "../src/Rule.ts"
import { codeless } from "../src/scenario/TestPolicy.ts"
import { same } from "./support/Payments.ts"
import { holder, noon, prepare } from "./support/PaymentsDesk.ts"
import { deciding, forgetting, misbooking, mistaking, without } from "./support/PaymentsMistakes.ts"
import { atOffice, givenBack, operator, type Payee, requester, transferOn } from "./support/PayoutBatches.ts"
import {
  asking,
  counterWith,
  credited,
  endsUp,
  only,
  outcome,
  places,
  refused,
  stateAfter
} from "./support/PayoutsDesk.ts"

type Batches = PayoutBatches["Service"]
const real = (batches: Batches): Batches => batches
const reference = "CASE-2026-17"
const payee: Payee = { account: "branch", name: "kana", amount: 1_000 }
const intent = { actor: operator, key: "batch" }

transition(
  "OUT-07v",
  "an operator settles a payout in processing, once, as the bank's answer would; a bank that says the opposite afterwards is raised",
  {
    because: "rulebook OUT-06, OUT-07, SEC-11; own: no payout is left without a way out",
    given: {
      amount: fc.integer({ min: 1, max: 40_000 }),
      charged: fc.constantFrom(0, 1, 220),
      before: fc.constantFrom([], [], [credited], [refused]),
      says: fc.constantFrom("transferred", "notTransferred"),
      after: fc.constantFrom([], [credited], [refused]),
      by: fc.constantFrom(operator, operator, holder)
    },
    covers: {
      "the bank says the opposite": {
        atLeast: 10,
        when: ({ after, before, by, says }) =>
          before.length === 0 && by === operator && after[0]?._tag === (says === "transferred" ? "refused" : "credited")
      }
    },
    runs: 300,
    subject: SettlePayout,
    holds: (settle, { after, amount, before, by, charged, says }) => {
      const desk = counterWith({ money: 50_000, fee: charged })
      const { id, request } = Result.getOrThrow(desk.ask(RequestPayout, asking(amount, charged)))
      const content = { payout: id, outcome: says, reference } as const
      for (const answer of before) desk.ask(RecordPayoutAnswer, { request, answer })
      const first = outcome(desk.ask(settle, content, { actor: by }))
      const again = outcome(desk.ask(settle, content, { actor: by }))
      for (const answer of after) desk.ask(RecordPayoutAnswer, { request, answer })
      const isHeard = by === operator && before.length === 0
      const said = [...before, ...(isHeard ? [says === "transferred" ? credited : refused] : []), ...after]
      const isTold = said.length === 0 ? 0 : 1 + (said.some(({ _tag }) => _tag !== said[0]?._tag) ? 1 : 0)
      const expected = by === operator ? (isHeard ? "accepted" : "PayoutSettled") : "Forbidden"
      return (
        first === expected &&
        again === (by === operator ? "PayoutSettled" : "Forbidden") &&
        same(places(desk), endsUp(50_000, amount, charged, said)) &&
        only(desk)?._tag === stateAfter(said[0]) &&
        desk.notices.length === isTold &&
        [...desk.books.waiting.values()].some(({ request: one }) => one.kind === "bankCredit") === (said.length === 0)
      )
    },
    catches: {
      "nothing is booked": without(SettlePayout, "entries"),
      "nobody is told": without(SettlePayout, "notices"),
      "the limit is not given back": forgetting(SettlePayout, ({ kind }) => kind === "usage"),
      "the state is not kept": forgetting(SettlePayout, ({ kind }) => kind === "payout"),
      "the fee stays on hold": misbooking(SettlePayout, "revenue:fees", "liability:merchant:nobody"),
      "a settled one is settled anew": mistaking(SettlePayout, "payout", { _tag: "processing" }),
      "anybody settles": deciding(SettlePayout, (_, facts, envelope) =>
        SettlePayout.decide(facts, { ...envelope, actor: operator })
      ),
      "what was not transferred counts as transferred": deciding(SettlePayout, (_, facts, envelope) =>
        SettlePayout.decide(facts, { ...envelope, content: { ...envelope.content, outcome: "transferred" } })
      )
    }
  }
)

transition(
  "OUT-07w",
  "a batch that the bank took no file of gives back what is in processing, gives out no file, and results that come nevertheless are raised",
  {
    because: "rulebook OUT-07, SEC-11; own: a bank refuses a whole file for its header",
    given: {
      payees: fc.array(fc.constant(payee), { minLength: 1, maxLength: 4 }),
      known: fc.constantFrom("0", "1", undefined),
      times: fc.integer({ min: 1, max: 2 }),
      comes: fc.boolean()
    },
    runs: 40,
    subject: real,
    holds: (service, { comes, known, payees, times }) =>
      atOffice(payees, ({ books }) =>
        Effect.gen(function* () {
          const batches = service(yield* PayoutBatches)
          const { batch } = yield* batches.make(transferOn, intent)
          const file = yield* batches.file(batch.id)
          if (known !== undefined) yield* batches.readResults(batch.id, givenBack(file, [known]), operator)
          for (let n = 0; n < times; n++) {
            yield* batches.reject({ batch: batch.id, reference }, { actor: operator, key: `reject ${n}` })
          }
          const fetched = yield* Effect.result(batches.file(batch.id))
          const done = payees.map(() => "0")
          if (comes) yield* batches.readResults(batch.id, givenBack(file, done), operator)
          const states = batch.payouts.map((id) => (books.records.get("payout")?.get(id) as { _tag?: string })?._tag)
          const credits = (code: Parameters<typeof Books.balanceOf>[1]) => {
            const { credits: up, debits: down } = Books.balanceOf(books, code)
            return up - down
          }
          const paid = known === "0" ? 1 : 0
          const opposed = comes ? payees.length - paid : 0
          return (
            Result.isFailure(fetched) &&
            fetched.failure._tag === "PayoutBatchRejected" &&
            same(
              states,
              payees.map((_, n) => (n === 0 && known === "0" ? "completed" : "failed"))
            ) &&
            credits(payoutInTransit) === 0 &&
            credits(feesHeld) === 0 &&
            credits(suspendedOutlay) === -1_000 * opposed &&
            credits(bankSettlement(requester.bank)) === 1_000 * (paid + opposed)
          )
        })
      ),
    catches: {
      "nothing is settled": (batches) => ({
        ...batches,
        reject: () => Effect.succeed({} as never),
        file: (id) => Effect.flatMap(batches.file(id), Effect.succeed)
      }),
      "the file is given out still": (batches) => {
        const kept = new Map<string, Uint8Array>()
        return {
          ...batches,
          file: (id) => {
            const found = kept.get(id)
            if (found !== undefined) return Effect.succeed(found)
            return Effect.tap(batches.file(id), (bytes) => Effect.sync(() => kept.set(id, bytes)))
          }
        }
      },
      "results that come afterwards are thrown away": (batches) => {
        let isRejected = false
        return {
          ...batches,
          reject: (...given) => Effect.tap(batches.reject(...given), () => Effect.sync(() => (isRejected = true))),
          readResults: (...given) => (isRejected ? Effect.succeed({} as never) : batches.readResults(...given))
        }
      }
    }
  }
)

validation("OUT-06h", "a file is for a day at most 31 days ahead: it names month and day alone", {
  because: "Zengin: general transfer (総合振込), header: transfer day as MMDD",
  given: { days: fc.oneof(fc.constantFrom(-1, 0, 30, 31, 32, 365, 366), fc.integer({ min: 0, max: 400 })) },
  subject: MakePayoutBatch,
  holds: (make, { days }) => {
    const desk = counterWith({ terms: { payouts: "file" }, money: 5_000 })
    const { id } = Result.getOrThrow(desk.ask(RequestPayout, asking(1_000)))
    const said = outcome(desk.ask(make, { payouts: [id], transferOn: addDays(dayOf(noon), days) }))
    return said === (days < 0 ? "TransferDayPast" : days > 31 ? "TransferDayTooFar" : "accepted")
  },
  catches: {
    "any day ahead will do": deciding(MakePayoutBatch, (decided, facts, envelope) =>
      Result.isFailure(decided) && decided.failure._tag === "TransferDayTooFar"
        ? MakePayoutBatch.decide(facts, { ...envelope, content: { ...envelope.content, transferOn } })
        : decided
    ),
    "the last day is too far": deciding(MakePayoutBatch, (decided, facts, envelope) =>
      MakePayoutBatch.decide(facts, {
        ...envelope,
        content: { ...envelope.content, transferOn: addDays(envelope.content.transferOn, 1) }
      })
    )
  }
})

transition("OUT-06i", "a payout that was raised for its waiting can be raised anew once it stands in a file", {
  because: "rulebook OUT-07, TOP-11: silence of the bank about the file is another silence",
  given: { wasRaised: fc.boolean() },
  runs: 10,
  subject: MakePayoutBatch,
  holds: (make, { wasRaised }) => {
    const desk = counterWith({ terms: { payouts: "file" }, money: 5_000 })
    const { id } = Result.getOrThrow(desk.ask(RequestPayout, asking(1_000)))
    const payout = desk.record(payouts, id)
    if (payout !== undefined && wasRaised) {
      desk.ask(prepare, { records: [put(payouts, { ...payout, raisedAt: instant(noon + 1) })] })
    }
    desk.ask(make, { payouts: [id], transferOn })
    const after = desk.record(payouts, id)
    return after?.batch !== undefined && after.raisedAt === undefined
  },
  catches: {
    "it stays raised": deciding(MakePayoutBatch, (decided, facts, { content }) =>
      Result.map(decided, (decision) => ({
        ...decision,
        puts: decision.puts.map((one) => {
          const raisedAt = facts.find(payouts, content.payouts[0] as PayoutId)?.raisedAt
          return one.kind === "payout" && raisedAt !== undefined ? { ...one, record: { ...one.record, raisedAt } } : one
        })
      }))
    )
  }
})

invariant("LED-08o", "the same batch is answered again whatever the policy says by then and whatever waits", {
  because: "rulebook LED-08: a repetition answers what it answered first",
  given: { isMoved: fc.boolean(), day: fc.constantFrom<JapanDate>(transferOn, addDays(transferOn, 1)) },
  runs: 20,
  subject: real,
  holds: (service, { day, isMoved }) =>
    atOffice([payee, payee], () =>
      Effect.gen(function* () {
        const batches = service(yield* PayoutBatches)
        const { batch } = yield* batches.make(day, intent)
        if (isMoved) yield* (yield* Engine).submit(prepare, { policy: codeless }, { actor: operator, key: "moved" })
        const again = yield* Effect.result(batches.make(day, intent))
        const fresh = yield* Effect.result(batches.make(day, { ...intent, key: "another" }))
        return (
          Result.isSuccess(again) &&
          same(again.success.batch, batch) &&
          Result.isFailure(fresh) &&
          fresh.failure._tag === (isMoved ? "PayoutFileNotConfigured" : "NoPayoutsWaiting")
        )
      })
    ),
  catches: {
    "a batch is made anew each time": (batches) => {
      let n = 0
      return { ...batches, make: (day, given) => batches.make(day, { ...given, key: `${given.key} ${(n += 1)}` }) }
    },
    "another day is meant the second time": (batches) => {
      let n = 0
      return { ...batches, make: (day, given) => batches.make(addDays(day, (n += 1) - 1), given) }
    }
  }
})

validation(
  "OUT-06j",
  "a policy under which a bank takes payouts in files names who asks for transfers, or is refused by that field",
  {
    because: "own: payouts would wait for ever otherwise; SEC-15",
    given: {
      route: fc.constantFrom("file" as const, "gateway" as const, undefined),
      isNamed: fc.boolean()
    },
    subject: (given: unknown) => load(given),
    holds: (read, { isNamed, route }) => {
      const terms = { name: "銀行", minimum: 1, step: 1, opens: "00:00", closes: "24:00", maintenance: [] }
      const payout = { ...codeless.wallet.payout, ...(isNamed ? { requester } : {}) }
      const said = read({
        banks: { "0001": { ...terms, ...(route === undefined ? {} : { payouts: route }) } },
        wallet: { ...codeless.wallet, payout }
      })
      const fields = Result.isFailure(said) ? said.failure.issues.map(({ field }) => field) : []
      return same(fields, route === "file" && !isNamed ? ["wallet.payout.requester"] : [])
    },
    catches: {
      "nobody needs to be named": (given) => Result.orElse(load(given), () => Result.succeed(codeless)),
      "somebody is always needed": (given) =>
        Result.flatMap(load(given), (policy) =>
          load({ ...policy, banks: { "0001": { ...Object.values(policy.banks)[0], payouts: "file" } } })
        )
    }
  }
)
