import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Sms, SmsSender } from "@kinchaku/domain/notice/SmsSender"
import { type Fate, smsSenderContract } from "@kinchaku/testkit/contracts/SmsSenderContract"
import { Cause, Effect, Exit, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as HttpSmsSender from "../../src/notice/HttpSmsSender.ts"

const account = "AC00000000000000000000000000000001"
const token = Redacted.make("a token of the provider")

/** What the provider was asked. */
interface Asked {
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly form: URLSearchParams
}
type Answering = (asked: Asked, response: ServerResponse) => void

/** A provider on this machine that answers as it is told, and remembers what it was asked. */
const openProvider = async (answering: () => Answering) => {
  const asked: Array<Asked> = []
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk: Buffer) => (body += chunk.toString()))
    request.on("end", () => {
      const one = { path: request.url ?? "", headers: request.headers, form: new URLSearchParams(body) }
      asked.push(one)
      answering()(one, response)
    })
  })
  await new Promise<void>((opened) => server.listen(0, "127.0.0.1", opened))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    })
  return { base: `http://127.0.0.1:${port}`, asked, close }
}

const json = (response: ServerResponse, status: number, answer: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer))
}
const accepts: Answering = (_, response) => json(response, 201, { sid: "SM1", status: "queued", error_code: null })

smsSenderContract("the HTTP sender", async () => {
  let fate: Fate = "sends"
  const arrived: Array<{ readonly to: string; readonly text: string; readonly sender: string }> = []
  const taken = new Set<string>()
  const take = ({ form, headers }: Asked) => {
    const key = String(headers["idempotency-key"])
    if (taken.has(key)) return
    taken.add(key)
    arrived.push({ to: form.get("To") ?? "", text: form.get("Body") ?? "", sender: form.get("From") ?? "" })
  }
  const provider = await openProvider(() => (asked, response) => {
    if (fate === "refuses") return json(response, 400, { code: 21_211, message: "not a valid number", status: 400 })
    if (fate === "isAway") return json(response, 429, { code: 20_429, message: "too many requests", status: 429 })
    take(asked)
    return fate === "sends" ? accepts(asked, response) : void response.destroy()
  })
  return {
    layer: HttpSmsSender.layer({ base: provider.base, account, token }),
    next: (to) => (fate = to),
    arrived: () => arrived,
    keepsKeys: true,
    close: provider.close
  }
})

const message: Sms = {
  key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
  to: "09012345678",
  text: "認証番号 123456",
  senders: { default: "KINCHAKU", softbank: "21061" }
}

