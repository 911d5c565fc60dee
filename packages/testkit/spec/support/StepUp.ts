/**
 * An issuer's desk: cards that are enrolled, purchases with them, and answers to their challenges, as a rule asks for them.
 *
 * Everything is numbered: the n-th card is the n-th holder's, who has the n-th member ID. What is asked goes through a set of
 * commands, of which a mistake replaces one.
 */
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import { type Instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, Command } from "@kinchaku/domain/engine/Command"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { hashed } from "@kinchaku/domain/otp/Otp"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { CancelPurchase } from "@kinchaku/domain/stepup/Cancelling"
import { cardActivities } from "@kinchaku/domain/stepup/CardActivity"
import { type AskedMethod, type CardProfile, cardProfiles } from "@kinchaku/domain/stepup/CardProfile"
import { Enrol, EnrolProvisionally } from "@kinchaku/domain/stepup/Enrolment"
import { ChangeMethod, UnlockProfile, VoidEnrolment } from "@kinchaku/domain/stepup/EnrolmentChanges"
import { RemindMemberId } from "@kinchaku/domain/stepup/MemberId"
import { type MerchantCode, type Purchase, type PurchaseId, purchases } from "@kinchaku/domain/stepup/Purchase"
import { type PurchaseContent, RequestPurchase } from "@kinchaku/domain/stepup/PurchaseRequest"
import { AnswerChallenge, RecordStepUpDelivery } from "@kinchaku/domain/stepup/StepUpChallenge"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Result } from "effect"
import { Desk, named, noon } from "./PaymentsDesk.ts"

/** The commands that an issuer works with. */
export const issuing = {
  provisional: EnrolProvisionally,
  enrol: Enrol,
  change: ChangeMethod,
  void: VoidEnrolment,
  unlock: UnlockProfile,
  request: RequestPurchase,
  answer: AnswerChallenge,
  deliver: RecordStepUpDelivery,
  cancel: CancelPurchase,
  remind: RemindMemberId
}
export type Issuing = typeof issuing

/** The commands with some replaced. */
export const but = (wrong: Partial<Issuing>): Issuing => ({ ...issuing, ...wrong })

type StepUpPolicy = Policy["authentication"]["stepUp"]
/** The preset with some values of step-up authentication. */
export const stepUpPolicy = (own: Partial<StepUpPolicy> = {}): Policy => ({
  ...compat,
  authentication: { ...compat.authentication, stepUp: { ...compat.authentication.stepUp, ...own } }
})

export const minute = 60_000
/** So many milliseconds after noon. */
export const after = (millis: number): Instant => later(noon, millis)

const language = "ja" as const

const secrets: Secrets["Service"] = TestSecrets.make()
export const card = (n: number) => secrets.keyedHash("card", `card-${n}`)
export const memberId = (n: number) => secrets.keyedHash("memberId", `member-${n}`)
export const email = (n: number) => secrets.keyedHash("email", `holder-${n}@example.jp`)
export const device = (n: number) => secrets.keyedHash("device", `device-${n}`)

/** What is bought where nothing else is said: little, in Japan, of an ordinary merchant, on a device that nobody knows. */
export const ordinary = {
  kind: "online" as const,
  merchant: "shop-1" as MerchantCode,
  merchantName: "書店",
  amount: 1000 as PositiveYen,
  country: "JP",
  category: "5942"
}
export type Bought = Partial<Omit<PurchaseContent, "card" | "nonce" | "code">>

/** What a holder enters: whose member ID, and a code, or whether code or password are right. */
export interface Entered {
  readonly id?: number
  readonly secret?: boolean | string
}

export interface IssuerOptions {
  readonly policy?: Policy
  /** Cards whose device of the same number is known. */
  readonly known?: ReadonlyArray<number>
}

export class Issuer {
  readonly desk: Desk
  readonly #commands: Issuing
  readonly #secrets = TestSecrets.make()

  constructor(commands: Issuing = issuing, { known = [], policy = stepUpPolicy() }: IssuerOptions = {}) {
    this.#commands = commands
    this.desk = new Desk({
      policy,
      records: known.map((n) => put(cardActivities, { id: card(n), recent: [], devices: [device(n)] }))
    })
  }

