/**
 * Sending: the steps of a history that are sent with a key, each as the request that it is, through the public services.
 */
import type { Examination } from "@kinchaku/domain/account/Documents"
import { addDays, at as dayAt, type Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Effect } from "effect"
import { certificate } from "../simulators/SimulatedVerifier.ts"
import { people } from "./Cast.ts"
import { confirmed, type Desk, linkAt, type Send } from "./Desk.ts"
import * as Value from "./SendingValue.ts"
import type { Sent, StepOf } from "./Steps.ts"
import { operator } from "./Story.ts"

const nameOf = (person: number): string => `person ${person}`
const branch = { branch: "001", kind: "ordinary" } as const

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
      return Value.topUp(desk, step)
    case "deposit":
      return Value.deposit(desk, step)
    case "shop":
      return Value.shop(desk, step)
    case "pay":
      return Value.pay(desk, step)
    case "payout":
      return Value.payout(desk, step)
    case "resolve":
      return Value.resolve(desk, step)
  }
}
