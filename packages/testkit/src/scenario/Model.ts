/**
 * Model: what a wallet has to do, said a second time in plain numbers.
 *
 * It shares no decision with the domain and keeps no journal: it says of each step how it ends, and what everybody has
 * afterwards. An outcome that begins with a small letter was accepted, any other is a refusal by name.
 */
import { policyAt } from "./Cast.ts"
import type { Decide } from "./ModelLinks.ts"
import { ModelHolders } from "./ModelHolders.ts"
import type { Payout } from "./ModelPayouts.ts"
import { kinds, type Request } from "./ModelProviders.ts"
import { snapshot } from "./ModelSnapshot.ts"
import type { TopUp } from "./ModelTopUps.ts"
import { fromLast, type Hearing, type Sent, type Step, type StepOf } from "./Steps.ts"

/** A step with a key: how it is decided, as it was sent first or changed, and what is recorded of it. */
interface Keyed {
  readonly decide: Decide
  readonly isOtherIntent: boolean
  recorded?: { readonly changed: boolean; readonly outcome: string }
}

const minute = 60_000

/** Steps that are the same intention when they are changed: only evidence differs. */
const isOtherIntent = (step: Sent): boolean => !["open", "verify", "standing", "remove", "resolve"].includes(step.do)

export class Model extends ModelHolders {
  readonly keyed: Array<Keyed> = []
  /** What somebody said in a bank's name: "debit 1", "credit 2". */
  readonly told = new Set<string>()

  /** Lets a step happen; answers how it ends. */
  perform(step: Step): string {
    switch (step.do) {
      case "again":
        return this.again(step)
      case "unheard":
        return this.send(step.step)
      case "crash":
        return "crashed"
      case "dispatch":
        return this.dispatch(step.hearing)
      case "page":
        return this.page(step)
      case "network":
        if (step.up) this.providers.down.delete(step.of)
        else this.providers.down.add(step.of)
        return "changed"
      case "report":
        return this.report()
      case "notice":
        return this.notice(step)
      case "deposited":
        return this.deposited(step)
      case "batch":
        return this.batch()
      case "results":
        return this.results(step)
      case "sweep":
        return this.sweep()
      case "jump":
        this.now = this.target(step.to)
        return "moved"
      case "round":
        return this.round(step.minutes)
      case "adopt":
        this.policy = policyAt(step.policy)
        return "adopted"
      case "contract":
        this.contracted.set(step.biller, step.active)
        return "contracted"
      default:
        return this.send(step)
    }
  }

  send(step: Sent): string {
    const keyed: Keyed = { decide: this.deciding(step), isOtherIntent: isOtherIntent(step) }
    this.keyed.push(keyed)
    return this.decided(keyed, false)
  }

  deciding(step: Sent): Decide {
    switch (step.do) {
      case "open":
        return this.open(step)
      case "verify":
        return this.verify(step)
      case "standing":
        return this.standing(step)
      case "add":
        return this.add(step)
      case "start":
        return this.start(step)
      case "remove":
        return this.remove(step)
      case "exact":
        return this.exact(step)
      case "payee":
        return this.payee(step)
      case "topUp":
        return this.topUp(step)
      case "deposit":
        return this.deposit(step)
      case "shop":
        return this.shop(step)
      case "pay":
        return this.pay(step)
      case "payout":
        return this.payout(step)
      case "resolve":
        return this.resolve(step)
    }
  }

  /** Decides what was not accepted before. */
  decided(keyed: Keyed, changed: boolean): string {
    const outcome = keyed.decide(changed)
    if (/^[a-z]/.test(outcome)) keyed.recorded = { changed, outcome }
    return outcome
  }

  /** The same key: the first answer where the intention is the same, a conflict where it is not. */
  again({ changed, step }: StepOf<"again">): string {
    const keyed = fromLast(this.keyed, step)
    if (keyed === undefined) return "nothing"
    const { isOtherIntent: differs, recorded } = keyed
    if (recorded === undefined) return this.decided(keyed, changed)
    return differs && recorded.changed !== changed ? "IdempotencyConflict" : recorded.outcome
  }

  /** One request of each kind after another, until none is due. */
  dispatch(hearing: Hearing): string {
    for (let isDone = false; !isDone;) {
      isDone = true
      for (const kind of kinds) {
        const next = this.providers.nextDue(kind, this.now)
        if (next === undefined) continue
        isDone = false
        if (this.providers.deliver(next, this.now) && hearing === "clear") this.heard(next)
      }
    }
    return "dispatched"
  }

  /** A provider's answer is recorded. */
  heard(request: Request): void {
    const { kind, of } = request
    const says = this.providers.says(request)
    const procedure = this.procedures[of]
    const said = kind === "link" && procedure !== undefined ? this.linkSays(procedure) : undefined
    if (said !== undefined) this.linkAnswered(of, said)
    if (kind === "debit") this.debitAnswered(of, says)
    if (kind === "credit") this.creditAnswered(of, says)
    if (kind === "number") this.numberAnswered(of, says)
    if (kind === "bill") this.billerAnswered(of, says)
  }

  report(): string {
    const reports = this.providers.reported(this.now)
    for (const { kind, of } of reports) {
      const procedure = this.procedures[of]
      const said = kind === "link" && procedure !== undefined ? this.linkSays(procedure) : undefined
      if (said !== undefined) this.linkAnswered(of, said)
      if (kind === "debit") this.debitAnswered(of, true)
      if (kind === "credit") this.creditAnswered(of, true)
    }
    return `reported ${reports.length}`
  }

  notice({ about, of: n, says }: StepOf<"notice">): string {
    const all = about === "debit" ? this.topUps : this.payouts
    const one = fromLast<TopUp | Payout>(all, n)
    if (one !== undefined) this.told.add(`${about} ${one.n}`)
    if (one === undefined) return about === "debit" ? "TopUpNotFound" : "PayoutNotFound"
    if (about === "debit") this.debitAnswered(one.n, says !== "refused")
    else this.creditAnswered(one.n, says !== "refused")
    return one.state
  }

  sweep(): string {
    const before = this.now - 30 * minute
    for (const account of this.accounts) this.expire(account)
    for (const topUp of this.topUps) topUp.raised ||= topUp.state === "processing" && topUp.at < before
    for (const payment of this.payments) {
      payment.raised ||= payment.state === "processing" && payment.at < before
    }
    for (const payout of this.payouts) payout.raised ||= this.isOverdue(payout)
    for (const link of this.links) this.release(link)
    for (const topUp of this.depositTopUps) {
      topUp.raised ||= topUp.state === "awaiting" && !topUp.issued && topUp.at < before
      this.overdue(topUp)
    }
    return "swept"
  }

  round(minutes: number): string {
    this.now += minutes * minute
    return [this.dispatch("clear"), this.report(), this.sweep()].join(", ")
  }

  /** What everybody has and everything has come to. */
  snapshot(): Record<string, string | number> {
    return snapshot(this)
  }
}
