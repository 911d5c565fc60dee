/**
 * Model: what a wallet has to do, said a second time in plain numbers.
 *
 * It shares no decision with the domain and keeps no journal: it says of each step how it ends, and what everybody has
 * afterwards. An outcome that begins with a small letter was accepted, any other is a refusal by name.
 */
import { bankCloses, bankRefuses } from "./ModelBanks.ts"
import { dayOf, endOf, endTwoYearsAfter } from "./ModelCalendar.ts"
import type { Link } from "./ModelRecords.ts"
import { ModelWallet } from "./ModelWallet.ts"
import { billers, people, policyAt, slipAt, type Step } from "./Steps.ts"

type StepOf<Do extends Step["do"]> = Extract<Step, { readonly do: Do }>
type Decide = (changed: boolean) => string

/** A step with a key: how it is decided, as it was sent first or changed, and what is recorded of it. */
interface Keyed {
  readonly decide: Decide
  readonly isOtherIntent: boolean
  recorded?: { readonly changed: boolean; readonly outcome: string }
}

const refusals = {
  expired: "CertificateExpired",
  notYetValid: "CertificateExpired",
  untrusted: "CertificateUntrusted",
  revoked: "CertificateRevoked",
  unchecked: "CertificateUnchecked",
  challengeInvalid: "ChallengeInvalid"
} as const

export class Model extends ModelWallet {
  readonly contacts = new Set<number>()
  readonly contracted = new Map<number, boolean>()
  readonly keyed: Array<Keyed> = []
  /** The top-ups that the bank will report on its own. */
  reports: Array<number> = []

  /** Lets a step happen; answers how it ends. */
  perform(step: Step): string {
    switch (step.do) {
      case "open":
        return this.send(this.open(step), false)
      case "verify":
        return this.send(this.verify(step), false)
      case "link":
        return this.send(this.link(step), true)
      case "topUp":
        return this.send(this.topUp(step), true)
      case "pay":
        return this.send(this.pay(step), true)
      case "again":
        return this.again(step)
      case "notice":
        return this.notice(step)
      case "dispatch":
        return this.dispatch()
      case "report":
        return this.report()
      case "sweep":
        return this.sweep()
      case "jump":
        this.now = this.target(step.to)
        return "moved"
      case "adopt":
        this.policy = policyAt(step.policy)
        return "adopted"
      case "contract":
        this.contracted.set(step.biller, step.active)
        return "contracted"
    }
  }

  send(decide: Decide, isOtherIntent: boolean): string {
    const keyed: Keyed = { decide, isOtherIntent }
    this.keyed.push(keyed)
    return this.decided(keyed, false)
  }

  /** Decides what was not accepted before. */
  decided(keyed: Keyed, changed: boolean): string {
    const outcome = keyed.decide(changed)
    if (/^[a-z]/.test(outcome)) keyed.recorded = { changed, outcome }
    return outcome
  }

  /** The same key: the first answer where the intention is the same, a conflict where it is not. */
  again({ changed, step }: StepOf<"again">): string {
    const keyed = this.keyed[step % this.keyed.length]
    if (keyed === undefined) return "nothing"
    const { isOtherIntent, recorded } = keyed
    if (recorded === undefined) return this.decided(keyed, changed)
    return isOtherIntent && recorded.changed !== changed ? "IdempotencyConflict" : recorded.outcome
  }

  open({ contacts, person, proved, verdict }: StepOf<"open">) {
    const isProved = this.proves(contacts)
    return (changed: boolean): string => {
      const found = changed ? "expired" : verdict
      if (found !== "verified") return refusals[found]
      if (!proved || !isProved()) return "ContactUnproven"
      if (this.accounts[person] !== undefined) return "AccountAlreadyExists"
      if (this.contacts.has(contacts)) return "EmailTaken"
      this.accounts[person] = { kind: "cash", cash: 0, money: 0, inFlight: 0, registrations: 0 }
      this.contacts.add(contacts)
      return "cash"
    }
  }

  verify({ by, person, verdict }: StepOf<"verify">) {
    const account = this.accounts[person]
    return (changed: boolean): string => {
      const found = changed ? "expired" : verdict
      // Whoever proves nothing learns nothing of the account (SEC-01).
      if (found !== "verified") return refusals[found]
      if (account === undefined) return "AccountNotFound"
      if (by !== person) return "CertificateOfAnother"
      account.kind = "money"
      return "money"
    }
  }

  link({ bank, number, person }: StepOf<"link">) {
    const account = this.accounts[person]
    let added: Link | undefined
    return (changed: boolean): string => {
      if (account === undefined) return "AccountNotFound"
      const asked = changed ? `1${number.slice(1)}` : number
      // Adding it is an intention of its own, which is kept where going to the bank is refused.
      if (added === undefined) {
        if (this.policy.banks[bank] === undefined) return "BankUnknown notOffered"
        added = { person, bank, number: asked, state: "provisional", fee: 0, releasesAt: 0 }
        this.links.push(added)
      } else if (added.number !== asked) return "IdempotencyConflict"
      const closed = bankCloses(this.policy, bank, this.now)
      if (closed !== undefined) return closed
      const fee = account.registrations < 2 ? 0 : this.fee("bankRegistration", 0, bank)
      const short = fee - this.spendable(account) - account.money
      if (short > 0) return `InsufficientBalance ${short}`
      this.providers.make("link", this.links.indexOf(added), asked, this.now)
      Object.assign(added, { fee, releasesAt: endOf(dayOf(this.now)) + 1 + 10 * 3_600_000, state: "inProcedure" })
      return "inProcedure"
    }
  }

