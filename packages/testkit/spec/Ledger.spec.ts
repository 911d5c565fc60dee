/**
 * The ledger: what holds of every entry, every balance and every link, whatever happened (LED).
 *
 * A rule is tried on the core at a desk (`support/Desk.ts`); each mistake is a core, a store or a function that is wrong in one part.
 */
import { execFileSync } from "node:child_process"
import { cashBreakage, classOf, fees, suspense } from "@kinchaku/domain/ledger/AccountCode"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import * as Yen from "@kinchaku/domain/money/Yen"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Effect, Equal, Result } from "effect"
import * as fc from "fast-check"
import { test } from "vitest"
import { positiveYenAround, yen, yenAround } from "../src/arbitraries/Amounts.ts"
import { actor, entryId, idempotencyKey } from "../src/arbitraries/Ids.ts"
import { areBalanced, balancedPostings, journalEntry, postings } from "../src/arbitraries/Postings.ts"
import { moment } from "../src/arbitraries/Times.ts"
import { example, invariant, query, validation } from "../src/Rule.ts"
import * as Chain from "./support/Chain.ts"
import { atDesk, core, deciding, morning, spoiling } from "./support/Desk.ts"
import * as Entries from "./support/Entries.ts"
import * as Exports from "./support/Exports.ts"
import { closing, insisting, leaving, leftRunning } from "./support/Gates.ts"
import { always, history } from "./support/Histories.ts"
import * as Holders from "./support/Holders.ts"
import * as Keys from "./support/Keys.ts"
import * as Looks from "./support/Looks.ts"
import * as Mistakes from "./support/Mistakes.ts"
import { manners, rebook, takesAnything } from "./support/Rebooking.ts"
import * as Replays from "./support/Replays.ts"
import * as Spoils from "./support/Spoils.ts"
import { verifier, ways, type Way, wrongVerifiers } from "./support/Tampering.ts"
import * as Times from "./support/Times.ts"
import { bookLines, conducts, drawing, onlyIf } from "./support/Trials.ts"

// ── entries ──────────────────────────────────────────────────────────────────────────────────────────────────────────

invariant("LED-01a", "an entry is accepted exactly when its debits equal its credits", {
  because: "double-entry bookkeeping; ADR-0001 money: value is moved between accounts, never made or lost",
  given: { id: entryId(), lines: fc.oneof(balancedPostings(), postings()) },
  subject: JournalEntry.make,
  holds: (make, { id, lines }) =>
    Result.isSuccess(make({ id, kind: "topUp", businessAt: morning, postings: lines })) === areBalanced(lines),
  catches: {
    "every entry is accepted": (entry) => Result.succeed(entry),
    "every entry is refused": () =>
      Result.fail(new JournalEntry.EntryUnbalanced({ debits: Yen.zero, credits: Yen.zero })),
    "lines are counted, not added up": Entries.balancedBy(
      (lines, side) => lines.filter((line) => line.side === side).length
    ),
    "sums are kept in single precision": Entries.balancedBy((lines, side) =>
      Math.fround(Number(JournalEntry.total(lines, side)))
    )
  }
})

invariant("LED-01b", "whatever a command decides, what is booked balances, and what does not balance is not booked", {
  because: "ADR-0003 engine: every entry is checked once more when it is booked",
  given: { lines: postings().map(Entries.ofNoCustomer) },
  subject: core,
  holds: (core, { lines }) =>
    Effect.map(atDesk(core)(Effect.andThen(Effect.exit(bookLines(lines)), Looks.entries)), (entries) =>
      Equal.equals(
        entries.map((entry) => entry.postings),
        areBalanced(lines) ? [lines] : []
      )
    ),
  catches: {
    "the first line alone is stored": Spoils.lines((lines) => lines.slice(0, 1)),
    "nothing is stored": Spoils.lines(() => []),
    "what is missing is made up from suspense": Entries.madeUpFrom(suspense)
  }
})

