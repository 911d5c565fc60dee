/**
 * Facts: what a decision may know. Everything it reads it must have asked for.
 *
 * A working set holds the facts of a batch; what one decision changes is seen by the next. Asking for a fact that was
 * never fetched is a defect of the command, not an empty answer.
 */
import { compat, type Policy, policyInForce } from "../policy/Policy.ts"
import * as Balance from "../ledger/Balance.ts"
import type { AccountCode } from "../ledger/AccountCode.ts"

import type { Yen } from "../money/Yen.ts"
import { balanceKind, type Key, type RecordKind } from "./RecordKind.ts"

/** What a command may look at to say what it needs: the policy, and records that were found so far. */
export interface Found {
  /** The policy in force; before any was adopted, the preset `compat` (SEC-15). */
  readonly policy: Policy
  /** The record where it was fetched and exists; none where it was not fetched yet. */
  readonly peek: <R>(kind: RecordKind<R>, id: string) => R | undefined
}

export interface Facts extends Found {
  /** The record, or none where there is no such record. */
  readonly find: <R>(kind: RecordKind<R>, id: string) => R | undefined
  /** What a customer account holds. */
  readonly held: (account: AccountCode) => Yen
}

/** A decision read what its command did not ask for. */
export class FactNotFetched extends Error {
  override readonly name = "FactNotFetched"
}

/** A new version of a record. */
export interface Put {
  readonly kind: string
  readonly id: string
  readonly record: object
}

/** Puts a new version of a record. */
export const put = <R extends object>(kind: RecordKind<R>, record: R): Put => ({
  kind: kind.name,
  id: kind.idOf(record),
  record
})

/** The facts of one batch, with the changes of its decisions laid over them. */
export class WorkingSet implements Facts {
  // By kind, then by id: ids are texts that exist already, so a look-up makes none.
  readonly #records = new Map<string, Map<string, object | undefined>>()
  readonly #balances = new Map<string, Balance.Balance>()

  readonly #ofKind = (kind: string): Map<string, object | undefined> => {
    let records = this.#records.get(kind)
    if (records === undefined) {
      records = new Map()
      this.#records.set(kind, records)
    }
    return records
  }

  /** Whether a key has been fetched. */
  readonly has = ({ id, kind }: Key): boolean =>
    kind === balanceKind ? this.#balances.has(id) : (this.#records.get(kind)?.has(id) ?? false)

  /** Takes up what a fetch found; a record that is not there is `undefined`. */
  readonly load = ({ id, kind }: Key, record: object | undefined): void => void this.#ofKind(kind).set(id, record)

  /** Takes up a fetched balance. */
  readonly loadBalance = (balance: Balance.Balance): void => void this.#balances.set(balance.account, balance)

  get policy(): Policy {
    return this.peek(policyInForce, "current")?.policy ?? compat
  }

  readonly peek = <R>(kind: RecordKind<R>, id: string): R | undefined =>
    this.#records.get(kind.name)?.get(id) as R | undefined

  /** A fetched record by its key, whatever its kind. */
  readonly peekAt = ({ id, kind }: Key): object | undefined => this.#records.get(kind)?.get(id)

  readonly find = <R>(kind: RecordKind<R>, id: string): R | undefined => {
    const records = this.#records.get(kind.name)
    const record = records?.get(id)
    if (record === undefined && records?.has(id) !== true) {
      throw new FactNotFetched(`${kind.name}/${id} was not asked for`)
    }
    return record as R | undefined
  }

  readonly held = (account: AccountCode): Yen => Balance.held(this.balance(account))

  /** The balance of a fetched account. */
  readonly balance = (account: AccountCode): Balance.Balance => {
    const balance = this.#balances.get(account)
    if (balance === undefined) throw new FactNotFetched(`the balance of ${account} was not asked for`)
    return balance
  }

  /** Lays the changes of an accepted decision over the facts. */
  readonly lay = (puts: ReadonlyArray<Put>, balances: ReadonlyArray<Balance.Balance>): void => {
    for (const { id, kind, record } of puts) this.#ofKind(kind).set(id, record)
    for (const balance of balances) this.#balances.set(balance.account, balance)
  }
}
