/**
 * How the demo tells what happens: what was expected is checked, and the first thing that is not so ends the day.
 */
import { Result } from "effect"
import type { Answer } from "./Client.ts"

const isTerminal = process.stdout.isTTY === true
const paint = (code: number, text: string): string => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)

export const chapter = (title: string): void => console.log(`\n${paint(1, title)}`)
export const tell = (text: string): void => console.log(`  ${paint(32, "ok")}  ${text}`)
const refused = (text: string): void => console.log(`  ${paint(33, "no")}  ${text}`)

export const yen = (amount: unknown): string => `¥${Number(amount).toLocaleString("en-US")}`

/** Ends the day where something is not as it must be. */
export const ensure = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

/** An answer that must be a success. */
export const accepted = (answer: Answer, what: string): Answer["body"] => {
  ensure(answer.status < 300, `${what}: ${answer.status} ${answer.text}`)
  tell(what)
  return answer.body
}

/** An answer that must be this refusal; shows its rule and what it tells the caller to do. */
export const refusal = (answer: Answer, code: string, what: string): void => {
  ensure(answer.body["code"] === code, `${what}: expected ${code}, not ${answer.status} ${answer.text}`)
  const rules = [answer.body["rule"]].flat().join(", ")
  refused(`${what} — ${answer.status} ${code} (${rules}): ${String(answer.body["detail"])}`)
}

/** What has to stop on the phone already; nothing of it reaches the server. */
export const stopped = (outcome: Result.Result<unknown, { readonly _tag: string }>, what: string): void => {
  ensure(Result.isFailure(outcome), `${what}: this must fail`)
  if (Result.isFailure(outcome)) {
    const { _tag: tag, ...facts } = outcome.failure
    const left = "left" in facts ? `, ${String(facts.left)} tries left` : ""
    refused(`${what} — on the phone: ${tag}${left}`)
  }
}

/** Rows of text in columns; the last column is to the right. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): void => {
  const width = (text: string): number =>
    [...text].reduce((sum, c) => sum + (/[\u3000-\u9fff\uff00-\uffef]/.test(c) ? 2 : 1), 0)
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))))
  for (const row of rows) {
    const cells = row.map((text, column) => {
      const space = " ".repeat((widths[column] ?? 0) - width(text))
      return column === 0 ? text + space : space + text
    })
    console.log(`  ${cells.join("  ")}`)
  }
}
