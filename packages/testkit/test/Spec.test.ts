/**
 * The report: what it reads of the rulebook, and when it does not hold.
 */
import { describe, expect, test } from "vitest"
import { deviations } from "@kinchaku/domain/policy/Deviation"
import { compat, type Policy, secure } from "@kinchaku/domain/policy/Policy"
import * as Spec from "../src/Spec.ts"
import type { Outcome } from "../src/SpecReporter.ts"

const rulebook = `
# Wallet

| ID | Rule | Kind | Source |
| --- | --- | --- | --- |
| LIM-01 | Limits exist (default | none). | limit | S0 限度額 |
| LIM-02 | Values are configurable. | policy | own |

| operation | lines |
| LIM-03 | no rule |
`
const rows = Spec.rowsOf(rulebook)

const property = (id: string, passed = true): Outcome => ({
  test: `${id} holds`,
  file: "spec/Limits.spec.ts",
  passed,
  errors: passed ? [] : ["does not hold"],
  evidence: {
    id,
    kind: "limit",
    sentence: "holds",
    because: "S0",
    cases: 200,
    seed: 1,
    classes: {},
    mistakes: ["m"],
    counterexamples: { m: "{}" },
    ms: 1
  }
})
const mistake = (id: string, passed = true): Outcome => ({
  test: `${id} would notice: m`,
  file: "spec/Limits.spec.ts",
  passed,
  errors: passed ? [] : ["would not notice"],
  mistake: { id, sentence: "holds", name: "m" }
})
const make = (outcomes: ReadonlyArray<Outcome>, scope = ["LIM-01"], errors: ReadonlyArray<string> = []) =>
  Spec.make(rows, new Set(scope), outcomes, errors)

test("rules are the rows of the tables that have an id, a text, a kind and a source", () => {
  expect(rows).toEqual([
    { id: "LIM-01", text: "Limits exist (default | none).", kind: "limit", source: "S0 限度額" },
    { id: "LIM-02", text: "Values are configurable.", kind: "policy", source: "own" }
  ])
})

describe("the specification", () => {
  test("holds when every rule in scope has a property that holds and notices its mistakes", () => {
    const spec = make([property("LIM-01"), mistake("LIM-01")])
    expect(spec).toMatchObject({
      ok: true,
      totals: { rules: 2, inScope: 1, held: 1, failed: 0, missing: 0, cases: 200, mistakesNoticed: 1 }
    })
    expect(spec.rules.map(({ state }) => state)).toEqual(["ok", "open"])
    expect(spec.rules[0]?.properties[0]?.mistakes).toEqual([{ name: "m", noticed: true, by: "{}" }])
    expect(Spec.text(spec)).toContain("ok       LIM-01   holds (200 cases, 1 of 1 mistakes noticed)")
  })

  test("holds with a property for each letter of a rule, and with properties out of scope", () => {
    const outcomes = ["LIM-01b", "LIM-01a", "LIM-02"].flatMap((id) => [property(id), mistake(id)])
    const spec = make(outcomes)
    expect(spec.ok).toBe(true)
    expect(spec.rules[0]?.properties.map(({ id }) => id)).toEqual(["LIM-01a", "LIM-01b"])
  })

  const failing: Readonly<Record<string, Spec.Spec>> = {
    "when a rule in scope has no property": make([property("LIM-01"), mistake("LIM-01")], ["LIM-01", "LIM-02"]),
    "when a property does not hold": make([property("LIM-01", false), mistake("LIM-01")]),
    "when a mistake is not noticed": make([property("LIM-01"), mistake("LIM-01", false)]),
    "when no mistake is named": make([property("LIM-01")]),
    "when one letter of a rule fails": make([
      property("LIM-01a"),
      mistake("LIM-01a"),
      property("LIM-01b", false),
      mistake("LIM-01b")
    ]),
    "when a property is of no rule": make([
      property("LIM-01"),
      mistake("LIM-01"),
      property("LIM-99"),
      mistake("LIM-99")
    ]),
    "when the scope names no rule": make([property("LIM-01"), mistake("LIM-01")], ["LIM-01", "LIM-98"]),
    "when one sentence stands twice": make([property("LIM-01"), mistake("LIM-01"), property("LIM-01")]),
    "when a test left no evidence": make([
      property("LIM-01"),
      mistake("LIM-01"),
      { test: "x", file: "f", passed: false, errors: ["timed out"] }
    ]),
    "when a file does not load": make([property("LIM-01"), mistake("LIM-01")], ["LIM-01"], ["f: does not load"])
  }
  test.each(Object.entries(failing))("does not hold %s", (_, spec) => {
    expect(spec.ok).toBe(false)
    expect(Spec.text(spec)).toContain("The specification does not hold.")
  })

  test("lists where the policy in force deviates from secure, and keeps quiet where none was asked about (SEC-15)", () => {
    const under = (policy: Policy) => Spec.make(rows, new Set(), [], [], policy)
    const text = Spec.text(under({ ...secure, linkFactorsRequired: 3 }))
    expect(text).toContain(
      "(from secure) deviates from secure in 1 fields (SEC-15):\n  linkFactorsRequired: 3 (secure: 2)\n"
    )
    expect(Spec.text(under(secure))).toContain("deviates from secure in 0 fields (SEC-15)\n")
    expect(under(compat).policy?.deviations).toEqual(deviations(compat, secure))
    expect(Spec.text(under(compat))).toContain('  account.coolingOff: not set (secure: {"hours":24,"perDay":50000})\n')
    expect(Spec.text(make([]))).not.toContain("deviates")
  })

  test("names the rules in scope without a property", () => {
    expect(Spec.text(make([], ["LIM-01", "LIM-02"]))).toContain("without a property: LIM-01 LIM-02")
  })
})

test("the page keeps what a person wrote above the marker, and is the same when it is written again", () => {
  const spec = make([property("LIM-01"), mistake("LIM-01")])
  const first = Spec.page(spec, undefined)
  expect(first).toContain("| LIM-01 | holds | limit | S0 |")
  expect(Spec.page(spec, first)).toBe(first)
  const own = Spec.page(spec, first.replace("# Invariants", "# What always holds"))
  expect(own).toContain("# What always holds")
  expect(own.split("| LIM-01 |")).toHaveLength(2)
})
