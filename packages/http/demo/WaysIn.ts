/**
 * The afternoon's ways in beside the bank: payment numbers, a shop's counter, an exact top-up inside a payment; and what came in wrongly.
 */
import * as Collector from "./Collector.ts"
import { codeFor, type Person, settled, slip } from "./Day.ts"
import { asHolder, type Day } from "./Opening.ts"
import { accepted, chapter, ensure, refusal, tell, yen } from "./Story.ts"

interface Numbered {
  readonly number: string
  readonly confirmation?: string
  readonly institution?: string
}

/** Asks for a payment number and waits until it is issued. */
const numberFor = async (day: Day, person: Person, key: string, body: object, what: string) => {
  const holder = asHolder(day, person)
  const path = `/accounts/${person.account}/deposit-top-ups`
  const asked = accepted(await holder.post(path, key, { ...body, quotedFee: 0 }), what)
  ensure(asked["statusText"] === "入金待ち", "it must await its deposit")
  const at = `${path}/${String(asked["id"])}`
  const { due, payment } = await settled(() => holder.get(at), "payment", null)
  const { confirmation, institution = "", number } = payment as Numbered
  const beside = confirmation === undefined ? "" : ` (確認番号 ${confirmation}, 収納機関番号 ${institution})`
  tell(`${person.name}'s payment number is ${number}${beside}, due ${String(due)}`)
  return { number, state: async () => (await holder.get(at)).body }
}

const deposits = async (day: Day, [first, second]: readonly [Person, Person]): Promise<void> => {
  chapter("13:00  Payment numbers (支払番号), and what comes in wrongly")
  const atStore = { way: "convenienceStore", chain: "lawson", amount: 3000 }
  const store = await numberFor(day, first, "store", atStore, "花子 asks to top up ¥3,000 at ローソン")
  const bank = { way: "netBanking", amount: 2000 }
  const net = await numberFor(day, second, "net banking", bank, "次郎 asks to top up ¥2,000 by net banking (ペイジー)")
  await Collector.paidIn(day.url, day.now(), { number: store.number, amount: 3000 })
  await Collector.paidIn(day.url, day.now(), { number: net.number, amount: 2000 })
  for (const [person, { state }] of [
    [first, store],
    [second, net]
  ] as const) {
    const { amount, statusText } = await state()
    ensure(statusText === "完了", "the deposit must complete the top-up")
    tell(`${person.name} has paid in ${yen(amount)}: ${String(statusText)}`)
  }
  const chain = { way: "convenienceStore", chain: "ministop", amount: 3000, quotedFee: 0 }
  const path = `/accounts/${first.account}/deposit-top-ups`
  refusal(
    await asHolder(day, first).post(path, "ministop", chain),
    "ChainNotAccepted",
    "花子 would pay at ミニストップ"
  )
  await Collector.paidIn(day.url, day.now(), { number: store.number, amount: 3000 })
  await Collector.paidIn(day.url, day.now(), { number: "00000000", amount: 700 })
  const { items } = (await day.operator.get("/suspense")).body as {
    readonly items: ReadonlyArray<Readonly<Record<string, unknown>>>
  }
  tell(
    `in suspense (仮受金), raised to operators: ${items.map(({ amount, cause }) => `${yen(amount)} ${String(cause)}`).join(", ")}`
  )
  const [twice, nobodys] = items.map(({ id }) => `/suspense/${String(id)}/resolution`)
  ensure(twice !== undefined && nobodys !== undefined && items.length === 2, "two deposits must stand in suspense")
  const credited = { resolution: "credited", account: first.account, reference: "CASE-2001-1" }
  accepted(await day.operator.post(twice ?? "", "credit", credited), "an operator credits what 花子 paid in twice")
  const returned = { resolution: "returned", reference: "CASE-2001-2" }
  accepted(await day.operator.post(nobodys ?? "", "return", returned), "and returns what came for nobody")
}

const counter = async (day: Day, person: Person): Promise<void> => {
  chapter("14:00  A shop's counter (店頭チャージ)")
  const shop = { code: "S-001", merchant: "M-001", name: "巾着商店", topUps: true }
  accepted(await day.operator.post("/shops", "shop", shop), "the operator contracts 巾着商店")
  const loading = { account: person.account, shop: shop.code, amount: 2500, quotedFee: 0 }
  const loaded = accepted(
    await day.merchant.post("/shop-top-ups", "load", loading),
    `${person.name} pays ¥2,500 in cash at its counter`
  )
  tell(`credited at once (${String(loaded["statusText"])}); 巾着商店 owes it from now on`)
  refusal(
    await day.merchant.post("/shop-top-ups", "other shop", { ...loading, shop: "S-999" }),
    "ShopNotAuthorised",
    "a shop without a contract"
  )
}

/** What the balance lacks in the payment of the exact top-up. */
const lacking = 1234

const exact = async (day: Day, person: Person): Promise<void> => {
  chapter("13:30  A payment with an exact top-up (ぴったりチャージ)")
  const { account, link, name } = person
  const holder = asHolder(day, person)
  accepted(await holder.post(`/accounts/${account}/exact-top-up`, "exact", { link }), `${name} sets her account for it`)
  const { body: before } = await holder.get(`/accounts/${account}/balances`)
  const fee = 55
  const barcode = slip(20, Number(before["cash"]) + Number(before["money"]) + lacking - fee)
  const { body: quote } = await holder.get(`/accounts/${account}/slips/${barcode}/quote`)
  const topUp = quote["exactTopUp"] as Readonly<Record<string, unknown>>
  tell(
    `a slip of ${yen(quote["amount"])} and a fee of ${yen(fee)}: ${yen(topUp["shortfall"])} are missing, so the bank is to be debited for ${yen(topUp["amount"])}`
  )
  const operation = `payment ${barcode} ${String(quote["amount"])} topUp ${link} ${String(topUp["amount"])}`
  const { otp } = await codeFor(day, person, "payment", operation, "exact code")
  const asked = accepted(
    await holder.post(`/accounts/${account}/payments`, "exact payment", { barcode, quote, otp }),
    `${name} types one code for both, and pays`
  )
  const paid = await settled(
    () => holder.get(`/accounts/${account}/payments/${String(asked["id"])}`),
    "status",
    "processing"
  )
  ensure(paid["status"] === "completed", "the payment must be completed")
  const { body: after } = await holder.get(`/accounts/${account}/balances`)
  tell(`the payment is ${String(paid["statusText"])}, and ${yen(after["cash"])} are left`)
}

/** Plays the afternoon's ways in. */
export const play = async (day: Day, people: readonly [Person, Person]): Promise<void> => {
  await deposits(day, people)
  await exact(day, people[0])
  await counter(day, people[0])
}
