/**
 * Accounts: who may open one, what it is, and what nobody learns on the way (ACC).
 */
import { accounts } from "@kinchaku/domain/account/Account"
import * as Contact from "@kinchaku/domain/account/Contact"
import { claimId, claims } from "@kinchaku/domain/account/Claim"
import { CompleteIdentityVerification, EmailTaken, OpenAccount } from "@kinchaku/domain/account/Opening"
import { CertificateUntrusted } from "@kinchaku/domain/identity/Presenting"
import { cash, fees } from "@kinchaku/domain/ledger/AccountCode"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { example, fee, invariant, validation } from "../src/Rule.ts"
import {
  asking,
  batchMax,
  deskWhere,
  fresh,
  hashOf,
  mostSharing,
  nonceOf,
  openingDesk,
  openings,
  racing,
  type OpenCommand,
  rivals,
  takenBy,
  typedEmail,
  typedPhone,
  verdict,
  type verdicts
} from "./support/Accounts.ts"
import { same } from "./support/Payments.ts"
import { count, named, noon, race } from "./support/PaymentsDesk.ts"
import { codeless } from "../src/scenario/TestPolicy.ts"
import {
  blindTo,
  deciding,
  forgetting,
  hearing,
  mistaking,
  refusing,
  seeing,
  writing
} from "./support/PaymentsMistakes.ts"

const claimOf = (of: string) => (written: { readonly kind: string; readonly id: string }) =>
  written.kind === "claim" && written.id.startsWith(of)
const opensAnyway = blindTo(OpenAccount, "claim")
const neverOpens = refusing(OpenAccount, new CertificateUntrusted())

// ── one person, one address, one number ──────────────────────────────────────────────────────────────────────────────

invariant(
  "ACC-01a",
  "of openings for one person that race, exactly one opens an account; the others are told that it exists",
  {
    because: "seed 000, 複数のアカウントを作成することはできますか: one account a person",
    given: { asked: rivals("person"), batchMax: batchMax() },
    runs: 80,
    subject: OpenAccount,
    holds: (open, { asked, batchMax }) =>
      Effect.map(
        race(racing(asked), asking(open, asked), batchMax),
        ({ answers }) => count(answers, "accepted") === 1 && count(answers, "AccountAlreadyExists") === asked.length - 1
      ),
    catches: {
      "every one of them opens": opensAnyway,
      "the account leaves no mark on the person": forgetting(OpenAccount, claimOf("person")),
      "none of them opens": neverOpens
    }
  }
)

invariant("ACC-01b", "whoever asks in whatever order, no two accounts share a person, an e-mail address or a phone", {
  because: "rulebook ACC-01, ACC-09, ACC-10",
  given: { asked: openings() },
  covers: {
    "an opening is refused": {
      atLeast: 40,
      when: ({ asked }) =>
        mostSharing(
          asked,
          asked.map(() => true),
          "person"
        ) > 1
    }
  },
  subject: OpenAccount,
  holds: (open, { asked }) => {
    const opened = openingDesk(asked).askAll(asking(open, asked)).map(Result.isSuccess)
    return (
      opened[0] === true && (["person", "email", "phone"] as const).every((of) => mostSharing(asked, opened, of) === 1)
    )
  },
  catches: {
    "a taken phone is overlooked": forgetting(OpenAccount, claimOf("phone")),
    "a taken address is overlooked": forgetting(OpenAccount, claimOf("email")),
    "a person who has an account is overlooked": forgetting(OpenAccount, claimOf("person")),
    "nobody can open": neverOpens
  }
})

invariant("ACC-09a", "of openings with one e-mail address that race, exactly one opens an account", {
  because: "seed 000, 解約後に同じメールアドレスで再度登録することができなくなります",
  given: { asked: rivals("email"), batchMax: batchMax() },
  runs: 80,
  subject: OpenAccount,
  holds: (open, { asked, batchMax }) =>
    Effect.map(
      race(racing(asked), asking(open, asked), batchMax),
      ({ answers }) => count(answers, "accepted") === 1 && count(answers, "EmailTaken") === asked.length - 1
    ),
  catches: {
    "every one of them opens": opensAnyway,
    "the account leaves no mark on the address": forgetting(OpenAccount, claimOf("email")),
    "none of them opens": neverOpens
  }
})

