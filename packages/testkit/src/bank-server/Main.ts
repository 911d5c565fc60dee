/**
 * `npm run bank`: the bank simulator as a process of its own. Its settings come from the environment (docs/reference/bank-api.md), and
 * what it does is printed.
 */
import { Result } from "effect"
import * as BankServer from "./BankServer.ts"
import * as BankSettings from "./BankSettings.ts"

/** EX_CONFIG of sysexits.h: the configuration is wrong. */
const configurationExit = 78

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const print = (line: string): void => say(`${new Date().toISOString()} ${line}`)

const greeting = (url: string, { bank, key, pages, webhook }: BankSettings.Settings): string => {
  const { faults, seed } = bank?.random ?? { faults: 0, seed: 0 }
  const shownKey = key === BankSettings.keyOfSimulator ? key : "KINCHAKU_BANK_KEY"
  return `
模擬銀行 / bank simulator
  API      ${url}  (${url}/openapi.json)
  Key      ${shownKey}
  Pages    ${pages === undefined ? "none: links are made at once" : "links go through the bank's page"}
  Reports  ${webhook === undefined ? "none: KINCHAKU_BANK_WEBHOOK_URL is not set" : webhook.url}
  Faults   ${faults * 100} % (SEED=${seed}), and by the last three digits: docs/reference/bank-api.md
  終了は Ctrl+C。 / Stop with Ctrl+C.
`
}

const main = async (): Promise<void> => {
  const settings = BankSettings.read(process.env)
  if (Result.isFailure(settings)) {
    process.stderr.write(
      `設定に誤りがあります。 / Not started:\n${settings.failure.map((line) => `- ${line}\n`).join("")}`
    )
    process.exitCode = configurationExit
    return
  }
  const server = await BankServer.start({ ...settings.success, print })
  for (const [number, kana] of settings.success.holders) server.bank.setHolder(number, kana)
  say(greeting(server.url, settings.success))

  const stop = async (signal: string): Promise<void> => {
    print(`${signal}: stopping`)
    await server.close()
    print("stopped")
    process.exit(0)
  }
  process.once("SIGTERM", (signal) => void stop(signal))
  process.once("SIGINT", (signal) => void stop(signal))
}

await main().catch((error: unknown) => {
  process.stderr.write(`起動できません。 / Not started: ${error instanceof Error ? error.message : "unknown"}\n`)
  process.exitCode = 1
})
