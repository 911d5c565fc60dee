/**
 * A gateway to banks over HTTP, as docs/reference/bank-api.md describes it. Every bank has its own address and key, or shares those
 * that stand for all others.
 *
 * Nothing is retried here and no redirect is followed. Neither account nor key stands in an error.
 */
import {
  type BankAccount,
  BankGateway,
  BankRefused,
  BankUnreachable,
  OutcomeUnknown
} from "@kinchaku/domain/bank/BankGateway"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { type Duration, Effect, Layer, Option, Redacted } from "effect"
import { codeOf, neverConnected } from "../notice/Unconnected.ts"
import { type Answer, inquiryOf, isSafe, linkOf, problemOf, transferOf } from "./BankAnswers.ts"

/** Where a bank's API begins, and the key by which it knows us. */
export interface BankLine {
  /** "https://api.example.com/wallet". Over http only on this machine. */
  readonly base: string
  readonly key: Redacted.Redacted
}

export interface Options {
  /** By the codes of banks. */
  readonly banks?: Readonly<Record<string, BankLine>>
  /** For every other bank; without it, those are not reached. */
  readonly others?: BankLine
  /** How long an answer may take; four seconds where nothing is said, which is less than the dispatcher's first patience. */
  readonly patience?: Duration.Input
}

/** The longest answer that is read, in bytes. */
const answerMax = 64 * 1024

/** Reads an answer of at most {@link answerMax} bytes. */
const bodyOf = async (response: Response): Promise<string> => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > answerMax) throw new RangeError("the answer is too long")
    chunks.push(chunk)
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks))
}

const unreachable = (why: string) => new BankUnreachable({ cause: new Error(why) })

/** What is asked of one bank. */
interface Call {
  readonly bank: string
  readonly reference: RequestId
  readonly path: string
  /** Absent where it is only inquired. */
  readonly body?: { readonly account: BankAccount }
}

interface Line {
  readonly base: string
  readonly authorization: string
}

const lineOf = ({ base, key }: BankLine): Line => {
  const url = new URL(base)
  if (!isSafe(url) || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new RangeError("a bank's API is reached by https, at an address without query and password")
  }
  return { base: url.href.replace(/\/$/u, ""), authorization: `Bearer ${Redacted.value(key)}` }
}

const fetched = async ({ authorization, base }: Line, { body, path, reference }: Call, signal: AbortSignal) => {
  const headers = { authorization, accept: "application/json, application/problem+json" }
  const request = { headers, signal, redirect: "manual" } as const
  const response = await fetch(
    `${base}${path}`,
    body === undefined
      ? request
      : {
          ...request,
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: JSON.stringify({ reference, ...body })
        }
  )
  const contentType = response.headers.get("content-type") ?? ""
  return { status: response.status, contentType, body: await bodyOf(response) }
}

/** Asks, and reads what was answered; what cannot be read as documented is no answer. */
const asking = ({ banks = {}, others, patience = "4 seconds" }: Options) => {
  const lines = new Map(Object.entries(banks).map(([bank, line]) => [bank, lineOf(line)]))
  const rest = others === undefined ? undefined : lineOf(others)

  return Effect.fnUntraced(function* <A>(call: Call, read: (asked: RequestId, answer: Answer) => Option.Option<A>) {
    const { bank, reference } = call
    const line = lines.get(bank) ?? rest
    if (line === undefined) return yield* unreachable("no address of this bank is known")
    const unknown = () => new OutcomeUnknown({ reference })
    const answer = yield* Effect.tryPromise({
      try: (signal) => fetched(line, call, signal),
      catch: (thrown) =>
        neverConnected(codeOf(thrown)) ? unreachable(`the bank was not reached: ${codeOf(thrown)}`) : unknown()
    }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(unknown()) }))
    const said = read(reference, answer)
    if (Option.isSome(said)) return said.value
    const problem = Option.getOrUndefined(problemOf(answer))
    if (problem === undefined) return yield* unknown()
    if (problem.is === "refused") return yield* new BankRefused({ reason: problem.code })
    return yield* unreachable(`the bank took nothing in: ${answer.status}`)
  })
}

/** Everything that banks are asked over HTTP. */
export const make = (options: Options): BankGateway["Service"] => {
  const ask = asking(options)
  return {
    link: ({ account, reference }) => ask({ bank: account.bank, reference, path: "/links", body: { account } }, linkOf),
    debit: ({ reference, ...body }) => ask({ bank: body.account.bank, reference, path: "/debits", body }, transferOf),
    credit: ({ reference, ...body }) => ask({ bank: body.account.bank, reference, path: "/credits", body }, transferOf),
    // An inquiry asks for nothing that could be refused, so that is none of the documented answers.
    inquire: ({ bank, reference }) =>
      ask({ bank, reference, path: `/requests/${encodeURIComponent(reference)}` }, inquiryOf).pipe(
        Effect.catchTag("BankRefused", () => Effect.fail(new OutcomeUnknown({ reference })))
      )
  }
}

/** A gateway to banks over HTTP. */
export const layer = (options: Options): Layer.Layer<BankGateway> =>
  Layer.sync(BankGateway, () => BankGateway.of(make(options)))
