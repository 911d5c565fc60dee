/**
 * The problems of tokens. What the manual has a code for is one problem, `TokenError`, with that code in `tokenCode` (TOK-22).
 */
import { TokenError } from "@kinchaku/domain/token/TokenError"
import { errorText } from "@kinchaku/domain/token/TokenErrorTexts"
import { Schema } from "effect"
import type { Kinds } from "./ProblemKind.ts"

export const tokenKinds = {
  TokenError: { status: 422, rules: ["TOK-22"], facts: ["operation"] },
  TokenCodeRejected: { status: 422, rules: ["TOK-13", "TOK-15"], facts: ["reason"] },
  TokenServiceNotFound: { status: 404, rules: ["TOK-03"], facts: ["service"] },
  TokenUserNotFound: { status: 404, rules: ["TOK-06", "TOK-20"], facts: ["service"] },
  TokenNotReady: { status: 409, rules: ["TOK-12", "TOK-19"], facts: ["reason"] },
  ConfirmationNotOffered: { status: 422, rules: ["TOK-19"], facts: ["service"] },
  TransactionNotFound: { status: 404, rules: ["TOK-19", "SEC-10"], facts: ["transaction"] },
  TransactionDiffers: { status: 422, rules: ["TOK-19"], facts: ["transaction"] },
  TransactionSettled: { status: 409, rules: ["TOK-19"], facts: ["transaction", "state"] }
} as const satisfies Kinds

/** The facts of an error of the manual; a document's own `code` is that of the problem. */
export const tokenFacts = ({ code, operation }: TokenError) => ({ tokenCode: code, operation })

const isTokenCode = Schema.is(TokenError.fields.code)

/** What the manual's code means, in a reader's language. */
export const tokenDetail = (facts: Readonly<Record<string, unknown>>, language: "ja" | "en"): string | undefined => {
  const { tokenCode } = facts
  return isTokenCode(tokenCode) ? `${tokenCode}: ${errorText(tokenCode)[language]}` : undefined
}
