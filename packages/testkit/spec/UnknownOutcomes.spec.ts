/**
 * Unknown outcomes: what silence of banks and billers may bring about, and what not (TOP-10, TOP-11, OUT-07, PAY-13).
 */
import { RaiseUnresolvedPayment } from "@kinchaku/domain/payment/Unresolved"
import { RaiseUnresolvedPayout } from "@kinchaku/domain/payout/Unresolved"
import { Effect } from "effect"
import * as fc from "fast-check"
import { invariant, notice } from "../src/Rule.ts"
import { backlog, deliver, guarded, oneForAll, unguarded } from "./support/DeadBanks.ts"
import { same } from "./support/Payments.ts"
import { ahead, blindTo, forgetting, mistaking, seeing, without, writing } from "./support/PaymentsMistakes.ts"
import { endsWell, resolving, silence } from "./support/Silences.ts"
import { halfHour, lookAtPayment, lookAtPayout, overAfter, routed, wait } from "./support/Raising.ts"

// ── one dead provider ────────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "TOP-10u",
  "while a bank is dead, a debit of another is answered within ten seconds, however many requests wait for the dead one; when it is back, they are done once",
  {
    because: "quality goal: one provider's outage is not another's; rulebook TOP-10",
    given: { waiting: backlog() },
    covers: { "more wait than are delivered at once": { atLeast: 20, when: ({ waiting }) => waiting.requests > 32 } },
    examples: [{ waiting: { requests: 10_000, death: "hangs", deadMinutes: 1, askedAfter: 1_000 } }],
    runs: 15,
    subject: guarded,
    holds: (guarding, { waiting }) =>
      Effect.map(
        deliver(waiting, guarding),
        ({ afterRevivalMillis, debitedOnce, otherMillis }) =>
          otherMillis <= 10_000 && debitedOnce && afterRevivalMillis <= 7 * 60_000
      ),
    catches: {
      "nothing breaks": unguarded,
      "one circuit breaks for all": oneForAll,
      "a circuit that broke stays open": { ...guarded, breaker: { firstWait: "1 day", longestWait: "1 day" } },
      "it breaks after a thousand calls": { ...guarded, breaker: { failures: 1_000 } }
    }
  }
)

// ── raised ───────────────────────────────────────────────────────────────────────────────────────────────────────────

notice(
  "PAY-13u",
  "a payment that its biller leaves unanswered for 30 minutes is raised to operators, once; one that waits for its bank is not, as its top-up is",
  {
    because: "rulebook PAY-13 and TOP-11, configurable, default 30",
    given: {
      state: fc.constantFrom("funding", "processing", "processing", "processing", "completed", "failed"),
      waits: fc.array(wait(), { minLength: 1, maxLength: 4 })
    },
    covers: {
      "silent while it is funded": {
        atLeast: 5,
        when: ({ state, waits }) => state === "funding" && waits.some((waited) => waited >= halfHour)
      },
      "too early": { atLeast: 5, when: ({ waits }) => waits.every((waited) => waited < halfHour) }
    },
    subject: RaiseUnresolvedPayment,
    holds: (raise, { state, waits }) => {
      const { raisedAt, ...seen } = lookAtPayment(raise, state, waits)
      const isDue = state === "processing" && waits.some((waited) => waited >= halfHour)
      return same(seen, { told: isDue ? 1 : 0, state }) && (raisedAt !== undefined) === isDue
    },
    catches: {
      "a millisecond early": ahead(RaiseUnresolvedPayment, 1),
      "a millisecond late": ahead(RaiseUnresolvedPayment, -1),
      "a settled one too": seeing(RaiseUnresolvedPayment, (_, record) =>
        record !== undefined && "settledAt" in record ? { ...record, _tag: "processing" } : record
      ),
      "one silence of a bank is told twice": seeing(RaiseUnresolvedPayment, (_, record) =>
        record !== undefined && !("entry" in record) ? { ...record, _tag: "processing" } : record
      ),
      "each look tells": forgetting(RaiseUnresolvedPayment, () => true),
      "nobody is told": without(RaiseUnresolvedPayment, "notices"),
      "it fails when it is raised": writing(RaiseUnresolvedPayment, "payment", { _tag: "failed" })
    }
  }
)

