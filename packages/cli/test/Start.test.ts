/**
 * The server on PostgreSQL, as `kinchaku start` starts it: two of them on one database.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { open } from "@kinchaku/adapters/postgres/Session"
import { Effect } from "effect"
import { afterAll, describe, expect, inject, test } from "vitest"
import { kinchakuIn } from "./Books.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-start-"))
const started: Array<ChildProcess> = []
afterAll(() => {
  for (const child of started) child.kill("SIGKILL")
  rmSync(folder, { recursive: true, force: true })
})

const program = fileURLToPath(new URL("../bin/kinchaku.mjs", import.meta.url))
const server = inject("postgres")[0]
const url = server !== undefined && "url" in server ? server.url : undefined

const onServer = (sql: string) =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(open(url ?? ""), ({ rows }) => rows(sql))))

/** Starts a server; ready when it has printed its address. */
const start = async (data: string, env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [program, "start", "--port", "0", "--data", join(folder, data)], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...env }
  })
  started.push(child)
  let output = ""
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
  const address = await new Promise<string>((resolve, reject) => {
    void ended.then((code) => reject(new Error(`ended with ${code}:\n${output}`)))
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
      const [, found] = /Docs\s+(http:\/\/\S+)\/docs/.exec(output) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  const stop = () => {
    child.kill("SIGTERM")
    return ended
  }
  return { address, output: () => output, stop }
}

/** Has a code sent for an operation, reads it at the server that sent it, and confirms it. */
const confirmedCode = async (
  addresses: readonly [string, ...Array<string>],
  authorization: string,
  account: string,
  operation: string
): Promise<string> => {
  const post = async (path: string, body: object, key: string) => {
    const headers = { authorization, "content-type": "application/json", "idempotency-key": key }
    const answer = await fetch(`${addresses[0]}${path}`, { method: "POST", headers, body: JSON.stringify(body) })
    return (await answer.json()) as { readonly id?: string; readonly otp?: string }
  }
  const { id = "" } = await post(`/accounts/${account}/codes`, { purpose: "topUp", operation }, "code")
  // Either process may have taken the message.
  const read = async () => {
    for (const address of addresses) {
      const shown = await fetch(`${address}/development/messages`, { headers: { authorization } })
      const { sms } = (await shown.json()) as { readonly sms: ReadonlyArray<{ key: string; text: string }> }
      const message = sms.find(({ key }) => key === `req_${id.slice("otp_".length)}`)
      if (message !== undefined) return /\d{6}/.exec(message.text)?.[0]
    }
    return undefined
  }
  await expect.poll(read, { timeout: 10_000 }).toBeDefined()
  const { otp = "" } = await post(`/codes/${id}/confirmation`, { code: await read() }, "confirmed")
  return otp
}

describe.skipIf(url === undefined)("on PostgreSQL (skipped where it cannot be started)", () => {
  test("two servers keep their books in one database, and say where without saying who", async () => {
    await onServer("CREATE DATABASE started TEMPLATE template0")
    const database = new URL(url ?? "")
    database.pathname = "/started"
    database.password = "not-to-be-shown"
    const keys = {
      KINCHAKU_DATABASE_URL: database.href,
      KINCHAKU_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
      KINCHAKU_API_KEY: "host-key-of-this-test",
      KINCHAKU_OPERATOR_KEY: "operator-key-of-this-test"
    }
    const one = await start("one", keys)
    const two = await start("two", keys)
    expect(one.output()).toContain(`Store   postgres://${database.host}/started`)
    expect(one.output()).not.toContain("not-to-be-shown")
    const [demo]: ReadonlyArray<{ account: string; link: string }> = JSON.parse(
      readFileSync(join(folder, "one", "demo.json"), "utf8")
    )
    const headers = {
      authorization: `Bearer ${keys.KINCHAKU_API_KEY}`,
      "content-type": "application/json",
      "idempotency-key": "top-up"
    }
    const operation = `topUp ${demo?.link} 5000`
    const otp = await confirmedCode([one.address, two.address], headers.authorization, `${demo?.account}`, operation)
    const body = JSON.stringify({ link: demo?.link, amount: 5000, quotedFee: 0, otp })
    const topUp = (address: string) =>
      fetch(`${address}/accounts/${demo?.account}/top-ups`, { method: "POST", headers, body })
    // The same key at once at both.
    const answers = await Promise.all([topUp(one.address), topUp(two.address)])
    expect(answers.map(({ status }) => status)).toStrictEqual([202, 202])
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()))
    expect(first).toStrictEqual(second)
    const cash = async () => {
      const answer = await fetch(`${two.address}/accounts/${demo?.account}/balances`, { headers })
      const { cash }: { readonly cash?: number } = JSON.parse(await answer.text())
      return cash
    }
    await expect.poll(cash, { timeout: 10_000 }).toBe(5000)
    expect(await Promise.all([one.stop(), two.stop()])).toStrictEqual([0, 0])
    const { status, stdout } = kinchakuIn(folder)("verify", database.href)
    expect({ status, stdout }).toMatchObject({ status: 0 })
  })

  test("an address that is none is refused before anything starts", async () => {
    await expect(start("wrong", { KINCHAKU_DATABASE_URL: "mysql://somewhere/else" })).rejects.toThrow(
      /ended with 78:[^]*KINCHAKU_DATABASE_URL/
    )
  })
})
