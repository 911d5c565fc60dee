/**
 * Verification: walks the whole chain and computes every balance again (LED-03, LED-04, LED-05, LED-07, LED-12).
 *
 * It finds the first link whose content, place or predecessor is not what the chain says, a tail that was cut off against a
 * published head, and any stored balance that is not the sum of its lines. Memory grows with accounts, not with history.
 */
import { Effect, Schema } from "effect"
import type { Head, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import { type AccountCode, isCustomer } from "../ledger/AccountCode.ts"
import * as Balance from "../ledger/Balance.ts"
import * as HashChain from "../ledger/HashChain.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Amount from "../money/Yen.ts"
import { Journal } from "./Journal.ts"

/** What is wrong, and where first. */
export class BooksBroken extends Schema.TaggedError<BooksBroken>()("BooksBroken", {
  fault: Schema.Literals([
    "sequence",
    "previous",
    "hash",
    "amount",
    "unbalanced",
    "negativeBalance",
    "bookingTime",
    "runningBalance",
    "head",
    "cutOff",
    "storedBalance",
    "trialBalance"
  ]),
  /** The link, or the account, at which it shows. */
  at: Schema.String
}) {}

/** What a verification saw. */
export interface Verified {
  readonly commands: number
  readonly entries: number
  readonly accounts: number
  readonly head: Head
}

/** The state of a walk: where the chain stands and what every account has come to. */
export interface Walk {
  seq: number
  hash: HashChain.LinkHash
  bookedAt: number
  commands: number
  entries: number
  readonly balances: Map<AccountCode, Balance.Balance>
}

/** A walk before the first link. */
export const start = (): Walk => ({
  seq: 0,
  hash: HashChain.genesis,
  bookedAt: 0,
  commands: 0,
  entries: 0,
  balances: new Map()
})

const fault = (what: BooksBroken["fault"], at: string | number): BooksBroken =>
  new BooksBroken({ fault: what, at: `${at}` })

const expectLink = (
  walk: Walk,
  link: { readonly seq: number; readonly previous: string; readonly hash: HashChain.LinkHash },
  expected: HashChain.LinkHash
): BooksBroken | undefined => {
  if (link.seq !== walk.seq + 1) return fault("sequence", walk.seq + 1)
  if (link.previous !== walk.hash) return fault("previous", link.seq)
  if (link.hash !== expected) return fault("hash", link.seq)
  walk.seq = link.seq
  walk.hash = link.hash
  return undefined
}

const addPostings = (walk: Walk, booked: RecordedCommand["entries"][number]): BooksBroken | undefined => {
  const { balances, entry, seq } = booked
  if (!entry.postings.every(({ amount }) => Amount.isYen(amount) && amount > 0)) return fault("amount", seq)
  const debits = JournalEntry.total(entry.postings, "debit")
  if (debits !== JournalEntry.total(entry.postings, "credit")) return fault("unbalanced", seq)
  for (const [index, posting] of entry.postings.entries()) {
    const after = Balance.after(walk.balances.get(posting.account) ?? Balance.empty(posting.account), posting)
    walk.balances.set(posting.account, after)
    if (!isCustomer(posting.account)) continue
    if (after.credits < after.debits) return fault("negativeBalance", seq)
    if (balances[index] !== after.credits - after.debits) return fault("runningBalance", seq)
  }
  return undefined
}

/** Sums that leave the range of yen are a fault of the books, not of whoever verifies them (LED-09). */
const inRange = (seq: number, add: () => BooksBroken | undefined): BooksBroken | undefined => {
  try {
    return add()
  } catch (error) {
    if (error instanceof RangeError) return fault("amount", seq)
    throw error
  }
}

/** Takes one recorded command into a walk; the first fault ends it. */
export const step = (sha256: HashChain.Sha256, walk: Walk, command: RecordedCommand): BooksBroken | undefined => {
  if (command.bookedAt < walk.bookedAt) return fault("bookingTime", command.seq)
  walk.bookedAt = command.bookedAt
  const broken = expectLink(walk, command, HashChain.linkCommand(sha256, walk.hash, { ...command, seq: walk.seq + 1 }))
  if (broken !== undefined) return broken
  walk.commands += 1
  for (const booked of command.entries) {
    const expected = HashChain.linkEntry(sha256, walk.hash, walk.seq + 1, booked.entry)
    const wrong = expectLink(walk, booked, expected) ?? inRange(booked.seq, () => addPostings(walk, booked))
    if (wrong !== undefined) return wrong
    walk.entries += 1
  }
  return undefined
}

const pageSize = 1000

const compareBalances = Effect.fnUntraced(function* (walk: Walk) {
  const journal = yield* Journal
  let after = ""
  let seen = 0
  let debits = 0n
  let credits = 0n
  for (;;) {
    const page = yield* journal.balances(after, pageSize)
    const last = page.at(-1)
    if (last === undefined) break
    for (const stored of page) {
      const computed = walk.balances.get(stored.account)
      if (computed?.debits !== stored.debits || computed.credits !== stored.credits) {
        return yield* fault("storedBalance", stored.account)
      }
      debits += BigInt(stored.debits)
      credits += BigInt(stored.credits)
    }
    seen += page.length
    after = last.account
  }
  if (seen !== walk.balances.size) return yield* fault("storedBalance", "an account without a stored balance")
  return debits === credits ? seen : yield* fault("trialBalance", "all accounts")
})

interface VerifyOptions {
  /** A head that was published outside earlier: it must be in the chain. */
  readonly published?: Pick<Head, "seq" | "hash">
  /** Told how many commands were walked so far. */
  readonly progress?: (commands: number) => void
}

/** Walks on to a head; links that were added after it are left for later. */
const walkTo = Effect.fnUntraced(function* (walk: Walk, head: Head, { progress, published }: VerifyOptions) {
  const journal = yield* Journal
  const { sha256 } = yield* HashChain.Digest
  while (walk.seq < head.seq) {
    const page = yield* journal.page(walk.seq, pageSize)
    if (page.length === 0) break
    for (const command of page) {
      if (walk.seq >= head.seq) break
      const broken = step(sha256, walk, command)
      if (broken !== undefined) return yield* broken
      for (const link of [command, ...command.entries]) {
        if (link.seq === published?.seq && link.hash !== published.hash) return yield* fault("cutOff", link.seq)
      }
    }
    progress?.(walk.commands)
  }
  if (walk.seq !== head.seq || walk.hash !== head.hash || walk.bookedAt !== head.bookedAt) {
    return yield* fault("head", head.seq)
  }
})

const attemptsMax = 20

/**
 * Verifies the books from the first link to the last. Books in use go on while they are read: where the head moved under
 * the comparison of balances, the walk goes on to the new head and compares again.
 */
export const verify = Effect.fn("Verification.verify")(function* (
  options: VerifyOptions = {}
): Effect.fn.Return<Verified, BooksBroken | StoreUnavailable, Journal | HashChain.Digest> {
  const journal = yield* Journal
  const walk = start()
  for (let attempt = 1; ; attempt++) {
    const head = yield* journal.head
    if ((options.published?.seq ?? 0) > head.seq) return yield* fault("cutOff", options.published?.seq ?? 0)
    yield* walkTo(walk, head, options)
    const compared = yield* Effect.result(compareBalances(walk))
    const beyond = yield* journal.page(head.seq, 1)
    const stood = (yield* journal.head).seq === head.seq
    // Where the head did not move, nothing was added by a commit: a link beyond it was put there by somebody else.
    if (stood && beyond.length > 0) return yield* fault("head", head.seq + 1)
    if (stood || attempt === attemptsMax) {
      const accounts = yield* Effect.fromResult(compared)
      return { commands: walk.commands, entries: walk.entries, accounts, head }
    }
  }
})
