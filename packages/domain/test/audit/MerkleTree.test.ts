import { hash } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as MerkleTree from "../../src/audit/MerkleTree.ts"
import * as Rfc6962 from "./Rfc6962.ts"

type Bytes = Uint8Array
type VerifyInclusion = typeof MerkleTree.verifyInclusion
type VerifyConsistency = typeof MerkleTree.verifyConsistency

const sha256 = (bytes: Bytes): Bytes => hash("sha256", bytes, "buffer")
const hex = (bytes: Bytes): string => Buffer.from(bytes).toString("hex")
const hexes = (all: ReadonlyArray<Bytes>): ReadonlyArray<string> => all.map(hex)
const bytes = (text: string): Bytes => Buffer.from(text, "hex")
const treeOf = (leaves: ReadonlyArray<Bytes>, digest = sha256): MerkleTree.Tree => {
  const tree = MerkleTree.start(digest)
  for (const leaf of leaves) MerkleTree.append(tree, leaf)
  return tree
}

const sizeMax = 64
const leaves = Array.from({ length: sizeMax }, (_, n) => sha256(Buffer.from(`link ${n}`)))
const roots = leaves.map((_, n) => Rfc6962.root(leaves.slice(0, n + 1)))
const sized = (size: number): MerkleTree.Sized => ({ size, root: roots[size - 1]! })

