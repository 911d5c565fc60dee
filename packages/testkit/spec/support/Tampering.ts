/**
 * Tampering: what somebody with full access to the files could do to the books, and which link it must be found at.
 */
import { Journal, lastOf as lastHead } from "@kinchaku/domain/audit/Journal"
import * as Verification from "@kinchaku/domain/audit/Verification"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { BookedEntry, Head, RecordedCommand } from "@kinchaku/domain/engine/Store"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import type { JournalEntry } from "@kinchaku/domain/ledger/JournalEntry"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { Effect } from "effect"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { sha256 } from "../../src/memory/TestDigest.ts"
import * as Looks from "./Looks.ts"

/** The books as they lie in a file, and the head that was published before anybody touched them. */
export interface Kept {
  readonly commands: ReadonlyArray<RecordedCommand>
  readonly balances: ReadonlyArray<Balance.Balance>
  /** The last link of each lane, by lane. */
  readonly heads: ReadonlyArray<Head>
  readonly published: Head
}

/** Takes the books of the desk as they are. */
export const kept = Effect.gen(function* () {
  const heads = yield* Looks.heads
  return {
    commands: yield* Looks.recorded,
    balances: yield* Looks.stored,
    heads,
    published: lastHead(heads)
  } satisfies Kept
})

/** A read port over such a file. */
export const journalOf = ({ balances, commands, heads }: Omit<Kept, "published">): Journal["Service"] => ({
  heads: Effect.succeed(heads),
  page: (after, limit) =>
    Effect.succeed(
      after === 0 ? commands.slice(0, limit) : commands.filter((one) => HashChain.place(one) > after).slice(0, limit)
    ),
  link: ({ lane, seq }) =>
    Effect.succeed(
      commands
        .filter((command) => command.lane === lane)
        .flatMap((command) => [command, ...command.entries])
        .find((link) => link.seq === seq)?.hash
    ),
  balances: (after, limit) => Effect.succeed(balances.filter(({ account }) => account > after).slice(0, limit)),
  balanceAt: () => Effect.die(new Error("a verifier does not ask for it")),
  statement: () => Effect.die(new Error("a verifier does not ask for it")),
  totals: () => Effect.die(new Error("a verifier does not ask for it")),
  expiredCash: () => Effect.die(new Error("a verifier does not ask for it"))
})

/** The files after somebody was there, and the link or account that a verifier must name; none where nothing was done. */
export interface Tampered {
  readonly kept: Kept
  readonly at: string | undefined
}

const replaced = <A>(all: ReadonlyArray<A>, index: number, one: A): ReadonlyArray<A> => all.with(index, one)
const lastOf = (command: RecordedCommand): Pick<Head, "seq" | "hash"> => command.entries.at(-1) ?? command

/** Changes the n-th command. */
const inCommand =
  (change: (command: RecordedCommand) => RecordedCommand) =>
  (books: Kept, n: number): Tampered => {
    const index = n % books.commands.length
    const command = books.commands[index]!
    return { kept: { ...books, commands: replaced(books.commands, index, change(command)) }, at: `${command.seq}` }
  }

/** Changes the n-th booked entry. */
const inEntry =
  (change: (booked: BookedEntry) => BookedEntry) =>
  (books: Kept, n: number): Tampered => {
    const all = books.commands.flatMap(({ entries }) => entries)
    const booked = all[n % all.length]!
    const commands = books.commands.map((command) => ({
      ...command,
      entries: command.entries.map((one) => (one === booked ? change(one) : one))
    }))
    return { kept: { ...books, commands }, at: `${booked.seq}` }
  }

const inContent = (change: (entry: JournalEntry) => JournalEntry) =>
  inEntry((booked) => ({ ...booked, entry: change(booked.entry) }))

const otherHash = (hash: HashChain.LinkHash): HashChain.LinkHash => sha256(hash) as HashChain.LinkHash

/** Links everything anew, as somebody would who knows how. */
const rechained = (commands: ReadonlyArray<RecordedCommand>): ReadonlyArray<RecordedCommand> => {
  let last: { seq: number; hash: HashChain.LinkHash } = { seq: 0, hash: HashChain.genesis }
  return commands.map((command) => {
    const seq = last.seq + 1
    const previous = last.hash
    const hash = HashChain.linkCommand(sha256, previous, { ...command, seq })
    last = { seq, hash }
    const entries = command.entries.map((booked) => {
      const link = { seq: last.seq + 1, previous: last.hash }
      last = { seq: link.seq, hash: HashChain.linkEntry(sha256, link.previous, link.seq, booked.entry) }
      return { ...booked, ...link, hash: last.hash }
    })
    return { ...command, seq, previous, hash, entries }
  })
}

