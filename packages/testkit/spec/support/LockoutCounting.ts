/**
 * Counting: every state that the counts of an account can come to, whoever does what in whatever order and whenever (SEC-08).
 *
 * The states are those of the real commands: from each, everything is tried that changes a count, until nothing new is found.
 * What the commands hold is not believed: a guess has been looked at when the right code would have been answered otherwise, and
 * those are counted here. Two states are one when they differ in nothing but ids and in how long ago something long past was.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, Command, CommandId, IdempotencyKey } from "@kinchaku/domain/engine/Command"
import type { Facts, Put } from "@kinchaku/domain/engine/Facts"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { lockouts } from "@kinchaku/domain/otp/Lockout"
import { type OtpId, otps } from "@kinchaku/domain/otp/Otp"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { Result } from "effect"
import { hashOf } from "./Accounts.ts"
import type { Coding } from "./OtpCommands.ts"
import { day, deviceOf, emailOf, holding, passwordOf, year } from "./OtpDesk.ts"
import { accountIdOf } from "./Payments.ts"
import { commandId, noon } from "./PaymentsDesk.ts"

interface State {
  readonly at: Instant
  /** The records, by kind and id. */
  readonly records: ReadonlyMap<string, object>
  /** When guesses were looked at and wrong, within the last 365 days. */
  readonly guessed: ReadonlyArray<Instant>
}

const placeOf = (kind: string, id: string): string => `${kind}/${id}`
const me = accountIdOf(0)
/** One code of the account and one that sets a password: a new one takes the place of the former. */
const accountCode = commandId(1)
const passwordCode = commandId(2)
const otpIdOf = (id: CommandId): OtpId => `otp_${id}` as OtpId
const hash = (typed: "right" | "wrong") => hashOf("bankAccount", typed === "right" ? 1 : 2)
const fresh = { nonce: "n".repeat(22) as never, code: hash("right") }

const laid = (records: ReadonlyMap<string, object>, puts: ReadonlyArray<Put>): ReadonlyMap<string, object> => {
  const all = new Map(records)
  for (const { id, kind, record } of puts) all.set(placeOf(kind, id), record)
  return all
}

class Explorer {
  readonly #commands: Coding
  readonly #policy: Policy
  readonly #isDogged: boolean

  /** Whoever is dogged guesses again at one code that sets a password, where others have a new one sent. */
  constructor(commands: Coding, policy: Policy, isDogged: boolean) {
    this.#commands = commands
    this.#policy = policy
    this.#isDogged = isDogged
  }

  #facts(state: State): Facts {
    const find: Facts["find"] = ({ name }, id) => state.records.get(placeOf(name, id)) as never
    return { policy: this.#policy, find, peek: find, held: () => 0 as Yen }
  }

  /** What a command answers, and the state that it leads to. */
  #do<Content, Success, Refusal>(
    state: State,
    command: Command<Content, Success, Refusal>,
    content: NoInfer<Content>,
    id: CommandId = commandId(3)
  ) {
    const envelope = { id, at: state.at, actor: "operator:one" as Actor, key: "any" as IdempotencyKey, content }
    const decided = command.decide(this.#facts(state), envelope)
    const isDecided = Result.isSuccess(decided)
    const next: State = isDecided ? { ...state, records: laid(state.records, decided.success.puts) } : state
    return { answer: isDecided ? decided.success.result : decided.failure, isDecided, next }
  }

  /** A guess: it has been looked at when the right code would have been answered otherwise. */
  #guess(state: State, id: CommandId): State {
    const otp = otpIdOf(id)
    if (!state.records.has(placeOf(otps.name, otp))) return state
    const confirm = (typed: "right" | "wrong") => this.#do(state, this.#commands.confirm, { otp, code: hash(typed) })
    const wrong = confirm("wrong")
    const isLooked = JSON.stringify(wrong.answer) !== JSON.stringify(confirm("right").answer)
    const guessed = state.guessed.filter((then) => then > state.at - year)
    return { ...wrong.next, guessed: isLooked ? [...guessed, state.at] : guessed }
  }

  #asked(state: State): State {
    return this.#do(state, this.#commands.issue, { account: me, purpose: "suspend", ...fresh }, accountCode).next
  }

  #askedByAddress(state: State): State {
    return this.#do(state, this.#commands.forPassword, { email: emailOf(0), ...fresh }, passwordCode).next
  }

  #typedRight(state: State, id: CommandId): State {
    return this.#do(state, this.#commands.confirm, { otp: otpIdOf(id), code: hash("right") }).next
  }

  /** Everything that somebody may do next. */
  readonly next = (state: State): ReadonlyArray<State> => {
    const { login, setPassword, unlock } = this.#commands
    const compared = passwordOf(0)
    const evidence = { compared, isRight: false }
    const entering = { email: emailOf(0), device: deviceOf(0), newDevice: deviceOf(0), evidence }
    const reset = this.#typedRight(this.#askedByAddress(state), passwordCode)
    return [
      this.#guess(this.#asked(state), accountCode),
      ...(this.#isDogged ? [this.#guess(state, passwordCode)] : []),
      this.#guess(this.#askedByAddress(state), passwordCode),
      this.#typedRight(this.#asked(state), accountCode),
      this.#do(state, login, { ...entering, nonce: fresh.nonce, token: fresh.code }).next,
      this.#do(reset, setPassword, { email: emailOf(0), otp: otpIdOf(passwordCode) }, compared).next,
      this.#do(state, unlock, { account: me, reference: "case-1" }).next
    ]
  }
}

