/**
 * Banks: the bank API that the environment names. A development server may have one in the place of the simulated bank; one in
 * production has to, and not the simulator's (SEC-13).
 */
import type * as HttpBankGateway from "@kinchaku/adapters/bank/HttpBankGateway"
import { Redacted, Result } from "effect"
import { type Environment, type Fault, fault, type Read } from "./Environment.ts"

/** The gateway to banks that is set up; absent where none is. */
export type Banks = HttpBankGateway.Options | undefined

const [urlName, keyName, localName] = [
  "KINCHAKU_BANK_URL",
  "KINCHAKU_BANK_KEY",
  "KINCHAKU_BANK_ON_THIS_MACHINE"
] as const

const missing = (name: string): Fault => ({
  name,
  ja: "銀行へのAPIに必要な設定がありません。",
  en: "a setting without which no bank is asked is missing"
})

const isLocal = ({ hostname }: URL): boolean =>
  /^(127\..*|0\.0\.0\.0|\[::\]|\[::1\]|\[::ffff:7f.*\]|localhost\.?)$/u.test(hostname)

/** An address to which accounts and keys may be sent: by https, over http on this machine alone. */
const addressOf = (text: string): URL | undefined => {
  const url = URL.parse(text)
  if (url === null || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return undefined
  return url.protocol === "https:" || (url.protocol === "http:" && isLocal(url)) ? url : undefined
}

/** The key that the bank's simulator has where it is given none (docs/reference/bank-api.md). */
const keyOfSimulator = "kinchaku-simulated-bank"

const notHere: Fault = {
  name: urlName,
  ja: `このマシン上の銀行はシミュレーターとみなします。実在の銀行への中継なら ${localName}=yes を指定してください。`,
  en: `a bank on this machine is taken for a simulator; where a real one is relayed there, set ${localName}=yes`
}
const notTheSimulators: Fault = {
  name: keyName,
  ja: "シミュレーターの既定の鍵は本番では使えません。",
  en: "the simulator's own key is not for production"
}

/** What a server lacks that may not simulate banks, and what of it is a simulator's. */
export const lackingForReal = (env: Environment): ReadonlyArray<Fault> => {
  const lacking = [urlName, keyName].filter((name) => (env[name] ?? "") === "").map(missing)
  const url = URL.parse(env[urlName] ?? "")
  return [
    ...lacking,
    ...(url !== null && isLocal(url) && env[localName] !== "yes" ? [notHere] : []),
    ...(env[keyName] === keyOfSimulator ? [notTheSimulators] : [])
  ]
}

/** The bank API that the environment names, both settings or neither. */
export const read = (env: Environment): Read<Banks> => {
  if (env[urlName] === undefined && env[keyName] === undefined) return Result.succeed(undefined)
  const faults = [urlName, keyName].filter((name) => (env[name] ?? "") === "").map(missing)
  if (faults.length > 0) return Result.fail(faults)
  const [url, key] = [addressOf(env[urlName] ?? ""), env[keyName] ?? ""]
  if (url === undefined) {
    return fault(urlName, "https:// で始まるURLを指定してください。", "expected a url that begins with https://")
  }
  return /^[\x21-\x7e]{16,200}$/u.test(key)
    ? Result.succeed({ others: { base: url.href, key: Redacted.make(key) } })
    : fault(
        keyName,
        "印字可能なASCII文字16～200字の鍵を指定してください。",
        "expected a key of 16 to 200 printable ASCII characters"
      )
}
