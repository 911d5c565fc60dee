/**
 * Wallets that are wrong in one thing each, as models: a history has to tell every one of them from the real wallet.
 */
import { Model } from "../../src/scenario/Model.ts"
import type { Account } from "../../src/scenario/ModelRecords.ts"
import type { Step } from "../../src/scenario/Steps.ts"

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
    if (isAgain) this.credited(topUp.account, topUp.amount, topUp.bank, topUp.fee)
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
  override again(step: Extract<Step, { readonly do: "again" }>): string {
    const keyed = this.keyed[step.step % this.keyed.length]
    return keyed === undefined ? super.again(step) : this.decided(keyed, step.changed)
  }
}

/** What is on its way does not count against the cap of the balance. */
export class ForgetsWhatIsInFlight extends Model {
  override topUp(step: Extract<Step, { readonly do: "topUp" }>): (changed: boolean) => string {
    const decide = super.topUp(step)
    return (changed) => {
      const all = this.accounts.map((account) => account?.inFlight ?? 0)
      for (const account of this.accounts) if (account !== undefined) account.inFlight = 0
      const outcome = decide(changed)
      this.accounts.forEach((account, n) => {
        if (account !== undefined) account.inFlight += all[n] ?? 0
      })
      return outcome
    }
  }
}
