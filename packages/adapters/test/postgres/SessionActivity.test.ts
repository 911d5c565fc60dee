import { sessionActivityContract } from "@kinchaku/testkit/contracts/SessionActivityContract"
import * as Books from "./Books.ts"
import { describeServers } from "./Servers.ts"

describeServers((server) => {
  sessionActivityContract("PostgreSQL", Books.layer(server))
})
