import { genesis } from "@kinchaku/domain/ledger/HashChain"
import type { Store } from "@kinchaku/adapters/sqlite/SqliteStore"
import { encodeEntry } from "../../domain/src/ledger/HashChain.ts"
import { Effect } from "effect"
import { hash } from "crypto"
import { Hono } from "hono"
import type { Main } from "@kinchaku/http/Main"
import { createHash } from "node:crypto"

export const borrowed = [genesis, encodeEntry, Effect, Hono]
export const allowed = [createHash, hash]
export type Foreign = typeof Store | typeof Main