describe("the test vectors of Certificate Transparency", () => {
  const published = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
  const data = published.map(bytes)

  test.each([
    [0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    [1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
    [2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    [3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
    [4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
    [5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
    [6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
    [7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
    [8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"]
  ])("%i leaves have the root %s", (size, root) => {
    expect(hex(MerkleTree.root(treeOf(data.slice(0, size))))).toBe(root)
    expect(hex(Rfc6962.root(data.slice(0, size)))).toBe(root)
  })
})

/** Every single-bit neighbour of a text of bytes. */
const flips = (of: Bytes): ReadonlyArray<Bytes> =>
  Array.from({ length: of.length * 8 }, (_, bit) => of.with(bit >> 3, of[bit >> 3]! ^ (1 << (bit & 7))))
/** The same with one bit only, another one each time. */
const flip = (of: Bytes, turn: number): ReadonlyArray<Bytes> => {
  const bit = (turn * 97) % (of.length * 8)
  return [of.with(bit >> 3, of[bit >> 3]! ^ (1 << (bit & 7)))]
}
/** Every single-bit neighbour of a number that is a safe integer. */
const neighbours = (of: number): ReadonlyArray<number> =>
  Array.from({ length: 53 }, (_, bit) => Number(BigInt(of) ^ (1n << BigInt(bit))))
const changedAt = (all: ReadonlyArray<Bytes>, changes: (of: Bytes) => ReadonlyArray<Bytes>) =>
  all.flatMap((one, at) => changes(one).map((changed) => all.with(at, changed)))
/** Lists of another length: one less at either end, one more at either end. */
const resized = (all: ReadonlyArray<Bytes>): ReadonlyArray<ReadonlyArray<Bytes>> => [
  ...(all.length > 0 ? [all.slice(1), all.slice(0, -1)] : []),
  [leaves[0]!, ...all],
  [...all, leaves[0]!]
]

/** Tries a verifier on every leaf of a tree of a size; answers what it got wrong. */
const inclusionFaults = (verify: VerifyInclusion, size: number, changes: (of: Bytes) => ReadonlyArray<Bytes>) => {
  const faults: Array<string> = []
  const under = sized(size)
  for (let index = 0; index < size; index++) {
    const leaf = leaves[index]!
    const proof = MerkleTree.inclusionProof(sha256, leaves.slice(0, size), index)!
    const expectThat = (what: string, expected: boolean, claim: object, root: object = {}): void => {
      const answered = verify(sha256, { leaf, index, proof, ...claim }, { ...under, ...root })
      if (answered !== expected) faults.push(`${index} of ${size}: ${what}`)
    }
    expectThat("as it is", true, {})
    for (const changed of changes(leaf)) expectThat("leaf", false, { leaf: changed })
    for (const changed of changes(under.root)) expectThat("root", false, {}, { root: changed })
    for (const changed of [...changedAt(proof, changes), ...resized(proof)])
      expectThat("proof", false, { proof: changed })
    for (const other of neighbours(index)) expectThat("index", false, { index: other })
    // A root does not say how many leaves it has: a size under which the same proof is read the same way is no contradiction.
    const shape = Rfc6962.pathShape(index, size)
    for (const other of neighbours(size)) {
      const reads = index < other && Rfc6962.pathShape(index, other) === shape
      expectThat(`size ${other}`, reads, {}, { size: other })
    }
  }
  return faults
}

/** Tries a verifier on all earlier sizes of a tree of a size; answers what it got wrong. */
const consistencyFaults = (verify: VerifyConsistency, size: number, changes: (of: Bytes) => ReadonlyArray<Bytes>) => {
  const faults: Array<string> = []
  const second = sized(size)
  for (let firstSize = 1; firstSize <= size; firstSize++) {
    const first = sized(firstSize)
    const proof = MerkleTree.consistencyProof(sha256, leaves.slice(0, size), firstSize)!
    const expectThat = (what: string, expected: boolean, a: object, b: object = {}, changed = proof): void => {
      const answered = verify(sha256, { ...first, ...a }, { ...second, ...b }, changed)
      if (answered !== expected) faults.push(`${firstSize} in ${size}: ${what}`)
    }
    expectThat("as it is", true, {})
    for (const root of changes(first.root)) expectThat("first root", false, { root })
    for (const root of changes(second.root)) expectThat("second root", false, {}, { root })
    for (const changed of [...changedAt(proof, changes), ...resized(proof)]) expectThat("proof", false, {}, {}, changed)
    const shape = Rfc6962.proofShape(firstSize, size)
    const reads = (a: number, b: number): boolean => a > 0 && a <= b && Rfc6962.proofShape(a, b) === shape
    for (const other of neighbours(firstSize)) expectThat(`first ${other}`, reads(other, size), { size: other })
    for (const other of neighbours(size)) expectThat(`second ${other}`, reads(firstSize, other), {}, { size: other })
  }
  return faults
}

const everySize = Array.from({ length: sizeMax }, (_, n) => n + 1)
const thoroughMax = 12

describe("up to 64 leaves", () => {
  test("roots and proofs are those of RFC 6962", () => {
    for (const size of everySize) {
      const some = leaves.slice(0, size)
      expect(hex(MerkleTree.root(treeOf(some)))).toBe(hex(roots[size - 1]!))
      for (let n = 0; n < size; n++) {
        expect(hexes(MerkleTree.inclusionProof(sha256, some, n)!)).toEqual(hexes(Rfc6962.path(n, some)))
        expect(hexes(MerkleTree.consistencyProof(sha256, some, n + 1)!)).toEqual(hexes(Rfc6962.proof(n + 1, some)))
      }
    }
  })

  test("what is not in the tree has no proof", () => {
    for (const n of [-1, 0.5, 3, Number.NaN]) {
      expect(MerkleTree.inclusionProof(sha256, leaves.slice(0, 3), n)).toBeUndefined()
    }
    for (const n of [-1, 0, 0.5, 4]) {
      expect(MerkleTree.consistencyProof(sha256, leaves.slice(0, 3), n)).toBeUndefined()
    }
    expect(MerkleTree.mark(MerkleTree.start(sha256))).toBeUndefined()
  })

  test("every proof of a leaf verifies, and none with anything in it changed", () => {
    expect(
      everySize.flatMap((size) => inclusionFaults(MerkleTree.verifyInclusion, size, (of) => flip(of, size)))
    ).toEqual([])
  })

  test("every proof between two sizes verifies, and none with anything in it changed", () => {
    expect(
      everySize.flatMap((size) => consistencyFaults(MerkleTree.verifyConsistency, size, (of) => flip(of, size)))
    ).toEqual([])
  })

  test(`with up to ${thoroughMax} leaves, whichever single bit is changed`, () => {
    for (const size of everySize.slice(0, thoroughMax)) {
      expect(inclusionFaults(MerkleTree.verifyInclusion, size, flips)).toEqual([])
      expect(consistencyFaults(MerkleTree.verifyConsistency, size, flips)).toEqual([])
    }
  })
})

describe("a verifier is noticed that", () => {
  const oneBit = (of: Bytes): ReadonlyArray<Bytes> => flip(of, 1)
  const claimed = (claim: Parameters<VerifyInclusion>[1], change: object) => ({ ...claim, ...change })

  test.each<[string, VerifyInclusion, string]>([
    [
      "ignores the size",
      (digest, { index, leaf, proof }, { root }) => {
        const node = (l: Bytes, r: Bytes): Bytes => digest(Buffer.concat([Uint8Array.of(1), l, r]))
        const climb = (below: Bytes, sibling: Bytes, at: number): Bytes =>
          Math.floor(index / 2 ** at) % 2 === 1 ? node(sibling, below) : node(below, sibling)
        return hex(proof.reduce(climb, digest(Buffer.concat([Uint8Array.of(0), leaf])))) === hex(root)
      },
      "size"
    ],
    ["accepts everything", () => true, "leaf"],
    ["accepts nothing", () => false, "as it is"],
    [
      "does not ask whether the proof was used up",
      (digest, claim, under) =>
        MerkleTree.verifyInclusion(
          digest,
          claimed(claim, {
            proof: claim.proof.slice(0, Rfc6962.pathShape(claim.index % under.size, under.size).length)
          }),
          under
        ),
      "proof"
    ],
    [
      "takes any index for one within the tree",
      (digest, claim, under) =>
        MerkleTree.verifyInclusion(digest, claimed(claim, { index: claim.index % under.size }), under),
      "index"
    ]
  ])("%s (of leaves)", (_, verify, what) => {
    const faults = [1, 7, 8].flatMap((size) => inclusionFaults(verify, size, oneBit))
    expect(faults.some((fault) => fault.includes(what))).toBe(true)
  })

  test.each<[string, VerifyConsistency, string]>([
    [
      "does not compute the first root",
      (digest, first, second, proof) =>
        MerkleTree.verifyConsistency(
          digest,
          first.size > 0 && first.size < 64 ? sized(first.size) : first,
          second,
          proof
        ),
      "first root"
    ],
    [
      "does not compute the second root",
      (digest, first, second, proof) =>
        MerkleTree.verifyConsistency(
          digest,
          first,
          second.size > 0 && second.size < 64 ? sized(second.size) : second,
          proof
        ),
      "second root"
    ],
    [
      "takes any proof for a tree that has not grown",
      (digest, first, second, proof) =>
        first.size === second.size || MerkleTree.verifyConsistency(digest, first, second, proof),
      "proof"
    ],
    ["accepts everything", () => true, "proof"],
    ["accepts nothing", () => false, "as it is"]
  ])("%s (of sizes)", (_, verify, what) => {
    const faults = [1, 7, 8].flatMap((size) => consistencyFaults(verify, size, oneBit))
    expect(faults.some((fault) => fault.includes(what))).toBe(true)
  })

  test("knows leaves and nodes apart by nothing: it takes two nodes for a leaf, which the tree with tags refuses", () => {
    const untagged = (tagged: Bytes): Bytes => sha256(tagged.subarray(1))
    const accepted = (digest: typeof sha256): boolean => {
      const [a, b, c, d] = leaves.map((leaf) => treeOf([leaf], digest)).map(MerkleTree.root)
      const pair = Buffer.concat([a!, b!])
      const sibling = digest(Buffer.concat([Uint8Array.of(1), c!, d!]))
      const root = MerkleTree.root(treeOf(leaves.slice(0, 4), digest))
      return MerkleTree.verifyInclusion(digest, { leaf: pair, index: 0, proof: [sibling] }, { size: 2, root })
    }
    expect({ untagged: accepted(untagged), tagged: accepted(sha256) }).toEqual({ untagged: true, tagged: false })
  })
})

test("any leaves of any length, followed and marked at any place while the tree grows", () => {
  const data = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(data, fc.nat(), fc.nat(), (all, a, b) => {
      const [index, first] = [a % all.length, 1 + (b % all.length)]
      const tree = MerkleTree.start(sha256)
      let [followed, marked]: [MerkleTree.Followed?, MerkleTree.Mark?] = []
      for (const [n, leaf] of all.entries()) {
        if (n === index) followed = MerkleTree.appendFollowed(tree, leaf)
        else MerkleTree.append(tree, leaf)
        if (tree.size === first) marked = MerkleTree.mark(tree)
      }
      const whole = { size: all.length, root: Rfc6962.root(all) }
      expect(hex(MerkleTree.root(tree))).toBe(hex(whole.root))
      expect(tree.peaks.length).toBeLessThanOrEqual(Math.ceil(Math.log2(all.length + 1)))
      const proof = MerkleTree.inclusion(tree, followed!)
      expect(hexes(proof)).toEqual(hexes(Rfc6962.path(index, all)))
      expect(MerkleTree.verifyInclusion(sha256, { leaf: all[index]!, index, proof }, whole)).toBe(true)
      const between = MerkleTree.consistency(tree, marked!)
      expect(hexes(between)).toEqual(hexes(Rfc6962.proof(first, all)))
      expect(MerkleTree.verifyConsistency(sha256, marked!, whole, between)).toBe(true)
    })
  )
})

test("sizes beyond 32 bits are read as they are", () => {
  const sizes = fc.maxSafeNat().filter((size) => size > 2 ** 32)
  fc.assert(
    fc.property(sizes, fc.maxSafeNat(), (size, n) => {
      const index = n % size
      const shape = Rfc6962.pathShape(index, size)
      const proof = Array.from(shape, (_, at) => leaves[at]!)
      const node = (l: Bytes, r: Bytes): Bytes => sha256(Buffer.concat([Uint8Array.of(1), l, r]))
      const root = proof.reduce(
        (below, sibling, at) => (shape[at] === "L" ? node(sibling, below) : node(below, sibling)),
        sha256(Buffer.concat([Uint8Array.of(0), leaves[0]!]))
      )
      expect(MerkleTree.verifyInclusion(sha256, { leaf: leaves[0]!, index, proof }, { size, root })).toBe(true)
    })
  )
})
