/**
 * Askers: who makes a request, and as which callers of the route table that counts.
 *
 * The embedding host, the operator and the merchants' gateway have API keys; holders and staff have sessions. A holder asks for the
 * own account alone, a staff user with the roles that were given.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { Actor } from "@kinchaku/domain/engine/Command"
import type { Session, SessionId } from "@kinchaku/domain/session/Session"
import type { StaffId, StaffRole } from "@kinchaku/domain/session/Staff"
import type { Redacted } from "effect"

/** Who has an API key. */
export type KeyHolder = "host" | "operator" | "merchant"

/** As whom a route can be called. */
export type Caller = KeyHolder | "holder" | StaffRole

/** The bearer token goes to what ends the session and nowhere else (SEC-02). */
interface InSession {
  readonly session: SessionId
  readonly bearer: Redacted.Redacted
  readonly actor: Actor
}

export type Asker =
  | { readonly _tag: "anyone" | KeyHolder; readonly actor: Actor }
  | (InSession & { readonly _tag: "holder"; readonly account: AccountId; readonly scope: Session["scope"] })
  | (InSession & { readonly _tag: "staff"; readonly staff: StaffId; readonly roles: ReadonlyArray<StaffRole> })

/** Who acts, as it is recorded. Whoever has neither key nor session proves what counts within the request. */
export const actors: Readonly<Record<KeyHolder | "anyone", Actor>> = {
  anyone: "host:public" as Actor,
  host: "host:api" as Actor,
  operator: "operator:api" as Actor,
  merchant: "host:merchants" as Actor
}

/** Whoever comes without a key or a session. */
export const anyone: Asker = { _tag: "anyone", actor: actors.anyone }

/** As whom an asker may call. */
export const callersOf = (asker: Asker): ReadonlyArray<Caller> => {
  if (asker._tag === "anyone") return []
  return asker._tag === "staff" ? asker.roles : [asker._tag]
}