invariant("LED-02a", "what was booked once stays as it was booked, whatever happens later", {
  because: "ADR-0006 chain and replay: entries are appended, never changed, never deleted",
  given: { steps: history() },
  runs: 30,
  subject: core,
  holds: (core, { steps }) => Entries.onlyGrows(core, steps),
  catches: {
    "an old entry is corrected in place": spoiling(
      Spoils.firstEntry((entry) => ({ ...entry, kind: "unexpectedDeposit" }))
    ),
    "the oldest command is deleted": spoiling(
      ({ commands }) => void (commands.length > Spoils.openingCommands && commands.shift())
    ),
    "the last command is taken back": spoiling(
      ({ commands }) => void (commands.length > Spoils.openingCommands && commands.pop())
    )
  }
})

invariant("LED-02b", "what is booked cannot be booked again, neither under its own number nor as the next link", {
  because: "ADR-0006 chain and replay: the store itself refuses a link whose place or id is taken",
  given: { n: fc.nat({ max: 30 }), manner: fc.constantFrom(...manners) },
  runs: 50,
  subject: core,
  holds: (core, { manner, n }) =>
    Effect.map(
      atDesk(core)(Effect.andThen(Holders.open("cash"), rebook(n, manner))),
      ({ changed, taken }) => !taken && !changed
    ),
  catches: {
    "the store books it once more": takesAnything(true),
    "the store says that it did": takesAnything(false)
  }
})

invariant("LED-02c", "a correction is a new entry that names the one it reverses, line by line on the other side", {
  because: "double-entry bookkeeping: a mistake is corrected by a further entry, never by an edit",
  given: { cash: positiveYenAround(1000), money: positiveYenAround(1000), paid: positiveYenAround(1000) },
  runs: 40,
  subject: core,
  holds: (core, amounts) => Entries.declinedIsReversed(core, amounts),
  catches: {
    "it does not name the entry": deciding(
      RecordBillerAnswer,
      Spoils.everyEntry(({ reverses: _, ...entry }) => entry)
    ),
    "cash comes back as money": deciding(RecordBillerAnswer, Spoils.everyLine(Spoils.cashToMoney)),
    "nothing is returned": deciding(RecordBillerAnswer, (decision) => ({ ...decision, entries: [] }))
  }
})

// ── balances ─────────────────────────────────────────────────────────────────────────────────────────────────────────

invariant("LED-03", "after every step of a history each stored balance is the sum of its lines", {
  because: "ADR-0003 engine: balances change in the commit that books their lines",
  given: { steps: history() },
  runs: 40,
  subject: core,
  holds: (core, { steps }) => always(core, steps, Looks.storedAreSums),
  catches: {
    "fees are not stored": spoiling((books) => void books.balances.delete(fees)),
    "a payment is stored one yen short": spoiling(Spoils.afterEach("PaySlip", { debits: -1 })),
    "a payment is stored twice": spoiling(Spoils.afterEach("PaySlip", { debits: 1 }))
  }
})

invariant("LED-04", "after every step of a history all ledger accounts together come to zero", {
  because: "double-entry bookkeeping: the trial balance",
  given: { steps: history() },
  runs: 40,
  subject: core,
  holds: (core, { steps }) =>
    always(
      core,
      steps,
      Effect.map(Looks.trialBalance, (sum) => sum === 0n)
    ),
  catches: {
    "a yen is lost with a payment": spoiling(Spoils.afterEach("PaySlip", { debits: 1 })),
    "a yen is made with a top-up": spoiling(Spoils.afterEach("RecordDebitAnswer", { credits: 1 })),
    "breakage is not stored": spoiling((books) => void books.balances.delete(cashBreakage))
  }
})

invariant(
  "LED-05a",
  "a customer's balance can be drawn down to zero and not one yen further, whatever a command decides",
  {
    because: "ADR-0003 engine: the engine checks every decision that it books; seed 000, 残高不足",
    given: { held: positiveYenAround(1000), drawn: yenAround(1000) },
    runs: 60,
    covers: { "one yen too much": { atLeast: 2, when: ({ drawn, held }) => drawn === held + 1 } },
    subject: drawing,
    holds: (drawing, { drawn, held }) => Entries.drawsAtMost(drawing, held, drawn),
    catches: {
      "the account is not known as a customer's": (account) =>
        drawing(account.replace("cash", "wallet") as typeof account),
      "the last yen stays": (account) =>
        onlyIf(drawing(account), (facts, { content }) => content.amount < facts.held(account)) as ReturnType<
          typeof drawing
        >
    }
  }
)

