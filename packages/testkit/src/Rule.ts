/**
 * Rules: the vocabulary of the specification.
 *
 * A rule is stated once: its id in the rulebook, a sentence, why it holds, what is given, what holds, and which mistakes
 * that would notice. Each becomes one test for the property and one for every mistake, and leaves its evidence with
 * the test, where the report finds it.
 */
import { Equal } from "effect"
import * as fc from "fast-check"
import { test } from "vitest"
import * as Examination from "./Examination.ts"
import type { Cover, Evidence, Examinee, Kind, MistakeFindings, PropertyFindings, Verdict } from "./Examination.ts"

/** What the tests of a rule leave with the test runner. */
export interface RuleMeta {
  /** Of the test for the property. */
  rule?: Evidence
  /** Of the test for one mistake: the rule that would notice it. */
  mistake?: { readonly id: string; readonly sentence: string; readonly name: string }
}

declare module "vitest" {
  interface TaskMeta extends RuleMeta {}
}

interface Stated<Input> {
  /** An ADR, a law with its article, or the place in a source: no rule without a reason. */
  readonly because: string
  /** What the property ranges over, by name. */
  readonly given: { readonly [Name in keyof Input]: fc.Arbitrary<Input[Name]> }
  /** Classes that the generator has to reach, in percent of the cases. */
  readonly covers?: Readonly<Record<string, Cover<NoInfer<Input>>>>
  /** Inputs of past failures, always tried. */
  readonly examples?: ReadonlyArray<NoInfer<Input>>
  /** Cases where 200 is too few or too slow. */
  readonly runs?: number
}

/** A property written out; each mistake is the same property as a mistaken system would answer it. */
export interface Plain<Input> extends Stated<Input> {
  readonly subject?: never
  readonly holds: (input: NoInfer<Input>) => Verdict
  readonly catches: Readonly<Record<string, (input: NoInfer<Input>) => Verdict>>
}

/** A property over a subject; each mistake is a wrong subject, put in the place of the real one. */
export interface OfSubject<Input, Subject> extends Stated<Input> {
  readonly subject: Subject
  readonly holds: (subject: NoInfer<Subject>, input: NoInfer<Input>) => Verdict
  readonly catches: Readonly<Record<string, NoInfer<Subject>>>
}

/** States a rule in either form. */
export interface State {
  <Input>(id: string, sentence: string, rule: Plain<Input>): void
  <Input, Subject>(id: string, sentence: string, rule: OfSubject<Input, Subject>): void
}

const timeout = 300_000
const env = process.env

/** The id of a rule in the rulebook, with a letter where one rule has several properties. */
const idPattern = /^[A-Z]{3}-\d{2}[a-z]?$/

const mapped = <A, B>(record: Readonly<Record<string, A>>, to: (a: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, a]) => [name, to(a)]))

const examineeOf = <Input, Subject>(
  kind: Kind,
  id: string,
  sentence: string,
  rule: Plain<Input> | OfSubject<Input, Subject>
): Examinee<Input> => {
  if (!idPattern.test(id)) throw new RangeError(`not the id of a rule: ${id}`)
  if (rule.because.trim() === "" || sentence.trim() === "") throw new RangeError(`${id} needs a sentence and a reason`)
  const stated = {
    id,
    kind,
    sentence,
    because: rule.because,
    // Inputs are plain objects, so that a property may compare them strictly.
    given: fc.record<Input>(rule.given as { [Name in keyof Input]: fc.Arbitrary<Input[Name]> }, {
      noNullPrototype: true
    }),
    covers: rule.covers ?? {},
    examples: rule.examples ?? [],
    runs: Examination.runsFrom(env, rule.runs)
  }
  if (!("subject" in rule) || rule.subject === undefined) {
    const { catches, holds } = rule as Plain<Input>
    return { ...stated, holds, mistakes: catches }
  }
  const { catches, holds, subject } = rule as OfSubject<Input, Subject>
  return {
    ...stated,
    holds: (input) => holds(subject, input),
    mistakes: mapped(catches, (wrong) => (input: Input) => holds(wrong, input))
  }
}

