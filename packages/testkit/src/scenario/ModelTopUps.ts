/**
 * The model's top-ups: from bank accounts, and by deposits against payment numbers.
 */
import { people, slipAt } from "./Cast.ts"
import type { Account, Progress } from "./ModelAccounts.ts"
import { dayAfter, endOf } from "./ModelCalendar.ts"
import type { Decide, Link } from "./ModelLinks.ts"
import { ModelPayments, type Payment, type Plan } from "./ModelPayments.ts"
import { fromLast, type StepOf } from "./Steps.ts"

export interface TopUp {
  readonly n: number
  readonly account: Account
  readonly link: Link
  readonly amount: number
  readonly fee: number
  readonly at: number
  readonly counters: ReadonlyArray<string>
  /** The payment that waits for it. */
  readonly payment?: Payment
  state: Progress
  raised: boolean
  contradicted: boolean
}

export interface DepositTopUp {
  readonly n: number
  readonly account: Account
  readonly chain?: string
  readonly amount: number
  readonly fee: number
  readonly at: number
  readonly due: string
  readonly counters: ReadonlyArray<string>
  state: "awaiting" | "completed" | "expired" | "failed"
  issued: boolean
  raised: boolean
}

/** A deposit as the collector reported it. */
export interface Deposit {
  readonly n: number
  readonly amount: number
  readonly outcome: string
}

const reasons = {
  completed: "alreadyCompleted",
  failed: "topUpFailed",
  expired: "afterDueDate"
} as const

export class ModelTopUps extends ModelPayments {
  readonly topUps: Array<TopUp> = []
  readonly depositTopUps: Array<DepositTopUp> = []
  readonly deposits: Array<Deposit> = []

  topUp({ amount: asked, link: n, quote, stranger }: StepOf<"topUp">): Decide {
    const link = this.linkAt(n)
    const account = this.accountOf(((link?.account.person ?? 0) + (stranger ? 1 : 0)) % people.length)
    const isOwn = link !== undefined && account !== undefined && link.account === account
    const isQuoted = isOwn && link.state === "registered"
    const feeOf = (amount: number): number => this.fee("topUp", amount, { bank: link?.bank ?? "", way: "bank" })
    const quoted = (isQuoted ? feeOf(asked) : 0) + (quote === "wrong" ? 1 : 0)
    return (changed) => {
      const amount = asked + (changed ? 1000 : 0)
      const bar = this.barred(account)
      if (bar !== undefined) return bar
      if (!isOwn || link.state !== "registered") return "BankLinkNotRegistered"
      const closed = this.bankCloses(link.bank)
      if (closed !== undefined) return closed
      if (link.bank === "9998" && (amount < 1000 || amount % 1000 !== 0)) return "BelowMinimumAmount"
      const fee = feeOf(amount)
      if (quoted !== fee) return "QuoteChanged fee"
      if (amount <= fee) return "FeeExceedsAmount"
      const barred = this.barredIn(account, "bank", amount)
      if (barred !== undefined) return barred
      this.debited({ link, amount, fee })
      return "processing"
    }
  }

  debited({ amount, fee, link }: Pick<Plan, "link" | "amount" | "fee">, payment?: Payment): void {
    const { account } = link
    const n = this.topUps.length
    const counters = this.counters(account, "topUp", "bank")
    const fresh = { state: "processing", raised: false, contradicted: false } as const
    const waits = payment === undefined ? {} : { payment }
    this.topUps.push({ n, account, link, amount, fee, at: this.now, counters, ...waits, ...fresh })
    this.providers.make("debit", n, `${amount}`, this.now)
    account.flying.topUp += amount
    link.operations += 1
    this.use(counters, amount)
  }

  /** The bank says what became of a debit: the first word counts, the opposite of it is an affair of its own. */
  debitAnswered(of: number, took: boolean): void {
    const topUp = this.topUps[of]
    if (topUp === undefined) return
    const { account, amount, link } = topUp
    this.providers.answer("debit", of)
    if (topUp.state === "processing") {
      topUp.state = took ? "completed" : "failed"
      account.flying.topUp -= amount
      link.operations -= 1
      if (took) this.arrived(topUp)
      else this.use(topUp.counters, -amount)
      if (topUp.payment !== undefined) this.funded(topUp.payment, took)
    } else if ((topUp.state === "completed") !== took && !topUp.contradicted) {
      topUp.contradicted = true
      const against = `asset:bank:${link.bank}`
      if (took) this.suspend("topUp", of, { amount, against, direction: "in" })
    }
  }

  /** What the bank was debited for comes in. */
  arrived({ account, amount, fee, link }: TopUp): void {
    this.book({ [`asset:bank:${link.bank}`]: amount })
    this.credited(account, amount, fee)
  }

  /** The payment that waited for a top-up goes on with what is there, or comes to nothing. */
  funded(payment: Payment, took: boolean): void {
    const { account, amount, fee, slip } = payment
    const canGoOn = took && this.barred(account) === undefined && this.contracted.get(slipAt(slip).biller) === true
    const drawn = canGoOn ? this.drawn(account, amount + fee) : "unfunded"
    if (typeof drawn === "string") this.unpaid(payment)
    else this.paid(Object.assign(payment, drawn))
  }

