/**
 * Operator cases: what an operator records with a change to somebody's account (SEC-11).
 *
 * Who acted and when stands in the command's envelope; why stands under the operator's own number of the case, where its papers are.
 */
import { Result, Schema } from "effect"
import type { Actor } from "../engine/Command.ts"

/** Refused: only an operator does this, or only one whose role it is, or only the staff of a merchant (ACC-14, SEC-10, SEC-11, TOP-21). */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  needs: Schema.Literals(["operator", "admin", "staff"])
}) {}

/**
 * The operator's number of a case, or of a paper in it: no text about a person. Twelve digits in a row would be an individual number
 * (マイナンバー), which is never stored (SEC-03).
 */
export const CaseReference = Schema.String.check(
  Schema.isPattern(/^[\x21-\x7e]{1,80}$/),
  Schema.makeFilter((text) => !/(?:\d[-./_]?){12}/.test(text) || "expected fewer than twelve digits in a row")
)

/** Whether an operator acts. */
export const byOperator = ({ actor }: { readonly actor: Actor }): Result.Result<void, Forbidden> =>
  actor.startsWith("operator:") ? Result.void : Result.fail(new Forbidden({ needs: "operator" }))

/** Whether somebody else than a holder acts: an operator, or the application for its staff or a merchant's. */
export const byStaff = ({ actor }: { readonly actor: Actor }): Result.Result<void, Forbidden> =>
  actor.startsWith("holder:") ? Result.fail(new Forbidden({ needs: "staff" })) : Result.void
