/**
 * Player: lets the steps of a history happen in a world, through the public services.
 *
 * An outcome is what an answer says of itself, or the name of a refusal with the amounts that it carries.
 */
import type { Intent } from "@kinchaku/domain/account/Accounts"
import type { BankNotice } from "@kinchaku/domain/bank/BankNotices"
import { at as dayAt, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { type RequestId, requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { depositId, deposits } from "@kinchaku/domain/topup/Deposit"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { Effect, Exit } from "effect"
import { bankReferenceOf, refusal } from "../simulators/BankTransfers.ts"
import type { WebhookId } from "@kinchaku/domain/webhook/Webhook"
import { billers, numberOfHanako, people, policyAt } from "./Cast.ts"
import { Known, type Requested } from "./Known.ts"
import { openings } from "./Proving.ts"
import { resultFile } from "./ResultFile.ts"
import type { Desk, Send } from "./Desk.ts"
import { sending } from "./Sending.ts"
import { fromLast, type Hearing, type Sent, type Step, type StepOf } from "./Steps.ts"
import type { StoreLine } from "./StoreLine.ts"
import { operator, testBiller } from "./Story.ts"
import type { World } from "./World.ts"

const nothing = requestId("00000000000000000000000000")
const actor = "host:history" as Actor
const details = ["limit", "reason", "field", "remaining", "shortfall", "until", "state", "resolution"] as const

/** The name of a refusal, with the amounts that it carries. */
const refused = (error: unknown): string => {
  if (typeof error !== "object" || error === null || !("_tag" in error)) throw error
  const { _tag, ...carried } = error as { readonly _tag: string } & Record<string, unknown>
  return [_tag, ...details.flatMap((name) => (carried[name] === undefined ? [] : [carried[name]]))].join(" ")
}

/** Where a player plays: the world of now, the line to its store, and the way to another world over the same store. */
export interface Playground {
  readonly world: () => World["Service"]
  readonly line: StoreLine
  readonly restart: Effect.Effect<void, unknown>
}

export class Player {
  readonly known = new Known()
  readonly #ground: Playground
  readonly #desk: Desk
  readonly #sent: Array<{ readonly send: Send; readonly intent: Intent }> = []
  #notices = 0

  constructor(ground: Playground) {
    this.#ground = ground
    this.#desk = { world: ground.world, known: this.known, opening: openings() }
    const { bank } = ground.world()
    bank.setHolder(numberOfHanako, people[2])
    bank.setHolder(`1${numberOfHanako.slice(1)}`, people[2])
  }

  get #world(): World["Service"] {
    return this.#ground.world()
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
      case "again":
        return this.#again(step)
      case "unheard":
        return this.#unheard(step.step)
      case "crash":
        return Effect.as(this.#ground.restart, "crashed")
      case "dispatch":
        return this.#dispatch(step.hearing)
      case "page":
        return this.#page(step)
      case "network":
        return Effect.sync(() => {
          world[step.of].reachable(step.up)
          return "changed"
        })
      case "report":
        return Effect.map(world.bank.report, (count) => `reported ${count}`)
      case "notice":
        return this.#notice(step)
      case "deposited":
        return this.#deposited(step)
      case "batch":
        return this.#batch(now)
      case "results":
        return this.#results(step)
      case "sweep":
        return Effect.as(world.sweep, "swept")
      case "jump":
        return Effect.as(world.goTo(instant(now)), "moved")
      case "round":
        return this.#round(now)
      case "adopt":
        return Effect.as(world.adopt(policyAt(step.policy)), "adopted")
      case "contract":
        return this.#contract(step)
      default:
        return this.#first(step)
    }
  }

  readonly #prepared = (step: Sent) =>
    Effect.map(sending(this.#desk, step), (send) => {
      const sent = { send, intent: { actor, key: `step ${this.#sent.length}` } }
      this.#sent.push(sent)
      return sent
    })

  readonly #first = (step: Sent): Effect.Effect<string, unknown> =>
    Effect.flatMap(this.#prepared(step), ({ intent, send }) => send(false, intent))

  readonly #again = ({ changed, step }: StepOf<"again">): Effect.Effect<string, unknown> => {
    const sent = fromLast(this.#sent, step)
    return sent === undefined ? Effect.succeed("nothing") : sent.send(changed, sent.intent)
  }

  /** The commit is done and nobody hears of it: whoever asked sends it again, to the process that comes after. */
  readonly #unheard = Effect.fnUntraced({ self: this }, function* (this: Player, step: Sent) {
    const { line, restart } = this.#ground
    const { intent, send } = yield* this.#prepared(step)
    line.loseNext()
    const heard = yield* Effect.exit(send(false, intent))
    if (!line.mend()) return yield* heard
    if (Exit.isSuccess(heard)) return "heard what was lost"
    yield* restart
    return yield* send(false, intent)
  })

  readonly #dispatch = Effect.fnUntraced({ self: this }, function* (this: Player, hearing: Hearing) {
    const { line, restart } = this.#ground
    if (hearing === "stopped") line.cut()
    yield* this.#world.dispatch
    line.mend()
    if (hearing === "stopped") yield* restart
    return "dispatched"
  })

  readonly #round = Effect.fnUntraced({ self: this }, function* (this: Player, now: number) {
    const world = this.#world
    yield* world.goTo(instant(now))
    yield* world.dispatch
    const count = yield* world.bank.report
    yield* world.sweep
    return `dispatched, reported ${count}, swept`
  })

  readonly #page = Effect.fnUntraced({ self: this }, function* (this: Player, { does, procedure: n }: StepOf<"page">) {
    const { bank } = this.#world
    const { procedures } = this.known
    const token = `page-${fromLast(procedures, n)}`
    const page = bank.page(token)
    if (page === undefined) return "no page"
    if (does === "cancel") yield* page.cancel
    else if (does === "leave") yield* page.leave
    else yield* page.agree(does === "agree" ? 2 : 1)
    return bank.page(token)?.state ?? ""
  })

  readonly #notice = Effect.fnUntraced({ self: this }, function* (this: Player, step: StepOf<"notice">) {
    const { about, of: n, says } = step
    const { bankNotices, payouts, topUps } = this.#world
    const all = about === "debit" ? this.known.topUps : this.known.payouts
    const reference: RequestId = fromLast<Requested<unknown>>(all, n)?.request ?? nothing
    const bankReference = `${bankReferenceOf(reference)}${says === "doneOtherwise" ? " again" : ""}`
    const done = { _tag: about === "debit" ? "debited" : "credited", reference, bankReference } as const
    const no = { _tag: about === "debit" ? "debitRefused" : "creditRefused", reference, reason: refusal } as const
    const notice: BankNotice = says === "refused" ? no : done
    yield* bankNotices.take(`history-${(this.#notices += 1)}` as WebhookId, notice)
    const topUp = fromLast(this.known.topUps, n)
    const payout = fromLast(this.known.payouts, n)
    if (about === "debit" && topUp !== undefined) return (yield* topUps.get(topUp.account, topUp.id))._tag
    return payout === undefined ? "" : (yield* payouts.get(payout.account, payout.id))._tag
  })

  readonly #deposited = Effect.fnUntraced({ self: this }, function* (this: Player, step: StepOf<"deposited">) {
    const { how, of: n } = step
    const { collector, store } = this.#world
    const { depositTopUps, deposits: known } = this.known
    const seen = Effect.fnUntraced(function* (receipt: string, provider: (typeof known)[number]["provider"]) {
      const id = depositId(provider, receipt)
      const { cause } = (yield* store.read([key(deposits, id)])).find(deposits, id) ?? { cause: "lost" }
      return cause ?? "credited"
    })
    if (how === "reportedAgain") {
      const before = fromLast(known, n)
      if (before === undefined) return "nothing"
      yield* collector.report(before)
      return yield* seen(before.receipt, before.provider)
    }
    const asked = fromLast(depositTopUps, n)
    const truth = asked === undefined ? undefined : (yield* collector.numbers).get(asked.request)?.state
    const issued = typeof truth === "object" && truth._tag === "issued" ? truth : undefined
    if (how !== "unknownNumber" && issued === undefined) return "no number"
    const paid = yield* how === "unknownNumber" || issued === undefined
      ? collector.pay("99990000", { amount: 777 })
      : collector.pay(issued.issued.number, how === "otherAmount" ? { amount: issued.wanted.amount + 100 } : {})
    known.push(paid)
    return yield* seen(paid.receipt, paid.provider)
  })

  readonly #batch = Effect.fnUntraced({ self: this }, function* (this: Player, now: number) {
    const intent = { actor: operator, key: `batch ${this.known.batches.length} at ${now}` }
    const { batch, leftOut } = yield* this.#world.payoutBatches.make(dayAt(instant(now)), intent)
    this.known.note(this.known.batches, batch)
    return `batch of ${batch.payouts.length}${leftOut.length === 0 ? "" : `, without ${leftOut.length}`}`
  })

  readonly #results = Effect.fnUntraced({ self: this }, function* (this: Player, step: StepOf<"results">) {
    const { payoutBatches } = this.#world
    const batch = fromLast(this.known.batches, step.batch)
    if (batch === undefined) return "nothing"
    // In a file payouts stand by their ids, here in the order in which they were asked for.
    const asked = this.known.payouts.filter(({ id }) => batch.payouts.includes(id)).map(({ id }) => id)
    const said = batch.payouts.map((id) => step.lines[asked.indexOf(id) % step.lines.length] ?? "missing")
    if (said.every((line) => line === "missing")) return "credited 0, refused 0"
    const file = resultFile(yield* payoutBatches.file(batch.id), said)
    const read = yield* payoutBatches.readResults(batch.id, file, operator)
    const unknown = read.unknown.length === 0 ? "" : `, unknown ${read.unknown.length}`
    return `credited ${read.credited}, refused ${read.refused}${unknown}`
  })

  readonly #contract = ({ active, biller: n }: StepOf<"contract">): Effect.Effect<string, unknown> => {
    const { code, online, slipMaximum } = billers[n] ?? { code: undefined, online: false }
    const terms = testBiller({
      ...(code === undefined ? {} : { code }),
      active,
      confirmation: online ? ("online" as const) : ("none" as const),
      ...(slipMaximum === undefined ? {} : { slipMaximum: slipMaximum as PositiveYen })
    })
    const intent = { actor: operator, key: `contract ${(this.#notices += 1)}` }
    return Effect.as(this.#world.billers.contract(terms, intent), "contracted")
  }
}