  deposit({ amount: asked, chain, person, quote, way }: StepOf<"deposit">): Decide {
    const account = this.accountOf(person)
    const quoted = this.fee("topUp", asked, { way }) + (quote === "wrong" ? 1 : 0)
    const isStore = way === "convenienceStore"
    return (changed) => {
      const amount = asked + (changed ? 1000 : 0)
      const bar = this.barred(account)
      if (bar !== undefined || account === undefined) return bar ?? ""
      if (isStore && chain === "ministop") return "ChainNotAccepted"
      const fee = this.fee("topUp", amount, { way })
      if (quoted !== fee) return "QuoteChanged fee"
      if (amount <= fee) return "FeeExceedsAmount"
      const barred = this.barredIn(account, way, amount)
      if (barred !== undefined) return barred
      const counters = this.counters(account, "topUp", way)
      const n = this.depositTopUps.length
      const common = { n, account, amount, fee, at: this.now, due: dayAfter(this.now, 3), counters }
      const fresh = { state: "awaiting", issued: false, raised: false } as const
      this.depositTopUps.push({ ...common, ...(isStore ? { chain } : {}), ...fresh })
      this.providers.make("number", n, `${amount}`, this.now)
      account.flying.topUp += amount
      this.use(counters, amount)
      return "awaiting"
    }
  }

  /** Value is loaded at a counter: there at once, and owed by the merchant. */
  shop({ amount: asked, person, quote }: StepOf<"shop">): Decide {
    const account = this.accountOf(person)
    const quoted = this.fee("topUp", asked, { way: "shop" }) + (quote === "wrong" ? 1 : 0)
    return (changed) => {
      const amount = asked + (changed ? 1000 : 0)
      const bar = this.barred(account)
      if (bar !== undefined || account === undefined) return bar ?? ""
      const fee = this.fee("topUp", amount, { way: "shop" })
      if (quoted !== fee) return "QuoteChanged fee"
      if (amount <= fee) return "FeeExceedsAmount"
      const barred = this.barredIn(account, "shop", amount)
      if (barred !== undefined) return barred
      this.use(this.counters(account, "topUp", "shop"), amount)
      this.book({ "asset:shop:merchant-1": amount })
      this.credited(account, amount, fee)
      return "shop"
    }
  }

  /** A top-up that is not paid in and never will be: no longer in flight, and its limits are free. */
  lapsed(topUp: DepositTopUp, state: "expired" | "failed"): void {
    topUp.state = state
    topUp.account.flying.topUp -= topUp.amount
    this.use(topUp.counters, -topUp.amount)
  }

  numberAnswered(of: number, issued: boolean): void {
    const topUp = this.depositTopUps[of]
    if (topUp === undefined) return
    this.providers.answer("number", of)
    if (topUp.issued) return
    if (issued) topUp.issued = true
    else if (topUp.state === "awaiting") this.lapsed(topUp, "failed")
  }

  /** Somebody pays in: for the number of a top-up, where the collector has issued one, or for a number that nobody issued. */
  deposited({ how, of: n }: StepOf<"deposited">): string {
    if (how === "reportedAgain") return fromLast(this.deposits, n)?.outcome ?? "nothing"
    const topUp = how === "unknownNumber" ? undefined : fromLast(this.depositTopUps, n)
    const request = topUp === undefined ? undefined : this.providers.find("number", topUp.n)
    const isIssued = this.providers.truth(request, this.now) === "done"
    if (how !== "unknownNumber" && !isIssued) return "no number"
    const amount = topUp === undefined ? 777 : topUp.amount + (how === "otherAmount" ? 100 : 0)
    const number = this.deposits.length
    const outcome = this.paidIn(topUp, amount, number)
    this.deposits.push({ n: number, amount, outcome })
    return outcome
  }

  /** Books a deposit: credited, or in suspense with its cause. */
  paidIn(topUp: DepositTopUp | undefined, amount: number, deposit: number): string {
    const against = `asset:receivable:collector${topUp?.chain === undefined ? "" : `:${topUp.chain}`}`
    const cause = this.causeOf(topUp, amount)
    if (cause !== undefined || topUp === undefined) {
      this.suspend("deposit", deposit, { amount, against, direction: "in" })
      return cause ?? ""
    }
    topUp.state = "completed"
    topUp.account.flying.topUp -= amount
    this.book({ [against]: amount })
    this.credited(topUp.account, amount, topUp.fee)
    return "credited"
  }

  causeOf(topUp: DepositTopUp | undefined, amount: number): string | undefined {
    if (topUp === undefined) return "unknownNumber"
    if (topUp.state !== "awaiting") return reasons[topUp.state]
    if (this.now > endOf(topUp.due)) return "afterDueDate"
    return amount === topUp.amount ? undefined : "otherAmount"
  }

  /** Ends a top-up whose due date is over. */
  overdue(topUp: DepositTopUp): void {
    if (topUp.state === "awaiting" && this.now > endOf(topUp.due)) this.lapsed(topUp, "expired")
  }
}
