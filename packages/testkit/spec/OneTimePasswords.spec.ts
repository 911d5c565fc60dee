/**
 * One-time passwords: codes that confirm one thing, once, in time (OTP), and say nothing to strangers (SEC-01).
 */
import { type KeyedHash } from "@kinchaku/domain/account/Account"
import { type Nonce, sameHash } from "@kinchaku/domain/account/Secrets"
import { ConfirmOtp } from "@kinchaku/domain/otp/Confirming"
import { IssueContactOtp, IssueOtp, IssuePasswordOtp } from "@kinchaku/domain/otp/Issuing"
import { seen } from "@kinchaku/domain/otp/Otp"
import { OtpSendLimited } from "@kinchaku/domain/otp/Sending"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { example, invariant, limit, policy, transition } from "../src/Rule.ts"
import * as TestSecrets from "../src/simulators/TestSecrets.ts"
import { Result } from "effect"
import * as fc from "fast-check"
import { but, coding, taking } from "./support/OtpCommands.ts"
import { after, day, minute } from "./support/OtpDesk.ts"
import { keepingTheCode, written } from "./support/OtpKeeping.ts"
import * as Mistaken from "./support/OtpMistakes.ts"
import { codes, needing, needs, straying, withCode } from "./support/OtpNeeds.ts"
import {
  askings,
  proving,
  sending,
  states,
  steps,
  strangePolicies,
  strangerSees,
  strangeSteps
} from "./support/OtpSendings.ts"
import {
  changes,
  codeless,
  isEven,
  moves,
  outcomesOf,
  payingWith,
  playing,
  reissuing,
  reissues,
  timely,
  timelyUse,
  toppingUpWith,
  ways
} from "./support/OtpTrials.ts"
import { same } from "./support/Payments.ts"
import { ahead, deciding, forgetting, seeing, under, without, writing } from "./support/PaymentsMistakes.ts"

const way = () => fc.constantFrom(...ways)

invariant("OTP-01", "a code is six digits, and every digit is as likely at every place", {
  because: "seed 000, 6桁の数字; rulebook OTP-01",
  given: { from: fc.nat(1_000_000) },
  runs: 5,
  subject: TestSecrets.make().code as (nonce: Nonce) => string,
  holds: (code, { from }) => isEven(code, from, 10_000),
  catches: {
    "leading noughts are lost": (nonce) => `${Number(TestSecrets.make().code(nonce))}`,
    "a code never begins with nought": (nonce) => `${100_000 + (Number(TestSecrets.make().code(nonce)) % 900_000)}`,
    "the last digit is a check digit of the others": (nonce) => {
      const digits = TestSecrets.make().code(nonce).slice(0, 5)
      return `${digits}${Math.min(9, Math.floor([...digits].reduce((sum, digit) => sum + Number(digit), 0) / 5))}`
    },
    "a seventh digit": (nonce) => `${TestSecrets.make().code(nonce)}0`
  }
})

invariant("OTP-02", "whatever is done with a code, in whatever order, it is confirmed once and used once at most", {
  because: "seed 000, 1度しか使うことができない; rulebook OTP-02",
  given: { way: way(), all: moves() },
  covers: {
    "it is used twice": {
      atLeast: 10,
      when: ({ all }) => outcomesOf(all).filter((one) => one === "OtpAlreadyUsed").length > 1
    },
    "it is used before it is confirmed": { atLeast: 10, when: ({ all }) => outcomesOf(all).includes("OtpRequired") }
  },
  subject: coding,
  holds: (commands, { all, way: by }) => same(playing(commands, by, all), outcomesOf(all)),
  catches: {
    "it is confirmed as often as it is typed": but({ confirm: taking(ConfirmOtp, () => ({ state: "open" })) }),
    "it is used as often as it is confirmed": but({
      use: taking(coding.use, ({ state }) => (state === "used" ? { state: "confirmed" } : {}))
    }),
    "its use leaves no mark": but({ use: without(coding.use, "puts") }),
    "it is used without having been typed": but({
      use: taking(coding.use, ({ state }, _, at) => (state === "open" ? { state: "confirmed", confirmedAt: at } : {}))
    }),
    "its confirmation is forgotten": but({ confirm: without(ConfirmOtp, "puts") }),
    "a code that is confirmed cannot be wrong": but({
      confirm: deciding(ConfirmOtp, (decided, facts, { content }) => Mistaken.neverWrong(decided, facts, content.otp))
    })
  }
})

