/**
 * The repository's commands: `node scripts/run.mjs <task> [arguments]`.
 *
 * Works on a fresh clone with nothing but Node 20 and npm: it installs what the lock file names when that is not
 * installed yet, then runs the task with the Node 24 that came with it. It uses nothing that has to be installed.
 * Standard output belongs to the task alone; whatever the installation has to say goes to standard error.
 */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const modules = join(root, "node_modules")
const stampFile = join(modules, ".kinchaku-lock")

/** How every source of the repository is run: from src instead of dist, and without the notices about node:sqlite. */
const nodeFlags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

const source = (file) => (args) => [[...nodeFlags, file, ...args]]
const tool =
  (file, ...fixed) =>
  (args) => [[join("node_modules", file), ...fixed, ...args]]

/** What each task runs, as arguments of Node; a task of several commands stops at the first that fails. */
const tasks = {
  start: source("packages/http/src/Main.ts"),
  demo: source("packages/http/demo/Demo.ts"),
  bank: source("packages/testkit/src/bank-server/Main.ts"),
  spec: source("packages/testkit/src/SpecReport.ts"),
  bench: source("packages/adapters/bench/Bench.ts"),
  torture: source("packages/adapters/torture/Torture.ts"),
  check: source("scripts/check.mjs"),
  licences: source("scripts/licences.mjs"),
  test: tool("vitest/vitest.mjs", "run"),
  format: tool("oxfmt/bin/oxfmt"),
  build: tool("typescript/bin/tsc", "-b")
}

/** Names the installation the lock file asks for on this machine. */
const lockStamp = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`${process.platform}-${process.arch}`)
    .digest("hex")

const isInstalled = () =>
  existsSync(stampFile) && readFileSync(stampFile, "utf8").trim() === lockStamp() && repositoryNode() !== undefined

/** The Node 24 of the lock file, or the running one where it is new enough. */
const repositoryNode = () => {
  const own = [join(modules, "node", "bin", "node"), join(modules, "node", "bin", "node.exe")].find(existsSync)
  if (own !== undefined) return own
  return Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : undefined
}

const exitCode = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0)

/** The npm that started this script, so that no second one has to be found. */
const npmCommand = () => {
  const started = process.env.npm_execpath
  if (started !== undefined && started.endsWith("npm-cli.js")) return { command: process.execPath, first: [started] }
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", first: [] }
}

const install = () =>
  new Promise((resolve) => {
    const begun = Date.now()
    const seconds = () => Math.round((Date.now() - begun) / 1000)
    process.stderr.write("Kinchaku: installing what package-lock.json names; once, about half a minute.\n")
    const heartbeat = setInterval(() => process.stderr.write(`Kinchaku: still installing (${seconds()} s)\n`), 10_000)
    const { command, first } = npmCommand()
    const flags = ["ci", "--include=dev", "--ignore-scripts=false", "--no-audit", "--no-fund", "--loglevel=error"]
    const npm = spawn(command, [...first, ...flags], {
      cwd: root,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32" && first.length === 0
    })
    npm.on("error", (error) => {
      clearInterval(heartbeat)
      process.stderr.write(`Kinchaku: npm could not be started: ${error.message}\n`)
      resolve(1)
    })
    npm.on("exit", (code, signal) => {
      clearInterval(heartbeat)
      const ended = exitCode(code, signal)
      if (ended === 0) process.stderr.write(`Kinchaku: installed in ${seconds()} s\n`)
      else process.stderr.write("Kinchaku: npm ci failed; its message is above. Nothing was run.\n")
      resolve(ended)
    })
  })

/** Passes signals on, once per second at most: a terminal and npm send the same one several times. */
const forwardSignals = (child) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    let last = 0
    process.on(signal, () => {
      const sentByTerminal = signal === "SIGINT" && process.stdin.isTTY === true
      if (sentByTerminal || Date.now() - last < 1000) return
      last = Date.now()
      child.kill(signal)
    })
  }
}

const run = (node, args) =>
  new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, PATH: `${join(modules, ".bin")}${delimiter}${process.env.PATH ?? ""}` }
    })
    forwardSignals(child)
    child.on("error", (error) => {
      process.stderr.write(`Kinchaku: ${node} could not be started: ${error.message}\n`)
      resolve(1)
    })
    child.on("exit", (code, signal) => resolve(exitCode(code, signal)))
  })

const main = async ([name, ...args]) => {
  if (name === "stamp") {
    writeFileSync(stampFile, `${lockStamp()}\n`)
    return 0
  }
  const task = Object.hasOwn(tasks, name ?? "") ? tasks[name] : undefined
  if (task === undefined) {
    process.stderr.write(`usage: node scripts/run.mjs <${Object.keys(tasks).join(" | ")}> [arguments]\n`)
    return 2
  }
  if (!isInstalled()) {
    const installed = await install()
    if (installed !== 0) return installed
    writeFileSync(stampFile, `${lockStamp()}\n`)
  }
  const node = repositoryNode()
  if (node === undefined) {
    process.stderr.write("Kinchaku: the package `node` brought no binary for this machine; Node 24 is needed.\n")
    return 1
  }
  for (const command of task(args)) {
    const ended = await run(node, command)
    if (ended !== 0) return ended
  }
  return 0
}

process.exitCode = await main(process.argv.slice(2))
