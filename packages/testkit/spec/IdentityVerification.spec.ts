/**
 * Identity verification: when an account becomes a money account, which one uses bank functions, and when it must be confirmed anew (ACC-03, IDV).
 */
import { RemindConfirmation } from "@kinchaku/domain/account/Confirmation"
import { CompleteIdentityVerification } from "@kinchaku/domain/account/Opening"
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { StopAccount } from "@kinchaku/domain/account/Stopping"
import * as Standing from "@kinchaku/domain/account/Standing"
import { AddBankLink } from "@kinchaku/domain/bank/Linking"
import { billers } from "@kinchaku/domain/bill/Biller"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { MigrateAccount } from "@kinchaku/domain/account/Migration"
import { Effect } from "effect"
import * as fc from "fast-check"
import { invariant, notice, policy, transition, validation } from "../src/Rule.ts"
import { accountAt, accountWith, allCodes, change, deskFor, openPolicy } from "./support/AccountDesk.ts"
import { commandsOf, contents, doing, doingNames, type Doings } from "./support/AccountOperations.ts"
import { tried } from "./support/AccountTrials.ts"
import { hashOf, nonceOf } from "./support/Accounts.ts"
import { confirmingPolicy, noonAfter, noticesOn, swept, timeOf, verifying, yearsOn } from "./support/Confirmations.ts"
import { migrating } from "./support/LegacyAccounts.ts"
import { me, same, waterworks } from "./support/Payments.ts"
import { noon } from "./support/PaymentsDesk.ts"
import { forgetting, mistaking, under, without, writing } from "./support/PaymentsMistakes.ts"

const but = (other: Partial<Doings>): Doings => ({ ...commandsOf, ...other })

transition(
  "ACC-03",
  "an account opened with a certificate is a cash account until its verification completes, a money account from that moment on, and nothing else changes that",
  {
    because: "seed 000, 本人確認が完了した際に自動的に切り替わります",
    given: { path: fc.array(fc.constantFrom(...doingNames, "verify" as const), { minLength: 1, maxLength: 6 }) },
    covers: { "it is verified": { atLeast: 20, when: ({ path }) => path.includes("verify") } },
    subject: commandsOf,
    holds: (by, { path }) => {
      const desk = deskFor({ kind: "cash" })
      let isVerified = false
      return path.every((name, n) => {
        change(desk, openPolicy(), ...allCodes)
        const asked = doing(by, name)
        const evidence = { verdict: "verified", challenge: nonceOf(500 + n) }
        const content = name === "verify" ? { ...contents.verify, evidence } : asked.content
        const { answer } = tried(desk, { ...asked, content })
        isVerified ||= name === "verify" && answer === "accepted"
        return accountAt(desk).kind === (isVerified ? "money" : "cash")
      })
    },
    catches: {
      "stopping takes it back": but({ stop: writing(StopAccount, "account", { kind: "cash" }) }),
      "a password makes a money account": but({ password: writing(SetPassword, "account", { kind: "money" }) }),
      "verification is not enough": but({
        verify: forgetting(CompleteIdentityVerification, ({ kind }) => kind === "account")
      })
    }
  }
)

validation(
  "IDV-01",
  "the signature certificate verifies an account, with its name, birth date and address; the login certificate does not",
  {
    because: "seed 000, 氏名・生年月日・住所の取得",
    given: { use: fc.constantFrom("signature", "login" as const) },
    runs: 6,
    subject: verifying,
    holds: (verify, { use }) =>
      Effect.map(verify(use), ({ answer, kept, kind }) => {
        const attributes = { name: "花子", birthDate: "1980-02-17", address: "東京都千代田区" }
        const isVerified = use === "signature"
        return (
          answer === (isVerified ? "accepted" : "CertificateUntrusted") &&
          kind === (isVerified ? "money" : "cash") &&
          same(kept, attributes)
        )
      }),
    catches: {
      "either certificate verifies": () => verifying("signature"),
      "neither verifies": () => verifying("login"),
      "the address is not read": (use) =>
        Effect.map(verifying(use), (seen) => ({ ...seen, kept: { ...seen.kept, address: undefined } }))
    }
  }
)

const bankFunctions = { link: AddBankLink, topUp: TopUpFromBank } as const
type BankFunctions = Readonly<Record<keyof typeof bankFunctions, AnyCommand>>
const confirmedAt = timeOf("2023-05-19", 0)

