/**
 * `kinchaku replay`: applies the recorded commands to an empty store in a temporary file and compares answers, hashes and records.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { replay as replayJournal } from "@kinchaku/domain/audit/Replay"
import { Store } from "@kinchaku/domain/engine/Store"
import { Effect } from "effect"
import { openForFilling, openStore } from "../OpenStore.ts"
import * as Progress from "../Progress.ts"
import { done } from "../Report.ts"

/** Fails where a command does not lead to what is recorded, or a record is not what its commands lead to. */
export const replay = (store: string) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const folder = mkdtempSync(join(tmpdir(), "kinchaku-replay-"))
    const progress = Progress.make("replay")
    const replayed = replayJournal(journal, { live: yield* Store, progress: progress.at }).pipe(
      Effect.provide(openForFilling(join(folder, "replay.db")), { local: true })
    )
    const commands = yield* Effect.ensuring(
      replayed,
      Effect.sync(() => {
        progress.end()
        rmSync(folder, { recursive: true, force: true })
      })
    )
    const heads = yield* journal.heads
    return done(
      { commands, heads },
      `ok: ${commands} commands lead to the same records and the same heads\n` +
        heads.map(({ hash, lane, seq }) => `head ${lane}:${seq}:${hash}`).join("\n")
    )
  }).pipe(Effect.provide(openStore(store)))