policy(
  "OTP-03",
  "a right code is accepted to the last millisecond of its life; a late one counts nothing, a wrong one always",
  {
    because: "seed 000, 一定の有効期限; rulebook OTP-03",
    given: {
      way: way(),
      what: fc.constantFrom("right" as const, "wrong" as const),
      life: fc.integer({ min: 1, max: 60 }),
      over: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -60_000, max: day }))
    },
    covers: {
      "the last millisecond": { atLeast: 5, when: ({ over }) => over === 0 },
      "a millisecond late": { atLeast: 5, when: ({ over }) => over === 1 }
    },
    subject: coding,
    holds: (commands, trial) => timely(commands, trial),
    catches: {
      "it dies a millisecond early": but({ confirm: ahead(ConfirmOtp, 1) }),
      "it lives a millisecond longer": but({ confirm: ahead(ConfirmOtp, -1) }),
      "it lives for ever": but({ confirm: taking(ConfirmOtp, () => ({ expiresAt: after(9 * day) })) }),
      "a right code that is late counts": but({
        confirm: taking(ConfirmOtp, ({ expiresAt }, _, at) =>
          at > expiresAt ? { code: "0".repeat(64) as KeyedHash } : {}
        )
      }),
      "a wrong code that is late does not count": but({
        confirm: deciding(ConfirmOtp, (decided, _, { at }) =>
          at > after(minute) ? Result.map(decided, (decision) => ({ ...decision, puts: [] })) : decided
        )
      }),
      "every code lives for five minutes": but({
        confirm: taking(ConfirmOtp, ({ issuedAt }) => ({ expiresAt: (issuedAt + 5 * minute) as typeof issuedAt }))
      })
    }
  }
)

policy("OTP-03b", "a confirmed code is used as long after its confirmation as it lived before, and no longer", {
  because: "seed 000, 一定の有効期限; rulebook OTP-03",
  given: {
    life: fc.integer({ min: 1, max: 60 }),
    over: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -60_000, max: day }))
  },
  subject: coding,
  holds: (commands, trial) => timelyUse(commands, trial),
  catches: {
    "a millisecond less": but({ use: ahead(coding.use, 1) }),
    "a millisecond more": but({ use: ahead(coding.use, -1) }),
    "it is used whenever it is wished": but({ use: taking(coding.use, (_otp, _, at) => ({ confirmedAt: at })) })
  }
})

invariant("OTP-04", "a code for one top-up opens no other amount, bank link, account or purpose", {
  because: "seed 000, 機能利用時; seed 002, お買いものごと; rulebook OTP-04",
  given: { change: fc.constantFrom(...changes) },
  runs: 40,
  subject: TopUpFromBank,
  holds: (topUp, { change }) => toppingUpWith(topUp, change) === (change === "nothing" ? "accepted" : "OtpNotFound"),
  catches: {
    "any amount will do": taking(TopUpFromBank, ({ operation = "" }, { amount }) => ({
      operation: operation.replace(/\d+$/, `${amount}`)
    })),
    "any bank link will do": taking(TopUpFromBank, ({ operation = "" }, { link }) => ({
      operation: operation.replace(/link_\w+/, link)
    })),
    "any account's code will do": taking(TopUpFromBank, (_, { account }) => ({ account })),
    "a code for any purpose will do": taking(TopUpFromBank, () => ({ purpose: "topUp" })),
    "no code will do": taking(TopUpFromBank, () => ({ state: "void" }))
  }
})

invariant("OTP-04b", "a code for one payment opens no other amount, slip, account or purpose", {
  because: "seed 002, お買いものごと; rulebook OTP-04",
  given: { change: fc.constantFrom(...changes) },
  runs: 40,
  subject: PaySlip,
  holds: (pay, { change }) => payingWith(pay, change) === (change === "nothing" ? "accepted" : "OtpNotFound"),
  catches: {
    "any amount will do": taking(PaySlip, ({ operation = "" }, { quote }) => ({
      operation: operation.replace(/ \d+$/, ` ${quote.amount}`)
    })),
    "any slip will do": taking(PaySlip, ({ operation = "" }, { barcode }) => ({
      operation: operation.replace(/ \d{44} /, ` ${barcode} `)
    })),
    "any account's code will do": taking(PaySlip, (_, { account }) => ({ account })),
    "a code for any purpose will do": taking(PaySlip, () => ({ purpose: "payment" })),
    "no code will do": taking(PaySlip, () => ({ state: "void" }))
  }
})

