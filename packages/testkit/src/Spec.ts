/**
 * Spec: the rulebook and the evidence for it, side by side.
 *
 * The rulebook's tables say which rules there are, the scope which of them have to have evidence, and the outcomes of a
 * run what that evidence is. This is plain data; the program SpecReport reads, writes and prints it.
 */
import { type Deviation, deviations, line as deviationLine } from "@kinchaku/domain/policy/Deviation"
import { type Policy, secure } from "@kinchaku/domain/policy/Policy"
import type { Outcome } from "./SpecReporter.ts"

/** A row of the rulebook. */
export interface Row {
  readonly id: string
  readonly text: string
  readonly kind: string
  readonly source: string
}

/** A property or a table of worked cases, and what the run made of it. */
export interface Property {
  readonly id: string
  readonly kind: string
  readonly sentence: string
  readonly because: string
  readonly file: string
  readonly cases: number
  readonly seed: number
  readonly classes: Readonly<Record<string, number>>
  readonly mistakes: ReadonlyArray<{ readonly name: string; readonly noticed: boolean; readonly by?: string }>
  readonly ms: number
  readonly ok: boolean
  readonly problems: ReadonlyArray<string>
}

/** ok: held and noticed its mistakes. failed: a test of it failed. missing: in scope, without a property. open: not in scope, without one. */
export type State = "ok" | "failed" | "missing" | "open"

export interface RuleReport extends Row {
  readonly inScope: boolean
  readonly state: State
  readonly properties: ReadonlyArray<Property>
}

export interface Spec {
  readonly ok: boolean
  readonly totals: {
    readonly rules: number
    readonly inScope: number
    readonly held: number
    readonly failed: number
    readonly missing: number
    readonly properties: number
    readonly cases: number
    readonly mistakesNoticed: number
  }
  /** What went wrong outside any rule. */
  readonly errors: ReadonlyArray<string>
  readonly rules: ReadonlyArray<RuleReport>
  /** The policy in force, by the preset that it started from, and where it deviates from `secure` (SEC-15). */
  readonly policy?: { readonly preset: Policy["preset"]; readonly deviations: ReadonlyArray<Deviation> }
}

const rowPattern = /^\|\s*([A-Z]{3}-\d{2})\s*\|(.*)\|\s*$/

/** The rules in the tables of a page of the rulebook: id, rule, kind, source. */
export const rowsOf = (page: string): ReadonlyArray<Row> =>
  page.split("\n").flatMap((line) => {
    const [, id, rest] = rowPattern.exec(line) ?? []
    if (id === undefined || rest === undefined) return []
    const cells = rest.split("|").map((cell) => cell.trim())
    const [kind, source] = [cells.at(-2), cells.at(-1)]
    if (cells.length < 3 || kind === undefined || source === undefined) return []
    return [{ id, text: cells.slice(0, -2).join(" | "), kind, source }]
  })

/** The rule of a property: its id without the letter. */
export const ruleOf = (id: string): string => id.slice(0, 6)

const propertyOf = (outcome: Outcome, outcomes: ReadonlyArray<Outcome>): ReadonlyArray<Property> => {
  const { evidence, file } = outcome
  if (evidence === undefined) return []
  const { counterexamples, mistakes: _, ...rest } = evidence
  const ofMistakes = outcomes.filter(
    ({ mistake, file: other }) =>
      other === file && mistake?.id === evidence.id && mistake.sentence === evidence.sentence
  )
  const mistakes = ofMistakes.flatMap(({ mistake, passed }) => {
    if (mistake === undefined) return []
    const by = counterexamples[mistake.name]
    return [{ name: mistake.name, noticed: passed, ...(by === undefined ? {} : { by }) }]
  })
  const all = [outcome, ...ofMistakes]
  const ok = all.every(({ passed }) => passed) && mistakes.length > 0
  return [{ ...rest, file, mistakes, ok, problems: all.flatMap(({ errors }) => errors) }]
}

const stateOf = (properties: ReadonlyArray<Property>, inScope: boolean): State => {
  if (properties.length > 0) return properties.every(({ ok }) => ok) ? "ok" : "failed"
  return inScope ? "missing" : "open"
}

const errorsOf = (
  rows: ReadonlyArray<Row>,
  scope: ReadonlySet<string>,
  properties: ReadonlyArray<Property>,
  outcomes: ReadonlyArray<Outcome>
): ReadonlyArray<string> => {
  const known = new Set(rows.map(({ id }) => id))
  const seen = new Set<string>()
  const twice = properties.filter(({ id }) => {
    const again = seen.has(id)
    seen.add(id)
    return again
  })
  return [
    ...[...scope].filter((id) => !known.has(id)).map((id) => `${id} is in scope and not in the rulebook`),
    ...properties.filter(({ id }) => !known.has(ruleOf(id))).map(({ id }) => `${id} is not in the rulebook`),
    ...twice.map(({ id, sentence }) => `${id} states twice: ${sentence}`),
    // A test beside the rules, or one that ended before it left its evidence.
    ...outcomes
      .filter(({ evidence, mistake, passed }) => !passed && evidence === undefined && mistake === undefined)
      .map(({ errors, file, test }) => `${file}: ${test}: ${errors.join("; ")}`)
  ]
}

