/**
 * `npm run books -- verify|replay|export FILE`: what an auditor does with the books of a SQLite file.
 *
 * verify walks the whole chain and computes every balance again; `--head SEQ:HASH` takes a head that was published outside.
 * replay applies the recorded commands to an empty store in a temporary file and compares every hash.
 * export writes the journal in hledger's format to standard output.
 *
 * Exit codes: 0 the books hold, 1 they do not, 2 the command line or the file is wrong.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import * as Hledger from "@kinchaku/domain/audit/Hledger"
import { head as headOfJournal, Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import * as Replay from "@kinchaku/domain/audit/Replay"
import * as Verification from "@kinchaku/domain/audit/Verification"
import { Store } from "@kinchaku/domain/engine/Store"
import type { Digest, LinkHash } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer, Result, Stream } from "effect"
import { newest } from "../src/sqlite/migrations/Migrations.ts"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"

const usage = "usage: npm run books -- verify|replay|export FILE [--head SEQ:HASH]\n"
const say = (text: string): void => void process.stderr.write(text)
const progress = (doing: string) => (commands: number) => say(`\r${doing} ${commands} commands`)

const booksOf = (filename: string) => Layer.merge(SqliteStore.layer({ filename }), NodeDigest.layer)

const publishedHead = (text: string | undefined): { readonly seq: number; readonly hash: LinkHash } | undefined => {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text ?? "") ?? []
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash: hash as LinkHash }
}

const verify = Effect.fnUntraced(function* (head: string | undefined) {
  const published = publishedHead(head)
  const options = { progress: progress("verified"), ...(published === undefined ? {} : { published }) }
  const { accounts, commands, entries, heads } = yield* Verification.verify(options)
  const last = lastOf(heads)
  say("\n")
  process.stdout.write(
    `ok: ${commands} commands, ${entries} entries, ${accounts} accounts\nhead ${last.seq}:${last.hash}\n`
  )
})

const replay = Effect.gen(function* () {
  const journal = yield* Journal
  const folder = mkdtempSync(join(tmpdir(), "kinchaku-replay-"))
  const copy = join(folder, "replay.db")
  const replayed = Replay.replay(journal, { live: yield* Store, progress: progress("replayed") }).pipe(
    Effect.provide(booksOf(copy), { local: true })
  )
  const commands = yield* Effect.ensuring(
    replayed,
    Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  say("\n")
  process.stdout.write(
    `ok: ${commands} commands lead to the same records and the same head ${(yield* headOfJournal).hash}\n`
  )
})

const write = Stream.runForEach(Hledger.exportText, (text) =>
  Effect.promise(() => new Promise<void>((resolve) => process.stdout.write(text, () => resolve())))
)

/** Whether a file holds books of this release; looking changes nothing in it. */
const areBooks = (filename: string): boolean => {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(filename, { readOnly: true })
    return database.prepare("SELECT max(migration_id) AS last FROM kinchaku_migration").get()?.["last"] === newest
  } catch {
    return false
  } finally {
    database?.close()
  }
}

// A reader that has seen enough, such as head, ends the export; that says nothing about the books.
process.stdout.on("error", () => process.exit(2))

const [what, file, flag, head] = process.argv.slice(2)
type Broken = Verification.BooksBroken | Effect.Error<typeof replay>
const tasks: ReadonlyMap<string, Effect.Effect<void, Broken, Store | Journal | Digest>> = new Map<
  string,
  Effect.Effect<void, Broken, Store | Journal | Digest>
>([
  ["verify", verify(flag === "--head" ? head : undefined)],
  ["replay", replay],
  ["export", write]
])
const task = tasks.get(what ?? "")

const isHeadWrong = flag !== undefined && (flag !== "--head" || publishedHead(head) === undefined)

if (task === undefined || file === undefined || isHeadWrong) {
  say(usage)
  process.exitCode = 2
} else if (!existsSync(file)) {
  say(`there is no file ${file}\n`)
  process.exitCode = 2
} else if (!areBooks(file)) {
  say(`${file} does not hold books of this release; nothing was changed\n`)
  process.exitCode = 2
} else {
  const result = await Effect.runPromise(Effect.result(Effect.provide(task, booksOf(file))))
  if (Result.isFailure(result)) {
    process.stdout.write(`not ok: ${JSON.stringify(result.failure)}\n`)
    process.exitCode = result.failure._tag === "StoreUnavailable" ? 2 : 1
  }
}
