/**
 * A desk for codes: holders who ask for codes, type them and use them, as a rule says when.
 *
 * The n-th holder has the n-th e-mail address and phone.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { type Claim, claimId, claims } from "@kinchaku/domain/account/Claim"
import { type Holder, holders } from "@kinchaku/domain/account/Holder"
import { type Instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, CommandId } from "@kinchaku/domain/engine/Command"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import type { Bound } from "@kinchaku/domain/otp/Confirming"
import { type Lockout, lockouts } from "@kinchaku/domain/otp/Lockout"
import { hashed, type Otp, type OtpId, type OtpPurpose, otps } from "@kinchaku/domain/otp/Otp"
import type { OtpIssued } from "@kinchaku/domain/otp/Sending"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Result } from "effect"
import { hashOf } from "./Accounts.ts"
import { type Coding, coding } from "./OtpCommands.ts"
import { accountIdOf, accountOf } from "./Payments.ts"
import { commandId, Desk, type Given, named, noon } from "./PaymentsDesk.ts"

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
export const year = 365 * day

/** So many milliseconds after noon. */
export const after = (millis: number): Instant => later(noon, millis)

type Authentication = Policy["authentication"]
interface Own {
  readonly otp?: Partial<Authentication["otp"]>
  readonly lockout?: Partial<Authentication["lockout"]>
}

/** A preset with some values of codes and lockout. */
export const codePolicy = ({ lockout, otp }: Own = {}, preset: Policy = compat): Policy => ({
  ...preset,
  authentication: {
    ...preset.authentication,
    otp: { ...preset.authentication.otp, ...otp },
    lockout: { ...preset.authentication.lockout, ...lockout }
  }
})

/** A preset under which codes are sent as often as they are asked for. */
export const freely = ({ lockout = {}, otp }: Own = {}, preset: Policy = compat): Policy =>
  codePolicy({ lockout, otp: { resendSeconds: 0, perHour: 1_000_000, ...otp } }, preset)

export const emailOf = (n: number) => hashOf("email", 100 + n)
export const phoneOf = (n: number) => hashOf("phone", 100 + n)
/** The device of a holder, and one that nobody knows. */
export const deviceOf = (n: number) => hashOf("kanaName", 200 + n)
export const strange = hashOf("kanaName", 299)
export const passwordOf = (n: number) => commandId(700 + n)

const holderOf = (n: number): Holder => ({
  id: accountIdOf(n),
  email: emailOf(n),
  phone: phoneOf(n),
  emailIn: commandId(900 + n),
  phoneIn: commandId(900 + n),
  attributesIn: commandId(900 + n),
  language: "ja",
  password: passwordOf(n),
  bankLinks: []
})

/** The records of the n-th holder, whose device is known. */
export const holding = (n: number, account: Account = accountOf(accountIdOf(n), "money")): ReadonlyArray<Put> => [
  put(accounts, account),
  put(holders, holderOf(n)),
  put<Claim>(claims, { id: claimId("email", emailOf(n)), of: "email", account: accountIdOf(n), state: "held" }),
  put(lockouts, {
    id: accountIdOf(n),
    failures: 0,
    wrongCodesAt: [],
    devices: [deviceOf(n)],
    strangerFailures: 0
  })
]

/** What is typed: the code, or another one. */
export type Typed = "right" | "wrong"

/** The code that was sent. */
export const codeOf = (secrets: ReturnType<typeof TestSecrets.make>, { nonce }: Pick<Otp, "nonce">): string =>
  secrets.code(nonce)

/** Six digits that are not the code. */
export const another = (code: string): string => `${(Number(code) + 1) % 1_000_000}`.padStart(6, "0")

export class CodeDesk {
  readonly desk: Desk
  readonly secrets = TestSecrets.make()
  readonly #commands: Coding

  constructor(
    commands: Coding = coding,
    { held = [], policy = freely(), records = [...holding(0), ...holding(1)] }: Given = {}
  ) {
    this.#commands = commands
    this.desk = new Desk({ policy, records, held })
  }

