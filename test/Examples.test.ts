/**
 * Every example of the README is a region of a program in `examples/`, and the program prints what is recorded beside it.
 */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const folder = join(root, "examples")
const programs = readdirSync(folder).filter((name) => name.endsWith(".ts"))

/** The regions of a program, without their indentation. */
const regions = (source: string): ReadonlyArray<string> =>
  [...source.matchAll(/^( *)\/\/ #region \w+\n(.*?)\n *\/\/ #endregion/gms)].map(([, indent = "", body = ""]) =>
    body
      .split("\n")
      .map((line) => line.slice(indent.length))
      .join("\n")
  )

describe("examples", () => {
  it.each(programs)("%s prints what is recorded beside it", (program) => {
    const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]
    const { status, stderr, stdout } = spawnSync(process.execPath, [...flags, join(folder, program)], {
      encoding: "utf8"
    })
    expect(stderr).toBe("")
    expect(stdout).toBe(readFileSync(join(folder, program.replace(/\.ts$/, ".out")), "utf8"))
    expect(status).toBe(0)
  })

  it("every block of the README is a region of a program", () => {
    const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```ts\n(.*?)\n```/gs)].map(
      ([, body]) => body
    )
    const known = programs.flatMap((program) => regions(readFileSync(join(folder, program), "utf8")))
    expect(blocks.length).toBeGreaterThan(0)
    for (const block of blocks) expect(known).toContain(block)
  })
})
