/**
 * Payments: what a slip says, who may pay it, and what becomes of the money (PAY).
 */
import { commands } from "@kinchaku/domain/audit/Catalogue"
import { type Biller, billers } from "@kinchaku/domain/bill/Biller"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { put } from "@kinchaku/domain/engine/Facts"
import { cash, fees, merchantPayable, money } from "@kinchaku/domain/ledger/AccountCode"
import { payments } from "@kinchaku/domain/payment/Payment"
import { BillAlreadyPaid, BillerNotContracted, PaySlip, type Quote } from "@kinchaku/domain/payment/SlipPayment"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { faultySlip, scannedSlip, slip, slipNumber } from "../src/arbitraries/Slips.ts"
import { japanDate } from "../src/arbitraries/Times.ts"
import { yenAround } from "../src/arbitraries/Amounts.ts"
import { example, invariant, limit, query, transition, validation } from "../src/Rule.ts"
import { batchMax } from "./support/accounts.ts"
import {
  accountIdOf,
  accountOf,
  afterDay,
  asked,
  billerAnswer,
  cancelling,
  funds,
  givenTill,
  me,
  paid,
  type PayCommand,
  paying,
  policyWith,
  quoteOf,
  racers,
  requestOf,
  same,
  slipOf,
  standing,
  tillWith,
  undoing,
  waterworks
} from "./support/payments.ts"
import { count, deciding, Desk, forgetting, named, noon, race, seeing } from "./support/paymentsDesk.ts"
import { faults, hostile, published } from "./support/paymentsSlips.ts"

const neverPays: PayCommand = deciding(PaySlip, (_, __, { content }) =>
  Result.fail(new BillerNotContracted({ biller: content.barcode.slice(2, 8) as Biller["code"] }))
)
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
    "the check digit is not looked at": (digits) => ({ ...Result.getOrThrow(read(digits)), barcode: `${digits.slice(0, 43)}0` }),
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
  given: { scanned: fc.oneof(faultySlip(), slipNumber().map((digits) => ({ scanned: digits as string, field: "none" }))) },
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
    isRead(digits) && !isRead(`${digits.slice(0, place)}${(Number(digits[place]) + by) % 10}${digits.slice(place + 1)}`),
  catches: {
    "the check digit is not looked at": (digits) => digits.startsWith("91"),
    "the check digit is the sum of the digits": (digits) =>
      [...digits].reduce((sum, digit) => sum + Number(digit), 0) % 10 === [...digits].length
  }
})

validation("PAY-17e", "a slip is the same slip with spaces, hyphens, brackets, full-width digits or a scanner's prefix", {
  because: "rulebook PAY-17; scanners send ]C1, FNC1 or EAN before the digits, people type what is printed",
  given: { slip: scannedSlip() },
  covers: { "written otherwise": { atLeast: 50, when: ({ slip }) => slip.scanned !== slip.barcode } },
  subject: (scanned: string): string => Result.match(read(scanned), { onFailure: ({ field }) => field, onSuccess: ({ barcode }) => barcode }),
  holds: (barcode, { slip }) => barcode(slip.scanned) === slip.barcode,
  catches: {
    "only plain digits are read": (scanned) => (/^\d{44}$/.test(scanned) ? scanned : "characters"),
    "full-width digits are not read": (scanned) => (/[０-９]/.test(scanned) ? "characters" : SlipBarcode.normalise(scanned)),
    "prefixes are kept": (scanned) => scanned.normalize("NFKC").replace(/[\s()-]/g, "")
  }
})

validation("PAY-17f", "a text that is no slip is refused by name at once, also of 200,000 characters, NUL or half characters", {
  because: "quality goal 29: no input takes longer than its length",
  given: { scanned: hostile() },
  runs: 150,
  subject: read,
  holds: (reading, { scanned }) => {
    const began = performance.now()
    const answer = reading(scanned)
    return Result.isFailure(answer) && answer.failure._tag === "BarcodeInvalid" && performance.now() - began < 100
  },
  catches: {
    "what is not read is an empty slip": () => read(slipOf(1)),
    "what comes after 200 characters is ignored": (scanned) => read(scanned.slice(0, 44)),
    "each character is compared with each": (scanned) => {
      const until = performance.now() + scanned.length / 200
      while (performance.now() < until) scanned.charCodeAt(0)
      return read(scanned)
    }
  }
})

