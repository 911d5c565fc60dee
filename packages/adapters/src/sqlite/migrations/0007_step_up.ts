/**
 * 0007: step-up authentication of card purchases.
 */
export const statements: ReadonlyArray<string> = []
