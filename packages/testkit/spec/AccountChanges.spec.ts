/**
 * Changes of an account: what its holder changes on what proof, what nobody changes, and who is told (ACC-13 to ACC-17, ACC-30 to ACC-33, SEC-06).
 */
import { claimId, claims } from "@kinchaku/domain/account/Claim"
import { ChangeEmail, ChangeKanaName, ChangePhone, ChangePhoneByOperator } from "@kinchaku/domain/account/ContactChange"
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { AccountClosed } from "@kinchaku/domain/account/Standing"
import { ResumeAccount, SuspendAccount } from "@kinchaku/domain/account/Suspension"
import { RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import { RegisterCertificates } from "@kinchaku/domain/identity/Registering"
import { OtpNotFound } from "@kinchaku/domain/otp/Confirming"
import { otps } from "@kinchaku/domain/otp/Otp"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { invariant, notice, query, transition, validation } from "../src/Rule.ts"
import { keepsAll, nowhere, readProfile, readyFor, strangersSee } from "./support/AccountChanges.ts"
import {
  accountAt,
  accountWith,
  anyLock,
  anyState,
  claimed,
  claimOf,
  codeFor,
  deskFor,
  holderAt,
  openPolicy,
  operator,
  otpId,
  type Person
} from "./support/AccountDesk.ts"
import { commandsOf, contents, doing, doingNames, type Doings, rightPassword } from "./support/AccountOperations.ts"
import { codeIn, codeWay, failures, loggedOutBy, told, tried } from "./support/AccountTrials.ts"
import { hashOf } from "./support/Accounts.ts"
import { linking } from "./support/AccountsLinks.ts"
import { accountIdOf, me, same } from "./support/Payments.ts"
import { commandId } from "./support/PaymentsDesk.ts"
import {
  blindTo,
  deciding,
  forgetting,
  hearing,
  mistaking,
  seeing,
  under,
  without,
  writing
} from "./support/PaymentsMistakes.ts"

const but = (other: Partial<Doings>): Doings => ({ ...commandsOf, ...other })
const anyCode = (purpose: string) => ({ purpose, account: me, state: "confirmed", contact: hashOf("phone", 1) })

// ── what nobody changes ──────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "ACC-13",
  "name, birth date and address are those of the certificate that was shown last, and nothing else that is done to an account touches them",
  {
    because: "seed 000, 電子証明書を使用して氏名・生年月日・住所を取得",
    given: { name: fc.constantFrom(...doingNames), kind: fc.constantFrom("cash", "money" as const) },
    subject: commandsOf,
    holds: (by, { kind, name }) => {
      const desk = deskFor({ ...readyFor(name), kind })
      const before = holderAt(desk).attributesIn
      const { answer } = tried(desk, doing(by, name))
      const shows = name === "verify" || name === "migrate"
      return answer === "accepted" && holderAt(desk).attributesIn === (shows ? commandId(2) : before)
    },
    catches: {
      "a change of phone loses them": but({ phone: writing(ChangePhone, "holder", { attributesIn: nowhere }) }),
      "an operator can change them": but({
        officePhone: writing(ChangePhoneByOperator, "holder", { attributesIn: nowhere })
      }),
      "verification reads nothing": but({ verify: forgetting(commandsOf.verify, ({ kind }) => kind === "holder") }),
      "a newer certificate changes nothing": but({
        migrate: forgetting(commandsOf.migrate, ({ kind }) => kind === "holder")
      })
    }
  }
)

invariant("ACC-14a", "the kana name is another one only after an operator changed it", {
  because: "seed 000, 氏名(カナ)は不正利用防止のため変更できません",
  given: { name: fc.constantFrom(...doingNames), byOperator: fc.boolean() },
  subject: commandsOf,
  holds: (by, { byOperator, name }) => {
    const desk = deskFor(readyFor(name))
    const { actor: _, ...asked } = { actor: undefined, ...doing(by, name) }
    const { answer } = tried(desk, byOperator ? { ...asked, actor: operator } : asked)
    const isChanged = name === "kanaName" && byOperator
    return (
      accountAt(desk).kanaName === hashOf("kanaName", isChanged ? 2 : 1) &&
      (name !== "kanaName" || answer === (byOperator ? "accepted" : "Forbidden"))
    )
  },
  catches: {
    "its holder can change it": but({
      kanaName: {
        ...ChangeKanaName,
        decide: (facts, envelope) => ChangeKanaName.decide(facts, { ...envelope, actor: operator })
      }
    }),
    "setting a password changes it": but({
      password: writing(SetPassword, "account", { kanaName: hashOf("kanaName", 2) })
    }),
    "nobody can change it": but({ kanaName: forgetting(ChangeKanaName, () => true) })
  }
})

