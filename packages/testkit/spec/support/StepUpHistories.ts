/**
 * Histories of an issuer: whatever two holders, their merchants and an operator may do, in any order.
 */
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { type AskedMethod, cardProfiles } from "@kinchaku/domain/stepup/CardProfile"
import { type Purchase, purchases } from "@kinchaku/domain/stepup/Purchase"
import type { PurchaseKind } from "@kinchaku/domain/stepup/Risk"
import * as fc from "fast-check"
import { after, device, type Issuer, minute } from "./StepUp.ts"

export type Deed =
  | { readonly does: "provisional" | "void" | "unlock" | "remind"; readonly n: number }
  | { readonly does: "enrol"; readonly n: number; readonly of: number; readonly method: AskedMethod }
  | { readonly does: "change"; readonly n: number; readonly method: AskedMethod }
  | {
      readonly does: "buy"
      readonly n: number
      readonly kind: PurchaseKind
      readonly amount: number
      readonly on: number
    }
  | { readonly does: "answer"; readonly which: number; readonly id: number; readonly secret: boolean }
  | { readonly does: "cancel"; readonly which: number }

const n = fc.constantFrom(1, 1, 1, 2)
const method = fc.constantFrom<AskedMethod>("otp", "otp", "password", "personalMessage")
const which = fc.constantFrom(0, 0, 1, 2, 3)
const plain = { noNullPrototype: true }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("provisional", "void", "unlock", "remind"), n }, plain) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant("enrol"), n, of: fc.integer({ min: 1, max: 3 }), method }, plain)
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("change"), n, method }, plain) },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        does: fc.constant("buy"),
        n,
        kind: fc.constantFrom<PurchaseKind>("online", "online", "eMoneyTopUp", "inStore", "standing"),
        amount: fc.constantFrom(1, 29_999, 30_000),
        on: n
      },
      plain
    )
  },
  {
    weight: 6,
    arbitrary: fc.record({ does: fc.constant("answer"), which, id: n, secret: fc.boolean() }, plain)
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("cancel"), which }, plain) }
) as fc.Arbitrary<Deed>

const beginning: ReadonlyArray<Deed> = [
  { does: "enrol", n: 1, of: 1, method: "otp" },
  { does: "buy", n: 1, kind: "online", amount: 1, on: 2 }
]

/** Some deeds, a minute apart; the first holder has enrolled and buys something, so that more comes of them. */
export const deeds = (): fc.Arbitrary<ReadonlyArray<Deed>> =>
  fc.array(deed, { maxLength: 20 }).map((all) => [...beginning, ...all])

/** Every purchase so far, the oldest first. */
export const bought = ({ desk }: Issuer): ReadonlyArray<Purchase> => desk.recordsOf(purchases)

/** Does one thing. What is refused changes nothing. */
export const play = (issuer: Issuer, done: Deed, index: number): void => {
  const at = after(index * minute)
  switch (done.does) {
    case "provisional":
      return void issuer.provisional(done.n)
    case "void":
      return void issuer.void(done.n)
    case "remind":
      return void issuer.remind(done.n, at)
    case "unlock": {
      const profile = issuer.desk.recordsOf(cardProfiles)[done.n - 1]
      return profile === undefined ? undefined : void issuer.unlock(profile.id, "operator:someone")
    }
    case "enrol":
      return void issuer.enrol(done.n, done.method, done.of)
    case "change":
      return void issuer.change(done.n, done.method)
    case "buy":
      return void issuer.buy(
        done.n,
        { kind: done.kind, amount: done.amount as PositiveYen, device: device(done.on) },
        at
      )
    case "answer": {
      const purchase = bought(issuer)[done.which]
      return purchase === undefined ? undefined : void issuer.answer(purchase, done, at)
    }
    case "cancel": {
      const purchase = bought(issuer)[done.which]
      return purchase === undefined ? undefined : void issuer.cancel(purchase)
    }
  }
}
