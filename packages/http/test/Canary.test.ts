/**
 * The canary: values that must appear nowhere but where they belong go through everything that a person can do, and every byte of
 * logs, refusals, answers to others, notices, exports and tables is searched for them (REG-03, SEC-02, SEC-03).
 *
 * What belongs to a person is kept beside the books alone; passwords, codes and PINs are not even there.
 */
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as NodeSecrets from "@kinchaku/adapters/account/NodeSecrets"
import * as NodeDigest from "@kinchaku/adapters/platform/NodeDigest"
import * as NodePasswordHasher from "@kinchaku/adapters/session/NodePasswordHasher"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import * as Hledger from "@kinchaku/domain/audit/Hledger"
import * as JournalLines from "@kinchaku/domain/audit/JournalLines"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import { compat } from "@kinchaku/domain/policy/Policy"
import * as SimulatedBank from "@kinchaku/testkit/simulators/SimulatedBank"
import { SimulatedIssuer } from "@kinchaku/testkit/simulators/SimulatedIssuer"
import * as SimulatedVerifier from "@kinchaku/testkit/simulators/SimulatedVerifier"
import { Effect, Layer, type ManagedRuntime, Stream } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Canary, personal, secret } from "./CanaryFlows.ts"
import { contracts, type Harness, keys, open, testPolicy } from "./Harness.ts"
import { formsOf, haystackOf, type Mark, search } from "./Leaks.ts"

const marksOf = (values: Readonly<Record<string, string>>): ReadonlyArray<Mark> =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

const policy = {
  ...testPolicy,
  authentication: { ...compat.authentication, otp: { ...compat.authentication.otp, resendSeconds: 0, perHour: 1000 } }
}

/** Codes are always the same one here, so that there is something to look for. */
const secrets = Layer.effect(
  Secrets,
  Effect.map(Secrets, (made) => Secrets.of({ ...made, code: () => secret.code }))
).pipe(Layer.provide(NodeSecrets.layer(randomBytes(32))))

/** A verifier whose signature certificates name the canary. */
const verifier = Layer.effect(
  CertificateVerifier,
  Effect.map(CertificateVerifier, (simulated) =>
    CertificateVerifier.of({
      ...simulated,
      verify: (presentation) =>
        Effect.map(simulated.verify(presentation), (findings) => ({
          ...findings,
          attributes: { name: personal.name, birthDate: personal.birthDate, address: personal.address }
        }))
    })
  )
).pipe(Layer.provide(SimulatedVerifier.layer))

const worldIn = (filename: string) =>
  open({
    ports: (ports) =>
      Layer.mergeAll(
        ports,
        Layer.orDie(SqliteStore.layer({ filename })),
        NodeDigest.layer,
        NodePasswordHasher.layer(),
        SimulatedBank.layer({ holder: `${personal.kana} ${personal.kanaGiven}` }),
        secrets,
        verifier
      )
  })

/** Every cell of every table, as text and as bytes. */
const tablesOf = (filename: string): Readonly<Record<string, string>> => {
  const database = new DatabaseSync(filename, { readOnly: true })
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const written = (cell: unknown): string =>
    cell instanceof Uint8Array
      ? `${Buffer.from(cell).toString("latin1")}\n${Buffer.from(cell).toString()}`
      : String(cell)
  const tables = names.map(({ name }) => {
    const rows = database.prepare(`SELECT * FROM "${String(name)}"`).all()
    return [`table ${String(name)}`, rows.flatMap((row) => Object.values(row).map(written)).join("\n")] as const
  })
  database.close()
  return Object.fromEntries(tables)
}

const live = async (harness: Harness): Promise<Canary> => {
  await harness.adopt(policy)
  for (const biller of contracts) await harness.post("/billers", biller, { key: keys.operator })
  // The harness is made of simulators; its type says only what the core needs.
  const runtime = harness.runtime as unknown as ManagedRuntime.ManagedRuntime<SimulatedIssuer, never>
  const canary = new Canary(harness, (await runtime.runPromise(SimulatedIssuer)).issues)
  const account = await canary.open()
  await canary.setPassword(personal.email, secret.password)
  const session = await canary.logIn(personal.email, secret.password)
  await canary.bank(account, session)
  await canary.change(account, session)
  await canary.setPassword(personal.newEmail, secret.newPassword)
  await canary.office(account)
  await canary.certificates()
  await canary.migrate()
  await canary.tokens()
  await canary.stepUp()
  await canary.staff()
  await canary.everywhere()
  await harness.dispatch()
  for (const path of ["/notices", "/policy", "/health", "/openapi.json"]) await canary.get(path, { key: keys.operator })
  await canary.post(`/accounts/${account}/closing`, {})
  await harness.dispatch()
  return canary
}

