/**
 * 0005: certificate pairs.
 */
export const statements: ReadonlyArray<string> = []
