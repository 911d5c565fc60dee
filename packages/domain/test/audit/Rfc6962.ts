/**
 * RFC 6962 §2.1 as it is written, by recursion over all leaves: what the tree of the domain is compared with.
 */
import { createHash } from "node:crypto"

type Bytes = Uint8Array
type Leaves = ReadonlyArray<Bytes>

const sha256 = (...parts: ReadonlyArray<Bytes>): Bytes => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The largest power of two smaller than n. */
const split = (n: number): number => {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** MTH(D[n]) */
export const root = (leaves: Leaves): Bytes => {
  const [first] = leaves
  if (first === undefined) return sha256()
  if (leaves.length === 1) return sha256(Uint8Array.of(0), first)
  const k = split(leaves.length)
  return sha256(Uint8Array.of(1), root(leaves.slice(0, k)), root(leaves.slice(k)))
}

/** PATH(m, D[n]) */
export const path = (m: number, leaves: Leaves): Leaves => {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m < k ? [...path(m, left), root(right)] : [...path(m - k, right), root(left)]
}

/** SUBPROOF(m, D[n], b); PROOF(m, D[n]) with b true. */
export const proof = (m: number, leaves: Leaves, b = true): Leaves => {
  if (m === leaves.length) return b ? [] : [root(leaves)]
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m <= k ? [...proof(m, left, b), root(right)] : [...proof(m - k, right, false), root(left)]
}

/** On which side of PATH(m, D[n]) each node stands. */
export const pathShape = (m: number, n: number): string => {
  if (n <= 1) return ""
  const k = split(n)
  return m < k ? `${pathShape(m, k)}R` : `${pathShape(m - k, n - k)}L`
}

/** What each node of PROOF(m, D[n]) is: the whole first tree, the last part of it, or on a side. */
export const proofShape = (m: number, n: number, b = true): string => {
  if (m === n) return b ? "whole " : "part "
  const k = split(n)
  return m <= k ? `${proofShape(m, k, b)}R` : `${proofShape(m - k, n - k, false)}L`
}
