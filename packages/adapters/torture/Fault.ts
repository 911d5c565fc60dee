/**
 * Fault: something that happens to a store, tried at many points, and what was found after each.
 *
 * A fault comes with its negative controls: stores and clients that do lose something, which the same examination has to find.
 */
import { availableParallelism } from "node:os"
import { Effect, Ref, Schema, type Scope } from "effect"

/** How much is tried: a slice among the tests, some minutes for all faults, or everything there is. */
export type Extent = "slice" | "quick" | "long"

export interface Setting {
  readonly seed: number
  readonly extent: Extent
  readonly progress: (done: number, of: number) => void
}

/** A mistake that was planted, and whether it was found. */
export interface Control {
  readonly name: string
  readonly isCaught: boolean
  /** What was seen of it. */
  readonly found: string
}

export interface Outcome {
  /** How often the fault happened, each time at another point. */
  readonly points: number
  /** What was lost, doubled, half or otherwise wrong, one sentence each. */
  readonly findings: ReadonlyArray<string>
  readonly controls: ReadonlyArray<Control>
  /** What the points were. */
  readonly note: string
}

/** The fault cannot be tried on this machine. */
export class Skipped extends Schema.TaggedError<Skipped>()("Skipped", { why: Schema.String }) {}

export interface Fault {
  readonly name: string
  readonly run: (setting: Setting) => Effect.Effect<Outcome, unknown, Scope.Scope>
}

/** A number for each extent. */
export const by = ({ extent }: Setting, amounts: Readonly<Record<Extent, number>>): number => amounts[extent]

/** At most so many of the items, evenly spread, the last one among them. */
export const sample = <A>(items: ReadonlyArray<A>, count: number): ReadonlyArray<A> =>
  items.length <= count
    ? items
    : Array.from({ length: count }, (_, n) => items[Math.floor(((n + 1) * items.length) / count) - 1]).filter(
        (item) => item !== undefined
      )

/** Tries every point, as many at once as there are cores, at most; answers what was found at each. */
export const tryAll = Effect.fnUntraced(function* <Point, A, E, R>(
  points: ReadonlyArray<Point>,
  setting: Setting,
  one: (point: Point, n: number) => Effect.Effect<A, E, R>,
  atOnce = Math.min(2, availableParallelism())
) {
  const done = yield* Ref.make(0)
  return yield* Effect.forEach(
    points,
    (point, n) =>
      Effect.tap(one(point, n), () =>
        Effect.map(
          Ref.updateAndGet(done, (count) => count + 1),
          (count) => setting.progress(count, points.length)
        )
      ),
    { concurrency: atOnce }
  )
})
