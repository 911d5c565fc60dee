/**
 * `kinchaku balance`: what accounts hold, now or as of any booking time.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { AccountCode, classOf } from "@kinchaku/domain/ledger/AccountCode"
import type { Balance } from "@kinchaku/domain/ledger/Balance"
import { Effect, Option, Schema, Stream } from "effect"
import { usage } from "../Exit.ts"
import { openStore } from "../OpenStore.ts"
import { write, writeAll } from "../Output.ts"
import { inJapan, readTime } from "../Times.ts"

const pageSize = 1000

/** Stored balances, or those of a time, account by account; an account that nothing had touched then is left out. */
const balancesOf = (at: Instant | undefined) =>
  Stream.unwrap(
    Effect.map(Journal, (journal) =>
      Stream.unfold("", (after: string) =>
        Effect.gen(function* () {
          const page = yield* journal.balances(after, pageSize)
          const last = page.at(-1)
          if (last === undefined) return undefined
          const found =
            at === undefined ? page : yield* Effect.forEach(page, ({ account }) => journal.balanceAt(account, at))
          return [found.filter(({ credits, debits }) => debits > 0 || credits > 0), last.account] as const
        })
      )
    )
  )

/** What an account holds, on its own side. */
const held = ({ account, credits, debits }: Balance): number => {
  const accountClass = classOf(account)
  return accountClass === "asset" || accountClass === "expense" ? debits - credits : credits - debits
}

const shownBalance = (balance: Balance) => ({ ...balance, balance: held(balance) })

const widths = { account: 44, amount: 18 } as const
const row = (account: string, ...amounts: ReadonlyArray<string>): string =>
  `${[account.padEnd(widths.account), ...amounts.map((text) => text.padStart(widths.amount))].join(" ")}\n`
const yen = (amount: number): string => amount.toLocaleString("en-US")
const line = (balance: Balance): string =>
  row(balance.account, yen(balance.debits), yen(balance.credits), yen(held(balance)))

const decodeAccount = Schema.decodeUnknownOption(AccountCode)

const named = (text: string) =>
  Option.match(decodeAccount(text), {
    onNone: () =>
      Effect.fail(
        usage(
          "Account",
          `勘定 ${text} を読めません。npx kinchaku balance STORE で一覧を見てください。`,
          `${text} is no account; npx kinchaku balance STORE lists them all.`
        )
      ),
    onSome: Effect.succeed
  })

const latest = 253_402_268_399_999 as Instant

const asText = (pages: Stream.Stream<ReadonlyArray<Balance>, unknown, Journal>, at: Instant | undefined) =>
  Effect.andThen(
    write((at === undefined ? "" : `${inJapan(at)}\n`) + row("account", "debits", "credits", "balance (yen)")),
    writeAll(Stream.map(pages, (page) => page.map(line).join("")))
  )

/** One document, written as it is read. */
const asJson = (pages: Stream.Stream<ReadonlyArray<Balance>, unknown, Journal>, at: Instant | undefined) => {
  let isFirst = true
  const texts = Stream.map(pages, (page) =>
    page
      .map((balance) => {
        const text = `${isFirst ? "" : ","}${JSON.stringify(shownBalance(balance))}`
        isFirst = false
        return text
      })
      .join("")
  )
  const opening = `{"ok":true,"at":${at === undefined ? "null" : JSON.stringify(inJapan(at))},"balances":[`
  return write(opening).pipe(Effect.andThen(writeAll(texts)), Effect.andThen(write("]}\n")))
}

/** Writes the balance of one account, or of all. */
export const balance = (
  store: string,
  options: { readonly account: string | undefined; readonly at: string | undefined; readonly isJson: boolean }
) =>
  Effect.gen(function* () {
    const at = options.at === undefined ? undefined : yield* readTime(options.at)
    const account = options.account === undefined ? undefined : yield* named(options.account)
    const pages =
      account === undefined
        ? balancesOf(at)
        : Stream.fromEffect(
            Effect.flatMap(Journal, (journal) =>
              Effect.map(journal.balanceAt(account, at ?? latest), (found) => [found])
            )
          )
    yield* (options.isJson ? asJson : asText)(pages, at).pipe(Effect.provide(openStore(store)))
    return undefined
  })
