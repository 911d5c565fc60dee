/**
 * Stage: where a history is played: books, the processes that open them one after another, and providers that outlive these.
 */
import { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import type { StorePorts } from "@kinchaku/domain/Kinchaku"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import { policyAt } from "./Cast.ts"
import { auditor } from "./Observation.ts"
import { Player } from "./Player.ts"
import { StoreLine } from "./StoreLine.ts"
import * as World from "./World.ts"

/** A store by the name under which a disagreement mentions it. */
export interface NamedStore<E = never> {
  readonly name: string
  /** Empty books, and the store over them: each time that it is built, a process opens them anew. */
  readonly books: Effect.Effect<Layer.Layer<StorePorts, E>, E, Scope.Scope>
}

/** A store whose books live as long as the history and not as long as a process. */
export const kept = <E>(name: string, layer: Layer.Layer<StorePorts, E>): NamedStore<E> => ({
  name,
  books: Effect.map(Layer.build(Layer.fresh(layer)), Layer.succeedContext)
})

/** What lies between a core and its banks. */
export type BankLine = (bank: BankGateway["Service"]) => BankGateway["Service"]

/** The providers of a history, which outlive its processes; what they report goes to the process of now. */
const providing = Effect.fnUntraced(function* (bankLine: BankLine) {
  let line = World.reportLines()
  const layer = World.providers(
    { bank: { pages: { base: "https://bank.example.com" }, lateReportAfter: "3 days" } },
    {
      bank: (report) => line.bank.notify(report),
      collector: (deposit) => line.collector.notify(deposit)
    }
  )
  const context = yield* Layer.build(layer)
  return () => {
    line = World.reportLines()
    const gateway = bankLine(Context.get(context, BankGateway))
    const layer = Layer.succeedContext(Context.add(context, BankGateway, gateway))
    return { layer, connected: line.connected }
  }
})

// Circuits have rules of their own; here every request is tried in its time.
const breaker = { failures: Number.MAX_SAFE_INTEGER }

/** A store with a world on it, over and over again, and somebody who plays there. */
export const open = Effect.fnUntraced(function* <E>(
  { books, name }: NamedStore<E>,
  bankLine: BankLine = (bank) => bank
) {
  const store = yield* books
  const line = new StoreLine()
  const providersOfNow = yield* providing(bankLine)
  const build = Effect.fnUntraced(function* (seed: number) {
    const scope = yield* Scope.make()
    const options = { store: line.over(store), policy: policyAt(0), seed, breaker, resumes: seed > 1 }
    const layer = World.layer({ ...options, providers: providersOfNow() })
    const context = yield* Layer.buildWithScope(Layer.fresh(layer), scope)
    return { scope, context, world: Context.get(context, World.World) }
  })
  let process = yield* build(1)
  let begun = 1
  yield* Effect.addFinalizer(() => Scope.close(process.scope, Exit.void))
  const restart = Effect.gen(function* () {
    yield* Scope.close(process.scope, Exit.void)
    begun += 1
    process = yield* build(begun)
  })
  const world = () => process.world
  const player = new Player({ world, line, restart })
  return { name, world, context: () => process.context, player, audit: auditor(() => world().journal) }
})
