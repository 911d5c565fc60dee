/**
 * Trials of codes: what holders do with them in some order, and what must come of it.
 */
import { type AccountId, accounts } from "@kinchaku/domain/account/Account"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { type BankLink, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { billers } from "@kinchaku/domain/bill/Biller"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { cash, money } from "@kinchaku/domain/ledger/AccountCode"
import type { OtpId } from "@kinchaku/domain/otp/Otp"
import { operationOf as paymentOperation, type PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { operationOf as topUpOperation, type TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import * as fc from "fast-check"
import type { Coding } from "./OtpCommands.ts"
import { after, CodeDesk, emailOf, freely, holding, idOf, minute, phoneOf, type Typed } from "./OtpDesk.ts"
import { accountIdOf, accountOf, paying, policyWith, slipOf, waterworks } from "./Payments.ts"
import { Desk, named, noon } from "./PaymentsDesk.ts"
import { anyTime, bank, linkIn, noLimits, toppingUp } from "./PaymentsTopUps.ts"

// ── one code ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is done with a code. */
export type Move = Typed | "use"
export const moves = (): fc.Arbitrary<ReadonlyArray<Move>> =>
  fc.array(fc.constantFrom<Move>("right", "wrong", "use", "use"), { minLength: 1, maxLength: 9 })

/** Nothing locks, so that a code can be looked at for long. */
export const patient = freely({ lockout: { warnsAt: 99, locksAt: 100 } })

/** What must come of each move, in time: confirmed once, used once, and never before it was confirmed. */
export const outcomesOf = (all: ReadonlyArray<Move>): ReadonlyArray<string> => {
  let state: "open" | "confirmed" | "used" = "open"
  return all.map((move) => {
    if (move === "wrong") return "mismatch"
    if (move === "use") {
      if (state !== "confirmed") return state === "open" ? "OtpRequired" : "OtpAlreadyUsed"
      state = "used"
      return "used"
    }
    if (state !== "open") return "OtpAlreadyUsed"
    state = "confirmed"
    return "confirmed"
  })
}

/** How a code reaches whoever asks for it. */
export type Way = "account" | "phone" | "email" | "password"
export const ways: ReadonlyArray<Way> = ["account", "phone", "email", "password"]

/** Somebody asks for a code: as a holder, to prove a contact, or to set a password. */
export const asking = (desk: CodeDesk, way: Way, at: Instant = noon): OtpId => {
  switch (way) {
    case "account":
      return idOf(desk.issue("topUp", { at, operation: "topUp link_1 5000" }))
    case "password":
      return idOf(desk.forPassword(0, at))
    default:
      return idOf(desk.prove(way, 7, at))
  }
}

/** What a code proves, where it proves a contact. */
const proves = (way: Way) =>
  way === "phone" || way === "email" ? { contact: way === "phone" ? phoneOf(7) : emailOf(7) } : {}

/** What comes of each move with a code that reached somebody in one of the ways. */
export const playing = (commands: Coding, way: Way, all: ReadonlyArray<Move>): ReadonlyArray<string> => {
  const desk = new CodeDesk(commands, { policy: patient })
  const otp = asking(desk, way)
  return all.map((move) => (move === "use" ? desk.use(otp, noon, proves(way)) : desk.type(otp, move)))
}

/** Asks for a code that lives so many minutes. */
const living = (commands: Coding, lifeMinutes: number): CodeDesk =>
  new CodeDesk(commands, { policy: freely({ otp: { lifeMinutes }, lockout: patient.authentication.lockout }) })

/** How often a code was wrong, where that counts. */
const failuresOf = (desk: CodeDesk, way: Way, otp: OtpId): number =>
  (way === "account" ? desk.lockout()?.failures : desk.otp(otp)?.failures) ?? 0

/** Types a code so many milliseconds after the end of its life; whether what comes of it is right. */
export const timely = (
  commands: Coding,
  trial: { readonly way: Way; readonly what: Typed; readonly life: number; readonly over: number }
): boolean => {
  const { life, over, way, what } = trial
  const desk = living(commands, life)
  const otp = asking(desk, way)
  const before = desk.desk.everything
  const outcome = desk.type(otp, what, after(life * minute + over))
  if (what === "wrong") return outcome === "mismatch" && failuresOf(desk, way, otp) === 1
  if (over > 0) return outcome === "OtpExpired" && desk.desk.everything === before
  return outcome === "confirmed" && failuresOf(desk, way, otp) === 0
}

/** Uses a code so many milliseconds after its second life; whether what comes of it is right. */
export const timelyUse = (
  commands: Coding,
  { life, over }: { readonly life: number; readonly over: number }
): boolean => {
  const desk = living(commands, life)
  const otp = asking(desk, "account")
  desk.type(otp, "right", after(17))
  return desk.use(otp, after(17 + life * minute + over)) === (over > 0 ? "OtpExpired" : "used")
}

/** Whether the codes of so many nonces have six digits, of which none is likelier than others at any place. */
export const isEven = (code: (nonce: Nonce) => string, from: number, count: number): boolean => {
  const seen = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0))
  for (let n = 0; n < count; n++) {
    const digits = code(`${from + n}`.padStart(22, "n") as Nonce)
    if (!/^\d{6}$/.test(digits)) return false
    seen.forEach((ofPlace, place) => {
      const digit = Number(digits[place])
      ofPlace[digit] = (ofPlace[digit] ?? 0) + 1
    })
  }
  const expected = count / 10
  // χ² with nine degrees of freedom: beyond 50 once in ten million tables.
  return seen.every((ofPlace) => ofPlace.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0) < 50)
}

