/**
 * The golden vectors of the chain: what this core computes, what a program written from the prose of docs/reference/chain.md
 * computes, and what is in the file are the same. The file was written once and does not change.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import * as MerkleTree from "@kinchaku/domain/audit/MerkleTree"
import { SealLanes } from "@kinchaku/domain/audit/Seals"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import { JournalEntry } from "@kinchaku/domain/ledger/JournalEntry"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { sha256, sha256Bytes } from "../src/memory/TestDigest.ts"

const file = readFileSync(new URL("../../../docs/reference/vectors/chain.json", import.meta.url))

const Hex = Schema.String
const at = { name: Schema.String, lane: HashChain.Lane, previous: HashChain.LinkHash, seq: Schema.Int }
const gives = { encoded: Schema.String, hash: HashChain.LinkHash }
const Command = Schema.Struct({
  id: Schema.String,
  tag: Schema.String,
  actor: Schema.String,
  key: Schema.String,
  at: Schema.Int,
  bookedAt: Schema.Int,
  content: Schema.String,
  outcome: Schema.String
})
const Link = Schema.Union([
  Schema.Struct({ ...at, kind: Schema.Literal("command"), command: Command, ...gives }),
  Schema.Struct({ ...at, kind: Schema.Literal("entry"), entry: JournalEntry, ...gives })
])
type Link = typeof Link.Type
const Nodes = Schema.Array(Hex)
const Inclusion = { index: Schema.Int, size: Schema.Int, proof: Nodes }
const Consistency = { first: Schema.Int, second: Schema.Int, proof: Nodes }
const Vectors = Schema.Struct({
  vectors: Schema.Literal("kinchaku-chain"),
  version: Schema.Literal(1),
  fields: Schema.Array(Schema.Struct({ text: Schema.String, encoded: Schema.String })),
  genesis: Schema.Array(Schema.Struct({ lane: HashChain.Lane, hash: HashChain.LinkHash })),
  links: Schema.Array(Link),
  trees: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      leaves: Nodes,
      roots: Nodes,
      inclusion: Schema.Array(Schema.Struct(Inclusion)),
      consistency: Schema.Array(Schema.Struct(Consistency))
    })
  ),
  refused: Schema.Struct({
    inclusion: Schema.Array(Schema.Struct({ why: Schema.String, leaf: Hex, ...Inclusion, root: Hex })),
    consistency: Schema.Array(Schema.Struct({ why: Schema.String, ...Consistency, firstRoot: Hex, secondRoot: Hex }))
  })
})
const vectors = Schema.decodeUnknownSync(Schema.fromJsonString(Vectors))(file.toString("utf8"), {
  onExcessProperty: "error"
})

test("the file is the one that was written first", () => {
  expect(createHash("sha256").update(file).digest("hex")).toBe(
    "9d32d27ea5b6924deb2fbd5b4e4c51b53c9d2d6f4541cb24d8affff4bb9e83bb"
  )
})

// ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An encoder and what it is of; the second program, written from the prose alone, with places where it can be wrong. */
interface Prose {
  readonly field: (text: string) => string
  readonly number: (n: number) => string
  readonly genesis: (lane: number) => string
  readonly reverses: (entry: JournalEntry) => string
}
const digest = (text: string): string => createHash("sha256").update(Buffer.from(text, "utf8")).digest("hex")
const prose: Prose = {
  field: (text) => `${Buffer.from(text, "utf8").length}:${text},`,
  number: (n) => BigInt(n).toString(10),
  genesis: (lane) => (lane === 0 ? "0".repeat(64) : digest(`lane:${lane}`)),
  reverses: ({ reverses }) => reverses ?? ""
}
const encodedBy = ({ field, number, reverses }: Prose, previous: string, link: Link): string => {
  const head = [link.kind, previous, number(link.seq)]
  if (link.kind === "command") {
    const { actor, at, bookedAt, content, id, key, outcome, tag } = link.command
    return [...head, id, tag, actor, key, number(at), number(bookedAt), content, outcome].map(field).join("")
  }
  const { businessAt, id, kind, postings } = link.entry
  const lines = postings.flatMap(({ account, amount, side }) => [account, side, number(amount)])
  const own = [id, kind, number(businessAt), reverses(link.entry), number(postings.length)]
  return [...head, ...own, ...lines].map(field).join("")
}

