/**
 * Payments: what a slip says, who may pay it, and what becomes of the money (PAY).
 */
import { commands } from "@kinchaku/domain/audit/Catalogue"
import type { Biller } from "@kinchaku/domain/bill/Biller"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { cash, fees, merchantPayable, money } from "@kinchaku/domain/ledger/AccountCode"
import { payments } from "@kinchaku/domain/payment/Payment"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { BillAlreadyPaid, BillerNotContracted, type Quote } from "@kinchaku/domain/payment/SlipTerms"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { faultySlip, scannedSlip, slip, slipNumber } from "../src/arbitraries/Slips.ts"
import { japanDate } from "../src/arbitraries/Times.ts"
import { yenAround } from "../src/arbitraries/Amounts.ts"
import { example, invariant, limit, notice, query, transition, validation } from "../src/Rule.ts"
import { batchMax } from "./support/Accounts.ts"
import {
  accepted,
  accountIdOf,
  afterDay,
  answersOf,
  asked,
  billerAnswer,
  cancelling,
  eachPays,
  endingOf,
  funds,
  givenTill,
  linesOf,
  me,
  paid,
  type PayCommand,
  paying,
  policyWith,
  quoteOf,
  racers,
  refused,
  repeated,
  requestOf,
  same,
  shown,
  slipOf,
  sorted,
  standing,
  statesOf,
  tillWith,
  undoing,
  waterworks
} from "./support/Payments.ts"
import { count, Desk, named, noon, race } from "./support/PaymentsDesk.ts"
import {
  ahead,
  blindTo,
  forgetting,
  hearing,
  holding,
  misbooking,
  mistaking,
  refusing,
  seeing,
  under,
  without
} from "./support/PaymentsMistakes.ts"
import {
  billerBehaviour,
  guessingBiller,
  inquiringBiller,
  paymentStory,
  quotedInWorld
} from "./support/PaymentsWorld.ts"
import { faults, hostile, published, quickest, tiring } from "./support/PaymentsSlips.ts"

const neverPays = refusing(PaySlip, new BillerNotContracted({ biller: waterworks.code }))
const owedTo = merchantPayable(waterworks.code)
const read = SlipBarcode.read
const fieldOf = (scanned: string): SlipBarcode.BarcodeField | "none" =>
  Result.match(read(scanned), { onFailure: ({ field }) => field, onSuccess: () => "none" })

// ── what a slip says ─────────────────────────────────────────────────────────────────────────────────────────────────

example("PAY-17a", "slips whose digits others published are read, and written back with the same check digit", {
  because: "GS1 Japan, GS1-128による標準料金代理収納ガイドライン; published examples with their check digits",
  subject: (digits: string) => {
    const slip = Result.getOrThrow(read(digits))
    return { ...slip, barcode: SlipBarcode.write(slip) } as (typeof published)[keyof typeof published]["gives"]
  },
  cases: published,
  catches: {
    "the check digit is not looked at": (digits) => ({
      ...Result.getOrThrow(read(digits)),
      barcode: `${digits.slice(0, 43)}0`
    }),
    "the stamp flag is not looked at": (digits) => ({ ...Result.getOrThrow(read(digits)), stamp: false })
  }
})

example("PAY-17b", "each fault of a slip is named by its field", {
  because: "rulebook PAY-17; GS1 Japan guideline, the eight fields of the 44 digits",
  subject: fieldOf,
  cases: faults,
  catches: {
    "every fault is a wrong check digit": () => "checkDigit" as const,
    "what comes after 200 characters is ignored": (digits) => fieldOf(digits.slice(0, 200))
  }
})