/** Heads and stored balances that fit the commands. */
export const fitted = <Books extends Omit<Kept, "published">>(
  books: Books,
  commands: ReadonlyArray<RecordedCommand>
): Books => {
  const balances = new Map<string, Balance.Balance>()
  for (const posting of Looks.entriesOf(commands).flatMap(({ postings }) => postings)) {
    balances.set(
      posting.account,
      Balance.after(balances.get(posting.account) ?? Balance.empty(posting.account), posting)
    )
  }
  const heads = new Map<HashChain.Lane, Head>()
  for (const command of commands) {
    const { bookedAt, lane } = command
    const { hash, seq } = lastOf(command)
    heads.set(lane, { lane, seq, hash, bookedAt })
  }
  return {
    ...books,
    commands,
    balances: [...balances.values()].toSorted((a, b) => (a.account < b.account ? -1 : 1)),
    heads: [...heads.values()].toSorted((a, b) => a.lane - b.lane)
  }
}

/** Every way, by what is done. */
export const ways = {
  "nothing is done": (books) => ({ kept: books, at: undefined }),
  "an actor is changed": inCommand((c) => ({ ...c, actor: `${c.actor}x` })),
  "a key is changed": inCommand((c) => ({ ...c, key: `${c.key}x` })),
  "a content is changed": inCommand((c) => ({ ...c, content: c.content.replace("}", " }") })),
  "an outcome is changed": inCommand((c) => ({ ...c, outcome: `${c.outcome} ` })),
  "a command is called otherwise": inCommand((c) => ({ ...c, tag: `${c.tag}2` })),
  "a command is dated back": inCommand((c) => ({ ...c, at: (c.at - 1) as Instant })),
  "a booking is dated on": inCommand((c) => ({ ...c, bookedAt: (c.bookedAt + 1) as Instant })),
  "a booking is dated back": inCommand((c) => ({ ...c, bookedAt: (c.bookedAt - 1) as Instant })),
  "a character moves from the key to the actor": inCommand((c) => ({
    ...c,
    actor: `${c.actor}${c.key.slice(0, 1)}`,
    key: c.key.slice(1)
  })),
  "a character moves from the content to the outcome": inCommand((c) => ({
    ...c,
    content: c.content.slice(0, -1),
    outcome: `${c.content.slice(-1)}${c.outcome}`
  })),
  "a hash is changed": inCommand((c) => ({ ...c, hash: otherHash(c.hash) })),
  "a link names another one before it": inCommand((c) => ({ ...c, previous: otherHash(c.previous) })),
  "an entry is of another kind": inContent((e) => ({ ...e, kind: e.kind === "topUp" ? "payment" : "topUp" })),
  "an entry is dated back": inContent((e) => ({ ...e, businessAt: (e.businessAt - 1) as Instant })),
  "an entry claims to reverse another": inContent((e) => ({ ...e, reverses: e.id })),
  "an amount is one yen more on every line": inContent((e) => ({
    ...e,
    postings: e.postings.map((p) => ({ ...p, amount: (p.amount + 1) as PositiveYen })) as never
  })),
  "debits and credits change places": inContent((e) => ({
    ...e,
    postings: e.postings.map((p) => ({ ...p, side: p.side === "debit" ? "credit" : "debit" })) as never
  })),
  "the lines are in another order": inContent((e) => ({ ...e, postings: e.postings.toReversed() as never })),
  "a line goes to another account": inContent((e) => ({
    ...e,
    postings: e.postings.map((p) => ({ ...p, account: `${p.account}0` })) as never
  })),
  "a shown balance is changed": inEntry((b) => ({
    ...b,
    balances: b.balances.map((balance) => (balance === undefined ? 0 : balance + 1))
  })),
  "a command is removed": (books, n) => {
    const index = n % (books.commands.length - 1)
    return { kept: { ...books, commands: books.commands.toSpliced(index, 1) }, at: `${books.commands[index]!.seq}` }
  },
  "an entry is removed": (books, n) => {
    const { at } = inContent((e) => e)(books, n)
    const commands = books.commands.map((c) => ({ ...c, entries: c.entries.filter(({ seq }) => `${seq}` !== at) }))
    return { kept: { ...books, commands }, at }
  },
  "a command is inserted again": (books, n) => {
    const index = n % (books.commands.length - 1)
    const command = books.commands[index]!
    return {
      kept: { ...books, commands: books.commands.toSpliced(index, 0, command) },
      at: `${lastOf(command).seq + 1}`
    }
  },
  "a command is added after the head": (books, n) => {
    const { bookedAt, hash: previous, seq } = lastHead(books.heads)
    const command = books.commands[n % books.commands.length]!
    const content = { ...command, id: `${command.id.slice(0, -1)}Z` as typeof command.id, seq: seq + 1, bookedAt }
    const hash = HashChain.linkCommand(sha256, previous, content)
    const added = { ...content, previous, hash, entries: [] }
    return { kept: { ...books, commands: [...books.commands, added] }, at: `${seq + 1}` }
  },
  "two commands change places": (books, n) => {
    const index = n % (books.commands.length - 1)
    const [first, second] = [books.commands[index]!, books.commands[index + 1]!]
    return { kept: { ...books, commands: books.commands.toSpliced(index, 2, second, first) }, at: `${first.seq}` }
  },
  "the head is another one": (books) => ({
    kept: { ...books, heads: books.heads.map((head) => ({ ...head, hash: otherHash(head.hash) })) },
    at: `${lastHead(books.heads).seq}`
  }),
  "a stored balance is changed": (books, n) => {
    const index = n % books.balances.length
    const balance = books.balances[index]!
    const more = { ...balance, debits: (balance.debits + 1) as Yen, credits: (balance.credits + 1) as Yen }
    return { kept: { ...books, balances: replaced(books.balances, index, more) }, at: balance.account }
  },
  "the tail is cut off and the rest made to fit": (books, n) => ({
    kept: fitted(books, books.commands.slice(0, n % books.commands.length)),
    at: `${books.published.seq}`
  }),
  "a command is changed and the chain made to fit": (books, n) => {
    const changed = inCommand((c) => ({ ...c, outcome: `${c.outcome} ` }))(books, n).kept.commands
    return { kept: fitted(books, rechained(changed)), at: `${books.published.seq}` }
  },
  "a command without entries is removed and the chain made to fit": (books, n) => {
    const without = books.commands.filter(({ entries }) => entries.length === 0)
    const removed = without[n % without.length]
    const fewer = books.commands.filter((command) => command !== removed)
    return { kept: fitted(books, rechained(fewer)), at: `${books.published.seq}` }
  }
} satisfies Record<string, (books: Kept, n: number) => Tampered>
export type Way = keyof typeof ways

