/**
 * The model's bank links: added, registered at the bank or not, set for a use, removed.
 */
import { numberOfHanako, people } from "./Cast.ts"
import { type Account, ModelAccounts } from "./ModelAccounts.ts"
import { nextMorning } from "./ModelCalendar.ts"
import { type Confirmed, fromLast, type StepOf } from "./Steps.ts"

/** How a sent step is decided, as it was sent first or changed. */
export type Decide = (changed: boolean) => string

export interface Link {
  readonly n: number
  readonly account: Account
  readonly bank: string
  readonly number: string
  /** provisional, inProcedure, registered, removed, or why it was rejected. */
  state: string
  /** The procedure that was started last. */
  procedure?: number
  releasesAt?: number
  /** Operations on it that have not ended. */
  operations: number
}

/** Each time that a holder went to the bank. */
export interface Procedure {
  readonly n: number
  readonly link: Link
  readonly fee: number
  /** How the bank's page ended, and how many factors were shown there. */
  page?: { readonly how: "agreed" | "cancelled"; readonly factors: number }
}

/** What a bank says of a procedure. */
type Said = "refused" | "interrupted" | { readonly name: string; readonly factors: number }

export class ModelLinks extends ModelAccounts {
  readonly links: Array<Link> = []
  readonly procedures: Array<Procedure> = []
  /** Whose a bank account is, by bank and number. */
  readonly taken = new Map<string, Account>()

  linkAt(n: number): Link | undefined {
    return fromLast(this.links, n)
  }

  add({ bank, number, person }: StepOf<"add">): Decide {
    const account = this.accountOf(person)
    return (changed) => {
      const bar = this.barred(account)
      if (bar !== undefined || account === undefined) return bar ?? ""
      if (this.policy.banks[bank] === undefined) return "BankUnknown notOffered"
      const present = this.links.filter((link) => link.account === account && link.state !== "removed")
      if (present.length >= this.policy.wallet.link.most) return "BankLinksFull"
      const asked = changed ? `1${number.slice(1)}` : number
      this.links.push({ n: this.links.length, account, bank, number: asked, state: "provisional", operations: 0 })
      return "provisional"
    }
  }

  registrationFee({ registrations }: Account, bank: string): number {
    return registrations < this.policy.wallet.link.freeRegistrations ? 0 : this.fee("bankRegistration", 0, { bank })
  }

  start({ link: n, quote }: { readonly link: number; readonly quote: Confirmed }): Decide {
    const link = this.linkAt(n)
    const quoted = link === undefined ? 0 : this.registrationFee(link.account, link.bank)
    return (changed) => {
      if (link === undefined) return "AccountNotFound"
      const { account, bank, state } = link
      const bar = this.barred(account)
      if (bar !== undefined) return bar
      if (state === "inProcedure" && this.now < (link.releasesAt ?? 0)) return `BankLinkInProcedure ${link.releasesAt}`
      if (state !== "inProcedure" && state !== "provisional") {
        return `BankLinkSettled ${state === "registered" || state === "removed" ? state : "rejected"}`
      }
      const closed = this.bankCloses(bank)
      if (closed !== undefined) return closed
      const fee = this.registrationFee(account, bank)
      if (quoted + (quote === "wrong" ? 1 : 0) + (changed ? 1 : 0) !== fee) return "QuoteChanged fee"
      const lacking = fee - this.spendable(account) - account.money
      if (lacking > 0) return `InsufficientBalance ${lacking}`
      if (link.procedure !== undefined) this.providers.answer("link", link.procedure)
      const procedure = { n: this.procedures.length, link, fee }
      this.procedures.push(procedure)
      link.state = "inProcedure"
      link.procedure = procedure.n
      link.releasesAt = nextMorning(this.now)
      this.providers.make("link", procedure.n, link.number, this.now)
      return "inProcedure"
    }
  }

  /** What the holder does on a page at the bank, where there is one: the first to end it counts. */
  page({ does, procedure: n }: StepOf<"page">): string {
    const procedure = fromLast(this.procedures, n)
    const request = procedure === undefined ? undefined : this.providers.find("link", procedure.n)
    if (procedure === undefined || request?.doneAt === undefined || request.ending === "002") return "no page"
    if (procedure.page === undefined && does !== "leave") {
      const how = does === "cancel" ? "cancelled" : "agreed"
      procedure.page = { how, factors: does === "agree" ? 2 : does === "agreeWeakly" ? 1 : 0 }
      this.providers.reports.push({ kind: "link", of: procedure.n, dueAt: this.now })
    }
    return procedure.page?.how ?? "open"
  }

