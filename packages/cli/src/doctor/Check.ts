/**
 * Checks: what a doctor looks at, one line each, and what to do where something is wrong.
 */
export interface Check {
  readonly name: string
  readonly state: "ok" | "warning" | "problem"
  /** What was found. */
  readonly found: string
  /** What to do; absent where all is well. */
  readonly ja?: string
  readonly en?: string
}

export const ok = (name: string, found: string): Check => ({ name, state: "ok", found })
export const warning = (name: string, found: string, ja: string, en: string): Check => ({
  name,
  state: "warning",
  found,
  ja,
  en
})
export const problem = (name: string, found: string, ja: string, en: string): Check => ({
  name,
  state: "problem",
  found,
  ja,
  en
})

/** A check that is well where something holds, and otherwise something else. */
export const expect = (
  holds: boolean,
  name: string,
  found: string,
  otherwise: typeof warning,
  ja: string,
  en: string
) => (holds ? ok(name, found) : otherwise(name, found, ja, en))

const marks = { ok: "ok     ", warning: "warning", problem: "PROBLEM" } as const

/** The checks as lines for people. */
export const lines = (checks: ReadonlyArray<Check>): string => {
  const width = Math.max(...checks.map(({ name }) => name.length))
  return checks
    .map(({ en, found, ja, name, state }) => {
      const next = ja === undefined ? "" : `\n         ${ja}\n         ${en ?? ""}`
      return `${marks[state]}  ${name.padEnd(width)}  ${found}${next}`
    })
    .join("\n")
}
