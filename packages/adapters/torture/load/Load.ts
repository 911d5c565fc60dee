/**
 * The load of the crash tests and the torture: what the caller of a number asks for follows from the number, under a key that is the number.
 *
 * So whoever knows which numbers were answered can ask again for exactly the same, in another process.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import { Accounts, type Intent } from "@kinchaku/domain/account/Accounts"
import { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import { Billers } from "@kinchaku/domain/bill/Billers"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { Policies } from "@kinchaku/domain/policy/Policies"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import { Cause, Effect, Exit, Option, Schema } from "effect"
import * as Linking from "@kinchaku/testkit/scenario/Linking"
import { challengeOf } from "@kinchaku/testkit/scenario/Opening"
import { proveContacts } from "@kinchaku/testkit/scenario/Proving"
import { codeless } from "@kinchaku/testkit/scenario/TestPolicy"
import { kanaName } from "./Core.ts"

/** Who asks in these tests; nobody else does. */
export const actor = "host:crash" as Actor

const bank = "9999"
const roomy = { perDay: Yen.make(1_000_000_000_000), perMonth: Yen.make(10_000_000_000_000) }
const unreached = { balance: Yen.make(1_000_000_000_000), topUp: roomy, payment: roomy, payout: roomy }

/** Limits that are counted and checked, and never reached; a fee on each payment. */
const policy: Policy = {
  ...codeless,
  limits: { cash: unreached, money: unreached },
  fees: [{ function: "payment", fixed: Yen.make(55) }],
  banks: {
    [bank]: {
      name: "crash",
      minimum: PositiveYen.make(1),
      step: PositiveYen.make(1),
      opens: "00:00",
      closes: "24:00",
      maintenance: []
    }
  }
}

/** What is there before the load begins: accounts with cash and money, each with its bank link. */
export const Ground = Schema.Array(Schema.Struct({ account: AccountId, link: BankLinkId }))
export type Ground = typeof Ground.Type

const presentation = (subject: string, occasion: string) => ({
  certificate: subject,
  challenge: challengeOf(occasion),
  signature: ""
})
const phone = (n: number): string => `090${`${n}`.padStart(8, "0")}`
/** Proves the contacts of a person and opens, all of it under keys that the intent's makes. */
const open = Effect.fnUntraced(function* (subject: string, email: string, n: number, intent: Intent) {
  const contacts = { email, phone: phone(n) }
  const proved = yield* proveContacts(contacts, intent)
  const request = { presentation: presentation(subject, intent.key), ...contacts, kanaName, ...proved }
  return yield* (yield* Accounts).open(request, intent)
})
const groundEmail = (n: number): string => `ground-${n}@example.jp`

const billerCount = 8
/** Every fourth biller must accept each payment itself. */
const isOnline = (biller: number): boolean => biller % 4 === 3
const billerCode = (biller: number): BillerCode => `${900_000 + biller}` as BillerCode
const payee = (biller: number): string => `biller ${biller}`

/** Delivers until nothing waits. */
export const settle = Effect.gen(function* () {
  const dispatcher = yield* Dispatcher
  const outbox = yield* Outbox
  while ((yield* outbox.waiting) > 0) {
    yield* dispatcher.runDue
    yield* Effect.sleep("10 millis")
  }
})

const topUp = (account: AccountId, link: BankLinkId, amount: number, intent: Intent) =>
  Effect.flatMap(TopUps, ({ fromBank }) =>
    fromBank({ account, link, amount: PositiveYen.make(amount), quotedFee: Yen.make(0) }, intent)
  )

const numbers = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, n) => n)
const atOnce = { concurrency: "unbounded" } as const

