/**
 * 0004: certificate pairs.
 */
export const statements: ReadonlyArray<string> = []
