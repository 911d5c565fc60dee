/**
 * Issuing certificates again and revoking them: which pair is in force, and which account it reaches (CRT).
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { holders } from "@kinchaku/domain/account/Holder"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { certificatePairs, warningsOf } from "@kinchaku/domain/identity/CertificatePair"
import { isMatched } from "@kinchaku/domain/identity/Reaching"
import { RomanNameMismatch } from "@kinchaku/domain/identity/Registering"
import { sessions } from "@kinchaku/domain/session/Session"
import { Result } from "effect"
import * as fc from "fast-check"
import { example, invariant, transition, validation } from "../src/Rule.ts"
import {
  anyUse,
  but,
  type Commands,
  commands,
  consent,
  fingerprintOf,
  type Issue,
  misreading,
  miswriting,
  Office,
  personOf,
  policyOf,
  trustingAnybody,
  validUntil,
  withAccount
} from "./support/Certificates.ts"
import { accountIdOf, same } from "./support/Payments.ts"
import { named, noon } from "./support/PaymentsDesk.ts"
import { blindTo, deciding, forgetting, hearing, refusing, seeing, without } from "./support/PaymentsMistakes.ts"

const first: Issue = { n: 1, person: 1 }
const ofPair = ({ kind }: { readonly kind: string }) => kind === certificatePairs.name

/** An office at which the first person has certificates, and an account where it is said. */
const registered = (core: Commands, given: ConstructorParameters<typeof Office>[1] = {}): Office => {
  const office = new Office(core, given)
  office.register(first)
  return office
}

// ── issuing again ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Issues to one holder, one after another: each to the same person as before, or to another one. */
const issuesOf = (asAnother: ReadonlyArray<boolean>): ReadonlyArray<Issue> =>
  asAnother.reduce<ReadonlyArray<Issue>>(
    (issues, another) => {
      const former = issues.at(-1)?.person ?? 1
      const n = issues.length + 1
      return [...issues, { n, person: another ? n : former, former }]
    },
    [first]
  )

invariant(
  "CRT-11",
  "however often certificates are issued again, one pair is in force, the one issued last, and it reaches the account; no former one lets in or comes back",
  {
    because: "seed 000, 機種変更やアプリのアンインストール; rulebook CRT-11",
    given: { asAnother: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }) },
    runs: 60,
    subject: commands.register,
    holds: (register, { asAnother }) => {
      const issues = issuesOf(asAnother)
      const office = new Office(but({ register }), { records: withAccount(1) })
      const answers = issues.map((issue) => named(office.register(issue)))
      const last = issues.at(-1) ?? first
      const former = issues.slice(0, -1)
      const refused = issues.map((issue) => named(office.register(issue)))
      return (
        answers.every((answer) => answer === "accepted") &&
        office.issued() === 1 &&
        office.login(last) === "accepted" &&
        office.reached(last.person) === 1 &&
        former.every((issue) => office.login(issue) === "CertificateSuperseded") &&
        refused.every((answer) => ["CertificateAlreadyRegistered", "CertificateSuperseded"].includes(answer)) &&
        office.desk.record(sessions, accountIdOf(1))?.endedBy === "certificateRevoked" &&
        office.desk.notices.filter((kind) => kind === "deviceChanged").length === former.length
      )
    },
    catches: {
      "the former pair stays in force": forgetting(
        commands.register,
        ({ kind, record }) => kind === certificatePairs.name && "state" in record && record.state === "superseded"
      ),
      "a former issue comes back": hearing(commands.register, ({ issuance, ...content }) => ({
        ...content,
        ...(issuance === undefined ? {} : { issuance: { ...issuance, issuedAt: validUntil } })
      })),
      "a certificate registers again": misreading(commands.register, (pair) => ({
        ...pair,
        signature: { ...pair.signature, fingerprint: personOf(98) },
        login: { ...pair.login, fingerprint: personOf(99) },
        issuedAt: noon
      })),
      "the holder is not told": without(commands.register, "notices"),
      "the former device stays logged in": forgetting(commands.register, ({ kind }) => kind === "session"),
      "nothing is issued again": refusing(commands.register, new RomanNameMismatch())
    }
  }
)

/** What the rulebook says of two issues to different people. */
const areMatched = (former: string, changes: number) => former === "given" || changes <= 1

