/**
 * Holders: how the person of an account is reached and recognised, beside the wallet itself.
 *
 * Contacts stand as keyed hashes; the values are personal data kept under the command that brought them (REG-04). A password is
 * named by the command that set it, with which its hash is kept.
 */
import { Schema } from "effect"
import { CommandId, madeId } from "../engine/Command.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { AccountId, KeyedHash } from "./Account.ts"

/** In which language the holder is written to. */
export const Language = Schema.Literals(["ja", "en"])
export type Language = typeof Language.Type

export const Holder = Schema.Struct({
  /** The id of the account. */
  id: AccountId,
  email: KeyedHash,
  phone: KeyedHash,
  /** The commands whose personal data holds the e-mail address, the phone number, and name, birth date and address. */
  emailIn: CommandId,
  phoneIn: CommandId,
  attributesIn: CommandId,
  /** The command whose personal data holds the kana name, where an operator changed it; the account's first command otherwise (ACC-14). */
  kanaIn: Schema.optionalKey(CommandId),
  language: Language,
  /** The command that set the web password; absent where there is none (ACC-31). */
  password: Schema.optionalKey(CommandId),
  /** The bank links that were asked for and not removed, so that closing ends them (ACC-27). */
  bankLinks: Schema.Array(madeId("link_"))
})
export type Holder = typeof Holder.Type

/** The command whose personal data holds the kana name of a holder. */
export const kanaCommandOf = ({ id, kanaIn }: Holder): CommandId => kanaIn ?? (id.slice("acct_".length) as CommandId)

export const holders: RecordKind<Holder> = { name: "holder", schema: Holder, idOf: ({ id }) => id }

/** What is kept as personal data beside the books; each command holds the parts that it brought. */
export const HolderData = Schema.Struct({
  email: Schema.optionalKey(Schema.String),
  phone: Schema.optionalKey(Schema.String),
  kanaName: Schema.optionalKey(Schema.String),
  /** Of the signature certificate (ACC-13). */
  subject: Schema.optionalKey(Schema.String),
  name: Schema.optionalKey(Schema.String),
  birthDate: Schema.optionalKey(Schema.String),
  address: Schema.optionalKey(Schema.String),
  /** The hash of a password. */
  password: Schema.optionalKey(Schema.String)
})
export type HolderData = typeof HolderData.Type

/** Writes and reads what is kept under a command. */
export const HolderText = Schema.fromJsonString(HolderData)
