/**
 * The application over the memory store and the simulators, as the tests call it.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import type { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Policies } from "@kinchaku/domain/policy/Policies"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import type { OtpId } from "@kinchaku/domain/otp/Otp"
import { codeless } from "@kinchaku/testkit/scenario/TestPolicy"
import { codeOf } from "@kinchaku/testkit/scenario/Proving"
import * as MemoryStore from "@kinchaku/testkit/memory/MemoryStore"
import * as TestDigest from "@kinchaku/testkit/memory/TestDigest"
import * as SimulatedBank from "@kinchaku/testkit/simulators/SimulatedBank"
import * as SimulatedBiller from "@kinchaku/testkit/simulators/SimulatedBiller"
import * as Outside from "@kinchaku/testkit/simulators/Outside"
import * as SimulatedVerifier from "@kinchaku/testkit/simulators/SimulatedVerifier"
import * as TestDirectory from "@kinchaku/testkit/simulators/TestDirectory"
import * as TestSecrets from "@kinchaku/testkit/simulators/TestSecrets"
import { Effect, Layer, ManagedRuntime } from "effect"
import { pino } from "pino"
import { assert } from "vitest"
import * as App from "../src/App.ts"
import * as Log from "../src/Log.ts"

export const keys = {
  host: "host-key-of-the-tests",
  operator: "operator-key-of-the-tests",
  merchant: "merchant-key-of-the-tests"
}

export const testPolicy: Policy = {
  ...codeless,
  banks: {
    "9999": {
      name: "テスト銀行",
      minimum: PositiveYen.make(100),
      step: PositiveYen.make(1),
      opens: "00:00",
      closes: "24:00",
      maintenance: []
    }
  }
}

/** What an answer may hold, as far as tests look at it. A test says what must be there. */
export interface Body {
  readonly id: string
  readonly kind: string
  readonly openedAt: string
  readonly expiresAt: string
  readonly settledAt: string
  readonly cashExpiresAt: string
  readonly paidAt: string
  readonly at: string
  readonly account: string
  readonly status: string | number
  readonly version: string | number
  readonly outbox: object
  readonly cash: number
  readonly amount: number
  readonly lines: ReadonlyArray<Body>
  readonly notices: ReadonlyArray<Body>
  readonly next: string | null
  readonly code: string
  readonly type: string
  readonly title: string
  readonly detail: string
  readonly instance: string
  readonly requestId: string
  readonly rule: ReadonlyArray<string>
  readonly issues: ReadonlyArray<{ readonly in: string; readonly path: string; readonly message: string }>
  readonly migrationOffered: boolean
  readonly challenge: string
  readonly state: string
  readonly bearer: string
  readonly scope: string
  readonly device: string
  readonly session: string
  readonly settingToken: string
  readonly delivery: string
  readonly staff: Body
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Body
}

export interface Call {
  readonly key?: string | null
  readonly idempotencyKey?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** The body as it goes over the wire, instead of JSON. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
}

type Overrides = Partial<Omit<App.Options, "runtime" | "log">> & {
  readonly ports?: (ports: Layer.Layer<Kinchaku.Ports>) => Layer.Layer<Kinchaku.Ports>
}

/** Asserts that an answer has these members among others. */
export const includes = (found: object, members: Readonly<Record<string, unknown>>): void =>
  assert.deepStrictEqual({ ...found, ...members }, found)

let intents = 0

