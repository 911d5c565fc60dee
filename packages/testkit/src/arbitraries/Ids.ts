/**
 * Ids: ULIDs and the ids made of them, actors and idempotency keys.
 */
import type { AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import type { BankCode, BankLinkId } from "@kinchaku/domain/bank/BankLink"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import type { Actor, CommandId, IdempotencyKey } from "@kinchaku/domain/engine/Command"
import { type RequestId, requestId } from "@kinchaku/domain/engine/Outbox"
import { type EntryId, entryId as entryIdOf } from "@kinchaku/domain/ledger/JournalEntry"
import type { PaymentId } from "@kinchaku/domain/payment/Payment"
import type { TopUpId } from "@kinchaku/domain/topup/TopUp"
import * as fc from "fast-check"

const digits = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"]
const digitText = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(""))

/** A ULID in upper case: its first digit is 7 at most. */
export const commandId = (): fc.Arbitrary<CommandId> =>
  fc
    .tuple(
      fc.constantFrom(...digits.slice(0, 8)),
      fc.array(fc.constantFrom(...digits), { minLength: 25, maxLength: 25 })
    )
    .map(([first, rest]) => `${first}${rest.join("")}` as CommandId)

export const accountId = (): fc.Arbitrary<AccountId> => commandId().map((id) => `acct_${id}` as AccountId)
export const bankLinkId = (): fc.Arbitrary<BankLinkId> => commandId().map((id) => `link_${id}` as BankLinkId)
export const topUpId = (): fc.Arbitrary<TopUpId> => commandId().map((id) => `top_${id}` as TopUpId)
export const paymentId = (): fc.Arbitrary<PaymentId> => commandId().map((id) => `pay_${id}` as PaymentId)
export const outgoingId = (): fc.Arbitrary<RequestId> => commandId().map(requestId)
export const entryId = (): fc.Arbitrary<EntryId> =>
  fc.tuple(commandId(), fc.integer({ min: 1, max: 12 })).map(([id, n]) => entryIdOf(id, n))

export const bankCode = (): fc.Arbitrary<BankCode> => digitText(4).map((text) => text as BankCode)
export const billerCode = (): fc.Arbitrary<BillerCode> => digitText(6).map((text) => text as BillerCode)
/** The keyed hash of some value. */
export const keyedHash = (): fc.Arbitrary<KeyedHash> =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: 64, maxLength: 64 })
    .map((all) => all.join("") as KeyedHash)

/** A holder, an operator, a host or the system. */
export const actor = (): fc.Arbitrary<Actor> =>
  fc
    .oneof(
      accountId().map((id) => `holder:${id}`),
      fc.constantFrom("operator:op-1", "operator:op-2", "host:shop", "system:sweep")
    )
    .map((text) => text as Actor)

/** 1 to 255 printable ASCII characters. */
export const idempotencyKey = (): fc.Arbitrary<IdempotencyKey> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 40 }) },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme-ascii", minLength: 255, maxLength: 255 }) }
    )
    .map((text) => text as IdempotencyKey)
