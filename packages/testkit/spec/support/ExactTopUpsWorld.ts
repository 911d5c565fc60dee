/**
 * Stories of a payment with an exact top-up in a whole world, told to their end.
 */
import { replay } from "@kinchaku/domain/audit/Replay"
import { merchantPayable, suspense } from "@kinchaku/domain/ledger/AccountCode"
import { Effect } from "effect"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { type Story, testBiller } from "../../src/scenario/Story.ts"
import { testPolicy } from "../../src/scenario/TestPolicy.ts"
import { inWorld } from "../../src/scenario/World.ts"
import type { BillerBehaviour } from "../../src/simulators/SimulatedBiller.ts"
import type { DebitBehaviour } from "../../src/simulators/BankBehaviour.ts"

/** Where everything is when a payment of ¥1,200 out of ¥200 has ended, whatever bank and biller did. */
export const exactStory = (
  bankDoes: DebitBehaviour,
  billerDoes: BillerBehaviour,
  resolve: (world: Story) => Effect.Effect<unknown, unknown> = ({ settle }) => Effect.andThen(settle, settle)
) =>
  inWorld({ bank: { debits: ["accepts", bankDoes, "accepts"] }, biller: { payments: [billerDoes] } }, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "money")
      const linked = yield* world.link(holder)
      yield* world.topUp(holder, 200, linked)
      yield* world.contract({ confirmation: "online" })
      yield* world.bankLinks.setExactTopUp(holder.account, linked.id, world.intent(holder))
      const barcode = world.slip({ amount: 1_200 })
      const quote = yield* world.payments.quoteSlip(barcode, holder.account)
      const payment = yield* world.payments.paySlip({ account: holder.account, barcode, quote }, world.intent(holder))
      yield* world.dispatch
      yield* resolve(world)
      yield* world.bank.report
      const debits = [...(yield* world.bank.debits).values()].flatMap(({ state }) =>
        typeof state === "object" && state._tag === "debited" ? [state.amount as number] : []
      )
      const told = [...(yield* world.biller.payments).values()]
      const ledger = yield* world.ledger
      return {
        state: (yield* world.payments.get(holder.account, payment.id))._tag as string,
        // The first debit brought what was there before.
        debits: debits.slice(1),
        isTaken: told.some(({ state }) => typeof state === "object" && state._tag === "accepted"),
        money: (yield* world.balances(holder)).money as number,
        suspense: ledger[suspense] ?? 0,
        owed: ledger[merchantPayable(testBiller().code)] ?? 0,
        waiting: yield* world.outbox.waiting,
        replays: yield* Effect.isSuccess(
          Effect.provide(replay(world.journal, { live: world.store }), MemoryStore.layer, { local: true })
        )
      }
    })
  )

/**
 * The passbook texts that a bank was asked to print, each text adopted before one top-up: a plain one, then an exact
 * one.
 */
export const printed = (texts: readonly [string, string], noted: (text: string) => string = (text) => text) => {
  const asked: Array<string> = []
  const debits = ({ request }: { readonly request: { readonly passbookText: string } }): DebitBehaviour => {
    asked.push(noted(request.passbookText))
    // The answer is lost, so that the bank is asked about it once more under another text.
    return asked.length === 1 ? "losesTheFirst" : "accepts"
  }
  return inWorld({ bank: { debits } }, (world) =>
    Effect.gen(function* () {
      const adopt = (passbookText: string) => world.adopt(testPolicy({ passbookText }))
      yield* adopt(texts[0])
      const holder = yield* world.open("taro", "money")
      const linked = yield* world.link(holder)
      const { id } = yield* world.askTopUp(holder, 200, linked)
      yield* world.dispatch
      yield* adopt(texts[1])
      yield* world.settle
      yield* world.contract()
      yield* world.bankLinks.setExactTopUp(holder.account, linked.id, world.intent(holder))
      const barcode = world.slip({ amount: 1_200 })
      const quote = yield* world.payments.quoteSlip(barcode, holder.account)
      yield* world.payments.paySlip({ account: holder.account, barcode, quote }, world.intent(holder))
      yield* world.settle
      return { asked, first: (yield* world.topUps.get(holder.account, id)).passbookText }
    })
  )
}
