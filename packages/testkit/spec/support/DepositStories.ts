/**
 * Stories of deposit top-ups in a whole world, and the history of top-ups by every way.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { put } from "@kinchaku/domain/engine/Facts"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { FormerWay } from "@kinchaku/domain/topup/DirectTopUp"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { RequestDeposit } from "@kinchaku/domain/topup/DepositRequest"
import { shops } from "@kinchaku/domain/topup/DirectTopUp"
import { ImportTopUp } from "@kinchaku/domain/topup/DirectTopUpImport"
import { TopUpAtShop } from "@kinchaku/domain/topup/ShopTopUp"
import { Effect, Result } from "effect"
import { inWorld } from "../../src/scenario/World.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { SimulatedMail } from "../../src/simulators/SimulatedMail.ts"
import { operator } from "./AccountDesk.ts"
import { Become, lawson, shop, wanting } from "./Deposits.ts"
import { accountOf, me } from "./Payments.ts"
import { Desk, noon } from "./PaymentsDesk.ts"
import { anyTime, bank, linkIn, noLimits, toppingUp } from "./PaymentsTopUps.ts"

/** When somebody pays in: once the number is known, or as soon as the collector has issued it. */
export interface Circumstances {
  readonly isAway: boolean
  readonly isEarly: boolean
}

/**
 * What became of a request for a number, a day after it: what the holder has, and what the collector issued. What is paid in for it is
 * reported twice.
 */
export const issuedIn = (amount: string, { isAway, isEarly }: Circumstances, resolves: boolean) =>
  inWorld({}, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "cash")
      yield* world.settle
      const mail = yield* SimulatedMail
      const before = (yield* mail.arrived).length
      const yen = Number(amount) as PositiveYen
      const asked = { account: holder.account, way: "convenienceStore", chain: lawson, amount: yen } as const
      const { fee } = yield* world.depositTopUps.quote(asked.way, yen)
      const { id, request } = yield* world.depositTopUps.request({ ...asked, quotedFee: fee }, world.intent(holder))
      if (isAway) world.collector.reachable(false)
      yield* world.dispatch
      world.collector.reachable(true)
      const issued = Effect.map(world.collector.numbers, (all) => {
        const done = all.get(request)?.state
        return typeof done === "object" && done._tag === "issued" ? (done.issued.number as string) : undefined
      })
      const pay = Effect.gen(function* () {
        const number = yield* issued
        if (number !== undefined) yield* world.collector.report(yield* world.collector.pay(number))
        return number !== undefined
      })
      const isPaid = isEarly && (yield* pay)
      if (resolves) yield* world.settle
      if (!isPaid) yield* pay
      const topUp = yield* world.depositTopUps.get(holder.account, id)
      return {
        state: topUp._tag as string,
        issued: topUp.issued?.number as string | undefined,
        truth: yield* issued,
        isPaid,
        held: (yield* world.balances(holder)).cash as number,
        mails: (yield* mail.arrived).length - before,
        waiting: yield* world.outbox.waiting
      }
    })
  )

/** What the history shows of one top-up by each of some ways, asked for in their order. */
export const historyWays = (ways: ReadonlyArray<FormerWay>, fee: number) => {
  const desk = new Desk({
    policy: {
      ...codeless,
      limits: noLimits,
      fees: [{ function: "topUp", fixed: fee as Yen }],
      banks: { [bank]: anyTime }
    },
    records: [put(accounts, accountOf(me, "money")), put(bankLinks, linkIn("registered")), put(shops, shop)]
  })
  const amount = 5_000 as PositiveYen
  for (const way of ways) {
    if (way === "bank") Result.getOrThrow(desk.ask(TopUpFromBank, toppingUp(amount, fee)))
    else if (way === "shop") {
      const content = { account: me, shop: shop.code, amount, quotedFee: fee as Yen }
      desk.ask(TopUpAtShop, content, { actor: operator })
    } else if (way === "remittance") {
      const former = { account: me, way, amount, fee: 0 as Yen, feeTax: 0 as Yen, at: noon }
      desk.ask(Become, { ...accountOf(me, "money"), origin: "legacy" })
      desk.ask(ImportTopUp, former, { actor: operator })
      desk.ask(Become, accountOf(me, "money"))
    } else desk.ask(RequestDeposit, wanting(amount, fee, way))
  }
  return desk.history(me).flatMap((line) => {
    if (line.kind === "payment" || line.kind === "payout") return []
    const { topUp } = line
    return [
      {
        way: "way" in topUp ? (topUp.way as string) : "shop",
        status: topUp._tag as string,
        amount: topUp.amount as number,
        fee: topUp.fee as number,
        date: ("askedAt" in topUp ? topUp.askedAt : topUp.at) as number,
        due: "due" in topUp ? (topUp.due as string) : "none"
      }
    ]
  })
}