transition("ACC-14b", "bank links are matched with the kana name that the operator gave last", {
  because: "rulebook ACC-14, BNK-04",
  given: { renamed: fc.boolean(), holder: fc.constantFrom(1, 2, 3) },
  subject: ChangeKanaName,
  holds: (change, { holder, renamed }) => {
    const desk = deskFor()
    if (renamed) desk.ask(change, contents.kanaName, { actor: operator })
    const { request } = linking(desk, 0, 3)
    const answer = { _tag: "linked", holder: hashOf("kanaName", holder), factors: 2 } as const
    const link = Result.getOrThrow(desk.ask(RecordLinkAnswer, { request, answer }))
    return (link._tag === "registered") === (holder === (renamed ? 2 : 1))
  },
  catches: {
    "the name stays": forgetting(ChangeKanaName, () => true),
    "any name is matched": writing(ChangeKanaName, "account", { kanaName: hashOf("kanaName", 3) })
  }
})

// ── phone and address ────────────────────────────────────────────────────────────────────────────────────────────────

const origin = fc.constantFrom("certificate", "legacy" as const)

transition(
  "ACC-15a",
  "the phone is another one exactly with a code that was received on the current one; the old number is free then, the new one is not",
  {
    because: "seed 000, 変更前の電話番号でSMS認証",
    given: { code: codeWay(), origin },
    subject: ChangePhone,
    holds: (change, { code, origin }) => {
      const desk = deskFor({ origin, codes: [codeIn(code, "phoneChange")] })
      const { answer } = tried(desk, { command: change, content: contents.phone })
      const isChanged = code === "right"
      const held = origin === "legacy" ? "legacy" : "held"
      return (
        (answer === "accepted") === isChanged &&
        holderAt(desk).phone === hashOf("phone", isChanged ? 2 : 1) &&
        claimed(desk, "phone", hashOf("phone", 1)) === (isChanged ? "released" : held) &&
        claimed(desk, "phone", hashOf("phone", 2)) === (isChanged ? held : undefined)
      )
    },
    catches: {
      "any code will do": mistaking(ChangePhone, "otp", anyCode("phoneChange")),
      "a code on a former number will do": mistaking(ChangePhone, "otp", { contact: hashOf("phone", 1) }),
      "the old number is kept too": forgetting(ChangePhone, ({ id }) => id === `phone:${hashOf("phone", 1)}`),
      "the new number is not claimed": forgetting(ChangePhone, ({ id }) => id === `phone:${hashOf("phone", 2)}`),
      "a legacy account's number is claimed like any other": writing(ChangePhone, "claim", { state: "held" }),
      "nothing changes": forgetting(ChangePhone, ({ kind }) => kind === "holder")
    }
  }
)

transition(
  "ACC-15b",
  "for a holder who cannot receive on the current number an operator changes it, on any account that is not closed, locked or not",
  {
    because: "seed 000, 変更前の電話番号が利用できない場合はお問い合わせ",
    given: { state: anyState(), locked: anyLock() },
    subject: ChangePhoneByOperator,
    holds: (change, { locked, state }) => {
      const desk = deskFor({ state, locked, codes: [] })
      const { answer } = tried(desk, { command: change, content: contents.officePhone, actor: operator })
      const isOpen = state !== "closed"
      return (
        answer === (isOpen ? "accepted" : "AccountClosed") &&
        holderAt(desk).phone === hashOf("phone", isOpen ? 2 : 1) &&
        accountAt(desk)._tag === state &&
        accountAt(desk).lockCause === locked
      )
    },
    catches: {
      "only on an account in use": seeing(ChangePhoneByOperator, (kind, record) =>
        kind === "account" && record !== undefined && "lockedAt" in record ? undefined : record
      ),
      "on a closed one too": mistaking(ChangePhoneByOperator, "account", { _tag: "active" }),
      "nothing changes": forgetting(ChangePhoneByOperator, () => true)
    }
  }
)

const proofs = fc.constantFrom("none", "right", "right", "otherNumber", "otherPurpose", "open", "used" as const)
const proofOf = (proof: string) => {
  if (proof === "otherNumber") return codeFor("newPhone", { contact: hashOf("phone", 3) })
  if (proof === "otherPurpose") return codeFor("newPhone", { purpose: "phoneChange" })
  return codeFor("newPhone", proof === "open" || proof === "used" ? { state: proof } : {})
}