/** Walks the lanes as the prose says; names the links that come out otherwise than in the file. */
const differing = (program: Prose): ReadonlyArray<string> => {
  const heads = new Map<number, string>()
  return vectors.links
    .filter((link) => {
      const previous = heads.get(link.lane) ?? program.genesis(link.lane)
      const encoded = encodedBy(program, previous, link)
      heads.set(link.lane, link.hash)
      return previous !== link.previous || encoded !== link.encoded || digest(encoded) !== link.hash
    })
    .map(({ name }) => name)
}

describe("links", () => {
  test("there are links of each kind, in two lanes; the first three are those of LED-07", () => {
    expect(new Set(vectors.links.map(({ kind, lane }) => `${kind} ${lane}`)).size).toBe(4)
    expect(vectors.links.slice(0, 3).map(({ hash }) => hash.slice(0, 8))).toEqual(["f81dc659", "0f65d229", "670ac70d"])
  })

  test.each(vectors.links)("$name: as this core has it", (link) => {
    const { lane, previous, seq } = link
    const [encoded, hash] =
      link.kind === "command"
        ? [
            HashChain.encodeCommand(previous, { seq, ...link.command }),
            HashChain.linkCommand(sha256, previous, { seq, ...link.command })
          ]
        : [HashChain.encodeEntry(previous, seq, link.entry), HashChain.linkEntry(sha256, previous, seq, link.entry)]
    expect({ encoded, hash }).toEqual({ encoded: link.encoded, hash: link.hash })
    expect(HashChain.placed(HashChain.place({ lane, seq }))).toEqual({ lane, seq })
  })

  test("and as a program has it that was written from the prose", () => {
    expect(differing(prose)).toEqual([])
  })

  test.each<[string, Partial<Prose>]>([
    ["counts characters as UTF-16 does", { field: (text) => `${text.length}:${text},` }],
    ["counts whole characters", { field: (text) => `${Array.from(text).length}:${text},` }],
    ["normalises texts", { field: (text) => prose.field(text.normalize("NFC")) }],
    ["trims texts", { field: (text) => prose.field(text.trim()) }],
    ["leaves empty fields out", { field: (text) => (text === "" ? "" : prose.field(text)) }],
    ["leaves lengths out", { field: (text) => `${text},` }],
    ["leaves commas out", { field: (text) => prose.field(text).slice(0, -1) }],
    ["reads numbers as 32 bits", { number: (n) => `${n >>> 0}` }],
    ["rounds numbers to 15 digits", { number: (n) => prose.number(Number(n.toPrecision(15))) }],
    ["leaves out what an entry reverses", { reverses: () => "" }],
    ["starts every lane alike", { genesis: () => "0".repeat(64) }],
    ["starts lane 0 as the others", { genesis: (lane) => digest(`lane:${lane}`) }]
  ])("a program is noticed that %s", (_, mistake) => {
    expect(differing({ ...prose, ...mistake }).length).toBeGreaterThan(0)
  })

  test("fields", () => {
    for (const { encoded, text } of vectors.fields) {
      expect([HashChain.field(text), prose.field(text)]).toEqual([encoded, encoded])
    }
  })

  test("the page that describes them has examples that are true", () => {
    const page = readFileSync(new URL("../../../docs/reference/chain.md", import.meta.url), "utf8")
    const rows = [...page.matchAll(/^\| (?:`(.+)`|\(none\)) \| `(\d+:.*,)` \|$/gmu)]
    expect(rows.map(([, text = ""]) => prose.field(text))).toEqual(rows.map(([, , encoded]) => encoded))
    expect(rows).toHaveLength(4)
    expect(page).toContain(`printf lane:3 | openssl dgst -sha256 -r   # ${prose.genesis(3)}`)
  })

  test("what stands before the first link of a lane", () => {
    for (const { hash, lane } of vectors.genesis) {
      expect([HashChain.genesisOf(sha256, lane), prose.genesis(lane)]).toEqual([hash, hash])
    }
  })

  test("a seal names the heads of the lanes before it", () => {
    const at = vectors.links.findIndex((link) => link.kind === "command" && link.command.tag === SealLanes.tag)
    const seal = vectors.links[at]
    const heads = [0, 3].map((lane) => vectors.links.slice(0, at).findLast((link) => link.lane === lane)!)
    const content = seal?.kind === "command" ? seal.command.content : ""
    expect(Schema.decodeUnknownSync(SealLanes.content)(JSON.parse(content))).toEqual({
      heads: heads.map(({ hash, lane, seq }) => ({ lane, seq, hash }))
    })
  })

  test("openssl computes the same digests", (context) => {
    try {
      execFileSync("openssl", ["version"], { stdio: "ignore" })
    } catch {
      context.skip("openssl is not installed")
    }
    for (const { encoded, hash } of vectors.links) {
      const printed = execFileSync("openssl", ["dgst", "-sha256", "-r"], { input: encoded, encoding: "utf8" })
      expect(printed.slice(0, 64)).toBe(hash)
    }
  })
})

