/**
 * A real PostgreSQL for tests and benches: on a free port of the loopback, in a folder of its own, with durable commits.
 *
 * It never outlives whoever started it. A shell stands between the two and reads from a pipe: a word is the signal to stop
 * the server with; the end of the pipe means that the starter is gone, however it ended, and the folder goes too.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { setTimeout as sleep } from "node:timers/promises"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Redacted } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import { copy, environment, find, owner, type Owner, ServerUnavailable } from "./Binaries.ts"

/** How a server is stopped: after ending the sessions and writing everything back, or at once, as if it had crashed. */
export type StopMode = "fast" | "immediate"

export interface Options {
  /** The folder of `postgres` and `initdb`; without it PG_BIN, or else the package. */
  readonly binFolder?: string
  /** Where the server's folder is made, on the disk to measure; without it the system's temporary folder. */
  readonly under?: string
  /** Settings of postgresql.conf, over those of `durable`. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Server {
  /** Connects to the database `postgres` as its superuser. */
  readonly url: string
  readonly port: number
  /** The process of the postmaster; another one after each start. */
  readonly pid: () => number
  readonly dataFolder: string
  readonly binFolder: string
  /** > major.minor */
  readonly version: string
  /** Returns when every process of the server is gone. */
  readonly stop: (mode: StopMode) => Effect.Effect<void>
  /** Starts it again on the same folder and port, and returns when it answers; stops what is left of it before. */
  readonly start: Effect.Effect<void, ServerUnavailable>
}

/** The settings unless told otherwise: what is committed survives a power cut. */
export const durable: Readonly<Record<string, string>> = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  max_connections: "100",
  shared_buffers: "256MB"
}

const initdbFlags = [
  "-U",
  "kinchaku",
  "--no-sync",
  "--no-instructions",
  "--locale=C",
  "--encoding=UTF8",
  "--auth=trust"
]

// The data are made where there are none. The output closes with the last process of the server, the errors when the
// postmaster has been waited for. Nobody may be there any more to be told of the pid; and a server that has not yet got to
// its handlers ignores QUIT, but not TERM.
const watch = `
trap : PIPE
folder=$1 data=$2 bin=$3; shift 3
log=$folder/log
[ -e "$data" ] || "$bin/initdb" ${initdbFlags.join(" ")} -D "$data" </dev/null >>"$log" 2>&1
"$bin/postgres" -D "$data" "$@" </dev/null 2>>"$log" & pid=$!
echo $pid
exec >&-
read -r signal || { signal=QUIT; kill -s TERM $pid; }
kill -s "$signal" $pid
wait $pid
exec 2>&-
read -r keep || rm -rf "$folder"`

interface Place {
  readonly folder: string
  readonly data: string
  readonly bin: string
  readonly owner: Owner
  readonly settings: Readonly<Record<string, string>>
}

/** The lines of a file that may go away at any moment; none where it is not there. */
const linesOf = (file: string): ReadonlyArray<string> => {
  try {
    return readFileSync(file, "utf8").split("\n")
  } catch {
    return []
  }
}

/** One life of the server, from a start to a stop. */
class Life {
  readonly #shell: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #gone: Promise<unknown>
  readonly #closed: Promise<void>
  #said = ""
  #hasEnded = false
  #isStopping = false

