/**
 * Verification: walks all lanes of the chain and computes every balance again (LED-03, LED-04, LED-05, LED-07, LED-12).
 *
 * It finds the first link whose content, place or predecessor is not what the chain says, a tail that was cut off against a
 * seal or a published head, and any stored balance that is not the sum of its lines. Memory grows with accounts, not with history.
 */
import { Effect, Schema, Stream } from "effect"
import type { Head, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import { type AccountCode, isCustomer } from "../ledger/AccountCode.ts"
import * as Balance from "../ledger/Balance.ts"
import * as HashChain from "../ledger/HashChain.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Amount from "../money/Yen.ts"
import { Journal, lastOf, pages } from "./Journal.ts"
import { sealedBy, SealLanes } from "./Seals.ts"

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
    "seal",
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
  /** The last link of each lane. */
  readonly heads: ReadonlyArray<Head>
}

/** Where a lane stands in a walk. */
type LaneWalk = { -readonly [K in keyof Head]: Head[K] }

/** The state of a walk: where each lane stands and what every account has come to. */
export interface Walk {
  /** The greatest number so far, of any lane. */
  seq: number
  commands: number
  entries: number
  readonly lanes: Map<HashChain.Lane, LaneWalk>
  readonly balances: Map<AccountCode, Balance.Balance>
}

/** A walk before the first link. */
export const start = (): Walk => ({ seq: 0, commands: 0, entries: 0, lanes: new Map(), balances: new Map() })

const laneOf = (sha256: HashChain.Sha256, walk: Walk, lane: HashChain.Lane): LaneWalk => {
  let state = walk.lanes.get(lane)
  if (state === undefined) {
    state = { lane, seq: 0, hash: HashChain.genesisOf(sha256, lane), bookedAt: 0 as Head["bookedAt"] }
    walk.lanes.set(lane, state)
  }
  return state
}

const fault = (what: BooksBroken["fault"], at: string | number): BooksBroken =>
  new BooksBroken({ fault: what, at: `${at}` })

/** How a link is named: by its number, and by its lane where that is not the first. */
const named = (lane: HashChain.Lane, seq: number): string =>
  lane === HashChain.firstLane ? `${seq}` : `${lane}:${seq}`

const expectLink = (
  walk: Walk,
  lane: LaneWalk,
  link: { readonly seq: number; readonly previous: string; readonly hash: HashChain.LinkHash },
  expected: HashChain.LinkHash
): BooksBroken | undefined => {
  if (link.previous !== lane.hash) return fault("previous", named(lane.lane, link.seq))
  if (link.hash !== expected) return fault("hash", named(lane.lane, link.seq))
  lane.seq = link.seq
  lane.hash = link.hash
  walk.seq = Math.max(walk.seq, link.seq)
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
  const lane = laneOf(sha256, walk, command.lane)
  // Numbers leave no gap: a link follows its lane's last, and some link of any lane.
  if (command.seq <= lane.seq || command.seq > walk.seq + 1) return fault("sequence", walk.seq + 1)
  if (command.bookedAt < lane.bookedAt) return fault("bookingTime", named(command.lane, command.seq))
  lane.bookedAt = command.bookedAt
  const broken = expectLink(walk, lane, command, HashChain.linkCommand(sha256, lane.hash, command))
  if (broken !== undefined) return broken
  walk.commands += 1
  for (const booked of command.entries) {
    if (booked.seq !== lane.seq + 1) return fault("sequence", lane.seq + 1)
    const expected = HashChain.linkEntry(sha256, lane.hash, booked.seq, booked.entry)
    const wrong = expectLink(walk, lane, booked, expected) ?? inRange(booked.seq, () => addPostings(walk, booked))
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
  /** A head that was published outside earlier: it must be in the chain. The first lane's where none is named. */
  readonly published?: Pick<Head, "seq" | "hash"> & Partial<Pick<Head, "lane">>
  /** Told how many commands were walked so far. */
  readonly progress?: (commands: number) => void
}

/** Every head that a seal names is a link of its lane. */
const checkSeal = Effect.fnUntraced(function* (command: RecordedCommand) {
  const journal = yield* Journal
  const heads = sealedBy(command)
  if (heads === undefined) return yield* fault("seal", named(command.lane, command.seq))
  for (const { hash, lane, seq } of heads) {
    if (seq >= command.seq || (yield* journal.link({ lane, seq })) !== hash)
      return yield* fault("seal", named(command.lane, command.seq))
  }
})

/** Walks on to the heads; links that were added after them are left for later. */
const walkTo = Effect.fnUntraced(function* (walk: Walk, heads: ReadonlyArray<Head>, options: VerifyOptions) {
  const { sha256 } = yield* HashChain.Digest
  const from = walk.seq
  yield* Stream.runForEach(
    pages(heads, pageSize, from),
    Effect.fnUntraced(function* (page) {
      for (const command of page) {
        const broken = step(sha256, walk, command)
        if (broken !== undefined) return yield* broken
        if (command.tag === SealLanes.tag) yield* checkSeal(command)
      }
      options.progress?.(walk.commands)
    })
  )
  if (walk.lanes.size !== heads.length) return yield* fault("head", lastOf(heads).seq)
  for (const head of heads) {
    const lane = walk.lanes.get(head.lane)
    if (lane?.seq !== head.seq || lane.hash !== head.hash || lane.bookedAt !== head.bookedAt) {
      return yield* fault("head", named(head.lane, head.seq))
    }
  }
})

/** A head that was published must be a link of its lane. */
const checkPublished = Effect.fnUntraced(function* ({ published }: VerifyOptions) {
  if (published === undefined || published.seq === 0) return
  const journal = yield* Journal
  const { hash, lane = HashChain.firstLane, seq } = published
  if ((yield* journal.link({ lane, seq })) !== hash) return yield* fault("cutOff", named(lane, seq))
})

const attemptsMax = 20

/**
 * Verifies the books from the first link to the last. Books in use go on while they are read: where a head moved under
 * the comparison of balances, the walk goes on to the new heads and compares again.
 */
export const verify = Effect.fn("Verification.verify")(function* (
  options: VerifyOptions = {}
): Effect.fn.Return<Verified, BooksBroken | StoreUnavailable, Journal | HashChain.Digest> {
  const journal = yield* Journal
  const walk = start()
  for (let attempt = 1; ; attempt++) {
    const heads = yield* journal.heads
    const last = lastOf(heads)
    if ((options.published?.seq ?? 0) > last.seq) return yield* fault("cutOff", options.published?.seq ?? 0)
    yield* walkTo(walk, heads, options)
    yield* checkPublished(options)
    const compared = yield* Effect.result(compareBalances(walk))
    const beyond = yield* journal.page(HashChain.place({ lane: HashChain.laneLast, seq: last.seq }), 1)
    const stood = lastOf(yield* journal.heads).seq === last.seq
    // Where the head did not move, nothing was added by a commit: a link beyond it was put there by somebody else.
    if (stood && beyond.length > 0) return yield* fault("head", last.seq + 1)
    if (stood || attempt === attemptsMax) {
      const accounts = yield* Effect.fromResult(compared)
      return { commands: walk.commands, entries: walk.entries, accounts, heads }
    }
  }
})
