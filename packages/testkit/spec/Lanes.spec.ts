/**
 * The lanes of the ledger: what holds where several processes write one set of books (LED).
 *
 * The books are written by simulated writers (`support/Writers.ts`); each mistake is a verifier, a replay, a writer or a seal that is wrong about lanes.
 */
import { Effect } from "effect"
import * as fc from "fast-check"
import { invariant, query } from "../src/Rule.ts"
import { history } from "./support/Histories.ts"
import * as Lanes from "./support/Lanes.ts"
import * as Replays from "./support/Replays.ts"
import * as Times from "./support/Times.ts"
import { booksOf, type Happening, lanesOf, turns } from "./support/Writers.ts"

const happening = (every: ReadonlyArray<number> = [0, 1, 3]): fc.Arbitrary<Happening> =>
  fc.record({ turns: turns(), steps: history(), every: fc.constantFrom(...every) }, { noNullPrototype: true })
const several = ({ turns }: Happening): boolean => lanesOf(turns) > 1
const becauseOfLanes = "ADR-0010 lanes"

invariant(
  "LED-07e",
  "a journal verifies and its heads are its lanes' last links, whichever writers made it, whatever they had seen",
  {
    because: becauseOfLanes,
    given: { happening: happening() },
    runs: 60,
    covers: { "several lanes": { atLeast: 50, when: ({ happening }) => several(happening) } },
    subject: Lanes.verifier,
    holds: (verify, { happening }) =>
      Effect.flatMap(booksOf(happening), (books) =>
        Effect.map(verify(books), (finding) => Lanes.isRight(finding, { files: books, isTouched: false }))
      ),
    catches: {
      "lanes are walked one after another": Lanes.wrong.laneAfterLane,
      "numbers may leave no gap within a lane": Lanes.wrong.withoutGapsInALane,
      "every lane begins as the first one does": Lanes.wrong.oneBeginningForAll
    }
  }
)

invariant("LED-07f", "a link that was changed, removed, moved or inserted is found in any lane", {
  because: `${becauseOfLanes}; 電子帳簿保存法施行規則 第2条第6項: 訂正又は削除の事実を確認できること`,
  given: {
    happening: happening(),
    doing: fc.constantFrom(...(Object.keys(Lanes.doings) as Array<Lanes.Doing>)),
    n: fc.nat({ max: 1000 })
  },
  runs: 150,
  covers: { "several lanes": { atLeast: 50, when: ({ happening }) => several(happening) } },
  subject: Lanes.verifier,
  holds: (verify, { doing, happening, n }) =>
    Effect.flatMap(booksOf(happening), (books) => {
      const touched = Lanes.doings[doing](Lanes.unpublished(books), n)
      return Effect.map(verify(touched.files), (finding) => Lanes.isRight(finding, touched))
    }),
  catches: {
    "the first lane alone is looked at": Lanes.wrong.firstLaneAlone,
    "a link may stand in any lane that it fits into": Lanes.wrong.fittingLane,
    "the first link is always suspect": Lanes.wrong.always
  }
})

invariant("LED-07g", "a tail that a seal names cannot be cut off its lane unseen, also where no head was published", {
  because: "ADR-0010 lanes: a seal binds the tails of all lanes",
  given: { happening: happening(), n: fc.nat({ max: 1000 }), numbers: fc.constantFrom("kept", "given anew") },
  runs: 80,
  covers: { "there are seals": { atLeast: 40, when: ({ happening }) => several(happening) && happening.every > 0 } },
  subject: Lanes.verifier,
  holds: (verify, { happening, n, numbers }) =>
    Effect.flatMap(booksOf(happening), (books) => {
      const touched = Lanes.cutSealed(Lanes.unpublished(books), n, numbers)
      return Effect.map(verify(touched.files), (finding) => Lanes.isRight(finding, touched))
    }),
  catches: {
    "seals are not looked at": Lanes.wrong.sealsIgnored,
    "the first lane alone is looked at": Lanes.wrong.firstLaneAlone,
    "the first link is always suspect": Lanes.wrong.always
  }
})

