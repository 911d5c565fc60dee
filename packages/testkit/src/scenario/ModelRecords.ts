/**
 * What the model knows of an account, a link, a top-up and a payment.
 */
type Progress = "processing" | "completed" | "failed"

export interface Account {
  kind: "cash" | "money"
  cash: number
  money: number
  inFlight: number
  /** Full registrations of bank links ever. */
  registrations: number
  expires?: number
}
export interface Link {
  readonly person: number
  readonly bank: string
  readonly number: string
  state: string
  fee: number
  releasesAt: number
}
export interface TopUp {
  readonly account: Account
  readonly bank: string
  readonly amount: number
  readonly fee: number
  readonly at: number
  readonly periods: ReadonlyArray<string>
  state: Progress
  raised: boolean
  contradicted: boolean
}
export interface Payment {
  readonly account: Account
  readonly slip: number
  readonly amount: number
  readonly fee: number
  readonly fromCash: number
  readonly fromMoney: number
  readonly periods: ReadonlyArray<string>
  state: Progress
}
