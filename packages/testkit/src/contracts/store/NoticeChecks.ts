/**
 * Checks of notices: recorded with their batch, read page by page.
 */
import type { Notice } from "@kinchaku/domain/notice/Notice"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Effect } from "effect"
import { expect } from "vitest"
import { commandId, commit, minute } from "./Batches.ts"
import { type Check, check } from "./Check.ts"

const noticeId = (n: number, m = 1): string => `${commandId(n)}.${m}`
const notice = (n: number, changed: Partial<Notice> = {}): Notice => ({
  id: noticeId(n),
  kind: "paymentFailed",
  to: "holder",
  account: "acct_a",
  subject: "pay_s",
  at: minute(n),
  ...changed
})
const tell = (n: number, ...notices: ReadonlyArray<Notice>) => commit({ commands: [{ n }], notices })
const page = Effect.fnUntraced(function* (after: string, limit: number) {
  return yield* (yield* Notices).page(after, limit)
})
const idsOf = (after: string, limit: number) => Effect.map(page(after, limit), (all) => all.map(({ id }) => id))

export const noticeChecks: ReadonlyArray<Check> = [
  check("NTF-02 a notice is read as it was recorded, every field of it", function* () {
    const first = notice(1, { kind: "topUpUnresolved", to: "operators", account: "acct_b", subject: "it's 件" })
    const second = notice(2, { kind: "cashExpiresSoon", at: minute(99) })
    yield* tell(1, first)
    yield* tell(2, second)
    expect(yield* page("", 10)).toStrictEqual([first, second])
  }),
  check("NTF-02 notices come in the order in which they were recorded, whatever their ids and times", function* () {
    yield* tell(3, notice(3, { id: noticeId(3, 2) }), notice(3))
    yield* tell(1, notice(1, { at: minute(50) }))
    yield* tell(2, notice(2))
    expect(yield* idsOf("", 10)).toStrictEqual([noticeId(3, 2), noticeId(3), noticeId(1), noticeId(2)])
    expect(yield* idsOf(noticeId(3), 10)).toStrictEqual([noticeId(1), noticeId(2)])
  }),
  check("notices are paged by the id of the last, without gap or repetition", function* () {
    const all = [1, 2, 3, 4, 5, 6, 7]
    for (const n of all) yield* tell(n, notice(n))
    expect(yield* idsOf("", 3)).toStrictEqual([1, 2, 3].map((n) => noticeId(n)))
    expect(yield* idsOf(noticeId(3), 3)).toStrictEqual([4, 5, 6].map((n) => noticeId(n)))
    expect(yield* idsOf(noticeId(6), 3)).toStrictEqual([noticeId(7)])
    expect(yield* idsOf(noticeId(7), 3)).toStrictEqual([])
  }),
  check("after an id that no notice has, notices begin with the first", function* () {
    for (const n of [1, 3]) yield* tell(n, notice(n))
    expect(yield* idsOf(noticeId(2), 10)).toStrictEqual([noticeId(1), noticeId(3)])
  }),
  check("NTF-02 a notice is kept once by its id, as it was recorded first", function* () {
    yield* tell(1, notice(1), notice(1, { subject: "again" }))
    yield* tell(2, notice(1, { subject: "once more", to: "operators" }))
    expect(yield* page("", 10)).toStrictEqual([notice(1)])
  }),
  check("NTF-02 a batch that is refused leaves no notice", function* () {
    yield* tell(1, notice(1))
    // What is refused comes last of all that a batch writes.
    const twice = { id: commandId(2), data: "" }
    const bad = { commands: [{ n: 2 }], notices: [notice(2)], personal: [twice, twice] }
    const refused = yield* Effect.flip(commit(bad))
    expect(refused._tag).toBe("StoreRefused")
    expect(yield* idsOf("", 10)).toStrictEqual([noticeId(1)])
  })
]
