/**
 * Decides one command on facts that a test names; whatever else the command asks for is not there.
 */
import { Result } from "effect"
import type { AccountActive, AccountId, AccountKind, KeyedHash } from "../../src/account/Account.ts"
import { type Instant, instant } from "../../src/calendar/JapanDate.ts"
import type { Actor, Command, CommandId, IdempotencyKey } from "../../src/engine/Command.ts"
import type { Decision } from "../../src/engine/Decision.ts"
import { type Put, put, WorkingSet } from "../../src/engine/Facts.ts"
import { balanceKind, type Key } from "../../src/engine/RecordKind.ts"
import type { AccountCode } from "../../src/ledger/AccountCode.ts"
import * as Balance from "../../src/ledger/Balance.ts"
import type { Posting } from "../../src/ledger/JournalEntry.ts"
import type { Yen } from "../../src/money/Yen.ts"
import { compat, type Policy, policyInForce } from "../../src/policy/Policy.ts"

export interface Known {
  readonly records?: ReadonlyArray<Put>
  readonly held?: Readonly<Record<string, number>>
  readonly policy?: Policy
  readonly at?: Instant
}

/** The id of the command that is decided. */
export const id = "01KS1N6SW047C4FEZDQK8YZG0N" as CommandId
/** Noon of 20 May 2026 in Japan. */
export const noon: Instant = instant(Date.UTC(2026, 4, 20, 3))

/** An account in use, of the person and the name of a hash. */
export const accountOf = (kind: AccountKind, person: KeyedHash, kanaName = person): AccountActive => ({
  _tag: "active",
  id: `acct_${id}` as AccountId,
  kind,
  origin: "certificate",
  person,
  kanaName,
  openedAt: noon,
  confirmedAt: noon
})

/** The values of `compat` under which accounts with certificate need no codes. */
export const codeless: Policy = {
  ...compat,
  authentication: {
    ...compat.authentication,
    otp: { ...compat.authentication.otp, waived: ["payment", "topUp", "payout"] }
  }
}

/** The decision, or the refusal. */
export const decided = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  content: Content,
  { at = noon, held = {}, policy, records = [] }: Known = {}
): Result.Result<Decision<Success>, Refusal> => {
  const envelope = { id, at, actor: "host:test" as Actor, key: "k" as IdempotencyKey, content }
  const facts = new WorkingSet()
  const adopted = policy === undefined ? [] : [put(policyInForce, { id: "current" as const, version: 1, policy })]
  const load = (key: Key): void => {
    const account = key.id as AccountCode
    if (key.kind === balanceKind) facts.loadBalance({ ...Balance.empty(account), credits: (held[account] ?? 0) as Yen })
    else facts.load(key, [...records, ...adopted].find((one) => one.kind === key.kind && one.id === key.id)?.record)
  }
  const more = () => command.readsMore?.(facts, envelope) ?? []
  const rounds = [() => command.reads(envelope), more, more]
  load({ kind: policyInForce.name, id: "current" })
  for (const keys of rounds) keys().forEach(load)
  return command.decide(facts, envelope)
}

/** The name of a refusal, or "accepted". */
export const named = (result: Result.Result<unknown, { readonly _tag: string }>): string =>
  Result.isSuccess(result) ? "accepted" : result.failure._tag

/** The lines of an entry as a person writes them: "debit liability:cash:acct_1 300". */
export const lines = (postings: ReadonlyArray<Posting> | undefined): ReadonlyArray<string> =>
  (postings ?? []).map(({ account, amount, side }) => `${side} ${account} ${amount}`)
