/**
 * Sending value: the steps that bring value in, spend it, pay it out, or settle what stands in suspense, each as the request that it is.
 */
import type { Yen } from "@kinchaku/domain/money/Yen"
import type { Quote } from "@kinchaku/domain/payment/SlipTerms"
import type { ChainCode } from "@kinchaku/domain/policy/Wallet"
import type { Resolving } from "@kinchaku/domain/suspense/Resolution"
import { MerchantCode, ShopCode } from "@kinchaku/domain/topup/DirectTopUp"
import { Effect, Result } from "effect"
import { digitsAt, slipAt } from "./Cast.ts"
import { confirmed, type Desk, linkAt, type Send, yen } from "./Desk.ts"
import { noteItems } from "./Observation.ts"
import { fromLast, type StepOf } from "./Steps.ts"
import { operator } from "./Story.ts"

export const topUp = Effect.fnUntraced(function* (desk: Desk, { amount, link: n, quote, stranger }: StepOf<"topUp">) {
  const { known, world } = desk
  const { id, person } = linkAt(desk, n)
  const account = known.accountOf(person + (stranger ? 1 : 0))
  const quotedFee = confirmed(yield* Effect.result(world().topUps.quote(account, id, yen(amount))), quote)
  const send: Send = (changed, intent) => {
    const request = { account, link: id, amount: yen(amount + (changed ? 1000 : 0)), quotedFee }
    return Effect.map(world().topUps.fromBank(request, intent), (asked) => {
      known.note(known.topUps, asked)
      return asked._tag
    })
  }
  return send
})

export const deposit = Effect.fnUntraced(function* (desk: Desk, step: StepOf<"deposit">) {
  const { known, world } = desk
  const { amount, chain, person, quote, way } = step
  const account = known.accountOf(person)
  const quotedFee = confirmed(yield* Effect.result(world().depositTopUps.quote(way, yen(amount))), quote)
  const where = way === "convenienceStore" ? { way, chain: chain as ChainCode } : { way }
  const send: Send = (changed, intent) => {
    const request = { account, ...where, amount: yen(amount + (changed ? 1000 : 0)), quotedFee }
    return Effect.map(world().depositTopUps.request(request, intent), (asked) => {
      known.note(known.depositTopUps, asked)
      return asked._tag
    })
  }
  return send
})

/** The one shop of a history, which its operator contracts when value is loaded there first. */
const contracted = {
  code: ShopCode.make("shop-1"),
  merchant: MerchantCode.make("merchant-1"),
  name: "テスト商店",
  topUps: true
}

export const shop = Effect.fnUntraced(function* ({ known, world }: Desk, { amount, person, quote }: StepOf<"shop">) {
  const account = known.accountOf(person)
  yield* Effect.orDie(world().shopTopUps.contract(contracted, { actor: operator, key: "shop" }))
  const quotedFee = confirmed(yield* Effect.result(world().shopTopUps.quote(yen(amount))), quote)
  const send: Send = (changed, intent) => {
    const request = { account, shop: contracted.code, amount: yen(amount + (changed ? 1000 : 0)), quotedFee }
    return Effect.map(world().shopTopUps.load(request, intent), ({ _tag }) => _tag)
  }
  return send
})

export const pay = Effect.fnUntraced(function* (
  desk: Desk,
  { exact: isExact, person, quote: wish, slip }: StepOf<"pay">
) {
  const { known, world } = desk
  const account = known.accountOf(person)
  const barcode = digitsAt(slip)
  const madeUp: Quote = { payee: "?", amount: yen(slipAt(slip).amount), fee: 0 as Yen }
  const quoted = yield* Effect.result(world().payments.quoteSlip(barcode, account))
  const { exactTopUp, ...plain } = Result.isSuccess(quoted) ? quoted.success : madeUp
  const send: Send = (changed, intent) => {
    const fee = (plain.fee + (wish === "wrong" ? 1 : 0) + (changed ? 1 : 0)) as Yen
    const quote = { ...plain, fee, ...(isExact && exactTopUp !== undefined ? { exactTopUp } : {}) }
    return Effect.map(world().payments.paySlip({ account, barcode, quote }, intent), (payment) => {
      known.note(known.payments, payment)
      if (payment._tag === "funding" && payment.topUp !== undefined) {
        const request = payment.id.replace("pay_", "req_") as (typeof known.topUps)[number]["request"]
        known.note(known.topUps, { id: payment.topUp, account, request })
      }
      return payment._tag
    })
  }
  return send
})

export const payout = Effect.fnUntraced(function* (desk: Desk, { amount, person, quote }: StepOf<"payout">) {
  const { known, world } = desk
  const account = known.accountOf(person)
  const quotedFee = confirmed(yield* Effect.result(world().payouts.quote(account, yen(amount))), quote)
  const send: Send = (changed, intent) => {
    const request = { account, amount: yen(amount + (changed ? 1000 : 0)), quotedFee }
    return Effect.map(world().payouts.request(request, intent), (asked) => {
      known.note(known.payouts, { ...asked, isByFile: asked.route === "file" })
      return asked._tag
    })
  }
  return send
})

export const resolve = Effect.fnUntraced(function* ({ known, world }: Desk, { item: n, to }: StepOf<"resolve">) {
  yield* Effect.orDie(noteItems(known, world()))
  const item = fromLast(known.itemsInOrder(), n)
  const resolution: Resolving =
    to === "returned" ? { _tag: "returned" } : { _tag: "credited", account: known.accountOf(to) }
  const send: Send = (_, { key }) =>
    item === undefined
      ? Effect.succeed("nothing")
      : Effect.map(
          world().suspenseDesk.resolve({ item, resolution, reference: "case-2" }, { actor: operator, key }),
          (resolved) => resolved.resolution
        )
  return send
})
