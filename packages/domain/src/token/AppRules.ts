/**
 * The rules of a token app that hold on the phone itself, without the wallet: for whoever builds one.
 *
 * Everything here is a function of what the app keeps and of the device's own clock. What the wallet refuses comes as a
 * {@link TokenError} with its code; what the app finds by itself has its code here (TOK-22).
 */
import { Result, Schema } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import { stepAt } from "./Token.ts"
import { refuse, type TokenError, type TokenErrorCode } from "./TokenError.ts"
import { ServiceId, StartPassword, UserId } from "./TokenUser.ts"

/** How many tokens an app holds at most (TOK-02). */
export const tokensMax = 10

/** Refused: the app is full; a token must be deleted first. */
export class TokensFull extends Schema.TaggedError<TokensFull>()("TokensFull", { allowed: Schema.Int }) {}

/** Refused: the terms were not agreed to (TOK-03). */
export class TermsNotAgreed extends Schema.TaggedError<TermsNotAgreed>()("TermsNotAgreed", {}) {}

/** What a holder types to set a token up; all of it is needed (TOK-03). */
export interface SetUpInput {
  readonly service: string
  readonly user: string
  readonly startPassword: string
  readonly agreed: boolean
}

/** What an app knows a token by: which service and user, and how it is shown. */
export interface KeptName {
  readonly service: string
  readonly user: string
  readonly serviceName: string
  /** What stands behind the name; empty where nothing does (TOK-09). */
  readonly suffix: string
}

const isService = Schema.is(ServiceId)
const isUser = Schema.is(UserId)
const isStartPassword = Schema.is(StartPassword)

/** Looks at what was typed before anything is sent: agreed and well formed (A911), new to the app (A916), and room for it. */
export const checkSetUp = (
  { agreed, service, startPassword, user }: SetUpInput,
  kept: ReadonlyArray<KeptName>
): Result.Result<void, TokenError | TokensFull | TermsNotAgreed> => {
  if (!agreed) return Result.fail(new TermsNotAgreed())
  if (!isService(service) || !isUser(user) || !isStartPassword(startPassword)) return refuse("A911", "setUp")
  if (kept.some((token) => token.service === service && token.user === user)) return refuse("A916", "setUp")
  return kept.length < tokensMax ? Result.void : Result.fail(new TokensFull({ allowed: tokensMax }))
}

/** The name that a token is shown by. > name, or name_suffix */
export const displayName = ({ serviceName, suffix }: KeptName): string =>
  suffix === "" ? serviceName : `${serviceName}_${suffix}`

/** The suffix of a token that is added: none for the first of its service, then 2, 3 … in order of adding, never one that is shown (TOK-09). */
export const nextSuffix = (service: string, kept: ReadonlyArray<KeptName>): string => {
  const own = kept.filter((token) => token.service === service)
  if (own.length === 0) return ""
  const taken = new Set(own.map(({ suffix }) => suffix))
  let number = own.length + 1
  while (taken.has(`${number}`)) number += 1
  return `${number}`
}

/** A suffix as the holder edited it: at most 20 characters, surrounding space dropped. */
export const editedSuffix = (typed: string): string => [...typed.trim()].slice(0, 20).join("")

/** What the app opens with after a token was deleted: the list, or set-up where none is left (TOK-18). */
export const afterDeletion = (left: number): "list" | "setUp" => (left === 0 ? "setUp" : "list")

/** What opening a token shows (TOK-10, TOK-13). */
export type Opening = "codes" | "renewalOffered" | "setUpOffered" | "deletionOffered"

export const opening = (
  { expiresAt, renewableFrom }: { readonly expiresAt: Instant; readonly renewableFrom: Instant },
  clock: number,
  tokens: number
): Opening => {
  if (clock > expiresAt) return tokens === 1 ? "setUpOffered" : "deletionOffered"
  return clock >= renewableFrom ? "renewalOffered" : "codes"
}

/** The step that the device's clock shows, and how long it still shows it. UTC alone counts, whatever the time zone (TOK-16). */
export const shownStep = (clock: number, stepSeconds: number): { readonly step: number; readonly seconds: number } => {
  const step = stepAt(clock, stepSeconds)
  return { step, seconds: (step + 1) * stepSeconds - Math.floor(clock / 1000) }
}

