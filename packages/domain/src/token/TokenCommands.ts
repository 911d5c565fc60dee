/**
 * Every command of token apps, for the catalogue.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { applicationCommands } from "./Application.ts"
import { confirmationCommands } from "./Confirmation.ts"
import { correctionCommands } from "./Correction.ts"
import { enrolmentCommands } from "./Enrolment.ts"
import { renewalCommands } from "./Renewal.ts"
import { codeCommands } from "./TokenCode.ts"

export const tokenCommands: ReadonlyArray<AnyCommand> = [
  ...applicationCommands,
  ...enrolmentCommands,
  ...codeCommands,
  ...correctionCommands,
  ...renewalCommands,
  ...confirmationCommands
]
