/**
 * Link commands: all that makes, changes and ends bank links, for the catalogue.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { RecordLinkAnswer } from "./LinkAnswer.ts"
import { AddBankLink } from "./Linking.ts"
import { StartLinkProcedure } from "./LinkStart.ts"
import { ReleaseBankLink } from "./Releasing.ts"
import { RemoveBankLink, SetExactTopUp } from "./Removing.ts"

export const linkCommands: ReadonlyArray<AnyCommand> = [
  AddBankLink,
  StartLinkProcedure,
  RecordLinkAnswer,
  ReleaseBankLink,
  RemoveBankLink,
  SetExactTopUp
]
