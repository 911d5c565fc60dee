import { hash } from "node:crypto"
import { Effect, Layer, Result, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Journal, lastOf } from "../../src/audit/Journal.ts"
import * as Proofs from "../../src/audit/Proofs.ts"
import { type Instant, instant } from "../../src/calendar/JapanDate.ts"
import type { CommandId } from "../../src/engine/Command.ts"
import type { Head, RecordedCommand } from "../../src/engine/Store.ts"
import { cash, fees } from "../../src/ledger/AccountCode.ts"
import * as HashChain from "../../src/ledger/HashChain.ts"
import * as JournalEntry from "../../src/ledger/JournalEntry.ts"
import { PositiveYen } from "../../src/money/Yen.ts"
import * as Rfc6962 from "./Rfc6962.ts"

const sha256 = (text: string): string => hash("sha256", text, "hex")
const sha256Bytes = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer")
const lanes = [0, 3, 255].map((n) => HashChain.Lane.make(n))
const at: Instant = instant(1_795_309_200_000)

/** A command of a lane with some entries, after a head. */
const recorded = (head: Omit<Head, "bookedAt">, number: number, entries: number): RecordedCommand => {
  const id = number.toString().padStart(26, "0") as CommandId
  const content = {
    id,
    tag: "Test",
    actor: "system:test",
    key: `${number}`,
    at,
    bookedAt: at,
    content: "{}",
    outcome: "{}"
  }
  const own = HashChain.linkCommand(sha256, head.hash, { ...content, seq: head.seq + 1 })
  let previous = own
  const booked = Array.from({ length: entries }, (_, n) => {
    const entry = JournalEntry.balanced({
      id: JournalEntry.entryId(id, n + 1),
      kind: "topUp",
      businessAt: at,
      postings: [
        { account: fees, side: "debit", amount: PositiveYen.make(number) },
        { account: cash("acct_01ARZ3NDEKTSV4RRFFQ69G5FAV" as never), side: "credit", amount: PositiveYen.make(number) }
      ]
    })
    const seq = head.seq + 2 + n
    const link = { seq, previous, hash: HashChain.linkEntry(sha256, previous, seq, entry), entry, balances: [] }
    previous = link.hash
    return link
  })
  return { ...content, lane: head.lane, seq: head.seq + 1, previous: head.hash, hash: own, entries: booked }
}

interface Books {
  readonly commands: ReadonlyArray<RecordedCommand>
  readonly heads: ReadonlyArray<Head>
}

/** Books in which several lanes took turns: each number after all that were there. */
const booksOf = (turns: ReadonlyArray<readonly [lane: HashChain.Lane, entries: number]>): Books => {
  const heads = new Map<HashChain.Lane, Head>()
  const commands = turns.map(([lane, entries], n) => {
    const own = heads.get(lane)?.hash ?? HashChain.genesisOf(sha256, lane)
    const command = recorded({ lane, seq: lastOf([...heads.values()]).seq, hash: own }, n + 1, entries)
    const last = command.entries.at(-1) ?? command
    heads.set(lane, { lane, seq: last.seq, hash: last.hash, bookedAt: at })
    return command
  })
  return { commands, heads: [...heads.values()].toSorted((a, b) => a.lane - b.lane) }
}

const linksOf = (books: Books, lane: number) =>
  books.commands
    .filter((command) => command.lane === lane)
    .flatMap((command) => [
      { id: command.id as string, seq: command.seq, hash: command.hash },
      ...command.entries.map(({ entry, hash, seq }) => ({ id: entry.id as string, seq, hash }))
    ])

const reading = ({ commands, heads }: Books) =>
  Layer.mock(Journal, {
    heads: Effect.succeed(heads),
    page: (after, limit) =>
      Effect.succeed(commands.filter((command) => HashChain.place(command) > after).slice(0, limit)),
    link: ({ lane, seq }) => Effect.succeed(linksOf({ commands, heads }, lane).find((link) => link.seq === seq)?.hash)
  })
const digest = Layer.succeed(HashChain.Digest, { sha256, sha256Bytes })

