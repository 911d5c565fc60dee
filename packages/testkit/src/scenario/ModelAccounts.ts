/**
 * The model's accounts: who has what, what limits and fees say, and when cash expires.
 */
import type { OperationLimits, Policy } from "@kinchaku/domain/policy/Policy"
import { people, policyAt } from "./Cast.ts"
import { dayOf, endOfMonth, endTwoYearsAfter, minuteOf, nextLeapDay } from "./ModelCalendar.ts"
import { Providers } from "./ModelProviders.ts"
import type { Jump } from "./Steps.ts"

export type Progress = "processing" | "completed" | "failed"
/** What can be limited, and be in flight. */
export type Operation = "topUp" | "payment" | "payout"

export interface Account {
  /** Its number, in the order of opening. */
  readonly n: number
  readonly person: number
  kind: "cash" | "money"
  standing: "active" | "stopped" | "closed"
  cash: number
  money: number
  expires?: number
  /** What is accepted and not settled yet. */
  readonly flying: Record<Operation, number>
  /** Bank accounts that were registered ever. */
  registrations: number
  /** The numbers of the links that are set for exact top-ups and for payouts, and the one that was chosen last for payouts. */
  exact?: number
  payee?: number
  chosen?: { readonly link: number; readonly at: number }
}

export class ModelAccounts {
  now: number
  policy: Policy = policyAt(0)
  readonly accounts: Array<Account> = []
  readonly used = new Map<string, number>()
  readonly ledger = new Map<string, number>()
  readonly providers = new Providers()
  readonly proofs = new Map<number, { readonly until: number }>()

  constructor(startsAt: number) {
    this.now = startsAt
  }

  /** The account of a person: the one that was opened last. */
  accountOf(person: number): Account | undefined {
    return this.accounts.findLast((account) => account.person === person % people.length)
  }

  /** Why an account may do nothing now. */
  barred(account: Account | undefined): string | undefined {
    if (account === undefined) return "AccountNotFound"
    if (account.standing === "active") return undefined
    return account.standing === "stopped" ? "AccountStopped" : "AccountClosed"
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

  /** Value comes in, to the balance of the account's kind. */
  credited(account: Account, amount: number, fee: number): void {
    this.book({ "revenue:fees": fee })
    if (account.kind === "money") account.money += amount - fee
    else this.returned(account, amount - fee)
  }

  /** Draws from cash, then from money; where they do not cover it, nothing is drawn, and what lacks is said. */
  drawn(account: Account, amount: number): { readonly fromCash: number; readonly fromMoney: number } | string {
    const fromCash = Math.min(amount, this.spendable(account))
    const fromMoney = amount - fromCash
    if (fromMoney > account.money) return `InsufficientBalance ${fromMoney - account.money}`
    account.cash -= fromCash
    account.money -= fromMoney
    if (fromCash > 0) account.expires = endTwoYearsAfter(this.now)
    return { fromCash, fromMoney }
  }

  book(amounts: Readonly<Record<string, number>>): void {
    for (const [account, amount] of Object.entries(amounts)) {
      this.ledger.set(account, (this.ledger.get(account) ?? 0) + amount)
    }
  }

  /** The counters of now: day and month, of all ways and of one. */
  counters({ n }: Account, operation: Operation, way: string): ReadonlyArray<string> {
    const [day, month] = [dayOf(this.now), dayOf(this.now).slice(0, 7)]
    return [`${n} ${operation} ${day}`, `${n} ${operation} ${month}`].flatMap((all) => [all, `${all} ${way}`])
  }

  /** What is in flight, and what is used of the day and of the month. */
  usedNow(account: Account, operation: Operation): ReadonlyArray<number> {
    const [day = "", , month = ""] = this.counters(account, operation, "")
    return [account.flying[operation], this.used.get(day) ?? 0, this.used.get(month) ?? 0]
  }

  use(counters: ReadonlyArray<string>, amount: number): void {
    for (const counter of counters) this.used.set(counter, (this.used.get(counter) ?? 0) + amount)
  }

  /** The limit that an amount would pass, and what remains of it. */
  limited(account: Account, operation: Operation, way: string, amount: number): string | undefined {
    const limits: OperationLimits = this.policy.limits[account.kind][operation]
    const [day, dayOfWay, month, monthOfWay] = this.counters(account, operation, way)
    const before = (counter = ""): number => this.used.get(counter) ?? 0
    const scopes = [
      { caps: limits, day, month },
      { caps: limits.byWay?.[way] ?? {}, day: dayOfWay, month: monthOfWay }
    ]
    for (const { caps, ...counted } of scopes) {
      const found = [
        ["perOperation", caps.perOperation, 0],
        ["perDay", caps.perDay, before(counted.day)],
        ["perMonth", caps.perMonth, before(counted.month)]
      ] as const
      for (const [name, cap = Infinity, used] of found) {
        if (used + amount > cap) return `LimitExceeded ${name} ${Math.max(cap - used, 0)}`
      }
    }
    return undefined
  }

  /** Why a top-up of a way may not come in: its limits, and the cap of the balance. */
  barredIn(account: Account, way: string, amount: number): string | undefined {
    return this.limited(account, "topUp", way, amount) ?? this.aboveCap(account, amount)
  }

  aboveCap(account: Account, amount: number): string | undefined {
    const { balance } = this.policy.limits[account.kind]
    const before = this.spendable(account) + account.money + account.flying.topUp
    return before + amount > balance ? `BalanceCapExceeded ${Math.max(balance - before, 0)}` : undefined
  }

  /** The fee of the first row that fits; a percentage of at most three places, in whole thousandths. */
  fee(
    operation: string,
    amount: number,
    { bank, way }: { readonly bank?: string; readonly way?: string } = {}
  ): number {
    const row = this.policy.fees.find(
      (rule) =>
        rule.function === operation &&
        (rule.bank ?? bank) === bank &&
        (rule.way ?? way) === way &&
        (rule.from ?? 0) <= amount &&
        amount <= (rule.to ?? amount)
    )
    const thousandths = amount * Math.round(Number(row?.rate ?? 0) * 1000)
    const part =
      this.policy.feeRounding === "halfUp" ? Math.floor((thousandths + 500) / 1000) : Math.floor(thousandths / 1000)
    return (row?.fixed ?? 0) + part
  }

  /** Why a bank takes part in nothing now. */
  bankCloses(bank: string): string | undefined {
    const terms = this.policy.banks[bank]
    if (terms === undefined) return "BankUnknown notOffered"
    if (terms.maintenance.some(({ from, to }) => from <= this.now && this.now < to))
      return "BankUnavailable maintenance"
    const minute = minuteOf(this.now)
    if (bank === "9998" && (minute < 8 * 60 || minute >= 21 * 60)) return "BankUnavailable outsideServiceHours"
    return undefined
  }

  /** Where a jump of the clock leads. */
  target(to: Jump): number {
    if (typeof to === "number") return this.now + to * 60_000
    if (to === "monthEnd") return endOfMonth(this.now)
    if (to === "leapDay") return nextLeapDay(this.now)
    if (to === "twoYears") return endTwoYearsAfter(this.now) + 1
    const moments = this.accounts.map((account) => account.expires ?? 0).filter((expires) => expires > this.now)
    return moments.length === 0 ? this.now : Math.min(...moments) + (to === "lastMoment" ? 0 : 1)
  }
}