transition(
  "CRT-12",
  "issued again, the certificates reach the former account if consent was given at the former issue, or the card's attributes changed at most once since",
  {
    because: "seed 000, 2回以上更新",
    given: { former: consent(), next: consent(), before: fc.nat(3), changes: fc.nat(4) },
    covers: {
      "exactly two changes, without consent": {
        atLeast: 5,
        when: ({ changes, former }) => changes === 2 && former !== "given"
      }
    },
    subject: commands.register,
    holds: (register, { before, changes, former, next }) => {
      const office = new Office(but({ register }), { records: withAccount(1) })
      office.register({ ...first, consent: former, changes: before })
      const answer = office.register({ n: 2, person: 2, former: 1, consent: next, changes: before + changes })
      const reached = Result.isSuccess(answer) ? answer.success.account : answer.failure._tag
      const person = office.desk.record(accounts, accountIdOf(1))?.person
      return areMatched(former, changes)
        ? reached === accountIdOf(1) && office.reached(2) === 1 && person === personOf(2)
        : reached === undefined && office.reached(2) === "CertificateNotMatched" && person === personOf(1)
    },
    catches: {
      "two changes can be matched": misreading(commands.register, (pair) => ({
        ...pair,
        attributeChanges: pair.attributeChanges + 1
      })),
      "one change cannot": misreading(commands.register, (pair) => ({
        ...pair,
        attributeChanges: pair.attributeChanges - 1
      })),
      "all changes ever are counted": misreading(commands.register, (pair) => ({ ...pair, attributeChanges: 0 })),
      "the former consent does not count": misreading(commands.register, (pair) => ({ ...pair, consent: "notGiven" })),
      "a consent that was not recorded counts": misreading(commands.register, (pair) => ({
        ...pair,
        consent: pair.consent === "notRecorded" ? "given" : pair.consent
      })),
      "the consent of the new issue counts": {
        ...commands.register,
        decide: (facts, envelope) =>
          misreading(commands.register, (pair) => ({
            ...pair,
            consent: envelope.content.issuance?.consent ?? pair.consent
          })).decide(facts, envelope)
      },
      "the account stays with the former person": forgetting(commands.register, ({ kind }) => kind === "account"),
      "the claim does not move": forgetting(commands.register, ({ kind }) => kind === "claim")
    }
  }
)

example("CRT-12b", "issues of different people can be matched with consent, and without it up to one change", {
  because: "seed 000, 2回以上更新; rulebook CRT-12, CRT-13",
  subject: ({ changes, given }: { readonly given: boolean; readonly changes: number }) =>
    isMatched({ consent: given ? "given" : "notGiven", attributeChanges: 3 }, { attributeChanges: 3 + changes }),
  cases: {
    "no change": { given: { given: false, changes: 0 }, gives: true },
    "one change": { given: { given: false, changes: 1 }, gives: true },
    "two changes": { given: { given: false, changes: 2 }, gives: false },
    "many changes, with consent": { given: { given: true, changes: 9 }, gives: true }
  },
  catches: {
    "changes do not count": () => true,
    "consent does not count": ({ changes }) => changes <= 1,
    "one change is one too many": ({ changes, given }) => given || changes === 0
  }
})

validation(
  "CRT-13",
  "certificates that cannot be matched lead to opening an account; an operator alone links them, to an open account, and not where their person has one",
  {
    because: "seed 000, いずれの条件も満たしている場合; rulebook CRT-13, ACC-01, ACC-29",
    given: {
      actor: fc.constantFrom("holder:me", "operator:op-1", "host:app", "system:x").map((actor) => actor as Actor),
      isNamed: fc.boolean(),
      isClosed: fc.constantFrom(false, false, true),
      hasOwn: fc.constantFrom(false, false, true)
    },
    covers: {
      "it is linked": {
        atLeast: 5,
        when: ({ actor, hasOwn, isClosed }) => actor.startsWith("operator:") && !isClosed && !hasOwn
      }
    },
    subject: commands.link,
    holds: (link, { actor, hasOwn, isClosed, isNamed }) => {
      const records = withAccount(1, (account) => (isClosed ? { ...account, _tag: "closed", closedAt: noon } : account))
      const office = new Office(but({ link }), { records: [...records, ...(hasOwn ? withAccount(2) : [])] })
      office.register({ ...first, consent: "notGiven" })
      const unmatched: Issue = { n: 2, person: 2, changes: 2, ...(isNamed ? { former: 1 } : {}) }
      office.register(unmatched)
      const before = office.reached(2)
      const answer = office.link(2, 1, actor)
      const refusal = isClosed ? "AccountClosed" : hasOwn ? "AccountAlreadyExists" : "accepted"
      const expected = actor.startsWith("operator:") ? refusal : "LinkRequiresOperator"
      const opening = hasOwn ? 2 : "CertificateNotMatched"
      return (
        before === opening &&
        answer === expected &&
        office.reached(2) === (expected === "accepted" ? 1 : opening) &&
        office.login(unmatched) === "accepted" &&
        (expected !== "accepted" || office.login(first) === "CertificateSuperseded")
      )
    },
    catches: {
      "anybody links": trustingAnybody(commands.link),
      "a closed account is linked": seeing(commands.link, (kind, record) =>
        kind === "account" && record !== undefined ? { ...record, _tag: "active" } : record
      ),
      "a person gets a second account": {
        ...commands.link,
        decide: (facts, envelope) => {
          const { held, peek, policy } = facts
          const find: typeof facts.find = (kind, id) =>
            id === `person:${envelope.content.person}` ? undefined : facts.find(kind, id)
          return commands.link.decide({ held, peek, policy, find }, envelope)
        }
      },
      "the former pair stays in force": forgetting(
        commands.link,
        ({ kind, record }) => kind === certificatePairs.name && "state" in record && record.state === "superseded"
      ),
      "linking changes nothing": without(commands.link, "puts")
    }
  }
)

