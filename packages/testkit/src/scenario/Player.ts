/**
 * Player: lets the steps of a history happen in a world, through the public services.
 *
 * An outcome is what an answer says of itself, or the name of a refusal with the amounts that it carries.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { Intent } from "@kinchaku/domain/account/Accounts"
import type { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { type RequestId, requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import type { Quote } from "@kinchaku/domain/payment/SlipTerms"
import type { TopUp } from "@kinchaku/domain/topup/TopUp"
import { Effect, Result } from "effect"
import { bankReferenceOf, refusal } from "../simulators/BankTransfers.ts"
import { certificate } from "../simulators/SimulatedVerifier.ts"
import { billers, digitsAt, numberOfHanako, people, policyAt, slipAt, type Step } from "./Steps.ts"
import type { World } from "./World.ts"

type StepOf<Do extends Step["do"]> = Extract<Step, { readonly do: Do }>
/** Sends a step, as it is or changed, with a key. */
type Send = (changed: boolean, intent: Intent) => Effect.Effect<string, unknown>

/** The account of somebody who has none. */
const nobody = "acct_00000000000000000000000000" as AccountId
const nothing = "00000000000000000000000000"
const actor = "host:history" as Actor
const nameOf = (person: number): string => `person ${person}`

const details = ["limit", "reason", "remaining", "shortfall"] as const

/** The name of a refusal, with the amounts that it carries. */
const refused = (error: unknown): string => {
  if (typeof error !== "object" || error === null || !("_tag" in error)) throw error
  const { _tag, ...carried } = error as { readonly _tag: string } & Record<string, unknown>
  return [_tag, ...details.flatMap((name) => (carried[name] === undefined ? [] : [carried[name]]))].join(" ")
}

const tagged = <E>(asked: Effect.Effect<{ readonly _tag: string }, E>) => Effect.map(asked, ({ _tag }) => _tag)

export class Player {
  readonly accounts = new Map<number, AccountId>()
  readonly links: Array<{ readonly id: BankLinkId; readonly account: AccountId; readonly person: number }> = []
  readonly topUps: Array<TopUp> = []
  readonly payments: Array<Payment> = []
  readonly #world: World["Service"]
  readonly #sent: Array<{ readonly send: Send; readonly intent: Intent }> = []

  constructor(world: World["Service"]) {
    this.#world = world
    world.bank.setHolder(numberOfHanako, people[2])
    world.bank.setHolder(`1${numberOfHanako.slice(1)}`, people[2])
  }

