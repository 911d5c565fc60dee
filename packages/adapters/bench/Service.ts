/**
 * The public service over a store, as an application composes it, and callers who pay through it.
 */
// Schemas are compiled, as the server does at its start.
import "effect/schema/SchemaJITCompiler/enable"
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Store, type StoreUnavailable, type Writes } from "@kinchaku/domain/engine/Store"
import type { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Payments, type SlipPaymentRequest } from "@kinchaku/domain/payment/Payments"
import { Effect, Layer, ManagedRuntime } from "effect"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as NodeIds from "../src/platform/NodeIds.ts"
import * as Load from "./Load.ts"
import { say, size } from "./Part.ts"

/** The service with the store's own ports beside it. */
export const service = <Ports>(
  store: Layer.Layer<Store | Ports, StoreUnavailable>,
  digest: Layer.Layer<Digest> = NodeDigest.layer
) =>
  ManagedRuntime.make(
    Payments.layer.pipe(
      Layer.provideMerge(Engine.layer()),
      Layer.provideMerge(store),
      Layer.provide(Layer.mergeAll(NodeIds.layer, digest))
    )
  )

export type Service = ReturnType<typeof service<never>>

/** A store whose commits are written down as they pass. */
export const overheard = <Ports>(
  store: Layer.Layer<Store | Ports, StoreUnavailable>,
  heard: Array<Writes>
): Layer.Layer<Store | Ports, StoreUnavailable> => {
  const listening = Layer.effect(
    Store,
    Effect.map(Store, (inner) =>
      Store.of({
        ...inner,
        commit: (work) =>
          inner.commit({
            ...work,
            decide: (...found) => {
              const writes = work.decide(...found)
              heard.push(writes)
              return writes
            }
          })
      })
    )
  )
  return listening.pipe(Layer.provideMerge(store)) as Layer.Layer<Store | Ports, StoreUnavailable>
}

const actor = "host:bench" as Actor

/**
 * Pays slips with so many concurrent callers, each of which waits for its own commit before its next payment. Answers the seconds it
 * took and how many payments failed.
 */
export const pay = Effect.fnUntraced(function* (requests: ReadonlyArray<SlipPaymentRequest>, callers: number) {
  const payments = yield* Payments
  let next = 0
  let failed = 0
  const caller = Effect.fnUntraced(function* () {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const exit = yield* Effect.exit(payments.paySlip(request, { actor, key: request.barcode }))
      if (exit._tag === "Failure") {
        if (failed++ === 0) say(`  a payment failed: ${exit.cause.toString()}`)
      }
    }
  })
  const begun = performance.now()
  yield* Effect.all(Array.from({ length: callers }, caller), { concurrency: "unbounded", discard: true })
  return { seconds: (performance.now() - begun) / 1000, failed }
})

/** Books to pay in: their accounts and billers, and slips that nobody was given yet. */
export class Books {
  readonly accounts: ReadonlyArray<AccountId>
  readonly billers: number
  #given = 0

  constructor(accounts: ReadonlyArray<AccountId>, billers: number) {
    this.accounts = accounts
    this.billers = billers
  }

  /** So many slips; of one biller, or of all in turn. */
  readonly slips = (count: number, billers = this.billers): ReadonlyArray<SlipPaymentRequest> => {
    const from = this.#given
    this.#given += count
    return Load.slips(from, count, this.accounts, billers)
  }
}

/** Puts the policy in force, and opens accounts with money and contracts billers. */
export const prepared = async (
  runtime: Pick<Service, "runPromise">,
  accounts = size(1000, 20),
  billers = size(1000, 20)
): Promise<Books> => new Books(await runtime.runPromise(Load.prepare(accounts, billers)), billers)

/** A side that pays for about so many seconds a round, and measures payments per second. A failed payment ends the bench. */
export const paying = (
  runtime: Pick<Service, "runPromise">,
  books: Books,
  options: { readonly callers: number; readonly seconds: number; readonly billers?: number }
): (() => Promise<number>) => {
  let count = options.callers * size(20, 2)
  return async () => {
    const slips = books.slips(count, options.billers)
    const { failed, seconds } = await runtime.runPromise(pay(slips, options.callers))
    if (failed > 0) throw new Error(`${failed} of ${count} payments failed`)
    const rate = count / seconds
    // The next round lasts as long as it should, by what this one showed.
    count = Math.max(options.callers, Math.ceil(rate * options.seconds))
    return rate
  }
}
