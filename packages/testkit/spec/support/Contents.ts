/**
 * Contents: for any command a content that fits its schema, drawn from the schema itself.
 */
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import { Arbitrary, Effect } from "effect"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [field: string]: Json }

const hash = "a".repeat(64)
/** Contents of commands whose fields depend on each other, so that none is met by chance. */
const written: Readonly<Record<string, Json>> = {
  ImportLegacyAccount: {
    person: hash,
    email: hash,
    phone: hash,
    kanaName: hash,
    language: "ja",
    hasPassword: true,
    former: { openedAt: 1, verifiedAt: 2, cash: 100, money: 200, cashChangedAt: 3 },
    reference: "case-1"
  },
  MakePayoutBatch: { payouts: [`out_${"0".repeat(26)}`], transferOn: "2026-12-01" }
}

/** A content that fits, always the same for the same command. */
export const drawn = (command: AnyCommand): Json => {
  const own = written[command.tag]
  if (own !== undefined) return own
  const contents = Arbitrary.sampleEffect(Arbitrary.schema(command.content), { count: 1, size: 3, seed: command.tag })
  const [content] = Effect.runSync(contents)
  return JSON.parse(JSON.stringify(content)) as Json
}

/** A content in which every text that `change` knows is another one. */
export const rewritten = (content: Json, change: (text: string) => string): Json => {
  if (typeof content === "string") return change(content)
  if (Array.isArray(content)) return content.map((part: Json) => rewritten(part, change))
  if (typeof content !== "object" || content === null) return content
  return Object.fromEntries(Object.entries(content).map(([field, part]) => [field, rewritten(part as Json, change)]))
}
