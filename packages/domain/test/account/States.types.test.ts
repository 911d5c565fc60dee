/**
 * States in the types: a step from a state that has none does not compile. Nothing here runs; the compiler is the test.
 */
import { expectTypeOf, test } from "vitest"
import type {
  AccountActive,
  AccountClosed,
  AccountOpen,
  AccountStopped,
  AccountSuspended
} from "../../src/account/Account.ts"
import { closed } from "../../src/account/Closing.ts"
import { restarted, stopped } from "../../src/account/Stopping.ts"
import { resumed, suspended } from "../../src/account/Suspension.ts"
import type { Instant } from "../../src/calendar/JapanDate.ts"

declare const active: AccountActive
declare const held: AccountSuspended
declare const halted: AccountStopped
declare const gone: AccountClosed
declare const open: AccountOpen
declare const at: Instant

test("each step leads from its own state to the next", () => {
  expectTypeOf(suspended).parameters.toEqualTypeOf<[account: AccountActive, at: Instant]>()
  expectTypeOf(suspended).returns.toEqualTypeOf<AccountSuspended>()
  expectTypeOf(resumed).returns.toEqualTypeOf<AccountActive>()
  expectTypeOf(stopped).returns.toEqualTypeOf<AccountStopped>()
  expectTypeOf(restarted).returns.toEqualTypeOf<AccountActive>()
  expectTypeOf(closed).returns.toEqualTypeOf<AccountClosed>()
})

/** What must not compile; it is never called. */
export const outOfOrder = (): ReadonlyArray<unknown> => [
  // @ts-expect-error a suspended account is not suspended again
  suspended(held, at),
  // @ts-expect-error a stopped account is not suspended
  suspended(halted, at),
  // @ts-expect-error a closed account is not suspended
  suspended(gone, at),
  // @ts-expect-error an account in use is not resumed
  resumed(active),
  // @ts-expect-error a stopped account is not resumed by its holder
  resumed(halted),
  // @ts-expect-error a closed account is not resumed
  resumed(gone),
  // @ts-expect-error a stopped account is not stopped again
  stopped(halted, at, "other"),
  // @ts-expect-error a closed account is not stopped
  stopped(gone, at, "other"),
  // @ts-expect-error a suspended account is not resumed by an operator
  restarted(held),
  // @ts-expect-error a closed account is not resumed by an operator
  restarted(gone),
  // @ts-expect-error a suspended account is not closed
  closed(held, at),
  // @ts-expect-error a stopped account is not closed
  closed(halted, at),
  // @ts-expect-error a closed account is not closed again
  closed(gone, at),
  // @ts-expect-error an open account is not known to be in use
  closed(open, at)
]