invariant(
  "LED-07h",
  "a tail that no seal names yet cannot be cut off its lane unseen, where the head of the lane was published",
  {
    because: "ADR-0010 lanes; rulebook LED-07: an anchor outside",
    given: {
      happening: happening(),
      n: fc.nat({ max: 1000 }),
      what: fc.constantFrom("nothing", "cut", "moved")
    },
    runs: 80,
    covers: { "several lanes": { atLeast: 50, when: ({ happening }) => several(happening) } },
    subject: Lanes.verifier,
    holds: (verify, { happening, n, what }) =>
      Effect.flatMap(booksOf(happening), (books) => {
        const touched = Lanes.afterPublishing(books, n, what)
        return Effect.map(verify(touched.files), (finding) => Lanes.isRight(finding, touched))
      }),
    catches: {
      "no head was published": Lanes.wrong.nonePublished,
      "a published head is looked for in the first lane": Lanes.wrong.publishedOfTheFirstLane,
      "it is enough that some lane has come so far": Lanes.wrong.publishedByNumber
    }
  }
)

invariant("LED-07i", "a seal that names what is no link of its lane is found", {
  because: "ADR-0010 lanes: a seal is only as good as what it names",
  given: {
    happening: happening([1, 3]),
    n: fc.nat({ max: 1000 }),
    forgery: fc.constantFrom(...(Object.keys(Lanes.forgeries) as Array<Lanes.Forgery>))
  },
  runs: 80,
  covers: { "there are seals": { atLeast: 50, when: ({ happening }) => several(happening) } },
  subject: Lanes.verifier,
  holds: (verify, { forgery, happening, n }) =>
    Effect.flatMap(booksOf(happening), (books) => {
      const touched = Lanes.forged(Lanes.unpublished(books), n, forgery)
      return Effect.map(verify(touched.files), (finding) => Lanes.isRight(finding, touched))
    }),
  catches: {
    "seals are not looked at": Lanes.wrong.sealsIgnored,
    "it is enough that there is a link of that number": Lanes.wrong.sealsCounted,
    "only the last seal is looked at": Lanes.wrong.lastSealAlone
  }
})

invariant(
  "LED-07j",
  "lanes are sealed exactly where there are several and something was added since, with the heads of all",
  {
    because: "ADR-0010 lanes: one lane needs no seal, and a seal of nothing new says nothing",
    given: { happening: happening([0]) },
    runs: 40,
    covers: {
      "several lanes": { atLeast: 50, when: ({ happening }) => several(happening) },
      "one lane": { atLeast: 5, when: ({ happening }) => !several(happening) }
    },
    subject: Lanes.sealing,
    holds: (seals, { happening }) => Lanes.areSealed(seals, happening),
    catches: {
      "they are sealed as often as asked": Lanes.wrongly.always,
      "one lane is sealed too": Lanes.wrongly.oneLaneToo,
      "the last head alone is named": Lanes.wrongly.lastAlone,
      "they are never sealed": Lanes.wrongly.never
    }
  }
)

query("LED-10c", "what a holder had as of any past booking time is what was shown then, whichever writers booked it", {
  because: `rulebook LED-10; ${becauseOfLanes}`,
  given: { turns: turns(), steps: history({ waits: Times.jumps }) },
  runs: 60,
  covers: { "several lanes": { atLeast: 50, when: ({ turns }) => lanesOf(turns) > 1 } },
  subject: Times.ofWriters,
  holds: ({ asOf, on }, { steps, turns }) => Times.isAsShown(asOf, steps, on(turns)),
  catches: {
    "the first lane alone is summed": Times.ofOneLane,
    "what was booked at that very time is left out": Times.ofJustBefore,
    "a writer books before what was shown already": Times.ofBelatedWriters
  }
})

invariant("LED-14g", "a journal of several lanes, replayed in the order of places, gives the same lanes, to the hash", {
  because: "ADR-0010 lanes; ADR-0006 chain and replay: what depends on something is numbered after it",
  given: { happening: happening() },
  runs: 50,
  covers: { "several lanes": { atLeast: 50, when: ({ happening }) => several(happening) } },
  subject: Replays.ofWriters,
  holds: (subject, { happening }) => Replays.givesTheSameLanes(subject, happening),
  catches: {
    "lanes are replayed one after another": Replays.laneAfterLane,
    "everything is replayed into the first lane": Replays.inOneLane,
    "each lane is numbered by itself": Replays.densely,
    "a writer numbers its links before what they depend on": Replays.ofHeedlessWriters
  }
})
