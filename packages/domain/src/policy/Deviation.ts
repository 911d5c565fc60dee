/**
 * Deviation: where a policy has other values than another one, field by field. The report of the specification lists those of the
 * policy in force from the preset `secure` (SEC-15).
 */
import { Equal } from "effect"
import type { Policy } from "./Policy.ts"

/** One field that differs; a side that does not have it is absent. */
export interface Deviation {
  /** Its place, "authentication.token.stepSeconds". */
  readonly field: string
  readonly value?: unknown
  readonly secure?: unknown
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const between = (place: string, value: unknown, secure: unknown): ReadonlyArray<Deviation> => {
  if (isFields(value) && isFields(secure)) {
    const names = [...new Set([...Object.keys(secure), ...Object.keys(value)])]
    return names.flatMap((name) => between(place === "" ? name : `${place}.${name}`, value[name], secure[name]))
  }
  if (Equal.equals(value, secure)) return []
  return [{ field: place, ...(value === undefined ? {} : { value }), ...(secure === undefined ? {} : { secure }) }]
}

/** Every field in which a policy is not the secure one, in the order of the schema; a list or a part that only one has is one field. */
export const deviations = (policy: Policy, secure: Policy): ReadonlyArray<Deviation> => between("", policy, secure)

const written = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value))

/** A deviation as a line for people. */
export const line = ({ field, secure, value }: Deviation): string =>
  `${field}: ${written(value)} (secure: ${written(secure)})`
