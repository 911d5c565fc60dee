/**
 * The verifier's own encoding against the golden vectors of the chain.
 */
import { readFileSync } from "node:fs"
import * as Link from "@kinchaku/verifier/Link"
import { expect, test } from "vitest"

interface Posting {
  readonly account: string
  readonly side: "debit" | "credit"
  readonly amount: number
}
interface Vector {
  readonly name: string
  readonly previous: string
  readonly seq: number
  readonly hash: string
  readonly command?: Link.CommandFields
  readonly entry?: Pick<Link.EntryFields, "id" | "kind" | "businessAt"> & {
    readonly reverses?: string
    readonly postings: ReadonlyArray<Posting>
  }
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../docs/reference/vectors/chain.json", import.meta.url), "utf8")
) as {
  readonly fields: ReadonlyArray<{ readonly text: string; readonly encoded: string }>
  readonly genesis: ReadonlyArray<{ readonly lane: number; readonly hash: string }>
  readonly links: ReadonlyArray<Vector>
}

const side = { debit: Link.debitSide, credit: Link.creditSide }

const hashOf = ({ command, entry, previous, seq }: Vector): string => {
  if (command !== undefined) return Link.commandHash(previous, seq, command)
  if (entry === undefined) return "neither command nor entry"
  const { postings, reverses = "" } = entry
  const lines = postings.map((one) => Link.field(one.account) + side[one.side] + Link.numeral(one.amount)).join("")
  return Link.entryHash(previous, seq, { ...entry, reverses, postings: postings.length, lines })
}

test("fields are encoded as in the vectors", () => {
  expect(vectors.fields.map(({ text }) => Link.field(text))).toEqual(vectors.fields.map(({ encoded }) => encoded))
})

test("lanes begin as in the vectors", () => {
  expect(vectors.genesis.map(({ lane }) => Link.genesisOf(lane))).toEqual(vectors.genesis.map(({ hash }) => hash))
})

test.each(vectors.links.map((vector) => [vector.name, vector] as const))("hashes %s", (_, vector) => {
  expect(hashOf(vector)).toBe(vector.hash)
})
