import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo, Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Mail, MailSender, malformation } from "@kinchaku/domain/notice/MailSender"
import { noticeMail } from "@kinchaku/domain/notice/NoticeMessages"
import { line } from "@kinchaku/domain/notice/Messages"
import { mailSenderContract } from "@kinchaku/testkit/contracts/MailSenderContract"
import type { Fate } from "@kinchaku/testkit/contracts/SmsSenderContract"
import { Cause, Effect, Exit, Redacted } from "effect"
import PostalMime from "postal-mime"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"
import { assert, describe, it } from "vitest"
import * as SmtpMailSender from "../../src/notice/SmtpMailSender.ts"

interface Arrived {
  readonly from: string
  readonly to: ReadonlyArray<string>
  readonly raw: string
}

/** How a server answers, step by step; where a step gives an error the client hears it. */
interface Answers {
  readonly connect?: Error
  readonly mailFrom?: Error
  readonly rcptTo?: Error
  readonly data?: Error
  /** Takes the mail and cuts the line instead of answering. */
  readonly isCutAfterData?: boolean
}

const answer = (code: number): Error => Object.assign(new Error(`answer of the server ${code}`), { responseCode: code })

interface Certificate {
  readonly key: string
  readonly cert: string
}

/** A certificate that a server of a name has signed for itself; none where openssl is not installed. */
const certificate = (host: string): Certificate | undefined => {
  const folder = mkdtempSync(join(tmpdir(), "kinchaku-mail-"))
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")]
  const named = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`]
  try {
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...named, "-keyout", key, "-out", cert],
      { stdio: "ignore" }
    )
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") }
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A mail server on this machine. */
const openServer = async (answers: () => Answers, options: SMTPServerOptions = {}) => {
  const arrived: Array<Arrived> = []
  const sockets = new Set<Socket>()
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    closeTimeout: 500,
    onConnect: (_, done) => done(answers().connect),
    onMailFrom: (_, __, done) => done(answers().mailFrom),
    onRcptTo: (_, __, done) => done(answers().rcptTo),
    onData: (stream, session, done) => {
      let raw = ""
      stream.on("data", (chunk: Buffer) => (raw += chunk.toString()))
      stream.on("end", () => {
        const { data, isCutAfterData = false } = answers()
        if (data !== undefined) return done(data)
        const { mailFrom, rcptTo } = session.envelope
        arrived.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw
        })
        if (!isCutAfterData) return done()
        for (const socket of sockets) socket.destroy()
      })
    },
    ...options
  })
  server.server.on("connection", (socket: Socket) => sockets.add(socket))
  server.on("error", () => undefined)
  await new Promise<void>((opened) => server.listen(0, "127.0.0.1", () => opened()))
  const { port } = server.server.address() as AddressInfo
  return { port, arrived, close: () => new Promise<void>((closed) => server.close(() => closed())) }
}

const from = { name: "巾着", address: "no-reply@wallet.example" }
const optionsOf = (port: number): SmtpMailSender.Options => {
  return { host: "127.0.0.1", port, secure: false, allowsPlain: true, from }
}

const fates: Readonly<Record<Fate, Answers>> = {
  sends: {},
  refuses: { rcptTo: answer(550) },
  isAway: { connect: answer(421) },
  sendsAndFallsSilent: { isCutAfterData: true }
}

mailSenderContract("the SMTP sender", async () => {
  let fate: Fate = "sends"
  const server = await openServer(() => fates[fate])
  return {
    layer: SmtpMailSender.layer(optionsOf(server.port)),
    next: (to) => (fate = to),
    arrived: () =>
      Promise.all(
        server.arrived.map(async ({ raw, to }) => {
          const { messageId = "", subject = "", text = "" } = await PostalMime.parse(raw)
          return { to: to.join(" "), subject, text, identity: messageId }
        })
      ),
    close: server.close
  }
})

const facts = { at: line("2026-05-20 12:00"), contact: line("お客様センター 0120-000-000") }
const mail: Mail = {
  key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
  to: "taro@example.jp",
  ...noticeMail("accountStopped", "ja", facts)
}

/** Sends a mail and tells what the sender says and what arrived. */
const sent = async (
  asked: Mail,
  {
    answers = {},
    options = {},
    server: own = {}
  }: { answers?: Answers; options?: Partial<SmtpMailSender.Options>; server?: SMTPServerOptions } = {}
) => {
  const server = await openServer(() => answers, own)
  try {
    const layer = SmtpMailSender.layer({ ...optionsOf(server.port), ...options })
    const send = Effect.flatMap(MailSender, (sender) => sender.send(asked))
    const exit = await Effect.runPromiseExit(Effect.provide(send, layer))
    if (Exit.isSuccess(exit)) return { said: "sent", printed: "", arrived: server.arrived }
    const failure = Cause.squash(exit.cause)
    const said = typeof failure === "object" && failure !== null && "_tag" in failure ? String(failure._tag) : "defect"
    return { said, printed: `${Cause.pretty(exit.cause)} ${JSON.stringify(failure)}`, arrived: server.arrived }
  } finally {
    await server.close()
  }
}

describe("SmtpMailSender", () => {
  it("writes Japanese so that it is read back as it was written, by machine and to one receiver", async () => {
    const { arrived, said } = await sent(mail)
    assert.strictEqual(said, "sent")
    const [{ raw, ...envelope }] = arrived as [Arrived]
    assert.deepStrictEqual(envelope, { from: from.address, to: [mail.to] })
    const parsed = await PostalMime.parse(raw)
    assert.strictEqual(parsed.subject, mail.subject)
    assert.strictEqual(parsed.text, mail.text)
    assert.strictEqual(parsed.html, undefined)
    assert.deepStrictEqual(parsed.from, from)
    assert.deepStrictEqual(
      parsed.to?.map(({ address }) => address),
      [mail.to]
    )
    assert.strictEqual(parsed.messageId, `<${mail.key}@wallet.example>`)
    assert.deepStrictEqual([parsed.cc, parsed.bcc, parsed.attachments], [undefined, undefined, []])
    const header = (name: string) => parsed.headers.find(({ key }) => key === name)?.value
    assert.strictEqual(header("auto-submitted"), "auto-generated")
    assert.strictEqual(header("content-transfer-encoding"), "base64")
    assert.match(header("content-type") ?? "", /^text\/plain; charset=utf-8$/i)
    assert.match(raw, /^[\x20-\x7e\r\n]*$/)
  })

  const steps: ReadonlyArray<readonly [string, Answers, string]> = [
    ["421 at the door", { connect: answer(421) }, "MailUnavailable"],
    ["550 to the sender", { mailFrom: answer(550) }, "MailUnavailable"],
    ["450 to the receiver", { rcptTo: answer(450) }, "MailUnavailable"],
    ["550 to the receiver", { rcptTo: answer(550) }, "MailRefused"],
    ["452 to the mail", { data: answer(452) }, "MailUnavailable"],
    ["554 to the mail", { data: answer(554) }, "MailRefused"],
    ["a line that is cut after the mail", { isCutAfterData: true }, "MailOutcomeUnknown"]
  ]
  it.each(steps)("says what %s means, without address or text", async (_, answers, said) => {
    const seen = await sent(mail, { answers })
    assert.strictEqual(seen.said, said)
    assert.notMatch(seen.printed, /taro|example\.jp|停止/)
  })

  it("has sent nothing where nobody listens, nobody greets, or a name is unknown", async () => {
    const mute = createServer(() => undefined)
    await new Promise<void>((opened) => mute.listen(0, "127.0.0.1", opened))
    const { port } = mute.address() as AddressInfo
    assert.strictEqual((await sent(mail, { options: { port, patience: "100 millis" } })).said, "MailUnavailable")
    await new Promise<void>((closed) => mute.close(() => closed()))
    assert.strictEqual((await sent(mail, { options: { port } })).said, "MailUnavailable")
    assert.strictEqual((await sent(mail, { options: { host: "mail.invalid" } })).said, "MailUnavailable")
  })

  it("does not know what became of a mail whose answer does not come in time", async () => {
    const server = { onData: () => undefined }
    const seen = await sent(mail, { server, options: { patience: "200 millis" } })
    assert.strictEqual(seen.said, "MailOutcomeUnknown")
  })

  it("logs in where it has credentials, and keeps the mail where they are wrong", async () => {
    const server: SMTPServerOptions = {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ password, username }, _, done) =>
        username === "wallet" && password === "right" ? done(null, { user: username }) : done(new Error("no"))
    }
    const as = (password: string) => ({ auth: { user: "wallet", password: Redacted.make(password) } })
    assert.strictEqual((await sent(mail, { server, options: as("right") })).said, "sent")
    const wrong = await sent(mail, { server, options: as("wrong-secret") })
    assert.deepStrictEqual([wrong.said, wrong.arrived.length], ["MailUnavailable", 0])
    assert.notInclude(wrong.printed, "wrong-secret")
  })

  it("says nothing over a line that cannot be encrypted, unless it is told to", async () => {
    const server = { disabledCommands: ["STARTTLS"] }
    const seen = await sent(mail, { server, options: { allowsPlain: false } })
    assert.deepStrictEqual([seen.said, seen.arrived.length], ["MailUnavailable", 0])
  })

  it("says nothing to a server whose certificate is not trusted, or is another's", async (context) => {
    const own = certificate("localhost")
    const anothers = certificate("mail.example.com")
    if (own === undefined || anothers === undefined) return context.skip("openssl is not installed")
    for (const secure of [false, true]) {
      const to = (server: Certificate, trusted?: string) =>
        sent(mail, {
          server: { ...server, secure, hideSTARTTLS: false },
          options: { host: "localhost", secure, allowsPlain: false, ...(trusted === undefined ? {} : { trusted }) }
        })
      const seen = [await to(own, own.cert), await to(own), await to(anothers, anothers.cert)]
      assert.deepStrictEqual(
        seen.map(({ arrived, said }) => [said, arrived.length]),
        [
          ["sent", 1],
          ["MailUnavailable", 0],
          ["MailUnavailable", 0]
        ]
      )
    }
  })

  it("is given no header and no receiver by what people typed", async () => {
    const attempts: ReadonlyArray<Partial<Mail>> = [
      { subject: "a\r\nBcc: eve@example.com" },
      { subject: "a\nX-Evil: 1" },
      { subject: "a\u2028b" },
      { to: "taro@example.jp,eve@example.com" },
      { to: "taro@example.jp>\r\nRCPT TO:<eve@example.com" },
      { to: "eve@example.com <taro@example.jp>" },
      { to: '"eve@example.com"@example.jp' },
      { to: "taro@例え.jp" },
      { to: "" }
    ]
    for (const attempt of attempts) {
      const { arrived, said } = await sent({ ...mail, ...attempt })
      assert.deepStrictEqual([said, arrived.length], ["MailRefused", 0], JSON.stringify(attempt))
    }
    const text = "a\r\n.\r\nMAIL FROM:<eve@example.com>\r\nBcc: eve@example.com\r\n"
    const { arrived } = await sent({ ...mail, text })
    assert.deepStrictEqual(
      arrived.map(({ to }) => to),
      [[mail.to]]
    )
    for (const broken of [
      { name: "a\r\nBcc: eve", address: from.address },
      { name: "a", address: "a@b\r\nc" }
    ]) {
      assert.throws(() => SmtpMailSender.make({ ...optionsOf(25), from: broken }), RangeError)
    }
  })

  it("writes to addresses that only Japanese carriers give out", () => {
    for (const to of ["taro..jiro@docomo.ne.jp", "taro.@ezweb.ne.jp", "-taro-@softbank.ne.jp"]) {
      assert.strictEqual(malformation({ to, subject: "s" }), undefined)
    }
  })
})
