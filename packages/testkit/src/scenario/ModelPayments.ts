/**
 * The model's payments of slips, with or without an exact top-up, and what stands in suspense.
 */
import { billers, slipAt } from "./Cast.ts"
import type { Account, Progress } from "./ModelAccounts.ts"
import { endOf } from "./ModelCalendar.ts"
import { type Decide, type Link, ModelLinks } from "./ModelLinks.ts"
import { fromLast, type StepOf } from "./Steps.ts"

export interface Payment {
  readonly n: number
  readonly account: Account
  readonly slip: number
  readonly amount: number
  readonly fee: number
  fromCash: number
  fromMoney: number
  readonly counters: ReadonlyArray<string>
  readonly at: number
  state: Progress | "funding"
  raised: boolean
}

/** What the bank is to be debited for so that a payment can go on. */
export interface Plan {
  readonly link: Link
  readonly amount: number
  readonly fee: number
  readonly shortfall: number
}

/** An amount in suspense, and where it stands on the other side. */
export interface Item {
  readonly amount: number
  readonly against: string
  readonly direction: "in" | "out"
  state: "open" | "credited" | "returned"
}
/** What an item can be about, in the order in which items are numbered. */
const subjects = ["topUp", "payout", "deposit"] as const
export type Subject = (typeof subjects)[number]

const isSame = (one: Plan, other: Plan | undefined): boolean =>
  one.link === other?.link && one.amount === other.amount && one.fee === other.fee && one.shortfall === other.shortfall

export abstract class ModelPayments extends ModelLinks {
  readonly payments: Array<Payment> = []
  readonly bills = new Map<number, "inPayment" | "paid">()
  readonly items = new Map<string, Item>()

  /** Debits a link, for a payment where one is named. */
  abstract debited(plan: Pick<Plan, "link" | "amount" | "fee">, payment?: Payment): void

  /** Keeps in suspense what came or went without a cause. */
  suspend(subject: Subject, of: number, item: Omit<Item, "state">): void {
    this.items.set(`${subject} ${of}`, { ...item, state: "open" })
    const sign = item.direction === "in" ? 1 : -1
    const stands = item.direction === "in" ? "liability:suspense" : "asset:suspense"
    this.book({ [item.against]: sign * item.amount, [stands]: item.amount })
  }

  /** An item by number: those about top-ups, then those about payouts, then those about deposits. */
  itemAt(n: number): Item | undefined {
    const numberOf = (name: string): number => Number(name.split(" ")[1])
    const inOrder = subjects.flatMap((subject) =>
      [...this.items]
        .filter(([name]) => name.startsWith(subject))
        .toSorted(([a], [b]) => numberOf(a) - numberOf(b))
        .map(([, item]) => item)
    )
    return fromLast(inOrder, n)
  }

  resolve({ item: n, to }: StepOf<"resolve">): Decide {
    const item = this.itemAt(n)
    const account = typeof to === "number" ? this.accountOf(to) : undefined
    return () => {
      if (item === undefined) return "nothing"
      if (item.state !== "open") return `SuspenseItemResolved ${item.state}`
      const { against, amount, direction } = item
      if (to === "returned") {
        const sign = direction === "in" ? -1 : 1
        this.book({ [against]: sign * amount, [direction === "in" ? "liability:suspense" : "asset:suspense"]: -amount })
        item.state = "returned"
        return item.state
      }
      if (direction === "out") return "SuspenseNotCreditable"
      const bar = this.barred(account)
      if (bar !== undefined || account === undefined) return bar ?? ""
      const above = this.aboveCap(account, amount)
      if (above !== undefined) return above
      this.book({ "liability:suspense": -amount })
      this.credited(account, amount, 0)
      item.state = "credited"
      return item.state
    }
  }

  /** What paying a slip costs now, or why it cannot be paid. */
  quote(slip: number): number | string {
    const { amount, biller, due, misread } = slipAt(slip)
    if (misread === true) return "BarcodeInvalid checkDigit"
    if (this.contracted.get(biller) !== true) return "BillerNotContracted"
    if (due !== undefined && this.now > endOf(due)) return "BillExpired"
    if (amount > Math.min(this.policy.slipMaximum, billers[biller]?.slipMaximum ?? Infinity))
      return "AmountAboveMaximum"
    const state = this.bills.get(slip)
    return state === undefined ? this.fee("payment", amount, { way: "barcode" }) : `BillAlreadyPaid ${state}`
  }
  readonly contracted = new Map<number, boolean>()