describe("HttpSmsSender", () => {
  let answering: Answering = accepts
  let provider: Awaited<ReturnType<typeof openProvider>>
  beforeAll(async () => {
    provider = await openProvider(() => answering)
  })
  afterAll(() => provider.close())

  const outcome = async (answers: Answering, options: Partial<HttpSmsSender.Options> = {}, asked: Sms = message) => {
    answering = answers
    provider.asked.length = 0
    const layer = HttpSmsSender.layer({ base: provider.base, account, token, ...options })
    const exit = await Effect.runPromiseExit(
      Effect.provide(
        Effect.flatMap(SmsSender, (sender) => sender.send(asked)),
        layer
      )
    )
    if (Exit.isSuccess(exit)) return { said: "sent", printed: "" }
    const failure = Cause.squash(exit.cause)
    const said = typeof failure === "object" && failure !== null && "_tag" in failure ? String(failure._tag) : "defect"
    return { said, printed: `${Cause.pretty(exit.cause)} ${JSON.stringify(failure)}` }
  }

  it("asks as the API wants it", async () => {
    assert.strictEqual((await outcome(accepts, { statusCallback: "https://wallet.example/sms" })).said, "sent")
    const [asked] = provider.asked
    assert.strictEqual(asked?.path, `/2010-04-01/Accounts/${account}/Messages.json`)
    const basic = Buffer.from(`${account}:${Redacted.value(token)}`).toString("base64")
    assert.strictEqual(asked?.headers.authorization, `Basic ${basic}`)
    assert.strictEqual(asked?.headers["idempotency-key"], message.key)
    assert.match(String(asked?.headers["content-type"]), /^application\/x-www-form-urlencoded/)
    assert.deepStrictEqual(Object.fromEntries(asked?.form ?? []), {
      To: "+819012345678",
      From: "KINCHAKU",
      Body: message.text,
      StatusCallback: `https://wallet.example/sms?request=${message.key}`
    })
  })

  it("OTP-07 takes the sender of the carrier, and the default one where the carrier has none", async () => {
    const from = async (carrier: string | undefined) => {
      await outcome(accepts, { carrierOf: () => Effect.succeed(carrier) })
      return provider.asked[0]?.form.get("From")
    }
    assert.strictEqual(await from("softbank"), "21061")
    assert.strictEqual(await from("docomo"), "KINCHAKU")
    assert.strictEqual(await from(undefined), "KINCHAKU")
  })

  const answers = (status: number, answer: unknown): Answering => {
    return (_, response) => json(response, status, answer)
  }
  const cases: ReadonlyArray<readonly [string, Answering, string]> = [
    ["200 with an id", answers(200, { sid: "SM1", status: "accepted" }), "sent"],
    ["201 for a message that failed at once", answers(201, { sid: "SM1", status: "failed" }), "SmsRefused"],
    ["201 that cannot be read", (_, response) => void response.writeHead(201).end("<html>"), "SmsOutcomeUnknown"],
    ["201 without an id", answers(201, { status: "queued" }), "SmsOutcomeUnknown"],
    ["400 for a number that is none", answers(400, { code: 21_211, status: 400 }), "SmsRefused"],
    ["400 without a code", answers(400, {}), "SmsUnavailable"],
    ["401 for other credentials", answers(401, { code: 20_003, status: 401 }), "SmsUnavailable"],
    ["404 for another account", answers(404, { code: 20_404, status: 404 }), "SmsUnavailable"],
    ["429 for too many", answers(429, { code: 20_429, status: 429 }), "SmsUnavailable"],
    ["500", answers(500, { code: 20_500, status: 500 }), "SmsOutcomeUnknown"],
    ["503", answers(503, {}), "SmsOutcomeUnknown"],
    ["a redirect", (_, response) => void response.writeHead(307, { location: "/elsewhere" }).end(), "SmsUnavailable"],
    ["a connection that is cut", (_, response) => void response.destroy(), "SmsOutcomeUnknown"],
    [
      "half an answer",
      (_, response) => void response.writeHead(201).write("{", () => response.destroy()),
      "SmsOutcomeUnknown"
    ]
  ]
  it.each(cases)("says what %s means, without number or text", async (_, answersSo, said) => {
    const seen = await outcome(answersSo)
    assert.strictEqual(seen.said, said)
    assert.notMatch(seen.printed, /9012345678|123456|認証/)
    assert.strictEqual(provider.asked.length, 1)
  })

  it("does not know what became of a message where no answer comes in time", async () => {
    assert.strictEqual((await outcome(() => undefined, { patience: "100 millis" })).said, "SmsOutcomeUnknown")
  })

  it("has sent nothing where nobody listens", async () => {
    const gone = await openProvider(() => accepts)
    await gone.close()
    assert.strictEqual((await outcome(accepts, { base: gone.base })).said, "SmsUnavailable")
  })

  it("refuses numbers that are no Japanese mobile numbers before anybody is asked", async () => {
    for (const to of ["0312345678", "05012345678", "+15005550006", "0901234567", "110", "hello"]) {
      assert.strictEqual((await outcome(accepts, {}, { ...message, to })).said, "SmsRefused", to)
    }
    assert.strictEqual(provider.asked.length, 0)
  })

  it("keeps a message where the policy names no sender", async () => {
    assert.strictEqual((await outcome(accepts, {}, { ...message, senders: {} })).said, "SmsUnavailable")
  })

  it("takes no provider over an open line", () => {
    const open = (base: string) => () => HttpSmsSender.make({ base, account, token })
    assert.throws(open("http://api.example.com"), RangeError)
    assert.throws(open("http://127.0.0.1.example.com"), RangeError)
    assert.doesNotThrow(open("https://api.example.com"))
    const statusCallback = "https://wallet.example/sms?x=1"
    assert.throws(
      () => HttpSmsSender.make({ base: "https://api.example.com", account, token, statusCallback }),
      RangeError
    )
  })
})