invariant(
  "OTP-04c",
  "a code that went to a number that is no longer the account's confirms nothing, and counts nothing",
  {
    because: "seed 000, Softbankの端末; rulebook OTP-04, OTP-07",
    given: { way: fc.constantFrom("account" as const, "password" as const), isMoved: fc.boolean() },
    runs: 20,
    subject: coding,
    holds: (commands, { isMoved, way: by }) => {
      // Whoever sets a password has proved nothing yet, and is told no more than that the code is wrong.
      const typed = isMoved ? (by === "password" ? "mismatch" : "OtpNotFound") : "confirmed"
      return same(straying(commands, by, isMoved), { typed, failures: 0, codes: [] })
    },
    catches: {
      "any number will do": but({
        confirm: { ...ConfirmOtp, decide: Mistaken.whereverItWent }
      }),
      "no number will do": but({ confirm: taking(ConfirmOtp, () => ({ contact: "0".repeat(64) as KeyedHash })) })
    }
  }
)

transition(
  "OTP-05",
  "a new code makes the earlier one of that account and purpose invalid, confirmed or not, and no other",
  {
    because: "seed 000, 再発行してください; rulebook OTP-05",
    given: { all: reissues() },
    covers: {
      "some purpose is asked for twice": {
        atLeast: 50,
        when: ({ all }) => new Set(all.map(({ of, purpose }) => `${of}${purpose}`)).size < all.length
      }
    },
    runs: 100,
    subject: coding,
    holds: (commands, { all }) => reissuing(commands, all).every(({ expected, found }) => same(found, expected)),
    catches: {
      "the earlier one stays as it was": but({
        issue: forgetting(IssueOtp, ({ record }) => "state" in record && record.state === "superseded"),
        forPassword: forgetting(IssuePasswordOtp, ({ record }) => "state" in record && record.state === "superseded")
      }),
      "a confirmed one stays confirmed": but({
        issue: forgetting(
          IssueOtp,
          ({ record }) => "confirmedAt" in record && "state" in record && record.state !== "open"
        )
      }),
      "the new one is invalid too": but({ issue: writing(IssueOtp, "otp", { state: "superseded" }) }),
      "the codes of every purpose are invalid": but({ issue: Mistaken.voidingEvery })
    }
  }
)

limit(
  "OTP-06",
  "a message is sent a minute after the last and five times an hour at most, to an account and to a phone, and the refusal says from when on",
  {
    because: "rulebook OTP-06",
    given: { all: askings(["own", "own new number", "another's new number", "opening"]) },
    covers: {
      "a fifth message is asked for": {
        atLeast: 20,
        when: ({ all }) => all.filter(({ from }) => from === "last").length > 5
      }
    },
    examples: [{ all: Mistaken.sixInAnHour }],
    subject: coding,
    holds: (commands, { all }) =>
      sending(commands, all).every(
        ({ isAnswered, isNamed, isSent, may }) => isSent === may && isAnswered === may && isNamed
      ),
    catches: {
      "a second earlier": Mistaken.sendingUnder({ resendSeconds: 59 }),
      "a second later": Mistaken.sendingUnder({ resendSeconds: 61 }),
      "six an hour": Mistaken.sendingUnder({ perHour: 6 }),
      "four an hour": Mistaken.sendingUnder({ perHour: 4 }),
      "phones are not counted": Mistaken.countingNo("phone:"),
      "accounts are not counted": Mistaken.countingNo("acct_"),
      "what was sent is not written down": but({ issue: forgetting(IssueOtp, ({ kind }) => kind === "otpSendings") })
    }
  }
)

limit(
  "OTP-06b",
  "codes that strangers ask for with an address are never sent beyond these limits, and count like any other",
  {
    because: "rulebook OTP-06, SEC-01",
    given: { all: askings() },
    examples: [{ all: Mistaken.sixInAnHour.map((one) => ({ ...one, who: "password" as const })) }],
    subject: coding,
    holds: (commands, { all }) =>
      sending(commands, all).every(({ isSent, may, who }) => (who === "password" ? may || !isSent : isSent === may)),
    catches: {
      "they are sent as often as they are asked for": but({
        forPassword: under(IssuePasswordOtp, Mistaken.withSending({ resendSeconds: 0, perHour: 100 }))
      }),
      "they do not count for the phone": but({
        forPassword: forgetting(IssuePasswordOtp, ({ id }) => id.startsWith("phone:"))
      }),
      "they do not count for the account": but({
        forPassword: forgetting(IssuePasswordOtp, ({ id, kind }) => kind === "otpSendings" && id.startsWith("acct_"))
      })
    }
  }
)

