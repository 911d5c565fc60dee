/**
 * Legacy accounts: how they are taken in, what they are, and how they come to certificate login (ACC-04, ACC-06 to ACC-08, IDV-06).
 */
import { ImportLegacyAccount } from "@kinchaku/domain/account/LegacyImport"
import { MigrateAccount, ProveLegacyPassword } from "@kinchaku/domain/account/Migration"
import { CompleteIdentityVerification } from "@kinchaku/domain/account/Opening"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { Result } from "effect"
import * as fc from "fast-check"
import { invariant, policy, transition, validation } from "../src/Rule.ts"
import { accountAt, anyLock, claimed, claimOf, deskFor, openPolicy, operator } from "./support/AccountDesk.ts"
import {
  type Import,
  legacy,
  operating,
  operationNames,
  operations,
  type Operations,
  rightPassword
} from "./support/AccountOperations.ts"
import {
  booksOf,
  imported,
  kindAfter,
  lasting,
  legacyPerson,
  migrating,
  otherwise,
  proofs,
  standsFor
} from "./support/LegacyAccounts.ts"
import { balances, codeIn, codeWay, failures, tried } from "./support/AccountTrials.ts"
import { hashOf } from "./support/Accounts.ts"
import { accountIdOf, me, same } from "./support/Payments.ts"
import { noon } from "./support/PaymentsDesk.ts"
import {
  ahead,
  blindTo,
  forgetting,
  hearing,
  mistaking,
  misbooking,
  without,
  writing
} from "./support/PaymentsMistakes.ts"

const yen = fc.constantFrom(0, 0, 1, 1_200, 100_000)
const former = fc
  .record({ isVerified: fc.boolean(), cash: yen, money: yen, hasPassword: fc.boolean() })
  .map(({ isVerified, money, ...rest }) => ({ ...rest, isVerified, money: isVerified ? money : 0 }))

invariant(
  "ACC-04a",
  "a legacy account is taken in as a money account exactly when its selfie verification was completed in the former books",
  {
    because: "seed 000, セルフィー認証が完了したアカウントはマネーアカウント",
    given: { former },
    subject: ImportLegacyAccount,
    holds: (take, { former }) => {
      const { account } = imported(take, former)
      return account.origin === "legacy" && account.kind === (former.isVerified ? "money" : "cash")
    },
    catches: {
      "every one is a money account": writing(ImportLegacyAccount, "account", { kind: "money" }),
      "none is a money account": writing(ImportLegacyAccount, "account", { kind: "cash" }),
      "it counts as opened with a certificate": writing(ImportLegacyAccount, "account", { origin: "certificate" })
    }
  }
)

const steps = fc.array(fc.constantFrom("migrate", "verify", "verifyByOther", "phone", "password" as const), {
  maxLength: 4
})

invariant(
  "ACC-04b",
  "a legacy cash account becomes a money account by migrating and then verifying, and in no other way",
  {
    because: "rulebook ACC-04: 移行して本人確認",
    given: { steps },
    covers: {
      "it becomes one": {
        atLeast: 2,
        when: ({ steps }) => steps.indexOf("migrate") >= 0 && steps.lastIndexOf("verify") > steps.indexOf("migrate")
      }
    },
    runs: 400,
    subject: { migrate: MigrateAccount, verify: CompleteIdentityVerification },
    holds: (by, { steps }) => {
      const at = steps.indexOf("migrate")
      const isVerified = at >= 0 && steps.lastIndexOf("verify") > at
      return kindAfter(by, steps) === (isVerified ? "money" : "cash")
    },
    catches: {
      "migrating is enough": {
        migrate: writing(MigrateAccount, "account", { kind: "money" }),
        verify: CompleteIdentityVerification
      },
      "verifying is enough": {
        migrate: MigrateAccount,
        verify: mistaking(CompleteIdentityVerification, "account", { person: legacyPerson })
      },
      "it never becomes one": { migrate: MigrateAccount, verify: forgetting(CompleteIdentityVerification, () => true) }
    }
  }
)

transition(
  "ACC-06a",
  "what the former books held is owed to the holder from the import on, against what is due from there, and cash expires when it would have there",
  {
    because: "seed 000, 残高や口座情報などを引き継い; decision 24",
    given: { former, daysAgo: fc.constantFrom(0, 1, 400, 729, 731) },
    subject: ImportLegacyAccount,
    holds: (take, { daysAgo, former }) => same(booksOf(take, former, daysAgo), standsFor(former, daysAgo)),
    catches: {
      "no balance is booked": without(ImportLegacyAccount, "entries"),
      "it goes to suspense": misbooking(ImportLegacyAccount, "asset:former-books", "liability:suspense"),
      "cash lives two years from the import": hearing(ImportLegacyAccount, (content) => ({
        ...content,
        former: { ...content.former, cashChangedAt: noon }
      }))
    }
  }
)

const taken = fc.constantFrom("person", "email", "phone" as const)

