import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { kinds } from "../src/Problem.ts"
import { routes } from "../src/Routes.ts"
import { type Harness, open } from "./Harness.ts"

type Json = { readonly [key: string]: Json } | ReadonlyArray<Json> | string | number | boolean | null

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const at = (value: Json | undefined, ...path: ReadonlyArray<string>): Json | undefined => {
  let found = value
  for (const step of path) found = isRecord(found) ? found[step] : undefined
  return found
}

const referencesIn = (value: Json): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isRecord(value)) return []
  const own = typeof value["$ref"] === "string" ? [value["$ref"]] : []
  return [...own, ...Object.values(value).flatMap(referencesIn)]
}

/** An object without further fields, or a choice between such objects. */
const assertClosed = (document: Json, schema: Json): void => {
  const reference = at(schema, "$ref")
  if (typeof reference === "string") {
    return assertClosed(document, at(document, ...reference.replace("#/", "").split("/")) ?? null)
  }
  const choices = at(schema, "anyOf")
  if (!Array.isArray(choices)) return assert.isFalse(at(schema, "additionalProperties"), JSON.stringify(schema))
  assert.isNotEmpty(choices)
  for (const choice of choices as ReadonlyArray<Json>) assertClosed(document, choice)
}

describe("the OpenAPI document", () => {
  let harness: Harness
  let document: Json
  beforeAll(async () => {
    harness = open()
    document = (await harness.get("/openapi.json", { key: null })).json as unknown as Json
  })
  afterAll(() => harness.close())

  it("is of version 3.1 and names no other server", () => {
    assert.strictEqual(at(document, "openapi"), "3.1.0")
    assert.deepStrictEqual(at(document, "servers"), [{ url: "/" }])
    assert.notMatch(JSON.stringify(document), /https?:\/\//)
  })

  it("has references that resolve", () => {
    const references = referencesIn(document)
    assert.isAbove(references.length, 50)
    for (const reference of references) {
      assert.isDefined(at(document, ...reference.replace("#/", "").split("/")), reference)
    }
  })

  it("has every route with its parameters, its success and its problems", () => {
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, "{$1}")
      const operation = at(document, "paths", path, route.method)
      assert.isDefined(operation, path)
      const parameters = (at(operation, "parameters") ?? []) as ReadonlyArray<Json>
      const named = parameters.map((parameter) => `${at(parameter, "in")} ${at(parameter, "name")}`)
      for (const [, name] of route.path.matchAll(/:(\w+)/g)) assert.include(named, `path ${name}`)
      assert.strictEqual(named.includes("header Idempotency-Key"), route.method === "post", path)
      const media = "media" in route ? (route.media ?? "") : "application/json"
      assert.isDefined(at(operation, "responses", `${route.status}`, "content", media, "schema"), path)
      const security = at(operation, "security") as ReadonlyArray<Json>
      assert.deepStrictEqual(
        security.flatMap((one) => Object.keys(one as object)),
        [...route.callers]
      )
      for (const code of [...route.refusals, "InternalError"]) {
        const { status } = kinds[code as keyof typeof kinds]
        const content = at(operation, "responses", `${status}`, "content", "application/problem+json")
        assert.strictEqual(at(content, "examples", code, "value", "code"), code, `${path} ${code}`)
      }
    }
  })

  it("describes every operation in both languages and closes request bodies to unknown fields", () => {
    const operations = Object.values(at(document, "paths") as object).flatMap((path: object) => Object.values(path))
    assert.strictEqual(operations.length, routes.length)
    for (const operation of operations as ReadonlyArray<Json>) {
      assert.match(String(at(operation, "summary")), / \/ /)
      const body = at(operation, "requestBody", "content", "application/json", "schema")
      if (body !== undefined) assertClosed(document, body)
    }
  })
})

describe("pages", () => {
  let harness: Harness
  beforeAll(() => {
    harness = open()
  })
  afterAll(() => harness.close())

  it("the reference page and everything it loads come from this server", async () => {
    const page = await harness.get("/docs", { key: null })
    assert.strictEqual(page.status, 200)
    assert.include(page.headers.get("content-type"), "text/html")
    assert.notMatch(page.text, /(?:https?:)?\/\/[a-z]/i)
    assert.notMatch(page.text, /<script(?![^>]*\ssrc=)/)
    const policy = page.headers.get("content-security-policy") ?? ""
    assert.include(policy, "script-src 'self'")
    assert.include(policy, "connect-src 'self'")
    assert.notInclude(policy, "unsafe")
    assert.notMatch(policy, /https?:|\*/)
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path)
    assert.isAtLeast(loaded.length, 4)
    for (const path of loaded) {
      const asset = await harness.get(path, { key: null })
      assert.strictEqual(asset.status, 200, path)
      assert.isAbove(asset.text.length, 50, path)
    }
    const start = await harness.get("/docs/start.js", { key: null })
    assert.include(start.text, '"/openapi.json"')
    assert.notMatch(start.text, /https?:/)
  })

  it("stylesheets of the pages load nothing from elsewhere", async () => {
    for (const path of ["/docs/swagger-ui.css", "/docs/page.css"]) {
      const { headers, text } = await harness.get(path)
      assert.include(headers.get("content-type"), "text/css")
      assert.notMatch(text, /@import|url\(\s*["']?(?:https?:)?\/\//)
    }
  })

  it("every problem has a page that explains it in both languages", async () => {
    const index = await harness.get("/problems", { key: null })
    for (const code of Object.keys(kinds)) {
      assert.include(index.text, `/problems/${code}`)
      const page = await harness.get(`/problems/${code}`, { key: null })
      assert.strictEqual(page.status, 200, code)
      assert.include(page.text, `<code>${code}</code>`)
      assert.include(page.text, 'lang="en"')
      assert.notMatch(page.text, /https?:|<script/)
    }
  })

  it("has no assets but its own, whatever name every object knows", async () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      const { status } = await harness.get(`/docs/${name}`, { key: null })
      assert.strictEqual(status, 404)
    }
  })
})
