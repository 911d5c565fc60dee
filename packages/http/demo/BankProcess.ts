/**
 * The bank as a process of its own, which the server asks over HTTP, and its page as a holder goes through it.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { ensure } from "./Story.ts"

const main = fileURLToPath(new URL("../../testkit/src/bank-server/Main.ts", import.meta.url))

/** Whom the bank knows as the holders of the accounts of the day. */
const holders =
  "1000000=テスト タロウ,2000000=テスト ハナコ,3000000=デモ ハナコ,3000100=デモ ハナコ,4000000=デモ ジロウ"

export interface BankProcess {
  readonly url: string
  /** What the server needs to ask it. */
  readonly env: Readonly<Record<string, string>>
  readonly stop: () => void
}

/** Starts a bank and waits until it says where it is. */
export const start = async (): Promise<BankProcess> => {
  const key = "the-bank-of-the-demo"
  const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning", main]
  const env = { PORT: "0", KINCHAKU_BANK_KEY: key, KINCHAKU_BANK_HOLDERS: holders, KINCHAKU_BANK_SILENT_SECONDS: "1" }
  const child = spawn(process.execPath, flags, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const stop = () => void child.kill("SIGKILL")
  process.once("exit", stop)
  let said = ""
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString()
      const [, found] = /API\s+(http:\/\/\S+)/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once("exit", (code) => reject(new Error(`the bank ended with ${code} before it began:\n${said}`)))
  })
  return { url, env: { KINCHAKU_BANK_URL: url, KINCHAKU_BANK_KEY: key }, stop }
}

/** Agrees on the bank's page, with a one-time password of the bank. */
export const agree = async (page: string): Promise<void> => {
  const shown = await (await fetch(page)).text()
  ensure(shown.includes("同意する"), `this is not the bank's page: ${shown.slice(0, 200)}`)
  const { status } = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ code: "123456", action: "agree" }),
    redirect: "manual"
  })
  ensure(status === 303, `the bank's page answered ${status}`)
}
