/**
 * Lockout: how often passwords and codes may be wrong (LCK), and how likely that makes a guess (SEC-08, SEC-09).
 */
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { UnlockAccount } from "@kinchaku/domain/account/Stopping"
import { ConfirmOtp } from "@kinchaku/domain/otp/Confirming"
import { IssueOtp } from "@kinchaku/domain/otp/Issuing"
import { secure } from "@kinchaku/domain/policy/Policy"
import { LoginWithPassword } from "@kinchaku/domain/session/PasswordLogin"
import { invariant, notice, transition } from "../src/Rule.ts"
import { Effect } from "effect"
import * as fc from "fast-check"
import { chance, isAtMost, schedule } from "./support/LockoutChance.ts"
import { explore } from "./support/LockoutCounting.ts"
import * as Mistaken from "./support/LockoutMistakes.ts"
import {
  attempts,
  bounds,
  choosingANumber,
  history,
  recorded,
  resetting,
  spending,
  standings,
  trying,
  unlocking
} from "./support/LockoutPlay.ts"
import { besieging, burst, leaving, strangers } from "./support/LockoutSiege.ts"
import { but, coding, taking } from "./support/OtpCommands.ts"
import { after, day, freely, minute, phoneOf, year } from "./support/OtpDesk.ts"
import { same } from "./support/Payments.ts"
import { forgetting, mistaking, seeing, under, without } from "./support/PaymentsMistakes.ts"

const inARow = "seed 000, ログインパスワードとワンタイムパスワードの認証失敗回数が連続"

invariant("LCK-01", "wrong passwords and wrong codes of every purpose count together, one by one", {
  because: inARow,
  given: { all: attempts(), bounds: bounds() },
  covers: {
    "both are wrong": {
      atLeast: 30,
      when: ({ all }) =>
        new Set(all.filter(({ what }) => what === "wrong").map((one) => one.with === "password")).size > 1
    }
  },
  runs: 100,
  subject: coding,
  holds: (commands, { all, bounds: of }) =>
    same(
      trying(commands, all, of).map(({ standing }) => standing.failures),
      standings(all, of).map(({ failures }) => failures)
    ),
  catches: {
    "passwords do not count": but({ login: forgetting(LoginWithPassword, Mistaken.isLockout) }),
    "codes do not count": but({ confirm: forgetting(ConfirmOtp, Mistaken.isLockout) }),
    "a code counts twice": but({ confirm: Mistaken.counting(2) }),
    "a new code begins a new count": but({ issue: Mistaken.beginningAnew(IssueOtp, { failures: 0 }) }),
    "codes have a count of their own": but({ confirm: taking(ConfirmOtp, () => ({ purpose: "passwordSet" })) })
  }
})

notice("LCK-02", "the failure in a row that the policy names sends one warning, and no other does", {
  because: "seed 000, 連続3回に達した時点",
  given: { all: attempts(), bounds: bounds() },
  covers: {
    "it is warned twice": { atLeast: 3, when: ({ all, bounds: of }) => (standings(all, of).at(-1)?.warnings ?? 0) > 1 },
    "it is never warned": { atLeast: 3, when: ({ all, bounds: of }) => standings(all, of).at(-1)?.warnings === 0 }
  },
  runs: 100,
  subject: coding,
  holds: (commands, { all, bounds: of }) =>
    same(
      trying(commands, all, of).map(({ standing }) => standing.warnings),
      standings(all, of).map(({ warnings }) => warnings)
    ),
  catches: {
    "nobody is warned": but({ confirm: without(ConfirmOtp, "notices") }),
    "wrong passwords warn nobody": but({ login: without(LoginWithPassword, "notices") }),
    "one failure early": Mistaken.within((lockout) => ({ ...lockout, warnsAt: lockout.warnsAt - 1 })),
    "one failure late": Mistaken.within((lockout) => ({ ...lockout, warnsAt: lockout.warnsAt + 1 })),
    "every failure from then on warns": but({ confirm: Mistaken.warningOnAndOn })
  }
})

