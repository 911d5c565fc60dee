/**
 * The model's wallet: who has what, what limits and fees say, and what the answers of banks and billers do.
 */
import type { OperationLimits, Policy } from "@kinchaku/domain/policy/Policy"
import { dayOf, endOfMonth, endTwoYearsAfter, nextLeapDay } from "./ModelCalendar.ts"
import { Providers } from "./ModelProviders.ts"
import type { Account, Link, Payment, TopUp } from "./ModelRecords.ts"
import { billers, type Jump, numberOfHanako, people, policyAt, slipAt } from "./Steps.ts"

export class ModelWallet {
  now: number
  policy: Policy = policyAt(0)
  readonly accounts: Array<Account | undefined> = people.map(() => undefined)
  readonly links: Array<Link> = []
  readonly holders = new Map<string, number>()
  readonly topUps: Array<TopUp> = []
  readonly payments: Array<Payment> = []
  readonly bills = new Map<number, "inPayment" | "paid">()
  readonly used = new Map<string, number>()
  readonly ledger = new Map<string, number>()
  readonly providers = new Providers()
  readonly proofs = new Map<number, { readonly until: number }>()

  constructor(startsAt: number) {
    this.now = startsAt
  }

  /** Proves contacts anew; answers whether that counts at a later time: only the latest codes do, and those for an hour. */
  proves(contacts: number): () => boolean {
    const proof = { until: this.now + 3_600_000 }
    this.proofs.set(contacts, proof)
    return () => this.proofs.get(contacts) === proof && this.now <= proof.until
  }

  /** The cash that can be spent: none after its last moment. */
  spendable({ cash, expires }: Account): number {
    return expires === undefined || this.now <= expires ? cash : 0
  }

  /** Books expired cash to breakage. */
  expire(account: Account): void {
    const expired = account.cash - this.spendable(account)
    account.cash -= expired
    this.book({ "revenue:breakage:cash": expired })
  }

  /** Cash comes in: what has expired does not come back to life with it. */
  returned(account: Account, cash: number): void {
    this.expire(account)
    account.cash += cash
    account.expires = endTwoYearsAfter(this.now)
  }

  book(amounts: Readonly<Record<string, number>>): void {
    for (const [account, amount] of Object.entries(amounts)) {
      this.ledger.set(account, (this.ledger.get(account) ?? 0) + amount)
    }
  }

  /** The day and the month in which an operation of now counts. */
  periods(person: number, operation: string): ReadonlyArray<string> {
    return [dayOf(this.now), dayOf(this.now).slice(0, 7)].map((period) => `${person} ${operation} ${period}`)
  }

  use(periods: ReadonlyArray<string>, amount: number): void {
    for (const period of periods) this.used.set(period, (this.used.get(period) ?? 0) + amount)
  }

  /** The limit that an amount would pass, and what remains of it. */
  limited(limits: OperationLimits, way: string, amount: number, periods: ReadonlyArray<string>): string | undefined {
    const [day = 0, month = 0] = periods.map((period) => this.used.get(period) ?? 0)
    for (const { perDay, perMonth, perOperation } of [limits, limits.byWay?.[way] ?? {}]) {
      const caps = [
        ["perOperation", perOperation, 0],
        ["perDay", perDay, day],
        ["perMonth", perMonth, month]
      ] as const
      for (const [name, cap = Infinity, before] of caps) {
        if (before + amount > cap) return `LimitExceeded ${name} ${Math.max(cap - before, 0)}`
      }
    }
    return undefined
  }

  /** The fee of the first row that fits; a percentage of at most three places, in whole thousandths. */
  fee(operation: string, amount: number, bank?: string): number {
    const row = this.policy.fees.find(
      (rule) =>
        rule.function === operation &&
        (rule.bank ?? bank) === bank &&
        (rule.from ?? 0) <= amount &&
        amount <= (rule.to ?? amount)
    )
    const thousandths = amount * Math.round(Number(row?.rate ?? 0) * 1000)
    const part =
      this.policy.feeRounding === "halfUp" ? Math.floor((thousandths + 500) / 1000) : Math.floor(thousandths / 1000)
    return (row?.fixed ?? 0) + part
  }

  linkAnswered(of: number, ending: string): void {
    const link = this.links[of]
    const account = this.accounts[link?.person ?? -1]
    if (link === undefined || account === undefined) return
    const name = link.number === numberOfHanako ? people[2] : people[0]
    const holder = this.holders.get(`${link.bank} ${link.number}`) ?? link.person
    if (ending === "002") link.state = "refusedByBank"
    else if (ending === "003" || people[link.person] !== name) link.state = "holderNameMismatch"
    else if (ending === "004" && this.policy.linkFactorsRequired > 1) link.state = "tooFewFactors"
    else if (holder !== link.person) link.state = "bankAccountTaken"
    else if (link.fee === 0 && account.registrations >= 2 && this.fee("bankRegistration", 0, link.bank) > 0)
      link.state = "feeNotCovered"
    else if (link.fee > this.spendable(account) + account.money) link.state = "feeNotCovered"
    else {
      link.state = "registered"
      account.registrations += 1
      this.drawn(account, link.fee)
      this.book({ "revenue:fees": link.fee })
      this.holders.set(`${link.bank} ${link.number}`, link.person)
    }
  }

