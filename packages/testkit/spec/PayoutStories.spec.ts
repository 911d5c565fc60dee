/**
 * Stories of payouts: what is true at the end, whatever the bank and the line to it do (OUT-07), and what a holder is shown (OUT-08).
 */
import { Effect } from "effect"
import * as fc from "fast-check"
import { invariant, query } from "../src/Rule.ts"
import { same } from "./support/Payments.ts"
import { bankBehaviour, delays } from "./support/PaymentsWorld.ts"
import { askingAnew, guessing, inquiring, payoutStory, shown } from "./support/PayoutStories.ts"

invariant(
  "OUT-07c",
  "whatever the bank and the line to it do, a payout is done once or given back, as the bank has it, and within two days",
  {
    because: "rulebook OUT-07, TOP-10",
    given: { behaviour: bankBehaviour(), delay: delays() },
    runs: 40,
    subject: inquiring,
    holds: (resolve, { behaviour, delay }) =>
      Effect.map(payoutStory(behaviour, delay, resolve), (end) => {
        // What left after a refusal stands as an outlay; the holder has it back.
        const isDone = end.state === "completed"
        return (
          end.waiting === 0 &&
          end.inTransit === 0 &&
          end.hours <= 48 &&
          end.credits <= 1 &&
          end.credited === (isDone ? 5_000 : 0) + end.outlay &&
          end.taken === (isDone ? 5_220 : 0) &&
          end.fees === (isDone ? 220 : 0)
        )
      }),
    catches: {
      "silence is taken for a credit": guessing("credited"),
      "silence is taken for a refusal": guessing("refused"),
      "the amount is asked for anew": askingAnew
    }
  }
)

query(
  "OUT-08",
  "a payout shows its holder date, status, amount, fee, what was taken, and to whom and where; others nothing",
  {
    because: "seed 000, 履歴の詳細画面; rulebook SEC-10, REG-04",
    given: {
      amount: fc.integer({ min: 1, max: 90_000 }),
      erased: fc.subarray(["bankAccount", "holder"] as const)
    },
    runs: 12,
    subject: (detail: Parameters<typeof shown>[2]) => detail,
    holds: (subject, { amount, erased }) =>
      Effect.map(
        shown(
          amount,
          erased,
          subject((payouts) => payouts.detail)
        ),
        ({ link, others, own }) => {
          const { bankAccount, email, holderKana, payee, payout } = own
          const account = { bank: "9999", branch: "001", kind: "ordinary", number: "1234500" }
          return (
            others === "PayoutNotFound" &&
            same(
              [payout._tag, payout.amount, payout.fee, own.taken, payout.link, own.bankName],
              ["completed", amount, 220, amount + 220, link.id, "テスト銀行"]
            ) &&
            payout.askedAt > 0 &&
            same(bankAccount, erased.includes("bankAccount") ? undefined : account) &&
            [email, holderKana, payee].every((fact) => (fact === undefined) === erased.includes("holder"))
          )
        }
      ),
    catches: {
      "the fee is not part of what was taken": () => (payouts) => (account, id) =>
        Effect.map(payouts.detail(account, id), (detail) => ({ ...detail, taken: detail.payout.amount })),
      "where it went is not shown": () => (payouts) => (account, id) =>
        Effect.map(payouts.detail(account, id), ({ bankAccount: _, ...detail }) => detail),
      "who is paid is not shown": () => (payouts) => (account, id) =>
        Effect.map(payouts.detail(account, id), ({ holderKana: _, ...detail }) => detail)
    }
  }
)