validation("PAY-17c", "a slip with one fault is refused with that field named, a slip without one is read", {
  because: "rulebook PAY-17 (GS1)",
  given: {
    scanned: fc.oneof(
      faultySlip(),
      slipNumber().map((digits) => ({ scanned: digits as string, field: "none" }))
    )
  },
  covers: { "nothing is wrong": { atLeast: 20, when: ({ scanned }) => scanned.field === "none" } },
  subject: fieldOf as (scanned: string) => string,
  holds: (fieldNamed, { scanned }) => fieldNamed(scanned.scanned) === scanned.field,
  catches: {
    "every slip is read": () => "none",
    "no slip is read": () => "checkDigit",
    "30 February has no end": (digits) => (fieldOf(digits) === "dueDate" ? "none" : fieldOf(digits)),
    "a slip of nothing is read": (digits) => (fieldOf(digits) === "amount" ? "none" : fieldOf(digits))
  }
})

validation("PAY-17d", "a single digit that was misread is noticed, wherever it stands and whatever it became", {
  because: "GS1 general specifications, check digit modulus 10 with weights 3 and 1",
  given: { digits: slipNumber(), place: fc.nat(43), by: fc.integer({ min: 1, max: 9 }) },
  subject: (digits: string) => Result.isSuccess(read(digits)),
  holds: (isRead, { by, digits, place }) =>
    isRead(digits) &&
    !isRead(`${digits.slice(0, place)}${(Number(digits[place]) + by) % 10}${digits.slice(place + 1)}`),
  catches: {
    "the check digit is not looked at": (digits) => digits.startsWith("91"),
    "the check digit is the sum of the digits": (digits) =>
      [...digits].reduce((sum, digit) => sum + Number(digit), 0) % 10 === [...digits].length
  }
})

validation(
  "PAY-17e",
  "a slip is the same slip with spaces, hyphens, brackets, full-width digits or a scanner's prefix",
  {
    because: "rulebook PAY-17; scanners send ]C1, FNC1 or EAN before the digits, people type what is printed",
    given: { slip: scannedSlip() },
    covers: { "written otherwise": { atLeast: 50, when: ({ slip }) => slip.scanned !== slip.barcode } },
    subject: (scanned: string): string =>
      Result.match(read(scanned), { onFailure: ({ field }) => field, onSuccess: ({ barcode }) => barcode }),
    holds: (barcode, { slip }) => barcode(slip.scanned) === slip.barcode,
    catches: {
      "only plain digits are read": (scanned) => (/^\d{44}$/.test(scanned) ? scanned : "characters"),
      "full-width digits are not read": (scanned) =>
        /[０-９]/.test(scanned) ? "characters" : SlipBarcode.normalise(scanned),
      "prefixes are kept": (scanned) => scanned.normalize("NFKC").replace(/[\s()-]/g, "")
    }
  }
)

validation(
  "PAY-17f",
  "a text that is no slip is refused by name at once, also of 200,000 characters, NUL or half characters",
  {
    because: "quality goal 29: no input takes longer than its length",
    given: { scanned: hostile() },
    runs: 80,
    subject: read,
    holds: (reading, { scanned }) => {
      const { answer, millis } = quickest(() => reading(scanned))
      return Result.isFailure(answer) && answer.failure._tag === "BarcodeInvalid" && millis < 50
    },
    catches: {
      "what is not read is an empty slip": () => read(slipOf(1)),
      "what comes after 200 characters is ignored": (scanned) => read(scanned.slice(0, 44)),
      "each character is compared with each": tiring(read)
    }
  }
)

validation("PAY-17g", "what is written on a slip is what is read from it", {
  because: "GS1 Japan guideline; rulebook PAY-17",
  given: { slip: slip() },
  covers: { "no due date": { atLeast: 10, when: ({ slip }) => slip.due === undefined } },
  subject: SlipBarcode.write,
  holds: (write, { slip }) =>
    same(sorted({ barcode: SlipBarcode.write(slip), ...slip }), sorted(Result.getOrThrow(read(write(slip))))),
  catches: {
    "the due date is left out": ({ due: _, ...slip }) => SlipBarcode.write(slip),
    "the stamp is left out": (slip) => SlipBarcode.write({ ...slip, stamp: false }),
    "a yen is lost": (slip) =>
      SlipBarcode.write({ ...slip, amount: Math.max(1, slip.amount - 1) as typeof slip.amount })
  }
})

