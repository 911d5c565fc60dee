/**
 * Development: what stands in for the world outside on a development server, and the demo data of an empty one (SEC-13).
 *
 * Nothing here is used by a server in production; it is imported only where the configuration says development.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as HttpBankGateway from "@kinchaku/adapters/bank/HttpBankGateway"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import { head } from "@kinchaku/domain/audit/Journal"
import type { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import { Billers } from "@kinchaku/domain/bill/Billers"
import { Biller } from "@kinchaku/domain/bill/Biller"
import { instant, later } from "@kinchaku/domain/calendar/JapanDate"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { Policies } from "@kinchaku/domain/policy/Policies"
import * as Policy from "@kinchaku/domain/policy/Policy"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import * as SimulatedBank from "@kinchaku/testkit/simulators/SimulatedBank"
import * as SimulatedBiller from "@kinchaku/testkit/simulators/SimulatedBiller"
import * as SimulatedCollector from "@kinchaku/testkit/simulators/SimulatedCollector"
import * as SimulatedMail from "@kinchaku/testkit/simulators/SimulatedMail"
import * as SimulatedSms from "@kinchaku/testkit/simulators/SimulatedSms"
import * as TestDirectory from "@kinchaku/testkit/simulators/TestDirectory"
import { Clock, Context, Effect, Layer, Result, Schema } from "effect"
import { actors } from "./Asker.ts"
import * as Directory from "./Directory.ts"
import * as IssuanceFile from "./IssuanceFile.ts"
import type { Outside } from "./Runtime.ts"

/**
 * The policy of a development server that is given none: the documents' values and two fictional banks. Codes go out as often as a
 * developer asks for them: nobody waits a minute for a message to oneself.
 */
export const policy: Policy.Policy = Result.getOrThrow(
  Policy.load({
    preset: "compat",
    authentication: {
      ...Policy.compat.authentication,
      otp: { ...Policy.compat.authentication.otp, resendSeconds: 0, perHour: 1000 }
    },
    contact: "開発サーバーのため窓口はありません / this is a development server",
    banks: {
      "9999": { name: "テスト銀行", minimum: 1, step: 1, opens: "00:00", closes: "24:00", maintenance: [] },
      "9998": { name: "夜間休止銀行", minimum: 1000, step: 1000, opens: "08:00", closes: "21:00", maintenance: [] }
    }
  })
)

/** Where the people of the demo have their accounts; a policy without this bank gets no demo. */
const demoBank = "9999"

const billers = Schema.decodeUnknownSync(Schema.Array(Biller))([
  { code: "912345", name: "テスト水道局", confirmation: "none", active: true },
  { code: "942386", name: "テスト電力", confirmation: "online", active: true },
  { code: "959919", name: "テスト通信", confirmation: "none", active: true }
])

/** The people of the demo. The simulated bank knows them as the holders of their accounts. */
const people = [
  { id: "demo-taro", kana: "テスト タロウ", email: "taro@example.com", phone: "09000000101", number: "1000000" },
  { id: "demo-hanako", kana: "テスト ハナコ", email: "hanako@example.com", phone: "09000000102", number: "2000000" }
] as const

/** Holders whom the simulated bank knows and nobody has linked: `npm run demo` and newcomers link these. Any other number is テスト タロウ's. */
const holdersToLink = [
  { kana: "デモ ハナコ", number: "3000000" },
  { kana: "デモ ジロウ", number: "4000000" }
] as const

/** What the demo data made, kept beside the store so that it can be told again. */
export const Demo = Schema.Array(Schema.Struct({ person: Schema.String, account: Schema.String, link: Schema.String }))
export type Demo = typeof Demo.Type

/** The file in the data directory that holds the test authority's certificates and keys. */
export const authorityFile = "test-ca.pem"
const demoFile = "demo.json"

const now = Effect.map(Clock.currentTimeMillis, instant)

/** The test authority of a data directory, made at the first start. */
const authorityIn = Effect.fnUntraced(function* (data: string, clockShift: number) {
  const path = join(data, authorityFile)
  if (existsSync(path)) return yield* CertificateAuthority.load(readFileSync(path, "utf8"))
  const made = yield* CertificateAuthority.make(CertificateAuthority.valid(later(yield* now, clockShift)))
  writeFileSync(path, yield* made.saved, { mode: 0o600, flag: "wx" })
  return made
})

const holders = Layer.effectDiscard(
  Effect.map(SimulatedBank.SimulatedBank, (bank) => {
    for (const { kana, number } of [...people, ...holdersToLink]) bank.setHolder(number, kana)
  })
)

/** What was sent to telephones and mailboxes that are none. It holds codes and addresses: nobody real has them. */
export interface Messages {
  readonly sms: ReadonlyArray<SimulatedSms.ArrivedSms>
  readonly mails: ReadonlyArray<SimulatedMail.ArrivedMail>
}

/** Simulated banks and billers, and the authority that this server trusts besides those it is told to. */
export interface World {
  readonly outside: Outside
  readonly authority: CertificateAuthority.CertificateAuthority
  readonly messages: Effect.Effect<Messages>
}

