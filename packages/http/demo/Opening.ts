/**
 * The morning: cards become certificates, codes prove contacts, accounts are opened, and their holders log in.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { IssuedCertificate } from "@kinchaku/domain/identity/CertificateIssuer"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import { Effect, Result } from "effect"
import { type Client, client } from "./Client.ts"
import * as Phone from "./Phone.ts"
import { accepted, chapter, ensure, refusal, stopped, tell } from "./Story.ts"

export interface Day {
  readonly url: string
  readonly host: Client
  readonly operator: Client
  /** The merchants' gateway. */
  readonly merchant: Client
  /** Whoever has neither key nor session. */
  readonly anyone: Client
  readonly authority: CertificateAuthority.CertificateAuthority
  readonly data: string
  readonly clockShift: number
  /** The server's clock. */
  readonly now: () => Instant
}

export interface Holder {
  readonly name: string
  readonly account: string
  readonly bearer: string
  readonly signature: Certificates["signature"]
}

/** What a holder sees of the server. */
export const asHolder = ({ url }: Pick<Day, "url">, { bearer }: Pick<Holder, "bearer">): Client => client(url, bearer)

interface Certificates {
  readonly signature: Pick<IssuedCertificate, "present">
  readonly login: Pick<IssuedCertificate, "present">
}

const residents = {
  hanako: {
    name: "デモ　花子",
    romanName: "DEMO HANAKO",
    birthDate: "1980-02-17",
    address: "東京都千代田区霞が関２－１－２"
  },
  jiro: {
    name: "デモ　次郎",
    romanName: "DEMO JIRO",
    birthDate: "1975-11-03",
    address: "大阪府大阪市北区中之島１－３－２０"
  }
}

const hanako = { email: "hanako.demo@example.jp", phone: "090-2222-0101", kanaName: "デモ ハナコ" }
const jiro = { email: "jiro.demo@example.jp", phone: "090-2222-0102", kanaName: "デモ ジロウ" }
const stranger = { email: "stranger@example.jp", phone: "090-2222-0109", kanaName: "デモ サブロウ" }
type Contacts = typeof hanako

const issueAndRegister = async (day: Day): Promise<readonly [Certificates, Certificates]> => {
  const { anyone, authority, clockShift, data } = day
  chapter("09:00  Cards become certificates (マイナンバーカード)")
  const phoneOf = (resident: Phone.PhoneOptions["resident"]) => Phone.make({ authority, clockShift, data, resident })
  const [first, second] = [await phoneOf(residents.hanako), await phoneOf(residents.jiro)]

  stopped(
    await first.issue({ pin: "ABC124", reusesReading: false }),
    "花子 holds her card to the phone and mistypes its password"
  )
  const register = async (name: string, key: string, certificates: Certificates) => {
    const presented = async (use: "signature" | "login") => ({
      presentation: await Phone.present(anyone, certificates[use], `${key} ${use}`),
      secret: Phone.chosen[use],
      biometrics: use === "login"
    })
    const body = { signature: await presented("signature"), login: await presented("login") }
    const { warnings } = accepted(
      await anyone.post("/certificates", `register ${key}`, body),
      `${name}'s my電子証明書 and my認証 are registered, with the secrets that ${name} chose`
    )
    ensure([warnings].flat().length === 0, "no warning was expected")
    return body
  }
  const hers = Result.getOrThrow(await first.issue({ pin: Phone.cardPins.signature, reusesReading: false }))
  tell("花子's card is read twice, and the authority issues both certificates for its own code")
  const sent = await register("花子", "hanako", hers)
  const his = Result.getOrThrow(await second.issue({ pin: Phone.cardPins.signature, reusesReading: true }))
  tell("次郎 agreed that one reading serves both")
  await register("次郎", "jiro", his)
  refusal(
    await anyone.post("/certificates", "register again", sent),
    "ChallengeInvalid",
    "花子's signatures are sent again"
  )

  const entry = async (secret: string, occasion: string) => ({
    presentation: await Phone.present(anyone, hers.login, occasion),
    secret,
    by: "typing"
  })
  refusal(
    await anyone.post("/certificates/secret-entry", "wrong pin", await entry("1111", "wrong pin")),
    "PinMismatch",
    "花子 mistypes the PIN of my認証"
  )
  const shown = await anyone.post("/certificates/secret-entry", "pin", await entry(Phone.chosen.login, "right pin"))
  accepted(shown, "花子 types it right and is shown how the certificate stands")
  return [hers, his]
}

/** Proves both contacts by the codes that are sent there. */
const prove = async (day: Day, { email, phone }: Pick<Contacts, "email" | "phone">, key: string) => {
  const { anyone, host } = day
  const byOf = async (contact: object, of: string) => {
    const { body, text } = await anyone.post("/contact-codes", `${key} ${of}`, contact)
    const otp = String(body["id"])
    ensure(otp.startsWith("otp_"), text)
    return { otp, message: await Phone.typeIn(host, anyone, otp) }
  }
  const [sms, mail] = [await byOf({ phone }, "phone"), await byOf({ email }, "email")]
  return { codes: { phoneOtp: sms.otp, emailOtp: mail.otp }, message: sms.message }
}

