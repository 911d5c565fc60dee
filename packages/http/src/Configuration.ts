/**
 * Configuration: what the environment says, read once at start and checked whole.
 *
 * Each fault names the variable or the field that is wrong, in Japanese and English. Simulators are used only by a server that
 * is told to be a development server (SEC-13).
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import * as Policy from "@kinchaku/domain/policy/Policy"
import type { Secret } from "@kinchaku/domain/webhook/Webhook"
import { Redacted, Result } from "effect"
import type { Keys } from "./Access.ts"
import * as Authorities from "./Authorities.ts"
import * as Banks from "./Banks.ts"
import { type Environment, type Fault, fault, type Read, readText } from "./Environment.ts"
import { bankSecretsOf, depositSecretsOf } from "./WebhookSecrets.ts"
import * as KeyFile from "./KeyFile.ts"
import * as Senders from "./Senders.ts"

export type Mode = "development" | "production"

export interface Configuration {
  readonly mode: Mode
  readonly data: string
  /** The url of a PostgreSQL database, which has a password in it; absent where the store is a SQLite file in the data directory. */
  readonly database: Redacted.Redacted | undefined
  readonly host: string
  /** The ports to try, in order. */
  readonly ports: ReadonlyArray<number>
  /** The policy that a file names; absent where none does. */
  readonly policy: Policy.Policy | undefined
  readonly keys: Keys
  /** The gateway to banks; absent where they are simulated. */
  readonly banks: Banks.Banks
  /** With what a bank signs its reports, the newest first. */
  readonly bankSecrets: ReadonlyArray<Secret>
  /** With what the provider of payment numbers signs its reports, likewise. */
  readonly depositSecrets: ReadonlyArray<Secret>
  readonly secretKey: Uint8Array
  readonly authorities: Authorities.Authorities
  readonly senders: Senders.Senders
  /** Milliseconds by which a development server's clock is ahead. */
  readonly clockShift: number
}

/** Development where nothing says otherwise; `NODE_ENV=production` says so unless KINCHAKU_ENV is given. */
export const modeOf = (env: Environment): Read<Mode> => {
  const given = env["KINCHAKU_ENV"] ?? (env["NODE_ENV"] === "production" ? "production" : "development")
  return given === "development" || given === "production"
    ? Result.succeed(given)
    : fault("KINCHAKU_ENV", "development か production を指定してください。", "expected development or production")
}

const portsTried = 20

const portsOf = (env: Environment): Read<ReadonlyArray<number>> => {
  const given = env["PORT"]
  if (given === undefined) return Result.succeed(Array.from({ length: portsTried }, (_, index) => 3000 + index))
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN
  return port <= 65_535
    ? Result.succeed([port])
    : fault("PORT", "0から65535の番号を指定してください。", "expected a number from 0 to 65535")
}

const isDatabase = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== "" && url.pathname.length > 1
}

const databaseOf = (env: Environment): Read<Redacted.Redacted | undefined> => {
  const name = "KINCHAKU_DATABASE_URL"
  const given = env[name]
  if (given === undefined) return Result.succeed(undefined)
  return isDatabase(given)
    ? Result.succeed(Redacted.make(given))
    : fault(
        name,
        "postgres://利用者:パスワード@ホスト:ポート/データベース の形で指定してください。",
        "expected postgres://user:password@host:port/database"
      )
}

const parsed = (name: string, text: string): Read<unknown> => {
  try {
    return Result.succeed(JSON.parse(text))
  } catch {
    return fault(name, "ファイルが正しいJSONではありません。", "the file is not JSON")
  }
}

const policyOf = (env: Environment): Read<Policy.Policy | undefined> => {
  const name = "KINCHAKU_POLICY"
  const path = env[name]
  if (path === undefined) return Result.succeed(undefined)
  return Result.flatMap(readText(name, path), (text) =>
    Result.flatMap(parsed(name, text), (input) =>
      Result.mapError(Policy.load(input), ({ issues }) =>
        issues.map(({ field, message }) => ({
          name: `${name} ${field}`,
          ja: `方針ファイルの項目 ${field || "（全体）"} が正しくありません（${message}）。`,
          en: `the policy's field ${field || "(whole)"} is not valid: ${message}`
        }))
      )
    )
  )
}

const apiKey = (env: Environment, name: string, file: string): Read<string> => {
  const key = env[name] ?? KeyFile.readOrMake(file)
  // A key that begins as a bearer token of a session does would be taken for one.
  return /^(?!acct_|staff_)[\x21-\x7e]{16,200}$/.test(key)
    ? Result.succeed(key)
    : fault(
        name,
        "印字可能なASCII文字16～200字の鍵を指定してください。",
        "expected a key of 16 to 200 printable ASCII characters"
      )
}

const keysOf = (env: Environment, data: string): Read<Keys> =>
  Result.flatMap(
    Result.all({
      host: apiKey(env, "KINCHAKU_API_KEY", join(data, "api-key")),
      operator: apiKey(env, "KINCHAKU_OPERATOR_KEY", join(data, "operator-key")),
      merchant: apiKey(env, "KINCHAKU_MERCHANT_KEY", join(data, "merchant-key"))
    }),
    (keys) =>
      new Set(Object.values(keys)).size < Object.keys(keys).length
        ? fault(
            keys.host === keys.operator ? "KINCHAKU_OPERATOR_KEY" : "KINCHAKU_MERCHANT_KEY",
            "KINCHAKU_API_KEY などとは別の鍵にしてください。",
            "expected a key that no other caller has"
          )
        : Result.succeed(keys)
  )

const secretKeyOf = (env: Environment, data: string): Read<Uint8Array> => {
  const name = "KINCHAKU_SECRET_KEY"
  const bytes = Buffer.from(env[name] ?? KeyFile.readOrMake(join(data, "secret-key")), "base64")
  return bytes.length === 32 && bytes.some((byte) => byte !== 0)
    ? Result.succeed(bytes)
    : fault(name, "32バイトの鍵をbase64で指定してください。", "expected a key of 32 bytes in base64")
}

const clockShiftOf = (env: Environment): Read<number> => {
  const given = env["KINCHAKU_CLOCK_SHIFT"] ?? "0"
  return /^-?\d{1,13}$/.test(given)
    ? Result.succeed(Number(given))
    : fault("KINCHAKU_CLOCK_SHIFT", "ミリ秒の整数を指定してください。", "expected a whole number of milliseconds")
}

const faultsOf = (read: Read<unknown>): ReadonlyArray<Fault> => (Result.isFailure(read) ? read.failure : [])

/** The configuration, or everything that is wrong with it. The data directory and missing key files are made on the way. */
export const read = (env: Environment): Read<Configuration> => {
  const data = env["KINCHAKU_DATA"] ?? "data"
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const parts = {
    mode: modeOf(env),
    ports: portsOf(env),
    database: databaseOf(env),
    policy: policyOf(env),
    keys: keysOf(env, data),
    banks: Banks.read(env),
    bankSecrets: bankSecretsOf(env),
    depositSecrets: depositSecretsOf(env),
    secretKey: secretKeyOf(env, data),
    authorities: Authorities.read(env),
    senders: Senders.read(env),
    clockShift: clockShiftOf(env)
  }
  const faults = Object.values(parts).flatMap(faultsOf)
  return faults.length > 0
    ? Result.fail(faults)
    : Result.map(Result.all(parts), (all) => ({ ...all, data, host: env["KINCHAKU_HOST"] ?? "127.0.0.1" }))
}
