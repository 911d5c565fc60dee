/**
 * Step-up authentication over HTTP: what the issuer's screen shows and what a merchant learns, and every error of the catalogue.
 */
import { compat } from "@kinchaku/domain/policy/Policy"
import { SimulatedMail } from "@kinchaku/testkit/simulators/SimulatedMail"
import { SimulatedSms } from "@kinchaku/testkit/simulators/SimulatedSms"
import { Effect, Layer, type ManagedRuntime } from "effect"
import { assert, describe, it } from "vitest"
import { keys, open } from "./Harness.ts"
import { errorsOf, fresh, type Reached, refusing, succeeded, travelling } from "./Scene.ts"

const merchant = { key: keys.merchant }
const operator = { key: keys.operator }
const holder = { phone: "090-1234-5678", email: "card-holder@example.com", language: "ja" }
const card = "card-reference-0001"
const memberId = "member-0001"
const bought = {
  kind: "online",
  merchant: "SHOP1",
  merchantName: "テスト商店",
  amount: 50_000,
  country: "JP",
  category: "5411"
}

type SimulatedServices = SimulatedSms | SimulatedMail

const world = async () => {
  const clock = travelling()
  const harness = open({ ports: (ports) => Layer.merge(ports, clock.layer) })
  await harness.adopt(compat)
  // The harness is made of simulators; its type says only what the core needs.
  const runtime = harness.runtime as unknown as ManagedRuntime.ManagedRuntime<SimulatedServices, never>
  const enrolled = (own: object = {}) =>
    harness.post("/step-up/enrolments", { card, memberId, method: "otp", ...holder, ...own })
  const buy = async (own: object = {}) => {
    const screen = await succeeded(harness.post("/step-up/purchases", { card, ...bought, ...own }))
    await harness.dispatch()
    return screen
  }
  const answer = (purchase: string | undefined, secret: string, typed = memberId, call: object = {}) =>
    harness.post(`/step-up/purchases/${purchase}/answer`, { memberId: typed, secret }, call)
  /** The code of the last message to the holder. */
  const code = async () => {
    const arrived = await runtime.runPromise(Effect.flatMap(SimulatedSms, (sms) => sms.arrived))
    return /[0-9]{6}/.exec(arrived.at(-1)?.text.normalize("NFKC") ?? "")?.[0] ?? ""
  }
  const wrong = async () => `${(Number(await code()) + 1) % 1_000_000}`.padStart(6, "0")
  const mails = () => runtime.runPromise(Effect.flatMap(SimulatedMail, (mail) => mail.arrived))
  return { harness, clock, enrolled, buy, answer, code, wrong, mails }
}
type World = Awaited<ReturnType<typeof world>>

