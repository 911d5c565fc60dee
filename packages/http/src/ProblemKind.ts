/**
 * What a problem is made of: its status, the rules behind it, the facts that go along, and its texts.
 */

/** What is said of a problem in one language. In `detail`, a fact in braces is written out: "{remaining}". */
export interface Text {
  readonly title: string
  /** What happened and what to do next. */
  readonly detail: string
}

export interface Kind {
  readonly status: number
  readonly rules: ReadonlyArray<string>
  /** The facts of the refusal that are answered as members of the document. */
  readonly facts: ReadonlyArray<string>
  /** Those of them that are instants, which are written as times. */
  readonly times?: ReadonlyArray<string>
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number
}

/** The problems of one area. */
export type Kinds = Readonly<Record<string, Kind>>

/** One language's texts for each of them. */
export type TextsOf<K> = { readonly [Code in keyof K]: Text }
