import { readFileSync } from "node:fs"
import { createHash } from "crypto"
import { Hono } from "hono"
import pino from "pino"
import { NodeRuntime } from "@effect/platform-node"
import * as Store from "@kinchaku/adapters/sqlite/SqliteStore"
import type { Main } from "@kinchaku/http/Main"
import * as Memory from "@kinchaku/testkit/memory/MemoryStore"
import * as Yen from "@kinchaku/domain/money/Yen"
import { SqlClient } from "effect/sql"
import { HttpClient } from "effect/http"
import { Cluster } from "effect/cluster"
import { Workflow } from "effect/workflow"
import { VariantSchema } from "effect/schema"
import { Command } from "effect/cli"

export const outside = [readFileSync, createHash, Hono, pino, NodeRuntime, Store, Memory, Yen]
export const unstable = [SqlClient, HttpClient, Cluster, Workflow, VariantSchema, Command]
export type Server = typeof Main

export const today = new Date()
export const now = Date.now()
export const chance = Math.random()
export const later = setTimeout(String, 1)
export const often = setInterval(String, 1)
export const soon = setImmediate(String, 1)
export const environment = process.env
export const page = fetch("http://localhost")
export const elapsed = performance.now()
export const uuid = crypto.randomUUID()
export const bytes = Buffer.from("a")
export const everything = globalThis
export const loud = (): void => console.log("a")

export const loose = (value: any): unknown => value
export const certain = (value: string | undefined): string => value!
export const alike = (value: unknown): boolean => value == 1
export let changing = 1
var old = 1
export { old }
