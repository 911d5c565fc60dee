/**
 * The full core on one store, with a bank and a biller outside that keep next to nothing: what they say follows from the reference.
 *
 * Of sixteen references four are refused, and two have an outcome that is only known when it is inquired.
 */
import { hash } from "node:crypto"
import * as BankGateway from "@kinchaku/domain/bank/BankGateway"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import type { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import type { Digest } from "@kinchaku/domain/ledger/HashChain"
import * as BillerGateway from "@kinchaku/domain/payment/BillerGateway"
import { Effect, Layer, Logger } from "effect"
import * as Outside from "@kinchaku/testkit/simulators/Outside"
import * as TestDirectory from "@kinchaku/testkit/simulators/TestDirectory"
import * as NodeSecrets from "../../src/account/NodeSecrets.ts"
import * as NodeDigest from "../../src/platform/NodeDigest.ts"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as SqliteStore from "../../src/sqlite/SqliteStore.ts"

/** The name in which every bank account of these tests is held. */
export const kanaName = "ヤマダ タロウ"

const fateOf = (reference: string): "refused" | "unknown" | "done" => {
  const n = Number.parseInt(hash("sha256", reference, "hex").slice(0, 1), 16)
  return n < 4 ? "refused" : n < 6 ? "unknown" : "done"
}

const at = instant(0)
const evidence = { holderKana: kanaName, factors: 2 }
/** Accounts are linked before anything is disturbed, so it is enough that this process knows of what it linked. */
const linked = new Set<string>()

const bank = Layer.succeed(
  BankGateway.BankGateway,
  BankGateway.BankGateway.of({
    link: ({ reference }) =>
      Effect.sync(() => {
        linked.add(reference)
        return evidence
      }),
    debit: ({ reference }) => {
      const fate = fateOf(reference)
      if (fate === "refused") return Effect.fail(new BankGateway.BankRefused({ reason: "insufficientFunds" }))
      if (fate === "unknown") return Effect.fail(new BankGateway.OutcomeUnknown({ reference }))
      return Effect.succeed({ bankReference: reference, at })
    },
    credit: ({ reference }) => Effect.succeed({ bankReference: reference, at }),
    inquire: ({ reference }) =>
      Effect.sync((): BankGateway.Inquiry => {
        if (linked.has(reference)) return { _tag: "linked", evidence }
        return fateOf(reference) === "unknown"
          ? { _tag: "debited", bankReference: reference, at }
          : { _tag: "notFound" }
      })
  })
)

const biller = Layer.succeed(
  BillerGateway.BillerGateway,
  BillerGateway.BillerGateway.of({
    notify: ({ reference }) => {
      const fate = fateOf(reference)
      if (fate === "refused") return Effect.fail(new BillerGateway.BillerRefused({ reason: "withdrawn" }))
      if (fate === "unknown") return Effect.fail(new BillerGateway.BillerOutcomeUnknown({ reference }))
      return Effect.void
    },
    inquire: ({ reference }) =>
      Effect.succeed<BillerGateway.BillerInquiry>(
        fateOf(reference) === "unknown" ? { _tag: "accepted" } : { _tag: "notFound" }
      )
  })
)

const platform = Layer.mergeAll(bank, biller, TestDirectory.layer, Outside.credulous)

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
  Kinchaku.layer({ dispatcher: { firstWait: isUrl(where) ? "200 millis" : "10 millis", poll: "20 millis" } }).pipe(
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