validation(
  "ACC-16",
  "where the policy asks for it, a new phone number takes effect only with a code that was received there; a wrong proof is never taken",
  {
    because: "rulebook ACC-16 (own)",
    given: { asked: fc.boolean(), proof: proofs },
    subject: ChangePhone,
    holds: (change, { asked, proof }) => {
      const { authentication, ...policy } = openPolicy()
      const otp = { ...authentication.otp, newPhoneProved: asked }
      const desk = deskFor({
        policy: { ...policy, authentication: { ...authentication, otp } },
        codes: [codeFor("phoneChange"), proofOf(proof)]
      })
      const content = proof === "none" ? contents.phone : contents.provedPhone
      const { answer, changed } = tried(desk, { command: change, content })
      const isTaken = proof === "right" || (proof === "none" && !asked)
      return (answer === "accepted") === isTaken && changed === isTaken
    },
    catches: {
      "no proof is asked": under(ChangePhone, ({ authentication }) => ({
        authentication: { ...authentication, otp: { ...authentication.otp, newPhoneProved: false } }
      })),
      "a proof is always asked": under(ChangePhone, ({ authentication }) => ({
        authentication: { ...authentication, otp: { ...authentication.otp, newPhoneProved: true } }
      })),
      "the proof of another number will do": seeing(ChangePhone, (kind, record) =>
        kind === "otp" && record !== undefined && "purpose" in record && record.purpose === "newPhone"
          ? { ...record, contact: hashOf("phone", 2) }
          : record
      )
    }
  }
)

transition(
  "ACC-17",
  "the e-mail address is another one with a code on the phone, without access to the old address; that is free then",
  {
    because: "seed 000, 旧端末で使用していたメールアドレスが使えない場合も変更",
    given: { code: codeWay(), origin },
    subject: ChangeEmail,
    holds: (change, { code, origin }) => {
      const desk = deskFor({ origin, codes: [codeIn(code, "emailChange")] })
      const { answer } = tried(desk, { command: change, content: contents.email })
      const isChanged = code === "right"
      const held = origin === "legacy" ? "legacy" : "held"
      return (
        (answer === "accepted") === isChanged &&
        holderAt(desk).email === hashOf("email", isChanged ? 2 : 1) &&
        claimed(desk, "email", hashOf("email", 1)) === (isChanged ? "released" : held) &&
        claimed(desk, "email", hashOf("email", 2)) === (isChanged ? held : undefined)
      )
    },
    catches: {
      "any code will do": mistaking(ChangeEmail, "otp", anyCode("emailChange")),
      "the old address is kept too": forgetting(ChangeEmail, ({ id }) => id === `email:${hashOf("email", 1)}`),
      "the new address is not claimed": forgetting(ChangeEmail, ({ id }) => id === `email:${hashOf("email", 2)}`),
      "nothing changes": forgetting(ChangeEmail, ({ kind }) => kind === "holder")
    }
  }
)

const changes = { phone: ChangePhone, email: ChangeEmail } as const
type Changes = Readonly<Record<"phone" | "email", AnyCommand>>

validation(
  "SEC-01d",
  "a contact that somebody has is not taken again, and each try uses a code up, so that nobody asks about one after the other",
  {
    because: "rulebook ACC-09, ACC-10, SEC-01; decision 26",
    given: {
      of: fc.constantFrom("phone", "email" as const),
      state: fc.constantFrom("held", "legacy", "retired", "released" as const)
    },
    subject: changes as Changes,
    holds: (by, { of, state }) => {
      const purpose = of === "phone" ? "phoneChange" : "emailChange"
      const desk = deskFor({ more: [claimOf(of, hashOf(of, 2), state, accountIdOf(1))] })
      const answer = desk.ask(by[of], contents[of])
      const isTaken = state !== "released"
      const expected = isTaken
        ? { _tag: "taken", migrationOffered: state === "legacy" }
        : { _tag: "changed", account: me }
      return (
        Result.isSuccess(answer) &&
        same(answer.success, expected) &&
        desk.record(otps, otpId(purpose))?.state === "used" &&
        holderAt(desk)[of] === hashOf(of, isTaken ? 1 : 2) &&
        claimed(desk, of, hashOf(of, 2)) === (isTaken ? state : "held")
      )
    },
    catches: {
      "a taken number is taken again": { ...changes, phone: blindTo(ChangePhone, "claim") },
      "a taken address is taken again": { ...changes, email: blindTo(ChangeEmail, "claim") },
      "the code can be used for the next try": {
        ...changes,
        phone: forgetting(ChangePhone, ({ kind }) => kind === "otp")
      },
      "a free number is refused": { ...changes, phone: mistaking(ChangePhone, "claim", { state: "held" }) }
    }
  }
)