invariant(
  "IDV-02",
  "bank functions are open to accounts with certificate login and to legacy accounts that were verified, and to no others",
  {
    because: "seed 000, 口座機能のセキュリティ制限",
    given: {
      name: fc.constantFrom("link", "topUp" as const),
      origin: fc.constantFrom("certificate", "legacy" as const),
      kind: fc.constantFrom("cash", "money" as const)
    },
    subject: bankFunctions as BankFunctions,
    holds: (by, { kind, name, origin }) => {
      const desk = deskFor({ kind, origin, links: ["registered"], policy: openPolicy() })
      const { answer } = tried(desk, { command: by[name], content: contents[name] })
      const isOpen = origin === "certificate" || kind === "money"
      // A legacy account's top-up needs a code besides, whatever the policy waives (OTP-09).
      return (answer === "BankFunctionsRestricted") === !isOpen
    },
    catches: {
      "everybody links": { ...bankFunctions, link: mistaking(AddBankLink, "account", { kind: "money" }) },
      "everybody tops up": { ...bankFunctions, topUp: mistaking(TopUpFromBank, "account", { kind: "money" }) },
      "certificate accounts must be verified too": {
        ...bankFunctions,
        link: mistaking(AddBankLink, "account", { origin: "legacy" })
      }
    }
  }
)

const days = fc.constantFrom("2024-02-28", "2024-02-29", "2024-03-01", "2023-12-31", "2026-05-20")

policy(
  "IDV-03a",
  "a confirmation lasts to the end of the same day so many years later, whatever the hour it was given, leap days and all",
  {
    because: "seed 000, 定期的に本人確認情報を確認; 犯罪収益移転防止法 第11条",
    given: {
      day: days,
      millis: fc.constantFrom(0, 1, 43_200_000, 86_399_999),
      years: fc.constantFrom(1, 3, 3, 4, 20)
    },
    subject: Standing.confirmedUntil,
    holds: (until, { day, millis, years }) =>
      until(confirmingPolicy(years), accountWith({ confirmedAt: timeOf(day, millis) })) === yearsOn(day, years),
    catches: {
      "a year has 365 days": ({ account }, { confirmedAt: given }) =>
        instant(given - ((given + 32_400_000) % 86_400_000) + account.confirmationYears * 31_536_000_000 + 86_399_999),
      "it ends at the hour it was given": ({ account }, { confirmedAt: given }) =>
        instant(given + account.confirmationYears * 31_557_600_000),
      "it is always three years": (given, account) =>
        Standing.confirmedUntil({ ...given, account: { ...given.account, confirmationYears: 3 } }, account)
    }
  }
)

transition("IDV-03b", "showing the certificate again confirms an account anew, also where nothing changed", {
  because: "rulebook IDV-03",
  given: {
    kind: fc.constantFrom("cash", "money" as const),
    later: fc.constantFrom(0, 1, 94_608_000_000),
    own: fc.boolean()
  },
  subject: CompleteIdentityVerification,
  holds: (verify, { kind, later, own }) => {
    const desk = deskFor({ kind, confirmedAt })
    const at = instant(noon + later)
    desk.ask(verify, { ...contents.verify, person: hashOf("person", own ? 1 : 2) }, { at })
    return accountAt(desk).confirmedAt === (own ? at : confirmedAt)
  },
  catches: {
    "only the first time counts": writing(CompleteIdentityVerification, "account", { confirmedAt }),
    "anybody's certificate confirms": mistaking(CompleteIdentityVerification, "account", {
      person: hashOf("person", 2)
    })
  }
})

const restricted = { ...bankFunctions, pay: PaySlip, migrate: MigrateAccount } as const
type Restricted = Readonly<Record<keyof typeof restricted, AnyCommand>>