// ── who may be paid, when, how much ──────────────────────────────────────────────────────────────────────────────────

transition(
  "PAY-01",
  "a slip of a contracted biller is paid: its amount leaves the balance and is owed to that biller",
  {
    because: "seed 000, バーコード支払いとは: 払込票 GS1-128",
    given: {
      amount: fc.oneof(fc.constantFrom(1, 300_000), fc.integer({ min: 1, max: 300_000 })),
      written: fc.constantFrom("", " ", "]C1", "EAN")
    },
    subject: PaySlip,
    holds: (pay, { amount, written }) => {
      const desk = tillWith({ money: 300_000 })
      const answer = desk.ask(pay, { ...paying(amount), barcode: written + slipOf(amount) })
      const { owed, money: left } = standing(desk)
      return named(answer) === "accepted" && paid(desk).bill === "paid" && owed === amount && left === 300_000 - amount
    },
    catches: {
      "nothing leaves the balance": without(PaySlip, "entries"),
      "another biller is owed": misbooking(PaySlip, owedTo, merchantPayable("999999")),
      "the bill stays open": forgetting(PaySlip, ({ kind }) => kind === "bill"),
      "no slip is paid": neverPays
    }
  }
)

invariant("PAY-05a", "what was confirmed is exactly what is paid: to this payee this amount, for this fee", {
  because: "seed 000, お支払い内容を確認",
  given: { amount: fc.integer({ min: 1, max: 300_000 }), fee: fc.constantFrom(0, 1, 110) },
  subject: PaySlip,
  holds: (pay, { amount, fee }) => {
    const desk = tillWith({ money: 400_000, fee })
    const { payee } = Result.getOrThrow(desk.ask(pay, paying(amount, { fee: fee as Yen })))
    const after = { cash: 0, money: 400_000 - amount - fee, owed: amount, fees: fee, used: 2 * amount }
    return payee === waterworks.name && same(standing(desk), after)
  },
  catches: {
    "the fee is forgotten": under(
      hearing(PaySlip, (content) => ({ ...content, quote: { ...content.quote, fee: 0 as Yen } })),
      () => ({ fees: [] })
    ),
    "another slip is paid": hearing(PaySlip, () => paying(1_234)),
    "another biller is owed": misbooking(PaySlip, owedTo, merchantPayable("999999")),
    "no slip is paid": neverPays
  }
})

invariant(
  "PAY-05d",
  "the quote that a holder sees before confirming names the payee, and the amount, fee and due date of the slip",
  {
    because: "seed 000, お支払い内容を確認",
    given: {
      amount: fc.integer({ min: 1, max: 300_000 }),
      fee: fc.constantFrom(0, 110),
      due: fc.option(fc.constantFrom("2026-05-20", "2099-12-31"), { nil: undefined })
    },
    runs: 40,
    subject: quotedInWorld,
    holds: (quotes, { amount, due, fee }) =>
      Effect.map(quotes(amount, fee, due as Quote["due"]), (quote) => same(quote, quoteOf(amount, shown(fee, due)))),
    catches: {
      "the fee is not shown": (amount, _, due) => quotedInWorld(amount, 0, due),
      "the due date is not shown": (amount, fee) => quotedInWorld(amount, fee, undefined),
      "the amount is that of another slip": (_, fee, due) => quotedInWorld(1_234, fee, due)
    }
  }
)

const changes: Readonly<Record<string, Partial<Quote>>> = {
  none: {},
  payee: { payee: "みなと市下水道局" },
  amount: { amount: 4_999 as Quote["amount"] },
  fee: { fee: 109 as Yen },
  due: { due: "2026-06-01" as NonNullable<Quote["due"]> }
}
const dueDate = "2026-05-31" as NonNullable<Quote["due"]>
const quoted = quoteOf(5_000, { fee: 110 as Yen, due: dueDate })