  #fresh() {
    const nonce = this.secrets.nonce()
    return { nonce, code: this.secrets.keyedHash("otp", hashed(nonce, this.secrets.code(nonce))) }
  }

  /** A holder asks for a code. */
  readonly issue = (
    purpose: Exclude<OtpPurpose, "openingPhone" | "openingEmail" | "passwordSet">,
    {
      at = noon,
      newPhone,
      of = 0,
      operation
    }: {
      readonly of?: number
      readonly operation?: string
      readonly newPhone?: number
      readonly at?: Instant
    } = {}
  ) => {
    const content = {
      account: accountIdOf(of),
      purpose,
      ...(operation === undefined ? {} : { operation }),
      ...(newPhone === undefined ? {} : { newPhone: phoneOf(newPhone) }),
      ...this.#fresh()
    }
    return this.desk.ask(this.#commands.issue, content, { at })
  }

  /** Somebody who has no account yet asks for the code that proves a contact. */
  readonly prove = (of: "phone" | "email", n: number, at: Instant = noon) => {
    const value = of === "phone" ? phoneOf(n) : emailOf(n)
    return this.desk.ask(this.#commands.prove, { of, value, ...this.#fresh() }, { at })
  }

  /** Somebody asks for the code with which the password of an address is set. */
  readonly forPassword = (n: number, at: Instant = noon) =>
    this.desk.ask(this.#commands.forPassword, { email: emailOf(n), ...this.#fresh() }, { at })

  /** The keyed hash of what is typed. */
  readonly typed = (otp: OtpId, what: Typed) => {
    const found = this.otp(otp)
    if (found === undefined) throw new Error(`there is no code ${otp}`)
    const code = codeOf(this.secrets, found)
    return { otp, code: this.secrets.keyedHash("otp", hashed(found.nonce, what === "right" ? code : another(code))) }
  }

  /** Types a code. */
  readonly type = (otp: OtpId, what: Typed, at: Instant = noon): string => {
    const answer = this.desk.ask(this.#commands.confirm, this.typed(otp, what), { at })
    return Result.isSuccess(answer) ? answer.success._tag : answer.failure._tag
  }

  /** Uses a code, by default for what it was issued for. */
  readonly use = (otp: OtpId, at: Instant = noon, bound: Partial<Bound> = {}): string => {
    const { account, operation, purpose = "topUp" } = this.otp(otp) ?? {}
    const own = {
      purpose,
      ...(account === undefined ? {} : { account }),
      ...(operation === undefined ? {} : { operation })
    }
    const answer = this.desk.ask(this.#commands.use, { ...own, ...bound, otp }, { at })
    return Result.isSuccess(answer) ? "used" : answer.failure._tag
  }

  /** A holder, or a stranger, types a password on the web. */
  readonly login = (what: Typed, { at = noon, device = deviceOf(0), of = 0 } = {}): string => {
    const content = {
      email: emailOf(of),
      device,
      newDevice: device,
      evidence: { compared: this.password(of), isRight: what === "right" },
      nonce: this.secrets.nonce(),
      token: hashOf("bankAccount", 1)
    }
    const answer = this.desk.ask(this.#commands.login, content, { at })
    if (Result.isFailure(answer)) return answer.failure._tag
    return answer.success._tag === "failed" ? answer.success.reason : answer.success._tag
  }

  /** Somebody sets a new password with a code. */
  readonly setPassword = (otp: OtpId, at: Instant = noon): string =>
    named(this.desk.ask(this.#commands.setPassword, { email: emailOf(0), otp }, { at }))

  /** An operator unlocks the account. */
  readonly unlock = (at: Instant = noon): string => {
    const content = { account: accountIdOf(0), reference: "case-1" }
    return named(this.desk.ask(this.#commands.unlock, content, { at, actor: "operator:one" as Actor }))
  }

  /** The password that is set. */
  readonly password = (n = 0): CommandId => this.desk.record(holders, accountIdOf(n))?.password ?? passwordOf(n)

  readonly otp = (id: OtpId): Otp | undefined => this.desk.record(otps, id)
  readonly account = (n = 0): Account | undefined => this.desk.record(accounts, accountIdOf(n))
  readonly lockout = (n = 0): Lockout | undefined => this.desk.record(lockouts, accountIdOf(n))

  /** How often a holder was told something. */
  readonly told = (kind: string): number => this.desk.notices.filter((one) => one === kind).length
}

/** The id of a code that must have been issued. */
export const idOf = (issued: Result.Result<OtpIssued, unknown>): OtpId => Result.getOrThrow(issued).id