invariant("LED-05b", "after every step of a history no customer's balance is below zero", {
  because: "rulebook LED-05, BAL-08",
  given: { steps: history() },
  runs: 40,
  subject: core,
  holds: (core, { steps }) => always(core, steps, Looks.noneBelowZero),
  catches: { "payments are drawn many times over": spoiling(Spoils.afterEach("PaySlip", { debits: 100_000 })) }
})

invariant(
  "LED-06",
  "an entry says when it happened and when it was booked, what it is, by which command, whose, and under which key",
  {
    because: "rulebook LED-06; PCI DSS 10.2.2: who, what, when",
    given: { by: actor(), under: idempotencyKey(), at: moment(), booksStandAt: moment() },
    runs: 60,
    covers: { "the clock was turned back": { atLeast: 20, when: ({ at, booksStandAt }) => at < booksStandAt } },
    subject: core,
    holds: (core, given) => Entries.saysAll(core, given),
    catches: {
      "everything is booked in the system's name": Mistakes.booksAsItself,
      "the day is taken for the time": deciding(RecordDebitAnswer, Spoils.everyEntry(Times.atStartOfDay)),
      "a top-up is booked as a payment": deciding(
        RecordDebitAnswer,
        Spoils.everyEntry((entry) => ({ ...entry, kind: "payment" }))
      )
    }
  }
)

// ── the chain ────────────────────────────────────────────────────────────────────────────────────────────────────────

example("LED-07a", "three links, encoded and hashed as any other program would have to", {
  because: "ADR-0006 chain and replay: the encoding is a published format",
  subject: Chain.encoded,
  cases: Chain.vectors,
  catches: {
    "lengths are left out": Chain.encodedBy((text) => text),
    "lengths count characters, not bytes": Chain.encodedBy((text) => `${text.length}:${text},`),
    "fields end with a line break": Chain.encodedBy((text) => `${new TextEncoder().encode(text).length}:${text}\n`)
  }
})

invariant("LED-07b", "two contents are encoded alike exactly when they are the same content", {
  because: "ADR-0006 chain and replay: fields carry their lengths",
  given: { pair: Chain.nearlyTheSame() },
  covers: {
    "a character has moved to the field beside": {
      atLeast: 10,
      when: ({ pair: [a, b] }) => a.join("") === b.join("") && !Equal.equals(a, b)
    },
    "both are the same": { atLeast: 10, when: ({ pair: [a, b] }) => Equal.equals(a, b) }
  },
  subject: HashChain.field,
  holds: (field, { pair: [a, b] }) => (a.map(field).join("") === b.map(field).join("")) === Equal.equals(a, b),
  catches: {
    "lengths are left out": (text) => `${text}`,
    "fields are only set apart by commas": (text) => `${text},`,
    "only lengths are encoded": (text) => `${`${text}`.length},`
  }
})

invariant("LED-07c", "two entries are encoded alike exactly when they are the same in everything", {
  because: "ADR-0006 chain and replay",
  given: { entry: journalEntry(), change: fc.constantFrom(...Chain.changes) },
  subject: HashChain.encodeEntry,
  holds: (encode, { change, entry }) =>
    (encode(HashChain.genesis, 1, entry) === encode(HashChain.genesis, 1, Chain.changesOfAnEntry[change](entry))) ===
    (change === "nothing"),
  catches: {
    "the lines are left out": (previous, seq, { postings: [line], ...entry }) =>
      HashChain.encodeEntry(previous, seq, { ...entry, postings: [line] }),
    "what it reverses is left out": (previous, seq, { reverses: _, ...entry }) =>
      HashChain.encodeEntry(previous, seq, entry),
    "its place is counted on": Chain.numbered()
  }
})

