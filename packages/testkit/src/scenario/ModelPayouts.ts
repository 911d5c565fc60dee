/**
 * The model's payouts: asked of the bank one by one, or in files.
 */
import type { Account, Progress } from "./ModelAccounts.ts"
import { endOf, dayOf } from "./ModelCalendar.ts"
import type { Decide, Link } from "./ModelLinks.ts"
import { ModelTopUps } from "./ModelTopUps.ts"
import { fromLast, type StepOf } from "./Steps.ts"

/** How long a payout waits for a file before it is raised. */
const waitingMillis = 3 * 86_400_000

export interface Payout {
  readonly n: number
  readonly account: Account
  readonly link: Link
  readonly amount: number
  readonly fee: number
  readonly at: number
  readonly counters: ReadonlyArray<string>
  readonly isByFile: boolean
  /** The day of the transfer of its file. */
  transferOn?: string
  state: Progress
  raised: boolean
  contradicted: boolean
}

export class ModelPayouts extends ModelTopUps {
  readonly payouts: Array<Payout> = []
  readonly batches: Array<ReadonlyArray<Payout>> = []

  payout({ amount: asked, person, quote }: StepOf<"payout">): Decide {
    const account = this.accountOf(person)
    const linkNow = (): Link | undefined => (account?.payee === undefined ? undefined : this.links[account.payee])
    const shown = linkNow()
    const quoted =
      (shown === undefined ? 0 : this.fee("payout", asked, { bank: shown.bank })) + (quote === "wrong" ? 1 : 0)
    return (changed) => {
      const amount = asked + (changed ? 1000 : 0)
      const bar = this.barred(account)
      if (bar !== undefined || account === undefined) return bar ?? ""
      if (account.kind !== "money") return "PayoutNotAllowed cashAccount"
      const link = linkNow()
      if (link === undefined) return "PayoutNotAllowed noPayoutAccount"
      const closed = this.bankCloses(link.bank)
      if (closed !== undefined) return closed
      const fee = this.fee("payout", amount, { bank: link.bank })
      if (quoted !== fee) return "QuoteChanged fee"
      const { maximum } = this.policy.wallet.payout
      if (amount > maximum) return `LimitExceeded perOperation ${maximum}`
      const over = this.limited(account, "payout", "bank", amount)
      if (over !== undefined) return over
      if (amount + fee > account.money) return `InsufficientBalance ${amount + fee - account.money}`
      this.reserved(account, link, amount, fee)
      return "processing"
    }
  }

  reserved(account: Account, link: Link, amount: number, fee: number): void {
    const n = this.payouts.length
    const counters = this.counters(account, "payout", "bank")
    const isByFile = this.policy.banks[link.bank]?.payouts === "file"
    const fresh = { state: "processing", raised: false, contradicted: false } as const
    this.payouts.push({ n, account, link, amount, fee, at: this.now, counters, isByFile, ...fresh })
    if (!isByFile) this.providers.make("credit", n, `${amount}`, this.now)
    account.money -= amount + fee
    this.book({ "liability:payout-in-transit": amount, "liability:fees-held": fee })
    account.flying.payout += amount
    link.operations += 1
    this.use(counters, amount)
  }

  /** Files of transfers are paid from the operator's own account, anything else by the bank that credits it. */
  paidFrom({ isByFile, link }: Payout): string {
    return `asset:bank:${isByFile ? this.policy.wallet.payout.requester?.bank : link.bank}`
  }

  /** The bank says what became of a credit: the first word counts, the opposite of it is an affair of its own. */
  creditAnswered(of: number, made: boolean): void {
    const payout = this.payouts[of]
    if (payout === undefined) return
    const { amount } = payout
    this.providers.answer("credit", of)
    if (payout.state === "processing") this.settled(payout, made)
    else if ((payout.state === "completed") !== made && !payout.contradicted) {
      payout.contradicted = true
      this.suspend("payout", of, { amount, against: this.paidFrom(payout), direction: made ? "out" : "in" })
    }
  }

  settled(payout: Payout, made: boolean): void {
    const { account, amount, counters, fee, link } = payout
    payout.state = made ? "completed" : "failed"
    account.flying.payout -= amount
    link.operations -= 1
    this.book({ "liability:payout-in-transit": -amount, "liability:fees-held": -fee })
    if (made) this.book({ [this.paidFrom(payout)]: -amount, "revenue:fees": fee })
    else {
      this.use(counters, -amount)
      account.money += amount + fee
    }
  }

  /** A file of the payouts that wait for one, to be transferred today. */
  batch(): string {
    const waiting = this.payouts.filter(
      (one) => one.isByFile && one.state === "processing" && one.transferOn === undefined
    )
    if (waiting.length === 0) return "NoPayoutsWaiting"
    for (const payout of waiting) Object.assign(payout, { transferOn: dayOf(this.now), raised: false })
    this.batches.push(waiting)
    return `batch of ${waiting.length}`
  }

  /** Reads the results of a file. */
  results({ batch: n, lines }: StepOf<"results">): string {
    const batch = fromLast(this.batches, n)
    if (batch === undefined) return "nothing"
    const said = batch.map((payout, place) => ({ payout, line: lines[place % lines.length] ?? "missing" }))
    for (const { line, payout } of said) if (line !== "missing") this.creditAnswered(payout.n, line === "done")
    const count = (line: string): number => said.filter((one) => one.line === line).length
    return `credited ${count("done")}, refused ${count("refused")}`
  }

  /** Whether a payout has had no answer for too long: one in a file from the day after its transfer on. */
  isOverdue({ at, isByFile, state, transferOn }: Payout): boolean {
    if (state !== "processing" || at >= this.now - 30 * 60_000) return false
    if (!isByFile) return true
    return transferOn === undefined ? this.now >= at + waitingMillis : this.now > endOf(transferOn)
  }
}