transition("LCK-03", "the failure in a row that the policy names locks the account, and its holder is told once", {
  because: "seed 000, 連続で5回に達した場合",
  given: { all: attempts(8), bounds: bounds() },
  covers: {
    "it locks": { atLeast: 20, when: ({ all, bounds: of }) => standings(all, of).at(-1)?.isLocked === true },
    "it lacks one": {
      atLeast: 3,
      when: ({ all, bounds: of }) => standings(all, of).at(-1)?.failures === of.locksAt - 1
    }
  },
  runs: 100,
  subject: coding,
  holds: (commands, { all, bounds: of }) =>
    same(
      trying(commands, all, of).map(({ standing }) => [standing.isLocked, standing.locks]),
      standings(all, of).map(({ isLocked, locks }) => [isLocked, locks])
    ),
  catches: {
    "one failure early": Mistaken.within((lockout) => ({ ...lockout, locksAt: lockout.locksAt - 1 })),
    "one failure late": Mistaken.within((lockout) => ({ ...lockout, locksAt: lockout.locksAt + 1 })),
    "codes never lock": but({ confirm: forgetting(ConfirmOtp, ({ kind }) => kind === "account") }),
    "passwords never lock": but({ login: forgetting(LoginWithPassword, ({ kind }) => kind === "account") }),
    "nobody is told": but({ confirm: without(ConfirmOtp, "notices"), login: without(LoginWithPassword, "notices") })
  }
})

transition("LCK-04", "a right password or code before the lock ends the failures in a row", {
  because: "seed 000, 連続",
  given: { all: attempts(2), bounds: bounds() },
  covers: {
    "a success follows failures": {
      atLeast: 20,
      when: ({ all }) => all.some(({ what }, n) => what === "right" && all[n - 1]?.what === "wrong")
    }
  },
  runs: 100,
  subject: coding,
  holds: (commands, { all, bounds: of }) =>
    same(
      trying(commands, all, of).map(({ standing }) => [standing.outcome, standing.failures, standing.isLocked]),
      standings(all, of).map(({ failures, isLocked, outcome }) => [outcome, failures, isLocked])
    ),
  catches: {
    "a right code ends nothing": but({ confirm: Mistaken.endingNothing(ConfirmOtp) }),
    "a right password ends nothing": but({ login: Mistaken.endingNothing(LoginWithPassword) }),
    "a wrong one ends them too": but({ confirm: Mistaken.counting(0) })
  }
})

invariant("LCK-04b", "the right code of a number that the asker chose ends no failures in a row", {
  because: "rulebook LCK-04, OTP-07: it proves that number, and nothing of the holder",
  given: { wrong: fc.integer({ min: 0, max: 4 }) },
  runs: 10,
  subject: coding,
  holds: (commands, { wrong }) => choosingANumber(commands, wrong) === wrong,
  catches: {
    "any right code ends them": but({
      confirm: taking(ConfirmOtp, () => ({ purpose: "suspend", contact: phoneOf(0) }))
    }),
    "wrong codes do not count": but({ confirm: forgetting(ConfirmOtp, Mistaken.isLockout) })
  }
})

invariant(
  "LCK-05",
  "while an account is locked, a password and a code are refused alike, right or wrong, and change nothing",
  {
    because: "seed 000, アカウントロック; rulebook LCK-05",
    given: {
      all: attempts(4),
      bounds: fc.record({ warnsAt: fc.constant(1), locksAt: fc.integer({ min: 1, max: 3 }) })
    },
    covers: {
      "a right one meets a lock": {
        atLeast: 30,
        when: ({ all, bounds: of }) =>
          standings(all, of).some(({ outcome }, n) => outcome === "locked" && all[n]?.what === "right")
      }
    },
    runs: 100,
    subject: coding,
    holds: (commands, { all, bounds: of }) => {
      const expected = standings(all, of)
      return trying(commands, all, of).every(({ isChanged, standing }, n) => {
        const isMet = expected[n]?.outcome === "locked"
        return (standing.outcome === "locked") === isMet && !(isMet && isChanged)
      })
    },
    catches: {
      "a right code is accepted": but({ confirm: Mistaken.blindToLocks(ConfirmOtp) }),
      "a right password is accepted": but({ login: Mistaken.blindToLocks(LoginWithPassword) }),
      "failures go on counting": but({ confirm: Mistaken.countingWhileLocked })
    }
  }
)

