import { sessionActivityContract } from "../src/contracts/SessionActivityContract.ts"
import * as MemorySessionActivity from "../src/memory/MemorySessionActivity.ts"

sessionActivityContract("in memory", MemorySessionActivity.layer)
