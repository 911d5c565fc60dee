/**
 * Secrecy: where personal data may stand, and what is never taken in (SEC-03).
 */
import { CaseReference } from "@kinchaku/domain/account/OperatorCase"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import { invariant, validation } from "../src/Rule.ts"
import { carried, forgotten, found, given, named, readable, real } from "./support/Secrecy.ts"

invariant(
  "SEC-03a",
  "what a person gives stands beside the books, and in no command, key, record, request, notice or entry, however it is written",
  {
    because: "rulebook SEC-03, REG-04: the journal is kept for ten years, personal data is erased before",
    given,
    runs: 40,
    subject: real,
    holds: (keeping, person) =>
      Effect.map(
        found(keeping, person),
        ({ beside, elsewhere }) =>
          elsewhere.length === 0 &&
          [person.email, person.phone, person.kana, person.newKana, person.name].every((value) =>
            beside.includes(value)
          )
      ),
    catches: {
      "a hash can be read back": readable,
      "a command carries what is kept beside it": carried,
      "a key names whom it is about": named,
      "nothing is kept beside the books": forgotten
    }
  }
)

const isReference = Schema.is(CaseReference)

/** Digits with something between them, or nothing. */
const numbered = fc.record({
  digits: fc.oneof(
    fc.stringMatching(/^\d{11}$/),
    fc.stringMatching(/^\d{12}$/),
    fc.stringMatching(/^\d{13}$/),
    fc.stringMatching(/^\d{1,30}$/)
  ),
  by: fc.constantFrom("", "-", ".", "/", "_"),
  group: fc.constantFrom(1, 4, 30),
  around: fc.constantFrom("", "C", "#")
})

const referenceOf = ({
  around,
  by,
  digits,
  group
}: typeof numbered extends fc.Arbitrary<infer T> ? T : never): string =>
  `${around}${(digits.match(new RegExp(`.{1,${group}}`, "g")) ?? []).join(by)}${around}`

validation("SEC-03b", "a number of a case has fewer than twelve digits in a row, whatever stands between them", {
  because: "rulebook SEC-03, seed 000: an individual number (マイナンバー) has twelve digits and is never stored",
  given: { number: numbered },
  covers: {
    "eleven digits": { atLeast: 10, when: ({ number }) => number.digits.length === 11 },
    "twelve digits": { atLeast: 10, when: ({ number }) => number.digits.length === 12 },
    "in groups of four": { atLeast: 10, when: ({ number }) => number.group === 4 && number.by !== "" }
  },
  subject: (text: string): boolean => isReference(text),
  holds: (isTaken, { number }) => isTaken(referenceOf(number)) === number.digits.length < 12,
  catches: {
    "twelve digits are taken": (text) => !/(?:\d[-./_]?){13}/.test(text),
    "eleven digits are refused": (text) => !/(?:\d[-./_]?){11}/.test(text),
    "digits in groups are taken": (text) => !/\d{12}/.test(text),
    "only hyphens are seen through": (text) => !/(?:\d-?){12}/.test(text),
    "only a number of exactly twelve is refused": (text) => text.replace(/\D/g, "").length !== 12
  }
})
