/**
 * The states of an account: what it does in which, who takes it from one to another, and on what evidence (ACC-18 to ACC-24, ACC-34, SEC-11).
 */
import { documentKinds, type Examination, hasPhotograph } from "@kinchaku/domain/account/Documents"
import { ImportLegacyAccount } from "@kinchaku/domain/account/LegacyImport"
import { AccountNotSuspended, ResumeAccount, SuspendAccount } from "@kinchaku/domain/account/Suspension"
import { ResumeStoppedAccount, StopAccount, UnlockAccount } from "@kinchaku/domain/account/Stopping"
import { RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import * as fc from "fast-check"
import { example, invariant, transition, validation } from "../src/Rule.ts"
import {
  accountAt,
  accountWith,
  allCodes,
  anyLock,
  anyState,
  change,
  deskFor,
  openPolicy,
  operator,
  type State
} from "./support/AccountDesk.ts"
import {
  commandsOf,
  contents,
  doing,
  type Doings,
  examination,
  legacy,
  operating,
  operationNames,
  operations,
  type Operations,
  rightPassword
} from "./support/AccountOperations.ts"
import {
  day,
  examinations,
  inFlight,
  type Providers,
  restartable,
  startedAt,
  suits,
  wayOf
} from "./support/AccountStates.ts"
import { asOperator, codeIn, codeWay, failures, loggedOutBy, refusalIn, told, tried } from "./support/AccountTrials.ts"
import { hashOf } from "./support/Accounts.ts"
import { forgetting, hearing, mistaking, refusing, without, writing } from "./support/PaymentsMistakes.ts"

const inUse = { _tag: "active", lockedAt: undefined, lockCause: undefined }
const looking = (other: Partial<Operations>): Operations => ({ ...operations, ...other })

invariant(
  "ACC-20a",
  "whatever its holder asks of an account that is suspended, stopped, closed or locked is refused by that name and changes nothing",
  {
    because: "seed 000, 利用停止; rulebook ACC-20, LCK-05",
    given: { operation: fc.constantFrom(...operationNames), state: anyState(), locked: anyLock() },
    covers: {
      "in use": { atLeast: 5, when: ({ locked, state }) => state === "active" && locked === undefined },
      "active and locked": { atLeast: 5, when: ({ locked, state }) => state === "active" && locked !== undefined }
    },
    subject: operations as Operations,
    holds: (by, { locked, operation, state }) => {
      const desk = deskFor({ state, locked, kind: "cash", cash: 10_000, links: ["registered"] })
      const { answer, changed } = tried(desk, operating(by, operation))
      const expected = state === "active" && locked !== undefined ? "AccountLocked" : refusalIn[state]
      return answer === expected && changed === (expected === "accepted")
    },
    catches: {
      "payments ask for no state": looking({ pay: mistaking(PaySlip, "account", inUse) }),
      "top-ups ask for no state": looking({ topUp: mistaking(TopUpFromBank, "account", inUse) }),
      "a suspended account links a bank": looking({ link: mistaking(operations.link, "account", inUse) }),
      "a closed account changes its phone": looking({ phone: mistaking(operations.phone, "account", inUse) }),
      "a stopped account closes": looking({ close: mistaking(operations.close, "account", { _tag: "active" }) }),
      "a locked account is sent codes": looking({
        code: mistaking(operations.code, "account", { lockedAt: undefined, lockCause: undefined })
      }),
      "an account in use pays nothing": looking({ pay: mistaking(PaySlip, "account", { _tag: "suspended" }) })
    }
  }
)

invariant(
  "ACC-20b",
  "what banks and billers report of operations in flight is booked, whatever state the account came into meanwhile",
  {
    because: "rulebook ACC-20 (own): what a provider did cannot be undone by a state",
    given: { state: anyState(), took: fc.boolean() },
    subject: { debit: RecordDebitAnswer, biller: RecordBillerAnswer, link: RecordLinkAnswer } as Providers,
    holds: (by, { state, took }) => {
      const { afterDebit, afterLink, afterPayment } = inFlight(by, state, took)
      return (
        afterDebit === (took ? 15_000 : 10_000) &&
        afterPayment === (took ? 5_000 : 10_000) &&
        afterLink === (took ? "registered" : "rejected")
      )
    },
    catches: {
      "a debit is booked to nobody": {
        debit: without(RecordDebitAnswer, "entries"),
        biller: RecordBillerAnswer,
        link: RecordLinkAnswer
      },
      "a refused payment is kept": {
        debit: RecordDebitAnswer,
        biller: without(RecordBillerAnswer, "entries"),
        link: RecordLinkAnswer
      },
      "the bank's word on a link is lost": {
        debit: RecordDebitAnswer,
        biller: RecordBillerAnswer,
        link: forgetting(RecordLinkAnswer, () => true)
      }
    }
  }
)

const paths = fc.array(fc.constantFrom("suspend", "resume", "stop", "restart", "close", "verify", "unlock" as const), {
  minLength: 1,
  maxLength: 6
})

invariant("ACC-20c", "an account goes from state to state as the rulebook draws it, and in no other way", {
  because: "rulebook, state machines: account",
  given: { path: paths },
  subject: commandsOf,
  holds: (by: Doings, { path }) => {
    const desk = deskFor({ kind: "cash" })
    return path.every((step) => {
      const from = accountAt(desk)._tag
      // Each code serves once: every step has fresh ones.
      change(desk, openPolicy(), ...allCodes)
      desk.askAll([doing(by, step)])
      return accountAt(desk)._tag === wayOf(from, step)
    })
  },
  catches: {
    "a stopped account is resumed by its holder": {
      ...commandsOf,
      resume: mistaking(ResumeAccount, "account", { _tag: "suspended" })
    },
    "an operator resumes what the holder suspended": {
      ...commandsOf,
      restart: mistaking(ResumeStoppedAccount, "account", { _tag: "stopped", stoppedAt: startedAt })
    },
    "verification resumes an account": {
      ...commandsOf,
      verify: mistaking(commandsOf.verify, "account", inUse)
    },
    "a suspended account cannot be stopped": {
      ...commandsOf,
      stop: refusing(commandsOf.stop, new AccountNotSuspended({ account: accountWith().id }))
    }
  }
})

// ── suspension by the holder ─────────────────────────────────────────────────────────────────────────────────────────

const anyPassword = hearing(SuspendAccount, (content) => ({ ...content, proof: { ...content.proof, isRight: true } }))

transition(
  "ACC-18",
  "an account is suspended exactly with its address, its password and a code for suspending, and its session ends",
  {
    because: "seed 000, 利用停止申請: メールアドレス・パスワード・認証コード",
    given: { isRight: fc.boolean(), isOwn: fc.boolean(), code: codeWay() },
    covers: { "all three": { atLeast: 5, when: ({ code, isOwn, isRight }) => isRight && isOwn && code === "right" } },
    subject: SuspendAccount,
    holds: (suspend, { code, isOwn, isRight }) => {
      const desk = deskFor({ codes: [codeIn(code, "suspend")] })
      const email = isOwn ? rightPassword.email : hashOf("email", 2)
      desk.ask(suspend, { ...contents.suspend, proof: { ...rightPassword, email, isRight } })
      const isProved = isRight && isOwn
      const suspended = isProved && code === "right"
      return (
        accountAt(desk)._tag === (suspended ? "suspended" : "active") &&
        loggedOutBy(desk) === (suspended ? "suspended" : undefined) &&
        failures(desk) === (code === "right" && !isProved ? 1 : 0)
      )
    },
    catches: {
      "any password will do": anyPassword,
      "any address will do": hearing(SuspendAccount, (content) => ({
        ...content,
        proof: { ...content.proof, email: rightPassword.email }
      })),
      "any code will do": mistaking(SuspendAccount, "otp", {
        purpose: "suspend",
        account: accountWith().id,
        state: "confirmed",
        contact: hashOf("phone", 1)
      }),
      "the session goes on": forgetting(SuspendAccount, ({ kind }) => kind === "session"),
      "a wrong password does not count": forgetting(SuspendAccount, ({ kind }) => kind === "lockout"),
      "nothing happens": forgetting(SuspendAccount, () => true)
    }
  }
)

validation("ACC-19", "a locked account is not suspended by its holder, whatever locked it", {
  because: "seed 000, 事前にアカウントロックの解除",
  given: { locked: anyLock() },
  subject: SuspendAccount,
  holds: (suspend, { locked }) => {
    const { answer } = tried(deskFor({ locked }), { command: suspend, content: contents.suspend })
    return answer === (locked === undefined ? "accepted" : "AccountLocked")
  },
  catches: {
    "a locked account can be suspended": mistaking(SuspendAccount, "account", { lockedAt: undefined }),
    "no account can be suspended": mistaking(SuspendAccount, "account", { lockedAt: 1, lockCause: "failures" })
  }
})

const names: Readonly<Record<State, string>> = {
  active: "AccountNotSuspended",
  suspended: "accepted",
  stopped: "AccountStopped",
  closed: "AccountClosed"
}

transition(
  "ACC-21a",
  "a suspended account, and no other, is resumed with its address, its password and a code for resuming",
  {
    because: "seed 000, 利用再開申請",
    given: { state: anyState(), locked: anyLock(), isRight: fc.boolean(), code: codeWay() },
    covers: {
      "it may be resumed": {
        atLeast: 2,
        when: ({ code, isRight, locked, state }) =>
          state === "suspended" && locked === undefined && isRight && code === "right"
      }
    },
    runs: 400,
    subject: ResumeAccount,
    holds: (resume, { code, isRight, locked, state }) => {
      const desk = deskFor({ state, locked, codes: [codeIn(code, "resume")] })
      const { answer } = tried(desk, {
        command: resume,
        content: { ...contents.resume, proof: { ...rightPassword, isRight } }
      })
      const named = state === "suspended" && locked !== undefined ? "AccountLocked" : names[state]
      const isResumed = named === "accepted" && isRight && code === "right"
      const isCounted = named === "accepted" && code === "right" && !isRight
      return (
        (named === "accepted" || answer === named) &&
        accountAt(desk)._tag === (isResumed ? "active" : state) &&
        failures(desk) === (isCounted ? 1 : 0)
      )
    },
    catches: {
      "a stopped account is resumed by its holder": mistaking(ResumeAccount, "account", { _tag: "suspended" }),
      "a locked account is resumed": mistaking(ResumeAccount, "account", { lockedAt: undefined }),
      "any password will do": hearing(ResumeAccount, (content) => ({ ...content, proof: rightPassword })),
      "any code will do": mistaking(ResumeAccount, "otp", {
        purpose: "resume",
        account: accountWith().id,
        state: "confirmed",
        contact: hashOf("phone", 1)
      }),
      "nothing happens": forgetting(ResumeAccount, () => true)
    }
  }
)

// ── stopping by an operator ──────────────────────────────────────────────────────────────────────────────────────────

transition(
  "ACC-22",
  "an operator stops an account in use or suspended, with a reason; its session ends, its holder is told by mail, and only an operator resumes it",
  {
    because: "seed 000, アカウントが停止されました: お電話ください",
    given: {
      state: anyState(),
      reason: fc.constantFrom("suspectedFraud", "identityUnclear", "authorityOrder", "holderRequest", "other" as const)
    },
    subject: { stop: StopAccount, resume: ResumeAccount },
    holds: ({ resume, stop }, { reason, state }) => {
      const desk = deskFor({ state })
      const { answer } = tried(desk, { command: stop, content: { ...contents.stop, reason }, actor: operator })
      const account = accountAt(desk)
      if (state === "stopped" || state === "closed") return answer === refusalIn[state] && account._tag === state
      const isStopped = account._tag === "stopped" && account.reason === reason
      const byHolder = tried(desk, { command: resume, content: contents.resume })
      const byOperator = tried(desk, doing(commandsOf, "restart"))
      return (
        isStopped &&
        loggedOutBy(desk) === "stopped" &&
        told(desk)[0] === "accountStopped mail" &&
        byHolder.answer === "AccountStopped" &&
        byOperator.answer === "accepted" &&
        accountAt(desk)._tag === "active"
      )
    },
    catches: {
      "its holder is not told": { stop: without(StopAccount, "notices"), resume: ResumeAccount },
      "its holder resumes it": {
        stop: StopAccount,
        resume: mistaking(ResumeAccount, "account", { _tag: "suspended" })
      },
      "a closed account is stopped": {
        stop: mistaking(StopAccount, "account", { _tag: "active" }),
        resume: ResumeAccount
      },
      "the reason is not kept": { stop: writing(StopAccount, "account", { reason: "other" }), resume: ResumeAccount },
      "the session goes on": { stop: forgetting(StopAccount, ({ kind }) => kind === "session"), resume: ResumeAccount }
    }
  }
)

const examining = (change: (given: Examination) => Examination) =>
  hearing(ResumeStoppedAccount, (content) => ({ ...content, examination: change(content.examination) }))
/** With the document of a complete examination, but for what is kept of the one that was shown. */
const document = (kept: (given: NonNullable<Examination["document"]>) => NonNullable<Examination["document"]>) =>
  examining((given) => (given.document === undefined ? given : { ...given, document: kept(given.document) }))

validation(
  "ACC-23",
  "an account with a bank link is resumed exactly when the call, the picture and documents that are complete, unexpired and recent are recorded",
  {
    because: "seed 000, 本人確認書類; rulebook ACC-23, ACC-34",
    given: { shown: examinations(), link: fc.constantFrom("registered", "inProcedure" as const) },
    covers: {
      complete: { atLeast: 8, when: ({ shown }) => suits(shown) },
      "one thing is missing": { atLeast: 30, when: ({ shown }) => !suits(shown) },
      "a document without photograph": {
        atLeast: 10,
        when: ({ shown }) => shown.document !== undefined && !hasPhotograph(shown.document.kind)
      }
    },
    runs: 600,
    subject: ResumeStoppedAccount,
    holds: (resume, { link, shown }) => {
      const { answer, changed } = tried(restartable([link]), {
        command: resume,
        content: { ...contents.close, examination: shown },
        actor: operator
      })
      const bears = shown.document?.individualNumber === true || shown.supplementary?.individualNumber === true
      return (
        answer === (bears ? "IndividualNumberShown" : suits(shown) ? "accepted" : "DocumentsRequired") &&
        changed === suits(shown)
      )
    },
    catches: {
      "an expired document will do": document((given) =>
        given.expiresOn === undefined ? given : { ...given, expiresOn: day("2099-01-01") }
      ),
      "a document of seven months will do": document((given) =>
        given.expiresOn === undefined && given.issuedOn < day("2026-01-01")
          ? { ...given, issuedOn: day("2026-05-01") }
          : given
      ),
      "the picture is not needed": examining((given) => ({ ...given, picture: "any" })),
      "the call is not needed": examining((given) => ({ ...given, phoneContact: examination.phoneContact! })),
      "a document may show no address": document((given) => ({ ...given, shows: [...given.shows, "address"] })),
      "a photograph may be missing": document((given) => ({ ...given, shows: [...given.shows, "photograph"] })),
      "a supplementary document of any age will do": examining((given) =>
        given.supplementary === undefined
          ? given
          : { ...given, supplementary: { ...given.supplementary, issuedOn: day("2026-05-01") } }
      ),
      "the individual number is overlooked": document((given) => ({ ...given, individualNumber: false })),
      "nothing is enough": refusing(
        ResumeStoppedAccount,
        new AccountNotSuspended({ account: accountWith().id }) as never
      )
    }
  }
)

validation(
  "ACC-24",
  "an account without a bank link is resumed exactly when the operator spoke to its holder since it was stopped",
  {
    because: "seed 000, 銀行口座を登録されていない方",
    given: {
      called: fc.constantFrom(undefined, "2026-05-17", "2026-05-18", "2026-05-19", "2026-05-20", "2026-05-21"),
      link: fc.constantFrom(undefined, "rejected", "removed" as const)
    },
    subject: ResumeStoppedAccount,
    holds: (resume, { called, link }) => {
      const { answer } = tried(restartable(link === undefined ? [] : [link]), {
        command: resume,
        content: {
          ...contents.close,
          examination: called === undefined ? {} : { phoneContact: { at: day(called), reference: "call-1" } }
        },
        actor: operator
      })
      const isSince = called !== undefined && called >= "2026-05-18" && called <= "2026-05-20"
      return answer === (isSince ? "accepted" : "DocumentsRequired")
    },
    catches: {
      "no call is needed": examining((given) => ({ ...given, phoneContact: examination.phoneContact! })),
      "a call before it was stopped will do": examining(({ phoneContact, ...given }) => ({
        ...given,
        ...(phoneContact === undefined ? {} : { phoneContact: { ...phoneContact, at: day("2026-05-20") } })
      })),
      "documents are asked of everybody": refusing(
        ResumeStoppedAccount,
        new AccountNotSuspended({ account: accountWith().id }) as never
      )
    }
  }
)

example(
  "ACC-34",
  "documents with a photograph stand alone, those without need a supplementary one, and nothing else is a document",
  {
    because: "seed 000, 一緒に写っている画像; 本人確認書類の一覧",
    subject: (kind: string): string =>
      documentKinds.some((known) => known === kind)
        ? hasPhotograph(kind as (typeof documentKinds)[number])
          ? "alone"
          : "with a supplementary one"
        : "none",
    cases: {
      "a driver's licence": { given: "driversLicence", gives: "alone" },
      "a passport": { given: "passport", gives: "alone" },
      "a basic resident register card": { given: "basicResidentRegisterCard", gives: "alone" },
      "a special permanent resident certificate": { given: "specialPermanentResidentCertificate", gives: "alone" },
      "an alien registration certificate": { given: "alienRegistrationCertificate", gives: "alone" },
      "a disability handbook": { given: "disabilityHandbook", gives: "alone" },
      "a health insurance card": { given: "healthInsuranceCard", gives: "with a supplementary one" },
      "a mutual-aid card": { given: "mutualAidCard", gives: "with a supplementary one" },
      "a day-labourer's insurance book": { given: "dayLabourersInsuranceBook", gives: "with a supplementary one" },
      "a pension book": { given: "pensionBook", gives: "with a supplementary one" },
      "a child-rearing allowance certificate": {
        given: "childRearingAllowanceCertificate",
        gives: "with a supplementary one"
      },
      "a mother-and-child handbook": { given: "motherAndChildHandbook", gives: "with a supplementary one" },
      "the individual number card is none": { given: "individualNumberCard", gives: "none" }
    },
    catches: {
      "every document stands alone": () => "alone",
      "no document stands alone": () => "with a supplementary one"
    }
  }
)

// ── operators ────────────────────────────────────────────────────────────────────────────────────────────────────────

const offices = {
  stop: { command: StopAccount, content: contents.stop, state: "active" },
  restart: { command: ResumeStoppedAccount, content: { account: accountWith().id, examination }, state: "stopped" },
  unlock: { command: UnlockAccount, content: contents.unlock, state: "active" },
  phone: { command: commandsOf.officePhone, content: contents.officePhone, state: "active" },
  kanaName: { command: commandsOf.kanaName, content: contents.kanaName, state: "active" },
  import: { command: ImportLegacyAccount, content: legacy, state: "active" }
} as const
type Office = keyof typeof offices
const officeNames = Object.keys(offices) as ReadonlyArray<Office>

invariant("SEC-11", "what operators change is refused to everybody else, and recorded with who did it, why and when", {
  because: "rulebook SEC-11 (own)",
  given: {
    office: fc.constantFrom(...officeNames),
    actor: fc.constantFrom("operator:op-7", "holder:someone", "host:shop", "system:sweep")
  },
  subject: Object.fromEntries(officeNames.map((name) => [name, offices[name].command])) as Doings,
  holds: (by: Doings, { actor, office }) => {
    const { content, state } = offices[office]
    const desk = deskFor({ state, locked: office === "unlock" ? "wrongCodes" : undefined })
    const { answer, changed } = tried(desk, {
      command: by[office as keyof Doings],
      content,
      actor: actor as typeof operator
    })
    const recorded = desk.books.commands.at(-1)
    return actor.startsWith("operator:")
      ? answer === "accepted" && recorded?.actor === actor && recorded.at > 0 && /case-1|call-1/.test(recorded.content)
      : answer === "Forbidden" && !changed
  },
  catches: Object.fromEntries(
    officeNames.map((name) => [
      `anybody does this: ${name}`,
      {
        ...Object.fromEntries(officeNames.map((n) => [n, offices[n].command])),
        [name]: asOperator(offices[name].command)
      } as Doings
    ])
  )
})
