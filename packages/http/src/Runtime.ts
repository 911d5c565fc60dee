/**
 * The composition: the core over a store, Node's crypto, the trusted authorities, and the world outside of an application.
 */
import { hkdfSync } from "node:crypto"
import * as NodeSecrets from "@kinchaku/adapters/account/NodeSecrets"
import type * as Revocation from "@kinchaku/adapters/identity/Revocation"
import * as X509Verifier from "@kinchaku/adapters/identity/X509Verifier"
import * as NodeDigest from "@kinchaku/adapters/platform/NodeDigest"
import * as NodeIds from "@kinchaku/adapters/platform/NodeIds"
import * as PostgresStore from "@kinchaku/adapters/postgres/PostgresStore"
import * as NodePasswordHasher from "@kinchaku/adapters/session/NodePasswordHasher"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import * as Totp from "@kinchaku/adapters/token/Totp"
import type { BankDirectory } from "@kinchaku/domain/bank/BankDirectory"
import type { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import type { BankNotices } from "@kinchaku/domain/bank/BankNotices"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { Store, type StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { IssuanceRegister } from "@kinchaku/domain/identity/IssuanceRegister"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import type { MailSender } from "@kinchaku/domain/notice/MailSender"
import type { SmsSender } from "@kinchaku/domain/notice/SmsSender"
import type { BillerGateway } from "@kinchaku/domain/payment/BillerGateway"
import type { DepositGateway } from "@kinchaku/domain/topup/DepositGateway"
import { compat, policyInForce } from "@kinchaku/domain/policy/Policy"
import { Effect, Layer, ManagedRuntime, type Redacted } from "effect"
import type { Logger } from "pino"
import * as Log from "./Log.ts"
import * as ShiftedClock from "./ShiftedClock.ts"

/** The world outside: banks, billers, certification authorities, and how people are written to. */
export interface Outside {
  readonly gateways: Layer.Layer<BankGateway | BankDirectory | BillerGateway | DepositGateway>
  readonly senders: Layer.Layer<SmsSender | MailSender>
  /** What the authority knows of the certificates that it issued. */
  readonly issuances: Layer.Layer<IssuanceRegister>
  /** Lets banks report on their own. */
  readonly reports: Layer.Layer<never, never, BankNotices>
  /** The trusted authorities, PEM. */
  readonly trusted: ReadonlyArray<string>
  /** How it is learnt whether certificates are revoked; left out, it is not looked at. */
  readonly revocation?: Revocation.Options
}

/** Where the books are: a SQLite file, or a PostgreSQL database that other processes may write to as well. */
export type Books = { readonly filename: string } | { readonly url: Redacted.Redacted }

export interface Options {
  readonly books: Books
  /** 32 bytes under which personal values are hashed and challenges sealed. */
  readonly secretKey: Uint8Array
  readonly outside: Outside
  readonly log: Logger
  /** Milliseconds by which this server's clock is ahead, on a development server that plays another day. */
  readonly clockShift?: number
}

export type Runtime = ManagedRuntime.ManagedRuntime<Kinchaku.Services | Kinchaku.Ports, StoreUnavailable>

/** Keyed hashes are kept for ever; challenges, which live minutes, have a key of their own derived from the same. */
const challengeKeyOf = (secretKey: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secretKey, "", "kinchaku certificate challenge", 32))

/** How long challenges live by the policy in force (CRT-09), by the default where the store is away. */
const challengeMinutes = (store: Store["Service"]): Effect.Effect<number> =>
  store.read([key(policyInForce, "current")]).pipe(
    Effect.map(({ policy }) => policy),
    Effect.orElseSucceed(() => compat),
    Effect.map(({ authentication }) => authentication.certificate.challengeMinutes)
  )

/** The core, ready to be used; nothing is delivered or swept before its background is started. */
export const make = ({ books, clockShift = 0, log, outside, secretKey }: Options): Runtime => {
  const { gateways, issuances, reports, revocation, senders, trusted } = outside
  const verifier = Layer.unwrap(
    Effect.map(Store, (store) =>
      X509Verifier.layer({
        trusted,
        challengeKey: challengeKeyOf(secretKey),
        challengeMinutes: challengeMinutes(store),
        ...(revocation === undefined ? {} : { revocation })
      })
    )
  )
  const ports = Layer.mergeAll(
    verifier.pipe(Layer.provideMerge("url" in books ? PostgresStore.layer(books) : SqliteStore.layer(books))),
    NodeDigest.layer,
    NodeSecrets.layer(secretKey),
    NodePasswordHasher.layer(),
    Totp.layer,
    gateways,
    issuances,
    senders
  )
  return ManagedRuntime.make(
    reports.pipe(
      Layer.provideMerge(Kinchaku.layer({ ids: NodeIds.layer })),
      Layer.provideMerge(ports),
      Layer.provideMerge(Log.layer(log)),
      Layer.provideMerge(clockShift === 0 ? Layer.empty : ShiftedClock.layer(clockShift))
    )
  )
}