/** What the app tells after a correction: how long to wait before the next authentication (TOK-27). */
export const waitAfterCorrection = { fromMinutes: 2, toMinutes: 3 } as const

/** The app lock (アプリロック): off, or the code that opens it. Nobody else knows it, so it cannot be recovered (TOK-17). */
export type AppLock = { readonly _tag: "off" } | { readonly _tag: "on"; readonly code: string }

/** Refused: a lock code is 1 to 32 half-width digits, typed the same twice. */
export class LockCodeRefused extends Schema.TaggedError<LockCodeRefused>()("LockCodeRefused", {
  reason: Schema.Literals(["malformed", "differs"])
}) {}

/** What is shown of a lock code while it is typed. */
export const masked = (typed: string): string => "●".repeat([...typed].length)

/** Whether a typed code opens the lock; a lock that is off opens to everything. */
export const opensLock = (lock: AppLock, typed: string): Result.Result<void, TokenError> =>
  lock._tag === "off" || lock.code === typed ? Result.void : refuse("A914", "appLock")

/** Sets or changes the lock, once it is open. */
export const setLock = (
  lock: AppLock,
  { again, current, next }: { readonly current: string; readonly next: string; readonly again: string }
): Result.Result<AppLock, TokenError | LockCodeRefused> =>
  Result.flatMap(opensLock(lock, current), (): Result.Result<AppLock, LockCodeRefused> => {
    if (!/^[0-9]{1,32}$/.test(next)) return Result.fail(new LockCodeRefused({ reason: "malformed" }))
    return next === again
      ? Result.succeed({ _tag: "on", code: next })
      : Result.fail(new LockCodeRefused({ reason: "differs" }))
  })

/** Switches the lock off, once it is open. */
export const switchOffLock = (lock: AppLock, typed: string): Result.Result<AppLock, TokenError> =>
  Result.map(opensLock(lock, typed), () => ({ _tag: "off" }))

/** What the start of the app finds: the device that the tokens were set up on, and room to run (A998, A9EX). */
export const checkStart = (found: {
  readonly device: string
  readonly keptDevice: string | undefined
  readonly hasMemory: boolean
}): Result.Result<void, TokenError> => {
  if (!found.hasMemory) return refuse("A9EX", "start")
  const isSame = found.keptDevice === undefined || found.keptDevice === found.device
  return isSame ? Result.void : refuse("A998", "start")
}

/** What can go wrong on the way to the wallet and back. */
export type Trouble =
  | "noConnection"
  | "timedOut"
  | "connectionLost"
  | "channelInsecure"
  | "overloaded"
  | "unavailable"
  | "answerCut"
  | "answerUnreadable"
  | "answerUnexpected"

type Exchange = "setUp" | "renewal" | "correction"

const troubles: Readonly<Record<Exchange, Partial<Record<Trouble, TokenErrorCode>>>> = {
  setUp: {
    noConnection: "A000",
    timedOut: "A001",
    connectionLost: "A002",
    overloaded: "A006",
    unavailable: "A007",
    answerCut: "A008",
    answerUnreadable: "A009",
    answerUnexpected: "A010"
  },
  renewal: {
    noConnection: "A300",
    timedOut: "A301",
    connectionLost: "A302",
    channelInsecure: "A303",
    overloaded: "A306",
    unavailable: "A307",
    answerCut: "A308",
    answerUnreadable: "A309",
    answerUnexpected: "A310"
  },
  correction: { noConnection: "A400", timedOut: "A401", channelInsecure: "A403" }
}
const general: Readonly<Record<Exchange, TokenErrorCode>> = { setUp: "A001", renewal: "A301", correction: "A401" }

/** The code of a communication failure; a trouble without a code of its own has the general one. */
export const troubleCode = (exchange: Exchange, trouble: Trouble): TokenErrorCode =>
  troubles[exchange][trouble] ?? general[exchange]

/** Whether a request may have arrived although no answer came: it is repeated with the same request ID then (TOK-23, TOK-26). */
export const outcomeIsUnknown = (trouble: Trouble): boolean => trouble !== "noConnection"
