/**
 * A bounded queue with many senders and one taker.
 */
import { Effect } from "effect"

export class Queue<A> {
  readonly #capacity: number
  #waiting: Array<A> = []
  #closed = false
  #wake: (() => void) | undefined

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Why nothing more can be sent now, or nothing. */
  get refusal(): "closing" | "queueFull" | undefined {
    if (this.#closed) return "closing"
    return this.#waiting.length >= this.#capacity ? "queueFull" : undefined
  }

  /** Whether there is nothing left and nothing more to come. */
  get isDone(): boolean {
    return this.#closed && this.#waiting.length === 0
  }

  readonly send = (one: A): void => {
    this.#waiting.push(one)
    this.#wake?.()
  }

  /** Takes the oldest, at most `most`. */
  readonly take = (most: number): ReadonlyArray<A> => {
    const taken = this.#waiting.slice(0, most)
    this.#waiting = this.#waiting.slice(most)
    return taken
  }

  /** Puts back what was taken, before everything that waits. */
  readonly putBack = (taken: ReadonlyArray<A>): void => {
    if (taken.length > 0) this.#waiting = [...taken, ...this.#waiting]
  }

  /** Ends the sending; what waits is still taken. */
  readonly close = (): void => {
    this.#closed = true
    this.#wake?.()
  }

  /** Waits until there is something to take, or nothing more to come. */
  readonly ready: Effect.Effect<void> = Effect.callback<void>((resume) => {
    this.#wake = () => {
      this.#wake = undefined
      resume(Effect.void)
    }
    if (this.#waiting.length > 0 || this.#closed) this.#wake()
  })
}
