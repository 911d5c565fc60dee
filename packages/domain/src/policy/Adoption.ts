/**
 * Adopting a policy: the command that puts a policy in force from its moment on (LIM-06).
 */
import { Result, Schema } from "effect"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { Policy, type PolicyInForce, policyInForce } from "./Policy.ts"

const Content = Schema.Struct({ policy: Policy })
const Adopted = Schema.Struct({ version: Schema.Int })

/** Puts a policy in force. Operations accepted before keep what was decided then. */
export const AdoptPolicy: Command<typeof Content.Type, typeof Adopted.Type, never> = {
  tag: "AdoptPolicy",
  content: Content,
  success: Adopted,
  reads: () => [key(policyInForce, "current")],
  decide: (facts, { content }) => {
    const version = (facts.find(policyInForce, "current")?.version ?? 0) + 1
    const inForce: PolicyInForce = { id: "current", version, policy: content.policy }
    return Result.succeed(Decision.make({ result: { version }, puts: [put(policyInForce, inForce)] }))
  }
}