invariant(
  "LED-07d",
  "whatever is done to the books, a verifier names the first link that is wrong; in books that nobody touched, none",
  {
    because: "ADR-0006 chain and replay; 電子帳簿保存法施行規則 第2条第6項: 訂正又は削除の事実を確認できること",
    given: { steps: history(), way: fc.constantFrom(...(Object.keys(ways) as Array<Way>)), n: fc.nat({ max: 1000 }) },
    runs: 150,
    subject: verifier,
    holds: (verify, { n, steps, way }) =>
      Effect.map(
        Chain.afterTampering(verify, steps, (books) => ways[way](books, n)),
        ({ named, wrong }) => named === wrong
      ),
    catches: wrongVerifiers
  }
)

// ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "LED-08a",
  "asked again under its key, a command answers what it answered first, to the byte, and does nothing",
  {
    because: "rulebook LED-08; draft-ietf-httpapi-idempotency-key-header",
    given: {
      key: idempotencyKey(),
      wait: fc.constantFrom(0, 1, 86_400_000, 800 * 86_400_000),
      times: fc.integer({ min: 1, max: 3 })
    },
    runs: 40,
    subject: core,
    holds: (core, { key, times, wait }) =>
      Effect.map(
        Keys.repeated(core, { key, wait, times }),
        ({ answers, booked }) => new Set(answers).size === 1 && booked === 1
      ),
    catches: {
      "every call is a new intention": Mistakes.everyCallIsNew,
      "it answers what has become of it since": Keys.answersThePresent
    }
  }
)

invariant("LED-08b", "another content under the same key is refused as a conflict and changes nothing", {
  because: "rulebook LED-08; draft-ietf-httpapi-idempotency-key-header: 422 for another payload",
  given: { key: idempotencyKey(), first: positiveYenAround(500), second: positiveYenAround(500) },
  runs: 40,
  covers: { "the contents differ": { atLeast: 40, when: ({ first, second }) => first !== second } },
  subject: core,
  holds: (core, { first, key, second }) =>
    Effect.map(
      Keys.twoContents(core, { key, first, second }),
      (second_) => second_ === (first === second ? "accepted" : "IdempotencyConflict")
    ),
  catches: {
    "the content is not compared": Mistakes.contentIsNotCompared,
    "the other content is carried out": Mistakes.contentIsPartOfTheKey,
    "the same content is a conflict too": Mistakes.everyRepetitionIsAConflict
  }
})

invariant("LED-08c", "a retry gets its first answer, whatever has changed that would refuse it now", {
  because: "rulebook LED-08: the key is resolved before anything is validated",
  given: { change: fc.constantFrom(...Keys.changes), key: idempotencyKey() },
  runs: 40,
  subject: core,
  holds: (core, { change, key }) => Keys.retriedAfter(core, change, key),
  catches: { "the rules of now are checked before the key is looked at": Mistakes.validatesFirst }
})

invariant(
  "LED-08d",
  "duplicates that arrive at once have one effect and one answer, within a batch and across batches",
  {
    because: "rulebook LED-08; ADR-0003 engine",
    given: { duplicates: fc.integer({ min: 2, max: 64 }), batchMax: fc.constantFrom(1, 2, 7, 256) },
    runs: 30,
    subject: core,
    holds: (core, given) =>
      Effect.map(
        Keys.atOnce(core, given),
        ({ answers, booked }) => new Set(answers).size === 1 && answers.length === given.duplicates && booked === 1
      ),
    catches: {
      "every call is a new intention": Mistakes.everyCallIsNew,
      "only the first is answered": Mistakes.everyRepetitionIsAConflict
    }
  }
)

invariant("LED-08e", "the same key of two actors is two keys", {
  because: "rulebook LED-08: a key belongs to who uses it",
  given: { key: idempotencyKey(), one: actor(), other: actor() },
  runs: 40,
  covers: { "the actors differ": { atLeast: 40, when: ({ one, other }) => one !== other } },
  subject: core,
  holds: (core, { key, one, other }) =>
    Effect.map(Keys.ofTwoActors(core, { key, one, other }), (booked) => booked === (one === other ? 1 : 2)),
  catches: {
    "a key is everybody's": Mistakes.keysBelongToEverybody,
    "every call is a new intention": Mistakes.everyCallIsNew
  }
})

