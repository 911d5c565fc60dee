/**
 * Ids: where command ids come from. They are drawn before a command is decided and travel with it.
 */
import { Context, Layer } from "effect"
import { monotonicFactory } from "ulid"
import type { Instant } from "../calendar/JapanDate.ts"
import type { CommandId } from "./Command.ts"

export class Ids extends Context.Service<
  Ids,
  {
    /** The next id: a ULID of this time, greater than every id given before by this process. */
    readonly next: (now: Instant) => CommandId
  }
>()("@kinchaku/domain/engine/Ids") {
  /** Ids from the platform's cryptographic source, or from `random` (0 ≤ n < 1) where a run is to be repeated exactly. */
  static readonly layerFrom = (random?: () => number): Layer.Layer<Ids> =>
    Layer.sync(Ids, () => {
      const monotonic = monotonicFactory(random)
      return Ids.of({ next: (now) => monotonic(now) as CommandId })
    })

  static readonly layer: Layer.Layer<Ids> = Ids.layerFrom()
}
