/**
 * How a simulated bank behaves towards what it is asked: chosen by the last three digits of an amount or of an account number, by a
 * script, or drawn from a seed. The table of all digits is in SimulatedBank.ts.
 */
import type { BankAccount } from "@kinchaku/domain/bank/BankGateway"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { type Asked, chosenBy, type Line, type Script } from "./Provider.ts"

/** How the bank behaves towards one debit or credit, by the last three digits of its amount. */
export const debitBehaviours = {
  "001": "doesAndFallsSilent",
  "002": "refuses",
  "003": "answersTwice",
  "004": "isLate",
  "005": "contradictsItself",
  "006": "losesTheFirst",
  "007": "isUnreachableFirst",
  "008": "reportsFirst"
} as const
export type DebitBehaviour = "accepts" | (typeof debitBehaviours)[keyof typeof debitBehaviours]

/** How the bank behaves towards one link, by the last three digits of the account's number. */
export const linkBehaviours = {
  "002": "refuses",
  "003": "showsAnotherHolder",
  "004": "checksOneFactor",
  "011": "doesAndFallsSilent",
  "014": "isLate",
  "016": "losesTheFirst",
  "017": "isUnreachableFirst"
} as const
export type LinkBehaviour = "accepts" | (typeof linkBehaviours)[keyof typeof linkBehaviours]

/** The random mode: what carries no magic digits goes wrong for a share of references, from 0 to 1, always the same for a seed. */
export interface Randomness {
  readonly seed: number
  readonly faults: number
}

const lines: Readonly<Partial<Record<DebitBehaviour | LinkBehaviour, Line>>> = {
  doesAndFallsSilent: "silentAfter",
  losesTheFirst: "silentBefore",
  isUnreachableFirst: "unreachableFirst",
  isLate: "late"
}
/** What a behaviour does to the line. */
export const lineOf = (behaviour: DebitBehaviour | LinkBehaviour): Line => lines[behaviour] ?? "answers"

const byEnding = <Behaviour>(behaviours: Readonly<Record<string, Behaviour>>, digits: string): Behaviour | undefined =>
  behaviours[digits.padStart(3, "0").slice(-3)]

const magicOfAmount = ({ amount }: { readonly amount: PositiveYen }) =>
  byEnding<DebitBehaviour>(debitBehaviours, `${amount}`)
const magicOfNumber = ({ number }: Pick<BankAccount, "number">) => byEnding<LinkBehaviour>(linkBehaviours, number)

/** How the bank behaves towards a debit or a credit of an amount where no script says otherwise. */
export const usualDebit = (request: { readonly amount: PositiveYen }): DebitBehaviour =>
  magicOfAmount(request) ?? "accepts"
/** How the bank behaves towards a link of an account where no script says otherwise. */
export const usualLink = (account: Pick<BankAccount, "number">): LinkBehaviour => magicOfNumber(account) ?? "accepts"

const debitFaults: readonly [DebitBehaviour, ...ReadonlyArray<DebitBehaviour>] = [
  "refuses",
  "doesAndFallsSilent",
  "answersTwice",
  "isLate",
  "contradictsItself",
  "losesTheFirst",
  "isUnreachableFirst",
  "reportsFirst"
]
/** Who holds an account and how it was checked is no accident, so it is not drawn. */
const linkFaults: readonly [LinkBehaviour, ...ReadonlyArray<LinkBehaviour>] = [
  "refuses",
  "doesAndFallsSilent",
  "isLate",
  "losesTheFirst",
  "isUnreachableFirst"
]

const parts = 10_000
const portions: readonly [number, ...ReadonlyArray<number>] = [
  0,
  ...Array.from({ length: parts - 1 }, (_, index) => index + 1)
]

const drawn =
  <Request, Behaviour extends string>(
    { faults, seed }: Randomness,
    magic: (request: Request) => Behaviour | undefined,
    [first, ...others]: readonly [Behaviour, ...ReadonlyArray<Behaviour>],
    accepts: Behaviour
  ): Script<Request, Behaviour> =>
  ({ reference, request }: Asked<Request>) => {
    const isFaulty = chosenBy(seed, portions)(reference) < faults * parts
    return magic(request) ?? (isFaulty ? chosenBy(~seed, [first, ...others])(reference) : accepts)
  }

/** Behaviours towards debits or credits in the random mode; magic digits go before it. */
export const drawnTransfers = <Request extends { readonly amount: PositiveYen }>(
  randomness: Randomness
): Script<Request, DebitBehaviour> => drawn(randomness, magicOfAmount, debitFaults, "accepts")

/** Behaviours towards links in the random mode; magic digits go before it. */
export const drawnLinks = (randomness: Randomness): Script<BankAccount, LinkBehaviour> =>
  drawn(randomness, magicOfNumber, linkFaults, "accepts")
