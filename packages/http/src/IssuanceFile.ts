/**
 * IssuanceFile: what the test authority of a development server issued, in a file beside its keys.
 *
 * Whoever plays a holder's device has certificates issued with those keys and writes down what was issued; the server reads it
 * where it would ask the authority.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs"
import { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Consent } from "@kinchaku/domain/identity/CertificatePair"
import { type Issuance, IssuanceRegister } from "@kinchaku/domain/identity/IssuanceRegister"
import { Effect, Layer, Schema } from "effect"

/** The file in the data directory. */
export const issuanceFile = "test-issuances.jsonl"

const Line = Schema.fromJsonString(
  Schema.Struct({
    issuedAt: Instant,
    consent: Consent,
    romanName: Schema.String,
    attributeChanges: Schema.Int,
    formerSubject: Schema.optionalKey(Schema.String),
    /** SHA-256, hexadecimal. */
    fingerprints: Schema.Struct({ signature: Schema.String, login: Schema.String })
  })
)
export type Issue = typeof Line.Type

const write = Schema.encodeSync(Line)
const read = Schema.decodeUnknownSync(Line)

/** Writes down an issue. */
export const append = (path: string, issue: Issue): void => appendFileSync(path, `${write(issue)}\n`, { mode: 0o600 })

const issues = (path: string): ReadonlyArray<Issue> =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => read(line))
    : []

/** The register of a file, as it is whenever it is asked. */
export const register = (path: string): IssuanceRegister["Service"] =>
  IssuanceRegister.of({
    issuanceOf: (signature, login) =>
      Effect.sync((): Issuance | undefined =>
        issues(path).find(({ fingerprints }) => fingerprints.signature === signature && fingerprints.login === login)
      )
  })

export const layer = (path: string): Layer.Layer<IssuanceRegister> => Layer.succeed(IssuanceRegister, register(path))
