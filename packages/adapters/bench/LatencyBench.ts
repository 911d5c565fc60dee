/**
 * Latency: one caller alone pays, against one bare durable insert of about 100 bytes on the same disk or server, through the same
 * driver. Payments and inserts take turns one by one.
 */
import { join } from "node:path"
import { Effect, Exit, Scope } from "effect"
import * as Session from "../src/postgres/Session.ts"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import * as Connection from "../src/sqlite/Connection.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { withFolder } from "./Folder.ts"
import { median, quantile, report, rounded, say, size, together } from "./Part.ts"
import { execute, withPostgres } from "./Postgres.ts"
import { pay, prepared, type Service, service } from "./Service.ts"

const payments = size(1500, 40)
const warmUp = size(300, 10)
const text = "x".repeat(88)
const insert = "INSERT INTO bare (body) VALUES"

const timed = async (what: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await what()
  return performance.now() - begun
}

const compare = async (name: string, runtime: Pick<Service, "runPromise">, insertOne: () => Promise<unknown>) => {
  const books = await prepared(runtime)
  const paid: Array<number> = []
  const inserted: Array<number> = []
  for (let n = 0; n < warmUp + payments; n++) {
    const slips = books.slips(1)
    const payment = await timed(() => runtime.runPromise(pay(slips, 1)))
    const bare = await timed(insertOne)
    if (n < warmUp) continue
    paid.push(payment)
    inserted.push(bare)
  }
  say(`  ${name}: a payment ${median(paid).toFixed(3)} ms, a bare insert ${median(inserted).toFixed(3)} ms`)
  return {
    figures: {
      [`latency.${name}_ratio`]: rounded(median(paid) / median(inserted), 2),
      [`latency.${name}_ms`]: {
        payment_p50: rounded(median(paid), 3),
        payment_p99: rounded(quantile(paid, 0.99), 3),
        insert_p50: rounded(median(inserted), 3),
        insert_p99: rounded(quantile(inserted, 0.99), 3)
      }
    }
  }
}

const sqlite = await withFolder(async (folder) => {
  const bare = Connection.open(join(folder, "bare.db"))
  bare.run("CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")
  const runtime = service(SqliteStore.layer({ filename: join(folder, "books.db") }))
  const found = await compare("sqlite", runtime, async () => bare.run(`${insert} (?)`, text))
  await runtime.dispose()
  bare.close()
  return found
})

const postgres = await withPostgres(["latency.postgres_ratio"], async (server) => {
  const bareUrl = await server.database()
  await execute(bareUrl, "CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)")
  const scope = await Effect.runPromise(Scope.make())
  const session = await Effect.runPromise(Effect.provideService(Session.open(bareUrl), Scope.Scope, scope))
  const runtime = service(PostgresStore.layer({ url: await server.database() }))
  const found = await compare("postgres", runtime, () => Effect.runPromise(session.rows(`${insert} ($1)`, text)))
  await runtime.dispose()
  await Effect.runPromise(Scope.close(scope, Exit.void))
  return found
})

report(together(sqlite, postgres))