invariant("ACC-09b", "the address of a closed account is never registered again, the address of nobody is", {
  because: "seed 000, 再度登録することができなくなります",
  given: { state: fc.constantFrom("free", "retired" as const) },
  subject: OpenAccount,
  holds: (open, { state }) => {
    const answer = deskWhere("email", state).ask(open, fresh)
    return named(answer) === (state === "free" ? "accepted" : "EmailTaken")
  },
  catches: {
    "a retired address can be had again": seeing(OpenAccount, (_, record) =>
      record !== undefined && "state" in record && record.state === "retired" ? undefined : record
    ),
    "a free address is refused": neverOpens
  }
})

invariant("ACC-09c", "an address is the same address however its letters are typed", {
  because: "rulebook ACC-09; ADR-0003: one written form, so that equal values have equal hashes",
  given: { address: typedEmail() },
  subject: Contact.email,
  holds: (written, { address }) => written(address.typed) === address.plain,
  catches: { "capitals make another address": (typed) => typed, "every address is the same": () => "a@example.jp" }
})

invariant("ACC-10a", "of openings with one phone number that race, exactly one opens an account", {
  because: "seed 000, 電話番号が登録済みのため",
  given: { asked: rivals("phone"), batchMax: batchMax() },
  runs: 80,
  subject: OpenAccount,
  holds: (open, { asked, batchMax }) =>
    Effect.map(
      race(racing(asked), asking(open, asked), batchMax),
      ({ answers }) => count(answers, "accepted") === 1 && count(answers, "PhoneTaken") === asked.length - 1
    ),
  catches: {
    "every one of them opens": opensAnyway,
    "the account leaves no mark on the number": forgetting(OpenAccount, claimOf("phone")),
    "none of them opens": neverOpens
  }
})

invariant("ACC-10b", "a number is the same number with hyphens, in full width or with +81", {
  because: "rulebook ACC-10; ADR-0003",
  given: { number: typedPhone() },
  subject: Contact.phone,
  holds: (written, { number }) => written(number.typed) === number.plain,
  catches: {
    "hyphens make another number": (typed) => typed.normalize("NFKC").replace(/^\+81 ?/, "0"),
    "+81 makes another number": (typed) => typed.normalize("NFKC").replace(/[-() ]/g, ""),
    "every number is the same": () => "09000000000"
  }
})

// ── what an account is ───────────────────────────────────────────────────────────────────────────────────────────────

invariant("ACC-02", "an account is a cash account until its person is verified, and a money account from then on", {
  because: "seed 000, WELLNETマネーアカウントとは: identity verified or not",
  given: { shown: fc.array(fc.record({ verdict: verdict(), own: fc.boolean() }), { maxLength: 4 }) },
  covers: {
    "verified at last": {
      atLeast: 10,
      when: ({ shown }) => shown.some(({ own, verdict }) => own && verdict === "verified")
    },
    "not verified": {
      atLeast: 10,
      when: ({ shown }) => !shown.some(({ own, verdict }) => own && verdict === "verified")
    }
  },
  subject: { open: OpenAccount, verify: CompleteIdentityVerification },
  holds: ({ open, verify }, { shown }) => {
    const desk = openingDesk()
    const { id } = Result.getOrThrow(desk.ask(open, fresh))
    desk.askAll(
      shown.map(({ own, verdict }, n) => ({
        command: verify,
        content: {
          account: id,
          person: own ? fresh.person : hashOf("person", 2),
          evidence: { verdict, challenge: nonceOf(n + 1) }
        }
      }))
    )
    const verified = shown.some(({ own, verdict }) => own && verdict === "verified")
    return desk.record(accounts, id)?.kind === (verified ? "money" : "cash")
  },
  catches: {
    "an account is a money account from the start": {
      open: writing(OpenAccount, "account", { kind: "money" }),
      verify: CompleteIdentityVerification
    },
    "verification changes nothing": { open: OpenAccount, verify: forgetting(CompleteIdentityVerification, () => true) },
    "any certificate will do": {
      open: OpenAccount,
      verify: hearing(CompleteIdentityVerification, (content) => ({
        ...content,
        evidence: { ...content.evidence, verdict: "verified" as const }
      }))
    },
    "anybody's certificate will do": {
      open: OpenAccount,
      verify: hearing(CompleteIdentityVerification, (content) => ({ ...content, person: fresh.person }))
    }
  }
})

