/**
 * Sending: the steps of a history that are sent with a key, each as the request that it is, through the public services.
 */
import type { Intent } from "@kinchaku/domain/account/Accounts"
import type { Examination } from "@kinchaku/domain/account/Documents"
import type { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { addDays, at as dayAt, type Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Quote } from "@kinchaku/domain/payment/SlipTerms"
import type { ChainCode } from "@kinchaku/domain/policy/Wallet"
import type { Resolving } from "@kinchaku/domain/suspense/Resolution"
import { Effect, Result } from "effect"
import { certificate } from "../simulators/SimulatedVerifier.ts"
import { digitsAt, people, slipAt } from "./Cast.ts"
import { type Known, type KnownLink, nobody } from "./Known.ts"
import { noteItems } from "./Observation.ts"
import type { openings } from "./Proving.ts"
import { type Confirmed, fromLast, type Sent, type StepOf } from "./Steps.ts"
import { operator } from "./Story.ts"
import type { World } from "./World.ts"

/** Sends a step, as it is or changed, with a key. */
export type Send = (changed: boolean, intent: Intent) => Effect.Effect<string, unknown>

/** Where steps are sent: the world of now, which another one follows after a crash. */
export interface Desk {
  readonly world: () => World["Service"]
  readonly known: Known
  readonly opening: ReturnType<typeof openings>
}

const nothing = "link_00000000000000000000000000" as BankLinkId
const nameOf = (person: number): string => `person ${person}`
const yen = (amount: number): PositiveYen => amount as PositiveYen
const branch = { branch: "001", kind: "ordinary" } as const

/** The fee that is confirmed: what was quoted, or nothing where there was no quote; one yen more where it is to be wrong. */
const confirmed = (quoted: Result.Result<{ readonly fee: Yen }, unknown>, quote: Confirmed): Yen =>
  ((Result.isSuccess(quoted) ? quoted.success.fee : 0) + (quote === "wrong" ? 1 : 0)) as Yen

const linkAt = ({ known }: Desk, n: number): KnownLink =>
  fromLast(known.links, n) ?? { id: nothing, account: nobody, person: 0 }

const open = ({ known, opening, world }: Desk, { contacts, person, proved, verdict }: StepOf<"open">): Send => {
  const own = opening(nameOf(person), people[person])
  const { email, phone } = opening(nameOf(contacts))
  return (changed, intent) =>
    Effect.gen(function* () {
      const presentation = certificate(nameOf(person), changed ? "expired" : verdict, { occasion: intent.key })
      const { emailOtp, phoneOtp } = yield* world().prove({ email, phone }, intent)
      // A code that proves the address proves no number.
      const codes = { emailOtp, phoneOtp: proved ? phoneOtp : emailOtp }
      const { id, kind } = yield* world().accounts.open({ ...own, email, phone, presentation, ...codes }, intent)
      known.note(known.accounts, { id, person })
      return kind
    })
}

const verify = ({ known, world }: Desk, { by, person, verdict }: StepOf<"verify">): Send => {
  const account = known.accountOf(person)
  return (changed, intent) => {
    const presentation = certificate(nameOf(by), changed ? "expired" : verdict, { occasion: intent.key })
    return Effect.map(world().accounts.verifyIdentity(account, presentation, intent), ({ kind }) => kind)
  }
}

/** What an operator saw who resumes an account: the holder was spoken to today, and showed a driver's licence. */
const examined = (now: Instant): Examination => ({
  phoneContact: { at: dayAt(now), reference: "call-1" },
  picture: "picture-1",
  document: {
    kind: "driversLicence",
    issuedOn: addDays(dayAt(now), -400),
    expiresOn: addDays(dayAt(now), 400),
    shows: ["photograph", "name", "address", "birthDate"],
    individualNumber: false
  }
})

const standing = ({ known, world }: Desk, { person, to }: StepOf<"standing">): Send => {
  const account = known.accountOf(person)
  let examination: Examination | undefined
  return (_, { key }) =>
    Effect.gen(function* () {
      const { accountChanges, accountOffice, now } = world()
      const intent = { actor: operator, key }
      if (to === "closed") yield* accountChanges.close(account, intent)
      else if (to === "stopped") yield* accountOffice.stop({ account, reason: "other", reference: "case-1" }, intent)
      else {
        const seen = examination ?? examined(yield* now)
        yield* accountOffice.resume({ account, examination: seen }, intent)
        examination = seen
      }
      return to
    })
}

const add = ({ known, world }: Desk, { bank, number, person }: StepOf<"add">): Send => {
  const account = known.accountOf(person)
  return (changed, intent) => {
    const asked = changed ? `1${number.slice(1)}` : number
    return Effect.map(world().bankLinks.add(account, { ...branch, bank, number: asked }, intent), ({ _tag, id }) => {
      known.note(known.links, { id, account, person })
      return _tag
    })
  }
}

const start = Effect.fnUntraced(function* (desk: Desk, { link: n, quote }: StepOf<"start">) {
  const { known, world } = desk
  const { account, id } = linkAt(desk, n)
  const fee = confirmed(yield* Effect.result(world().bankLinks.quote(account, id)), quote)
  const send: Send = (changed, intent) =>
    Effect.map(world().bankLinks.start(account, id, (fee + (changed ? 1 : 0)) as Yen, intent), ({ _tag, request }) => {
      if (!known.procedures.includes(request)) known.procedures.push(request)
      return _tag
    })
  return send
})

const remove = (desk: Desk, { link: n }: StepOf<"remove">): Send => {
  const { account, id } = linkAt(desk, n)
  return (_, intent) => Effect.map(desk.world().bankLinks.remove(account, id, intent), ({ _tag }) => _tag)
}

const exact = (desk: Desk, { link: n, off }: StepOf<"exact">): Send => {
  const { account, id } = linkAt(desk, n)
  return (changed, intent) =>
    Effect.as(desk.world().bankLinks.setExactTopUp(account, off === changed ? id : undefined, intent), "set")
}

const payee = (desk: Desk, { link: n }: StepOf<"payee">): Send => {
  const { account, id, person } = linkAt(desk, n)
  const other = desk.known.accountOf(person + 1)
  return (changed, intent) => Effect.as(desk.world().payouts.setAccount(changed ? other : account, id, intent), "set")
}

const topUp = Effect.fnUntraced(function* (desk: Desk, { amount, link: n, quote, stranger }: StepOf<"topUp">) {
  const { known, world } = desk
  const { id, person } = linkAt(desk, n)
  const account = known.accountOf(person + (stranger ? 1 : 0))
  const quotedFee = confirmed(yield* Effect.result(world().topUps.quote(account, id, yen(amount))), quote)
  const send: Send = (changed, intent) => {
    const request = { account, link: id, amount: yen(amount + (changed ? 1000 : 0)), quotedFee }
    return Effect.map(world().topUps.fromBank(request, intent), (asked) => {
      known.note(known.topUps, asked)
      return asked._tag
    })
  }
  return send
})

const deposit = Effect.fnUntraced(function* (desk: Desk, step: StepOf<"deposit">) {
  const { known, world } = desk
  const { amount, chain, person, quote, way } = step
  const account = known.accountOf(person)
  const quotedFee = confirmed(yield* Effect.result(world().depositTopUps.quote(way, yen(amount))), quote)
  const where = way === "convenienceStore" ? { way, chain: chain as ChainCode } : { way }
  const send: Send = (changed, intent) => {
    const request = { account, ...where, amount: yen(amount + (changed ? 1000 : 0)), quotedFee }
    return Effect.map(world().depositTopUps.request(request, intent), (asked) => {
      known.note(known.depositTopUps, asked)
      return asked._tag
    })
  }
  return send
})

const pay = Effect.fnUntraced(function* (desk: Desk, { exact: isExact, person, quote: wish, slip }: StepOf<"pay">) {
  const { known, world } = desk
  const account = known.accountOf(person)
  const barcode = digitsAt(slip)
  const madeUp: Quote = { payee: "?", amount: yen(slipAt(slip).amount), fee: 0 as Yen }
  const quoted = yield* Effect.result(world().payments.quoteSlip(barcode, account))
  const { exactTopUp, ...plain } = Result.isSuccess(quoted) ? quoted.success : madeUp
  const send: Send = (changed, intent) => {
    const fee = (plain.fee + (wish === "wrong" ? 1 : 0) + (changed ? 1 : 0)) as Yen
    const quote = { ...plain, fee, ...(isExact && exactTopUp !== undefined ? { exactTopUp } : {}) }
    return Effect.map(world().payments.paySlip({ account, barcode, quote }, intent), (payment) => {
      known.note(known.payments, payment)
      if (payment._tag === "funding" && payment.topUp !== undefined) {
        const request = payment.id.replace("pay_", "req_") as (typeof known.topUps)[number]["request"]
        known.note(known.topUps, { id: payment.topUp, account, request })
      }
      return payment._tag
    })
  }
  return send
})

const payout = Effect.fnUntraced(function* (desk: Desk, { amount, person, quote }: StepOf<"payout">) {
  const { known, world } = desk
  const account = known.accountOf(person)
  const quotedFee = confirmed(yield* Effect.result(world().payouts.quote(account, yen(amount))), quote)
  const send: Send = (changed, intent) => {
    const request = { account, amount: yen(amount + (changed ? 1000 : 0)), quotedFee }
    return Effect.map(world().payouts.request(request, intent), (asked) => {
      known.note(known.payouts, { ...asked, isByFile: asked.route === "file" })
      return asked._tag
    })
  }
  return send
})

const resolve = Effect.fnUntraced(function* ({ known, world }: Desk, { item: n, to }: StepOf<"resolve">) {
  yield* Effect.orDie(noteItems(known, world()))
  const item = fromLast(known.itemsInOrder(), n)
  const resolution: Resolving =
    to === "returned" ? { _tag: "returned" } : { _tag: "credited", account: known.accountOf(to) }
  const send: Send = (_, { key }) =>
    item === undefined
      ? Effect.succeed("nothing")
      : Effect.map(
          world().suspenseDesk.resolve({ item, resolution, reference: "case-2" }, { actor: operator, key }),
          (resolved) => resolved.resolution
        )
  return send
})

/** How a step is sent: what has a quote with that of now, whenever it is sent. */
export const sending = (desk: Desk, step: Sent): Effect.Effect<Send> => {
  switch (step.do) {
    case "open":
      return Effect.sync(() => open(desk, step))
    case "verify":
      return Effect.sync(() => verify(desk, step))
    case "standing":
      return Effect.sync(() => standing(desk, step))
    case "add":
      return Effect.sync(() => add(desk, step))
    case "start":
      return start(desk, step)
    case "remove":
      return Effect.sync(() => remove(desk, step))
    case "exact":
      return Effect.sync(() => exact(desk, step))
    case "payee":
      return Effect.sync(() => payee(desk, step))
    case "topUp":
      return topUp(desk, step)
    case "deposit":
      return deposit(desk, step)
    case "pay":
      return pay(desk, step)
    case "payout":
      return payout(desk, step)
    case "resolve":
      return resolve(desk, step)
  }
}