/** A payment command that does not compare a field with what was confirmed. */
const overlooking = (field: keyof Quote): PayCommand =>
  hearing(PaySlip, (content) => ({ ...content, quote: { ...content.quote, [field]: quoted[field] } }))

invariant(
  "PAY-05b",
  "where payee, amount, fee or due date is not what was confirmed, nothing is paid and the field is named",
  {
    because: "seed 000, お支払い内容を確認; 電子消費者契約法3条 (confirmation of the content)",
    given: { changed: fc.constantFrom(...Object.keys(changes)) },
    subject: PaySlip,
    holds: (pay, { changed }) => {
      const desk = tillWith({ money: 100_000, fee: 110 })
      const before = desk.everything
      const answer = desk.ask(pay, {
        account: me,
        barcode: slipOf(5_000, { due: dueDate }),
        quote: { ...quoted, ...changes[changed] }
      })
      const field = Result.isFailure(answer) && answer.failure._tag === "QuoteChanged" ? answer.failure.field : "none"
      return field === changed && (desk.everything === before) === (changed !== "none")
    },
    catches: {
      "the payee is not compared": overlooking("payee"),
      "the amount is not compared": overlooking("amount"),
      "the fee is not compared": overlooking("fee"),
      "the due date is not compared": overlooking("due"),
      "nothing that was confirmed can be paid": neverPays
    }
  }
)

invariant("PAY-05c", "a biller that was renamed, or a fee that was changed, after the quote is a changed quote", {
  because: "rulebook PAY-05, FEE-01: what is confirmed is exactly what is paid",
  given: { renamed: fc.boolean(), dearer: fc.boolean() },
  subject: PaySlip,
  holds: (pay, { dearer, renamed }) => {
    const biller = renamed ? { ...waterworks, name: "みなと市上下水道局" } : waterworks
    const answer = tillWith({ money: 100_000, biller, fee: dearer ? 1 : 0 }).ask(pay, paying(5_000))
    return named(answer) === (renamed || dearer ? "QuoteChanged" : "accepted")
  },
  catches: {
    "the old name will do": mistaking(PaySlip, "biller", { name: waterworks.name }),
    "no slip is paid": neverPays
  }
})

validation("PAY-06", "a bill is in time until 23:59:59.999 JST of its due date, a bill without due date always", {
  because: "seed 000, 支払期限が切れています",
  given: {
    due: japanDate(),
    late: fc.oneof(
      fc.constantFrom(0, 1, -1, -86_400_000, 86_400_000, 32_400_000, -32_400_000),
      fc.integer({ min: -1e8, max: 1e8 })
    ),
    dated: fc.boolean()
  },
  covers: {
    "in time": { atLeast: 10, when: ({ dated, late }) => dated && late <= 0 },
    late: { atLeast: 10, when: ({ dated, late }) => dated && late > 0 },
    "never late": { atLeast: 10, when: ({ dated, late }) => !dated && late > 0 }
  },
  subject: PaySlip,
  holds: (pay, { dated, due, late }) => {
    const answer = tillWith({ money: 9_000 }).ask(pay, paying(5_000, dated ? { due } : {}), { at: afterDay(due, late) })
    return named(answer) === (dated && late > 0 ? "BillExpired" : "accepted")
  },
  catches: {
    "the due date itself is late": ahead(PaySlip, 86_400_000),
    "a millisecond more is still in time": ahead(PaySlip, -1),
    "the day ends at midnight in London": ahead(PaySlip, -32_400_000),
    "nothing is ever late": ahead(PaySlip, -400 * 86_400_000),
    "no slip is paid": neverPays
  }
})

