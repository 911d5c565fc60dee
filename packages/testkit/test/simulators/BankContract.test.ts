import { BankGateway, BankRefused, BankUnreachable, OutcomeUnknown } from "@kinchaku/domain/bank/BankGateway"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { Context, Effect, Layer, ManagedRuntime } from "effect"
import { describe, expect, it } from "vitest"
import { bankChecks, bankGatewayContract, type Open } from "../../src/contracts/BankGatewayContract.ts"
import * as SimulatedBank from "../../src/simulators/SimulatedBank.ts"

type Gateway = BankGateway["Service"]

/** The simulated bank, behind a gateway that is perhaps wrong. */
const inProcess =
  (wrong: (gateway: Gateway) => Gateway): Open =>
  async ({ hasPages, lateFor, notify }) => {
    const pages = hasPages ? { pages: { base: "https://bank.example/link-page" } } : {}
    const runtime = ManagedRuntime.make(SimulatedBank.layer({ lateFor, notify, ...pages }))
    const services = await runtime.context()
    return {
      layer: Layer.succeed(BankGateway, wrong(Context.get(services, BankGateway))),
      bank: Context.get(services, SimulatedBank.SimulatedBank),
      close: () => Effect.runPromise(runtime.disposeEffect)
    }
  }

bankGatewayContract(
  "the simulated bank, in process",
  inProcess((gateway) => gateway)
)

const elsewhere = requestId("01ARZ3NDEKTSV4RRFFQ69G5FA0")
const refused = Effect.fail(new BankRefused({ reason: "insufficientFunds" }))

const wrongs: Readonly<Record<string, (gateway: Gateway) => Gateway>> = {
  "silence is taken for a refusal": (gateway) => ({
    ...gateway,
    debit: (request) => Effect.catchTag(gateway.debit(request), "OutcomeUnknown", () => refused)
  }),
  "a bank that is not reached may have done it": (gateway) => ({
    ...gateway,
    credit: (request) =>
      Effect.catchTag(gateway.credit(request), "BankUnreachable", () => Effect.fail(new OutcomeUnknown(request)))
  }),
  "a refusal is taken for a failure of the line": (gateway) => ({
    ...gateway,
    debit: (request) =>
      Effect.catchTag(gateway.debit(request), "BankRefused", (cause) => Effect.fail(new BankUnreachable({ cause })))
  }),
  "every debit has a reference of its own": (gateway) => {
    let asked = 0
    return {
      ...gateway,
      debit: (request) =>
        gateway.debit({ ...request, reference: requestId(`01ARZ3NDEKTSV4RRFFQ69G5FB${asked++ % 10}`) })
    }
  },
  "another request is inquired": (gateway) => ({
    ...gateway,
    inquire: ({ bank }) => gateway.inquire({ bank, reference: elsewhere })
  }),
  "what is pending was not found": (gateway) => ({
    ...gateway,
    inquire: (request) =>
      Effect.map(gateway.inquire(request), (found) => (found._tag === "pending" ? { _tag: "notFound" } : found))
  }),
  "an interruption is a refusal": (gateway) => ({
    ...gateway,
    inquire: (request) =>
      Effect.map(gateway.inquire(request), (found) =>
        found._tag === "interrupted" ? { _tag: "refused", reason: "interrupted" } : found
      )
  }),
  "two factors are what every bank checks": (gateway) => ({
    ...gateway,
    link: (request) =>
      Effect.map(gateway.link(request), (begun) => ("page" in begun ? begun : { ...begun, factors: 2 }))
  }),
  "an amount is asked for twice over": (gateway) => ({
    ...gateway,
    credit: (request) => gateway.credit({ ...request, amount: (request.amount * 2) as typeof request.amount })
  }),
  "a credit is asked for as a debit": (gateway) => ({
    ...gateway,
    credit: (request) => gateway.debit({ ...request, passbookText: "" })
  }),
  "an account of Japan Post Bank is padded": (gateway) => ({
    ...gateway,
    link: ({ account, reference }) =>
      gateway.link({ reference, account: { ...account, number: account.number.padStart(9, "0") } })
  })
}

/** Those that wait for a late bank come last. */
const isLate = ({ name }: { readonly name: string }): boolean => name.includes("004")
const inTurn = [...bankChecks.filter((check) => !isLate(check)), ...bankChecks.filter(isLate)]

describe("the contract of a gateway", () => {
  it.each(Object.entries(wrongs))("notices that %s", async (_, wrong) => {
    const noticed = async (): Promise<boolean> => {
      for (const check of inTurn) {
        const [{ status } = { status: "rejected" }] = await Promise.allSettled([check.run(inProcess(wrong))])
        if (status === "rejected") return true
      }
      return false
    }
    expect(await noticed()).toBe(true)
  })
})
