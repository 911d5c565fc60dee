/**
 * Examination: what a property is put through before it counts as evidence.
 *
 * A property has to hold for every generated input, its generator has to reach every class that the author named, and
 * each planted mistake has to be noticed by at least one generated input: a property that notices nothing proves nothing.
 */
import { Effect } from "effect"
import * as fc from "fast-check"

/** What the rulebook calls a rule; an example is a table of worked cases. */
export type Kind =
  | "invariant"
  | "transition"
  | "validation"
  | "limit"
  | "fee"
  | "notice"
  | "query"
  | "policy"
  | "example"

/** True or nothing: it holds. False or an error: it does not. */
export type Verdict = boolean | void | Promise<boolean> | Promise<void> | Effect.Effect<boolean | void, unknown>

/** A class of inputs that the generator has to reach, in percent of the cases. */
export interface Cover<Input> {
  readonly atLeast: number
  readonly when: (input: Input) => boolean
}

/** A property as it is examined. */
export interface Examinee<Input> {
  readonly id: string
  readonly kind: Kind
  readonly sentence: string
  readonly because: string
  readonly given: fc.Arbitrary<Input>
  readonly holds: (input: Input) => Verdict
  readonly mistakes: Readonly<Record<string, (input: Input) => Verdict>>
  readonly covers: Readonly<Record<string, Cover<Input>>>
  readonly examples: ReadonlyArray<Input>
  readonly runs: number
}

/** What an examination leaves behind; `classes` are shares of the cases, from 0 to 1. */
export interface Evidence {
  readonly id: string
  readonly kind: Kind
  readonly sentence: string
  readonly because: string
  readonly cases: number
  readonly seed: number
  readonly classes: Readonly<Record<string, number>>
  /** The mistakes that were noticed. */
  readonly mistakes: ReadonlyArray<string>
  /** For each noticed mistake, a small input that gives it away. */
  readonly counterexamples: Readonly<Record<string, string>>
  readonly ms: number
}

/** The evidence, and every reason why it does not suffice. */
export interface Examination {
  readonly evidence: Evidence
  readonly problems: ReadonlyArray<string>
}

/** Where a run starts: the seed, and the place in it of one failing case. */
export interface Start {
  readonly seed: number
  readonly path?: string
}

/** The start that FC_SEED and FC_PATH ask for; without them, a seed of chance. */
export const startFrom = (env: Readonly<Record<string, string | undefined>>): Start => {
  const seed = env["FC_SEED"] ? Number(env["FC_SEED"]) : Math.trunc(Math.random() * 0x7fff_ffff)
  if (!Number.isSafeInteger(seed)) throw new RangeError(`FC_SEED is not a whole number: ${env["FC_SEED"]}`)
  return env["FC_PATH"] ? { seed, path: env["FC_PATH"] } : { seed }
}

/** How many cases a rule gets: its own number or 200, scaled by FC_RUNS where 200 is once. */
export const runsFrom = (env: Readonly<Record<string, string | undefined>>, own = 200): number => {
  const usual = env["FC_RUNS"] ? Number(env["FC_RUNS"]) : 200
  if (!(Number.isSafeInteger(usual) && usual > 0)) throw new RangeError(`FC_RUNS is not a count: ${env["FC_RUNS"]}`)
  return Math.max(1, Math.ceil((own * usual) / 200))
}

const settle = async (verdict: Verdict): Promise<boolean> =>
  (Effect.isEffect(verdict) ? await Effect.runPromise(verdict) : await verdict) !== false

