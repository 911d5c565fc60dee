/**
 * 0005: token apps.
 */
export const statements: ReadonlyArray<string> = []