transition(
  "LCK-06",
  "a code that sets a password has a count of its own, is accepted while the account is locked, and unlocks it",
  {
    because: "seed 000, パスワードの再設定を行ってください; rulebook LCK-06",
    given: { first: fc.integer({ min: 0, max: 6 }), second: fc.integer({ min: 0, max: 6 }) },
    covers: {
      "the count is full": { atLeast: 10, when: ({ second }) => second >= 5 },
      "it lacks one": { atLeast: 5, when: ({ second }) => second === 4 }
    },
    runs: 60,
    subject: coding,
    holds: (commands, { first, second }) => {
      const typed = (count: number) => Array.from({ length: count }, (_, n) => (n < 5 ? "mismatch" : "OtpNotFound"))
      const isOpen = second < 5
      return same(resetting(commands, first, second), {
        typed: [...typed(first), ...typed(second)],
        meanwhile: [0, "failures", "locked", "OtpNotFound"],
        right: isOpen ? "confirmed" : "OtpNotFound",
        set: isOpen ? "accepted" : "OtpNotFound",
        isLocked: !isOpen,
        failures: 0,
        told: isOpen ? 1 : 0,
        login: isOpen ? "loggedIn" : "locked"
      })
    },
    catches: {
      "it is refused while the account is locked": but({ confirm: taking(ConfirmOtp, () => ({ purpose: "suspend" })) }),
      "it may be wrong as often as one likes": but({ confirm: taking(ConfirmOtp, () => ({ failures: 0 })) }),
      "one wrong code less": but({ confirm: taking(ConfirmOtp, ({ failures }) => ({ failures: failures + 1 })) }),
      "the lock stays": but({ setPassword: forgetting(SetPassword, ({ kind }) => kind === "account") }),
      "the holder is not told": but({ setPassword: without(SetPassword, "notices") }),
      "a new code keeps the former count": but({ forPassword: Mistaken.keepingTheCount }),
      "the former code stays good": but({
        forPassword: forgetting(coding.forPassword, ({ record }) => "state" in record && record.state === "superseded")
      })
    }
  }
)

invariant(
  "LCK-07",
  "of any number of wrong codes at once, exactly as many are looked at as the lock allows, and all of them count",
  {
    because: "rulebook LCK-07",
    given: { count: fc.integer({ min: 1, max: 40 }), batchMax: fc.constantFrom(1, 2, 3, 256) },
    covers: { "more than are looked at": { atLeast: 60, when: ({ count }) => count > 5 } },
    runs: 40,
    subject: ConfirmOtp,
    holds: (confirm, { batchMax, count }) =>
      Effect.map(burst(confirm, count, batchMax), ({ counted, looked, refused }) => {
        const most = Math.min(count, 5)
        return looked === most && counted === most && refused === count - most
      }),
    catches: {
      "each sees the count as it was before": mistaking(ConfirmOtp, "lockout", { failures: 0 }),
      "the lock is seen too late": Mistaken.blindToLocks(ConfirmOtp),
      "the lock is seen too early": under(ConfirmOtp, ({ authentication }) => ({
        authentication: { ...authentication, lockout: { ...authentication.lockout, locksAt: 4 } }
      }))
    }
  }
)

invariant(
  "LCK-09",
  "the journal, the notices and the account say of a warning and of a lock when it was, and of a lock why",
  {
    because: "rulebook LCK-09",
    given: { wrong: fc.integer({ min: 1, max: 7 }), perYear: fc.integer({ min: 3, max: 9 }) },
    covers: { "it locks for the year": { atLeast: 10, when: ({ perYear, wrong }) => perYear < 5 && wrong >= perYear } },
    runs: 60,
    subject: coding,
    holds: (commands, { perYear, wrong }) => same(recorded(commands, wrong, perYear), history(wrong, perYear)),
    catches: {
      "the account does not say why": but({ confirm: Mistaken.causeless }),
      "the journal does not say that it locked": but({ confirm: Mistaken.saying({ event: "counted" }) }),
      "the journal gives another reason": but({ confirm: Mistaken.saying({ cause: "failures" }) }),
      "nobody is told": but({ confirm: without(ConfirmOtp, "notices") }),
      "the holder is told another time": but({ confirm: Mistaken.tellingLater(minute) })
    }
  }
)

