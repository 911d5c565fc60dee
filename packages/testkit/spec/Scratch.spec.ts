import { Journal } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { replay } from "@kinchaku/domain/audit/Replay"
import * as MemoryStore from "@kinchaku/testkit/memory/MemoryStore"
import { Effect } from "effect"
import * as fc from "fast-check"
import { test } from "vitest"
import { atDesk, core } from "./support/Desk.ts"
import { history, play } from "./support/Histories.ts"
import { shown } from "./support/Holders.ts"
import { withFees } from "./support/Terms.ts"

test("scratch", async () => {
  const steps = fc.sample(history(), { numRuns: 200, seed: 3 })
  const kinds = new Map<string, number>()
  const t = performance.now()
  let n = 0
  for (const one of steps) {
    const pages = await Effect.runPromise(atDesk(core, { policy: withFees })(Effect.gen(function* () {
      const seen = yield* play(one, ([a, b]) => Effect.all([shown(a), shown(b)]))
      yield* verify()
      return yield* (yield* Journal).page(0, 1000)
    })))
    n += pages.length
    for (const c of pages) for (const e of c.entries) kinds.set(e.entry.kind, (kinds.get(e.entry.kind) ?? 0) + 1)
  }
  console.log((performance.now() - t) / 200, "ms each", n / 200, kinds)
  // replay with a ticking clock
  for (const tick of [0, 1]) {
    const exit = await Effect.runPromiseExit(atDesk(core, { policy: withFees, tick })(Effect.gen(function* () {
      yield* play(steps[0]!, () => Effect.void)
      const journal = yield* Journal
      const page = yield* journal.page(0, 1000)
      console.log(tick, page.flatMap(c => c.entries.map(e => [c.tag, c.at - e.entry.businessAt, c.bookedAt - c.at])).slice(0, 3))
      return yield* Effect.provide(replay(journal), MemoryStore.layer)
    })))
    console.log(tick, JSON.stringify(exit))
  }
})
