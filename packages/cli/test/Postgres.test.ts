/**
 * The command line on PostgreSQL: the books of a SQLite file, taken over by export and import.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { open } from "@kinchaku/adapters/postgres/Session"
import { Effect } from "effect"
import { afterAll, describe, expect, inject, test } from "vitest"
import { fill, kinchakuIn } from "./Books.ts"

type ServerUnderTest =
  | { readonly name: string; readonly url: string }
  | { readonly name: string; readonly skipped: string }

declare module "vitest" {
  interface ProvidedContext {
    readonly postgres: ReadonlyArray<ServerUnderTest>
  }
}

const folder = mkdtempSync(join(tmpdir(), "kinchaku-cli-"))
const kinchaku = kinchakuIn(folder)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The server that was started for these tests, with nothing in it. */
const server = inject("postgres")[0]
const url = server !== undefined && "url" in server ? server.url : undefined

const change = (...statements: ReadonlyArray<string>) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(open(url ?? ""), ({ rows }) => Effect.forEach(statements, (sql) => rows(sql), { discard: true }))
    )
  )

describe.skipIf(url === undefined)("on PostgreSQL (skipped where it cannot be started)", () => {
  test("books move from SQLite to PostgreSQL and back, verify, and are found where they were changed", async () => {
    const name = url ?? ""
    expect(kinchaku("balance", name)).toMatchObject({ status: 2, stderr: expect.stringMatching(/does not hold books/) })
    await fill(join(folder, "books.db"))
    kinchaku("export", "books.db", "-o", "books.jsonl")
    const text = readFileSync(join(folder, "books.jsonl"), "utf8")
    expect(kinchaku("import", "books.jsonl", name).status).toBe(0)
    expect(kinchaku("import", "books.jsonl", name).status).toBe(2)
    expect(kinchaku("export", name).stdout).toBe(text)
    const verified = kinchaku("verify", name)
    expect(verified.stdout).toBe(kinchaku("verify", "books.jsonl").stdout)
    expect(verified.status).toBe(0)
    expect(kinchaku("replay", name).status).toBe(0)
    expect(kinchaku("balance", name, "--json").stdout).toBe(kinchaku("balance", "books.db", "--json").stdout)
    const { status, stdout } = kinchaku("doctor", name)
    expect(stdout).toMatch(/^ok +fsync +on$/m)
    expect(stdout).toMatch(/^ok +lanes +1 with links, 0 of 256 taken by processes now$/m)
    expect(status).toBe(0)

    await change(
      "ALTER TABLE command DISABLE TRIGGER ALL",
      "UPDATE command SET outcome = outcome || ' ' WHERE place = 512"
    )
    const broken = kinchaku("verify", name, "--json")
    expect(JSON.parse(broken.stdout)).toMatchObject({ error: { details: { fault: "hash", at: { lane: 0, seq: 2 } } } })
    expect(broken.status).toBe(1)
  })

  test("a server that is not there is named as the cause, without a password", () => {
    const { status, stderr } = kinchaku("balance", "postgres://me:secret@127.0.0.1:1/books")
    expect(stderr).toMatch(/the store is not available .*ECONNREFUSED/)
    expect(stderr).not.toContain("secret")
    expect(status).toBe(3)
    expect(kinchaku("doctor", "postgres://me:secret@127.0.0.1:1/books").stdout).toMatch(/^PROBLEM +connection/m)
  })
})
