/**
 * The reports of the law and the health of providers over HTTP, for operators (REG-01, REG-02).
 */
import { Layer } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { walletKinds } from "../src/WalletProblems.ts"
import { type Harness, holder, includes, keys, open } from "./Harness.ts"
import { operator, purse } from "./Purse.ts"
import { errorsOf, type Reached, refusing, travelling } from "./Scene.ts"

const dayMillis = 86_400_000
const dayOf = (millis: number): string => new Date(millis + 9 * 3_600_000).toISOString().slice(0, 10)

describe("reports", () => {
  const reached: Reached = new Set()
  const clock = travelling()
  let harness: Harness
  let refused: ReturnType<typeof refusing>
  beforeAll(() => {
    harness = open({ ports: (ports) => Layer.provideMerge(ports, clock.layer) })
    refused = refusing(harness, reached)
  })
  afterAll(() => harness.close())

  it("say what was unused at a base date and what is outstanding each day, as JSON and as CSV", async () => {
    const began = dayOf(clock.now())
    await holder(harness, 4000)
    await purse(harness, { money: 3000 })
    clock.forward(200 * dayMillis)
    const year = Number(dayOf(clock.now()).slice(0, 4))
    const bases = [`${year - 1}-09-30`, `${year}-03-31`, `${year}-09-30`]
    const base = bases.find((date) => date >= began && date < dayOf(clock.now())) ?? ""
    const { json: unused, status } = await harness.get(`/reports/unused-prepaid/${base}`, operator)
    assert.strictEqual(status, 200)
    includes(unused, { baseDate: base, opening: 0, issued: 4000, unused: 4000, threshold: 10_000_000, deposit: 0 })
    assert.match(String((unused as unknown as { at: string }).at), /T23:59:59\.999\+09:00$/)
    const csv = await harness.get(`/reports/unused-prepaid/${base}/csv`, operator)
    assert.include(csv.headers.get("content-type"), "text/csv")
    assert.strictEqual(csv.headers.get("content-disposition"), `attachment; filename="unused-prepaid-${base}.csv"`)
    assert.include(csv.text, `${base},`)
    assert.include(csv.text, ",4000,")
    const path = `/reports/outstanding?from=${began}&until=${began}`
    const { json } = await harness.get(path, operator)
    const { days, max } = json as unknown as { days: ReadonlyArray<object>; max: object }
    includes(days[0] ?? {}, { day: began, money: 3000, outstanding: 3000, required: 10_000_000 })
    includes(max, { day: began, required: 10_000_000 })
    const listed = await harness.get(path.replace("outstanding?", "outstanding/csv?"), operator)
    assert.include(listed.text, `${began},3000,0,0,3000,`)
  })

  it("are of base dates and of days that are over, and of no more than are listed at once", async () => {
    const today = dayOf(clock.now())
    await refused("BaseDateInvalid", "/reports/unused-prepaid/2026-04-01", undefined, operator)
    await refused("PeriodNotOver", "/reports/unused-prepaid/2199-03-31", undefined, operator)
    await refused("PeriodNotOver", `/reports/outstanding?from=${today}&until=${today}`, undefined, operator)
    await refused("PeriodEmpty", "/reports/outstanding?from=2026-01-02&until=2026-01-01", undefined, operator)
    await refused("PeriodTooLong", "/reports/outstanding/csv?from=2020-01-01&until=2026-01-01", undefined, operator)
    await refused("ValidationFailed", "/reports/outstanding?from=2026-02-30&until=2026-03-01", undefined, operator)
    assert.strictEqual((await harness.get("/reports/unused-prepaid/2026-03-31")).json.code, "Forbidden")
  })

  it("GET /health/providers shows operators which providers answer", async () => {
    const { json } = await harness.get("/health/providers", operator)
    const { outbox, providers } = json as unknown as { outbox: object; providers: ReadonlyArray<object> }
    assert.deepStrictEqual(outbox, { waiting: 0 })
    assert.isNotEmpty(providers)
    for (const provider of providers) includes(provider, { state: "closed" })
    for (const key of [keys.host, null]) {
      const { status } = await harness.get("/health/providers", { key })
      assert.strictEqual(status, key === null ? 401 : 403)
    }
  })

  it("and everything else of the wallet is refused with errors that the catalogue names", () => {
    const named = ["wallet", "payment", "reports", "collection", "points", "common"].flatMap(errorsOf)
    const unnamed = Object.keys(walletKinds).filter(
      (code) => !named.includes(code) && !errorsOf("ports and audit").includes(code)
    )
    assert.deepStrictEqual(unnamed, [])
    const told = [...Object.keys(walletKinds), "BankFunctionsRestricted"]
    // What stays inside: a link that the bank refuses or whose holder is another is a state, not an answer.
    const states = ["BankLinkTaken", "BankRejected", "HolderNameMismatch"]
    assert.deepStrictEqual(
      errorsOf("wallet").filter((code) => !told.includes(code) && !states.includes(code)),
      []
    )
    assert.isTrue(reached.has("PeriodTooLong"))
  })
})
