/**
 * The page docs/performance.md, written from what the bench printed. What is written by hand stays as it is.
 */
import { figures, holds, written } from "./Figures.ts"

/** What the bench prints: figures nested by the dots of their keys, and what they were measured on. */
export interface Results {
  readonly [group: string]: unknown
}

/** The value under a key with dots. */
export const valueAt = (results: Results, key: string): unknown =>
  key
    .split(".")
    .reduce<unknown>(
      (found, name) => (typeof found === "object" && found !== null ? (found as Results)[name] : undefined),
      results
    )

const begin = "<!-- By hand, from here: the bench leaves this section as it is. -->"
const end = "<!-- By hand, up to here. -->"

const byHand = (previous: string): string => {
  const [from, to] = [previous.indexOf(begin), previous.indexOf(end)]
  return from < 0 || to < from ? "\nNothing is written here yet.\n" : previous.slice(from + begin.length, to)
}

const number = (value: unknown): string =>
  typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 3 }) : "not measured"

/** Whether each target is reached: yes, no, or that it was not measured. */
export const verdict = (
  results: Results,
  { key, target }: Pick<(typeof figures)[number], "key" | "target">
): string => {
  if (target === undefined) return ""
  const value = valueAt(results, key)
  return typeof value === "number" ? (holds(target, value) ? "yes" : "**no**") : ""
}

const row = (results: Results, figure: (typeof figures)[number]): string =>
  `| \`${figure.key}\` | ${figure.target === undefined ? "" : written(figure.target)} | ${number(valueAt(results, figure.key))} | ${verdict(results, figure)} |`

/** Names and numbers of a structure, one row each. */
const details = (value: unknown, name = ""): ReadonlyArray<string> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => details(inner, name === "" ? key : `${name}.${key}`))
    : [`| \`${name}\` | ${typeof value === "number" ? number(value) : String(value)} |`]

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

/** What is told beside the figures: whatever has no row of its own above. */
const beside = (results: Results): ReadonlyArray<string> => {
  const own = new Set(figures.map(({ key }) => key))
  const about = new Set(["machine", "durable", "load_average", "rounds", "seconds", "date", "commit", "skipped"])
  return Object.entries(results)
    .filter(([group]) => !about.has(group))
    .flatMap(([group, inner]) =>
      Object.entries(inner as Results)
        .filter(([name]) => !own.has(`${group}.${name}`))
        .flatMap(([name, value]) => details(value, `${group}.${name}`))
    )
}

const machine = (results: Results): string => {
  const on = (name: string): string => text(valueAt(results, `machine.${name}`))
  return `${on("cpu")}, ${on("cores")} cores, ${on("memory_gb")} GB; Node ${on("node")}, SQLite ${on("sqlite")}, PostgreSQL ${on("postgres")}`
}

/** The page. `previous` is what it said before, of which the part written by hand is kept. */
export const page = (results: Results, previous: string): string => `# Performance

Written by \`npm run bench -- --write-docs\`; \`npm run bench -- --json\` prints the same keys. Every figure that is judged is a ratio inside one run: what is compared
takes turns, the first round of each warms up, and the median of the others counts. All processes share the machine, the database server included.

| | |
| --- | --- |
| machine | ${machine(results)} |
| durable | ${text(results["durable"])} |
| measured | ${text(results["date"])}, commit ${text(results["commit"])}, ${number(results["seconds"])} s, ${number(results["rounds"])} rounds |
| load average before | ${JSON.stringify(results["load_average"] ?? [])
  .replaceAll(/[[\]]/g, "")
  .replaceAll(",", ", ")} |

## Figures

| figure | target | measured | holds |
| --- | --- | --- | --- |
${figures.map((figure) => row(results, figure)).join("\n")}
${Object.entries((results["skipped"] ?? {}) as Readonly<Record<string, string>>)
  .map(([key, why]) => `\nNot measured: \`${key}\`, because ${why}.`)
  .join("")}
## Method

${figures.map(({ key, method }) => `- \`${key}\`: ${method.replaceAll("\n", " ")}`).join("\n")}

\`npm run bench -- --only postgres,latency\` runs some parts, \`--quick\` shows that all of them run, \`--profile http\` prints where a part's processor time goes,
and \`--from results.json --write-docs\` writes this page from a run that was kept. \`BENCH_ROUNDS\`, \`BENCH_LINES\` and \`BENCH_FOLDER\` (the disk to measure) change what is run,
\`PG_BIN\` the PostgreSQL.

## What binds

${begin}${byHand(previous)}${end}

## Beside the figures

| | |
| --- | --- |
${beside(results).join("\n")}
`
