/**
 * The engine: what reaches a decision, and what a failure of one command or of the store does to the others.
 */
import { commands } from "@kinchaku/domain/audit/Catalogue"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import { Effect } from "effect"
import * as fc from "fast-check"
import { invariant, validation } from "../src/Rule.ts"
import type { Fault } from "../src/memory/FaultyStore.ts"
import { same } from "./support/Payments.ts"
import {
  badInput,
  badInputs,
  type Defect,
  fitting,
  mistypings,
  payingThrough,
  said,
  services,
  together,
  typing
} from "./support/PaymentsInput.ts"

/** The engine as it hears a content otherwise than it was said. */
const hearing = (other: (content: unknown) => unknown) => (command: AnyCommand, content: unknown) =>
  said(command, other(content))
const rounded = (content: unknown): unknown =>
  JSON.parse(JSON.stringify(content, (_, value: unknown) => (typeof value === "number" ? Math.round(value) : value)))
const known = (content: unknown): unknown =>
  JSON.parse(JSON.stringify(content, (name, value: unknown) => (name === "surprise" ? undefined : value)))
const unnamed = (command: AnyCommand, content: unknown) =>
  Effect.map(said(command, content), ({ recorded }) => ({ fields: [""], recorded }))
const recording = (command: AnyCommand, content: unknown) =>
  Effect.map(said(command, content), ({ fields }) => ({ fields, recorded: 1 }))

validation(
  "LED-09e",
  "an amount, id, date or answer that does not fit, or a field that nobody knows, is refused by its name in every command",
  {
    because: "rulebook LED-09, SEC-10; quality goals 26 and 27",
    given: { bad: badInput() },
    covers: {
      "an unknown field": { atLeast: 5, when: ({ bad }) => bad.field.endsWith("surprise") },
      "an amount": { atLeast: 5, when: ({ bad }) => /amount|fee|fixed|Maximum/i.test(bad.field) }
    },
    runs: 300,
    subject: said,
    holds: (says, { bad: { command, content, field } }) =>
      Effect.map(says(command, content), ({ fields, recorded }) => fields.includes(field) && recorded === 0),
    catches: {
      "unknown fields are dropped": hearing(known),
      "a fraction of a yen is rounded": hearing(rounded),
      "the field is not named": unnamed,
      "what is refused is recorded": recording
    }
  }
)

validation("LED-09f", "a content that fits its command is never refused for its form", {
  because: "rulebook LED-09",
  given: { command: fc.constantFrom(...commands) },
  subject: said,
  holds: (says, { command }) => Effect.map(says(command, fitting(command)), ({ fields }) => typeof fields === "string"),
  catches: { "everything is refused": unnamed }
})

validation(
  "PAY-17h",
  "a payment or a contract with 0, −1, 2⁵³, 1e21, a fraction, a text or nothing for an amount is refused by that field",
  {
    because: "quality goal 26: refused at the boundary by type",
    given: {
      bad: fc.constantFrom(
        ...badInputs.filter(
          ({ command, field }) => /^(PaySlip|ContractBiller)$/.test(command.tag) && /amount|fee|slipMaximum/.test(field)
        )
      )
    },
    subject: said,
    holds: (says, { bad: { command, content, field } }) =>
      Effect.map(
        says(command, content),
        ({ fields, recorded }) =>
          Array.isArray(fields) && fields.length > 0 && fields.every((name) => name === field) && recorded === 0
      ),
    catches: { "a fraction of a yen is rounded": hearing(rounded), "the field is not named": unnamed }
  }
)

validation(
  "LED-09g",
  "what a person types wrong in opening an account or linking a bank account is refused by its field",
  {
    because: "rulebook BNK-06, ACC-09, ACC-10, ACC-14; quality goal 27: refused at the boundary",
    given: { mistyped: fc.constantFrom(...mistypings) },
    runs: 40,
    subject: services,
    holds: (hears, { mistyped }) => Effect.map(typing(hears, mistyped), (fields) => fields === mistyped.field),
    catches: {
      "an opening is not looked at": { ...services, open: () => Effect.void },
      "a bank account is not looked at": { ...services, link: () => Effect.void },
      "nothing can be typed right": { ...services, open: () => Effect.fail("no") }
    }
  }
)

const faults = fc.array(fc.constantFrom<Fault>("none", "before", "after"), { maxLength: 4 })

invariant(
  "PAY-20c",
  "a payment sent again with its key until it is answered is made exactly once, wherever the store fails",
  {
    because: "rulebook LED-08, LED-11, PAY-20: a lost answer is resolved by the same key",
    given: { script: faults },
    covers: {
      "an answer is lost": { atLeast: 30, when: ({ script }) => script.find((fault) => fault !== "before") === "after" }
    },
    subject: { keyOf: (_: number): string => "my payment", patient: true },
    holds: ({ keyOf, patient }, { script }) =>
      Effect.map(payingThrough(script, keyOf, patient ? script.length + 1 : 1), (ending) =>
        same(ending, { answer: "accepted", drawn: 5_000 })
      ),
    catches: {
      "each try has a key of its own": { keyOf: (tries) => `try ${tries}`, patient: true },
      "the first failure is taken for an answer": { keyOf: () => "my payment", patient: false }
    }
  }
)

invariant(
  "LED-11f",
  "a defect in one command is that command's alone: of those sent with it, each is done in full and it leaves nothing",
  {
    because: "rulebook LED-11: all of an operation or none of it",
    given: {
      defects: fc.array(fc.constantFrom<Defect>("none", "none", "throws", "isUnbalanced", "overdraws"), {
        maxLength: 12
      })
    },
    covers: {
      "some are defective, some are not": {
        atLeast: 40,
        when: ({ defects }) => defects.includes("none") && new Set(defects).size > 1
      }
    },
    subject: together,
    holds: (sent, { defects }) =>
      Effect.map(
        sent(defects),
        ({ booked, done }) =>
          same(
            done,
            defects.map((defect) => defect === "none")
          ) && booked === defects.filter((defect) => defect === "none").length
      ),
    catches: {
      "a defect takes the others with it": (defects) =>
        together(defects, (defect) => (new Set(defects).size > 1 ? "throws" : defect)),
      "an overdraft is booked": (defects) => together(defects, (defect) => (defect === "overdraws" ? "none" : defect))
    }
  }
)
