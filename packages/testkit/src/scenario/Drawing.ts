/**
 * Drawing: how histories are drawn, and how they shrink.
 *
 * A history is a beginning and passages: single steps, and steps that belong together, so that rare meetings are met.
 */
import type { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import * as fc from "fast-check"
import { billers, contactsCount, numberOfHanako, numbers, people, policies, slipCount } from "./Cast.ts"
import type { Confirmed, Hearing, Jump, Sent, Step, StepOf } from "./Steps.ts"

const mostly = <A>(usually: A, ...others: ReadonlyArray<A>): fc.Arbitrary<A> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant(usually) },
    ...others.map((value) => ({ weight: 1, arbitrary: fc.constant(value) }))
  )
const among = <const A>(...values: ReadonlyArray<A>): fc.Arbitrary<A> => fc.constantFrom(...values)

/** Anybody, the people of the beginning most often. */
const person = fc.oneof(
  { weight: 4, arbitrary: among(0, 2, 2) },
  { weight: 1, arbitrary: fc.nat({ max: people.length - 1 }) }
)
const number = fc.oneof(
  { weight: 1, arbitrary: among("0000100", "0000200", numberOfHanako) },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) }
)
/** Any slip, some of them again and again. */
const slip = fc.oneof(
  { weight: 2, arbitrary: fc.nat({ max: 6 }) },
  { weight: 3, arbitrary: fc.nat({ max: slipCount - 1 }) }
)
const link = fc.nat({ max: 4 })
/** One of the last. */
const recent = mostly(0, 1, 2, 3)
const verdict = mostly<Verdict>("verified", "expired", "notYetValid", "untrusted", "challengeInvalid")
const quote = mostly<Confirmed>("now", "wrong")

const ending = (thousands: ReadonlyArray<number>, endings: ReadonlyArray<number>) =>
  fc.tuple(among(...thousands), among(...endings)).map(([k, n]) => k * 1000 + n)
const faults = [1, 2, 3, 4, 5, 6, 7, 8]

/** Everyday amounts, each fault of the bank, and both sides of the limits. */
const amount = fc.oneof(
  { weight: 3, arbitrary: among(1000, 2000, 3000, 10_000, 20_000) },
  { weight: 4, arbitrary: ending([0, 1, 3, 9], faults) },
  { weight: 2, arbitrary: among(1, 110, 111, 1500, 10_001, 30_000, 30_001, 99_999, 300_000, 300_001) }
)
const depositAmount = fc.oneof(
  { weight: 4, arbitrary: among(500, 1000, 3000, 10_000) },
  { weight: 3, arbitrary: ending([1, 3, 9], [11, 12, 14, 16, 17]) },
  { weight: 1, arbitrary: among(1, 220, 221, 30_001, 300_001) }
)
const payoutAmount = fc.oneof(
  { weight: 4, arbitrary: among(1, 1000, 5000, 10_000) },
  { weight: 5, arbitrary: ending([0, 2, 9], faults) },
  { weight: 2, arbitrary: among(9999, 60_000, 30_000, 30_001, 90_000, 1_000_001) }
)
const minutes = among<Jump>(1, 5, 11, 31, 60, 600, 1440, 4320)
const jump = fc.oneof(
  { weight: 5, arbitrary: minutes },
  { weight: 3, arbitrary: among<Jump>("monthEnd", "leapDay", "twoYears", "lastMoment", "firstMomentAfter") }
)

const weighted = <One>(weight: number, arbitrary: fc.Arbitrary<One>) => ({ weight, arbitrary })
const does = <Do extends Step["do"]>(name: Do) => fc.constant(name)

