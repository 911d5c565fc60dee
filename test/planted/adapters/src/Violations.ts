import * as Main from "@kinchaku/http/Main"
import type { Memory } from "@kinchaku/testkit/memory/MemoryStore"
import { Hono } from "hono"

export const outside = [Main, Hono]
export type Store = Memory
