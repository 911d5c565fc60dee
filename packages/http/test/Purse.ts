/**
 * A wallet as tests of its ways in and out meet it: two banks, one of which takes payouts in files, and money on the account.
 */
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { certificate } from "@kinchaku/testkit/simulators/SimulatedVerifier"
import { assert } from "vitest"
import { bankAccount, type Body, type Harness, holder, keys, type Reply, testPolicy } from "./Harness.ts"

export const operator = { key: keys.operator }
export const merchant = { key: keys.merchant }

const terms = {
  minimum: PositiveYen.make(100),
  step: PositiveYen.make(100),
  opens: "00:00",
  closes: "24:00",
  maintenance: []
}

/** Whose account file payouts leave from. */
export const requester = {
  code: "1234567890",
  name: "キンチャク",
  bank: "9999",
  branch: "001",
  kind: "ordinary",
  number: "7000000"
} as const

/** Bank 9999 is paid at once, bank 9998 in files. */
export const pursePolicy: Policy = {
  ...testPolicy,
  banks: {
    ...testPolicy.banks,
    "9998": { ...terms, name: "総合振込銀行", payouts: "file", registrationDays: 3 }
  },
  wallet: { ...testPolicy.wallet, payout: { ...testPolicy.wallet.payout, requester } }
}

/** An answer that has to be a success. */
export const made = async (reply: Promise<Reply>): Promise<Body> => {
  const { json, status, text } = await reply
  assert.isBelow(status, 300, text)
  return json
}

let accounts = 0
/** A bank account that nobody has, at a bank. */
export const freshAccount = (bank: string) => ({ ...bankAccount, bank, number: `${(accounts += 1) + 40_000}00` })

/** A money account with a registered link at a bank and, where asked for, a balance in money. */
export const purse = async (harness: Harness, { bank = "9999", money = 0 } = {}) => {
  const { account, link: first, person } = await holder(harness)
  await harness.adopt(pursePolicy)
  const presentation = certificate(person, "verified", { occasion: `${person} verifies` })
  await made(harness.post(`/accounts/${account}/identity-verification`, { presentation }))
  const own = `/accounts/${account}`
  const registered = async (at: string): Promise<string> => {
    const { id } = await made(harness.post(`${own}/bank-links`, freshAccount(at)))
    await made(harness.post(`${own}/bank-links/${id}/procedures`, { quotedFee: 0 }))
    await harness.dispatch()
    return id
  }
  const link = bank === "9999" ? first : await registered(bank)
  if (money > 0) {
    await made(harness.post(`${own}/top-ups`, { link: first, amount: money, quotedFee: 0 }))
    await harness.dispatch()
  }
  return { account, link, own, person }
}
