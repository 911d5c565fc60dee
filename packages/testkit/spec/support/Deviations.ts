/**
 * Deviations: the fields of a policy, each by its place, and a policy that was changed in some of them.
 */
import type { Deviation } from "@kinchaku/domain/policy/Deviation"
import { type Policy, secure } from "@kinchaku/domain/policy/Policy"
import * as fc from "fast-check"

interface Leaf {
  readonly field: string
  readonly value: unknown
}
/** A field that is another one, or is not there. */
export interface Change extends Leaf {
  readonly to: unknown
}

type Fields = Readonly<Record<string, unknown>>

/** Every field with a value of its own: texts, numbers, yes or no, and lists. */
export const leavesOf = (policy: Policy): ReadonlyArray<Leaf> => {
  const found: Array<Leaf> = []
  const walk = (place: string, value: unknown): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return void found.push({ field: place, value })
    for (const [name, part] of Object.entries(value)) walk(place === "" ? name : `${place}.${name}`, part)
  }
  walk("", policy)
  return found
}

const another = (value: unknown): unknown => {
  if (typeof value === "number") return value + 1
  if (typeof value === "boolean") return !value
  return Array.isArray(value) ? [...value, "more"] : `${String(value)} `
}

/** Some fields of the secure policy, each with another value or without any. */
export const changes = (): fc.Arbitrary<ReadonlyArray<Change>> =>
  fc
    .subarray([...leavesOf(secure)], { maxLength: 12 })
    .chain((leaves) =>
      fc.tuple(
        ...leaves.map((leaf) =>
          fc.boolean().map((isAbsent) => ({ ...leaf, to: isAbsent ? "absent" : another(leaf.value) }))
        )
      )
    )

const setAt = (fields: Fields, [name = "", ...rest]: ReadonlyArray<string>, to: unknown): Fields => {
  if (rest.length > 0) return { ...fields, [name]: setAt(fields[name] as Fields, rest, to) }
  const { [name]: _, ...others } = fields
  return to === "absent" ? others : { ...fields, [name]: to }
}

/** The policy with those changes. It need not be one that loads. */
export const changedIn = (changed: ReadonlyArray<Change>): Policy =>
  changed.reduce<Fields>((fields, { field, to }) => setAt(fields, field.split("."), to), {
    ...secure
  }) as unknown as Policy

/** What has to be listed. */
export const expected = (changed: ReadonlyArray<Change>): ReadonlyArray<Deviation> =>
  changed.map(({ field, to, value }) => ({ field, ...(to === "absent" ? {} : { value: to }), secure: value }))
