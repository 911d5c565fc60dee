/**
 * Contracting a biller: the operator's command that lets a biller's slips be paid, changes the terms, or ends it (PAY-08).
 */
import { Result } from "effect"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { Biller, billers } from "./Biller.ts"

/** Puts the terms of a biller in force; payments made before keep theirs. */
export const ContractBiller: Command<Biller, Biller, never> = {
  tag: "ContractBiller",
  content: Biller,
  success: Biller,
  reads: () => [],
  decide: (_, { content }) => Result.succeed(Decision.make({ result: content, puts: [put(billers, content)] }))
}