  /** What the bank says of a procedure; nothing while its page is open. */
  linkSays({ link, n, page }: Procedure): Said | undefined {
    const ending = this.providers.find("link", n)?.ending
    if (ending === "002") return "refused"
    if (page === undefined) return undefined
    if (page.how === "cancelled") return "interrupted"
    const own = link.number.endsWith(numberOfHanako.slice(1)) ? people[2] : people[0]
    return { name: ending === "003" ? `ベツノ ${own}` : own, factors: Math.min(page.factors, ending === "004" ? 1 : 2) }
  }

  linkAnswered(of: number, said: Said): void {
    const procedure = this.procedures[of]
    if (procedure === undefined) return
    const { link } = procedure
    const isPresent = link.state === "inProcedure" && link.procedure === of
    const isOpen = link.state === "inProcedure" || link.state === "provisional"
    this.providers.answer("link", of)
    if (typeof said === "object" && isOpen) {
      const refused = this.registered(procedure, said)
      if (refused !== undefined && isPresent) link.state = refused
    } else if (isPresent) {
      link.state = said === "interrupted" ? "provisional" : "refusedByBank"
    }
  }

  /** Registers a link, or says why not. */
  registered({ fee, link }: Procedure, { factors, name }: Exclude<Said, string>): string | undefined {
    const { account, bank, number } = link
    if (people[account.person] !== name) return "holderNameMismatch"
    if (factors < this.policy.linkFactorsRequired) return "tooFewFactors"
    const owner = this.taken.get(`${bank} ${number}`)
    if (owner !== undefined && owner !== account) return "bankAccountTaken"
    // What was shown as free, and is no longer.
    if (fee === 0 && this.registrationFee(account, bank) > 0) return "feeNotCovered"
    if (typeof this.drawn(account, fee) === "string") return "feeNotCovered"
    this.book({ "revenue:fees": fee })
    if (link.procedure !== undefined) this.providers.answer("link", link.procedure)
    link.state = "registered"
    account.registrations += 1
    this.taken.set(`${bank} ${number}`, account)
    return undefined
  }

  /** A procedure whose day is over ends by itself. */
  release(link: Link): void {
    if (link.state !== "inProcedure" || this.now < (link.releasesAt ?? 0)) return
    link.state = "provisional"
    if (link.procedure !== undefined) this.providers.answer("link", link.procedure)
  }

  remove({ link: n }: StepOf<"remove">): Decide {
    const link = this.linkAt(n)
    return () => {
      if (link === undefined) return "AccountNotFound"
      const bar = this.barred(link.account)
      if (bar !== undefined) return bar
      if (link.state === "removed") return "BankLinkNotFound"
      if (link.state === "inProcedure" && this.now < (link.releasesAt ?? 0)) {
        return `BankLinkInProcedure ${link.releasesAt}`
      }
      if (link.operations > 0) return "OperationsInProgress"
      this.ended(link)
      return "removed"
    }
  }

  /** A link ends, and with it what it is set for; its bank account is free unless another link of the account is to it. */
  ended(link: Link): void {
    const { account, bank, n, number, state } = link
    const others = this.links.filter((one) => one !== link && one.account === account && one.state === "registered")
    const isHeld = others.some((one) => one.bank === bank && one.number === number)
    if (state === "registered" && !isHeld && this.taken.get(`${bank} ${number}`) === account) {
      this.taken.delete(`${bank} ${number}`)
    }
    if (state === "inProcedure" && link.procedure !== undefined) this.providers.answer("link", link.procedure)
    link.state = "removed"
    if (account.exact === n) delete account.exact
    if (account.payee === n) delete account.payee
  }

  exact({ link: n, off }: StepOf<"exact">): Decide {
    const link = this.linkAt(n)
    return (changed) => {
      if (link === undefined) return "AccountNotFound"
      const bar = this.barred(link.account)
      if (bar !== undefined) return bar
      if (off !== changed) {
        delete link.account.exact
        return "set"
      }
      if (link.state !== "registered") return "BankLinkNotRegistered"
      link.account.exact = link.n
      return "set"
    }
  }

  payee({ link: n }: StepOf<"payee">): Decide {
    const link = this.linkAt(n)
    return (changed) => {
      if (link === undefined) return "AccountNotFound"
      const account = changed ? this.accountOf(link.account.person + 1) : link.account
      const bar = this.barred(account)
      if (bar !== undefined || account === undefined) return bar ?? ""
      if (account.kind !== "money") return "PayoutNotAllowed cashAccount"
      if (link.account !== account || link.state !== "registered") return "BankLinkNotRegistered"
      const { chosen } = account
      const until = (chosen?.at ?? 0) + 30 * 24 * 3_600_000
      if (chosen !== undefined && chosen.link !== link.n && this.now < until) return `PayoutAccountFrozen ${until}`
      account.payee = link.n
      if (chosen?.link !== link.n) account.chosen = { link: link.n, at: this.now }
      return "set"
    }
  }
}