describe("a purchase", () => {
  it("is challenged, answered with the code of that purchase, and the merchant learns pass (AUT-01 to AUT-04)", async () => {
    const { answer, buy, code, enrolled, harness } = await world()
    const profile = await succeeded(enrolled())
    assert.deepStrictEqual([profile["state"], profile["method"]], ["full", "otp"])
    const screen = await buy()
    const { purchase } = screen
    assert.strictEqual(screen["state"], "challenged")
    const own = `/merchants/SHOP1/purchases/${purchase}`
    assert.deepEqual(await succeeded(harness.get(own, merchant)), { purchase, result: null } as never)
    const passed = await succeeded(answer(purchase, await code()))
    assert.strictEqual(passed["state"], "passed")
    assert.deepEqual(await succeeded(harness.get(own, merchant)), { purchase, result: "pass" } as never)
    assert.deepEqual(await succeeded(harness.post(`${own}/cancellation`, {}, merchant)), {
      purchase,
      result: "pass"
    } as never)
    assert.strictEqual((await succeeded(harness.get(`/step-up/purchases/${purchase}`)))["state"], "cancelled")
    await harness.close()
  })

  it("shows the screen to no merchant, and nothing of the holder to a merchant (AUT-04, AUT-08)", async () => {
    const { answer, buy, enrolled, harness, wrong } = await world()
    await succeeded(enrolled())
    const { purchase } = await buy()
    const forbidden = [
      await harness.get(`/step-up/purchases/${purchase}`, merchant),
      await harness.post(`/step-up/purchases/${purchase}/answer`, { memberId, secret: "000000" }, merchant),
      await harness.post("/step-up/purchases", { card, ...bought }, merchant),
      await harness.get(`/merchants/SHOP1/purchases/${purchase}`),
      await harness.get("/policy", merchant)
    ]
    for (const { json } of forbidden) assert.strictEqual(json.code, "Forbidden")
    const view = async () => (await harness.get(`/merchants/SHOP1/purchases/${purchase}`, merchant)).text
    const before = await view()
    await answer(purchase, await wrong())
    await answer(purchase, "000000", "another-member")
    // A wrong answer is between the holder and the issuer.
    assert.strictEqual(await view(), before)
    for (let n = 0; n < 3; n++) await answer(purchase, "000000", "another-member")
    assert.deepEqual(JSON.parse(await view()), { purchase, result: "fail" })
    const notEnrolled = await buy({ card: "card-reference-0009" })
    const other = await harness.get(`/merchants/SHOP1/purchases/${notEnrolled["purchase"]}`, merchant)
    assert.strictEqual(other.text.replace(`${notEnrolled["purchase"]}`, ""), (await view()).replace(`${purchase}`, ""))
    const foreign = await harness.get(`/merchants/SHOP2/purchases/${purchase}`, merchant)
    assert.strictEqual(foreign.json.code, "PurchaseNotFound")
    await harness.close()
  })

  it("has a code of its own (AUT-03)", async () => {
    const { answer, buy, code, enrolled, harness } = await world()
    await succeeded(enrolled())
    const first = await buy()
    const codeOfFirst = await code()
    const second = await buy()
    const codeOfSecond = await code()
    const crossed = await answer(second["purchase"], codeOfFirst)
    assert.strictEqual(crossed.json.code, codeOfFirst === codeOfSecond ? undefined : "StepUpMismatch")
    await succeeded(answer(second["purchase"], codeOfSecond))
    await succeeded(answer(first["purchase"], codeOfFirst))
    await harness.close()
  })
})

describe("a forgotten member ID", () => {
  it("is mailed; the page answers the same, whether or not the address is known (AUT-10, SEC-01)", async () => {
    const { enrolled, harness, mails } = await world()
    await succeeded(enrolled())
    const ask = async (email: string) => {
      const call = { key: null, idempotencyKey: fresh(), headers: { "x-request-id": "same-request-id" } }
      const { headers, status, text } = await harness.post("/step-up/member-id-reminders", { email }, call)
      return { status, text, headers: [...headers] }
    }
    const before = (await mails()).length
    const known = await ask(holder.email)
    assert.strictEqual(known.status, 202)
    assert.deepStrictEqual(await ask("nobody@example.com"), known)
    await harness.dispatch()
    const sent = (await mails()).slice(before)
    assert.strictEqual(sent.length, 1)
    assert.strictEqual(sent[0]?.to, holder.email)
    assert.include(sent[0]?.text ?? "", memberId)
    await harness.close()
  })
})

const refusedEnrolments = async ({ enrolled }: World, refuses: ReturnType<typeof refusing>): Promise<string> => {
  const enrolments = "/step-up/enrolments"
  const full = { card, memberId, method: "otp", ...holder }
  await refuses("CardNotEnrolled", `${enrolments}/card-change`, { card })
  const profile = await succeeded(enrolled())
  await refuses("CardEnrolled", `${enrolments}/provisional`, { card, ...holder })
  await refuses("CardEnrolled", enrolments, { ...full, memberId: "member-0002" })
  await refuses("MemberIdTaken", enrolments, { ...full, card: "card-reference-0002" })
  const method = { memberId, method: "personalMessage" }
  const document = await refuses("PersonalMessageEnded", `${enrolments}/method`, method)
  assert.include(JSON.stringify(document), '"changeTo":"otp"')
  await refuses("PasswordUnacceptable", `${enrolments}/method`, { memberId, method: "password", password: "short" })
  const at = new Date().toISOString()
  await refuses(
    "ProfileNotFound",
    `${enrolments}/prof_01ARZ3NDEKTSV4RRFFQ69G5FAV/unlock`,
    { contactedAt: at },
    operator
  )
  await refuses("UnlockRequiresOperator", `${enrolments}/${profile["id"]}/unlock`, { contactedAt: at })
  const ahead = { contactedAt: new Date(Date.now() + 60_000).toISOString() }
  await refuses("ValidationFailed", `${enrolments}/${profile["id"]}/unlock`, ahead, operator)
  return `${profile["id"]}`
}

