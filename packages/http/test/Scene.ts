/**
 * What tests of refusals share: a refusal is looked at in both languages, and a clock can be put forward.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Clock, Effect, Layer } from "effect"
import { assert } from "vitest"
import { isCode, kinds } from "../src/Problem.ts"
import * as ProblemDocument from "../src/ProblemDocument.ts"
import type { Body, Call, Harness, Reply } from "./Harness.ts"

let asked = 0

/** A value that no request had before. */
export const fresh = (): string => `${(asked += 1)}`.padStart(22, "r")

/** Codes of problems that were reached over HTTP. */
export type Reached = Set<string>

const check = ({ headers, json, status }: Reply, code: string, language: "ja" | "en"): Body => {
  assert.strictEqual(json.code, code)
  if (!isCode(code)) throw new Error(`${code} is no problem`)
  assert.strictEqual(status, kinds[code].status)
  assert.strictEqual(headers.get("content-type"), ProblemDocument.mediaType)
  assert.strictEqual(headers.get("content-language"), language)
  assert.isNotEmpty(json.rule)
  assert.deepStrictEqual<unknown>([...json.rule], [...kinds[code].rules])
  assert.strictEqual(json.title, ProblemDocument.texts[language][code].title)
  assert.isNotEmpty(json.detail)
  assert.notInclude(json.detail, "{")
  return json
}

/**
 * Asks in Japanese and in English for what has to be refused; without a body it reads. Both requests have one key, so that what
 * counts counts once.
 */
export const refusing =
  (harness: Harness, reached: Reached) =>
  async (code: string, path: string, body?: unknown, call: Call = {}): Promise<Body> => {
    const idempotencyKey = call.idempotencyKey ?? fresh()
    const ask = (language: "ja" | "en") => {
      const own = { ...call, idempotencyKey, headers: { ...call.headers, "accept-language": language } }
      return body === undefined ? harness.get(path, own) : harness.post(path, body, own)
    }
    const document = check(await ask("ja"), code, "ja")
    check(await ask("en"), code, "en")
    reached.add(code)
    return document
  }

/** An answer that has to be a success. */
export const succeeded = async (reply: Promise<Reply>): Promise<Record<string, string>> => {
  const { status, text } = await reply
  assert.isBelow(status, 300, text)
  return text === "" ? {} : JSON.parse(text)
}

const catalogue = fileURLToPath(new URL("../../../docs/rulebook/6-ledger.md", import.meta.url))

/** The errors of an area, as the catalogue lists them. */
export const errorsOf = (area: string): ReadonlyArray<string> => {
  const row = readFileSync(catalogue, "utf8")
    .split("\n")
    .find((line) => line.startsWith(`| ${area} | `))
  return [...(row ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name).filter((name) => /^[A-Z]/.test(name))
}

/** A clock that runs as the real one does and can be put forward. */
export const travelling = () => {
  let shift = 0
  const layer: Layer.Layer<never> = Layer.effect(
    Clock.Clock,
    Effect.map(Clock.Clock, (real): Clock.Clock => {
      const millis = () => real.currentTimeMillisUnsafe() + shift
      const nanos = () => real.currentTimeNanosUnsafe() + BigInt(shift) * 1_000_000n
      return {
        currentTimeMillisUnsafe: millis,
        currentTimeMillis: Effect.sync(millis),
        currentTimeNanosUnsafe: nanos,
        currentTimeNanos: Effect.sync(nanos),
        monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: real.monotonicTimeNanos,
        sleep: (duration) => real.sleep(duration)
      }
    })
  )
  return { layer, now: () => Date.now() + shift, forward: (millis: number) => void (shift += millis) }
}