/** What a verifier answers: the first link or account that is wrong, or nothing. */
export type Verifier = (journal: Journal["Service"], published: Head) => Effect.Effect<string | undefined>

/** The verifier of the core. */
export const verifier: Verifier = (journal, published) =>
  Verification.verify({ published }).pipe(
    Effect.as(undefined),
    Effect.catchTag("BooksBroken", ({ at }) => Effect.succeed(at)),
    Effect.provideService(Journal, journal),
    Effect.provide(TestDigest.layer),
    Effect.orDie
  )

type Link = { readonly seq: number; readonly previous: HashChain.LinkHash; readonly hash: HashChain.LinkHash }
type Linked = Link & { readonly computed: HashChain.LinkHash }

const linksOf = (commands: ReadonlyArray<RecordedCommand>): ReadonlyArray<Linked> =>
  commands.flatMap((command) => [
    { ...command, computed: HashChain.linkCommand(sha256, command.previous, command) },
    ...command.entries.map((booked) => ({
      ...booked,
      computed: HashChain.linkEntry(sha256, booked.previous, booked.seq, booked.entry)
    }))
  ])

const verifying =
  (wrong: (link: Linked, index: number) => boolean): Verifier =>
  (journal) =>
    Effect.map(Effect.orDie(journal.page(0, 1_000_000)), (commands) => {
      const first = linksOf(commands).find(wrong)
      return first === undefined ? undefined : `${first.seq}`
    })

/** Verifiers that are wrong, by their mistake. */
export const wrongVerifiers = {
  "only the numbers of the links are looked at": verifying(({ seq }, index) => seq !== index + 1),
  "each link is checked by itself, not against the one before": verifying(({ computed, hash }) => computed !== hash),
  "no head was published": (journal) =>
    Effect.flatMap(Effect.orDie(journal.heads), (heads) => verifier(journal, lastHead(heads))),
  "the first link is always suspect": () => Effect.succeed("1")
} satisfies Record<string, Verifier>
