/**
 * What the mail of a payment number says: the numbers, where and until when they are paid, and the page with the steps (TOP-05).
 */
import type { WalletPolicy } from "../policy/Wallet.ts"
import type { DepositTopUp, IssuedNumber } from "../topup/Deposit.ts"
import { type InEach, line, type Line, yen } from "./Messages.ts"
import type { FactsFor } from "./NoticeText.ts"

type DepositFacts = Omit<FactsFor<"paymentNumberIssued">, "at" | "contact">

const labels: InEach<Readonly<Record<keyof IssuedNumber, string>>> = {
  ja: { institution: "収納機関番号", number: "支払番号", confirmation: "確認番号" },
  en: { institution: "Institution number", number: "Payment number", confirmation: "Confirmation number" }
}

/** The numbers in the order in which a payer is asked for them. */
const numbersIn = (language: keyof InEach<unknown>, { confirmation, institution, number }: IssuedNumber): Line =>
  line(
    Object.entries({ institution, number, confirmation })
      .flatMap(([name, digits]) => (digits === undefined ? [] : [`${labels[language][name as "number"]}: ${digits}`]))
      .join(" / ")
  )

const plain: InEach<Readonly<Record<"netBanking" | "atm", Line>>> = {
  ja: { netBanking: line("インターネットバンキング（ペイジー）"), atm: line("ペイジー対応のATM") },
  en: { netBanking: line("by net banking (Pay-easy)"), atm: line("at an ATM that takes Pay-easy") }
}

/** A chain that the operator has taken back since it was asked for: its stores take the number still. */
const formerChain: InEach<Line> = {
  ja: line("お申し込みのコンビニエンスストア"),
  en: line("at the convenience store that you chose")
}

/** Where the payer begins, and the page with the steps; no page where the policy knows the chain no more. */
const placeOf = (
  { chain, way }: DepositTopUp,
  { chains, steps }: WalletPolicy["deposit"]
): Pick<DepositFacts, "where" | "steps"> => {
  if (way !== "convenienceStore") {
    return { where: { ja: plain.ja[way], en: plain.en[way] }, steps: line(steps[way]) }
  }
  const named = chains.find(({ code }) => code === chain)
  if (named === undefined) return { where: formerChain }
  const { at, name } = named
  const where =
    at === "terminal"
      ? { ja: line(`${name}の店内端末`), en: line(`at the terminal in a store of ${name}`) }
      : { ja: line(`${name}のレジ`), en: line(`at the till of a store of ${name}`) }
  return { where, steps: line(named.steps) }
}

/** What the mail says; none where the number is not known. */
export const depositFacts = (topUp: DepositTopUp, policy: WalletPolicy["deposit"]): DepositFacts | undefined => {
  const { amount, due, issued } = topUp
  if (issued === undefined) return undefined
  const numbers = { ja: numbersIn("ja", issued), en: numbersIn("en", issued) }
  return { numbers, ...placeOf(topUp, policy), amount: line(yen(amount)), due: line(due) }
}
