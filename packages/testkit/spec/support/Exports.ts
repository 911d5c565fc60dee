/**
 * Exports: the journal in hledger's format, read back by a small reader and by hledger itself.
 */
import { execFileSync } from "node:child_process"
import { exportText } from "@kinchaku/domain/audit/Hledger"
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { Effect, Equal, Stream } from "effect"
import * as fc from "fast-check"
import { atDesk, core } from "./Desk.ts"
import { balancesIn, inHledger } from "./HledgerReader.ts"
import { history, play, type Step } from "./Histories.ts"
import * as Looks from "./Looks.ts"
import { withFees } from "./Terms.ts"

type Text = Effect.Effect<string, StoreUnavailable, Journal>

/** The whole export as one text. */
export const text: Text = Stream.mkString(exportText)

export const withoutTheLast: Text = Effect.map(
  text,
  (all) => `${all.trimEnd().split("\n\n").slice(0, -1).join("\n\n")}\n`
)
export const turnedRound: Text = Effect.map(text, (all) =>
  all.replace(/ {2}(-?)(\d+) JPY/g, (_, sign: string, digits: string) => `  ${sign === "" ? "-" : ""}${digits} JPY`)
)
export const assertedTooEarly: Text = Effect.map(text, (all) =>
  all.replace(
    /(-?\d+) JPY = (-?\d+)/g,
    (_, amount: string, after: string) => `${amount} JPY = ${Number(after) - Number(amount)}`
  )
)

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

/** The export of a history, and what the books say. */
const exported = (made: Text, steps: ReadonlyArray<Step>) =>
  atDesk(core, { policy: withFees })(
    Effect.gen(function* () {
      yield* play(steps, () => Effect.void)
      const stored = (yield* Looks.stored).map((balance) => [inHledger(balance.account), Looks.net(balance)] as const)
      return { text: yield* made, stored: stored.toSorted(byName) }
    })
  )

/** Whether the reader's balances are the books'. */
export const agree = (made: Text, steps: ReadonlyArray<Step>) =>
  Effect.map(exported(made, steps), (books) => Equal.equals([...balancesIn(books.text)].toSorted(byName), books.stored))

/** The program hledger, where it is installed. */
export const findHledger = (): string | undefined => {
  try {
    execFileSync("hledger", ["--version"], { stdio: "ignore" })
    return "hledger"
  } catch {
    return undefined
  }
}

const balancesOf = (csv: string): ReadonlyArray<readonly [string, bigint]> =>
  csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [, account = "", amount = ""] = /^"([^"]+)","(-?\d+)(?: JPY)?"$/.exec(line) ?? []
      return [account, BigInt(amount)] as const
    })
    .toSorted(byName)

/** Has hledger check a few exports in strict mode and compute their balances; fails where they are not the books'. */
export const asHledgerSays = (run: (args: ReadonlyArray<string>, input: string) => string) =>
  Effect.forEach(fc.sample(history(), { numRuns: 5, seed: 13 }), (steps) =>
    Effect.map(exported(text, steps), (books) => {
      run(["-f", "-", "check", "--strict"], books.text)
      const computed = balancesOf(
        run(["-f", "-", "balance", "--flat", "--empty", "--no-total", "-O", "csv"], books.text)
      )
      if (!Equal.equals(computed, books.stored))
        throw new Error(`hledger says ${fc.stringify(computed)}, not ${fc.stringify(books.stored)}`)
    })
  )
