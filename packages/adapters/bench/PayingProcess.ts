/**
 * A process that pays in books on PostgreSQL whenever it is told to, for {@link file://./ProcessesBench.ts}:
 * `PayingProcess.ts <url>`, then one message for each round.
 */
import type { SlipPaymentRequest } from "@kinchaku/domain/payment/Payments"
import { Effect } from "effect"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import { pay, service } from "./Service.ts"

/** What a process is asked to do. */
export interface Round {
  readonly slips: ReadonlyArray<SlipPaymentRequest>
  readonly callers: number
}

const [url = ""] = process.argv.slice(2)
const runtime = service(PostgresStore.layer({ url }))
await runtime.runPromise(Effect.void)
const told = (message: object): void => void process.send?.(message)

process.on("message", ({ callers, slips }: Round) => {
  void runtime.runPromise(pay(slips, callers)).then(told)
})
process.on("disconnect", () => void runtime.dispose().then(() => process.exit(0)))
told({ ready: true })
