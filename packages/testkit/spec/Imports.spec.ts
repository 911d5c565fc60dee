/**
 * The journal on its way between stores: exported as lines, imported into an empty store. Ids are those of docs/rulebook/6-ledger.md.
 */
import * as fc from "fast-check"
import { invariant, transition, validation } from "../src/Rule.ts"
import { history } from "./support/Histories.ts"
import * as Imports from "./support/Imports.ts"

invariant(
  "LED-14d",
  "an export, imported into an empty store and exported again, is the same text, over one lane or several",
  {
    because: "ADR-0006 chain and replay: the commands are all there is",
    given: { steps: history(), lanes: fc.constantFrom(1, 2, 3) },
    runs: 30,
    subject: Imports.imported,
    holds: (imported, { lanes, steps }) => Imports.comesBack(imported, steps, lanes),
    catches: {
      "every link goes into the first lane": Imports.everythingInTheFirstLane,
      "commands are decided at another time": Imports.bookedAtTheImport
    }
  }
)

validation("LED-14e", "an export of which a line is missing, doubled, changed or out of place is refused", {
  because: "rulebook LED-07, LED-14: what is not whole is no copy",
  given: {
    steps: history(),
    what: fc.constantFrom(...Imports.damages),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  },
  runs: 60,
  subject: Imports.imported,
  holds: (imported, { at, steps, what }) => Imports.isRefused(imported, steps, what, at),
  catches: {
    "what goes wrong is not reported": Imports.notReported,
    "what can be read is taken, and the last line made to fit": Imports.generous
  }
})

transition("LED-14f", "a request that waits after an import is inquired before it is asked again", {
  because: "rulebook TOP-10; ADR-0004 outbox: it may have been delivered by the store that was exported",
  given: { steps: history() },
  runs: 40,
  subject: Imports.imported,
  holds: (imported, { steps }) => Imports.areInquired(imported, steps),
  catches: {
    "commands are replayed and nothing is noted": Imports.withoutNoting,
    "requests to billers are forgotten": Imports.onlyTheBank
  }
})