const topUp = fc.record({ do: does("topUp"), link, stranger: mostly(false, true), amount, quote })
const pay = fc.record({ do: does("pay"), person, slip, exact: mostly(true, false), quote })
const payout = fc.record({ do: does("payout"), person: mostly(2, 0, 1), amount: payoutAmount, quote })
const deposit = fc.record({
  do: does("deposit"),
  person,
  way: among("convenienceStore", "netBanking", "atm"),
  chain: mostly("lawson", "seicomart", "ministop"),
  amount: depositAmount,
  quote
})
const large = fc.record({
  do: does("deposit"),
  person: among(0, 2),
  way: among("netBanking", "atm"),
  chain: fc.constant("lawson"),
  amount: among(10_000, 9000),
  quote: among("now")
})
const open = fc.record({
  do: does("open"),
  person,
  contacts: fc.nat({ max: contactsCount - 1 }),
  verdict,
  proved: mostly(true, false)
})
const add = fc.record({ do: does("add"), person, bank: mostly("9999", "9998", "0001"), number })
const standing = fc.record({ do: does("standing"), person, to: among("stopped", "active", "active", "closed") })

/** One step that is sent with a key. */
const sent: fc.Arbitrary<Sent> = fc.oneof(
  weighted(14, topUp),
  weighted(16, pay),
  weighted(10, payout),
  weighted(6, deposit),
  weighted(4, fc.record({ do: does("shop"), person, amount: depositAmount, quote })),
  weighted(4, open),
  weighted(4, add),
  weighted(4, fc.record({ do: does("start"), link, quote })),
  weighted(4, fc.record({ do: does("remove"), link })),
  weighted(4, fc.record({ do: does("exact"), link, off: mostly(false, true) })),
  weighted(4, fc.record({ do: does("payee"), link })),
  weighted(5, fc.record({ do: does("resolve"), item: recent, to: fc.oneof(person, among("returned")) })),
  weighted(3, fc.record({ do: does("verify"), person, by: person, verdict })),
  weighted(4, standing)
)

const dispatch = fc.record({ do: does("dispatch"), hearing: mostly<Hearing>("clear", "stopped") })
const page = fc.record({
  do: does("page"),
  procedure: recent,
  does: among("agree", "agree", "agreeWeakly", "cancel", "leave")
})
const deposited = fc.record({
  do: does("deposited"),
  of: recent,
  how: mostly<StepOf<"deposited">["how"]>("asAsked", "otherAmount", "unknownNumber", "reportedAgain")
})
const results = fc.record({
  do: does("results"),
  batch: recent,
  lines: fc.array(among("done", "done", "refused", "missing"), { minLength: 1, maxLength: 3 })
})
const notice = fc.record({
  do: does("notice"),
  about: among("debit", "credit"),
  of: recent,
  says: among("done", "doneOtherwise", "refused")
})
const time = fc.record({ do: does("jump"), to: jump })
const littleTime = fc.record({ do: does("jump"), to: minutes })
const sweep = fc.record({ do: does("sweep") })
const report = fc.record({ do: does("report") })
const again = fc.record({ do: does("again"), step: fc.nat({ max: 12 }), changed: mostly(false, true) })
const unheard = fc.record({ do: does("unheard"), step: sent })

const crash = fc.constant<Step>({ do: "crash" })

/** One step that happens by itself, or by somebody who needs no key. */
const happening: fc.Arbitrary<Step> = fc.oneof(
  weighted(14, dispatch),
  weighted(9, time),
  weighted(5, sweep),
  weighted(4, report),
  weighted(2, crash),
  weighted(4, page),
  weighted(
    3,
    fc.record({ do: does("network"), of: among("bank", "biller", "collector"), up: among(true, true, false) })
  ),
  weighted(5, notice),
  weighted(3, deposited),
  weighted(1, fc.record({ do: does("batch") })),
  weighted(1, results),
  weighted(
    3,
    fc.record({ do: does("contract"), biller: fc.nat({ max: billers.length - 1 }), active: mostly(true, false) })
  ),
  weighted(5, fc.record({ do: does("adopt"), policy: fc.nat({ max: policies.length - 1 }) }))
)

/** A step, or none. */
const perhaps = (one: fc.Arbitrary<Step>): fc.Arbitrary<ReadonlyArray<Step>> => fc.array(one, { maxLength: 1 })
/** Steps one after another, some of them perhaps. */
const passage = (...parts: ReadonlyArray<fc.Arbitrary<Step> | fc.Arbitrary<ReadonlyArray<Step>>>) =>
  fc.tuple(...parts).map((all) => all.flat())

const started = fc.constant<Step>({ do: "start", link: 0, quote: "now" })
/** What comes between two steps. */
const between = perhaps(fc.oneof(littleTime, standing, again, crash))

