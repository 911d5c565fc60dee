/**
 * `kinchaku prove`: proofs for somebody who has only published tree heads: that a link is in the chain, and that a lane has only
 * grown between two of its heads.
 */
import * as Proofs from "@kinchaku/domain/audit/Proofs"
import type { Lane } from "@kinchaku/domain/ledger/HashChain"
import { Effect } from "effect"
import { usage } from "../Exit.ts"
import { openStore } from "../OpenStore.ts"
import { done } from "../Report.ts"

export interface Wanted {
  readonly id: string | undefined
  readonly from: number | undefined
  readonly to: number | undefined
  readonly lane: number
}

const treeHead = ({ head, lane, root, size }: Proofs.TreeHead): string =>
  `lane ${lane}, ${size} links, last ${head.seq}:${head.hash}\n  root ${root}`

const path = (proof: ReadonlyArray<string>): string =>
  proof.length === 0 ? "  (none needed)" : proof.map((hash) => `  ${hash}`).join("\n")

const link = (id: string, under: Proofs.LinkName | undefined) =>
  Effect.map(Proofs.proveLink(id, under), (proof) =>
    done(
      { id, ...proof },
      `link ${proof.lane}:${proof.seq}:${proof.hash}\nindex ${proof.index} of ${treeHead(proof)}\nproof\n${path(proof.proof)}`
    )
  )

const growth = (lane: Lane, from: number, to: number | undefined) =>
  Effect.map(Proofs.proveGrowth(lane, from, to), (proof) =>
    done(proof, `from ${treeHead(proof.first)}\nto   ${treeHead(proof.second)}\nproof\n${path(proof.proof)}`)
  )

const heads = Effect.map(Proofs.treeHeads, (treeHeads) =>
  done({ treeHeads }, treeHeads.length === 0 ? "no links yet" : treeHeads.map(treeHead).join("\n"))
)

const both = usage(
  "Prove",
  "IDと --from は同時に指定できません。",
  "name the id of a command or an entry, or --from SEQ; not both."
)

const noFrom = usage("Prove", "--to には --from SEQ かIDが必要です。", "--to needs --from SEQ, or an id.")

const noLane = usage("Prove", "レーンは 0 から 255 です。", "a lane is a number from 0 to 255.")

/**
 * Proves a link by its id, under the lane's head or the one named by `to`; or the growth of a lane from one head to another. With
 * neither, answers the tree heads as they are now, which are what an operator publishes.
 */
export const prove = (store: string, { from, id, lane, to }: Wanted) =>
  Effect.gen(function* () {
    if (id !== undefined && from !== undefined) return yield* both
    if (lane < 0 || lane > 255) return yield* noLane
    const named = lane as Lane
    if (id !== undefined) return yield* link(id, to === undefined ? undefined : { lane: named, seq: to })
    if (from !== undefined) return yield* growth(named, from, to)
    return yield* to === undefined ? heads : noFrom
  }).pipe(Effect.provide(openStore(store)))