invariant("LED-08f", "a refused command leaves nothing: under the same key it is decided anew", {
  because: "rulebook LED-08; ADR-0003 engine: only accepted commands are recorded",
  given: { key: idempotencyKey(), lacking: positiveYenAround(1000) },
  runs: 40,
  subject: core,
  holds: (core, { key, lacking }) =>
    Effect.map(
      Keys.refusedFirst(core, { key, lacking }),
      ({ first, recorded, second }) => first === "InsufficientBalance" && recorded === 0 && second === "accepted"
    ),
  catches: {
    "refusals are kept for their key": Mistakes.refusalsAreKept,
    "a refused payment goes through": Keys.refusesNoPayment
  }
})

// ── amounts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

validation("LED-09a", "an amount is a whole number of yen from 0 to 2^53 − 1, and nothing else", {
  because: "ADR-0001 money: every yen in the range can be told apart from the next",
  given: { number: fc.oneof(yen(), Entries.noAmount(), fc.double(), fc.integer()) },
  covers: {
    "no amount": { atLeast: 20, when: ({ number }) => !Entries.isAmount(number) },
    "an amount": { atLeast: 20, when: ({ number }) => Entries.isAmount(number) }
  },
  subject: Entries.isYen,
  holds: (isYen, { number }) => isYen(number) === Entries.isAmount(number),
  catches: {
    "every whole number is an amount": (n) => Number.isInteger(n) && n >= 0,
    "fractions are amounts": (n) => n >= 0 && n <= Yen.max && !Object.is(n, -0),
    "a debt is an amount": (n) => Number.isSafeInteger(n) && !Object.is(n, -0),
    "minus zero is an amount": (n) => Number.isSafeInteger(n) && n >= 0,
    "the largest is no amount": (n) => Entries.isAmount(n) && n !== Yen.max,
    "zero is no amount": (n) => Entries.isAmount(n) && n !== 0
  }
})

validation("LED-09b", "a sum of amounts is exact, or refused where it would leave the range", {
  because: "ADR-0001 money",
  given: { a: yen(), b: yen() },
  covers: { "out of range": { atLeast: 2, when: ({ a, b }) => BigInt(a) + BigInt(b) > BigInt(Yen.max) } },
  subject: Yen.add,
  holds: (add, { a, b }) =>
    Equal.equals(
      Result.map(
        Result.mapError(add(a, b), () => "refused"),
        BigInt
      ),
      Entries.exactSum(a, b)
    ),
  catches: {
    "the sum is whatever a float makes of it": (a, b) => Result.succeed((a + b) as Yen.Yen),
    "the sum stops at the largest": (a, b) => Result.succeed(Yen.make(Math.min(a + b, Yen.max))),
    "the largest sum is refused": (a, b) =>
      a + b === Yen.max ? Result.fail(new Yen.AmountOutOfRange({ field: "amount" })) : Yen.add(a, b)
  }
})

validation("LED-09c", "a command with an amount that is none is refused by the field, and nothing is booked", {
  because: "rulebook LED-09; OWASP ASVS 5.0 2.2.1",
  given: { amount: fc.oneof(Entries.noAmount(), fc.constant(0), positiveYenAround(1000)) },
  runs: 60,
  subject: core,
  holds: (core, { amount }) => Entries.asksFor(core, amount),
  catches: {
    "it is rounded and taken": Entries.rounding,
    "it is refused without a word about the field": Entries.withoutTheField
  }
})