/** Steps that belong together. */
const passages: fc.Arbitrary<ReadonlyArray<Step>> = fc.oneof(
  // A deposit: asked for, paid in in time or not, paid in again.
  passage(deposit, dispatch, between, deposited, perhaps(deposited), perhaps(sweep)),
  passage(deposit, perhaps(dispatch), time, sweep, perhaps(deposited), perhaps(deposit)),
  // A procedure at the bank: left, released, reported late.
  passage(add, started, dispatch, perhaps(page), between, page, perhaps(report), perhaps(dispatch)),
  passage(add, started, dispatch, fc.constant({ do: "jump", to: 1440 } as const), sweep, page, report),
  // A payment with an exact top-up, and what comes between.
  passage(pay, between, dispatch, perhaps(littleTime), dispatch, perhaps(report)),
  // A payout, answered or not, by one line or by a file whose results are read twice.
  passage(payout, between, dispatch, perhaps(littleTime), dispatch, perhaps(notice), perhaps(report)),
  passage(payout, perhaps(payout), fc.constant({ do: "batch" } as const), between, results, perhaps(results)),
  // More and more is in flight, up to a low cap.
  passage(fc.constant({ do: "adopt", policy: 1 } as const), large, large, perhaps(topUp), perhaps(sweep)),
  // A debit that is contradicted, and what becomes of the amount.
  passage(topUp, dispatch, perhaps(littleTime), dispatch, fc.oneof(report, notice), perhaps(sent)),
  // An account that closes, and the next one of its holder.
  passage(standing, open, perhaps(fc.record({ do: does("verify"), person, by: person, verdict })))
)

/** A single step, or steps that belong together. */
const part: fc.Arbitrary<ReadonlyArray<Step>> = fc.oneof(
  weighted(
    12,
    fc.oneof(weighted(10, sent), weighted(9, happening), weighted(2, again), weighted(2, unheard)).map((one) => [one])
  ),
  weighted(5, passages)
)

const opened = (who: number): Step => ({ do: "open", person: who, contacts: who, verdict: "verified", proved: true })
const added = (who: number, bank: string, account: string): Step => ({ do: "add", person: who, bank, number: account })
const four = [3, 2, 1, 0]

/**
 * A beginning with which most histories get somewhere: three people, links at both banks, exact top-ups and a payout account, two
 * billers, cash, and money beside cash from before.
 */
const beginning: ReadonlyArray<Step> = [
  opened(0),
  opened(2),
  opened(1),
  added(0, "9999", "0000100"),
  added(2, "9999", numberOfHanako),
  added(0, "9998", "0000200"),
  added(2, "9998", numberOfHanako),
  ...four.map((one): Step => ({ do: "start", link: one, quote: "now" })),
  { do: "dispatch", hearing: "clear" },
  ...four.map((one): Step => ({ do: "page", procedure: one, does: "agree" })),
  { do: "report" },
  { do: "exact", link: 3, off: false },
  { do: "exact", link: 2, off: false },
  { do: "contract", biller: 0, active: true },
  { do: "contract", biller: 1, active: true },
  { do: "topUp", link: 3, stranger: false, amount: 2000, quote: "now" },
  { do: "topUp", link: 2, stranger: false, amount: 3000, quote: "now" },
  { do: "dispatch", hearing: "clear" },
  { do: "verify", person: 2, by: 2, verdict: "verified" },
  { do: "topUp", link: 2, stranger: false, amount: 60_000, quote: "now" },
  { do: "dispatch", hearing: "clear" }
]

/** What becomes the payout account in the beginning: one to which payouts go one by one, or in files. */
const begun = among(2, 0).map((one): ReadonlyArray<Step> => [...beginning, { do: "payee", link: one }])

/** A history of up to so many passages after the beginning that most histories have. */
export const history = (passagesMax = 30): fc.Arbitrary<ReadonlyArray<Step>> =>
  fc
    .tuple(
      fc.oneof({ withCrossShrink: true }, weighted(1, fc.constant([])), weighted(12, begun)),
      fc.array(part, { maxLength: passagesMax, size: "max" })
    )
    .map(([first, more]) => [...first, ...more.flat()])
