import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import { Effect } from "effect"
import { afterAll, assert, describe, it } from "vitest"
import type { Body } from "./Harness.ts"

const main = fileURLToPath(new URL("../src/Main.ts", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "kinchaku-main-"))
const started: Array<ChildProcess> = []
afterAll(() => {
  for (const child of started) child.kill("SIGKILL")
  rmSync(folder, { recursive: true, force: true })
})

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
}

const run = (env: Readonly<Record<string, string>>): Run => {
  const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]
  const clean = { PATH: process.env["PATH"] ?? "" }
  const child = spawn(process.execPath, [...flags, main], { cwd: folder, env: { ...clean, ...env } })
  started.push(child)
  let output = ""
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output, ended: new Promise((resolve) => child.once("exit", resolve)) }
}

/** The address of a server, once it has printed it. */
const address = async ({ ended, output }: Run): Promise<string> => {
  const deadline = performance.now() + 10_000
  let hasEnded = false
  void ended.then(() => (hasEnded = true))
  while (performance.now() < deadline && !hasEnded) {
    const [, found] = /Docs\s+(http:\/\/\S+)\/docs/.exec(output()) ?? []
    if (found !== undefined) return found
    await new Promise((later) => setTimeout(later, 50))
  }
  throw new Error(`no address was printed within ten seconds:\n${output()}`)
}

const text = (data: string, file: string) => readFileSync(join(data, file), "utf8").trim()

