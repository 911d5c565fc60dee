import { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import { Context, Effect, Layer, ManagedRuntime } from "effect"
import { bankGatewayContract } from "../../src/contracts/BankGatewayContract.ts"
import * as SimulatedBank from "../../src/simulators/SimulatedBank.ts"

bankGatewayContract("the simulated bank, in process", async ({ hasPages, lateFor, notify }) => {
  const pages = hasPages ? { pages: { base: "https://bank.example/link-page" } } : {}
  const runtime = ManagedRuntime.make(SimulatedBank.layer({ lateFor, notify, ...pages }))
  const services = await runtime.context()
  return {
    layer: Layer.succeed(BankGateway, Context.get(services, BankGateway)),
    bank: Context.get(services, SimulatedBank.SimulatedBank),
    close: () => Effect.runPromise(runtime.disposeEffect)
  }
})
