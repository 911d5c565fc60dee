import * as BankServer from "@kinchaku/testkit/bank-server/BankServer"
import { bankGatewayContract } from "@kinchaku/testkit/contracts/BankGatewayContract"
import { Redacted } from "effect"
import * as HttpBankGateway from "../../src/bank/HttpBankGateway.ts"

const key = "a key of the simulated bank".replaceAll(" ", "-")

bankGatewayContract("the gateway over HTTP and the bank's server", async ({ hasPages, lateFor, notify }) => {
  const pages = hasPages ? ({ pages: "here" } as const) : {}
  const server = await BankServer.start({ port: 0, key, bank: { lateFor, notify }, silentFor: "30 millis", ...pages })
  return {
    layer: HttpBankGateway.layer({ others: { base: server.url, key: Redacted.make(key) } }),
    bank: server.bank,
    close: server.close
  }
})
