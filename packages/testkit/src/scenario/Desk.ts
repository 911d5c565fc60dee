/**
 * Desk: where the steps of a history are sent from: who is known, and the world of now.
 */
import type { Intent } from "@kinchaku/domain/account/Accounts"
import type { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { type Effect, Result } from "effect"
import { type Known, type KnownLink, nobody } from "./Known.ts"
import type { openings } from "./Proving.ts"
import { type Confirmed, fromLast } from "./Steps.ts"
import type { World } from "./World.ts"

/** Sends a step, as it is or changed, with a key. */
export type Send = (changed: boolean, intent: Intent) => Effect.Effect<string, unknown>

/** Where steps are sent: the world of now, which another one follows after a crash. */
export interface Desk {
  readonly world: () => World["Service"]
  readonly known: Known
  readonly opening: ReturnType<typeof openings>
}

const noLink = "link_00000000000000000000000000" as BankLinkId
/** An amount as requests have it. */
export const yen = (amount: number): PositiveYen => amount as PositiveYen

/** The fee that is confirmed: what was quoted, or nothing where there was no quote; one yen more where it is to be wrong. */
export const confirmed = (quoted: Result.Result<{ readonly fee: Yen }, unknown>, quote: Confirmed): Yen =>
  ((Result.isSuccess(quoted) ? quoted.success.fee : 0) + (quote === "wrong" ? 1 : 0)) as Yen

/** A link by number. */
export const linkAt = ({ known }: Desk, n: number): KnownLink =>
  fromLast(known.links, n) ?? { id: noLink, account: nobody, person: 0 }
