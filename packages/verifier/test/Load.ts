/**
 * What happens in the books of these tests: a policy, billers, funded money accounts, and slips to pay.
 */
import type { AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import type { BankCode } from "@kinchaku/domain/bank/BankLink"
import * as Linking from "@kinchaku/testkit/scenario/Linking"
import * as Opening from "@kinchaku/testkit/scenario/Opening"
import { codeless } from "@kinchaku/testkit/scenario/TestPolicy"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import { ContractBiller } from "@kinchaku/domain/bill/Contract"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { SlipPaymentRequest } from "@kinchaku/domain/payment/Payments"
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Effect } from "effect"

export const actor = "host:test" as Actor
const bank = "9999" as BankCode
const roomy = { perDay: Yen.make(1e12), perMonth: Yen.make(1e12) }

/** Limits that nothing reaches, and a fee on each payment. */
const policy: Policy = {
  ...codeless,
  limits: { ...compat.limits, money: { balance: Yen.make(1e12), topUp: roomy, payment: roomy, payout: roomy } },
  fees: [{ function: "payment", fixed: Yen.make(55) }],
  banks: {
    [bank]: {
      name: "試験銀行",
      minimum: PositiveYen.make(1),
      step: PositiveYen.make(1),
      opens: "00:00",
      closes: "24:00",
      maintenance: []
    }
  }
}

const hash = (text: string): KeyedHash => Buffer.from(text.padEnd(32, "."), "utf8").toString("hex") as KeyedHash
const code = (n: number): BillerCode => `${900_000 + n}` as BillerCode
const payee = (n: number): string => `水道局 ${n}`

const openFunded = Effect.fnUntraced(function* (n: number) {
  const engine = yield* Engine
  const as = (step: string) => ({ actor, key: `${step} ${n}` })
  const [person, kanaName] = [hash(`person ${n}`), hash(`kana ${n}`)]
  const opener = { person, email: hash(`email ${n}`), phone: hash(`phone ${n}`), kanaName }
  const { id: account } = yield* Opening.open(engine.submit, opener, n, as)
  yield* Opening.verify(engine.submit, account, person, n, as)
  const linked = { _tag: "linked", holder: kanaName, factors: 2 } as const
  const link = yield* Linking.answered(engine.submit, { account, bank, bankAccount: hash(`bank ${n}`) }, linked, as)
  const asked = { account, link: link.id, amount: PositiveYen.make(1_000_000), quotedFee: Yen.make(0) }
  const { request } = yield* engine.submit(TopUpFromBank, asked, as("top up"))
  const debited = { _tag: "debited", bankReference: "bank" } as const
  yield* engine.submit(RecordDebitAnswer, { request, answer: debited }, as("debited"))
  return account
})

/** Puts the policy in force, contracts billers, of which the last must accept each payment, and opens accounts. */
export const prepare = Effect.fnUntraced(function* (accounts: number, billers: number) {
  const engine = yield* Engine
  yield* engine.submit(AdoptPolicy, { policy }, { actor, key: "policy" })
  for (let n = 0; n < billers; n++) {
    const confirmation = n === billers - 1 ? ("online" as const) : ("none" as const)
    const biller = { code: code(n), name: payee(n), confirmation, active: true }
    yield* engine.submit(ContractBiller, biller, { actor, key: `biller ${n}` })
  }
  // All at once, so that some commands share a commit.
  return yield* Effect.forEach(
    Array.from({ length: accounts }, (_, n) => n),
    openFunded,
    { concurrency: "unbounded" }
  )
})

/** The n-th slip, of the n-th biller in turn, with the quote that was confirmed. */
export const slip = (account: AccountId, n: number, billers: number): SlipPaymentRequest => {
  const amount = PositiveYen.make(1000 + n)
  const biller = n % billers
  const free = `${n}`.padStart(12, "0")
  const barcode = SlipBarcode.write({ biller: code(biller), free, reissues: 0, stamp: false, amount })
  return { account, barcode, quote: { payee: payee(biller), amount, fee: Yen.make(55) } }
}