/** Puts the policy in force, contracts the billers, and opens accounts: three of four with money, all with cash. */
export const prepare = Effect.fnUntraced(function* (count: number) {
  const accounts = yield* Accounts
  const bankLinks = yield* BankLinks
  const billers = yield* Billers
  const policies = yield* Policies
  yield* policies.adopt(policy, actor)
  const contract = (n: number) => {
    const confirmation = isOnline(n) ? ("online" as const) : ("none" as const)
    return billers.contract(
      { code: billerCode(n), name: payee(n), confirmation, active: true },
      { actor, key: `biller ${n}` }
    )
  }
  yield* Effect.forEach(numbers(billerCount), contract, atOnce)
  const openLinked = Effect.fnUntraced(function* (n: number) {
    const as = (step: string): Intent => ({ actor, key: `${step} ${n}` })
    const account = yield* open(`ground ${n}`, groundEmail(n), n, as("open"))
    const number = `${n}`.padStart(7, "0")
    const link = yield* Linking.link(
      bankLinks,
      account.id,
      { bank, branch: "001", kind: "ordinary", number },
      as("link")
    )
    return { account: account.id, link: link.id }
  })
  const ground = yield* Effect.forEach(numbers(count), openLinked, atOnce)
  yield* settle
  const fill = Effect.fnUntraced(function* (step: string, amount: number) {
    // The bank refuses some debits, so each account asks for six.
    yield* Effect.forEach(
      ground.flatMap((one, n) => [0, 1, 2, 3, 4, 5].map((time) => ({ ...one, key: `${step} ${n} ${time}` }))),
      ({ account, key, link }) => topUp(account, link, amount, { actor, key }),
      atOnce
    )
    yield* settle
  })
  yield* fill("cash", 300_000)
  yield* Effect.forEach(
    ground,
    ({ account }, n) =>
      n % 4 === 0
        ? Effect.void
        : accounts.verifyIdentity(account, presentation(`ground ${n}`, `verify ${n}`), { actor, key: `verify ${n}` }),
    atOnce
  )
  yield* fill("money", 1_000_000_000)
  return ground satisfies Ground
})

/** Pays the slip of a number from some account. */
const pay = (n: number, biller: number, account: AccountId, intent: Intent) => {
  const amount = PositiveYen.make(1000 + ((n * 37) % 9000))
  const free = `${n}`.padStart(12, "0")
  const barcode = SlipBarcode.write({ biller: billerCode(biller), free, reissues: 0, stamp: false, amount })
  const quote = { payee: payee(biller), amount, fee: Yen.make(55) }
  return Effect.flatMap(Payments, ({ paySlip }) => paySlip({ account, barcode, quote }, intent))
}

const offline = (n: number): number => (n % 2) + 4

/**
 * Asks for what belongs to a number. Nine of twelve are payments; of these one waits for its biller, and one is of a slip
 * that another number pays as well, so that one of the two is refused. One opening is of a person who has an account.
 * Every refusal stays one however often and whenever it is asked for again.
 */
export const ask = (
  ground: Ground,
  n: number,
  key = `${n}`
): Effect.Effect<unknown, unknown, Accounts | OneTimePasswords | Payments | Secrets | TopUps> => {
  const intent = { actor, key }
  const one = ground[(n * 7919) % ground.length]
  if (one === undefined) return Effect.die(new Error("the load needs accounts"))
  switch (n % 12) {
    case 0:
      return open(`holder ${n}`, `holder-${n}@example.jp`, 1_000_000 + n, intent)
    case 1:
      return topUp(one.account, one.link, 1000 + (n % 500), intent)
    case 2:
      return open(`ground ${n % ground.length}`, `late-${n}@example.jp`, 50_000_000 + n, intent)
    case 3:
      return pay(n, n % 24 === 3 ? 3 : 7, one.account, intent)
    case 9:
      return pay(n - 1, offline(n - 1), one.account, intent)
    default:
      return pay(n, offline(n), one.account, intent)
  }
}

/** How often a number is asked for at once: some callers send twice, and both must hear the same. */
export const times = (n: number): number => (n % 16 === 5 ? 2 : 1)

/** What a caller was told. failed: nothing certain, so it is no answer. */
export interface Told {
  readonly n: number
  readonly what: "accepted" | "refused" | "failed"
  /** The outcome or the refusal, as JSON. */
  readonly text: string
}

/** What an asking came to; a defect stays one. */
export const told = (n: number, exit: Exit.Exit<unknown, unknown>): Effect.Effect<Told> => {
  if (Exit.isSuccess(exit)) return Effect.succeed({ n, what: "accepted", text: JSON.stringify(exit.value) })
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (typeof failure !== "object" || failure === null || !("_tag" in failure)) {
    return Effect.failCause(exit.cause as Cause.Cause<never>)
  }
  const isUncertain = failure._tag === "StoreUnavailable" || failure._tag === "Busy"
  return Effect.succeed({ n, what: isUncertain ? "failed" : "refused", text: JSON.stringify(failure) })
}