const shown = (input: unknown): string => {
  const text = fc.stringify(input)
  return text.length <= 2000 ? text : `${text.slice(0, 2000)}…`
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : fc.stringify(error)

/** The first input for which a property does not hold, and a smaller one where it is found in the time given. */
const firstFailure = async <Input>(
  given: fc.Arbitrary<Input>,
  holds: (input: Input) => Promise<boolean>,
  parameters: fc.Parameters<[Input]>,
  shrinkMillis: number
) => {
  const property = fc.asyncProperty(given, holds)
  const found = await fc.check(property, { ...parameters, endOnFailure: true })
  if (!found.failed) return undefined
  const { path: _, ...again } = parameters
  const shrunk = await fc.check(property, {
    ...again,
    ...(found.counterexamplePath === null ? {} : { path: found.counterexamplePath }),
    interruptAfterTimeLimit: shrinkMillis
  })
  const { counterexample, counterexamplePath, errorInstance } = shrunk.failed ? shrunk : found
  return {
    input: shown(counterexample?.[0]),
    path: counterexamplePath ?? "",
    error: errorInstance,
    after: found.numRuns
  }
}

const replay = (id: string, seed: number, path: string): string =>
  `FC_SEED=${seed} FC_PATH=${path} npm run spec -- --rule ${id}`

/** How often each class was met, counted again on ten times as many inputs where the first count is low by bad luck. */
const countAgain = <Input>(examinee: Examinee<Input>, { seed }: Start, cover: Cover<Input>): number => {
  const inputs = fc.sample(examinee.given, { numRuns: Math.max(examinee.runs * 10, 2000), seed: seed + 1 })
  return inputs.filter(cover.when).length / inputs.length
}

/** What the property itself came to. */
export interface PropertyFindings {
  readonly cases: number
  readonly classes: Readonly<Record<string, number>>
  readonly problems: ReadonlyArray<string>
}

/** Whether the property holds for every input, and whether the inputs reach every class. */
export const examineProperty = async <Input>(examinee: Examinee<Input>, start: Start): Promise<PropertyFindings> => {
  const met = new Map<string, number>()
  let cases = 0
  let failed = false
  const covers = Object.entries(examinee.covers)
  const holds = async (input: Input): Promise<boolean> => {
    if (!failed) {
      cases += 1
      for (const [name, { when }] of covers) if (when(input)) met.set(name, (met.get(name) ?? 0) + 1)
    }
    try {
      const held = await settle(examinee.holds(input))
      failed ||= !held
      return held
    } catch (error) {
      failed = true
      throw error
    }
  }
  const failure = await firstFailure(
    examinee.given,
    holds,
    { ...start, numRuns: examinee.runs, examples: examinee.examples.map((input) => [input]) },
    20_000
  )
  const problems = Object.keys(examinee.mistakes).length === 0 ? ["names no mistake that it would notice"] : []
  if (failure !== undefined) {
    const { after, error, input, path } = failure
    problems.push(
      `does not hold for ${input}\n  ${messageOf(error)}\n  case ${after}, seed ${start.seed}, path ${path}\n` +
        `  again: ${replay(examinee.id, start.seed, path)}`
    )
  }
  const classes: Record<string, number> = {}
  for (const [name, cover] of covers) {
    const seen = cases === 0 ? 0 : (met.get(name) ?? 0) / cases
    const enough = failure !== undefined || start.path !== undefined || seen * 100 >= cover.atLeast
    const share = enough ? seen : countAgain(examinee, start, cover)
    classes[name] = share
    if (!enough && share * 100 < cover.atLeast) {
      problems.push(
        `reaches "${name}" in ${(share * 100).toFixed(1)} % of its cases, not in ${cover.atLeast} % (seed ${start.seed})`
      )
    }
  }
  return { cases, classes, problems }
}

/** What became of one mistake. */
export interface MistakeFindings {
  readonly counterexample?: string
  readonly problems: ReadonlyArray<string>
}

/** Whether the property with the mistake in it fails for at least one generated input. */
export const examineMistake = async <Input>(
  examinee: Examinee<Input>,
  name: string,
  { seed }: Start
): Promise<MistakeFindings> => {
  const { [name]: mistaken } = examinee.mistakes
  if (mistaken === undefined) return { problems: [`names no mistake "${name}"`] }
  const numRuns = Math.max(examinee.runs * 5, 1000)
  const failure = await firstFailure(examinee.given, async (input) => settle(mistaken(input)), { seed, numRuns }, 200)
  if (failure === undefined) {
    return { problems: [`would not notice: ${name} (${numRuns} cases, seed ${seed})`] }
  }
  const { error, input } = failure
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError
    ? { problems: [`the mistake "${name}" is itself broken, for ${input}\n  ${messageOf(error)}`] }
    : { counterexample: input, problems: [] }
}

/** Puts the findings of a property and of its mistakes together. */
export const evidenceOf = <Input>(
  { because, id, kind, sentence }: Examinee<Input>,
  { seed }: Start,
  { cases, classes }: PropertyFindings,
  noticed: ReadonlyMap<string, MistakeFindings>,
  ms: number
): Evidence => {
  const counterexamples: Record<string, string> = {}
  for (const [name, { counterexample }] of noticed)
    if (counterexample !== undefined) counterexamples[name] = counterexample
  return {
    id,
    kind,
    sentence,
    because,
    cases,
    seed,
    classes,
    mistakes: Object.keys(counterexamples),
    counterexamples,
    ms
  }
}

/** The whole examination of one property. */
export const examine = async <Input>(examinee: Examinee<Input>, start: Start): Promise<Examination> => {
  const began = performance.now()
  const property = await examineProperty(examinee, start)
  const noticed = new Map<string, MistakeFindings>()
  for (const name of Object.keys(examinee.mistakes)) noticed.set(name, await examineMistake(examinee, name, start))
  const ms = Math.round(performance.now() - began)
  return {
    evidence: evidenceOf(examinee, start, property, noticed, ms),
    problems: [...property.problems, ...[...noticed.values()].flatMap(({ problems }) => problems)]
  }
}