  /** Lets a step happen; `now` is the time after it. */
  readonly perform = (step: Step, now: number): Effect.Effect<string> =>
    Effect.matchEffect(this.#performed(step, now), {
      onFailure: (error) => Effect.sync(() => refused(error)),
      onSuccess: Effect.succeed
    })

  readonly #performed = (step: Step, now: number): Effect.Effect<string, unknown> => {
    const world = this.#world
    switch (step.do) {
      case "open":
        return this.#first(this.#open(step))
      case "verify":
        return this.#first(this.#verify(step))
      case "link":
        return this.#first(this.#link(step))
      case "topUp":
        return Effect.flatMap(this.#topUp(step), this.#first)
      case "pay":
        return Effect.flatMap(this.#pay(step), this.#first)
      case "again":
        return this.#again(step)
      case "notice":
        return this.#notice(step)
      case "dispatch":
        return Effect.as(world.dispatch, "dispatched")
      case "report":
        return Effect.map(world.bank.report, (count) => `reported ${count}`)
      case "sweep":
        return Effect.as(world.sweep, "swept")
      case "jump":
        return Effect.as(world.goTo(instant(now)), "moved")
      case "adopt":
        return Effect.as(world.adopt(policyAt(step.policy)), "adopted")
      case "contract":
        return this.#contract(step)
    }
  }

  readonly #first = (send: Send): Effect.Effect<string, unknown> => {
    const intent = { actor, key: `step ${this.#sent.length}` }
    this.#sent.push({ send, intent })
    return send(false, intent)
  }

  readonly #again = ({ changed, step }: StepOf<"again">): Effect.Effect<string, unknown> => {
    const sent = this.#sent[step % this.#sent.length]
    return sent === undefined ? Effect.succeed("nothing") : sent.send(changed, sent.intent)
  }

  readonly #accountOf = (person: number): AccountId => this.accounts.get(person) ?? nobody

  readonly #open = ({ contacts, person, proved, verdict }: StepOf<"open">): Send => {
    const own = this.#world.opening(nameOf(person), people[person])
    const { email, phone } = this.#world.opening(nameOf(contacts), people[contacts])
    return (changed, intent) =>
      Effect.gen({ self: this }, function* () {
        const presentation = certificate(nameOf(person), changed ? "expired" : verdict, { occasion: intent.key })
        const { emailOtp, phoneOtp } = yield* this.#world.prove({ email, phone }, intent)
        // A code that proves the address proves no number.
        const codes = { emailOtp, phoneOtp: proved ? phoneOtp : emailOtp }
        const request = { ...own, email, phone, presentation, ...codes }
        const { id, kind } = yield* this.#world.accounts.open(request, intent)
        this.accounts.set(person, id)
        return kind
      })
  }

  readonly #verify = ({ by, person, verdict }: StepOf<"verify">): Send => {
    const account = this.#accountOf(person)
    return (changed, intent) => {
      const presentation = certificate(nameOf(by), changed ? "expired" : verdict, { occasion: intent.key })
      return Effect.map(this.#world.accounts.verifyIdentity(account, presentation, intent), ({ kind }) => kind)
    }
  }

  readonly #link = ({ bank, number, person }: StepOf<"link">): Send => {
    const account = this.#accountOf(person)
    let confirmed: Yen | undefined
    return (changed, intent) => {
      const asked = changed ? `1${number.slice(1)}` : number
      const bankAccount = { bank, branch: "001", kind: "ordinary" as const, number: asked }
      const { bankLinks } = this.#world
      return Effect.gen({ self: this }, function* () {
        const { id } = yield* bankLinks.add(account, bankAccount, intent)
        if (this.links.every((known) => known.id !== id)) this.links.push({ id, account, person })
        // What was confirmed once is sent again as it was; what was refused is quoted anew.
        const fee = confirmed ?? (yield* bankLinks.quote(account, id)).fee
        const { _tag } = yield* bankLinks.start(account, id, fee, { ...intent, key: `${intent.key} start` })
        confirmed = fee
        return _tag
      })
    }
  }

  readonly #topUp = ({ amount, link: n, quote, stranger }: StepOf<"topUp">): Effect.Effect<Send> => {
    const { topUps } = this.#world
    const link = this.links[n % this.links.length]
    const account = this.#accountOf(((link?.person ?? 0) + (stranger ? 1 : 0)) % people.length)
    const id = link?.id ?? (`link_${nothing}` as BankLinkId)
    return Effect.map(Effect.result(topUps.quote(account, id, amount as PositiveYen)), (quoted): Send => {
      const fee = (Result.isSuccess(quoted) ? quoted.success.fee : 0) + (quote === "wrong" ? 1 : 0)
      return (changed, intent) => {
        const asked = (amount + (changed ? 1000 : 0)) as PositiveYen
        const request = { account, link: id, amount: asked, quotedFee: fee as Yen }
        return Effect.map(topUps.fromBank(request, intent), (topUp) => {
          if (this.topUps.every((known) => known.id !== topUp.id)) this.topUps.push(topUp)
          return topUp._tag
        })
      }
    })
  }

  readonly #pay = ({ person, quote: wish, slip }: StepOf<"pay">): Effect.Effect<Send> => {
    const { payments } = this.#world
    const account = this.#accountOf(person)
    const barcode = digitsAt(slip)
    const madeUp: Quote = { payee: "?", amount: slipAt(slip).amount as PositiveYen, fee: 0 as Yen }
    return Effect.map(Effect.result(payments.quoteSlip(barcode)), (quoted): Send => {
      const quote = Result.isSuccess(quoted) ? quoted.success : madeUp
      return (changed, intent) => {
        const fee = (quote.fee + (wish === "wrong" ? 1 : 0) + (changed ? 1 : 0)) as Yen
        const request = { account, barcode, quote: { ...quote, fee } }
        return Effect.map(payments.paySlip(request, intent), (payment) => {
          if (this.payments.every((known) => known.id !== payment.id)) this.payments.push(payment)
          return payment._tag
        })
      }
    })
  }

  readonly #notice = ({ says, topUp: n }: StepOf<"notice">): Effect.Effect<string, unknown> => {
    const request: RequestId = this.topUps[n % this.topUps.length]?.request ?? requestId(nothing)
    const bankReference = `${bankReferenceOf(request)}${says === "debitedOtherwise" ? " again" : ""}`
    const answer =
      says === "refused"
        ? ({ _tag: "refused", reason: refusal } as const)
        : ({ _tag: "debited", bankReference } as const)
    return tagged(this.#world.bankNotices.debit(request, answer))
  }

  readonly #contract = ({ active, biller: n }: StepOf<"contract">): Effect.Effect<string, unknown> => {
    const { code, online, slipMaximum } = billers[n] ?? { code: undefined, online: false }
    const terms = {
      ...(code === undefined ? {} : { code }),
      active,
      confirmation: online ? ("online" as const) : ("none" as const),
      ...(slipMaximum === undefined ? {} : { slipMaximum: slipMaximum as PositiveYen })
    }
    return Effect.as(this.#world.contract(terms), "contracted")
  }
}
