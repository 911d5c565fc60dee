import * as Bank from "@kinchaku/testkit/simulators/BankSimulator"
import * as Memory from "@kinchaku/testkit/memory/MemoryStore"
import { it } from "vitest"

export const outside = [Bank, Memory, it]
