/**
 * Proof that the repository's rules are alive.
 *
 * `test/planted` breaks each rule of `.oxlintrc.json` and each arrow of `turbo.json` at a known place. The files are
 * copied into an empty workspace under the names of the real packages, with the real configuration, and the reports
 * must be exactly the expected ones: a rule that no longer reports anything fails here.
 */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const packages = ["domain", "adapters", "testkit", "http", "verifier", "cli"]

let workspace = ""

/** Files whose only fault is their length are written here rather than kept. */
const writeLongFiles = (folder: string): void => {
  const statements = (count: number): string => Array.from({ length: count }, (_, n) => `  String(${n})`).join("\n")
  writeFileSync(join(folder, "LongFile.ts"), `export const one = 1\n${"// a line\n".repeat(250)}`)
  writeFileSync(join(folder, "LongFunction.ts"), `export const long = (): void => {\n${statements(69)}\n}\n`)
}

beforeAll(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "kinchaku-planted-")))
  for (const file of [".oxlintrc.json", "turbo.json", "package.json", "package-lock.json"]) {
    cpSync(join(root, file), join(workspace, file))
  }
  for (const name of packages) {
    const folder = join(workspace, "packages", name)
    mkdirSync(folder, { recursive: true })
    for (const file of ["package.json", "turbo.json"]) {
      cpSync(join(root, "packages", name, file), join(folder, file))
    }
    cpSync(join(root, "test", "planted", name), folder, { recursive: true })
  }
  writeLongFiles(join(workspace, "packages", "domain", "src"))
})

afterAll(() => rmSync(workspace, { recursive: true, force: true }))

const runTool = (tool: string, ...args: ReadonlyArray<string>): string => {
  const ran = spawnSync(process.execPath, [join(root, "node_modules", tool, "bin", tool), ...args], {
    cwd: workspace,
    encoding: "utf8",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1", FORCE_COLOR: "" }
  })
  return args.includes("--format=json") ? ran.stdout : ran.stdout + ran.stderr
}

interface Report {
  readonly code: string
  readonly filename: string
  readonly labels: ReadonlyArray<{ readonly span: { readonly line: number } }>
}

/** Every report of oxlint as "file:line rule", sorted by file and line. */
const lintReports = (): ReadonlyArray<string> => {
  const { diagnostics } = JSON.parse(runTool("oxlint", "--format=json", "packages")) as {
    readonly diagnostics: ReadonlyArray<Report>
  }
  return diagnostics
    .map(({ code, filename, labels }) => ({ file: filename, line: labels[0]?.span.line ?? 0, code }))
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.code.localeCompare(b.code))
    .map(({ file, line, code }) => `${file.replace("packages/", "").replace("/src/", "/")}:${line} ${code}`)
}

/** What turbo says, with the line breaks of its console width taken out. */
const boundaries = (): string =>
  runTool("turbo", "boundaries")
    .replaceAll(/\/\n\s+\| /g, "/")
    .replaceAll(/\n\s+\| /g, " ")

const declareDependency = (name: string, on: string): void => {
  const file = join(workspace, "packages", name, "package.json")
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> }
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, [on]: "0.1.0" } }))
}

const reportsOf = (file: string, rule: string, ...lines: ReadonlyArray<number>): ReadonlyArray<string> =>
  lines.map((line) => `${file}:${line} ${rule}`)

