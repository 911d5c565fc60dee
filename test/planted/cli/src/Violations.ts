import { Hono } from "hono"
import * as Exit from "@kinchaku/cli/Exit"
import * as MemoryStore from "@kinchaku/testkit/memory/MemoryStore"
import { it } from "vitest"

export const outside = [Hono, Exit, MemoryStore, it]
