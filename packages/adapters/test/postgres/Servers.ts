/**
 * The servers under test: one that the run of tests started for all its files, and that of PG_URL where it is set.
 */
import { describe, inject, test } from "vitest"

/** A server to test, or one that cannot be, and why. */
export type ServerUnderTest =
  | { readonly name: string; readonly url: string }
  | { readonly name: string; readonly skipped: string }

declare module "vitest" {
  interface ProvidedContext {
    readonly postgres: ReadonlyArray<ServerUnderTest>
  }
}

/** The servers of this run. */
export const servers = (): ReadonlyArray<ServerUnderTest> => inject("postgres")

/** Defines tests for each server; one that cannot be tested is reported as a skipped test that says why. */
export const describeServers = (define: (server: { readonly name: string; readonly url: string }) => void): void => {
  for (const server of servers()) {
    describe(server.name, () => {
      if ("url" in server) define(server)
      else test("cannot be started here", ({ skip }) => skip(server.skipped))
    })
  }
}