export const open = (overrides: Overrides = {}) => {
  const lines: Array<string> = []
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) })
  const { ports: changed = (ports) => ports, ...options } = overrides
  const ports = changed(
    Layer.mergeAll(
      MemoryStore.layer,
      TestDigest.layer,
      TestSecrets.layer,
      Outside.layer,
      TestDirectory.layer,
      SimulatedBank.layer({ holder: "テスト タロウ" }),
      SimulatedBiller.layer()
    )
  )
  const runtime = ManagedRuntime.make(
    Kinchaku.layer().pipe(Layer.provideMerge(ports), Layer.provideMerge(Log.layer(log)))
  )
  const app = App.make({ runtime, keys, log, ...options })

  const send = async (method: string, path: string, body: unknown, call: Call): Promise<Reply> => {
    const { headers = {}, idempotencyKey = `intent-${++intents}`, key = keys.host, raw } = call
    const isPost = method === "POST"
    const response = await app.request(`http://localhost${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(isPost && idempotencyKey !== null ? { "idempotency-key": idempotencyKey } : {}),
        ...(isPost ? { "content-type": "application/json" } : {}),
        ...headers
      },
      ...(isPost ? { body: raw ?? JSON.stringify(body) } : {})
    })
    const text = await response.text()
    const isJson = (response.headers.get("content-type") ?? "").includes("json")
    const json: Body = isJson && text !== "" ? JSON.parse(text) : {}
    return { status: response.status, headers: response.headers, text, json }
  }

  const post = (path: string, body: unknown, call: Call = {}) => send("POST", path, body, call)

  /** The code of a challenge, as its receiver reads it. */
  const read = (otp: string) => runtime.runPromise(codeOf(otp as OtpId))

  /** Confirms the code that a request asked for. */
  const confirm = async ({ json: { id } }: Reply) => {
    const { status } = await post(`/codes/${id}/confirmation`, { code: await read(id) }, { key: null })
    assert.strictEqual(status, 200)
    return id
  }

  /** What opens an account for a person, both contacts proved; what is given stands instead. */
  const opening = async (person: string, given: Partial<ReturnType<typeof openingOf>> = {}) => {
    const request = { ...openingOf(person), ...given }
    const prove = async (contact: object) => confirm(await post("/contact-codes", contact, { key: null }))
    const phoneOtp = await prove({ phone: request.phone })
    return { ...request, phoneOtp, emailOtp: await prove({ email: request.email }) }
  }

  return {
    app,
    lines,
    runtime,
    get: (path: string, call: Call = {}) => send("GET", path, undefined, call),
    post,
    send,
    read,
    confirm,
    opening,
    adopt: (policy: Policy) =>
      runtime.runPromise(Effect.flatMap(Policies, (policies) => policies.adopt(policy, "operator:test" as Actor))),
    /** Delivers what waits for banks and billers. */
    dispatch: () => runtime.runPromise(Effect.flatMap(Dispatcher, ({ runDue }) => runDue)),
    close: () => runtime.dispose()
  }
}
export type Harness = ReturnType<typeof open>

/** The id of no code, where a request is not to get as far as that. */
const noCode = "otp_01ARZ3NDEKTSV4RRFFQ69G5FAV"

/** What opens an account for a person, but for the codes. */
export const openingOf = (person: string, verdict: Verdict = "verified") => ({
  presentation: SimulatedVerifier.certificate(person, verdict),
  email: `${person}@example.com`,
  phone: `090${person.replace(/\D/g, "").padStart(8, "0")}`,
  kanaName: "テスト　タロウ",
  emailOtp: noCode,
  phoneOtp: noCode
})

export const bankAccount = { bank: "9999", branch: "001", kind: "ordinary", number: "1234500" }

/** A slip of a biller. */
export const slip = (biller: string, amount: number, free = "1", due?: string): string =>
  SlipBarcode.write({
    biller: biller as BillerCode,
    free,
    reissues: 0,
    ...(due === undefined ? {} : { due: due as never }),
    stamp: false,
    amount: PositiveYen.make(amount)
  })

export const contracts = [
  { code: "912345", name: "東京水道サービス", confirmation: "none", active: true },
  { code: "942386", name: "関東電力", confirmation: "online", active: true }
]

/** The reference of the procedure of a link that was started last. */
export const procedureOf = ({ runtime }: Harness, link: string): Promise<string | undefined> =>
  runtime.runPromise(
    Effect.gen(function* () {
      const facts = yield* (yield* Store).read([key(bankLinks, link)])
      return facts.find(bankLinks, link)?.request
    })
  )

/** Adds a bank account and goes to the bank with it; answers what adding it was answered. */
export const linkBank = async (harness: Harness, account: string, number: string): Promise<Reply> => {
  const path = `/accounts/${account}/bank-links`
  const added = await harness.post(path, { ...bankAccount, number })
  await harness.post(`${path}/${added.json.id}/procedures`, { quotedFee: 0 })
  return added
}

/** An account with a registered bank link and, where asked for, a balance; two contracted billers. */
export const holder = async (harness: Harness, topUp = 0) => {
  await harness.adopt(testPolicy)
  for (const biller of contracts) await harness.post("/billers", biller, { key: keys.operator })
  const person = `person${100_000 + ++intents}`
  const account = (await harness.post("/accounts", await harness.opening(person))).json.id as AccountId
  const linked = await linkBank(harness, account, `${intents}00`.padStart(7, "0"))
  const link = linked.json.id
  await harness.dispatch()
  if (topUp > 0) {
    await harness.post(`/accounts/${account}/top-ups`, { link, amount: topUp, quotedFee: 0 })
    await harness.dispatch()
  }
  return { account, link, person }
}
