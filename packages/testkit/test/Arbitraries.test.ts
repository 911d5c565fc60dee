/**
 * What the generators make is what the domain's schemas accept, and the edges are among it.
 */
import { AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import { BankCode, BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { BillerCode } from "@kinchaku/domain/bill/Biller"
import { read, SlipNumber, write } from "@kinchaku/domain/bill/SlipBarcode"
import { at, end, Instant, instant, JapanDate, start } from "@kinchaku/domain/calendar/JapanDate"
import { Actor, CommandId, IdempotencyKey } from "@kinchaku/domain/engine/Command"
import { RequestId } from "@kinchaku/domain/engine/Outbox"
import { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { EntryId, JournalEntry, make, Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { max, PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { PaymentId } from "@kinchaku/domain/payment/Payment"
import { TopUpId } from "@kinchaku/domain/topup/TopUp"
import { Equal, Result, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Amounts from "../src/arbitraries/Amounts.ts"
import * as Ids from "../src/arbitraries/Ids.ts"
import * as Postings from "../src/arbitraries/Postings.ts"
import * as Slips from "../src/arbitraries/Slips.ts"
import * as Times from "../src/arbitraries/Times.ts"

const always = <A>(arbitrary: fc.Arbitrary<A>, holds: (a: A) => boolean): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: 500 })
const sample = <A>(arbitrary: fc.Arbitrary<A>): ReadonlyArray<A> => fc.sample(arbitrary, { numRuns: 3000, seed: 1 })
const noon = instant(1_790_000_000_000)

describe("every value fits its schema:", () => {
  test.each<readonly [string, fc.Arbitrary<unknown>, (value: unknown) => boolean]>([
    ["yen", Amounts.yen(), Schema.is(Yen)],
    ["positive yen", Amounts.positiveYen(), Schema.is(PositiveYen)],
    ["yen around a limit", Amounts.yenAround(30_000), Schema.is(Yen)],
    ["yen around nothing", Amounts.yenAround(0), Schema.is(Yen)],
    ["yen around the largest", Amounts.yenAround(max), Schema.is(Yen)],
    ["positive yen around a limit", Amounts.positiveYenAround(1), Schema.is(PositiveYen)],
    ["day", Times.japanDate(), Schema.is(JapanDate)],
    ["moment", Times.moment(), Schema.is(Instant)],
    ["moment around", Times.momentAround(noon), Schema.is(Instant)],
    ["command id", Ids.commandId(), Schema.is(CommandId)],
    ["account id", Ids.accountId(), Schema.is(AccountId)],
    ["bank link id", Ids.bankLinkId(), Schema.is(BankLinkId)],
    ["top-up id", Ids.topUpId(), Schema.is(TopUpId)],
    ["payment id", Ids.paymentId(), Schema.is(PaymentId)],
    ["request id", Ids.outgoingId(), Schema.is(RequestId)],
    ["entry id", Ids.entryId(), Schema.is(EntryId)],
    ["bank code", Ids.bankCode(), Schema.is(BankCode)],
    ["biller code", Ids.billerCode(), Schema.is(BillerCode)],
    ["keyed hash", Ids.keyedHash(), Schema.is(KeyedHash)],
    ["actor", Ids.actor(), Schema.is(Actor)],
    ["idempotency key", Ids.idempotencyKey(), Schema.is(IdempotencyKey)],
    ["account code", Postings.accountCode(), Schema.is(AccountCode)],
    ["lines", Postings.postings(), Schema.is(Schema.NonEmptyArray(Posting))],
    ["entry", Postings.journalEntry(), Schema.is(JournalEntry)],
    ["slip number", Slips.slipNumber(), Schema.is(SlipNumber)]
  ])("%s", (_, arbitrary, fits) => always(arbitrary, fits))
})

test("amounts reach the edges of the range and of a limit", () => {
  for (const edge of [0, 1, max - 1, max]) expect(sample(Amounts.yen())).toContain(edge)
  for (const edge of [0, 1, 29_999, 30_000, 30_001]) expect(sample(Amounts.yenAround(30_000))).toContain(edge)
  expect(sample(Amounts.yenAround(30_000)).some((n) => n > 30_001)).toBe(true)
})

test("days reach 29 February, moments both edges of a day", () => {
  expect(sample(Times.japanDate()).some((day) => day.endsWith("-02-29"))).toBe(true)
  expect(sample(Times.moment()).some((moment) => moment === start(at(moment)))).toBe(true)
  expect(sample(Times.moment()).some((moment) => moment === end(at(moment)))).toBe(true)
  for (const edge of [noon - 1, noon, noon + 1]) expect(sample(Times.momentAround(noon))).toContain(edge)
})

test("balanced lines are accepted, unbalanced ones refused, and both are made", () => {
  const accepted = (lines: Postings.Lines): boolean =>
    Result.isSuccess(make({ id: "X" as EntryId, kind: "topUp", businessAt: noon, postings: lines }))
  always(Postings.balancedPostings(), (lines) => Postings.areBalanced(lines) && accepted(lines))
  always(Postings.unbalancedPostings(), (lines) => !Postings.areBalanced(lines) && !accepted(lines))
  const balanced = sample(Postings.postings()).filter(Postings.areBalanced).length
  expect(balanced).toBeGreaterThan(1000)
  expect(balanced).toBeLessThan(2000)
})

test("slips are read as they were written, however they are scanned", () => {
  always(Slips.slip(), (slip) => {
    const barcode = write(slip)
    return Equal.equals(read(barcode), Result.succeed({ barcode, ...slip }))
  })
  always(Slips.scannedSlip(), ({ barcode, scanned }) => {
    const slip = read(scanned)
    return Result.isSuccess(slip) && slip.success.barcode === barcode
  })
})

test("a fault in a slip is named by its field, and every field is among the faults", () => {
  always(Slips.faultySlip(), ({ field, scanned }) => {
    const slip = read(scanned)
    return Result.isFailure(slip) && slip.failure.field === field
  })
  expect(new Set(sample(Slips.faultySlip()).map(({ field }) => field)).size).toBe(7)
})