validation("ACC-06b", "an account whose person, address or phone somebody has is not taken in", {
  because: "rulebook ACC-01, ACC-09, ACC-10",
  given: { of: taken, state: fc.constantFrom("held", "legacy", "retired", "released" as const) },
  subject: ImportLegacyAccount,
  holds: (take, { of, state }) => {
    const desk = deskFor({ more: [claimOf(of, legacy[of], state, accountIdOf(3))] })
    const { answer, changed } = tried(desk, { command: take, content: legacy, actor: operator })
    const refusal = { person: "AccountAlreadyExists", email: "EmailTaken", phone: "PhoneTaken" }[of]
    return answer === (state === "released" ? "accepted" : refusal) && changed === (state === "released")
  },
  catches: {
    "a taken contact is taken again": mistaking(ImportLegacyAccount, "claim", { state: "released" }),
    "a contact that is free again is refused": mistaking(ImportLegacyAccount, "claim", { state: "held" })
  }
})

transition(
  "ACC-06c",
  "migrating changes how an account is logged in to and whose certificate reaches it, and nothing else: kind, state, balances, links and password stay",
  {
    because: "seed 000, 残高や口座情報などを引き継い",
    given: {
      state: fc.constantFrom("active", "suspended", "stopped" as const),
      kind: fc.constantFrom("cash", "money" as const),
      cash: fc.constantFrom(0, 700),
      money: fc.constantFrom(0, 900),
      links: fc.array(fc.constantFrom("registered", "inProcedure" as const), { maxLength: 2 })
    },
    subject: MigrateAccount,
    holds: (migrate, person) => {
      const desk = deskFor({ ...person, origin: "legacy" })
      const before = lasting(desk)
      const { answer } = tried(desk, { command: migrate, content: migrating })
      const { confirmedAt, origin, person: now } = accountAt(desk)
      return (
        answer === "accepted" &&
        lasting(desk) === before &&
        origin === "certificate" &&
        now === hashOf("person", 2) &&
        confirmedAt === noon &&
        claimed(desk, "person", hashOf("person", 2)) === "held" &&
        claimed(desk, "person", hashOf("person", 1)) === "released" &&
        claimed(desk, "email", hashOf("email", 1)) === "held" &&
        claimed(desk, "phone", hashOf("phone", 1)) === "held"
      )
    },
    catches: {
      "it becomes a money account": writing(MigrateAccount, "account", { kind: "money" }),
      "a suspended account is resumed": writing(MigrateAccount, "account", { _tag: "active" }),
      "the links are lost": writing(MigrateAccount, "holder", { bankLinks: [] }),
      "the password is lost": writing(MigrateAccount, "holder", { password: undefined }),
      "it stays a legacy account": writing(MigrateAccount, "account", { origin: "legacy" }),
      "the new certificate reaches nothing": forgetting(
        MigrateAccount,
        ({ id }) => id === `person:${hashOf("person", 2)}`
      ),
      "the contacts stay those of a legacy account": forgetting(MigrateAccount, ({ id }) => id.startsWith("email:"))
    }
  }
)

validation(
  "ACC-07a",
  "an account migrates exactly with its address, its password, a code on its phone and the certificate of a person without account; a wrong password counts",
  {
    because: "seed 000, 引き継ぐ支払秘書アカウントに登録された電話番号に認証コード",
    given: { proof: proofs(), code: codeWay(), locked: anyLock() },
    covers: {
      "all is there": {
        atLeast: 3,
        when: ({ code, locked, proof }) => proof === "right" && code === "right" && locked === undefined
      }
    },
    runs: 500,
    subject: MigrateAccount,
    holds: (migrate, { code, locked, proof }) => {
      const { content, records } = otherwise(proof)
      const desk = deskFor({ origin: "legacy", locked, codes: [codeIn(code, "migration")], more: records })
      const { answer } = tried(desk, { command: migrate, content })
      const isOpen = code === "right" && locked === undefined
      const isMigrated = proof === "right" && isOpen
      return (
        accountAt(desk).origin === (isMigrated ? "certificate" : "legacy") &&
        (!isMigrated || answer === "accepted") &&
        (locked === undefined || accountAt(desk).lockCause === locked) &&
        failures(desk) === (proof === "wrongPassword" && isOpen ? 1 : 0)
      )
    },
    catches: {
      "any password will do": hearing(MigrateAccount, (content) => ({
        ...content,
        proof: { ...content.proof, isRight: true }
      })),
      "any code will do": mistaking(MigrateAccount, "otp", {
        purpose: "migration",
        account: me,
        state: "confirmed",
        contact: hashOf("phone", 1)
      }),
      "any certificate will do": hearing(MigrateAccount, (content) => ({
        ...content,
        evidence: { ...content.evidence, verdict: "verified" as const }
      })),
      "a challenge serves twice": blindTo(MigrateAccount, "usedChallenge"),
      "a person has two accounts": mistaking(MigrateAccount, "claim", { state: "released" }),
      "a wrong password does not count": forgetting(MigrateAccount, ({ kind }) => kind === "lockout"),
      "nothing migrates": forgetting(MigrateAccount, ({ kind }) => kind === "account")
    }
  }
)

