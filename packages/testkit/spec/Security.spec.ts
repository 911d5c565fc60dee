/**
 * Security: how little comes in after a change that a thief makes first, and what the secure preset asks beyond the documents (SEC-05,
 * SEC-15).
 */
import { LimitExceeded } from "@kinchaku/domain/limit/Limit"
import { deviations } from "@kinchaku/domain/policy/Deviation"
import { compat, load, secure } from "@kinchaku/domain/policy/Policy"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { Equal, Result } from "effect"
import * as fc from "fast-check"
import { example, limit, policy, transition } from "../src/Rule.ts"
import {
  begins,
  beginning,
  but,
  commands,
  type Commands,
  eventNames,
  hourMillis,
  hours,
  isRisky,
  perDay,
  toppingUpAfter
} from "./support/CoolingOffs.ts"
import { changedIn, changes, expected, leavesOf } from "./support/Deviations.ts"
import { noon } from "./support/PaymentsDesk.ts"
import { ahead, blindTo, forgetting, mistaking, under } from "./support/PaymentsMistakes.ts"
import { same } from "./support/Payments.ts"

const isMark = ({ kind }: { readonly kind: string }): boolean => kind === "coolingOff"
const allowing = (more: number) =>
  under(TopUpFromBank, ({ account }) => ({
    account: { ...account, coolingOff: { hours, perDay: (perDay + more) as never } }
  }))

limit(
  "SEC-05a",
  "within 24 hours of a new bank link, phone or device as much comes in a day as the policy allows, to the yen, and from then on what the limits allow",
  {
    because: "rulebook SEC-05: secure, ¥50,000 per day for 24 h; what came in before on the day counts (LIM-01)",
    given: {
      since: fc.oneof(
        fc.integer({ min: hours * hourMillis - 2, max: hours * hourMillis + 2 }),
        fc.constantFrom(0, 1, undefined),
        fc.integer({ min: 0, max: 3 * hours * hourMillis })
      ),
      used: fc.oneof(fc.constantFrom(0, 1, perDay - 1, perDay), fc.integer({ min: 0, max: perDay })),
      over: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -perDay, max: perDay }))
    },
    covers: {
      "the last millisecond": { atLeast: 3, when: ({ since }) => since === hours * hourMillis - 1 },
      "the end": { atLeast: 3, when: ({ since }) => since === hours * hourMillis },
      "the last yen": { atLeast: 3, when: ({ over }) => over === 0 },
      "one yen over": { atLeast: 3, when: ({ over }) => over === 1 }
    },
    subject: TopUpFromBank,
    holds: (topUp, { over, since, used }) => {
      const amount = Math.max(1, perDay - used + over)
      const answer = toppingUpAfter(topUp, since, used, amount)
      const isCapped = since !== undefined && since < hours * hourMillis && used + amount > perDay
      if (!isCapped) return answer === "accepted"
      if (!(answer instanceof LimitExceeded)) return false
      const { allowed, asked, limit, period, remaining } = answer
      const day = since < 12 * hourMillis ? "2026-05-20" : "2026-05-21"
      return same([limit, period, allowed, remaining, asked], ["coolingOff", day, perDay, perDay - used, amount])
    },
    catches: {
      "it lasts a millisecond longer": ahead(TopUpFromBank, -1),
      "it ends a millisecond early": ahead(TopUpFromBank, 1),
      "one yen more comes in": allowing(1),
      "one yen less comes in": allowing(-1),
      "what came in before is forgotten": mistaking(TopUpFromBank, "usage", { total: 0 }),
      "nothing is capped": blindTo(TopUpFromBank, "coolingOff"),
      "it never ends": mistaking(TopUpFromBank, "coolingOff", { changedAt: noon + 30 * hours * hourMillis })
    }
  }
)

