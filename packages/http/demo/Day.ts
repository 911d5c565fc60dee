/**
 * The day itself, over HTTP: people, banks, slips, and one refusal of each kind.
 */
import type { Instant, JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import { Effect } from "effect"
import type { Answer, Client } from "./Client.ts"
import { accepted, chapter, ensure, refusal, tell, yen } from "./Story.ts"

export interface Day {
  readonly host: Client
  readonly operator: Client
  readonly authority: CertificateAuthority.CertificateAuthority
  /** The server's clock. */
  readonly now: () => Instant
}

export interface Person {
  readonly name: string
  readonly account: string
  readonly link: string
}

/** The published vectors of the 44-digit barcode, their check digits included. */
export const published = [
  `91${"912345"}${"0123456789012345678901"}${"010331"}${"0"}${"123000"}3`,
  `91${"942386"}${"1789539178539356927301"}${"030731"}${"1"}${"031290"}3`,
  "91959919833262024010101043480024071000395003",
  "91959919833262024010101043470024071000435007"
]

/** A slip of a biller for an amount; `n` tells it from the others. */
export const slip = (
  n: number,
  amount: number,
  own: { readonly biller?: string; readonly due?: string } = {}
): string =>
  SlipBarcode.write({
    biller: (own.biller ?? "912345") as BillerCode,
    free: `${n}`.padStart(12, "0"),
    reissues: 0,
    stamp: false,
    amount: PositiveYen.make(amount),
    ...(own.due === undefined ? {} : { due: own.due as JapanDate })
  })

const wait = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/** Asks until a state is no longer the one of waiting. */
const settled = async (ask: () => Promise<Answer>, field: string, waiting: string): Promise<Answer["body"]> => {
  for (let tries = 0; tries < 600; tries++) {
    const { body } = await ask()
    if (body[field] !== waiting) return body
    await wait(100)
  }
  throw new Error(`still ${waiting} after a minute`)
}

const present = async (
  { authority, host, now }: Day,
  id: string,
  by = authority,
  validity = CertificateAuthority.valid(now())
) => {
  const certificate = await Effect.runPromise(by.issue(id, validity))
  const { body } = await host.post("/certificate-challenges", `challenge ${id} ${Math.random()}`, {})
  return Effect.runPromise(certificate.present(String(body["challenge"])))
}

const proved = { email: true, phone: true }
const hanako = { email: "hanako.demo@example.jp", phone: "090-2222-0001", kanaName: "デモ ハナコ", proved }
const jiro = { email: "jiro.demo@example.jp", phone: "090-2222-0002", kanaName: "デモ ジロウ", proved }
const stranger = { email: "stranger@example.jp", phone: "090-2222-0009", kanaName: "デモ サブロウ", proved }

const openAccounts = async (day: Day): Promise<readonly [string, string]> => {
  const { authority, host, now } = day
  chapter("09:00  Accounts, with certificates of a real chain")
  const open = async (
    key: string,
    id: string,
    rest: object,
    by = authority,
    validity = CertificateAuthority.valid(now())
  ) => host.post("/accounts", key, { presentation: await present(day, id, by, validity), ...rest })
  const first = accepted(
    await open("open hanako", "hanako", hanako),
    "花子 opens a cash account (キャッシュアカウント)"
  )
  const second = accepted(await open("open jiro", "jiro", jiro), "次郎 opens a cash account")
  const id = String(second["id"])
  const presentation = await present(day, "jiro")
  const verified = await host.post(`/accounts/${id}/identity-verification`, "verify jiro", { presentation })
  accepted(verified, "次郎 completes identity verification: a money account (マネーアカウント) from now on")
  refusal(await open("open again", "hanako", stranger), "AccountAlreadyExists", "花子 opens a second account")
  refusal(
    await open("open taken", "saburo", { ...stranger, email: hanako.email }),
    "EmailTaken",
    "三郎 gives 花子's e-mail address"
  )
  refusal(
    await open("open phone", "saburo", { ...stranger, phone: jiro.phone }),
    "PhoneTaken",
    "三郎 gives 次郎's phone number"
  )
  const unproved = { ...stranger, proved: { email: false, phone: true } }
  refusal(await open("open unproved", "saburo", unproved), "ContactUnproven", "三郎 has not proved the e-mail address")
  const old = CertificateAuthority.expired(now())
  refusal(
    await open("open expired", "saburo", stranger, authority, old),
    "CertificateExpired",
    "三郎's certificate has expired"
  )
  const foreign = await Effect.runPromise(CertificateAuthority.make(CertificateAuthority.valid(now()), "Foreign CA"))
  refusal(
    await open("open foreign", "saburo", stranger, foreign),
    "CertificateUntrusted",
    "三郎 shows a certificate of another authority"
  )
  return [String(first["id"]), id]
}

const linkBanks = async (day: Day, accounts: readonly [string, string]): Promise<readonly [Person, Person]> => {
  const { host } = day
  chapter("09:30  Bank accounts")
  const link = async (account: string, key: string, number: string, what: string) => {
    const bank = { bank: "9999", branch: "001", kind: "ordinary", number }
    const asked = accepted(
      await host.post(`/accounts/${account}/bank-links`, key, bank),
      `${what} asks テスト銀行 to link`
    )
    const id = String(asked["id"])
    const state = await settled(() => host.get(`/accounts/${account}/bank-links/${id}`), "status", "inProcedure")
    tell(`${what}: ${String(state["status"])}${state["reason"] === undefined ? "" : ` (${String(state["reason"])})`}`)
    return { id, status: state["status"] }
  }
  const first = await link(accounts[0], "link hanako", "3000000", "花子")
  const second = await link(accounts[1], "link jiro", "4000000", "次郎")
  ensure(first.status === "registered" && second.status === "registered", "both links must be registered")
  const refusedByBank = await link(accounts[0], "link refused", "3000002", "花子's other account")
  const anothers = await link(accounts[0], "link another", "3000003", "an account in another name")
  ensure(refusedByBank.status === "rejected" && anothers.status === "rejected", "these links must be rejected")
  const unknown = { bank: "0001", branch: "001", kind: "ordinary", number: "3000000" }
  refusal(
    await host.post(`/accounts/${accounts[0]}/bank-links`, "link unknown", unknown),
    "BankUnknown",
    "a bank that the operator does not offer"
  )
  const through = { link: refusedByBank.id, amount: 1000, quotedFee: 0 }
  refusal(
    await host.post(`/accounts/${accounts[0]}/top-ups`, "through", through),
    "BankLinkNotRegistered",
    "a top-up from the account that was refused"
  )
  return [
    { name: "花子", account: accounts[0], link: first.id },
    { name: "次郎", account: accounts[1], link: second.id }
  ]
}

const topUp = async ({ host }: Day, { account, link, name }: Person, key: string, amount: number, what: string) => {
  const quote = await host.get(`/accounts/${account}/top-up-quote?link=${link}&amount=${amount}`)
  const body = { link, amount, quotedFee: quote.body["fee"] }
  const asked = accepted(
    await host.post(`/accounts/${account}/top-ups`, key, body),
    `${name} tops up ${yen(amount)}: ${what}`
  )
  const id = String(asked["id"])
  const state = await settled(() => host.get(`/accounts/${account}/top-ups/${id}`), "status", "processing")
  tell(`${name}'s top-up of ${yen(amount)} is ${String(state["status"])} (${String(state["statusText"])})`)
  return state["status"]
}

const topUps = async (day: Day, [first, second]: readonly [Person, Person]): Promise<void> => {
  const { host } = day
  chapter("10:00  Top-ups, with a bank that misbehaves")
  ensure((await topUp(day, first, "top up 1", 20_000, "the bank accepts")) === "completed", "must complete")
  ensure((await topUp(day, first, "top up 2", 5002, "the bank refuses")) === "failed", "must fail")
  ensure(
    (await topUp(day, first, "top up 3", 5001, "the bank does it and never answers")) === "completed",
    "must complete"
  )
  ensure((await topUp(day, first, "top up 4", 4003, "the bank answers twice")) === "completed", "must complete")
  ensure((await topUp(day, second, "top up 5", 299_000, "the bank accepts")) === "completed", "must complete")
  const ask = (key: string, person: Person, amount: unknown) =>
    host.post(`/accounts/${person.account}/top-ups`, key, { link: person.link, amount, quotedFee: 0 })
  refusal(await ask("too much", first, 30_100), "LimitExceeded", "花子 asks for ¥30,100 at once")
  refusal(await ask("zero", first, 0), "ValidationFailed", "an amount of 0")
  refusal(await ask("huge", first, 1e21), "ValidationFailed", "an amount of 1e21")
  const changed = { link: first.link, amount: 1000, quotedFee: 330 }
  const path = `/accounts/${first.account}/top-ups`
  refusal(await host.post(path, "changed", changed), "QuoteChanged", "花子 confirms a fee that was never quoted")
}

/** Quotes a slip and pays it as quoted. */
export const pay = async ({ host }: Day, account: string, key: string, barcode: string): Promise<Answer> => {
  const quote = await host.get(`/slips/${encodeURIComponent(barcode)}/quote`)
  return quote.status === 200 ? host.post(`/accounts/${account}/payments`, key, { barcode, quote: quote.body }) : quote
}

const slips = async (day: Day, [first, second]: readonly [Person, Person]): Promise<void> => {
  const { host } = day
  chapter("12:00  Slips (払込票)")
  for (const [n, barcode] of published.entries()) {
    const paid = accepted(await pay(day, second.account, `published ${n}`, barcode), `次郎 scans ${barcode}`)
    const path = `/accounts/${second.account}/payments/${String(paid["id"])}`
    const state = await settled(() => host.get(path), "status", "processing")
    tell(
      `${String(state["payee"])}: ${yen(state["amount"])} and a fee of ${yen(state["fee"])}, ${String(state["statusText"])}`
    )
  }
  const typed = slip(1, 1200).replace(/(\d{6})(?=\d)/g, "$1-")
  accepted(await pay(day, first.account, "typed", typed), `花子 types ${typed}`)
  const refusedByBiller = accepted(
    await pay(day, second.account, "online", slip(2, 2012, { biller: "942386" })),
    "次郎 pays a bill that the biller's system will not take"
  )
  const state = await settled(
    () => host.get(`/accounts/${second.account}/payments/${String(refusedByBiller["id"])}`),
    "status",
    "processing"
  )
  ensure(state["status"] === "failed", "the biller's refusal must fail the payment")
  tell("it failed, and everything is back where it came from")
  await refusedSlips(day, first, second)
}

const refusedSlips = async (day: Day, first: Person, second: Person): Promise<void> => {
  const { host } = day
  const valid = published[0] ?? ""
  const wrong = `${valid.slice(0, 43)}${(Number(valid[43]) + 1) % 10}`
  refusal(await pay(day, first.account, "r1", wrong), "BarcodeInvalid", "a digit misread")
  refusal(
    await pay(day, first.account, "r2", slip(3, 500, { due: "2001-03-29" })),
    "BillExpired",
    "a slip that was due yesterday"
  )
  refusal(
    await pay(day, first.account, "r3", slip(4, 500, { biller: "999999" })),
    "BillerNotContracted",
    "a biller without a contract"
  )
  refusal(await pay(day, first.account, "r4", slip(5, 300_001)), "AmountAboveMaximum", "a slip of ¥300,001")
  refusal(await pay(day, first.account, "r5", valid), "BillAlreadyPaid", "花子 pays what 次郎 has paid")
  refusal(await pay(day, first.account, "r6", slip(6, 90_000)), "InsufficientBalance", "花子 has not that much")
  refusal(
    await pay(day, first.account, "r7", slip(7, 250_000)),
    "LimitExceeded",
    "more than a cash account may pay in a day"
  )
  const body = { barcode: slip(8, 700), quote: { payee: "テスト水道局", amount: 700, fee: 0 } }
  refusal(
    await host.post(`/accounts/${second.account}/payments`, "r8", body),
    "QuoteChanged",
    "a quote without the fee"
  )
  const again = await pay(day, second.account, "published 0", slip(9, 100))
  refusal(again, "IdempotencyConflict", "the key of another payment")
}

/** Plays the day up to the afternoon. */
export const play = async (day: Day): Promise<readonly [Person, Person]> => {
  const accounts = await openAccounts(day)
  const people = await linkBanks(day, accounts)
  await topUps(day, people)
  await slips(day, people)
  return people
}