invariant("LED-09d", "an operation whose total would leave the range does not happen", {
  because: "ADR-0001 money: totals are amounts too",
  given: { held: positiveYenAround(Yen.max - 500), more: positiveYenAround(500) },
  runs: 40,
  covers: { "it would leave the range": { atLeast: 10, when: ({ held, more }) => held > Yen.max - more } },
  subject: core,
  holds: (core, { held, more }) =>
    Effect.map(Entries.creditedTwice(core, held, more), (has) => has === (held <= Yen.max - more ? held + more : held)),
  catches: {
    "the total stops at the largest": Entries.cappedAt(Yen.max),
    "the largest total is refused": Entries.belowTheLargest
  }
})

// ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

query("LED-10a", "a balance as of any past booking time is what was shown then, also when clocks go back", {
  because: "rulebook LED-10",
  given: { steps: history({ waits: Times.jumps }) },
  runs: 60,
  subject: Times.balanceAt,
  holds: (balanceAt, { steps }) => Times.isAsShown(balanceAt, steps),
  catches: {
    "what was booked at that very time is left out": Times.justBefore,
    "the present balance is given for any time": Times.whenever,
    "the time of the command counts, not of the booking": Times.byCommand
  }
})

invariant("LED-10b", "booking time never goes back, whatever the clock does", {
  because: "ADR-0006 chain and replay: order comes from the chain, not from the clock",
  given: { steps: history({ waits: Times.jumps }) },
  runs: 30,
  subject: core,
  holds: (core, { steps }) => always(core, steps, Effect.map(Looks.recorded, Times.inOrder)),
  catches: { "the clock's time is the booking time": Times.bookedByTheClock }
})

// ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────

invariant("LED-11a", "callers who repeat with their key through any failures of the store have one effect each", {
  because: "rulebook LED-11; ADR-0003 engine: a lost answer is resolved by the key, never by guessing",
  given: {
    script: fc.array(fc.constantFrom("none", "before", "after"), { maxLength: 6 }),
    callers: fc.integer({ min: 1, max: 12 }),
    batchMax: fc.constantFrom(1, 3, 256)
  },
  runs: 60,
  subject: core,
  holds: (core, { batchMax, callers, script }) =>
    Effect.map(insisting(core, script, callers, batchMax), (booked) => booked === callers),
  catches: {
    "a repetition goes out under a new key": Mistakes.everyCallIsNew,
    "silence is taken for success": Mistakes.silenceIsSuccess
  }
})

invariant("LED-11b", "a caller who leaves does not take the command along: all of it is booked, once", {
  because: "ADR-0003 engine: a command that was taken is decided, whoever still waits",
  given: { after: fc.nat({ max: 40 }) },
  runs: 40,
  subject: core,
  holds: (core, { after }) => Effect.map(leaving(core, after), (booked) => booked === 1),
  catches: { "the command is submitted only later": Mistakes.slowToSubmit }
})

invariant("LED-11c", "a command with a defect fails alone; all others of its batch are booked", {
  because: "ADR-0003 engine: a defect in one command is that command's alone",
  given: {
    list: fc.array(fc.constantFrom("well", "well", ...conducts), { minLength: 1, maxLength: 10 }),
    batchMax: fc.constantFrom(1, 3, 256)
  },
  runs: 60,
  covers: {
    "defects beside others": { atLeast: 40, when: ({ list }) => list.includes("well") && new Set(list).size > 1 }
  },
  subject: core,
  holds: (core, { batchMax, list }) => Entries.onlyTheFaultyFail(core, list, batchMax),
  catches: {
    "one that the store refuses takes its batch along": Entries.refusalIsAnOutage,
    "a defect is answered as done": Mistakes.alwaysDone,
    "none is done": Mistakes.neverDone
  }
})

invariant(
  "LED-11d",
  "where too many wait, those who are turned away have done nothing and can come back; nobody is lost",
  {
    because: "ADR-0003 engine: the queue is bounded",
    given: {
      callers: fc.integer({ min: 1, max: 30 }),
      capacity: fc.integer({ min: 1, max: 8 }),
      batchMax: fc.integer({ min: 1, max: 8 })
    },
    runs: 60,
    subject: core,
    holds: (core, { batchMax, callers, capacity }) => Entries.nobodyIsLost(core, { callers, capacity, batchMax }),
    catches: {
      "those turned away are told that it is done": Mistakes.alwaysDone,
      "nobody is served": Mistakes.neverDone,
      "everybody is let in": Entries.noEnd
    }
  }
)