const run = <A, E>(books: Books, effect: Effect.Effect<A, E, Journal | HashChain.Digest>): Result.Result<A, E> =>
  Effect.runSync(Effect.result(Effect.provide(effect, Layer.merge(reading(books), digest))))
const proved = <A, E>(books: Books, effect: Effect.Effect<A, E, Journal | HashChain.Digest>): A =>
  Result.getOrThrow(run(books, effect))

const refusal = <A, E>(books: Books, effect: Effect.Effect<A, E, Journal | HashChain.Digest>): E | undefined => {
  const result = run(books, effect)
  return Result.isFailure(result) ? result.failure : undefined
}

const turns = fc.array(fc.tuple(fc.constantFrom(...lanes), fc.nat({ max: 3 })), { minLength: 1, maxLength: 25 })
const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex")

/** A proof with one thing in it that is another one; its number is told for finding the link, and is bound by the hash. */
const changesOf = (proof: Proofs.LinkProof): ReadonlyArray<Proofs.LinkProof> => {
  const other = Proofs.NodeHash.make(sha256("other"))
  const hash = HashChain.LinkHash.make(other)
  return [
    { ...proof, lane: HashChain.Lane.make(7) },
    { ...proof, hash },
    { ...proof, index: proof.index + 1 },
    { ...proof, size: proof.size + 1 },
    { ...proof, root: other },
    { ...proof, head: { ...proof.head, seq: proof.head.seq + 1 } },
    { ...proof, head: { ...proof.head, hash } },
    { ...proof, proof: [...proof.proof, other] },
    ...proof.proof.map((_, at) => ({ ...proof, proof: proof.proof.with(at, other) })),
    ...proof.proof.map((_, at) => ({ ...proof, proof: proof.proof.toSpliced(at, 1) }))
  ]
}

describe("books of several lanes", () => {
  test("tree heads are of all links of their lanes", () => {
    fc.assert(
      fc.property(turns, (turns) => {
        const books = booksOf(turns)
        expect(proved(books, Proofs.treeHeads)).toEqual(
          books.heads.map(({ hash, lane, seq }) => {
            const links = linksOf(books, lane)
            const root = Buffer.from(Rfc6962.root(links.map((link) => bytes(link.hash)))).toString("hex")
            return { lane, size: links.length, root, head: { seq, hash } }
          })
        )
      })
    )
  })

  test("every command and every entry is shown to be in its lane, and nothing else by its proof", () => {
    fc.assert(
      fc.property(turns, fc.nat(), (turns, n) => {
        const books = booksOf(turns)
        const command = books.commands[n % books.commands.length]!
        const links = linksOf(books, command.lane)
        const published = proved(books, Proofs.treeHeads).find(({ lane }) => lane === command.lane)!
        for (const link of [command, ...command.entries.map(({ entry, ...rest }) => ({ ...rest, id: entry.id }))]) {
          const proof = proved(books, Proofs.proveLink(link.id))
          const { hash, id, seq } = link
          expect(proof).toMatchObject({ ...published, seq, hash, index: links.findIndex((one) => one.id === id) })
          expect(Schema.decodeUnknownSync(Proofs.LinkProof)(JSON.parse(JSON.stringify(proof)))).toEqual(proof)
          expect(Proofs.showsLink(sha256Bytes, published, proof)).toBe(true)
          for (const changed of changesOf(proof)) expect(Proofs.showsLink(sha256Bytes, published, changed)).toBe(false)
        }
      }),
      { numRuns: 50 }
    )
  })

  test("under an earlier tree head, as if nothing had come after it", () => {
    fc.assert(
      fc.property(turns, fc.nat(), (turns, n) => {
        const now = booksOf(turns)
        const then = booksOf(turns.slice(0, 1 + (n % turns.length)))
        for (const published of proved(then, Proofs.treeHeads)) {
          const { id } = linksOf(then, published.lane)[0]!
          const proof = proved(now, Proofs.proveLink(id, { lane: published.lane, seq: published.head.seq }))
          expect(Proofs.showsLink(sha256Bytes, published, proof)).toBe(true)
        }
      }),
      { numRuns: 50 }
    )
  })

  test("a lane is shown to have grown from any link on, and not to have grown from other books", () => {
    fc.assert(
      fc.property(turns, fc.nat(), (turns, n) => {
        const now = booksOf(turns)
        const then = booksOf(turns.slice(0, 1 + (n % turns.length)))
        for (const first of proved(then, Proofs.treeHeads)) {
          const { lane } = first
          const second = proved(now, Proofs.treeHeads).find((head) => head.lane === lane)!
          const proof = proved(now, Proofs.proveGrowth(lane, first.head.seq))
          expect(proved(now, Proofs.proveGrowth(lane, first.head.seq, second.head.seq))).toEqual(proof)
          expect(Schema.decodeUnknownSync(Proofs.GrowthProof)(JSON.parse(JSON.stringify(proof)))).toEqual(proof)
          expect(Proofs.showsGrowth(sha256Bytes, first, second, proof)).toBe(true)
          const other = { ...first, root: Proofs.NodeHash.make(sha256("other")) }
          expect(Proofs.showsGrowth(sha256Bytes, other, second, proof)).toBe(false)
          expect(Proofs.showsGrowth(sha256Bytes, other, second, { ...proof, first: other })).toBe(false)
          expect(Proofs.showsGrowth(sha256Bytes, first, other, { ...proof, second: other })).toBe(false)
        }
      }),
      { numRuns: 50 }
    )
  })
})

