/**
 * Random numbers from a seed, so that a run can be asked for again. What a kill meets is still the machine's affair.
 */

/** A source of numbers, 0 ≤ n < 1 (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The seed of this run: SEED, or a fixed one. */
export const seed = Number(process.env["SEED"] ?? 20_261_121)

/** A random whole number between two, both included. */
export const between = (random: () => number, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1))