invariant("LCK-09b", "the journal, the notices and the account say of an unlock when it was, and who did it how", {
  because: "rulebook LCK-09",
  given: { by: fc.constantFrom("password" as const, "operator" as const), millis: fc.nat(day) },
  runs: 40,
  subject: coding,
  holds: (commands, { by, millis }) => {
    const { isLocked, journal, said, told } = unlocking(commands, by, millis)
    const [tag, who] = by === "password" ? ["SetPassword", "holder"] : ["UnlockAccount", "operator"]
    const isSaid = by === "password" ? Mistaken.says(said, "unlocked") : !Mistaken.says(said, "lockedAt")
    return same([journal, told, isLocked], [[tag, after(millis), who], [after(millis)], false]) && isSaid
  },
  catches: {
    "nobody is told of a new password": but({ setPassword: without(SetPassword, "notices") }),
    "nobody is told of an operator": but({ unlock: without(UnlockAccount, "notices") }),
    "an operator leaves the lock": but({ unlock: forgetting(UnlockAccount, ({ kind }) => kind === "account") }),
    "the answer does not say that a lock was taken off": but({ setPassword: Mistaken.notSayingUnlocked })
  }
})

const years = [182 * day, 183 * day - 1, 183 * day]

invariant(
  "SEC-08",
  "under the preset secure, 100 wrong codes of an account are looked at and no more, whoever does what in whatever order",
  {
    because: "rulebook SEC-08; NIST SP 800-63B, 5.2.2: every state of the counts is tried",
    given: { strangersApart: fc.boolean() },
    examples: [{ strangersApart: true }, { strangersApart: false }],
    runs: 1,
    subject: coding,
    holds: (commands, { strangersApart }) =>
      explore(commands, freely({ lockout: { strangersApart } }, secure), { allowed: 100, isDogged: false, jumps: [] })
        .most === 100,
    catches: {
      "a new code begins anew": but({ issue: Mistaken.beginningAnew(IssueOtp, { wrongCodesAt: [] }) }),
      "a new password begins anew": but({ setPassword: Mistaken.beginningAnew(SetPassword, { wrongCodesAt: [] }) }),
      "an operator begins anew": but({ unlock: Mistaken.beginningAnew(UnlockAccount, { wrongCodesAt: [] }) }),
      "a success begins anew": but({ confirm: Mistaken.forgivingOnSuccess }),
      "codes that set a password are not counted": but({ confirm: Mistaken.notCountingResets }),
      "one more is looked at": Mistaken.underYear((most) => most + 1),
      "one less is looked at": Mistaken.underYear((most) => most - 1)
    }
  }
)

invariant("SEC-08b", "in any 365 days no more wrong codes are looked at than the policy says, whenever they come", {
  because: "rulebook SEC-08: every state of the counts is tried, with times on both sides of the year",
  given: { perYear: fc.constantFrom(1, 2) },
  examples: [{ perYear: 2 }],
  runs: 1,
  subject: coding,
  holds: (commands, { perYear }) => {
    const policy = freely({ otp: { wrongPerYear: perYear }, lockout: { warnsAt: 1, locksAt: 2 } }, secure)
    return explore(commands, policy, { allowed: perYear, jumps: years }).most === perYear
  },
  catches: {
    "a year of 364 days": but({ confirm: Mistaken.yearOf(364 * day) }),
    "a year a millisecond short": but({ confirm: Mistaken.yearOf(365 * day - 1) }),
    "a new year begins with the lock": but({ unlock: Mistaken.beginningAnew(UnlockAccount, { wrongCodesAt: [] }) }),
    "the count is full for ever": but({ confirm: Mistaken.neverLooking })
  }
})

