/**
 * The SMS provider and the mail server that the environment names: read whole or not at all, and used instead of simulated ones.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { SmsSender } from "@kinchaku/domain/notice/SmsSender"
import * as SimulatedSms from "@kinchaku/testkit/simulators/SimulatedSms"
import { Effect, Redacted, Result } from "effect"
import { assert, describe, it } from "vitest"
import type { Environment } from "../src/Environment.ts"
import * as Senders from "../src/Senders.ts"

const sms = {
  KINCHAKU_SMS_URL: "https://sms.example.com",
  KINCHAKU_SMS_ACCOUNT: "AC1",
  KINCHAKU_SMS_TOKEN: "token-of-the-provider"
}
const mail = { KINCHAKU_SMTP_HOST: "mail.example.com", KINCHAKU_SMTP_FROM: "きんちゃく <wallet@example.com>" }
const login = { KINCHAKU_SMTP_USER: "wallet", KINCHAKU_SMTP_PASSWORD: "password-of-the-server" }

const faults = (env: Environment): ReadonlyArray<string> => {
  const read = Senders.read(env)
  return Result.isFailure(read) ? read.failure.map(({ name }) => name) : []
}

describe("the senders of the environment", () => {
  it("are none where nothing is set, and whole where all of it is", () => {
    const { mail: none, sms: nothing } = Result.getOrThrow(Senders.read({}))
    assert.deepStrictEqual([none, nothing], [undefined, undefined])
    const callback = { KINCHAKU_SMS_CALLBACK: "https://wallet.example.com/sms-status" }
    const read = Result.getOrThrow(Senders.read({ ...sms, ...mail, ...login, ...callback, KINCHAKU_SMTP_PORT: "465" }))
    assert.strictEqual(read.sms?.base, "https://sms.example.com")
    assert.strictEqual(read.sms?.statusCallback, "https://wallet.example.com/sms-status")
    assert.strictEqual(Redacted.value(read.sms?.token ?? Redacted.make("")), "token-of-the-provider")
    const { from, port, secure } = read.mail ?? {}
    assert.deepStrictEqual<unknown>(
      { from, port, secure },
      { from: { name: "きんちゃく", address: "wallet@example.com" }, port: 465, secure: true }
    )
    assert.notInclude(JSON.stringify(read), "token-of-the-provider")
    assert.notInclude(JSON.stringify(read), "password-of-the-server")
  })

  it("encrypt the line to every server that is not this machine's", () => {
    const of = (host: string, port = "587") => {
      const read = Senders.read({ ...mail, KINCHAKU_SMTP_HOST: host, KINCHAKU_SMTP_PORT: port })
      const { allowsPlain, secure } = Result.getOrThrow(read).mail ?? {}
      return { allowsPlain, secure }
    }
    assert.deepStrictEqual(of("mail.example.com"), { allowsPlain: false, secure: false })
    assert.deepStrictEqual(of("mail.example.com", "465"), { allowsPlain: false, secure: true })
    assert.deepStrictEqual(of("127.0.0.1", "2525"), { allowsPlain: true, secure: false })
  })

  it("name every setting that is missing or wrong", () => {
    const { KINCHAKU_SMS_TOKEN: _, ...withoutToken } = sms
    const cases: ReadonlyArray<readonly [Environment, ReadonlyArray<string>]> = [
      [withoutToken, ["KINCHAKU_SMS_TOKEN"]],
      [{ ...sms, KINCHAKU_SMS_URL: "http://sms.example.com" }, ["KINCHAKU_SMS_URL"]],
      [{ ...sms, KINCHAKU_SMS_URL: "sms.example.com" }, ["KINCHAKU_SMS_URL"]],
      [{ ...sms, KINCHAKU_SMS_CALLBACK: "https://a.example.com/?x=1" }, ["KINCHAKU_SMS_CALLBACK"]],
      [{ KINCHAKU_SMTP_HOST: "mail.example.com" }, ["KINCHAKU_SMTP_FROM"]],
      [{ ...mail, KINCHAKU_SMTP_PORT: "0" }, ["KINCHAKU_SMTP_PORT"]],
      [{ ...mail, KINCHAKU_SMTP_USER: "wallet" }, ["KINCHAKU_SMTP_PASSWORD"]],
      [{ ...mail, KINCHAKU_SMTP_FROM: "a@example.com, b@example.com" }, ["KINCHAKU_SMTP_FROM"]],
      [{ ...mail, KINCHAKU_SMTP_FROM: "x\r\nBcc: y <a@example.com>" }, ["KINCHAKU_SMTP_FROM"]],
      [{ ...withoutToken, KINCHAKU_SMTP_HOST: "" }, ["KINCHAKU_SMS_TOKEN", "KINCHAKU_SMTP_HOST", "KINCHAKU_SMTP_FROM"]]
    ]
    for (const [env, names] of cases) assert.deepStrictEqual(faults(env), names, names.join())
    const needed = Senders.lackingForReal({}).map(({ name }) => name)
    assert.deepStrictEqual(needed, [...Object.keys(sms), ...Object.keys(mail)])
    assert.deepStrictEqual(Senders.lackingForReal({ ...sms, ...mail }), [])
  })

  it("are used in the place of simulated ones, where they are there", async () => {
    const received: Array<string> = []
    const provider = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk: Buffer) => (body += chunk.toString()))
      request.on("end", () => {
        received.push(`${request.url} ${body}`)
        response.writeHead(201, { "content-type": "application/json" }).end('{"sid":"SM1","status":"queued"}')
      })
    })
    await new Promise<void>((listening) => provider.listen(0, "127.0.0.1", listening))
    const { port } = provider.address() as AddressInfo
    const message = {
      key: "01ARZ3NDEKTSV4RRFFQ69G5FAV" as RequestId,
      to: "09012345678",
      text: "テスト",
      senders: { default: "KINCHAKU" }
    }
    const sentBy = (env: Environment) =>
      Effect.gen(function* () {
        yield* (yield* SmsSender).send(message)
        return (yield* (yield* SimulatedSms.SimulatedSms).arrived).length
      }).pipe(
        Effect.provide(Senders.layer(Result.getOrThrow(Senders.read(env)), SimulatedSms.layer())),
        Effect.runPromise
      )
    assert.strictEqual(await sentBy({}), 1)
    assert.deepStrictEqual(received, [])
    assert.strictEqual(await sentBy({ ...sms, KINCHAKU_SMS_URL: `http://127.0.0.1:${port}` }), 0)
    assert.strictEqual(received.length, 1)
    assert.include(received[0], "To=%2B819012345678")
    provider.close()
  })
})