it("oxlint reports every planted violation, and nothing else", () => {
  const domain = "domain/Violations.ts"
  const expected = [
    ...reportsOf("domain/Barrel.ts", "oxc(no-barrel-file)", 1),
    ...reportsOf("domain/LongFile.ts", "eslint(max-lines)", 251),
    ...reportsOf("domain/LongFunction.ts", "eslint(max-lines-per-function)", 1),
    ...reportsOf("domain/loop/Shape.ts", "import(no-cycle)", 1),
    ...reportsOf("domain/loop/Square.ts", "import(no-cycle)", 1),
    ...reportsOf("domain/lower-case.ts", "unicorn(filename-case)", 1),
    ...reportsOf("domain/Types.ts", "typescript(consistent-type-imports)", 1),
    ...reportsOf("domain/Types.ts", "import(no-default-export)", 4),
    ...reportsOf(domain, "eslint(no-restricted-imports)", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    ...reportsOf(domain, "eslint(no-restricted-globals)", 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33),
    ...reportsOf(domain, "eslint(no-restricted-properties)", 22, 23),
    ...reportsOf(domain, "eslint(no-console)", 33),
    ...reportsOf(domain, "typescript(no-explicit-any)", 35),
    ...reportsOf(domain, "typescript(no-non-null-assertion)", 36),
    ...reportsOf(domain, "eslint(eqeqeq)", 37),
    ...reportsOf(domain, "eslint(prefer-const)", 38),
    ...reportsOf(domain, "eslint(no-var)", 39),
    ...reportsOf("adapters/Violations.ts", "eslint(no-restricted-imports)", 1, 2, 3),
    ...reportsOf("testkit/Violations.ts", "eslint(no-restricted-imports)", 1, 2, 3),
    ...reportsOf("cli/Violations.ts", "eslint(no-restricted-imports)", 1, 2, 3, 4),
    ...reportsOf("http/Violations.ts", "eslint(no-restricted-imports)", 2, 3),
    ...reportsOf("verifier/Violations.ts", "eslint(no-restricted-imports)", 1, 2, 3, 4, 5, 6, 7)
  ]
  expect(lintReports().toSorted()).toEqual(expected.toSorted())
})

it("turbo boundaries reports imports of packages that are not declared", () => {
  const reported = [...boundaries().matchAll(/cannot import package `(.+?)` because[^[]+\[.*\/packages\/(\w+)\//g)]
  expect(reported.map(([, what, where]) => `${where} imports ${what}`).toSorted()).toEqual([
    "adapters imports @kinchaku/http",
    "adapters imports hono",
    "cli imports hono",
    "domain imports @effect/platform-node",
    "domain imports @kinchaku/adapters",
    "domain imports @kinchaku/http",
    "domain imports @kinchaku/testkit",
    "domain imports hono",
    "domain imports pino",
    "testkit imports @kinchaku/adapters",
    "testkit imports @kinchaku/http",
    "testkit imports hono",
    "verifier imports @kinchaku/http",
    "verifier imports hono"
  ])
})

it("turbo boundaries reports forbidden arrows even when they are declared", () => {
  for (const on of ["adapters", "http", "testkit", "verifier", "cli"]) declareDependency("domain", `@kinchaku/${on}`)
  for (const on of ["adapters", "http", "verifier", "cli"]) declareDependency("testkit", `@kinchaku/${on}`)
  for (const on of ["http", "verifier", "cli"]) declareDependency("adapters", `@kinchaku/${on}`)
  for (const on of ["http", "cli"]) declareDependency("verifier", `@kinchaku/${on}`)
  declareDependency("http", "@kinchaku/cli")
  const reported = [
    ...boundaries().matchAll(/`@kinchaku\/(\w+)` found with tag listed in denylist for `@kinchaku\/(\w+)`/g)
  ]
  expect(reported.map(([, on, name]) => `${name} depends on ${on}`).toSorted()).toEqual([
    "adapters depends on cli",
    "adapters depends on http",
    "adapters depends on verifier",
    "domain depends on adapters",
    "domain depends on cli",
    "domain depends on http",
    "domain depends on testkit",
    "domain depends on verifier",
    "http depends on cli",
    "testkit depends on adapters",
    "testkit depends on cli",
    "testkit depends on http",
    "testkit depends on verifier",
    "verifier depends on cli",
    "verifier depends on http"
  ])
})

it("the verifier is published with no dependency at all; only its tests know the other packages", () => {
  const manifest = JSON.parse(readFileSync(join(root, "packages", "verifier", "package.json"), "utf8")) as object
  expect(Object.keys(manifest)).not.toContain("dependencies")
  expect(Object.keys(manifest)).not.toContain("peerDependencies")
})
