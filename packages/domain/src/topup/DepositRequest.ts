/**
 * Asking for a deposit top-up: what is checked before a payment number is issued (TOP-01, TOP-02, TOP-04, TOP-09, TOP-19).
 *
 * The amount counts from the moment it is accepted until the top-up fails or expires (LIM-03, LIM-04). No bank function is used, so an
 * account that was never verified may ask as well.
 */
import { Result, Schema } from "effect"
import { AccountId, type AccountNotFound, accounts } from "../account/Account.ts"
import { acting, type StandingRefusal } from "../account/Standing.ts"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { commandOf, type RequestId, requestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import * as Limit from "../limit/Limit.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { ChainCode } from "../policy/Wallet.ts"
import * as Acceptance from "./Acceptance.ts"
import {
  type DepositTopUp,
  DepositTopUpAwaiting,
  type DepositTopUpId,
  depositTopUps,
  DepositWay,
  type ProviderName
} from "./Deposit.ts"

/** Refused: no top-ups are taken at this chain of convenience stores (TOP-02). */
export class ChainNotAccepted extends Schema.TaggedError<ChainNotAccepted>()("ChainNotAccepted", {
  chain: ChainCode,
  accepted: Schema.Array(ChainCode)
}) {}

export type DepositRequestRefusal =
  | AccountNotFound
  | StandingRefusal
  | ChainNotAccepted
  | Acceptance.FeeRefusal
  | Acceptance.LimitRefusal

const Content = Schema.Struct({
  account: AccountId,
  way: DepositWay,
  /** Where it will be paid in; named for a convenience store, and only then. */
  chain: Schema.optionalKey(ChainCode),
  amount: PositiveYen,
  /** The fee as it was shown before confirming (TOP-19). */
  quotedFee: Yen
}).check(
  Schema.makeFilter(
    ({ chain, way }) =>
      (way === "convenienceStore") === (chain !== undefined) || {
        path: ["chain"],
        issue: "expected for a convenience store, and only there"
      }
  )
)
type Content = typeof Content.Type

/** The top-up that a request was made for. */
export const depositTopUpIdOf = (request: RequestId): DepositTopUpId => `dep_${commandOf(request)}` as DepositTopUpId

const chainAccepted = ({ policy }: Pick<Facts, "policy">, chain?: ChainCode): Result.Result<void, ChainNotAccepted> => {
  const accepted = policy.wallet.deposit.chains.map(({ code }) => code)
  return chain === undefined || accepted.includes(chain)
    ? Result.void
    : Result.fail(new ChainNotAccepted({ chain, accepted }))
}

/** Asks the provider for a payment number; the top-up awaits its deposit until the end of the due date. */
export const RequestDeposit: Command<Content, DepositTopUpAwaiting, DepositRequestRefusal> = {
  tag: "RequestDeposit",
  content: Content,
  success: DepositTopUpAwaiting,
  reads: ({ at, content: { account } }) => [key(accounts, account), ...Acceptance.acceptanceKeys(account, at)],
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const { amount, chain, way } = content
      const account = yield* acting(facts, content.account, at)
      yield* chainAccepted(facts, chain)
      const asked = { way, amount }
      const charged = yield* Acceptance.charged(facts, asked, content.quotedFee)
      const counted = yield* Acceptance.withinLimits(facts, account, asked, at)
      const { dueDays, provider } = facts.policy.wallet.deposit
      const topUp: DepositTopUpAwaiting = {
        _tag: "awaiting",
        id: depositTopUpIdOf(requestId(id)),
        account: account.id,
        way,
        provider: provider as ProviderName,
        ...(chain === undefined ? {} : { chain }),
        amount,
        ...charged,
        due: JapanDate.addDays(JapanDate.at(at), dueDays),
        request: requestId(id),
        askedAt: at
      }
      return Decision.make({
        result: topUp,
        puts: [
          put(depositTopUps, topUp as DepositTopUp),
          Acceptance.inFlight(facts, account.id, asked),
          ...Limit.count(counted)
        ],
        requests: [{ id: topUp.request, kind: "depositNumber", subject: topUp.id, askedAt: at }]
      })
    })
}