// ── trees ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex")
const hexes = (all: ReadonlyArray<Uint8Array> | undefined) => all?.map((one) => Buffer.from(one).toString("hex"))

/** The same from the prose: hashes as text, by recursion over all leaves. */
const node = (...hex: ReadonlyArray<string>): string =>
  createHash("sha256")
    .update(bytes(hex.join("")))
    .digest("hex")
const halves = (all: ReadonlyArray<string>) => {
  const k = 2 ** Math.ceil(Math.log2(all.length) - 1)
  return { k, left: all.slice(0, k), right: all.slice(k) }
}
const rootOf = (all: ReadonlyArray<string>): string => {
  if (all.length < 2) return all[0] === undefined ? node() : node("00", all[0])
  const { left, right } = halves(all)
  return node("01", rootOf(left), rootOf(right))
}
const inclusionOf = (m: number, all: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (all.length === 1) return []
  const { k, left, right } = halves(all)
  return m < k ? [...inclusionOf(m, left), rootOf(right)] : [...inclusionOf(m - k, right), rootOf(left)]
}
const consistencyOf = (m: number, all: ReadonlyArray<string>, isWhole = true): ReadonlyArray<string> => {
  if (m === all.length) return isWhole ? [] : [rootOf(all)]
  const { k, left, right } = halves(all)
  return m <= k
    ? [...consistencyOf(m, left, isWhole), rootOf(right)]
    : [...consistencyOf(m - k, right, false), rootOf(left)]
}

describe.each(vectors.trees)("$name", ({ consistency, inclusion, leaves, roots }) => {
  const data = leaves.map(bytes)
  const sized = (size: number): MerkleTree.Sized => ({ size, root: bytes(roots[size] ?? "") })

  test("roots", () => {
    const tree = MerkleTree.start(sha256Bytes)
    const computed = [MerkleTree.root(tree)]
    for (const leaf of data) {
      MerkleTree.append(tree, leaf)
      computed.push(MerkleTree.root(tree))
    }
    expect(hexes(computed)).toEqual(roots)
    expect(roots.map((_, size) => rootOf(leaves.slice(0, size)))).toEqual(roots)
  })

  test("proofs of leaves", () => {
    expect(inclusion).toHaveLength((leaves.length * (leaves.length + 1)) / 2)
    for (const { index, proof, size } of inclusion) {
      expect(hexes(MerkleTree.inclusionProof(sha256Bytes, data.slice(0, size), index))).toEqual(proof)
      expect(inclusionOf(index, leaves.slice(0, size))).toEqual(proof)
      const claim = { leaf: data[index]!, index, proof: proof.map(bytes) }
      expect(MerkleTree.verifyInclusion(sha256Bytes, claim, sized(size))).toBe(true)
    }
  })

  test("proofs between sizes", () => {
    expect(consistency).toHaveLength((leaves.length * (leaves.length + 1)) / 2)
    for (const { first, proof, second } of consistency) {
      expect(hexes(MerkleTree.consistencyProof(sha256Bytes, data.slice(0, second), first))).toEqual(proof)
      expect(consistencyOf(first, leaves.slice(0, second))).toEqual(proof)
      const answered = MerkleTree.verifyConsistency(sha256Bytes, sized(first), sized(second), proof.map(bytes))
      expect(answered).toBe(true)
    }
  })
})

test("the trees of the lanes are over the hashes of their links", () => {
  for (const [n, lane] of [0, 3].entries()) {
    expect(vectors.trees[n]?.leaves).toEqual(vectors.links.filter((link) => link.lane === lane).map(({ hash }) => hash))
  }
})

describe("what a verifier refuses", () => {
  test.each(vectors.refused.inclusion)("a proof of a leaf: $why", ({ index, leaf, proof, root, size }) => {
    const claim = { leaf: bytes(leaf), index, proof: proof.map(bytes) }
    expect(MerkleTree.verifyInclusion(sha256Bytes, claim, { size, root: bytes(root) })).toBe(false)
  })

  test.each(vectors.refused.consistency)("a proof between sizes: $why", (given) => {
    const [first, second] = [
      { size: given.first, root: bytes(given.firstRoot) },
      { size: given.second, root: bytes(given.secondRoot) }
    ]
    expect(MerkleTree.verifyConsistency(sha256Bytes, first, second, given.proof.map(bytes))).toBe(false)
  })
})
