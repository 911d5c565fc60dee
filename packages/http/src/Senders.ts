/**
 * Senders: the SMS provider and the mail server that the environment names. A development server may have them too; one in production
 * has to (SEC-13).
 */
import * as HttpSmsSender from "@kinchaku/adapters/notice/HttpSmsSender"
import * as SmtpMailSender from "@kinchaku/adapters/notice/SmtpMailSender"
import { malformation } from "@kinchaku/domain/notice/MailSender"
import { Layer, Redacted, Result } from "effect"
import { type Environment, type Fault, fault, type Read } from "./Environment.ts"

/** Whom messages go through; what is absent was not set up. */
export interface Senders {
  readonly sms: HttpSmsSender.Options | undefined
  readonly mail: SmtpMailSender.Options | undefined
}

const smsNames = ["KINCHAKU_SMS_URL", "KINCHAKU_SMS_ACCOUNT", "KINCHAKU_SMS_TOKEN"] as const
const mailNames = ["KINCHAKU_SMTP_HOST", "KINCHAKU_SMTP_FROM"] as const

const missing = (name: string): Fault => ({
  name,
  ja: "メッセージの送信に必要な設定がありません。",
  en: "a setting without which no message is sent is missing"
})

const lacking = (env: Environment, names: ReadonlyArray<string>): ReadonlyArray<Fault> =>
  names.filter((name) => (env[name] ?? "") === "").map(missing)

/** What a server lacks that may not simulate telephones and mailboxes. */
export const lackingForReal = (env: Environment): ReadonlyArray<Fault> => lacking(env, [...smsNames, ...mailNames])

const isLocal = (host: string): boolean => ["127.0.0.1", "[::1]", "::1", "localhost"].includes(host)

/** Messages and tokens never go over an open line, but on this machine. */
const isBase = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLocal(url.hostname)))
}

const smsOf = (env: Environment): Read<Senders["sms"]> => {
  if (smsNames.every((name) => env[name] === undefined)) return Result.succeed(undefined)
  const faults = lacking(env, smsNames)
  if (faults.length > 0) return Result.fail(faults)
  const [base = "", account = "", token = ""] = smsNames.map((name) => env[name])
  const statusCallback = env["KINCHAKU_SMS_CALLBACK"]
  if (!isBase(base)) {
    return fault(
      "KINCHAKU_SMS_URL",
      "https:// で始まるURLを指定してください。",
      "expected a url that begins with https://"
    )
  }
  if (statusCallback !== undefined && (URL.parse(statusCallback) === null || statusCallback.includes("?"))) {
    return fault(
      "KINCHAKU_SMS_CALLBACK",
      "クエリのないURLを指定してください。",
      "expected a url without a query, at which the provider reaches this server"
    )
  }
  const reporting = statusCallback === undefined ? {} : { statusCallback }
  return Result.succeed({ base, account, token: Redacted.make(token), ...reporting })
}

/** "Name <address>", or an address. */
const fromOf = (text: string): { readonly name: string; readonly address: string } | undefined => {
  const [, name = "", address = text] = /^(.*?)\s*<([^<>]+)>$/.exec(text) ?? []
  return malformation({ to: address, subject: name }) === undefined ? { name, address } : undefined
}

/** 465 is encrypted from the first byte; on every other port the line is upgraded before anything is said. */
const securePort = 465

const mailOf = (env: Environment): Read<Senders["mail"]> => {
  if (mailNames.every((name) => env[name] === undefined)) return Result.succeed(undefined)
  const faults = lacking(env, mailNames)
  if (faults.length > 0) return Result.fail(faults)
  const [host = "", sender = ""] = mailNames.map((name) => env[name])
  const port = Number(env["KINCHAKU_SMTP_PORT"] ?? "587")
  const [user, password] = [env["KINCHAKU_SMTP_USER"], env["KINCHAKU_SMTP_PASSWORD"]]
  const from = fromOf(sender)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return fault("KINCHAKU_SMTP_PORT", "1から65535の番号を指定してください。", "expected a number from 1 to 65535")
  }
  if ((user === undefined) !== (password === undefined)) {
    return Result.fail(lacking(env, ["KINCHAKU_SMTP_USER", "KINCHAKU_SMTP_PASSWORD"]))
  }
  if (from === undefined) {
    return fault(
      "KINCHAKU_SMTP_FROM",
      "「名前 <アドレス>」の形で指定してください。",
      "expected a sender as Name <address>"
    )
  }
  const auth = user === undefined || password === undefined ? {} : { auth: { user, password: Redacted.make(password) } }
  return Result.succeed({ host, port, secure: port === securePort, allowsPlain: isLocal(host), from, ...auth })
}

/** The senders that the environment names; each is whole or absent. */
export const read = (env: Environment): Read<Senders> => {
  const [sms, mail] = [smsOf(env), mailOf(env)]
  const faults = [...(Result.isFailure(sms) ? sms.failure : []), ...(Result.isFailure(mail) ? mail.failure : [])]
  return faults.length > 0 ? Result.fail(faults) : Result.all({ sms, mail })
}

/** Senders over those that are set up; `others` for what is not. */
export const layer = <S>({ mail, sms }: Senders, others: Layer.Layer<S>) =>
  Layer.mergeAll(
    others,
    sms === undefined ? Layer.empty : HttpSmsSender.layer(sms),
    mail === undefined ? Layer.empty : SmtpMailSender.layer(mail)
  )