const openAccounts = async (day: Day, [hers, his]: readonly [Certificates, Certificates]) => {
  const { anyone, authority, host, now } = day
  chapter("09:15  Accounts, with codes by SMS and mail")
  const { body } = await anyone.post("/contact-codes", "mistyped", { phone: stranger.phone })
  const mistyped = `/codes/${String(body["id"])}/confirmation`
  const { code } = await Phone.receive(host, String(body["id"]))
  const wrong = { code: `${(Number(code) + 1) % 1_000_000}`.padStart(6, "0") }
  refusal(
    await anyone.post(mistyped, "mistyped code", wrong),
    "OtpMismatch",
    "三郎 mistypes the code that was sent to his phone"
  )

  const open = async (key: string, certificate: Certificates["signature"], contacts: Contacts, codes: object) => {
    const presentation = await Phone.present(anyone, certificate, key)
    return anyone.post("/accounts", key, { presentation, ...contacts, ...codes })
  }
  const { codes: her, message } = await prove(day, hanako, "hanako")
  tell(`花子's phone shows: ${message}`)
  const first = accepted(
    await open("open hanako", hers.signature, hanako, her),
    "花子 opens a cash account (キャッシュアカウント)"
  )
  const { codes: own } = await prove(day, jiro, "jiro")
  const second = accepted(await open("open jiro", his.signature, jiro, own), "次郎 opens a cash account")

  const issue = async (by = authority, validity = CertificateAuthority.valid(now())) =>
    Effect.runPromise(by.issue("saburo", validity))
  const { codes } = await prove(day, stranger, "stranger")
  const saburo = await issue()
  refusal(await open("again", hers.signature, stranger, codes), "AccountAlreadyExists", "花子 opens a second account")
  const { codes: hersAgain } = await prove(day, { email: hanako.email, phone: stranger.phone }, "hanako again")
  const taken = { ...stranger, email: hanako.email }
  refusal(
    await open("taken", saburo, taken, hersAgain),
    "EmailTaken",
    "三郎 gives 花子's e-mail address, and the code that went there"
  )
  const { emailOtp } = codes
  const unproved = { emailOtp, phoneOtp: emailOtp }
  refusal(await open("unproved", saburo, stranger, unproved), "ContactUnproven", "三郎 has not proved the phone number")
  const old = await issue(authority, CertificateAuthority.expired(now()))
  refusal(await open("expired", old, stranger, codes), "CertificateExpired", "三郎's certificate has expired")
  const foreign = await Effect.runPromise(CertificateAuthority.make(CertificateAuthority.valid(now()), "Foreign CA"))
  refusal(
    await open("foreign", await issue(foreign), stranger, codes),
    "CertificateUntrusted",
    "三郎 shows a certificate of another authority"
  )
  return [String(first["id"]), String(second["id"])] as const
}

const logIn = async (
  day: Day,
  accounts: readonly [string, string],
  [hers, his]: readonly [Certificates, Certificates]
): Promise<readonly [Holder, Holder]> => {
  const { anyone } = day
  chapter("09:25  Logging in, in two steps")
  const session = async (name: string, key: string, { login, signature }: Certificates) => {
    const presentation = await Phone.present(anyone, login, key)
    const answer = await anyone.post("/sessions/certificate", key, { presentation })
    const { account, bearer } = accepted(answer, `${name} signs a fresh challenge with my認証 and is logged in`)
    return { holder: { name, account: String(account), bearer: String(bearer), signature }, presentation }
  }
  const { holder: first, presentation } = await session("花子", "log in hanako", hers)
  const { holder: second } = await session("次郎", "log in jiro", his)
  ensure(first.account === accounts[0] && second.account === accounts[1], "a certificate must lead to its own account")
  refusal(
    await anyone.post("/sessions/certificate", "replayed", { presentation }),
    "ChallengeInvalid",
    "a signature that was overheard is sent again"
  )
  refusal(
    await asHolder(day, first).get(`/accounts/${second.account}/balances`),
    "AccountNotFound",
    "花子 asks for 次郎's balances"
  )
  const body = { presentation: await Phone.present(anyone, his.signature, "verify jiro") }
  const verified = await asHolder(day, second).post(`/accounts/${second.account}/identity-verification`, "verify", body)
  accepted(verified, "次郎 completes identity verification: a money account (マネーアカウント) from now on")
  return [first, second]
}

/** What the people of the day gave, and what nobody's log may say. */
export const given: ReadonlyArray<string> = [
  ...[hanako, jiro, stranger].flatMap(({ email, kanaName, phone }) => [
    email,
    phone,
    phone.replaceAll("-", "").slice(1),
    ...kanaName.split(" ").slice(1)
  ]),
  ...Object.values(residents).flatMap(({ address, birthDate, name, romanName }) => [
    address,
    birthDate,
    name,
    romanName
  ]),
  Phone.cardPins.signature,
  Phone.chosen.signature
]

/** Two people with certificates, accounts and sessions. */
export const play = async (day: Day): Promise<readonly [Holder, Holder]> => {
  const certificates = await issueAndRegister(day)
  const accounts = await openAccounts(day, certificates)
  return logIn(day, accounts, certificates)
}