transition(
  "IDV-04",
  "from the first millisecond after it fell due, an account without certificate is restricted in bank functions and payees for verified accounts, until it migrates and confirms",
  {
    because: "seed 000, 口座連携機能や一部のお支払い先が制限されます",
    given: {
      name: fc.constantFrom("link", "topUp", "pay" as const),
      off: fc.constantFrom(-86_400_000, -1, 0, 1, 86_400_000),
      origin: fc.constantFrom("legacy", "legacy", "certificate" as const),
      verifiedOnly: fc.boolean(),
      migrates: fc.boolean()
    },
    covers: {
      overdue: { atLeast: 10, when: ({ migrates, off, origin }) => off > 0 && origin === "legacy" && !migrates }
    },
    subject: restricted as Restricted,
    holds: (by, { migrates, name, off, origin, verifiedOnly }) => {
      const at = yearsOn("2023-05-19", 3, off)
      const desk = deskFor({
        origin,
        confirmedAt,
        money: 10_000,
        links: ["registered"],
        policy: confirmingPolicy(3),
        more: [put(billers, { ...waterworks, verifiedOnly })]
      })
      if (migrates && origin === "legacy") desk.ask(by.migrate, migrating, { at: noon })
      const { answer } = tried(desk, { command: by[name], content: contents[name], at })
      const isOverdue = off > 0 && origin === "legacy" && !migrates
      if (name === "pay") return (answer === "PayeeRestricted") === (isOverdue && verifiedOnly)
      return (answer === "BankFunctionsRestricted") === isOverdue
    },
    catches: {
      "bank links are never restricted": {
        ...restricted,
        link: mistaking(AddBankLink, "account", { confirmedAt: noon })
      },
      "payees are never restricted": { ...restricted, pay: mistaking(PaySlip, "account", { confirmedAt: noon }) },
      "every payee is restricted": { ...restricted, pay: mistaking(PaySlip, "biller", { verifiedOnly: true }) },
      "certificate accounts are restricted": {
        ...restricted,
        topUp: mistaking(TopUpFromBank, "account", { origin: "legacy" })
      },
      "it is restricted a day early": {
        ...restricted,
        topUp: mistaking(TopUpFromBank, "account", { confirmedAt: confirmedAt - 1 })
      },
      "migrating lifts nothing": {
        ...restricted,
        migrate: writing(MigrateAccount, "account", { origin: "legacy", confirmedAt })
      }
    }
  }
)

const looks = fc
  .uniqueArray(fc.oneof(fc.constantFrom(334, 335, 336, 364, 365, 366), fc.integer({ min: 1, max: 420 })), {
    minLength: 1,
    maxLength: 5
  })
  .map((all) => all.toSorted((a, b) => a - b))
const periods = fc.constantFrom([30, 0], [30, 0], [60, 14, 0], [1], [])

notice(
  "IDV-05a",
  "a notice goes out once for each notice period that has begun, to whoever has an open account, the smallest at once where several were missed",
  {
    because: "seed 000, 本人確認のご案内をお送りします; rulebook IDV-05: 30 days before and on the day",
    given: { looks, periods, state: fc.constantFrom("active", "active", "suspended", "stopped", "closed" as const) },
    subject: RemindConfirmation,
    holds: (remind, { looks, periods, state }) => {
      const desk = deskFor({ state, policy: confirmingPolicy(1, periods) })
      const sent = looks.filter((look) => {
        const before = desk.notices.length
        desk.ask(remind, { account: me }, { at: noonAfter(look) })
        return desk.notices.length > before
      })
      return (
        same(sent, state === "closed" ? [] : noticesOn(looks, 365, periods)) &&
        desk.notices.every((kind) => kind === "confirmationDue")
      )
    },
    catches: {
      "nobody is told": without(RemindConfirmation, "notices"),
      "they go out at every look": forgetting(RemindConfirmation, () => true),
      "only on the day itself": under(RemindConfirmation, ({ account }) => ({
        account: { ...account, confirmationNoticeDays: [0] }
      })),
      "a closed account is told": mistaking(RemindConfirmation, "account", { _tag: "active" })
    }
  }
)

notice("IDV-05b", "the sweep finds whose confirmation falls due, and starts again after a confirmation", {
  because: "rulebook IDV-05; a sweep can be interrupted and repeated anywhere",
  given: { looks, confirmsOn: fc.constantFrom(undefined, undefined, 10, 340) },
  runs: 15,
  subject: swept,
  holds: (sweep, { confirmsOn, looks }) =>
    Effect.map(sweep(looks, confirmsOn), (told) => {
      const confirmed = confirmsOn === undefined ? undefined : looks.find((look) => look >= confirmsOn)
      const isBefore = (look: number) => confirmed === undefined || look < confirmed
      const [before, after] = [looks.filter(isBefore), looks.filter((look) => !isBefore(look))]
      const expected = [...noticesOn(before, 365, [30, 0]), ...noticesOn(after, (confirmed ?? 0) + 365, [30, 0])]
      return same(told, expected)
    }),
  catches: {
    "a confirmation changes nothing": (given) => swept(given, undefined),
    "it looks on the first day only": (given, confirmsOn) => swept(given.slice(0, 1), confirmsOn)
  }
})