validation(
  "ACC-07b",
  "the code for a migration is sent to whoever has the address and the password of a legacy account; everybody else learns no reason",
  {
    because: "rulebook ACC-07, SEC-01, LCK-05",
    given: {
      isRight: fc.boolean(),
      email: fc.constantFrom("own", "own", "nobodys" as const),
      origin: fc.constantFrom("legacy", "legacy", "certificate" as const),
      locked: anyLock(),
      hasPassword: fc.integer({ min: 0, max: 4 }).map((n) => n > 0)
    },
    subject: ProveLegacyPassword,
    holds: (prove, { email, hasPassword, isRight, locked, origin }) => {
      const desk = deskFor({ origin, locked, hasPassword })
      const { compared, ...typed } = rightPassword
      const known = email === "own" && hasPassword ? { compared: compared! } : {}
      const proof = {
        ...typed,
        ...known,
        email: email === "own" ? typed.email : hashOf("email", 9),
        isRight: isRight && hasPassword
      }
      const answer = desk.ask(prove, { proof })
      const isReached = email === "own" && origin === "legacy" && locked === undefined && hasPassword
      return (
        Result.isSuccess(answer) &&
        (answer.success._tag === "proved") === (isReached && isRight) &&
        failures(desk) === (isReached && !isRight ? 1 : 0)
      )
    },
    catches: {
      "any password will do": hearing(ProveLegacyPassword, (content) => ({
        ...content,
        proof: { ...content.proof, isRight: true }
      })),
      "a wrong one does not count": forgetting(ProveLegacyPassword, () => true),
      "nobody is sent one": hearing(ProveLegacyPassword, (content) => ({
        ...content,
        proof: { ...content.proof, isRight: false }
      }))
    }
  }
)

const deadlines = fc
  .constantFrom(undefined, -1, 0, 1)
  .map((off) => (off === undefined ? undefined : ((noon + off) as Instant)))

policy(
  "ACC-08",
  "after the deadline a legacy account does nothing but migrate, to the millisecond; others, and its balances, are not touched",
  {
    because: "seed 000, 移行期間が終了次第; rulebook ACC-08",
    given: {
      operation: fc.constantFrom(...operationNames.filter((name) => name !== "verify")),
      origin: fc.constantFrom("legacy", "legacy", "certificate" as const),
      deadline: deadlines
    },
    covers: {
      "past it": { atLeast: 10, when: ({ deadline, origin }) => deadline === noon - 1 && origin === "legacy" }
    },
    subject: { operations: operations as Operations, migrate: MigrateAccount as AnyCommand },
    holds: (by, { deadline, operation, origin }) => {
      const base = openPolicy()
      const account = { ...base.account, ...(deadline === undefined ? {} : { migrationDeadline: deadline }) }
      // Money and bank functions are a matter of IDV-02; codes one of OTP-08.
      const person = { origin, kind: "money", money: 400, links: ["registered"], policy: { ...base, account } } as const
      const desk = deskFor(person)
      const { answer } = tried(desk, operating(by.operations, operation))
      const isBarred = origin === "legacy" && deadline !== undefined && noon > deadline
      const moving = deskFor(person)
      moving.ask(by.migrate, migrating)
      return (
        (answer === "MigrationRequired") === isBarred &&
        (!isBarred || same(balances(desk), [0, 400])) &&
        accountAt(moving).origin === "certificate"
      )
    },
    catches: {
      "top-ups go on": {
        operations: { ...operations, topUp: mistaking(TopUpFromBank, "account", { origin: "certificate" }) },
        migrate: MigrateAccount
      },
      "certificate accounts are barred too": {
        operations: { ...operations, topUp: mistaking(TopUpFromBank, "account", { origin: "legacy" }) },
        migrate: MigrateAccount
      },
      "it is barred a millisecond early": {
        operations: { ...operations, close: ahead(operations.close, 1) },
        migrate: MigrateAccount
      },
      "it cannot even migrate": { operations, migrate: forgetting(MigrateAccount, () => true) }
    }
  }
)

validation(
  "IDV-06",
  "no selfie verification is taken in any more: one that the former books do not have from before makes no money account",
  {
    because: "seed 000, セルフィー認証は電子証明書による本人確認へ移行されました",
    given: { field: fc.constantFrom("verifiedAt", "openedAt" as const), off: fc.constantFrom(-1, 0, 1, 86_400_000) },
    subject: ImportLegacyAccount,
    holds: (take, { field, off }) => {
      const content: Import = { ...legacy, former: { ...legacy.former, [field]: (noon + off) as Instant } }
      const desk = deskFor()
      const { answer, changed } = tried(desk, { command: take, content, actor: operator })
      return answer === (off > 0 ? "FormerBooksAhead" : "accepted") && changed === off <= 0
    },
    catches: {
      "one that is to come counts": ahead(ImportLegacyAccount, 900_000_000),
      "one of this very moment does not": ahead(ImportLegacyAccount, -1)
    }
  }
)
