/**
 * Guards: the ports to banks, billers and the collector of deposits, each provider behind a circuit of its own. Adapters and couriers know nothing of it.
 *
 * A call that an open circuit fails is to its caller one that did not reach the provider: nothing happened there.
 */
import { Effect, Layer } from "effect"
import { BankGateway, BankUnreachable } from "../bank/BankGateway.ts"
import { BillerGateway, BillerUnreachable } from "../payment/BillerGateway.ts"
import { DepositGateway, DepositUnreachable } from "../topup/DepositGateway.ts"
import { Circuits } from "./CircuitBreaker.ts"

/** Says the name of a refusal, which is an answer. */
const refusal =
  (tag: string) =>
  ({ _tag }: { readonly _tag: string }): boolean =>
    _tag === tag

/** The banks, by their codes: "bank:0001". */
export const banks: Layer.Layer<BankGateway, never, BankGateway | Circuits> = Layer.effect(
  BankGateway,
  Effect.gen(function* () {
    const gateway = yield* BankGateway
    const circuits = yield* Circuits
    const guard = <A, E extends { readonly _tag: string }>(bank: string, call: Effect.Effect<A, E>) =>
      Effect.catchTag(circuits.guard(`bank:${bank}`, call, refusal("BankRefused")), "CircuitOpen", (cause) =>
        Effect.fail(new BankUnreachable({ cause }))
      )
    return BankGateway.of({
      link: (request) => guard(request.account.bank, gateway.link(request)),
      debit: (request) => guard(request.account.bank, gateway.debit(request)),
      credit: (request) => guard(request.account.bank, gateway.credit(request)),
      inquire: (request) => guard(request.bank, gateway.inquire(request))
    })
  })
)

/** The billers' systems, by the billers' codes: "biller:123456". */
export const billers: Layer.Layer<BillerGateway, never, BillerGateway | Circuits> = Layer.effect(
  BillerGateway,
  Effect.gen(function* () {
    const gateway = yield* BillerGateway
    const circuits = yield* Circuits
    const guard = <A, E extends { readonly _tag: string }>(biller: string, call: Effect.Effect<A, E>) =>
      Effect.catchTag(circuits.guard(`biller:${biller}`, call, refusal("BillerRefused")), "CircuitOpen", (cause) =>
        Effect.fail(new BillerUnreachable({ cause }))
      )
    return BillerGateway.of({
      notify: (payment) => guard(payment.biller, gateway.notify(payment)),
      inquire: (request) => guard(request.biller, gateway.inquire(request))
    })
  })
)

/** Who issues payment numbers: "collector". There is one behind the port. */
export const collector: Layer.Layer<DepositGateway, never, DepositGateway | Circuits> = Layer.effect(
  DepositGateway,
  Effect.gen(function* () {
    const gateway = yield* DepositGateway
    const circuits = yield* Circuits
    const guard = <A, E extends { readonly _tag: string }>(call: Effect.Effect<A, E>) =>
      Effect.catchTag(circuits.guard("collector", call, refusal("DepositRefused")), "CircuitOpen", (cause) =>
        Effect.fail(new DepositUnreachable({ cause }))
      )
    return DepositGateway.of({
      issue: (request) => guard(gateway.issue(request)),
      inquire: (reference) => guard(gateway.inquire(reference))
    })
  })
)

/** Every provider's port behind its circuits. */
export const all = Layer.mergeAll(banks, billers, collector)
