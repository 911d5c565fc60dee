/**
 * Random lives of a wallet on PostgreSQL, each step compared with the reference store and the independent model.
 */
import { historiesAgree, historiesFrom } from "@kinchaku/testkit/scenario/Histories"
import * as Books from "./Books.ts"
import { describeServers } from "./Servers.ts"

describeServers((server) => {
  historiesAgree("the store on PostgreSQL", Books.layer(server), { histories: historiesFrom(12) })
})
