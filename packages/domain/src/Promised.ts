/**
 * Promised: a service as an object of functions that return promises, for teams without Effect.
 */
import type { Effect } from "effect"

/** The methods of a service as functions that return promises. */
export type Promised<S> = {
  readonly [K in keyof S]: S[K] extends (...args: infer A) => Effect.Effect<infer R, infer _E>
    ? (...args: A) => Promise<R>
    : S[K] extends Effect.Effect<infer R, infer _E>
      ? () => Promise<R>
      : never
}

/** The service, with each effect run as it is asked for. */
export const promised = <S extends object>(
  service: S,
  run: (effect: Effect.Effect<unknown, unknown>) => Promise<unknown>
) =>
  Object.fromEntries(
    Object.entries(service).map(([name, member]) => [
      name,
      (...args: ReadonlyArray<unknown>) =>
        run(typeof member === "function" ? member(...args) : (member as Effect.Effect<unknown, unknown>))
    ])
  ) as Promised<S>