validation("PAY-17g", "what is written on a slip is what is read from it", {
  because: "GS1 Japan guideline; rulebook PAY-17",
  given: { slip: slip() },
  covers: { "no due date": { atLeast: 10, when: ({ slip }) => slip.due === undefined } },
  subject: SlipBarcode.write,
  holds: (write, { slip }) => Result.getOrThrow(read(write(slip))).barcode === SlipBarcode.write(slip) && fits(read(write(slip)), slip),
  catches: {
    "the due date is left out": ({ due: _, ...slip }) => SlipBarcode.write(slip),
    "the stamp is left out": (slip) => SlipBarcode.write({ ...slip, stamp: false }),
    "a yen is lost": (slip) => SlipBarcode.write({ ...slip, amount: Math.max(1, slip.amount - 1) as typeof slip.amount })
  }
})

const fits = (answer: Result.Result<SlipBarcode.Slip, unknown>, { due, ...slip }: Omit<SlipBarcode.Slip, "barcode">): boolean =>
  Result.match(answer, {
    onFailure: () => false,
    onSuccess: ({ barcode: _, ...said }) => Object.entries({ ...slip, due }).every(([field, value]) => said[field as "free"] === value)
  })

// ── who may be paid, when, how much ──────────────────────────────────────────────────────────────────────────────────

transition("PAY-01", "a slip of a contracted biller is paid: its amount leaves the balance and is owed to that biller", {
  because: "seed 000, バーコード支払いとは: 払込票 GS1-128",
  given: { amount: fc.oneof(fc.constantFrom(1, 300_000), fc.integer({ min: 1, max: 300_000 })), written: fc.constantFrom("", " ", "]C1", "EAN") },
  subject: PaySlip,
  holds: (pay, { amount, written }) => {
    const desk = tillWith({ money: 300_000 })
    const answer = desk.ask(pay, { ...paying(amount), barcode: written + slipOf(amount) })
    const { owed, money: left } = standing(desk)
    return named(answer) === "accepted" && paid(desk).bill === "paid" && owed === amount && left === 300_000 - amount
  },
  catches: {
    "nothing leaves the balance": deciding(PaySlip, (decided) => Result.map(decided, (decision) => ({ ...decision, entries: [] }))),
    "another biller is owed": deciding(PaySlip, (decided) =>
      Result.map(decided, (decision) => JSON.parse(JSON.stringify(decision).replaceAll(merchantPayable(waterworks.code), merchantPayable("999999"))))
    ),
    "the bill stays open": forgetting(PaySlip, ({ kind }) => kind === "bill"),
    "no slip is paid": neverPays
  }
})

invariant("PAY-05a", "what was quoted is exactly what is paid: payee, amount, fee and due date", {
  because: "seed 000, お支払い内容を確認",
  given: { amount: fc.integer({ min: 1, max: 300_000 }), fee: fc.constantFrom(0, 1, 110), due: fc.option(japanDate(), { nil: undefined }) },
  subject: PaySlip,
  holds: (pay, { amount, due, fee }) => {
    const desk = tillWith({ money: 400_000, fee })
    const content = paying(amount, { fee: fee as Yen, ...(due === undefined ? {} : { due }) })
    const { payee, ...payment } = Result.getOrThrow(desk.ask(pay, content, { at: due === undefined ? noon : afterDay(due, 0) }))
    const { fees: charged, money: left, owed } = standing(desk)
    return payee === waterworks.name && payment.amount === amount && owed === amount && charged === fee && left === 400_000 - amount - fee
  },
  catches: {
    "the fee is forgotten": deciding(PaySlip, (_, facts, envelope) =>
      PaySlip.decide({ ...facts, find: facts.find, held: facts.held, peek: facts.peek, policy: policyWith(0) }, {
        ...envelope,
        content: { ...envelope.content, quote: { ...envelope.content.quote, fee: 0 as Yen } }
      })
    ),
    "one yen more is paid": deciding(PaySlip, (_, facts, envelope) =>
      PaySlip.decide(facts, { ...envelope, content: { ...envelope.content, barcode: slipOf(Math.min(envelope.content.quote.amount + 1, 300_000)), quote: { ...envelope.content.quote, amount: Math.min(envelope.content.quote.amount + 1, 300_000) as never } } })
    ),
    "no slip is paid": neverPays
  }
})

