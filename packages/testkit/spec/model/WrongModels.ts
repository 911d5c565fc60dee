/**
 * Wallets that are wrong in one thing each, as models: a history has to tell every one of them from the real wallet.
 */
import { Model } from "../../src/scenario/Model.ts"
import type { Account } from "../../src/scenario/ModelAccounts.ts"
import type { Decide, Link, Procedure } from "../../src/scenario/ModelLinks.ts"
import type { Item, Payment, Subject } from "../../src/scenario/ModelPayments.ts"
import type { Payout } from "../../src/scenario/ModelPayouts.ts"
import type { DepositTopUp, TopUp } from "../../src/scenario/ModelTopUps.ts"
import { fromLast, type Hearing, type StepOf } from "../../src/scenario/Steps.ts"

/** Cash can be spent for ever. */
export class IgnoresExpiry extends Model {
  override spendable({ cash }: Account): number {
    return cash
  }
}

/** Cash that expired and was not swept is there again after the next top-up. */
export class RevivesExpired extends Model {
  override returned(account: Account, cash: number): void {
    const expired = account.cash - this.spendable(account)
    super.returned(account, cash)
    account.cash += expired
  }
}

/** A debit that is reported once more is credited once more. */
export class CreditsAgain extends Model {
  override debitAnswered(of: number, took: boolean): void {
    const topUp = this.topUps[of]
    const isAgain = topUp?.state === "completed" && took
    super.debitAnswered(of, took)
    if (isAgain) this.arrived(topUp)
  }
}

/** A debit that comes after its refusal disappears. */
export class LosesLateDebits extends Model {
  override debitAnswered(of: number, took: boolean): void {
    if (this.topUps[of]?.state !== "failed") super.debitAnswered(of, took)
  }
}

/** What the biller refused is not given back. */
export class KeepsRefusedPayments extends Model {
  override billerAnswered(of: number, took: boolean): void {
    const before = this.payments[of]?.account.money ?? 0
    super.billerAnswered(of, took)
    const payment = this.payments[of]
    if (payment !== undefined) payment.account.money = before
  }
}

/** A key that is sent again is decided again. */
export class ForgetsKeys extends Model {
  override again(step: StepOf<"again">): string {
    const keyed = fromLast(this.keyed, step.step)
    return keyed === undefined ? super.again(step) : this.decided(keyed, step.changed)
  }
}

/** What is on its way does not count against the cap of the balance. */
export class ForgetsWhatIsInFlight extends Model {
  override aboveCap(account: Account, amount: number): string | undefined {
    const { topUp } = account.flying
    account.flying.topUp = 0
    const outcome = super.aboveCap(account, amount)
    account.flying.topUp = topUp
    return outcome
  }
}

/** The bank is debited for a payment, and the payment is forgotten. */
export class LosesFundedPayments extends Model {
  override funded(payment: Payment, took: boolean): void {
    if (took) this.unpaid(payment)
    else super.funded(payment, took)
  }
}

/** What the bank refused to credit comes back twice. */
export class ReturnsPayoutsTwice extends Model {
  override settled(payout: Payout, made: boolean): void {
    super.settled(payout, made)
    if (!made) payout.account.money += payout.amount + payout.fee
  }
}

/** A payout that failed costs its fee all the same. */
export class KeepsPayoutFees extends Model {
  override settled(payout: Payout, made: boolean): void {
    super.settled(payout, made)
    if (made) return
    payout.account.money -= payout.fee
    this.book({ "revenue:fees": payout.fee })
  }
}

/** Payouts draw on cash where money does not suffice. */
export class PaysOutCash extends Model {
  override payout(step: StepOf<"payout">): Decide {
    const account = this.accountOf(step.person)
    const decide = super.payout(step)
    return (changed) => {
      if (account === undefined) return decide(changed)
      const cash = this.spendable(account)
      account.money += cash
      const outcome = decide(changed)
      if (outcome === "processing" && account.money < cash) {
        account.cash -= cash - account.money
        account.money = 0
      } else account.money -= cash
      return outcome
    }
  }
}

/** A deposit for a number that was paid already is credited once more. */
export class CreditsDepositsTwice extends Model {
  override causeOf(topUp: DepositTopUp | undefined, amount: number): string | undefined {
    const cause = super.causeOf(topUp, amount)
    return cause === "alreadyCompleted" ? undefined : cause
  }
}

/** A link whose day was over stays as it is when the bank reports it as done. */
export class ForgetsReleasedLinks extends Model {
  override registered(procedure: Procedure, said: { readonly name: string; readonly factors: number }) {
    return procedure.link.state === "provisional" ? undefined : super.registered(procedure, said)
  }
}

/** Top-ups that expire keep what they used of the limits. */
export class KeepsExpiredUsage extends Model {
  override overdue(topUp: DepositTopUp): void {
    const before = topUp.state
    super.overdue(topUp)
    if (before !== topUp.state) this.use(topUp.counters, topUp.amount)
  }
}

/** A process that ended between asking and recording has the bank debited once more. */
export class DebitsAgainAfterCrashes extends Model {
  readonly unheard = new Set<number>()
  override dispatch(hearing: Hearing): string {
    const outcome = super.dispatch(hearing)
    if (hearing === "clear") return outcome
    for (const { doneAt, kind, of, answered } of this.providers.requests) {
      if (kind === "debit" && !answered && doneAt !== undefined) this.unheard.add(of)
    }
    return outcome
  }
  override arrived(topUp: TopUp): void {
    super.arrived(topUp)
    if (this.unheard.delete(topUp.n)) super.arrived(topUp)
  }
}

/** The fee of a top-up is taken and booked nowhere. */
export class LosesFees extends Model {
  override credited(account: Account, amount: number, fee: number): void {
    super.credited(account, amount, fee)
    this.book({ "revenue:fees": -fee })
  }
}

/** What came without a cause is kept as earned. */
export class SwallowsSuspense extends Model {
  override suspend(subject: Subject, of: number, item: Omit<Item, "state">): void {
    super.suspend(subject, of, item)
    if (item.direction === "in") this.book({ "liability:suspense": -item.amount, "revenue:fees": item.amount })
  }
}

/** A link can be removed while something is in progress on it. */
export class RemovesUsedLinks extends Model {
  override remove(step: StepOf<"remove">): Decide {
    const link: Link | undefined = this.linkAt(step.link)
    const decide = super.remove(step)
    return (changed) => {
      const open = link?.operations ?? 0
      if (link !== undefined) link.operations = 0
      const outcome = decide(changed)
      if (link !== undefined) link.operations = open
      return outcome
    }
  }
}