// ── how it opens ─────────────────────────────────────────────────────────────────────────────────────────────────────

const opened = (open: OpenCommand) => (verdict: (typeof verdicts)[number]) =>
  named(openingDesk().ask(open, { ...fresh, evidence: { ...fresh.evidence, verdict } }))

example(
  "ACC-05a",
  "an account opens with a verified certificate only, and each other verdict is refused by its own name",
  {
    because: "seed 000, 電子証明書による認証を必須; rulebook CRT-09, CRT-10",
    subject: opened(OpenAccount),
    cases: {
      "a verified certificate opens an account": { given: "verified", gives: "accepted" },
      "an expired one does not": { given: "expired", gives: "CertificateExpired" },
      "one that is not valid yet does not": { given: "notYetValid", gives: "CertificateExpired" },
      "one of no trusted authority does not": { given: "untrusted", gives: "CertificateUntrusted" },
      "a revoked one does not": { given: "revoked", gives: "CertificateRevoked" },
      "one whose revocation could not be learnt does not": { given: "unchecked", gives: "CertificateUnchecked" },
      "a signature over an old or foreign challenge does not": { given: "challengeInvalid", gives: "ChallengeInvalid" }
    },
    catches: {
      "every certificate opens": () => "accepted",
      "no certificate opens": opened(neverOpens),
      "an expired certificate still opens": (given) => (given === "expired" ? "accepted" : opened(OpenAccount)(given))
    }
  }
)

const { intent: _, ...withoutIntent } = OpenAccount

validation(
  "ACC-05b",
  "repeated with its key, an opening answers its first account, also after the certificate expired",
  {
    because: "rulebook LED-08: the key is resolved before anything is validated",
    given: { later: verdict() },
    covers: { "no longer verified": { atLeast: 50, when: ({ later }) => later !== "verified" } },
    subject: { open: OpenAccount as OpenCommand, key: "my account" },
    holds: ({ key, open }, { later }) => {
      const desk = openingDesk()
      const first = desk.ask(open, fresh, { key: "my account" })
      const before = desk.everything
      const again = desk.ask(open, { ...fresh, evidence: { verdict: later, challenge: nonceOf(1) } }, { key })
      return Result.isSuccess(again) && again.success.id === Result.getOrThrow(first).id && desk.everything === before
    },
    catches: {
      "what was found at the time counts as asked": { open: withoutIntent, key: "my account" },
      "a repetition is decided again": { open: OpenAccount, key: "another key" }
    }
  }
)

validation("ACC-05c", "repeated with its key for another person, an opening is a conflict and opens nothing", {
  because: "rulebook LED-08: the same key with other content is refused",
  given: { of: fc.constantFrom("person", "email", "phone", "kanaName" as const) },
  subject: OpenAccount as OpenCommand,
  holds: (open, { of }) => {
    const desk = openingDesk()
    desk.ask(open, fresh, { key: "my account" })
    const before = desk.everything
    const answer = desk.ask(open, { ...fresh, [of]: hashOf(of, 2) }, { key: "my account" })
    return named(answer) === "IdempotencyConflict" && desk.everything === before
  },
  catches: {
    "only the person counts as asked": { ...OpenAccount, intent: ({ person }) => person },
    "nothing counts as asked": { ...OpenAccount, intent: () => "" }
  }
})

const states = ["free", "held", "legacy", "retired"] as const
const values = ["person", "email", "phone"] as const

