import { storeContract } from "@kinchaku/testkit/contracts/StoreContract"
import { Effect, Layer } from "effect"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as Server from "./Server.ts"
import { describeServers } from "./Servers.ts"

describeServers((server) => {
  storeContract(
    "the store on PostgreSQL",
    Layer.unwrap(Effect.map(Server.database(server), (url) => PostgresStore.layer({ url })))
  )
})