const changes: Readonly<Record<string, Partial<Quote>>> = {
  none: {},
  payee: { payee: "みなと市下水道局" },
  amount: { amount: 4_999 as Quote["amount"] },
  fee: { fee: 109 as Yen },
  due: { due: "2026-06-01" as NonNullable<Quote["due"]> }
}
const dueDate = "2026-05-31" as NonNullable<Quote["due"]>
const quoted = quoteOf(5_000, { fee: 110 as Yen, due: dueDate })

/** A payment command that takes what it finds for what was confirmed, in one field or in all. */
const overlooking = (...fields: ReadonlyArray<keyof Quote>): PayCommand =>
  deciding(PaySlip, (_, facts, envelope) => {
    const quote = fields.reduce((said, field) => ({ ...said, [field]: quoted[field] }), envelope.content.quote)
    return PaySlip.decide(facts, { ...envelope, content: { ...envelope.content, quote } })
  })

invariant("PAY-05b", "where payee, amount, fee or due date is not what was confirmed, nothing is paid and the field is named", {
  because: "seed 000, お支払い内容を確認; 電子消費者契約法3条 (confirmation of the content)",
  given: { changed: fc.constantFrom(...Object.keys(changes)) },
  subject: PaySlip,
  holds: (pay, { changed }) => {
    const desk = tillWith({ money: 100_000, fee: 110 })
    const before = desk.everything
    const answer = desk.ask(pay, { account: me, barcode: slipOf(5_000, { due: dueDate }), quote: { ...quoted, ...changes[changed] } })
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
})

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
    "the old name will do": seeing(PaySlip, (kind, record) => (kind === billers.name ? waterworks : record)),
    "no slip is paid": neverPays
  }
})

validation("PAY-06", "a bill is in time until 23:59:59.999 JST of its due date, a bill without due date always", {
  because: "seed 000, 支払期限が切れています",
  given: {
    due: japanDate(),
    late: fc.oneof(fc.constantFrom(0, 1, -1, -86_400_000, 86_400_000, 32_400_000, -32_400_000), fc.integer({ min: -1e8, max: 1e8 })),
    dated: fc.boolean()
  },
  covers: {
    "in time": { atLeast: 10, when: ({ dated, late }) => dated && late <= 0 },
    "late": { atLeast: 10, when: ({ dated, late }) => dated && late > 0 },
    "never late": { atLeast: 10, when: ({ dated, late }) => !dated && late > 0 }
  },
  subject: PaySlip,
  holds: (pay, { dated, due, late }) => {
    const answer = tillWith({ money: 9_000 }).ask(pay, paying(5_000, dated ? { due } : {}), { at: afterDay(due, late) })
    return named(answer) === (dated && late > 0 ? "BillExpired" : "accepted")
  },
  catches: {
    "the due date itself is late": asIf(-86_400_000),
    "a millisecond more is still in time": asIf(1),
    "the day ends at midnight in London": asIf(32_400_000),
    "nothing is ever late": asIf(400 * 86_400_000),
    "no slip is paid": neverPays
  }
})

/** A payment command whose clock for due dates is so many milliseconds behind. */
function asIf(millis: number): PayCommand {
  return deciding(PaySlip, (_, facts, { at, ...envelope }) => PaySlip.decide(facts, { ...envelope, at: (at - millis) as typeof at }))
}

example("PAY-08", "a slip is paid only while a collection contract with its biller exists", {
  because: "seed 000, 収納代行契約を結んでいない事業者",
  subject: payingWhere(PaySlip),
  cases: {
    "contracted": { given: { biller: waterworks }, gives: "accepted" },
    "the contract has ended": { given: { biller: { ...waterworks, active: false } }, gives: "BillerNotContracted" },
    "there never was one": { given: { biller: undefined }, gives: "BillerNotContracted" },
    "there is one with another biller": { given: { biller: { ...waterworks, code: "912346" as Biller["code"] } }, gives: "BillerNotContracted" }
  },
  catches: {
    "an ended contract will do": payingWhere(seeing(PaySlip, (kind, record) => (kind === billers.name && record !== undefined ? { ...record, active: true } : record))),
    "any biller will do": payingWhere(seeing(PaySlip, (kind, record) => (kind === billers.name ? waterworks : record))),
    "no biller will do": payingWhere(neverPays)
  }
})

