/**
 * Access: which caller an API key makes a request, compared in constant time.
 *
 * The embedding host has one key and the operator another. The host authenticates its holders itself; what it asks for them
 * is recorded under its own name.
 */
import { hash, timingSafeEqual } from "node:crypto"
import type { Actor } from "@kinchaku/domain/engine/Command"
import type { Caller } from "./Route.ts"

/** The API key of each caller. */
export type Keys = Readonly<Record<Caller, string>>

/** Who acts, as it is recorded. */
export const actors: Readonly<Record<Caller, Actor>> = {
  host: "host:api" as Actor,
  operator: "operator:api" as Actor
}

/** Finds the caller of an Authorization header; none where the key is nobody's. */
export type Authenticate = (authorization: string | undefined) => Caller | undefined

const digest = (text: string): Buffer => hash("sha256", text, "buffer")

/** Equal lengths are what the comparison needs, so digests are compared; every key is looked at in every case. */
export const make = (keys: Keys): Authenticate => {
  if (keys.host === keys.operator) throw new RangeError("the host and the operator were given the same key")
  const digests = (["host", "operator"] as const).map((caller) => ({ caller, expected: digest(keys[caller]) }))
  return (authorization) => {
    const [, key] = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? "") ?? []
    if (key === undefined) return undefined
    const given = digest(key)
    return digests.filter(({ expected }) => timingSafeEqual(expected, given)).at(0)?.caller
  }
}
