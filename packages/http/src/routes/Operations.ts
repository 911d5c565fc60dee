/**
 * What operators and their machines use: contracts with billers, the policy in force, health.
 */
import { Biller } from "@kinchaku/domain/bill/Biller"
import { Billers } from "@kinchaku/domain/bill/Billers"
import { Circuits } from "@kinchaku/domain/engine/CircuitBreaker"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { Policies } from "@kinchaku/domain/policy/Policies"
import { compat, Policy } from "@kinchaku/domain/policy/Policy"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { version } from "../Version.ts"

export const contract = command(
  {
    path: "/billers",
    summary: "収納契約を登録・変更する / Contract a biller",
    description: `Puts the terms of a biller in force: a new contract, changed terms, or with \`active: false\` its end. Slips of billers
without a contract are refused (PAY-08).`,
    tag: "Operations",
    callers: ["operator", "finance"],
    params: nothing,
    body: Biller.annotate({ identifier: "Biller" }),
    success: Biller.annotate({ identifier: "Biller" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    const billers = yield* Billers
    return yield* billers.contract(body, intent)
  })
).refuses(...engineRefusals)

export const policy = query(
  {
    path: "/policy",
    summary: "適用中の方針を照会する / Read the policy in force",
    description:
      "Every configurable value, as it is in force (LIM-02, FEE-01, SEC-15). `version` counts adoptions; 0 is the preset before any.",
    tag: "Operations",
    callers: ["host", "operator", "support", "finance", "admin"],
    params: nothing,
    query: nothing,
    success: Schema.Struct({ version: Schema.Int, policy: Policy }).annotate({ identifier: "PolicyInForce" })
  },
  Effect.fnUntraced(function* () {
    const inForce = yield* (yield* Policies).inForce
    return { version: inForce?.version ?? 0, policy: inForce?.policy ?? compat }
  })
).refuses("StoreUnavailable")

export const health = query(
  {
    path: "/health",
    summary: "稼働状況 / Health",
    description: "Whether the store answers, how many requests to banks and billers wait, and which version runs.",
    tag: "Operations",
    callers: [],
    params: nothing,
    query: nothing,
    success: Schema.Struct({
      status: Schema.Literal("ok"),
      version: Schema.String,
      outbox: Schema.Struct({ waiting: Schema.Int })
    }).annotate({ identifier: "Health" })
  },
  Effect.fnUntraced(function* () {
    const waiting = yield* (yield* Outbox).waiting
    return { status: "ok" as const, version, outbox: { waiting } }
  })
).refuses("StoreUnavailable")

export const providers = query(
  {
    path: "/health/providers",
    summary: "接続先の稼働状況 / Health of the providers",
    description: `Which banks, billers and other providers answer: closed where calls go through, open where a provider that did not answer is left alone
until a time, half open where one call tries whether it is back. Each was called since this process began.`,
    tag: "Operations",
    callers: ["operator", "support", "finance"],
    params: nothing,
    query: nothing,
    success: Schema.Struct({
      outbox: Schema.Struct({ waiting: Schema.Int }),
      providers: Schema.Array(
        Schema.Struct({
          provider: Schema.String,
          state: Schema.Literals(["closed", "open", "halfOpen"]),
          until: Schema.optionalKey(Timestamp)
        })
      )
    }).annotate({ identifier: "ProviderHealth" })
  },
  Effect.fnUntraced(function* () {
    const waiting = yield* (yield* Outbox).waiting
    return { outbox: { waiting }, providers: yield* (yield* Circuits).states }
  })
).refuses("StoreUnavailable")