function payingWhere(pay: PayCommand) {
  return ({ biller }: { readonly biller: Biller | undefined }): string => named(tillWith({ money: 9_000, biller }).ask(pay, paying(5_000)))
}

limit("PAY-18", "a slip up to the largest amount is paid, one yen more is refused; the contract's own maximum holds where it is smaller", {
  because: "seed 001, 30万円以下; rulebook PAY-18: ¥300,000, ¥299,999 with some providers",
  given: {
    amount: yenAround(300_000),
    policy: fc.constantFrom<number>(300_000, 299_999, 100),
    contract: fc.constantFrom<number | undefined>(undefined, 300_000, 299_999, 400_000, 1)
  },
  examples: [299_999, 300_000, 300_001].map((amount) => ({ amount: amount as Yen, policy: 300_000, contract: undefined })),
  subject: PaySlip,
  holds: (pay, { amount, contract, policy }) => {
    const yen = Math.max(1, amount)
    const terms = policyWith(0, { slipMaximum: policy as never })
    const biller = { ...waterworks, ...(contract === undefined ? {} : { slipMaximum: contract as never }) }
    const answer = tillWith({ money: 900_000, policy: terms, biller }).ask(pay, paying(yen))
    return named(answer) === (yen <= Math.min(policy, contract ?? policy) ? "accepted" : "AmountAboveMaximum")
  },
  catches: {
    "the contract's maximum is not looked at": seeing(PaySlip, (kind, record) => (kind === billers.name ? waterworks : record)),
    "the policy's maximum is not looked at": underPolicy({ slipMaximum: 999_999 as never }),
    "the maximum itself is refused": deciding(PaySlip, (decided, { policy }, { content }) =>
      content.quote.amount === policy.slipMaximum ? Result.fail(new BillAlreadyPaid({ state: "paid" })) : decided
    ),
    "no slip is paid": neverPays
  }
})

/** A payment command that decides under other values than those in force. */
function underPolicy(more: Partial<ReturnType<typeof policyWith>>): PayCommand {
  return deciding(PaySlip, (_, facts, envelope) =>
    PaySlip.decide({ find: facts.find, held: facts.held, peek: facts.peek, policy: { ...facts.policy, ...more } }, envelope)
  )
}

validation("PAY-12", "a payment that cash and money do not cover is refused with the exact shortfall, and nothing moves", {
  because: "seed 000, 残高が足りず",
  given: { funds: funds() },
  covers: {
    "short": { atLeast: 20, when: ({ funds }) => funds.over < 0 },
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
    "the fee is not covered": underPolicy({ fees: [] }),
    "only money counts": holding((account, yen) => (account.startsWith("liability:cash") ? 0 : yen)),
    "only cash counts": holding((account, yen) => (account.startsWith("liability:money") ? 0 : yen)),
    "a yen too many is seen": holding((_, yen) => yen + 1),
    "no slip is paid": neverPays
  }
})

/** A payment command that sees other balances than there are. */
function holding(other: (account: string, yen: number) => number): PayCommand {
  return deciding(PaySlip, (_, facts, envelope) =>
    PaySlip.decide({ find: facts.find, peek: facts.peek, policy: facts.policy, held: (account) => other(account, facts.held(account)) as Yen }, envelope)
  )
}

// ── once, and how it ends ────────────────────────────────────────────────────────────────────────────────────────────

const paysAnyway: PayCommand = seeing(PaySlip, (kind, record) => (kind === "bill" ? undefined : record))

