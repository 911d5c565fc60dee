/**
 * The settings of the bank's process, from its environment: what is wrong is named, and the process does not start.
 */
import { Result } from "effect"
import * as MemoryFile from "./MemoryFile.ts"
import type { Options } from "./BankServer.ts"
import { readSecret, type Target } from "./Webhooks.ts"

export type Environment = Readonly<Record<string, string | undefined>>

export interface Settings extends Options {
  /** The holders of accounts, by their numbers. */
  readonly holders: ReadonlyMap<string, string>
}

type Read<A> = Result.Result<A, ReadonlyArray<string>>
const fault = (name: string, expected: string): Read<never> => Result.fail([`${name}: expected ${expected}`])

/** The key where none is given. It is no secret, so a wallet in production does not take it. */
export const keyOfSimulator = "kinchaku-simulated-bank"

/** Whom the demo's accounts belong to. */
const demoHolders = "1000000=テスト タロウ,2000000=テスト ハナコ,3000000=デモ ハナコ,4000000=デモ ジロウ"

const numberOf = (env: Environment, name: string, otherwise: number, most: number, isWhole = true): Read<number> => {
  const written = env[name] ?? `${otherwise}`
  const pattern = isWhole ? /^\d{1,9}$/u : /^\d(\.\d{1,6})?$/u
  return pattern.test(written) && Number(written) <= most
    ? Result.succeed(Number(written))
    : fault(name, `${isWhole ? "a whole number" : "a number"} from 0 to ${most}`)
}

const urlOf = (env: Environment, name: string): Read<URL | undefined> => {
  const written = env[name]
  if (written === undefined) return Result.succeed(undefined)
  const url = URL.parse(written)
  return url !== null && /^https?:$/u.test(url.protocol)
    ? Result.succeed(url)
    : fault(name, "a url that begins with http:// or https://")
}

const webhookOf = (env: Environment): Read<Target | undefined> => {
  const name = "KINCHAKU_BANK_WEBHOOK_SECRET"
  return Result.flatMap(urlOf(env, "KINCHAKU_BANK_WEBHOOK_URL"), (url): Read<Target | undefined> => {
    if (url === undefined) return Result.succeed(undefined)
    const secret = readSecret(env[name] ?? "")
    return secret === undefined
      ? fault(name, "whsec_ and 24 to 64 bytes in base64, with which reports are signed")
      : Result.succeed({ url: url.href, secret })
  })
}

const keyOf = (env: Environment): Read<string> => {
  const key = env["KINCHAKU_BANK_KEY"] ?? keyOfSimulator
  return /^[\x21-\x7e]{16,200}$/u.test(key)
    ? Result.succeed(key)
    : fault("KINCHAKU_BANK_KEY", "a key of 16 to 200 printable ASCII characters")
}

const holdersOf = (env: Environment): Read<ReadonlyMap<string, string>> => {
  const name = "KINCHAKU_BANK_HOLDERS"
  const entries = (env[name] ?? demoHolders).split(",").map((entry) => entry.split("="))
  return entries.every(([number, kana, ...rest]) => /^\d{1,20}$/u.test(number ?? "") && kana && rest.length === 0)
    ? Result.succeed(new Map(entries.map(([number = "", kana = ""]) => [number.trim(), kana.trim()])))
    : fault(name, "number=kana, with commas between them")
}

const pagesOf = (env: Environment): Read<Options["pages"]> => {
  const name = "KINCHAKU_BANK_PAGES"
  const written = env[name] ?? "here"
  if (written === "here") return Result.succeed(written)
  return written === "none" ? Result.succeed(undefined) : urlOf(env, name)
}

/** The settings, or everything that is wrong with them. */
export const read = (env: Environment): Read<Settings> => {
  const parts = {
    port: numberOf(env, "PORT", 3100, 65_535),
    key: keyOf(env),
    webhook: webhookOf(env),
    holders: holdersOf(env),
    pages: pagesOf(env),
    seed: numberOf(env, "SEED", 1, 999_999_999),
    faults: numberOf(env, "FAULTS", 0, 1, false),
    late: numberOf(env, "KINCHAKU_BANK_LATE_SECONDS", 60, 999_999_999),
    silent: numberOf(env, "KINCHAKU_BANK_SILENT_SECONDS", 10, 3_600)
  }
  const wrong = Object.values(parts).flatMap((part: Read<unknown>) => (Result.isFailure(part) ? part.failure : []))
  if (wrong.length > 0) return Result.fail(wrong)
  return Result.map(Result.all(parts), ({ faults, holders, key, late, pages, port, seed, silent, webhook }) => {
    const file = env["KINCHAKU_BANK_FILE"]
    return {
      host: env["KINCHAKU_HOST"] ?? "127.0.0.1",
      port,
      key,
      holders,
      silentFor: `${silent} seconds`,
      ...(pages === undefined ? {} : { pages }),
      ...(webhook === undefined ? {} : { webhook }),
      bank: {
        random: { seed, faults },
        lateFor: `${late} seconds`,
        lateReportAfter: "3 days",
        reportsAfter: "2 seconds",
        ...(file === undefined ? {} : { memory: MemoryFile.open(file) })
      }
    }
  })
}
