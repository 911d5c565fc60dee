/**
 * postgres-backup: a server is copied under load, as a base backup of its files and, where a pg_dump of its version is found, as a dump.
 *
 * What was answered before the copy began is in it and answers the same; the copy is a past of the database that went on.
 */
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { Effect } from "effect"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import * as Server from "../../test/postgres/Server.ts"
import { temporaryFile } from "../../test/TemporaryFile.ts"
import { copyOf } from "../examination/Copying.ts"
import { examine, sentences } from "../examination/Examination.ts"
import { by, type Fault } from "../Fault.ts"
import { newCallers } from "../load/Callers.ts"
import { core, onCore } from "../load/Core.ts"
import type * as Load from "../load/Load.ts"
import { ownServer, preparedOn } from "./Databases.ts"
import { heads, link } from "./Heads.ts"

const withName = (server: Pick<Server.Server, "url">, database: string): string => {
  const url = new URL(server.url)
  url.pathname = new URL(database).pathname
  return url.href
}

/** Files of a data folder that a base backup leaves out. */
const left = new Set(["postmaster.pid", "postmaster.opts", "pg_replslot", "pg_stat_tmp"])

/** Copies a running server's files into the stopped other one, between the statements that make that a backup. */
const copyBase = Effect.fnUntraced(function* (server: Server.Server, target: Server.Server) {
  const client = yield* Server.connect(server.url)
  yield* client.unsafe("SELECT pg_backup_start('torture', true)::text").unprepared
  for (const name of readdirSync(target.dataFolder)) {
    if (!left.has(name)) rmSync(join(target.dataFolder, name), { recursive: true, force: true })
  }
  const copy = (isLog: (name: string) => boolean) => {
    for (const name of readdirSync(server.dataFolder).filter((one) => !left.has(one) && isLog(one))) {
      // Files come and go under load; whatever goes is in the log.
      cpSync(join(server.dataFolder, name), join(target.dataFolder, name), {
        recursive: true,
        filter: (file) => existsSync(file) && !basename(file).startsWith("pgsql_tmp")
      })
    }
  }
  copy((name) => name !== "pg_wal")
  const [label] = yield* client.unsafe<{ readonly labelfile: string }>(
    "SELECT labelfile::text FROM pg_backup_stop(false)"
  ).unprepared
  copy((name) => name === "pg_wal")
  writeFileSync(join(target.dataFolder, "backup_label"), label?.labelfile ?? "")
  const { gid, uid } = lstatSync(target.dataFolder)
  spawnSync("chown", ["-R", `${uid}:${gid}`, target.dataFolder])
}, Effect.scoped)

/** A pg_dump that understands the server, or why there is none. */
const dumper = (server: Server.Server): { readonly folder: string } | string => {
  const own = join(server.binFolder, "pg_dump")
  if (existsSync(own)) return { folder: `${server.binFolder}/` }
  const { error, stdout } = spawnSync("pg_dump", ["--version"], { encoding: "utf8" })
  if (error !== undefined) return "no pg_dump is installed"
  const version = /\d+/.exec(stdout)?.[0] ?? "0"
  const isNew = Number(version) >= Number.parseInt(server.version, 10)
  return isNew ? { folder: "" } : `pg_dump ${version} cannot read PostgreSQL ${Number.parseInt(server.version, 10)}`
}

const run = (command: string, ...args: ReadonlyArray<string>) =>
  Effect.suspend(() => {
    const { status, stderr } = spawnSync(command, args, { encoding: "utf8" })
    return status === 0 ? Effect.void : Effect.die(new Error(`${command} failed: ${stderr}`))
  })

/** Examines a restored copy; answers the heads that it had. */
const look = (url: string, ground: Load.Ground, answers: ReadonlyMap<number, Load.Told>) =>
  Effect.gen(function* () {
    const shown = yield* copyOf(url)
    const last = yield* onCore(url, heads)
    const found = yield* onCore(url, examine(shown, ground, answers, [...answers.keys()]))
    return { last, found: sentences(found) }
  })

export const postgresBackup: Fault = {
  name: "postgres-backup",
  run: Effect.fnUntraced(function* (setting) {
    const times = by(setting, { slice: 1, quick: 3, long: 30 })
    const server = yield* ownServer
    const target = yield* ownServer
    const dump = dumper(server)
    const { ground, url } = yield* preparedOn(server, 8)
    const { answers, end, persistent } = newCallers(ground)
    const found: Array<string> = []
    const pasts: Array<Effect.Success<typeof heads>> = []
    let points = 0
    const base = Effect.gen(function* () {
      yield* target.stop("immediate")
      yield* copyBase(server, target)
      yield* target.start
      return withName(target, url)
    })
    const dumped = Effect.gen(function* () {
      if (typeof dump === "string") return undefined
      const file = yield* temporaryFile
      const restored = yield* Server.database(server)
      yield* run(`${dump.folder}pg_dump`, "-Fc", "-f", file, url)
      yield* run(`${dump.folder}pg_restore`, "-1", "-d", restored, file)
      return restored
    })
    const load = Effect.gen(function* () {
      yield* Effect.forkScoped(Kinchaku.background())
      for (let n = 0; n < 8; n++) yield* Effect.forkScoped(persistent)
      for (let n = 0; n < times; n++) {
        for (const copying of [base, dumped]) {
          const count = answers.size
          while (answers.size < count + 64) yield* Effect.sleep("5 millis")
          const before = new Map(answers)
          const copy = yield* copying
          if (copy === undefined) continue
          const one = yield* look(copy, ground, before)
          points += 1
          found.push(...one.found)
          pasts.push(one.last)
        }
        setting.progress(n + 1, times)
      }
      end()
      for (const head of pasts.flat()) {
        if ((yield* link(head)) !== head.hash)
          found.push(`the copy with the head ${head.seq} is no past of the database`)
      }
    })
    yield* Effect.scoped(Effect.provide(load, core(url), { local: true }))
    const how = typeof dump === "string" ? `base backups; dumps skipped: ${dump}` : "base backups and dumps"
    return { points, findings: found, controls: [], note: `${how}, restored` }
  })
}
