/**
 * What hashing costs: the same payments with the real digest, and with one that makes up digests without looking at what it is given.
 * Chains of the latter hold nothing together, so it is here only.
 */
import { join } from "node:path"
import type { Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Layer } from "effect"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { withFolder } from "./Folder.ts"
import { inTurns, ratio, report, rounded, say, size, together } from "./Part.ts"
import { withPostgres } from "./Postgres.ts"
import { paying, prepared, service } from "./Service.ts"

let made = 0
/** Texts as long as digests, each another one: a counter in hexadecimal. */
const counted = Layer.succeed(Digest, {
  sha256: () => (made++).toString(16).padStart(64, "0"),
  sha256Bytes: () => new Uint8Array(32)
})

const compare = async <Ports>(key: string, store: () => Promise<Layer.Layer<Store | Ports, StoreUnavailable>>) => {
  const side = async (digest: Layer.Layer<Digest>) => {
    const runtime = service(await store(), digest)
    return { runtime, round: paying(runtime, await prepared(runtime), { callers: 64, seconds: size(1.5, 0.1) }) }
  }
  say(`  ${key}: payments per second with hashing and without`)
  const sides = { hashed: await side(NodeDigest.layer), bare: await side(counted) }
  const { bare, hashed } = await inTurns({ hashed: sides.hashed.round, bare: sides.bare.round })
  await Promise.all(Object.values(sides).map(({ runtime }) => runtime.dispose()))
  return { figures: { [key]: rounded(1 - ratio(hashed, bare), 3) } }
}

const sqlite = await withFolder((folder) => {
  let files = 0
  return compare("chain.cost", async () => SqliteStore.layer({ filename: join(folder, `${files++}.db`) }))
})
const postgres = await withPostgres(["chain.postgres_cost"], (server) =>
  compare("chain.postgres_cost", async () => PostgresStore.layer({ url: await server.database() }))
)
report(together(sqlite, postgres))
