/**
 * Closing: which accounts close, what is given up, and what is left of them (ACC-25 to ACC-29).
 */
import { CloseAccount } from "@kinchaku/domain/account/Closing"
import { OpenAccount } from "@kinchaku/domain/account/Opening"
import { RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { put } from "@kinchaku/domain/engine/Facts"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { type CertificatePair, certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import { RevokeCertificates } from "@kinchaku/domain/identity/Revoking"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { invariant, limit, transition, validation } from "../src/Rule.ts"
import { registering } from "./support/AccountChanges.ts"
import {
  breakage,
  closingPolicy,
  flying,
  inFlightOperations,
  knownLinks,
  lastEntries,
  linkStates,
  withCash
} from "./support/AccountClosings.ts"
import { accountAt, claimed, deskFor, givenFor, holderAt, linkOf } from "./support/AccountDesk.ts"
import {
  commandsOf,
  contents,
  doing,
  doingNames,
  type Doings,
  operating,
  operationNames,
  operations
} from "./support/AccountOperations.ts"
import { balances, loggedOutBy, told, tried } from "./support/AccountTrials.ts"
import { fresh, hashOf, nonceOf, proofs } from "./support/Accounts.ts"
import { me, same } from "./support/Payments.ts"
import { named, noon, race } from "./support/PaymentsDesk.ts"
import {
  blindTo,
  deciding,
  forgetting,
  holding,
  mistaking,
  misbooking,
  seeing,
  under,
  without,
  writing
} from "./support/PaymentsMistakes.ts"

const closing = { command: CloseAccount, content: contents.close }
const around = (limit: number) =>
  fc
    .oneof(fc.constantFrom(0, 1, limit - 1, limit, limit + 1), fc.integer({ min: 0, max: 2 * limit }))
    .map((n) => Math.max(n, 0))

limit(
  "ACC-25",
  "a money account with more than the limit, in cash and money together, does not close; with the limit or less, and a cash account with anything, it does",
  {
    because: "seed 000, 残高が500円よりも多い場合は解約できません",
    given: {
      limit: fc.constantFrom(500, 500, 0, 1_000),
      cash: around(500),
      total: around(500),
      kind: fc.constantFrom("money", "money", "cash" as const),
      hasExpired: fc.integer({ min: 0, max: 5 }).map((n) => n === 0)
    },
    covers: {
      "one yen above": {
        atLeast: 1,
        when: ({ hasExpired, kind, limit, total }) => !hasExpired && kind === "money" && total === limit + 1
      },
      "just the limit": {
        atLeast: 1,
        when: ({ hasExpired, kind, limit, total }) => !hasExpired && kind === "money" && total === limit
      }
    },
    runs: 400,
    subject: CloseAccount,
    holds: (close, { cash, hasExpired, kind, limit, total }) => {
      const inCash = kind === "cash" ? total : Math.min(cash, total)
      const money = total - inCash
      const desk = deskFor({ ...withCash(inCash, hasExpired), money, kind, policy: closingPolicy(limit) })
      const { answer, changed } = tried(desk, { ...closing, command: close })
      const counts = money + (hasExpired ? 0 : inCash)
      const closes = kind === "cash" || counts <= limit
      return answer === (closes ? "accepted" : "BalanceAboveClosingLimit") && changed === closes
    },
    catches: {
      "the limit itself is too much": holding(CloseAccount, (_, yen) => (yen > 0 ? yen + 1 : 0)),
      "one yen more will do": under(CloseAccount, (policy) => ({
        account: { ...policy.account, closingLimit: policy.account.closingLimit + 1 }
      })),
      "cash is not counted": holding(CloseAccount, (account, yen) => (account.startsWith("liability:cash:") ? 0 : yen)),
      "money is not counted": holding(CloseAccount, (account, yen) =>
        account.startsWith("liability:money:") ? 0 : yen
      ),
      "a cash account is limited too": mistaking(CloseAccount, "account", { kind: "money" }),
      "the limit is always 500": under(CloseAccount, (policy) => ({
        account: { ...policy.account, closingLimit: 500 }
      }))
    }
  }
)

validation("ACC-26", "an account with something in progress does not close, and the refusal names all that is", {
  because: "seed 000, 手続き中の支払いや入金待ち",
  given: { flying: fc.subarray([...inFlightOperations]), amount: fc.constantFrom(1, 300, 1_000_000) },
  covers: { "nothing is in progress": { atLeast: 4, when: ({ flying }) => flying.length === 0 } },
  subject: CloseAccount,
  holds: (close, { amount, flying: operations }) => {
    const desk = deskFor({
      more: inFlightOperations.map((operation) => flying(operation, operations.includes(operation) ? amount : 0))
    })
    const before = desk.everything
    const answer = desk.ask(close, contents.close)
    if (operations.length === 0) return Result.isSuccess(answer)
    const refusal = { _tag: "OperationsInProgress", account: me, operations }
    return Result.isFailure(answer) && same({ ...answer.failure }, refusal) && desk.everything === before
  },
  catches: {
    "payments are not looked at": seeing(CloseAccount, (_, record) =>
      record !== undefined && "operation" in record && record.operation === "payment" ? { ...record, total: 0 } : record
    ),
    "top-ups are not looked at": seeing(CloseAccount, (_, record) =>
      record !== undefined && "operation" in record && record.operation === "topUp" ? { ...record, total: 0 } : record
    ),
    "payouts are not looked at": seeing(CloseAccount, (_, record) =>
      record !== undefined && "operation" in record && record.operation === "payout" ? { ...record, total: 0 } : record
    ),
    "what was settled counts too": seeing(CloseAccount, (kind, record) =>
      kind === "usage" && record !== undefined ? { ...record, total: 1 } : record
    )
  }
})

const racers = ["close", "topUp", "topUp", "pay", "stop"] as const
const racing = (by: { readonly close: typeof CloseAccount; readonly topUp: typeof TopUpFromBank }) => ({
  close: { command: by.close, content: contents.close },
  topUp: { command: by.topUp, content: contents.topUp },
  pay: { command: PaySlip, content: contents.pay },
  stop: doing(commandsOf, "stop")
})

invariant("ACC-26b", "of a closing and top-ups that race, either the closing wins or what is in flight; never both", {
  because: "rulebook ACC-26, ACC-20; LED-11",
  given: { order: fc.shuffledSubarray([...racers], { minLength: 2 }), batchMax: fc.constantFrom(1, 2, 256) },
  covers: {
    "they meet": { atLeast: 40, when: ({ order }) => order.includes("close") && order.includes("topUp") }
  },
  runs: 80,
  subject: { close: CloseAccount, topUp: TopUpFromBank },
  holds: (by, { batchMax, order }) => {
    const all = racing(by)
    const given = givenFor({ money: 400, links: ["registered"] })
    return Effect.map(
      race(
        given,
        order.map((name) => all[name]),
        batchMax
      ),
      ({ answers, books }) => {
        const hasClosed = order.some((name, n) => name === "close" && named(answers[n]!) === "accepted")
        const isFlying = books.records.get("topUp")?.size ?? 0
        const first = order.find((name) => name !== "pay")
        return !(hasClosed && isFlying > 0) && hasClosed === (first === "close")
      }
    )
  },
  catches: {
    "closing looks at nothing in flight": { close: blindTo(CloseAccount, "usage"), topUp: TopUpFromBank },
    "a closed account is topped up from a removed link": {
      close: CloseAccount,
      topUp: mistaking(mistaking(TopUpFromBank, "account", { _tag: "active" }), "bankLink", { _tag: "registered" })
    },
    "a top-up leaves no mark of being in flight": {
      close: CloseAccount,
      topUp: forgetting(TopUpFromBank, ({ id }) => id.endsWith(":inFlight"))
    }
  }
})

transition(
  "ACC-27a",
  "closing gives up all that is left, cash to cash breakage and money to money breakage, in the commit that closes",
  {
    because: "seed 000, 残高及びポイントは消滅",
    given: {
      cash: fc.constantFrom(0, 1, 250),
      money: fc.constantFrom(0, 1, 250),
      hasExpired: fc.boolean(),
      kind: fc.constantFrom("cash", "money" as const)
    },
    subject: CloseAccount,
    holds: (close, { cash, hasExpired, kind, money }) => {
      const inMoney = kind === "cash" ? 0 : money
      const desk = deskFor({ ...withCash(cash, hasExpired), money: inMoney, kind })
      const answer = desk.ask(close, contents.close)
      const expired = hasExpired && cash > 0 ? ["cashExpired"] : []
      const rest = (hasExpired ? 0 : cash) + inMoney > 0 ? ["accountClosed"] : []
      const forfeited = { cash: hasExpired ? 0 : cash, money: inMoney }
      return (
        Result.isSuccess(answer) &&
        same(answer.success.forfeited, forfeited) &&
        same(balances(desk), [0, 0]) &&
        same(breakage(desk), [cash, inMoney]) &&
        same(lastEntries(desk), [...expired, ...rest])
      )
    },
    catches: {
      "what is left stays": without(CloseAccount, "entries"),
      "money goes where cash goes": misbooking(CloseAccount, "revenue:breakage:money", "revenue:breakage:cash"),
      "expired cash is given up like the rest": seeing(CloseAccount, (kind, record) => {
        if (kind !== "account" || record === undefined) return record
        const { cashExpiresAt: _, ...account } = record as { readonly cashExpiresAt?: number }
        return account
      })
    }
  }
)

const link = fc.constantFrom("registered", "inProcedure", "rejected", "removed" as const)

transition(
  "ACC-27b",
  "closing ends links and session, retires the address, and sets person, phone and bank accounts free",
  {
    because: "seed 000, 解約; rulebook ACC-09, ACC-27",
    given: {
      links: fc.array(link, { maxLength: 4 }),
      origin: fc.constantFrom("certificate", "legacy" as const),
      late: fc.boolean()
    },
    subject: CloseAccount,
    holds: (close, { late, links, origin }) => {
      const desk = deskFor({ links, origin })
      desk.ask(close, contents.close)
      const inProcedure = links.indexOf("inProcedure")
      const found = linkOf("inProcedure", Math.max(inProcedure, 0))
      const answer = { _tag: "linked", holder: hashOf("kanaName", 1), factors: 2 } as const
      if (late && inProcedure >= 0 && found.request !== undefined) {
        desk.ask(RecordLinkAnswer, { request: found.request, answer })
      }
      return (
        accountAt(desk)._tag === "closed" &&
        same(
          linkStates(desk),
          links.map((state) => (state === "rejected" ? "rejected" : "removed"))
        ) &&
        knownLinks(desk) === 0 &&
        links.every(
          (state, n) =>
            claimed(desk, "bankAccount", hashOf("bankAccount", n)) === (state === "registered" ? "released" : undefined)
        ) &&
        claimed(desk, "email", hashOf("email", 1)) === "retired" &&
        claimed(desk, "phone", hashOf("phone", 1)) === "released" &&
        claimed(desk, "person", hashOf("person", 1)) === "released" &&
        loggedOutBy(desk) === "closed" &&
        same(told(desk), ["accountClosed mail"])
      )
    },
    catches: {
      "the session goes on": forgetting(CloseAccount, ({ kind }) => kind === "session"),
      "the links go on": forgetting(CloseAccount, ({ kind }) => kind === "bankLink"),
      "the bank accounts stay taken": forgetting(CloseAccount, ({ id }) => id.startsWith("bankAccount:")),
      "the address is free": deciding(CloseAccount, (decided) =>
        Result.map(decided, (decision) => ({
          ...decision,
          puts: decision.puts.map((one) =>
            one.kind === "claim" ? { ...one, record: { ...one.record, state: "released" } } : one
          )
        }))
      ),
      "the person stays bound": forgetting(CloseAccount, ({ id }) => id.startsWith("person:")),
      "the holder is not told": without(CloseAccount, "notices"),
      "a link that the bank has not answered stays open": seeing(CloseAccount, (kind, record) =>
        kind === "bankLink" && record !== undefined && "_tag" in record && record._tag === "inProcedure"
          ? { ...record, _tag: "rejected" }
          : record
      )
    }
  }
)

transition(
  "ACC-27c",
  "after closing, the person opens a new account with the same phone, and never with the same address",
  {
    because: "seed 000, 再度登録することができなくなります",
    given: { email: fc.constantFrom(1, 2), phone: fc.constantFrom(1, 2) },
    subject: CloseAccount,
    holds: (close, { email, phone }) => {
      const asked = { ...fresh, email: hashOf("email", email), phone: hashOf("phone", phone) }
      const desk = deskFor({ more: proofs([asked]) })
      desk.ask(close, contents.close)
      const { answer } = tried(desk, { command: OpenAccount, content: asked })
      return answer === (email === 1 ? "EmailTaken" : "accepted")
    },
    catches: {
      "the phone stays taken": forgetting(CloseAccount, ({ id }) => id.startsWith("phone:")),
      "the person stays bound": forgetting(CloseAccount, ({ id }) => id.startsWith("person:")),
      "the address is free": writing(CloseAccount, "claim", { state: "released" })
    }
  }
)

const pairOf = (): CertificatePair => {
  const { issuance, login, signature } = registering(1)
  const { former: _, ...issue } = { former: undefined, ...issuance }
  const credential = ({ fingerprint, validUntil }: typeof login) => ({
    fingerprint,
    validUntil,
    failures: 0,
    biometrics: "off" as const
  })
  return {
    id: hashOf("person", 1),
    state: "issued",
    signature: credential(signature),
    login: credential(login),
    ...issue,
    registeredIn: holderAt(deskFor()).attributesIn
  }
}

transition("ACC-28", "closing leaves the certificates as they are, and they can still be revoked afterwards", {
  because: "seed 000, 解約しても電子証明書の失効は行われません",
  given: { use: fc.constantFrom("signature", "login" as const), closes: fc.boolean() },
  subject: { close: CloseAccount, revoke: RevokeCertificates },
  holds: ({ close, revoke }, { closes, use }) => {
    const pair = pairOf()
    const desk = deskFor({ more: [put(certificatePairs, pair)] })
    if (closes) desk.ask(close, contents.close)
    const isAsBefore = same(desk.record(certificatePairs, pair.id), pair)
    const presented = {
      person: pair.id,
      use,
      fingerprint: pair[use].fingerprint,
      certificate: { verdict: "verified" as const, challenge: nonceOf(300) }
    }
    const answer = desk.ask(revoke, { presented })
    return isAsBefore && Result.isSuccess(answer) && desk.record(certificatePairs, pair.id)?.state === "revoked"
  },
  catches: {
    "closing revokes them": {
      close: {
        ...deciding(CloseAccount, (decided, facts) =>
          Result.map(decided, (decision) => {
            const pair = facts.find(certificatePairs, hashOf("person", 1))
            const revoked = { ...pair, state: "revoked" } as CertificatePair
            return { ...decision, puts: [...decision.puts, put(certificatePairs, revoked)] }
          })
        ),
        reads: (envelope) => [...CloseAccount.reads(envelope), key(certificatePairs, hashOf("person", 1))]
      },
      revoke: RevokeCertificates
    },
    "they cannot be revoked": { close: CloseAccount, revoke: forgetting(RevokeCertificates, () => true) }
  }
})

const everything = [...operationNames.map((name) => `operation ${name}`), ...doingNames.map((name) => `doing ${name}`)]
const asks = (by: Doings, name: string) =>
  name.startsWith("doing ")
    ? doing(by, name.slice(6) as (typeof doingNames)[number])
    : operating(operations, name.slice(10) as (typeof operationNames)[number])

invariant(
  "ACC-29",
  "a closed account takes no command whatever, and never opens again; what was booked on it stays in the journal",
  {
    because: "rulebook ACC-29 (own)",
    given: {
      asked: fc.array(fc.constantFrom(...everything), { minLength: 1, maxLength: 4 }),
      cash: fc.constantFrom(0, 300)
    },
    subject: commandsOf,
    holds: (by, { asked, cash }) => {
      const desk = deskFor({ cash })
      desk.ask(CloseAccount, contents.close)
      const closed = desk.everything
      const answers = asked.map((name) => tried(desk, asks(by, name)).answer)
      const booked = desk.entries.filter(({ kind }) => kind === "accountClosed").length
      return (
        answers.every((answer) => answer !== "accepted") && desk.everything === closed && booked === (cash > 0 ? 1 : 0)
      )
    },
    catches: {
      "it is resumed": { ...commandsOf, resume: mistaking(commandsOf.resume, "account", { _tag: "suspended" }) },
      "an operator resumes it": {
        ...commandsOf,
        restart: mistaking(commandsOf.restart, "account", { _tag: "stopped", stoppedAt: noon })
      },
      "its phone is changed": {
        ...commandsOf,
        officePhone: mistaking(commandsOf.officePhone, "account", { _tag: "active" })
      },
      "it is given a password": {
        ...commandsOf,
        password: mistaking(commandsOf.password, "account", { _tag: "active" })
      },
      "it is verified": { ...commandsOf, verify: mistaking(commandsOf.verify, "account", { _tag: "active" }) },
      "it closes again": { ...commandsOf, close: mistaking(commandsOf.close, "account", { _tag: "active" }) }
    }
  }
)
