/**
 * The model's holders: who opens an account, proves to be somebody, is stopped, and closes it.
 */
import type { Account } from "./ModelAccounts.ts"
import type { Decide } from "./ModelLinks.ts"
import { ModelPayouts } from "./ModelPayouts.ts"
import type { StepOf } from "./Steps.ts"

const refusals = {
  expired: "CertificateExpired",
  notYetValid: "CertificateExpired",
  untrusted: "CertificateUntrusted",
  revoked: "CertificateRevoked",
  unchecked: "CertificateUnchecked",
  challengeInvalid: "ChallengeInvalid"
} as const
export class ModelHolders extends ModelPayouts {
  /** Addresses that somebody has, or had; numbers go with them. */
  readonly contacts = new Set<number>()

  open({ contacts, person, proved, verdict }: StepOf<"open">): Decide {
    const isProved = this.proves(contacts)
    return (changed) => {
      const found = changed ? "expired" : verdict
      if (found !== "verified") return refusals[found]
      if (!proved || !isProved()) return "ContactUnproven"
      const before = this.accountOf(person)
      if (before !== undefined && before.standing !== "closed") return "AccountAlreadyExists"
      if (this.contacts.has(contacts)) return "EmailTaken"
      const flying = { topUp: 0, payment: 0, payout: 0 }
      const fresh = { kind: "cash", standing: "active", cash: 0, money: 0, flying, registrations: 0 } as const
      this.accounts.push({ n: this.accounts.length, person, ...fresh })
      this.contacts.add(contacts)
      return "cash"
    }
  }

  verify({ by, person, verdict }: StepOf<"verify">): Decide {
    const account = this.accountOf(person)
    return (changed) => {
      const found = changed ? "expired" : verdict
      // Whoever proves nothing learns nothing of the account (SEC-01).
      if (found !== "verified") return refusals[found]
      if (account === undefined) return "AccountNotFound"
      if (by !== account.person) return "CertificateOfAnother"
      const bar = this.barred(account)
      if (bar !== undefined) return bar
      account.kind = "money"
      return "money"
    }
  }

  standing({ person, to }: StepOf<"standing">): Decide {
    const account = this.accountOf(person)
    return () => {
      if (account === undefined) return "AccountNotFound"
      if (to === "closed") return this.barred(account) ?? this.close(account)
      if (account.standing === "closed") return "AccountClosed"
      if (account.standing === to) return to === "stopped" ? "AccountStopped" : "AccountNotStopped"
      account.standing = to
      return to
    }
  }

  close(account: Account): string {
    const { flying } = account
    if (flying.topUp + flying.payment + flying.payout > 0) return "OperationsInProgress"
    const balance = this.spendable(account) + account.money
    const limit = this.policy.account.closingLimit
    if (account.kind === "money" && balance > limit) return `BalanceAboveClosingLimit ${limit}`
    this.expire(account)
    this.book({ "revenue:breakage:cash": account.cash, "revenue:breakage:money": account.money })
    account.cash = 0
    account.money = 0
    for (const link of this.links) {
      if (link.account === account && /^(provisional|inProcedure|registered)$/.test(link.state)) this.ended(link)
    }
    account.standing = "closed"
    return "closed"
  }
}