policy(
  "OTP-08",
  "a top-up and a payment need a code, whoever asks and whatever is waived for accounts with certificate",
  {
    because: "seed 000, 登録時や取引時; rulebook OTP-08",
    given: {
      purpose: fc.constantFrom("topUp" as const, "payment" as const),
      waiver: fc.constantFrom(
        "nothing is waived" as const,
        "everything is waived, for another kind of account" as const
      )
    },
    runs: 30,
    subject: { pay: PaySlip, topUp: TopUpFromBank },
    holds: (commands, { purpose, waiver }) => {
      const isWaived = waiver !== "nothing is waived"
      const origin = isWaived ? "legacy" : "certificate"
      return codeless(commands, purpose, origin, isWaived ? ["payment", "topUp", "payout"] : []) === "OtpRequired"
    },
    catches: {
      "a top-up needs none": { pay: PaySlip, topUp: Mistaken.waiving(TopUpFromBank) },
      "a payment needs none": { pay: Mistaken.waiving(PaySlip), topUp: TopUpFromBank },
      "an account without certificate is let off too": {
        pay: Mistaken.certified(PaySlip),
        topUp: Mistaken.certified(TopUpFromBank)
      }
    }
  }
)

policy(
  "OTP-08b",
  "suspending, resuming, a new phone, a new address and a new password need a confirmed code for just that",
  {
    because: "seed 000, 登録時や取引時; rulebook OTP-08",
    given: { what: fc.constantFrom(...needs), given: fc.constantFrom(...codes) },
    runs: 60,
    subject: needing,
    holds: (commands, { given, what }) => {
      const expected = { confirmed: "accepted", open: "OtpRequired", "another's": "OtpNotFound" }
      return withCode(commands, what, given) === expected[given]
    },
    catches: {
      "suspending needs none": { ...needing, suspend: taking(needing.suspend, Mistaken.confirmedFor("suspend")) },
      "resuming needs none": { ...needing, resume: taking(needing.resume, Mistaken.confirmedFor("resume")) },
      "a new phone needs none": {
        ...needing,
        phoneChange: taking(needing.phoneChange, Mistaken.confirmedFor("phoneChange"))
      },
      "a new address needs none": {
        ...needing,
        emailChange: taking(needing.emailChange, Mistaken.confirmedFor("emailChange"))
      },
      "a new password needs none": {
        ...needing,
        passwordSet: taking(needing.passwordSet, Mistaken.confirmedFor("passwordSet"))
      }
    }
  }
)

policy("OTP-09", "on an account with certificate a code is needed for exactly what the operator has not waived", {
  because: "seed 000, 認証の廃止を予定; rulebook OTP-09",
  given: {
    purpose: fc.constantFrom("topUp" as const, "payment" as const),
    waived: fc.subarray(["payment" as const, "topUp" as const, "payout" as const])
  },
  runs: 60,
  subject: { pay: PaySlip, topUp: TopUpFromBank },
  holds: (commands, { purpose, waived }) =>
    codeless(commands, purpose, "certificate", waived) === (waived.includes(purpose) ? "accepted" : "OtpRequired"),
  catches: {
    "nothing can be waived": { pay: Mistaken.waiving(PaySlip, []), topUp: Mistaken.waiving(TopUpFromBank, []) },
    "everything is waived": { pay: Mistaken.waiving(PaySlip), topUp: Mistaken.waiving(TopUpFromBank) },
    "one waiver is for all": { pay: Mistaken.waivingAll(PaySlip), topUp: Mistaken.waivingAll(TopUpFromBank) }
  }
})

invariant("OTP-10", "neither the code nor what was typed stands anywhere in the books", {
  because: "rulebook OTP-10, SEC-02: codes are stored only as a keyed hash",
  given: { way: way(), tries: fc.integer({ min: 0, max: 3 }) },
  runs: 60,
  subject: coding,
  holds: (commands, trial) => {
    const { books, secret } = written(commands, trial)
    return secret.every((code) => !new RegExp(`(?<![0-9])${code}(?![0-9])`).test(books))
  },
  catches: {
    "the record of a code has it": keepingTheCode("record"),
    "a notice has it": keepingTheCode("notice"),
    "the request to send it has it": keepingTheCode("request")
  }
})

