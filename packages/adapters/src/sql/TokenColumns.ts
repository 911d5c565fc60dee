/**
 * The columns of token apps.
 */
import { tokens } from "@kinchaku/domain/token/Token"
import { tokenServices, tokenUsers } from "@kinchaku/domain/token/TokenUser"
import { transactions } from "@kinchaku/domain/token/Transaction"
import { define, flag, integer, json, type RecordColumns } from "./Columns.ts"

export const tokenColumns: ReadonlyArray<RecordColumns> = [
  define(tokenServices, "token_service", {
    id: "id",
    name: "name",
    downloadUrl: "download_url",
    confirmsTransactions: flag("confirms_transactions"),
    open: flag("is_open")
  }),
  define(tokenUsers, "token_user", {
    id: "id",
    _tag: "state",
    service: "service",
    user: "user_hash",
    wrongs: integer("wrongs"),
    lockedAt: integer("locked_at"),
    appliedIn: "applied_in",
    appliedAt: integer("applied_at"),
    suspendedAt: integer("suspended_at"),
    token: "token"
  }),
  define(tokens, "token", {
    id: "id",
    _tag: "state",
    user: "token_user",
    nonce: "nonce",
    device: "device",
    stepSeconds: integer("step_seconds"),
    enrolledAt: integer("enrolled_at"),
    expiresAt: integer("expires_at"),
    offset: integer("clock_offset"),
    wrongs: integer("wrongs"),
    used: json("used_steps"),
    lockedAt: integer("locked_at"),
    setUpAt: integer("set_up_at"),
    confirmation: "confirmation",
    awaiting: "awaiting",
    nextNonce: "next_nonce",
    nextExpiresAt: integer("next_expires_at"),
    renewalAt: integer("renewal_at"),
    endedAt: integer("ended_at")
  }),
  define(transactions, "token_transaction", {
    id: "id",
    _tag: "state",
    token: "token",
    service: "service",
    payee: "payee",
    amount: integer("amount"),
    askedAt: integer("asked_at"),
    settledAt: integer("settled_at")
  })
]