  /** The least that the bank can be debited for so that the balances cover what is needed; none where they do, or where it cannot be. */
  plan(account: Account, needed: number): Plan | undefined {
    const shortfall = needed - this.spendable(account) - account.money
    const link = account.exact === undefined ? undefined : this.links[account.exact]
    if (shortfall <= 0 || link?.state !== "registered" || this.bankCloses(link.bank) !== undefined) return undefined
    const { minimum = 1, step = 1 } = this.policy.banks[link.bank] ?? {}
    const most = this.policy.limits[account.kind].balance
    const steps = Math.max(0, Math.ceil((shortfall - minimum) / step))
    for (let amount = minimum + steps * step; amount <= most; amount += step) {
      const fee = this.fee("topUp", amount, { bank: link.bank, way: "bank" })
      if (amount - fee >= shortfall) return { link, amount, fee, shortfall }
    }
    return undefined
  }

  /** The exact top-up that is shown with a quote. */
  planShown(account: Account | undefined, needed: number): Plan | undefined {
    if (account === undefined || this.barred(account) !== undefined) return undefined
    const plan = this.plan(account, needed)
    return plan !== undefined && this.barredIn(account, "bank", plan.amount) === undefined ? plan : undefined
  }

  pay({ exact, person, quote: wish, slip }: StepOf<"pay">): Decide {
    const account = this.accountOf(person)
    const shown = this.quote(slip)
    const { amount } = slipAt(slip)
    const confirmed = exact && typeof shown === "number" ? this.planShown(account, amount + shown) : undefined
    return (changed) => {
      const bar = this.barred(account)
      if (bar !== undefined || account === undefined) return bar ?? ""
      const fee = this.quote(slip)
      if (typeof fee === "string") return fee
      if (typeof shown === "string") return "QuoteChanged payee"
      if (shown + (wish === "wrong" ? 1 : 0) + (changed ? 1 : 0) !== fee) return "QuoteChanged fee"
      const over = this.limited(account, "payment", "barcode", amount)
      if (over !== undefined) return over
      if (confirmed !== undefined) {
        if (!isSame(confirmed, this.plan(account, amount + fee))) return "QuoteChanged topUp"
        const barred = this.barredIn(account, "bank", confirmed.amount)
        if (barred !== undefined) return barred
        const payment = this.accepted(account, slip, fee)
        this.bills.set(slip, "inPayment")
        account.flying.payment += amount
        this.debited(confirmed, payment)
        return "funding"
      }
      const drawn = this.drawn(account, amount + fee)
      if (typeof drawn === "string") return drawn
      return this.paid(Object.assign(this.accepted(account, slip, fee), drawn))
    }
  }

  accepted(account: Account, slip: number, fee: number): Payment {
    const { amount } = slipAt(slip)
    const counters = this.counters(account, "payment", "barcode")
    this.use(counters, amount)
    const drawn = { fromCash: 0, fromMoney: 0 }
    const common = { n: this.payments.length, account, slip, amount, fee, counters, at: this.now, raised: false }
    const payment: Payment = { ...common, ...drawn, state: "funding" }
    this.payments.push(payment)
    return payment
  }

  /** A payment has drawn what it needs: it is done, or the biller's system is told. */
  paid(payment: Payment): string {
    const { account, amount, fee, n, slip, state } = payment
    const biller = billers[slipAt(slip).biller]
    this.book({ [`liability:merchant:${biller?.code}`]: amount, "revenue:fees": fee })
    const wasInFlight = this.bills.get(slip) === "inPayment" && state === "funding"
    if (biller?.online === true) {
      this.providers.make("bill", n, `${amount}`, this.now)
      if (!wasInFlight) account.flying.payment += amount
      payment.state = "processing"
      this.bills.set(slip, "inPayment")
    } else {
      if (wasInFlight) account.flying.payment -= amount
      payment.state = "completed"
      this.bills.set(slip, "paid")
    }
    return payment.state
  }

  /** A payment comes to nothing; its bill can be paid again, and its limits are free. */
  unpaid(payment: Payment): void {
    payment.state = "failed"
    payment.account.flying.payment -= payment.amount
    this.bills.delete(payment.slip)
    this.use(payment.counters, -payment.amount)
  }

  billerAnswered(of: number, took: boolean): void {
    const payment = this.payments[of]
    if (payment?.state !== "processing") return
    const { account, amount, fee, fromCash, fromMoney, slip } = payment
    this.providers.answer("bill", of)
    if (took) {
      payment.state = "completed"
      account.flying.payment -= amount
      this.bills.set(slip, "paid")
      return
    }
    this.unpaid(payment)
    this.book({ [`liability:merchant:${billers[slipAt(slip).biller]?.code}`]: -amount, "revenue:fees": -fee })
    account.money += fromMoney
    if (fromCash > 0) this.returned(account, fromCash)
  }
}
