/**
 * SpecReporter: a reporter of the test runner that keeps what the report of the specification is made of.
 *
 * It prints nothing but its progress; what the tests of the rules left behind is read when the run has ended.
 */
import type { Reporter, TestCase, TestModule } from "vitest/node"
import type { Evidence } from "./Examination.ts"
import type { RuleMeta } from "./Rule.ts"

/** What became of one test of the specification. */
export interface Outcome {
  readonly test: string
  readonly file: string
  readonly passed: boolean
  readonly errors: ReadonlyArray<string>
  readonly evidence?: Evidence
  readonly mistake?: NonNullable<RuleMeta["mistake"]>
}

const everySoOften = 5000

export class SpecReporter implements Reporter {
  readonly outcomes: Array<Outcome> = []
  /** What went wrong outside any test: a file that does not load, an error nobody caught. */
  readonly errors: Array<string> = []
  readonly #progress: (line: string) => void
  #shownAt = performance.now()

  constructor(progress: (line: string) => void) {
    this.#progress = progress
  }

  onTestCaseResult(testCase: TestCase): void {
    const result = testCase.result()
    if (result.state === "skipped" || result.state === "pending") return
    const { mistake, rule }: RuleMeta = testCase.meta()
    this.outcomes.push({
      test: testCase.name,
      file: testCase.module.relativeModuleId,
      passed: result.state === "passed",
      errors: (result.errors ?? []).map(({ message }) => message),
      ...(rule === undefined ? {} : { evidence: rule }),
      ...(mistake === undefined ? {} : { mistake })
    })
    if (performance.now() - this.#shownAt > everySoOften) {
      this.#shownAt = performance.now()
      this.#progress(`${this.outcomes.length} tests so far, last ${testCase.name}`)
    }
  }

  onTestModuleEnd(testModule: TestModule): void {
    for (const { message } of testModule.errors()) this.errors.push(`${testModule.relativeModuleId}: ${message}`)
    const tests = [...testModule.children.allTests()].filter((test) => test.result().state !== "skipped")
    const failed = tests.filter((test) => test.result().state === "failed").length
    if (tests.length > 0) {
      const seconds = (testModule.diagnostic().duration / 1000).toFixed(1)
      this.#progress(`${testModule.relativeModuleId}: ${tests.length} tests, ${failed} failed, ${seconds} s`)
    }
  }

  onTestRunEnd(_modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<{ readonly message: string }>): void {
    for (const { message } of unhandled) this.errors.push(message)
  }
}