  readonly provisional = (n: number): string =>
    named(this.desk.ask(this.#commands.provisional, { card: card(n), email: email(n), language }))

  /** The n-th holder enrols a card, by default the n-th one. */
  readonly enrol = (n: number, method: AskedMethod = "otp", of = n): string =>
    named(
      this.desk.ask(this.#commands.enrol, {
        card: card(of),
        memberId: memberId(n),
        email: email(n),
        language,
        method
      })
    )

  readonly change = (n: number, method: AskedMethod): string =>
    named(this.desk.ask(this.#commands.change, { memberId: memberId(n), method }))

  readonly void = (n: number): string => named(this.desk.ask(this.#commands.void, { card: card(n) }))

  readonly unlock = (profile: CardProfile["id"], actor: string): string =>
    named(this.desk.ask(this.#commands.unlock, { profile, contactedAt: noon }, { actor: actor as Actor }))

  readonly remind = (n: number, at: Instant = noon) => this.desk.ask(this.#commands.remind, { email: email(n) }, { at })

  /** The content of a purchase with the n-th card. */
  readonly buying = (n: number, bought: Bought = {}): PurchaseContent => {
    const nonce = this.#secrets.nonce()
    const code = this.#secrets.keyedHash("otp", hashed(nonce, this.#secrets.code(nonce)))
    return { card: card(n), ...ordinary, ...bought, nonce, code }
  }

  /** Buys with the n-th card. */
  readonly buy = (n: number, bought: Bought = {}, at: Instant = noon): Purchase =>
    Result.getOrThrow(this.desk.ask(this.#commands.request, this.buying(n, bought), { at }))

  /** The code that was sent for a purchase. */
  readonly codeOf = ({ challenge }: Purchase): string =>
    challenge?._tag === "otp" ? this.#secrets.code(challenge.nonce) : "none"

  #shown(purchase: Purchase, secret: boolean | string) {
    if (purchase.challenge?._tag !== "otp") {
      const profile = purchase.profile === undefined ? undefined : this.desk.record(cardProfiles, purchase.profile)
      const checked = profile?._tag === "full" && profile.password !== undefined ? { checked: profile.password } : {}
      return { _tag: "password" as const, ...checked, isRight: secret === true }
    }
    const right = this.codeOf(purchase)
    const typed = typeof secret === "string" ? secret : secret ? right : otherThan(right)
    return { _tag: "otp" as const, code: this.#secrets.keyedHash("otp", hashed(purchase.challenge.nonce, typed)) }
  }

  /** The content of an answer to the challenge of a purchase. */
  readonly answering = (purchase: Purchase, { id, secret = true }: Entered = {}) => ({
    purchase: purchase.id,
    memberId: memberId(id ?? 1),
    shown: this.#shown(purchase, secret)
  })

  /** Answers a challenge; says what the answer came to. */
  readonly answer = (purchase: Purchase, entered: Entered = {}, at: Instant = noon): string => {
    const answer = this.desk.ask(this.#commands.answer, this.answering(purchase, entered), { at })
    return Result.isSuccess(answer) ? answer.success.outcome : answer.failure._tag
  }

  readonly cancel = (purchase: Purchase, merchant: string = ordinary.merchant): string =>
    named(this.desk.ask(this.#commands.cancel, { purchase: purchase.id, merchant: merchant as MerchantCode }))

  /** A purchase as it stands. */
  readonly purchase = (id: PurchaseId): Purchase => this.desk.record(purchases, id) ?? missing(id)

  readonly stateOf = ({ id }: Purchase): Purchase["_tag"] => this.purchase(id)._tag

  /** The profile that has a card now, or had it last. */
  readonly profileOf = (n: number): CardProfile =>
    this.desk.recordsOf(cardProfiles).find((profile) => profile.card === card(n)) ?? missing(`card ${n}`)

  /** For how many purchases a code was to be sent. */
  get codes(): number {
    return [...this.desk.books.requests.values()].filter(({ kind }) => kind === "stepUpCode").length
  }
}

const missing = (what: string): never => {
  throw new Error(`there is no ${what}`)
}

/** Six digits that differ in the last. */
const otherThan = (code: string): string => `${code.slice(0, 5)}${(Number(code.slice(5)) + 1) % 10}`

/** Everything that is recorded at a desk, to be put in place elsewhere. */
export const recorded = ({ books }: Desk): ReadonlyArray<Put> =>
  [...books.records].flatMap(([kind, records]) => [...records].map(([id, record]) => ({ kind, id, record })))

/** The command as it would be if its clock had stopped at noon. */
export const stopped = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> => ({
  ...command,
  decide: (facts, envelope) => command.decide(facts, { ...envelope, at: noon })
})