  /** Takes so much from what an account can spend: its cash, which lives anew then, and then its money. */
  drawn(account: Account, amount: number): void {
    const fromCash = Math.min(amount, this.spendable(account))
    account.cash -= fromCash
    account.money -= amount - fromCash
    if (fromCash > 0) account.expires = endTwoYearsAfter(this.now)
  }

  /** A procedure without a report ends the next day, and the bank is not asked about it any more. */
  release(link: Link, n: number): void {
    if (link.state !== "inProcedure" || this.now < link.releasesAt) return
    link.state = "provisional"
    const request = this.providers.find("link", n)
    if (request !== undefined) request.answered = true
  }

  /** The bank says what became of a debit: the first word counts, the opposite of it is an affair of its own. */
  debitAnswered(of: number, took: boolean): void {
    const topUp = this.topUps[of]
    if (topUp === undefined) return
    const { account, amount, bank, fee } = topUp
    const request = this.providers.find("debit", of)
    if (request !== undefined) request.answered = true
    if (topUp.state === "processing") {
      topUp.state = took ? "completed" : "failed"
      account.inFlight -= amount
      if (took) this.credited(account, amount, bank, fee)
      else this.use(topUp.periods, -amount)
    } else if ((topUp.state === "completed") !== took && !topUp.contradicted) {
      topUp.contradicted = true
      if (took) this.book({ [`asset:bank:${bank}`]: amount, "liability:suspense": amount })
    }
  }

  credited(account: Account, amount: number, bank: string, fee: number): void {
    this.book({ [`asset:bank:${bank}`]: amount, "revenue:fees": fee })
    if (account.kind === "money") account.money += amount - fee
    else this.returned(account, amount - fee)
  }

  billerAnswered(of: number, took: boolean): void {
    const payment = this.payments[of]
    if (payment === undefined) return
    const { account, amount, fee, fromCash, fromMoney, periods, slip } = payment
    payment.state = took ? "completed" : "failed"
    if (took) this.bills.set(slip, "paid")
    else {
      this.bills.delete(slip)
      this.use(periods, -amount)
      this.book({ [`liability:merchant:${billers[slipAt(slip).biller]?.code}`]: -amount, "revenue:fees": -fee })
      account.money += fromMoney
      if (fromCash > 0) this.returned(account, fromCash)
    }
  }

  /** Where a jump of the clock leads. */
  target(to: Jump): number {
    if (typeof to === "number") return this.now + to * 60_000
    if (to === "monthEnd") return endOfMonth(this.now)
    if (to === "leapDay") return nextLeapDay(this.now)
    if (to === "twoYears") return endTwoYearsAfter(this.now) + 1
    const moments = this.accounts.map((account) => account?.expires ?? 0).filter((expires) => expires > this.now)
    return moments.length === 0 ? this.now : Math.min(...moments) + (to === "lastMoment" ? 0 : 1)
  }

  /** What everybody has and everything has come to. */
  snapshot(): Record<string, string | number> {
    const seen: Record<string, string | number> = { waiting: this.providers.waiting() }
    this.accounts.forEach((account, n) => {
      if (account === undefined) return
      const { cash, expires, kind, money } = account
      seen[`person ${n}`] =
        `${kind}: cash ${this.spendable(account)} of ${cash}, money ${money}, until ${expires ?? "-"}`
    })
    this.links.forEach(({ state }, n) => (seen[`link ${n}`] = state))
    this.topUps.forEach(({ amount, contradicted, fee, raised, state }, n) => {
      const request = this.providers.find("debit", n)
      const { asked = 0, doneAt = Infinity, ending } = request ?? {}
      const truth =
        asked === 0 || doneAt === Infinity
          ? "absent"
          : doneAt > this.now
            ? "pending"
            : ending === "002"
              ? "refused"
              : "debited"
      seen[`top-up ${n}`] = [state, amount, fee, raised ? "raised" : "", contradicted ? "contradicted" : ""].join(" ")
      seen[`bank ${n}`] = `${truth}, asked ${asked}`
    })
    this.payments.forEach(({ amount, fee, fromCash, fromMoney, state }, n) => {
      seen[`payment ${n}`] = `${state} ${amount} ${fee} from cash ${fromCash} money ${fromMoney}`
    })
    for (const [account, balance] of this.ledger) if (balance !== 0) seen[account] = balance
    return seen
  }
}