  topUp({ amount: asked, link: n, quote, stranger }: StepOf<"topUp">) {
    const link = this.links[n % this.links.length]
    const person = ((link?.person ?? 0) + (stranger ? 1 : 0)) % people.length
    const account = this.accounts[person]
    const isOwn = link !== undefined && account !== undefined && link.person === person
    const isQuoted = isOwn && link.state === "registered"
    const quoted = (isQuoted ? this.fee("topUp", asked, link.bank) : 0) + (quote === "wrong" ? 1 : 0)
    return (changed: boolean): string => {
      const amount = asked + (changed ? 1000 : 0)
      if (account === undefined) return "AccountNotFound"
      if (!isOwn || link.state !== "registered") return "BankLinkNotRegistered"
      const closed = bankRefuses(this.policy, link.bank, amount, this.now)
      if (closed !== undefined) return closed
      const fee = this.fee("topUp", amount, link.bank)
      if (quoted !== fee) return "QuoteChanged"
      if (amount <= fee) return "FeeExceedsAmount"
      const { balance, topUp: limits } = this.policy.limits[account.kind]
      const periods = this.periods(person, "topUp")
      const before = this.spendable(account) + account.money + account.inFlight
      const over = this.limited(limits, "bank", amount, periods)
      if (over !== undefined) return over
      if (before + amount > balance) return `BalanceCapExceeded ${Math.max(balance - before, 0)}`
      this.providers.make("debit", this.topUps.length, `${amount}`, this.now)
      const { bank } = link
      const fresh = { state: "processing", raised: false, contradicted: false } as const
      this.topUps.push({ account, bank, amount, fee, at: this.now, periods, ...fresh })
      account.inFlight += amount
      this.use(periods, amount)
      return "processing"
    }
  }

  /** What paying a slip costs now, or why it cannot be paid. */
  quote(slip: number): number | string {
    const { amount, biller, due, misread } = slipAt(slip)
    if (misread === true) return "BarcodeInvalid"
    if (this.contracted.get(biller) !== true) return "BillerNotContracted"
    if (due !== undefined && this.now > endOf(due)) return "BillExpired"
    if (amount > Math.min(this.policy.slipMaximum, billers[biller]?.slipMaximum ?? Infinity))
      return "AmountAboveMaximum"
    return this.bills.has(slip) ? "BillAlreadyPaid" : this.fee("payment", amount)
  }

  pay({ person, quote: wish, slip }: StepOf<"pay">) {
    const account = this.accounts[person]
    const shown = this.quote(slip)
    const { amount, biller } = slipAt(slip)
    return (changed: boolean): string => {
      if (account === undefined) return "AccountNotFound"
      const fee = this.quote(slip)
      if (typeof fee === "string") return fee
      if (shown !== fee || wish === "wrong" || changed) return "QuoteChanged"
      const periods = this.periods(person, "payment")
      const over = this.limited(this.policy.limits[account.kind].payment, "barcode", amount, periods)
      if (over !== undefined) return over
      const fromCash = Math.min(amount + fee, this.spendable(account))
      const fromMoney = amount + fee - fromCash
      if (fromMoney > account.money) return `InsufficientBalance ${fromMoney - account.money}`
      account.cash -= fromCash
      account.money -= fromMoney
      if (fromCash > 0) account.expires = endTwoYearsAfter(this.now)
      this.use(periods, amount)
      this.book({ [`liability:merchant:${billers[biller]?.code}`]: amount, "revenue:fees": fee })
      const isOnline = billers[biller]?.online === true
      if (isOnline) this.providers.make("bill", this.payments.length, `${amount}`, this.now)
      this.bills.set(slip, isOnline ? "inPayment" : "paid")
      const state = isOnline ? "processing" : "completed"
      this.payments.push({ account, slip, amount, fee, fromCash, fromMoney, periods, state })
      return state
    }
  }

  dispatch(): string {
    for (let next = this.providers.nextDue(this.now); next !== undefined; next = this.providers.nextDue(this.now)) {
      const { asked, ending, kind, of } = next
      const isAnswered = this.providers.deliver(next, this.now)
      if (kind === "debit" && asked === 0 && (ending === "003" || ending === "005")) this.reports.push(of)
      if (!isAnswered) continue
      if (kind === "link") this.linkAnswered(of, ending)
      if (kind === "debit") this.debitAnswered(of, ending !== "002" && ending !== "005")
      if (kind === "bill") this.billerAnswered(of, ending !== "012" && ending !== "022")
    }
    return "dispatched"
  }

  report(): string {
    const { reports } = this
    this.reports = []
    for (const topUp of reports) this.debitAnswered(topUp, true)
    return `reported ${reports.length}`
  }

  notice({ says, topUp: n }: StepOf<"notice">): string {
    if (this.topUps.length === 0) return "TopUpNotFound"
    this.debitAnswered(n % this.topUps.length, says !== "refused")
    return this.topUps[n % this.topUps.length]?.state ?? ""
  }

  sweep(): string {
    for (const account of this.accounts) if (account !== undefined) this.expire(account)
    this.links.forEach((link, n) => this.release(link, n))
    for (const topUp of this.topUps) topUp.raised ||= topUp.state === "processing" && topUp.at < this.now - 30 * 60_000
    return "swept"
  }
}
