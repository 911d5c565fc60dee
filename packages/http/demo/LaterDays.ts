/**
 * The days after: the reports of the law once their days are over, and the notice before cash expires.
 */
import type { Day } from "./Opening.ts"
import { accepted, chapter, ensure, tell, yen } from "./Story.ts"

/** Reads the reports on the day after a base date. */
export const reports = async ({ operator }: Day): Promise<void> => {
  chapter("1 April 2001  The reports of the law")
  const unused = accepted(
    await operator.get("/reports/unused-prepaid/2001-03-31"),
    "unused prepaid value (基準日未使用残高) at 31 March (REG-01)"
  )
  const of = (name: string) => yen(unused[name])
  tell(
    `issued ${of("issued")} − recovered ${of("recovered")} + returned ${of("returned")} = unused ${of("unused")}; deposit due ${of("deposit")}`
  )
  const listed = accepted(
    await operator.get("/reports/outstanding?from=2001-03-30&until=2001-03-31"),
    "outstanding funds transfer (未達債務) by day (REG-02)"
  )
  for (const { day, outstanding, required } of listed["days"] as ReadonlyArray<Readonly<Record<string, unknown>>>) {
    tell(`${String(day)}: outstanding ${yen(outstanding)}, security required ${yen(required)}`)
  }
}

/** Waits for the notice that goes out before cash expires. */
export const expiry = async ({ host, operator }: Day): Promise<void> => {
  chapter("10 January 2003  Cash expires two years after its last change")
  for (let tries = 0; tries < 100; tries++) {
    const { body } = await host.get("/development/messages")
    const mails = body["mails"] as ReadonlyArray<{ readonly text: string; readonly subject?: string }>
    const notice = mails.find(({ text }) => /有効期限|期限/u.test(text))
    if (notice !== undefined) {
      const [line = ""] = notice.text.split("\n").filter((text) => text.includes("期限"))
      return tell(`花子 is told by mail, 90 days before (BAL-07): ${line}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { text } = await operator.get("/notices")
  ensure(false, `no notice of expiry: ${text}`)
}