/** A stated rule as it is examined. */
export const examinee: {
  <Input>(kind: Kind, id: string, sentence: string, rule: Plain<Input>): Examinee<Input>
  <Input, Subject>(kind: Kind, id: string, sentence: string, rule: OfSubject<Input, Subject>): Examinee<Input>
} = examineeOf

const once = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let made: Promise<A> | undefined
  return () => (made ??= make())
}

const failWith = (id: string, sentence: string, problems: ReadonlyArray<string>): void => {
  if (problems.length > 0) throw new Error(problems.map((problem) => `${id} ${sentence}: ${problem}`).join("\n"))
}

/** Registers the tests of a rule. Its mistakes are tried once, whichever test asks first. */
const register = <Input>(rule: Examinee<Input>): void => {
  const { id, sentence } = rule
  const start = Examination.startFrom(env)
  const mistakes = Object.keys(rule.mistakes).map(
    (name) => [name, once(() => Examination.examineMistake(rule, name, start))] as const
  )
  test(`${id} ${sentence}`, { timeout }, async ({ task }) => {
    const began = performance.now()
    const property: PropertyFindings = await Examination.examineProperty(rule, start)
    const noticed = new Map<string, MistakeFindings>()
    for (const [name, examined] of mistakes) noticed.set(name, await examined())
    task.meta.rule = Examination.evidenceOf(rule, start, property, noticed, Math.round(performance.now() - began))
    failWith(id, sentence, property.problems)
  })
  for (const [name, examined] of mistakes) {
    test(`${id} would notice: ${name}`, { timeout }, async ({ task }) => {
      task.meta.mistake = { id, sentence, name }
      failWith(id, sentence, (await examined()).problems)
    })
  }
}

/** States a rule of a kind. */
export const rule =
  (kind: Kind): State =>
  <Input, Subject>(id: string, sentence: string, stated: Plain<Input> | OfSubject<Input, Subject>): void =>
    register(examineeOf(kind, id, sentence, stated))

/** Holds after every step. */
export const invariant = rule("invariant")
/** A step of a state machine. */
export const transition = rule("transition")
/** Input that is refused by name. */
export const validation = rule("validation")
export const limit = rule("limit")
export const fee = rule("fee")
export const notice = rule("notice")
/** What a reader is shown. */
export const query = rule("query")
/** A value that the operator sets. */
export const policy = rule("policy")

/** Worked cases: for each name, what is given and what comes out. */
export interface Worked<Given, Gives> {
  readonly because: string
  readonly subject: (given: Given) => Gives
  readonly cases: Readonly<Record<string, { readonly given: Given; readonly gives: NoInfer<Gives> }>>
  readonly catches: Readonly<Record<string, (given: NoInfer<Given>) => NoInfer<Gives>>>
}

/** A table of worked cases as it is examined: every case is tried, and each mistake has to get one of them wrong. */
export const workedExaminee = <Given, Gives>(
  id: string,
  sentence: string,
  { because, cases, catches, subject }: Worked<Given, Gives>
): Examinee<unknown> => {
  const rows = Object.entries(cases).map(([name, row]) => ({ name, ...row }))
  const asStated = examinee("example", id, sentence, {
    because,
    subject,
    given: { row: fc.constantFrom(...rows) },
    examples: rows.map((row) => ({ row })),
    holds: (answer, { row }) => {
      const given = answer(row.given)
      if (Equal.equals(given, row.gives)) return true
      throw new Error(`${row.name} gives ${fc.stringify(given)}, not ${fc.stringify(row.gives)}`)
    },
    catches
  })
  return { ...asStated, runs: rows.length } as Examinee<unknown>
}

/** States worked cases. */
export const example = <Given, Gives>(id: string, sentence: string, worked: Worked<Given, Gives>): void =>
  register(workedExaminee(id, sentence, worked))
