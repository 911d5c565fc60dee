/**
 * NodeIds: command ids from node:crypto, drawn from a buffer of random bytes that is filled again when it is used up.
 */
import { randomFillSync } from "node:crypto"
import { Ids } from "@kinchaku/domain/engine/Ids"

const pool = new Uint8Array(4096)
let used = pool.length

/** A number from 0 to just below 1 with eight random bits: a ULID draws one for each of its sixteen random places. */
const random = (): number => {
  if (used >= pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return (pool[used++] ?? 0) / 256
}

export const layer = Ids.layerFrom(random)
