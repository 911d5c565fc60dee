import { describe } from "vitest"
import { history } from "../src/scenario/Drawing.ts"
import { historiesFrom, play, reference, type Stage } from "../src/scenario/Histories.ts"
import type { Model } from "../src/scenario/Model.ts"
import { invariant } from "../src/Rule.ts"
import * as WrongBanks from "./model/WrongBanks.ts"
import * as WrongBooks from "./model/WrongBooks.ts"
import * as WrongModels from "./model/WrongModels.ts"

/** The reference stage with another model. */
const against = (Wrong: new (startsAt: number) => Model): Stage => ({
  ...reference,
  model: (startsAt) => new Wrong(startsAt)
})

describe("Histories", () => {
  const given = { steps: history() }

  // ∀ step: outcome, balances, states and the banks' truth = those of the model; ∀ history: replay(journal).head = head
  invariant("LED-12c", "after every step of a random history everybody has what an independent model says", {
    because: "own: what customers, merchants and authorities are owed is what happened to them",
    given,
    runs: historiesFrom(200),
    subject: reference,
    holds: (stage, { steps }) => play(steps, stage),
    catches: {
      "cash can be spent after it has expired": against(WrongModels.IgnoresExpiry),
      "expired cash comes back to life with a top-up": against(WrongModels.RevivesExpired),
      "a debit that is reported twice is credited twice": against(WrongModels.CreditsAgain),
      "money that comes after a refusal is lost": against(WrongModels.LosesLateDebits),
      "what the biller refused is not given back": against(WrongModels.KeepsRefusedPayments),
      "a key that is sent again is decided again": against(WrongModels.ForgetsKeys),
      "top-ups in flight do not count against the cap": against(WrongModels.ForgetsWhatIsInFlight),
      "the bank is debited for a payment, and the payment is lost": against(WrongModels.LosesFundedPayments),
      "what the bank refused to credit comes back twice": against(WrongModels.ReturnsPayoutsTwice),
      "a payout that failed costs its fee": against(WrongModels.KeepsPayoutFees),
      "cash is paid out": against(WrongModels.PaysOutCash),
      "a number that is paid twice is credited twice": against(WrongModels.CreditsDepositsTwice),
      "a link whose day was over is not registered by a late success": against(WrongModels.ForgetsReleasedLinks),
      "a top-up that expires keeps what it used of the limits": against(WrongModels.KeepsExpiredUsage),
      "the bank is debited again after a crash": against(WrongModels.DebitsAgainAfterCrashes),
      "the fee of a top-up is booked nowhere": against(WrongModels.LosesFees),
      "what came without a cause is earned": against(WrongModels.SwallowsSuspense),
      "a link is removed with an operation on it": against(WrongModels.RemovesUsedLinks)
    }
  })

  // ∀ history, 2 days later: nothing is open; Σ moved at the bank = Σ booked, per bank account
  invariant("TOP-10e", "two days after a history everything is resolved, and banks moved what is booked", {
    because:
      "S0: 成功したかどうかがわかりません; own: no double debit, no lost credit, whatever crashes and whoever is silent",
    given,
    runs: 60,
    subject: WrongBooks.about("TOP-10"),
    holds: (stage, { steps }) => play(steps, stage),
    catches: {
      "each attempt asks the bank by a new reference": WrongBanks.asksAnew(WrongBooks.about("TOP-10")),
      "a silent bank is taken to have refused": WrongBanks.takesSilenceForRefusal(WrongBooks.about("TOP-10")),
      "a silent bank is taken to have done it": WrongBanks.takesSilenceForDone(WrongBooks.about("TOP-10")),
      "a bank that is inquired knows of nothing": WrongBanks.knowsOfNothing(WrongBooks.about("TOP-10"))
    }
  })

  // ∀ history: each operation that is raised is told once
  invariant("TOP-11e", "what stays unresolved is raised to operators once, however often it is looked for", {
    because: "S0 30分以上反映されない; own: once, also where processes end in between",
    given,
    runs: 40,
    subject: WrongBooks.about("TOP-11"),
    holds: (stage, { steps }) => play(steps, stage),
    catches: { "the sweep tells operators again": WrongBooks.raisesAgain(WrongBooks.about("TOP-11")) }
  })

  // ∀ step: assets + expenses = liabilities + revenue
  invariant("LED-12d", "after every step what is owned and spent equals what is owed and earned", {
    because: "own: LED-12 over the stored balances of the whole chart",
    given,
    runs: 20,
    subject: WrongBooks.about("LED-12"),
    holds: (stage, { steps }) => play(steps, stage),
    catches: {
      "the store loses a posting": WrongBooks.losesPosting(WrongBooks.about("LED-12")),
      "the store doubles a credit": WrongBooks.doublesCredit(WrongBooks.about("LED-12"))
    }
  })

  // ∀ step, account: stored balance = Σ lines
  invariant("LED-03a", "after every step each stored balance is the sum of its lines", {
    because: "own: LED-03, the journal added up from its first line beside the store",
    given,
    runs: 20,
    subject: WrongBooks.about("LED-03"),
    holds: (stage, { steps }) => play(steps, stage),
    catches: {
      "the store loses a posting": WrongBooks.losesPosting(WrongBooks.about("LED-03")),
      "the store doubles a credit": WrongBooks.doublesCredit(WrongBooks.about("LED-03"))
    }
  })

  // ∀ step: Σ debits = Σ credits
  invariant("LED-04a", "after every step all debits equal all credits", {
    because: "own: LED-04, the trial balance of the stored balances",
    given,
    runs: 20,
    subject: WrongBooks.about("LED-04"),
    holds: (stage, { steps }) => play(steps, stage),
    catches: {
      "the store loses a posting": WrongBooks.losesPosting(WrongBooks.about("LED-04")),
      "the store doubles a credit": WrongBooks.doublesCredit(WrongBooks.about("LED-04"))
    }
  })

  // ∀ step, customer account: debits ≤ credits
  invariant("LED-05c", "after every step no customer's balance is below zero", {
    because: "own: LED-05 over the stored balances",
    given,
    runs: 20,
    subject: WrongBooks.about("LED-05"),
    holds: (stage, { steps }) => play(steps, stage),
    catches: { "the store takes a payment twice": WrongBooks.takesTwice(WrongBooks.about("LED-05")) }
  })

  // head(replay(journal)) = head
  invariant("LED-14c", "the replay of a history on empty books has the same head", {
    because: "own: LED-14, all commands of random histories",
    given,
    runs: 40,
    subject: WrongBooks.about("LED-14"),
    holds: (stage, { steps }) => play(steps, stage),
    catches: {
      "the journal hides the bank's answers": WrongBooks.hidesCommands(WrongBooks.about("LED-14")),
      "the journal shows other times": WrongBooks.movesTimes(WrongBooks.about("LED-14"))
    }
  })
})
