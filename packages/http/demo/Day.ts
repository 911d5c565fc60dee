/**
 * The day itself, over HTTP, as its holders see it: banks, slips, a code for each, and one refusal of each kind.
 */
import type { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import * as BankProcess from "./BankProcess.ts"
import type { Answer } from "./Client.ts"
import { asHolder, type Day, type Holder, play as begin } from "./Opening.ts"
import * as Phone from "./Phone.ts"
import { accepted, chapter, ensure, refusal, tell, yen } from "./Story.ts"

export interface Person extends Holder {
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
export const settled = async (
  ask: () => Promise<Answer>,
  field: string,
  waiting: string | null
): Promise<Answer["body"]> => {
  for (let tries = 0; tries < 600; tries++) {
    const { body } = await ask()
    if (body[field] !== waiting) return body
    await wait(100)
  }
  throw new Error(`still ${field} ${waiting} after a minute`)
}

/** Has a code sent for one operation, reads it on the phone, and types it in. */
export const codeFor = async (
  day: Day,
  person: Holder,
  purpose: "topUp" | "payment" | "payout",
  operation: string,
  key: string
) => {
  const holder = asHolder(day, person)
  const { body, text } = await holder.post(`/accounts/${person.account}/codes`, `${key} code`, { purpose, operation })
  const otp = String(body["id"])
  ensure(otp.startsWith("otp_"), text)
  return { otp, message: await Phone.typeIn(day.host, holder, otp) }
}

/** Adds an account at a bank, agrees on the bank's own page where there is one, and is told what became of it. */
export const linkTo = async (
  day: Day,
  person: Holder,
  key: string,
  at: { readonly bank: string; readonly number: string },
  what: string
) => {
  const { account } = person
  const holder = asHolder(day, person)
  const bank = { ...at, branch: "001", kind: "ordinary" }
  const asked = accepted(await holder.post(`/accounts/${account}/bank-links`, key, bank), `${what} is added: 仮登録`)
  const id = String(asked["id"])
  const path = `/accounts/${account}/bank-links/${id}`
  const { fee: quotedFee } = accepted(await holder.get(`${path}/registration-quote`), "what registering it costs")
  accepted(await holder.post(`${path}/procedures`, `${key} procedure`, { quotedFee }), "its holder goes to the bank")
  const { page } = (await holder.get(`${path}/page`)).body
  if (typeof page === "string") {
    await BankProcess.agree(page)
    tell(`agrees on the bank's page, ${page.slice(0, 40)}…, and comes back`)
    await holder.get(`${path}/page`)
  }
  const state = await settled(() => holder.get(path), "status", "inProcedure")
  tell(`${what}: ${String(state["statusText"])}${state["reason"] === undefined ? "" : ` (${String(state["reason"])})`}`)
  return { id, status: state["status"] }
}

const linkBanks = async (day: Day, people: readonly [Holder, Holder]): Promise<readonly [Person, Person]> => {
  chapter("09:30  Bank accounts, through the bank's own page")
  const [hanako, jiro] = people
  const link = (person: Holder, key: string, number: string, what: string) =>
    linkTo(day, person, key, { bank: "9999", number }, what)
  const first = await link(hanako, "link hanako", "3000000", "花子's account")
  const second = await link(jiro, "link jiro", "4000000", "次郎's account")
  ensure(first.status === "registered" && second.status === "registered", "both links must be registered")
  const refusedByBank = await link(hanako, "link refused", "3000002", "花子's other account")
  const anothers = await link(hanako, "link another", "3000003", "an account in another name")
  ensure(refusedByBank.status === "rejected" && anothers.status === "rejected", "these links must be rejected")
  const unknown = { bank: "0001", branch: "001", kind: "ordinary", number: "3000000" }
  refusal(
    await asHolder(day, hanako).post(`/accounts/${hanako.account}/bank-links`, "link unknown", unknown),
    "BankUnknown",
    "a bank that the operator does not offer"
  )
  const through = { link: refusedByBank.id, amount: 1000, quotedFee: 0 }
  refusal(
    await asHolder(day, hanako).post(`/accounts/${hanako.account}/top-ups`, "through", through),
    "BankLinkNotRegistered",
    "a top-up from the account that was refused"
  )
  return [
    { ...hanako, link: first.id },
    { ...jiro, link: second.id }
  ]
}

/** Asks for a top-up with a code for it; what comes back waits until the bank has settled it. */
const askTopUp = async (day: Day, person: Person, key: string, amount: number, what: string) => {
  const { account, link, name } = person
  const holder = asHolder(day, person)
  const quote = await holder.get(`/accounts/${account}/top-up-quote?link=${link}&amount=${amount}`)
  const { otp } = await codeFor(day, person, "topUp", `topUp ${link} ${amount}`, key)
  const body = { link, amount, quotedFee: quote.body["fee"], otp }
  const asked = accepted(
    await holder.post(`/accounts/${account}/top-ups`, key, body),
    `${name} types the code for it and tops up ${yen(amount)}: ${what}`
  )
  const id = String(asked["id"])
  return async (expected: string): Promise<void> => {
    const state = await settled(() => holder.get(`/accounts/${account}/top-ups/${id}`), "status", "processing")
    tell(`${name}'s top-up of ${yen(amount)} is ${String(state["status"])} (${String(state["statusText"])})`)
    ensure(state["status"] === expected, `the top-up must be ${expected}`)
  }
}

const topUps = async (day: Day, [first, second]: readonly [Person, Person]): Promise<() => Promise<void>> => {
  chapter("10:00  Top-ups, with a bank that misbehaves")
  const topUp = async (person: Person, key: string, amount: number, what: string, expected: string) =>
    (await askTopUp(day, person, key, amount, what))(expected)
  const unanswered = await askTopUp(day, first, "top up 3", 5001, "the bank does it and never answers")
  await topUp(first, "top up 1", 20_000, "the bank accepts", "completed")
  await topUp(first, "top up 2", 5002, "the bank refuses", "failed")
  await topUp(first, "top up 4", 4007, "the bank turns it away the first time", "completed")
  await topUp(second, "top up 5", 290_000, "the bank accepts", "completed")
  const { account, link } = first
  const path = `/accounts/${account}/top-ups`
  const ask = (key: string, amount: unknown, own: object = {}) =>
    asHolder(day, first).post(path, key, { link, amount, quotedFee: 0, ...own })
  const { otp } = await codeFor(day, first, "topUp", `topUp ${link} 1000`, "bound")
  refusal(
    await ask("bound", 2000, { otp }),
    "OtpNotFound",
    "花子's code is for ¥1,000, and ¥2,000 are asked for with it"
  )
  refusal(await ask("without code", 1000), "OtpRequired", "花子 tops up without a code")
  refusal(await ask("too much", 30_100), "LimitExceeded", "花子 asks for ¥30,100 at once")
  refusal(await ask("zero", 0), "ValidationFailed", "an amount of 0")
  refusal(await ask("huge", 1e21), "ValidationFailed", "an amount of 1e21")
  refusal(await ask("changed", 1000, { quotedFee: 330 }), "QuoteChanged", "花子 confirms a fee that was never quoted")
  return () => unanswered("completed")
}

/** Quotes a slip and pays it as quoted, with a code for payee and amount. */
export const pay = async (day: Day, person: Holder, key: string, barcode: string, code = true): Promise<Answer> => {
  const holder = asHolder(day, person)
  const quote = await holder.get(`/slips/${encodeURIComponent(barcode)}/quote`)
  if (quote.status !== 200) return quote
  const operation = `payment ${barcode.replace(/\D/g, "")} ${String(quote.body["amount"])}`
  const typed = code ? { otp: (await codeFor(day, person, "payment", operation, key)).otp } : {}
  return holder.post(`/accounts/${person.account}/payments`, key, { barcode, quote: quote.body, ...typed })
}

const slips = async (day: Day, [first, second]: readonly [Person, Person]): Promise<void> => {
  chapter("12:00  Slips (払込票), each with a code for its payee and amount")
  const stateOf = (paid: Answer["body"]) =>
    settled(
      () => asHolder(day, second).get(`/accounts/${second.account}/payments/${String(paid["id"])}`),
      "status",
      "processing"
    )
  for (const [n, barcode] of published.entries()) {
    const paid = accepted(await pay(day, second, `published ${n}`, barcode), `次郎 scans ${barcode}`)
    const { amount, fee, payee, statusText } = await stateOf(paid)
    tell(`${String(payee)}: ${yen(amount)} and a fee of ${yen(fee)}, ${String(statusText)}`)
  }
  const typed = slip(1, 1200).replace(/(\d{6})(?=\d)/g, "$1-")
  accepted(await pay(day, first, "typed", typed), `花子 types ${typed}`)
  const refusedByBiller = accepted(
    await pay(day, second, "online", slip(2, 2012, { biller: "942386" })),
    "次郎 pays a bill that the biller's system will not take"
  )
  const state = await stateOf(refusedByBiller)
  ensure(state["status"] === "failed", "the biller's refusal must fail the payment")
  tell("it failed, and everything is back where it came from")
  await refusedSlips(day, first, second)
}

const refusedSlips = async (day: Day, first: Person, second: Person): Promise<void> => {
  const valid = published[0] ?? ""
  const wrong = `${valid.slice(0, 43)}${(Number(valid[43]) + 1) % 10}`
  const refused = async (code: string, key: string, barcode: string, what: string) =>
    refusal(await pay(day, first, key, barcode, false), code, what)
  await refused("BarcodeInvalid", "r1", wrong, "a digit misread")
  await refused("BillExpired", "r2", slip(3, 500, { due: "2001-03-29" }), "a slip that was due yesterday")
  await refused("BillerNotContracted", "r3", slip(4, 500, { biller: "999999" }), "a biller without a contract")
  await refused("AmountAboveMaximum", "r4", slip(5, 300_001), "a slip of ¥300,001")
  await refused("BillAlreadyPaid", "r5", valid, "花子 pays what 次郎 has paid")
  await refused("InsufficientBalance", "r6", slip(6, 90_000), "花子 has not that much")
  await refused("LimitExceeded", "r7", slip(7, 250_000), "more than a cash account may pay in a day")
  const body = { barcode: slip(8, 700), quote: { payee: "テスト水道局", amount: 700, fee: 0 } }
  const path = `/accounts/${second.account}/payments`
  refusal(await asHolder(day, second).post(path, "r8", body), "QuoteChanged", "a quote without the fee")
  const again = await pay(day, second, "published 0", slip(9, 100), false)
  refusal(again, "IdempotencyConflict", "the key of another payment")
}

/** Plays the day up to the afternoon. */
export const play = async (day: Day): Promise<readonly [Person, Person]> => {
  const people = await linkBanks(day, await begin(day))
  const unanswered = await topUps(day, people)
  await slips(day, people)
  tell("the bank that never answered has been asked again what became of it:")
  await unanswered()
  return people
}
