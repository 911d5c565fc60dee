import * as Store from "@kinchaku/adapters/sqlite/SqliteStore"
import type { Main } from "@kinchaku/http/Main"
import { Hono } from "hono"

export const outside = [Store, Hono]
export type Server = typeof Main
