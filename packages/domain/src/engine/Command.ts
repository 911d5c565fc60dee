/**
 * Commands: the only way anything changes.
 *
 * A command has content (what is asked), an envelope (id, time, actor, idempotency key), a list of the facts it needs
 * and a pure decision. Content is JSON-native and holds no secret and no personal data: those are named by id or by
 * keyed hash (REG-03, REG-04).
 */
import { Result, Schema, SchemaIssue } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Decision } from "./Decision.ts"
import type { Facts, Found } from "./Facts.ts"
import type { Key } from "./RecordKind.ts"

/** The id of a command: a ULID, in upper case. */
export const CommandId = Schema.String.check(Schema.isPattern(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)).pipe(
  Schema.brand("CommandId")
)
export type CommandId = typeof CommandId.Type

/** The id of what a command made: a prefix for its kind, and the command's id. */
export const madeId = (prefix: string) =>
  Schema.String.check(Schema.isPattern(new RegExp(`^${prefix}[0-7][0-9A-HJKMNP-TV-Z]{25}$`, "u")))

/** Who acts: "holder:acct_…", "operator:…", "host:…" or "system:…". */
export const Actor = Schema.String.check(Schema.isPattern(/^(holder|operator|host|system):[\x21-\x7e]{1,80}$/)).pipe(
  Schema.brand("Actor")
)
export type Actor = typeof Actor.Type

/** The caller's key for one intention: 1 to 255 printable ASCII characters (LED-08). Keys of different actors are different keys. */
export const IdempotencyKey = Schema.String.check(Schema.isPattern(/^[\x20-\x7e]{1,255}$/)).pipe(
  Schema.brand("IdempotencyKey")
)
export type IdempotencyKey = typeof IdempotencyKey.Type

/** A command on its way to its decision. */
export interface Envelope<Content> {
  readonly id: CommandId
  readonly at: Instant
  readonly actor: Actor
  readonly key: IdempotencyKey
  readonly content: Content
}

/** A kind of command: what it carries, what it answers, what it must know and how it is decided. */
export interface Command<Content, Success, Refusal> {
  readonly tag: string
  readonly content: Schema.Codec<Content, unknown>
  readonly success: Schema.Codec<Success, unknown>
  /**
   * What of the content the caller asked for, where the rest is what ports said at that time. A repetition is compared by
   * it alone, so a retry whose certificate has expired meanwhile still gets its first answer (LED-08).
   */
  readonly intent?: (content: Content) => unknown
  /** The facts that the decision reads. */
  readonly reads: (command: Envelope<Content>) => ReadonlyArray<Key>
  /** Further facts, where what must be known depends on a record found before; asked again after each fetch, at most twice. */
  readonly readsMore?: (found: Found, command: Envelope<Content>) => ReadonlyArray<Key>
  readonly decide: (facts: Facts, command: Envelope<Content>) => Result.Result<Decision<Success>, Refusal>
}

// oxlint-disable-next-line typescript/no-explicit-any -- the one place where commands of every type stand together
export type AnyCommand = Command<any, any, any>

/** Refused: the content does not fit; each issue names its field (LED-09, PAY-17). */
export class ValidationFailed extends Schema.TaggedError<ValidationFailed>()("ValidationFailed", {
  issues: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String }))
}) {}

/** Refused: the key was used before with other content (LED-08). */
export class IdempotencyConflict extends Schema.TaggedError<IdempotencyConflict>()("IdempotencyConflict", {
  key: Schema.String
}) {}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/** What is wrong with an input, field by field. The rejected values are not repeated: they may be secret. */
const issuesOf = ({ issue }: Schema.SchemaError): ValidationFailed["issues"] =>
  formatIssues(issue).issues.map(({ message, path }) => ({ field: (path ?? []).map(String).join("."), message }))

/** Reads an input strictly: every wrong field is named, unknown fields are refused (SEC-10). */
export const validator = <A>(
  schema: Schema.Codec<A, unknown>
): ((input: unknown) => Result.Result<A, ValidationFailed>) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  return (input) => Result.mapError(decode(input), (error) => new ValidationFailed({ issues: issuesOf(error) }))
}