const telling = {
  phone: ["phoneChanged mail", `phoneChanged sms ${commandId(702)}`],
  officePhone: ["phoneChanged mail", `phoneChanged sms ${commandId(702)}`],
  email: ["emailChanged mail", `emailChanged mail ${commandId(701)}`],
  password: ["passwordChanged mail"]
} as const
type Telling = keyof typeof telling
const tellingNames = Object.keys(telling) as ReadonlyArray<Telling>

notice("SEC-06b", "of a changed phone, address or password the holder is told, at the old contact too", {
  because: "rulebook SEC-06 (own), ACC-17",
  given: { name: fc.constantFrom(...tellingNames) },
  subject: commandsOf,
  holds: (by, { name }) => {
    const desk = deskFor()
    desk.askAll([doing(by, name)])
    return same(told(desk), telling[name])
  },
  catches: {
    "the old address is not told": but({
      email: deciding(ChangeEmail, (decided) =>
        Result.map(decided, (decision) => ({ ...decision, notices: decision.notices.slice(0, 1) }))
      )
    }),
    "the old number is not told": but({
      phone: deciding(ChangePhone, (decided) =>
        Result.map(decided, (decision) => ({ ...decision, notices: decision.notices.slice(0, 1) }))
      )
    }),
    "what an operator changes is not told": but({ officePhone: without(ChangePhoneByOperator, "notices") }),
    "a new password is not told": but({ password: without(SetPassword, "notices") })
  }
})

// ── password ─────────────────────────────────────────────────────────────────────────────────────────────────────────

transition(
  "ACC-31",
  "a password is set exactly with the registered address and the code for it; it takes off the lock of failures, and no other, and ends the session",
  {
    because: "seed 000, パスワードを登録・変更; rulebook LCK-06, SEC-08",
    given: {
      state: anyState(),
      code: codeWay(),
      isOwn: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
      locked: anyLock(),
      hasPassword: fc.boolean()
    },
    covers: {
      "it is set": {
        atLeast: 10,
        when: ({ code, isOwn, locked, state }) =>
          code === "right" && isOwn && locked !== "wrongCodes" && state !== "closed"
      }
    },
    runs: 400,
    subject: SetPassword,
    holds: (set, { code, hasPassword, isOwn, locked, state }) => {
      const desk = deskFor({ state, locked, hasPassword, codes: [codeIn(code, "passwordSet")] })
      const before = holderAt(desk).password
      const email = hashOf("email", isOwn ? 1 : 2)
      const { answer } = tried(desk, { command: set, content: { ...contents.password, email } })
      const isSet = code === "right" && isOwn && locked !== "wrongCodes" && state !== "closed"
      const account = accountAt(desk)
      return (
        (answer === "accepted") === isSet &&
        (code !== "right" || !isOwn || state === "closed" || isSet || answer === "AccountLocked") &&
        holderAt(desk).password === (isSet ? commandId(2) : before) &&
        account._tag === state &&
        account.lockCause === (isSet ? undefined : locked) &&
        failures(desk) === 0 &&
        loggedOutBy(desk) === (isSet ? "passwordChanged" : undefined)
      )
    },
    catches: {
      "any code will do": mistaking(SetPassword, "otp", anyCode("passwordSet")),
      "a code on a former number will do": mistaking(SetPassword, "otp", { contact: hashOf("phone", 1) }),
      "the lock stays": writing(SetPassword, "account", { lockedAt: 1, lockCause: "failures" }),
      "it takes off every lock": mistaking(SetPassword, "account", { lockCause: "failures" }),
      "the session goes on": forgetting(SetPassword, ({ kind }) => kind === "session"),
      "a closed account is given one": mistaking(SetPassword, "account", { _tag: "active" }),
      "nothing is set": forgetting(SetPassword, ({ kind }) => kind === "holder")
    }
  }
)

