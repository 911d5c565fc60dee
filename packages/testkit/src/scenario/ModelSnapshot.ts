/**
 * The snapshot of a model: what everybody has and everything has come to, in the words of what is observed in a world.
 */
import type { ModelPayouts } from "./ModelPayouts.ts"

type Snapshot = Record<string, string | number>

const marks = (one: { readonly raised?: boolean; readonly contradicted?: boolean }): string =>
  [one.raised === true ? "raised" : "", one.contradicted === true ? "contradicted" : ""].join(" ")

const accounts = (model: ModelPayouts, seen: Snapshot): void => {
  for (const account of model.accounts) {
    const { cash, chosen, exact, expires, kind, money, n, payee, registrations, standing } = account
    seen[`account ${n}`] =
      `${standing} ${kind}: cash ${model.spendable(account)} of ${cash}, money ${money}, until ${expires ?? "-"}`
    seen[`used ${n}`] = (["topUp", "payment", "payout"] as const)
      .map((operation) => model.usedNow(account, operation).join(" "))
      .join(", ")
    seen[`settings ${n}`] =
      `${registrations} registered, exact ${exact ?? "-"}, payee ${payee ?? "-"}, chosen ${chosen?.link ?? "-"}`
  }
}

const operations = (model: ModelPayouts, seen: Snapshot): void => {
  const { now, providers } = model
  const bank = (kind: "debit" | "credit", n: number): string => {
    const request = providers.find(kind, n)
    return `${providers.truth(request, now)}, asked ${request?.asked ?? 0}`
  }
  for (const topUp of model.topUps) {
    seen[`top-up ${topUp.n}`] = `${topUp.state} ${topUp.amount} ${topUp.fee} ${marks(topUp)}`
    seen[`debit ${topUp.n}`] = bank("debit", topUp.n)
  }
  for (const payout of model.payouts) {
    seen[`payout ${payout.n}`] = `${payout.state} ${payout.amount} ${payout.fee} ${marks(payout)}`
    if (!payout.isByFile) seen[`credit ${payout.n}`] = bank("credit", payout.n)
  }
  for (const payment of model.payments) {
    const { amount, fee, fromCash, fromMoney, n, state } = payment
    seen[`payment ${n}`] = `${state} ${amount} ${fee} from cash ${fromCash} money ${fromMoney} ${marks(payment)}`
  }
  for (const topUp of model.depositTopUps) {
    const { amount, due, fee, issued, n, state } = topUp
    seen[`deposit top-up ${n}`] = `${state} ${amount} ${fee} until ${due} ${issued ? "issued" : ""} ${marks(topUp)}`
  }
}

/** What everybody has and everything has come to. */
export const snapshot = (model: ModelPayouts): Snapshot => {
  const seen: Snapshot = { waiting: model.providers.waiting() }
  accounts(model, seen)
  for (const { n, operations: open, releasesAt, state } of model.links) {
    seen[`link ${n}`] = [state, state === "inProcedure" ? `until ${releasesAt}` : "", open === 0 ? "" : open].join(" ")
  }
  operations(model, seen)
  for (const [name, { amount, state }] of model.items) seen[`suspense of ${name}`] = `${state} ${amount}`
  for (const [account, balance] of model.ledger) if (balance !== 0) seen[account] = balance
  return seen
}
