/**
 * TokenApp: plays the phone. It keeps tokens and requests that have no answer yet, shows codes by its own clock, and holds to
 * the rules of the app. What it keeps survives a restart; what a request came to may be unknown to it.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import * as AppRules from "@kinchaku/domain/token/AppRules"
import type { TokenId, TransactionId } from "@kinchaku/domain/token/Token"
import { TokenError } from "@kinchaku/domain/token/TokenError"
import { Effect, Result } from "effect"
import { bytes, exchanging, type KeptToken, type Phone, signed } from "./PhoneKeeping.ts"
import { type PhoneLine, phoneLine } from "./PhoneLine.ts"

export class TokenApp {
  readonly #phone: Phone
  readonly #line: PhoneLine
  #kept: ReadonlyArray<KeptToken> = []
  #settingUp: { readonly input: string; readonly request: string } | undefined
  #lock: AppRules.AppLock = { _tag: "off" }
  #isOpen = true
  #keptDevice: string | undefined

  constructor(phone: Phone) {
    this.#phone = phone
    this.#line = phone.line ?? phoneLine()
  }

  /** The tokens, in order of adding. */
  get tokens(): ReadonlyArray<KeptToken> {
    return this.#kept
  }

  /** The names as they are listed (TOK-09). */
  get names(): ReadonlyArray<string> {
    return this.#kept.map(AppRules.displayName)
  }

  /** What the app opens with: the list, or set-up where there is no token (TOK-18). */
  get screen(): "locked" | "list" | "setUp" {
    return this.#isOpen ? AppRules.afterDeletion(this.#kept.length) : "locked"
  }

  /** Starts the app anew, on this device or another one; the lock is asked again (TOK-17). */
  start(found: { readonly device?: string; readonly hasMemory?: boolean } = {}): Result.Result<void, TokenError> {
    this.#isOpen = this.#lock._tag === "off"
    const { device = this.#phone.device, hasMemory = true } = found
    return AppRules.checkStart({ device, keptDevice: this.#keptDevice, hasMemory })
  }

  unlock(typed: string): Result.Result<void, TokenError> {
    const opened = AppRules.opensLock(this.#lock, typed)
    if (Result.isSuccess(opened)) this.#isOpen = true
    return opened
  }

  setLock(codes: { readonly current: string; readonly next: string; readonly again: string }) {
    return Result.map(AppRules.setLock(this.#lock, codes), (lock) => {
      this.#lock = lock
    })
  }

  switchOffLock(typed: string) {
    return Result.map(AppRules.switchOffLock(this.#lock, typed), (lock) => {
      this.#lock = lock
    })
  }

  /** The code that is shown, or none: the app is locked, the token is not set up or has expired (TOK-13, TOK-17). */
  code(id: TokenId): string | undefined {
    const kept = this.#find(id)
    const now = this.#phone.clock()
    if (!this.#isOpen || kept === undefined || kept.completion !== undefined || now > kept.expiresAt) return undefined
    return this.#phone.codes.code(bytes(kept.seed), AppRules.shownStep(now, kept.stepSeconds).step)
  }

  /** What opening a token shows (TOK-10, TOK-13). */
  opening(id: TokenId): AppRules.Opening | undefined {
    const kept = this.#find(id)
    return kept && AppRules.opening(kept, this.#phone.clock(), this.#kept.length)
  }

  rename(id: TokenId, suffix: string): void {
    this.#change(id, (kept) => ({ ...kept, suffix: AppRules.editedSuffix(suffix) }))
  }

  /** Deletes a token here; the wallet is not told (TOK-25). */
  remove(id: TokenId): void {
    this.#kept = this.#kept.filter(({ token }) => token !== id)
  }

  /** Sets a token up, or goes on with a set-up that had no answer: the same input is the same request (TOK-23). */
  setUp(input: AppRules.SetUpInput) {
    return Effect.gen({ self: this }, function* () {
      const { device, tokens } = this.#phone
      const { service, user } = input
      const unfinished = this.#kept.find(
        (kept) => kept.service === service && kept.user === user && kept.completion !== undefined
      )
      if (unfinished !== undefined) return yield* this.#complete(unfinished)
      yield* Effect.fromResult(AppRules.checkSetUp(input, this.#kept))
      const asked = JSON.stringify(input)
      const isFirst = this.#settingUp?.input !== asked
      if (isFirst) this.#settingUp = { input: asked, request: this.#phone.random() }
      const request = this.#settingUp?.request ?? this.#phone.random()
      const { startPassword } = input
      const clock = this.#phone.clock()
      const made = yield* exchanging(
        this.#line,
        "setUp",
        tokens.enrol({ request, device, service, user, startPassword, agreed: true, clock }),
        (how) => {
          if (how === "refused" || isFirst) this.#settingUp = undefined
        }
      )
      this.#settingUp = undefined
      this.#keptDevice = device
      const { serial, serviceName, stepSeconds, token, seed, expiresAt, renewableFrom } = made
      const name = { service, user, serviceName, suffix: AppRules.nextSuffix(service, this.#kept) }
      const kept = {
        ...name,
        token,
        serial,
        seed,
        stepSeconds,
        expiresAt,
        renewableFrom,
        completion: this.#phone.random()
      }
      this.#kept = [...this.#kept, kept]
      return yield* this.#complete(kept)
    })
  }

  /** Renews a token, or goes on with a renewal that had no answer. */
  renew(id: TokenId) {
    return Effect.gen({ self: this }, function* () {
      const isFirst = this.#known(id).renewal === undefined
      const kept = this.#change(id, (one) => ({ ...one, renewal: one.renewal ?? { request: this.#phone.random() } }))
      const renewal = kept.renewal ?? { request: this.#phone.random() }
      if (renewal.finish === undefined) {
        const next = yield* exchanging(
          this.#line,
          "renewal",
          this.#phone.tokens.renew(this.#signed("renew", kept, renewal.request)),
          (how) => {
            // What never left the phone began nothing; what may have arrived is repeated until there is an answer.
            if (how === "refused" || isFirst) this.#change(id, ({ renewal: _, ...one }) => one)
          }
        )
        // From here on the phone has the next seed alone: the wallet takes codes of both until it knows.
        this.#change(id, (one) => ({ ...one, ...next, renewal: { ...renewal, finish: this.#phone.random() } }))
      }
      const finishing = this.#find(id) ?? kept
      const finish = finishing.renewal?.finish ?? this.#phone.random()
      yield* exchanging(
        this.#line,
        "renewal",
        this.#phone.tokens.finishRenewal(this.#signed("finishRenewal", finishing, finish))
      )
      return this.#change(id, ({ renewal: _, ...one }) => one)
    })
  }

  /** Has the clock measured; tells the holder how long to wait (TOK-27). */
  correct(id: TokenId) {
    return Effect.gen({ self: this }, function* () {
      const isFirst = this.#known(id).correction === undefined
      const kept = this.#change(id, (one) => ({ ...one, correction: one.correction ?? this.#phone.random() }))
      const request = kept.correction ?? this.#phone.random()
      const clock = this.#phone.clock() as Instant
      const signed = { ...this.#signed("correct", kept, request, clock), clock }
      const forget = () => this.#change(id, ({ correction: _, ...one }) => one)
      yield* exchanging(this.#line, "correction", this.#phone.tokens.correct(signed), (how) => {
        if (how === "refused" || isFirst) forget()
      })
      forget()
      return AppRules.waitAfterCorrection
    })
  }

  /** What waits for the holder on a token. */
  pending(id: TokenId) {
    return Effect.suspend(() => {
      const kept = this.#known(id)
      return this.#phone.confirmations.pending(this.#signed("pending", kept, this.#phone.random()))
    })
  }

  /** Accepts that transactions are confirmed on a token. */
  accept(id: TokenId) {
    return Effect.suspend(() => {
      const kept = this.#known(id)
      return this.#phone.confirmations.accept(this.#signed("accept", kept, this.#phone.random()))
    })
  }

  /** Confirms or refuses a transaction as it is shown. While the outcome of a renewal is unknown it does neither (TOK-26). */
  answer(
    id: TokenId,
    shown: { readonly id: TransactionId; readonly payee: string; readonly amount: number },
    answer: "confirmed" | "refused"
  ) {
    return Effect.gen({ self: this }, function* () {
      const kept = this.#known(id)
      if (kept.renewal !== undefined) return yield* new TokenError({ code: "A300", operation: "confirmation" })
      const { amount, id: transaction, payee } = shown
      const signed = this.#signed("answer", kept, this.#phone.random(), transaction, payee, amount, answer)
      return yield* this.#phone.confirmations.answer({ ...signed, transaction, payee, amount, answer })
    })
  }

  #complete(kept: KeptToken) {
    return Effect.gen({ self: this }, function* () {
      const request = kept.completion ?? this.#phone.random()
      const signed = this.#signed("completeSetUp", kept, request)
      yield* exchanging(this.#line, "setUp", this.#phone.tokens.completeSetUp(signed))
      return this.#change(kept.token, ({ completion: _, ...one }) => one)
    })
  }

  #signed(method: string, kept: KeptToken, request: string, ...fields: ReadonlyArray<string | number>) {
    return signed(this.#phone.codes, method, kept, request, ...fields)
  }

  #find(id: TokenId): KeptToken | undefined {
    return this.#kept.find(({ token }) => token === id)
  }

  #known(id: TokenId): KeptToken {
    const kept = this.#find(id)
    if (kept === undefined) throw new Error(`the app has no token ${id}`)
    return kept
  }

  #change(id: TokenId, to: (kept: KeptToken) => KeptToken): KeptToken {
    const changed = to(this.#known(id))
    this.#kept = this.#kept.map((kept) => (kept.token === id ? changed : kept))
    return changed
  }
}