example("PAY-08", "a slip is paid only while a collection contract with its biller exists", {
  because: "seed 000, 収納代行契約を結んでいない事業者",
  subject: payingWhere(PaySlip),
  cases: {
    contracted: { given: { biller: waterworks }, gives: "accepted" },
    "the contract has ended": { given: { biller: { ...waterworks, active: false } }, gives: "BillerNotContracted" },
    "there never was one": { given: { biller: undefined }, gives: "BillerNotContracted" },
    "there is one with another biller": {
      given: { biller: { ...waterworks, code: "912346" as Biller["code"] } },
      gives: "BillerNotContracted"
    }
  },
  catches: {
    "an ended contract will do": payingWhere(mistaking(PaySlip, "biller", { active: true })),
    "any biller will do": payingWhere(seeing(PaySlip, (kind, record) => (kind === "biller" ? waterworks : record))),
    "no biller will do": payingWhere(neverPays)
  }
})

function payingWhere(pay: PayCommand) {
  return ({ biller }: { readonly biller: Biller | undefined }): string =>
    named(tillWith({ money: 9_000, biller }).ask(pay, paying(5_000)))
}

limit(
  "PAY-18",
  "a slip up to the largest amount is paid, one yen more is refused; the contract's own maximum holds where it is smaller",
  {
    because: "seed 001, 30万円以下; rulebook PAY-18: ¥300,000, ¥299,999 with some providers",
    given: {
      amount: yenAround(300_000),
      policy: fc.constantFrom<number>(300_000, 299_999, 100),
      contract: fc.constantFrom<number | undefined>(undefined, 300_000, 299_999, 400_000, 1)
    },
    examples: [299_999, 300_000, 300_001].map((amount) => ({
      amount: amount as Yen,
      policy: 300_000,
      contract: undefined
    })),
    subject: PaySlip,
    holds: (pay, { amount, contract, policy }) => {
      const yen = Math.max(1, amount)
      const terms = policyWith(0, { slipMaximum: policy as never })
      const biller = { ...waterworks, ...(contract === undefined ? {} : { slipMaximum: contract as never }) }
      const answer = tillWith({ money: 900_000, policy: terms, biller }).ask(pay, paying(yen))
      return named(answer) === (yen <= Math.min(policy, contract ?? policy) ? "accepted" : "AmountAboveMaximum")
    },
    catches: {
      "the contract's maximum is not looked at": mistaking(PaySlip, "biller", { slipMaximum: undefined }),
      "the policy's maximum is not looked at": under(PaySlip, () => ({ slipMaximum: 999_999 as never })),
      "the maximum itself is refused": under(PaySlip, ({ slipMaximum }) => ({
        slipMaximum: (slipMaximum - 1) as never
      })),
      "no slip is paid": neverPays
    }
  }
)

validation(
  "PAY-12",
  "a payment that cash and money do not cover is refused with the exact shortfall, and nothing moves",
  {
    because: "seed 000, 残高が足りず",
    given: { funds: funds() },
    covers: {
      short: { atLeast: 20, when: ({ funds }) => funds.over < 0 },
      "exactly enough": { atLeast: 5, when: ({ funds }) => funds.over === 0 },
      "one yen short": { atLeast: 5, when: ({ funds }) => funds.over === -1 }
    },
    subject: PaySlip,
    holds: (pay, { funds: { amount, cash: inCash, fee, money: inMoney, over } }) => {
      const desk = tillWith({ cash: inCash, money: inMoney, fee })
      const before = desk.everything
      const answer = desk.ask(pay, paying(amount, { fee: fee as Yen }))
      if (over >= 0) return named(answer) === "accepted"
      const short = { _tag: "InsufficientBalance", asked: amount + fee, available: inCash + inMoney, shortfall: -over }
      return Result.isFailure(answer) && same(answer.failure, short) && desk.everything === before
    },
    catches: {
      "the fee is not covered": under(PaySlip, () => ({ fees: [] })),
      "only money counts": holding(PaySlip, (account, yen) => (account.startsWith("liability:cash") ? 0 : yen)),
      "only cash counts": holding(PaySlip, (account, yen) => (account.startsWith("liability:money") ? 0 : yen)),
      "a yen too many is seen": holding(PaySlip, (_, yen) => yen + 1),
      "no slip is paid": neverPays
    }
  }
)

// ── once, and how it ends ────────────────────────────────────────────────────────────────────────────────────────────

