/**
 * The servers that the other tests rely on: durable, theirs alone, and gone when nobody needs them.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { Effect, type Scope } from "effect"
import { describe, expect, test } from "vitest"
import { connect, database, durable, start } from "./Server.ts"
import { describeServers, servers } from "./Servers.ts"

const onServer = <A, E>(body: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(body))

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const until = async (isSo: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline && !isSo()) await sleep(20)
}

/** Statements on a connection of their own. */
const ask = (url: string, statement: string) =>
  Effect.scoped(Effect.flatMap(connect(url), (client) => client.unsafe(statement)))

describeServers((server) => {
  test("answers", () =>
    onServer(
      Effect.gen(function* () {
        expect(yield* ask(server.url, "SELECT 1 AS one")).toStrictEqual([{ one: 1 }])
      })
    ))

  test("a database is its owner's alone, and is gone after it", () =>
    onServer(
      Effect.gen(function* () {
        const [mine, other] = yield* Effect.scoped(
          Effect.gen(function* () {
            const mine = yield* database(server)
            const other = yield* database(server)
            yield* ask(mine, "CREATE TABLE note (text text)")
            const noted = "SELECT count(*)::int AS tables FROM pg_tables WHERE tablename = 'note'"
            expect(yield* ask(mine, noted)).toStrictEqual([{ tables: 1 }])
            expect(yield* ask(other, noted)).toStrictEqual([{ tables: 0 }])
            const copy = yield* database(server, new URL(mine).pathname.slice(1))
            expect(yield* ask(copy, noted)).toStrictEqual([{ tables: 1 }])
            return [mine, other]
          })
        )
        for (const url of [mine, other]) {
          const name = new URL(url ?? "").pathname.slice(1)
          expect(yield* ask(server.url, `SELECT FROM pg_database WHERE datname = '${name}'`)).toStrictEqual([])
        }
      })
    ))
})

const canStart = servers().some((server) => "url" in server && server.name !== "PostgreSQL at PG_URL")

describe.skipIf(!canStart)("a server of a test's own", () => {
  test("commits durably, and keeps through crashes what was committed and nothing else", () =>
    onServer(
      Effect.gen(function* () {
        const server = yield* start({ settings: { shared_buffers: "16MB" } })
        const { url } = server
        for (const [name, value] of Object.entries({ ...durable, shared_buffers: "16MB" })) {
          expect(yield* ask(url, `SHOW ${name}`)).toStrictEqual([{ [name]: value }])
        }
        expect(yield* ask(url, "SHOW server_version")).toMatchObject([
          { server_version: expect.stringContaining(server.version) }
        ])

        const kept: Array<number> = []
        const add = (n: number) => Effect.map(ask(url, `INSERT INTO note VALUES (${n})`), () => kept.push(n))
        yield* ask(url, "CREATE TABLE note (n int)")
        const crashes = [
          server.stop("immediate"),
          Effect.sync(() => process.kill(server.pid(), "SIGKILL")),
          server.stop("fast")
        ]
        for (const [n, crash] of crashes.entries()) {
          yield* add(n)
          // Written, but not committed: the control that must not be found.
          yield* Effect.scoped(
            Effect.gen(function* () {
              const client = yield* connect(url)
              yield* client.unsafe("BEGIN").unprepared
              yield* client.unsafe(`INSERT INTO note VALUES (${100 + n})`).unprepared
              const before = server.pid()
              yield* crash
              yield* server.start
              expect(isAlive(before)).toBe(false)
              expect(isAlive(server.pid())).toBe(true)
            })
          )
          expect(yield* ask(url, "SELECT n FROM note ORDER BY n")).toStrictEqual(kept.map((n) => ({ n })))
        }
      })
    ))

  test("goes with its scope, and leaves no folder", () =>
    onServer(
      Effect.gen(function* () {
        const server = yield* Effect.scoped(
          Effect.tap(start(), (server) => Effect.sync(() => expect(isAlive(server.pid())).toBe(true)))
        )
        expect(isAlive(server.pid())).toBe(false)
        expect(existsSync(dirname(server.dataFolder))).toBe(false)
      })
    ))

  test.for([
    { when: "while it is made", first: "Effect.void", saying: false },
    { when: "while it runs", first: "Effect.void", saying: true },
    { when: "while it is stopped", first: 'server.stop("fast")', saying: true }
  ])("goes with the process that started it, even if that is killed $when", async ({ first, saying }) => {
    const under = mkdtempSync(join(tmpdir(), "kinchaku-"))
    chmodSync(under, 0o1777)
    const program = `
      const { start } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "Server.ts")).href)})
      const { Effect } = await import("effect")
      await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
        const server = yield* start({ under: ${JSON.stringify(under)} })
        yield* ${first}
        console.log(server.pid())
        yield* Effect.never
      })))`
    const starter = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"]
    })
    const said = once(starter.stdout.setEncoding("utf8"), "data")
    await until(() => readdirSync(under).some((folder) => existsSync(join(under, folder, "data"))))
    const pid = saying ? Number((await said)[0]) : undefined
    const remains = () => [pid !== undefined && isAlive(pid), readdirSync(under).length > 0]
    expect(remains()).toStrictEqual([saying && first === "Effect.void", true])
    starter.kill("SIGKILL")
    await until(() => !remains().includes(true))
    expect(remains()).toStrictEqual([false, false])
    rmdirSync(under)
  })

  test("says why there is none, instead of trying something else", () =>
    onServer(
      Effect.gen(function* () {
        const refused = yield* Effect.flip(start({ binFolder: "/nowhere" }))
        expect(refused).toMatchObject({ _tag: "ServerUnavailable", reason: "no postgres in /nowhere" })
        const unset = yield* Effect.flip(start({ settings: { fsync: "perhaps" } }))
        expect(unset).toMatchObject({ reason: expect.stringContaining("fsync") })
      })
    ))
})
