#!/usr/bin/env node
/**
 * `kinchaku`: starts the command line with the Node that it needs.
 *
 * In a checkout the sources run under the repository's own Node 24, whichever Node npx has; a published package runs what was
 * built, under a Node of 24 or newer. Uses nothing that has to be installed.
 */
import { spawn } from "node:child_process"
import { existsSync, realpathSync } from "node:fs"
import { constants } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const own = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))))
const root = join(own, "..", "..")
const isCheckout = existsSync(join(root, "scripts", "run.mjs"))

/** The Node 24 of the lock file, or the running one where it is new enough. */
const nodeOf = () => {
  const modules = join(root, "node_modules", "node", "bin")
  const installed = isCheckout ? [join(modules, "node"), join(modules, "node.exe")].find(existsSync) : undefined
  if (installed !== undefined) return installed
  return Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : undefined
}

/** Passes signals on, once a second at most; what a terminal sends reaches the child by itself. */
const forwardSignals = (child) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    let last = 0
    process.on(signal, () => {
      if ((signal === "SIGINT" && process.stdin.isTTY === true) || Date.now() - last < 1000) return
      last = Date.now()
      child.kill(signal)
    })
  }
}

const flags = ["--disable-warning=ExperimentalWarning", ...(isCheckout ? ["--conditions=@kinchaku/source"] : [])]
const program = join(own, ...(isCheckout ? ["src", "Main.ts"] : ["dist", "Main.js"]))
const node = nodeOf()

/** Compiled code is kept beside the installation, so that the next start is quick; never in a place that others can write to. */
const env = isCheckout
  ? { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "kinchaku"), ...process.env }
  : process.env

if (node === undefined) {
  process.stderr.write(
    `kinchaku: Node 24 以上が必要です（現在 ${process.versions.node}）。チェックアウトでは npm ci を実行してください。\n` +
      `kinchaku: Node 24 or newer is needed, this is ${process.versions.node}. In a checkout, run npm ci.\n`
  )
  process.exitCode = 3
} else {
  const child = spawn(node, [...flags, program, ...process.argv.slice(2)], { stdio: "inherit", env })
  forwardSignals(child)
  child.on("error", (error) => {
    process.stderr.write(`kinchaku: ${node}: ${error.message}\n`)
    process.exitCode = 3
  })
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}