/** Puts the rulebook, its scope and the outcomes of a run side by side. */
export const make = (
  rows: ReadonlyArray<Row>,
  scope: ReadonlySet<string>,
  outcomes: ReadonlyArray<Outcome>,
  runErrors: ReadonlyArray<string>,
  policy?: Policy
): Spec => {
  const properties = outcomes.flatMap((outcome) => propertyOf(outcome, outcomes))
  const rules = rows.map((row): RuleReport => {
    const inScope = scope.has(row.id)
    const ofRule = properties
      .filter(({ id }) => ruleOf(id) === row.id)
      .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    return { ...row, inScope, state: stateOf(ofRule, inScope), properties: ofRule }
  })
  const errors = [...runErrors, ...errorsOf(rows, scope, properties, outcomes)]
  const count = (state: State): number => rules.filter((rule) => rule.state === state).length
  return {
    ok: errors.length === 0 && count("failed") === 0 && count("missing") === 0,
    totals: {
      rules: rules.length,
      inScope: rules.filter(({ inScope }) => inScope).length,
      held: count("ok"),
      failed: count("failed"),
      missing: count("missing"),
      properties: properties.length,
      cases: properties.reduce((sum, { cases }) => sum + cases, 0),
      mistakesNoticed: properties.reduce(
        (sum, { mistakes }) => sum + mistakes.filter(({ noticed }) => noticed).length,
        0
      )
    },
    errors,
    rules,
    ...(policy === undefined ? {} : { policy: { preset: policy.preset, deviations: deviations(policy, secure) } })
  }
}

const line = (rule: RuleReport): ReadonlyArray<string> => {
  if (rule.state === "open") return []
  if (rule.state === "missing") return [`MISSING  ${rule.id}   ${rule.text}`]
  return rule.properties.flatMap(({ cases, id, mistakes, ok, problems, sentence }) => {
    const noticed = mistakes.filter((mistake) => mistake.noticed).length
    const evidence = `${cases} cases, ${noticed} of ${mistakes.length} mistakes noticed`
    const head = `${ok ? "ok    " : "FAILED"}   ${id.padEnd(7)}  ${sentence} (${evidence})`
    return [head, ...problems.map((problem) => `         ${problem.replaceAll("\n", "\n         ")}`)]
  })
}

const policyLines = (policy: Spec["policy"]): ReadonlyArray<string> => {
  if (policy === undefined) return []
  const { deviations, preset } = policy
  const head = `The policy in force (from ${preset}) deviates from secure in ${deviations.length} fields (SEC-15)`
  return [deviations.length === 0 ? head : `${head}:`, ...deviations.map((one) => `  ${deviationLine(one)}`), ""]
}

/** The report as text: one line a property, where the policy deviates, the rules in scope that have none, and the totals. */
export const text = ({ errors, ok, policy, rules, totals }: Spec): string => {
  const missing = rules.filter(({ state }) => state === "missing").map(({ id }) => id)
  return [
    ...rules.flatMap(line),
    ...errors.map((error) => `ERROR    ${error}`),
    "",
    ...policyLines(policy),
    `${totals.held} rules held, ${totals.failed} failed, ${totals.missing} of ${totals.inScope} in scope have no property; ` +
      `${totals.properties} properties, ${totals.cases} cases, ${totals.mistakesNoticed} mistakes noticed`,
    ...(missing.length === 0 ? [] : [`without a property: ${missing.join(" ")}`]),
    ok ? "The specification holds." : "The specification does not hold."
  ].join("\n")
}

const marker = "<!-- Below this line: written by `npm run spec -- --write-docs`. -->"
const cell = (content: string): string => content.replaceAll("|", "\\|").replaceAll("\n", " ")

/** The page of all properties; what a person wrote above the marker stays. */
export const page = ({ rules }: Spec, before: string | undefined): string => {
  const written =
    before?.split(marker)[0]?.trimEnd() ??
    "# Invariants\n\nEvery property of the specification, in the order of the rulebook."
  const rows = rules.flatMap(({ properties }) =>
    properties.map(({ because, id, kind, sentence }) => `| ${id} | ${cell(sentence)} | ${kind} | ${cell(because)} |`)
  )
  return [
    written,
    "",
    marker,
    "",
    "| ID | What holds | Kind | Because |",
    "| --- | --- | --- | --- |",
    ...rows,
    ""
  ].join("\n")
}
