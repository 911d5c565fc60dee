/**
 * Places: where two processes may meet, one for a trial and one for its negative control, on either SQL store.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { ServerUnavailable } from "../test/postgres/Binaries.ts"
import * as Server from "../test/postgres/Server.ts"

export const kinds = ["sqlite", "postgres"] as const
export type Kind = (typeof kinds)[number]

/** Two stores in which there is nothing yet, by their names. */
export interface Places {
  readonly trial: string
  readonly control: string
}

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "kinchaku-meet-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Both stores of a kind, for the time of the scope. Without the url of a server with a superuser, one is started. */
export const placesOn = Effect.fnUntraced(function* (kind: Kind, url?: string) {
  if (kind === "sqlite") {
    const folder = yield* temporaryFolder
    return { trial: join(folder, "books.db"), control: join(folder, "control.db") }
  }
  const server = url === undefined ? yield* Server.start() : { url }
  return { trial: yield* Server.database(server), control: yield* Server.database(server) }
})

/** Does the same on each store; on PostgreSQL where there is a server, and else the note says why not. */
export const onBoth = <A, E, R>(one: (kind: Kind) => Effect.Effect<A, E | ServerUnavailable, R>) =>
  Effect.gen(function* () {
    const sqlite = yield* one("sqlite")
    const { note, postgres } = yield* one("postgres").pipe(
      Effect.map((found) => ({ postgres: [found], note: "" })),
      Effect.catchIf(
        (failure): failure is ServerUnavailable => failure instanceof ServerUnavailable,
        ({ reason }) => Effect.succeed({ postgres: [], note: `; no PostgreSQL: ${reason}` })
      )
    )
    return { all: [sqlite, ...postgres], note }
  })
