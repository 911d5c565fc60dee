/**
 * The terms on which tellers are asked: who asks, the policy in force, and the one biller.
 */
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { codeless } from "@kinchaku/testkit/scenario/TestPolicy"

/** Who pays; operators have names of their own. */
export const actor = "host:torture" as Actor
/** The fee of each payment and each payout, in yen. */
export const fee = 55
/** What a cash account may pay in a month, in yen. A money account never comes to its limits. */
export const limit = 100_000

export const bank = "9999"
export const biller = "900000" as BillerCode
export const payee = "biller"
const unreached = { perDay: Yen.make(1_000_000_000_000), perMonth: Yen.make(10_000_000_000_000) }
const roomy = { balance: Yen.make(1_000_000_000_000), topUp: unreached, payment: unreached, payout: unreached }

/** A policy that differs from another version's by how long a history is. */
export const policy = (version: number): Policy => ({
  ...codeless,
  historyEntries: 100 + version,
  limits: { cash: { ...roomy, payment: { perMonth: Yen.make(limit) } }, money: roomy },
  fees: [
    { function: "payment", fixed: Yen.make(fee) },
    { function: "payout", fixed: Yen.make(fee) }
  ],
  banks: {
    [bank]: {
      name: "torture",
      minimum: PositiveYen.make(1),
      step: PositiveYen.make(1),
      opens: "00:00",
      closes: "24:00",
      maintenance: []
    }
  }
})