validation(
  "CRT-14",
  "without consent at the last issue, issuing again needs the romanised name of that issue; another one is refused and changes nothing",
  {
    because: "seed 000, ローマ字が一致しない",
    given: { former: consent(), next: consent(), isSame: fc.boolean(), asAnother: fc.boolean() },
    subject: commands.register,
    holds: (register, { asAnother, former, isSame, next }) => {
      const office = new Office(but({ register }), { records: withAccount(1) })
      office.register({ ...first, consent: former, romanName: 1 })
      const before = office.desk.everything
      const person = asAnother ? 2 : 1
      const answer = named(office.register({ n: 2, person, former: 1, consent: next, romanName: isSame ? 1 : 2 }))
      const mayFollow = former === "given" || isSame
      return (
        answer === (mayFollow ? "accepted" : "RomanNameMismatch") && (mayFollow || office.desk.everything === before)
      )
    },
    catches: {
      "any name will do": misreading(commands.register, (pair) => ({ ...pair, consent: "given" })),
      "the name counts in spite of consent": misreading(commands.register, (pair) => ({
        ...pair,
        consent: "notGiven"
      })),
      "a consent that was not recorded is one": misreading(commands.register, (pair) => ({
        ...pair,
        consent: pair.consent === "notRecorded" ? "given" : pair.consent
      })),
      "the consent of the new issue counts": {
        ...commands.register,
        decide: (facts, envelope) =>
          misreading(commands.register, (pair) => ({
            ...pair,
            consent: envelope.content.issuance?.consent ?? pair.consent
          })).decide(facts, envelope)
      }
    }
  }
)

invariant(
  "CRT-15",
  "without a recorded consent certificates are valid all the same, with a warning that says why; issued again with consent there is none",
  {
    because: "seed 000, 本人同意の登録に失敗",
    given: { said: consent() },
    runs: 30,
    subject: commands.register,
    holds: (register, { said }) => {
      const office = new Office(but({ register }))
      const registering = (issue: Issue) => Result.getOrThrow(office.register(issue)).warnings
      const warned = registering({ ...first, consent: said })
      const isValid = office.login(first) === "accepted"
      const expected = { given: [], notGiven: ["consentNotGiven"], notRecorded: ["consentNotRecorded"] }[said]
      return (
        isValid &&
        same(warned, expected) &&
        same(warningsOf(said), expected) &&
        same(registering({ n: 2, person: 1 }), []) &&
        office.pair(1)?.consent === "given"
      )
    },
    catches: {
      "nobody is warned": deciding(commands.register, (decided) =>
        Result.map(decided, (decision) => ({ ...decision, result: { ...decision.result, warnings: [] } }))
      ),
      "what was not recorded was not given": hearing(commands.register, ({ issuance, ...content }) => ({
        ...content,
        ...(issuance === undefined
          ? {}
          : {
              issuance: {
                ...issuance,
                consent: issuance.consent === "given" ? ("given" as const) : ("notGiven" as const)
              }
            })
      })),
      "the first consent stays": miswriting(commands.register, (written, before) => ({
        ...written,
        consent: before?.consent ?? written.consent
      })),
      "without consent nothing is valid": miswriting(commands.register, (written) =>
        written.consent === "given" ? written : { ...written, state: "revoked", revokedAt: noon }
      )
    }
  }
)

// ── revoking, attributes, accounts ───────────────────────────────────────────────────────────────────────────────────