// ── asking again ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Somebody asks for a code, and may type it. */
export interface Reissue {
  readonly of: 0 | 1
  readonly purpose: "suspend" | "emailChange" | "password"
  readonly isTyped: boolean
}
export const reissues = (): fc.Arbitrary<ReadonlyArray<Reissue>> =>
  fc.array(
    fc.record({
      of: fc.constantFrom<0 | 1>(0, 1),
      purpose: fc.constantFrom<Reissue["purpose"]>("suspend", "emailChange", "password"),
      isTyped: fc.boolean()
    }),
    { minLength: 1, maxLength: 8 }
  )

/** What comes of every code in the end, when it is typed and used, beside what should. */
export const reissuing = (commands: Coding, all: ReadonlyArray<Reissue>) => {
  const desk = new CodeDesk(commands)
  const codes = all.map(({ isTyped, of, purpose }) => {
    const otp = idOf(purpose === "password" ? desk.forPassword(of) : desk.issue(purpose, { of }))
    if (isTyped) desk.type(otp, "right")
    return otp
  })
  return all.map(({ isTyped, of, purpose }, n) => {
    const isLast = !all.slice(n + 1).some((later) => later.of === of && later.purpose === purpose)
    const [otp] = codes.slice(n)
    if (otp === undefined) throw new Error("there is a code for each")
    const first = isTyped ? "OtpAlreadyUsed" : "confirmed"
    return {
      found: [desk.type(otp, "right"), desk.use(otp)],
      expected: isLast ? [first, "used"] : ["OtpNotFound", "OtpNotFound"]
    }
  })
}

// ── what it is bound to ──────────────────────────────────────────────────────────────────────────────────────────────

const secondLink: BankLink = {
  ...linkIn("registered"),
  id: `${linkIn("registered").id.slice(0, -1)}1` as BankLink["id"]
}

/** What is otherwise in an operation than in what its code was issued for. */
export const changes = ["nothing", "amount", "object", "account", "purpose"] as const
export type Change = (typeof changes)[number]

/** Codes for everything, no limits and no fees. */
const asked: Policy = {
  ...freely({}, compat),
  limits: { ...noLimits, cash: noLimits.cash, money: { ...noLimits.money, payment: {} } },
  fees: [],
  banks: { [bank]: anyTime }
}

const bound = (policy: Policy) => ({
  policy,
  records: [
    ...holding(0),
    ...holding(1),
    put(bankLinks, linkIn("registered")),
    put(bankLinks, secondLink),
    put(billers, waterworks)
  ]
})

/** A confirmed code for an operation. */
const confirmedCode = (desk: CodeDesk, of: number, purpose: "topUp" | "payment", operation: string): OtpId => {
  const otp = idOf(desk.issue(purpose, { of, operation }))
  desk.type(otp, "right")
  return otp
}

/** Tops up ¥5,000 with a code that was issued for that, but for one change. */
export const toppingUpWith = (topUp: typeof TopUpFromBank, change: Change): string => {
  const desk = new CodeDesk(undefined, bound(asked))
  const wanted = toppingUp(5000)
  const issuedFor = {
    amount: change === "amount" ? toppingUp(5001).amount : wanted.amount,
    link: change === "object" ? secondLink.id : wanted.link
  }
  const purpose = change === "purpose" ? "payment" : "topUp"
  const otp = confirmedCode(desk, change === "account" ? 1 : 0, purpose, topUpOperation(issuedFor))
  return named(desk.desk.ask(topUp, { ...wanted, otp }))
}

/** Pays a slip of ¥5,000 with a code that was issued for that, but for one change. */
export const payingWith = (pay: typeof PaySlip, change: Change): string => {
  const { policy, records } = bound(asked)
  const desk = new CodeDesk(undefined, { policy, records, held: [{ account: money(accountIdOf(0)), yen: 9000 }] })
  const slip = slipOf(5000, change === "object" ? { free: "2" } : {})
  const { amount } = paying(change === "amount" ? 5001 : 5000).quote
  const purpose = change === "purpose" ? "topUp" : "payment"
  const otp = confirmedCode(desk, change === "account" ? 1 : 0, purpose, paymentOperation(slip, amount))
  return named(desk.desk.ask(pay, { ...paying(5000), otp }))
}

/** What becomes of an operation without a code. */
export const codeless = (
  { pay, topUp }: { readonly pay: typeof PaySlip; readonly topUp: typeof TopUpFromBank },
  purpose: "topUp" | "payment",
  origin: "certificate" | "legacy",
  waived: Policy["authentication"]["otp"]["waived"]
): string => {
  const policy = {
    ...policyWith(0),
    ...asked,
    ...freely({ otp: { waived } }),
    limits: asked.limits,
    banks: asked.banks
  }
  const account: AccountId = accountIdOf(0)
  const desk = new Desk({
    policy: { ...policy, fees: [] },
    records: [
      put(accounts, { ...accountOf(account, "money"), origin }),
      put(bankLinks, linkIn("registered")),
      put(billers, waterworks)
    ],
    held: [
      { account: cash(account), yen: 0 },
      { account: money(account), yen: 9000 }
    ]
  })
  return named(purpose === "topUp" ? desk.ask(topUp, toppingUp(5000)) : desk.ask(pay, paying(5000)))
}