/** Ages beyond this differ in nothing. */
const longAgo = 366 * day
const agesOf = (times: ReadonlyArray<Instant>, at: Instant): string => {
  const ages = times.map((then) => Math.min(at - then, longAgo))
  // Equal ages stand together: how many there are is what counts.
  return ages
    .reduce<Array<[number, number]>>((runs, age) => {
      const last = runs.at(-1)
      if (last?.[0] === age) last[1] += 1
      else runs.push([age, 1])
      return runs
    }, [])
    .join(";")
}

/** What two states must have in common to be one. */
const nameOf = ({ at, guessed, records }: State, isDogged: boolean): string => {
  const of = <R>(kind: { readonly name: string }, id: string) => records.get(placeOf(kind.name, id)) as R | undefined
  const account = of<{ readonly lockCause?: string }>(accounts, me)
  const lockout = of<{ readonly failures: number; readonly wrongCodesAt: ReadonlyArray<Instant> }>(lockouts, me)
  const code = isDogged
    ? of<{ readonly state: string; readonly failures: number; readonly issuedAt: number }>(otps, otpIdOf(passwordCode))
    : undefined
  return [
    account?.lockCause,
    lockout?.failures,
    agesOf(lockout?.wrongCodesAt ?? [], at),
    agesOf(
      guessed.filter((then) => then > at - year),
      at
    ),
    code?.state,
    code?.failures,
    code === undefined ? 0 : Math.min(at - code.issuedAt, longAgo)
  ].join("|")
}

export interface Exploration {
  /** The most wrong guesses that were looked at in any 365 days. */
  readonly most: number
  /** How many states there are. */
  readonly states: number
}

/** Comes to every state; stops early where more guesses than allowed have been looked at. */
export const explore = (
  commands: Coding,
  policy: Policy,
  {
    allowed,
    isDogged = true,
    jumps
  }: { readonly allowed: number; readonly jumps: ReadonlyArray<number>; readonly isDogged?: boolean }
): Exploration => {
  const explorer = new Explorer(commands, policy, isDogged)
  const records = laid(new Map(), holding(0))
  const first: State = { at: noon, records, guessed: [] }
  const found = new Set([nameOf(first, isDogged)])
  const open = [first]
  let most = 0
  for (let state = open.pop(); state !== undefined && most <= allowed; state = open.pop()) {
    const { at } = state
    const later = jumps.map((millis): State => ({ ...state, at: instant(at + millis) }))
    for (const next of [...explorer.next(state), ...later]) {
      const name = nameOf(next, isDogged)
      if (found.has(name)) continue
      found.add(name)
      most = Math.max(most, next.guessed.filter((then) => then > next.at - year).length)
      open.push({ ...next, records: withoutSendings(next.records) })
    }
  }
  return { most, states: found.size }
}

/** Whoever guesses is bounded by no sending: more is found than can be. */
const withoutSendings = (records: ReadonlyMap<string, object>): ReadonlyMap<string, object> =>
  new Map([...records].filter(([place]) => !place.startsWith("otpSendings/")))
