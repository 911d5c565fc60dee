/**
 * The program behind `npm run spec`: runs the specification and reports it beside the rulebook.
 *
 *   npm run spec                      all rules; writes spec.json, prints one line a property
 *   npm run spec -- --rule LED-03     one rule, or one property of it (LED-03a); writes nothing
 *   npm run spec -- --json            the report as JSON on standard output, and nothing else there
 *   npm run spec -- --outcomes        reports what a run of all tests left behind, see SpecOutcomes.ts; runs nothing
 *   npm run spec -- --write-docs      writes docs/reference/invariants.md from spec.json, without a run
 *   npm run spec -- --check-docs      fails where that page is not what spec.json gives
 *
 * The whole report says where the policy that KINCHAKU_POLICY names, else compat, deviates from secure (SEC-15).
 * FC_SEED, FC_PATH and FC_RUNS set seed, place and number of cases. It ends with 0 when every rule in scope has a
 * property, every property holds and notices its mistakes; with 1 otherwise; with 2 when asked for what it cannot do.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { compat, load, type Policy } from "@kinchaku/domain/policy/Policy"
import { Result } from "effect"
import { startVitest } from "vitest/node"
import * as Spec from "./Spec.ts"
import { type Outcomes, readOutcomes } from "./SpecOutcomes.ts"
import { SpecReporter } from "./SpecReporter.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const rulebook = join(root, "docs", "rulebook")
const specFile = join(root, "spec.json")
const docsFile = join(root, "docs", "reference", "invariants.md")
const specFolder = "packages/testkit/spec/"

const progress = (line: string): void => void process.stderr.write(`spec: ${line}\n`)

const rulebookRows = (): ReadonlyArray<Spec.Row> =>
  readdirSync(rulebook)
    .filter((file) => /^\d.*\.md$/.test(file))
    .toSorted()
    .flatMap((file) => Spec.rowsOf(readFileSync(join(rulebook, file), "utf8")))

const scopeIds = (): ReadonlyArray<string> =>
  JSON.parse(readFileSync(join(root, specFolder, "scope.json"), "utf8")) as ReadonlyArray<string>

/** The policy in force: that of the file which the environment names, as for the server, else the default. */
const policyInForce = (): Policy => {
  const file = process.env["KINCHAKU_POLICY"]
  if (file === undefined) return compat
  const loaded = load(JSON.parse(readFileSync(file, "utf8")))
  if (Result.isSuccess(loaded)) return loaded.success
  const wrong = loaded.failure.issues.map(({ field, message }) => `${field}: ${message}`)
  throw new Error(`KINCHAKU_POLICY is not valid: ${wrong.join("; ")}`)
}

/** Runs the tests of all rules, or of one. */
const run = async (rule: string | undefined): Promise<Outcomes> => {
  const reporter = new SpecReporter(progress)
  progress(rule === undefined ? "running every rule" : `running ${rule}`)
  const vitest = await startVitest([specFolder], {
    root,
    project: ["testkit"],
    run: true,
    watch: false,
    passWithNoTests: true,
    coverage: { enabled: false },
    reporters: [reporter],
    ...(rule === undefined ? {} : { testNamePattern: `(^| )${rule}${rule.length === 6 ? "[a-z]?" : ""} ` })
  })
  await vitest.close()
  return reporter
}

const report = async (
  rule: string | undefined,
  asJson: boolean,
  found: () => Promise<Outcomes> | Outcomes
): Promise<number> => {
  const rows = rulebookRows()
  const asked = rule === undefined ? rows : rows.filter(({ id }) => id === Spec.ruleOf(rule))
  if (asked.length === 0) {
    process.stderr.write(`spec: ${rule} is not in the rulebook\n`)
    return 2
  }
  const scope = new Set(rule === undefined ? scopeIds() : [Spec.ruleOf(rule)])
  const policy = rule === undefined || Spec.ruleOf(rule) === "SEC-15" ? policyInForce() : undefined
  const began = performance.now()
  const { errors, outcomes } = await found()
  const spec = Spec.make(asked, scope, outcomes, errors, policy)
  const json = `${JSON.stringify(spec, undefined, 2)}\n`
  if (rule === undefined) writeFileSync(specFile, json)
  process.stdout.write(asJson ? json : `${Spec.text(spec)}\n`)
  progress(
    `done in ${((performance.now() - began) / 1000).toFixed(1)} s${rule === undefined ? ", written to spec.json" : ""}`
  )
  return spec.ok ? 0 : 1
}

const docs = (write: boolean): number => {
  if (!existsSync(specFile)) {
    process.stderr.write("spec: there is no spec.json; run `npm run spec` first\n")
    return 2
  }
  const spec = JSON.parse(readFileSync(specFile, "utf8")) as Spec.Spec
  const before = existsSync(docsFile) ? readFileSync(docsFile, "utf8") : undefined
  const page = Spec.page(spec, before)
  if (write) {
    mkdirSync(join(root, "docs", "reference"), { recursive: true })
    writeFileSync(docsFile, page)
    return 0
  }
  if (page === before) return 0
  process.stderr.write("spec: docs/reference/invariants.md is out of date; run `npm run spec -- --write-docs`\n")
  return 1
}

const main = async (args: ReadonlyArray<string>): Promise<number> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean" },
      rule: { type: "string" },
      outcomes: { type: "boolean" },
      "write-docs": { type: "boolean" },
      "check-docs": { type: "boolean" }
    }
  })
  if (values["write-docs"] || values["check-docs"]) return docs(values["write-docs"] === true)
  if (values.rule !== undefined && !/^[A-Z]{3}-\d{2}[a-z]?$/.test(values.rule)) {
    process.stderr.write(`spec: not the id of a rule: ${values.rule}\n`)
    return 2
  }
  const { json: asJson = false, outcomes: isKept = false, rule } = values
  return report(rule, asJson, () => (isKept ? readOutcomes() : run(rule)))
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`spec: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