const paysAnyway = blindTo(PaySlip, "bill")

invariant("PAY-09a", "however many holders pay one slip at once, exactly one has paid it and its amount is owed once", {
  because: "seed 000, コンビニでも支払ってしまいました; rulebook PAY-09",
  given: { holders: fc.integer({ min: 2, max: 16 }), batchMax: batchMax(), biller: fc.constantFrom(waterworks, asked) },
  runs: 100,
  subject: PaySlip,
  holds: (pay, { batchMax, biller, holders }) =>
    Effect.map(
      race(racers(holders, biller), eachPays(pay, holders), batchMax),
      ({ answers, books }) =>
        count(answers, "accepted") === 1 &&
        count(answers, "BillAlreadyPaid") === holders - 1 &&
        books.balances.get(owedTo)?.credits === 5_000
    ),
  catches: {
    "each of them pays it": paysAnyway,
    "the bill is not marked": forgetting(PaySlip, ({ kind }) => kind === "bill"),
    "none of them pays it": refusing(PaySlip, new BillAlreadyPaid({ state: "paid" }))
  }
})

invariant(
  "PAY-09b",
  "a slip is payable again exactly when the biller refused its payment, never while it is paid or being paid",
  {
    because: "rulebook PAY-09, PAY-13",
    given: { answers: fc.array(billerAnswer(), { maxLength: 2 }) },
    covers: { "still in payment": { atLeast: 10, when: ({ answers }) => answers.length === 0 } },
    subject: { pay: PaySlip, record: RecordBillerAnswer },
    holds: ({ pay, record }, { answers }) => {
      const desk = tillWith({ money: 20_000, biller: asked })
      const payment = Result.getOrThrow(desk.ask(pay, paying(5_000)))
      desk.askAll(answers.map((answer) => ({ command: record, content: { request: requestOf(payment), answer } })))
      return named(desk.ask(pay, paying(5_000))) === (answers[0]?._tag === "refused" ? "accepted" : "BillAlreadyPaid")
    },
    catches: {
      "it can be paid again at any time": { pay: paysAnyway, record: RecordBillerAnswer },
      "a refusal closes the bill": {
        pay: PaySlip,
        record: forgetting(RecordBillerAnswer, ({ kind }) => kind === "bill")
      }
    }
  }
)

invariant("PAY-11", "no command takes a paid slip back, whoever gives it and whatever it says", {
  because: "seed 000, 本アプリ上でキャンセルはできません",
  given: { n: fc.nat(99), biller: fc.constantFrom(waterworks, asked) },
  subject: commands,
  holds: (catalogue, { biller, n }) => {
    const desk = tillWith({ money: 20_000, biller })
    const payment = Result.getOrThrow(desk.ask(PaySlip, paying(5_000)))
    desk.ask(RecordBillerAnswer, { request: requestOf(payment), answer: { _tag: "accepted" } })
    const before = standing(desk)
    const command = catalogue[n % catalogue.length]
    if (command !== undefined) desk.ask(command, undoing(command, payment))
    return (
      same(standing(desk), before) &&
      desk.record(payments, payment.id)?._tag === "completed" &&
      paid(desk).bill === "paid"
    )
  },
  catches: {
    "the holder can cancel": [...commands, cancelling],
    "a biller can refuse what it accepted": commands.map((command) =>
      command.tag === "RecordBillerAnswer" ? cancelling : command
    )
  }
})