validation(
  "ACC-11a",
  "whoever has not proved a contact learns only that, whether it is taken or not, and nothing is created",
  {
    because: "rulebook SEC-01: no answer tells a stranger who is registered",
    given: {
      of: fc.constantFrom(...values),
      state: fc.constantFrom(...states),
      unproved: fc.constantFrom("email", "phone" as const)
    },
    covers: { taken: { atLeast: 50, when: ({ state }) => state !== "free" } },
    subject: OpenAccount,
    holds: (open, { of, state, unproved }) => {
      const desk = deskWhere(of, state, unproved)
      const before = desk.everything
      const answer = desk.ask(open, fresh)
      const refusal = { _tag: "ContactUnproven", contact: unproved }
      return Result.isFailure(answer) && same(answer.failure, refusal) && desk.everything === before
    },
    catches: {
      "what is taken is said first": deciding(OpenAccount, (decided, facts, { content }) => {
        const taken = values.find((value) => facts.find(claims, claimId(value, content[value])) !== undefined)
        return taken === undefined ? decided : Result.fail(new EmailTaken({ migrationOffered: false }))
      }),
      "an unproved contact will do": seeing(OpenAccount, (_, otp) =>
        otp !== undefined && "purpose" in otp ? { ...otp, state: "confirmed", confirmedAt: noon } : otp
      )
    }
  }
)

const refusals = { person: "AccountAlreadyExists", email: "EmailTaken", phone: "PhoneTaken" } as const

validation(
  "ACC-11b",
  "a proved contact that is taken is named; migration is offered exactly where the account is a legacy one",
  {
    because: "seed 000, すでに支払秘書のアカウントをお持ちの方は引き継ぎ",
    given: { of: fc.constantFrom(...values), state: fc.constantFrom("held", "legacy", "retired" as const) },
    subject: OpenAccount,
    holds: (open, { of, state }) => {
      const desk = deskWhere(of, state)
      const before = desk.everything
      const answer = desk.ask(open, fresh)
      const offer =
        Result.isFailure(answer) && "migrationOffered" in answer.failure ? answer.failure.migrationOffered : undefined
      return named(answer) === refusals[of] && offer === (state === "legacy") && desk.everything === before
    },
    catches: {
      "migration is offered to everybody": mistaking(OpenAccount, "claim", { state: "legacy" }),
      "migration is offered to nobody": mistaking(OpenAccount, "claim", { state: "held" }),
      "a taken contact opens all the same": opensAnyway
    }
  }
)

validation(
  "ACC-11c",
  "the first value that is taken is the one that is named: the person, then the address, then the number",
  {
    because: "rulebook ACC-11: one error for one reason",
    given: { taken: fc.subarray([...values], { minLength: 1 }) },
    subject: OpenAccount,
    holds: (open, { taken }) => {
      const desk = openingDesk([fresh], { records: taken.map((of) => takenBy(of, fresh[of], "held")) })
      return named(desk.ask(open, fresh)) === refusals[taken[0] ?? "person"]
    },
    catches: {
      "the person is looked at last": seeing(OpenAccount, (_, claim) =>
        claim !== undefined && "of" in claim && claim.of === "person" ? undefined : claim
      ),
      "nothing is looked at": opensAnyway
    }
  }
)

const feeTable = fc.array(
  fc.record({
    function: fc.constantFrom("payment", "topUp", "payout", "bankRegistration" as const),
    fixed: fc.constantFrom(1, 110, 220).map((n) => n as Yen)
  }),
  { maxLength: 4 }
)

fee("ACC-12", "opening an account is free: whatever the fee table says, nothing is booked", {
  because: "seed 000, 無料で登録",
  given: { fees: feeTable },
  subject: OpenAccount,
  holds: (open, { fees: table }) => {
    const desk = openingDesk([fresh], { policy: { ...codeless, fees: table } })
    const { id } = Result.getOrThrow(desk.ask(open, fresh))
    return desk.entries.length === 0 && desk.held(cash(id)) === 0 && desk.booked(fees) === 0
  },
  catches: {
    "a fee is booked where the table has one": deciding(OpenAccount, (decided, facts, { at, id }) =>
      Result.map(decided, (decision) => ({
        ...decision,
        entries: facts.policy.fees.slice(0, 1).map(({ fixed }) =>
          JournalEntry.balanced({
            id: JournalEntry.entryId(id, 1),
            kind: "payment",
            businessAt: at,
            postings: [
              ...JournalEntry.debit("liability:suspense" as never, fixed as Yen),
              ...JournalEntry.credit(fees, fixed as Yen)
            ]
          })
        )
      }))
    )
  }
})
