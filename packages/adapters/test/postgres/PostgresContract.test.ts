import { storeContract } from "@kinchaku/testkit/contracts/StoreContract"
import * as Books from "./Books.ts"
import { describeServers } from "./Servers.ts"

describeServers((server) => {
  storeContract("the store on PostgreSQL", Books.layer(server))
})
