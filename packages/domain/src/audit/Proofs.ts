/**
 * Proofs over the chain: that one link is in a lane, and that a lane has only grown since an earlier head, each for somebody who
 * has nothing but published tree heads.
 *
 * The leaves are the hashes of a lane's links in the order of their numbers. A proof is computed from the hashes as they are
 * stored, in one walk whose memory does not grow with the lane; that the hashes are those of the contents is for the verification.
 */
import { Effect, Schema, Stream } from "effect"
import { instant } from "../calendar/JapanDate.ts"
import type { Head, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import { Digest, Lane, LinkHash, type Sha256Bytes } from "../ledger/HashChain.ts"
import { Journal, pages } from "./Journal.ts"
import * as MerkleTree from "./MerkleTree.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))

/** A node of a Merkle tree, 64 hexadecimal digits. */
export const NodeHash = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)).pipe(Schema.brand("NodeHash"))
export type NodeHash = typeof NodeHash.Type

/** What is published of a lane: how many links it has, their root, and the last of them. Only the size and the root together stand for the links. */
export const TreeHead = Schema.Struct({
  lane: Lane,
  size: Count,
  root: NodeHash,
  head: Schema.Struct({ seq: Count, hash: LinkHash })
})
export type TreeHead = typeof TreeHead.Type

/** That the link with this hash stands at an index among the links under a root; an index counts from 0. */
export const LinkProof = Schema.Struct({
  ...TreeHead.fields,
  seq: Count,
  hash: LinkHash,
  index: Count,
  proof: Schema.Array(NodeHash)
})
export type LinkProof = typeof LinkProof.Type

/** That the links under the second root begin with those under the first. */
export const GrowthProof = Schema.Struct({ first: TreeHead, second: TreeHead, proof: Schema.Array(NodeHash) })
export type GrowthProof = typeof GrowthProof.Type

/** Refused: no command and no entry with this id is in the chain, or none in the lane up to the head that was named. */
export class ChainLinkNotFound extends Schema.TaggedError<ChainLinkNotFound>()("ChainLinkNotFound", {
  id: Schema.String
}) {}

/** Refused: the lane has no link with this number, or none before the later head; without a number, it has no links. */
export class ChainHeadNotFound extends Schema.TaggedError<ChainHeadNotFound>()("ChainHeadNotFound", {
  lane: Lane,
  seq: Schema.optionalKey(Schema.Int)
}) {}

/** A link by its lane and number. */
export type LinkName = Pick<Head, "lane" | "seq">

const toHex = (bytes: Uint8Array): NodeHash =>
  NodeHash.make(Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""))
const toBytes = (hex: LinkHash | NodeHash): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16))

interface Link {
  readonly id: string
  readonly seq: number
  readonly hash: LinkHash
}

const linksOf = (command: RecordedCommand): ReadonlyArray<Link> => [
  command,
  ...command.entries.map(({ entry, hash, seq }) => ({ id: entry.id, seq, hash }))
]

/** A lane up to a head, as far as it was walked. */
interface Growing {
  readonly head: Omit<Head, "bookedAt">
  readonly tree: MerkleTree.Tree
  last: LinkHash | undefined
}

const pageSize = 1000

/** Walks lanes up to their heads, with each link handed to `add`, which appends it to the tree of its lane. */
const grow = Effect.fnUntraced(function* (
  heads: ReadonlyArray<Head>,
  add: (growing: Growing, link: Link) => void
): Effect.fn.Return<ReadonlyArray<Growing>, ChainHeadNotFound | StoreUnavailable, Journal | Digest> {
  const { sha256Bytes } = yield* Digest
  const lanes = new Map(
    heads.map((head): [Lane, Growing] => [head.lane, { head, tree: MerkleTree.start(sha256Bytes), last: undefined }])
  )
  const take = (command: RecordedCommand): void => {
    const growing = lanes.get(command.lane)
    if (growing === undefined) return
    for (const link of linksOf(command)) {
      if (link.seq > growing.head.seq) return
      add(growing, link)
      growing.last = link.hash
    }
  }
  yield* Stream.runForEach(pages(heads, pageSize), (page) => Effect.sync(() => page.forEach(take)))
  for (const { head, last } of lanes.values()) {
    if (last !== head.hash) return yield* new ChainHeadNotFound({ lane: head.lane, seq: head.seq })
  }
  return [...lanes.values()]
})

const append = ({ tree }: Growing, { hash }: Link): void => MerkleTree.append(tree, toBytes(hash))

