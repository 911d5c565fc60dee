/**
 * The control of lost connections: a client that hears of no answer and asks again under a new key. What it asked for is done twice,
 * and the examination finds it.
 */
import { Effect, Exit, Layer, Scope } from "effect"
import * as Proxy from "../../test/postgres/Proxy.ts"
import type { Server } from "../../test/postgres/Server.ts"
import { copyOf } from "../examination/Copying.ts"
import { examine } from "../examination/Examination.ts"
import { asked } from "../examination/Judgement.ts"
import type { Control } from "../Fault.ts"
import { core, onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"
import { preparedOn } from "./Databases.ts"

/** The bytes of the longest exchange since the mark, to the client. */
const longest = (proxy: Proxy.Proxy) =>
  Effect.map(proxy.counts, (counts) => Math.max(...counts.map(({ toClient }) => toClient)))

/** Tops up on a connection that is cut when everything is done and all but the last byte of the answer came; nobody answers any more. */
const cutOff = Effect.fnUntraced(function* (url: string, ground: Load.Ground) {
  const network = yield* Scope.make()
  const proxy = yield* Effect.provideService(Proxy.make(url), Scope.Scope, network)
  const context = yield* Layer.build(core(proxy.url))
  const topUp = (n: number) => Effect.provide(asked(ground, n), context)
  yield* topUp(120_001)
  yield* proxy.mark
  yield* topUp(120_013)
  const size = yield* longest(proxy)
  yield* proxy.mark
  yield* proxy.cutAfter("toClient", size - 1)
  const goAway = Effect.gen(function* () {
    while ((yield* proxy.cuts) === 0) yield* Effect.sleep("1 millis")
    yield* Scope.close(network, Exit.void)
  })
  const [told] = yield* Effect.all([topUp(120_025), goAway], { concurrency: "unbounded" })
  return told
}, Effect.scoped)

export const blindControl = (server: Pick<Server, "url">) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { ground, url } = yield* preparedOn(server, 4)
      const first = yield* cutOff(url, ground)
      const again = Effect.flatMap(Effect.exit(Load.ask(ground, first.n, `${first.n}.1`)), (exit) =>
        Load.told(first.n, exit)
      )
      const second = yield* onCore(url, again)
      const answers = new Map([[first.n, second]])
      const found = yield* onCore(url, examine(yield* copyOf(url), ground, answers, []))
      return {
        name: "a client that asks again under a new key",
        isCaught: first.what === "failed" && found.duplicated.includes(first.n),
        found: `first ${first.what}, then ${second.what}: ${found.duplicated.length} done twice`
      } satisfies Control
    })
  )
