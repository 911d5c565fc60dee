/**
 * Random numbers that are the same for the same seed (splitmix32).
 */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number from 0 to below a bound. */
  readonly below = (bound: number): number => {
    this.#state = (this.#state + 0x9e37_79b9) | 0
    let mixed = this.#state ^ (this.#state >>> 16)
    mixed = Math.imul(mixed, 0x21f0_aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a_2d97)
    mixed ^= mixed >>> 15
    return Math.floor(((mixed >>> 0) / 2 ** 32) * bound)
  }

  /** One of several. */
  readonly of = <A>(some: ReadonlyArray<A>): A => {
    const one = some[this.below(some.length)]
    if (one === undefined) throw new Error("nothing to choose from")
    return one
  }
}
