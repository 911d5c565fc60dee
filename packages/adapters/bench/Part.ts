/**
 * A part of the bench: a program of its own that measures some figures and prints them as one line of JSON.
 *
 * Every figure is a ratio inside one run. The sides of a comparison take turns, A B A B …; the first round of each warms up
 * and is not counted; what is reported is the median of the others.
 */

/** Whether only the shape is of interest, as in the tests. */
export const isQuick = process.env["BENCH_QUICK"] === "1"

/** A size for a run that measures, and one for a run that only shows that it could. */
export const size = (full: number, quick: number): number => (isQuick ? quick : full)

/** How many rounds are counted. */
export const rounds = Number(process.env["BENCH_ROUNDS"] ?? size(5, 1))

/** Says how far it is, on standard error. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** The value below which a share of the numbers lies. */
export const quantile = (numbers: ReadonlyArray<number>, share: number): number => {
  const sorted = Float64Array.from(numbers).toSorted()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export const median = (numbers: ReadonlyArray<number>): number => quantile(numbers, 0.5)

/** A number with so many digits behind the point. */
export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))

/** The median of what the rounds of one side are to those of another. */
export const ratio = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number =>
  rounded(median(one.map((value, round) => value / (other[round] ?? Number.NaN))), 3)

/** Rounds of all sides in turn; what each side measured, without the first round. */
export const inTurns = async <Sides extends Readonly<Record<string, () => Promise<number>>>>(
  sides: Sides,
  count = rounds
): Promise<{ readonly [Name in keyof Sides]: ReadonlyArray<number> }> => {
  const measured: Record<string, Array<number>> = {}
  for (let round = isQuick ? 1 : 0; round <= count; round++) {
    const said: Array<string> = []
    for (const [name, measure] of Object.entries(sides)) {
      const value = await measure()
      said.push(`${name} ${rounded(value, value < 10 ? 3 : 0)}`)
      if (round > 0) (measured[name] ??= []).push(value)
    }
    say(`  ${round === 0 ? "warming up" : `round ${round} of ${count}`}: ${said.join(", ")}`)
  }
  return measured as { readonly [Name in keyof Sides]: ReadonlyArray<number> }
}

/** What a part found: figures by their keys with dots, and the reasons of those that could not be measured. */
export interface Report {
  readonly figures: Readonly<Record<string, unknown>>
  readonly skipped?: Readonly<Record<string, string>>
}

/** Prints what a part found, for {@link Bench} to take up. */
export const report = (found: Report): void => void process.stdout.write(`${JSON.stringify(found)}\n`)

/** Figures that could not be measured, and why. */
export const without = (keys: ReadonlyArray<string>, why: string): Required<Report> => ({
  figures: Object.fromEntries(keys.map((key) => [key, null])),
  skipped: Object.fromEntries(keys.map((key) => [key, why]))
})

/** What several reports found together. */
export const together = (...reports: ReadonlyArray<Report>): Required<Report> => ({
  figures: Object.assign({}, ...reports.map(({ figures }) => figures)) as Report["figures"],
  skipped: Object.assign({}, ...reports.map(({ skipped = {} }) => skipped)) as Required<Report>["skipped"]
})
