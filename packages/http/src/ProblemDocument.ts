/**
 * Problem documents: a problem as `application/problem+json`, in the reader's language (RFC 9457).
 *
 * `instance` names the request and not its path, so that nothing that a caller wrote is repeated.
 */
import { kinds, type Problem, type Texts } from "./Problem.ts"
import type { Text } from "./ProblemKind.ts"
import { english } from "./texts/English.ts"
import { japanese } from "./texts/Japanese.ts"
import { tokenDetail } from "./TokenProblems.ts"

export type Language = "ja" | "en"

export const texts: Readonly<Record<Language, Texts>> = { ja: japanese, en: english }

export const mediaType = "application/problem+json"

const weightOf = (header: string, language: Language): number => {
  const weights = header
    .toLowerCase()
    .split(",", 20)
    .flatMap((range) => {
      const [name = "", ...parameters] = range.split(";").map((part) => part.trim())
      if (name !== language && !name.startsWith(`${language}-`)) return []
      const weight = parameters.find((parameter) => parameter.startsWith("q="))
      return [weight === undefined ? 1 : Number(weight.slice(2)) || 0]
    })
  return Math.max(0, ...weights)
}

/** The language that a reader asks for; Japanese unless English is wanted more. */
export const languageOf = (acceptLanguage: string | undefined): Language =>
  weightOf(acceptLanguage ?? "", "en") > weightOf(acceptLanguage ?? "", "ja") ? "en" : "ja"

const written = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(written).join(", ")
  return typeof value === "number" ? value.toLocaleString("ja-JP") : typeof value === "string" ? value : "–"
}

/** A detail with its facts written out. */
const filled = ({ detail }: Text, facts: Problem["facts"]): string =>
  detail.replace(/\{(\w+)\}/g, (_, fact: string) => written(facts[fact]))

/** The path of the page that explains a problem. */
export const pageOf = (code: string): string => `/problems/${code}`

export interface Circumstances {
  readonly requestId: string
  readonly language: Language
}

/** The document of a problem. */
export const make = ({ code, facts }: Problem, { language, requestId }: Circumstances) => {
  const { rules, status } = kinds[code]
  const text = texts[language][code]
  return {
    ...facts,
    type: pageOf(code),
    title: text.title,
    status,
    detail: tokenDetail(facts, language) ?? filled(text, facts),
    instance: `urn:kinchaku:request:${requestId}`,
    code,
    rule: rules,
    requestId
  }
}

/** The headers that go with it. */
export const headers = ({ code }: Problem, language: Language): Readonly<Record<string, string>> => {
  const { retryAfter, status } = kinds[code]
  return {
    "content-type": mediaType,
    "content-language": language,
    "cache-control": "no-store",
    vary: "accept-language",
    ...(retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` }),
    ...(status === 401 ? { "www-authenticate": 'Bearer realm="kinchaku"' } : {})
  }
}

/** The answer to a request that met a problem. */
export const respond = (problem: Problem, circumstances: Circumstances): Response =>
  new Response(JSON.stringify(make(problem, circumstances)), {
    status: kinds[problem.code].status,
    headers: headers(problem, circumstances.language)
  })