  constructor({ folder, data, bin, owner, settings }: Place, port: number) {
    const all = { ...settings, listen_addresses: "127.0.0.1", port: `${port}`, unix_socket_directories: folder }
    const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    // In a session of its own: Ctrl-C is for the starter, whose end the shell then hears of.
    this.#shell = spawn("sh", ["-c", watch, "sh", folder, data, bin, ...flags], {
      ...owner,
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"]
    })
    this.#shell.stdin.on("error", () => undefined)
    this.#shell.stdout.setEncoding("utf8").on("data", (text: string) => void (this.#said += text))
    this.#shell.stderr.resume()
    const ends = [this.#shell.stdout, this.#shell.stderr].map(
      (output) => new Promise((end) => output.once("close", end))
    )
    this.#gone = Promise.all(ends)
    void ends[0]?.then(() => void (this.#hasEnded = true))
    this.#closed = new Promise((resolve) => {
      this.#shell.once("close", () => resolve())
      this.#shell.once("error", () => resolve())
    })
  }

  get pid(): number {
    return Number.parseInt(this.#said, 10)
  }

  /** Whether it got to the point of answering, waiting as long as it takes to recover from a crash. */
  async isReady(data: string): Promise<boolean> {
    const file = join(data, "postmaster.pid")
    while (!this.#hasEnded) {
      const lines = linesOf(file)
      if (lines[0] === `${this.pid}` && lines[7]?.trim() === "ready") return true
      await sleep(5)
    }
    return false
  }

  /** Stops the server, if it has not stopped before. The folder stays. */
  async stop(mode: StopMode): Promise<void> {
    if (!this.#isStopping) this.#shell.stdin.write(mode === "fast" ? "INT\n" : "QUIT\n")
    this.#isStopping = true
    await this.#gone
  }

  /** Ends the watch over what has stopped: the folder goes, or is left to the next life. */
  async release(what: "remove" | "keep"): Promise<void> {
    this.#shell.stdin.end(what === "keep" ? "keep\n" : "")
    await this.#closed
  }
}

const freePort = Effect.callback<number>((resume) => {
  const listener = createServer()
  listener.listen(0, "127.0.0.1", () => {
    const address = listener.address()
    listener.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

const launch = Effect.fnUntraced(function* (place: Place, port: number) {
  const life = new Life(place, port)
  if (yield* Effect.promise(() => life.isReady(place.data))) return life
  yield* Effect.promise(() => life.stop("immediate").then(() => life.release("keep")))
  const log = join(place.folder, "log")
  return yield* new ServerUnavailable({ reason: existsSync(log) ? readFileSync(log, "utf8").slice(-2000) : "no shell" })
})

/** Between the choice of a port and its use someone else may take it, for good or for a moment. */
const portTaken = {
  times: 2,
  while: ({ reason }: ServerUnavailable) => reason.includes("Address already in use")
}

const makeFolder = (under: string, { uid, gid }: Owner) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(under, "kinchaku-pg-"))
      if (uid !== undefined) chownSync(folder, uid, gid)
      chmodSync(folder, 0o700)
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  )

/** Makes a server and starts it. With the scope it is stopped and its folder removed. */
export const start = Effect.fnUntraced(function* (options: Options = {}) {
  const as = yield* owner
  const found = yield* find(options.binFolder, as)
  const folder = yield* makeFolder(options.under ?? tmpdir(), as)
  const bin = found.isHidden ? copy(found.bin, as, folder) : found.bin
  const data = join(folder, "data")
  const place: Place = { folder, data, bin, owner: as, settings: { ...durable, ...options.settings } }
  const first = freePort.pipe(
    Effect.flatMap((port) => Effect.map(launch(place, port), (life) => ({ life, port }))),
    Effect.retry(portTaken)
  )
  const running = yield* Effect.acquireRelease(first, ({ life }) =>
    Effect.promise(() => life.stop("fast").then(() => life.release("remove")))
  )
  const { port } = running
  const stop = (mode: StopMode) => Effect.promise(() => running.life.stop(mode))
  const again = Effect.gen(function* () {
    yield* stop("immediate")
    const before = running.life
    running.life = yield* Effect.retry(launch(place, port), portTaken)
    yield* Effect.promise(() => before.release("keep"))
  })
  return {
    url: `postgresql://kinchaku@127.0.0.1:${port}/postgres`,
    port,
    pid: () => running.life.pid,
    dataFolder: data,
    binFolder: bin,
    version: found.version,
    stop,
    start: Effect.uninterruptible(again)
  } satisfies Server
})

/** One connection to a server, for the time of the scope. */
export const connect = (url: string) =>
  PgClient.makeClient({ url: Redacted.make(url) }).pipe(Effect.provide(Reactivity.layer))

const execute = (url: string, statement: string) =>
  Effect.scoped(Effect.flatMap(connect(url), (client) => client.unsafe(statement).unprepared))

/**
 * A fresh database of a server, as its url; it is dropped with the scope, whoever is still connected.
 *
 * Empty, with the order of bytes for text; or a copy of the database that `template` names, to which nobody may be connected.
 */
export const database = ({ url }: Pick<Server, "url">, template?: string) => {
  const name = `kinchaku_${randomUUID().replaceAll("-", "")}`
  const like = template ?? "template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
  const own = new URL(url)
  own.pathname = `/${name}`
  return Effect.acquireRelease(
    Effect.as(execute(url, `CREATE DATABASE ${name} TEMPLATE ${like}`), own.href),
    // A server that a test has stopped takes its databases with it.
    () => Effect.ignore(execute(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  )
}
