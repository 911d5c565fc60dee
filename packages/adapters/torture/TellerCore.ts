/**
 * The full core on either SQL store, with an outside that always agrees: what a teller works on.
 *
 * Banks and billers keep nothing, so several processes may stand before the same one.
 */
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
import * as NodeSecrets from "../src/account/NodeSecrets.ts"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"

/** The name in which every bank account is held. */
export const kanaName = "ヤマダ タロウ"

const at = instant(0)

const outside = Layer.mergeAll(
  Layer.succeed(
    BankGateway.BankGateway,
    BankGateway.BankGateway.of({
      link: () => Effect.succeed({ holderKana: kanaName, factors: 2 }),
      debit: ({ reference }) => Effect.succeed({ bankReference: reference, at }),
      credit: ({ reference }) => Effect.succeed({ bankReference: reference, at }),
      inquire: () => Effect.succeed({ _tag: "notFound" })
    })
  ),
  Layer.succeed(
    BillerGateway.BillerGateway,
    BillerGateway.BillerGateway.of({
      notify: () => Effect.void,
      inquire: () => Effect.succeed({ _tag: "notFound" })
    })
  ),
  Outside.credulous,
  TestDirectory.layer
)

const secrets = NodeSecrets.layer(new Uint8Array(NodeSecrets.keyLength).fill(7))

type StoreLayer = Layer.Layer<Kinchaku.StorePorts, StoreUnavailable>

/** The store of a name: a PostgreSQL url, or else the path of a SQLite file. */
export const storeOf = (name: string): StoreLayer =>
  /^postgres(ql)?:/.test(name) ? PostgresStore.layer({ url: name }) : SqliteStore.layer({ filename: name })

export type Core = Kinchaku.Services | Kinchaku.StorePorts | Digest | Secrets

export interface CoreOptions {
  /** A layer over the store, as the store itself gives its ports. */
  readonly over?: (beneath: StoreLayer) => StoreLayer
  readonly batchMax?: number
}

/** The core on a store. Nothing is delivered unless it is asked to. */
export const core = (
  store: StoreLayer,
  { batchMax = 256, over }: CoreOptions = {}
): Layer.Layer<Core, StoreUnavailable> =>
  Kinchaku.layer({ engine: { batchMax }, dispatcher: { firstWait: "2 seconds", poll: "20 millis" } }).pipe(
    Layer.provideMerge(over === undefined ? store : over(store)),
    Layer.provide(outside),
    Layer.provideMerge(Layer.mergeAll(secrets, NodeDigest.layer)),
    Layer.provideMerge(Logger.layer([]))
  )