validation(
  "SEC-01e",
  "to whoever has confirmed no code, setting a password answers the same whether the address is nobody's, somebody's, locked or closed",
  {
    because: "rulebook SEC-01 (own): resetting tells no stranger who is registered",
    given: {
      known: fc.constantFrom<Person>(
        {},
        { locked: "failures" },
        { locked: "wrongCodes" },
        { state: "closed" },
        { state: "stopped" }
      ),
      typed: fc.array(fc.constantFrom("ask", "guess", "set", "setOther", "setOthers" as const), {
        minLength: 1,
        maxLength: 8
      })
    },
    covers: {
      "with a code of the address": {
        atLeast: 15,
        when: ({ typed }) => typed.indexOf("ask") >= 0 && typed.lastIndexOf("set") > typed.indexOf("ask")
      }
    },
    subject: SetPassword,
    holds: (set, { known, typed }) => same(strangersSee(set, known, typed), strangersSee(set, undefined, typed)),
    catches: {
      "an address that somebody has is told from one that nobody has": deciding(
        SetPassword,
        (decided, facts, { content }) =>
          facts.find(claims, claimId("email", content.email)) === undefined && Result.isFailure(decided)
            ? Result.fail(new OtpNotFound({ otp: content.otp }))
            : decided
      ),
      "a closed account is named": deciding(SetPassword, (decided, facts, { content }) =>
        facts.find(claims, claimId("email", content.email))?.state === "retired"
          ? Result.fail(new AccountClosed({ account: me }))
          : decided
      )
    }
  }
)

const web = { suspend: SuspendAccount, resume: ResumeAccount } as const
type Web = Readonly<Record<keyof typeof web, AnyCommand>>

validation(
  "ACC-32",
  "what needs a password is refused to an account that has none, and the refusal says how one is set",
  {
    because: "seed 000, 先にパスワードの登録をお願いします",
    given: { name: fc.constantFrom("suspend", "resume" as const), hasPassword: fc.boolean(), isRight: fc.boolean() },
    subject: web as Web,
    holds: (by, { hasPassword, isRight, name }) => {
      const desk = deskFor({ hasPassword, state: name === "resume" ? "suspended" : "active" })
      const before = desk.everything
      const { compared: _, ...none } = rightPassword
      const proof = hasPassword ? { ...rightPassword, isRight } : { ...none, isRight: false }
      const answer = desk.ask(by[name], { ...contents[name], proof })
      if (hasPassword) return Result.isSuccess(answer)
      const refusal = { _tag: "PasswordNotSet", account: me, setBy: "emailAndCode" }
      return Result.isFailure(answer) && same({ ...answer.failure }, refusal) && desk.everything === before
    },
    catches: {
      "an account without a password suspends": {
        ...web,
        suspend: mistaking(SuspendAccount, "holder", { password: undefined })
      },
      "whoever has none is only told that it is wrong": {
        ...web,
        suspend: hearing(mistaking(SuspendAccount, "holder", { password: nowhere }), (content) => content)
      },
      "no password will do for resuming": { ...web, resume: mistaking(ResumeAccount, "holder", { password: nowhere }) }
    }
  }
)

// ── devices and what a holder reads ──────────────────────────────────────────────────────────────────────────────────

invariant(
  "ACC-30",
  "on a new device the certificates are issued again, and the account and everything on it is as it was",
  {
    because: "seed 000, 機種変更後も引き続き利用",
    given: {
      devices: fc.integer({ min: 1, max: 4 }),
      state: fc.constantFrom("active", "suspended", "stopped" as const),
      cash: fc.constantFrom(0, 1, 30_000)
    },
    runs: 60,
    subject: RegisterCertificates,
    holds: (register, { cash, devices, state }) =>
      keepsAll(register, devices, { state, cash, money: 700, links: ["registered", "inProcedure"] }),
    catches: {
      "the links are lost": writing(RegisterCertificates, "holder", { bankLinks: [] }),
      "the former device stays in": forgetting(RegisterCertificates, ({ kind }) => kind === "certificatePair"),
      "the password is lost": writing(RegisterCertificates, "holder", { password: undefined })
    }
  }
)

query("ACC-33", "a holder reads the own account's kind, user ID, phone and e-mail address, as they are now", {
  because: "seed 000, 「アカウント種別」をご確認ください",
  given: { changes: fc.subarray(["phone", "email"] as const) },
  runs: 12,
  subject: readProfile,
  holds: (read, { changes }) =>
    Effect.map(read(changes), ({ account, email, kind, origin, own, phone, state }) =>
      same(
        [account, state, kind, origin, phone, email],
        [
          own,
          "active",
          "money",
          "certificate",
          changes.includes("phone") ? "08022223333" : "09011110001",
          changes.includes("email") ? "new@example.jp" : "person-1@example.jp"
        ]
      )
    ),
  catches: {
    "the former contacts are shown": () => readProfile([]),
    "the kind is always cash": (changes) =>
      Effect.map(readProfile(changes), (read) => ({ ...read, kind: "cash" as const })),
    "somebody else's is shown": (changes) =>
      Effect.map(readProfile(changes), (read) => ({ ...read, account: accountWith({}, accountIdOf(5)).id }))
  }
})