transition(
  "PAY-13a",
  "the first answer of the biller completes the payment or fails it; what comes later changes nothing",
  {
    because: "seed 000, ステータス(完了・失敗・処理中)",
    given: { answers: fc.array(billerAnswer(), { maxLength: 4 }) },
    covers: {
      "they contradict": { atLeast: 10, when: ({ answers }) => new Set(answers.map(({ _tag }) => _tag)).size === 2 }
    },
    subject: RecordBillerAnswer,
    holds: (record, { answers }) => {
      const desk = tillWith({ cash: 2_000, money: 20_000, fee: 110, biller: asked })
      const payment = Result.getOrThrow(desk.ask(PaySlip, paying(5_000, { fee: 110 as Yen })))
      const seen = answersOf(desk, record, payment, answers)
      return seen.every((one) => same(one, seen[0])) && same(statesOf(desk), endingOf(answers[0]))
    },
    catches: {
      "the last answer counts": mistaking(RecordBillerAnswer, "payment", { _tag: "processing" }),
      "every answer completes it": hearing(RecordBillerAnswer, (content) => ({ ...content, answer: accepted })),
      "every answer fails it": hearing(RecordBillerAnswer, (content) => ({ ...content, answer: refused }))
    }
  }
)

transition("PAY-13b", "a refused payment puts cash, money, fee, what is owed and the limit back to where they were", {
  because: "rulebook PAY-13, LIM-03; posting table: exact reverse",
  given: { funds: funds().filter(({ over }) => over >= 0), later: fc.constantFrom(0, 86_400_000, 40 * 86_400_000) },
  subject: RecordBillerAnswer,
  holds: (record, { funds: { amount, cash: inCash, fee, money: inMoney }, later }) => {
    const desk = tillWith({ cash: inCash, money: inMoney, fee, biller: asked })
    const before = standing(desk)
    const payment = Result.getOrThrow(desk.ask(PaySlip, paying(amount, { fee: fee as Yen })))
    const answer = { _tag: "refused" as const, reason: "account closed" }
    desk.ask(record, { request: requestOf(payment), answer }, { at: (noon + later) as typeof noon })
    return (
      same(standing(desk), before) &&
      desk.notices.includes("paymentFailed") &&
      desk.entries.at(-1)?.reverses === ("entry" in payment ? payment.entry : "none")
    )
  },
  catches: {
    "the limit keeps it": forgetting(RecordBillerAnswer, ({ kind }) => kind === "usage"),
    "cash and money change places": misbooking(RecordBillerAnswer, cash(me), money(me)),
    "the fee is kept": misbooking(RecordBillerAnswer, fees, merchantPayable("999999")),
    "nothing comes back": without(RecordBillerAnswer, "entries"),
    "the holder is not told": without(RecordBillerAnswer, "notices")
  }
})

notice("PAY-13d", "a biller that says the opposite of its first answer is raised to operators, once; nothing moves", {
  because: "rulebook PAY-13; quality goal 19: money never vanishes in a contradiction",
  given: { answers: fc.array(billerAnswer(), { minLength: 1, maxLength: 4 }) },
  covers: {
    "a contradiction": { atLeast: 30, when: ({ answers }) => new Set(answers.map(({ _tag }) => _tag)).size === 2 }
  },
  subject: RecordBillerAnswer,
  holds: (record, { answers }) => {
    const desk = tillWith({ money: 20_000, biller: asked })
    const payment = Result.getOrThrow(desk.ask(PaySlip, paying(5_000)))
    const seen = answersOf(desk, record, payment, answers, ({ _tag }) => `${payment.id} ${_tag}`)
    const told = desk.notices.filter((kind) => kind === "paymentContradicted").length
    return told === new Set(answers.map(({ _tag }) => _tag)).size - 1 && seen.every((one) => same(one, seen[0]))
  },
  catches: {
    "nobody is told": without(RecordBillerAnswer, "notices"),
    "the last answer counts": mistaking(RecordBillerAnswer, "payment", { _tag: "processing" })
  }
})

invariant(
  "PAY-13c",
  "while a biller is silent the payment is in processing and drawn; it ends as the biller says, never by guessing",
  {
    because: "rulebook PAY-13: an unknown outcome is resolved by asking again (as TOP-10)",
    given: { behaviour: billerBehaviour() },
    runs: 40,
    subject: inquiringBiller,
    holds: (resolve, { behaviour }) =>
      Effect.map(paymentStory(behaviour, resolve), ({ after, before, taken, waiting }) => {
        const ending = taken ? { state: "completed", held: 8_800 } : { state: "failed", held: 10_000 }
        return same(before, { state: "processing", held: 8_800 }) && same(after, ending) && waiting === 0
      }),
    catches: {
      "silence is taken for a yes": guessingBiller("accepted"),
      "silence is taken for a no": guessingBiller("refused"),
      "silence is left at that": () => Effect.void
    }
  }
)