invariant("PAY-09a", "however many holders pay one slip at once, exactly one has paid it and its amount is owed once", {
  because: "seed 000, コンビニでも支払ってしまいました; rulebook PAY-09",
  given: { holders: fc.integer({ min: 2, max: 16 }), batchMax: batchMax(), biller: fc.constantFrom(waterworks, asked) },
  runs: 100,
  subject: PaySlip,
  holds: (pay, { batchMax, biller, holders }) =>
    Effect.map(race(racers(holders, biller), Array.from({ length: holders }, (_, n) => ({ command: pay, content: paying(5_000, {}, accountIdOf(n)) })), batchMax), ({ answers, books }) =>
      count(answers, "accepted") === 1 && count(answers, "BillAlreadyPaid") === holders - 1 && books.balances.get(merchantPayable(waterworks.code))?.credits === 5_000
    ),
  catches: {
    "each of them pays it": paysAnyway,
    "the bill is not marked": forgetting(PaySlip, ({ kind }) => kind === "bill"),
    "none of them pays it": deciding(PaySlip, () => Result.fail(new BillAlreadyPaid({ state: "paid" })))
  }
})

invariant("PAY-09b", "a slip is payable again exactly when the biller refused its payment, never while it is paid or being paid", {
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
    "a refusal closes the bill": { pay: PaySlip, record: forgetting(RecordBillerAnswer, ({ kind }) => kind === "bill") }
  }
})

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
    if (command !== undefined) desk.ask(command, undoing(command.tag, payment))
    return same(standing(desk), before) && desk.record(payments, payment.id)?._tag === "completed" && paid(desk).bill === "paid"
  },
  catches: {
    "the holder can cancel": [...commands, cancelling],
    "a biller can refuse what it accepted": commands.map((command) => (command.tag === "RecordBillerAnswer" ? cancelling : command))
  }
})

transition("PAY-13a", "the first answer of the biller completes the payment or fails it; what comes later changes nothing", {
  because: "seed 000, ステータス(完了・失敗・処理中)",
  given: { answers: fc.array(billerAnswer(), { maxLength: 4 }) },
  covers: { "they contradict": { atLeast: 10, when: ({ answers }) => new Set(answers.map(({ _tag }) => _tag)).size === 2 } },
  subject: RecordBillerAnswer,
  holds: (record, { answers }) => {
    const desk = tillWith({ cash: 2_000, money: 20_000, fee: 110, biller: asked })
    const payment = Result.getOrThrow(desk.ask(PaySlip, paying(5_000, { fee: 110 as Yen })))
    const states = answers.map((answer) => [desk.ask(record, { request: requestOf(payment), answer }), standing(desk), paid(desk)] as const)
    const expected = { undefined: "processing", accepted: "completed", refused: "failed" }[`${answers[0]?._tag}` as "accepted"]
    const bill = { processing: "inPayment", completed: "paid", failed: "payable" }[expected as "completed"]
    return paid(desk).payment?._tag === expected && paid(desk).bill === bill && states.every(([answer, ...rest]) => named(answer) === "accepted" && same(rest, states[0]?.slice(1)))
  },
  catches: {
    "the last answer counts": seeing(RecordBillerAnswer, (kind, record) => (kind === "payment" ? { ...record, _tag: "processing" } : record)),
    "every answer completes it": deciding(RecordBillerAnswer, (_, facts, { content, ...envelope }) =>
      RecordBillerAnswer.decide(facts, { ...envelope, content: { ...content, answer: { _tag: "accepted" } } })
    ),
    "every answer fails it": deciding(RecordBillerAnswer, (_, facts, { content, ...envelope }) =>
      RecordBillerAnswer.decide(facts, { ...envelope, content: { ...content, answer: { _tag: "refused", reason: "" } } })
    )
  }
})

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
    return same(standing(desk), before) && desk.notices.includes("paymentFailed") && desk.entries.at(-1)?.reverses === payment.entry
  },
  catches: {
    "the limit keeps it": forgetting(RecordBillerAnswer, ({ kind }) => kind === "usage"),
    "all comes back as money": deciding(RecordBillerAnswer, (decided) =>
      Result.map(decided, (decision) => JSON.parse(JSON.stringify(decision).replaceAll(cash(me), money(me))))
    ),
    "the fee is kept": deciding(RecordBillerAnswer, (decided) =>
      Result.map(decided, (decision) => JSON.parse(JSON.stringify(decision).replaceAll(fees, merchantPayable("999999"))))
    ),
    "nothing comes back": deciding(RecordBillerAnswer, (decided) => Result.map(decided, (decision) => ({ ...decision, entries: [] })))
  }
})