describe("npm start", () => {
  it("serves a seeded development server from an empty directory, and stops with 0 on SIGTERM", async () => {
    const data = join(folder, "first")
    const server = run({ KINCHAKU_DATA: data, PORT: "0" })
    const url = await address(server)
    assert.include(server.output(), "SIMULATORS ARE ON")
    for (const file of ["api-key", "operator-key", "secret-key", "test-ca.pem", "kinchaku.sqlite"]) {
      assert.strictEqual(statSync(join(data, file)).mode & 0o077, 0, file)
    }
    const authorization = { authorization: `Bearer ${text(data, "api-key")}` }
    const json = async (
      path: string,
      init: {
        readonly method?: string
        readonly headers?: Readonly<Record<string, string>>
        readonly body?: string
      } = {}
    ) => {
      const response = await fetch(`${url}${path}`, { ...init, headers: { ...authorization, ...init.headers } })
      return { status: response.status, body: (await response.json()) as Body }
    }
    let intents = 0
    const post = (path: string, body: unknown) =>
      json(path, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": `main-${++intents}` },
        body: JSON.stringify(body)
      })

    // A person opens an account with a certificate of the test authority.
    const authority = await Effect.runPromise(CertificateAuthority.load(text(data, "test-ca.pem")))
    const validity = CertificateAuthority.valid(instant(Date.now()))
    const certificate = await Effect.runPromise(authority.issue("main-test", validity))
    const { body: given } = await post("/certificate-challenges", {})
    const presentation = await Effect.runPromise(certificate.present(given.challenge))
    const contact = { email: "main@example.com", phone: "09012345678", kanaName: "メイン テスト" }
    const codes: Record<string, string> = {}
    const proved = async (of: "phone" | "email") => {
      const { body } = await post("/contact-codes", { [of]: contact[of] })
      const code = await received(contact[of])
      codes[of] = code
      assert.strictEqual((await post(`/codes/${body.id}/confirmation`, { code })).status, 200)
      return body.id
    }
    /** The code that arrived at a telephone or a mailbox of this development server. */
    const received = async (to: string): Promise<string> => {
      for (let tries = 0; tries < 100; tries++) {
        const { body } = await json("/development/messages")
        const { mails, sms } = body as unknown as Readonly<
          Record<"mails" | "sms", ReadonlyArray<Body & { to: string; text: string }>>
        >
        const found = [...mails, ...sms].find((message) => message.to === to)
        const [code] = /\d{6}/.exec(found?.text ?? "") ?? []
        if (code !== undefined) return code
        await new Promise((later) => setTimeout(later, 50))
      }
      throw new Error("no message arrived within five seconds")
    }
    const opening = { ...contact, phoneOtp: await proved("phone"), emailOtp: await proved("email") }
    assert.strictEqual((await fetch(`${url}/development/messages`)).status, 401)
    assert.strictEqual((await post("/accounts", { ...opening, presentation })).status, 201)
    const foreign = await Effect.runPromise(
      Effect.flatMap(CertificateAuthority.make(validity), (other) => other.issue("main-test", validity))
    )
    const forged = await Effect.runPromise(foreign.present(given.challenge))
    const refused = await post("/accounts", { ...opening, presentation: forged })
    assert.strictEqual(refused.body.code, "CertificateUntrusted")

    // A person of the demo tops up and pays the published slip of a contracted biller.
    const [demo] = JSON.parse(text(data, "demo.json")) as ReadonlyArray<{ account: string; link: string }>
    const operation = `topUp ${demo?.link} 20000`
    const { body: code } = await post(`/accounts/${demo?.account}/codes`, { purpose: "topUp", operation })
    const confirmed = await post(`/codes/${code.id}/confirmation`, { code: await received("09000000101") })
    assert.strictEqual(confirmed.status, 200)
    const request = { link: demo?.link, amount: 20_000, quotedFee: 0, otp: code.id }
    const topUp = await post(`/accounts/${demo?.account}/top-ups`, request)
    assert.strictEqual(topUp.status, 202)
    const path = `/accounts/${demo?.account}/top-ups/${topUp.body.id}`
    for (let tries = 0; tries < 50 && (await json(path)).body.status !== "completed"; tries++) {
      await new Promise((later) => setTimeout(later, 50))
    }
    assert.strictEqual((await json(path)).body.status, "completed")

    // A request whose body is still on its way when the signal comes is answered.
    const payload = JSON.stringify({ code: "123456", name: "停止中", confirmation: "none", active: true })
    const { hostname, port } = new URL(url)
    const answer = new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname)
      let received = ""
      socket.on("data", (chunk: Buffer) => (received += chunk.toString()))
      socket.on("close", () => resolve(received))
      socket.write(
        [
          "POST /billers HTTP/1.1",
          "host: localhost",
          `authorization: Bearer ${text(data, "operator-key")}`,
          "idempotency-key: last",
          "content-type: application/json",
          `content-length: ${Buffer.byteLength(payload)}`,
          "",
          payload.slice(0, 10)
        ].join("\r\n")
      )
      setTimeout(() => server.child.kill("SIGTERM"), 200)
      setTimeout(() => socket.write(payload.slice(10)), 700)
    })
    assert.include(await answer, "HTTP/1.1 200")
    assert.strictEqual(await server.ended, 0)
    assert.include(server.output(), '"msg":"stopped"')
    for (const secret of [
      ...Object.values(codes),
      contact.email,
      contact.phone,
      text(data, "api-key"),
      text(data, "secret-key")
    ]) {
      assert.notInclude(server.output(), secret)
    }

    // Started again it has the same books and keys, and seeds nothing.
    const again = run({ KINCHAKU_DATA: data, PORT: "0" })
    const secondUrl = await address(again)
    const response = await fetch(`${secondUrl}/accounts/${demo?.account}/balances`, { headers: authorization })
    assert.strictEqual(((await response.json()) as Body).cash, 20_000)
    again.child.kill("SIGINT")
    assert.strictEqual(await again.ended, 0)
  })

  it("does not start in production with simulators alone, and leaves nothing behind", async () => {
    const data = join(folder, "production")
    for (const env of [{ KINCHAKU_ENV: "production" }, { NODE_ENV: "production" }]) {
      const lacking = [
        "KINCHAKU_BANK_URL",
        "BillerGateway",
        "DepositGateway",
        "KINCHAKU_CA_FILE",
        "KINCHAKU_SMS_URL",
        "KINCHAKU_SMTP_HOST"
      ]
      const refused = run({ KINCHAKU_DATA: data, ...env })
      assert.strictEqual(await refused.ended, 78)
      for (const name of lacking) assert.include(refused.output(), name)
      assert.include(refused.output(), "本番")
    }
    assert.isFalse(existsSync(data))
  })

  it("names every setting that is wrong, in both languages, with 78", async () => {
    const policy = join(folder, "policy.json")
    writeFileSync(policy, JSON.stringify({ historyEntries: 0, banks: { "1234": { name: "x" } } }))
    const refused = run({
      KINCHAKU_DATA: join(folder, "wrong"),
      PORT: "70000",
      KINCHAKU_POLICY: policy,
      KINCHAKU_SMS_URL: "http://sms.example.com",
      KINCHAKU_SMS_ACCOUNT: "AC1",
      KINCHAKU_SMS_TOKEN: "secret-of-the-provider",
      KINCHAKU_SMTP_HOST: "mail.example.com",
      KINCHAKU_SMTP_USER: "somebody"
    })
    assert.strictEqual(await refused.ended, 78)
    for (const name of [
      "PORT",
      "KINCHAKU_SMS_URL",
      "KINCHAKU_SMTP_FROM",
      "KINCHAKU_POLICY historyEntries",
      "KINCHAKU_POLICY banks.1234.minimum",
      "方針ファイルの項目"
    ]) {
      assert.include(refused.output(), name)
    }
    assert.notInclude(refused.output(), "secret-of-the-provider")
  })

  it("does not take another port where the given one is taken", async () => {
    const first = run({ KINCHAKU_DATA: join(folder, "port"), PORT: "0" })
    const { port } = new URL(await address(first))
    const second = run({ KINCHAKU_DATA: join(folder, "port2"), PORT: port })
    assert.strictEqual(await second.ended, 1)
    assert.include(second.output(), "EADDRINUSE")
    first.child.kill("SIGTERM")
    await first.ended
  })
})
