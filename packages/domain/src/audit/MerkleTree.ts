/**
 * The Merkle tree of RFC 6962 and RFC 9162 over leaves that come one by one: a root stands for all leaves in their order, and a
 * short proof shows that one leaf is under a root, or that the leaves of one root are the first ones of another.
 *
 * A tree in the making keeps one hash for each complete subtree, so its memory grows with the logarithm of the leaves. A root
 * does not say how many leaves are under it: what is published and trusted is a size and its root together.
 */
import type { Sha256Bytes } from "../ledger/HashChain.ts"

/** A SHA-256 digest, 32 bytes. */
export type Hash = Uint8Array

/** A complete subtree of 2^height leaves that is no part of a larger complete one yet. */
interface Peak {
  readonly height: number
  readonly hash: Hash
}

/** The way of one node up to the root, as far as the tree has grown. */
interface Path {
  /** Which peak the node is under, counted from the left. */
  peak: number
  /** The siblings on the way to that peak, the lowest first. */
  readonly siblings: Array<Hash>
}

/** A tree in the making. Its peaks go from left to right, each lower than the one before. */
export interface Tree {
  readonly sha256: Sha256Bytes
  size: number
  readonly peaks: Array<Peak>
  readonly paths: Array<Path>
}

/** A leaf whose proof is asked for later. */
export interface Followed {
  readonly index: number
  readonly path: Path
}

/** The tree as it was at a size, to which a later one is compared. */
export interface Mark {
  readonly size: number
  readonly root: Hash
  /** The subtree from which both roots are computed; none where it is the whole tree. */
  readonly from: ReadonlyArray<Hash>
  readonly path: Path
}

const hashBytes = 32
const nothing = new Uint8Array(0)

const tagged = (tag: 0 | 1, left: Uint8Array, right: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(1 + left.length + right.length)
  bytes[0] = tag
  bytes.set(left, 1)
  bytes.set(right, 1 + left.length)
  return bytes
}

/** > SHA-256(0x00 ‖ data) */
const leafHash = (sha256: Sha256Bytes, data: Uint8Array): Hash => sha256(tagged(0, data, nothing))

/** > SHA-256(0x01 ‖ left ‖ right) */
const nodeHash = (sha256: Sha256Bytes, left: Hash, right: Hash): Hash => sha256(tagged(1, left, right))

/** A tree without leaves. */
export const start = (sha256: Sha256Bytes): Tree => ({ sha256, size: 0, peaks: [], paths: [] })

/** Adds a leaf at the right. */
export const append = (tree: Tree, data: Uint8Array): void => {
  let hash = leafHash(tree.sha256, data)
  let height = 0
  for (let left = tree.peaks.at(-1); left?.height === height; left = tree.peaks.at(-1)) {
    tree.peaks.pop()
    const at = tree.peaks.length
    for (const path of tree.paths) {
      if (path.peak < at) continue
      path.siblings.push(path.peak === at ? hash : left.hash)
      path.peak = at
    }
    hash = nodeHash(tree.sha256, left.hash, hash)
    height += 1
  }
  tree.peaks.push({ height, hash })
  tree.size += 1
}

const follow = (tree: Tree, peak: number): Path => {
  const path: Path = { peak, siblings: [] }
  tree.paths.push(path)
  return path
}

/** Adds a leaf at the right and follows it. */
export const appendFollowed = (tree: Tree, data: Uint8Array): Followed => {
  const followed = { index: tree.size, path: follow(tree, tree.peaks.length) }
  append(tree, data)
  return followed
}

const rootOf = (sha256: Sha256Bytes, peaks: ReadonlyArray<Peak>): Hash =>
  peaks.reduceRight<Hash | undefined>(
    (right, { hash }) => (right === undefined ? hash : nodeHash(sha256, hash, right)),
    undefined
  ) ?? sha256(nothing)

/** The root of the leaves so far. > SHA-256("") where there are none */
export const root = (tree: Tree): Hash => rootOf(tree.sha256, tree.peaks)

const siblings = ({ peaks, sha256 }: Tree, path: Path): ReadonlyArray<Hash> => {
  const right = peaks.slice(path.peak + 1)
  const left = peaks.slice(0, path.peak).toReversed()
  return [...path.siblings, ...(right.length > 0 ? [rootOf(sha256, right)] : []), ...left.map(({ hash }) => hash)]
}

/** The proof that a followed leaf is in the tree. > PATH(m, D[n]) */
export const inclusion = (tree: Tree, { path }: Followed): ReadonlyArray<Hash> => siblings(tree, path)

/** Marks the tree as it is; one without leaves is no beginning of anything. */
export const mark = (tree: Tree): Mark | undefined => {
  const last = tree.peaks.at(-1)
  if (last === undefined) return undefined
  const from = tree.peaks.length === 1 ? [] : [last.hash]
  return { size: tree.size, root: root(tree), from, path: follow(tree, tree.peaks.length - 1) }
}