const headOf = ({ head: { hash, lane, seq }, tree }: Growing): TreeHead => ({
  lane,
  size: tree.size,
  root: toHex(MerkleTree.root(tree)),
  head: { seq, hash }
})

const named = Effect.fnUntraced(function* ({ lane, seq }: LinkName) {
  const hash = yield* (yield* Journal).link({ lane, seq })
  if (hash === undefined) return yield* new ChainHeadNotFound({ lane, seq })
  return { lane, seq, hash, bookedAt: instant(0) } satisfies Head
})

/** The tree heads of all lanes as they are now: what an operator publishes. */
export const treeHeads: Effect.Effect<
  ReadonlyArray<TreeHead>,
  ChainHeadNotFound | StoreUnavailable,
  Journal | Digest
> = Effect.gen(function* () {
  const heads = yield* (yield* Journal).heads
  return (yield* grow(heads, append)).map(headOf)
})

/**
 * Proves that a command or an entry is in the chain, by its id. The proof is under the lane's head as it is now, or under an
 * earlier one, named by its lane and number, whose tree head was published.
 */
export const proveLink = Effect.fn("Proofs.proveLink")(function* (
  id: string,
  under?: LinkName
): Effect.fn.Return<LinkProof, ChainLinkNotFound | ChainHeadNotFound | StoreUnavailable, Journal | Digest> {
  const heads = under === undefined ? yield* (yield* Journal).heads : [yield* named(under)]
  let found: { readonly link: Link; readonly growing: Growing; readonly leaf: MerkleTree.Followed } | undefined
  yield* grow(heads, (growing, link) => {
    if (found !== undefined || link.id !== id) append(growing, link)
    else found = { link, growing, leaf: MerkleTree.appendFollowed(growing.tree, toBytes(link.hash)) }
  })
  if (found === undefined) return yield* new ChainLinkNotFound({ id })
  const { growing, leaf, link } = found
  const proof = MerkleTree.inclusion(growing.tree, leaf).map(toHex)
  const { head, lane, root, size } = headOf(growing)
  return { lane, seq: link.seq, hash: link.hash, index: leaf.index, size, proof, root, head }
})

/** Proves that a lane at its present head, or at a second one named by its number, continues what it was at a first one. */
export const proveGrowth = Effect.fn("Proofs.proveGrowth")(function* (
  lane: Lane,
  firstSeq: number,
  secondSeq?: number
): Effect.fn.Return<GrowthProof, ChainHeadNotFound | StoreUnavailable, Journal | Digest> {
  const heads = yield* (yield* Journal).heads
  const second =
    secondSeq === undefined ? heads.find((head) => head.lane === lane) : yield* named({ lane, seq: secondSeq })
  if (second === undefined) return yield* new ChainHeadNotFound({ lane })
  let first: { readonly head: TreeHead; readonly mark: MerkleTree.Mark } | undefined
  const [grown] = yield* grow([second], (growing, link) => {
    append(growing, link)
    const mark = link.seq === firstSeq ? MerkleTree.mark(growing.tree) : undefined
    if (mark !== undefined)
      first = { mark, head: headOf({ ...growing, head: { lane, seq: link.seq, hash: link.hash } }) }
  })
  if (first === undefined || grown === undefined) return yield* new ChainHeadNotFound({ lane, seq: firstSeq })
  return {
    first: first.head,
    second: headOf(grown),
    proof: MerkleTree.consistency(grown.tree, first.mark).map(toHex)
  }
})

const isSame = (a: TreeHead, b: TreeHead): boolean =>
  a.lane === b.lane &&
  a.size === b.size &&
  a.root === b.root &&
  a.head.seq === b.head.seq &&
  a.head.hash === b.head.hash

const sized = ({ root, size }: TreeHead): MerkleTree.Sized => ({ size, root: toBytes(root) })

/** Whether a proof shows that its link is under a tree head that was published. */
export const showsLink = (sha256: Sha256Bytes, published: TreeHead, proof: LinkProof): boolean =>
  isSame(published, proof) &&
  MerkleTree.verifyInclusion(
    sha256,
    { leaf: toBytes(proof.hash), index: proof.index, proof: proof.proof.map(toBytes) },
    sized(published)
  )

/** Whether a proof shows that the second of two tree heads that were published continues the first. */
export const showsGrowth = (sha256: Sha256Bytes, first: TreeHead, second: TreeHead, proof: GrowthProof): boolean =>
  isSame(first, proof.first) &&
  isSame(second, proof.second) &&
  first.lane === second.lane &&
  MerkleTree.verifyConsistency(sha256, sized(first), sized(second), proof.proof.map(toBytes))
