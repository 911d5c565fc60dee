/**
 * Access: what is another's, and what a request may hold (SEC-10). Who may ask for what at all is for the server to say.
 */
import { OpeningRequest } from "@kinchaku/domain/account/Accounts"
import type { AccountId } from "@kinchaku/domain/account/Account"
import { Forbidden } from "@kinchaku/domain/account/OperatorCase"
import { ValidationFailed, validator } from "@kinchaku/domain/engine/Command"
import { PasswordRequest } from "@kinchaku/domain/account/AccountChanges"
import { PurchaseRequest } from "@kinchaku/domain/stepup/StepUps"
import { TransactionRequest } from "@kinchaku/domain/token/TokenConfirmations"
import { Effect, Result, Schema } from "effect"
import * as fc from "fast-check"
import { query, validation } from "../src/Rule.ts"
import type { Story } from "../src/scenario/Story.ts"
import { inWorld } from "../src/scenario/World.ts"
import * as SimulatedVerifier from "../src/simulators/SimulatedVerifier.ts"

type Ask = (account: AccountId, id: string) => Effect.Effect<unknown, unknown>
/** Ways to ask for an object of an account, or to use it. */
type Asks = Readonly<Record<"readLink" | "readTopUp" | "readPayment" | "topUpFrom", Ask>>
type Ways = keyof Asks

/** The way itself, and whose the objects of the world are. */
type Way = (real: Ask, ownerOf: (id: string) => AccountId | undefined) => Ask

const asIs: Way = (real) => real

const asksOf = (story: Story): Asks => ({
  readLink: (account, id) => story.bankLinks.get(account, id as never),
  readTopUp: (account, id) => story.topUps.get(account, id as never),
  readPayment: (account, id) => story.payments.get(account, id as never),
  topUpFrom: (account, id) => {
    const request = { account, link: id, amount: 100, quotedFee: 0 } as never
    return story.topUps.fromBank(request, story.intent())
  }
})

const objectsOf = Effect.fnUntraced(function* (story: Story, name: string) {
  const holder = yield* story.open(name)
  const link = yield* story.link(holder)
  const topUp = yield* story.topUp(holder, 5000, link)
  const payment = yield* story.pay(holder, story.slip({ amount: 100 }))
  return {
    account: holder.account,
    readLink: link.id,
    readTopUp: topUp.id,
    readPayment: payment.id,
    topUpFrom: link.id
  }
})

const unknown = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
const nobodys: Readonly<Record<Ways, string>> = {
  readLink: `link_${unknown}`,
  readTopUp: `top_${unknown}`,
  readPayment: `pay_${unknown}`,
  topUpFrom: `link_${unknown}`
}

/** What came of asking, with the id that was asked for left out. */
const outcomeOf = (asked: Effect.Effect<unknown, unknown>, id: string) =>
  Effect.match(asked, {
    onSuccess: () => "shown",
    onFailure: (refusal) => JSON.stringify(refusal).replaceAll(id, "ID")
  })

const playing = (way: Way, what: Ways) =>
  inWorld({}, (story) =>
    Effect.gen(function* () {
      yield* story.contract()
      const [mine, other] = [yield* objectsOf(story, "mine"), yield* objectsOf(story, "other")]
      const ids = Object.fromEntries(
        [mine, other].flatMap(({ account, ...of }) => Object.values(of).map((id) => [id, account]))
      )
      const ask = way(asksOf(story)[what], (id) => ids[id])
      const of = (id: string) => outcomeOf(ask(mine.account, id), id)
      return { own: yield* of(mine[what]), anothers: yield* of(other[what]), nobodys: yield* of(nobodys[what]) }
    })
  )

query("SEC-10a", "what is another's is answered exactly as what is nobody's, and what is one's own is there", {
  because: "rulebook SEC-10: another's object answers as not found",
  given: { what: fc.constantFrom<Ways>("readLink", "readTopUp", "readPayment", "topUpFrom") },
  runs: 12,
  subject: asIs,
  holds: (way, { what }) =>
    Effect.map(
      playing(way, what),
      ({ anothers, nobodys, own }) => own === "shown" && anothers !== "shown" && anothers === nobodys
    ),
  catches: {
    "another's is shown": (real, ownerOf) => (account, id) => real(ownerOf(id) ?? account, id),
    "another's is forbidden instead of not there": (real, ownerOf) => (account, id) => {
      const owner = ownerOf(id)
      return owner === undefined || owner === account ? real(account, id) : new Forbidden({ needs: "operator" })
    },
    "what is nobody's is called malformed": (real, ownerOf) => (account, id) =>
      ownerOf(id) === undefined
        ? new ValidationFailed({ issues: [{ field: "id", message: "unknown" }] })
        : real(account, id),
    "one's own is not there": (real) => (account) => real(account, "nothing")
  }
})

const otp = `otp_${unknown}`
/** Requests that hold what they have to hold, and nothing else. */
const requests = {
  opening: {
    schema: OpeningRequest,
    valid: {
      presentation: SimulatedVerifier.certificate("taro"),
      email: "taro@example.jp",
      phone: "09012345678",
      kanaName: "テスト タロウ",
      emailOtp: otp,
      phoneOtp: otp
    }
  },
  password: { schema: PasswordRequest, valid: { email: "taro@example.jp", otp, password: "Kaeru2026" } },
  purchase: {
    schema: PurchaseRequest,
    valid: {
      card: "card-reference-1",
      kind: "online",
      merchant: "SHOP1",
      merchantName: "商店",
      amount: 100,
      country: "JP",
      category: "5411"
    }
  },
  transaction: { schema: TransactionRequest, valid: { service: "BANK", user: "user", payee: "商店", amount: 100 } }
} as const
type Name = keyof typeof requests
const names = Object.keys(requests) as ReadonlyArray<Name>

/** A reader of requests: which fields it finds fault with, if any. */
type Reader = (schema: Schema.Codec<unknown, unknown>, input: unknown) => ReadonlyArray<string>

const strict: Reader = (schema, input) =>
  Result.match(validator(schema)(input), {
    onSuccess: () => [],
    onFailure: ({ issues }) => issues.map(({ field }) => field)
  })

const lenient: Reader = (schema, input) =>
  Result.isSuccess(Schema.decodeUnknownResult(schema, { onExcessProperty: "ignore" })(input)) ? [] : ["request"]

validation("SEC-10b", "a field that a request does not have is refused, and named", {
  because: "rulebook SEC-10: unknown fields in requests are refused",
  given: {
    name: fc.constantFrom(...names),
    field: fc.constantFrom(undefined, "isAdmin", "role", "kind", "state", "constructor", "account2", "x")
  },
  covers: { "nothing is added": { atLeast: 5, when: ({ field }) => field === undefined } },
  subject: strict,
  holds: (reader, { field, name }) => {
    const { schema, valid } = requests[name]
    const isKnown = field === undefined || field in schema.fields
    const given = field === undefined || isKnown ? valid : { ...valid, [field]: "x" }
    const faults = reader(schema as Schema.Codec<unknown, unknown>, given)
    return isKnown ? faults.length === 0 : faults.length === 1 && faults[0] === field
  },
  catches: {
    "it is left out": lenient,
    "it is refused, and not named": (schema, input) => strict(schema, input).map(() => ""),
    "everything is refused": () => ["request"]
  }
})
