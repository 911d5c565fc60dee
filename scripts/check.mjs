/**
 * Everything that must hold before a change is accepted, one step after another; all steps run even when one fails.
 *
 * `--without-tests` leaves out what `npm test` and `npm run spec` run.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const withTests = !process.argv.includes("--without-tests")

const tool = (file, ...args) => [process.execPath, [`node_modules/${file}`, ...args]]
const task = (...args) => [process.execPath, ["scripts/run.mjs", ...args]]

const steps = [
  ["format", tool("oxfmt/bin/oxfmt", "--check")],
  ["lint", tool("oxlint/bin/oxlint")],
  ["boundaries between packages", tool("turbo/bin/turbo", "boundaries")],
  ["types", tool("typescript/bin/tsc", "-b")],
  ["licences and lock file", task("licences")],
  [
    "packages as published: domain",
    tool("publint/src/cli.js", "run", "packages/domain", "--strict", "--pack", "false")
  ],
  [
    "packages as published: adapters",
    tool("publint/src/cli.js", "run", "packages/adapters", "--strict", "--pack", "false")
  ],
  [
    "packages as published: testkit",
    tool("publint/src/cli.js", "run", "packages/testkit", "--strict", "--pack", "false")
  ],
  [
    "packages as published: verifier",
    tool("publint/src/cli.js", "run", "packages/verifier", "--strict", "--pack", "false")
  ],
  ...(withTests
    ? [
        ["planted violations", task("test", "--project", "repository")],
        ["tests", task("test", "--project", "!repository")],
        ["specification", task("spec")]
      ]
    : [])
]

const results = []
for (const [name, [command, args]] of steps) {
  console.log(`\n── ${name}`)
  const begun = Date.now()
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" }
  })
  results.push({ name, passed: status === 0, seconds: ((Date.now() - begun) / 1000).toFixed(1) })
}

console.log("\n── summary")
for (const { name, passed, seconds } of results) console.log(`${passed ? "passed" : "FAILED"}  ${name} (${seconds} s)`)
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
