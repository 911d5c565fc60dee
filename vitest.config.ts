import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** One project of tests: packages are read from their sources, never from dist. */
const project = (name: string, folder: string, include: ReadonlyArray<string>, ...globalSetup: Array<string>) => ({
  resolve: {
    alias: [
      {
        find: /^@kinchaku\/(domain|adapters|http|cli|testkit|verifier)\/(.+)$/,
        replacement: at("packages/$1/src/$2.ts")
      }
    ]
  },
  test: {
    name,
    root: at(folder),
    include: [...include],
    globalSetup: globalSetup.map(at),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    execArgv: ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]
  }
})

export default defineConfig({
  test: {
    allowOnly: false,
    projects: [
      project("domain", "packages/domain", ["test/**/*.test.ts"]),
      project("adapters", "packages/adapters", ["test/**/*.test.ts"], "packages/adapters/test/postgres/GlobalSetup.ts"),
      project("http", "packages/http", ["test/**/*.test.ts"]),
      project("cli", "packages/cli", ["test/**/*.test.ts"], "packages/adapters/test/postgres/GlobalSetup.ts"),
      project("testkit", "packages/testkit", ["spec/**/*.spec.ts", "test/**/*.test.ts"]),
      project("verifier", "packages/verifier", ["test/**/*.test.ts"]),
      project("repository", "test", ["*.test.ts"])
    ],
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"], reporter: ["text", "json-summary"] }
  }
})
