/**
 * The OpenAPI 3.1 document, made from the route table: paths, schemas, and every problem that a path can answer.
 */
import { type JsonSchema, Schema } from "effect"
import { type Code, isCode, kinds } from "./Problem.ts"
import * as ProblemDocument from "./ProblemDocument.ts"
import { type Codec, nothing, octets, type Route } from "./Route.ts"
import { version } from "./Version.ts"

type Json = JsonSchema.JsonSchema
type Components = Record<string, Json>

/** A schema as a component: what is open anyway need not say so. */
const rename = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll("#/$defs/", "#/components/schemas/"), (key, value: unknown) =>
    key === "additionalProperties" && value === true ? undefined : value
  ) as Json

/** The schema of a codec's encoded side; its named parts become components. */
const schemaOf = (codec: Codec<unknown>, components: Components, onExcessProperty: "error" | "ignore"): Json => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(codec, { generateDescriptions: true, onExcessProperty })
  for (const [name, definition] of Object.entries(definitions)) components[name] = rename(definition)
  return rename(schema)
}

const parametersOf = (codec: Codec<unknown>, where: "path" | "query", components: Components): ReadonlyArray<Json> => {
  if (codec === nothing) return []
  const { properties = {}, required = [] } = schemaOf(codec, components, "error") as {
    readonly properties?: Readonly<Record<string, Json>>
    readonly required?: ReadonlyArray<string>
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema
  }))
}

const idempotencyKey: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: true,
  description:
    "One value for one operation. Repeated with the same content, a request answers what it answered first and does nothing again (LED-08).",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x20-\\x7e]+$" }
}

const problemSchema: Json = {
  type: "object",
  description: "RFC 9457. Further members are the facts of the refusal; the page at `type` explains the code.",
  required: ["type", "title", "status", "detail", "instance", "code", "rule", "requestId"],
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string", format: "uri-reference" },
    code: { type: "string", enum: Object.keys(kinds) },
    rule: { type: "array", items: { type: "string" }, description: "The rules of the rulebook behind it." },
    requestId: { type: "string" },
    issues: {
      type: "array",
      items: {
        type: "object",
        required: ["in", "path", "message"],
        properties: {
          in: { type: "string", enum: ["path", "query", "header", "body"] },
          path: { type: "string" },
          message: { type: "string" }
        }
      }
    }
  },
  additionalProperties: true
}

/** The codes that a route can answer, its own refusals first. */
const codesOf = ({ callers, method, refusals }: Route<unknown, unknown>): ReadonlyArray<Code> => {
  const codes: ReadonlyArray<string> = [
    ...refusals,
    "ValidationFailed",
    ...(callers.length === 0 ? [] : ["Unauthorized", "Forbidden"]),
    ...(method === "get"
      ? []
      : ["RequestMalformed", "IdempotencyKeyMissing", "RequestTimedOut", "BodyTooLarge", "MediaTypeUnsupported"]),
    "HeadersTooLarge",
    "InternalError",
    "Overloaded",
    "Stopping",
    "AnswerTimedOut"
  ]
  return [...new Set(codes)].filter(isCode)
}

const exampleOf = (code: Code): Json => {
  const document = ProblemDocument.make({ code, facts: {} }, { language: "ja", requestId: "0193f3a0-example" })
  return { summary: `${code}: ${ProblemDocument.texts.en[code].title}`, value: document }
}

const problemResponses = (codes: ReadonlyArray<Code>): Readonly<Record<string, Json>> => {
  const statuses = [...new Set(codes.map((code) => kinds[code].status))].toSorted((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const met = codes.filter((code) => kinds[code].status === status)
      const content = {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: Object.fromEntries(met.map((code) => [code, exampleOf(code)]))
      }
      const retry = met.some((code) => kinds[code].retryAfter !== undefined)
      const headers = retry ? { headers: { "Retry-After": { schema: { type: "integer" } } } } : {}
      return [
        `${status}`,
        { description: met.join(", "), ...headers, content: { [ProblemDocument.mediaType]: content } }
      ]
    })
  )
}

const bodyOf = (route: Route<unknown, unknown>, components: Components): Json | undefined => {
  if (route.takesOctets === true) return { [octets]: { schema: { type: "string", format: "binary" } } }
  return route.body === nothing
    ? undefined
    : { "application/json": { schema: schemaOf(route.body, components, "error") } }
}

const operationOf = (route: Route<unknown, unknown>, components: Components): Json => {
  const isCommand = route.method === "post"
  const success = { [route.media ?? "application/json"]: { schema: schemaOf(route.success, components, "ignore") } }
  const body = bodyOf(route, components)
  return {
    summary: route.summary,
    description: route.description.replaceAll("\n", " "),
    tags: [route.tag],
    security: route.callers.map((caller) => ({ [caller]: [] })),
    parameters: [
      ...parametersOf(route.params, "path", components),
      ...parametersOf(route.query, "query", components),
      ...(isCommand ? [idempotencyKey] : [])
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: {
      [`${route.status}`]: { description: "OK", content: success },
      ...problemResponses(codesOf(route))
    }
  }
}

/** The document of a route table. */
export const make = (routes: ReadonlyArray<Route<unknown, unknown>>): Json => {
  const components: Components = { Problem: problemSchema }
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}")
    paths[path] = { ...paths[path], [route.method]: operationOf(route, components) }
  }
  const key = (description: string) => ({ type: "http", scheme: "bearer", description })
  return {
    openapi: "3.1.0",
    info: {
      title: "Kinchaku",
      version,
      description:
        "Stored value, bank top-ups and slip payments. Amounts are whole yen as JSON integers; times are RFC 3339 in Japan's offset. Every error is a problem document (RFC 9457); `/problems` explains the codes.",
      license: { name: "MIT", identifier: "MIT" }
    },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        host: key("The key of the embedding host, which authenticates its holders."),
        operator: key("The key of the operator."),
        merchant: key("The key of the merchants' gateway."),
        holder: key("The bearer token of a holder's session."),
        support: key("The bearer token of a staff user with the role support: holders and their accounts."),
        finance: key("The bearer token of a staff user with the role finance: money and its records."),
        admin: key("The bearer token of a staff user with the role admin: the staff itself.")
      }
    }
  }
}
