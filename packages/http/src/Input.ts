/**
 * Input: what a request says, read within bounds and decoded strictly.
 *
 * The body is counted while it arrives, so a larger one is refused before it is held (SEC-14). Unknown fields, parameters given
 * twice and anything that the schemas do not name are refused (SEC-10).
 */
import type { Intent } from "@kinchaku/domain/account/Accounts"
import { IdempotencyKey } from "@kinchaku/domain/engine/Command"
import { Option, Result, Schema, SchemaIssue } from "effect"
import type { Asker } from "./Asker.ts"
import * as JsonText from "./JsonText.ts"
import { type Issue, problem, type Problem } from "./Problem.ts"
import { type Codec, type Given, nothing, octets, type Route } from "./Route.ts"

/** The largest body, in bytes (SEC-14). */
export const bodyMax = 64 * 1024

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/** The longest piece of a path that is answered: an unknown field's name is the caller's own text. */
const nameMax = 64

type Part = Issue["in"]
type Decode = (value: unknown) => Result.Result<unknown, ReadonlyArray<Issue>>

const decoder = (part: Part, codec: Codec<unknown>): Decode => {
  const decode = Schema.decodeUnknownResult(codec, { errors: "all", onExcessProperty: "error" })
  return (value) =>
    Result.mapError(decode(value), ({ issue }) =>
      formatIssues(issue).issues.map(({ message, path }) => ({
        in: part,
        path: (path ?? []).map((piece) => String(piece).slice(0, nameMax)).join("."),
        message
      }))
    )
}

/** Reads a body of at most {@link bodyMax} bytes; none where there is more. */
export const readBody = async (request: Request): Promise<Uint8Array | undefined> => {
  const declared = request.headers.get("content-length")
  if (declared !== null) {
    if (!(Number(declared) <= bodyMax)) return undefined
    // What is declared is what comes, by the grammar of HTTP: it is read at once, without a stream.
    const body = new Uint8Array(await request.arrayBuffer())
    return body.length <= bodyMax ? body : undefined
  }
  const chunks: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > bodyMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export const isJson = (contentType: string | null): boolean =>
  /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test((contentType ?? "").slice(0, 100))

/** The bytes of a body that is no JSON. */
const octetsOf = async (request: Request): Promise<Result.Result<unknown, Problem>> => {
  if (request.headers.get("content-type")?.toLowerCase() !== octets) return Result.fail(problem("MediaTypeUnsupported"))
  const bytes = await readBody(request)
  return bytes === undefined ? Result.fail(problem("BodyTooLarge")) : Result.succeed(bytes)
}

/** What a body holds: JSON, or an empty record where a route takes none and none came. */
const bodyOf = async (request: Request, isEmptyAllowed: boolean): Promise<Result.Result<unknown, Problem>> => {
  const declared = request.headers.get("content-type")
  if (!isJson(declared) && !(isEmptyAllowed && declared === null)) return Result.fail(problem("MediaTypeUnsupported"))
  const bytes = await readBody(request)
  if (bytes === undefined) return Result.fail(problem("BodyTooLarge"))
  if (isEmptyAllowed && bytes.length === 0) return Result.succeed({})
  return Option.match(JsonText.parse(bytes), {
    onNone: () => Result.fail(problem("RequestMalformed")),
    onSome: (value) => Result.succeed(value)
  })
}

const isKey = Schema.is(IdempotencyKey)

const intentOf = (request: Request, { actor }: Asker): Result.Result<Intent, Problem> => {
  const key = request.headers.get("idempotency-key")
  return key !== null && isKey(key) ? Result.succeed({ actor, key }) : Result.fail(problem("IdempotencyKeyMissing"))
}

const searchOf = (url: string): { readonly search: object; readonly repeated: ReadonlyArray<Issue> } => {
  const given = [...new URL(url).searchParams]
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const [name] of given) (seen.has(name) ? repeated : seen).add(name)
  const issueOf = (name: string): Issue => ({ in: "query", path: name.slice(0, nameMax), message: "Expected it once" })
  return { search: Object.fromEntries(given), repeated: [...repeated].map(issueOf) }
}

/** Reads the requests of one route. Decoders are built once. */
export const reader = (
  route: Pick<Route<unknown, unknown>, "method" | "params" | "query" | "body" | "takesOctets">
) => {
  const decodeParams = decoder("path", route.params)
  const decodeQuery = decoder("query", route.query)
  const decodeBody = decoder("body", route.body)
  const isCommand = route.method === "post"

  return async (
    request: Request,
    path: Readonly<Record<string, string>>,
    asker: Asker
  ): Promise<Result.Result<Given, Problem>> => {
    const intent = isCommand ? intentOf(request, asker) : Result.succeed({ actor: asker.actor, key: "" })
    if (Result.isFailure(intent)) return Result.fail(intent.failure)
    const isWithout = route.body === nothing
    const ofCommand = route.takesOctets === true ? octetsOf : (asked: Request) => bodyOf(asked, isWithout)
    const content = isCommand ? await ofCommand(request) : Result.succeed({})
    if (Result.isFailure(content)) return Result.fail(content.failure)
    const { repeated, search } = searchOf(request.url)
    const [params, query, body] = [decodeParams(path), decodeQuery(search), decodeBody(content.success)]
    if (Result.isSuccess(params) && Result.isSuccess(query) && Result.isSuccess(body) && repeated.length === 0) {
      const decoded = { params: params.success, query: query.success, body: body.success }
      return Result.succeed({ ...decoded, intent: intent.success, asker })
    }
    const issues = [params, query, body].flatMap((part) => (Result.isFailure(part) ? part.failure : []))
    return Result.fail(problem("ValidationFailed", { issues: [...repeated, ...issues] }))
  }
}
