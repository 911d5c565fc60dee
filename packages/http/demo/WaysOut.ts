/**
 * The ways out: a payout at once, one in a file of general transfers (総合振込) whose results are read back, and what both cost.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { resultFile } from "@kinchaku/testkit/scenario/ResultFile"
import { codeFor, linkTo, type Person, settled } from "./Day.ts"
import { asHolder, type Day } from "./Opening.ts"
import * as Phone from "./Phone.ts"
import { accepted, chapter, ensure, refusal, tell, yen } from "./Story.ts"

/** Asks for a payout with a code for it; answers where it is seen. */
const payOut = async (day: Day, person: Person, key: string, amount: number): Promise<string> => {
  const { account, name } = person
  const holder = asHolder(day, person)
  const { body: quote } = await holder.get(`/accounts/${account}/payout-quote?amount=${amount}`)
  tell(`${name} is quoted ${yen(amount)} and a fee of ${yen(quote["fee"])}: ${yen(quote["taken"])} in all`)
  const { otp } = await codeFor(day, person, "payout", String(quote["operation"]), key)
  const path = `/accounts/${account}/payouts`
  const asked = accepted(
    await holder.post(path, key, { amount, quotedFee: quote["fee"], otp }),
    `${name} types the code for link and amount, and pays out ${yen(amount)}`
  )
  return `${path}/${String(asked["id"])}`
}

const shown = (payout: Readonly<Record<string, unknown>>): string => {
  const account = payout["bankAccount"] as Readonly<Record<string, string>>
  return `${yen(payout["amount"])} to ${String(payout["bankName"])} ${account["branch"] ?? ""}-${account["number"] ?? ""} ${String(payout["recipient"])}: ${String(payout["statusText"])}`
}

const atOnce = async (day: Day, person: Person): Promise<void> => {
  chapter("14:10  A payout at once (自口座への送金)")
  const { account, link } = person
  const holder = asHolder(day, person)
  accepted(await holder.post(`/accounts/${account}/payout-account`, "payee", { link }), "次郎 sets his payout account")
  const path = await payOut(day, person, "pay out", 10_000)
  const state = await settled(() => holder.get(path), "status", "processing")
  ensure(state["status"] === "completed", "the payout must be completed")
  tell(shown(state))
}

const inAFile = async (day: Day, person: Person): Promise<void> => {
  chapter("14:20  A payout in a file of general transfers (総合振込)")
  const { account, name } = person
  const holder = asHolder(day, person)
  refusal(
    await holder.get(`/accounts/${account}/payout-quote?amount=5000`),
    "PayoutNotAllowed",
    `${name} has no payout account yet`
  )
  const presentation = await Phone.present(day.anyone, person.signature, "verify hanako")
  accepted(
    await holder.post(`/accounts/${account}/identity-verification`, "verify hanako", { presentation }),
    `${name} completes identity verification: what she tops up from now on is money, which can be paid out`
  )
  const other = await linkTo(
    day,
    person,
    "link file",
    { bank: "9998", number: "3000100" },
    `${name}'s account at 夜間休止銀行`
  )
  const { otp } = await codeFor(day, person, "topUp", `topUp ${other.id} 9000`, "file top up")
  const topUp = { link: other.id, amount: 9000, quotedFee: 0, otp }
  const asked = accepted(await holder.post(`/accounts/${account}/top-ups`, "file top up", topUp), "she tops up ¥9,000")
  await settled(() => holder.get(`/accounts/${account}/top-ups/${String(asked["id"])}`), "status", "processing")
  const { id: link } = other
  accepted(await holder.post(`/accounts/${account}/payout-account`, "payee hanako", { link }), "and sets that account")
  const path = await payOut(day, person, "pay out by file", 6000)
  const made = accepted(
    await day.operator.post("/payout-batches", "batch", { transferOn: "2001-03-30" }),
    "the operator gathers what waits for that bank in a file"
  )
  const batch = `/payout-batches/${String((made["batch"] as Readonly<Record<string, unknown>>)["id"])}`
  const file = await day.operator.file(`${batch}/file`)
  const at = join(day.data, "transfers.txt")
  writeFileSync(at, file)
  tell(`${file.length} bytes are written to ${at}:`)
  const lines = new TextDecoder("shift_jis").decode(file).match(/.{1,120}(?:\r\n)?/gsu) ?? []
  for (const line of lines) console.log(`        ${line.trimEnd()}`)
  const results = resultFile(file, ["done"])
  const read = accepted(
    await day.operator.send(`${batch}/results`, "results", results),
    "the bank's results are read back"
  )
  ensure(read["credited"] === 1 && read["refused"] === 0, "the bank must have credited one payout")
  const { body: state } = await holder.get(path)
  ensure(state["status"] === "completed", "the payout of the file must be completed")
  tell(shown(state))
}

/** Plays the ways out. */
export const play = async (day: Day, [first, second]: readonly [Person, Person]): Promise<void> => {
  await atOnce(day, second)
  await inAFile(day, first)
}
