/**
 * What a gateway to banks says of each fault of the simulated bank, in words: the tables of BankGatewayContract.
 */
import { Effect } from "effect"
import type { OpenPage } from "../simulators/BankPages.ts"
import type { BankReport } from "../simulators/BankReports.ts"

/** What was said in one round, as words. */
export type Said = string
/** Why the simulated bank refuses. */
export const refusal = "insufficientFunds"
const unknown = "OutcomeUnknown"

/** How one transfer goes. */
export interface Course {
  readonly digits: string
  /** Asked, inquired, asked again, and inquired once a late bank is done; "done" stands for the bank's number of it. */
  readonly said: readonly [Said, Said, Said, Said]
  readonly reports: number
  /** What really became of it. */
  readonly truth: "done" | "refused"
}

/** What is said of a transfer, by the last three digits of its amount. */
export const courses: ReadonlyArray<Course> = [
  { digits: "000", said: ["done", "done", "done", "done"], reports: 0, truth: "done" },
  { digits: "001", said: [unknown, "done", "done", "done"], reports: 0, truth: "done" },
  { digits: "002", said: ["refused", "refused", "refused", "refused"], reports: 0, truth: "refused" },
  { digits: "003", said: ["done", "done", "done", "done"], reports: 1, truth: "done" },
  { digits: "004", said: [unknown, "pending", unknown, "done"], reports: 0, truth: "done" },
  { digits: "005", said: ["refused", "refused", "refused", "refused"], reports: 1, truth: "done" },
  { digits: "006", said: [unknown, "notFound", "done", "done"], reports: 0, truth: "done" },
  { digits: "007", said: ["BankUnreachable", "notFound", "done", "done"], reports: 0, truth: "done" },
  { digits: "008", said: ["done", "done", "done", "done"], reports: 1, truth: "done" }
]

/** Links by the last digits of the number: asked, inquired and asked again. */
export const linkCourses: ReadonlyArray<readonly [string, ReadonlyArray<Said>]> = [
  ["1234500", ["テスト タロウ 2", "linked テスト タロウ 2", "テスト タロウ 2"]],
  ["1234002", [`refused ${refusal}`, `refused ${refusal}`, `refused ${refusal}`]],
  ["1234003", ["ベツノ テスト タロウ 2", "linked ベツノ テスト タロウ 2", "ベツノ テスト タロウ 2"]],
  ["1234004", ["テスト タロウ 1", "linked テスト タロウ 1", "テスト タロウ 1"]],
  ["1234011", [unknown, "linked テスト タロウ 2", "テスト タロウ 2"]],
  ["1234014", [unknown, "pending", unknown]],
  ["1234016", [unknown, "notFound", "テスト タロウ 2"]],
  ["1234017", ["BankUnreachable", "notFound", "テスト タロウ 2"]]
]

/** What a holder does on the bank's page, and what is said then. */
export interface PageCourse {
  readonly does: string
  readonly act: (page: OpenPage) => Effect.Effect<void>
  /** Inquired, and asked again, after the deed. */
  readonly afterwards: readonly [Said, Said]
  readonly reported: ReadonlyArray<BankReport["_tag"]>
}
export const pageCourses: ReadonlyArray<PageCourse> = [
  {
    does: "agrees with two factors",
    act: ({ agree }) => agree(2),
    afterwards: ["linked テスト タロウ 2", "テスト タロウ 2"],
    reported: ["linked"]
  },
  {
    does: "agrees with one factor",
    act: ({ agree }) => agree(1),
    afterwards: ["linked テスト タロウ 1", "テスト タロウ 1"],
    reported: ["linked"]
  },
  {
    does: "cancels",
    act: ({ cancel }) => cancel,
    afterwards: ["interrupted", "refused interrupted"],
    reported: ["linkInterrupted"]
  },
  { does: "closes it", act: ({ leave }) => leave, afterwards: ["pending", "page"], reported: [] },
  {
    does: "agrees, and then cancels",
    act: ({ agree, cancel }) => Effect.andThen(agree(2), cancel),
    afterwards: ["linked テスト タロウ 2", "テスト タロウ 2"],
    reported: ["linked"]
  }
]