notice(
  "OUT-07u",
  "a payout without an answer is raised once: after 30 minutes where the bank was asked, after the transfer day where it went by file, after three days where it waits for one",
  {
    because: "rulebook OUT-07 and TOP-11; 総合振込: the bank answers a file after its transfer day",
    given: { state: fc.constantFrom("processing", "processing", "completed", "failed"), looks: routed() },
    covers: {
      "a file whose day is over": {
        atLeast: 10,
        when: ({ looks: { route, waits } }) =>
          typeof route === "object" && waits.some((waited) => waited >= overAfter(route))
      },
      "one that no file was made for": {
        atLeast: 10,
        when: ({ looks: { route, waits } }) => route === "noFile" && waits.some((waited) => waited >= overAfter(route))
      }
    },
    runs: 300,
    subject: RaiseUnresolvedPayout,
    holds: (raise, { looks: { route, waits }, state }) => {
      const { raisedAt, ...seen } = lookAtPayout(raise, state, route, waits)
      const isDue = state === "processing" && waits.some((waited) => waited >= overAfter(route))
      return same(seen, { told: isDue ? 1 : 0, state }) && (raisedAt !== undefined) === isDue
    },
    catches: {
      "a millisecond early": ahead(RaiseUnresolvedPayout, 1),
      "a millisecond late": ahead(RaiseUnresolvedPayout, -1),
      "a file is like any other way": mistaking(RaiseUnresolvedPayout, "payout", { route: "gateway" }),
      "a file is never raised": blindTo(RaiseUnresolvedPayout, "payoutBatch"),
      "one waits for ever": seeing(RaiseUnresolvedPayout, (kind, record) =>
        kind === "payout" && record !== undefined && !("batch" in record)
          ? { ...record, ...("route" in record && record.route === "file" ? { raisedAt: 0 } : {}) }
          : record
      ),
      "a settled one too": mistaking(RaiseUnresolvedPayout, "payout", { _tag: "processing" }),
      "each look tells": forgetting(RaiseUnresolvedPayout, () => true),
      "nobody is told": without(RaiseUnresolvedPayout, "notices")
    }
  }
)

// ── every kind of request, every fault ───────────────────────────────────────────────────────────────────────────────

invariant(
  "TOP-10v",
  "whatever providers do to operations of every kind, each ends as its provider has it, once, within 48 hours; after half an hour it is raised once; others wait for none",
  {
    because: "rulebook TOP-10, TOP-11, OUT-07, PAY-13; quality goals 20 and 21",
    given: { silence: silence() },
    covers: {
      "somebody is dead": { atLeast: 40, when: ({ silence: { dead } }) => dead !== "nobody" },
      payouts: { atLeast: 20, when: ({ silence: { doings } }) => doings.some(({ kind }) => kind === "payout") },
      deposits: { atLeast: 20, when: ({ silence: { doings } }) => doings.some(({ kind }) => kind === "deposit") }
    },
    runs: 30,
    subject: resolving,
    holds: (how, given) => endsWell(given.silence, how),
    catches: {
      "nobody inquires": {
        ...resolving,
        each: (world, n) => Effect.andThen(n === 0 ? world.dispatch : Effect.void, world.sweep)
      },
      "nobody sweeps": { ...resolving, each: (world) => world.dispatch },
      "a circuit that broke stays open": {
        ...resolving,
        breaker: { failures: 1, firstWait: "9 days", longestWait: "9 days" }
      },
      "the first delivery waits for the second turn": {
        ...resolving,
        each: (world, n) => (n === 0 ? world.sweep : Effect.andThen(world.dispatch, world.sweep))
      }
    }
  }
)