query(
  "PAY-14",
  "the history of a payment shows date, status, billed amount, amount from balance, payee and barcode number",
  {
    because: "seed 000, お支払い履歴の詳細",
    given: {
      funds: funds().filter(({ over }) => over >= 0),
      biller: fc.constantFrom(waterworks, asked),
      answers: fc.array(billerAnswer(), { maxLength: 1 })
    },
    subject: linesOf,
    holds: (history, { answers, biller, funds: { amount, cash: inCash, fee, money: inMoney } }) => {
      const desk = tillWith({ cash: inCash, money: inMoney, fee, biller })
      const payment = Result.getOrThrow(desk.ask(PaySlip, paying(amount, { fee: fee as Yen })))
      answersOf(desk, RecordBillerAnswer, payment, answers)
      const [status] = endingOf(biller === waterworks ? accepted : answers[0])
      const shown = { date: noon, status, billed: amount, fromBalance: amount + fee, payee: waterworks.name }
      return same(history(desk), [{ ...shown, barcode: slipOf(amount) }])
    },
    catches: {
      "the status is that of the beginning": (desk) => linesOf(desk).map((line) => ({ ...line, status: "processing" })),
      "the fee is left out of what was drawn": (desk) =>
        linesOf(desk).map((line) => ({ ...line, fromBalance: line.billed })),
      "the history is empty": () => []
    }
  }
)

// ── repeated requests ────────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "PAY-20a",
  "a payment sent again with its key, at once or later, answers the first payment and moves nothing again",
  {
    because: "rulebook PAY-20, LED-08",
    given: { times: fc.integer({ min: 2, max: 12 }), batchMax: batchMax() },
    runs: 100,
    subject: { pay: PaySlip, key: "my payment" as string | undefined },
    holds: ({ key, pay }, { batchMax, times }) =>
      Effect.map(
        race(givenTill({ money: 60_000 }), repeated(pay, times, key), batchMax),
        ({ answers, books }) =>
          answers.every((answer) => named(answer) === "accepted" && same(answer, answers[0])) &&
          books.balances.get(money(me))?.debits === 5_000
      ),
    catches: {
      "each of them is a payment of its own": { pay: paysAnyway, key: undefined },
      "the second is refused": { pay: PaySlip, key: undefined }
    }
  }
)

/** Another payment than the first, in one thing. */
const others = {
  amount: paying(5_001),
  slip: { ...paying(5_000), barcode: slipOf(5_000, { reissues: 1 }) },
  account: paying(5_000, {}, accountIdOf(1)),
  nothing: paying(5_000)
}

invariant("PAY-20b", "a key that was used for a payment is refused for any other payment, and nothing moves", {
  because: "rulebook LED-08: other content under the same key is a conflict",
  given: { other: fc.constantFrom("amount", "slip", "account", "nothing" as const) },
  subject: { pay: PaySlip as PayCommand, again: "my payment" },
  holds: ({ again, pay }, { other }) => {
    const desk = new Desk(racers(2, waterworks))
    desk.ask(pay, paying(5_000), { key: "my payment" })
    const before = desk.everything
    const answer = named(desk.ask(pay, others[other], { key: again }))
    return answer === (other === "nothing" ? "accepted" : "IdempotencyConflict") && desk.everything === before
  },
  catches: {
    "only the account counts as asked": { pay: { ...PaySlip, intent: ({ account }) => account }, again: "my payment" },
    "only the slip counts as asked": { pay: { ...PaySlip, intent: ({ barcode }) => barcode }, again: "my payment" },
    "the key is not looked at": { pay: PaySlip, again: "another key" }
  }
})
