/**
 * Samples of token apps: every state, with and without each field that may be absent.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { max, type PositiveYen } from "@kinchaku/domain/money/Yen"
import { type Token, type TokenId, tokens, type TransactionId } from "@kinchaku/domain/token/Token"
import {
  type ServiceId,
  type TokenService,
  tokenServices,
  type TokenUser,
  tokenUserId,
  tokenUsers
} from "@kinchaku/domain/token/TokenUser"
import { type Transaction, transactions } from "@kinchaku/domain/token/Transaction"
import { sha256 } from "../../memory/TestDigest.ts"
import { commandId, minute } from "./Batches.ts"

const hash = (text: string): KeyedHash => sha256(text) as KeyedHash
const nonce = (n: number): Nonce => `${n}`.padStart(22, "n") as Nonce
const service = "MinatoBank01" as ServiceId
const serviceOf = (n: number): ServiceId => `Service${n}` as ServiceId
const user = (n: number): KeyedHash => hash(`user ${n}`)
const tokenId = (n: number): TokenId => `tok_${commandId(n)}` as TokenId
const transactionId = (n: number): TransactionId => `ttx_${commandId(n)}` as TransactionId

const serviceSamples = (n: number): ReadonlyArray<TokenService> => [
  {
    id: serviceOf(n),
    name: "みなと銀行ダイレクト",
    downloadUrl: "https://app.example/token?service=1",
    confirmsTransactions: true,
    open: true
  },
  {
    id: serviceOf(n),
    name: "O'Neill's \"Bank\"; DROP TABLE token; -- 🏦",
    downloadUrl: "https://a",
    confirmsTransactions: false,
    open: false
  }
]

const known = (n: number) => ({ id: tokenUserId(service, user(n)), service, user: user(n), wrongs: 0 })
const application = (n: number) => ({ ...known(n), appliedIn: commandId(n), appliedAt: minute(n) })
const userSamples = (n: number): ReadonlyArray<TokenUser> => [
  { _tag: "unregistered", ...known(n), wrongs: 1 },
  { _tag: "unregistered", ...known(n), wrongs: 5, lockedAt: minute(3) },
  { _tag: "applied", ...application(n) },
  { _tag: "applied", ...application(n), wrongs: 5, lockedAt: minute(4), suspendedAt: minute(5) },
  { _tag: "enrolled", ...application(n), token: tokenId(n) },
  {
    _tag: "enrolled",
    ...application(n),
    wrongs: 5,
    lockedAt: minute(4),
    suspendedAt: minute(5),
    token: tokenId(n + 1)
  }
]

const seen = (n: number) => ({
  id: tokenId(n),
  user: tokenUserId(service, user(n)),
  nonce: nonce(n),
  device: hash(`device ${n}`),
  stepSeconds: 60 as const,
  enrolledAt: minute(n),
  expiresAt: minute(1_000_000),
  offset: 0,
  wrongs: 0,
  used: []
})
const inUse = (n: number) => ({ ...seen(n), setUpAt: minute(n), confirmation: "off" as const })
const next = (n: number) => ({ nextNonce: nonce(n + 1), nextExpiresAt: minute(2_000_000), renewalAt: minute(9) })
const tokenSamples = (n: number): ReadonlyArray<Token> => [
  { _tag: "settingUp", ...seen(n) },
  { _tag: "settingUp", ...seen(n), offset: -3_600_000, stepSeconds: 30 },
  { _tag: "active", ...inUse(n) },
  { _tag: "active", ...inUse(n), confirmation: "starting", used: [0, 29_833_333, 9_007_199_254_740] },
  { _tag: "active", ...inUse(n), confirmation: "on", awaiting: transactionId(n), wrongs: 5, lockedAt: minute(6) },
  { _tag: "renewing", ...inUse(n), ...next(n) },
  { _tag: "renewing", ...inUse(n), ...next(n), confirmation: "on", awaiting: transactionId(n), offset: 3_600_000 },
  { _tag: "ended", ...seen(n), endedAt: minute(7) },
  { _tag: "ended", ...seen(n), lockedAt: minute(6), endedAt: minute(7) }
]

const asked = (n: number) => ({
  id: transactionId(n),
  token: tokenId(n),
  service,
  payee: hash("ヤマダ タロウ"),
  amount: 30_000 as PositiveYen,
  askedAt: minute(n)
})
const transactionSamples = (n: number): ReadonlyArray<Transaction> => [
  { _tag: "awaiting", ...asked(n) },
  { _tag: "confirmed", ...asked(n), amount: max as PositiveYen, settledAt: minute(5) },
  { _tag: "refused", ...asked(n), amount: 1 as PositiveYen, settledAt: minute(6) },
  { _tag: "withdrawn", ...asked(n), settledAt: minute(7) }
]

/** For each kind of this area, versions of the record of a number. */
export const tokenVersions: Readonly<Record<string, (n: number) => ReadonlyArray<Put>>> = {
  [tokenServices.name]: (n) => serviceSamples(n).map((record) => put(tokenServices, record)),
  [tokenUsers.name]: (n) => userSamples(n).map((record) => put(tokenUsers, record)),
  [tokens.name]: (n) => tokenSamples(n).map((record) => put(tokens, record)),
  [transactions.name]: (n) => transactionSamples(n).map((record) => put(transactions, record))
}