transition(
  "SEC-05b",
  "a registered bank link, a changed phone and a device that is not known begin it where the policy asks for it; nothing else does",
  {
    because: "rulebook SEC-05; the notices of SEC-06 go out with the same changes",
    given: { event: fc.constantFrom(...eventNames), isAsked: fc.boolean() },
    subject: commands as Commands,
    holds: (by, { event, isAsked }) => begins(by, event, isAsked) === (isAsked && isRisky(event)),
    catches: {
      "a bank link does not": but({ answer: forgetting(commands.answer, isMark) }),
      "a refused link does": but({ answer: beginning(commands.answer) }),
      "a changed phone does not": but({ phone: forgetting(commands.phone, isMark) }),
      "a phone changed by an operator does not": but({ officePhone: forgetting(commands.officePhone, isMark) }),
      "an e-mail address does": but({ email: beginning(commands.email) }),
      "a device with the password does not": but({ password: forgetting(commands.password, isMark) }),
      "a device that is known does": but({ password: beginning(commands.password) }),
      "a device with a certificate does not": but({ certificate: forgetting(commands.certificate, isMark) }),
      "certificates issued again do not": but({ register: forgetting(commands.register, isMark) }),
      "the first certificates do": but({ register: beginning(commands.register) }),
      "certificates linked by an operator do not": but({ link: forgetting(commands.link, isMark) })
    }
  }
)

example("SEC-15a", "a policy that names no preset is compat, and one that names secure is secure, in everything", {
  because: "rulebook SEC-15: compat is the default",
  subject: (given: object) => Result.getOrThrow(load(given)),
  cases: {
    "nothing is named": { given: {}, gives: compat },
    compat: { given: { preset: "compat" }, gives: compat },
    secure: { given: { preset: "secure" }, gives: secure },
    "secure but one value": {
      given: { preset: "secure", linkFactorsRequired: 3 },
      gives: { ...secure, linkFactorsRequired: 3 }
    }
  },
  catches: {
    "secure is the default": (given) => Result.getOrThrow(load({ preset: "secure", ...given })),
    "there is one preset only": (given) => Result.getOrThrow(load({ ...given, preset: "compat" }))
  }
})

policy(
  "SEC-15b",
  "every field in which a policy is not the secure one is listed, once, with both values, and no other",
  {
    because: "rulebook SEC-15: the report lists where the policy in force deviates from secure",
    given: { changed: changes() },
    covers: {
      "nothing differs": { atLeast: 2, when: ({ changed }) => changed.length === 0 },
      "a value is missing": { atLeast: 10, when: ({ changed }) => changed.some(({ to }) => to === "absent") },
      "many differ": { atLeast: 20, when: ({ changed }) => changed.length > 3 }
    },
    subject: deviations,
    holds: (deviations, { changed }) =>
      Equal.equals(
        deviations(changedIn(changed), secure).toSorted((a, b) => (a.field < b.field ? -1 : 1)),
        expected(changed).toSorted((a, b) => (a.field < b.field ? -1 : 1))
      ),
    catches: {
      "only what is at the top is looked at": (value, other) =>
        deviations(value, other).filter(({ field }) => !field.includes(".")),
      "what is missing is not listed": (value, other) => deviations(value, other).filter((one) => "value" in one),
      "one is listed twice": (value, other) => [...deviations(value, other), ...deviations(value, other).slice(0, 1)],
      "a whole part is one field": (value, other) => [
        ...new Map(
          deviations(value, other).map((one) => [
            one.field.split(".")[0],
            { ...one, field: `${one.field.split(".")[0]}` }
          ])
        ).values()
      ],
      "the values change sides": (value, other) => deviations(other, value),
      "equal values are listed": (value, other) => [...deviations(value, other), { field: "x", value: 1, secure: 1 }]
    }
  }
)

example("SEC-15c", "compat deviates from secure in these fields and in no other", {
  because:
    "rulebook SEC-15, and the rules that name a value of secure: SEC-04, SEC-05, SEC-08, SEC-09, ACC-16, SES-04, TOK-01",
  subject: (preset: "compat" | "secure") => deviations({ compat, secure }[preset], secure).map(({ field }) => field),
  cases: {
    compat: {
      given: "compat",
      gives: [
        "preset",
        "linkFactorsRequired",
        "account.coolingOff",
        "authentication.otp.newPhoneProved",
        "authentication.otp.wrongPerYear",
        "authentication.lockout.strangersApart",
        "authentication.password.minimum",
        "authentication.password.commonRefused",
        "authentication.token.stepSeconds"
      ]
    },
    secure: { given: "secure", gives: [] }
  },
  catches: {
    "a field is left out": (preset) =>
      deviations({ compat, secure }[preset], secure)
        .slice(1)
        .map(({ field }) => field),
    "all fields are listed": () => leavesOf(secure).map(({ field }) => field)
  }
})
