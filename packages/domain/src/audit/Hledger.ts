/**
 * The journal in hledger's format, so that an independent program computes the balances (LED-13).
 *
 * Amounts are plain whole numbers with the commodity JPY; a debit is positive, a credit negative. Every posting of a customer
 * account carries a balance assertion. One transaction a journal entry, its code the entry's id.
 */
import { Effect, Stream } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { BookedEntry, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import { type AccountClass, classOf } from "../ledger/AccountCode.ts"
import { Journal, pages } from "./Journal.ts"

const topLevel: Record<AccountClass, string> = {
  asset: "assets",
  liability: "liabilities",
  revenue: "revenues",
  expense: "expenses"
}

/** The hledger name of an account: "liability:cash:acct_…" is "liabilities:cash:acct_…". */
export const accountName = (code: string): string => {
  const [accountClass = "", ...rest] = code.split(":")
  return [topLevel[accountClass as AccountClass] ?? accountClass, ...rest].join(":")
}

const types: Record<AccountClass, string> = { asset: "A", liability: "L", revenue: "R", expense: "X" }

/** The directives that come before the transactions: commodity and accounts. */
const preamble = Effect.gen(function* () {
  const journal = yield* Journal
  const lines = ["decimal-mark .", "commodity 1000. JPY", ""]
  let after = ""
  for (;;) {
    const page = yield* journal.balances(after, 1000)
    const last = page.at(-1)
    if (last === undefined) return `${lines.join("\n")}\n\n`
    for (const { account } of page) {
      const type = types[classOf(account)]
      lines.push(`account ${accountName(account)}  ; type: ${type}`)
    }
    after = last.account
  }
})

const posting = ({ balances, entry }: BookedEntry, index: number): string => {
  const line = entry.postings[index]
  if (line === undefined) return ""
  const amount = line.side === "debit" ? line.amount : -line.amount
  const after = balances[index]
  const assertion = after === undefined ? "" : ` = ${after === 0 ? 0 : -after} JPY`
  return `    ${accountName(line.account)}  ${amount} JPY${assertion}\n`
}

const transaction = (command: RecordedCommand, booked: BookedEntry): string => {
  const { entry } = booked
  const reverses = entry.reverses === undefined ? "" : `, reverses:${entry.reverses}`
  const head = `${JapanDate.at(command.bookedAt)} (${entry.id}) ${entry.kind}  ; command:${command.tag}, actor:${command.actor}${reverses}\n`
  return `${head}${entry.postings.map((_, index) => posting(booked, index)).join("")}\n`
}

const pageSize = 500

/** The whole journal as text, a page at a time: memory does not grow with it. */
export const exportText: Stream.Stream<string, StoreUnavailable, Journal> = Stream.concat(
  Stream.fromEffect(preamble),
  Stream.unwrap(
    Effect.map(Journal, ({ heads }) =>
      Stream.unwrap(Effect.map(heads, (all) => pages(all, pageSize))).pipe(
        Stream.map((page) =>
          page.flatMap((command) => command.entries.map((booked) => transaction(command, booked))).join("")
        )
      )
    )
  )
)
