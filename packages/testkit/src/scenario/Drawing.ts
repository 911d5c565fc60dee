/**
 * Drawing: how histories are drawn, and how they shrink.
 */
import type { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"
import * as fc from "fast-check"
import {
  billers,
  type Confirmed,
  type Jump,
  numberOfHanako,
  numbers,
  people,
  policies,
  slipCount,
  type Step
} from "./Steps.ts"

/** Anybody, the people of the beginning most often. */
const person = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 2) },
  { weight: 2, arbitrary: fc.nat({ max: people.length - 1 }) }
)
const number = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom("0000100", "0000200") },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) }
)
/** Any slip, some of them again and again. */
const slip = fc.oneof(
  { weight: 2, arbitrary: fc.nat({ max: 6 }) },
  { weight: 3, arbitrary: fc.nat({ max: slipCount - 1 }) }
)
const mostly = <A>(usually: A, ...others: ReadonlyArray<A>): fc.Arbitrary<A> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant(usually) },
    ...others.map((value) => ({ weight: 1, arbitrary: fc.constant(value) }))
  )
const verdict = mostly<Verdict>("verified", "expired", "notYetValid", "untrusted", "challengeInvalid")
const quote = mostly<Confirmed>("now", "wrong")

/** Everyday amounts, each fault of the bank, and both sides of the limits. */
const amount = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(1000, 2000, 3000, 10_000, 20_000) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(0, 1, 3, 9), fc.integer({ min: 1, max: 8 })).map(([k, n]) => k * 1000 + n)
  },
  { weight: 2, arbitrary: fc.constantFrom(1, 110, 111, 1500, 10_001, 30_000, 30_001, 99_999, 300_000, 300_001) }
)

const jump = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Jump>(1, 5, 11, 31, 60, 600, 1440) },
  { weight: 3, arbitrary: fc.constantFrom<Jump>("monthEnd", "leapDay", "twoYears", "lastMoment", "firstMomentAfter") }
)

const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary })

/** One step. */
export const step = (): fc.Arbitrary<Step> =>
  fc.oneof(
    weighted(
      16,
      fc.record({ do: fc.constant("topUp"), link: fc.nat({ max: 4 }), stranger: mostly(false, true), amount, quote })
    ),
    weighted(12, fc.record({ do: fc.constant("dispatch") })),
    weighted(12, fc.record({ do: fc.constant("pay"), person, slip, quote })),
    weighted(8, fc.record({ do: fc.constant("jump"), to: jump })),
    weighted(5, fc.record({ do: fc.constant("again"), step: fc.nat({ max: 30 }), changed: mostly(false, true) })),
    weighted(
      5,
      fc.record({
        do: fc.constant("notice"),
        topUp: fc.nat({ max: 9 }),
        says: fc.constantFrom("debited", "debitedOtherwise", "refused")
      })
    ),
    weighted(4, fc.record({ do: fc.constant("open"), person, contacts: person, verdict, proved: mostly(true, false) })),
    weighted(
      4,
      fc.record({
        do: fc.constant("link"),
        person,
        bank: mostly("9999", "9998", "0001"),
        number
      })
    ),
    weighted(4, fc.record({ do: fc.constant("sweep") })),
    weighted(3, fc.record({ do: fc.constant("report") })),
    weighted(3, fc.record({ do: fc.constant("verify"), person, by: person, verdict })),
    weighted(
      3,
      fc.record({
        do: fc.constant("contract"),
        biller: fc.nat({ max: billers.length - 1 }),
        active: mostly(true, false)
      })
    ),
    weighted(5, fc.record({ do: fc.constant("adopt"), policy: fc.nat({ max: policies.length - 1 }) }))
  )

/** A beginning with which most histories get somewhere: three people, links, money, two billers. */
const beginning: ReadonlyArray<Step> = [
  { do: "open", person: 0, contacts: 0, verdict: "verified", proved: true },
  { do: "open", person: 2, contacts: 2, verdict: "verified", proved: true },
  { do: "open", person: 1, contacts: 1, verdict: "verified", proved: true },
  { do: "verify", person: 2, by: 2, verdict: "verified" },
  { do: "link", person: 0, bank: "9999", number: "0000100" },
  { do: "link", person: 2, bank: "9999", number: numberOfHanako },
  { do: "link", person: 0, bank: "9998", number: "0000200" },
  { do: "dispatch" },
  { do: "contract", biller: 0, active: true },
  { do: "contract", biller: 1, active: true },
  { do: "topUp", link: 0, stranger: false, amount: 20_000, quote: "now" },
  { do: "topUp", link: 1, stranger: false, amount: 90_000, quote: "now" },
  { do: "dispatch" }
]

/** A history of up to so many steps after the beginning that most histories have. */
export const history = (stepsMax = 40): fc.Arbitrary<ReadonlyArray<Step>> =>
  fc
    .tuple(
      fc.oneof(
        { withCrossShrink: true },
        { weight: 1, arbitrary: fc.constant([]) },
        { weight: 9, arbitrary: fc.constant(beginning) }
      ),
      fc.array(step(), { maxLength: stepsMax, size: "max" })
    )
    .map(([begun, more]) => [...begun, ...more])
