/**
 * The heads of a journal, and its links by name.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { Head } from "@kinchaku/domain/engine/Store"
import { Effect } from "effect"

/** The last links of all lanes. */
export const heads = Effect.flatMap(Journal, (journal) => journal.heads)

/** The hash that a journal has under the lane and number of a head. */
export const link = ({ lane, seq }: Head) => Effect.flatMap(Journal, (journal) => journal.link({ lane, seq }))
