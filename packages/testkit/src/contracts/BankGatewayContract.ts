/**
 * The contract of a gateway to banks: what every implementation of BankGateway does, played against a simulated bank behind it, with each
 * of its faults.
 */
import {
  type BankAccount,
  BankGateway,
  japanPost,
  type LinkEvidence,
  type LinkPage
} from "@kinchaku/domain/bank/BankGateway"
import { type RequestId, requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Effect, type Layer } from "effect"
import { describe, expect, test } from "vitest"
import type { BankReport } from "../simulators/BankReports.ts"
import type { SimulatedBank } from "../simulators/SimulatedBank.ts"
import { type Course, courses, linkCourses, pageCourses, refusal, type Said } from "./BankCourses.ts"

/** How the simulated bank of a ground is set up, apart from its faults. */
export interface Setting {
  readonly lateFor: "2 seconds"
  readonly hasPages: boolean
  readonly notify: (report: BankReport) => Effect.Effect<void>
}

/** A gateway, and the simulated bank behind it; new for each check. */
export interface BankGround {
  readonly layer: Layer.Layer<BankGateway>
  readonly bank: SimulatedBank["Service"]
  readonly close: () => Promise<void>
}

export type Way = "debit" | "credit"

const reference = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV")
const other = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAW")
const account: BankAccount = { bank: "9999", branch: "001", kind: "ordinary", number: "1234500" }
const postal: BankAccount = { bank: japanPost, symbol: "11940", number: "12345671" }
const longerThanLate = "2100 millis"

const wordOf = (begun: LinkEvidence | LinkPage): Said =>
  "page" in begun ? "page" : `${begun.holderKana} ${begun.factors}`

/** Asks a gateway, and says what it answered. */
const talk = (gateway: BankGateway["Service"]) => ({
  move: (way: Way, amount: number, of: RequestId = reference, from: BankAccount = account) => {
    const request = { reference: of, account: from, amount: amount as PositiveYen }
    const moved = way === "debit" ? gateway.debit({ ...request, passbookText: "キンチャク" }) : gateway.credit(request)
    return Effect.match(moved, {
      onFailure: (failure): Said => (failure._tag === "BankRefused" ? `refused ${failure.reason}` : failure._tag),
      onSuccess: ({ bankReference }): Said => `done ${bankReference}`
    })
  },
  link: (from: BankAccount = account) =>
    Effect.match(gateway.link({ reference, account: from }), {
      onFailure: (failure): Said => (failure._tag === "BankRefused" ? `refused ${failure.reason}` : failure._tag),
      onSuccess: wordOf
    }),
  inquire: (of: RequestId = reference) =>
    Effect.match(gateway.inquire({ bank: account.bank, reference: of }), {
      onFailure: ({ _tag }): Said => _tag,
      onSuccess: (found): Said => {
        if (found._tag === "linked") return `linked ${wordOf(found.evidence)}`
        if (found._tag === "refused") return `refused ${found.reason}`
        return "bankReference" in found ? `${found._tag} ${found.bankReference}` : found._tag
      }
    })
})
type Talk = ReturnType<typeof talk>

/** Opens a ground. */
export type Open = (setting: Setting) => Promise<BankGround>

/** One thing that every gateway does. It fails where the gateway does not. */
export interface BankCheck {
  readonly name: string
  readonly run: (open: Open) => Promise<void>
}
const check = (name: string, run: BankCheck["run"]): BankCheck => ({ name, run })

interface Scene {
  readonly said: Talk
  readonly bank: SimulatedBank["Service"]
  readonly reports: ReadonlyArray<BankReport>
}

/** Plays a scene on a ground of its own. */
const played = async <A>(
  open: Open,
  scene: (scene: Scene) => Effect.Effect<A, unknown, BankGateway>,
  hasPages = false
): Promise<A> => {
  const reports: Array<BankReport> = []
  const notify = (report: BankReport) => Effect.sync(() => void reports.push(report))
  const ground = await open({ lateFor: "2 seconds", hasPages, notify })
  try {
    const play = Effect.flatMap(BankGateway, (gateway) => scene({ said: talk(gateway), bank: ground.bank, reports }))
    return await Effect.runPromise(Effect.provide(play, ground.layer))
  } finally {
    await ground.close()
  }
}

const number = `bank-${reference}`

const past = { debit: "debited", credit: "credited" } as const
const inFull = (way: Way, said: Said, isInquiry: boolean): Said => {
  if (said === "refused") return `refused ${refusal}`
  return said === "done" ? `${isInquiry ? past[way] : "done"} ${number}` : said
}

