/**
 * `npm run demo`: a day against a real server process, killed in the middle, and books that balance at the end.
 *
 * The day is 30 March 2001, when the published slips were not due yet; the server's clock is shifted to it.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeDigest from "@kinchaku/adapters/platform/NodeDigest"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import * as Hledger from "@kinchaku/domain/audit/Hledger"
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import * as Verification from "@kinchaku/domain/audit/Verification"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { compatAuthentication } from "@kinchaku/domain/policy/Authentication"
import { compatWallet } from "@kinchaku/domain/policy/Wallet"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import { Effect, Layer, Stream } from "effect"
import { authorityFile } from "../src/Development.ts"
import * as BankProcess from "./BankProcess.ts"
import { client } from "./Client.ts"
import * as Collector from "./Collector.ts"
import * as Day from "./Day.ts"
import { asHolder, type Day as Hours, given } from "./Opening.ts"
import * as LaterDays from "./LaterDays.ts"
import * as ServerProcess from "./ServerProcess.ts"
import { chapter, ensure, table, tell, yen } from "./Story.ts"
import * as WaysIn from "./WaysIn.ts"
import * as WaysOut from "./WaysOut.ts"

const data = mkdtempSync(join(tmpdir(), "kinchaku-demo-"))
const clockShift = Date.parse("2001-03-30T09:00:00+09:00") - Date.now()
const bankProcess = await BankProcess.start()
const bank = (name: string, minimum: number, opens: string, closes: string) => ({
  name,
  minimum,
  step: minimum,
  opens,
  closes,
  maintenance: []
})
/** The documents' values, but for how often codes are sent: the day passes in seconds. */
const otp = { ...compatAuthentication.otp, resendSeconds: 0, perHour: 1000 }
const policy = {
  preset: "compat",
  authentication: { ...compatAuthentication, otp },
  contact: "03-0000-0000",
  banks: {
    "9999": bank("テスト銀行", 1, "00:00", "24:00"),
    "9998": { ...bank("夜間休止銀行", 1000, "08:00", "21:00"), payouts: "file" }
  },
  wallet: {
    ...compatWallet,
    payout: {
      ...compatWallet.payout,
      requester: {
        code: "1234567890",
        name: "キンチャク",
        bank: "9999",
        branch: "001",
        kind: "ordinary",
        number: "7000000"
      }
    }
  },
  fees: [
    { function: "payment", fixed: 55 },
    { function: "payout", fixed: 220 }
  ]
}
const policyFile = join(data, "policy.json")
const putInForce = (wanted: object): void => writeFileSync(policyFile, JSON.stringify(wanted))
putInForce(policy)
const env = {
  ...bankProcess.env,
  KINCHAKU_DATA: data,
  KINCHAKU_POLICY: policyFile,
  KINCHAKU_CLOCK_SHIFT: `${clockShift}`,
  KINCHAKU_DEPOSIT_SECRET: Collector.secret
}
const keyIn = (file: string): string => readFileSync(join(data, file), "utf8").trim()

const dayOn = async (url: string): Promise<Hours> => ({
  url,
  host: client(url, keyIn("api-key")),
  operator: client(url, keyIn("operator-key")),
  merchant: client(url, keyIn("merchant-key")),
  anyone: client(url),
  data,
  clockShift,
  authority: await Effect.runPromise(CertificateAuthority.load(readFileSync(join(data, authorityFile), "utf8"))),
  now: () => instant(Date.now() + clockShift)
})

/** Lets holders with certificates pay without a code from now on. */
const waiveCodes = async (server: ServerProcess.ServerProcess): Promise<ServerProcess.ServerProcess> => {
  chapter("14:30  The operator waives the code for payments (OTP-09)")
  ensure((await server.stop()) === 0, "the server must end well")
  putInForce({ ...policy, authentication: { ...policy.authentication, otp: { ...otp, waived: ["payment"] } } })
  const next = await ServerProcess.start(env)
  const { body } = await (await dayOn(next.url)).host.get("/policy")
  tell(`policy ${String(body["version"])} is in force: holders with certificates pay without one; sessions have stayed`)
  return next
}

/** Sends many payments at once and kills the server among them; then every one that was answered must be there, and the rest go through. */
const killInTheMiddle = async (
  server: ServerProcess.ServerProcess,
  person: Day.Person
): Promise<ServerProcess.ServerProcess> => {
  chapter("15:00  The server is killed (SIGKILL) among 100 payments")
  const before = asHolder(server, person)
  const barcodes = Array.from({ length: 100 }, (_, n) => Day.slip(1000 + n, 10))
  const quote = { payee: "テスト水道局", amount: 10, fee: 55 }
  const path = `/accounts/${person.account}/payments`
  const answered = new Map<string, string>()
  const killed = new Promise<void>((resolve, reject) => {
    const burst = barcodes.map(async (barcode) => {
      const { status, text } = await before.post(path, `burst ${barcode}`, { barcode, quote })
      ensure(status === 201, text)
      answered.set(barcode, text)
      if (answered.size === 20) server.kill().then(resolve, reject)
    })
    void Promise.allSettled(burst)
  })
  await killed
  tell(`${answered.size} of 100 were answered when it died (process ${server.pid})`)
  const next = await ServerProcess.start(env)
  tell(`started again on the same file (process ${next.pid})`)
  const after = asHolder(next, person)
  let same = 0
  for (const barcode of barcodes) {
    const { status, text } = await after.post(path, `burst ${barcode}`, { barcode, quote })
    ensure(status === 201, text)
    const first = answered.get(barcode)
    ensure(first === undefined || first === text, `the answer to ${barcode} changed`)
    if (first !== undefined) same += 1
  }
  tell(`all ${same} answered ones answer the same bytes; the other ${barcodes.length - same} are paid now, once`)
  return next
}