query("PAY-14", "the history of a payment shows date, status, billed amount, amount from balance, payee and barcode number", {
  because: "seed 000, お支払い履歴の詳細",
  given: { funds: funds().filter(({ over }) => over >= 0), biller: fc.constantFrom(waterworks, asked), answers: fc.array(billerAnswer(), { maxLength: 1 }) },
  subject: (desk: Desk) => desk.history(me),
  holds: (history, { answers, biller, funds: { amount, cash: inCash, fee, money: inMoney } }) => {
    const desk = tillWith({ cash: inCash, money: inMoney, fee, biller })
    const payment = Result.getOrThrow(desk.ask(PaySlip, paying(amount, { fee: fee as Yen })))
    desk.askAll(answers.map((answer) => ({ command: RecordBillerAnswer, content: { request: requestOf(payment), answer } })))
    const status = biller === waterworks || answers[0]?._tag === "accepted" ? "completed" : answers[0] === undefined ? "processing" : "failed"
    const [line, ...others] = history(desk)
    if (line?.kind !== "payment" || others.length > 0) return false
    const { _tag, amount: billed, barcode, fromCash, fromMoney, paidAt, payee } = line.payment
    return same([paidAt, _tag, billed, fromCash + fromMoney, payee, barcode], [noon, status, amount, amount + fee, waterworks.name, slipOf(amount)])
  },
  catches: {
    "the status is that of the beginning": (desk) =>
      desk.history(me).map((line) => (line.kind === "payment" ? { ...line, payment: { ...line.payment, _tag: "processing" as const } as never } : line)),
    "the fee is left out of what was drawn": (desk) =>
      desk.history(me).map((line) => (line.kind === "payment" ? { ...line, payment: { ...line.payment, fromMoney: 0 as Yen, fromCash: line.payment.amount } as never } : line)),
    "the history is empty": () => []
  }
})

// ── repeated requests ────────────────────────────────────────────────────────────────────────────────────────────────

invariant("PAY-20a", "a payment sent again with its key, at once or later, answers the first payment and moves nothing again", {
  because: "rulebook PAY-20, LED-08",
  given: { times: fc.integer({ min: 2, max: 12 }), batchMax: batchMax() },
  runs: 100,
  subject: { pay: PaySlip, key: "my payment" as string | undefined },
  holds: ({ key, pay }, { batchMax, times }) =>
    Effect.map(race(givenTill({ money: 60_000 }), Array.from({ length: times }, () => ({ command: pay, content: paying(5_000), ...(key === undefined ? {} : { key }) })), batchMax), ({ answers, books }) =>
      answers.every((answer) => named(answer) === "accepted" && same(answer, answers[0])) && books.balances.get(money(me))?.debits === 5_000
    ),
  catches: {
    "each of them is a payment of its own": { pay: paysAnyway, key: undefined },
    "the second is refused": { pay: PaySlip, key: undefined }
  }
})

invariant("PAY-20b", "a key that was used for a payment is refused for any other payment, and nothing moves", {
  because: "rulebook LED-08: other content under the same key is a conflict",
  given: { other: fc.constantFrom("amount", "barcode", "account", "nothing" as const) },
  subject: { pay: PaySlip as PayCommand, again: "my payment" },
  holds: ({ again, pay }, { other }) => {
    const desk = new Desk({ ...givenTill({ money: 60_000 }), records: [...(givenTill().records ?? []), put({ name: "account", schema: undefined as never, idOf: ({ id }: { id: string }) => id }, accountOf(accountIdOf(1), "money"))] })
    desk.ask(pay, paying(5_000), { key: "my payment" })
    const before = desk.everything
    const asks = { amount: paying(5_001), barcode: { ...paying(5_000), barcode: slipOf(5_000, { reissues: 1 }) }, account: paying(5_000, {}, accountIdOf(1)), nothing: paying(5_000) }
    return named(desk.ask(pay, asks[other], { key: again })) === (other === "nothing" ? "accepted" : "IdempotencyConflict") && desk.everything === before
  },
  catches: {
    "only the account counts as asked": { pay: { ...PaySlip, intent: ({ account }) => account }, again: "my payment" },
    "only the slip counts as asked": { pay: { ...PaySlip, intent: ({ barcode }) => barcode }, again: "my payment" },
    "the key is not looked at": { pay: PaySlip, again: "another key" }
  }
})
