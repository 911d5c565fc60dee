/**
 * The full core on one store, with a bank, a biller and a collector outside that keep next to nothing: what they say follows from the
 * reference.
 *
 * Of sixteen references four are refused, and two have an outcome that is only known when it is inquired. Which requests there were is
 * known to a process as long as it lives: to a later one they never arrived, and it asks again.
 */
import { hash } from "node:crypto"
import * as BankGateway from "@kinchaku/domain/bank/BankGateway"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import type { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import type { Digest } from "@kinchaku/domain/ledger/HashChain"
import * as BillerGateway from "@kinchaku/domain/payment/BillerGateway"
import type { IssuedNumber } from "@kinchaku/domain/topup/Deposit"
import * as DepositGateway from "@kinchaku/domain/topup/DepositGateway"
import { Effect, Layer, Logger } from "effect"
import * as Outside from "@kinchaku/testkit/simulators/Outside"
import { issuedFor } from "@kinchaku/testkit/simulators/SimulatedCollector"
import * as SimulatedVerifier from "@kinchaku/testkit/simulators/SimulatedVerifier"
import * as TestDirectory from "@kinchaku/testkit/simulators/TestDirectory"
import * as NodeSecrets from "../../src/account/NodeSecrets.ts"
import * as NodeDigest from "../../src/platform/NodeDigest.ts"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as SqliteStore from "../../src/sqlite/SqliteStore.ts"
import { billerCode, firstLoadNumber, willing } from "./Terms.ts"

/** The name in which every bank account of these tests is held. */
export const kanaName = "ヤマダ タロウ"

const digitOf = (text: string): number => Number.parseInt(hash("sha256", text, "hex").slice(0, 1), 16)

const fateOf = (reference: string): "refused" | "unknown" | "done" => {
  const n = digitOf(reference)
  return n < 4 ? "refused" : n < 6 ? "unknown" : "done"
}

const at = instant(0)
const evidence = { holderKana: kanaName, factors: 2 }
const page = { page: "https://bank.example.jp/procedure" }
const linkedOrLeft = (reference: string): BankGateway.Inquiry =>
  digitOf(`page ${reference}`) < 8 ? { _tag: "linked", evidence } : { _tag: "interrupted" }

/** The accounts that the load needs are linked whatever their reference; the load's own links have each fate. */
const linkFate = (account: BankGateway.BankAccount, reference: string) =>
  Number(account.number) < firstLoadNumber ? ("done" as const) : fateOf(reference)

/** What this process asked for whose outcome was unknown, and what became of it. */
const outcomes = new Map<string, BankGateway.Inquiry>()

const moving = (moved: "debited" | "credited") =>
  Effect.fnUntraced(function* ({ reference }: { readonly reference: RequestId }) {
    const fate = fateOf(reference)
    if (fate === "refused") return yield* new BankGateway.BankRefused({ reason: "notPossible" })
    if (fate === "done") return { bankReference: reference, at }
    outcomes.set(reference, { _tag: moved, bankReference: reference, at })
    return yield* new BankGateway.OutcomeUnknown({ reference })
  })

const bank = Layer.succeed(
  BankGateway.BankGateway,
  BankGateway.BankGateway.of({
    link: Effect.fnUntraced(function* ({ account, reference }) {
      const fate = linkFate(account, reference)
      if (fate === "refused") return yield* new BankGateway.BankRefused({ reason: "unknownAccount" })
      if (fate === "done") return evidence
      outcomes.set(reference, linkedOrLeft(reference))
      return page
    }),
    debit: moving("debited"),
    credit: moving("credited"),
    inquire: ({ reference }) => Effect.sync(() => outcomes.get(reference) ?? { _tag: "notFound" as const })
  })
)

const biller = Layer.succeed(
  BillerGateway.BillerGateway,
  BillerGateway.BillerGateway.of({
    notify: ({ biller: code, reference }) => {
      const fate = fateOf(reference)
      const isWilling = code === billerCode(willing)
      if (fate === "refused" && !isWilling) return Effect.fail(new BillerGateway.BillerRefused({ reason: "withdrawn" }))
      if (fate === "unknown") return Effect.fail(new BillerGateway.BillerOutcomeUnknown({ reference }))
      return Effect.void
    },
    inquire: ({ reference }) =>
      Effect.succeed<BillerGateway.BillerInquiry>(
        fateOf(reference) === "unknown" ? { _tag: "accepted" } : { _tag: "notFound" }
      )
  })
)

/** What this process asked for whose number was not told. */
const numbers = new Map<string, IssuedNumber>()

const collector = Layer.succeed(
  DepositGateway.DepositGateway,
  DepositGateway.DepositGateway.of({
    issue: Effect.fnUntraced(function* ({ reference, way }) {
      const fate = fateOf(reference)
      if (fate === "refused") return yield* new DepositGateway.DepositRefused({ reason: "notAccepted" })
      const issued = issuedFor(reference, way)
      if (fate === "done") return issued
      numbers.set(reference, issued)
      return yield* new DepositGateway.DepositOutcomeUnknown({ reference })
    }),
    inquire: (reference) =>
      Effect.sync((): DepositGateway.DepositInquiry => {
        const issued = numbers.get(reference)
        return issued === undefined ? { _tag: "notFound" } : { _tag: "issued", issued }
      })
  })
)

const outside = Layer.mergeAll(Outside.withoutCollector, SimulatedVerifier.credulous)
const platform = Layer.mergeAll(bank, biller, collector, TestDirectory.layer, outside)

const secrets = NodeSecrets.layer(new Uint8Array(NodeSecrets.keyLength).fill(7))

/** A layer over the store, as the store itself gives its ports. */
export type OverStore = (
  beneath: Layer.Layer<Kinchaku.StorePorts, StoreUnavailable>
) => Layer.Layer<Kinchaku.StorePorts, StoreUnavailable>

/** What the core gives, with the ports below it. */
export type Core = Kinchaku.Services | Kinchaku.StorePorts | Digest | Secrets

const isUrl = (where: string): boolean => where.startsWith("postgres")

/**
 * The core on a file, or on the PostgreSQL database of a url. Nothing is delivered unless the background is started. What is
 * known on inquiry only takes the first wait.
 */
export const core = (where: string, over: OverStore = (beneath) => beneath): Layer.Layer<Core, StoreUnavailable> =>
  Kinchaku.layer({
    dispatcher: { firstWait: isUrl(where) ? "200 millis" : "10 millis", poll: "20 millis" },
    // By chance several in a row are unknown: that is no reason to wait for long.
    breaker: { firstWait: "100 millis", longestWait: "100 millis" }
  }).pipe(
    Layer.provideMerge(
      over(isUrl(where) ? PostgresStore.layer({ url: where }) : SqliteStore.layer({ filename: where }))
    ),
    Layer.provide(platform),
    Layer.provideMerge(Layer.mergeAll(secrets, NodeDigest.layer)),
    // An outcome that stays unknown for a while is the load's intention, and standard output is the worker's answers.
    Layer.provideMerge(Logger.layer([]))
  )

/** Steps on a file or database that is opened for them and closed after them. */
export const onCore = <A, E>(where: string, steps: Effect.Effect<A, E, Core>): Effect.Effect<A, E | StoreUnavailable> =>
  Effect.provide(steps, core(where), { local: true })
