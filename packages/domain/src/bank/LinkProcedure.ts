/**
 * Link procedures (本登録手続き): each time that a holder goes to the bank to register a link, by the id of the request.
 *
 * A procedure that ended without a report can still be reported as done later (BNK-03), so each names its link for ever.
 */
import { Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { RequestId } from "../engine/Outbox.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { BankLinkId } from "./BankLink.ts"

export const LinkProcedure = Schema.Struct({
  /** The request by which the bank was asked. */
  id: RequestId,
  link: BankLinkId,
  account: AccountId,
  startedAt: Instant,
  /** What the registration costs, as it was shown, and the consumption tax inside it (BNK-09, FEE-01); absent where it is free. */
  fee: Schema.optionalKey(PositiveYen),
  feeTax: Schema.optionalKey(Yen),
  /** How many registrations were free in all, as it was shown; only where this one was shown as one of them (BNK-09). */
  freeRegistrations: Schema.optionalKey(Schema.Int)
})
export type LinkProcedure = typeof LinkProcedure.Type

export const linkProcedures: RecordKind<LinkProcedure> = {
  name: "linkProcedure",
  schema: LinkProcedure,
  idOf: ({ id }) => id
}

export const procedureKey = (request: RequestId): Key => key(linkProcedures, request)