transition(
  "SEC-08d",
  "when the wrong codes of a year are spent, an operator alone unlocks, and codes are looked at when the year is over",
  {
    because: "rulebook SEC-08",
    given: { over: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -300 * day, max: day })) },
    runs: 40,
    subject: coding,
    holds: (commands, { over }) =>
      same(spending(commands, year + over), {
        cause: "wrongCodes",
        byPassword: ["mismatch", "OtpRequired"],
        byOperator: ["accepted", true],
        later: over < 0 ? "AccountLocked" : "confirmed"
      }),
    catches: {
      "a new password unlocks too": but({ confirm: Mistaken.blindToSpending }),
      "an operator begins anew": but({ unlock: Mistaken.beginningAnew(UnlockAccount, { wrongCodesAt: [] }) }),
      "an operator cannot": but({ unlock: forgetting(UnlockAccount, ({ kind }) => kind === "account") }),
      "a year of 364 days": but({ confirm: Mistaken.yearOf(364 * day) }),
      "a year a millisecond longer": but({ confirm: Mistaken.youngerCodes })
    }
  }
)

invariant(
  "SEC-08c",
  "however 100 guesses are spread over codes, one of them is right with a chance of 1 in 10,000 at most",
  {
    because: "rulebook SEC-08; OTP-01: the million codes are equally likely",
    given: { guesses: schedule(100) },
    examples: [{ guesses: [100] }],
    subject: { codes: 1_000_000, more: 0 },
    holds: ({ codes, more }, { guesses }) => isAtMost(chance([...guesses, more], codes), 10_000n),
    catches: {
      "a code has five digits": { codes: 100_000, more: 0 },
      "the first digit is never nought": { codes: 900_000, more: 0 },
      "one guess more": { codes: 1_000_000, more: 1 }
    }
  }
)

invariant(
  "SEC-09",
  "strangers without the device are turned away after five wrong passwords an hour, and never lock the holder out",
  {
    because: "rulebook SEC-09",
    given: { all: strangers() },
    covers: {
      "many passwords": { atLeast: 60, when: ({ all }) => all.filter((one) => one.with === "password").length > 5 }
    },
    runs: 60,
    subject: coding,
    holds: (commands, { all }) => {
      const { holder, isLocked, mostInAnHour, wrongCodes } = besieging(commands, all)
      return !isLocked && mostInAnHour <= 5 && wrongCodes <= 4 && same(holder, ["loggedIn", "confirmed"])
    },
    catches: {
      "strangers count like the holder": Mistaken.within((lockout) => ({ ...lockout, strangersApart: false })),
      "strangers are never turned away": but({ login: seeing(LoginWithPassword, Mistaken.withoutBars) }),
      "the holder is turned away with them": but({ login: mistaking(LoginWithPassword, "lockout", { devices: [] }) }),
      "strangers use up the codes of the year": but({ confirm: Mistaken.notHalved })
    }
  }
)

invariant(
  "SEC-09b",
  "however often strangers ask for codes with an address, its holder gets three within the next minutes",
  {
    because: "rulebook SEC-09, OTP-06",
    given: { gaps: fc.array(fc.constantFrom(minute, minute + 1, 5 * minute), { minLength: 1, maxLength: 9 }) },
    covers: { "they ask five times": { atLeast: 30, when: ({ gaps }) => gaps.length > 4 } },
    runs: 100,
    subject: coding,
    holds: (commands, { gaps }) => leaving(commands, gaps) === 3,
    catches: {
      "strangers use them up": but({
        forPassword: under(coding.forPassword, ({ authentication }) => ({
          authentication: { ...authentication, lockout: { ...authentication.lockout, strangersApart: false } }
        }))
      }),
      "strangers get one more": but({
        forPassword: under(coding.forPassword, ({ authentication }) => ({
          authentication: { ...authentication, otp: { ...authentication.otp, perHour: 6 } }
        }))
      })
    }
  }
)