const transfer = (way: Way, { digits, reports: expected, said, truth }: Course): BankCheck =>
  check(`a ${way} of an amount that ends in ${digits} is done once, or not at all, and never guessed`, async (open) => {
    const amount = Number(`3${digits}`)
    const seen = await played(open, ({ bank, reports, said }) =>
      Effect.gen(function* () {
        const words = [yield* said.move(way, amount), yield* said.inquire(), yield* said.move(way, amount)]
        if (digits === "004") yield* Effect.sleep(longerThanLate)
        words.push(yield* said.inquire())
        yield* bank.report
        const deed = (yield* way === "debit" ? bank.debits : bank.credits).get(reference)
        const tags = reports.map(({ _tag }) => _tag)
        return { words, tags, state: typeof deed?.state === "object" ? deed.state : undefined, asked: deed?.asked }
      })
    )
    expect(seen.words).toStrictEqual(said.map((one, index) => inFull(way, one, index % 2 === 1)))
    expect(seen.tags).toStrictEqual(Array.from({ length: expected }, () => past[way]))
    expect(seen.asked).toBe(2)
    expect(seen.state?._tag).toBe(truth === "done" ? past[way] : "refused")
    if (seen.state !== undefined && "amount" in seen.state) expect(seen.state.amount).toBe(amount)
  })

const linkWords = ({ said }: Scene, from: BankAccount) => Effect.all([said.link(from), said.inquire(), said.link(from)])

const links: ReadonlyArray<BankCheck> = [
  ...linkCourses.map(([ending, expected]) =>
    check(`a link of the number ${ending} is made once, with the bank's evidence`, async (open) => {
      const said = await played(open, (scene) => linkWords(scene, { ...account, number: ending }))
      expect(said).toStrictEqual(expected)
    })
  ),
  check("BNK-07 an account of Japan Post Bank reaches the bank as it was given", async (open) => {
    const seen = await played(open, ({ bank, said }) => {
      bank.setHolder(postal.number, "ユウチョ ハナコ")
      return Effect.all([said.link(postal), said.move("debit", 1000, other, postal)])
    })
    expect(seen).toStrictEqual(["ユウチョ ハナコ 2", `done bank-${other}`])
  })
]

const pages: ReadonlyArray<BankCheck> = pageCourses.map(({ act, afterwards, does, reported }) =>
  check(`BNK-01 BNK-15 the bank tells what a holder did on its page who ${does}`, async (open) => {
    const scene = ({ bank, reports, said }: Scene) =>
      Effect.gen(function* () {
        const gateway = yield* BankGateway
        const begun = yield* gateway.link({ reference, account })
        const before = yield* said.inquire()
        const token = "page" in begun ? (begun.page.split("/").at(-1) ?? "") : ""
        const page = bank.page(token)
        if (page !== undefined) yield* act(page)
        const after = [yield* said.inquire(), yield* said.link()]
        yield* bank.report
        const tags = reports.map(({ _tag }) => _tag)
        return { shown: page?.holderKana, before, after, tags, none: bank.page(`${token}x`) }
      })
    const seen = await played(open, scene, true)
    const expected = { shown: "テスト タロウ", before: "pending", after: afterwards, tags: reported, none: undefined }
    expect(seen).toStrictEqual(expected)
  })
)

const lines: ReadonlyArray<BankCheck> = [
  check("a bank that is off the network does nothing, and does it once it is back", async (open) => {
    const seen = await played(open, ({ bank, said }) =>
      Effect.gen(function* () {
        bank.reachable(false)
        const off = [yield* said.move("debit", 1000), yield* said.link(), yield* said.inquire()]
        const done = (yield* bank.debits).size + (yield* bank.links).size
        bank.reachable(true)
        return { off, done, back: [yield* said.inquire(), yield* said.move("debit", 1000)] }
      })
    )
    expect(seen.off).toStrictEqual(["BankUnreachable", "BankUnreachable", "BankUnreachable"])
    expect(seen).toMatchObject({ done: 0, back: ["notFound", `done ${number}`] })
  }),
  check("two references are two debits, and one of another amount is never taken for the first", async (open) => {
    const seen = await played(open, ({ bank, said }) =>
      Effect.gen(function* () {
        const words = [yield* said.move("debit", 1000), yield* said.move("debit", 1000, other)]
        const reused = yield* Effect.exit(said.move("debit", 2000))
        const amounts = [...(yield* bank.debits).values()].map(({ state }) => typeof state === "object" && state)
        return { words, wasDone: reused._tag === "Success" && /^(done|refused)/u.test(reused.value), amounts }
      })
    )
    expect(seen.words).toStrictEqual([`done ${number}`, `done bank-${other}`])
    expect(seen.wasDone).toBe(false)
    expect(seen.amounts).toMatchObject([{ amount: 1000 }, { amount: 1000 }])
  })
]

/** Everything that every gateway to banks does. */
export const bankChecks: ReadonlyArray<BankCheck> = [
  ...courses.flatMap((course) => [transfer("debit", course), transfer("credit", course)]),
  ...links,
  ...pages,
  ...lines
]

/** Registers the contract for a gateway, each check on a ground of its own. */
export const bankGatewayContract = (name: string, open: Open): void => {
  describe(name, () => {
    for (const check of bankChecks) test(check.name, () => check.run(open))
  })
}
