import { storeContract } from "../src/contracts/StoreContract.ts"
import * as MemoryStore from "../src/memory/MemoryStore.ts"

storeContract("MemoryStore", MemoryStore.layer)
