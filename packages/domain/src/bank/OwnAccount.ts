/**
 * A holder's own bank account as it is typed, told apart from others, and read again where it is kept beside the books (BNK-06, BNK-07).
 */
import { Effect, type Option, Result, Schema } from "effect"
import { type CommandId, ValidationFailed, validator } from "../engine/Command.ts"
import type { Store, StoreUnavailable } from "../engine/Store.ts"
import { accountNumber } from "./AccountNumber.ts"
import { BankAccount, BranchAccount, japanPost } from "./BankGateway.ts"
import type { BankLinkId } from "./BankLink.ts"
import * as JapanPost from "./JapanPost.ts"

/** An account as it is typed: its number with or without the zeros before it, or symbol and number of Japan Post Bank. */
export const TypedAccount = Schema.Union([
  Schema.Struct({ bank: Schema.Literal(japanPost), symbol: Schema.String, number: Schema.String }),
  Schema.Struct({ ...BranchAccount.fields, number: Schema.String })
])
export type TypedAccount = typeof TypedAccount.Type

/** An account with the text by which it is told apart, the same for every form in which it can be typed (BNK-08). */
export interface OwnAccount {
  readonly account: BankAccount
  readonly identity: string
}

const validateTyped = validator(TypedAccount)
const validateAccount = validator(BankAccount)

// What was typed is personal and not repeated.
const mistyped = (field: string, message: string) => new ValidationFailed({ issues: [{ field, message }] })

/** The account that was typed. Refused: ValidationFailed, naming the field. */
export const read = (typed: TypedAccount): Result.Result<OwnAccount, ValidationFailed> =>
  Result.gen(function* () {
    const given = yield* validateTyped(typed)
    if ("symbol" in given) {
      const found = yield* Result.mapError(JapanPost.read(given.symbol, given.number), ({ field }) =>
        mistyped(field, "expected digits")
      )
      const account = yield* validateAccount({ bank: given.bank, symbol: found.symbol, number: found.number })
      return { account, identity: found.identity }
    }
    const number = yield* Result.mapError(accountNumber(given.number), ({ reason }) => mistyped("number", reason))
    const account = yield* validateAccount({ ...given, number })
    return { account, identity: [given.bank, given.branch, given.kind, number].join("-") }
  })

/** The command whose personal data holds the account of a link. */
const commandOf = (link: BankLinkId): CommandId => link.slice("link_".length) as CommandId

const readKept = Schema.decodeUnknownOption(Schema.fromJsonString(BankAccount))

/** The account that a link was added for; none where it was erased or cannot be read. */
export const kept = (
  store: Store["Service"],
  link: BankLinkId
): Effect.Effect<Option.Option<BankAccount>, StoreUnavailable> =>
  Effect.map(store.personal(commandOf(link)), (text) => readKept(text))