/** The proof that the tree begins with the leaves that it had when it was marked. > PROOF(m, D[n]) */
export const consistency = (tree: Tree, { from, path, size }: Mark): ReadonlyArray<Hash> =>
  size === tree.size ? [] : [...from, ...siblings(tree, path)]

/** The proof for the leaf at an index among these leaves, which are read once; none where there is no such leaf. */
export const inclusionProof = (
  sha256: Sha256Bytes,
  leaves: Iterable<Uint8Array>,
  index: number
): ReadonlyArray<Hash> | undefined => {
  const tree = start(sha256)
  let followed: Followed | undefined
  for (const leaf of leaves) {
    if (tree.size === index) followed = appendFollowed(tree, leaf)
    else append(tree, leaf)
  }
  return followed === undefined ? undefined : inclusion(tree, followed)
}

/** The proof that these leaves, which are read once, continue the first so many of them; none where they are fewer, or for 0. */
export const consistencyProof = (
  sha256: Sha256Bytes,
  leaves: Iterable<Uint8Array>,
  firstSize: number
): ReadonlyArray<Hash> | undefined => {
  const tree = start(sha256)
  let marked: Mark | undefined
  for (const leaf of leaves) {
    append(tree, leaf)
    if (tree.size === firstSize) marked = mark(tree)
  }
  return marked === undefined ? undefined : consistency(tree, marked)
}

/** A size with its root, as it was published. */
export interface Sized {
  readonly size: number
  readonly root: Hash
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
const isHash = (bytes: Uint8Array): boolean => bytes.length === hashBytes
const equal = (a: Hash, b: Hash): boolean => isHash(a) && isHash(b) && a.every((byte, index) => byte === b[index])
// Halves, because shifts see 32 bits only.
const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1

/**
 * On which side each sibling stands on the way from a node up, where nodes of its height are counted from 0 to `last`
 * (RFC 9162 §2.1.3.2, steps 2 to 4; `node` is fn and `last` is sn there).
 */
const sides = (node: number, last: number): ReadonlyArray<"left" | "right"> => {
  const all: Array<"left" | "right"> = []
  let [fn, sn] = [node, last]
  while (sn > 0) {
    const isLeft = isOdd(fn) || fn === sn
    all.push(isLeft ? "left" : "right")
    // A node without a sibling at its height stands for its parent.
    while (isLeft && !isOdd(fn) && fn > 0) [fn, sn] = [half(fn), half(sn)]
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return all
}

/** Whether a leaf stands at an index among the leaves under a root (RFC 9162 §2.1.3.2). */
export const verifyInclusion = (
  sha256: Sha256Bytes,
  claim: { readonly leaf: Uint8Array; readonly index: number; readonly proof: ReadonlyArray<Hash> },
  under: Sized
): boolean => {
  const { index, leaf, proof } = claim
  if (!isCount(index) || !isCount(under.size) || index >= under.size) return false
  const way = sides(index, under.size - 1)
  if (way.length !== proof.length || !proof.every(isHash)) return false
  const hash = proof.reduce(
    (below, sibling, n) => (way[n] === "left" ? nodeHash(sha256, sibling, below) : nodeHash(sha256, below, sibling)),
    leafHash(sha256, leaf)
  )
  return equal(hash, under.root)
}

/**
 * Whether the leaves under the first root are the first ones under the second (RFC 9162 §2.1.4.2). The same size needs the
 * same root and no proof; a tree without leaves proves nothing and is refused.
 */
export const verifyConsistency = (
  sha256: Sha256Bytes,
  first: Sized,
  second: Sized,
  proof: ReadonlyArray<Hash>
): boolean => {
  if (!isCount(first.size) || !isCount(second.size) || first.size === 0 || first.size > second.size) return false
  if (!proof.every(isHash)) return false
  if (first.size === second.size) return proof.length === 0 && equal(first.root, second.root)
  let [fn, sn] = [first.size - 1, second.size - 1]
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)]
  // With 2^k leaves the first tree is itself the subtree from which both roots are computed.
  const [from, ...rest] = fn === 0 ? [first.root, ...proof] : proof
  const way = sides(fn, sn)
  if (from === undefined || way.length !== rest.length) return false
  let [firstHash, secondHash] = [from, from]
  for (const [n, sibling] of rest.entries()) {
    const isLeft = way[n] === "left"
    if (isLeft) firstHash = nodeHash(sha256, sibling, firstHash)
    secondHash = isLeft ? nodeHash(sha256, sibling, secondHash) : nodeHash(sha256, secondHash, sibling)
  }
  return equal(firstHash, first.root) && equal(secondHash, second.root)
}