invariant("LED-11e", "a core that closes finishes and answers all that wait, and takes nothing more", {
  because: "rulebook LED-11; ADR-0003 engine",
  given: { callers: fc.integer({ min: 1, max: 12 }), batchMax: fc.constantFrom(1, 3, 256) },
  runs: 30,
  subject: core,
  holds: (core, { batchMax, callers }) => Effect.map(closing(core, callers, batchMax), Entries.allAnswered(callers)),
  catches: {
    "the engine is left running": leftRunning,
    "those who wait are told that nothing was done": Mistakes.neverDone
  }
})

// ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────────

invariant("LED-12a", "after every step assets and expenses are liabilities and revenue", {
  because: "double-entry bookkeeping: the balance sheet",
  given: { steps: history() },
  runs: 40,
  subject: classOf,
  holds: (classOf, { steps }) => always(core, steps, Entries.sheetBalances(classOf)),
  catches: {
    "breakage is left out": Entries.leavingOut(cashBreakage),
    "fees are left out": Entries.leavingOut(fees),
    "what billers are owed is left out": Entries.leavingOut("liability:merchant:")
  }
})

invariant("LED-12b", "what customers and billers are owed is covered by funds held and receivables, after every step", {
  because: "資金決済に関する法律 第14条, 第43条: what is owed to holders is secured",
  given: { steps: history() },
  runs: 40,
  subject: core,
  holds: (core, { steps }) => always(core, steps, Entries.owedIsCovered),
  catches: {
    "the bank's debt is booked one yen short": spoiling(Spoils.afterEach("RecordDebitAnswer", { credits: 1_000_000 })),
    "a payment is credited twice": spoiling(Spoils.afterEach("PaySlip", { credits: 1_000_000 }))
  }
})

query(
  "LED-13a",
  "the export, read by a reader that knows only the format, gives the same balances, and every balance it asserts holds",
  {
    because: "rulebook LED-13; hledger 1.25 journal format",
    given: { steps: history() },
    runs: 40,
    subject: Exports.text,
    holds: (text, { steps }) => Exports.agree(text, steps),
    catches: {
      "the last transaction is missing": Exports.withoutTheLast,
      "debits are negative": Exports.turnedRound,
      "asserted balances are those before the posting": Exports.assertedTooEarly
    }
  }
)

const hledger = Exports.findHledger()
test.skipIf(hledger === undefined)(
  "LED-13 the program hledger computes the same balances (skipped where it is not installed)",
  () =>
    Effect.runPromise(
      Exports.asHledgerSays((args, input) => execFileSync(hledger ?? "", args, { input, encoding: "utf8" }))
    )
)

invariant(
  "LED-14a",
  "the recorded commands, replayed on an empty store, give the same journal to the hash, also where the policy changed between",
  {
    because: "ADR-0006 chain and replay",
    given: { steps: history(), tick: fc.constantFrom(0, 1, 700) },
    runs: 40,
    subject: Replays.replayed,
    holds: (replayed, { steps, tick }) => Replays.givesTheSame(replayed, steps, tick),
    catches: {
      "commands without entries are left out": Replays.onlyEntries,
      "today's policy holds for all of history": Replays.underTodaysPolicy,
      "commands are replayed at the time of the replay": Replays.atTheTimeOfReplay
    }
  }
)

invariant("LED-14b", "a recorded command that does not lead to what was recorded is named", {
  because: "ADR-0006 chain and replay",
  given: { steps: history(), n: fc.nat({ max: 1000 }), what: fc.constantFrom(...Replays.alterations) },
  runs: 40,
  subject: Replays.replayed,
  holds: (replayed, { n, steps, what }) => Replays.namesTheFirst(replayed, steps, n, what),
  catches: {
    "what comes out is not compared": Replays.withoutComparing,
    "the one after it is named": Replays.namesTheNext
  }
})
