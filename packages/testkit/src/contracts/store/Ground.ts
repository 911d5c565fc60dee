/**
 * Ground: the records that others refer to, made for a number, and commits that lay them down.
 */
import { type AccountActive, accounts, type KeyedHash } from "@kinchaku/domain/account/Account"
import { type BankCode, type BankLinkId, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type Biller, type BillerCode, billers } from "@kinchaku/domain/bill/Biller"
import { type SlipNumber, write as writeSlip } from "@kinchaku/domain/bill/SlipBarcode"
import type { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import type { OutgoingRequest } from "@kinchaku/domain/engine/Outbox"
import { bankSettlement, cash } from "@kinchaku/domain/ledger/AccountCode"
import { entryId } from "@kinchaku/domain/ledger/JournalEntry"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { type PaymentId, payments } from "@kinchaku/domain/payment/Payment"
import type { ChainCode } from "@kinchaku/domain/policy/Wallet"
import {
  type DepositTopUpId,
  depositTopUps,
  type PaymentNumber,
  type ProviderName
} from "@kinchaku/domain/topup/Deposit"
import { type MerchantCode, type Shop, type ShopCode, shops } from "@kinchaku/domain/topup/DirectTopUp"
import type { TopUpId } from "@kinchaku/domain/topup/TopUp"
import { sha256 } from "../../memory/TestDigest.ts"
import { accountId, type Batch, commandId, credit, debit, minute, request } from "./Batches.ts"

export const yen = (n: number): Yen => n as Yen
export const positive = (n: number): PositiveYen => n as PositiveYen
/** The keyed hash of a value. */
export const keyedHash = (text: string): KeyedHash => sha256(text) as KeyedHash

export const bank = "0001" as BankCode
export const linkId = (n: number): BankLinkId => `link_${commandId(n)}` as BankLinkId
export const topUpId = (n: number): TopUpId => `top_${commandId(n)}` as TopUpId
export const paymentId = (n: number): PaymentId => `pay_${commandId(n)}` as PaymentId
export const billerCode = (n: number): BillerCode => `${100_000 + n}` as BillerCode

export const slipNumber = (n: number): SlipNumber =>
  writeSlip({
    biller: billerCode(n),
    free: `${n}`,
    reissues: n % 10,
    due: "2028-02-29" as JapanDate,
    stamp: n % 2 === 1,
    amount: positive(1 + (n % 999_999))
  })

export const account = (n: number): AccountActive => ({
  _tag: "active",
  id: accountId(n),
  kind: "cash",
  origin: "certificate",
  person: keyedHash(`person ${n}`),
  kanaName: keyedHash(`kana ${n}`),
  openedAt: minute(n),
  confirmedAt: minute(n)
})

export const link = (n: number) => ({
  id: linkId(n),
  account: accountId(n),
  bank,
  bankAccount: keyedHash(`bank account ${n}`),
  request: request(n),
  askedAt: minute(n)
})

export const topUp = (n: number, of = n) => ({
  id: topUpId(n),
  account: accountId(of),
  way: "bank" as const,
  link: linkId(of),
  bank,
  amount: positive(1000 + n),
  fee: yen(110),
  feeTax: yen(10),
  request: request(n),
  passbookText: "ウェルネット チャージ",
  askedAt: minute(n)
})

export const payment = (n: number, of = n) => ({
  id: paymentId(n),
  account: accountId(of),
  way: "barcode" as const,
  biller: billerCode(of),
  payee: "東京都水道局",
  barcode: slipNumber(n),
  amount: positive(1200),
  fee: yen(100),
  feeTax: yen(9),
  fromCash: yen(300),
  fromMoney: yen(1000),
  entry: entryId(commandId(n), 1),
  paidAt: minute(n)
})

export const provider = "collector" as ProviderName
export const lawson = "lawson" as ChainCode
export const number = (n: number): PaymentNumber => `${n}`.padStart(11, "0") as PaymentNumber
export const depositTopUpId = (n: number): DepositTopUpId => `dep_${commandId(n)}` as DepositTopUpId

export const depositTopUp = (n: number, of = n) => ({
  id: depositTopUpId(n),
  account: accountId(of),
  way: "convenienceStore" as const,
  provider,
  chain: lawson,
  amount: positive(1000 + n),
  fee: yen(110),
  feeTax: yen(10),
  due: "2026-11-30" as JapanDate,
  request: request(n),
  askedAt: minute(n)
})
export const shop = (n: number): Shop => ({
  code: `S${n}` as ShopCode,
  merchant: "M-1" as MerchantCode,
  name: "商店 'A' \"B\"; --",
  topUps: true
})

export const biller = (n: number): Biller => ({
  code: billerCode(n),
  name: "東京都水道局",
  confirmation: "none",
  active: true
})

/** The records that samples of a number name, what they refer to before what refers to it. */
export const surroundings = (n: number): ReadonlyArray<Put> => [
  put(accounts, account(n)),
  put(billers, biller(n)),
  put(bankLinks, { _tag: "registered", ...link(n), settledAt: minute(n) }),
  put(payments, { _tag: "processing", ...payment(n) }),
  put(depositTopUps, { _tag: "awaiting", ...depositTopUp(n) }),
  put(shops, shop(n))
]

export const outgoing = (n: number, of: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  id: request(n),
  kind: "bankDebit",
  subject: topUpId(n),
  askedAt: minute(n),
  ...of
})

/** Credits an account's cash from the bank. */
export const funded = (n: number, amount: number, of = n): Batch["commands"][number] => ({
  n,
  entries: [{ postings: [debit(bankSettlement(bank), amount), credit(cash(accountId(of)), amount)] }]
})

/** A commit after which samples of a number can be put: the account with its surroundings, and its first entry. */
export const ground = (n: number): Batch => ({ commands: [funded(n, 10_000)], puts: surroundings(n) })