describe("what is not there", () => {
  const lane = HashChain.firstLane
  const books = booksOf([
    [lane, 1],
    [lanes[1]!, 1],
    [lane, 0]
  ])
  const [first, , last] = books.commands

  test("an id that no link has, or none up to the head", () => {
    for (const refused of [
      refusal(books, Proofs.proveLink("nobody")),
      refusal(books, Proofs.proveLink(last!.id, { lane, seq: 2 })),
      refusal(books, Proofs.proveLink(first!.id, { lane: lanes[1]!, seq: 4 }))
    ]) {
      expect(refused).toBeInstanceOf(Proofs.ChainLinkNotFound)
    }
  })

  test("a head that is no link of the lane, or none before the second", () => {
    for (const refused of [
      refusal(books, Proofs.proveLink(first!.id, { lane, seq: 3 })),
      refusal(books, Proofs.proveGrowth(lane, 3)),
      refusal(books, Proofs.proveGrowth(lane, 5, 2)),
      refusal(books, Proofs.proveGrowth(lane, 1, 4)),
      refusal(books, Proofs.proveGrowth(lanes[2]!, 1))
    ]) {
      expect(refused).toBeInstanceOf(Proofs.ChainHeadNotFound)
    }
  })

  test("a head whose link was cut off or is another one", () => {
    const cut = { ...books, commands: books.commands.slice(0, -1) }
    const moved = { ...books, heads: books.heads.map((head) => ({ ...head, hash: HashChain.genesis })) }
    for (const broken of [cut, moved]) {
      const refused = refusal(broken, Proofs.treeHeads)
      expect(refused).toBeInstanceOf(Proofs.ChainHeadNotFound)
    }
  })
})

test("a verifier that asks the proof itself what was published would take a forged one; this one does not", () => {
  const books = booksOf([[HashChain.firstLane, 1]])
  const [published] = proved(books, Proofs.treeHeads)
  const forged = proved(
    booksOf([
      [HashChain.firstLane, 1],
      [HashChain.firstLane, 2]
    ]),
    Proofs.proveLink(`${"2".padStart(26, "0")}.1`)
  )
  expect(Proofs.showsLink(sha256Bytes, forged, forged)).toBe(true)
  expect(Proofs.showsLink(sha256Bytes, published!, forged)).toBe(false)
})

test("a lane of more commands than a page", () => {
  const books = booksOf(Array.from({ length: 2001 }, (_, n) => [lanes[n % 2]!, 1] as const))
  const [published] = proved(books, Proofs.treeHeads)
  expect(published!.size).toBe(2002)
  for (const n of [0, 1000, 2000]) {
    const proof = proved(books, Proofs.proveLink(books.commands[n]!.id))
    expect(Proofs.showsLink(sha256Bytes, published!, proof)).toBe(true)
    expect(proof.proof.length).toBeLessThanOrEqual(11)
  }
})
