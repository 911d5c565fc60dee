/**
 * SpecOutcomes: a reporter for a run of all tests that keeps what became of the rules, so that the report of the specification needs no
 * second run: `npm test -- --reporter=packages/testkit/src/SpecOutcomes.ts`, then `npm run spec -- --outcomes`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestModule } from "vitest/node"
import { type Outcome, SpecReporter } from "./SpecReporter.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
/** Where the outcomes of the last run are kept. */
export const outcomesFile = join(root, "node_modules", ".cache", "kinchaku", "spec-outcomes.json")

/** The folder of the specification, as test modules name it from their project's root. */
const specFolder = "spec/"

/** What a run left behind. */
export interface Outcomes {
  readonly outcomes: ReadonlyArray<Outcome>
  readonly errors: ReadonlyArray<string>
}

export const readOutcomes = (): Outcomes => JSON.parse(readFileSync(outcomesFile, "utf8")) as Outcomes

// oxlint-disable-next-line import/no-default-export -- the test runner loads a reporter by its default export
export default class SpecOutcomes extends SpecReporter {
  constructor() {
    super(() => undefined)
  }

  onInit(): void {
    rmSync(outcomesFile, { force: true })
  }

  override onTestRunEnd(
    modules: ReadonlyArray<TestModule>,
    unhandled: ReadonlyArray<{ readonly message: string }>
  ): void {
    super.onTestRunEnd(modules, unhandled)
    const isRule = (file: string) => file.startsWith(specFolder)
    const kept: Outcomes = {
      outcomes: this.outcomes.filter(({ file }) => isRule(file)),
      errors: this.errors.filter(isRule)
    }
    mkdirSync(dirname(outcomesFile), { recursive: true })
    writeFileSync(outcomesFile, JSON.stringify(kept))
  }
}
