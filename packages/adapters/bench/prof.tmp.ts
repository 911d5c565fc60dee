import "effect/schema/SchemaJITCompiler/enable"
import { Effect, Layer, ManagedRuntime } from "effect"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { Payments } from "@kinchaku/domain/payment/Payments"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import * as Load from "./Load.ts"
const rt = ManagedRuntime.make(
  Payments.layer.pipe(
    Layer.provideMerge(Engine.layer()),
    Layer.provideMerge(SqliteStore.layer({ filename: "/tmp/prof/x.db" })),
    Layer.provide(Layer.mergeAll(Ids.layer, NodeDigest.layer))
  )
)
const accounts = await rt.runPromise(Load.prepare(1000, 1000))
for (let r = 0; r < 8; r++) {
  const reqs = Load.slips(r * 4000, 4000, accounts, 1000)
  const b = performance.now()
  await rt.runPromise(
    Effect.gen(function* () {
      const p = yield* Payments
      yield* Effect.forEach(reqs, (q) => p.paySlip(q, { actor: "host:b" as any, key: q.barcode }), {
        concurrency: 64,
        discard: true
      })
    })
  )
  console.log(Math.round(4000 / ((performance.now() - b) / 1000)))
}
await rt.dispose()