const refusedPurchases = async (scene: World, profile: string, refuses: ReturnType<typeof refusing>): Promise<void> => {
  const { answer, buy, clock, code, enrolled, harness, wrong } = scene
  const answering = (purchase: string | undefined) => `/step-up/purchases/${purchase}/answer`
  await refuses("PurchaseNotFound", "/step-up/purchases/purc_01ARZ3NDEKTSV4RRFFQ69G5FAV")
  const { purchase } = await buy()
  await refuses("PurchaseNotCancellable", `/merchants/SHOP1/purchases/${purchase}/cancellation`, {}, merchant)
  await refuses("MemberIdUnknown", answering(purchase), { memberId: "nobody-1", secret: await code() })
  await refuses("StepUpMismatch", answering(purchase), { memberId, secret: await wrong() })
  await succeeded(answer(purchase, await code()))
  await refuses("ChallengeSettled", answering(purchase), { memberId, secret: await code() })
  const late = await buy()
  clock.forward(6 * 60_000)
  await refuses("ChallengeExpired", answering(late["purchase"]), { memberId, secret: await code() })

  const provisional = "card-reference-0003"
  await succeeded(harness.post("/step-up/enrolments/provisional", { card: provisional, ...holder }))
  const early = await buy({ card: provisional })
  await refuses("EnrolmentProvisional", answering(early["purchase"]), { memberId, secret: await code() })

  const tried = await buy()
  for (let n = 0; n < 4; n++) await answer(tried["purchase"], await wrong())
  await refuses("ProfileLocked", answering(tried["purchase"]), { memberId, secret: await wrong() })
  await refuses("ProfileLocked", answering(tried["purchase"]), { memberId, secret: await code() })
  const contactedAt = new Date(clock.now() - 1000).toISOString()
  await succeeded(harness.post(`/step-up/enrolments/${profile}/unlock`, { contactedAt }, operator))
  await succeeded(harness.post("/step-up/enrolments/card-change", { card }))
  await refuses("EnrolmentVoid", "/step-up/enrolments/method", { memberId, method: "otp" })
  await succeeded(enrolled({ card: "card-reference-0004" }))
}

describe("every error of step-up authentication", () => {
  it("is reached over HTTP with its rule, in Japanese and in English (AUT-04)", async () => {
    const scene = await world()
    const reached: Reached = new Set()
    const refuses = refusing(scene.harness, reached)
    await refusedPurchases(scene, await refusedEnrolments(scene, refuses), refuses)
    assert.includeMembers([...reached], [...errorsOf("step-up")])
    await scene.harness.close()
  })

  it("says nothing of holders in logs, and no card number is taken for a reference (AUT-08)", async () => {
    const { answer, buy, code, enrolled, harness, wrong } = await world()
    await succeeded(enrolled())
    const { purchase } = await buy()
    const right = await code()
    await answer(purchase, await wrong())
    await answer(purchase, right)
    const number = await enrolled({ card: "4111111111111111" })
    assert.strictEqual(number.json.code, "ValidationFailed")
    const said = [...harness.lines, number.text].join("\n")
    const secrets = [right, memberId, holder.email, "09012345678", "+819012345678", card, "4111111111111111"]
    for (const secret of secrets) assert.notInclude(said, secret)
    await harness.close()
  })
})
