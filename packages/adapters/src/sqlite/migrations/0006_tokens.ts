/**
 * 0006: token apps.
 */
export const statements: ReadonlyArray<string> = []