invariant("OTP-10b", "two keyed hashes are the same exactly when every digit of them is", {
  because: "rulebook OTP-10, SEC-02",
  given: {
    hash: fc.stringMatching(/^[0-9a-f]{64}$/),
    place: fc.oneof(fc.constantFrom(0, 63), fc.nat(63)),
    other: fc.constantFrom(..."0123456789abcdef")
  },
  covers: { "they differ at the end": { atLeast: 5, when: ({ place }) => place === 63 } },
  subject: sameHash,
  holds: (isSame, { hash, other, place }) => {
    const changed = `${hash.slice(0, place)}${other}${hash.slice(place + 1)}`
    return isSame(hash as KeyedHash, changed as KeyedHash) === (hash === changed)
  },
  catches: {
    "all but the last digit is compared": (a, b) => a.slice(0, 63) === b.slice(0, 63),
    "all but the first digit is compared": (a, b) => a.slice(1) === b.slice(1),
    "nothing is the same": () => false
  }
})

invariant("OTP-12", "a code by mail goes through what a code by SMS goes through, step by step", {
  because: "seed 003, 6桁の確認コード; rulebook OTP-12",
  given: { all: steps() },
  runs: 100,
  subject: coding,
  holds: (commands, { all }) => same(proving(commands, "email", all), proving(commands, "phone", all)),
  catches: {
    "mails are sent as often as they are asked for": but({ prove: Mistaken.mailsFreely }),
    "a code by mail lives longer": but({
      confirm: taking(ConfirmOtp, ({ channel }) => (channel === "mail" ? { expiresAt: after(9 * day) } : {}))
    }),
    "a code by mail is used again and again": but({
      use: taking(coding.use, ({ channel, state }) =>
        channel === "mail" && state === "used" ? { state: "confirmed" as const } : {}
      )
    }),
    "a wrong code by mail does not count": but({
      confirm: forgetting(
        ConfirmOtp,
        ({ record }) => "channel" in record && record.channel === "mail" && "failures" in record
      )
    }),
    "an earlier code by mail stays open": but({
      prove: forgetting(
        IssueContactOtp,
        ({ record }) => "channel" in record && record.channel === "mail" && "state" in record && record.state !== "open"
      )
    })
  }
})

invariant(
  "SEC-01",
  "a stranger sees the same of a code, step by step, whether the address is nobody's or that of any account",
  {
    because: "rulebook SEC-01; OWASP ASVS 6",
    given: {
      state: fc.constantFrom(...Object.values(states)),
      policy: fc.constantFrom(...strangePolicies),
      steps: strangeSteps()
    },
    subject: { commands: coding, seen },
    holds: (system, trial) => same(strangerSees(system, "somebody's", trial), strangerSees(system, "nobody's", trial)),
    catches: {
      "whether a message went out is shown": {
        commands: coding,
        seen: (otp) => ({ ...seen(otp), delivery: otp.delivery })
      },
      "an account's limit is told": {
        commands: but({
          forPassword: deciding(IssuePasswordOtp, (decided, _, { at }) =>
            Result.flatMap(decided, (decision) =>
              Mistaken.isUnsent(decision) ? Result.fail(new OtpSendLimited({ from: at })) : Result.succeed(decision)
            )
          )
        }),
        seen
      },
      "a lock is told": { commands: but({ confirm: Mistaken.tellingLocks }), seen },
      "nobody's codes can be wrong for ever": {
        commands: but({
          confirm: forgetting(ConfirmOtp, ({ record }) => "failures" in record && !("account" in record))
        }),
        seen
      },
      "codes for nobody do not count as sent": {
        commands: but({ forPassword: seeing(IssuePasswordOtp, Mistaken.nobodysSendings) }),
        seen
      }
    }
  }
)

example("OTP-12b", "what proves a contact is bound to that contact: a code for one address or number proves no other", {
  because: "rulebook OTP-04, OTP-07, OTP-12",
  subject: Mistaken.provesContact(coding),
  cases: {
    "the address itself": { given: { of: "email", asked: 7, proved: 7 }, gives: "used" },
    "another address": { given: { of: "email", asked: 7, proved: 8 }, gives: "OtpNotFound" },
    "the number itself": { given: { of: "phone", asked: 7, proved: 7 }, gives: "used" },
    "another number": { given: { of: "phone", asked: 7, proved: 8 }, gives: "OtpNotFound" }
  },
  catches: {
    "any contact is proved": Mistaken.provesContact(
      but({ use: taking(coding.use, (_, { contact }) => (contact === undefined ? {} : { contact })) })
    ),
    "nothing is proved": () => "OtpNotFound"
  }
})
