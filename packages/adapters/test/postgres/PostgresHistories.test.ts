/**
 * Random lives of a wallet on PostgreSQL, each step compared with the reference store and the independent model.
 */
import { historiesAgree, historiesFrom } from "@kinchaku/testkit/scenario/Histories"
import { Effect, Layer } from "effect"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as Server from "./Server.ts"
import { describeServers } from "./Servers.ts"

const histories = historiesFrom(20)

describeServers((server) => {
  const store = Layer.unwrap(Effect.map(Server.database(server), (url) => PostgresStore.layer({ url })))
  historiesAgree("the store on PostgreSQL", store, { histories })
})
