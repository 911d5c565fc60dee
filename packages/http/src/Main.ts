/**
 * `npm start`: the server with its configuration from the environment, its log on standard output, and its end on a signal.
 *
 * Without any setting it is a development server on an SQLite file in ./data, with simulated banks and billers; with
 * KINCHAKU_DATABASE_URL its books are in PostgreSQL. A server that is told to be in production starts only with real ones (SEC-13).
 */
// Schemas are compiled from here on; it must come before any of them is used (ADR-0009).
import "effect/schema/SchemaJITCompiler/enable"
import { join } from "node:path"
import { Policies } from "@kinchaku/domain/policy/Policies"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import { Cause, Effect, Exit, Redacted, Result } from "effect"
import { pino } from "pino"
import { actors } from "./Asker.ts"
import * as Authorities from "./Authorities.ts"
import * as Configuration from "./Configuration.ts"
import type { Environment, Fault } from "./Environment.ts"
import * as Log from "./Log.ts"
import * as Production from "./Production.ts"
import * as Runtime from "./Runtime.ts"
import * as Senders from "./Senders.ts"
import * as Server from "./Server.ts"

/** EX_CONFIG of sysexits.h: the configuration is wrong. */
const configurationExit = 78

const fail = (title: string, faults: ReadonlyArray<Fault>): never => {
  console.error(title)
  for (const { en, ja, name } of faults) console.error(`- ${name}\n    ${ja}\n    ${en}`)
  process.exit(configurationExit)
}

const refuseProduction = (env: Environment): never =>
  fail(
    "本番サーバーとして起動できません。次が不足しています。 / Not started: a production server lacks the following.",
    Production.lacking(env)
  )

const filenameOf = (data: string): string => join(data, "kinchaku.sqlite")

/** The store as it may be shown: without whoever connects to it. */
const shown = ({ data, database }: Configuration.Configuration): string => {
  if (database === undefined) return filenameOf(data)
  const { host, pathname } = new URL(Redacted.value(database))
  return `postgres://${host}${pathname}`
}

/** What answers in the place of a bank. */
const bankOf = ({ banks }: Configuration.Configuration): string => banks?.others?.base ?? "模擬 / simulated"

/** Where messages go, which is worth a warning where it is to real people. */
const telephones = ({ senders: { mail, sms } }: Configuration.Configuration): string => {
  if (mail !== undefined && sms !== undefined)
    return "  SMSとメールは実際に送信されます。 / SMS and mails are really sent."
  if (mail === undefined && sms === undefined)
    return "  SMSとメールもシミュレーターです。 / SMS and mails are simulated too."
  const real = mail === undefined ? "SMS" : "メール / mails"
  return `  実際に送信されるもの / really sent: ${real}`
}

const greeting = (port: number, configuration: Configuration.Configuration, people: ReadonlyArray<string>) => {
  const { data, host } = configuration
  return `
Kinchaku 巾着 — 開発サーバー / development server
  シミュレーター使用中: 銀行、請求書発行企業、試験用認証局。実在のお金は動きません。
  SIMULATORS ARE ON: banks, billers and a test certification authority. No real money moves.
${telephones(configuration)}

  Docs    http://${host}:${port}/docs
  Health  http://${host}:${port}/health
  Keys    ${join(data, "api-key")} (host), ${join(data, "operator-key")} (operator), ${join(data, "merchant-key")} (merchants)
  Store   ${shown(configuration)}
  Bank    ${bankOf(configuration)}
  Sent    http://${host}:${port}/development/messages (simulated SMS and mails, with a key)
${people.join("\n")}
  curl -H "Authorization: Bearer $(cat ${join(data, "api-key")})" http://${host}:${port}/policy
  npm run demo で一連の流れを見られます。 / npm run demo walks through it all.
  終了は Ctrl+C。 / Stop with Ctrl+C.
`
}

const main = async (): Promise<void> => {
  // Whatever this server writes is for its own user alone.
  process.umask(0o077)
  const mode = Configuration.modeOf(process.env)
  if (Result.isSuccess(mode) && mode.success === "production") return refuseProduction(process.env)
  const read = Configuration.read(process.env)
  if (Result.isFailure(read)) return fail("設定に誤りがあります。 / The configuration is not valid.", read.failure)
  const configuration = read.success
  const { authorities, bankSecrets, banks, clockShift, data, database, depositSecrets, host, keys, ports, secretKey } =
    configuration

  const Development = await import("./Development.ts")
  const log = pino({ base: null }, pino.destination({ dest: 1, sync: true }))
  const world = await Effect.runPromise(Development.open(data, clockShift, banks))
  const revocation = Authorities.revocation(authorities, world.outside.revocation)
  const outside = {
    ...world.outside,
    trusted: [...authorities.trusted, ...world.outside.trusted],
    ...(revocation === undefined ? {} : { revocation }),
    senders: Senders.layer(configuration.senders, world.outside.senders)
  }
  const books = database === undefined ? { filename: filenameOf(data) } : { url: database }
  const runtime = Runtime.make({ books, secretKey, outside, log, clockShift })

  const begin = Effect.gen(function* () {
    yield* Development.seed(world.authority, data, configuration.policy ?? Development.policy)
    const policies = yield* Policies
    yield* policies.adopt(configuration.policy ?? Development.policy, actors.operator)
  })
  const begun = await runtime.runPromiseExit(begin)
  if (Exit.isFailure(begun)) {
    console.error(`起動できません。 / Not started: ${Cause.pretty(begun.cause)}`)
    process.exit(1)
  }
  void runtime.runPromiseExit(Kinchaku.background()).then((ended) => {
    if (Exit.hasInterrupts(ended)) return
    log.fatal(
      { failed: Log.placesOf(Exit.isFailure(ended) ? Cause.squash(ended.cause) : undefined) },
      "deliveries ended"
    )
    process.exit(1)
  })
  const { sms } = configuration.senders
  const reported = sms?.statusCallback === undefined ? {} : { smsStatus: { url: sms.statusCallback, token: sms.token } }
  const server = await Server.start({
    runtime,
    keys,
    log,
    host,
    ports,
    messages: world.messages,
    bankSecrets,
    depositSecrets,
    ...reported
  })
  const people = Development.demoIn(data).map(({ account, person }) => `  Demo    ${person}: ${account}`)
  console.log(greeting(server.port, configuration, people))

  const stop = async (signal: string): Promise<void> => {
    log.info({ signal }, "stopping")
    await server.stop()
    await runtime.dispose()
    log.info("stopped")
    process.exit(0)
  }
  process.once("SIGTERM", (signal) => void stop(signal))
  process.once("SIGINT", (signal) => void stop(signal))
}

await main().catch((error: unknown) => {
  console.error(`起動できません。 / Not started: ${error instanceof Error ? error.message : "unknown"}`)
  process.exit(1)
})