const books = Layer.merge(SqliteStore.layer({ filename: join(data, "kinchaku.sqlite") }), NodeDigest.layer)

/** What an independent program computes of the export, or nothing where it is not installed. */
const hledgerBalances = (file: string): ReadonlyMap<string, number> | undefined => {
  const { error, status, stderr, stdout } = spawnSync(
    "hledger",
    ["-f", file, "balance", "--flat", "-N", "-O", "csv", "--empty"],
    { encoding: "utf8" }
  )
  if (error !== undefined) return undefined
  ensure(status === 0, `hledger: ${stderr}`)
  const rows = stdout
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => /^"(.*)","(-?\d+)(?: JPY)?"$/.exec(line))
  return new Map(rows.map((row) => [row?.[1] ?? "", Number(row?.[2])]))
}

const close = Effect.fnUntraced(function* (shown: ReadonlyMap<string, number>) {
  const { accounts, commands, entries, heads } = yield* Verification.verify()
  const head = lastOf(heads)
  tell(
    `verify = ok: ${commands} commands, ${entries} entries, ${accounts} accounts, head ${head.seq}:${head.hash.slice(0, 16)}…`
  )
  const text = (yield* Stream.runCollect(Hledger.exportText)).join("")
  const file = join(data, "kinchaku.journal")
  writeFileSync(file, text)
  tell(`hledger export: ${file} (${text.split("\n").length} lines)`)
  const balances = yield* (yield* Journal).balances("", 1000)
  const independent = hledgerBalances(file)
  if (independent === undefined) console.log("  --  hledger is not installed: its balances are not compared")
  let agrees = true
  for (const { account, credits, debits } of balances) {
    const computed = independent?.get(Hledger.accountName(account)) ?? debits - credits
    const api = shown.get(account)
    agrees = agrees && computed === debits - credits && (api === undefined || -computed === api)
  }
  if (independent !== undefined && agrees)
    tell(`hledger computes the same balance for all ${balances.length} accounts, to the yen`)
  const sum = balances.reduce((total, { credits, debits }) => total + debits - credits, 0)
  return agrees && sum === 0
})

/** Nobody is named by what the servers of the day wrote. */
const nobodyIsNamed = (log: string, sessions: ReadonlyArray<string>): void => {
  const requests = log.split("\n").filter((line) => line.includes('"msg":"request"')).length
  ensure(requests > 100, "every request must be a line of the log")
  ensure(![...given, ...sessions].some((value) => log.includes(value)), "somebody is named in the log")
  tell(`${requests} requests are in the log: no name, number, address, password or session of anybody is`)
}

const servers: Array<ServerProcess.ServerProcess> = []
let server = await ServerProcess.start(env)
servers.push(server)
console.log(`Kinchaku 巾着: the day of 30 March 2001, on ${server.url} with the books in ${data}`)
const today = await dayOn(server.url)
const people = await Day.play(today)
await WaysIn.play(today, people)
await WaysOut.play(today, people)
server = await waiveCodes(server)
servers.push(server)
server = await killInTheMiddle(server, people[1])
servers.push(server)

chapter("17:00  Closing")
const shown = new Map<string, number>()
const rows: Array<ReadonlyArray<string>> = [["", "account", "cash", "money"]]
for (const person of people) {
  const { account, name } = person
  const { body } = await asHolder(server, person).get(`/accounts/${account}/balances`)
  shown.set(`liability:cash:${account}`, Number(body["cash"])).set(`liability:money:${account}`, Number(body["money"]))
  rows.push([name, account, yen(body["cash"]), yen(body["money"])])
}
table(rows)
const code = await server.stop()
ensure(code === 0, `the server ended with ${code}`)
tell("the server stopped on SIGTERM with exit code 0")

/** Starts the server on a later day, for as long as something is looked at there. */
const later = async (at: string, look: (day: Hours) => Promise<void>): Promise<void> => {
  const shift = Date.parse(at) - Date.now()
  const next = await ServerProcess.start({ ...env, KINCHAKU_CLOCK_SHIFT: `${shift}` })
  servers.push(next)
  await look(await dayOn(next.url))
  ensure((await next.stop()) === 0, "the server must end well")
}
await later("2001-04-01T09:00:00+09:00", LaterDays.reports)
await later("2003-01-10T09:00:00+09:00", LaterDays.expiry)
bankProcess.stop()

chapter("The books")
nobodyIsNamed(
  servers.map(({ log }) => log()).join("\n"),
  people.map(({ bearer }) => bearer)
)
const balanced = await Effect.runPromise(close(shown).pipe(Effect.provide(books)))
console.log(`\nbooks balance: ${balanced}`)
if (!balanced) process.exitCode = 1
