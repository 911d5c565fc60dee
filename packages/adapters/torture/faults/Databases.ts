/**
 * Servers and databases of the torture: a server of its own that may be stopped, and databases on whatever server there is.
 */
import { Effect, type Scope } from "effect"
import { copyOf } from "../examination/Copying.ts"
import { examine, replayFaults, sentences } from "../examination/Examination.ts"
import * as Server from "../../test/postgres/Server.ts"
import { Skipped } from "../Fault.ts"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"

/** A server that is there for one fault alone. */
export const ownServer: Effect.Effect<Server.Server, Skipped, Scope.Scope> = Server.start().pipe(
  Effect.catchTag("ServerUnavailable", ({ reason }) => Effect.fail(new Skipped({ why: reason })))
)

/** A fresh database with accounts that have money. */
export const preparedOn = Effect.fnUntraced(function* (server: Pick<Server.Server, "url">, accounts: number) {
  const url = yield* Server.database(server)
  const ground = yield* onCore(url, Load.prepare(accounts))
  return { url, ground }
})

/** What is wrong with a database in which nobody does anything any more, after everything was asked for again, delivered and replayed. */
export const wrongWith = (url: string, ground: Load.Ground, answers: ReadonlyMap<number, Load.Told>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const found = yield* onCore(url, examine(yield* copyOf(url), ground, answers, [...answers.keys()]))
      yield* onCore(url, Load.settle)
      const settled = yield* copyOf(url)
      const replayed = yield* onCore(url, replayFaults(settled))
      return { ...found, sentences: [...sentences(found), ...replayed] }
    })
  )
