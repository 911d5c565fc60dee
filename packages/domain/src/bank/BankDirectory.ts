/**
 * BankDirectory: which banks and branches there are (BNK-13). A directory is in memory, so that asking it cannot fail.
 */
import { Context, Effect, Schema } from "effect"

/** A bank or a branch: its code, its name, and the name in kana as its publisher writes it. */
export const DirectoryEntry = Schema.Struct({ code: Schema.String, name: Schema.String, kana: Schema.String })
export type DirectoryEntry = typeof DirectoryEntry.Type

export class BankDirectory extends Context.Service<
  BankDirectory,
  {
    /** Which edition this is; recorded with whatever was decided by it (BNK-13). */
    readonly version: string
    /** The bank of a four-digit code. */
    readonly bank: (code: string) => Effect.Effect<DirectoryEntry | undefined>
    /** A branch of a bank, by its three-digit code. */
    readonly branch: (bank: string, branch: string) => Effect.Effect<DirectoryEntry | undefined>
  }
>()("@kinchaku/domain/bank/BankDirectory") {}

/** A bank with a branch of it, as a directory knows them. */
export interface Found {
  readonly version: string
  readonly bank: DirectoryEntry | undefined
  readonly branch: DirectoryEntry | undefined
}

/** What a directory says of a bank and a branch, with its version: the evidence of a decision. */
export const entryOf = (directory: BankDirectory["Service"], bank: string, branch: string): Effect.Effect<Found> =>
  Effect.map(Effect.all([directory.bank(bank), directory.branch(bank, branch)]), ([foundBank, foundBranch]) => ({
    version: directory.version,
    bank: foundBank,
    branch: foundBranch
  }))

/** A bank with its branches, as a directory is made of them. */
export interface Listed extends DirectoryEntry {
  readonly branches: ReadonlyArray<DirectoryEntry>
}

const byCode = <A extends DirectoryEntry>(entries: ReadonlyArray<A>): ReadonlyMap<string, A> =>
  new Map(entries.map((entry) => [entry.code, entry]))

const entry = ({ code, kana, name }: DirectoryEntry): DirectoryEntry => ({ code, name, kana })

/** A directory of banks that are in memory. */
export const of = (version: string, listed: ReadonlyArray<Listed>): BankDirectory["Service"] => {
  const banks = byCode(listed)
  const branches = new Map(listed.map((bank) => [bank.code, byCode(bank.branches)]))
  return BankDirectory.of({
    version,
    bank: (code) =>
      Effect.sync(() => {
        const found = banks.get(code)
        return found === undefined ? undefined : entry(found)
      }),
    branch: (bank, code) => Effect.sync(() => branches.get(bank)?.get(code))
  })
}
