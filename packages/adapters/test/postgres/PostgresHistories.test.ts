/**
 * Random lives of a wallet on PostgreSQL, each step compared with the reference store and the independent model; each process of a
 * history opens the same database anew.
 */
import { historiesAgree, historiesFrom } from "@kinchaku/testkit/scenario/Histories"
import { Effect } from "effect"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as Books from "./Books.ts"
import { describeServers } from "./Servers.ts"

describeServers((server) => {
  const empty = Books.emptyBooks(server)
  const books = Effect.map(Effect.orDie(empty), (url) => PostgresStore.layer({ url }))
  // All of them on the server of the tests, some on another version.
  const usual = server.name === "PostgreSQL at PG_URL" ? 12 : 200
  historiesAgree({ name: "the store on PostgreSQL", books }, { histories: historiesFrom(usual) })
})