describe("personal data and secrets", () => {
  let directory: string
  let filename: string
  let harness: Harness
  let canary: Canary
  let places: Readonly<Record<string, string>>
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "kinchaku-canary-"))
    filename = join(directory, "canary.sqlite")
    harness = worldIn(filename)
    canary = await live(harness)
    const exported = (text: Stream.Stream<string, unknown, never>) =>
      Effect.runPromise(Effect.map(Stream.runCollect(text), (parts) => parts.join("")))
    const context = await harness.runtime.contextEffect.pipe(Effect.runPromise)
    places = {
      log: harness.lines.join("\n"),
      answers: canary.replies.map(({ headers, text }) => `${text}\n${[...headers].flat().join("\n")}`).join("\n"),
      "journal export": await exported(JournalLines.write().pipe(Stream.provideContext(context))),
      "hledger export": await exported(Hledger.exportText.pipe(Stream.provideContext(context))),
      ...tablesOf(filename)
    }
  }, 120_000)
  afterAll(async () => {
    await harness.close()
    rmSync(directory, { recursive: true })
  })

  it("went through everything", () => {
    const problems = canary.replies.filter(({ headers }) => headers.get("content-type") === "application/problem+json")
    assert.isAtLeast(problems.length, 200)
    const codes = new Set(problems.map(({ json }) => json.code))
    assert.isAtLeast(codes.size, 25, [...codes].join(", "))
    assert.isEmpty(problems.filter(({ status }) => status >= 500).map(({ text }) => text))
    const used = ["personal", "posting", "otp", "session", "certificate_pair", "token", "purchase", "staff", "holder"]
    for (const table of used) assert.isNotEmpty(places[`table ${table}`], table)
  })

  it("stand in no log line, no refusal, no answer to others, no notice, no export and no table but the one beside the books", () => {
    const { "table personal": _, ...searched } = places
    const marks = [...marksOf({ ...personal, ...secret, host: keys.host, operator: keys.operator }), ...canary.given]
    // The name of an unknown field is answered to whoever sent it.
    const found = search(marks, searched).filter((leak) => !/^unknown, .*, in answers$/.test(leak))
    assert.deepStrictEqual(found, [])
  })

  it("are not even beside the books where they are secrets: there only the hash of a password is", () => {
    const beside = places["table personal"] ?? ""
    assert.deepStrictEqual(search([...marksOf(secret), ...canary.given], { "table personal": beside }), [])
    assert.isAtLeast(beside.split("$argon2id$").length - 1, 5)
    // Were nothing kept there, nothing could be found there.
    const found = search(marksOf(personal), { "table personal": beside })
    for (const name of ["email", "newEmail", "phone", "address", "kanaNew", "tokenUser", "staffName"]) {
      assert.isTrue(
        found.some((leak) => leak.startsWith(`${name}, plain`)),
        name
      )
    }
  })

  it("are found in every form in which they are planted", () => {
    for (const mark of marksOf({ ...personal, ...secret })) {
      const clean = `{"msg":"request","at":"2026-11-22T15:04:05.000+09:00"}`
      assert.deepStrictEqual(search([mark], { clean }), [], mark.name)
      for (const { form, isIn, sample } of formsOf(mark)) {
        assert.isTrue(isIn(haystackOf(`{"msg":"${sample}"}`)), `${mark.name}, ${form}`)
      }
      const json = JSON.stringify({ given: mark.value })
      for (const before of ["", "x", "xx"]) {
        const encoded = Buffer.from(`${before}${json}`).toString("base64")
        for (const text of [encoded, Buffer.from(json).toString("base64url"), Buffer.from(json).toString("hex")]) {
          assert.isNotEmpty(search([mark], { planted: `log ${text} end` }), mark.name)
        }
      }
    }
  })

  it("are found where somebody logs or stores them", async () => {
    const logged = open()
    await logged.runtime.runPromise(Effect.logInfo({ sentTo: personal.email }, "code sent"))
    assert.isNotEmpty(search(marksOf(personal), { log: logged.lines.join("\n") }))
    await logged.close()
    const planted = join(directory, "planted.sqlite")
    const database = new DatabaseSync(planted)
    database.exec("CREATE TABLE notes (id INTEGER, note TEXT, bytes BLOB)")
    database.prepare("INSERT INTO notes VALUES (1, ?, ?)").run(`code ${secret.code}`, Buffer.from(personal.address))
    database.close()
    const found = search(marksOf({ code: secret.code, address: personal.address }), tablesOf(planted))
    for (const name of ["code", "address"])
      assert.isTrue(
        found.some((leak) => leak.startsWith(name)),
        name
      )
  })
})

describe("a request in the log", () => {
  it("is one line with what happened and nothing that was sent", async () => {
    const harness = open()
    await harness.get(`/accounts/${encodeURIComponent(personal.email)}/balances?x=${personal.phone}`)
    await harness.close()
    assert.strictEqual(harness.lines.length, 1)
    const { caller, method, millis, msg, requestId, route, status } = JSON.parse(harness.lines[0] ?? "") as Record<
      string,
      unknown
    >
    assert.deepStrictEqual(
      { caller, method, msg, route, status },
      { caller: "host", method: "GET", msg: "request", route: "/accounts/:account/balances", status: 400 }
    )
    assert.isString(requestId)
    assert.isNumber(millis)
  })
})