transition(
  "CRT-16",
  "whoever presents one of the certificates revokes both, with an account, without one and after closing it, and is logged out at once",
  {
    because: "seed 000, 電子証明書を失効させる; rulebook CRT-16, ACC-28, SES-03",
    given: {
      use: anyUse(),
      account: fc.constantFrom("none", "open", "closed"),
      isOwn: fc.constantFrom(true, true, false),
      isLocked: fc.boolean()
    },
    subject: commands.revoke,
    holds: (revoke, { account, isLocked, isOwn, use }) => {
      const records =
        account === "none"
          ? []
          : withAccount(1, (open) => (account === "closed" ? { ...open, _tag: "closed", closedAt: noon } : open))
      const office = registered(but({ revoke }), { policy: policyOf(1, 1), records })
      if (isLocked) office.enter(first, use, false)
      const shown: Issue = isOwn ? first : { n: 7, person: 1 }
      const answer = office.revoke(shown, use)
      const again = office.revoke(shown, use)
      const session = office.desk.record(sessions, accountIdOf(1))
      if (!isOwn) return answer === "CertificateSuperseded" && office.issued() === 1 && session?.endedAt === undefined
      return (
        answer === "accepted" &&
        again === "accepted" &&
        office.issued() === 0 &&
        office.login(first) === "CertificateRevoked" &&
        (account === "none" || session?.endedBy === "certificateRevoked")
      )
    },
    catches: {
      "nothing is revoked": forgetting(commands.revoke, ofPair),
      "the session goes on": forgetting(commands.revoke, ({ kind }) => kind === "session"),
      "any certificate of the person revokes": hearing(commands.revoke, ({ presented }) => ({
        presented: { ...presented, fingerprint: fingerprintOf(presented.use, 1) }
      })),
      "it cannot be repeated": {
        ...commands.revoke,
        decide: (facts, envelope) =>
          facts.find(certificatePairs, envelope.content.presented.person)?.state === "revoked"
            ? blindTo(commands.revoke, certificatePairs.name).decide(facts, envelope)
            : commands.revoke.decide(facts, envelope)
      },
      "nobody revokes": blindTo(commands.revoke, certificatePairs.name)
    }
  }
)

type Managing = "enter" | "set" | "switch" | "unlock" | "revoke" | "issue again"

invariant(
  "CRT-17",
  "the attributes on an account are those of the certificates that it had last; nothing but a new issue changes which they are",
  {
    because: "seed 000, 発行した時点の情報; rulebook CRT-17, ACC-13",
    given: {
      steps: fc.array(fc.constantFrom<Managing>("enter", "set", "switch", "unlock", "revoke", "issue again"), {
        maxLength: 6
      })
    },
    covers: { "issued again": { atLeast: 30, when: ({ steps }) => steps.includes("issue again") } },
    runs: 120,
    subject: commands,
    holds: (core, { steps }) => {
      const office = new Office(core, { records: withAccount(1) })
      const read = () => office.desk.record(holders, accountIdOf(1))?.attributesIn
      const opened = read()
      let issue: Issue = { ...first, biometrics: true }
      office.register(issue)
      const doing: Readonly<Record<Managing, () => unknown>> = {
        enter: () => office.enter(issue, "signature"),
        set: () => office.set(issue, "signature", true, true),
        switch: () => office.switchTo(issue, "signature", false),
        unlock: () => office.unlock(1, "login"),
        revoke: () => office.revoke(issue),
        "issue again": () => office.register((issue = { ...issue, n: issue.n + 1 }))
      }
      const seen = steps.map((one) => {
        const before = read()
        doing[one]()
        return (read() !== before) === (one === "issue again")
      })
      return seen.every(Boolean) && read() !== opened && read() === office.pair(1)?.registeredIn
    },
    catches: {
      "a new issue refreshes nothing": but({
        register: forgetting(commands.register, ({ kind }) => kind === "holder")
      }),
      "setting a secret refreshes them": but({
        set: deciding(commands.set, (decided, _facts, { id }) =>
          Result.map(decided, (decision) => ({
            ...decision,
            puts: [
              ...decision.puts,
              ...withAccount(1)
                .filter(({ kind }) => kind === "holder")
                .map((one) => ({ ...one, record: { ...one.record, attributesIn: id } }))
            ]
          }))
        )
      })
    }
  }
)

invariant("CRT-19", "registering certificates opens no account: whoever has none is led to opening or migrating one", {
  because: "seed 000, 電子証明書を発行した後に新規登録",
  given: { hasAccount: fc.boolean(), again: fc.boolean() },
  runs: 40,
  subject: commands.register,
  holds: (register, { again, hasAccount }) => {
    const office = new Office(but({ register }), { records: hasAccount ? withAccount(1) : [] })
    office.register(first)
    if (again) office.register({ n: 2, person: 2, former: 1 })
    return (
      office.desk.recordsOf(accounts).length === (hasAccount ? 1 : 0) &&
      office.reached(again ? 2 : 1) === (hasAccount ? 1 : "CertificateNotMatched") &&
      office.issued() === 1
    )
  },
  catches: {
    "an account is opened with it": deciding(commands.register, (decided, _facts, { content: { signature } }) =>
      Result.map(decided, (decision) => ({
        ...decision,
        puts: signature.person === personOf(1) ? [...decision.puts, ...withAccount(1)] : decision.puts
      }))
    ),
    "nobody's account is reached": blindTo(commands.register, "account"),
    "nothing is registered": without(commands.register, "puts")
  }
})