/** Simulated telephones and mailboxes. */
const sending = Effect.scoped(Layer.build(Layer.mergeAll(SimulatedSms.layer(), SimulatedMail.layer())))

/** The bank of a development server: one that it is told of, or a simulated one, which reports on its own after two seconds. */
const bankOf = (
  banks: HttpBankGateway.Options | undefined
): Pick<Outside, "reports"> & { readonly bank: Layer.Layer<BankGateway> } => {
  if (banks !== undefined) return { bank: HttpBankGateway.layer(banks), reports: Layer.empty }
  const { connected, notify } = SimulatedBank.reportLine()
  const bank = SimulatedBank.layer({
    notify,
    reportsAfter: "2 seconds",
    lateFor: "1 minute",
    lateReportAfter: "3 days"
  })
  return { bank: holders.pipe(Layer.provideMerge(bank)), reports: connected }
}

/** The world of a development server, with the banks that it is told of or a simulated one. */
export const open = (data: string, clockShift = 0, banks?: HttpBankGateway.Options): Effect.Effect<World> =>
  Effect.gen(function* () {
    const authority = yield* authorityIn(data, clockShift)
    const sent = yield* sending
    const { bank, reports } = bankOf(banks)
    const gateways = Layer.mergeAll(
      bank,
      Directory.withFictional(TestDirectory.directory),
      SimulatedBiller.layer(),
      SimulatedCollector.layer()
    )
    // Other authorities that are trusted besides may say nothing of what they revoked.
    const revocation = { required: false, crl: { lists: authority.lists } }
    const senders = Layer.succeedContext(sent)
    const messages = Effect.all({
      sms: Context.get(sent, SimulatedSms.SimulatedSms).arrived,
      mails: Context.get(sent, SimulatedMail.SimulatedMail).arrived
    })
    const outside = {
      gateways,
      senders,
      issuances: IssuanceFile.layer(join(data, IssuanceFile.issuanceFile)),
      reports,
      trusted: [authority.trusted],
      revocation
    }
    return { authority, messages, outside }
  })

const intent = (key: string) => ({ actor: actors.host, key: `demo ${key}` })

/** Proves a contact by a code that nobody has to read: it is made again where it was made. */
const proved = Effect.fnUntraced(function* (
  contact: { readonly phone: string } | { readonly email: string },
  key: string
) {
  const codes = yield* OneTimePasswords
  const { id } = yield* codes.prove(contact, intent(key))
  const { nonce } = yield* codes.get(id)
  const { otp } = yield* codes.confirm(id, (yield* Secrets).code(nonce), intent(`${key} confirmed`))
  return otp
})

const openFor = Effect.fnUntraced(function* (
  authority: CertificateAuthority.CertificateAuthority,
  { email, id, kana, number, phone }: (typeof people)[number]
) {
  const accounts = yield* Accounts
  const verifier = yield* CertificateVerifier
  const certificate = yield* authority.issue(id, CertificateAuthority.valid(yield* now))
  const presentation = yield* certificate.present((yield* verifier.challenge).challenge)
  const phoneOtp = yield* proved({ phone }, `phone ${id}`)
  const emailOtp = yield* proved({ email }, `email ${id}`)
  const request = { presentation, email, phone, kanaName: kana, phoneOtp, emailOtp }
  const account = yield* accounts.open(request, intent(`open ${id}`))
  const bankAccount = { bank: demoBank, branch: "001", kind: "ordinary", number } as const
  const bankLinks = yield* BankLinks
  const link = yield* bankLinks.add(account.id, bankAccount, intent(`link ${id}`))
  const { fee } = yield* bankLinks.quote(account.id, link.id)
  yield* bankLinks.start(account.id, link.id, fee, intent(`link ${id} start`))
  return { person: id, account: account.id, link: link.id }
})

/** Fills an empty store: contracted billers, and two people with a bank link each. A store with anything in it is left alone. */
export const seed = Effect.fnUntraced(function* (
  authority: CertificateAuthority.CertificateAuthority,
  data: string,
  inForce: Policy.Policy
) {
  const { seq } = yield* head
  if (seq > 0) return
  yield* (yield* Policies).adopt(inForce, actors.operator)
  if (inForce.banks[demoBank] === undefined) return
  const service = yield* Billers
  for (const biller of billers) {
    yield* service.contract(biller, { ...intent(`biller ${biller.code}`), actor: actors.operator })
  }
  const demo: Demo = yield* Effect.forEach(people, (person) => openFor(authority, person))
  yield* (yield* Dispatcher).runDue
  writeFileSync(join(data, demoFile), `${JSON.stringify(demo, null, 2)}\n`)
})

/** What the demo data of a data directory made, as far as it did. */
export const demoIn = (data: string): Demo => {
  const path = join(data, demoFile)
  return existsSync(path) ? Schema.decodeUnknownSync(Schema.fromJsonString(Demo))(readFileSync(path, "utf8")) : []
}
