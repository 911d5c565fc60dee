/**
 * 0003: the states of accounts, their contacts and locks, one-time passwords and sessions.
 */
export const statements: ReadonlyArray<string> = []
